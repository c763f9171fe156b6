"""Recording: call the function once with Values, and hear of every use of a number.

The graph that the engine records anyway is the trace. What Python asks of a number
meanwhile becomes an observation: the recording holds for other numbers as long as each
observation would come out the same.
"""

from __future__ import annotations

import copy
import functools
import operator
import sys
from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

from autograd._engine import Scope, Value, constant
from autograd.compiling import structure
from autograd.order import topological_order
from autograd.real import as_float
from autograd.scopes import current
from autograd.watching import watched_by

PACKAGES = (
    *(str(Path(__file__).parents[2] / name) for name in ("autograd/", "nn/")),
    *(copy.__file__, functools.__file__),  # which call the above
)
RELATIONS = (
    *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
)
ROUNDING = ("floor", "ceil", "trunc", "round")
WHOLE_OPERATIONS = {"+", "-", "*", "**", "//", "%", "neg", "abs", *ROUNDING}
# around all recordings, so that what an earlier one has left behind is known
RECORDED = Scope("recorded")
ARGUMENTS = Scope("arguments", RECORDED)
EXACT = 2.0**53  # whole numbers beyond have no float of their own


class TraceError(TypeError):
    """A recorded function did with a number what no tape can hold."""


class Asked(NamedTuple):
    """Python compared a number: the tape answers with a guard."""

    relation: int
    x: Any
    y: Any
    outcome: bool


class Question(NamedTuple):
    """What Python asked of the argument at this place.

    Its number as it is (for an index, a set's member), or whether that is an int.
    """

    place: int
    is_of_kind: bool

    def answer(self, number: Any) -> Any:
        return type(number) is int if self.is_of_kind else findable(number)


def findable(answer: Any) -> Any:
    """The answer as a key: nan, which equals none, is found as the very same object."""
    return answer if answer == answer else nan


class Needed(NamedTuple):
    """Python needed this answer: whatever follows holds for it only."""

    question: Question
    answer: Any


class Recording:
    """One call of a function on Values, and all that was observed."""

    def __init__(self) -> None:
        self.root = Scope("compiled", RECORDED)
        self.inputs: list[Value] = []
        self.numbers: list[Any] = []
        self.outputs: list[Any] = []
        self.structure: structure.Structure = None
        self.observations: list[Asked | Needed] = []
        self.quiet_scopes: list[Any] = []
        self._places: dict[int, int] = {}
        self._known: set[Any] = set()

    def run(
        self, function: Callable[..., Any], arguments: Any, numbers: list[Any]
    ) -> None:
        """Call the function; `arguments` are the structures of args and kwargs."""
        token = current.set(ARGUMENTS)
        try:
            self.numbers = numbers
            self.inputs = [Value(float(x)) for x in numbers]
            current.set(self.root)
            self._places = {id(node): i for i, node in enumerate(self.inputs)}
            inputs = iter(self.inputs)
            args, kwargs = [structure.put_together(part, inputs) for part in arguments]
            with watched_by(self):
                returned = function(*args, **kwargs)
            self.structure = structure.results(returned, self.outputs)
        finally:
            current.reset(token)
        self.outputs = [
            x if isinstance(x, Value) else constant(x) for x in self.outputs
        ]

    # --- what a watcher is told

    def used(self, node: Value, how: str) -> None:
        if node.is_constant:
            return
        raise TraceError(
            f"{line_of_the_caller()}: a compiled function may not {how} of a Value: "
            "the tape would keep the number of this one call. Use the Value itself; "
            "compare it as it is (x > 0), take elements with autograd.take(xs, i), "
            "and do the rest outside of the compiled function"
        )

    def compared(self, relation: Any, x: Any, y: Any, outcome: bool) -> None:
        if not isinstance(y, Value):
            number = float_of(y)
            if number is None:  # no float is that number
                relation, number, outcome = operator.eq, x._data, True
            y = constant(number)
            if outcome and relation is operator.eq and number != number:
                relation, y = operator.ne, x  # held to be nan
        if x.is_constant and y.is_constant:
            return
        named = y._data if y.is_constant else id(y)
        if (relation, id(x), named) not in self._known:
            self._known.add((relation, id(x), named))
            asked = Asked(RELATIONS.index(relation), x, y, bool(outcome))
            self.observations.append(asked)

    def index(self, node: Value) -> int:
        if node.is_constant:
            raise TypeError(f"{node._data!r} is not an index: it is a float")
        found = self._arguments_of(node, WHOLE_OPERATIONS)
        are_ints = found is not None and all(map(self._is_int, found))
        if found is not None and are_ints and node._data % 1 == 0:
            for place in found:
                self._need(place)
        elif node.op in ROUNDING and abs(node._data) < EXACT:
            self.compared(operator.eq, node, node._data, True)
        else:
            raise TraceError(
                f"{line_of_the_caller()}: a number is used as an index or a count, "
                "but it is not an int argument of the compiled function, nor a whole "
                "number computed from such; round others (math.floor(x)), or take "
                "elements with autograd.take(xs, i)"
            )
        return int(node._data)

    def hashed(self, node: Value) -> int | None:
        found = None if node.is_constant else self._arguments_of(node, None)
        if found is None:
            return None
        for place in found:  # in the function's eyes a plain number
            self._need(place)
        return hash(node._data)

    def quiet(self, outer: Any) -> Any:
        self.quiet_scopes.append(Scope("no_grad", outer))
        return self.quiet_scopes[-1]

    def is_quiet(self, scope: Any, outer: Any) -> bool:
        while self.quiet_scopes and scope is not outer and scope is not None:
            if any([scope is quiet for quiet in self.quiet_scopes]):
                return True
            scope = scope.parent
        return False

    def _need(self, place: int) -> None:
        self._ask(Question(place, False), self.inputs[place]._data)

    def _is_int(self, place: int) -> bool:
        question = Question(place, True)
        answer: bool = question.answer(self.numbers[place])
        self._ask(question, answer)
        return answer

    def _ask(self, question: Question, answer: Any) -> None:
        if question not in self._known:
            self._known.add(question)
            self.observations.append(Needed(question, answer))

    def _arguments_of(self, node: Value, allowed: set[str] | None) -> list[int] | None:
        """The places of the arguments that a number depends on, if on nothing else."""
        found = set()
        with watched_by(None):
            for other in topological_order(node):
                if allowed is not None and not abs(other._data) < EXACT:
                    return None
                if id(other) in self._places:
                    found.add(self._places[id(other)])
                elif other.is_leaf:
                    if not other.is_constant:
                        return None
                    if allowed is not None and other._data != other._data // 1:
                        return None
                elif allowed is not None and other.op not in allowed:
                    return None
        return sorted(found)


def float_of(number: Any) -> float | None:
    """The float that is this very number, if there is one."""
    try:
        found = as_float(number)
    except OverflowError:
        return None
    return found if found == number or number != number else None


def callers_inside() -> int:
    """How many callers up the user's code is: from 1, the function that asks."""
    frame, count = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGES):
        frame, count = frame.f_back, count + 1
    return count


def line_of_the_caller() -> str:
    """Where in the user's code we are."""
    frame = sys._getframe(callers_inside() - 1)
    return f"line {frame.f_lineno} of {Path(frame.f_code.co_filename).name}"
