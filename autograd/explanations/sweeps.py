"""Sweeps of forward and of reverse mode over one graph, and what all of them cost.

Only an edge that can carry something is multiplied with: its parent depends on an
input, and its child leads to an output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd._engine import Value
from autograd.order import topological_order


@dataclass(frozen=True)
class Cost:
    """So many sweeps, and the multiplications and additions of all of them."""

    sweeps: int
    multiplications: int
    additions: int

    @property
    def operations(self) -> int:
        return self.multiplications + self.additions


@dataclass(frozen=True)
class Sweep:
    """Derivatives by one input, or of one output, for all variables.

    `source` is that input or output, `reached` what a product arrived at. `sizes` are
    the sums with all signs taken away, which measures what rounding can do; `cost` is
    what was really done.
    """

    source: int
    reached: frozenset[int]
    numbers: tuple[float, ...]
    sizes: tuple[float, ...]
    cost: Cost


class Web:
    """The variables of a graph, parents before children, and the edges that carry.

    An edge stands at both of its ends: with the child as (parent, local derivative),
    with the parent as (child, local derivative), the last child first.
    """

    def __init__(self, outputs: Sequence[Value], wrt: Sequence[Value]) -> None:
        self.order = topological_order(*outputs)
        index = {node: i for i, node in enumerate(self.order)}
        self.operands = [tuple(index[p] for p in node.parents) for node in self.order]
        for node in wrt:
            if node not in index:
                raise ValueError(f"modes(wrt): no output depends on {node!r}")
        leaves = [n for n in self.order if n.is_leaf and not n.is_constant]
        self.inputs = tuple(index[node] for node in wrt or leaves)
        self.outputs = tuple(index[node] for node in outputs)
        self.below: list[list[tuple[int, float]]] = [[] for _ in self.order]
        self.above: list[list[tuple[int, float]]] = [[] for _ in self.order]
        # whether it depends on an input
        self.varies = [False] * len(self.order)
        for i in self.inputs:
            self.varies[i] = True
        for child, node in enumerate(self.order):
            for parent, local in zip(self.operands[child], node.partials):
                if self.varies[parent]:
                    self.varies[child] = True
                    self.below[child].append((parent, local))
        for child in range(len(self.order) - 1, -1, -1):
            for parent, local in self.below[child]:
                self.above[parent].append((child, local))
        self.edges = sum(map(len, self.below))

    def forward(self, source: int) -> Sweep:
        """The tangents of all variables: their derivatives by one input."""
        return _swept(range(source, len(self.order)), self.below, source)

    def reverse(self, source: int) -> Sweep:
        """The adjoints of all variables: the derivatives of one output by them."""
        return _swept(range(source, -1, -1), self.above, source)

    def forward_cost(self) -> Cost:
        """What a sweep from each input costs, counted without making one."""
        return _cost(range(len(self.order)), self.below, self.inputs)

    def reverse_cost(self) -> Cost:
        """What a sweep from each output costs, counted without making one."""
        return _cost(range(len(self.order) - 1, -1, -1), self.above, self.outputs)


def _swept(
    order: range, incoming: Sequence[Sequence[tuple[int, float]]], source: int
) -> Sweep:
    numbers, sizes = [0.0] * len(incoming), [0.0] * len(incoming)
    numbers[source] = sizes[source] = 1.0
    reached = {source}
    multiplications = additions = 0
    for i in order[1:]:
        terms = 0
        for neighbour, local in incoming[i]:
            if neighbour in reached:
                numbers[i] += numbers[neighbour] * local
                sizes[i] += sizes[neighbour] * abs(local)
                terms += 1
        if terms:
            reached.add(i)
            multiplications += terms
            additions += terms - 1
    cost = Cost(1, multiplications, additions)
    return Sweep(source, frozenset(reached), tuple(numbers), tuple(sizes), cost)


def _cost(
    order: Iterable[int],
    incoming: Sequence[Sequence[tuple[int, float]]],
    sources: Sequence[int],
) -> Cost:
    """A bit for each source that reaches a variable: each is a product in its sweep."""
    own = {source: bit for bit, source in enumerate(sources)}
    left = [0] * len(incoming)
    for neighbours in incoming:
        for neighbour, _ in neighbours:
            left[neighbour] += 1
    reached: dict[int, tuple[int, int]] = {}  # the bits, and how many they are
    multiplications = additions = 0
    for i in order:
        arriving = count = terms = 0
        for neighbour, _ in incoming[i]:
            bits, ones = reached.get(neighbour, (0, 0))
            left[neighbour] -= 1
            if not left[neighbour]:  # as many bits as sources: few are kept
                reached.pop(neighbour, None)
            terms += ones
            if not arriving:
                arriving, count = bits, ones
            elif bits != arriving:
                arriving |= bits
                count = arriving.bit_count()
        multiplications += terms
        additions += terms - count
        if left[i]:
            if i in own:
                arriving, count = arriving | 1 << own[i], count + 1
            if arriving:
                reached[i] = arriving, count
    return Cost(len(sources), multiplications, additions)
