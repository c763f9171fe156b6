"""The figures of learning: the update, the cycle, and the loop until it works."""

from __future__ import annotations

import html
import inspect

from demos.lesson_parts import network
from demos.lesson_parts.fragments import filled, joined, number_of, out, row
from demos.lesson_parts.network import LAMP, RATE, SWITCHES, Cycle, Training
from demos.lesson_parts.network_figures import backward_order
from demos.lesson_parts.signs import bulb, switch
from demos.lesson_parts.stages import shown


def update(cycle: Cycle) -> str:
    rows = (
        row(
            name,
            shown(cycle.value(name)),
            shown(cycle.by_name[name]),
            out("new", shown(cycle.moved(name))),
            attributes=f' data-weight="{name}"',
        )
        for name in backward_order(cycle.parameters)
    )
    return filled(
        "figures/update.html",
        rate=shown(RATE),
        before=shown(cycle.value("L")),
        after=shown(cycle.moved("L")),
        prediction=shown(cycle.moved("y")),
        predicted=shown(cycle.update.predicted),
        actual=shown(cycle.update.actual),
        rows=joined(rows),
    )


def cycle_figure(cycle: Cycle) -> str:
    return filled("figures/cycle.html", t=shown(cycle.value("t")), rate=shown(RATE))


VERDICTS = {"right": "right", "wrong": "wrong", "play": "Play", "stop": "Stop"}


def loop(training: Training) -> str:
    last = training.predictions[-1]
    rows, points = [], []
    for i, (x, t, y) in enumerate(zip(SWITCHES, LAMP, last)):
        rows.append(
            row(
                f"{switch(x[0])}{switch(x[1])}",
                out(f"y{i}", shown(y)),
                f"{number_of(shown(t))} {bulb(t)}",
                out("verdict", VERDICTS["right" if (y > 0) == (t > 0) else "wrong"]),
                attributes=f' data-example="{i}"',
            )
        )
        points.append(_point(x, t))
    return filled(
        "figures/loop.html",
        last=training.epochs,
        points=joined(points),
        loss=shown(training.losses[-1]),
        rows=joined(rows),
        right=sum((y > 0) == (t > 0) for y, t in zip(last, LAMP)),
        count=len(LAMP),
    )


def _point(x: tuple[float, float], t: float) -> str:
    """An example on the map from -1.5 to 1.5: a disc where lit, a square where dark."""
    across, down = (200 * (1.5 + s) / 3 for s in (x[0], -x[1]))
    if t > 0:
        return f'<circle class="lit" cx="{across:.1f}" cy="{down:.1f}" r="8"/>'
    place = f'x="{across - 7:.1f}" y="{down - 7:.1f}"'
    return f'<rect class="dark" {place} width="14" height="14"/>'


def slots(cycle: Cycle, training: Training) -> dict[str, str]:
    """These figures by the names of their places in the text."""
    return {
        "update": update(cycle),
        "cycle": cycle_figure(cycle),
        "loop": loop(training),
        "code": code(),
    }


def code() -> str:
    """The training cycle as this page ran it."""
    source = inspect.getsource(network.train_once)
    return f'<pre class="code"><code>{html.escape(source)}</code></pre>'
