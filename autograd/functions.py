"""The primitives as functions: one for each row, over floats and Values alike.

`functions.pyi` lists them for editors and type checkers. `autograd.math` has all of
them, and writes out itself those whose parameters say more than the row's.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from typing import Any

from autograd._engine import Value, compiled_of_one, record
from autograd.elementary import complete
from autograd.primitives import TABLE, Primitive
from autograd.real import as_float, is_real

WRITTEN_OUT_IN_MATH = {
    *("ceil", "dot", "floor", "log", "polygamma"),
    *("pow", "prod", "softmax", "take", "trunc"),
}


def compute(row: Primitive, *operands: Any) -> Any:
    try:
        for x in operands:
            if isinstance(x, Value):
                return record(row, *operands)
        return row.at(*map(as_float, operands))[0]
    except TypeError:
        math = interpretation_of(*operands)
        if math is None:
            raise
        return math.compute(row, *operands)


def interpretation_of(*operands: Any) -> Any:
    """That of the outermost number among them that is neither a float nor a Value.

    Those of duals, power series and symbols are; None where there is no such number.
    """
    found = [x.interpretation for x in operands if hasattr(x, "interpretation")]
    return builtins.max(found, key=lambda math: math.depth, default=None)


def of_one(row: Primitive) -> Callable[..., Any]:
    """The function of a row of one operand; the compiled engine has its own."""
    method = getattr(Value, row.identifier)

    def function(*operands: Any) -> Any:
        if len(operands) != 1:
            complete(row, operands)
        x = operands[0]
        if isinstance(x, Value):
            return method(x)
        try:
            number = as_float(x)
        except TypeError:
            return compute(row, x)
        return row.at_one(number)[0]

    return function


def _of_operands(row: Primitive) -> Callable[..., Any]:
    def function(*operands: Any) -> Any:
        return compute(row, *complete(row, operands))

    return function


def _of_list(row: Primitive) -> Callable[..., Any]:
    def function(xs: Iterable[Any]) -> Any:
        operands = listed(row.identifier, "xs", xs)
        if not operands and row.identifier in ("mean", "logsumexp"):
            raise ValueError(f"{row.identifier}(xs): xs is empty")
        return compute(row, *operands)

    return function


def _of_list_or_operands(row: Primitive) -> Callable[..., Any]:
    def function(*xs: Any) -> Any:
        single = len(xs) == 1 and not _is_number(xs[0])
        operands = listed(row.identifier, "xs", xs[0]) if single else xs
        if not operands:
            raise ValueError(f"{row.identifier}(): no operands")
        return compute(row, *operands)

    return function


def _is_number(x: Any) -> bool:
    return isinstance(x, Value) or is_real(x) or hasattr(x, "interpretation")


def listed(function: str, name: str, xs: Any) -> tuple[Any, ...]:
    if isinstance(xs, Value) or not isinstance(xs, Iterable):
        raise TypeError(f"{function}({name}): {name} must be a list of numbers")
    return tuple(xs)


def function_of(row: Primitive) -> Callable[..., Any]:
    if row.identifier in ("max", "min"):
        made = _of_list_or_operands(row)
    elif row.arity is None and row.identifier != "hypot":
        made = _of_list(row)
    elif row.arity == 1:
        made = compiled_of_one(row, compute) if compiled_of_one else of_one(row)
    else:
        made = _of_operands(row)
    call, result = row.example
    made.__name__ = made.__qualname__ = row.identifier
    made.__module__ = "autograd.math"
    made.__doc__ = f"{row.doc}\n\n    >>> {call}\n    {result!r}\n    "
    return made


NAMES = {
    name: row
    for row in TABLE
    for name in (row.identifier, *row.aliases)
    if row.identifier not in WRITTEN_OUT_IN_MATH or name != row.identifier
}
for _name, _row in NAMES.items():
    globals()[_name] = function_of(_row)

__all__ = [*NAMES]
