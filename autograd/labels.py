"""Labels from the names that the user's own program gave.

Only what has no label yet gets one: a label that was written by hand stays.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from autograd._engine import Value


def label(variables: Mapping[str, Any]) -> None:
    """Label the Values among these variables with their names: `label(locals())`.

    Lists, tuples and dicts of Values get "w[0]", "w[1]", 'w["bias"]'. Names that begin
    with an underscore are left out, as are Values that have a label.

    >>> from autograd import Value, label
    >>> a, ws = Value(2.0), [Value(1.0), Value(3.0)]
    >>> loss = a * ws[1]
    >>> label({"a": a, "ws": ws, "loss": loss})
    >>> a.label, ws[1].label, loss.label
    ('a', 'ws[1]', 'loss')
    """
    if not isinstance(variables, Mapping):
        raise TypeError(
            f"label(variables): must be a dict of names, as locals() is, not "
            f"{variables!r}"
        )
    for name, thing in variables.items():
        if isinstance(name, str) and not name.startswith("_"):
            _label(name, thing)


def _label(name: str, thing: Any) -> None:
    waiting = [(name, thing)]
    seen: set[int] = set()
    while waiting:
        name, thing = waiting.pop()
        if isinstance(thing, Value):
            if thing.label is None and not thing.is_constant:
                thing.label = name
        elif id(thing) not in seen and type(thing) in (list, tuple, dict):
            seen.add(id(thing))  # a list may hold itself
            pairs = thing.items() if type(thing) is dict else enumerate(thing)
            inner = [(f"{name}[{_key(key)}]", item) for key, item in pairs]
            waiting += reversed(inner)


def _key(key: Any) -> str:
    return repr(key) if isinstance(key, int) else f'"{key}"'


@contextmanager
def names() -> Iterator[None]:
    """Label what is assigned inside with the names that it is assigned to.

    >>> from autograd import Value, names
    >>> with names():
    ...     a, b = Value(2.0), Value(-3.0)
    ...     e = a * b
    >>> e.label, e.parents[0].label
    ('e', 'a')
    """
    frame = _caller()
    before = dict(frame.f_locals)
    try:
        yield
    finally:
        after = dict(frame.f_locals)
        missing = object()
        label(
            {
                name: thing
                for name, thing in after.items()
                if before.get(name, missing) is not thing
            }
        )
        del frame, before, after


def _caller() -> FrameType:
    # names() <- contextlib's __enter__ <- the with statement
    return sys._getframe(3)
