"""Where in the arguments, or in the result, each number is; and names in any language.

Texts of users are data: names become identifiers, and labels are made inert.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from autograd.compiling.structure import NUMBER, Structure


class Block(NamedTuple):
    """Numbers that can be given as one array: an argument, or a part of one.

    `shape` is () for a single number. `place` is that of its first number.
    """

    access: str
    shape: tuple[int, ...]
    place: int
    size: int


class Static(NamedTuple):
    """A part of the arguments that is no number, and belongs to the recording."""

    access: str
    thing: Any


def parts(structure: Structure, name: str) -> Iterator[tuple[str, Structure]]:
    """The parts of a list, a tuple or a dict, each with the Python that reaches it.

    >>> [*parts(("dict", ("a", 7.5), ("number", "number")), "x")]
    [("x['a']", 'number'), ('x[7.5]', 'number')]
    """
    kind, *rest = structure
    for i, part in enumerate(rest[-1]):
        key = rest[0][i] if kind == "dict" else i
        if is_literal(key):
            yield f"{name}[{key!r}]", part
        else:  # a key that cannot be written down
            yield f"[*{name}.values()][{i}]", part


def labels(structure: Structure, name: str) -> Iterator[str]:
    """Where each number of a structure is.

    >>> [*labels(("list", ("number", ("tuple", ("number", "number")))), "x")]
    ['x[0]', 'x[1][0]', 'x[1][1]']
    """
    if structure == NUMBER:
        yield name
    elif structure[0] != "static":
        for access, part in parts(structure, name):
            yield from labels(part, access)


def blocks(structure: Structure, name: str, place: int) -> Iterator[Block | Static]:
    """The largest parts that an array can be given for, and what is no number.

    >>> [*blocks(("list", (("list", ("number",) * 3),) * 2), "x", 4)]
    [Block(access='x', shape=(2, 3), place=4, size=6)]
    """
    shape = shape_of(structure)
    if shape is not None:
        count = len([*labels(structure, name)])
        if count:
            yield Block(name, shape, place, count)
    elif structure[0] == "static":
        yield Static(name, structure[1])
    else:
        for access, part in parts(structure, name):
            yield from blocks(part, access, place)
            place += len([*labels(part, access)])


def is_literal(thing: Any) -> bool:
    """Whether Python reads what its repr writes."""
    if type(thing) is float:
        return thing - thing == 0
    return type(thing) in (str, bytes, int, bool, type(None))


def told(found: list[Block | Static], name: str) -> list[str]:
    """What each block is, a line for each; made inert. `name` is that of a number.

    >>> told([Block("x", (2, 3), 0, 6), Static("mode", "mean")], "x[{}]")
    ['x[0] to x[5] = x, row by row', "recorded with mode = 'mean'"]
    """
    lines = []
    for part in found:
        if isinstance(part, Static):
            lines.append(f"recorded with {part.access} = {part.thing!r}")
            continue
        where = name.format(part.place)
        if part.size > 1:
            where += f" to {name.format(part.place + part.size - 1)}"
        by_row = ", row by row" if len(part.shape) > 1 else ""
        lines.append(f"{where} = {part.access}{by_row}")
    return [remark(line) for line in lines]


def shape_of(structure: Structure) -> tuple[int, ...] | None:
    """The shape of nested lists of numbers, if each has parts of one shape."""
    if structure == NUMBER:
        return ()
    if structure[0] not in ("list", "tuple"):
        return None
    shapes = [shape_of(part) for part in structure[1]]
    if not shapes or shapes[0] is None or shapes.count(shapes[0]) < len(shapes):
        return None
    return len(shapes), *shapes[0]


def identifier(name: str) -> str:
    """A name in any language, made from a function's; with a suffix it is no keyword.

    >>> identifier("make.<locals>.loss"), identifier("<lambda>"), identifier("9 lives;")
    ('loss', 'compiled', 'f9_lives')
    """
    last = name.rsplit("<locals>.", 1)[-1].replace("<lambda>", "compiled")
    plain = re.sub(r"[^A-Za-z0-9]+", "_", last).strip("_")[:60]
    return f"f{plain}" if plain[:1].isdigit() else plain or "compiled"


def remark(text: str) -> str:
    """A text of anyone's for inside a comment: it cannot end there, nor hide anything.

    >>> remark("w[0] */ system(); /*")
    'w[0] <U+002A><U+002F> system(); <U+002F><U+002A>'
    """
    return re.sub(
        r"[^A-Za-z0-9 _.,:;()\[\]{}<>=+|'\"-]", lambda x: f"<U+{ord(x[0]):04X}>", text
    )
