"""What is recorded, and under which name: `scope` groups nodes, `no_grad` records none.

Both are one context variable, so that recording a node reads it once, and threads and
coroutines do not see each other's.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_serials = itertools.count()


class Scope:
    """A named group of nodes; `serial` tells two scopes of the same name apart."""

    __slots__ = ("name", "parent", "serial")

    def __init__(self, name: str, parent: Scope | None) -> None:
        self.name = name
        self.parent = parent
        self.serial = next(_serials)

    def __repr__(self) -> str:
        return f"<scope {self.name!r}>"


NO_GRAD = Scope("no_grad", None)
current: ContextVar[Scope | None] = ContextVar("autograd.scope", default=None)


@contextmanager
def scope(name: str) -> Iterator[Scope | None]:
    """Group the nodes built inside under a name, in pictures and explanations.

    Scopes nest; each `with` opens a new group, even under a name used before.

    >>> from autograd import Value, scope
    >>> with scope("neuron 1"):
    ...     y = Value(2.0) * 3
    >>> y._scope
    <scope 'neuron 1'>
    """
    if not isinstance(name, str):
        raise TypeError(f"scope(name): name must be a str, not {name!r}")
    parent = current.get()
    inside = parent if parent is NO_GRAD else Scope(name, parent)
    token = current.set(inside)
    try:
        yield inside
    finally:
        current.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results inside are constants. Also a decorator.

    >>> from autograd import Value, no_grad
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.is_constant, y.parents
    (True, ())
    """
    token = current.set(NO_GRAD)
    try:
        yield
    finally:
        current.reset(token)
