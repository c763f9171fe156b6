"""Whether exact numbers would have taken another branch than those that were recorded.

Between the recorded operands and the exact ones the value or a slope may jump. What is
smooth changes by half as much on half of the way; a jump stays on one of the halves.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.checking.exact import ZERO, Exact, Number, exact
from autograd.checking.references import References
from autograd.primitives import Primitive

HALVINGS = 40
# What is left of a change after them where nothing jumps. The slowest is a root at 0:
# of it 2**-20 is left.
SMOOTH = 1e-4
# Relative changes below are those of a reference's last digits
ROUNDING = 2.0**-80


def slopes_beyond(
    references: References,
    row: Primitive,
    recorded: Sequence[Number],
    actual: Sequence[Number],
) -> list[Number] | None:
    """The slopes at the actual operands if a jump lies between; None if none does.

    >>> from autograd.primitives import ROWS
    >>> zero, above = exact(0.0), exact(1e-17)
    >>> slopes_beyond(References(50), ROWS["relu"], [zero], [above])
    [Exact(1, 1)]
    >>> slopes_beyond(References(50), ROWS["exp"], [zero], [above])
    """
    start, end = _all(references, row, recorded), _all(references, row, actual)
    if start is None or end is None:
        return None
    slopes = end[1:]
    parts = [k for k in range(len(start)) if _change(start[k], end[k])]
    whole = [_change(start[k], end[k]) for k in parts]
    if not parts:
        return None
    at_start, at_end = list(recorded), list(actual)
    for _ in range(HALVINGS):
        halfway = [_middle(x, y) for x, y in zip(at_start, at_end)]
        middle = _all(references, row, halfway)
        if middle is None:
            return None
        left = _distance(start, middle, parts, whole)
        if left >= _distance(middle, end, parts, whole):
            end, at_end = middle, halfway
        else:
            start, at_start = middle, halfway
    left_over = _distance(start, end, parts, whole)
    return slopes if left_over > SMOOTH else None


def _all(
    references: References, row: Primitive, operands: Sequence[Number]
) -> list[Number] | None:
    """The value and the slopes; None where one of them is no finite number."""
    value = references.at(row, operands)
    if type(value) is not Exact:
        return None
    try:
        slopes = row.partials(references, value, *operands)
    except (ArithmeticError, ValueError):
        return None
    found = [value, *map(exact, slopes)]
    return found if all([type(x) is Exact for x in found]) else None


def _middle(x: Number, y: Number) -> Number:
    return x if x is y else (x + y) / 2


def _change(x: Number, y: Number) -> Number:
    """How far two numbers are apart; 0 if it may be rounding."""
    apart = abs(x - y)
    return apart if apart > ROUNDING * max(abs(x), abs(y)) else ZERO


def _distance(
    start: Sequence[Number],
    end: Sequence[Number],
    parts: Sequence[int],
    whole: Sequence[Number],
) -> float:
    return sum(
        [float(_change(start[k], end[k]) / all_of) for k, all_of in zip(parts, whole)]
    )
