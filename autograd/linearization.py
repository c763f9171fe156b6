"""A recorded graph as the linear map that it is near its numbers: the chain rule.

Forward and reverse mode are products with it from either side.

Local derivatives are the numbers that were recorded, or, where a derivative shall be
differentiated again, the table's rules applied to the Values themselves: then sweeps
over the map are recorded too. What a sweep does not reach has None: not 0.0, which an
infinite slope would make nan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.duals import times
from autograd.order import topological_order
from autograd.watching import watched_by

Node = Any
Locals = Callable[[Node], Sequence[Any]]


class Interpretation:
    """Where rules over Values find their `math`: autograd.math, once it is imported."""

    math: Any = None


def recorded(node: Node) -> Sequence[float]:
    """The local derivatives at the recorded numbers."""
    partials: Sequence[float] = node._partials
    return partials


def differentiable(node: Node) -> Sequence[Any]:
    """The local derivatives as Values, with graphs of their own."""
    # a constant as a number: an exponent, or the index of take, is not to be recorded
    operands = [x._data if x._constant else x for x in node._parents]
    partials: Sequence[Any] = node._row.partials(Interpretation.math, node, *operands)
    return partials


class Linearization:
    """The nodes between variables and results, numbered, and their local derivatives.

    The variables come first; then, in topological order, the nodes that depend on any
    of them. `operands[k]` are the operands of node `len(variables) + k` by their
    numbers, None where they do not move; `steps[k]` those that do, each with the local
    derivative by it. `others` are the operands that do not move and are no constants,
    and `unmoved` the results that do not: what else could be differentiated by.

    >>> from autograd import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> map = Linearization([a, b], [a * b, a + 1.0])
    >>> map.jvp([1.0, 10.0]), map.vjp([1.0, 10.0])
    ([23.0, 1.0], [13.0, 2.0])
    """

    def __init__(
        self,
        variables: Sequence[Node],
        results: Sequence[Node],
        locals_of: Locals | None = recorded,
    ) -> None:
        self.variables = variables
        self.nodes: list[Node] = []
        self.operands: list[list[int | None]] = []
        others: dict[int, Node] = {}
        # by id: to a function that is being recorded two nodes may be the same number
        numbers = {id(node): k for k, node in enumerate(variables)}
        with watched_by(None):
            order = topological_order(*results, placed=variables)
        for node in order:
            parents = node._parents
            places = [numbers.get(id(parent)) for parent in parents]
            fixed = places.count(None)
            if fixed == len(places):
                continue
            numbers[id(node)] = len(numbers)
            self.nodes.append(node)
            self.operands.append(places)
            if fixed:
                for parent, place in zip(parents, places):
                    if place is None and not parent._constant:
                        others[id(parent)] = parent
        self.others = [*others.values()]
        self.results = [numbers.get(id(node)) for node in results]
        self.unmoved = [node for node in results if id(node) not in numbers]
        if locals_of is not None:
            self.differentiate(locals_of)

    def differentiate(self, locals_of: Locals) -> None:
        """Take the local derivatives from there."""
        self.steps: list[list[tuple[int, Any]]] = [
            [(k, local) for k, local in zip(places, locals_of(node)) if k is not None]
            for node, places in zip(self.nodes, self.operands)
        ]

    def jvp(self, tangents: Iterable[Any]) -> list[Any]:
        """Forward mode: the results' tangents, from those of the variables."""
        moved = [*tangents]
        for step in self.steps:
            total = None
            for k, local in step:
                tangent = moved[k]
                if tangent is not None:
                    term = times(local, tangent)
                    total = term if total is None else total + term
            moved.append(total)
        return [None if k is None else moved[k] for k in self.results]

    def vjp(self, cotangents: Iterable[Any]) -> list[Any]:
        """Reverse mode: the variables' adjoints, from those of the results."""
        return self.adjoints(cotangents)[: len(self.variables)]

    def adjoints(self, cotangents: Iterable[Any]) -> list[Any]:
        """The adjoints of all numbered nodes, from those of the results."""
        found: list[Any] = [None] * (len(self.variables) + len(self.nodes))
        for place, cotangent in zip(self.results, cotangents):
            if place is not None and cotangent is not None:
                _add(found, place, cotangent)
        first = len(self.variables)
        for k in range(len(self.steps) - 1, -1, -1):
            upstream = found[first + k]
            if upstream is not None:
                for parent, local in self.steps[k]:
                    _add(found, parent, times(local, upstream))  # the chain rule
        return found


def _add(sums: list[Any], place: int, term: Any) -> None:
    earlier = sums[place]
    sums[place] = term if earlier is None else earlier + term
