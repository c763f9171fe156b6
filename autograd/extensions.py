"""Numbers with derivatives: what dual numbers and power series have in common.

Both extend the numbers of a base interpretation, floats, Values, symbols, or such
numbers again. What is asked of one, a comparison say, is asked of its `primal`, the
number of the base that it has without its derivatives.
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
POWER, POWER_CONSTANT = ROWS["pow"], ROWS["**"]


class Extended:
    """A number of an extension. Operations are the table's; comparisons the primal's.

    `is_constant` where it has no derivative at all. That is not a derivative of 0.0,
    which an infinite slope would make nan.
    """

    __slots__ = ("interpretation", "primal")

    interpretation: Extension
    primal: Any

    @property
    def is_constant(self) -> bool:
        raise NotImplementedError

    def __bool__(self) -> bool:
        return bool(self.primal)

    def __int__(self) -> int:
        return int(self.primal)

    def __neg__(self) -> Any:
        return self.interpretation.apply(ROWS["neg"], self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.interpretation.apply(ROWS["abs"], self)

    __hash__ = object.__hash__


def _outer(x: Extended, y: Any) -> Extension:
    """The interpretation of the one to which the other may be a constant."""
    is_inside = (
        isinstance(y, Extended) and y.interpretation.depth > x.interpretation.depth
    )
    return y.interpretation if is_inside else x.interpretation


def _infix(op: str, swapped: bool = False) -> Callable[[Extended, Any], Any]:
    def infix(self: Extended, other: Any) -> Any:
        math = _outer(self, other)
        x, y = (other, self) if swapped else (self, other)
        return math.pow(x, y) if op == "**" else math.apply(ROWS[op], x, y)

    return infix


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Extended, Any], Any]:
    def comparison(self: Extended, other: Any) -> Any:
        math = _outer(self, other)
        return compare(math.lift(self).primal, math.lift(other).primal)

    return comparison


for _op, _name in {**OPERATORS, "**": "pow"}.items():
    setattr(Extended, f"__{_name}__", _infix(_op))
    setattr(Extended, f"__r{_name}__", _infix(_op, swapped=True))
for _name in ("lt", "le", "gt", "ge", "eq"):
    setattr(Extended, f"__{_name}__", _comparison(getattr(operator, _name)))


class Extension:
    """The namespace that rules see as `math`, over a base interpretation `math`.

    Extensions nest: to an outer one the numbers of an inner one are constants, so that
    their derivatives never mix. Two that are not nested so are a TypeError.
    """

    inf, pi, e, tau = floats.inf, floats.pi, floats.e, floats.tau

    def __init__(self, math: Any) -> None:
        self.math = math
        self.depth: int = math.depth + 1 if isinstance(math, Extension) else 1

    def constant(self, primal: Any) -> Any:
        """A number without a derivative."""
        raise NotImplementedError

    def apply(self, row: Primitive, *operands: Any) -> Any:
        """The row's value, with its derivatives: the chain rule."""
        raise NotImplementedError

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """a if the condition holds, else b, with the derivatives of the one taken."""
        raise NotImplementedError

    def compute(self, row: Primitive, *operands: Any) -> Any:
        """The same as a function of `autograd.math` on these numbers."""
        return self.apply(row, *operands)

    def lift(self, x: Any) -> Any:
        """x itself if it is a number of this interpretation, else x as a constant."""
        if isinstance(x, Extended):
            if x.interpretation is self:
                return x
            self.must_be_outside(x)
        return self.constant(float(x) if type(x) is int else x)

    def must_be_outside(self, x: Any) -> None:
        if isinstance(x, Extended) and x.interpretation.depth >= self.depth:
            kind = type(self).__name__
            raise TypeError(
                f"{x!r} is no constant here: nest the interpretations, as in "
                f"{kind}({kind}(math)), so that derivatives of different ones stay "
                "apart"
            )

    def pow(self, x: Any, y: Any) -> Any:
        """x to the power y; an exponent without a derivative never touches log(x)."""
        exponent = y
        while isinstance(exponent, Extended) and exponent.is_constant:
            exponent = exponent.primal
        varies = isinstance(exponent, Extended)
        return self.apply(POWER if varies else POWER_CONSTANT, x, y)

    def stop_gradient(self, x: Any) -> Any:
        """The same number as a constant, whichever derivatives it has."""
        primal = self.lift(x).primal
        is_plain = isinstance(primal, float)
        return self.constant(primal if is_plain else self.math.stop_gradient(primal))

    def isfinite(self, x: Any) -> Any:
        return self.math.isfinite(self.lift(x).primal)

    def isinf(self, x: Any) -> Any:
        return self.math.isinf(self.lift(x).primal)

    def isnan(self, x: Any) -> Any:
        return self.math.isnan(self.lift(x).primal)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in _FUNCTIONS:
            raise AttributeError(
                f"{type(self).__name__} has no function {name!r}: no row is named so"
            )
        return functools.partial(self._spread, _FUNCTIONS[name])

    def _spread(self, row: Primitive, *given: Any) -> Any:
        # sum, prod and dot take lists, where their rows take all the elements
        lists = [x if isinstance(x, (list, tuple)) else (x,) for x in given]
        return self.apply(row, *[x for xs in lists for x in xs])
