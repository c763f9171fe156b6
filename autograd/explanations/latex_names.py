"""Names of variables in LaTeX's mathematics."""

from __future__ import annotations

import re

from autograd.explanations.formulas import latex_number
from autograd.pictures.latex import MATH, escape

INDEXED = re.compile(r"([A-Za-z])_?(\d+)")


def latex_name(name: str) -> str:
    r"""A name as a symbol; a text that is no symbol stands upright, and inert.

    >>> print(latex_name("w1"), latex_name("L"), latex_name("α"), latex_name("-3"))
    w_{1} L \alpha -3
    >>> print(latex_name("50% of $x"))
    \text{50\% of \$x}
    """
    if len(name) == 1 and name.isascii() and name.isalpha():
        return name
    indexed = INDEXED.fullmatch(name)
    if indexed:
        return f"{indexed[1]}_{{{indexed[2]}}}"
    if len(name) == 1 and name.isalpha() and name in MATH:
        return MATH[name]
    try:
        return latex_number(float(name), 17)
    except ValueError:
        return rf"\text{{{escape(name)}}}"
