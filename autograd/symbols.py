"""The table's interpretation over symbols: rules fed with them give formulas.

A formula is a small graph of `Symbol`s; what is equal is the same object, so that a
part that occurs twice is written and computed once. Nothing here is evaluated: a rule
that needs a number to go on (an `if` on an operand) is a TypeError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import floats
from autograd.primitives import Primitive


class Symbol:
    """An operation on symbols and numbers; `op` is an operator or a function's name.

    Names and numbers are leaves: `op` is "name" or "number", `args` holds it.
    """

    __slots__ = ("args", "interpretation", "op")

    def __init__(self, formulas: Formulas, op: str, args: tuple[Any, ...]) -> None:
        self.interpretation, self.op, self.args = formulas, op, args

    def __bool__(self) -> bool:
        raise TypeError("a rule may not branch on a symbol: use the namespace's where")

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.args))})"

    __hash__ = object.__hash__


def _infix(op: str, swapped: bool = False) -> Callable[[Symbol, Any], Any]:
    def operator(self: Symbol, other: Any) -> Any:
        args = (other, self) if swapped else (self, other)
        return self.interpretation.apply(op, *args)

    return operator


OPERATORS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
}
for _op, _name in OPERATORS.items():
    setattr(Symbol, f"__{_name}__", _infix(_op))
    setattr(Symbol, f"__r{_name}__", _infix(_op, swapped=True))
for _op, _name in {
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "==": "eq",
}.items():
    setattr(Symbol, f"__{_name}__", _infix(_op))
setattr(Symbol, "__neg__", lambda self: self.interpretation.apply("neg", self))  # noqa: B010


class Formulas:
    """The namespace that rules see as `math`: functions that make symbols.

    >>> formulas = Formulas()
    >>> x = formulas.name("x")
    >>> x * x + formulas.sin(2.0 * x)
    +(*(name('x'), name('x')), sin(*(number(2.0), name('x'))))
    """

    inf, nan, pi, e, tau = floats.inf, floats.nan, floats.pi, floats.e, floats.tau
    depth = 0

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Symbol] = {}

    def name(self, name: str) -> Symbol:
        return self._made("name", name)

    def number(self, number: float) -> Symbol:
        return self._made("number", float(number))

    def compute(self, row: Primitive, *operands: Any) -> Any:
        """The same as a function of `autograd.math` on these symbols."""
        return row.forward(self, *operands)

    def stop_gradient(self, x: Any) -> Any:
        return x

    def apply(self, op: str, *operands: Any) -> Symbol:
        args = [x if isinstance(x, Symbol) else self.number(x) for x in operands]
        return self._made(op, *args)

    def _made(self, op: str, *args: Any) -> Symbol:
        # repr tells 0.0 from -0.0, which are equal, and nan from itself
        key = (op, *[id(x) if isinstance(x, Symbol) else repr(x) for x in args])
        if key not in self._known:
            self._known[key] = Symbol(self, op, args)
        return self._known[key]

    def __getattr__(self, function: str) -> Callable[..., Any]:
        if function.startswith("_"):
            raise AttributeError(function)

        def apply(*operands: Any) -> Any:
            if any(isinstance(x, Symbol) for x in operands):
                return self.apply(function, *operands)
            return getattr(floats, function)(*operands)

        return apply
