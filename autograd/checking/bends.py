"""Where an operation has no ordinary derivative at the numbers that it was given.

Nothing is listed here: the table's rule is asked on both sides of an operand. What is
smooth changes as little as the operand does; a gap between the sides that is far wider
than what either side varies by is a jump of the value, or a kink of the slope.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isinf, isnan, nan, ulp
from typing import Any

from autograd.primitives import Primitive

# The numbers looked at on each side, in units of the operand's last place; beside 0,
# which has none, they are as they are
STEPS = (1.0, 2.0, 4.0, 8.0)
NEAR_ZERO = (2.0**-500, 2.0**-400, 2.0**-300, 2.0**-200)
# A gap is so many times as wide as both sides vary. Where all is straight a side
# varies by 7 steps, and there are 2 between the sides.
WIDE = 4
# And so many times it is as wide where only the operand's own number is off
ALONE = 2.0**30
# What rounding may do to a value of the table, and to a slope; and where floats end
ROUNDING, SLOPE_ROUNDING, LEAST = 2.0**-49, 2.0**-46, 2.0**-1065
# A relative step at which most operations are seen to be smooth, all operands at once
STRIDE = 2.0**-40
# Operands of one operation that are asked one by one
MOST = 8
# What has a finite number beside it is a pole, but not where only floats end
LARGE = 2.0**1000


@dataclass(frozen=True)
class Bend:
    """What is not ordinary about an operand: its kind, and what is on both sides.

    `values` and `slopes` are those just to the left and just to the right.
    """

    position: int
    kind: str
    values: tuple[float, float]
    slopes: tuple[float, float]


def bends(
    row: Primitive,
    operands: Sequence[float],
    value: float,
    slopes: Sequence[float],
    moving: Sequence[int],
) -> tuple[list[Bend], int]:
    """Those among the moving operands where there is no ordinary derivative.

    Of many operands that may be alike the first MOST are asked; the rest is counted.

    >>> from autograd.primitives import ROWS
    >>> row = ROWS["abs"]
    >>> [bend.kind for bend in bends(row, [0.0], *row.at(0.0), [0])[0]]
    ['kink']
    >>> bends(row, [1e-300], *row.at(1e-300), [0])
    ([], 0)
    """
    if any([x != x for x in operands]):
        return [], 0  # that nan has come from elsewhere
    suspects = _suspects(row, operands, value, slopes, moving)
    found = [_bend(row, operands, value, slopes[k], k) for k in suspects[:MOST]]
    bent = [bend for bend in found if bend is not None]
    return bent, len(suspects[MOST:]) if bent else 0


def _bend(
    row: Primitive, operands: Sequence[float], value: float, slope: float, k: int
) -> Bend | None:
    if not isfinite(operands[k] + STEPS[-1] * ulp(operands[k])):
        # no number is near
        is_undefined = isnan(value) or isnan(slope)
        return Bend(k, "undefined", (nan, nan), (nan, nan)) if is_undefined else None
    left, right = _side(row, operands, k, -1), _side(row, operands, k, 1)
    kind = _kind(value, slope, left, right)
    is_infinite = not isfinite(value) or not isfinite(slope)
    if is_infinite and kind != "undefined" and not all(map(isfinite, operands)):
        return None  # that infinity has come from elsewhere
    if not kind or _is_whole(row, operands, k):
        return None
    return Bend(
        *(k, kind),
        (left.limit(left.values), right.limit(right.values)),
        (left.limit(left.slopes), right.limit(right.slopes)),
    )


def _at(
    row: Primitive, operands: Sequence[float], moved: dict[int, float]
) -> tuple[float, Sequence[float]]:
    there = [moved.get(k, x) for k, x in enumerate(operands)]
    try:
        return row.at(*there)
    except Exception:  # a user's own function may refuse what lies beside
        return nan, [nan] * len(there)


def _suspects(
    row: Primitive,
    operands: Sequence[float],
    value: float,
    slopes: Sequence[float],
    moving: Sequence[int],
) -> Sequence[int]:
    """The operands to ask one by one: none where all together look smooth."""
    if not isfinite(value):
        return moving
    changed = {k for k in moving if not isfinite(slopes[k])}
    is_straight = True
    for sign in (1, -1):
        moved = {}
        for count, k in enumerate(moving):
            # steps that are in no simple ratio: a quotient, say, may not stay the same
            stride = sign * STRIDE * (1 + count * 0.6180339887 % 1)
            moved[k] = operands[k] + stride * (abs(operands[k]) or 1.0)
        there, slopes_there = _at(row, operands, moved)
        rises = [slopes[k] * (x - operands[k]) for k, x in moved.items()]
        size = sum(map(abs, rises))
        bow = abs(there - value - sum(rises))
        is_straight &= bow <= 1e-3 * size + ROUNDING * abs(value)
        for k in moving:
            if not abs(slopes_there[k] - slopes[k]) <= 2.0**-30 * abs(slopes[k]):
                changed.add(k)
    if row.arity is None and changed:
        return sorted(changed)
    return [] if is_straight and not changed else moving


@dataclass(frozen=True)
class _Side:
    """The values and the slopes on one side of an operand, the nearest first."""

    values: tuple[float, ...]
    slopes: tuple[float, ...]
    is_near_zero: bool

    @property
    def is_outside(self) -> bool:
        """Whether it is all out of the domain."""
        return all([isnan(value) for value in self.values])

    @property
    def is_finite(self) -> bool:
        return any([abs(value) < LARGE for value in self.values])

    @property
    def is_growing(self) -> bool:
        """Whether the values grow beyond all bounds towards the operand."""
        nearest = abs(self.values[0])
        return isfinite(nearest) and nearest > 2 * abs(self.values[-1])

    def limit(self, numbers: Sequence[float]) -> float:
        """The nearest, without what is left of the step beside 0."""
        is_step = self.is_near_zero and abs(numbers[0]) <= NEAR_ZERO[1]
        return 0.0 if is_step else numbers[0]


def _side(row: Primitive, operands: Sequence[float], k: int, sign: int) -> _Side:
    x = operands[k]
    steps = [step * ulp(x) for step in STEPS] if x else NEAR_ZERO
    points = [_at(row, operands, {k: x + sign * step}) for step in steps]
    return _Side(
        tuple([value for value, _ in points]),
        tuple([slopes[k] for _, slopes in points]),
        x == 0,
    )


def _kind(value: float, slope: float, left: _Side, right: _Side) -> str:
    """What is at a point, by what is there and on both sides; "" where all is well."""
    sides = left, right
    if isnan(value):
        return "pole" if any([side.is_growing for side in sides]) else "undefined"
    if isinf(value):
        return "pole" if any([side.is_finite for side in sides]) else "infinite"
    if isnan(slope):
        return "undefined"
    if isinf(slope):
        finite = any([isfinite(side.slopes[0]) for side in sides])
        return "vertical tangent" if finite else "infinite"
    if left.is_outside or right.is_outside:
        return "edge of the domain"
    if _has_gap(value, left.values, right.values, ROUNDING):
        return "jump"
    if _has_gap(slope, left.slopes, right.slopes, SLOPE_ROUNDING):
        return "kink"
    return ""


def _has_gap(
    here: float, left: Sequence[float], right: Sequence[float], rounding: float
) -> bool:
    near = left[0], here, right[0]
    noise = rounding * max([abs(x) for x in near if isfinite(x)]) + LEAST
    variation = _spread(left) + _spread(right)
    gap = _spread((left[0], right[0]))
    if gap > WIDE * variation + noise:
        return True
    return _spread(near) > ALONE * (variation + gap) + noise


def _spread(numbers: Sequence[float]) -> float:
    low, high = min(numbers), max(numbers)
    if any([x != x for x in numbers]):
        return inf  # the edge of the domain is near, and nothing can be told
    return 0.0 if low == high else high - low


class _Asked(float):
    """A float that tells whether it was taken for a whole number."""

    is_whole = False

    def __int__(self) -> int:
        self.is_whole = True
        return int(float(self))


def _is_whole(row: Primitive, operands: Sequence[float], k: int) -> bool:
    """Whether an operand is a whole number to the rule: then nothing lies beside it."""
    asked: Any = _Asked(operands[k])
    _at(row, operands, {k: asked})
    return bool(asked.is_whole)
