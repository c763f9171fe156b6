"""Rows of the table as C: expressions, and the functions that these need.

A row's rule is fed with symbols. What comes out as a single operation is written where
it is used; more becomes a function. Functions that C lacks are taken from the headers
of the compiled engine, paragraph by paragraph.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograd import _native
from autograd._native.kernels import FUNCTIONS, C
from autograd.compiling.exports.reading import Recorded, is_own
from autograd.primitives import Primitive
from autograd.symbols import Formulas

HEADERS = ("interpretation.h", "replay.h")
DEFINED = re.compile(r"^static (?:inline )?\w+ (ag_\w+)\(", re.M)
# C's own are not correctly rounded, so that the engine does without them
LANGUAGE = dataclasses.replace(
    C, functions={**FUNCTIONS, "cbrt": "cbrt", "gamma": "tgamma", "lgamma": "lgamma"}
)
Operand = str | float

PLACE = """\
/* the place that an index means, or -1 */
static int ag_place(int n, double index) {
    if (!(index - index == 0) || index != floor(index)) return -1;
    if (index < -(double)n || index >= (double)n) return -1;
    return (int)index + (index < 0 ? n : 0);
}"""
TAKEN = """\
/* all to the element taken, and nothing times u to all the others */
static void ag_taken_reverse(int n, int i, double u, double *g, int s) {
    const double nothing = u * 0.0; /* a nan, where u is one or infinite */
    if (nothing == 0) {
        g[i * s] += u;
        return;
    }
    for (int k = 0; k < n; k++) g[k * s] += k == i ? u : nothing;
}"""


class Rows:
    """What rows compute, written as C; the functions used are kept."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self.functions: dict[str, str] = {}

    def value(self, row: Primitive, operands: Sequence[Operand]) -> str:
        """The row's value at these operands.

        >>> from autograd.primitives import ROWS
        >>> rows = Rows(None)
        >>> rows.value(ROWS["/"], ["x[1]", 2.0]), rows.value(ROWS["relu"], ["x[k]"])
        ('x[1] / 2.0', 'ag_relu(x[k])')
        >>> [*rows.functions]
        ['ag_relu']
        """

        def rule(formulas: Formulas, _: Any, *xs: Any) -> Any:
            return row.forward(formulas, *xs)

        return self._written(row, f"ag_{row.identifier}", rule, "", operands)

    def partial(
        self, row: Primitive, i: int, out: str, operands: Sequence[Operand]
    ) -> str:
        """The local derivative by operand i."""

        def rule(formulas: Formulas, out: Any, *xs: Any) -> Any:
            return row.partials(formulas, out, *xs)[i]

        return self._written(row, f"ag_{row.identifier}_d{i}", rule, out, operands)

    def lines(self, row: Primitive, operands: Sequence[Operand]) -> Any:
        """The value of a row of any number of operands: statements, and where it is."""
        formulas = Formulas()
        xs = [_symbol(formulas, x) for x in operands]
        return self._statements(row, lambda: [row.forward(formulas, *xs)])

    def partial_lines(
        self, row: Primitive, out: str, operands: Sequence[Operand]
    ) -> Any:
        """The same for its local derivatives."""
        formulas = Formulas()
        xs = [_symbol(formulas, x) for x in operands]
        symbol = formulas.name(out)
        return self._statements(row, lambda: [*row.partials(formulas, symbol, *xs)])

    def prelude(self, text: str) -> str:
        """The functions that a text and the rows need, in an order that C takes."""
        known = {**paragraphs(), **self.functions}
        needed: set[str] = set()
        stack = [text]
        while stack:
            for word in re.findall(r"\bag_\w+", stack.pop()):
                if word in known and word not in needed:
                    needed.add(word)
                    stack.append(known[word])
        return "\n\n".join([known[name] for name in known if name in needed])

    def _written(
        self,
        row: Primitive,
        name: str,
        rule: Any,
        out: str,
        operands: Sequence[Operand],
    ) -> str:
        formulas = Formulas()
        xs = [_symbol(formulas, x) for x in operands]
        result = formulas.name(out)
        lines, (value,) = self._statements(row, lambda: [rule(formulas, result, *xs)])
        if not lines:
            return str(value)
        if len(lines) == 1:
            return str(lines[0].split(" = ", 1)[1].rstrip(";\n"))
        names = ["out", *[f"x{i}" for i in range(len(xs))]]
        formulas = Formulas()
        result, *xs = [formulas.name(x) for x in names]
        lines, (value,) = self._statements(row, lambda: [rule(formulas, result, *xs)])
        body = "".join([*lines, f"    return {value};"])
        used = [bool(re.search(rf"\b{x}\b", body)) for x in names]
        parameters = ", ".join(
            [f"double {x}" for x, is_used in zip(names, used) if is_used]
        )
        self.functions[name] = f"static double {name}({parameters}) {{\n{body}\n}}"
        given = [out, *[_literal(x) for x in operands]]
        return f"{name}({', '.join([x for x, is_used in zip(given, used) if is_used])})"

    def _statements(self, row: Primitive, rule: Any) -> tuple[list[str], list[str]]:
        if is_own(row):
            raise self.recorded.refused(
                row,
                "to_c()",
                "a primitive of your own: its Python cannot be written as C. Write it "
                "with the functions of autograd.math",
            )
        try:
            return LANGUAGE.statements(rule())
        except (KeyError, TypeError) as error:
            lacks = f"{error.args[0]}, which" if isinstance(error, KeyError) else "what"
            raise self.recorded.refused(
                row, "to_c()", f"and its rule needs {lacks} C does not have"
            ) from None


def _symbol(formulas: Formulas, operand: Operand) -> Any:
    if isinstance(operand, str):
        return formulas.name(operand)
    return formulas.number(operand)


def _literal(operand: Operand) -> str:
    return operand if isinstance(operand, str) else literal(operand)


def literal(number: float) -> str:
    """A number in C.

    >>> literal(-0.5), literal(float("inf"))
    ('-0.5', 'INFINITY')
    """
    return LANGUAGE.statements([number])[1][0].strip("()")


@functools.cache
def paragraphs() -> dict[str, str]:
    """The functions of the engine's headers that stand alone, by name."""
    folder = Path(_native.__file__).parent
    found = {"ag_place": PLACE, "ag_taken_reverse": TAKEN}
    for header in HEADERS:
        text = (folder / header).read_text(encoding="utf-8")
        for paragraph in text.replace("ptrdiff_t", "int").split("\n\n"):
            name = DEFINED.search(paragraph)
            if name:
                start = 0 if paragraph.startswith("/*") else name.start()
                found[name[1]] = paragraph[start:].strip()
    return found
