"""The published conventions, as every format of them has them: rules, and a table."""

from __future__ import annotations

from autograd.primitives import At, Primitive

TITLE = "Values and slopes at kinks and singularities"
RULES = """\
What each primitive returns where its derivative jumps, where it has a pole, and out of
its domain. The rules behind the rows:

- Results follow IEEE 754: inf or nan, never an exception for a domain, never a complex
  number.
- At a kink the slope is the one that PyTorch and JAX agree on; where they differ, a
  finite subgradient.
- Out of domain the slope is nan like the value: a finite slope of nothing misleads. A
  nan operand is never hidden by a finite slope.
- A constant has no slope at all: `x ** 2` never computes log(x).
- `where(c, a, b)` records only the branch taken, so no nan of the other can leak.
- Zero times infinity stays nan: `sqrt(x * x)` at 0 has the slope nan. Write `abs(x)`.
"""
HEADINGS = ("primitive", "at", "value", "local derivatives", "remark")


def cells(row: Primitive, at: At) -> tuple[str, ...]:
    """A convention under the headings.

    >>> from autograd.primitives import ROWS
    >>> cells(ROWS["sqrt"], ROWS["sqrt"].conventions[0])
    ('sqrt', 'x = 0.0', '0.0', 'inf', '')
    """
    point = [repr(x) for x in at.operands]
    if row.arity is not None:
        point = [f"{name} = {x}" for name, x in zip(row.parameters, point)]
    slopes = ", ".join(map(repr, at.partials))
    return row.identifier, ", ".join(point), repr(at.value), slopes, at.remark
