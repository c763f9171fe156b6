"""The table's interpretation over power series: Taylor mode.

A power series c0 + c1 t + c2 t² + ... is a number with all its derivatives along t;
its coefficients are numbers of a base interpretation: floats, Values, symbols. No
derivative is written here. Where y is a row's value and p its local derivatives, power
series too, the chain rule y' = sum of p x' gives a coefficient of y by earlier ones
of p:

    k y[k] = sum over operands x, and over j from 1 to k, of p[k - j] j x[j]

So a rule may speak of its own result, as that of exp does, and rules of one another
(Griewank, Walther, Evaluating Derivatives, 2008, ch. 13; coefficients that are found
when asked for: McIlroy, Squinting at Power Series, 1990).
"""

from __future__ import annotations

import math as stdlib
import sys
from collections.abc import Sequence
from typing import Any

from autograd.duals import at, times
from autograd.extensions import POWER, POWER_CONSTANT, Extended, Extension
from autograd.primitives import ROWS, Primitive

NEG, EXP, QUOTIENT = ROWS["neg"], ROWS["exp"], ROWS["/"]
Demand = tuple["PowerSeries", int]


class PowerSeries(Extended):
    """A number with all its derivatives. Made by `Series`, and by operations.

    `found` are the coefficients found so far; `slopes[k]` is k times coefficient k.
    None says that there is none, as a constant has but the first: not 0.0, which an
    infinite local derivative would make nan.
    """

    __slots__ = ("found", "slopes")

    interpretation: Series

    def __init__(self, series: Series, primal: Any) -> None:
        self.interpretation, self.primal = series, primal
        self.found, self.slopes = [primal], [None]

    @property
    def is_constant(self) -> bool:
        return False

    def needs(self, order: int) -> list[Demand]:
        """What must be found before the coefficients up to this order."""
        raise NotImplementedError

    def find(self, k: int) -> tuple[Any, Any]:
        """Coefficient k, and k times it, when all needs and all before it are found."""
        raise NotImplementedError

    def coefficient(self, order: int) -> Any:
        """The coefficient of t**order; None where there is none."""
        stack: list[Demand] = [(self, order)]  # of our own: a graph may be deep
        while stack:
            number, wanted = stack[-1]
            if len(number.found) > wanted:
                stack.pop()
            elif waiting := number.needs(wanted):
                stack += waiting
            else:
                for k in range(len(number.found), wanted + 1):
                    coefficient, slope = number.find(k)
                    number.found.append(coefficient)
                    number.slopes.append(slope)
        return self.found[order]

    def __repr__(self) -> str:
        return f"PowerSeries({', '.join(map(repr, self.found))}, ...)"


class _Given(PowerSeries):
    """The coefficients that were given, and all others alike."""

    __slots__ = ("given", "others")

    def __init__(self, series: Series, given: Sequence[Any], others: Any) -> None:
        super().__init__(series, given[0])
        self.given, self.others = given, others

    @property
    def is_constant(self) -> bool:
        return len(self.given) == 1 and self.others is None

    def needs(self, order: int) -> list[Demand]:
        return []

    def find(self, k: int) -> tuple[Any, Any]:
        return _with_slope(k, self.given[k] if k < len(self.given) else self.others)


class _Chosen(PowerSeries):
    """One of two, by a condition that is a number of the base, such as a symbol."""

    __slots__ = ("condition", "both")

    def __init__(self, series: Series, condition: Any, *both: PowerSeries) -> None:
        self.condition, self.both = condition, both
        primals = [x.primal for x in both]
        super().__init__(series, series.math.where(condition, *primals))

    def needs(self, order: int) -> list[Demand]:
        return [(x, order) for x in self.both if len(x.found) <= order]

    def find(self, k: int) -> tuple[Any, Any]:
        both = [x.found[k] for x in self.both]
        if all([c is None for c in both]):
            return None, None
        both = [0.0 if c is None else c for c in both]
        return _with_slope(k, self.interpretation.math.where(self.condition, *both))


