"""The tape: a recorded function as a list of numbers, each computed from earlier ones.

Every stage of compiling takes a tape and gives a tape. A number is known by its place.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.primitives import TABLE, Primitive

# An operation is known by its row's place in the table, from 1, as in the compiled
# engine; a row of the user's stands after them. Below 0 is what is no operation.
PARAMETER, INPUT, CONSTANT, STOP = -1, -2, -3, -4
CODES = {row.name: code for code, row in enumerate(TABLE, start=1)}
FIRST_OWN = len(TABLE) + 1
RELATIONS = ("<", "<=", ">", ">=", "==", "!=")


class Guard(NamedTuple):
    """What Python asked, and the answer: the tape holds while it stays the same."""

    relation: int
    a: int
    b: int
    outcome: bool


@dataclass
class Tape:
    """Numbers in the order in which they can be computed.

    `ops[i]` is the operation of number i, `args[starts[i]:starts[i + 1]]` its operands,
    places of earlier numbers. A parameter, an input or a constant has one, its place
    among them. A STOP is its operand, but no gradient passes.

    >>> tape = Tape.of([(INPUT, [0]), (CONSTANT, [0]), (CODES["*"], [0, 1])])
    >>> tape.outputs, tape.constants, tape.input_count = [2], [3.0], 1
    >>> print(tape)
    t0 = x0 · 3
    return t0
    """

    ops: array[int]
    starts: array[int]
    args: array[int]
    parameters: list[Any] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    input_count: int = 0
    outputs: list[int] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    own: list[Primitive] = field(default_factory=list)

    @classmethod
    def of(cls, numbers: Iterable[tuple[int, Iterable[int]]]) -> Tape:
        """The tape of these operations and their operands."""
        tape = cls(array("i"), array("i", [0]), array("i"))
        for op, args in numbers:
            tape.ops.append(op)
            tape.args.extend(args)
            tape.starts.append(len(tape.args))
        return tape

    def with_numbers(
        self,
        ops: array[int],
        starts: array[int],
        args: array[int],
        moved: Sequence[int],
        constants: list[float],
    ) -> Tape:
        """Another tape of the same function, whose number i is at moved[i]."""
        return Tape(
            *(ops, starts, args, self.parameters, constants, self.input_count),
            [moved[i] for i in self.outputs],
            [g._replace(a=moved[g.a], b=moved[g.b]) for g in self.guards],
            self.own,
        )

    def operands(self, i: int) -> array[int]:
        """The operands of number i."""
        return self.args[self.starts[i] : self.starts[i + 1]]

    def row(self, op: int) -> Primitive:
        """The row of an operation."""
        return self.own[op - FIRST_OWN] if op >= FIRST_OWN else TABLE[op - 1]

    def __len__(self) -> int:
        return len(self.ops)

    def __str__(self) -> str:
        names = self.names()
        lines = [
            f"{names[i]} = {self._formula(i, names)}"
            for i, op in enumerate(self.ops)
            if op > 0 or op == STOP
        ]
        lines += [
            f"holds while {names[g.a]} {RELATIONS[g.relation]} {names[g.b]} "
            f"is {g.outcome}"
            for g in self.guards
        ]
        return "\n".join(
            [*lines, f"return {', '.join(names[i] for i in self.outputs)}"]
        )

    def _formula(self, i: int, names: list[str]) -> str:
        operands = [names[a] for a in self.operands(i)]
        if self.ops[i] == STOP:
            return f"stop_gradient({operands[0]})"
        row = self.row(self.ops[i])
        if row.name == "dot" and len(operands) % 2:
            return f"{formula(row, operands[:-1])} + {operands[-1]}"
        return formula(row, operands)

    def names(self) -> list[str]:
        """How each number is called when the tape is printed."""
        labels = parameter_names(self.parameters)
        names, results = [], 0
        for i, op in enumerate(self.ops):
            place = self.args[self.starts[i]] if op < 0 else 0
            if op == PARAMETER:
                names.append(labels[place])
            elif op == INPUT:
                names.append(f"x{place}")
            elif op == CONSTANT:
                names.append(repr(self.constants[place]).removesuffix(".0"))
            else:
                names.append(f"t{results}")
                results += 1
        return names


def ints(view: Any) -> array[int]:
    """An array of the whole numbers that lie in this memory."""
    out = array("i")
    if len(view):
        out.frombytes(memoryview(view).cast("B"))
    return out


def parameter_names(parameters: Sequence[Any]) -> list[str]:
    """Labels where they are names of their own, each another; else p0, p1, ..."""
    labels = [getattr(p, "label", None) or "" for p in parameters]
    plain = all(
        label.isidentifier() and not re.fullmatch(r"[ptux]\d+", label)
        for label in labels
    )
    if plain and len(set(labels)) == len(labels):
        return labels
    return [f"p{i}" for i in range(len(parameters))]


def formula(row: Primitive, operands: Sequence[str]) -> str:
    """A row's text with these operands.

    >>> formula(TABLE[0], ["a", "b"])
    'a + b'
    """
    half = len(operands) // 2
    return row.text.format(
        *operands,
        all=", ".join(operands),
        left=", ".join(operands[:half]),
        right=", ".join(operands[half:]),
    )
