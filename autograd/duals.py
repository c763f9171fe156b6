"""The table's interpretation over dual numbers: forward mode.

A dual is a number with a derivative, its primal and its tangent; both are numbers of
a base interpretation: floats, symbols, or duals again for higher orders. No derivative
is written here: a row's tangent is the sum of its local derivatives times the
operands' tangents.
"""

from __future__ import annotations

import functools
import operator
from typing import Any

from autograd import floats
from autograd.extensions import Extended, Extension
from autograd.primitives import Primitive


def at(math: Any, row: Primitive, *operands: Any) -> tuple[Any, tuple[Any, ...]]:
    """The value and the local derivatives of a row, in any interpretation.

    Over duals each of them has its tangent: forward mode over reverse. That of the
    value follows from the row's local derivatives, not from how its `forward` computes.

    >>> from autograd.primitives import ROWS
    >>> duals = Duals(floats)
    >>> at(duals, ROWS["**"], duals.dual(3.0, 1.0), 2)
    (Dual(9.0, 6.0), (Dual(6.0, 2.0), 0.0))
    """
    if isinstance(math, Extension):
        # constants too, so that all of the rule divides as IEEE 754 does
        operands = tuple([math.lift(x) for x in operands])
        out = math.apply(row, *operands)
    elif math is floats or all([isinstance(x, float) for x in operands]):
        return row.at(*operands)
    else:
        out = row.forward(math, *operands)
    return out, row.partials(math, out, *operands)


class Dual(Extended):
    """A number with a derivative. Made by `Duals.dual`, and by operations on duals.

    `tangent` is None where there is none: that of a constant.
    """

    __slots__ = ("tangent",)

    def __init__(self, duals: Duals, primal: Any, tangent: Any) -> None:
        self.interpretation, self.primal, self.tangent = duals, primal, tangent

    @property
    def is_constant(self) -> bool:
        return self.tangent is None

    def __repr__(self) -> str:
        tangent = "" if self.tangent is None else f", {self.tangent!r}"
        return f"Dual({self.primal!r}{tangent})"


class Duals(Extension):
    """The namespace that rules see as `math`: functions of duals, and duals' maker.

    `math` is the base interpretation, of primals and tangents. `Duals(Duals(math))`
    has second derivatives.

    >>> duals = Duals(floats)
    >>> x = duals.dual(2.0, 1.0)
    >>> x * x + 1, duals.log(x), 1 / (x - 2)
    (Dual(5.0, 4.0), Dual(0.6931471805599453, 0.5), Dual(inf, -inf))
    >>> outer = Duals(duals)
    >>> outer.dual(x, 1.0) ** 3
    Dual(Dual(8.0, 12.0), Dual(12.0, 12.0))
    """

    @property
    def nan(self) -> Dual:
        """What a rule says out of its domain: no derivative of it is a number."""
        return Dual(self, self.math.nan, self.math.nan)

    def dual(self, primal: Any, tangent: Any = None) -> Dual:
        """A number with a derivative; without a tangent, a constant.

        TypeError where either is a dual that this interpretation is not outside of.
        """
        self.must_be_outside(primal)
        self.must_be_outside(tangent)
        return Dual(self, primal, tangent)

    def constant(self, primal: Any) -> Dual:
        return Dual(self, primal, None)

    def parts(self, x: Any) -> tuple[Any, Any]:
        """The primal and the tangent, which is 0.0 for a constant.

        >>> duals = Duals(floats)
        >>> duals.parts(duals.dual(2.0, 1.0)), duals.parts(3.0)
        ((2.0, 1.0), (3.0, 0.0))
        """
        x = self.lift(x)
        return x.primal, 0.0 if x.tangent is None else x.tangent

    def apply(self, row: Primitive, *operands: Any) -> Dual:
        """The row's value, and its tangent: sum of partial times operand's tangent."""
        duals = [self.lift(x) for x in operands]
        out, partials = at(self.math, row, *[x.primal for x in duals])
        terms = [
            times(partial, x.tangent)
            for partial, x in zip(partials, duals)
            if x.tangent is not None
        ]
        return Dual(self, out, functools.reduce(operator.add, terms) if terms else None)

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """a if the condition holds, else b, with the tangent of the one taken."""
        if isinstance(condition, bool):
            return a if condition else b
        condition = self.lift(condition).primal
        a, b = self.lift(a), self.lift(b)
        tangent = None
        if a.tangent is not None or b.tangent is not None:
            tangent = self.math.where(condition, self.parts(a)[1], self.parts(b)[1])
        return Dual(self, self.math.where(condition, a.primal, b.primal), tangent)


def times(partial: Any, tangent: Any) -> Any:
    """The product, where unit factors would only bloat formulas and graphs."""
    number, other = partial, tangent
    if type(number) is not float:
        number, other = tangent, partial
    if type(number) is float and (number == 1.0 or number == -1.0):
        return other if number == 1.0 else -other
    return partial * tangent
