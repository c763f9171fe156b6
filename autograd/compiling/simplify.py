# cython: annotation_typing=False
"""Simplify: the same numbers from fewer operations.

Equal operations are computed once, constants once and for all, and what nothing needs
not at all. Algebra is used only where it cannot change a result: `x * 1` is x, but
`x * 0` is not 0 where x is a nan.
"""

from __future__ import annotations

from array import array
from math import copysign, frexp
from typing import Any

from autograd.compiling.tape import (
    CODES,
    CONSTANT,
    FIRST_OWN,
    INPUT,
    PARAMETER,
    STOP,
    Tape,
    ints,
)

ADD, SUB, MUL, DIV = CODES["+"], CODES["-"], CODES["*"], CODES["/"]
NEG, POWER = CODES["neg"], CODES["**"]
SQUARE, RECIPROCAL = CODES["square"], CODES["reciprocal"]
SUM, MEAN, MAX, MIN = CODES["sum"], CODES["mean"], CODES["max"], CODES["min"]
# an operation and the places of two operands are kept as one whole number
SHIFT, NONE = 28, (1 << 28) - 1
SPREAD = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: neighbours far apart


def simplify(tape: Tape) -> Tape:
    """The same tape with fewer operations."""
    ops, starts, args = tape.ops, tape.starts, tape.args
    count = len(ops)
    builder = Builder(tape, count, len(args))
    moved = array("i", bytes(4 * count))
    for i in range(count):
        op, start = ops[i], starts[i]
        size = starts[i + 1] - start
        if op > 0:
            if size == 2:
                moved[i] = builder.of_two(
                    op, moved[args[start]], moved[args[start + 1]]
                )
            elif size == 1:
                moved[i] = builder.of_one(op, moved[args[start]])
            else:
                operands = [moved[args[k]] for k in range(start, start + size)]
                moved[i] = builder.of_many(op, operands)
        elif op == STOP:
            moved[i] = builder.stop(moved[args[start]])
        elif op == CONSTANT:
            moved[i] = builder.constant(tape.constants[args[start]])
        else:
            moved[i] = builder.place(op, args[start], NONE)
    return without_the_unneeded(builder.finished(moved))


