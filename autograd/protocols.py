"""A Value among Python's other protocols: compared, converted, printed, copied.

None of them records anything, so none of them is needed to understand the engine.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, NoReturn

from autograd.elementary import Elementary
from autograd.order import topological_order
from autograd.primitives import Primitive
from autograd.real import as_float, is_real
from autograd.scopes import Scope
from autograd.watching import compared, listeners, used, watcher, watchers


class Protocols(Elementary):
    """Comparison of data, hash by identity, rounding, text, copies."""

    __slots__ = ()

    _data: float
    _grad: float | None
    _label: str | None
    _row: Primitive | None
    _parents: tuple[Any, ...]
    _partials: tuple[float, ...]
    _scope: Scope | None
    _constant: bool

    @property
    def label(self) -> str | None:
        """The name in pictures and explanations."""
        return self._label

    @label.setter
    def label(self, text: str | None) -> None:
        if text is not None and not isinstance(text, str):
            raise TypeError(f"label must be a str or None, not {text!r}")
        whole: Any = self  # the slots are the subclass's
        whole._label = text if text is None else str.__str__(text)

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
        return _compare(operator.ne, self, 0)

    def __round__(self, digits: Any = None) -> Any:
        rounded = round(self._data, digits)
        if watchers:
            exact = digits is not None
            _pin(self, self._data) if exact else _pin(self.round(), rounded)
        return rounded

    def __floor__(self) -> int:
        whole = math.floor(self._data)
        if watchers:
            _pin(self.floor(), whole)
        return whole

    def __ceil__(self) -> int:
        whole = math.ceil(self._data)
        if watchers:
            _pin(self.ceil(), whole)
        return whole

    def __trunc__(self) -> int:
        whole = math.trunc(self._data)
        if watchers:
            _pin(self.trunc(), whole)
        return whole

    def __index__(self) -> int:
        watching = watcher()
        if watching is not None:
            return watching.index(self)
        raise TypeError(
            "a Value is not an index: use int(x.data) for the plain number, or "
            "autograd.take(xs, index) to take an element"
        )

    def __float__(self) -> NoReturn:
        raise _gradient_lost("float")

    def __int__(self) -> int:
        if watcher() is not None:  # it may stand for a plain number
            return operator.index(self.trunc())
        raise _gradient_lost("int")

    def __format__(self, spec: str) -> str:
        if not spec:
            return repr(self)
        if watchers:  # unlike a repr, which is to be looked at, the number may be kept
            used(self, "format the number")
        return format(self._data, spec)

    def __repr__(self) -> str:
        grad = 0.0 if self._grad is None else self._grad
        label = "" if self._label is None else f", label={self._label!r}"
        return f"Value(data={self._data!r}, grad={grad!r}{label})"

    def __init_subclass__(cls) -> None:
        if Protocols not in cls.__bases__:
            raise TypeError(
                "Value cannot be subclassed: results of operations are plain Values; "
                "write functions of Values, or keep a Value in an object of your own"
            )

    @classmethod
    def _restore(
        cls,
        row: Primitive | None,
        data: float,
        parents: tuple[Any, ...],
        partials: tuple[float, ...],
        label: str | None,
        grad: float | None,
        scope: Scope | None,
        constant: bool,
    ) -> Any:
        """A node from its parts, for copies and for graphs read back."""
        node: Any = object.__new__(cls)
        node._data, node._grad, node._label = data, grad, label
        node._row, node._parents, node._partials = row, parents, partials
        node._scope, node._constant = scope, constant
        return node

    def _watched_data(self, data: Any) -> float:
        """Value(x) in a recorded function, where x stands for a plain number."""
        if type(data) is not type(self) or watcher() is None:
            return as_float(data)
        whole: Any = self  # the slots are the subclass's
        node: Any = data
        same = node * 1.0
        whole._row, whole._parents = same._row, same._parents
        whole._partials = same._partials
        number: float = node._data
        return number

    def __copy__(self) -> Any:
        if watchers:
            used(self, "make a copy")
        return _twin(self, self._parents)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if watchers:
            used(self, "make a copy")
        for node in topological_order(self):
            if id(node) not in memo:
                parents = tuple([memo[id(parent)] for parent in node._parents])
                memo[id(node)] = _twin(node, parents)
        return memo[id(self)]

    def __reduce__(self) -> tuple[Any, ...]:
        if watchers:
            used(self, "make a pickle")
        if self._row is not None:
            raise TypeError(
                f"{self!r} is the result of {self._row.name!r}: only leaves can be "
                "pickled; use copy.deepcopy, or autograd.graph.to_json for a graph"
            )
        state = _number(self._grad), self._constant
        return type(self), (self._data, self._label), state

    def __setstate__(self, state: tuple[float | None, bool]) -> None:
        whole: Any = self  # the slots are the subclass's
        whole._grad, whole._constant = state


def _twin(node: Protocols, parents: tuple[Any, ...]) -> Any:
    return node._restore(
        *(node._row, node._data, parents, node._partials),
        *(node._label, _number(node._grad), node._scope, node._constant),
    )


def _number(grad: float | None) -> float | None:
    """A copy's gradient is a number, where the original's is a Value."""
    return None if grad is None else float(grad)


def _compare(relation: Callable[[Any, Any], bool], x: Protocols, y: Any) -> bool:
    outcome: bool
    if type(y) is type(x):
        outcome = relation(x._data, y._data)
    elif is_real(y):
        outcome = relation(x._data, y)
    else:
        return NotImplemented  # type: ignore[no-any-return]
    if watchers:
        compared(relation, x, y, outcome)
    return outcome


def _pin(node: Any, number: float) -> None:
    """Whatever follows holds for this number only."""
    compared(operator.eq, node, number, True)


def _hash(node: Protocols) -> int:
    watching = watcher()
    known = None if watching is None else watching.hashed(node)
    return object.__hash__(node) if known is None else known


def _choose_hash(is_watched: bool) -> None:
    """Only while somebody watches: with a hash in Python graphs take twice as long."""
    chosen: Any = _hash if is_watched else object.__hash__
    Protocols.__hash__ = chosen  # type: ignore[method-assign]


listeners.append(_choose_hash)


def not_assignable(node: Any) -> AttributeError:
    what = f"the result of {node.op!r}" if node._row else "a constant"
    return AttributeError(
        f"data of {node!r} is {what}: it cannot be assigned; assign to leaves and "
        "compute again"
    )


def not_differentiable(node: Any) -> ValueError:
    return ValueError(
        f"{node!r} is a constant: it was computed under no_grad() or from plain "
        "numbers only, so there is nothing to differentiate"
    )


def _gradient_lost(kind: str) -> TypeError:
    return TypeError(
        f"{kind}() of a Value would silently drop its gradient: use .data for the "
        "plain number, or the functions of autograd.math instead of math's"
    )