class _Applied(PowerSeries):
    """The value of a row: its coefficients follow from the row's local derivatives."""

    __slots__ = ("row", "operands", "moving", "first", "partials")

    def __init__(
        self,
        series: Series,
        row: Primitive,
        operands: Sequence[PowerSeries],
        primal: Any,
        first: Sequence[Any],
    ) -> None:
        super().__init__(series, primal)
        self.row, self.operands, self.first = row, operands, first
        self.moving = [x for x in operands if not x.is_constant]
        self.partials: list[PowerSeries] = []  # not needed before the second order

    def needs(self, order: int) -> list[Demand]:
        if order > 1 and not self.partials:
            series = self.interpretation
            partials = self.row.partials(series, self, *self.operands)
            moving = _of_moving(partials, self.operands)
            self.partials = [series.lift(p) for p in moving]
        waiting = [(x, order) for x in self.moving if len(x.found) <= order]
        return waiting + [(p, order - 1) for p in self.partials if len(p.found) < order]

    def find(self, k: int) -> tuple[Any, Any]:
        slope = None
        for i, x in enumerate(self.moving):
            partial = self.partials[i].found[k - 1 :: -1] if k > 1 else [self.first[i]]
            for local, moved in zip(partial, x.slopes[1:]):
                if local is not None and moved is not None:
                    term = times(local, moved)  # the chain rule
                    slope = term if slope is None else slope + term
        return slope if slope is None or k == 1 else slope / float(k), slope


# Two rows whose rule speaks of the row itself at other operands, x / y of out / y and
# x**y of x**(y-1): it would make new numbers for each order, and lose digits in them.
# What they are in algebra says the same; but the first order has the rule's very bits.


class _Quotient(_Applied):
    """y with a = y b: a[k] = sum over j from 0 to k of b[j] y[k - j]."""

    __slots__ = ()

    def needs(self, order: int) -> list[Demand]:
        return [(x, order) for x in self.operands if len(x.found) <= order]

    def find(self, k: int) -> tuple[Any, Any]:
        if k == 1:
            return super().find(k)
        a, b = self.operands
        left = a.found[k]
        for divisor, earlier in zip(b.found[1 : k + 1], self.found[::-1]):
            if divisor is not None and earlier is not None:
                term = times(divisor, earlier)
                left = -term if left is None else left - term
        if left is None:
            return None, None
        return _with_slope(k, at(self.interpretation.math, self.row, left, b.primal)[0])


class _Power(_Applied):
    """x**y as exp(y log|x|), unless the rule ends: at x**0, where y is whole.

    Nor where x**y is no float with all its digits, which exp would pass on.
    """

    __slots__ = ("same",)

    same: PowerSeries | None

    def needs(self, order: int) -> list[Demand]:
        if order > 1 and not hasattr(self, "same"):
            self.same = self._exponential()
        if order == 1 or self.same is None:
            return super().needs(order)
        numbers = [*self.moving, self.same]
        return [(x, order) for x in numbers if len(x.found) <= order]

    def find(self, k: int) -> tuple[Any, Any]:
        if k == 1 or self.same is None:
            return super().find(k)
        return self.same.found[k], self.same.slopes[k]

    def _exponential(self) -> PowerSeries | None:
        series, (x, y), power = self.interpretation, self.operands, self.primal
        is_number = y.is_constant and isinstance(y.primal, float)
        if is_number and y.primal >= 0 and y.primal % 1 == 0:
            return None
        if not isinstance(power > 0, bool):  # symbols say neither yes nor no
            return None
        least, most = sys.float_info.min, sys.float_info.max
        if not (least <= power <= most or -most <= power <= -least):
            return None
        exponent = y * series.log(abs(x) if y.is_constant else x)
        return series.extend(EXP, [exponent], power, [power])


SPECIAL = {QUOTIENT: _Quotient, POWER: _Power, POWER_CONSTANT: _Power}


def _of_moving(partials: Sequence[Any], operands: Sequence[PowerSeries]) -> list[Any]:
    return [p for p, x in zip(partials, operands) if not x.is_constant]


