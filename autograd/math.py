"""Drop-in for the standard library's `math` that also differentiates.

Every function takes floats (and returns floats) and Values (and returns Values), so
scalar code gains derivatives by changing its import of `math`. Results follow
IEEE 754: infinities and nans, never an exception for a domain. Most functions follow
from the table of primitives; written out below are those that do not.
"""

from __future__ import annotations

import builtins
import math as _stdlib
import operator as _operator
import sys as _sys
from collections.abc import Callable, Iterable
from math import comb, factorial, gcd, isqrt, lcm, perm
from typing import Any, TypeVar

from autograd._engine import Value, constant, power_row
from autograd.extensions import Extended
from autograd.functions import *
from autograd.functions import NAMES, compute, function_of, interpretation_of, listed
from autograd.linearization import Interpretation as _Interpretation
from autograd.primitives import ROWS, Primitive
from autograd.real import as_float
from autograd.scopes import no_grad
from autograd.watching import watcher

_T = TypeVar("_T")
e, inf, nan, pi, tau = _stdlib.e, _stdlib.inf, _stdlib.nan, _stdlib.pi, _stdlib.tau


def pow(x: Any, y: Any) -> Any:
    """x to the power y; a plain exponent is a constant, with no slope in it.

    >>> pow(2.0, 10)
    1024.0
    """
    if isinstance(y, Extended):
        return interpretation_of(x, y).pow(x, y)
    return compute(power_row(y), x, y)


def log(x: Any, base: Any = None) -> Any:
    """Natural logarithm, or the logarithm to a base; derivative 1/x.

    >>> log(1.0), log(8.0, 2.0)
    (0.0, 3.0)
    """
    natural = compute(ROWS["log"], x)
    return natural if base is None else _divide(natural, log(base))


def _divide(x: Any, y: Any) -> Any:
    return compute(ROWS["/"], x, y)


