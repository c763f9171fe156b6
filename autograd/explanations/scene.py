"""A log as a film: one picture, laid out once, and what changes on it at each moment.

A moment is an operation of the forward pass, the seed, or a product of the backward
pass: what is lit, the texts that appear, and the panel beside the picture. The page,
the frames, the animation and the terminal's player all show these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd.explanations.model import Log, Push, Seed, Variable
from autograd.explanations.opened import opened
from autograd.explanations.text import derivative, estimate, which
from autograd.pictures.model import Arrow, Drawing, Group, Node
from autograd.text import number, printable

# What is lit: a variable's box, its operation, an operand's arrow, the result's arrow
Key = str


@dataclass(frozen=True)
class Moment:
    """One state of the film.

    `phase` is "given", "forward" or "backward"; `step` the number of a step of the
    backward pass, 0 elsewhere. `texts` maps places in the picture ("data 3", "grad 3",
    "partial 3 0") to what appears there; `variable` is what is computed or receives,
    `source` what sends.
    """

    phase: str
    step: int
    title: str
    rows: tuple[tuple[str, str], ...]
    texts: dict[str, str]
    variable: int | None
    source: int | None
    lit: tuple[Key, ...]


class Scene:
    """The picture of a log, and its moments.

    Variable 3 is the box "v3" and its operation the ellipse "o3". The arrow from
    variable 1, its first operand, is "v1>o3:0", the one to its result "o3>v3"; `keys`
    gives their places among the drawing's arrows. Each number in the picture has room
    for so many characters at least.
    """

    def __init__(self, log: Log, digits: int = 4, room: int = 0) -> None:
        self.log, self.digits, self.room = log, digits, room
        self.moments = tuple(self._moments())
        # the longest text that each place in the picture ever shows
        self.longest: dict[str, str] = {}
        for moment in self.moments:
            for place, told in moment.texts.items():
                if len(told) > len(self.longest.get(place, "")):
                    self.longest[place] = told
        self.keys: dict[Key, int] = {}
        self._groups: dict[tuple[str, ...], Group] = {}
        # with room for every text that will ever stand in it
        self.drawing = Drawing()
        for variable in log.variables:
            self._draw(variable)

    def _number(self, x: float) -> str:
        return number(x, self.digits)

    # --- the moments -------------------------------------------------------------

    def _moments(self) -> Iterator[Moment]:
        yield self._given()
        for variable in self.log.variables:
            if variable.operands:
                yield self._forward(variable)
        for step in self.log.backward:
            yield self._backward(step)

    def _given(self) -> Moment:
        leaves = [v for v in self.log.variables if not v.operands]
        named = [v for v in leaves if not v.is_constant]
        texts = {f"data {v.index}": self._number(v.primal) for v in named}
        told = ", ".join(f"{v.name} = {self._number(v.primal)}" for v in named[:12])
        told += ", ..." * (len(named) > 12)
        result = self.log.result
        return Moment(
            "given",
            0,
            "what is given",
            (
                ("numbers", told),
                ("next", f"the forward pass: operation by operation up to {result}"),
            ),
            texts,
            None,
            None,
            tuple(f"v{v.index}" for v in named),
        )

    def _forward(self, v: Variable) -> Moment:
        told = f"{v.name} = {v.numbers} = {self._number(v.primal)}"
        rows = [("numbers", told)]
        texts = {f"data {v.index}": self._number(v.primal)}
        for position in range(len(v.operands)):
            local = self.log.locals.get((v.index, position))
            if local is None:
                continue
            parent = self.log.variables[local.parent]
            value = self._number(local.value)
            texts[f"partial {v.index} {position}"] = value
            slope = derivative(v.name, parent.name)
            told = (
                f"{slope} = {local.formula} = {value}"
                if local.formula
                else (f"{slope} = {value}")
            )
            place = which(position, v.operands)
            told += f" ({place} operand)" * bool(place)
            told += f"   {local.rule}"
            if local.check is not None and local.check.verdict == "ok":
                told += f"; difference quotient {estimate(local.check)}"
            rows.append(("slope", told))
        lit = (f"o{v.index}", f"v{v.index}", *self._operand_arrows(v))
        title = f"{v.name} = {v.formula}"
        return Moment("forward", 0, title, tuple(rows), texts, v.index, None, lit)

    def _backward(self, step: Seed | Push) -> Moment:
        shown = opened(self.log, self.digits, step.number)
        if isinstance(step, Seed):
            i, source, total = step.variable, None, step.adjoint
            lit: tuple[Key, ...] = (f"v{i}",)
        else:
            i, source, total = step.parent, step.child, step.total
            lit = (
                f"v{i}",
                f"v{source}",
                f"o{source}",
                f"o{source}>v{source}",
                f"v{i}>o{source}:{step.position}",
            )
        texts = {f"grad {i}": self._number(total)}
        return Moment(
            "backward", step.number, shown.title, shown.rows, texts, i, source, lit
        )

    def _operand_arrows(self, v: Variable) -> list[Key]:
        operands = [f"v{p}>o{v.index}:{k}" for k, p in enumerate(v.operands)]
        return [*operands, f"o{v.index}>v{v.index}"]

    # --- the picture ---------------------------------------------------------------

    def _draw(self, v: Variable) -> None:
        group, box, drawing = self._group(v.scope), f"v{v.index}", self.drawing
        if v.operands:
            drawing.nodes.append(Node(f"o{v.index}", "operation", (v.sign,), group))
            for position, parent in enumerate(v.operands):
                told = self.longest.get(f"partial {v.index} {position}")
                label = "" if told is None else f"∂ {told:>{self.room}}"
                arrow = Arrow(f"v{parent}", f"o{v.index}", label)
                self._arrow(f"v{parent}>o{v.index}:{position}", arrow)
            self._arrow(f"o{v.index}>{box}", Arrow(f"o{v.index}", box))
        drawing.nodes.append(Node(box, self._role(v), self.lines(v), group))

    def lines(self, v: Variable) -> tuple[str, ...]:
        """The lines in a variable's box: its name, its number, its gradient."""
        if v.is_constant:
            return tuple(dict.fromkeys((v.name, self._number(v.primal))))
        name = " ".join(printable(v.name))
        data = self.longest.get(f"data {v.index}", self._number(v.primal))
        grad = self.longest.get(f"grad {v.index}")
        lines = (name, f"data {data:>{self.room}}")
        return (*lines, f"grad {grad:>{self.room}}") if grad else lines

    def _role(self, v: Variable) -> str:
        if v.is_constant:
            return "constant"
        if v.operands:
            return "result" if v.index == self.log.root else "inner"
        return "leaf"

    def _arrow(self, key: Key, arrow: Arrow) -> None:
        self.keys[key] = len(self.drawing.arrows)
        self.drawing.arrows.append(arrow)

    def _group(self, scope: tuple[str, ...]) -> Group | None:
        group = None
        for depth in range(1, len(scope) + 1):
            path = scope[:depth]
            if path not in self._groups:
                made = Group(f"g{len(self._groups)}", path[-1], group)
                self._groups[path] = made
                self.drawing.groups.append(made)
            group = self._groups[path]
        return group

    def state(self, at: int) -> dict[str, str]:
        """Every text that stands in the picture at a moment."""
        state: dict[str, str] = {}
        for moment in self.moments[: at + 1]:
            state |= moment.texts
        return state
