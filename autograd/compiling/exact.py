"""Exact tapes: the engine's own operations in the engine's own order.

Gradients are sums, and a sum's last bits depend on the order of its terms: the reverse
of the topological order in which the engine visits the graph.
"""

from __future__ import annotations

from typing import Any

from autograd.compiling.tape import CODES, CONSTANT, STOP, Tape

DIV, SUM, MEAN = CODES["/"], CODES["sum"], CODES["mean"]


def in_engine_order(tape: Tape) -> Tape:
    """The tape as `backward()` walks the graph; each mean as a sum and a quotient.

    The engine does not look behind a STOP. What is needed there sooner than its turn
    comes is computed twice: first for the STOP, and when its turn has come.
    """
    writer = Writer(tape)
    for i in visited(tape):
        writer.known[i] = writer.place(i, writer.operands(i))
    moved = [0] * len(tape)
    for i in (*tape.outputs, *[x for g in tape.guards for x in (g.a, g.b)]):
        moved[i] = writer.early(i)
    out = Tape.of(writer.numbers)
    constants = [*tape.constants, *writer.counts]
    return tape.with_numbers(out.ops, out.starts, out.args, moved, constants)


def visited(tape: Tape) -> list[int]:
    """The numbers that the engine visits, in its order."""
    order: list[int] = []
    seen = bytearray(len(tape))
    stack: list[int] = [*reversed(tape.outputs)]
    while stack:
        i = stack.pop()
        if i < 0:  # every operand is placed
            order.append(~i)
        elif not seen[i]:
            seen[i] = 1
            if tape.ops[i] > 0:
                stack.append(~i)
                stack.extend(reversed(tape.operands(i)))
            elif tape.ops[i] != STOP:
                order.append(i)
    return order


class Writer:
    """The new tape, and where the old one's numbers stand on it."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.numbers: list[tuple[int, Any]] = []
        self.counts: list[float] = []  # of what means are taken
        self.known: dict[int, int] = {}
        self.copies: dict[int, int] = {}  # computed before their turn
        for i, op in enumerate(tape.ops):
            if op < 0 and op != STOP:
                self.known[i] = self.place(i, tape.operands(i))

    def place(self, i: int, operands: Any) -> int:
        op = self.tape.ops[i]
        if op < 0 and op != STOP and i in self.known:
            return self.known[i]
        if op == MEAN:
            self.counts.append(float(len(operands)))
            constant = len(self.tape.constants) + len(self.counts) - 1
            self.numbers += [(SUM, operands), (CONSTANT, [constant])]
            op, operands = DIV, [len(self.numbers) - 2, len(self.numbers) - 1]
        self.numbers.append((op, operands))
        return len(self.numbers) - 1

    def operands(self, i: int) -> list[int]:
        if self.tape.ops[i] < 0:
            return []
        return [
            self.early(a) if self.tape.ops[a] == STOP else self.known[a]
            for a in self.tape.operands(i)
        ]

    def early(self, root: int) -> int:
        """Where a number stands, computed now if it is not there yet."""
        stack = [root]
        while stack:
            i = stack.pop()
            if i < 0:
                operands = [self._found(a) for a in self.tape.operands(~i)]
                self.copies[~i] = self.place(~i, operands)
            elif i not in self.known and i not in self.copies:
                stack.append(~i)
                stack.extend(reversed(self.tape.operands(i)))
        return self._found(root)

    def _found(self, i: int) -> int:
        return self.known[i] if i in self.known else self.copies[i]
