"""Fitting a curve by gradient descent: three ways down the same valley.

The model is y = a·exp(-b·x), a cooling cup of coffee. The same function computes the
loss on Values, to differentiate it, and on plain floats, to draw its contour lines.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd import Value, math
from demos.stage import Report, command, new_figure, save
from nn import SGD, Adam, mse
from nn.optim import Optimizer

START = 0.4, 2.2
WAYS: dict[str, tuple[str, Callable[[list[Value]], Optimizer]]] = {
    "gradient descent": ("#D55E00", lambda p: SGD(p, lr=0.5)),
    "momentum": ("#0072B2", lambda p: SGD(p, lr=0.1, momentum=0.9)),
    "Adam": ("#009E73", lambda p: Adam(p, lr=0.1)),
}
LINES = {"gradient descent": "-", "momentum": "--", "Adam": ":"}


def samples() -> tuple[list[float], list[float]]:
    rng = random.Random(0)
    xs = [i / 8 for i in range(33)]
    return xs, [2.0 * math.exp(-0.7 * x) + rng.gauss(0, 0.06) for x in xs]


def loss(a: Any, b: Any, xs: list[float], ys: list[float]) -> Any:
    return mse([a * math.exp(-b * x) for x in xs], ys)


def descend(
    way: Callable[[list[Value]], Optimizer],
    xs: list[float],
    ys: list[float],
    steps: int,
) -> list[tuple[float, float]]:
    a, b = Value(START[0], label="a"), Value(START[1], label="b")
    optimizer = way([a, b])
    path = [(a.data, b.data)]
    for _ in range(steps):
        optimizer.zero_grad()
        loss(a, b, xs, ys).backward()
        optimizer.step()
        path.append((a.data, b.data))
    return path


def run(out: Path, steps: int = 120) -> Report:
    xs, ys = samples()
    paths = {name: descend(way, xs, ys, steps) for name, (_, way) in WAYS.items()}
    figure = new_figure(11, 4.4)
    left, right = figure.subplots(1, 2)
    left.scatter(xs, ys, s=12, color="#555555", label="samples")
    fine = [i / 50 for i in range(201)]
    for name, path in paths.items():
        a, b = path[-1]
        curve = [a * math.exp(-b * x) for x in fine]
        left.plot(fine, curve, LINES[name], lw=2, color=WAYS[name][0], label=name)
    left.set(xlabel="x", ylabel="y", title=f"y = a·exp(-b·x) after {steps} steps")
    left.legend()
    across = [0.1 + i / 25 for i in range(80)]
    along = [i / 20 for i in range(54)]
    heights = [[math.log10(loss(a, b, xs, ys)) for a in across] for b in along]
    look = {"colors": "#BBBBBB", "linewidths": 0.8, "linestyles": "solid"}
    right.contour(across, along, heights, levels=18, **look)
    for name, path in paths.items():
        right.plot(*zip(*path), ".-", ms=3, lw=1, color=WAYS[name][0], label=name)
    right.plot(*START, "ks")
    right.annotate("start", START, xytext=(6, 4), textcoords="offset points")
    right.set(xlabel="a", ylabel="b", title="contour lines of the loss")
    files = [save(figure, out / "gradient_descent.png")]
    a, b = paths["Adam"][-1]
    final = loss(a, b, xs, ys)
    return Report(
        f"Adam: a = {a:.3f}, b = {b:.3f} (true 2, 0.7); loss {final:.2g}", files
    )


if __name__ == "__main__":
    command("gradient_descent", run, __doc__, steps=120)