def dot(xs: Iterable[Any], ys: Iterable[Any]) -> Any:
    """Sum of products of two lists of the same length, as one node.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    left, right = listed("dot", "xs", xs), listed("dot", "ys", ys)
    if len(left) != len(right):
        raise ValueError(
            f"dot(xs, ys): lengths differ, xs has {len(left)} and ys {len(right)}"
        )
    return compute(ROWS["dot"], *left, *right)


sumprod = dot


def prod(xs: Iterable[Any], *, start: Any = 1) -> Any:
    """Product of a list, as one node.

    >>> prod([2.0, 3.0, 4.0])
    24.0
    """
    first = () if isinstance(start, (int, float)) and start == 1 else (start,)
    return compute(ROWS["prod"], *first, *listed("prod", "xs", xs))


def softmax(xs: Iterable[Any]) -> list[Any]:
    """Exponentials divided by their sum, without overflow: a list of the same length.

    >>> softmax([0.0, 0.0])
    [0.5, 0.5]
    """
    operands = listed("softmax", "xs", xs)
    if not operands:
        return []
    # differences to the largest keep the digits that a large total would swallow
    top = stop_gradient(compute(ROWS["max"], *operands))
    below = [compute(ROWS["-"], x, top) for x in operands]
    total = compute(ROWS["logsumexp"], *below)
    return [compute(ROWS["softmax"], x, total) for x in below]


def take(xs: Iterable[Any], index: Any) -> Any:
    """The element of a list at a whole-number index (Value or number), as one node.

    >>> take([5.0, 6.0], 1)
    6.0
    """
    operands = listed("take", "xs", xs)
    number = index._data if isinstance(index, Value) else _plain(index, "index")
    if number != number // 1:
        raise TypeError(f"take(xs, index): index must be a whole number, not {index}")
    if not -len(operands) <= number < len(operands):
        raise IndexError(
            f"take(xs, index): index {number:.0f} is out of range for "
            f"{len(operands)} elements"
        )
    return compute(ROWS["take"], index, *operands)


def polygamma(n: Any, x: Any) -> Any:
    """n-th derivative of digamma, for a constant whole number n >= 0 (DLMF 5.15).

    >>> polygamma(1, 1.0)
    1.6449340668482264
    """
    n = _int_of(n)
    if isinstance(n, Value) and not n.is_constant:
        raise TypeError("polygamma(n, x): n must be a number; there is no slope in it")
    order = _plain(n, "n")
    if order < 0 or order != order // 1:
        raise ValueError(f"polygamma(n, x): n must be a whole number >= 0, not {n}")
    return compute(ROWS["polygamma"], n, x)


def _int_of(x: Any) -> Any:
    """What stands for an int argument in a recorded function as the int that it is."""
    is_traced = isinstance(x, Value) and not x.is_constant and watcher() is not None
    return _operator.index(x) if is_traced else x


def dist(p: Iterable[Any], q: Iterable[Any]) -> Any:
    """Euclidean distance between two points of the same dimension.

    >>> dist([1.0, 1.0], [4.0, 5.0])
    5.0
    """
    left, right = listed("dist", "p", p), listed("dist", "q", q)
    if len(left) != len(right):
        raise ValueError(f"dist(p, q): {len(left)} coordinates and {len(right)}")
    differences = [compute(ROWS["-"], x, y) for x, y in zip(left, right)]
    return compute(ROWS["hypot"], *differences)


def degrees(x: Any) -> Any:
    """Radians to degrees.

    >>> degrees(pi)
    180.0
    """
    return compute(ROWS["*"], x, 180 / pi)


def radians(x: Any) -> Any:
    """Degrees to radians.

    >>> radians(180.0) == pi
    True
    """
    return compute(ROWS["*"], x, pi / 180)


def modf(x: Any) -> tuple[Any, Any]:
    """Fraction and whole part, both with the sign of x; slopes 1 and 0.

    >>> modf(-2.25)
    (-0.25, -2.0)
    """
    if not isinstance(x, (Value, Extended)):
        return _stdlib.modf(as_float(x))
    if isinf(x):
        return compute(ROWS["copysign"], 0.0, x), x
    whole = compute(ROWS["trunc"], x)
    return compute(ROWS["-"], x, whole), whole


def frexp(x: Any) -> tuple[Any, int]:
    """Mantissa m in [0.5, 1) and exponent k with x = m 2**k; slope 2**-k.

    >>> frexp(6.0)
    (0.75, 3)
    """
    mantissa, exponent = _stdlib.frexp(_plain(x))
    has_slope = isinstance(x, (Value, Extended))
    return (ldexp(x, -exponent) if has_slope else mantissa), exponent


def ldexp(x: Any, i: int) -> Any:
    """x 2**i, exactly; slope 2**i.

    >>> ldexp(0.75, 3)
    6.0
    """
    # In three factors: 2**i itself may be out of a float's range where x 2**i is not.
    for part in _powers_of_two(_int_of(i)):
        x = compute(ROWS["*"], x, part)
    return x


def _powers_of_two(i: int) -> list[float]:
    if not isinstance(i, int):
        raise TypeError(f"ldexp(x, i): i must be an int, not {i!r}")
    left = builtins.max(-3000, builtins.min(3000, i))
    parts: list[float] = []
    while left or not parts:
        step = builtins.max(-1000, builtins.min(1000, left))
        parts.append(2.0**step)
        left -= step
    return parts


def nextafter(x: Any, y: Any) -> Any:
    """The float next to x towards y; slope 1.

    >>> nextafter(1.0, 2.0) - 1.0 == ulp(1.0)
    True
    """
    here, there = _plain(x), _plain(y)
    there = _stdlib.nextafter(here, there)
    is_plain = not isinstance(x, (Value, Extended))
    return there if is_plain else compute(ROWS["+"], x, there - here)


def ulp(x: Any) -> float:
    """The distance to the next float: a property of the number, a plain float.

    >>> ulp(1.0)
    2.220446049250313e-16
    """
    return _stdlib.ulp(_plain(x))


def isclose(a: Any, b: Any, *, rel_tol: float = 1e-09, abs_tol: float = 0.0) -> bool:
    """Whether two numbers are close, as math.isclose.

    >>> isclose(0.1 + 0.2, 0.3)
    True
    """
    if watcher() is None:
        return _stdlib.isclose(_plain(a), _plain(b), rel_tol=rel_tol, abs_tol=abs_tol)
    # the same, compared step by step, so that the recording hears of each outcome
    if a == b:
        return True
    apart = abs(a - b)
    near = apart <= rel_tol * abs(a) or apart <= rel_tol * abs(b) or apart <= abs_tol
    return bool(near and apart != inf)


def isfinite(x: Any) -> bool:
    """Whether x is neither infinite nor nan.

    >>> isfinite(inf)
    False
    """
    try:
        if isinstance(x, Value):
            return x - x == 0
        return _stdlib.isfinite(as_float(x, "x"))
    except TypeError:
        return _elsewhere(isfinite, x)


def isinf(x: Any) -> bool:
    """Whether x is infinite.

    >>> isinf(-inf)
    True
    """
    try:
        if isinstance(x, Value):
            return abs(x) == inf
        return _stdlib.isinf(as_float(x, "x"))
    except TypeError:
        return _elsewhere(isinf, x)


def isnan(x: Any) -> bool:
    """Whether x is not a number.

    >>> isnan(nan)
    True
    """
    try:
        if isinstance(x, Value):
            return x != x
        return _stdlib.isnan(as_float(x, "x"))
    except TypeError:
        return _elsewhere(isnan, x)


def _elsewhere(function: Callable[..., _T], *operands: Any) -> _T:
    """In place of a TypeError: the function of another interpretation's numbers."""
    math = interpretation_of(*operands)
    if math is None:
        raise
    found: _T = getattr(math, function.__name__)(*operands)
    return found


