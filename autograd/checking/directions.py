"""A function as a whole, along directions: the graph's derivatives and differences.

This sees what no operation for itself can tell: that the graph has less than the
function computes. Of a higher order are derivatives of gradients, reverse over reverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd._engine import Value
from autograd.checking.differences import (
    DIFFERS,
    EPSILON,
    TINIEST,
    Comparison,
    compare,
    scattered,
)
from autograd.checking.program import Point, Program
from autograd.linearization import Linearization, differentiable, recorded

# One by one are moved so many inputs; and as long as all calls record so many nodes
FEW, NODES = 16, 200_000
CALLS = 20, 2_000_000  # of the function along a direction: so many, or of so many nodes
LARGE = 1e60  # so that the fourth power is a float
GROWTH = 6  # so many times as large is the graph of a gradient, at most


@dataclass(frozen=True)
class Direction:
    """Where the inputs move to, as x goes away from `start`: weights * (x - start).

    `input` is the one that moves alone, or None.
    """

    weights: tuple[float, ...]
    start: float = 0.0
    input: int | None = None

    def moved(self, numbers: Sequence[float], x: float) -> list[float]:
        if self.input is None:
            return [a + x * weight for a, weight in zip(numbers, self.weights)]
        there = [*numbers]
        there[self.input] = x
        return there

    def tangents(self, point: Point) -> list[float | None]:
        """As seeds of a sweep: what does not move has none."""
        fixed = [0.0] * (len(point.variables) - len(self.weights))
        return [weight or None for weight in (*self.weights, *fixed)]


@dataclass(frozen=True)
class Derivative:
    """A derivative of one of the results along a direction, and differences.

    From the second order on it is a sum of all results, each with a weight, whose
    derivatives are taken; then `result` is None.
    """

    order: int
    direction: Direction
    result: int | None
    graph: float
    comparison: Comparison


class Whole:
    """The derivatives of a program at numbers."""

    def __init__(
        self, program: Program, numbers: Sequence[float], point: Point
    ) -> None:
        self.program, self.numbers, self.point = program, numbers, point
        self.linear = Linearization(point.variables, point.results)

    def modes(self) -> tuple[float, float, float]:
        """<u, J v> by forward mode, <J^T u, v> by reverse mode, and what rounds off.

        Both are the same sum over the paths of the graph.
        """
        v = self._random(3).tangents(self.point)
        u = self._weights(4)
        forward = _dot(u, self.linear.jvp(v))
        backward = _dot(v, self.linear.vjp(u))
        size = Linearization(self.point.variables, self.point.results, _sizes)
        total = _dot(map(abs, u), size.jvp([x and abs(x) for x in v]))
        places = 10 + len(self.linear.places)
        return forward, backward, places * (EPSILON * total + TINIEST)

    def derivatives(self, order: int) -> Iterator[Derivative]:
        """Those of an order, along some directions."""
        if order == 1:
            for direction in self._directions(1):
                yield from self._first(direction, range(len(self.point.results)))
        else:
            alike = [1.0] * len(self.numbers)
            before = [Direction(tuple(scattered(alike, k))) for k in range(order - 1)]
            for direction in self._directions(order):
                yield self._higher([*before, direction])

    def objection(self, order: int) -> str:
        """Why derivatives of this order are not compared, if so."""
        if order == 1:
            return ""
        count = len(self.point.order)
        if count * GROWTH ** (order - 1) > NODES:
            return f"its graph has {count} nodes, and that of a gradient far more"
        for x in self.numbers:
            if x and not 1 / LARGE < abs(x) < LARGE:
                return f"{x!r} is among its inputs, and its powers are beyond floats"
        return ""

    def culprit(self, found: Derivative) -> Derivative:
        """Of a wrong derivative by all inputs the part by one of them, by halving."""
        part = range(len(self.numbers))
        while found.result is not None and len(part) > 1:
            middle = len(part) // 2
            for half in (part[:middle], part[middle:]):
                direction = self._within(found.direction, half)
                [again] = self._first(direction, [found.result])
                if again.comparison.verdict == DIFFERS:
                    found, part = again, half
                    break
            else:
                break
        return found

    def _directions(self, order: int) -> list[Direction]:
        count = len(self.numbers)
        several = [self._random(5), self._random(6, 1.0)] if count > 1 else []
        cost = count * len(self.point.order) * GROWTH ** (order - 1)
        if count == 1 or (count <= FEW and cost <= NODES):
            return [*map(self._by, range(count)), *several]
        return several

    def _by(self, k: int) -> Direction:
        """The one input alone."""
        weights = tuple([float(i == k) for i in range(len(self.numbers))])
        return Direction(weights, self.numbers[k], k)

    def _within(self, direction: Direction, inputs: range) -> Direction:
        if len(inputs) == 1:
            return self._by(inputs[0])
        weights = [w if k in inputs else 0.0 for k, w in enumerate(direction.weights)]
        return Direction(tuple(weights))

    def _random(self, seed: int, least: float = 0.0) -> Direction:
        """All inputs at once, each by as much as it is large, or at least so much."""
        scales = [max(abs(x), least) or 1.0 for x in self.numbers]
        return Direction(tuple(scattered(scales, seed)))

    def _weights(self, seed: int) -> list[float]:
        return scattered([1.0] * len(self.point.results), seed)

    def _first(
        self, direction: Direction, results: Iterable[int]
    ) -> Iterator[Derivative]:
        tangents = self.linear.jvp(direction.tangents(self.point))
        seen: dict[float, list[float]] = {}
        most = max(CALLS[0], CALLS[1] // len(self.point.order))

        def values(x: float) -> list[float]:
            if x not in seen:
                if len(seen) >= most:
                    return []
                try:
                    with self.program.at(direction.moved(self.numbers, x)) as point:
                        seen[x] = point.values
                except Exception:  # the function may refuse what lies beside
                    seen[x] = []
            return seen[x]

        for k in results:

            def value(x: float, k: int = k) -> float:
                there = values(x)
                return there[k] if k < len(there) else float("nan")

            graph = tangents[k] or 0.0
            told = compare(value, direction.start, graph)
            yield Derivative(1, direction, k, graph, told)

    def _higher(self, directions: Sequence[Direction]) -> Derivative:
        *before, last = directions
        slope = self._slope(self.point, before)
        graph = 0.0
        if isinstance(slope, Value):
            linear = Linearization(self.point.variables, [slope], recorded)
            graph = linear.jvp(last.tangents(self.point))[0] or 0.0

        def value(x: float) -> float:
            try:
                with self.program.at(last.moved(self.numbers, x)) as point:
                    return _number(self._slope(point, before))
            except Exception:  # the function may refuse what lies beside
                return float("nan")

        told = compare(value, last.start, graph, EPSILON * self._steepness())
        return Derivative(len(directions), last, None, graph, told)

    def _steepness(self) -> float:
        """What may have cancelled in derivatives of the gradient."""
        gradient = self.linear.vjp(self._weights(4))
        return float(sum([abs(slope) for slope in gradient if slope is not None]))

    def _slope(self, point: Point, directions: Sequence[Direction]) -> Any:
        """The results' weighted sum, differentiated along directions by gradients."""
        weights = self._weights(4)
        slope: Any = sum([w * result for w, result in zip(weights, point.results)])
        for direction in directions:
            if not isinstance(slope, Value):
                return 0.0
            linear = Linearization(point.variables, [slope], differentiable)
            gradient = linear.vjp([1.0])
            slope = _dot(direction.tangents(point), gradient)
        return slope


def _sizes(node: Value) -> list[float]:
    return [abs(partial) for partial in node._partials]


def _number(x: Any) -> float:
    return x._data if isinstance(x, Value) else float(x)


def _dot(xs: Iterable[Any], ys: Iterable[Any]) -> Any:
    return sum([x * y for x, y in zip(xs, ys) if x is not None and y is not None])
