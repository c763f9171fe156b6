"""A part of a graph: what a function recorded, from the Values outside to its results.

It stands for one node of the graph outside, or a few, and can be evaluated again in any
interpretation of the table: over floats, Values, duals, power series.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

from autograd._engine import Scope, Value
from autograd.compiling.structure import results as results_of
from autograd.duals import at
from autograd.extensions import Extension
from autograd.functions import compute
from autograd.linearization import Interpretation, Linearization
from autograd.primitives import ROWS, Primitive
from autograd.scopes import NO_GRAD, current

Rule = Callable[..., Any]


class Segment:
    """One call of a function: its results, and what they were computed from."""

    def __init__(self, name: str, call: Callable[[], Any], refusal: str) -> None:
        self.results: list[Any] = []
        with _recording_in(name) as self.scope:
            self.structure = results_of(call(), self.results, refusal, arrays=True)

    def frontier(
        self, variables: Sequence[Value] | None = None, also: Iterable[Any] = ()
    ) -> list[Value]:
        """The Values outside that the results depend on, in the order they are met.

        With variables, it is what they depend on besides these; without, leaves that
        the call made are there, too: it may have made the weights that it keeps. Only
        what the call recorded is walked, so that a long history outside costs nothing:
        it is known by its scope.
        """
        inside: dict[Scope | None, bool] = {self.scope: True, None: False}
        found: list[Value] = []
        seen = set(variables or ())
        stack = [x for x in (*self.results, *also) if isinstance(x, Value)][::-1]
        while stack:
            node = stack.pop()
            if node in seen or node._constant:
                continue
            seen.add(node)
            if not _is_inside(node._scope, inside):
                found.append(node)
            elif node._row is not None:
                stack.extend(node._parents[::-1])
            elif variables is None:
                found.append(node)
        return found


@contextmanager
def _recording_in(name: str) -> Iterator[Scope]:
    """Record, even under no_grad(), in a scope of its own."""
    outer = current.get()
    scope = Scope(name, None if outer is NO_GRAD else outer)
    token = current.set(scope)
    try:
        yield scope
    finally:
        current.reset(token)


def _is_inside(scope: Scope | None, inside: dict[Scope | None, bool]) -> bool:
    chain = []
    while scope not in inside:
        chain.append(scope)
        scope = None if scope is None else scope.parent
    inside.update(dict.fromkeys(chain, inside[scope]))
    return inside[scope]


class Evaluation(NamedTuple):
    """Numbers of a segment: all that its linear map counts, and the results."""

    numbers: list[Any]
    results: list[Any]
    linear: Linearization


def evaluated(
    math: Any,
    inputs: Sequence[Value],
    operands: Iterable[Any],
    results: Sequence[Value],
) -> Evaluation:
    """What was recorded between inputs and results, at other numbers, of any kind.

    Branches are those that were taken when it was recorded.

    >>> from autograd import Value, floats
    >>> x = Value(2.0)
    >>> again = evaluated(floats, [x], [3.0], [x * x])
    >>> again.results, again.linear.vjp([1.0])
    ([9.0], [6.0])
    """
    linear = Linearization(inputs, results, None)
    numbers = [*operands]
    locals_of: dict[Value, Sequence[Any]] = {}
    over_values = math is Interpretation.math
    for node, (start, stop) in zip(linear.nodes, pairwise(linear.starts)):
        fixed = node._parents
        if not over_values:
            fixed = [parent._data for parent in fixed]
        places = linear.places[start:stop]
        xs = [x if k < 0 else numbers[k] for k, x in zip(places, fixed)]
        number, locals_of[node] = _differentiated(math, node._row, *xs)
        numbers.append(number)
    linear.differentiate(locals_of.__getitem__)
    found = [
        result._data if place < 0 else numbers[place]
        for place, result in zip(linear.outputs, results)
    ]
    return Evaluation(numbers, found, linear)


def as_recorded(inputs: Sequence[Value], results: Sequence[Value]) -> Evaluation:
    """The same at the recorded numbers."""
    linear = Linearization(inputs, results)
    numbers = [node._data for node in (*inputs, *linear.nodes)]
    return Evaluation(numbers, [x._data for x in results], linear)


def applied(math: Any, row: Primitive, *operands: Any) -> Any:
    """A row's value; over Values it is recorded as one node."""
    if math is Interpretation.math:
        return compute(row, *operands)
    if isinstance(math, Extension):
        return math.apply(row, *operands)
    return row.forward(math, *operands)


def _differentiated(
    math: Any, row: Primitive, *operands: Any
) -> tuple[Any, Sequence[Any]]:
    """The value and the local derivatives."""
    if math is not Interpretation.math:
        return at(math, row, *operands)
    out = compute(row, *operands)
    return out, row.partials(math, out, *operands)


def bits(numbers: Iterable[float]) -> bytes:
    """By what floats are compared where nan is nan, and -0 is not 0."""
    return array("d", numbers).tobytes()


def unit(i: int, count: int) -> list[float | None]:
    """A unit vector; None stands for 0."""
    return [1.0 if k == i else None for k in range(count)]


def are_floats(operands: Iterable[Any]) -> bool:
    return all([isinstance(x, float) for x in operands])


def own_row(
    operator: str,
    forward: Rule,
    partials: Rule,
    rule: str,
    name: str = "",
    index: str = "",
) -> Primitive:
    """A row for one node: it belongs to one call, and no table has it."""
    shown = name if name.isidentifier() else operator
    return Primitive(
        operator,
        forward,
        partials,
        samples=(),
        doc="",
        example=("", 0.0),
        textbook=_no_formula,
        symbol=f"{operator} {name}" if name.isidentifier() else operator,
        text=f"{shown}({{all}}){index}",
        arity=None,
        parameters=("xs",),
        method=False,
        rule=rule,
    )


def _no_formula(*operands: Any) -> Any:
    raise TypeError("it is computed, and has no formula")


def announce(operator: str, rule: str) -> None:
    """Let the operator be known by name, to explanations and to graphs read back."""

    def gone(math: Any, *operands: Any) -> Any:
        raise TypeError(
            f"{operator}: the function behind it was not kept, so that there are no "
            "higher derivatives, and none at other numbers: compute the graph again"
        )

    ROWS[operator] = own_row(operator, gone, gone, rule)
