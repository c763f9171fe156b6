# cython: annotation_typing=False
"""Reroll: sums of products become dot products again, and long sums one operation.

A scalar program spells a dot product as a chain of + and *. Here the chains are found:
terms that are products used nowhere else become a `dot`, and what else is added its
last operand; other chains of three terms and more become a `sum`. Squares, products
with constants and other products are kept apart: each kind lies in memory in its own
way.
"""

from __future__ import annotations

from array import array
from typing import Any

from autograd.compiling.tape import CODES, CONSTANT, STOP, Tape, ints

ADD, MUL, SQUARE = CODES["+"], CODES["*"], CODES["square"]
SUM, DOT = CODES["sum"], CODES["dot"]

Factors = tuple[list[int], list[int]]  # of products: the left ones, the right ones


def reroll(tape: Tape) -> Tape:
    """The tape with its sums of products as `dot`, its long sums as `sum`."""
    chains = Chains(tape)
    for i in range(len(tape) - 1, -1, -1):
        chains.look_at(i)
    return chains.rewritten()


class Chains:
    """The sums that were found, by the number of their result."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.ops, self.starts, self.args = tape.ops, tape.starts, tape.args
        count = len(tape)
        self.absorbed = bytearray(count)
        self.uses = array("i", bytes(4 * count))
        self.found: dict[int, tuple[list[Factors], list[int]]] = {}
        self.count_uses()

    def count_uses(self) -> None:
        ops, starts, args, uses = self.ops, self.starts, self.args, self.uses
        for i in range(len(ops)):
            if ops[i] > 0 or ops[i] == STOP:
                for k in range(starts[i], starts[i + 1]):
                    uses[args[k]] += 1
        for i in self.tape.outputs:
            uses[i] += 1
        for guard in self.tape.guards:
            uses[guard.a] += 1
            uses[guard.b] += 1

    def look_at(self, i: int) -> None:
        """Whether a sum ends at this number, and of what."""
        ops, starts, args = self.ops, self.starts, self.args
        if self.absorbed[i] or ops[i] not in (ADD, SUM):
            return
        if ops[i] == ADD and not self.may_go_on(i):
            return
        inner: list[int] = []
        terms = self.terms_of(i, inner)
        squares: Factors = [], []
        weighted: Factors = [], []
        general: Factors = [], []
        products: list[int] = []
        others: list[int] = []
        for t in terms:
            op = ops[t] if self.uses[t] == 1 else 0
            start = starts[t]
            if op == MUL:
                x, y = args[start], args[start + 1]
                if ops[y] == CONSTANT:
                    x, y = y, x
                kind = weighted if ops[x] == CONSTANT else general
                kind[0].append(x)
                kind[1].append(y)
            elif op == SQUARE:
                squares[0].append(args[start])
                squares[1].append(args[start])
            elif op == DOT and (starts[t + 1] - start) % 2 == 0:
                half = (starts[t + 1] - start) // 2
                general[0].extend(args[start : start + half])
                general[1].extend(args[start + half : start + 2 * half])
            else:
                others.append(t)
                continue
            products.append(t)
        kinds = [kind for kind in (squares, weighted, general) if kind[0]]
        if sum([len(kind[0]) for kind in kinds]) >= 2:
            self.found[i] = kinds, others
            inner += products
        elif len(terms) >= 3:
            self.found[i] = [], terms
        else:
            return
        for t in inner:
            self.absorbed[t] = 1

    def may_go_on(self, i: int) -> bool:
        """Whether one of two terms is a sum or a product used nowhere else."""
        ops, args, start = self.ops, self.args, self.starts[i]
        x, y = args[start], args[start + 1]
        first = ops[x] if self.uses[x] == 1 else 0
        second = ops[y] if self.uses[y] == 1 else 0
        if first in (ADD, SUM, DOT) or second in (ADD, SUM, DOT):
            return True
        return first in (MUL, SQUARE) and second in (MUL, SQUARE)

    def terms_of(self, root: int, inner: list[int]) -> list[int]:
        """What a chain of sums adds, left to right; the sums inside go to `inner`."""
        ops, starts, args, uses = self.ops, self.starts, self.args, self.uses
        terms: list[int] = []
        stack: list[int] = []
        t = root
        while True:
            if t == root or (uses[t] == 1 and ops[t] in (ADD, SUM)):
                if t != root:
                    inner.append(t)
                for k in range(starts[t + 1] - 1, starts[t] - 1, -1):
                    stack.append(args[k])
            else:
                terms.append(t)
            if not stack:
                return terms
            t = stack.pop()

    def rewritten(self) -> Tape:
        ops, starts, args = self.ops, self.starts, self.args
        count = len(ops)
        extra = 4 * len(self.found)
        new_ops = array("i", bytes(4 * (count + extra)))
        new_starts = array("i", bytes(4 * (count + extra + 1)))
        new_args = array("i", bytes(4 * (2 * len(args) + extra)))
        moved = array("i", bytes(4 * count))
        kept = used = 0
        for i in range(count):
            if self.absorbed[i]:
                continue
            op = ops[i]
            if i in self.found:
                for op, operands in self.steps(i, moved):
                    for x in operands:
                        new_args[used] = x if x >= 0 else kept - 1
                        used += 1
                    new_ops[kept] = op
                    kept += 1
                    new_starts[kept] = used
                moved[i] = kept - 1
                continue
            for k in range(starts[i], starts[i + 1]):
                new_args[used] = moved[args[k]] if op > 0 or op == STOP else args[k]
                used += 1
            moved[i] = kept
            new_ops[kept] = op
            kept += 1
            new_starts[kept] = used
        return self.tape.with_numbers(
            ints(new_ops[:kept]),
            ints(new_starts[: kept + 1]),
            ints(new_args[:used]),
            moved,
            self.tape.constants,
        )

    def steps(self, i: int, moved: Any) -> list[tuple[int, list[int]]]:
        """The operations of a sum, one after the other; -1 is the one before."""
        kinds, others = self.found[i]
        last = [moved[t] for t in others]
        if not kinds:
            return [(SUM, last)]
        steps: list[tuple[int, list[int]]] = []
        if len(last) > 1:
            steps.append((ADD if len(last) == 2 else SUM, last))
            last = [-1]
        for lefts, rights in kinds:
            factors = [moved[t] for t in lefts] + [moved[t] for t in rights]
            steps.append((DOT, factors + last))
            last = [-1]
        return steps
