"""A recorded graph as the linear map that it is near its numbers: the chain rule.

Forward and reverse mode are products with it from either side.

Local derivatives are the numbers that were recorded, or, where a derivative shall be
differentiated again, the table's rules applied to the Values themselves: then sweeps
over the map are recorded too. What a sweep does not reach has None: not 0.0, which an
infinite slope would make nan.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from autograd.duals import times
from autograd.observing import aside, observers, swept
from autograd.order import topological_order
from autograd.scopes import current
from autograd.watching import watched_by, watcher

Node = Any
Locals = Callable[[Node], Sequence[Any]]


class Interpretation:
    """Where rules over Values find their `math`: autograd.math, once it is imported."""

    math: Any = None


class Compiled:
    """The walk and the sweeps over floats in C, where the compiled engine is there."""

    module: Any = None


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


def differentiable_later(others: Iterable[Node]) -> Locals:
    """The same, whatever is assigned meanwhile to leaves among the other operands."""
    kept = {id(leaf): leaf * 1.0 for leaf in others if leaf.is_leaf}

    def locals_of(node: Node) -> Sequence[Any]:
        parents = [kept.get(id(parent), parent) for parent in node._parents]
        partials: Sequence[Any] = node._row.partials(
            Interpretation.math, node, *parents
        )
        return partials

    return locals_of


class Linearization:
    """The nodes between variables and results, numbered, and their local derivatives.

    The variables come first; then, in topological order, the nodes that depend on any
    of them. The operands of node `len(variables) + k` are numbers `starts[k]` up to
    `starts[k + 1]` of `places`, -1 where one does not move, and `locals` has the local
    derivatives by them. `others` are the operands that do not move and are no
    constants, and `unmoved` the results that do not: what else could be differentiated
    by.

    >>> from autograd import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> linear = Linearization([a, b], [a * b, a + 1.0])
    >>> linear.jvp([1.0, 10.0]), linear.vjp([1.0, 10.0])
    ([23.0, 1.0], [13.0, 2.0])
    """

    nodes: list[Node]
    starts: Sequence[int]
    places: Sequence[int]
    locals: Sequence[Any]
    others: list[Node]
    outputs: list[int]

    def __init__(
        self,
        variables: Sequence[Node],
        results: Sequence[Node],
        locals_of: Locals | None = recorded,
    ) -> None:
        self.variables = variables
        is_watched = watcher() is not None
        walk = (
            _between if is_watched or not Compiled.module else Compiled.module.between
        )
        found = walk([*variables], [*results])
        self.nodes, self.starts, self.places, self.locals, self.others, outputs = found
        self.outputs = outputs
        self.unmoved = [node for node, at in zip(results, outputs) if at < 0]
        if locals_of is not None:
            self.differentiate(locals_of)

    def differentiate(self, locals_of: Locals) -> None:
        """Take the local derivatives from there."""
        if locals_of is not recorded or not isinstance(self.locals, array):
            with aside():
                self.locals = [x for node in self.nodes for x in locals_of(node)]

    def jvp(self, tangents: Iterable[Any]) -> list[Any]:
        """Forward mode: the results' tangents, from those of the variables."""
        seeds = [*tangents]
        sweep = Compiled.module.forward if self._are_floats(seeds) else _forward
        if observers:
            every = [*range(len(self.variables) + len(self.nodes))]
            moved = swept("forward", self, sweep, seeds, every)
            return [None if place < 0 else moved[place] for place in self.outputs]
        found: list[Any] = sweep(*self._map(), seeds, self.outputs)
        return found

    def vjp(self, cotangents: Iterable[Any]) -> list[Any]:
        """Reverse mode: the variables' adjoints, from those of the results."""
        return self._reverse(cotangents, len(self.variables))

    def adjoints(self, cotangents: Iterable[Any]) -> list[Any]:
        """The adjoints of all numbered nodes, from those of the results."""
        return self._reverse(cotangents, len(self.variables) + len(self.nodes))

    def _reverse(self, cotangents: Iterable[Any], wanted: int) -> list[Any]:
        seeds: list[Any] = [None] * (len(self.variables) + len(self.nodes))
        for place, cotangent in zip(self.outputs, cotangents):
            if place >= 0 and cotangent is not None:
                _add(seeds, place, cotangent)
        sweep = Compiled.module.reverse if self._are_floats(seeds) else _reverse
        if observers:
            return swept("reverse", self, sweep, seeds, len(seeds))[:wanted]
        found: list[Any] = sweep(*self._map(), seeds, wanted)
        return found

    def _map(self) -> tuple[Sequence[int], Sequence[int], Sequence[Any]]:
        return self.starts, self.places, self.locals

    def _are_floats(self, seeds: list[Any]) -> bool:
        is_plain = Compiled.module is not None and isinstance(self.locals, array)
        return is_plain and all([x is None or type(x) is float for x in seeds])


def _between(variables: list[Node], results: list[Node]) -> tuple[Any, ...]:
    """The nodes, starts, places, no locals yet, the others, and the results' places."""
    nodes: list[Node] = []
    starts, places = [0], []
    others: dict[int, Node] = {}
    # by id: to a function that is being recorded two nodes may be the same number
    numbers = {id(node): k for k, node in enumerate(variables)}
    watching, outer = watcher(), current.get()
    with watched_by(None):
        order = topological_order(*results, placed=variables)
        if watching is not None:  # it has recorded what would be constants else
            quiet = [x for x in order if watching.is_quiet(x._scope, outer)]
            order = topological_order(*results, placed=[*variables, *quiet])
    for node in order:
        parents = node._parents
        found = [numbers.get(id(parent), -1) for parent in parents]
        if max(found, default=-1) < 0:
            continue
        numbers[id(node)] = len(numbers)
        nodes.append(node)
        places += found
        starts.append(len(places))
        for parent, place in zip(parents, found):
            if place < 0 and not parent._constant:
                others[id(parent)] = parent
    outputs = [numbers.get(id(node), -1) for node in results]
    return nodes, starts, places, [], [*others.values()], outputs


def _forward(
    starts: Sequence[int],
    places: Sequence[int],
    locals: Sequence[Any],
    tangents: list[Any],
    outputs: Sequence[int],
) -> list[Any]:
    moved = [*tangents]
    for start, stop in pairwise(starts):
        total = None
        for place, local in zip(places[start:stop], locals[start:stop]):
            tangent = moved[place] if place >= 0 else None
            if tangent is not None:
                term = times(local, tangent)
                total = term if total is None else total + term
        moved.append(total)
    return [None if place < 0 else moved[place] for place in outputs]


def _reverse(
    starts: Sequence[int],
    places: Sequence[int],
    locals: Sequence[Any],
    seeds: list[Any],
    wanted: int,
) -> list[Any]:
    found = [*seeds]
    node = len(found)
    for k in range(len(starts) - 2, -1, -1):
        node -= 1
        upstream = found[node]
        if upstream is not None:
            for at in range(starts[k], starts[k + 1]):
                if places[at] >= 0:
                    # the chain rule
                    _add(found, places[at], times(locals[at], upstream))
    return found[:wanted]


def _add(sums: list[Any], place: int, term: Any) -> None:
    earlier = sums[place]
    sums[place] = term if earlier is None else earlier + term
