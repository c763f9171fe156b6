"""What happens in the network, stage by stage: what lights up, what becomes known.

Every line is written from a cycle's numbers; the products of the backward pass are the
engine's local derivatives of a whole neuron times what arrives from the layer ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from autograd import explain
from autograd.explanations.text import derivative
from autograd.explanations.updates import Moved
from autograd.text import number
from demos.lesson_parts.diagram import BIASES, INPUTS, WEIGHTS, owned_by
from demos.lesson_parts.network import DIGITS, LAYERS, RATE, Cycle

OUTPUT, LAST, FIRST = LAYERS[-1], LAYERS[-2], LAYERS[-3]


@dataclass(frozen=True)
class Line:
    """A row of a stage: what it is, and a line."""

    name: str
    text: str


@dataclass(frozen=True)
class Product:
    """A row of a stage: one product of the chain rule, in words and in numbers."""

    name: str
    upstream: str
    local: str
    numbers: tuple[str, str, str]
    remark: str


@dataclass(frozen=True)
class Stage:
    """One state of a figure: a title, rows, what appears, and what is lit.

    `sends` is false where nothing travels along the arrows that are lit.
    """

    phase: str
    title: str
    rows: tuple[Line | Product, ...] = ()
    show: dict[str, str] = field(default_factory=dict)
    lit: tuple[str, ...] = ()
    sends: bool = True


def shown(x: float) -> str:
    return number(x, DIGITS)


def bracketed(x: float) -> str:
    return f"({shown(x)})" if shown(x).startswith("-") else shown(x)


class Stages:
    """The stages of a cycle, in the parts that the lesson shows one after another."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        self.neurons = [name for layer in LAYERS for name in layer]
        self.formulas = {name: slope_formulas(cycle, name) for name in self.neurons}

    def values(self) -> dict[str, str]:
        """Every number of the forward pass as the diagram shows it."""
        return {name: shown(self.cycle.value(name)) for name in self._drawn()}

    def grads(self) -> dict[str, str]:
        """Every gradient that the diagram shows."""
        names = [n for n in self._drawn() if n not in INPUTS and n != "t"]
        return {name: f"∂ {shown(self.cycle.by_name[name])}" for name in names}

    def _drawn(self) -> list[str]:
        return [*INPUTS, *WEIGHTS, *BIASES, *self.neurons, "t", "L"]

    # --- forward ---------------------------------------------------------------

    def forward(self) -> Iterator[Stage]:
        given = [*INPUTS, *WEIGHTS, *BIASES, "t"]
        inputs = ", ".join(f"{x} = {shown(self.cycle.value(x))}" for x in INPUTS)
        yield Stage(
            "forward",
            "The input enters",
            (Line("given", inputs),),
            {f"value {name}": shown(self.cycle.value(name)) for name in given},
            INPUTS,
        )
        for name in self.neurons:
            yield self.neuron(name)

    def neuron(self, name: str) -> Stage:
        weights, bias = owned_by(name)
        squashed = name not in OUTPUT
        total = " + ".join([*(f"{w}·{source}" for w, source in weights), bias])
        numbers = [
            f"{bracketed(self.cycle.value(w))}·{bracketed(self.cycle.value(source))}"
            for w, source in weights
        ]
        added = " + ".join([*numbers, bracketed(self.cycle.value(bias))])
        wrap = "tanh({})" if squashed else "{}"
        value = shown(self.cycle.value(name))
        layer = next(i for i, names in enumerate(LAYERS, 1) if name in names)
        where = f"hidden layer {layer}" if squashed else "the output layer"
        return Stage(
            "forward",
            f"{name}, in {where}",
            (
                Line("rule", f"{name} = {wrap.format(total)}"),
                Line("numbers", f"= {wrap.format(added)}"),
                Line("result", f"{name} = {value}"),
            ),
            {f"value {name}": value},
            (*(w for w, _ in weights), bias, name),
        )

    def loss(self) -> Stage:
        y, t = self.cycle.value("y"), self.cycle.value("t")
        value = shown(self.cycle.value("L"))
        return Stage(
            "forward",
            "The loss, at the very end",
            (
                Line("rule", "L = (y - t)²"),
                Line("numbers", f"= ({shown(y)} - {bracketed(t)})²"),
                Line("result", f"L = {value}"),
            ),
            {"value L": value},
            ("yL", "tL", "L"),
        )

    # --- backward --------------------------------------------------------------

    def seed(self) -> Iterator[Stage]:
        seed = shown(self.cycle.by_name["L"])
        yield Stage(
            "backward",
            "The backward pass begins at the loss",
            (Line("begin", f"∂L/∂L = {seed}"),),
            {"grad L": f"∂ {seed}"},
            ("L",),
        )
        yield Stage(
            "backward",
            "How fast does the loss move with the prediction?",
            (
                Line("rule", "∂L/∂y = 2 · (y - t)"),
                Line("numbers", f"= 2 · {bracketed(self.cycle.by_name['y'] / 2)}"),
                Line("result", f"∂L/∂y = {shown(self.cycle.by_name['y'])}"),
            ),
            {"grad y": f"∂ {shown(self.cycle.by_name['y'])}"},
            ("yL", "y"),
        )

    def own_gradients(self, neuron: str) -> Stage:
        """A neuron turns the error that arrived into gradients of what it owns."""
        weights, bias = owned_by(neuron)
        names = [*(w for w, _ in weights), bias]
        arrived = f"∂L/∂{neuron} = {shown(self.cycle.by_name[neuron])}"
        rows: list[Line | Product] = [Line("arrived", arrived)]
        rows += [self.product(name, name, neuron) for name in names]
        return Stage(
            "backward",
            f"{neuron} works out the gradients of its own weights",
            tuple(rows),
            {f"grad {name}": self.grads()[name] for name in names},
            (neuron, *names),
            sends=False,
        )

    def product(self, row: str, name: str, neuron: str) -> Product:
        """One product of the chain rule, over a whole neuron."""
        upstream, local = self.cycle.by_name[neuron], self.cycle.slopes[neuron][name]
        slope = derivative(neuron, name)
        return Product(
            row,
            derivative("L", neuron),
            slope,
            (shown(upstream), bracketed(local), shown(upstream * local)),
            f"{slope} = {self.formulas[neuron][name]}",
        )

    def error_to(self, neuron: str) -> Stage:
        """The error signal that a neuron gets, one message for each that it feeds."""
        fed = [(w, owner) for w, (source, owner) in WEIGHTS.items() if source == neuron]
        rows: list[Line | Product] = [
            self.product(f"from {owner}", neuron, owner) for _, owner in fed
        ]
        total = shown(self.cycle.by_name[neuron])
        if len(fed) > 1:
            parts = [
                bracketed(self.cycle.by_name[o] * self.cycle.slopes[o][neuron])
                for _, o in fed
            ]
            told = f"∂L/∂{neuron} = {' + '.join(parts)} = {total}"
            rows.append(Line("sum", told))
        return Stage(
            "backward",
            f"The error signal goes back to {neuron}",
            tuple(rows),
            {f"grad {neuron}": self.grads()[neuron]},
            (*(w for w, _ in fed), *(owner for _, owner in fed), neuron),
        )

    def output_layer(self) -> Iterator[Stage]:
        yield from self.seed()
        yield self.own_gradients("y")

    def hidden_layer(self, names: tuple[str, ...]) -> Iterator[Stage]:
        """The error signal comes in first; then each neuron uses it."""
        yield from map(self.error_to, names)
        yield from map(self.own_gradients, names)

    # --- update ----------------------------------------------------------------

    def update_text(self, step: Moved) -> str:
        moved = f"{shown(RATE)} · {bracketed(step.gradient)} = {shown(step.after)}"
        return f"{step.name}: {shown(step.value)} - {moved}"


def slope_formulas(cycle: Cycle, neuron: str) -> dict[str, str]:
    """How a neuron's derivative by each thing it uses is written."""
    log = explain(cycle.before[neuron], checks=False, digits=DIGITS).log
    weights, bias = owned_by(neuron)
    used = [bias, *(w for w, _ in weights), *(source for _, source in weights)]
    formulas = {}
    for variable in log.variables:
        if variable.name not in used:
            continue
        factors: list[str] = []
        place = variable.index
        while place != log.root:
            (push,) = log.received[place][-1:]
            local = log.locals[push.child, push.position]
            if local.formula:
                told = local.formula
                factors.insert(0, f"({told})" if " " in told else told)
            place = push.child
        told = " · ".join(factors) or "1"
        formulas[variable.name] = told.strip("()") if len(factors) == 1 else told
    return formulas
