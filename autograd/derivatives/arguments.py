"""Which arguments a function is differentiated by: taken from a call and put back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

BY_POSITION = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)
Position = int | tuple[int, ...] | None
Place = int | str
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

    @property
    def fewest(self) -> int:
        """How many positional arguments there are at least."""
        return max([k + 1 if k >= 0 else -k for k in _several(self.argnums)], default=0)

    def places(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Place]:
        """Where the chosen arguments stand in this call: positions, and names."""
        places: list[Place] = [
            self._position(k, len(args)) for k in _several(self.argnums)
        ]
        for name in _several(self.argnames):
            places.append(name if name in kwargs else self._position_of(name, args))
        if len(places) > 1 and len(set(places)) < len(places):
            raise ValueError(
                f"{self.call}: argnums={self.argnums!r} and argnames={self.argnames!r} "
                f"choose an argument twice in a call with {len(args)} positional ones: "
                "choose each once"
            )
        return places

    def take(
        self, places: list[Place], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """What was chosen of these arguments."""
        found = [args[p] if isinstance(p, int) else kwargs[p] for p in places]
        count = len(_several(self.argnums))
        by_position = _as(self.argnums, tuple, found[:count])
        if self.argnames is None:
            return by_position
        by_name = _as(self.argnames, self._named, found[count:])
        return by_name if self.argnums is None else (by_position, by_name)

    def put(
        self,
        chosen: Any,
        places: list[Place],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> tuple[list[Any], dict[str, Any]]:
        """The arguments with others in the places that `take` takes from."""
        by_position = by_name = chosen
        if self.argnums is not None and self.argnames is not None:
            by_position, by_name = chosen
        if isinstance(self.argnames, tuple):
            by_name = tuple(by_name.values())
        others = _several(self.argnums, by_position) + _several(self.argnames, by_name)
        new_args, new_kwargs = [*args], {**kwargs}
        for place, other in zip(places, others):
            if isinstance(place, int):
                new_args[place] = other
            else:
                new_kwargs[place] = other
        return new_args, new_kwargs

    def _named(self, things: list[Any]) -> dict[str, Any]:
        return dict(zip(_several(self.argnames), things))

    def _position(self, k: int, count: int) -> int:
        if -count <= k < count:
            return k % count
        raise TypeError(
            f"{self.call}: differentiates by positional argument {k}, but the function "
            f"was called with {count} of them; choose others by argnums, or "
            "arguments passed by name by argnames"
        )

    def _position_of(self, name: str, args: tuple[Any, ...]) -> int:
        """Where an argument stands that was passed by position."""
        names: list[str] = []
        with suppress(TypeError, ValueError):  # some built-in functions tell nothing
            parameters = inspect.signature(self.function).parameters.values()
            names = [p.name for p in parameters if p.kind in BY_POSITION]
        if name in names[: len(args)]:
            return names.index(name)
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

    >>> chosen, args = choice("grad", pow, (0, -1), None), (2.0, 3.0)
    >>> places = chosen.places(args, {})
    >>> places, chosen.take(places, args, {})
    ([0, 1], (2.0, 3.0))
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


def _several(chosen: Any, things: Any = None) -> tuple[Any, ...]:
    """What was chosen, or the things that belong to it, as a tuple in any case."""
    if chosen is None:
        return ()
    things = chosen if things is None else things
    return things if isinstance(chosen, tuple) else (things,)


def _as(chosen: Any, several: Callable[[list[Any]], Any], things: list[Any]) -> Any:
    """One thing as itself, several as they are asked for."""
    if isinstance(chosen, tuple):
        return several(things)
    return things[0] if things else None
