"""The table's interpretation over dual numbers: forward mode.

A dual is a number with a derivative, its primal and its tangent; both are numbers of
a base interpretation: floats, symbols, or duals again for higher orders. No derivative
is written here: a row's tangent is the sum of its local derivatives times the
operands' tangents.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from autograd import floats
from autograd.primitives import ROWS, TABLE, Primitive
from autograd.symbols import OPERATORS

_FUNCTIONS = {row.name: row for row in TABLE if hasattr(floats, row.name)}


def at(math: Any, row: Primitive, *operands: Any) -> tuple[Any, tuple[Any, ...]]:
    """The value and the local derivatives of a row, in any interpretation.

    Over duals each of them has its tangent: forward mode over reverse. That of the
    value follows from the row's local derivatives, not from how its `forward` computes.

    >>> duals = Duals(floats)
    >>> at(duals, ROWS["**"], duals.dual(3.0, 1.0), 2)
    (Dual(9.0, 6.0), (Dual(6.0, 2.0), 0.0))
    """
    if isinstance(math, Duals):
        # constants too, so that all of the rule divides as IEEE 754 does
        operands = tuple([math.lift(x) for x in operands])
        out = math.apply(row, *operands)
    elif math is floats or all([isinstance(x, float) for x in operands]):
        return row.at(*operands)
    else:
        out = row.forward(math, *operands)
    return out, row.partials(math, out, *operands)


class Dual:
    """A number with a derivative. Made by `Duals.dual`, and by operations on duals.

    `tangent` is None where there is none: that of a constant. It is not 0.0, which
    an infinite slope would make nan. Comparisons are those of the primals.
    """

    __slots__ = ("duals", "primal", "tangent")

    def __init__(self, duals: Duals, primal: Any, tangent: Any) -> None:
        self.duals, self.primal, self.tangent = duals, primal, tangent

    def __bool__(self) -> bool:
        return bool(self.primal)

    def __int__(self) -> int:
        return int(self.primal)

    def __neg__(self) -> Any:
        return self.duals.apply(ROWS["neg"], self)

    def __abs__(self) -> Any:
        return self.duals.apply(ROWS["abs"], self)

    def __repr__(self) -> str:
        tangent = "" if self.tangent is None else f", {self.tangent!r}"
        return f"Dual({self.primal!r}{tangent})"

    __hash__ = object.__hash__


def _outer(x: Dual, y: Any) -> Duals:
    """The interpretation of the one to which the other may be a constant."""
    is_inside = isinstance(y, Dual) and y.duals.depth > x.duals.depth
    return y.duals if is_inside else x.duals


def _infix(op: str, swapped: bool = False) -> Callable[[Dual, Any], Dual]:
    def infix(self: Dual, other: Any) -> Dual:
        duals = _outer(self, other)
        x, y = (other, self) if swapped else (self, other)
        return duals.pow(x, y) if op == "**" else duals.apply(ROWS[op], x, y)

    return infix


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Dual, Any], Any]:
    def comparison(self: Dual, other: Any) -> Any:
        duals = _outer(self, other)
        return compare(duals.lift(self).primal, duals.lift(other).primal)

    return comparison


for _op, _name in {**OPERATORS, "**": "pow"}.items():
    setattr(Dual, f"__{_name}__", _infix(_op))
    setattr(Dual, f"__r{_name}__", _infix(_op, swapped=True))
for _name in ("lt", "le", "gt", "ge", "eq"):
    setattr(Dual, f"__{_name}__", _comparison(getattr(operator, _name)))


class Duals:
    """The namespace that rules see as `math`: functions of duals, and duals' maker.

    `math` is the base interpretation, of primals and tangents. `Duals(Duals(math))`
    has second derivatives; to the outer one the inner one's duals are constants, so
    that their tangents never mix. Two that are not nested so are a TypeError.

    >>> duals = Duals(floats)
    >>> x = duals.dual(2.0, 1.0)
    >>> x * x + 1, duals.log(x), 1 / (x - 2)
    (Dual(5.0, 4.0), Dual(0.6931471805599453, 0.5), Dual(inf, -inf))
    >>> outer = Duals(duals)
    >>> outer.dual(x, 1.0) ** 3
    Dual(Dual(8.0, 12.0), Dual(12.0, 12.0))
    """

    inf, pi, e, tau = floats.inf, floats.pi, floats.e, floats.tau

    def __init__(self, math: Any) -> None:
        self.math = math
        self.depth: int = math.depth + 1 if isinstance(math, Duals) else 1

    @property
    def nan(self) -> Dual:
        """What a rule says out of its domain: no derivative of it is a number."""
        return Dual(self, self.math.nan, self.math.nan)

    def dual(self, primal: Any, tangent: Any = None) -> Dual:
        """A number with a derivative; without a tangent, a constant.

        TypeError where either is a dual that this interpretation is not outside of.
        """
        self._check_outside(primal)
        self._check_outside(tangent)
        return Dual(self, primal, tangent)

    def parts(self, x: Any) -> tuple[Any, Any]:
        """The primal and the tangent, which is 0.0 for a constant.

        >>> duals = Duals(floats)
        >>> duals.parts(duals.dual(2.0, 1.0)), duals.parts(3.0)
        ((2.0, 1.0), (3.0, 0.0))
        """
        x = self.lift(x)
        return x.primal, 0.0 if x.tangent is None else x.tangent

    def lift(self, x: Any) -> Dual:
        """x itself if it is a dual of this interpretation, else x as a constant."""
        if isinstance(x, Dual):
            if x.duals is self:
                return x
            self._check_outside(x)
        return Dual(self, float(x) if type(x) is int else x, None)

    def _check_outside(self, x: Any) -> None:
        if isinstance(x, Dual) and x.duals.depth >= self.depth:
            raise TypeError(
                f"{x!r} is no constant here: nest the interpretations, as in "
                "Duals(Duals(math)), so that tangents of different ones stay apart"
            )

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

    def pow(self, x: Any, y: Any) -> Dual:
        """x to the power y; an exponent without any tangent never touches log(x)."""
        exponent = y
        while isinstance(exponent, Dual) and exponent.tangent is None:
            exponent = exponent.primal
        return self.apply(ROWS["pow" if isinstance(exponent, Dual) else "**"], x, y)

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

    def isfinite(self, x: Any) -> Any:
        return self.math.isfinite(self.lift(x).primal)

    def isinf(self, x: Any) -> Any:
        return self.math.isinf(self.lift(x).primal)

    def isnan(self, x: Any) -> Any:
        return self.math.isnan(self.lift(x).primal)

    def __getattr__(self, name: str) -> Callable[..., Dual]:
        if name not in _FUNCTIONS:
            raise AttributeError(f"duals have no function {name!r}: no row is named so")
        return functools.partial(self._spread, _FUNCTIONS[name])

    def _spread(self, row: Primitive, *given: Any) -> Dual:
        # sum, prod and dot take lists, where their rows take all the elements
        lists = [x if isinstance(x, (list, tuple)) else (x,) for x in given]
        return self.apply(row, *[x for xs in lists for x in xs])


def times(partial: Any, tangent: Any) -> Any:
    """The product, where unit factors would only bloat formulas and graphs."""
    number, other = partial, tangent
    if type(number) is not float:
        number, other = tangent, partial
    if type(number) is float and (number == 1.0 or number == -1.0):
        return other if number == 1.0 else -other
    return partial * tangent
