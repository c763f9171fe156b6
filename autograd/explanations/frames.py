"""Frames: the picture of a log at a moment, in any image format.

The frames of a film have one layout, with room for every text that will ever stand in
it; what stands below says what happens.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import cached_property

from autograd.explanations.film import Film
from autograd.explanations.scene import Scene
from autograd.pictures import engines
from autograd.pictures.dot import Attributes, dot, escape
from autograd.pictures.drawn import Drawn
from autograd.pictures.model import Drawing, Node
from autograd.pictures.placement import placement

# More boxes and ellipses than this cannot be read
LARGEST = 2000
# In points: the letters below, which are monospaced, their lines, the gap, the bar
SIZE, LETTER, LINE, GAP, BAR = 14.0, 8.4, 17.5, 12.0, 4.0
INCH, MARGIN = 72.0, 8.0
# Below a wide picture letters are larger: what stands there takes so much of the width
SHARE, LARGER = 0.6, 3.0
# What stands below the picture, in boxes of fixed sizes: frames have one size
FIXED = {"style": "filled", "fixedsize": "true", "margin": "0", "label": ""}
TEXT = {**FIXED, "shape": "none", "style": ""}
BELOW = {
    "track": {**FIXED, "color": "#E4E4E4", "fillcolor": "#E4E4E4"},
    "bar": FIXED,
    "heading": {**TEXT, "fontname": "Courier-Bold"},
    "caption": {**TEXT, "fontcolor": "#222222"},
}
LABEL = {"labeljust": "l", "fontsize": f"{SIZE:g}", "fontcolor": "#222222"}
ORDER = {"outputorder": "edgesfirst"}  # wide arrows end at the boxes' edges


class Frames:
    """The frames of a scene, laid out once, when the first one is drawn.

    ValueError for more boxes and ellipses than 2,000.

    >>> from autograd import Value, explain
    >>> from autograd.explanations.scene import Scene
    >>> a = Value(3.0, label="a")
    >>> frames = Frames(Scene(explain(a * a).log))
    >>> len(frames), frames.frame(3)
    (5, <moment 3 of 4: .save('moment.svg') writes it>)
    """

    def __init__(
        self, scene: Scene, direction: str = "LR", engine: str | None = None
    ) -> None:
        check_size(scene)
        self.scene, self.direction, self.engine = scene, direction, engine
        self.film = Film(scene)

    def __len__(self) -> int:
        return len(self.scene.moments)

    def frame(self, at: int) -> Frame:
        """The picture at a moment, from 0; IndexError beyond the last."""
        last = len(self) - 1
        if not 0 <= operator.index(at) <= last:
            raise IndexError(f"frame({at!r}): the moments are 0 to {last}")
        return Frame(self, at)

    @property
    def places(self) -> dict[str, dict[str, str]]:
        """Where everything lies, in every frame; EngineError without an engine."""
        return self._layout[0]

    @property
    def size(self) -> tuple[float, float]:
        """The width and height of every frame, in inches."""
        return self._layout[1]

    @cached_property
    def _layout(self) -> tuple[dict[str, dict[str, str]], tuple[float, float]]:
        places = placement(self.scene.drawing, self.direction, self.engine)
        left, bottom, right, top = map(float, places.pop("")["bb"].split(","))
        least = LETTER * (self.film.columns + 1)
        width = max(right - left, least)
        left = (left + right - width) / 2
        scale = min(max(SHARE * width / least, 1.0), LARGER)
        line, letters = scale * LINE, {"fontsize": f"{scale * SIZE:.1f}"}
        caption = line * self.film.lines
        under = bottom - 2 * GAP
        places["track"] = _place(left, bottom - GAP, width, BAR)
        places["heading"] = _place(left, under, width, line) | letters
        places["caption"] = _place(left, under - line, width, caption) | letters
        height = top - under + line + caption
        return places, ((width + MARGIN) / INCH, (height + MARGIN) / INCH)

    def bar(self, at: int) -> dict[str, str]:
        """Where the bar lies that shows how far the film has come."""
        track = self.places["track"]
        width = float(track["width"]) * INCH - 1  # no rounding may reach over the edge
        x, y = map(float, track["pos"].split(","))
        share = (at + 1) / len(self)
        return _place(x - width / 2, y + BAR / 2, width * share, BAR)


class Frame(Drawn):
    """A moment of a film: shows itself in a notebook; saves as svg, png, pdf, dot ...

    `heading` and `caption` are what stands below; `placed` is the source in DOT with
    every place in it, which `neato -n2` draws, `dot` the same for any layout.
    """

    def __init__(self, frames: Frames, at: int) -> None:
        self._frames, self.at = frames, at
        film = frames.film
        self.heading, *self.caption = film.below(at)
        self._looks = {
            key: film.attributes(key, look) for key, look in film.looks_at(at).items()
        }
        drawing = film.drawing(at)
        lines = [self.heading, *self.caption]
        source = captioned(drawing, frames.direction, self._looks, lines)
        where = (f"moment {at} of {len(frames) - 1}",)
        self._told = {"heading": (self.heading,), "caption": tuple(self.caption)}
        below = [Node(k, "inner", self._told.get(k, where), None) for k in BELOW]
        whole = Drawing([*drawing.nodes, *below], drawing.arrows, drawing.groups)
        super().__init__(whole, source, frames.engine)

    @property
    def placed(self) -> str:
        places = {**self._frames.places, "bar": self._frames.bar(self.at)}
        attributes = {
            key: {**place, **BELOW.get(key, {}), **self._looks.get(key, {})}
            for key, place in places.items()
        }
        for key, lines in self._told.items():
            attributes[key]["label"] = left(lines)
        attributes[""] = ORDER
        return dot(self._drawing, self._frames.direction, attributes)

    def _rendered(self, format: str) -> bytes:
        return engines.render(self.placed, format, self._engine, placed=True)

    def png(self, dpi: int) -> bytes:
        """The frame with so many pixels for an inch."""
        return engines.render(self.placed, "png", self._engine, placed=True, dpi=dpi)

    def __repr__(self) -> str:
        last = len(self._frames) - 1
        return f"<moment {self.at} of {last}: .save('moment.svg') writes it>"


def captioned(
    drawing: Drawing, direction: str, attributes: Attributes, caption: Iterable[str]
) -> str:
    """The source in DOT, for any layout, with the caption as the picture's label."""
    label = {"": {**LABEL, **ORDER, "label": left(caption)}}
    return dot(drawing, direction, {**attributes, **label})


def left(lines: Iterable[str]) -> str:
    """A label of several lines, each beginning at the left."""
    return "".join(f"{escape(line)}\\l" for line in lines)


def _place(left: float, top: float, width: float, height: float) -> dict[str, str]:
    """What lies there, in points, as attributes of a node."""
    return {
        "pos": f"{left + width / 2:.2f},{top - height / 2:.2f}",
        "width": f"{width / INCH:.4f}",
        "height": f"{height / INCH:.4f}",
    }


def check_size(scene: Scene) -> None:
    """ValueError where the picture of a scene is too large to be read."""
    count = len(scene.drawing.nodes)
    if count > LARGEST:
        raise ValueError(
            f"the picture would have {count} nodes, and more than {LARGEST} cannot be "
            'read: open("scope") one of the explanation\'s scopes, or keep what lies '
            "between with explain(y, wrt=x)"
        )
