"""Structures of arguments and results as JSON, and read from it.

A part that occurs many times in a row is written once, with a count. What a structure
holds of Python is written where any Python has it: None, booleans, numbers, text,
bytes, and tuples of these; their types follow from that. A function or a class is not.
"""

from __future__ import annotations

from itertools import groupby
from math import inf
from typing import Any

from autograd.compiling.sealing import Memory, Refused
from autograd.compiling.structure import NUMBER, Structure, dict_of, static

DEEPEST = 64  # lists within lists; hash() of a tuple recurses in C, unguarded
FOR_A_PART = 8  # bytes of memory
DEEPEST_SHOWN = 3


def to_json(structure: Structure, where: str, depth: int = 0) -> Any:
    """A structure as JSON; TypeError that says where something cannot be written.

    >>> to_json(("list", ("number", "number", ("static", "mean"))), "x")
    ['list', [[2, 'number'], [1, ['static', 'mean']]]]
    """
    if structure == NUMBER:
        return structure
    kind, *rest = structure
    if kind == "static":
        return [kind, _constant(rest[0], where, depth)]
    if kind == "named":
        raise TypeError(
            f"{where} is a named tuple {rest[0].__name__}, and a file holds no "
            "classes: use a plain tuple or a dict"
        )
    _not_too_deep(depth, where)
    keys = [*rest[0]] if kind == "dict" else range(len(rest[-1]))
    parts = [
        part if part == NUMBER else to_json(part, f"{where}[{key!r}]", depth + 1)
        for key, part in zip(keys, rest[-1])
    ]
    counted = [[len([*same]), part] for part, same in groupby(parts)]
    if kind != "dict":
        return [kind, counted]
    return [kind, [_constant(key, f"a key of {where}", depth) for key in keys], counted]


def from_json(written: Any, memory: Memory) -> tuple[Structure, int]:
    """A structure, and how many numbers there are in it; Refused if it is none."""
    structure, numbers, _ = _read(written, memory, 0)
    return structure, numbers


def shown(structure: Structure, depth: int = 0) -> str:
    """A structure in short, for messages.

    >>> shown(("list", ("number", "number", ("static", "mean"))))
    "[2 × number, 'mean']"
    """
    if structure == NUMBER:
        return NUMBER
    kind, *rest = structure
    if kind == "static":
        return f"{rest[0]!r:.30}"
    if depth == DEEPEST_SHOWN:
        return "..."
    parts = rest[-1]
    if kind == "dict":
        pairs = zip(rest[0], parts)
        texts = [f"{key!r:.30}: {shown(part, depth + 1)}" for key, part in pairs]
    else:
        runs = [(len([*same]), part) for part, same in groupby(parts)]
        texts = [
            (f"{count} × " if count > 1 else "") + shown(part, depth + 1)
            for count, part in runs
        ]
    first, last = {"list": ("[", "]"), "dict": ("{", "}")}.get(kind, ("(", ")"))
    return f"{first}{', '.join(texts)}{last}"


def _read(written: Any, memory: Memory, depth: int) -> tuple[Structure, int, int]:
    """A structure, its numbers, and all its parts: counted, for they may be shared."""
    if written == NUMBER:
        return written, 1, 1
    _not_too_deep(depth, "a structure in it")
    kind, *rest = _list(written, 2, 3)
    if kind == "static" and len(rest) == 1:
        return static(_constant_in(rest[0], depth)), 0, 1
    if kind not in ("list", "tuple", "dict") or len(rest) != 1 + (kind == "dict"):
        raise Refused("a structure in it is none")
    parts: list[Structure] = []
    numbers, size = 0, 1
    for entry in _list(rest[-1]):
        count, inner = _list(entry, 2, 2)
        part, its_numbers, its_size = _read(inner, memory, depth + 1)
        if type(count) is not int or count < 1:
            raise Refused("a structure in it has a part that occurs never")
        memory.ask(FOR_A_PART * count * its_size)
        parts += [part] * count
        numbers, size = numbers + count * its_numbers, size + count * its_size
    if kind != "dict":
        return (kind, tuple(parts)), numbers, size
    keys = tuple([_constant_in(key, depth) for key in _list(rest[0])])
    if len(keys) != len(parts):
        raise Refused("a dict in it has other keys than it has parts")
    return dict_of(keys, tuple(parts)), numbers, size


def _constant(thing: Any, where: str, depth: int) -> Any:
    kind = type(thing)
    if thing is None or kind in (bool, str):
        return thing
    if kind is int and abs(thing) < 2**63:
        return ["int", thing]
    if kind is float:
        return ["float", thing.hex()]
    if kind is bytes:
        return ["bytes", thing.hex()]
    if kind is tuple:
        _not_too_deep(depth, where)
        return ["tuple", [_constant(part, where, depth + 1) for part in thing]]
    shown = repr(thing)
    raise TypeError(
        f"{where} is {shown if len(shown) <= 60 else shown[:57] + '...'}, and a file "
        "holds only numbers, text, bytes, booleans and None: pass a plain one, or let "
        "the function close over it"
    )


def _constant_in(written: Any, depth: int) -> Any:
    if written is None or type(written) in (bool, str):
        return written
    kind, thing = _list(written, 2, 2)
    if kind == "int" and type(thing) is int:
        return thing
    if kind == "float" and type(thing) is str:
        return float.fromhex(thing)
    if kind == "bytes" and type(thing) is str:
        return bytes.fromhex(thing)
    if kind == "tuple":
        _not_too_deep(depth, "a structure in it")
        return tuple([_constant_in(part, depth + 1) for part in _list(thing)])
    raise Refused("a constant in it is none")


def _list(thing: Any, least: int = 0, most: float = inf) -> list[Any]:
    if type(thing) is not list or not least <= len(thing) <= most:
        raise Refused("a structure in it is none")
    return thing


def _not_too_deep(depth: int, where: str) -> None:
    if depth > DEEPEST:
        raise Refused(f"{where} is nested more than {DEEPEST} deep")
