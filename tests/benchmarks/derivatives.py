"""`python -m tests.benchmarks derivatives`: what each kind of derivative costs.

Of the Rosenbrock function, whose Hessian has three diagonals. Everything in turns, in
one process; medians, and how many times the function over floats they are.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Any

from autograd import Value, compile
from autograd.derivatives import grad, hessian, hvp, jvp, vjp

Task = Callable[[], Any]


def rosenbrock(x: list[Any]) -> Any:
    return sum([100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x)])


def columns(product: Callable[..., Any], x: list[float]) -> list[Any]:
    """A Hessian as products with every unit vector."""
    unit = [0.0] * len(x)
    found = []
    for k in range(len(x)):
        unit[k] = 1.0
        found.append(product(x, unit))
        unit[k] = 0.0
    return found


def tasks(x: list[float]) -> dict[str, Task]:
    values = [Value(a) for a in x]
    step = compile(rosenbrock)
    found: dict[str, Task] = {
        "f over floats": lambda: rosenbrock(x),
        "f over Values, backward()": lambda: rosenbrock(values).backward(),
        "grad(f)": lambda: grad(rosenbrock)(x),
        "jvp(f), one direction": lambda: jvp(rosenbrock, (x,), (x,)),
        "vjp(f), one cotangent": lambda: vjp(rosenbrock, x)[1](1.0),
        "hvp(f), one vector": lambda: hvp(rosenbrock)(x, x),
        "hessian(f, sparse=True)": lambda: hessian(rosenbrock, sparse=True)(x),
        "hvp(f), every unit vector": lambda: columns(hvp(rosenbrock), x),
        "compiled: value": lambda: step(x),
        "compiled: grad": lambda: step.grad(x),
        "compiled: hessian, sparse": lambda: step.hessian(x, sparse=True),
        "compiled: hvp, every unit vector": lambda: columns(step.hvp, x),
    }
    if importlib.util.find_spec("jax"):
        found |= jax_tasks(x)
    return found


def jax_tasks(x: list[float]) -> dict[str, Task]:
    import jax

    jax.config.update("jax_enable_x64", True)

    def f(x: Any) -> Any:
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    array = jax.numpy.array(x)
    gradient, second = jax.jit(jax.grad(f)), jax.jit(jax.hessian(f))
    return {
        "JAX: jit(grad) of arrays": lambda: gradient(array).block_until_ready(),
        "JAX: jit(hessian) of arrays": lambda: second(array).block_until_ready(),
    }


def measured(task: Task) -> float:
    """Microseconds a call, over a tenth of a second or one call."""
    start, calls = time.perf_counter(), 0
    while not calls or time.perf_counter() - start < 0.1:
        task()
        calls += 1
    return (time.perf_counter() - start) / calls * 1e6


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks derivatives")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--variables", type=int, default=100)
    given = parser.parse_args(words)
    x = [0.1 + 0.2 * (k % 7) for k in range(given.variables)]
    contestants = tasks(x)
    for task in contestants.values():
        task()  # compiles what is to be compiled
    figures: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(given.rounds):
        for name, task in contestants.items():
            gc.collect()
            figures[name].append(measured(task))
    print(hessian(rosenbrock).plan(x))
    print(f"{'microseconds a call':<34} {'median':>12} {'times f':>10}")
    base = median(figures["f over floats"])
    for name, runs in figures.items():
        print(f"{name:<34} {median(runs):>12,.1f} {median(runs) / base:>10,.1f}")
    for sparse, dense in (
        ("hessian(f, sparse=True)", "hvp(f), every unit vector"),
        ("compiled: hessian, sparse", "compiled: hvp, every unit vector"),
    ):
        ratios = [b / a for a, b in zip(figures[sparse], figures[dense])]
        print(f"{dense} takes {median(ratios):,.1f} times as long as {sparse}")
    return 0
