"""The first figures: examples, dials, slopes, and small machines."""

from __future__ import annotations

import html
from collections.abc import Callable

from autograd import Value, explain, math
from autograd.explanations.text import derivative
from autograd.text import number
from demos.lesson_parts import network
from demos.lesson_parts.fragments import filled, joined, number_of, out, row
from demos.lesson_parts.network import LAMP, SWITCHES, Cycle
from demos.lesson_parts.signs import bulb, switch
from demos.lesson_parts.stages import shown

FINE = network.DIGITS + 1
IN_HAND = ("w2", "w6", "w9")
NUDGES = (1.0, 0.1, 0.01, 0.001)
MEANS = {
    "up": "Positive: raise {0}, and {1} rises.",
    "down": "Negative: raise {0}, and {1} falls.",
    "flat": "About zero: just here {0} hardly matters.",
}
SQUARE_AT = 1.5
WEIGHT_AT = "w9"


def examples() -> str:
    rows = (
        row(
            f"{switch(x[0])} {number_of(shown(x[0]))}",
            f"{switch(x[1])} {number_of(shown(x[1]))}",
            f"{bulb(t)} {number_of(shown(t))}",
            header=False,
        )
        for x, t in zip(SWITCHES, LAMP)
    )
    return filled(
        "figures/examples.html",
        rows=joined(rows),
        up=number_of(shown(network.UP)),
        down=number_of(shown(network.DOWN)),
    )


def dials(cycle: Cycle) -> str:
    sliders = (
        f'<label class="slide"><span>{name}</span> <input type="range" min="-2" '
        f'max="2" step="0.05" value="{cycle.value(name)}" data-weight="{name}"> '
        f"{out(name, shown(cycle.value(name)))}</label>"
        for name in IN_HAND
    )
    return filled(
        "figures/dials.html",
        sliders=joined(sliders),
        parameters=len(cycle.parameters),
        t=shown(cycle.value("t")),
        y=shown(cycle.value("y")),
        loss=shown(cycle.value("L")),
    )


def square_of(x: float) -> Value:
    side = Value(x, label="x")
    area = side * side
    area.label = "f"
    return area


def square() -> str:
    f = square_of(SQUARE_AT)
    slope = _slope(f, "x")
    return filled(
        "figures/square.html",
        **{"from": -2, "to": 2},
        x=shown(SQUARE_AT),
        f=shown(f.data),
        nudges=_nudges(lambda h: square_of(SQUARE_AT + h).data),
        slope=shown(slope),
        means=_means(slope, "x", "f"),
    )


def weight_curve(cycle: Cycle) -> str:
    options = (
        f"<option{' selected' * (name == WEIGHT_AT)}>{name}</option>"
        for name in cycle.parameters
    )
    slope = cycle.by_name[WEIGHT_AT]
    return filled(
        "figures/weight.html",
        name=WEIGHT_AT,
        x=shown(cycle.value(WEIGHT_AT)),
        loss=shown(cycle.value("L")),
        options=joined(options),
        nudges=_nudges(lambda h: _loss_at(WEIGHT_AT, h)),
        slope=shown(slope),
        means=_means(slope, WEIGHT_AT, "L"),
    )


def _loss_at(name: str, nudge: float) -> float:
    """The loss of the example with one weight nudged."""
    model = network.new_network()
    (weight,) = (p for p in model.parameters() if p.label == name)
    weight.data += nudge
    told = network.TOLD
    return network.forward(model, SWITCHES[told], LAMP[told]).loss.data


def _slope(y: Value, name: str) -> float:
    return network.gradients(y)[name]


def _means(slope: float, name: str, result: str) -> str:
    return MEANS["up" if slope > 0 else "down"].format(name, result)


def _nudges(f: Callable[[float], float]) -> str:
    before = f(0.0)
    rows = []
    for nudge in NUDGES:
        rise = f(nudge) - before
        cells = (
            shown(nudge),
            out("rise", number(rise, FINE)),
            out("ratio", number(rise / nudge, FINE)),
        )
        rows.append(row(*cells, attributes=f' data-nudge="{nudge}"'))
    return joined(rows)


def machines() -> str:
    """The small machines that networks are made of, with their local derivatives."""
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(0.5, label="a")
    made = (
        ("adds", a + b, "Each input moves the sum as far as it moves itself."),
        ("multiplies", a * b, "How much one factor matters is the other factor."),
        ("squares", math.square(b), "The further from zero, the steeper."),
        ("squeezes", c.tanh(), "Steepest at zero, flat far away from it."),
    )
    return f'<div class="live machines">{joined(_machine(*one) for one in made)}</div>'


def _machine(title: str, y: Value, why: str) -> str:
    y.label = "out"
    log = explain(y, digits=network.DIGITS).log
    result = log.variables[-1]
    numbers = f"out = {result.formula} = {result.numbers} = {shown(result.primal)}"
    slopes = []
    for local in log.locals.values():
        name = derivative("out", log.variables[local.parent].name)
        formula = f"{local.formula} = " * bool(local.formula)
        slopes.append(f"{name} = {formula}{shown(local.value)}")
    return filled(
        "figures/machine.html",
        title=title,
        numbers=html.escape(numbers),
        slopes=joined(f"<li>{html.escape(told)}</li>" for told in slopes),
        why=why,
    )


def slots(cycle: Cycle) -> dict[str, str]:
    """These figures by the names of their places in the text."""
    return {
        "examples": examples(),
        "dials": dials(cycle),
        "square": square(),
        "machines": machines(),
        "weight_curve": weight_curve(cycle),
    }
