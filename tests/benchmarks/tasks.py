"""What is measured. Each task returns numbers by name: ns for one op, ms for a step."""

from __future__ import annotations

import builtins
import contextlib
import gc
import itertools
import math
import os
import random
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.contestants import Contestant

Figures = dict[str, float]
clock = time.perf_counter


def chain(engine: Contestant, rounds: int = 2_500) -> Figures:
    """A deep graph: y = relu(y * 0.5 + x) - x, four operations a round."""
    x = engine.leaf(0.5)
    with engine.recording([x]):
        y = x
        start = clock()
        for _ in range(rounds):
            y = engine.relu(y * 0.5 + x) - x
        forward = clock() - start
        start = clock()
        engine.backward(y)
        backward = clock() - start
        assert math.isfinite(engine.gradient(x))
    return _by_op("chain", forward, backward, 4 * rounds)


def wide(engine: Contestant, width: int = 5_000) -> Figures:
    """A wide graph: the sum of w * x over many leaves, two operations each."""
    ws = [engine.leaf(1.0 / (i + 1)) for i in range(width)]
    with engine.recording(ws):
        start = clock()
        products = [w * 0.5 for w in ws]
        while len(products) > 1:
            products = [a + b for a, b in zip(products[::2], products[1::2])]
        forward = clock() - start
        start = clock()
        engine.backward(products[0])
        backward = clock() - start
        assert engine.gradient(ws[0]) == 0.5
    return _by_op("wide", forward, backward, 2 * width)


def _by_op(name: str, forward: float, backward: float, ops: int) -> Figures:
    return {
        f"{name} forward, ns/op": forward / ops * 1e9,
        f"{name} backward, ns/op": backward / ops * 1e9,
        f"{name} both, ns/op": (forward + backward) / ops * 1e9,
    }


def memory(engine: Contestant, count: int = 200_000) -> Figures:
    """Resident bytes of a node with two parents, its place in a list left out."""
    page = os.sysconf("SC_PAGE_SIZE")

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * page

    a, b = engine.leaf(1.5), engine.leaf(2.5)
    kept: list[Any] = [None] * count
    with engine.recording([a, b]):
        gc.collect()
        before = resident()
        for i in range(count):
            kept[i] = a * b
        return {"bytes a node": (resident() - before) / count}


def moons(engine: Contestant) -> Figures:
    """micrograd's demo step with neurons written here, the same for every engine."""
    rng = random.Random(1)
    sizes = [2, 16, 16, 1]
    layers = [
        [
            ([engine.leaf(rng.uniform(-1, 1)) for _ in range(n)], engine.leaf(0.0))
            for _ in range(m)
        ]
        for n, m in itertools.pairwise(sizes)
    ]
    parameters = [p for layer in layers for w, b in layer for p in [*w, b]]

    def model(x: list[Any]) -> Any:
        for layer in layers:
            out = [sum((wi * xi for wi, xi in zip(w, x)), b) for w, b in layer]
            x = out if layer is layers[-1] else [engine.relu(o) for o in out]
        return x[0]

    return {"moons step, ms": _demo_step(engine, model, lambda: parameters)}


def notebook(engine: Contestant) -> Figures:
    """micrograd's demo step with the engine's own MLP, as the notebook has it."""
    if engine.mlp is None:
        return {}
    random.seed(1)
    model = engine.mlp(2, [16, 16, 1])
    return {"its own nn, ms": _demo_step(engine, model, model.parameters)}


def _demo_step(
    engine: Contestant, model: Any, parameters: Any, samples: int = 100, steps: int = 3
) -> float:
    """Two moons: hinge loss and L2, differentiated, and a step of descent, in ms."""
    rng = random.Random(1)
    points, sides = [], []
    for i in range(samples):
        angle = math.pi * rng.random()
        side = i % 2
        x = math.cos(angle) if side else 1 - math.cos(angle)
        y = math.sin(angle) if side else 0.5 - math.sin(angle)
        points.append((x + rng.gauss(0, 0.1), y + rng.gauss(0, 0.1)))
        sides.append(2 * side - 1)
    times = []
    for _ in range(steps):
        start = clock()
        with engine.recording(parameters()):
            inputs = [list(map(engine.leaf, point)) for point in points]
            scores = list(map(model, inputs))
            losses = [engine.relu(1 + -yi * si) for yi, si in zip(sides, scores)]
            data_loss = sum(losses) * (1.0 / len(losses))
            loss = data_loss + 1e-4 * sum(p * p for p in parameters())
            engine.backward(loss)
            for p in parameters():
                engine.move(p, 0.1)
        del inputs, scores, losses, data_loss, loss
        times.append(clock() - start)
    return statistics.median(times) * 1e3


class _Enough(Exception):
    """The steps that were asked for are done."""


def microgpt(path: str, own: bool, steps: int = 3) -> Figures:
    """A step of a microgpt.py, as it is or with `Value` imported from here.

    Its first step is not counted; the time is from one step's report to the next.
    """
    ticks, _ = microgpt_steps(path, own, steps)
    return {"microgpt step, ms": (ticks[-1] - ticks[0]) / steps * 1e3}


def microgpt_steps(path: str, own: bool, steps: int) -> tuple[list[float], list[float]]:
    """When the first step and `steps` more were reported, and their losses."""
    source = Path(path).read_text(encoding="utf-8")
    if not own:
        source, found = re.subn(
            r"^class Value.*?(?=^\S)", "from autograd import Value\n", source,
            count=1, flags=re.M | re.S,
        )  # fmt: skip
        if not found:
            raise SystemExit(f"{path} has no class Value to replace")
    ticks: list[float] = []
    losses: list[float] = []

    def report(*words: Any, **options: Any) -> None:
        if str(words[0]).startswith("step"):
            ticks.append(clock())
            losses.append(names["loss"].data)
            if len(ticks) > steps:
                raise _Enough

    os.chdir(Path(path).resolve().parent)
    random.seed(42)
    names: dict[str, Any] = {
        "__name__": "microgpt",
        "__builtins__": {**vars(builtins), "print": report},
    }
    with contextlib.suppress(_Enough):
        exec(compile(source, path, "exec"), names)
    return ticks, losses


def float_addition(engine: Contestant, count: int = 1_000_000) -> Figures:
    """What one addition of floats takes in this Python, its loop included."""
    x = 0.5
    start = clock()
    for _ in range(count):
        x = x + 1.0
    return {"float addition, ns": (clock() - start) / count * 1e9}


TASKS: dict[str, Callable[[Contestant], Figures]] = {
    "float addition": float_addition,
    "chain": chain,
    "wide": wide,
    "moons": moons,
    "notebook": notebook,
}
