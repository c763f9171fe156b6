"""Why an operation's value, or its slope, is infinite or nan at the numbers it got.

The kind is found by `bends`, from the table's rule on both sides of each operand. Where
a function begins to be defined stands nowhere either: it is looked for between the
operand and the samples of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite, isinf

from autograd.checking.bends import bends
from autograd.naming import fill
from autograd.primitives import Primitive

TOO_LARGE = "too large for a float (1.8e308 at most)"
FEW = 4  # operands that a text can name
Function = Callable[[Sequence[float]], float]


def shown(x: float) -> str:
    """A number as Python writes it, or six digits where it writes many.

    >>> shown(-1.0), shown(1 / 3)
    ('-1.0', '0.333333')
    """
    return repr(x) if len(repr(x)) <= 8 else f"{x:.6g}"


def applied(row: Primitive, operands: Sequence[str]) -> str:
    """The operation over texts; of many operands only how many there are.

    >>> from autograd.primitives import ROWS
    >>> applied(ROWS["**"], ["-2.0", "0.5"]), applied(ROWS["sum"], ["1.0"] * 1000)
    ('(-2.0) ** 0.5', 'sum of 1000 operands')
    """
    if len(operands) > FEW:
        return f"{row.identifier} of {len(operands)} operands"
    try:
        return fill(row.text, operands)
    except (LookupError, ValueError):  # a user's own template
        return f"{row.name}({', '.join(operands)})"


def why_value(row: Primitive, operands: Sequence[float]) -> str:
    """The reason for a value that is infinite or nan though no operand is.

    >>> from autograd.primitives import ROWS
    >>> why_value(ROWS["log"], [-1.0])
    'log is not defined below 0'
    >>> why_value(ROWS["/"], [1.0, 0.0])
    '/ has a pole where operand 2 is 0.0'
    >>> why_value(ROWS["exp"], [1000.0])
    'the result is too large for a float (1.8e308 at most)'
    """
    value, slopes = row.at(*operands)
    if isinf(value):
        found, _ = bends(row, operands, value, slopes, range(len(operands)))
        poles = [bend.position for bend in found if bend.kind == "pole"]
        if not poles:
            return f"the result is {TOO_LARGE}"
        return f"{row.name} has a pole {_at(operands, poles[0])}"
    if row.arity is None and isfinite(row.at(*[1e-200 * x for x in operands])[0]):
        return f"parts of it are {TOO_LARGE}, and inf - inf is nan"
    where = _undefined(row, operands, lambda point: row.at(*point)[0])
    return f"{row.name} is not defined {where}"


def why_slope(row: Primitive, operands: Sequence[float], position: int) -> str:
    """The reason for a slope by an operand that is infinite or nan.

    >>> from autograd.primitives import ROWS
    >>> why_slope(ROWS["acos"], [1.0], 0)
    'acos has an infinite slope at 1.0'
    >>> why_slope(ROWS["pow"], [-2.0, 2.0], 1)
    'the slope of pow by operand 2 is not defined where operand 1 is below 0 and \
operand 2 is 2.0'
    """
    value, slopes = row.at(*operands)
    by = "" if len(operands) == 1 else f" by operand {position + 1}"
    if isfinite(slopes[position]):
        return f"the slope of {row.name}{by} is of other numbers than it has now"
    if isinf(slopes[position]):
        found, _ = bends(row, operands, value, slopes, [position])
        if any([bend.kind == "infinite" for bend in found]):
            return f"the slope of {row.name}{by} is {TOO_LARGE}"
        return f"{row.name} has an infinite slope{by} {_at(operands, position)}"
    where = _undefined(row, operands, lambda point: row.at(*point)[1][position])
    return f"the slope of {row.name}{by} is not defined {where}"


def _undefined(row: Primitive, operands: Sequence[float], function: Function) -> str:
    """Where the function is nan, of which this is a point."""
    for k in range(min(len(operands), FEW)):
        for sample in row.samples:
            edge = _edge(function, operands, k, sample[k]) if k < len(sample) else None
            if edge is not None:
                return _where(operands, k, edge)
    if len(operands) == 1:
        return _at(operands, 0)
    return _where(operands, 0, shown(operands[0]))


def _where(operands: Sequence[float], k: int, there: str) -> str:
    """With operand k there, and the others as they are."""
    if len(operands) == 1:
        return there
    if len(operands) > FEW:
        return "at these numbers"
    places = [f"operand {i + 1} is {shown(x)}" for i, x in enumerate(operands)]
    places[k] = f"operand {k + 1} is {there}"
    return f"where {' and '.join(places)}"


def _edge(
    function: Function, operands: Sequence[float], k: int, inside: float
) -> str | None:
    """On which side of which number the function is nan, seen from a point inside."""

    def is_defined(x: float) -> bool:
        number = function([*operands[:k], x, *operands[k + 1 :]])
        return number == number

    outside = operands[k]
    if not is_defined(inside) or is_defined(outside + 1e-3 * (outside - inside)):
        return None
    side = "below" if outside < inside else "above"
    for _ in range(100):
        middle = 0.5 * (inside + outside)
        if is_defined(middle):
            inside = middle
        else:
            outside = middle
    return f"{side} {round(inside, 9) + 0.0:g}"


def _at(operands: Sequence[float], k: int) -> str:
    where = "at" if len(operands) == 1 else f"where operand {k + 1} is"
    return f"{where} {shown(operands[k])}"
