"""The table's interpretation over floats: functions that follow IEEE 754.

None raises and none returns a complex number: where Python's `math` raises, the
answer is the infinity or nan that the standard names. `Ieee` does the same for the
operators / // %.
"""

from __future__ import annotations

import builtins
import functools
import math
import operator
import types
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from autograd import special

e, inf, nan, pi, tau = math.e, math.inf, math.nan, math.pi, math.tau

# These never raise for floats
atan, tanh, asinh = math.atan, math.tanh, math.asinh
erf, erfc, copysign, atan2 = math.erf, math.erfc, math.copysign, math.atan2
isnan, isinf, isfinite = math.isnan, math.isinf, math.isfinite
hypot, nextafter, ulp = math.hypot, math.nextafter, math.ulp
lgamma, digamma, polygamma = special.lgamma, special.digamma, special.polygamma
abs: Callable[[float], float] = operator.abs

_exp, _expm1, _log, _log2, _log10 = (
    *(math.exp, math.expm1, math.log, math.log2, math.log10),
)
_sqrt, _log1p, _sin, _cos, _tan = math.sqrt, math.log1p, math.sin, math.cos, math.tan
_pow = math.pow


def exp(x: float) -> float:
    try:
        return _exp(x)
    except OverflowError:
        return inf


def exp2(x: float) -> float:
    return pow(2.0, x)


def expm1(x: float) -> float:
    try:
        return _expm1(x)
    except OverflowError:
        return inf


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def logarithm(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return -inf if x == 0 else nan

    return logarithm


log, log2, log10 = _logarithm(_log), _logarithm(_log2), _logarithm(_log10)


def log1p(x: float) -> float:
    try:
        return _log1p(x)
    except ValueError:
        return -inf if x == -1 else nan


def _or_nan(function: Callable[[float], float]) -> Callable[[float], float]:
    """For functions whose only exception is the one for being out of the domain."""

    def never_raises(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return nan

    return never_raises


sin, cos, tan, sqrt = _or_nan(_sin), _or_nan(_cos), _or_nan(_tan), _or_nan(_sqrt)
asin, acos, acosh = _or_nan(math.asin), _or_nan(math.acos), _or_nan(math.acosh)


def atanh(x: float) -> float:
    try:
        return math.atanh(x)
    except ValueError:
        return copysign(inf, x) if x in (1, -1) else nan


def sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return copysign(inf, x)


def cosh(x: float) -> float:
    try:
        return math.cosh(x)
    except OverflowError:
        return inf


def cbrt(x: float) -> float:
    if x == 0 or x - x != 0:
        return x
    root = copysign(_pow(math.fabs(x), 1 / 3), x)
    # One step of Newton's method with the residue taken exactly
    residue = Fraction(root) ** 3 - Fraction(x)
    return float(Fraction(root) - residue / (3 * Fraction(root) ** 2))


def gamma(x: float) -> float:
    try:
        return math.gamma(x)
    except OverflowError:
        return copysign(inf, x)  # also just beside the pole at 0
    except ValueError:
        return copysign(inf, x) if x == 0 else nan


def sign(x: float) -> float:
    return x if x != x else float((x > 0) - (x < 0))


def floor(x: float) -> float:
    return x // 1.0 if x - x == 0 and x != 0 else x


def ceil(x: float) -> float:
    return -floor(-x)


def trunc(x: float) -> float:
    return floor(x) if x > 0 else ceil(x)


def round(x: float) -> float:
    if x - x != 0:
        return x
    return copysign(float(builtins.round(x)), x)


def max(*xs: float) -> float:
    """The largest; a nan wins."""
    best = xs[0]
    for x in xs:
        if x > best or x != x:
            best = x
        if best != best:
            break
    return best


def min(*xs: float) -> float:
    """The smallest; a nan wins."""
    best = xs[0]
    for x in xs:
        if x < best or x != x:
            best = x
        if best != best:
            break
    return best


def fmod(x: float, y: float) -> float:
    try:
        return math.fmod(x, y)
    except ValueError:
        return nan


def remainder(x: float, y: float) -> float:
    try:
        return math.remainder(x, y)
    except ValueError:
        return nan


def pow(x: float, y: float) -> float:
    try:
        return _pow(x, y)
    except OverflowError:
        odd = y == y // 1 and y % 2 == 1
        return -inf if x < 0 and odd else inf
    except ValueError:
        if x != 0:
            return nan
        odd = y % 2 == 1
        return copysign(inf, x) if odd else inf


def fma(x: float, y: float, z: float) -> float:
    product = x * y
    if isfinite(x) and isfinite(y) and isinf(z):
        return z  # though the product may overflow
    if not (isfinite(x) and isfinite(y) and isfinite(z)):
        return product + z
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if exact == 0:
        return product + z
    try:
        return float(exact)
    except OverflowError:
        return inf if exact > 0 else -inf


def sum(xs: Iterable[float]) -> float:
    """From left to right: the built-in sum compensates on some versions of Python."""
    return functools.reduce(operator.add, xs, 0.0)


def fsum(xs: Sequence[float]) -> float:
    try:
        return math.fsum(xs)
    except (OverflowError, ValueError):
        return sum(xs)


def prod(xs: Iterable[float]) -> float:
    return functools.reduce(operator.mul, xs, 1.0)


def dot(xs: Iterable[float], ys: Iterable[float]) -> float:
    return functools.reduce(operator.add, map(operator.mul, xs, ys), 0.0)


def where(condition: Any, a: Any, b: Any) -> Any:
    return a if condition else b


def sigmoid(x: float) -> float:
    small = exp(-abs(x))
    return (1.0 if x >= 0 else small) / (1 + small)


def softplus(x: float) -> float:
    return (x if x > 0 else 0.0) + log1p(exp(-abs(x)))


def _divide(x: float, y: float) -> float:
    if y != 0:
        return x / y
    if x == 0 or x != x:
        return nan
    return copysign(inf, x) * copysign(1.0, y)


def _floor_divide(x: float, y: float) -> float:
    return x // y if y != 0 else _divide(x, y)


def _modulo(x: float, y: float) -> float:
    return x % y if y != 0 else nan


class Ieee(float):
    """A float whose / // % follow IEEE 754 instead of raising.

    >>> Ieee(1.0) / 0.0, Ieee(-1.0) / 0.0, Ieee(0.0) / 0.0
    (inf, -inf, nan)
    """


def _operator(function: Callable[..., float]) -> Callable[..., Ieee]:
    return lambda *operands: Ieee(function(*map(float, operands)))


for _name, _function in (
    *(("add", operator.add), ("sub", operator.sub), ("mul", operator.mul)),
    *(("truediv", _divide), ("floordiv", _floor_divide), ("mod", _modulo)),
):
    _forward = _operator(_function)
    setattr(Ieee, f"__{_name}__", _forward)
    setattr(Ieee, f"__r{_name}__", lambda x, y, _forward=_forward: _forward(y, x))
for _name in ("neg", "abs"):
    setattr(Ieee, f"__{_name}__", _operator(getattr(operator, _name)))


def _over_ieee(function: Callable[..., Any]) -> Callable[..., Any]:
    def over_ieee(*operands: Any) -> Any:
        result = function(*operands)
        return Ieee(result) if type(result) is float else result

    return over_ieee


ieee_math = types.SimpleNamespace(
    **{
        name: _over_ieee(thing) if callable(thing) else thing
        for name, thing in globals().items()
        if not name.startswith("_")
        and (callable(thing) or isinstance(thing, float))
        and not isinstance(thing, type)
    }
)
