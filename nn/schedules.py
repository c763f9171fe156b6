"""Learning-rate schedules: functions from the step, counted from 0, to the rate.

>>> rate = linear(1.0, 0.1, steps=100)
>>> rate(0), round(rate(50), 2), round(rate(1000), 2)
(1.0, 0.55, 0.1)
"""

from __future__ import annotations

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def _progress(step: int, steps: int) -> float:
    return min(1.0, step / steps)


def _check(steps: int, *rates: float) -> None:
    if steps < 1:
        raise ValueError(f"steps: must be at least 1, not {steps!r}")
    for rate in rates:
        if not rate >= 0:
            raise ValueError(f"a learning rate must not be negative, not {rate!r}")


def constant(lr: float) -> Schedule:
    """Always the same rate."""
    _check(1, lr)
    return lambda step: lr


def linear(start: float, end: float, steps: int) -> Schedule:
    """From start to end in a straight line."""
    _check(steps, start, end)
    return lambda step: start + (end - start) * _progress(step, steps)


def cosine(start: float, end: float, steps: int) -> Schedule:
    """From start to end along half a cosine wave (Loshchilov, Hutter 2017)."""
    _check(steps, start, end)

    def rate(step: int) -> float:
        wave = 0.5 * (1 + math.cos(math.pi * _progress(step, steps)))
        return end + (start - end) * wave

    return rate


def exponential(start: float, factor: float) -> Schedule:
    """Multiplied by the factor at every step."""
    _check(1, start, factor)
    return lambda step: start * factor**step


def staircase(start: float, factor: float, every: int) -> Schedule:
    """Multiplied by the factor once in so many steps."""
    _check(every, start, factor)
    return lambda step: start * factor ** (step // every)


def warmup(steps: int, then: Schedule) -> Schedule:
    """From 0 up to what another schedule begins with, and then that schedule."""
    _check(steps)

    def rate(step: int) -> float:
        if step < steps:
            return then(0) * (step + 1) / steps
        return then(step - steps)

    return rate