class Builder:
    """A tape on which equal operations stand once."""

    def __init__(self, tape: Tape, count: int, size: int) -> None:
        self.tape = tape
        self.constants: list[float] = []
        self.numbers: dict[Any, int] = {}  # constants
        self.lists: dict[Any, int] = {}  # operations on lists
        # an operation becomes three at most
        self.ops = array("i", bytes(4 * (3 * count + 3)))
        self.starts = array("i", bytes(4 * (3 * count + 4)))
        self.args = array("i", bytes(4 * (2 * size + 4 * count + 4)))
        self.count = self.used = 0
        slots = 1
        while slots < 2 * count + 8:
            slots *= 2
        self.keys = array("Q", bytes(8 * slots))  # 0: free
        self.places = array("i", bytes(4 * slots))
        self.mask, self.kept = slots - 1, 0

    def finished(self, moved: Any) -> Tape:
        return self.tape.with_numbers(
            ints(self.ops[: self.count]),
            ints(self.starts[: self.count + 1]),
            ints(self.args[: self.used]),
            moved,
            self.constants,
        )

    def place(self, op: int, x: int, y: int) -> int:
        """A new number, from one operand (y is NONE) or two."""
        self.ops[self.count] = op
        self.args[self.used] = x
        self.used += 1
        if y != NONE:
            self.args[self.used] = y
            self.used += 1
        self.count += 1
        self.starts[self.count] = self.used
        return self.count - 1

    def once(self, op: int, x: int, y: int) -> int:
        """The place of this operation on these operands."""
        if op >= FIRST_OWN:  # a user's function may be anything
            return self.place(op, x, y)
        if x > y and (op in (ADD, MUL)):
            key = ((op << SHIFT) | y) << SHIFT | x
        else:
            key = ((op << SHIFT) | x) << SHIFT | y
        slot = self.slot_of(key)
        if self.keys[slot]:
            return self.places[slot]
        self.keys[slot] = key
        place = self.places[slot] = self.place(op, x, y)
        self.kept += 1
        if 4 * self.kept > 3 * self.mask:
            self.make_room()
        return place

    def slot_of(self, key: int) -> int:
        """Where a key is kept, or may be."""
        slot = (key * SPREAD >> 32) & self.mask
        while self.keys[slot] and self.keys[slot] != key:
            slot = (slot + 1) & self.mask
        return slot

    def make_room(self) -> None:
        keys, places, slots = self.keys, self.places, self.mask + 1
        self.keys = array("Q", bytes(16 * slots))
        self.places = array("i", bytes(8 * slots))
        self.mask = 2 * slots - 1
        for k in range(slots):
            if keys[k]:
                slot = self.slot_of(keys[k])
                self.keys[slot], self.places[slot] = keys[k], places[k]

    def constant(self, number: float) -> int:
        key = number if number != 0 and number == number else repr(number)
        found = self.numbers.get(key)
        if found is None:
            self.constants.append(number)
            found = self.place(CONSTANT, len(self.constants) - 1, NONE)
            self.numbers[key] = found
        return found

    def number(self, x: int) -> float:
        """The number at the place of a constant."""
        return self.constants[self.args[self.starts[x]]]

    def stop(self, x: int) -> int:
        if self.ops[x] == CONSTANT or self.ops[x] == STOP:
            return x
        found = self.lists.get(x)
        if found is None:
            found = self.lists[x] = self.place(STOP, x, NONE)
        return found

    def of_one(self, op: int, x: int) -> int:
        """The place of a number that is this operation's result."""
        if op == NEG and self.ops[x] == NEG:
            return self.args[self.starts[x]]
        if op in (MAX, MIN):
            return x
        if op == MEAN:
            return self.of_many(op, [x])
        if self.ops[x] == CONSTANT and op < FIRST_OWN:
            return self.folded(op, [x])
        return self.once(op, x, NONE)

    def of_two(self, op: int, x: int, y: int) -> int:
        """The same for two operands."""
        ops = self.ops
        if op == MEAN:
            return self.of_many(op, [x, y])
        if ops[x] == CONSTANT or ops[y] == CONSTANT:
            if ops[x] == ops[y] and op < FIRST_OWN:
                return self.folded(op, [x, y])
            simpler = self.with_constant(op, x, y)
            if simpler >= 0:
                return simpler
        if op in (ADD, SUB):
            if ops[y] == NEG:
                inner = self.args[self.starts[y]]
                return self.of_two(SUB if op == ADD else ADD, x, inner)
            if op == ADD and ops[x] == NEG:
                return self.of_two(SUB, y, self.args[self.starts[x]])
        return self.once(op, x, y)

    def of_many(self, op: int, operands: list[int]) -> int:
        """The same for a list of operands."""
        if op == MEAN:
            total = self.of_many(SUM, operands)
            return self.of_two(DIV, total, self.constant(float(len(operands))))
        if op < FIRST_OWN and all([self.ops[x] == CONSTANT for x in operands]):
            return self.folded(op, operands)
        key = (op, *operands)
        found = self.lists.get(key)
        if found is None or op >= FIRST_OWN:
            self.ops[self.count] = op
            for x in operands:
                self.args[self.used] = x
                self.used += 1
            self.count += 1
            self.starts[self.count] = self.used
            found = self.lists[key] = self.count - 1
        return found

    def folded(self, op: int, operands: list[int]) -> int:
        out, _ = self.tape.row(op).at(*[self.number(x) for x in operands])
        return self.constant(out)

    def with_constant(self, op: int, x: int, y: int) -> int:
        """An operation of which one operand is a constant in a simpler way, or -1."""
        if self.ops[x] == CONSTANT:
            if op not in (ADD, MUL):
                return -1
            x, y = y, x
        number = self.number(y)
        if op in (ADD, SUB):
            # only one of the two zeros changes nothing, whatever it is added to
            zero = -0.0 if op == ADD else 0.0
            return x if number == 0 and copysign(1, number) == copysign(1, zero) else -1
        if op in (MUL, DIV):
            if number == 1:
                return x
            if number == -1:
                return self.of_one(NEG, x)
            if op == DIV and has_exact_reciprocal(number):
                return self.of_two(MUL, x, self.constant(1 / number))
        elif op == POWER:
            if number == 1:
                return x
            if number == 2:
                return self.once(SQUARE, x, NONE)
            if number == 3:
                return self.once(MUL, self.once(SQUARE, x, NONE), x)
            if number == -1:
                return self.once(RECIPROCAL, x, NONE)
        return -1


def has_exact_reciprocal(number: float) -> bool:
    """Whether a division is a multiplication: by a power of 2, far from the ends.

    Any other changes the last digit, and with it floors and comparisons.
    """
    share, exponent = frexp(number)
    return (share == 0.5 or share == -0.5) and -1000 < exponent < 1000


def without_the_unneeded(tape: Tape) -> Tape:
    """Only what the outputs and the guards need, and every input."""
    ops, starts, args = tape.ops, tape.starts, tape.args
    count = len(ops)
    needed = bytearray(count)
    for i in tape.outputs:
        needed[i] = 1
    for guard in tape.guards:
        needed[guard.a] = needed[guard.b] = 1
    for i in range(count - 1, -1, -1):
        if ops[i] == INPUT:
            needed[i] = 1
        elif needed[i] and (ops[i] > 0 or ops[i] == STOP):
            for k in range(starts[i], starts[i + 1]):
                needed[args[k]] = 1
    if 0 not in needed:
        return tape
    new_ops, new_starts, new_args = ints(ops), ints(starts), ints(args)
    constants: list[float] = []
    parameters: list[Any] = []
    moved = array("i", bytes(4 * count))
    kept = used = 0
    for i in range(count):
        if not needed[i]:
            continue
        op = ops[i]
        first = args[starts[i]]
        if op == CONSTANT:
            constants.append(tape.constants[first])
            new_args[used] = len(constants) - 1
            used += 1
        elif op == PARAMETER:
            parameters.append(tape.parameters[first])
            new_args[used] = len(parameters) - 1
            used += 1
        else:
            for k in range(starts[i], starts[i + 1]):
                new_args[used] = first if op == INPUT else moved[args[k]]
                used += 1
        moved[i] = kept
        new_ops[kept] = op
        kept += 1
        new_starts[kept] = used
    out = tape.with_numbers(
        ints(new_ops[:kept]),
        ints(new_starts[: kept + 1]),
        ints(new_args[:used]),
        moved,
        constants,
    )
    out.parameters = parameters
    return out
