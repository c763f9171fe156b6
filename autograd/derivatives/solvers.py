"""Solving equations over plain floats, to the last digit that rounding leaves.

How good a residual can be is not guessed from its size: the local derivatives of a
recorded graph tell how much the rounding of each of its numbers can move it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import copysign, inf, isfinite, isnan
from operator import sub
from typing import Any

from autograd.derivatives.elimination import Singular, solved

# A residual of so many times its rounding is as good as 0: functions are not exact
ROUNDINGS = 4.0
SINGULAR = "where the derivative is singular"


@dataclass
class State:
    """Where a search is, and what it knows there.

    `rounding` is how far each residual may be off by rounding; `slopes` are its
    derivatives by what the equations depend on besides, and `equations` are those that
    all this was read from.
    """

    xs: list[float]
    residuals: list[float]
    jacobian: list[list[float | None]]
    rounding: list[float]
    slopes: list[list[float | None]]
    equations: Any

    def is_solved(self, tolerance: float) -> bool:
        return all(
            [
                abs(residual) <= max(tolerance, ROUNDINGS * rounding) < inf
                for residual, rounding in zip(self.residuals, self.rounding)
            ]
        )

    def is_better_than(self, other: State) -> bool:
        """Whether the residuals are smaller, each measured by its rounding."""
        units = [*map(max, self.rounding, other.rounding)]
        return _size(self.residuals, units) < _size(other.residuals, units)

    def step(self) -> list[float]:
        """Newton's step; Singular where there is none."""
        (found,) = solved(self.jacobian, [[-x for x in self.residuals]])
        return [x or 0.0 for x in found]


def _size(residuals: Sequence[float], units: Sequence[float]) -> float:
    sizes = [abs(x) / unit if unit else abs(x) for x, unit in zip(residuals, units)]
    return inf if any(map(isnan, sizes)) else max(sizes)


Evaluate = Callable[[list[float]], State]


class Unsolved(ArithmeticError):
    """No solution was found; `state` is the last one that was looked at."""

    def __init__(self, state: State, why: str) -> None:
        super().__init__(why)
        self.state, self.why = state, why


def newton(evaluate: Evaluate, start: list[float], steps: int, tol: float) -> State:
    """Newton's method, each step shortened until the residuals are smaller.

    One equation is solved by bisection where Newton's steps are no better, as soon as
    its residual has had both signs (Press et al., Numerical Recipes, rtsafe).
    """
    here = evaluate(start)
    beyond: State | None = None  # where the residual has the other sign
    before = inf  # the length of the step before
    for _ in range(steps):
        if not any(here.residuals):
            return here
        if not all(map(isfinite, here.residuals)):
            raise Unsolved(here, "which is no number to start from")
        if here.is_solved(tol):
            return _settled(evaluate, here)
        if beyond is None:
            there = _damped(evaluate, here)
        else:
            x = _between(here, beyond, before)
            if x in (here.xs[0], beyond.xs[0]):
                best = beyond if beyond.is_better_than(here) else here
                if best.is_solved(tol):
                    return best
                raise Unsolved(best, "where it jumps over 0")
            there = evaluate([x])
        before = abs(there.xs[0] - here.xs[0])
        if _have_opposite_signs(here, there):
            here, beyond = (
                (there, here) if there.is_better_than(here) else (here, there)
            )
        else:
            here = there
    if here.is_solved(tol):
        return here
    raise Unsolved(here, f"after {steps} steps")


def _settled(evaluate: Evaluate, here: State) -> State:
    """Further steps while they help, unless only the tolerance calls it solved."""
    while any(here.residuals) and here.is_solved(0.0):
        try:
            step = here.step()
        except Singular:
            break
        there = evaluate([x + d for x, d in zip(here.xs, step)])
        if not there.is_better_than(here):
            break
        here = there
    return here


def _have_opposite_signs(a: State, b: State) -> bool:
    if len(a.xs) > 1 or isnan(b.residuals[0]):
        return False
    return copysign(1.0, a.residuals[0]) != copysign(1.0, b.residuals[0])


def _damped(evaluate: Evaluate, here: State) -> State:
    """The state after a step that is short enough to be one forward."""
    try:
        step = here.step()
    except Singular:
        step = [inf]
    if not all(map(isfinite, step)):
        raise Unsolved(here, SINGULAR)
    share = 1.0
    while True:
        xs = [x + share * d for x, d in zip(here.xs, step)]
        if xs == here.xs:
            raise Unsolved(here, "which no step makes smaller")
        there = evaluate(xs)
        if there.is_better_than(here) or _have_opposite_signs(here, there):
            return there
        share /= 2


def _between(here: State, beyond: State, before: float) -> float:
    """A number between: where Newton's step goes if it is inside, and gets shorter."""
    x, slope = here.xs[0], here.jacobian[0][0]
    low, high = sorted([x, beyond.xs[0]])
    if slope and isfinite(slope):
        step = -here.residuals[0] / slope
        if low < x + step < high and abs(step) <= before / 2:
            return x + step
    # 0 first: numbers that are halved never get there
    return 0.0 if low < 0 < high else low / 2 + high / 2


def iterated(
    image: Callable[[list[float]], list[float]],
    evaluate: Evaluate,
    start: list[float],
    steps: int,
    tol: float,
) -> State:
    """Apply a function to its own result until that no longer changes.

    The residuals are looked at where the change is no longer smaller than before.
    """
    xs, before = start, inf
    for _ in range(steps):
        after = image(xs)
        if not all(map(isfinite, after)):
            raise Unsolved(evaluate(xs), "and then f gives no finite number")
        change = max(map(abs, map(sub, after, xs)))
        xs = after
        if change <= tol or change >= before:
            here = evaluate(xs)
            if here.is_solved(tol):
                return _settled(evaluate, here)
        before = change
    raise Unsolved(evaluate(xs), f"after {steps} steps")
