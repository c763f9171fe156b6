"""The graphs that are played step by step, and the wrong walks beside a right one."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from autograd import Value, explain
from autograd.explanations import exercise, mistakes
from autograd.explanations import html as pages
from demos.lesson_parts import network
from demos.lesson_parts.fragments import filled, joined, row
from demos.lesson_parts.network import Cycle
from demos.lesson_parts.stages import shown


def neuron(cycle: Cycle) -> str:
    """The first neuron from single operations, without the frames of its layer."""
    w1, x1, w2, x2, b1 = (
        Value(cycle.value(name), label=name) for name in ("w1", "x1", "w2", "x2", "b1")
    )
    p1, p2 = w1 * x1, w2 * x2
    p = p1 + p2
    s = p + b1
    h1 = s.tanh()
    for value, name in ((p1, "p1"), (p2, "p2"), (p, "p"), (s, "s"), (h1, "h1")):
        value.label = name
    explained = explain(h1, digits=network.DIGITS)
    return _player(explained, "The neuron h1, operation by operation.")


def product() -> str:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    c, f = Value(10.0, label="c"), Value(-2.0, label="f")
    e = a * b
    d = e + c
    L = d * f
    for value, name in ((e, "e"), (d, "d"), (L, "L")):
        value.label = name
    caption = "Three machines in a row. Step forward, then backward."
    return _player(explain(L), caption, exercise(L, ["local", "adjoint"], count=6))


def twice() -> str:
    a, b, c = Value(0.5, label="a"), Value(-1.0, label="b"), Value(2.0, label="c")
    e = a * b
    d = e + c
    f = d * a
    L = f.tanh()
    for value, name in ((e, "e"), (d, "d"), (f, "f"), (L, "L")):
        value.label = name
    caption = "a is used by two machines; two contributions are added up."
    asked = exercise(L, ["contribution", "adjoint"], wrt=a, count=4)
    return _player(explain(L), caption, asked)


def doubled_twice() -> Value:
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c


def doubled() -> str:
    return _player(explain(doubled_twice()), "The right walk, step by step.")


def _player(explained: Any, caption: str, asked: Any = None) -> str:
    made = pages.player(explained, exercise=asked, caption=caption)
    return f'<div class="live wide">{made}</div>'


def wrong_passes() -> str:
    """The walks that people try instead, on two additions, beside the right one."""
    found = {mistake.title: mistake for mistake in mistakes(doubled_twice()).all}
    right = network.gradients(doubled_twice())
    rows = [_walk(*RIGHT, right, right, ' class="right"')]
    for title, told in WALKS.items():
        mistake = found[title]
        why = mistake.why
        if not mistake.wrong:
            why = f"right, but {mistake.visits} visits for {mistake.values} values: "
            why += mistake.known_by
        grads = dict(zip(mistake.graph.names, mistake.numbers))
        rows.append(_walk(told, why, grads, right))
    return filled("figures/walks.html", rows=joined(rows))


def _walk(
    told: str,
    why: str,
    grads: Mapping[str, float | None],
    right: Mapping[str, float],
    attributes: str = "",
) -> str:
    cells = []
    for name in ("b", "a"):
        grad = grads[name]
        assert grad is not None  # both are followed to the end
        look = "n" if grad == right[name] else "n bad"
        cells.append(f'<span class="{look}">{shown(grad)}</span>')
    name = f"{told}<small>{html.escape(why)}</small>"
    return row(name, *cells, attributes=attributes)


RIGHT = ("wait for everyone", "every value speaks once, when all have spoken to it")
WALKS = {
    "recursion that sends all it holds": "recurse: speak at each message, and pass on "
    "all that came in so far",
    "recursion that carries one contribution": "recurse: speak at each message, and "
    "pass on that one alone",
    "assign instead of add": "let each new message replace the one before",
}


def slots(cycle: Cycle) -> dict[str, str]:
    """The players by the names of their places in the text."""
    return {
        "neuron": neuron(cycle),
        "product": product(),
        "twice": twice(),
        "mistakes": wrong_passes(),
        "order_player": doubled(),
    }