def _plain(x: Any, name: str = "x") -> float:
    """The plain number, without any derivative."""
    while isinstance(x, Extended):
        x = x.primal
    number: float = x.data if isinstance(x, Value) else as_float(x, name)
    return number


def _whole(row: Primitive, rounding: Callable[[Any], int]) -> Callable[[Any], Any]:
    differentiable = function_of(row)

    def function(x: Any) -> Any:
        # An int for plain numbers, as the standard library: it may be used as an index
        try:
            if isinstance(x, Value) or not isfinite(x):
                return differentiable(x)
            return rounding(x)
        except TypeError:
            if interpretation_of(x) is None:
                raise
            return differentiable(x)

    function.__name__ = function.__qualname__ = row.identifier
    function.__module__ = __name__
    function.__doc__ = differentiable.__doc__
    return function


floor = _whole(ROWS["floor"], _stdlib.floor)
ceil = _whole(ROWS["ceil"], _stdlib.ceil)
trunc = _whole(ROWS["trunc"], _stdlib.trunc)


def where(condition: Any, a: Any, b: Any) -> Any:
    """a if the condition holds, else b; only the one taken is in the graph.

    A branch may be a function without arguments, which is then called only if taken,
    so that nothing of the other is computed.

    >>> x = Value(0.0)
    >>> where(x > 0, lambda: log(x), 0.0)
    0.0
    """
    try:
        taken = a if condition else b
    except TypeError:  # one on symbols is neither true nor false
        math = interpretation_of(condition)
        if math is None:
            raise
        a, b = [branch() if callable(branch) else branch for branch in (a, b)]
        return math.where(condition, a, b)
    return taken() if callable(taken) else taken


def stop_gradient(x: Any) -> Any:
    """The same number as a constant: no gradient passes.

    >>> x = Value(3.0)
    >>> y = x * stop_gradient(x)
    >>> y.backward()
    >>> x.grad
    3.0
    """
    if isinstance(x, Value):
        if watcher() is None:
            return constant(x.data)
        with no_grad():
            return x * 1.0
    try:
        return as_float(x, "x")
    except TypeError:
        return _elsewhere(stop_gradient, x)


__all__ = [
    *("comb", "factorial", "gcd", "isqrt", "lcm", "perm"),
    *("e", "inf", "nan", "pi", "tau", "where", "stop_gradient"),
    *("pow", "log", "dot", "sumprod", "prod", "softmax", "take", "polygamma"),
    *("degrees", "radians", "modf", "frexp", "ldexp", "nextafter", "ulp", "dist"),
    *("isclose", "isfinite", "isinf", "isnan", "floor", "ceil", "trunc"),
    *NAMES,
]

_Interpretation.math = _sys.modules[__name__]
