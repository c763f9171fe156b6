# cython: annotation_typing=False
"""Simplify: the same numbers from fewer operations.

Equal operations are computed once, constants once and for all, and what nothing needs
not at all. Algebra is used only where it cannot change a result: `x * 1` is x, but
`x * 0` is not 0 where x is a nan.
"""

from __future__ import annotations

from math import copysign, isfinite
from typing import Any

from autograd.compiling.tape import (
    CODES,
    CONSTANT,
    FIRST_OWN,
    INPUT,
    PARAMETER,
    STOP,
    Tape,
)

ADD, SUB, MUL, DIV = CODES["+"], CODES["-"], CODES["*"], CODES["/"]
NEG, POWER = CODES["neg"], CODES["**"]
SQUARE, RECIPROCAL = CODES["square"], CODES["reciprocal"]
SUM, MEAN, MAX, MIN = CODES["sum"], CODES["mean"], CODES["max"], CODES["min"]
SHIFT = 28  # an operation and two places are kept as one whole number
SMALLEST = 1e-300  # reciprocals of less lose digits, or are infinite


def simplify(tape: Tape) -> Tape:
    """The same tape with fewer operations."""
    builder = Builder(tape)
    moved: list[int] = []
    for op, args in zip(tape.ops, tape.args):
        if op > 0:
            if len(args) == 2:
                x, y = args
                place = builder.of_two(op, moved[x], moved[y])
            else:
                place = builder.operation(op, tuple([moved[a] for a in args]))
        elif op == STOP:
            place = builder.stop(moved[args[0]])
        elif op == CONSTANT:
            place = builder.constant(tape.constants[args[0]])
        else:
            place = builder.place(op, args)
        moved.append(place)
    return without_the_unneeded(builder.finished(tape, moved))


def lowered(tape: Tape) -> Tape:
    """The same bits, with each mean as a sum and a quotient."""
    out = Tape([], [], tape.parameters, tape.constants[:], tape.input_count)
    out.own = tape.own
    moved: list[int] = []
    for op, args in zip(tape.ops, tape.args):
        if op > 0 or op == STOP:
            args = tuple([moved[a] for a in args])
        if op == MEAN:
            out.constants.append(float(len(args)))
            out.ops += [SUM, CONSTANT]
            out.args += [args, (len(out.constants) - 1,)]
            op, args = DIV, (len(out.ops) - 2, len(out.ops) - 1)
        out.ops.append(op)
        out.args.append(args)
        moved.append(len(out.ops) - 1)
    out.outputs = [moved[i] for i in tape.outputs]
    out.guards = [g._replace(a=moved[g.a], b=moved[g.b]) for g in tape.guards]
    return out


