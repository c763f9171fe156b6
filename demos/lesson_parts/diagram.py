"""The network drawn as neurons and weights, the forward pass going down the page.

Every number stands in the drawing; the page's script hides what a stage does not know
yet, so that the page is whole on paper, and where scripts do not run.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping

from demos.lesson_parts.network import LAYERS

WIDTH = 360
LEFT, CENTRE, RIGHT = 58.0, 180.0, 302.0
BOX, PILL, LINE, APART = 84.0, 62.0, 14.0, 13.0
# Between two layers by the lines in a box, and between the prediction and the loss
GAPS, SHORT = {2: 80.0, 3: 98.0}, 34.0
INPUTS = ("x1", "x2")
# Each weight by the neuron that it belongs to and the one that it listens to
WEIGHTS = {
    "w1": ("x1", "h1"), "w2": ("x2", "h1"), "w3": ("x1", "h2"), "w4": ("x2", "h2"),
    "w5": ("h1", "h3"), "w6": ("h2", "h3"), "w7": ("h1", "h4"), "w8": ("h2", "h4"),
    "w9": ("h3", "y"), "w10": ("h4", "y"),
}  # fmt: skip
BIASES = {"b1": "h1", "b2": "h2", "b3": "h3", "b4": "h4", "b5": "y"}

Point = tuple[float, float]


def owned_by(neuron: str) -> tuple[list[tuple[str, str]], str]:
    """A neuron's weights, each with what it listens to, and its bias."""
    weights = [(w, source) for w, (source, owner) in WEIGHTS.items() if owner == neuron]
    return weights, next(b for b, owner in BIASES.items() if owner == neuron)


def diagram(
    title: str,
    values: Mapping[str, str],
    grads: Mapping[str, str] | None = None,
    loss: bool = True,
    shares: Mapping[str, float] | None = None,
    lit: tuple[str, ...] = (),
) -> str:
    """The network as SVG: texts by name, a third line for gradients if there are any.

    `shares` from 0 to 1 say how thick the line of each weight is; `lit` is lit.
    """
    return _Writer(values, grads, loss, shares or {}, lit).svg(title)


