"""Samples and targets: checked once, as lists or as columns for a compiled function."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from autograd import Value

FORMATS = "dfbBhHiIlLqQ"


class NoColumns(ValueError):
    """These samples are not alike enough to be columns of numbers."""


class Data:
    """Samples and their targets, lists or arrays of the same length."""

    def __init__(self, x: Any, y: Any, names: tuple[str, str] = ("X", "y")) -> None:
        self.names, self.given = names, (x, y)
        self.counts = [_count(name, thing) for name, thing in zip(names, self.given)]
        samples, targets = self.counts
        if samples != targets:
            raise ValueError(
                f"{names[1]}: has {targets} targets, but {names[0]} has {samples} "
                "samples"
            )
        if not samples:
            raise ValueError(f"{names[0]}: there are no samples")

    def __len__(self) -> int:
        return self.counts[0]

    @cached_property
    def x(self) -> list[Any]:
        """The samples as Python's numbers, and lists of them."""
        return _listed(self.given[0])

    @cached_property
    def y(self) -> list[Any]:
        """The targets."""
        return _listed(self.given[1])

    def pick(self, indices: Sequence[int]) -> tuple[list[Any], list[Any]]:
        """The samples and the targets at these places."""
        given = self.given[0]
        if hasattr(given, "dtype") and _array(given) is not None:
            xs = [given[i].tolist() for i in indices]  # not a whole large array
        else:
            xs = [self.x[i] for i in indices]
        return xs, [self.y[i] for i in indices]

    def columns(self) -> tuple[Any, Any]:
        """The samples and the targets as columns of numbers; NoColumns says why not."""
        x, y = (
            _array(thing) or _columns(name, _listed(thing))
            for name, thing in zip(self.names, self.given)
        )
        return x, y


def _count(name: str, given: Any) -> int:
    if isinstance(given, (str, bytes, Value)) or not (
        hasattr(given, "tolist") or isinstance(given, Sequence)
    ):
        raise TypeError(f"{name}: must be a list or an array, not {given!r}")
    try:
        return len(given)
    except TypeError:  # an array of no dimension
        raise TypeError(f"{name}: must be a list or an array, not {given!r}") from None


def _listed(given: Any) -> list[Any]:
    return list(given.tolist() if hasattr(given, "tolist") else given)


def _array(given: Any) -> memoryview | None:
    """An array of numbers, which needs no copy."""
    try:
        view = memoryview(given)
    except TypeError:
        return None
    return view if view.ndim and view.format in tuple(FORMATS) else None


def _columns(name: str, things: list[Any]) -> Any:
    """What a sample consists of, with a column in the place of each number."""
    if hasattr(things[0], "tolist"):  # arrays in a list
        things = [x.tolist() if hasattr(x, "tolist") else x for x in things]
    first = things[0]
    kind = type(first)
    if kind in (list, tuple, dict):
        keys = list(first) if kind is dict else range(len(first))
        for thing in things:
            if type(thing) is not kind or len(thing) != len(first):
                raise NoColumns(f"{name}: not all are of the same kind and length")
            if kind is dict and list(thing) != keys:
                raise NoColumns(f"{name}: not all have the same keys")
        if kind is not dict and all(type(part) is float for part in first):
            return kind(_interleaved(things) or _parts(name, things, keys))
        parts = _parts(name, things, keys)
        return dict(zip(keys, parts)) if kind is dict else kind(parts)
    if all(type(thing) is int for thing in things):
        return things
    try:
        return array("d", things)
    except TypeError:
        raise NoColumns(f"{name}: not all are numbers, or lists of numbers") from None


def _parts(name: str, things: list[Any], keys: Any) -> list[Any]:
    return [_columns(name, [thing[key] for thing in things]) for key in keys]


def _interleaved(rows: list[Any]) -> list[memoryview] | None:
    """The columns of rows of floats, beside each other as they are in the rows."""
    numbers = array("d")
    try:
        for row in rows:
            numbers.extend(row)
    except TypeError:
        return None
    view, width = memoryview(numbers), len(rows[0])
    return [view[i::width] for i in range(width)]
