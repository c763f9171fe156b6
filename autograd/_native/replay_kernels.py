"""C for the interpreter of schedules: values and local derivatives apart.

A schedule keeps values only, so that here each local derivative is a function of its
own, of the result and the operands. Loops over these, in replay_loops.h, are written
once; rows whose formulas are plain arithmetic are listed apart from those that call the
C library, for a compiler makes vector instructions of the former only.
"""

from __future__ import annotations

import hashlib
import re

from autograd._native.kernels import KERNELS, C
from autograd.primitives import Primitive
from autograd.symbols import Formulas

# What is called and is arithmetic nevertheless
PLAIN = {
    *("fabs", "sqrt", "floor", "ceil", "trunc", "copysign"),
    *("ag_m_sign", "ag_m_round", "ag_m_max"),
}
ROWS = [row for row, kernel in KERNELS.items() if kernel]


def _functions(row: Primitive) -> str:
    formulas = Formulas()
    names = [f"x{i}" for i in range(row.arity or 0)]
    operands = [formulas.name(name) for name in names]
    value = row.forward(formulas, *operands)
    slopes = row.partials(formulas, formulas.name("out"), *operands)
    text = _function(f"ag_f_{row.identifier}", names, value)
    for i, slope in enumerate(slopes):
        text += _function(f"ag_d{i}_{row.identifier}", ["out", *names], slope)
    return text


def _function(name: str, parameters: list[str], result: object) -> str:
    lines, (value,) = C.statements([result])
    given = ", ".join(f"double {parameter}" for parameter in parameters)
    body = "".join([*lines, f"    return {value};\n"])
    return f"static inline double {name}({given}) {{\n{body}}}\n"


def _is_plain(text: str) -> bool:
    called = set(re.findall(r"(\w+)\(", text))
    return (
        not {name for name in called if not name.startswith(("ag_f_", "ag_d"))} - PLAIN
    )


def header() -> str:
    """tape_kernels.h: the functions, and lists of the rows for macros."""
    functions = {row: _functions(row) for row in ROWS}
    lists = ""
    for kind, plain in (("PLAIN", True), ("LIBRARY", False)):
        for arity in (1, 2, 3):
            names = [
                f"X({row.identifier})"
                for row in ROWS
                if row.arity == arity and _is_plain(functions[row]) == plain
            ]
            listed = " \\\n    ".join(names)
            lists += f"#define AG_{kind}_{arity}(X) \\\n    {listed}\n"
    text = "\n".join([*functions.values(), lists])
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return (
        "/* Written by `python -m autograd._generated` from the table: for each row\n"
        "   its value ag_f_NAME, and ag_d0_NAME, ag_d1_NAME, ... its local\n"
        "   derivatives, functions of the result and the operands. */\n"
        '#include "kernels.h"\n\n'
        f'#define AG_TAPE_FINGERPRINT "{digest}"\n\n{text}'
    )
