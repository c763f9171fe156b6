"""The gradient as a sum over paths, and why it is not computed as one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from autograd._engine import Value
from autograd.explanations.lit import draw_route
from autograd.explanations.recording import Graph, graph_of, log_of
from autograd.explanations.report import (
    Line,
    Report,
    added,
    agree,
    counted,
    demand_history,
    elided,
    plural,
)
from autograd.explanations.routes import Route, total, walked
from autograd.explanations.text import derivative, which
from autograd.pictures.drawn import Drawn
from autograd.text import number

# A machine that multiplies a billion times a second, and the seconds of a year
PER_SECOND, YEAR = 10**9, 31_556_952


@dataclass(frozen=True, repr=False)
class Paths(Report):
    """The paths from one value to another, and what each adds to the gradient.

    `routes` are the first of them, in the order in which they arrive in the backward
    pass; their variables are places in the graph's topological order. `count` is how
    many there are, exactly; `edges` how many edges they share, and `multiplications`
    what all of them cost when each is written out. `gradient` is the backward pass's.
    """

    routes: tuple[Route, ...]
    count: int
    edges: int
    multiplications: int
    gradient: float
    start: int
    graph: Graph = field(compare=False)

    def draw(self, number: int = 1) -> Drawn:
        """The graph with one path lit, of those in `routes`, numbered from 1.

        IndexError where there is no such path; errors as of `draw_route`.
        """
        count = len(self.routes)
        if type(number) is not int or not 1 <= number <= count:
            raise IndexError(f"draw({number!r}): there are paths 1 to {count}")
        everything = frozenset(range(len(self.graph.order)))
        log = log_of(self.graph, everything, (), checks=False)
        return draw_route(log, self.routes[number - 1], self.graph.digits)

    @property
    def total(self) -> float:
        """The sum over the paths in `routes`."""
        return total(self.routes)

    @property
    def is_whole(self) -> bool:
        """Whether `routes` holds all of the paths."""
        return len(self.routes) == self.count

    @cached_property
    def agrees(self) -> bool:
        """Whether the sum is the gradient, to rounding; False where paths are left out.

        Beyond the range of floats it may not be.
        """
        longest = max((len(route.partials) for route in self.routes), default=0)
        operations = 2 * longest + self.count + self.edges
        size = sum(abs(route.product) for route in self.routes)
        return self.is_whole and agree(self.total, self.gradient, size, operations)

    def _lines(self) -> Iterator[Line]:
        names = self.graph.names
        told = f"{plural(self.count, 'path')} from {names[self.start]} to {names[-1]}"
        told += f", the first {len(self.routes)} of them" * (not self.is_whole)
        yield Line(told)
        for i, route in enumerate(self.routes, 1):
            head = f"{i:>3}  "
            yield Line(head, self._way(route))
            yield Line(" " * len(head), self._product(route))
        yield Line("the sum over paths is the gradient")
        yield from self._sum()
        if self.multiplications > self.edges:
            yield Line("why nobody enumerates them")
            yield from self._work()

    def _way(self, route: Route) -> str:
        """The names on the way, and through which operand where that is not clear."""

        def shown(i: int) -> str:
            child = route.variables[i]
            name = self.graph.names[child]
            place = i and which(route.positions[i - 1], self.graph.operands[child])
            return f"{name} ({place})" if place else name

        return elided(range(len(route.variables)), shown, " → ")

    def _product(self, route: Route) -> str:
        """The local derivatives on the way, from the result down."""
        names, way = self.graph.names, route.variables[::-1]
        if len(way) == 1:
            return f"{derivative(names[-1], names[-1])} = 1"

        def name(i: int) -> str:
            return derivative(names[way[i]], names[way[i + 1]])

        factors = elided(range(len(way) - 1), name, " · ")
        numbers = elided(route.partials[::-1], self._number, " · ")
        product = self._number(route.product)
        last = f" = {product}" * (len(route.partials) > 1)
        return f"{factors} = {numbers}{last}"

    def _sum(self) -> Iterator[Line]:
        name = derivative(self.graph.names[-1], self.graph.names[self.start])
        gradient = f"{name} = {self._number(self.gradient)}"
        if not self.is_whole:
            yield Line("  ", f"{gradient} in the backward pass, of all the paths")
            return
        terms = [self._number(route.product) for route in self.routes]
        if len(terms) > 1:
            yield Line("  ", f"{added(terms)} = {self._number(self.total)}")
        if self.agrees:
            yield Line("  ", f"{gradient} in the backward pass: the same, to rounding")
            return
        told = (
            f"✗ {name} = {self.gradient!r} in the backward pass, {self.total!r} here:"
        )
        yield Line("  ", told)
        yield Line("  ", "numbers on the way leave the range of floats")

    def _work(self) -> Iterator[Line]:
        told = plural(self.multiplications, "multiplication")
        years = self.multiplications // (PER_SECOND * YEAR)
        if years:
            told += f": {plural(years, 'year')} at a billion a second"
        yield Line("  path by path   ", told)
        told = f"{counted(self.edges)}, one on each edge between them"
        yield Line("  backward pass  ", told)
        yield Line(
            "  ", "Where paths meet, it adds up what arrives first, and goes on once."
        )

    def _number(self, x: float) -> str:
        return number(x, self.graph.digits)


@dataclass(frozen=True)
class _Edge:
    child: int
    position: int
    local: float


def paths(y: Value, a: Value, *, limit: int = 20, digits: int = 4) -> Paths:
    """Every path from a to y, its product, and that their sum is the gradient.

    The product of a path is that of the local derivatives on it. Up to `limit` paths
    are listed; the others are counted, never walked. TypeError for what is not a Value;
    ValueError for a constant, and where y does not depend on a. No `.grad` is touched.

    >>> from autograd import Value, math
    >>> a, b, c = Value(0.5, label="a"), Value(-1.0, label="b"), Value(2.0, label="c")
    >>> e = a * b; e.label = "e"
    >>> d = e + c; d.label = "d"
    >>> f = d * a; f.label = "f"
    >>> L = math.tanh(f); L.label = "L"
    >>> paths(L, a)
    2 paths from a to L
      1  a → f → L
         ∂L/∂f · ∂f/∂a = 0.5966 · 1.5 = 0.8949
      2  a → e → d → f → L
         ∂L/∂f · ∂f/∂d · ∂d/∂e · ∂e/∂a = 0.5966 · 0.5 · 1 · -1 = -0.2983
    the sum over paths is the gradient
      0.8949 + (-0.2983) = 0.5966
      ∂L/∂a = 0.5966 in the backward pass: the same, to rounding
    why nobody enumerates them
      path by path   6 multiplications
      backward pass  5, one on each edge between them
      Where paths meet, it adds up what arrives first, and goes on once.
    """
    demand_history("paths", y, a)
    if type(limit) is not int or limit < 0:
        raise ValueError(
            f"paths(limit={limit!r}): limit is a number of paths, 0 or more"
        )
    graph = graph_of(y, digits)
    start = next((i for i, node in enumerate(graph.order) if node is a), None)
    if start is None:
        raise ValueError(f"paths(): there is no path: {y!r} does not depend on {a!r}")
    uses = _uses(graph, start)
    count, multiplications = _counts(graph, uses, start)
    return Paths(
        tuple(itertools.islice(walked(uses, {graph.root: 1.0}, start), limit)),
        count,
        sum(map(len, uses.values())),
        multiplications,
        graph.adjoints[start],
        start,
        graph,
    )


def _uses(graph: Graph, start: int) -> dict[int, list[_Edge]]:
    """The uses of each variable between, in the order of the backward pass."""
    uses: dict[int, list[_Edge]] = {start: []}
    for child in range(start + 1, graph.root + 1):
        if any(parent in uses for parent in graph.operands[child]):
            uses[child] = []
    for child in reversed(uses):
        partials = graph.order[child].partials
        for position, parent in enumerate(graph.operands[child]):
            if child != start and parent in uses:
                uses[parent].append(_Edge(child, position, partials[position]))
    return uses


def _counts(graph: Graph, uses: dict[int, list[_Edge]], start: int) -> tuple[int, int]:
    """How many paths there are, and how many edges all of them have together."""
    counts, lengths = {graph.root: 1}, {graph.root: 0}
    left = {i: sum(p in uses for p in graph.operands[i]) for i in uses}
    for i in reversed(uses):
        if i != graph.root:
            counts[i] = sum(counts[use.child] for use in uses[i])
            lengths[i] = sum(lengths[use.child] + counts[use.child] for use in uses[i])
        for use in uses[i]:  # a count may have thousands of digits: few are kept
            left[use.child] -= 1
            if not left[use.child]:
                del counts[use.child], lengths[use.child]
    return counts[start], lengths[start]
