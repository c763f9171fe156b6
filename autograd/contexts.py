"""Context variables, assigned to for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


@contextmanager
def assigned(variable: ContextVar[Any], thing: Any) -> Iterator[None]:
    """Let a context variable, which has a default, have a value inside.

    It is given back even where Ctrl-C comes as soon as it is assigned: a `no_grad` that
    stayed would silently make constants of all that is computed later.

    >>> place = ContextVar("place", default="out")
    >>> with assigned(place, "in"):
    ...     place.get()
    'in'
    >>> place.get()
    'out'
    """
    outer, is_over = variable.get(), False
    try:
        variable.set(thing)
        yield
    except GeneratorExit:  # dropped after Ctrl-C, when others may have given back
        is_over = variable.get() is not thing
        raise
    finally:
        if not is_over:
            variable.set(outer)
