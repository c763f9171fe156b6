"""A scene as timelines: when each text appears in the picture, and each look begins.

Frames are cut from them, and the animation is made of them; an element has as many
entries as changes, so that a film is as long as its log and no longer.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from autograd.explanations.model import Variable
from autograd.explanations.scene import Key, Moment, Scene
from autograd.pictures.dot import ARROW, ROLES
from autograd.pictures.model import Drawing

# From a moment on, this: a text, or the name of a look
Timeline = list[tuple[int, str]]

# What moves in which direction, and a path that is shown; wider lines, too
FORWARD, BACKWARD, PATH = "#0072B2", "#D55E00", "#A3377A"
BOXES = {
    "forward": {"color": FORWARD, "penwidth": "3.2"},
    "computed": {"color": FORWARD, "penwidth": "4.2", "fillcolor": "#B5DCF5"},
    "backward": {"color": BACKWARD, "penwidth": "3.2"},
    "receives": {"color": BACKWARD, "penwidth": "4.2", "fillcolor": "#FFD8BD"},
    "path": {"color": PATH, "penwidth": "3.2"},
    "start": {"color": PATH, "penwidth": "4.2", "fillcolor": "#F3DCEA"},
}
ARROWS = {
    "forward": {"color": FORWARD, "penwidth": "2.8", "fontcolor": FORWARD},
    "backward": {"color": BACKWARD, "penwidth": "2.8", "fontcolor": BACKWARD},
    "path": {"color": PATH, "penwidth": "2.8", "fontcolor": PATH},
}
# The heading below the picture, and the bar of progress
PHASES = {"given": "#555555", "forward": FORWARD, "backward": BACKWARD}
PLAIN_BOX = {"penwidth": "1", "fontcolor": "#000000"}
PLAIN_ARROW = {**ARROW, "penwidth": "1"}
# What is not known yet, or lies beside a lit path, keeps so much of its colour
FAINT = 0.35

# Rows of a moment that are captions too; so many of them, and so many bytes in each:
# layout engines take the bytes of a sign like ∂ for letters
CAPTION = {"numbers", "next", "slope", "rule", "given", "total", "means"}
LINES, WIDTH = 5, 110


class Film:
    """What changes in a scene's picture, and when.

    `texts` has the timeline of a node's line ("v3", 2), of an arrow's label ("e5", 0),
    and of what stands below: the heading ("heading", 0) and the lines of the caption.
    `looks` has that of a node or an arrow, and of "heading" and "bar".
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.texts: dict[tuple[str, int], Timeline] = {}
        self.looks: dict[str, Timeline] = {}
        self.roles = {node.key: node.role for node in scene.drawing.nodes}
        self._slots = self._places()
        captions = [_caption(moment) for moment in scene.moments]
        self.lines = max(map(len, captions))
        for at, (moment, caption) in enumerate(zip(scene.moments, captions)):
            for place, told in moment.texts.items():
                self._say(at, self._slots[place], told)
            self._say(at, ("heading", 0), self._heading(at))
            for i in range(self.lines):
                self._say(at, ("caption", i), caption[i] if i < len(caption) else "")
        # of what stands below, in bytes
        self.columns = max(
            len(told.encode())
            for slot, timeline in self.texts.items()
            for _, told in timeline
            if slot[0] in ("heading", "caption")
        )
        self._light()

    def _places(self) -> dict[str, tuple[str, int]]:
        """Where in the drawing the places of a scene are."""
        slots = {}
        for v in self.scene.log.variables:
            slots[f"data {v.index}"] = f"v{v.index}", 1
            slots[f"grad {v.index}"] = f"v{v.index}", 2
            for position, parent in enumerate(v.operands):
                arrow = self.element(f"v{parent}>o{v.index}:{position}")
                slots[f"partial {v.index} {position}"] = arrow, 0
        return slots

    def _say(self, at: int, slot: tuple[str, int], told: str) -> None:
        if slot[0].startswith("v"):
            told = f"{('', 'data', 'grad')[slot[1]]} {told}"
        elif slot[0].startswith("e"):
            told = f"∂ {told}"
        timeline = self.texts.setdefault(slot, [])
        if not timeline or timeline[-1][1] != told:
            timeline.append((at, told))

    def element(self, key: Key) -> str:
        """The key of what is lit in the drawing: of an arrow by its place there."""
        return f"e{self.scene.keys[key]}" if ">" in key else key

    def drawing(self, at: int) -> Drawing:
        """The drawing with the texts that stand in it at a moment."""
        whole = self.scene.drawing
        nodes = []
        for node in whole.nodes:
            lines = tuple(
                self._line(at, (node.key, i), line) for i, line in enumerate(node.lines)
            )
            nodes.append(replace(node, lines=lines))
        arrows = [
            replace(arrow, label=self._line(at, (f"e{i}", 0), arrow.label))
            for i, arrow in enumerate(whole.arrows)
        ]
        return Drawing(nodes, arrows, whole.groups)

    def _line(self, at: int, slot: tuple[str, int], drawn: str) -> str:
        return latest(self.texts[slot], at, " ") if slot in self.texts else drawn

    def looks_at(self, at: int) -> dict[str, str]:
        """How everything looks at a moment, by the names of looks."""
        return {key: latest(timeline, at) for key, timeline in self.looks.items()}

    def attributes(self, key: str, look: str) -> dict[str, str]:
        """What a look means for a node, an arrow, or what stands below."""
        if key in ("heading", "bar"):
            return dict.fromkeys(("color", "fillcolor", "fontcolor"), PHASES[look])
        return _box(self.roles[key], look) if key in self.roles else _arrow(look)

    def below(self, at: int) -> tuple[str, ...]:
        """The lines below the picture at a moment; the first is the heading."""
        slots = ("heading", 0), *(("caption", i) for i in range(self.lines))
        return tuple(latest(self.texts[slot], at) for slot in slots)

    # --- looks ---------------------------------------------------------------------

    def _light(self) -> None:
        for v in self.scene.log.variables:
            if v.operands:
                for key in self._computation(v):
                    self.looks[key] = [(0, "faint")]
        for at, moment in enumerate(self.scene.moments):
            for key in dict.fromkeys(moment.lit):
                element = self.element(key)
                timeline = self.looks.setdefault(element, [(0, "plain")])
                if timeline[-1][0] == at:  # it was to be plain again, or the first
                    timeline.pop()
                timeline += [(at, _look(moment, key)), (at + 1, "plain")]
            for element in ("heading", "bar"):
                timeline = self.looks.setdefault(element, [])
                if not timeline or timeline[-1][1] != moment.phase:
                    timeline.append((at, moment.phase))
        end = len(self.scene.moments)
        for timeline in self.looks.values():
            if timeline[-1][0] == end:
                timeline.pop()

    def _computation(self, v: Variable) -> list[str]:
        """What is drawn of a variable's computation: box, operation, arrows."""
        arrows = [f"v{p}>o{v.index}:{k}" for k, p in enumerate(v.operands)]
        arrows.append(f"o{v.index}>v{v.index}")
        return [f"v{v.index}", f"o{v.index}", *map(self.element, arrows)]

    def _heading(self, at: int) -> str:
        moment, backward = self.scene.moments[at], len(self.scene.log.backward)
        if moment.phase == "given":
            return moment.title
        forward = len(self.scene.moments) - 1 - backward
        where = f"{moment.step} of {backward}" if moment.step else f"{at} of {forward}"
        return _clipped(f"{moment.phase} {where}   {moment.title}")


