"""The table's interpretation over exact numbers, and over many digits of all others.

Sums, products, quotients, whole powers, and what is made of them in pieces, have no
error at all: numbers are fractions. What is irrational goes through mpmath, and comes
back as the fraction that its digits are.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from math import copysign, inf, isfinite, nan
from typing import Any

from autograd import floats
from autograd.checking.exact import MINUS_ZERO, ZERO, Exact, Number, exact, lowest
from autograd.primitives import Primitive

# A fraction may have so many bits for each bit of precision before it is rounded
ROOM = 4
# Bits that the rounding of many operations may use up
GUARD = 24
# Numbers beyond 2**LIMIT and below 2**-LIMIT are not told, nor are whole powers with
# more bits fractions
LIMIT = 2**14
# mpmath's recurrence for polygamma takes forever far below
LEAST_OF_POLYGAMMA = -1000


def mpmath() -> Any:
    """The module; ImportError with the remedy where it is not installed."""
    try:
        return importlib.import_module("mpmath")
    except ImportError:
        raise ImportError(
            "precision() needs mpmath: pip install 'scalar-autograd[precision]'"
        ) from None


def _by_mpmath(name: str) -> Callable[..., Number]:
    def function(self: References, *operands: Number) -> Number:
        return self.from_mp(getattr(self.mp, name)(*map(self.to_mp, operands)))

    return function


class References:
    """The namespace that rules see as `math`, with so many digits.

    `is_exact` becomes false as soon as anything is rounded, `is_beyond` true where a
    number was too large or too small.

    >>> from autograd.primitives import ROWS
    >>> references = References(30)
    >>> third = references.at(ROWS["/"], [exact(1.0), exact(3.0)])
    >>> references.at(ROWS["*"], [third, exact(3.0)]), references.is_exact
    (Exact(1, 1), True)
    >>> root = references.at(ROWS["sqrt"], [exact(2.0)])
    >>> references.snapped(root * root), references.is_exact
    (Exact(2, 1), False)
    """

    inf, nan = inf, nan
    # written over any number type already
    where, sign = staticmethod(floats.where), staticmethod(floats.sign)
    max, min = staticmethod(floats.max), staticmethod(floats.min)
    floor, ceil = staticmethod(floats.floor), staticmethod(floats.ceil)
    trunc, abs = staticmethod(floats.trunc), staticmethod(floats.abs)
    sum = fsum = staticmethod(floats.sum)
    dot = staticmethod(floats.dot)

    exp, expm1 = _by_mpmath("exp"), _by_mpmath("expm1")
    log, log1p, log10 = _by_mpmath("log"), _by_mpmath("log1p"), _by_mpmath("log10")
    gamma = _by_mpmath("gamma")
    sin, cos, tan = _by_mpmath("sin"), _by_mpmath("cos"), _by_mpmath("tan")
    asin, acos, atan = _by_mpmath("asin"), _by_mpmath("acos"), _by_mpmath("atan")
    sinh, cosh, tanh = _by_mpmath("sinh"), _by_mpmath("cosh"), _by_mpmath("tanh")
    asinh, acosh, atanh = _by_mpmath("asinh"), _by_mpmath("acosh"), _by_mpmath("atanh")
    erf, erfc, digamma = _by_mpmath("erf"), _by_mpmath("erfc"), _by_mpmath("digamma")

    def __init__(self, digits: int) -> None:
        # a context of its own: the precision of mpmath itself is the user's
        self.mp = mpmath().mp.__class__()
        self.mp.dps = self.digits = digits
        self.bits: int = self.mp.prec
        self.mp.prec = self.bits + 2 * GUARD
        self.is_exact, self.is_beyond = True, False

    def at(self, row: Primitive, operands: Sequence[Number]) -> Number | None:
        """The value of a row of the table; None where it cannot be told."""
        self.is_beyond = False
        are_finite = all([type(x) is Exact for x in operands])
        if not are_finite:
            # the limits at infinity that IEEE 754 has are exact, but not pi/2 or so
            limit = self._limit(row, operands)
            if limit is not None:
                return limit
        try:
            number = self.settled(row.forward(self, *operands))
        except (ArithmeticError, ValueError):  # a pole
            return self._limit(row, operands)
        if self.is_beyond and (number == 0 or abs(number) == inf):
            return None
        return number if are_finite or number == number else None

    def _limit(self, row: Primitive, operands: Sequence[Number]) -> Number | None:
        value = row.at(*map(float, operands))[0]
        return exact(value) if value == 0 or not isfinite(value) else None

    def _beyond(self, size: int, sign: int) -> Number:
        self.is_exact, self.is_beyond = False, True
        return ZERO if size < 0 else sign * inf

    def settled(self, number: Any) -> Number:
        """The number, rounded if it has far too many digits."""
        number = exact(number)
        if type(number) is not Exact or not number:
            return number
        top, bottom = number.top, number.bottom
        size = top.bit_length() - bottom.bit_length()
        if abs(size) > LIMIT:
            return self._beyond(size, 1 if top > 0 else -1)
        if top.bit_length() + bottom.bit_length() <= ROOM * self.bits + abs(size):
            return number
        self.is_exact = False
        shift = self.bits + GUARD - size
        if shift > 0:
            return lowest((top << shift) // bottom, 1 << shift)
        return Exact(top // (bottom << -shift) << -shift)

    def snapped(self, number: Number) -> Number:
        """An inexact number that is a float to all its digits, as that float.

        So sqrt(2)**2 is 2, and no rounding decides what its floor is.
        """
        if type(number) is Exact:
            nearest = float(number)
            if isfinite(nearest):
                top, bottom = nearest.as_integer_ratio()
                apart = abs(number.top * bottom - top * number.bottom)
                if apart << self.bits <= abs(number.top) * bottom:
                    return exact(nearest)
        return number

    def to_mp(self, x: Any) -> Any:
        """A number as mpmath has it."""
        if type(x) is not Exact:
            return self.mp.mpf(x)
        if x.bottom & (x.bottom - 1) == 0:
            return self.mp.mpf((x.top, 1 - x.bottom.bit_length()))
        return self.mp.mpf(x.top) / x.bottom

    def from_mp(self, x: Any) -> Number:
        """A number of mpmath's as a fraction; nan where it is complex."""
        self.is_exact = False
        if isinstance(x, self.mp.mpc) or not self.mp.isfinite(x):
            return nan if isinstance(x, self.mp.mpc) else float(x)
        mantissa, exponent = (+x).man_exp
        mantissa = -mantissa if x < 0 else mantissa
        if abs(exponent) > 2 * LIMIT:
            return self._beyond(exponent, 1 if x > 0 else -1)
        if exponent >= 0:
            return Exact(mantissa << exponent)
        return Exact(mantissa, 1 << -exponent)

    # --- functions that mpmath has under another name, or not -----------------------

    @property
    def pi(self) -> Number:
        return self.from_mp(self.mp.pi)

    @property
    def e(self) -> Number:
        return self.from_mp(self.mp.e)

    @property
    def tau(self) -> Any:
        return 2 * self.pi

    def isfinite(self, x: Number) -> bool:
        return type(x) is Exact or isfinite(x)

    def round(self, x: Number) -> Number:
        return Exact(round(x)) if type(x) is Exact else x

    def prod(self, xs: Iterable[Number]) -> Number:
        total: Number = exact(1.0)
        for x in xs:
            total = self.settled(total * x)
        return total

    def fma(self, x: Any, y: Any, z: Any) -> Any:
        return x * y + z

    def fmod(self, x: Any, y: Any) -> Any:
        return x - y * self.trunc(x / y)

    def remainder(self, x: Any, y: Any) -> Any:
        return x - y * self.round(x / y)

    def copysign(self, x: Any, y: Any) -> Any:
        size = abs(x)
        return -size if copysign(1.0, float(y)) < 0 else size

    def cbrt(self, x: Any) -> Any:
        root = self.from_mp(self.mp.cbrt(self.to_mp(abs(x))))
        return self.copysign(root, x)

    def sqrt(self, x: Any) -> Any:
        return x if x is MINUS_ZERO else self.from_mp(self.mp.sqrt(self.to_mp(x)))

    def hypot(self, *xs: Any) -> Any:
        return self.sqrt(self.sum([x * x for x in xs]))

    def exp2(self, x: Any) -> Any:
        return self.pow(exact(2.0), x)

    def log2(self, x: Any) -> Any:
        return self.from_mp(self.mp.log(self.to_mp(x), 2))

    def sigmoid(self, x: Any) -> Any:
        return 1 / (1 + self.exp(-x))

    def softplus(self, x: Any) -> Any:
        return self.max(x, 0.0) + self.log1p(self.exp(-abs(x)))

    def lgamma(self, x: Any) -> Any:
        return self.from_mp(self.mp.loggamma(self.to_mp(x)).real)

    def polygamma(self, n: Any, x: Any) -> Any:
        if x < LEAST_OF_POLYGAMMA:
            raise ValueError("polygamma far below 0")
        return self.from_mp(self.mp.psi(int(n), self.to_mp(x)))

    def atan2(self, y: Any, x: Any) -> Any:
        if x is MINUS_ZERO and y == 0:
            x = exact(-1.0)
        angle = self.from_mp(self.mp.atan2(self.to_mp(y), self.to_mp(x)))
        return -angle if y is MINUS_ZERO else angle

    def pow(self, x: Any, y: Any) -> Any:
        if type(x) is Exact and type(y) is Exact and y.bottom == 1:
            size = x.top.bit_length() + x.bottom.bit_length()
            if abs(y.top) * size <= LIMIT:
                if y.top >= 0:
                    return Exact(x.top**y.top, x.bottom**y.top)
                return lowest(x.bottom**-y.top, x.top**-y.top)
        return self.from_mp(self.mp.power(self.to_mp(x), self.to_mp(y)))
