"""Who looks at every number as it is computed: the search for the first nan or inf.

An observer is shown each operation, when its node is made, and each sweep of the chain
rule. It may raise, and then nothing has been changed. Nobody looks otherwise, and
`observers` is empty: that is all that an engine asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol


class Observer(Protocol):
    """What an observer is shown."""

    def recorded(self, node: Any, row: Any, operands: Sequence[Any]) -> None:
        """A new node, the result of a row; operands are Values, or plain numbers."""

    def swept(self, mode: str, linear: Any, seeds: list[Any], found: list[Any]) -> None:
        """The numbers of a Linearization: tangents in "forward" mode, or adjoints."""

    def added(self, leaves: list[Any], adjoints: list[Any]) -> None:
        """What is about to be added to the gradients of leaves."""

    @property
    def aside(self) -> Observer:
        """Who looks at what the engine computes itself, in a sweep over Values."""


observers: list[Observer] = []  # of all threads
listeners: list[Callable[[bool], None]] = []  # told whether anybody looks
_changing = threading.Lock()
_observer: ContextVar[Observer | None] = ContextVar("autograd.observer", default=None)


def observer() -> Observer | None:
    """Who looks at what this thread, or coroutine, computes."""
    return _observer.get() if observers else None


@contextmanager
def observed_by(new: Observer) -> Iterator[None]:
    """Show `new` what this thread computes."""
    token = _observer.set(new)
    _change(observers.append, new)
    try:
        yield
    finally:
        _change(observers.remove, new)
        _observer.reset(token)


def _change(change: Callable[[Observer], None], who: Observer) -> None:
    with _changing:
        change(who)
        for told in listeners:
            told(bool(observers))


@contextmanager
def aside() -> Iterator[None]:
    """Inside are operations of the engine's own, which the user did not write."""
    here = observer()
    token = _observer.set(None if here is None else here.aside)
    try:
        yield
    finally:
        _observer.reset(token)


def recorded(node: Any, row: Any, operands: Sequence[Any]) -> None:
    here = observer()
    if here is not None:
        here.recorded(node, row, operands)


def swept(
    mode: str, linear: Any, sweep: Callable[..., list[Any]], seeds: list[Any], last: Any
) -> list[Any]:
    """What a sweep finds, all of it, after the observer has seen it."""
    with aside():
        found = sweep(linear.starts, linear.places, linear.locals, seeds, last)
    here = observer()
    if here is not None:
        here.swept(mode, linear, seeds, found)
    return found
