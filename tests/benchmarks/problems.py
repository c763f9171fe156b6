"""The problems of `compile`: their numbers, and their formulas over any number type.

Every contestant is given the same numbers. Those that work on scalars (Values, symbols,
JAX's tracers) run the formulas below; `math` is then their own namespace of functions.
"""

from __future__ import annotations

import itertools
import math as floats
import random
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

SIZES = [2, 16, 16, 1]
CALLS = 100  # samples of the MLP that are taken in turn, one a call
CHECKED = 3  # of them are compared


def weights() -> list[float]:
    """337 numbers: for each neuron its weights, then its bias."""
    rng = random.Random(1)
    count = sum((n + 1) * m for n, m in itertools.pairwise(SIZES))
    return [rng.uniform(-1, 1) for _ in range(count)]


def samples(count: int) -> tuple[array[float], array[float], array[float]]:
    """Columns of the two inputs and of the side, 1 or -1."""
    rng = random.Random(2)
    first, second = (
        array("d", [rng.gauss(0, 1) for _ in range(count)]) for _ in range(2)
    )
    sides = (1.0 if a * b + 0.3 * a > 0 else -1.0 for a, b in zip(first, second))
    return first, second, array("d", sides)


def mlp(math: Any, weights: Sequence[Any], x: Sequence[Any], side: Any) -> Any:
    """The hinge loss of one sample."""
    place = 0
    for size in SIZES[1:]:
        out = []
        for _ in range(size):
            total = weights[place + len(x)]
            for weight, xi in zip(weights[place : place + len(x)], x):
                total = total + weight * xi
            out.append(total)
            place += len(x) + 1
        last = size == SIZES[-1]
        x = out if last else [math.relu(o) for o in out]
    return math.relu(1 - side * x[0])


MLP_NODES = 2 * (32 + 256 + 16) + 32 + 3


def mean_mlp(math: Any, weights: Any, x: Sequence[Any], sides: Sequence[Any]) -> Any:
    """The mean hinge loss of many samples, one scalar graph."""
    total: Any = 0.0
    for xi, side in zip(x, sides):
        total = total + mlp(math, weights, xi, side)
    return total * (1.0 / len(sides))


CHAIN_NODES = 6  # of a round


def chain_weights() -> list[float]:
    rng = random.Random(3)
    return [rng.uniform(-0.5, 0.5) for _ in range(16)]


def chain_start() -> list[float]:
    rng = random.Random(6)
    return [rng.uniform(-1, 1) for _ in range(8)]


def chain(math: Any, weights: Sequence[Any], x: Sequence[Any], rounds: int) -> Any:
    """A deep graph of mixed operations: six a round, each on the round before."""
    y = x[0]
    for i in range(rounds):
        y = math.tanh(y * weights[i % 16] + x[i % 8]) - math.relu(y) * 0.5
    return y


def rosenbrock(x: Sequence[Any]) -> Any:
    total: Any = 0.0
    for a, b in itertools.pairwise(x):
        total = total + (100 * (b - a**2) ** 2 + (1 - a) ** 2)
    return total


def rosenbrock_start(size: int) -> list[float]:
    rng = random.Random(4)
    return [rng.uniform(-2, 2) for _ in range(size)]


def black_scholes(
    math: Any, spot: Any, strike: Any, rate: Any, vol: Any, t: Any
) -> Any:
    """The price of a European call; its greeks are the derivatives by the operands."""
    spread = vol * math.sqrt(t)
    d1 = (math.log(spot / strike) + (rate + vol**2 * 0.5) * t) / spread
    d2 = d1 - spread
    half = floats.sqrt(0.5)
    gained = spot * (math.erfc(d1 * -half) * 0.5)
    return gained - strike * math.exp(-rate * t) * (math.erfc(d2 * -half) * 0.5)


def options(count: int) -> list[array[float]]:
    """Columns of spot, strike, rate, volatility and time."""
    rng = random.Random(5)
    ranges = [(80, 120), (80, 120), (0.01, 0.05), (0.1, 0.5), (0.2, 2.0)]
    return [
        array("d", [low + (high - low) * rng.random() for _ in range(count)])
        for low, high in ranges
    ]


def joined(lists: Iterable[Iterable[float]]) -> list[float]:
    return list(itertools.chain.from_iterable(lists))


def thinned(count: int, kept: int = 200) -> range:
    """The places of the results that are compared, when there are many."""
    return range(0, count, max(1, count // kept))