class Builder:
    """A tape on which equal operations stand once."""

    def __init__(self, tape: Tape) -> None:
        self.ops: list[int] = []
        self.args: list[tuple[int, ...]] = []
        self.constants: list[float] = []
        self.known: dict[Any, int] = {}  # operations
        self.numbers: dict[Any, int] = {}  # constants
        self.tape = tape

    def finished(self, tape: Tape, moved: list[int]) -> Tape:
        return Tape(
            *(self.ops, self.args, tape.parameters, self.constants, tape.input_count),
            outputs=[moved[i] for i in tape.outputs],
            guards=[g._replace(a=moved[g.a], b=moved[g.b]) for g in tape.guards],
            own=tape.own,
        )

    def place(self, op: int, args: tuple[int, ...]) -> int:
        self.ops.append(op)
        self.args.append(args)
        return len(self.ops) - 1

    def constant(self, number: float) -> int:
        key = number if number != 0 and number == number else repr(number)
        found = self.numbers.get(key)
        if found is None:
            self.constants.append(number)
            found = self.place(CONSTANT, (len(self.constants) - 1,))
            self.numbers[key] = found
        return found

    def number(self, x: int) -> float:
        """The number at the place of a constant."""
        return self.constants[self.args[x][0]]

    def stop(self, x: int) -> int:
        if self.ops[x] == CONSTANT or self.ops[x] == STOP:
            return x
        return self.operation(STOP, (x,))

    def operation(self, op: int, args: tuple[int, ...]) -> int:
        """The place of a number that is this operation's result."""
        if op == NEG and self.ops[args[0]] == NEG:
            return self.args[args[0]][0]
        if (op in (MAX, MIN)) and len(args) == 1:
            return args[0]
        if op == MEAN:
            total = self.operation(SUM, args)
            return self.of_two(DIV, total, self.constant(float(len(args))))
        if op >= FIRST_OWN:  # a user's function may be anything
            return self.place(op, args)
        if op > 0 and all([self.ops[x] == CONSTANT for x in args]):
            out, _ = self.tape.row(op).at(*[self.number(x) for x in args])
            return self.constant(out)
        key = (op, *args)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.place(op, args)
        return found

    def of_two(self, op: int, x: int, y: int) -> int:
        """The same for two operands."""
        ops = self.ops
        if ops[x] == CONSTANT or ops[y] == CONSTANT:
            if ops[x] == ops[y]:
                return self.operation(op, (x, y))
            simpler = self.with_constant(op, x, y)
            if simpler >= 0:
                return simpler
        if op in (ADD, SUB):
            if ops[y] == NEG:
                return self.of_two(SUB if op == ADD else ADD, x, self.args[y][0])
            if op == ADD and ops[x] == NEG:
                return self.of_two(SUB, y, self.args[x][0])
        elif op >= FIRST_OWN:
            return self.place(op, (x, y))
        if x > y and (op in (ADD, MUL)):
            key = (op << SHIFT | y) << SHIFT | x
        else:
            key = (op << SHIFT | x) << SHIFT | y
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.place(op, (x, y))
        return found

    def with_constant(self, op: int, x: int, y: int) -> int:
        """An operation of which one operand is a constant in a simpler way, or -1."""
        if self.ops[x] == CONSTANT:
            if op != ADD and op != MUL:
                return -1
            x, y = y, x
        number = self.number(y)
        if op in (ADD, SUB):
            # only one of the two zeros changes nothing, whatever it is added to
            zero = -0.0 if op == ADD else 0.0
            return x if number == 0 and same_sign(number, zero) else -1
        if op in (MUL, DIV):
            if number == 1:
                return x
            if number == -1:
                return self.operation(NEG, (x,))
            if op == DIV and isfinite(number) and SMALLEST < abs(number) < 1 / SMALLEST:
                return self.of_two(MUL, x, self.constant(1 / number))
        elif op == POWER:
            if number == 1:
                return x
            if number == 2:
                return self.operation(SQUARE, (x,))
            if number == 3:
                return self.of_two(MUL, self.operation(SQUARE, (x,)), x)
            if number == -1:
                return self.operation(RECIPROCAL, (x,))
        return -1


def same_sign(x: float, y: float) -> bool:
    return copysign(1.0, x) == copysign(1.0, y)


def without_the_unneeded(tape: Tape) -> Tape:
    """Only what the outputs and the guards need, and every input."""
    ops, all_args = tape.ops, tape.args
    count = len(ops)
    needed = bytearray(count)
    for i in tape.outputs:
        needed[i] = 1
    for guard in tape.guards:
        needed[guard.a] = needed[guard.b] = 1
    for i in range(count - 1, -1, -1):
        op = ops[i]
        if needed[i] and (op > 0 or op == STOP):
            for a in all_args[i]:
                needed[a] = 1
        elif op == INPUT:
            needed[i] = 1
    if 0 not in needed:
        return tape
    out = Tape([], [], [], [], tape.input_count, own=tape.own)
    moved = [-1] * count
    for i in range(count):
        if not needed[i]:
            continue
        op, args = ops[i], all_args[i]
        if op > 0 or op == STOP:
            args = tuple([moved[a] for a in args])
        elif op == CONSTANT:
            out.constants.append(tape.constants[args[0]])
            args = (len(out.constants) - 1,)
        elif op == PARAMETER:
            out.parameters.append(tape.parameters[args[0]])
            args = (len(out.parameters) - 1,)
        out.ops.append(op)
        out.args.append(args)
        moved[i] = len(out.ops) - 1
    out.outputs = [moved[i] for i in tape.outputs]
    out.guards = [g._replace(a=moved[g.a], b=moved[g.b]) for g in tape.guards]
    return out