def _caption(moment: Moment) -> list[str]:
    """The rows of a moment that stand below the picture."""
    lines, kept = [], False
    for name, told in moment.rows:
        kept = name in CAPTION if name else kept
        if kept:
            short = told.partition("; difference quotient")[0]
            lines.append(_clipped(f"{name:<9} {short}"))
    if len(lines) > LINES:
        lines[LINES - 1 :] = ["..."]
    return lines


def _look(moment: Moment, key: Key) -> str:
    if key != f"v{moment.variable}":
        return "backward" if moment.phase == "backward" else "forward"
    return "receives" if moment.phase == "backward" else "computed"


def _clipped(line: str) -> str:
    raw = line.encode()
    end = WIDTH - len("…".encode())
    return line if len(raw) <= WIDTH else raw[:end].decode(errors="ignore") + "…"


def latest(timeline: Timeline, at: int, default: str = "") -> str:
    """What a timeline says at a moment."""
    place = bisect_right(timeline, at, key=lambda entry: entry[0])
    return timeline[place - 1][1] if place else default


def _box(role: str, look: str) -> dict[str, str]:
    """The attributes of a box or an operation of this role in this look."""
    plain = {name: ROLES[role][name] for name in ("color", "fillcolor")}
    plain = {**PLAIN_BOX, **plain, "penwidth": ROLES[role].get("penwidth", "1")}
    return _faint(plain) if look == "faint" else plain | BOXES.get(look, {})


def _arrow(look: str) -> dict[str, str]:
    """The attributes of an arrow in this look."""
    if look == "faint":
        return _faint(PLAIN_ARROW)
    return PLAIN_ARROW | ARROWS.get(look, {})


def _faint(look: dict[str, str]) -> dict[str, str]:
    return {
        name: _mixed(value) if value.startswith("#") else value
        for name, value in look.items()
    }


def _mixed(color: str) -> str:
    """The colour seen through white."""
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + FAINT * (part - 255)):02X}" for part in parts)
