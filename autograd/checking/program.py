"""A function as a program of flat numbers: its arguments', and those it closes over.

It can be recorded at other numbers, as often as differences want.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

from autograd._engine import Value
from autograd.checking.anomaly import MARKER
from autograd.checking.lines import Line, line_of
from autograd.compiling.structure import put_together
from autograd.derivatives.arguments import Choice, name_of
from autograd.derivatives.recording import Recording, structure_of
from autograd.labels import label
from autograd.observing import observed_by
from autograd.order import topological_order
from autograd.real import as_float

Function = Callable[..., Any]


class Program:
    """A function and its arguments; `numbers` are theirs, then those of the weights.

    Weights are the leaves that the function closes over: Values that are there before
    it is called. Results in between, recorded before, are `fixed`.
    """

    def __init__(self, function: Function, args: tuple[Any, ...]) -> None:
        self.name = name_of(function)
        self._choice = Choice("gradcheck", function, tuple(range(len(args))), None)
        given: list[Any] = []
        self._arguments = structure_of(self._choice, args, given)
        self._labels = [x.label if isinstance(x, Value) else None for x in given]
        self.numbers = [x._data if isinstance(x, Value) else as_float(x) for x in given]
        self.count = len(given)
        self.weights: list[Value] = []
        self.fixed: list[Value] = []
        self.point, self.again = self._point(self.numbers), self._point(self.numbers)
        self._label(self.point.arguments)
        self._find_weights()

    @contextmanager
    def at(self, numbers: Sequence[float]) -> Iterator[Point]:
        """What the function computes at these numbers; the weights are put back."""
        before = [weight._data for weight in self.weights]
        try:
            for weight, number in zip(self.weights, numbers[self.count :]):
                weight.data = number
            yield self._point(numbers)
        finally:
            for weight, number in zip(self.weights, before):
                weight.data = number

    def _point(self, numbers: Sequence[float]) -> Point:
        args = put_together(self._arguments, iter(numbers[: self.count]))
        return Point(self, Recording(self._choice, args, {}))

    def line_of(self, node: Value) -> Line | None:
        """The line that records a node of the graph: it is called once more."""
        if not self.was_before(node):
            place = [id(other) for other in self.point.order].index(id(node))
            with observed_by(MARKER), suppress(IndexError):
                node = self._point(self.numbers).order[place]
                return line_of(node)
        return None

    def _find_weights(self) -> None:
        """What two calls have in common was there before them."""
        again = {id(node) for node in self.again.order}
        self._before = {id(node) for node in self.point.order} & again
        used: dict[int, Value] = {}
        for node in self.point.order:
            for parent in () if self.was_before(node) else node._parents:
                used[id(parent)] = parent
        for node in self.point.results:
            used[id(node)] = node
        outside = [
            node
            for node in used.values()
            if self.was_before(node) and not node._constant
        ]
        self.weights = [node for node in outside if node.is_leaf]
        self.fixed = [node for node in outside if not node.is_leaf]
        self.numbers += [weight._data for weight in self.weights]

    def was_before(self, node: Value) -> bool:
        """Whether a node of the graph was there before the function was called."""
        return id(node) in self._before

    def _label(self, variables: Sequence[Value]) -> None:
        """Give the arguments the names of the parameters, for reports."""
        for variable, given in zip(variables, self._labels):
            if variable.label is None and given is not None:
                variable.label = given
        args = put_together(self._arguments, iter(variables))
        label(dict(zip(self._parameters(len(args)), args)))

    def _parameters(self, count: int) -> list[str]:
        parameters: list[inspect.Parameter] = []
        with suppress(TypeError, ValueError):  # some built-in functions tell nothing
            signature = inspect.signature(self._choice.function)
            parameters = [*signature.parameters.values()]
        names = [p.name for p in parameters if p.kind is not p.VAR_POSITIONAL]
        rest = [p.name for p in parameters if p.kind is p.VAR_POSITIONAL] or ["x"]
        more = [f"{rest[0]}[{k}]" for k in range(count - len(names))]
        return [*names[:count], *more]


class Point:
    """What was recorded at some numbers."""

    def __init__(self, program: Program, recording: Recording) -> None:
        self._program = program
        self.arguments: list[Value] = recording.variables
        self.results: list[Value] = recording.results
        self.structure = recording.structure

    @cached_property
    def order(self) -> list[Value]:
        """The graph of the results in topological order."""
        return topological_order(*self.results)

    @property
    def values(self) -> list[float]:
        return [result._data for result in self.results]

    @property
    def variables(self) -> list[Value]:
        """What the results are differentiated by: in the order of the numbers.

        Then come what is fixed, so that nothing goes through it.
        """
        return [*self.arguments, *self._program.weights, *self._program.fixed]
