"""The elementary functions as methods: `x.tanh()`, `x.clip(-1, 1)`, one for each row.

The methods follow from the table of primitives; `elementary.pyi` lists them for
editors and type checkers. NumPy's spellings (`arctan`) are there too, so that ufuncs
work on object arrays of Values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.primitives import TABLE, Primitive


def complete(row: Primitive, operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """The operands with the row's defaults added; TypeError if the count is wrong."""
    arity = row.arity
    if arity is None or len(operands) == arity:
        return operands
    missing = arity - len(operands)
    if 0 < missing <= len(row.defaults):
        return operands + row.defaults[-missing:]
    names = ", ".join(row.parameters)
    raise TypeError(f"{row.identifier}({names}) got {len(operands)} operands")


def _method(row: Primitive) -> Callable[..., Any]:
    def of_one(self: Any) -> Any:
        return self._apply(row)

    def of_several(self: Any, *operands: Any) -> Any:
        return self._apply(row, *complete(row, (self, *operands))[1:])

    method = of_one if row.arity == 1 else of_several
    method.__name__ = row.identifier
    method.__qualname__ = f"Value.{row.identifier}"
    method.__doc__ = row.doc
    return method


class Elementary:
    """Methods for the primitives that have a name of their own."""

    __slots__ = ()


def has_method(row: Primitive) -> bool:
    return row.method and row.arity is not None and row.name.isidentifier()


for _row in filter(has_method, TABLE):
    for _name in (_row.identifier, *_row.aliases):
        setattr(Elementary, _name, _method(_row))
