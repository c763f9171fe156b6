"""A schedule's instructions taken apart into single results; a damaged one is refused.

A schedule computes numbers in slots. The layout, in this order: parameters, constants,
results that follow from these alone ("uniform": the same for every sample of a batch),
inputs, results that vary by sample. An instruction is FIELDS whole numbers,

    op, n, m, out, x0, s0, r0, x1, s1, r1, x2, s2, r2

with the first slot of each operand (-1: absent), its stride and its stride by row.
`op` is a row's place in the table of primitives, from 1, or CALL or GATHER. Every
number is looked at before it is used: a schedule may come from a file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from autograd._native.kernels import KERNELS
from autograd.primitives import ROWS, TABLE, Primitive

FIELDS = 13
CALL, GATHER = len(TABLE) + 1, len(TABLE) + 2
DOT, TAKE = ROWS["dot"], ROWS["take"]
SUMS = (DOT, ROWS["sum"])
REDUCTIONS = (
    *(*SUMS, TAKE, ROWS["max"], ROWS["min"], ROWS["logsumexp"]),
    *(ROWS["prod"], ROWS["hypot"]),
)
# A schedule comes from a recorded graph, which had a node for each operation: with so
# many it would have filled any memory.
MOST_OPERATIONS = 2**27
Slots = Sequence[int]


class Result:
    """One number that an instruction computes: `row` over the numbers in `groups`.

    A row of None copies. `bits` say for each group of slots which bit of the need asks
    for its adjoints; `start` is the slot that a sum starts from, or -1.
    """

    __slots__ = ("bits", "groups", "instruction", "is_call", "out", "row", "start")

    def __init__(
        self,
        instruction: int,
        row: Primitive | None,
        out: int,
        groups: Sequence[Slots],
        bits: tuple[int, ...],
        start: int = -1,
        is_call: bool = False,
    ) -> None:
        self.instruction, self.row, self.out = instruction, row, out
        self.groups, self.bits = groups, bits
        self.start, self.is_call = start, is_call


def room(op: int, n: int, m: int) -> int:
    """How many results an instruction has."""
    reduces = 1 <= op < CALL and TABLE[op - 1].arity is None
    return m if reduces or op == CALL else n


def damaged(reason: str) -> ValueError:
    return ValueError(f"the tape is damaged: {reason}")


class Reader:
    """Reads instructions one after the other, and knows what is computed by then."""

    def __init__(
        self,
        layout: tuple[int, int, int, int, int, int],
        pool: array[int],
        rows: list[Primitive],
        exact: bool,
        rooms: int,
    ) -> None:
        parameters, constants, self.varying, self.inputs, self.slots, _ = layout
        self.first = parameters + constants
        inner = self.first <= self.varying <= self.varying + self.inputs <= self.slots
        if min(layout) < 0 or not inner or self.inputs > MOST_OPERATIONS:
            raise damaged(f"its layout is {layout}")
        if self.slots - self.first - self.inputs != rooms:
            raise damaged("its slots are not as many as its instructions compute")
        self.pool, self.rows, self.exact = pool, rows, exact
        self.room = range(self.first, self.varying)  # where results may go
        self.known = bytearray(self.slots)
        self.known[: self.first] = b"\1" * self.first
        self.name, self.operations = "", 0

    def start_varying(self) -> None:
        """What depends on no sample is done."""
        self.known[self.varying : self.varying + self.inputs] = b"\1" * self.inputs
        self.room = range(self.varying + self.inputs, self.slots)

    def results(self, i: int, fields: Sequence[int]) -> Iterator[Result]:
        """What an instruction computes."""
        op, n, m, out, *operands = fields
        self.name = f"instruction {i}"
        self._must(1 <= op <= GATHER and n >= 1 and m >= 1, "is none")
        self.operations += n * m
        self._must(self.operations <= MOST_OPERATIONS, "is one too many")
        row = TABLE[op - 1] if op < CALL else None
        is_reduction = row is not None and row.arity is None
        self._must(is_reduction or m == 1, "has rows")
        end = out + room(op, n, m)
        self._must(out in self.room and end - 1 in self.room, "computes out of place")
        self._must(1 not in self.known[out:end], "computes anew")
        places = [operands[k : k + 3] for k in (0, 3, 6)]
        if op == GATHER:
            sources = self._pooled(places[0][0], n)
            for k, slot in enumerate(sources):
                yield Result(i, None, out + k, [(slot,)], (7,))
        elif op == CALL:
            place = places[0][0]
            self._must(0 <= place < len(self.rows), "calls what is not there")
            called = self.rows[place]
            self._must(called.arity in (None, n), "calls with other operands")
            sources = self._pooled(places[1][0], n, is_call=True)
            yield Result(i, called, out, [sources], (7,), is_call=True)
        elif is_reduction:
            assert row is not None
            self._must(row in REDUCTIONS, "has no kernel")
            yield from self._reduction(i, row, n, m, out, places)
        else:
            assert row is not None and row.arity is not None
            self._must(KERNELS[row] is not None, "has no kernel")
            self._absent(places[row.arity :])
            columns = [self._slots(x, s, n)[0] for x, s, _ in places[: row.arity]]
            for k, slots in enumerate(zip(*columns)):
                groups = [(slot,) for slot in slots]
                yield Result(i, row, out + k, groups, (1, 2, 4)[: row.arity])
        self.known[out:end] = b"\1" * (end - out)

    def _reduction(
        self, i: int, row: Primitive, n: int, m: int, out: int, places: list[list[int]]
    ) -> Iterator[Result]:
        (x0, s0, r0), (x1, s1, r1), (x2, _, r2) = places
        groups = [self._slots(x0, s0, n, r0, m)]
        bits: tuple[int, ...] = (1,)
        if row is DOT:
            groups.append(self._slots(x1, s1, n, r1, m))
            bits = (1, 2)
        elif row is TAKE:
            groups.insert(0, self._slots(x1, 1, 1, r1, m))
            bits = (2, 1)
        else:
            self._absent(places[1:2])
        starts: Slots = [-1] * m
        if row in SUMS and not self.exact and x2 != -1:
            starts = [slots[0] for slots in self._slots(x2, 1, 1, r2, m)]
        else:
            self._absent(places[2:])
        for j, start in enumerate(starts):
            yield Result(i, row, out + j, [g[j] for g in groups], bits, start)

    def read(self, name: str, slots: Slots) -> None:
        """Look at slots outside of the instructions."""
        self.name = name
        self._must(all(0 <= slot < self.slots for slot in slots), "is not there")
        self._must(all(self.known[slot] for slot in slots), "is never computed")

    def _slots(self, x: int, s: int, n: int, r: int = 0, m: int = 1) -> list[Slots]:
        """The slots of an operand, row by row."""
        low = x + min(0, s * (n - 1)) + min(0, r * (m - 1))
        high = x + max(0, s * (n - 1)) + max(0, r * (m - 1))
        self._must(x >= 0 and low >= 0 and high < self.slots, "reads what is not there")
        self._must(high < self.varying or low >= self.varying, "mixes uniform, varying")
        rows: list[Slots] = [
            range(x + j * r, x + j * r + n * s, s) if s else (x + j * r,) * n
            for j in range(m)
        ]
        for row in rows if r else rows[:1]:
            ends = sorted((row[0], row[-1]))
            seen = self.known[ends[0] : ends[1] + 1 : abs(s) or 1]
            self._must(0 not in seen, "reads what is not computed yet")
        return rows

    def _pooled(self, start: int, n: int, is_call: bool = False) -> Slots:
        inside = 0 <= start <= len(self.pool) - n
        self._must(inside, "reads what is not in the pool")
        slots = self.pool[start : start + n].tolist()
        self.read(self.name, slots)
        one_side = min(slots) >= self.varying or max(slots) < self.varying
        self._must(is_call or one_side, "mixes uniform, varying")
        return slots

    def _absent(self, places: list[list[int]]) -> None:
        self._must(all(x == -1 for x, _, _ in places), "has too many operands")

    def _must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise damaged(f"{self.name} {otherwise}")


def taken_apart(
    instructions: array[int],
    pool: array[int],
    constants: array[float],
    layout: tuple[int, int, int, int, int, int],
    guards: array[int],
    outputs: array[int],
    needs: tuple[array[int], array[int]],
    rows: list[Primitive],
    parameters: list[Any],
    exact: bool,
) -> list[Result]:
    """The results that a schedule means, in order; ValueError where it is damaged."""
    if len(layout) != 6 or len(needs) != 2:
        raise damaged("the layout is six numbers, and the needs are two lists")
    count, rest = divmod(len(instructions), FIELDS)
    columns = [instructions[k::FIELDS] for k in range(3)]
    rooms = sum([room(*fields) for fields in zip(*columns)])
    if rooms > MOST_OPERATIONS:
        raise damaged("it computes more than any memory has")
    reader = Reader(layout, pool, rows, exact, rooms)
    uniform = layout[5]
    if rest or uniform > count or [*map(len, needs)] != [count, count]:
        raise damaged("its instructions are not as many as it says")
    if [len(parameters), len(constants)] != [*layout[:2]]:
        raise damaged("its parameters or constants are not as many as it says")
    if not all(0 <= need <= 7 for column in needs for need in column):
        raise damaged("an instruction's need is out of range")
    results: list[Result] = []
    for i in range(count):
        if i == uniform:
            reader.start_varying()
        results += reader.results(i, instructions[i * FIELDS : (i + 1) * FIELDS])
    if uniform == count:
        reader.start_varying()
    if len(guards) % 4:
        raise damaged("a guard is cut off")
    for i in range(0, len(guards), 4):
        relation, a, b, outcome = guards[i : i + 4]
        if not (0 <= relation <= 5 and 0 <= outcome <= 1):
            raise damaged(f"guard {i // 4} is none")
        reader.read(f"guard {i // 4}", [a, b])
    reader.read("an output", outputs)
    return results
