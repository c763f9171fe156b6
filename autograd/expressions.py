"""Formulas as text: "tanh(w*x + b)", or "e = a*b; d = e + c; L = d*f".

The language has numbers, names, + - * / // % ^, brackets, |x|, and the functions of the
table of primitives, with Python's precedence. `**` is `^` too, and so are the signs of
the engine's explanations: · × ÷ − and x².
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd._engine import Value, constant
from autograd.notation import CONSTANTS
from autograd.parsing import (
    Apply,
    ExpressionError,
    Parser,
    Store,
    near,
    quoted,
)
from autograd.real import as_float

__all__ = ["Expression", "ExpressionError", "assignment", "assignments", "number"]


class Expression:
    """A formula, parsed; ExpressionError, with the place, where the text is none.

    `names` are the free names in order of appearance, constants like pi left out.
    Statements are separated by ";": the last is the result, the others name parts.

    >>> expression = Expression("e = a*b; d = e + c; L = d*f")
    >>> expression.names
    ('a', 'b', 'c', 'f')
    >>> L = expression.evaluate(expression.leaves({"a": 2, "b": -3, "c": 10, "f": -2}))
    >>> L.backward()
    >>> L.label, L.data, L.parents[0].label, L.parents[1].grad
    ('L', -8.0, 'd', 4.0)
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, not {text!r}")
        parser = Parser(text)
        self.text, self._steps = text, parser.steps
        self._read, self._assigned = parser.read, parser.assigned
        self.names = tuple(name for name in self._read if name not in CONSTANTS)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, values: Mapping[str, Any] | None = None) -> Any:
        """The result over these Values and numbers, by IEEE 754.

        A float where all of them are numbers, else a Value; Values without a label get
        their names, and so do the parts that the formula names. Names that it does not
        have are left alone; one without a number is an ExpressionError, unless it is
        a constant.

        >>> Expression("1 - L²").evaluate({"L": 0.5}), Expression("1/0").evaluate()
        (0.75, inf)
        """
        given = {} if values is None else values
        self._refuse_missing(given)
        known = {
            name: given[name] if name in given else CONSTANTS[name]
            for name in self._read
        }
        recording = any(isinstance(x, Value) for x in known.values())

        def labelled(x: Any, name: str | None) -> Any:
            if recording:
                x = x if isinstance(x, Value) else constant(x)
                x.label = name if x.label is None else x.label
                return x
            return as_float(x, name or "the result")

        known = {name: labelled(x, name) for name, x in known.items()}
        stack: list[Any] = []
        for step in self._steps:
            if isinstance(step, float):
                stack.append(step)
            elif isinstance(step, str):
                stack.append(known[step])
            elif isinstance(step, Store):
                stack[-1] = known[step.name] = labelled(stack[-1], step.name)
            else:
                stack[-step.count :] = [self._applied(step, stack[-step.count :])]
        return labelled(stack[-1], None)

    def _applied(self, step: Apply, operands: list[Any]) -> Any:
        try:
            return step.call(*operands)
        except (TypeError, ValueError) as error:
            raise ExpressionError(str(error), self.text, step.column) from None

    def leaves(self, numbers: Mapping[str, Any]) -> dict[str, Value]:
        """A labelled leaf for each name, for `evaluate`, in order of appearance.

        A number too few or too many is an ExpressionError. A constant's name may be
        given a number, too.

        >>> Expression("w*x + b").leaves({"b": 1, "w": 2, "x": 3})["w"]
        Value(data=2.0, grad=0.0, label='w')
        """
        self._refuse_missing(numbers)
        for name in numbers:
            if name in self._assigned:
                raise ExpressionError(
                    f"{quoted(name)} is computed in the formula: take its number away",
                    *(self.text, self._assigned[name]),
                )
            if name not in self._read:
                there = ", ".join(self.names[:9]) + ", ..." * (len(self.names) > 9)
                there = f"its names are {there}" if there else "it has no names"
                message = f"{quoted(name)} is not in the formula: {there}"
                raise ExpressionError(message, name, 0)
        return {
            name: Value(as_float(numbers[name], name), label=name)
            for name in self._read
            if name in numbers
        }

    def _refuse_missing(self, given: Mapping[str, Any]) -> None:
        for name in self.names:
            if name not in given:
                close, shown = near(name, (*given, *CONSTANTS)), quoted(name)
                raise ExpressionError(
                    f"{shown} has no number: give it one, {shown[1:-1]}=2"
                    + (f", or did you mean {close}?" if close else ""),
                    *(self.text, self._read[name]),
                )


def assignment(text: str) -> tuple[str, float]:
    """The name and the number of "name=number"; ExpressionError for anything else.

    The number may be a formula without names.

    >>> assignment("w=0.5"), assignment("angle = -pi/4")
    (('w', 0.5), ('angle', -0.7853981633974483))
    """
    if "=" not in text:
        raise ExpressionError("write name=number, such as w=0.5", text, 0)
    expression = Expression(text)
    if len(expression._assigned) != 1 or not isinstance(expression._steps[-1], Store):
        raise ExpressionError("write one name=number, such as w=0.5", text, 0)
    for name in expression.names:
        raise ExpressionError(
            f"a number is given without names: write one for {quoted(name)}",
            *(text, expression._read[name]),
        )
    return expression._steps[-1].name, expression.evaluate()


def assignments(texts: Iterable[str]) -> dict[str, float]:
    """The numbers of several "name=number" by name; none may be given twice.

    >>> assignments(["w=1/4", "x=-2e3"])
    {'w': 0.25, 'x': -2000.0}
    """
    numbers: dict[str, float] = {}
    for text in texts:
        name, x = assignment(text)
        if name in numbers:
            message = f"{quoted(name)} is given twice: take one of them away"
            raise ExpressionError(message, text, 0)
        numbers[name] = x
    return numbers


def number(text: str, values: Mapping[str, float] | None = None) -> float:
    """The number that an answer means: "-2", "3/4", "1 - L^2" where L is given.

    >>> number("3/4"), number("1 - L^2", {"L": 0.5})
    (0.75, 0.75)
    """
    result = Expression(text).evaluate(values)
    return result.data if isinstance(result, Value) else result
