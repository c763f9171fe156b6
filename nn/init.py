"""How weights start: distributions by name, given the numbers of inputs and outputs."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

Init = Callable[[Any, int, int], float]


def uniform(rng: Any, fan_in: int, fan_out: int) -> float:
    """Between -1 and 1, as micrograd starts."""
    return float(rng.uniform(-1, 1))


def he(rng: Any, fan_in: int, fan_out: int) -> float:
    """Normal, variance 2/fan_in: for relu and its kin (He et al. 2015)."""
    return float(rng.gauss(0, math.sqrt(2 / fan_in)))


def xavier(rng: Any, fan_in: int, fan_out: int) -> float:
    """Uniform, variance 2/(fan_in + fan_out): for tanh (Glorot, Bengio 2010)."""
    limit = math.sqrt(6 / (fan_in + fan_out))
    return float(rng.uniform(-limit, limit))


def lecun(rng: Any, fan_in: int, fan_out: int) -> float:
    """Normal, variance 1/fan_in: for selu (LeCun et al. 1998)."""
    return float(rng.gauss(0, math.sqrt(1 / fan_in)))


def zeros(rng: Any, fan_in: int, fan_out: int) -> float:
    """All zero: neurons then stay alike, which is a lesson of its own."""
    return 0.0


NAMES: dict[str, Init] = {
    "uniform": uniform,
    "he": he,
    "xavier": xavier,
    "lecun": lecun,
    "zeros": zeros,
}


def initializer(given: str | Init) -> Init:
    """The distribution of this name, or the function given."""
    if isinstance(given, str) and given in NAMES:
        return NAMES[given]
    if callable(given):
        return given
    raise ValueError(
        f"init: {given!r} is neither a function (rng, fan_in, fan_out) nor one of "
        f"{', '.join(NAMES)}"
    )


def generator(seed: Any) -> Any:
    """The random numbers of a seed; without one, those of the module `random`."""
    if seed is None:
        return random
    if isinstance(seed, random.Random) or seed is random:
        return seed
    if isinstance(seed, int):
        return random.Random(seed)
    raise TypeError(f"seed: must be an int or None, not {seed!r}")
