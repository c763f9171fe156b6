"""What formulas are made of: constants, functions and operators, from the table.

Functions are called with Values or floats, and answer in kind, by IEEE 754.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from autograd import math
from autograd._engine import Value
from autograd.elementary import complete
from autograd.functions import compute
from autograd.primitives import ROWS, TABLE, Primitive

# A polygamma's order: its time grows with the square
HIGHEST = 20
CONSTANTS = {name: getattr(math, name) for name in ("pi", "e", "tau", "inf", "nan")}
CONSTANTS["π"] = math.pi


class Function(NamedTuple):
    """A function of formulas: its signature, and how many operands it takes."""

    call: Callable[..., Any]
    signature: str
    least: int
    most: float


def _polygamma(n: Any, x: Any) -> Any:
    if (n.data if isinstance(n, Value) else n) > HIGHEST:
        raise ValueError(f"polygamma(n, x): n is at most {HIGHEST} in a formula")
    return math.polygamma(n, x)


# These check their operands
CHECKED = {"pow": math.pow, "polygamma": _polygamma}


def _function(row: Primitive) -> Function:
    def call(*operands: Any) -> Any:
        return compute(row, *complete(row, operands))

    if row.arity is None:
        return Function(call, f"{row.name}(x, ...)", 1, math.inf)
    least = row.arity - len(row.defaults)
    defaults = (f"{n}={x:g}" for n, x in zip(row.parameters[least:], row.defaults))
    signature = f"{row.name}({', '.join([*row.parameters[:least], *defaults])})"
    return Function(CHECKED.get(row.name, call), signature, least, row.arity)


# Left out are the operators' names, and dot and take, which need lists
FUNCTIONS = {
    name: _function(row)
    for row in TABLE
    if row.identifier == row.name and (row.arity or len(row.parameters) == 1)
    for name in (row.name, *row.aliases)
}
FUNCTIONS["log"] = FUNCTIONS["ln"] = Function(math.log, "log(x, base=e)", 1, 2)
for _name in ("degrees", "radians", "stop_gradient"):
    FUNCTIONS[_name] = Function(getattr(math, _name), f"{_name}(x)", 1, 1)

NEGATIVE, ABSOLUTE = FUNCTIONS["neg"].call, FUNCTIONS["abs"].call

# How strongly an operator holds its operands; a bracket waits for its other half
BRACKET, SUM, PRODUCT, SIGN, POWER = range(5)
OPERATORS: dict[str, tuple[int, Callable[..., Any]]] = {
    **{sign: (SUM, partial(compute, ROWS[sign])) for sign in "+-"},
    **{sign: (PRODUCT, partial(compute, ROWS[sign])) for sign in ("*", "/", "//", "%")},
    "^": (POWER, math.pow),
}
