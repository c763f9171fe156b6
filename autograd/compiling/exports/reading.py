"""What an export starts from: a recorded path of a function, and its instructions.

A schedule's flat numbers are read here once, into instructions with operands, for all
the languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd.compiling.instructions import CALL, FIELDS, GATHER
from autograd.compiling.layout import Schedule
from autograd.compiling.tape import FIRST_OWN, RELATIONS
from autograd.primitives import ROWS, TABLE, Primitive

DOT, SUM, TAKE = ROWS["dot"], ROWS["sum"], ROWS["take"]


class ExportError(ValueError):
    """A function cannot be written in the language asked for."""


class Run(NamedTuple):
    """Slots of an operand: `count` of them by row, `step` apart, rows `row` apart."""

    first: int
    step: int
    row: int


@dataclass(frozen=True)
class Instruction:
    """One instruction; `row` is None for a gather, and `slots` its or a call's sources.

    `needs` are for each operand whether its adjoint is wanted by the parameters (bit 1)
    and by the inputs (bit 2); a call and a gather have one for all their sources.
    """

    row: Primitive | None
    n: int
    m: int
    out: int
    operands: tuple[Run, ...]
    slots: Sequence[int]
    needs: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many results there are."""
        return self.m if self.row in REDUCTIONS else self.n if not self.is_call else 1

    @property
    def is_call(self) -> bool:
        """Whether a row is applied to any slots."""
        return self.row is not None and not self.operands

    @property
    def start(self) -> Run | None:
        """What a sum is added to."""
        return self.operands[2] if self.operands[2].first >= 0 else None


REDUCTIONS = tuple(row for row in TABLE if row.arity is None)


@dataclass(frozen=True)
class Recorded:
    """A path of a compiled function, with all that an export says of it.

    `name` is the function's, `arguments` and `result` are structures; `labels` say for
    each input where in the arguments it is. `needed` are arguments that the recording
    used as an index or a count, with their numbers.
    """

    name: str
    schedule: Schedule
    arguments: Any
    result: Any
    labels: list[str]
    needed: tuple[tuple[int, float], ...]

    def conditions(self) -> Iterator[tuple[str, int, int | float, bool, str]]:
        """What holds on this path: a relation, a slot, a slot or number, the outcome.

        Last stands how it is printed. First come the schedule's guards.
        """
        names, guards = self.schedule.names(), self.schedule.guards
        for k in range(0, len(guards), 4):
            relation, a, b, outcome = guards[k : k + 4]
            sign = RELATIONS[relation]
            told = f"{names[a]} {sign} {names[b]} is {bool(outcome)}"
            yield sign, a, b, bool(outcome), told
        inputs = self.schedule.layout[2]
        for place, number in self.needed:
            told = f"{self.labels[place]} is {number:g}, an index or a count"
            yield "==", inputs + place, float(number), True, told


def instructions(schedule: Schedule) -> Iterator[Instruction]:
    """A schedule's instructions, one after the other.

    >>> from autograd import compile
    >>> f = compile(lambda x, y: x * y)
    >>> f(2.0, 3.0)
    6.0
    >>> next(instructions(f.tape)).operands
    (Run(first=0, step=0, row=0), Run(first=1, step=0, row=0))
    """
    for i in range(len(schedule)):
        op, n, m, out, *fields = schedule.instructions[i * FIELDS : (i + 1) * FIELDS]
        runs = tuple([Run(*fields[k : k + 3]) for k in (0, 3, 6)])
        needs = tuple(
            [
                sum([(column[i] >> bit & 1) << mode for mode, column in modes])
                for bit in range(3)
            ]
            for modes in [[*enumerate(schedule.needs)]]
        )[0]
        if op == GATHER:
            slots = schedule.pool[runs[0].first : runs[0].first + n]
            yield Instruction(None, n, 1, out, (), slots, tuple(needs[:1]))
        elif op == CALL:
            slots = schedule.pool[runs[1].first : runs[1].first + n]
            row = schedule.rows[runs[0].first]
            yield Instruction(row, n, 1, out, (), slots, tuple(needs[:1]))
        else:
            row = TABLE[op - 1]
            operands = runs if row.arity is None else runs[: row.arity]
            yield Instruction(row, n, m, out, operands, (), tuple(needs))


def is_own(row: Primitive) -> bool:
    """Whether a row is a primitive of the user's."""
    return ROWS.get(row.name) is not row


def identifier(name: str) -> str:
    """A name for a function in any language, made from a function's.

    >>> identifier("make.<locals>.loss"), identifier("<lambda>"), identifier("9 lives;")
    ('loss', 'compiled', 'f9_lives')
    """
    last = name.rsplit("<locals>.", 1)[-1]
    if last == "<lambda>":
        return "compiled"
    plain = re.sub(r"[^A-Za-z0-9]+", "_", last).strip("_")[:60]
    return f"f{plain}" if plain[:1].isdigit() else plain or "compiled"


def remark(text: str) -> str:
    """A text of anyone's for inside a comment: it cannot end there, nor hide anything.

    >>> remark("w[0] */ system(); /*")
    'w[0] U+002AU+002F system(); U+002FU+002A'
    """
    return re.sub(
        r"[^A-Za-z0-9 _.,:;()\[\]<>=+|'\"-]", lambda x: f"U+{ord(x[0]):04X}", text
    )
