"""The lesson's network and everything that happens to it, computed by the engine.

Two switches light one lamp on the stairs: it is lit when exactly one of them is up. The
network has two hidden layers of two neurons, so that there is a last hidden layer, and
one before it that hears of the mistake in two ways.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd import Value, explain, math
from autograd.explanations.model import Log
from autograd.explanations.updates import Update
from nn import MLP, SGD

DIGITS = 3
UP, DOWN = 1.0, -1.0
LIT, DARK = 1.0, -1.0
SWITCHES = ((DOWN, DOWN), (DOWN, UP), (UP, DOWN), (UP, UP))
LAMP = (DARK, LIT, LIT, DARK)
# The example whose training cycle is told in full
TOLD = 2
# Where the weights and biases start, a line a neuron, the bias last
START = (
    *(-0.8, 0.4, 0.0),
    *(0.3, -0.8, 0.0),
    *(-0.5, 0.3, 0.0),
    *(-0.9, -0.8, 0.0),
    *(-0.2, -0.4, 0.0),
)
RATE = 0.05
CLOSE = 0.1
LAYERS = (("h1", "h2"), ("h3", "h4"), ("y",))


def new_network() -> MLP:
    """The network as it starts: weights w1 to w10, biases b1 to b5."""
    model = MLP(2, [2, 2, 1], activation="tanh", seed=0)
    counts = {"w": 0, "b": 0}
    for parameter, start in zip(model.parameters(), START):
        kind = str(parameter.label)[0]
        counts[kind] += 1
        parameter.label = f"{kind}{counts[kind]}"
        parameter.data = start
    return model


@dataclass(frozen=True)
class Pass:
    """One forward pass on one example, every value of it by name."""

    values: dict[str, Value]
    loss: Value

    def __getitem__(self, name: str) -> Value:
        return self.values[name]


def forward(model: MLP, switches: Sequence[float], lamp: float) -> Pass:
    """From the switches to the loss, layer by layer."""
    inputs = [Value(x, label=f"x{i}") for i, x in enumerate(switches, 1)]
    values = {str(p.label): p for p in (*inputs, *model.parameters())}
    outputs: list[Value] = inputs
    for layer, names in zip(model.layers, LAYERS):
        out = layer(outputs)
        outputs = out if isinstance(out, list) else [out]
        for value, name in zip(outputs, names):
            value.label = name
            values[name] = value
    target = Value(lamp, label="t")
    loss = math.square(outputs[0] - target)
    loss.label = "L"
    return Pass(values | {"t": target, "L": loss}, loss)


def gradients(y: Value) -> dict[str, float]:
    """The derivatives of a value by everything that has a name, from its log."""
    log = explain(y, checks=False).log
    return {v.name: log.adjoints.get(v.index, 0.0) for v in log.variables}


@dataclass(frozen=True)
class Cycle:
    """One training cycle on one example: forward, backward, update, and forward again.

    `by_name` holds the loss's gradients, `slopes` the derivatives of each neuron by its
    own weights and inputs.
    """

    before: Pass
    after: Pass
    log: Log
    update: Update
    by_name: dict[str, float]
    slopes: dict[str, dict[str, float]]
    parameters: tuple[str, ...]

    def value(self, name: str) -> float:
        return self.before[name].data

    def moved(self, name: str) -> float:
        return self.after[name].data


def one_cycle(model: MLP, example: int) -> Cycle:
    """What a training cycle does to this network; the network is left as it was."""
    switches, lamp = SWITCHES[example], LAMP[example]
    before = forward(model, switches, lamp)
    moved = copy.deepcopy(model)
    train_once(moved, SGD(moved.parameters(), lr=RATE), switches, lamp)
    names = [name for layer in LAYERS for name in layer]
    trained = [str(p.label) for p in model.parameters()]
    explained = explain(before.loss, wrt=model.parameters(), digits=DIGITS)
    return Cycle(
        before,
        forward(moved, switches, lamp),
        explained.log,
        explained.update(RATE, model),
        gradients(before.loss),
        {name: gradients(before[name]) for name in names},
        tuple(trained),
    )


def train_once(
    model: MLP, optimizer: SGD, switches: Sequence[float], lamp: float
) -> float:
    """One full training cycle, and the loss that it found."""
    # forward pass, with the loss at its end
    loss = forward(model, switches, lamp).loss
    # backward pass: a gradient for every weight
    optimizer.zero_grad()
    loss.backward()
    # update: a small step against each gradient
    optimizer.step()
    return loss.data


@dataclass(frozen=True)
class Training:
    """The loop: the parameters before each epoch and after the last, and the losses.

    `losses[e]` is the mean loss over the examples with `states[e]`.
    """

    states: tuple[tuple[float, ...], ...]
    losses: tuple[float, ...]
    predictions: tuple[tuple[float, ...], ...]
    cycles: int

    @property
    def epochs(self) -> int:
        return len(self.states) - 1

    @property
    def first_right(self) -> int:
        """The first epoch after which every lamp is told right, and stays so."""
        wrong = [e for e, ys in enumerate(self.predictions) if not all_right(ys)]
        return wrong[-1] + 1


def all_right(predictions: Iterable[float]) -> bool:
    return all((y > 0) == (t > 0) for y, t in zip(predictions, LAMP))


def train(model: MLP, patience: int = 200) -> Training:
    """Cycle after cycle, example after example, until every answer is close."""
    optimizer = SGD(model.parameters(), lr=RATE)
    states, losses, predictions = [], [], []
    cycles = 0
    while True:
        passes = [forward(model, x, t) for x, t in zip(SWITCHES, LAMP)]
        states.append(tuple(p.data for p in model.parameters()))
        losses.append(sum(p.loss.data for p in passes) / len(passes))
        predictions.append(tuple(p["y"].data for p in passes))
        far = max(abs(p["y"].data - t) for p, t in zip(passes, LAMP))
        if far < CLOSE or len(states) > patience:
            break
        for switches, lamp in zip(SWITCHES, LAMP):
            train_once(model, optimizer, switches, lamp)
            cycles += 1
    if far >= CLOSE:
        raise SystemExit(f"the lesson's network did not learn in {patience} epochs")
    return Training(tuple(states), tuple(losses), tuple(predictions), cycles)
