"""Formulas of the table as people write them: in text and in LaTeX.

The rule of a row is fed with symbols; a branch is decided by the numbers at hand; 1 * x
and x + 0 are written x. A number times 0 stays, since 0 * inf is not 0.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import floats
from autograd.floats import Ieee
from autograd.naming import OPEN
from autograd.primitives import ROWS, Primitive
from autograd.symbols import Formulas, Symbol
from autograd.text import number

# Longer lists of operands have a rule in words, not a formula
LONGEST = 12
OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "neg": operator.neg,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def partial_formulas(
    row: Primitive, operands: Sequence[tuple[str, float]], primal: float
) -> list[Symbol | None]:
    """The local derivatives of a row as formulas over names, "out" among them.

    An operand is its name and its number; one without a name is the number. None where
    a rule cannot be written: a user's own may do what it likes.
    """
    if len(operands) > LONGEST:
        return [None] * len(operands)
    formulas = Formulas()
    symbols = [
        formulas.name(name) if name else formulas.number(x) for name, x in operands
    ]
    known = {name: x for name, x in operands if name} | {"out": primal}
    rule = row.textbook or row.partials
    try:
        partials = rule(formulas, formulas.name("out"), *symbols)
        return [_Reader(formulas, known).read(partial) for partial in partials]
    except Exception:  # whatever a rule does that works on numbers only
        return [None] * len(operands)


class _Reader:
    """Formulas simplified, with every branch decided at known numbers."""

    def __init__(self, formulas: Formulas, known: dict[str, float]) -> None:
        self.formulas, self.known = formulas, known
        self.values: dict[Symbol, Any] = {}

    def read(self, formula: Symbol | float) -> Symbol:
        if not isinstance(formula, Symbol):
            return self.formulas.number(formula)
        if formula.op in ("name", "number"):
            return formula
        if formula.op == "where":
            condition, yes, no = formula.args
            return self.read(yes if self.value(condition) else no)
        args = [self.read(arg) for arg in formula.args]
        return self._simple(formula.op, args)

    def value(self, symbol: Symbol) -> Any:
        if symbol not in self.values:
            self.values[symbol] = self._computed(symbol)
        return self.values[symbol]

    def _computed(self, symbol: Symbol) -> Any:
        if symbol.op == "name":
            return Ieee(self.known[symbol.args[0]])
        if symbol.op == "number":
            return Ieee(symbol.args[0])
        if symbol.op == "where":
            condition, yes, no = symbol.args
            return self.value(yes if self.value(condition) else no)
        args = [self.value(arg) for arg in symbol.args]
        function = OPERATORS.get(symbol.op) or getattr(floats.ieee_math, symbol.op)
        return function(*args)

    def _simple(self, op: str, args: list[Symbol]) -> Symbol:
        made = self.formulas.apply(op, *args)
        if all(arg.op == "number" for arg in args):
            return self.formulas.number(self.value(made))
        first, second = args[0], args[-1]
        if op == "neg":
            return self._negative(first)
        if op == "+" and 0.0 in (_number(first), _number(second)):
            return second if _number(first) == 0 else first
        if op == "-" and _number(second) == 0:
            return first
        if op == "*" and first is second:
            return self.formulas.apply("pow", first, 2.0)
        if op == "*":
            for factor, other in ((first, second), (second, first)):
                if _number(factor) == 1:
                    return other
                if _number(factor) == -1:
                    return self._negative(other)
            if first.op == "neg" and second.op == "name":
                return self._negative(self._simple(op, [first.args[0], second]))
        if op == "/" and _number(second) == 1:
            return first
        if op == "pow" and _number(second) == 1:
            return first
        return made

    def _negative(self, x: Symbol) -> Symbol:
        return x.args[0] if x.op == "neg" else self.formulas.apply("neg", x)


def _number(symbol: Symbol) -> float | None:
    return symbol.args[0] if symbol.op == "number" else None


@dataclass(frozen=True)
class Notation:
    """How formulas are written: templates, and how strongly each sign binds.

    A sign's entry is its own strength, the least that each operand must have to stand
    without brackets, and the template. A function's operands need none.
    """

    signs: dict[str, tuple[int, tuple[int, ...], str]]
    brackets: str
    raised: dict[str, str]

    def write(self, formula: Symbol, shown: dict[str, str], digits: int) -> str:
        return self._write(formula, shown, digits)[0]

    def _write(
        self, formula: Symbol, shown: dict[str, str], digits: int
    ) -> tuple[str, int]:
        if formula.op == "name":
            return shown[formula.args[0]], ATOM
        if formula.op == "number":
            text = self.number(formula.args[0], digits)
            return text, PRODUCT if text.startswith("-") else ATOM
        parts = [self._write(arg, shown, digits) for arg in formula.args]
        if formula.op == "pow" and parts[1][0] in self.raised:
            return self._bracketed(parts[0], ATOM) + self.raised[parts[1][0]], POWER
        if formula.op in self.signs:
            strength, least, template = self.signs[formula.op]
            return template.format(*map(self._bracketed, parts, least)), strength
        return self._function(formula.op, parts), ATOM

    def number(self, x: float, digits: int) -> str:
        return number(x, digits)

    def _function(self, name: str, parts: list[tuple[str, int]]) -> str:
        return f"{name}({', '.join(text for text, _ in parts)})"

    def _bracketed(self, part: tuple[str, int], least: int) -> str:
        text, strength = part
        return text if strength >= least else self.brackets.format(text)


SUM, PRODUCT, SIGNED, POWER, ATOM = range(5)


class _Latex(Notation):
    def number(self, x: float, digits: int) -> str:
        return latex_number(x, digits)

    def _function(self, name: str, parts: list[tuple[str, int]]) -> str:
        row = ROWS.get(name)
        if row is None or row.arity != len(parts):
            operands = ", ".join(text for text, _ in parts)
            return rf"\operatorname{{{name}}}\left({operands}\right)"
        least = ATOM if OPEN.search(row.latex) else SUM
        return row.latex.format(*(self._bracketed(part, least) for part in parts))


TEXT = Notation(
    {
        "+": (SUM, (SUM, SUM), "{} + {}"),
        "-": (SUM, (SUM, PRODUCT), "{} - {}"),
        "*": (PRODUCT, (PRODUCT, SIGNED), "{} · {}"),
        "/": (PRODUCT, (PRODUCT, POWER), "{} / {}"),
        "//": (SUM, (PRODUCT, POWER), "{} // {}"),
        "%": (SUM, (PRODUCT, POWER), "{} % {}"),
        "neg": (PRODUCT, (PRODUCT,), "-{}"),
        "pow": (POWER, (ATOM, ATOM), "{} ** {}"),
    },
    "({})",
    dict(zip("23456789", "²³⁴⁵⁶⁷⁸⁹")),
)
LATEX = _Latex(
    {
        "+": (SUM, (SUM, SUM), "{} + {}"),
        "-": (SUM, (SUM, PRODUCT), "{} - {}"),
        "*": (PRODUCT, (PRODUCT, SIGNED), r"{} \cdot {}"),
        "/": (POWER, (SUM, SUM), r"\frac{{{}}}{{{}}}"),
        "//": (ATOM, (SUM, SUM), r"\left\lfloor\frac{{{}}}{{{}}}\right\rfloor"),
        "%": (SUM, (PRODUCT, POWER), r"{} \bmod {}"),
        "neg": (PRODUCT, (PRODUCT,), "-{}"),
        "pow": (POWER, (ATOM, SUM), "{{{}}}^{{{}}}"),
    },
    r"\left({}\right)",
    {},
)
EXPONENT = re.compile(r"(.*)e([+-]?)0*(\d+)")


def latex_number(x: float, digits: int) -> str:
    """A number in LaTeX's mathematics.

    >>> latex_number(-0.5, 4), latex_number(1.5e-7, 4), latex_number(float("inf"), 4)
    ('-0.5', '1.5 \\\\cdot 10^{-7}', '\\\\infty')
    """
    text = number(x, digits)
    scientific = EXPONENT.fullmatch(text)
    if scientific:
        mantissa, sign, power = scientific.groups()
        return rf"{mantissa} \cdot 10^{{{sign.strip('+')}{power}}}"
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}.get(
        text, text
    )