def _with_slope(k: int, coefficient: Any) -> tuple[Any, Any]:
    slope = None if coefficient is None else times(float(k), coefficient)
    return coefficient, slope


class Series(Extension):
    """The namespace that rules see as `math`: functions of power series, their maker.

    `math` is the base interpretation, of the coefficients. An operation that was done
    already is not done again, so that rules that speak of one another end: one Series
    is for one evaluation, and `forget` ends it.

    >>> from autograd import floats
    >>> series = Series(floats)
    >>> x = series.polynomial(0.0, 1.0)
    >>> series.coefficients(series.exp(x), 4)
    [1.0, 1.0, 0.5, 0.16666666666666666, 0.041666666666666664]
    >>> series.coefficients(1 / (1 - x * x), 4)
    [1.0, 0.0, 1.0, 0.0, 1.0]
    """

    def __init__(self, math: Any) -> None:
        super().__init__(math)
        # by the operands' ids: what is known keeps them alive
        self._known: dict[tuple[Any, ...], PowerSeries] = {}
        self._constants: dict[Any, PowerSeries] = {}
        self._made: list[_Applied] = []

    @property
    def nan(self) -> PowerSeries:
        """What a rule says out of its domain: no derivative of it is a number."""
        return _Given(self, [self.math.nan], self.math.nan)

    def polynomial(self, *coefficients: Any) -> PowerSeries:
        """The power series with these coefficients, and no others.

        TypeError where one is a number that this interpretation is not outside of.
        """
        for coefficient in coefficients:
            self.must_be_outside(coefficient)
        if len(coefficients) == 1:
            return self.constant(coefficients[0])
        return _Given(self, coefficients, None)

    def constant(self, primal: Any) -> PowerSeries:
        key: Any = id(primal)
        if type(primal) is float:
            key = primal, stdlib.copysign(1.0, primal)
        if key not in self._constants:
            self._constants[key] = _Given(self, [primal], None)
        return self._constants[key]

    def coefficients(self, x: Any, order: int) -> list[Any]:
        """The coefficients up to this order, 0.0 where there is none."""
        number = self.lift(x)
        found = [number.coefficient(k) for k in range(order + 1)]
        return [0.0 if c is None else c for c in found]

    def apply(self, row: Primitive, *operands: Any) -> PowerSeries:
        """The row's value; its coefficients are found when they are asked for."""
        numbers: list[PowerSeries] = [self.lift(x) for x in operands]
        first = numbers[0]
        if row is NEG and isinstance(first, _Applied) and first.row is NEG:
            return first.operands[0]
        known = self._known.get(_key(row, numbers))
        if known is None:
            out, partials = at(self.math, row, *[x.primal for x in numbers])
            known = self.extend(row, numbers, out, _of_moving(partials, numbers))
        return known

    def extend(
        self,
        row: Primitive,
        operands: Sequence[PowerSeries],
        primal: Any,
        first: Sequence[Any],
    ) -> PowerSeries:
        """The row's value, of which the base knows the first two coefficients.

        `primal` is the value there, and `first` are the local derivatives there, by the
        operands that are not constant.
        """
        found = self.constant(primal)
        if first:
            kind = SPECIAL.get(row, _Applied)
            found = made = kind(self, row, operands, primal, first)
            self._made.append(made)
        self._known.setdefault(_key(row, operands), found)
        return found

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """a if the condition holds, else b, with the coefficients of the one taken."""
        if isinstance(condition, bool):
            return a if condition else b
        a, b = self.lift(a), self.lift(b)
        return _Chosen(self, self.lift(condition).primal, a, b)

    def forget(self) -> None:
        """Let go of what was computed, which may speak of itself, and would wait for
        Python's garbage collector."""
        for number in self._made:
            number.partials = []
        self._made.clear()
        self._known.clear()
        self._constants.clear()


def _key(row: Primitive, operands: Sequence[PowerSeries]) -> tuple[Any, ...]:
    return (row, *[id(x) for x in operands])
