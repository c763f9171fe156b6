"""Derivatives of any order of a function of one number: Taylor mode.

f is called once; what it recorded is done again on power series, whose coefficients
are the numbers that were recorded.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from itertools import pairwise
from math import factorial, log2
from typing import Any

from autograd import floats, math
from autograd._engine import Value
from autograd.compiling.structure import put_together, short
from autograd.derivatives.arguments import Choice, choice
from autograd.derivatives.recording import Recording
from autograd.duals import times
from autograd.real import is_real
from autograd.series import Series


def taylor(f: Callable[[Any], Any], x: Any, n: int) -> list[Any]:
    """The Taylor coefficients of f at x: f(x), f'(x), f''(x)/2!, ... up to order n.

    f takes one number and returns one or any nesting of them; each coefficient is in
    the structure of what f returned. One call of f, and work that grows with the square
    of n, its cube where rules divide. Plain numbers, or Values where `grad` gives
    Values. TypeError where x is not one number, or n no whole number from 0 on.

    >>> from autograd import math
    >>> taylor(math.exp, 0.0, 3)
    [1.0, 1.0, 0.5, 0.16666666666666666]
    >>> taylor(lambda x: {"square": x * x, "inverse": 1 / x}, 2.0, 2)[1]
    {'square': 4.0, 'inverse': -0.25}
    """
    chosen = choice("taylor", f, None, None)
    order = _order("taylor(f, x, n)", n)
    found = _recorded(chosen, x)
    results = _coefficients(found, order, 1.0)
    return [
        put_together(found.structure, iter(found.numbers(numbers)))
        for numbers in ([result[k] for result in results] for k in range(order + 1))
    ]


def derivative(f: Callable[[Any], Any], n: int = 1) -> Callable[[Any], Any]:
    """The function of one number that is the n-th derivative of f, and f for n = 0.

    As `taylor`: f is called once, and the result is in the structure of f's.

    >>> derivative(lambda x: x**5, 3)(2.0)
    240.0
    >>> derivative(lambda x: [x * x, 1 / x], 2)(2.0)
    [2.0, 0.25]
    """
    chosen = choice("derivative", f, None, None)
    order = _order("derivative(f, n)", n)
    # n! is large, and coefficients with 1/n! in them small: those along steps of a
    # power of two near the n-th root of n! are neither, and have the same digits
    step = 2 ** round(log2(factorial(order)) / max(order, 1))
    scale = factorial(order) / step**order

    @functools.wraps(f)
    def differentiated(x: Any) -> Any:
        found = _recorded(chosen, x)
        results = _coefficients(found, order, float(step))
        last = [result[order] for result in results]
        scaled = [None if c is None else times(scale, c) for c in last]
        return put_together(found.structure, iter(found.numbers(scaled)))

    return differentiated


def _order(call: str, n: Any) -> int:
    try:
        order = -1 if isinstance(n, bool) else operator.index(n)
    except TypeError:
        order = -1
    if order < 0:
        raise TypeError(
            f"{call}: n must be a whole number, 0 or more, as a plain int, not {n!r}"
        )
    return order


def _recorded(chosen: Choice, x: Any) -> Recording:
    if not isinstance(x, Value) and (not is_real(x) or isinstance(x, bool)):
        raise TypeError(
            f"{chosen.call}: x must be one number, not {short(x)}: for a function of "
            "several numbers use grad or jacobian"
        )
    return Recording(chosen, (x,), {})


def _coefficients(found: Recording, order: int, step: float) -> list[list[Any]]:
    """Those of each result along x + step t; None where there is none."""

    def primal(node: Any) -> Any:
        return node._data if found.is_closed or node._constant else node

    series = Series(floats if found.is_closed else math)
    numbers = [series.polynomial(primal(found.variables[0]), step)]
    linear = found.map
    for node, (start, stop) in zip(linear.nodes, pairwise(linear.starts)):
        places, locals = linear.places[start:stop], linear.locals[start:stop]
        operands = [
            numbers[place] if place >= 0 else series.lift(primal(parent))
            for parent, place in zip(node._parents, places)
        ]
        first = [local for local, place in zip(locals, places) if place >= 0]
        numbers.append(series.extend(node._row, operands, primal(node), first))
    results = [
        [numbers[place].coefficient(k) for k in range(order + 1)]
        if place >= 0
        else [node, *[None] * order]
        for node, place in zip(found.results, linear.outputs)
    ]
    series.forget()
    return results
