"""Which line of the user's program recorded a node."""

from __future__ import annotations

import linecache
import os
import sys
import weakref
from typing import NamedTuple

from autograd._engine import Value
from autograd.compiling.tracing import callers_inside


class Line(NamedTuple):
    """A line of a program; as text with its source, where that can be read."""

    file: str
    number: int

    def __str__(self) -> str:
        source = linecache.getline(self.file, self.number).strip()
        return f"{_near(self.file)}:{self.number}" + f": {source}" * bool(source)


def this_line() -> Line:
    """The innermost line that is running and not of these packages."""
    frame = sys._getframe(callers_inside() - 1)
    return Line(frame.f_code.co_filename, frame.f_lineno)


def remember(node: Value, line: Line) -> None:
    """Know the line of a node, for as long as the node lives."""
    mark = _Mark(node, _forget)
    mark.key, mark.line = id(node), line
    _marks[mark.key] = mark


def line_of(node: Value) -> Line | None:
    """The line that recorded a node, if it was remembered."""
    mark = _marks.get(id(node))
    return None if mark is None else mark.line


class _Mark(weakref.ref):  # type: ignore[type-arg]
    # on the node itself there is no room for what is hardly ever wanted
    __slots__ = ("key", "line")

    key: int
    line: Line


_marks: dict[int, _Mark] = {}


def _forget(mark: _Mark) -> None:
    if _marks.get(mark.key) is mark:
        del _marks[mark.key]


def _near(file: str) -> str:
    """The path from here, if it is not far away."""
    try:
        near = os.path.relpath(file) if os.path.isabs(file) else file
    except ValueError:  # on another drive
        return file
    return file if near.startswith("..") else near
