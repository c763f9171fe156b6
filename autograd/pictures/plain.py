"""A layout in Graphviz's plain format, read into centimetres for TikZ."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

Point = tuple[float, float]

# Centimetres for an inch of Graphviz's layout, whose letters are larger
SCALE = 1.7
# Graphviz's curves end where the arrowhead begins: 10 pt, times the arrowsize
HEAD = 6 / 72


@dataclass
class Route:
    """The curve of an arrow, as a Bézier spline, and the place of its label."""

    points: list[Point]
    label: Point | None


@dataclass
class Layout:
    """Where the nodes of a drawing lie; their sizes and the arrows where known."""

    places: dict[str, Point]
    sizes: dict[str, Point] = field(default_factory=dict)
    routes: dict[tuple[str, str], list[Route]] = field(default_factory=dict)


def layout(plain: str) -> Layout:
    """The layout that an engine wrote in the plain format."""
    laid = Layout({})
    for line in plain.splitlines():
        words = line.split() or [""]
        if words[0] == "node":
            x, y, width, height = (SCALE * float(word) for word in words[2:6])
            laid.places[words[1]] = x, y
            laid.sizes[words[1]] = width, height
        elif words[0] == "edge":
            ends = words[1].partition(":")[0], words[2].partition(":")[0]
            laid.routes.setdefault(ends, []).append(_route(words[3:]))
    return laid


def _route(words: list[str]) -> Route:
    """The route in "number of points, points, label and its place, style, colour"."""
    end = 1 + 2 * int(words[0])
    numbers = [SCALE * float(word) for word in words[1:end]]
    points = [*zip(numbers[::2], numbers[1::2])]
    (from_x, from_y), (x, y) = points[-2:]
    length = math.hypot(x - from_x, y - from_y) or 1.0
    reach = SCALE * HEAD / length
    points[-1] = x + reach * (x - from_x), y + reach * (y - from_y)
    if len(words) - end < 5:
        return Route(points, None)
    return Route(points, (SCALE * float(words[-4]), SCALE * float(words[-3])))
