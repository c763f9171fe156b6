"""A derivative beside differences of the function: do they agree, can they tell?

Central differences (f(x+h) - f(x-h)) / 2h over halved steps are extrapolated to the
step 0 (Richardson, The approximate arithmetical solution by finite differences, 1911);
how far neighbours in that tableau are apart tells the error, and the best entry is
taken (Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering
Software 4, 1982; Press et al., Numerical Recipes, section 5.7). Differences alone are
asked, never a rule: a second opinion. Where they cannot tell they say why.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

EPSILON = 2.0**-52
TINIEST = 2.0**-1074
COLUMNS = 5  # of the tableau: the error of the last falls as the step's tenth power
FIRST, SHORT, LAST = 2.0**-6, 2.0**-26, 2.0**-50  # steps, of the scale of x
NOISY = 4  # so many of the last steps measure how much rounding there is
FAR = 10  # steps apart: what is the same over both is so at every scale
# An error this small lets no slope that is off by 0.05 % agree: 4 * 4e-5 < 5e-4
SURE, ALLOWED = 4e-5, 4.0
OFF, UNSURE = 10.0, 1e-3  # a slope is said to be wrong only beyond ten times the error
ROUNDED = 1e-7  # a rule's own rounding, relative

OK, DIFFERS, CANNOT_TELL = "ok", "differs", "cannot tell"
NO_NUMBER = "no number is near"
BEYOND = "out of the domain, or at a pole"
HIDDEN = "rounding hides the difference"
JUMP = "a jump, or a pole nearby"
STEEP = "a vertical tangent"
STAIRS = "stairs: flat over the shortest steps, the slope over longer ones is {:.4g}"
KINK = "a kink: the slope is {:.4g} to the left and {:.4g} to the right"


@dataclass(frozen=True)
class Comparison:
    """What differences say of a derivative: their estimate of it, and its error.

    `verdict` is "ok", "differs", or "cannot tell", and then `reason` says why.
    """

    estimate: float
    error: float
    verdict: str
    reason: str = ""


def compare(
    f: Callable[[float], float], x: float, derivative: float, noise: float = 0.0
) -> Comparison:
    """A derivative of f at x beside differences of f.

    `noise` is how far off f may be beyond its last digit, where others have cancelled.

    >>> compare(lambda x: x * x, 3.0, 6.0).verdict
    'ok'
    >>> compare(lambda x: x * x, 3.0, 6.00001).verdict
    'differs'
    >>> compare(lambda x: max(x, 0.0), 0.0, 0.0).reason
    'a kink: the slope is 0 to the left and 1 to the right'
    """
    if x - x != 0:
        return Comparison(math.nan, math.nan, CANNOT_TELL, NO_NUMBER)
    found = _Differences(f, x, noise)
    if found.here - found.here != 0:
        return Comparison(math.nan, math.nan, CANNOT_TELL, BEYOND)
    for step in _steps(x, found):
        if found.add(step) and found.confirm(derivative):
            return Comparison(found.central.best.value, found.central.best.error, OK)
    if not found.central.entries:
        return Comparison(math.nan, math.nan, CANNOT_TELL, BEYOND)
    return found.verdict(derivative)


def scattered(scales: Iterable[float], seed: int) -> list[float]:
    """A direction: each scale times a random number of its own, of either sign.

    None is near 0, and no two are alike, so that nothing cancels.
    """
    random = Random(seed)
    return [
        scale * random.choice((-1, 1)) * random.uniform(0.5, 1.0) for scale in scales
    ]


def _steps(x: float, found: _Differences) -> Iterator[float]:
    """Halved steps: f may vary over lengths of about 1, and of x where that is tiny.

    They shrink faster until f is finite on both sides.
    """
    for scale in (max(1.0, abs(x)), abs(x)):
        step, least = scale * FIRST, max(scale * LAST, 4 * math.ulp(x))
        if found.points:
            step = min(step, found.points[-1].step / 2)
        while step >= least and scale:
            yield step
            step /= 2 if found.points else 8


class _Point(NamedTuple):
    """f to both sides of x, and how far rounding may move a quotient over that step."""

    step: float
    above: float
    high: float
    below: float
    low: float
    rounding: float


class _Entry(NamedTuple):
    """An extrapolated quotient, its error, and the number of the last step in it."""

    value: float
    error: float
    at: int


class _Tableau:
    """Quotients over halved steps, and what they are when extrapolated to the step 0.

    `ratio` is how much a quotient's error falls where the step is halved. `best` is the
    entry with the least error.
    """

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self.quotients: list[float] = []
        self.entries: list[_Entry] = []
        self.best = _Entry(math.nan, math.inf, 0)
        self._last: list[float] = []

    def add(self, quotient: float, rounding: float, is_halved: bool) -> None:
        """The quotient of the next step, and how far rounding may have moved it."""
        row, factor, at = [quotient], 1.0, len(self.quotients)
        for coarse in self._last[: COLUMNS - 1] if is_halved else ():
            factor *= self.ratio
            fine = row[-1]
            better = fine + (fine - coarse) / (factor - 1)
            error = max(abs(better - fine), abs(better - coarse)) + rounding
            entry = _Entry(better, error, at)
            self.entries.append(entry)
            if error < self.best.error:
                self.best = entry
            row.append(better)
        self._last = row
        self.quotients.append(quotient)

    def settle(self, noise: Sequence[float]) -> None:
        """Take the best entry, given f's noise, that finer quotients confirm."""
        entries = [_Entry(x, error + noise[at], at) for x, error, at in self.entries]
        entries.sort(key=lambda entry: entry.error)
        confirmed = (entry for entry in entries if self._is_confirmed(entry, noise))
        self.best = next(confirmed, _Entry(math.nan, math.inf, 0))

    def _is_confirmed(self, entry: _Entry, noise: Sequence[float]) -> bool:
        """Whether no quotient over a shorter step is farther from it than its own."""
        value, error, at = entry
        allowed = 2 * abs(self.quotients[at] - value) + ALLOWED * error
        finer = zip(self.quotients[at + 1 :], noise[at + 1 :])
        return all([abs(x - value) <= allowed + ALLOWED * noisy for x, noisy in finer])


