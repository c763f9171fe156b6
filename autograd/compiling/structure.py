"""Arguments of any nesting, taken apart into numbers and a structure, and put together.

A structure is a hashable template: for each structure of arguments there is a tape of
its own. Strings, None, booleans and functions belong to the structure, with their
types, for True == 1 and members of two enums may be equal; whether a number is an int
does not, so that it is one structure whichever numbers of a list are ints.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import Any

from autograd._engine import Value
from autograd.real import as_float, is_real
from autograd.scopes import NO_GRAD, current

NUMBER = "number"
NO_KEYWORDS = "dict", (), ()
Structure = Any  # NUMBER, or (kind, ...)
EXACT = 2**53  # every int up to here is a float


def take_apart(thing: Any, numbers: list[Any]) -> Structure:
    """The structure of an argument; its numbers are added to the list, left to right.

    >>> numbers = []
    >>> take_apart([1.5, 2, "mean"], numbers), numbers
    (('list', ('number', 'number', ('static', 'mean', <class 'str'>))), [1.5, 2])
    """
    kind = type(thing)
    if kind is float or kind is int:
        numbers.append(thing if kind is float else exact(thing))
        return NUMBER
    if kind is list or kind is tuple:
        parts = tuple([take_apart(part, numbers) for part in thing])
        return kind.__name__, parts
    return _other(thing, numbers)


def _other(thing: Any, numbers: list[Any]) -> Structure:
    if isinstance(thing, Value):
        numbers.append(number_of(thing))
        return NUMBER
    if thing is None or isinstance(thing, (bool, str, bytes, enum.Enum)):
        return static(thing)
    if isinstance(thing, dict):
        parts = tuple([take_apart(part, numbers) for part in thing.values()])
        return dict_of(tuple(thing), parts)
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        parts = tuple([take_apart(part, numbers) for part in thing])
        return "named", type(thing), parts
    if is_real(thing):
        numbers.append(plain(thing))
        return NUMBER
    if hasattr(thing, "tolist"):  # arrays
        return take_apart(thing.tolist(), numbers)
    if callable(thing) and not hasattr(thing, "parameters"):
        return static(thing)
    raise TypeError(
        f"{short(thing)} cannot be an argument of a compiled function; "
        "arguments are numbers, lists, tuples and dicts of them, strings, booleans "
        "and None. Let the function close over anything else"
    )


def static(thing: Any) -> Structure:
    """What is no number, and belongs to the structure."""
    return "static", thing, type(thing)


def dict_of(keys: tuple[Any, ...], parts: tuple[Structure, ...]) -> Structure:
    """A dict's structure; keys that are not all plain text are there with their types.

    >>> dict_of((1,), (NUMBER,)) == dict_of((1.0,), (NUMBER,))
    False
    """
    if all([type(key) is str for key in keys]):
        return "dict", keys, parts
    return "dict", keys, tuple(map(_kind, keys)), parts


def _kind(key: Any) -> Any:
    kind = type(key)
    return (kind, *map(_kind, key)) if isinstance(key, tuple) else kind


def number_of(argument: Value) -> float:
    """The number of a Value that is an argument; TypeError where it has a gradient.

    >>> number_of(Value(2.0))
    Traceback (most recent call last):
        ...
    TypeError: Value(data=2.0, grad=0.0) is an argument of a compiled function, and no \
gradient gets to it: results are plain numbers. Let the function close over it and use \
backward, pass its .data, or call the Python function itself (.function) to go on \
recording
    """
    number: float = argument.data
    if argument.is_constant or current.get() is NO_GRAD:
        return number
    raise TypeError(
        f"{argument!r} is an argument of a compiled function, and no gradient gets to "
        "it: results are plain numbers. Let the function close over it and use "
        "backward, pass its .data, or call the Python function itself (.function) to "
        "go on recording"
    )


def plain(number: Any) -> int | float:
    """A real number of any type as Python's own.

    >>> from fractions import Fraction
    >>> plain(Fraction(1, 4)), plain(True)
    (0.25, 1)
    """
    whole = hasattr(number, "__index__")
    return exact(int(number)) if whole else as_float(number)


def exact(whole: int) -> int:
    """An int that a float can be: the tape computes with floats.

    >>> exact(2**53 + 1)
    Traceback (most recent call last):
        ...
    OverflowError: 9007199254740993 is an argument of a compiled function, which \
