"""The picture of a page: a layout drawn with classes, not with colours.

What the picture looks like is page.css's, so that it follows dark mode and can be lit;
what stands in it is the script's, by `data-key`.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from autograd.explanations.scene import Scene
from autograd.pictures.model import Group, Node
from autograd.pictures.placement import placement

# Of the layout's fonts: half a capital's height, and the distance of two lines
MIDDLE, LINE = 3.5, 13.2
# From the picture's edge, from a box's edge to its texts, and of an arrow's head
MARGIN, PAD, LONG, WIDE = 4.0, 6.0, 6.0, 2.2
INCH = 72.0
# With more nodes, arrows have no labels: laying those out takes minutes
LABELLED = 800

Point = tuple[float, float]
Placed = Mapping[str, str]


def picture(scene: Scene, direction: str = "LR") -> str:
    """The picture of a scene as an SVG element without ids and colours.

    Boxes, operations and arrows have the scene's keys as `data-key`. Every number of
    the last moment is in it: a page's script hides what is not known yet. Of more than
    800 nodes, arrows have no local derivatives on them.
    """
    return _Writer(scene, direction).svg()


class _Writer:
    def __init__(self, scene: Scene, direction: str) -> None:
        self.scene, self.direction = scene, direction
        drawing = scene.drawing
        if len(drawing.nodes) > LABELLED:
            bare = [replace(arrow, label="") for arrow in drawing.arrows]
            drawing = replace(drawing, arrows=bare)
        self.places = placement(drawing, direction)
        self.texts = scene.state(len(scene.moments) - 1)
        _, _, self.width, self.height = _numbers(self.places[""]["bb"])

    def svg(self) -> str:
        size = (self.width + 2 * MARGIN, self.height + 2 * MARGIN)
        view = " ".join(map(_short, (-MARGIN, -MARGIN, *size)))
        name = html.escape(f"computation graph of {self.scene.log.result}")
        return (
            f'<svg class="graph {self.direction}" viewBox="{view}" role="img" '
            f'aria-label="{name}" style="--width:{_short(size[0])}">'
            f"{''.join(self._members())}</svg>"
        )

    def _members(self) -> Iterator[str]:
        for group in self.scene.drawing.groups:
            yield self._frame(group, self.places[group.key])
        for key, index in self.scene.keys.items():
            yield self._arrow(key, self.places[f"e{index}"])
        for node in self.scene.drawing.nodes:
            draw = self._operation if node.role == "operation" else self._box
            yield draw(node, self.places[node.key])

    def _frame(self, group: Group, placed: Placed) -> str:
        left, bottom, right, top = _numbers(placed["bb"])
        rect = self._rect(left, bottom, right, top, 8)
        _, y = _numbers(placed["lp"])
        return f'<g class="frame">{rect}{self._text("", left + PAD, y, group.name)}</g>'

    def _arrow(self, key: str, placed: Placed) -> str:
        drawn = ""
        for spline in placed["pos"].split(";"):
            points = [*_points(spline)]
            tip = points.pop(0) if spline.startswith("e,") else points[-1]
            start, *curve = map(self._down, points)
            told = " ".join(f"{_short(x)},{_short(y)}" for x, y in curve)
            path = f"M{_short(start[0])},{_short(start[1])}C{told}"
            head = _head(self._down(tip), self._down(points[-1]))
            drawn += f'<path d="{path}"/><path class="head" d="{head}"/>'
        if "lp" in placed:
            _, child, position = re.findall(r"\d+", key)
            told = f"∂ {self.texts[f'partial {child} {position}']}"
            x, y = _numbers(placed["lp"])
            drawn += self._text("slope", x, y, told)
        return f'<g class="arrow" data-key="{key}">{drawn}</g>'

    def _operation(self, node: Node, placed: Placed) -> str:
        x, y = _numbers(placed["pos"])
        rx, ry = (float(placed[name]) * INCH / 2 for name in ("width", "height"))
        size = f'cx="{_short(x)}" cy="{_short(self.height - y)}" rx="{_short(rx)}"'
        drawn = f'<ellipse {size} ry="{_short(ry)}"/>'
        drawn += self._text("", x, y, node.lines[0])
        return f'<g class="operation" data-key="{node.key}">{drawn}</g>'

    def _box(self, node: Node, placed: Placed) -> str:
        x, y = _numbers(placed["pos"])
        w, h = (float(placed[name]) * INCH / 2 for name in ("width", "height"))
        drawn = self._rect(x - w, y - h, x + w, y + h, 4)
        above = y + LINE * (len(node.lines) - 1) / 2
        heights = [above - LINE * i for i in range(len(node.lines))]
        variable = self.scene.log.variables[int(node.key[1:])]
        if variable.is_constant:
            for line, height in zip(node.lines, heights):
                drawn += self._text("", x, height, line)
        else:
            told = f"{variable.name} = {variable.formula}" if variable.operands else ""
            drawn += f"<title>{html.escape(told or variable.name)}</title>"
            drawn += self._text("name", x - w + PAD, heights[0], node.lines[0])
            for term, height in zip(("data", "grad"), heights[1:]):
                drawn += self._text("term", x - w + PAD, height, term)
                number = self.texts[f"{term} {variable.index}"]
                drawn += self._text(term, x + w - PAD, height, number)
        return f'<g class="box {node.role}" data-key="{node.key}">{drawn}</g>'

    def _rect(
        self, left: float, bottom: float, right: float, top: float, rounding: int
    ) -> str:
        x, y = _short(left), _short(self.height - top)
        size = f'width="{_short(right - left)}" height="{_short(top - bottom)}"'
        return f'<rect x="{x}" y="{y}" {size} rx="{rounding}"/>'

    def _text(self, kind: str, x: float, y: float, told: str) -> str:
        look = f'class="{kind}" ' if kind else ""
        place = f'x="{_short(x)}" y="{_short(self.height - y + MIDDLE)}"'
        return f"<text {look}{place}>{html.escape(told)}</text>"

    def _down(self, point: Point) -> Point:
        """From the layout's coordinates, where y grows upwards."""
        return point[0], self.height - point[1]


def _head(tip: Point, end: Point) -> str:
    """An arrow's head: a triangle from where its curve ends to the tip."""
    angle = math.atan2(tip[1] - end[1], tip[0] - end[0])
    along, across = math.cos(angle), math.sin(angle)
    x, y = tip[0] - LONG * along, tip[1] - LONG * across
    corners = (
        tip,
        (x - WIDE * across, y + WIDE * along),
        (x + WIDE * across, y - WIDE * along),
    )
    return "M" + "L".join(f"{_short(x)},{_short(y)}" for x, y in corners) + "Z"


def _numbers(text: str) -> list[float]:
    return [*map(float, text.split(","))]


def _points(spline: str) -> Iterator[Point]:
    for word in spline.split():
        x, y = word.split(",")[-2:]
        yield float(x), float(y)


def _short(x: float) -> str:
    """A coordinate with one decimal: a tenth of a pixel is not seen.

    >>> _short(86.03), _short(-110.96)
    ('86', '-111')
    """
    return f"{x:.1f}".removesuffix(".0")
