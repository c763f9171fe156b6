"""Rational numbers that meet infinities and nans as floats do: nothing is rounded.

The standard library's Fraction would round beside floats, and takes three times as
long.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from math import copysign, gcd, inf, isfinite, nan
from typing import Any

from autograd.floats import Ieee
from autograd.symbols import OPERATORS


class Exact:
    """A rational number in lowest terms, for the table's rules.

    Operators take ints and floats too, which are rational numbers as they are. What is
    infinite or nan is a plain float, as after a division by 0.

    >>> exact(1) / 3 + 0.5, exact(1) / 0
    (Exact(5, 6), inf)
    """

    __slots__ = ("bottom", "top")

    def __init__(self, top: int, bottom: int = 1) -> None:
        self.top, self.bottom = top, bottom

    def __float__(self) -> float:
        if self is MINUS_ZERO:
            return -0.0
        try:
            return self.top / self.bottom
        except OverflowError:
            return inf if self.top > 0 else -inf

    def __int__(self) -> int:
        return self.top // self.bottom

    def __neg__(self) -> Exact:
        return Exact(-self.top, self.bottom)

    def __abs__(self) -> Exact:
        return Exact(abs(self.top), self.bottom)

    def __round__(self) -> int:
        return round(Fraction(self.top, self.bottom))

    def __bool__(self) -> bool:
        return self.top != 0

    def __repr__(self) -> str:
        return f"Exact({self.top}, {self.bottom})"

    __hash__ = object.__hash__


Number = Any  # an Exact, or a float that is infinite or nan
ZERO, MINUS_ZERO = Exact(0), Exact(0)


def exact(x: Any) -> Number:
    """A float or an int as an exact number; infinities and nans as they are.

    >>> exact(0.1)
    Exact(3602879701896397, 36028797018963968)
    """
    if type(x) is Exact:
        return x
    if type(x) is int:
        return Exact(x)
    if x == 0:
        return ZERO if copysign(1.0, x) > 0 else MINUS_ZERO
    return Exact(*x.as_integer_ratio()) if isfinite(x) else float(x)


def lowest(top: int, bottom: int) -> Exact:
    """The quotient of two ints as a number; ZeroDivisionError where it is none."""
    common = gcd(top, bottom)
    if bottom <= 0:
        if bottom == 0:
            raise ZeroDivisionError
        common = -common
    if common != 1:
        return Exact(top // common, bottom // common)
    return Exact(top, bottom)


def _add(x: Exact, y: Exact) -> Exact:
    if x.bottom == y.bottom:
        return lowest(x.top + y.top, x.bottom)
    return lowest(x.top * y.bottom + y.top * x.bottom, x.bottom * y.bottom)


def _sub(x: Exact, y: Exact) -> Exact:
    if x.bottom == y.bottom:
        return lowest(x.top - y.top, x.bottom)
    return lowest(x.top * y.bottom - y.top * x.bottom, x.bottom * y.bottom)


def _mul(x: Exact, y: Exact) -> Exact:
    return lowest(x.top * y.top, x.bottom * y.bottom)


def _truediv(x: Exact, y: Exact) -> Number:
    return lowest(x.top * y.bottom, x.bottom * y.top) if y.top else _ieee("/", x, y)


def _floordiv(x: Exact, y: Exact) -> Number:
    if not y.top:
        return _ieee("//", x, y)
    return Exact((x.top * y.bottom) // (x.bottom * y.top))


def _mod(x: Exact, y: Exact) -> Number:
    return _sub(x, _mul(y, _floordiv(x, y))) if y.top else nan


def _ieee(op: str, x: Number, y: Number) -> Number:
    """An operation that IEEE 754 defines: of a number between only the sign counts."""
    if op == "%" and type(x) is Exact:
        raise ArithmeticError("a remainder by infinity is as exact as the dividend")
    signs = [Ieee(_sign(z) if type(z) is Exact else z) for z in (x, y)]
    return exact(float(getattr(operator, OPERATORS[op])(*signs)))


def _sign(x: Exact) -> float:
    return -0.0 if x is MINUS_ZERO else float((x.top > 0) - (x.top < 0))


def _infix(op: str, swapped: bool = False) -> Any:
    rational = globals()[f"_{OPERATORS[op]}"]

    def infix(self: Exact, other: Any) -> Number:
        x, y = (exact(other), self) if swapped else (self, exact(other))
        if type(x) is Exact and type(y) is Exact:
            return rational(x, y)
        return _ieee(op, x, y)

    return infix


def _comparison(compare: Callable[[Any, Any], bool]) -> Any:
    def comparison(self: Exact, other: Any) -> bool:
        if type(other) is not Exact:
            if not isfinite(other):
                return compare(0.0, other)
            other = exact(other)
        return compare(self.top * other.bottom, other.top * self.bottom)

    return comparison


for _op, _name in OPERATORS.items():
    setattr(Exact, f"__{_name}__", _infix(_op))
    setattr(Exact, f"__r{_name}__", _infix(_op, swapped=True))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Exact, f"__{_name}__", _comparison(getattr(operator, _name)))
