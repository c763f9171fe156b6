"""Which arguments a function is differentiated by: taken from a call and put back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Position = int | tuple[int, ...] | None
Name = str | tuple[str, ...] | None


@dataclass(frozen=True)
class Choice:
    """The arguments chosen by `argnums` and `argnames`, of an operator such as grad.

    One by its position or name is itself; several are a tuple by position, a dict by
    name; where both were asked for, a tuple of the two.
    """

    operator: str
    function: Callable[..., Any]
    argnums: Position
    argnames: Name

    @property
    def call(self) -> str:
        """How the operator was called, for messages."""
        return f"{self.operator}({name_of(self.function)})"

    def take(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What was chosen of these arguments."""
        by_name = _several(self.argnames, lambda name: self._named(name, args, kwargs))
        if isinstance(self.argnames, tuple):
            by_name = dict(zip(self.argnames, by_name))
        by_position = _several(self.argnums, lambda k: args[self._place(k, args)])
        if self.argnames is None:
            return by_position
        return by_name if self.argnums is None else (by_position, by_name)

    def put(
        self, chosen: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """The arguments with others in the places that `take` takes from."""
        new_args, new_kwargs = [*args], {**kwargs}
        by_position = by_name = chosen
        if self.argnums is not None and self.argnames is not None:
            by_position, by_name = chosen
        for k, x in _pairs(self.argnums, by_position):
            new_args[self._place(k, args)] = x
        if isinstance(self.argnames, tuple):
            by_name = [*by_name.values()]
        for name, x in _pairs(self.argnames, by_name):
            if name in kwargs:
                new_kwargs[name] = x
            else:
                new_args[self._position(name, args)] = x
        return new_args, new_kwargs

    def _place(self, k: int, args: tuple[Any, ...]) -> int:
        if -len(args) <= k < len(args):
            return k % len(args)
        raise TypeError(
            f"{self.call}: differentiates by positional argument {k}, but the function "
            f"was called with {len(args)} of them; choose others by argnums, or "
            "arguments passed by name by argnames"
        )

    def _named(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return kwargs[name] if name in kwargs else args[self._position(name, args)]

    def _position(self, name: str, args: tuple[Any, ...]) -> int:
        """Where an argument stands that was passed by position."""
        try:
            parameters = [*inspect.signature(self.function).parameters]
        except (TypeError, ValueError):  # of some built-in functions there is none
            parameters = []
        if name in parameters[: len(args)]:
            return parameters.index(name)
        raise TypeError(
            f"{self.call}: differentiates by argument {name!r}, but the function was "
            "called without it"
        )


def choice(
    operator: str,
    function: Callable[..., Any],
    argnums: int | Sequence[int] | None,
    argnames: str | Sequence[str] | None,
) -> Choice:
    """What `argnums` and `argnames` mean: by default the first argument.

    >>> choice("grad", pow, None, None).take((2.0, 3.0), {})
    2.0
    >>> choice("grad", pow, (0, 1), None).take((2.0, 3.0), {})
    (2.0, 3.0)
    """
    if not callable(function):
        raise TypeError(
            f"{operator}(f): f must be a function of numbers, not {function!r}"
        )
    if argnums is None and argnames is None:
        argnums = 0
    numbers = _checked(operator, "argnums", int, argnums)
    names = _checked(operator, "argnames", str, argnames)
    return Choice(operator, function, numbers, names)


def name_of(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", None) or type(function).__name__


def _checked(operator: str, parameter: str, kind: type, given: Any) -> Any:
    if given is None or _is(kind, given):
        return given
    several = tuple(given) if isinstance(given, (list, tuple)) else ()
    if not several or not all([_is(kind, one) for one in several]):
        raise TypeError(
            f"{operator}({parameter}): must be {kind.__name__}, or a tuple of them, "
            f"not {given!r}"
        )
    if len(set(several)) < len(several):
        raise ValueError(f"{operator}({parameter}): {given!r} has one of them twice")
    return several


def _is(kind: type, thing: Any) -> bool:
    return isinstance(thing, kind) and not isinstance(thing, bool)


def _several(chosen: Any, found: Callable[[Any], Any]) -> Any:
    return (
        tuple(map(found, chosen))
        if isinstance(chosen, tuple)
        else (None if chosen is None else found(chosen))
    )


def _pairs(chosen: Any, things: Any) -> list[tuple[Any, Any]]:
    if chosen is None:
        return []
    return [*zip(chosen, things)] if isinstance(chosen, tuple) else [(chosen, things)]
