"""The first nan or inf, stopped where it arises, with its reason and its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any

from autograd._engine import Value
from autograd.checking.accounts import (
    Sweep,
    number_of,
    of_gradients,
    of_operand,
    of_operation,
)
from autograd.checking.lines import remember, this_line
from autograd.observing import observed_by
from autograd.primitives import Primitive


class AnomalyError(ArithmeticError):
    """The first nan or inf inside `detect_anomaly()`: what made it, where, and why."""


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise an AnomalyError at the first nan or inf inside. Also a decorator.

    Forward: where an operation on Values gives one, or is given a leaf that is one.
    Backward, and in all other derivatives but Taylor mode: where the chain rule comes
    upon one, before any gradient is changed. The error names the operation, its
    operands, the line that recorded it, the reason and a remedy. An infinite slope that
    nothing is multiplied by is no anomaly, nor is an infinite constant as long as
    results are finite.

    It holds for this thread, or coroutine, which it slows down. What a compiled
    function replays is not seen: call the function itself.

    >>> from autograd import Value, math
    >>> x = Value(-1.0, label="x")
    >>> with detect_anomaly():  # doctest: +ELLIPSIS
    ...     y = math.log(x)
    Traceback (most recent call last):
    autograd.checking.anomaly.AnomalyError: log(-1.0) is nan: log is not defined below 0
      operands: x = -1.0
      recorded at <doctest ...>:2: y = math.log(x)
      remedy: compute it only where it is defined: autograd.where(condition, ...)
    """
    with observed_by(_DETECTOR):
        yield


class Marker:
    """Remembers lines: of what the engine records by itself in a sweep over Values."""

    @property
    def aside(self) -> Marker:
        return MARKER

    def recorded(self, node: Value, row: Primitive, operands: Sequence[Any]) -> None:
        remember(node, this_line())

    def swept(self, mode: str, linear: Any, seeds: list[Any], found: list[Any]) -> None:
        pass

    def added(self, leaves: list[Value], adjoints: list[Any]) -> None:
        pass


class _Detector(Marker):
    """Raises at the first number that is infinite or nan."""

    def recorded(self, node: Value, row: Primitive, operands: Sequence[Any]) -> None:
        line = this_line()
        for x in operands:
            if isinstance(x, Value) and not isfinite(x._data) and not x._constant:
                raise AnomalyError(of_operand(x, row, operands, line))
        if not isfinite(node._data):
            raise AnomalyError(of_operation(row, operands, node._data, line))
        remember(node, line)

    def swept(self, mode: str, linear: Any, seeds: list[Any], found: list[Any]) -> None:
        numbers = [*map(number_of, found)]
        places = range(len(numbers))
        for place in reversed(places) if mode == "reverse" else places:
            if numbers[place] is not None and not isfinite(numbers[place]):
                account = Sweep(mode, linear, seeds, numbers).account(place)
                raise AnomalyError(account)

    def added(self, leaves: list[Value], adjoints: list[Any]) -> None:
        for leaf, adjoint in zip(leaves, adjoints):
            account = of_gradients(leaf, number_of(adjoint))
            if account is not None:
                raise AnomalyError(account)


MARKER, _DETECTOR = Marker(), _Detector()
