"""A Value among Python's other protocols: compared, converted, printed, copied.

None of them records anything, so none of them is needed to understand the engine.
"""

from __future__ import annotations

import copyreg
import math
import operator
from collections.abc import Callable
from typing import Any, NoReturn

from autograd.elementary import Elementary
from autograd.order import topological_order
from autograd.primitives import Primitive
from autograd.real import is_real


class Protocols(Elementary):
    """Comparison of data, hash by identity, rounding, text, copies."""

    __slots__ = ()

    _data: float
    _grad: float | None
    _label: str | None
    _row: Primitive | None
    _parents: tuple[Any, ...]
    _constant: bool

    def __lt__(self, other: Any) -> bool:
        return _compare(operator.lt, self, other)

    def __le__(self, other: Any) -> bool:
        return _compare(operator.le, self, other)

    def __gt__(self, other: Any) -> bool:
        return _compare(operator.gt, self, other)

    def __ge__(self, other: Any) -> bool:
        return _compare(operator.ge, self, other)

    def __eq__(self, other: object) -> bool:
        return _compare(operator.eq, self, other)

    def __ne__(self, other: object) -> bool:
        return _compare(operator.ne, self, other)

    __hash__ = object.__hash__  # identity: equal numbers are still different nodes

    def __bool__(self) -> bool:
        return self._data != 0

    def __round__(self, digits: Any = None) -> Any:
        return round(self._data, digits)

    def __floor__(self) -> int:
        return math.floor(self._data)

    def __ceil__(self) -> int:
        return math.ceil(self._data)

    def __trunc__(self) -> int:
        return math.trunc(self._data)

    def __float__(self) -> NoReturn:
        raise _gradient_lost("float")

    def __int__(self) -> NoReturn:
        raise _gradient_lost("int")

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        grad = 0.0 if self._grad is None else self._grad
        label = "" if self._label is None else f", label={self._label!r}"
        return f"Value(data={self._data!r}, grad={grad!r}{label})"

    def __copy__(self) -> Any:
        twin = object.__new__(type(self))
        for slot in copyreg._slotnames(type(self)):  # type: ignore[attr-defined]
            setattr(twin, slot, getattr(self, slot))
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        for node in topological_order(self):
            if id(node) not in memo:
                twin = memo[id(node)] = node.__copy__()
                twin._parents = tuple(memo[id(parent)] for parent in node._parents)
        return memo[id(self)]

    def __reduce__(self) -> tuple[Any, ...]:
        if self._row is not None:
            raise TypeError(
                f"{self!r} is the result of {self._row.name!r}: only leaves can be "
                "pickled; use copy.deepcopy, or autograd.graph.to_json for a graph"
            )
        slots = {slot: getattr(self, slot) for slot in ("_grad", "_label", "_constant")}
        return type(self), (self._data,), (None, slots)


def _compare(relation: Callable[[Any, Any], bool], x: Protocols, y: Any) -> bool:
    if isinstance(y, Protocols):
        return relation(x._data, y._data)
    return relation(x._data, y) if is_real(y) else NotImplemented


def _gradient_lost(kind: str) -> TypeError:
    return TypeError(
        f"{kind}() of a Value would silently drop its gradient: use .data for the "
        "plain number, or the functions of autograd.math instead of math's"
    )
