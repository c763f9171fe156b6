"""A film as one SVG that plays by itself, without a script: in a README, as an <img>.

It is the last frame, in which looks are animated properties, and every text that stood
in a place before is shown in its time. What is drawn stands in it once.
"""

from __future__ import annotations

import html
import re

from autograd.explanations.film import Timeline
from autograd.explanations.frames import Frames

# Seconds that the last moment stays longer, before the film begins again
PAUSE = 3.0
GROUP = re.compile(r'<g id="(p[0-9a-f]{8})(?:-|&#45;)(\w+)" class="(\w+)">')
TEXT = re.compile(r"(<text\b[^>]*)>([^<]*)(</text>)")
# How CSS names what a look changes; an arrow's fill is its label's
NODE = {"color": "color", "penwidth": "stroke-width", "fillcolor": "fill"}
EDGE = {"color": "color", "penwidth": "stroke-width", "fontcolor": "fill"}
# What is drawn takes the looks of the group that it is in
RULES = """\
.ID>polygon,.ID>ellipse,.ID>path{stroke:currentColor;stroke-width:inherit}
.node.ID>polygon,.node.ID>ellipse,.node.ID>path{fill:inherit}
.edge.ID>text,.heading.ID>text{fill:inherit}
.edge.ID>polygon{fill:currentColor}
.bar.ID>polygon{transform-box:fill-box;transform-origin:0 0}"""
MOVING = """\
.ID{animation:0s step-end infinite;animation-duration:TIMEs}
.bar.ID>polygon{animation:IDbar TIMEs linear infinite}
@keyframes IDbar{0%{transform:scaleX(0)}END,100%{transform:none}}"""


def animated_svg(frames: Frames, seconds_per_step: float = 1.5) -> str:
    """The film as SVG that plays in a loop; where motion is not wanted, its last frame.

    `seconds_per_step` is how long each moment stays, from 0.1 to 60; the last one stays
    three seconds longer. EngineError where there is no layout engine.

    >>> from autograd import Value, explain
    >>> from autograd.explanations.scene import Scene
    >>> a = Value(3.0, label="a")
    >>> svg = animated_svg(Frames(Scene(explain(a * a).log)))
    >>> svg[:4], "@keyframes" in svg, "<script" in svg
    ('<svg', True, False)
    """
    return _Animator(frames, checked_seconds(seconds_per_step)).svg()


def checked_seconds(seconds: float) -> float:
    """Seconds for a step, as they were given; ValueError where nobody could follow."""
    if not isinstance(seconds, (int, float)) or not 0.1 <= seconds <= 60:
        raise ValueError(f"seconds_per_step: must be from 0.1 to 60, not {seconds!r}")
    return seconds


class _Animator:
    def __init__(self, frames: Frames, seconds: float) -> None:
        self.film, self.frame = frames.film, frames.frame(len(frames) - 1)
        self.end, self.seconds = len(frames), seconds
        self.whole = seconds * self.end + PAUSE
        self.prefix = ""
        # keyframes by what happens in them: elements share them
        self.names: dict[str, str] = {}
        # what things look like where nothing moves
        self.still: dict[str, str] = {}

    def svg(self) -> str:
        lines: list[str] = []
        key = kind = ""
        count = 0
        for line in self.frame.svg.split("\n"):
            group = GROUP.match(line)
            if group:
                self.prefix, key, kind = group.groups()
                count = 0
                line = self._group(line, key, kind)
            elif line.startswith("<text"):
                line = self._text(line, key, kind, count)
                count += 1
            lines.append(line)
        here = next(i for i, line in enumerate(lines) if line.startswith("<title>"))
        lines.insert(here + 1, f"<style>\n{self._style()}\n</style>")
        return "\n".join(lines)

    def _group(self, line: str, key: str, kind: str) -> str:
        timeline = self.film.looks.get(key)
        if timeline is None:
            return line
        names = NODE if kind == "node" else EDGE
        css = [
            (at, _css(self.film.attributes(key, look), names)) for at, look in timeline
        ]
        name = self._animation(css)
        self.still[name] = css[-1][1]
        kinds = f"{kind} {key}" if key in ("heading", "bar") else kind
        return line.replace(f'class="{kind}"', f'class="{kinds} {self.prefix} {name}"')

    def _text(self, line: str, key: str, kind: str, place: int) -> str:
        """A text, or all that stand in its place in the course of the film."""
        timeline = self.film.texts.get((key, place))
        if timeline is None:
            return self._colored(line, key, kind)
        ends = [at for at, _ in timeline[1:]] + [self.end]
        told = [
            self._shown(line, text, at, end)
            for (at, text), end in zip(timeline, ends)
            if text
        ]
        return "\n".join(told)

    def _colored(self, line: str, key: str, kind: str) -> str:
        """A text that is there from the beginning, but faint at first."""
        colors: Timeline = []
        for at, look in self.film.looks.get(key, ()):
            color = _css(self.film.attributes(key, look), {"fontcolor": "fill"})
            if not colors or colors[-1][1] != color:
                colors.append((at, color))
        if kind != "node" or len(colors) < 2:
            return line
        return self._marked(line, self._animation(colors))

    def _shown(self, line: str, text: str, start: int, end: int) -> str:
        """The text from a moment on to another."""
        line = TEXT.sub(lambda m: f"{m[1]}>{_escaped(text)}{m[3]}", line)
        stops = [(0, "visibility:hidden")] if start else []
        stops.append((start, "visibility:visible"))
        if end < self.end:
            stops.append((end, "visibility:hidden"))
            line = line.replace("<text", '<text visibility="hidden"', 1)
        return line if len(stops) == 1 else self._marked(line, self._animation(stops))

    def _marked(self, line: str, name: str) -> str:
        return line.replace("<text", f'<text class="{self.prefix} {name}"', 1)

    def _animation(self, stops: Timeline) -> str:
        """The name of keyframes in which each state stays until the next."""
        told = "".join(f"{self._share(at)}{{{css}}}" for at, css in stops)
        return self.names.setdefault(told, f"{self.prefix}{len(self.names)}")

    def _share(self, at: int) -> str:
        return (
            f"{100 * at * self.seconds / self.whole:.4f}".rstrip("0").rstrip(".") + "%"
        )

    def _style(self) -> str:
        rules = [RULES, *(f".{name}{{{css}}}" for name, css in self.still.items())]
        rules.append("@media(prefers-reduced-motion:no-preference){")
        rules.append(MOVING.replace("TIME", f"{self.whole:g}"))
        for told, name in self.names.items():
            rules.append(f".{name}{{animation-name:{name}}}@keyframes {name}{{{told}}}")
        text = "\n".join([*rules, "}"])
        return text.replace("ID", self.prefix).replace("END", self._share(self.end))


def _css(attributes: dict[str, str], names: dict[str, str]) -> str:
    return ";".join(
        f"{css}:{attributes[dot]}" for dot, css in names.items() if dot in attributes
    )


def _escaped(text: str) -> str:
    """A text in which every space is kept, also by readers that fold them."""
    return html.escape(text).replace("  ", "\u00a0\u00a0")
