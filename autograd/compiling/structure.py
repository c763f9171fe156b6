"""Arguments of any nesting, taken apart into numbers and a structure, and put together.

A structure is a hashable template: for each structure of arguments there is a tape of
its own. Strings, None, booleans and functions belong to the structure; an int is a
number that may be asked for as an int.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Any

from autograd._engine import Value
from autograd.real import as_float, is_real

NUMBER, WHOLE = "number", "whole"
Structure = Any  # NUMBER, WHOLE, or (kind, ...)


def take_apart(thing: Any, numbers: list[Any]) -> Structure:
    """The structure of an argument; its numbers are added to the list, left to right.

    >>> numbers = []
    >>> take_apart(([1.5, 2], "mean"), numbers), numbers
    (('tuple', (('list', ('number', 'whole')), ('static', 'mean'))), [1.5, 2])
    """
    kind = type(thing)
    if kind is float:
        numbers.append(thing)
        return NUMBER
    if kind is int:
        numbers.append(thing)
        return WHOLE
    if kind is list or kind is tuple:
        parts = tuple([take_apart(part, numbers) for part in thing])
        return kind.__name__, parts
    return _other(thing, numbers)


def _other(thing: Any, numbers: list[Any]) -> Structure:
    if isinstance(thing, Value):
        numbers.append(thing.data)
        return NUMBER
    if thing is None or isinstance(thing, (bool, str, bytes, enum.Enum)):
        return "static", thing
    if isinstance(thing, dict):
        parts = tuple([take_apart(part, numbers) for part in thing.values()])
        return "dict", tuple(thing), parts
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        parts = tuple([take_apart(part, numbers) for part in thing])
        return "named", type(thing), parts
    if is_real(thing):
        whole = hasattr(thing, "__index__")
        numbers.append(int(thing) if whole else as_float(thing))
        return WHOLE if whole else NUMBER
    if hasattr(thing, "tolist"):  # arrays
        return take_apart(_whole_dropped(thing.tolist()), numbers)
    if callable(thing) and not hasattr(thing, "parameters"):
        return "static", thing
    raise TypeError(
        f"{_short(thing)} cannot be an argument of a compiled function; "
        "arguments are numbers, lists, tuples and dicts of them, strings, booleans "
        "and None. Let the function close over anything else"
    )


def _whole_dropped(thing: Any) -> Any:
    """Numbers of an array are numbers, whatever its type."""
    if isinstance(thing, list):
        return [_whole_dropped(part) for part in thing]
    return thing if isinstance(thing, (bool, str)) else float(thing)


def put_together(structure: Structure, numbers: Iterator[Any]) -> Any:
    """The inverse of `take_apart`, with the numbers given.

    >>> put_together(("list", ("number", ("static", None))), iter([4.0]))
    [4.0, None]
    """
    if structure in (NUMBER, WHOLE):
        return next(numbers)
    kind, *rest = structure
    if kind == "static":
        return rest[0]
    parts = [put_together(part, numbers) for part in rest[-1]]
    if kind == "list":
        return parts
    if kind == "tuple":
        return tuple(parts)
    return rest[0](*parts) if kind == "named" else dict(zip(rest[0], parts))


def results(thing: Any, nodes: list[Any]) -> Structure:
    """The structure of what a function returned; its Values and numbers are added."""
    if isinstance(thing, Value) or (is_real(thing) and not isinstance(thing, bool)):
        nodes.append(thing)
        return NUMBER
    if isinstance(thing, dict):
        parts = tuple([results(part, nodes) for part in thing.values()])
        return "dict", tuple(thing), parts
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return "named", type(thing), tuple([results(part, nodes) for part in thing])
    if isinstance(thing, (list, tuple)):
        kind = "list" if isinstance(thing, list) else "tuple"
        return kind, tuple([results(part, nodes) for part in thing])
    if hasattr(thing, "tolist"):  # an object array of Values
        return results(thing.tolist(), nodes)
    if thing is None or isinstance(thing, (bool, str, bytes)):
        return "static", thing
    raise TypeError(
        f"a compiled function returned {_short(thing)}: it may return numbers, and "
        "lists, tuples and dicts of them"
    )


def _short(thing: Any) -> str:
    text = f"{type(thing).__name__} {thing!r}"
    return text if len(text) <= 60 else text[:57] + "..."
