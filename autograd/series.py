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
TINY, INF = sys.float_info.min, stdlib.inf
Demand = tuple["PowerSeries", int]


class PowerSeries(Extended):
    """A number with all its derivatives. Made by `Series`, and by operations.

    `found` are the coefficients found so far; `slopes[k]` is k times coefficient k.
    None says that there is none, as a constant has but the first: not 0.0, which an
    infinite local derivative would make nan.
    """

    __slots__ = ("found", "slopes")

    @property
    def is_constant(self) -> bool:
        return False

    def __init__(self, series: Series, primal: Any) -> None:
        self.interpretation, self.primal = series, primal
        self.found, self.slopes = [primal], [None]

    def needs(self, order: int) -> list[Demand]:
        """What must be found first, each up to which coefficient."""
        raise NotImplementedError

    def next(self, k: int) -> tuple[Any, Any]:
        """Coefficient k, and k times it, when all before it and all needs are found."""
        raise NotImplementedError

    def coefficient(self, k: int) -> Any:
        """The coefficient of t**k; None where there is none."""
        stack: list[Demand] = [(self, k)]  # of our own: a graph may be deep
        while stack:
            number, order = stack[-1]
            if len(number.found) > order:
                stack.pop()
            elif waiting := number.needs(order):
                stack += waiting
            else:
                for k in range(len(number.found), order + 1):
                    coefficient, slope = number.next(k)
                    number.found.append(coefficient)
                    number.slopes.append(slope)
        return self.found[k]

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

    def next(self, k: int) -> tuple[Any, Any]:
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

    def next(self, k: int) -> tuple[Any, Any]:
        both = [x.found[k] for x in self.both]
        if both == [None, None]:
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
            self.partials = [
                series.lift(p) for p in _by_moving(partials, self.operands)
            ]
        waiting = [(x, order) for x in self.moving if len(x.found) <= order]
        return waiting + [(p, order - 1) for p in self.partials if len(p.found) < order]

    def next(self, k: int) -> tuple[Any, Any]:
        slope = None
        for i, x in enumerate(self.moving):
            partial = self.partials[i].found[k - 1 :: -1] if k > 1 else [self.first[i]]
            for local, moved in zip(partial, x.slopes[1:]):
                if local is not None and moved is not None:
                    term = times(local, moved)  # the chain rule
                    slope = term if slope is None else slope + term
        return slope if slope is None or k == 1 else slope / float(k), slope


class _Quotient(_Applied):
    """A quotient y of a and b, from a = y b: by its rule each order would divide anew.

    Only the first coefficient after the value is the rule's, to have its very digits.
    """

    __slots__ = ()

    def needs(self, order: int) -> list[Demand]:
        return [(x, order) for x in self.operands if len(x.found) <= order]

    def next(self, k: int) -> tuple[Any, Any]:
        if k == 1:
            return super().next(k)
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
    """A power x**y, as exp(y log|x|): by its rule x**(y-1), x**(y-2), ... would follow.

    Only the first coefficient after the value is the rule's, and all of them where the
    rule ends, at x**0, or x**y is no float that has all its digits.
    """

    __slots__ = ("same",)

    def needs(self, order: int) -> list[Demand]:
        if order == 1:
            return super().needs(order)
        if not hasattr(self, "same"):
            self.same = self._exponential()
        if self.same is None:
            return super().needs(order)
        numbers = [*self.moving, self.same]
        return [(x, order) for x in numbers if len(x.found) <= order]

    def _exponential(self) -> PowerSeries | None:
        series, (x, y), power = self.interpretation, self.operands, self.primal
        exponent = y.primal if y.is_constant and type(y.primal) is float else -1.0
        ends = exponent >= 0 and exponent % 1 == 0
        if ends or not isinstance(power > 0, bool):  # symbols say neither yes nor no
            return None
        if not (TINY <= power < INF or -INF < power <= -TINY):
            return None
        logarithm = series.log(abs(x) if y.is_constant else x)
        return series.applied(EXP, [y * logarithm], power, [power])

    def next(self, k: int) -> tuple[Any, Any]:
        if k == 1 or self.same is None:
            return super().next(k)
        return self.same.found[k], self.same.slopes[k]


KINDS = {QUOTIENT: _Quotient, POWER: _Power, POWER_CONSTANT: _Power}


def _by_moving(partials: Sequence[Any], operands: Sequence[PowerSeries]) -> list[Any]:
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
        self._constants: dict[Any, PowerSeries] = {}
        self._applied: dict[tuple[Any, ...], PowerSeries] = {}
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
        numbers = [self.lift(x) for x in operands]
        if row is NEG and isinstance(numbers[0], _Applied) and numbers[0].row is NEG:
            return numbers[0].operands[0]
        known = self._applied.get(_key(row, numbers))
        if known is None:
            out, partials = at(self.math, row, *[x.primal for x in numbers])
            known = self.applied(row, numbers, out, _by_moving(partials, numbers))
        return known

    def applied(
        self,
        row: Primitive,
        operands: Sequence[PowerSeries],
        primal: Any,
        first: Sequence[Any],
    ) -> PowerSeries:
        """The same where the base has done it already.

        `primal` is the value there, `first` are the local derivatives by the operands
        that are not constant.
        """
        if first:
            made = KINDS.get(row, _Applied)(self, row, operands, primal, first)
            self._made.append(made)
        else:
            made = self.constant(primal)
        self._applied.setdefault(_key(row, operands), made)
        return made

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """a if the condition holds, else b, with the coefficients of the one taken."""
        if isinstance(condition, bool):
            return a if condition else b
        a, b = self.lift(a), self.lift(b)
        return _Chosen(self, self.lift(condition).primal, a, b)

    def forget(self) -> None:
        """Let go of all that was computed: without this, numbers that speak of one
        another wait for Python's garbage collector."""
        for number in self._made:
            number.partials = []
        self._made.clear()
        self._applied.clear()
        self._constants.clear()


def _key(row: Primitive, operands: Sequence[PowerSeries]) -> tuple[Any, ...]:
    return (row, *[id(x) for x in operands])
