"""The chain rule over a recorded graph, in both modes, over floats or over Values.

A sweep goes once over the nodes that depend on what is differentiated by. The local
derivatives are the numbers that were recorded, or, where a derivative shall be
differentiated again, the table's rules applied to the Values themselves: then the sweep
is recorded too. What a sweep does not reach has no entry: not 0.0, which an infinite
slope would make nan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from autograd.duals import times

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
    partials: Sequence[Any] = node._row.partials(
        Interpretation.math, node, *node._parents
    )
    return partials


def moving(order: Iterable[Node], variables: Iterable[Node]) -> list[Node]:
    """The nodes that depend on the variables, in order; the variables are not listed.

    >>> from autograd import Value, graph
    >>> a, b = Value(2.0), Value(3.0)
    >>> y = a * (b + 1)
    >>> [node.op for node in moving(graph.nodes(y), [a])]
    ['*']
    """
    moved = set(variables)
    found = []
    for node in order:
        if node not in moved and any([parent in moved for parent in node._parents]):
            moved.add(node)
            found.append(node)
    return found


def forward(
    order: Iterable[Node], tangents: dict[Node, Any], locals_of: Locals = recorded
) -> None:
    """Tangents of all nodes, from those of the variables: added to the dict.

    >>> from autograd import Value, graph
    >>> a, b = Value(2.0), Value(3.0)
    >>> y = a * b
    >>> tangents = {a: 1.0, b: 10.0}
    >>> forward(moving(graph.nodes(y), [a, b]), tangents)
    >>> tangents[y]
    23.0
    """
    for node in order:
        total = None
        for parent, local in zip(node._parents, locals_of(node)):
            tangent = tangents.get(parent)
            if tangent is not None:
                term = times(local, tangent)
                total = term if total is None else total + term
        if total is not None:
            tangents[node] = total


def reverse(
    order: Sequence[Node],
    adjoints: dict[Node, Any],
    moved: Collection[Node],
    locals_of: Locals = recorded,
) -> None:
    """Adjoints of all that moves, from those of the results: added to the dict.

    >>> from autograd import Value, graph
    >>> a, b = Value(2.0), Value(3.0)
    >>> y = a * b
    >>> adjoints = {y: 1.0}
    >>> reverse(moving(graph.nodes(y), [a, b]), adjoints, {a, b, y})
    >>> adjoints[a], adjoints[b]
    (3.0, 2.0)
    """
    for node in reversed(order):
        upstream = adjoints.get(node)
        if upstream is None:
            continue
        for parent, local in zip(node._parents, locals_of(node)):
            if parent in moved:
                term = times(local, upstream)
                earlier = adjoints.get(parent)
                adjoints[parent] = term if earlier is None else earlier + term