class _Writer:
    def __init__(
        self,
        values: Mapping[str, str],
        grads: Mapping[str, str] | None,
        loss: bool,
        shares: Mapping[str, float],
        lit: tuple[str, ...],
    ) -> None:
        self.values, self.grads = values, grads
        self.shares, self.lit = shares, lit
        self.lines = 2 if grads is None else 3
        self.tall = LINE * self.lines + 10
        gap = GAPS[self.lines]
        self.pitch = self.tall + gap
        rows = [INPUTS, *LAYERS, ("L",)] if loss else [INPUTS, *LAYERS]
        self.height = 8 + self.tall * len(rows) + gap * len(LAYERS) + SHORT * loss
        self.centres: dict[str, Point] = {}
        y = 4 + self.tall / 2
        for row in rows:
            if row == ("L",):
                y -= gap - SHORT
            xs = (LEFT, RIGHT) if len(row) == 2 else (CENTRE,)
            self.centres |= {name: (x, y) for name, x in zip(row, xs)}
            y += self.pitch
        if loss:
            self.centres["t"] = (RIGHT, self.centres["L"][1])
        self.has_loss = loss

    def svg(self, title: str) -> str:
        return (
            f'<svg class="network" viewBox="0 0 {WIDTH} {self.height:.0f}" role="img" '
            f'aria-label="{html.escape(title)}">{"".join(self._members())}</svg>'
        )

    def _members(self) -> Iterator[str]:
        for name, (source, owner) in WEIGHTS.items():
            yield self._edge(name, self._ends(source, owner))
        for name, owner in BIASES.items():
            yield self._edge(name, self._side(owner))
        if self.has_loss:
            (x, y), half = self.centres["y"], self.tall / 2
            below = self.centres["L"][1] - half
            yield self._edge("yL", ((x, y + half), (x, below)))
            level = self.centres["L"][1]
            sides = (RIGHT - BOX / 2, level), (CENTRE + BOX / 2, level)
            yield self._edge("tL", sides)
        for name, (source, owner) in WEIGHTS.items():
            yield self._pill(name, self._on_edge(source, owner))
        for name, owner in BIASES.items():
            start, end = self._side(owner)
            outward = -1 if start[0] < end[0] else 1
            yield self._pill(name, (start[0] + outward * PILL / 2, start[1]))
        for name, (x, y) in self.centres.items():
            yield self._box(name, x, y)

    def _ends(self, source: str, owner: str) -> tuple[Point, Point]:
        """A line between two boxes, beside others that leave or arrive there."""
        (x0, y0), (x1, y1) = self.centres[source], self.centres[owner]
        half = self.tall / 2
        side = -APART if x0 == LEFT else APART
        leaves = 0 if x0 == x1 else -side
        return (x0 + leaves, y0 + half), (x1 + side, y1 - half)

    def _side(self, owner: str) -> tuple[Point, Point]:
        """From a bias to the side of its neuron: between the two, or left of one."""
        x, y = self.centres[owner]
        if x == CENTRE:
            return (x - BOX / 2 - 24, y), (x - BOX / 2, y)
        inward = 1 if x == LEFT else -1
        edge = x + inward * BOX / 2
        return (edge + inward * 13, y), (edge, y)

    def _on_edge(self, source: str, owner: str) -> Point:
        """Where a weight stands on its line: before it crosses another."""
        (x0, y0), (x1, y1) = self._ends(source, owner)
        along = 0.42 if owner in LAYERS[-1] else 0.34
        return x0 + along * (x1 - x0), y0 + along * (y1 - y0)

    def _edge(self, name: str, ends: tuple[Point, Point]) -> str:
        (x0, y0), (x1, y1) = ends
        path = f'<path d="M{x0:.1f},{y0:.1f}L{x1:.1f},{y1:.1f}"/>'
        heads = _head("onward", ends[0], ends[1]) + _head("back", ends[1], ends[0])
        share = self.shares.get(name)
        thick = "" if share is None else f' style="--share:{share:.3f}"'
        return f"<g {self._look('edge', name)}{thick}>{path}{heads}</g>"

    def _look(self, kind: str, name: str) -> str:
        return f'class="{kind}{" lit" * (name in self.lit)}" data-key="{name}"'

    def _pill(self, name: str, centre: Point) -> str:
        x, y = centre
        return self._labelled("dial", name, x, y, PILL, LINE * self.lines + 4, 7)

    def _box(self, name: str, x: float, y: float) -> str:
        kind = "input" if name in INPUTS or name == "t" else "unit"
        kind = {"L": "loss", "y": "unit output"}.get(name, kind)
        return self._labelled(kind, name, x, y, BOX, self.tall, 5)

    def _labelled(
        self, kind: str, name: str, x: float, y: float, w: float, h: float, r: float
    ) -> str:
        rect = (
            f'<rect x="{x - w / 2:.1f}" y="{y - h / 2:.1f}" width="{w:.1f}" '
            f'height="{h:.1f}" rx="{r}"/>'
        )
        rows = [("name", "", name), ("value", f"value {name}", self.values[name])]
        if self.grads is not None and name in self.grads:
            rows.append(("grad", f"grad {name}", self.grads[name]))
        top = y - LINE * (len(rows) - 1) / 2 + 4.5
        texts = "".join(
            f'<text class="{look}"{_at(at)} x="{x:.1f}" y="{top + LINE * i:.1f}">'
            f"{html.escape(told)}</text>"
            for i, (look, at, told) in enumerate(rows)
        )
        return f"<g {self._look(kind, name)}>{rect}{texts}</g>"


def _at(place: str) -> str:
    return f' data-at="{place}"' if place else ""


def _head(kind: str, start: Point, end: Point) -> str:
    """An arrow's head at the end of a line, as a path."""
    (x0, y0), (x1, y1) = start, end
    size = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    u, v = (x1 - x0) / size, (y1 - y0) / size
    bx, by = x1 - 8 * u, y1 - 8 * v
    points = ((x1, y1), (bx - 3.6 * v, by + 3.6 * u), (bx + 3.6 * v, by - 3.6 * u))
    told = "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<path class="head {kind}" d="M{told}Z"/>'
