"""What an export starts from: a recorded path of a function, and its instructions.

A schedule's flat numbers are read here once, into instructions with operands, for all
the languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd.compiling.exports.arguments import Block, Static, blocks, labels
from autograd.compiling.instructions import CALL, FIELDS, GATHER
from autograd.compiling.layout import Schedule
from autograd.compiling.tape import RELATIONS
from autograd.primitives import TABLE, Primitive

OF_THE_TABLE = frozenset(TABLE)


class ExportError(ValueError):
    """A function cannot be written in the language asked for."""


class Run(NamedTuple):
    """Slots of an operand: in a row `step` apart, and the rows `row` apart."""

    first: int
    step: int
    row: int


class Condition(NamedTuple):
    """What holds on a path: that the relation between two numbers has this outcome.

    `b` is a slot, or the number itself where `is_number`; `told` is how it is printed.
    """

    relation: str
    a: int
    b: float
    is_number: bool
    outcome: bool
    told: str


@dataclass(frozen=True)
class Instruction:
    """One instruction, as the spec in `autograd.compiling.instructions` has it.

    `row` is None for a gather; a gather and a call have `slots` for operands. `needs`
    says for each operand whether its adjoint is wanted: 1 by the parameters, 2 by the
    inputs, 3 by both; of a gather and a call the first is that of all their slots.
    """

    row: Primitive | None
    n: int
    m: int
    out: int
    operands: tuple[Run, ...]
    slots: Sequence[int]
    needs: tuple[int, ...]

    @property
    def is_call(self) -> bool:
        """Whether it applies a row to slots from anywhere."""
        return self.row is not None and not self.operands

    @property
    def is_vector(self) -> bool:
        """Whether it computes one result for each of n places."""
        return self.row is None or (not self.is_call and self.row.arity is not None)

    @property
    def count(self) -> int:
        """How many results there are."""
        return self.n if self.is_vector else self.m

    @property
    def start(self) -> Run | None:
        """What a sum or a dot product is added to."""
        run = self.operands[2]
        return run if run.first >= 0 else None


@dataclass(frozen=True)
class Recorded:
    """A path of a compiled function, with all that an export says of it.

    `arguments` and `result` are structures, and `argument_names` the names of the
    positional arguments. `needed` are the arguments, by their place, that the recording
    used as an index or a count, with their numbers.
    """

    name: str
    schedule: Schedule
    arguments: Any
    argument_names: tuple[str, ...]
    result: Any
    needed: tuple[tuple[int, float], ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """What holds on this path; first the schedule's guards, in their order."""
        names, guards = self.schedule.names(), self.schedule.guards
        for k in range(0, len(guards), 4):
            relation, a, b, outcome = guards[k : k + 4]
            sign = RELATIONS[relation]
            told = f"{names[a]} {sign} {names[b]} is {bool(outcome)}"
            yield Condition(sign, a, b, False, bool(outcome), told)
        for place, number in self.needed:
            told = f"x{place} == {number:g}, an index or a count"
            slot = self.schedule.layout[2] + place
            yield Condition("==", slot, float(number), True, True, told)

    def argument_blocks(self, names: Sequence[str] = ()) -> list[Block | Static]:
        """The parts of the arguments, those by position first; under other names."""
        (_, given), named = self.arguments
        found: list[Block | Static] = []
        place = 0
        own = [*self.argument_names, *map(str, named[1])]
        for name, structure in zip(names or own, [*given, *named[2]]):
            found += blocks(structure, name, place)
            place += len([*labels(structure, name)])
        return found

    def result_blocks(self) -> list[Block | Static]:
        return [*blocks(self.result, "result", 0)]

    def refused(self, row: Primitive, method: str, reason: str) -> ExportError:
        return ExportError(f"{method}: {self.name} uses {row.name!r}, {reason}")


def is_own(row: Primitive) -> bool:
    """Whether a row is a primitive of the user's."""
    return row not in OF_THE_TABLE


def instructions(schedule: Schedule) -> Iterator[Instruction]:
    """A schedule's instructions, one after the other.

    >>> from autograd import compile
    >>> f = compile(lambda x, y: x * y)
    >>> f(2.0, 3.0)
    6.0
    >>> next(instructions(f.tape)).operands
    (Run(first=0, step=0, row=0), Run(first=1, step=0, row=0))
    """
    pool = schedule.pool
    for i in range(len(schedule)):
        op, n, m, out, *fields = schedule.instructions[i * FIELDS : (i + 1) * FIELDS]
        runs = tuple([Run(*fields[k : k + 3]) for k in (0, 3, 6)])
        by_parameters, by_inputs = [column[i] for column in schedule.needs]
        needs = tuple(
            [by_parameters >> k & 1 | (by_inputs >> k & 1) << 1 for k in range(3)]
        )
        if op == GATHER:
            slots = pool[runs[0].first : runs[0].first + n]
            yield Instruction(None, n, 1, out, (), slots, needs)
        elif op == CALL:
            slots = pool[runs[1].first : runs[1].first + n]
            row = schedule.rows[runs[0].first]
            yield Instruction(row, n, 1, out, (), slots, needs)
        else:
            row = TABLE[op - 1]
            operands = runs if row.arity is None else runs[: row.arity]
            yield Instruction(row, n, m, out, operands, (), needs)
