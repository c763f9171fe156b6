"""The operations of a recorded graph, each a rule to be checked at the numbers it got.

What is asked is a derivative of any order along directions: of order 1 by the local
derivatives that were recorded, beyond by the rule over Values, differentiated. Beside
it stand differences of the order before: of the operation's value, or of its rule.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd._engine import Value, record
from autograd.checking.differences import (
    DIFFERS,
    EPSILON,
    ROUNDED,
    Comparison,
    compare,
    scattered,
)
from autograd.graph import is_outdated, primal
from autograd.linearization import Linearization, differentiable, recorded
from autograd.primitives import Primitive

# Operands up to which each is taken for itself, by order; of more all are moved at once
FEW = {1: 8, 2: 4, 3: 3}
# Operations that are checked at most, by order
MOST = {1: 20_000, 2: 1_000, 3: 100}

# How much each of the operands that move does so; None is not at all
Tangents = Sequence[float | None]


@dataclass(eq=False, slots=True)
class Operation:
    """A row at numbers; `count` operations of the graph do the same as `node`.

    `moving` are the positions of the operands that are no constants, and `edge` is the
    number that the first of these edges has in the graph.
    """

    node: Value
    row: Primitive
    operands: tuple[float, ...]
    partials: tuple[float, ...]
    moving: tuple[int, ...]
    edge: int
    count: int = 1

    def is_outdated(self) -> bool:
        """Whether the row gives another number by now than was recorded."""
        return is_outdated(self.node)

    def comparisons(self, order: int) -> Iterator[Finding]:
        """The derivatives of an order, by each choice of operands, and differences."""
        if len(self.moving) > FEW[order]:
            yield self._by_all(order)
        else:
            for positions in itertools.product(self.moving, repeat=order):
                yield self._by_each(positions)

    def other_rule(self) -> tuple[int, float] | None:
        """Where the rule says another number over Values than over floats, and that."""
        _, y = self._recorded(self.operands)
        slopes = differentiable(y)
        for k in self.moving:
            slope, partial = slopes[k], self.partials[k]
            number = slope._data if isinstance(slope, Value) else float(slope)
            is_near = abs(number - partial) <= ROUNDED * abs(partial)
            is_same = number == partial or (number != number and partial != partial)
            if not is_near and not is_same:
                return k, number
        return None

    def _by_each(self, positions: tuple[int, ...]) -> Finding:
        """By these operands, one after another: each moves alone."""
        directions = [
            [1.0 if k == position else None for k in self.moving]
            for position in positions
        ]
        last = positions[-1]

        def moved(x: float) -> float:
            there = [*self.operands]
            there[last] = x
            return self._beside(there, directions[:-1])

        rule = self._rule(directions)
        compared = compare(moved, self.operands[last], rule, self._noise(directions))
        return Finding(self, len(positions), positions, rule, compared)

    def _by_all(self, order: int) -> Finding:
        """Along random directions, all operands at once: one that is wrong shows."""
        found = self._along(self.moving, order)
        if order > 1 or found.comparison.verdict != DIFFERS:
            return found
        while len(part := found.positions) > 1:  # halve, to find which it is
            middle = len(part) // 2
            halves = (self._part(half) for half in (part[:middle], part[middle:]))
            wrong = (half for half in halves if half.comparison.verdict == DIFFERS)
            half = next(wrong, None)
            if half is None:
                break
            found = half
        return found

    def _part(self, positions: tuple[int, ...]) -> Finding:
        few = len(positions) == 1
        return self._by_each(positions) if few else self._along(positions, 1)

    def _along(self, positions: tuple[int, ...], order: int) -> Finding:
        scales = {k: abs(self.operands[k]) or 1.0 for k in positions}
        directions = []
        for seed in range(order):
            weights = dict(zip(scales, scattered(scales.values(), seed)))
            directions.append([weights.get(k) for k in self.moving])
        last = directions[-1]

        def moved(t: float) -> float:
            there = [*self.operands]
            for k, weight in zip(self.moving, last):
                if weight is not None:
                    there[k] += t * weight
            return self._beside(there, directions[:-1])

        rule = self._rule(directions)
        compared = compare(moved, 0.0, rule, self._noise(directions))
        return Finding(self, order, positions, rule, compared)

    def _noise(self, directions: Sequence[Tangents]) -> float:
        """A second derivative is of differences of slopes: they may have cancelled."""
        if len(directions) < 3:
            return 0.0
        is_gone = self._derivative(self.operands, directions[:-1]) == 0
        is_sum = len(self.moving) > FEW[len(directions)]
        return EPSILON * max(map(abs, self.partials)) if is_gone or is_sum else 0.0

    def _rule(self, directions: Sequence[Tangents]) -> float:
        """What the rule says where it was recorded."""
        if len(directions) > 1:
            return self._derivative(self.operands, directions)
        return self._sum(self.partials, directions[0])

    def _beside(
        self, operands: Sequence[float], directions: Sequence[Tangents]
    ) -> float:
        try:
            return self._derivative(operands, directions)
        except Exception:  # a user's own rule may refuse what lies beside
            return math.nan

    def _derivative(
        self, operands: Sequence[float], directions: Sequence[Tangents]
    ) -> float:
        """The derivative along these directions at these operands, by the rule.

        Along none it is the value.
        """
        if not directions:
            return primal(self.row, operands)
        if len(directions) == 1:
            return self._sum(self.row.at(*operands)[1], directions[0])
        leaves, slope = self._recorded(operands)
        *before, last = directions
        for tangents in before:
            [slope] = Linearization(leaves, [slope], differentiable).jvp(tangents)
            if not isinstance(slope, Value):
                return 0.0  # a plain number: flat
        [found] = Linearization(leaves, [slope], recorded).jvp(last)
        return found or 0.0

    def _recorded(self, operands: Sequence[float]) -> tuple[list[Value], Any]:
        leaves = {k: Value(operands[k]) for k in self.moving}
        given = [leaves.get(k, x) for k, x in enumerate(operands)]
        return [*leaves.values()], record(self.row, *given)

    def _sum(self, partials: Sequence[float], tangents: Tangents) -> float:
        terms = [
            partials[k] * tangent
            for k, tangent in zip(self.moving, tangents)
            if tangent is not None
        ]
        return terms[0] if len(terms) == 1 else sum(terms)


@dataclass(frozen=True)
class Finding:
    """A derivative of an operation, by the operands at some positions, and differences.

    It may be by more operands than its order says: then by all of them at once.
    """

    operation: Operation
    order: int
    positions: tuple[int, ...]
    rule: float
    comparison: Comparison

    @property
    def is_together(self) -> bool:
        return len(self.positions) > self.order

    @property
    def edges(self) -> int:
        """How many edges of the graph it says something about."""
        return self.operation.count * len(self.positions)


def operations(order: Sequence[Value]) -> tuple[list[Operation], int]:
    """The different operations of a graph in topological order, and its edges' number.

    >>> x = Value(3.0)
    >>> found, edges = operations([x, x * x, x * x])
    >>> [(op.row, op.operands, op.count) for op in found], edges
    ([(<primitive *>, (3.0, 3.0), 2)], 4)
    """
    found: dict[Any, Operation] = {}
    edges = 0
    for node in order:
        row, parents = node._row, node._parents
        moving = tuple([k for k, parent in enumerate(parents) if not parent._constant])
        if row is None or not moving:
            continue
        operands, partials = tuple([parent._data for parent in parents]), node._partials
        key = row, operands, partials, moving
        if key in found:
            found[key].count += 1
        else:
            found[key] = Operation(node, *key, edges + 1)
        edges += len(moving)
    return [*found.values()], edges


def selected(found: Sequence[Operation], most: int) -> list[Operation]:
    """At most so many, the same share of each row as far as there are as many.

    >>> x = Value(2.0)
    >>> found, _ = operations([x + k * 0.1 for k in range(9)] + [x.exp()])
    >>> [op.row for op in selected(found, 3)]
    [<primitive +>, <primitive +>, <primitive exp>]
    """
    if len(found) <= most:
        return [*found]
    rows: dict[Primitive, list[Operation]] = {}
    for operation in found:
        rows.setdefault(operation.row, []).append(operation)
    chosen: list[Operation] = []
    waiting = sorted(rows.values(), key=len)
    for k, alike in enumerate(waiting):
        share = max(1, (most - len(chosen)) // (len(waiting) - k))
        count = min(share, len(alike))
        chosen += [alike[i * len(alike) // count] for i in range(count)]
    return sorted(chosen, key=lambda operation: operation.edge)
