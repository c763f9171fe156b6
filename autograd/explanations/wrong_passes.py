"""The backward pass as learners write it when it goes wrong, over plain numbers.

Each pass is a few lines, like the right one, and gives a gradient for each value. None
recurses: what recursion would visit is counted, and followed only as far as is quick.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import cached_property

from autograd.explanations.recording import Graph

# Recursion without an order is followed for so many visits a value, and some more
A_VALUE, AT_LEAST = 2, 10_000

# By value; None for what is constant or was not followed
Gradients = list[float | None]


class Tape:
    """What a backward pass needs: the values from the result down, and their operands.

    An operand is its place, its position and the local derivative; constants take no
    part. `uses` holds the children of each value, in the order of the backward pass.
    """

    def __init__(self, graph: Graph) -> None:
        order = graph.order
        self.names, self.right, self.root = graph.names, graph.adjoints, graph.root
        self.operations = [node.op for node in order]
        self.operands = [
            [
                (parent, position, local)
                for position, (parent, local) in enumerate(zip(parents, node.partials))
                if not order[parent].is_constant
            ]
            for parents, node in zip(graph.operands, order)
        ]
        self.values = [i for i in range(self.root, -1, -1) if not order[i].is_constant]
        self.uses: list[list[int]] = [[] for _ in order]
        for child in self.values:
            for parent, _, _ in self.operands[child]:
                self.uses[parent].append(child)

    def seeded(self) -> list[float]:
        grads = [0.0] * len(self.names)
        grads[self.root] = 1.0
        return grads

    @cached_property
    def sizes(self) -> list[float]:
        """What arrives at each value with all signs taken away: rounding's measure."""
        sizes = self.seeded()
        for node in self.values:
            for parent, _, local in self.operands[node]:
                sizes[parent] += sizes[node] * abs(local)
        return sizes

    @cached_property
    def visits(self) -> int:
        """How often recursion would visit a value: as often as there are paths."""
        return self._counted[0]

    @cached_property
    def followed(self) -> list[int]:
        """The visits of each value; 0 from where on there are too many to follow."""
        return self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, list[int]]:
        limit = AT_LEAST + A_VALUE * len(self.values)
        total, followed = 0, [0] * len(self.names)
        counts = {self.root: 1}
        for node in self.values:
            count = counts.pop(node)  # it may have thousands of digits
            total += count
            if total <= limit:
                followed[node] = count
            for parent, _, _ in self.operands[node]:
                counts[parent] = counts.get(parent, 0) + count
        return total, followed

    @cached_property
    def queue(self) -> list[int]:
        """The values in the order of a queue which each enters at its first use."""
        order, seen, waiting = [], {self.root}, deque([self.root])
        while waiting:
            node = waiting.popleft()
            order.append(node)
            for parent, _, _ in self.operands[node]:
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return order

    @cached_property
    def early(self) -> dict[int, int]:
        """What a queue lets send before one of its uses has, and that use."""
        place = {node: i for i, node in enumerate(self.queue)}
        return {
            node: max(self.uses[node], key=place.__getitem__)
            for node in self.values
            if self.operands[node]
            and any(place[use] > place[node] for use in self.uses[node])
        }

    def in_order(self, order: Iterable[int]) -> list[float]:
        """The right pass, were it the right order."""
        grads = self.seeded()
        for node in order:
            for parent, _, local in self.operands[node]:
                grads[parent] += grads[node] * local
        return grads


def assigned(tape: Tape) -> Gradients:
    """A contribution replaces the earlier ones."""
    grads = tape.seeded()
    for node in tape.values:
        for parent, _, local in tape.operands[node]:
            grads[parent] = grads[node] * local
    return [*grads]


def sent_again(tape: Tape) -> Gradients:
    """Recursion from the result; at each visit a value sends all that it holds."""
    grads = tape.seeded()
    stack = [(tape.root, iter(tape.operands[tape.root]))]
    while stack:
        node, operands = stack[-1]
        parent, _, local = next(operands, (None, 0, 0.0))
        if parent is None:
            stack.pop()
        elif tape.followed[parent]:
            grads[parent] += grads[node] * local
            stack.append((parent, iter(tape.operands[parent])))
    return [grad if tape.followed[i] else None for i, grad in enumerate(grads)]


def carried(tape: Tape) -> Gradients:
    """Recursion that hands each contribution down: right, one path at a time."""
    return [*tape.right]


def queued(tape: Tape) -> Gradients:
    """A value sends when it was first reached, though more may arrive."""
    return [*tape.in_order(tape.queue)]


def passed_twice(tape: Tape) -> Gradients:
    """A second pass adds to the leaves what the first left there."""
    return [
        grad if operation else grad + grad
        for grad, operation in zip(tape.right, tape.operations)
    ]


def piled_up(tape: Tape) -> Gradients:
    """A second pass adds to all but the result, and sends the sums on."""
    grads = tape.in_order(tape.values)
    for node in tape.values:
        for parent, _, local in tape.operands[node]:
            grads[parent] += grads[node] * local
    return [*grads]


def is_turned(operation: str, position: int) -> bool:
    """Whether the operation turns the sign of this operand."""
    return (operation, position) in (("-", 1), ("neg", 0))


def unsigned(tape: Tape) -> Gradients:
    """What is subtracted gets the gradient of what is added."""
    grads = tape.seeded()
    for node in tape.values:
        for parent, position, local in tape.operands[node]:
            turned = is_turned(tape.operations[node], position)
            grads[parent] += grads[node] * (1.0 if turned else local)
    return [*grads]


def first_use_only(tape: Tape) -> Gradients:
    """The first contribution stays, later ones are dropped."""
    grads, seen = tape.seeded(), set()
    for node in tape.values:
        for parent, _, local in tape.operands[node]:
            if parent not in seen:
                seen.add(parent)
                grads[parent] += grads[node] * local
    return [*grads]


def first_operand_only(tape: Tape) -> Gradients:
    """Of an operation's operands the first gets its gradient, the others nothing."""
    grads = tape.seeded()
    for node in tape.values:
        for parent, _, local in tape.operands[node][:1]:
            grads[parent] += grads[node] * local
    return [*grads]


def local_only(tape: Tape) -> Gradients:
    """The local derivative alone, without what comes from above."""
    grads = tape.seeded()
    for node in tape.values:
        for parent, _, local in tape.operands[node]:
            grads[parent] += local
    return [*grads]
