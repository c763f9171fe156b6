"""What is recorded, and under which name: `scope` groups nodes, `no_grad` records none.

Both are one context variable, so that recording a node reads it once, and threads and
coroutines do not see each other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

from autograd.contexts import assigned
from autograd.watching import watcher


class Scope:
    """Group the nodes built inside under a name, in pictures and explanations.

    Scopes nest; each `scope(...)` is a new group, even under a name used before.

    >>> from autograd import Value, scope
    >>> with scope("neuron 1"):
    ...     y = Value(2.0) * 3
    >>> y._scope
    <scope 'neuron 1'>
    """

    __slots__ = ("_token", "name", "parent")

    parent: Scope | None
    _token: Token[Scope | None] | None  # while open

    def __init__(self, name: str, parent: Scope | None = None) -> None:
        if not isinstance(name, str):
            raise TypeError(f"scope(name): name must be a str, not {name!r}")
        if parent is not None and not isinstance(parent, Scope):
            raise TypeError(f"scope(parent): must be a scope, not {parent!r}")
        self.name = str.__str__(name)  # a plain one: it can hold nothing else alive
        self.parent = parent
        self._token = None

    def __init_subclass__(cls) -> None:
        raise TypeError("a scope cannot be subclassed")

    def __enter__(self) -> Scope:
        if self._token is not None:
            raise RuntimeError(f"{self!r} is open already: open a scope of its own")
        outer = current.get()
        if outer is not NO_GRAD:
            self.parent = outer
            self._token = current.set(self)
        return self

    def __exit__(self, *error: object) -> None:
        if self._token is not None:
            current.reset(self._token)
            self._token = None

    def __repr__(self) -> str:
        return f"<scope {self.name!r}>"


current: ContextVar[Scope | None] = ContextVar("autograd.scope", default=None)
NO_GRAD = Scope("no_grad")


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
    watching = watcher()
    with assigned(current, watching.quiet(current.get()) if watching else NO_GRAD):
        yield