class _Differences:
    """Differences of f at x over shrinking steps: central, and to either side."""

    def __init__(self, f: Callable[[float], float], x: float, noise: float) -> None:
        self.f, self.x, self.here = f, x, f(x)
        self.least = noise + TINIEST
        self.central = _Tableau(4.0)
        self.points: list[_Point] = []

    def add(self, step: float) -> bool:
        """Take the difference over a step; False where f is not finite there."""
        point = self._point(step)
        if point is None:
            return False
        is_halved = bool(self.points) and self.points[-1].step == 2 * step
        self.points.append(point)
        self.central.add(_slope(point), point.rounding, is_halved)
        return True

    def _point(self, step: float) -> _Point | None:
        above, below = self.x + step, self.x - step
        high, low = self.f(above), self.f(below)
        if above == below or high - high != 0 or low - low != 0:
            return None
        size = EPSILON * (abs(high) + abs(low)) + self.least
        return _Point(step, above, high, below, low, 2 * size / (above - below))

    def confirm(self, derivative: float) -> bool:
        """Whether it agrees as far as computed, over a short step, with no kink."""
        best = self.central.best
        if len(self.points) < 3 or not self._agrees(derivative):
            return False
        coarse, fine = self._bend(-2), self._bend(-1)
        if fine > 0.75 * coarse and fine > 1e-4 * abs(best.value) + best.error:
            return False
        short = self._point(SHORT * (abs(self.x) or 1.0))
        if short is None:
            return False
        allowed = UNSURE * abs(best.value) + ALLOWED * short.rounding
        return abs(_slope(short) - best.value) <= allowed

    def _agrees(self, derivative: float) -> bool:
        value, error, _ = self.central.best
        size = abs(value)
        if derivative == 0:  # nothing of it can be off by 0.05 %
            return size <= ALLOWED * error and error <= self._flat()
        off = abs(derivative - value)
        return error <= SURE * size and off <= ALLOWED * error + ROUNDED * size

    def _flat(self) -> float:
        """A slope that is as good as none: beside rounding, or the slopes nearby."""
        steep = max(map(abs, self._sides(self.points[0])))
        rounding = self.points[self.central.best.at].rounding
        return max(4 * rounding, SURE * UNSURE * steep)

    def _sides(self, point: _Point) -> tuple[float, float]:
        left = (self.here - point.low) / (self.x - point.below)
        return left, (point.high - self.here) / (point.above - self.x)

    def _bend(self, k: int) -> float:
        """How much the slopes to both sides differ: at a kink that stays."""
        left, right = self._sides(self.points[k])
        return abs(right - left)

    def verdict(self, derivative: float) -> Comparison:
        """What all the differences together say."""
        if not math.isfinite(sum(self.central.quotients)):
            return Comparison(math.nan, math.inf, CANNOT_TELL, STEEP)
        self._measure_noise()
        self.central.settle(self.noise)
        value, error, at = self.central.best
        # beside a kink the slopes to both sides differ by as much over every step
        if min(map(self._bend, range(at + 1))) > UNSURE * abs(value):
            kink = self._kink(derivative)
            if kink:
                return Comparison(value, error, CANNOT_TELL, kink)
        if self._agrees(derivative):
            return Comparison(value, error, OK)
        is_number = derivative - derivative == 0
        size = max(abs(value), abs(derivative)) if is_number else abs(value)
        is_clear = error <= UNSURE * size or (not is_number and error <= self._flat())
        is_off = not abs(derivative - value) <= OFF * error + ROUNDED * size
        if not (is_clear and is_off) or self._is_wild(derivative):
            return Comparison(value, error, CANNOT_TELL, self._blur())
        if derivative == 0 and self._has_stairs:
            return Comparison(value, error, CANNOT_TELL, STAIRS.format(value))
        return Comparison(value, error, DIFFERS)

    def _measure_noise(self) -> None:
        """How exact f is: how the last, the finest, quotients scatter tells."""
        quotients, points = self.central.quotients, self.points
        scatter = [
            abs(quotients[k] - quotients[k - 1]) * points[k].step
            for k in range(max(1, len(points) - NOISY), len(points))
        ]
        stair = self._stair()
        self._has_stairs = stair > 64 * EPSILON * abs(self.here)
        noise = max([stair, *scatter])
        self.noise = [noise / point.step + point.rounding for point in points]

    def _stair(self) -> float:
        """The height of f's stairs: where it moves it is as flat as it is at x."""
        gaps = [*map(self._gap, range(len(self.points)))]
        moves = [gap for gap in gaps if gap]
        if gaps[-1] > 0 or min(moves, default=0.0) == max(moves, default=0.0):
            return 0.0  # not flat, or flat with at most a jump nearby
        wide = max([p.step for p, gap in zip(self.points, gaps) if not gap]) / 8
        near = [p for p, gap in zip(self.points, gaps) if gap][-NOISY:]
        ends = [(p.above, p.high) for p in near] + [(p.below, p.low) for p in near]
        flat = [
            self.f(x - wide) == y == self.f(x + wide) for x, y in ends if y != self.here
        ]
        return min(moves) if 2 * sum(flat) >= len(flat) else 0.0

    def _kink(self, derivative: float) -> str:
        """The slopes to both sides of a kink, where the derivative is between them."""
        left, right = self._side(0), self._side(1)
        low, high = sorted((left.value, right.value))
        near = OFF * (left.error + right.error) + UNSURE * max(-low, high)
        is_between = low - near <= derivative <= high + near
        if high - low > near and is_between:
            return KINK.format(left.value, right.value)
        return ""

    def _gap(self, k: int) -> float:
        """How far f moves over a step, to either side."""
        point = self.points[k]
        return max(abs(point.high - self.here), abs(point.low - self.here))

    def _is_wild(self, derivative: float) -> bool:
        """Whether f moves over a short step nearly as far as over a long one.

        The shortest that shows a slope as large as the derivative.
        """
        large = 1e-2 * abs(derivative)
        shown = [k for k, point in enumerate(self.points) if point.rounding <= large]
        last = max(shown, default=len(self.points) - 1)
        far = min(self.central.best.at, max(0, last - FAR))
        exact = 64 * EPSILON * abs(self.here)
        return self._gap(last) > max(exact, 1e-2 * self._gap(far))

    def _blur(self) -> str:
        """Why no slope can be told."""
        far = -min(FAR, len(self.points))
        steeper = self._gap(-1) / self.points[-1].step
        if self._gap(-1) <= 64 * EPSILON * abs(self.here):
            return HIDDEN
        if self._gap(-1) > 0.5 * self._gap(far):
            return JUMP
        if steeper > 4 * self._gap(far) / self.points[far].step:
            return STEEP
        return HIDDEN

    def _side(self, side: int) -> _Entry:
        """The slope to the left, 0, or to the right, 1."""
        tableau, last = _Tableau(2.0), 0.0
        for point in self.points:
            quotient = self._sides(point)[side]
            tableau.add(quotient, 2 * point.rounding, last == 2 * point.step)
            last = point.step
        tableau.settle([2 * noise for noise in self.noise])
        return tableau.best


def _slope(point: _Point) -> float:
    return (point.high - point.low) / (point.above - point.below)