computes with floats, and no float is that int: it would be rounded. Pass float(n), or \
let the function close over it
    """
    if -EXACT <= whole <= EXACT or int(as_float(whole, "an argument")) == whole:
        return whole
    raise OverflowError(
        f"{whole} is an argument of a compiled function, which computes with floats, "
        "and no float is that int: it would be rounded. Pass float(n), or let the "
        "function close over it"
    )


def put_together(structure: Structure, numbers: Iterator[Any]) -> Any:
    """The inverse of `take_apart`, with the numbers given.

    >>> put_together(("list", ("number", ("static", None))), iter([4.0]))
    [4.0, None]
    """
    if structure == NUMBER:
        return next(numbers)
    kind, *rest = structure
    if kind == "static":
        return rest[0]
    parts = [
        next(numbers) if part == NUMBER else put_together(part, numbers)
        for part in rest[-1]
    ]
    if kind == "list":
        return parts
    if kind == "tuple":
        return tuple(parts)
    if kind == "array":
        return _array(rest[0], rest[1], parts)
    return rest[0](*parts) if kind == "named" else dict(zip(rest[0], parts))


def _array(
    shape: tuple[int, ...], structures: tuple[Structure, ...], parts: list[Any]
) -> Any:
    import numpy  # there, since an array was given

    if not parts:
        return numpy.zeros(shape)
    if all([part == NUMBER for part in structures]) or all(
        [part[0] == "static" for part in structures]
    ):
        return numpy.array(parts).reshape(shape)
    found = numpy.empty(len(parts), dtype=object)  # of lists, say: each is one element
    for place, part in enumerate(parts):
        found[place] = part
    return found.reshape(shape)


RETURNED = "a compiled function returned {}: it may return numbers, and lists, tuples \
and dicts of them"


def results(
    thing: Any, nodes: list[Any], refusal: str = RETURNED, arrays: bool = False
) -> Structure:
    """The structure of what a function returned; its Values and numbers are added.

    `refusal` is what a TypeError says of anything else; with `arrays`, NumPy's stay
    arrays, where they are lists otherwise.
    """
    if isinstance(thing, Value) or (is_real(thing) and not isinstance(thing, bool)):
        nodes.append(thing)
        return NUMBER

    def inside(parts: Iterable[Any]) -> tuple[Structure, ...]:
        return tuple([results(part, nodes, refusal, arrays) for part in parts])

    if isinstance(thing, dict):
        for key in thing:
            _must_be_no_value(key)
        return dict_of(tuple(thing), inside(thing.values()))
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return "named", type(thing), inside(thing)
    if isinstance(thing, (list, tuple)):
        return "list" if isinstance(thing, list) else "tuple", inside(thing)
    if hasattr(thing, "tolist"):  # an object array of Values
        if arrays and hasattr(thing, "ravel"):
            return "array", thing.shape, inside(thing.ravel().tolist())
        return results(thing.tolist(), nodes, refusal)
    if thing is None or isinstance(thing, (bool, str, bytes)):
        return static(thing)
    raise TypeError(refusal.format(short(thing)))


def _must_be_no_value(key: Any) -> None:
    if isinstance(key, Value):
        raise TypeError(
            f"a dict has {key!r} as a key: keys are the same whatever the numbers are. "
            "Use text or ints, and keep Values under them"
        )
    if isinstance(key, tuple):
        for part in key:
            _must_be_no_value(part)


def short(thing: Any) -> str:
    """A thing's type and itself, for messages."""
    text = f"{type(thing).__name__} {thing!r}"
    return text if len(text) <= 60 else text[:57] + "..."
