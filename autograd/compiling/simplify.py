"""Simplify: the same numbers from fewer operations.

Equal operations are computed once, constants once and for all, and what nothing needs
not at all. Algebra is used only where it cannot change a result: `x * 1` is x, but
`x * 0` is not 0 where x is a nan.
"""

from __future__ import annotations

from math import copysign, isfinite
from typing import Any

from autograd.compiling.tape import CODES, CONSTANT, FIRST_OWN, STOP, Tape

ADD, SUB, MUL, DIV = CODES["+"], CODES["-"], CODES["*"], CODES["/"]
NEG, POWER = CODES["neg"], CODES["**"]
SQUARE, RECIPROCAL = CODES["square"], CODES["reciprocal"]
SUM, MEAN, MAX, MIN = CODES["sum"], CODES["mean"], CODES["max"], CODES["min"]
SMALLEST = 1e-300  # reciprocals of less lose digits, or are infinite


def simplify(tape: Tape) -> Tape:
    """The same tape with fewer operations."""
    builder = Builder(tape)
    moved: list[int] = []
    for op, args in zip(tape.ops, tape.args):
        if op > 0:
            moved.append(builder.operation(op, tuple([moved[a] for a in args])))
        elif op == STOP:
            moved.append(builder.stop(moved[args[0]]))
        elif op == CONSTANT:
            moved.append(builder.constant(tape.constants[args[0]]))
        else:
            moved.append(builder.place(op, args))
    out = builder.out
    out.outputs = [moved[i] for i in tape.outputs]
    out.guards = [
        g._replace(a=moved[g.a], b=moved[g.b]) for g in tape.guards
    ]
    return without_the_unneeded(out)


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
        self.out = Tape([], [], tape.parameters, [], tape.input_count, own=tape.own)
        self.known: dict[Any, int] = {}
        self.numbers: dict[int, float] = {}  # the constants, by place

    def place(self, op: int, args: tuple[int, ...]) -> int:
        self.out.ops.append(op)
        self.out.args.append(args)
        return len(self.out.ops) - 1

    def constant(self, number: float) -> int:
        key = number if number != 0 and number == number else repr(number)
        found = self.known.get(key)
        if found is None:
            self.out.constants.append(number)
            found = self.place(CONSTANT, (len(self.out.constants) - 1,))
            self.known[key] = found
            self.numbers[found] = number
        return found

    def stop(self, x: int) -> int:
        if x in self.numbers or self.out.ops[x] == STOP:
            return x
        return self.once(STOP, (x,))

    def once(self, op: int, args: tuple[int, ...]) -> int:
        if op >= FIRST_OWN:  # a user's function may be anything
            return self.place(op, args)
        swapped = (op == ADD or op == MUL) and args[0] > args[1]
        key = (op, args[1], args[0]) if swapped else (op, *args)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.place(op, args)
        return found

    def operation(self, op: int, args: tuple[int, ...]) -> int:
        """The place of a number that is this operation's result."""
        numbers = self.numbers
        if len(args) == 2:
            x, y = args
            if op == ADD or op == SUB:
                return self.sum_of_two(op, x, y)
            if op == MUL and x in numbers:
                x, y = y, x
            if y in numbers and x not in numbers:
                simpler = self.with_constant(op, x, numbers[y])
                if simpler >= 0:
                    return simpler
        elif op == NEG:
            if self.out.ops[args[0]] == NEG:
                return self.out.args[args[0]][0]
        elif (op == MAX or op == MIN) and len(args) == 1:
            return args[0]
        if op == MEAN:
            total = self.once(SUM, args)
            return self.operation(DIV, (total, self.constant(float(len(args)))))
        if op < FIRST_OWN and all([x in numbers for x in args]):
            row = self.out.row(op)
            return self.constant(row.at(*[numbers[x] for x in args])[0])
        return self.once(op, args)

    def sum_of_two(self, op: int, x: int, y: int) -> int:
        numbers, ops, args = self.numbers, self.out.ops, self.out.args
        if x in numbers and y in numbers:
            a, b = numbers[x], numbers[y]
            return self.constant(a + b if op == ADD else a - b)
        # only one of the two zeros changes nothing, whatever it is added to
        zero = -0.0 if op == ADD else 0.0
        if y in numbers and numbers[y] == 0 and same_sign(numbers[y], zero):
            return x
        if op == ADD and x in numbers and numbers[x] == 0 and same_sign(numbers[x], zero):
            return y
        if ops[y] == NEG:
            return self.sum_of_two(SUB if op == ADD else ADD, x, args[y][0])
        if op == ADD and ops[x] == NEG:
            return self.sum_of_two(SUB, y, args[x][0])
        return self.once(op, (x, y))

    def with_constant(self, op: int, x: int, number: float) -> int:
        """x * number, x / number or x ** number in a simpler way, or -1."""
        if op == MUL or op == DIV:
            if number == 1:
                return x
            if number == -1:
                return self.operation(NEG, (x,))
            if op == DIV and isfinite(number) and SMALLEST < abs(number) < 1 / SMALLEST:
                return self.once(MUL, (x, self.constant(1 / number)))
        elif op == POWER:
            if number == 1:
                return x
            if number == 2:
                return self.once(SQUARE, (x,))
            if number == 3:
                return self.once(MUL, (self.once(SQUARE, (x,)), x))
            if number == -1:
                return self.once(RECIPROCAL, (x,))
        return -1


def same_sign(x: float, y: float) -> bool:
    return copysign(1.0, x) == copysign(1.0, y)


def without_the_unneeded(tape: Tape) -> Tape:
    """Only what the outputs and the guards need, and every input."""
    count = len(tape.ops)
    needed = bytearray(count)
    for i in tape.outputs:
        needed[i] = 1
    for guard in tape.guards:
        needed[guard.a] = needed[guard.b] = 1
    for i in range(count - 1, -1, -1):
        op = tape.ops[i]
        if needed[i] and (op > 0 or op == STOP):
            for a in tape.args[i]:
                needed[a] = 1
    out = Tape([], [], [], [], tape.input_count, own=tape.own)
    moved = [-1] * count
    for i in range(count):
        op, args = tape.ops[i], tape.args[i]
        if op > 0 or op == STOP:
            if not needed[i]:
                continue
            args = tuple([moved[a] for a in args])
        elif op == CONSTANT:
            if not needed[i]:
                continue
            out.constants.append(tape.constants[args[0]])
            args = (len(out.constants) - 1,)
        elif op == -1:
            if not needed[i]:
                continue
            out.parameters.append(tape.parameters[args[0]])
            args = (len(out.parameters) - 1,)
        out.ops.append(op)
        out.args.append(args)
        moved[i] = len(out.ops) - 1
    out.outputs = [moved[i] for i in tape.outputs]
    out.guards = [
        g._replace(a=moved[g.a], b=moved[g.b]) for g in tape.guards
    ]
    return out
