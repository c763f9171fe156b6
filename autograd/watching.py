"""Who must hear when a number leaves the graph: a recording that will be replayed.

What a graph records can be replayed on other numbers. What Python does with a number
cannot: a comparison, an index, a read of `.data`. While a function is recorded, each
such use is told to its watcher. Nobody watches otherwise, and `watchers` is empty.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol


class Watcher(Protocol):
    """What a recording is told."""

    def used(self, node: Any, how: str) -> None:
        """A number is about to be read or changed in a way that no tape can hold."""

    def compared(self, relation: Any, x: Any, y: Any, outcome: bool) -> None:
        """Python asked how x compares with y, a node or a plain number."""

    def index(self, node: Any) -> int:
        """Python needs the number as an int: `table[i]`, `range(n)`."""

    def hashed(self, node: Any) -> int | None:
        """Python looks the number up: `number in {1, 2}`. None: by identity."""

    def quiet(self, outer: Any) -> Any:
        """The scope for what is computed without gradients."""

    def is_quiet(self, scope: Any, outer: Any) -> bool:
        """Whether a scope lies in one for that, which was opened inside of another."""


watchers: list[Watcher] = []  # of all threads
listeners: list[Callable[[bool], None]] = []  # told whether anybody watches
_changing = threading.Lock()
_watcher: ContextVar[Watcher | None] = ContextVar("autograd.watcher", default=None)


def watcher() -> Watcher | None:
    """Who watches what this thread, or coroutine, does."""
    return _watcher.get() if watchers else None


def used(node: Any, how: str) -> None:
    watching = watcher()
    if watching is not None:
        watching.used(node, how)


def compared(relation: Any, x: Any, y: Any, outcome: bool) -> None:
    watching = watcher()
    if watching is not None:
        watching.compared(relation, x, y, outcome)


@contextmanager
def watched_by(new: Watcher | None) -> Iterator[None]:
    """Tell `new` of what this thread does; None lets nobody watch."""
    token = _watcher.set(new)
    if new is not None:
        _change(watchers.append, new)
    try:
        yield
    finally:
        if new is not None:
            _change(watchers.remove, new)
        _watcher.reset(token)


def _change(change: Callable[[Watcher], None], who: Watcher) -> None:
    with _changing:
        change(who)
        for told in listeners:
            told(bool(watchers))
