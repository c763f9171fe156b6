"""The schedule: instructions over numbered slots, as the interpreters run them.

Slots are, in this order: parameters, constants, results that depend on these alone
(uniform: a batch computes them once), inputs, and the other results.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

from autograd._native.kernels import KERNELS
from autograd.compiling import instructions
from autograd.compiling.instructions import CALL, FIELDS, GATHER
from autograd.compiling.tape import CODES, RELATIONS, formula, parameter_names
from autograd.primitives import TABLE, Primitive

# While a schedule is written, each region counts its slots from a base of its own
CONSTANTS, UNIFORM, VARYING = 1 << 40, 1 << 41, 1 << 42
PARAMETERS, INPUTS = 0, 1  # the two modes of differentiation
LISTS = {code for code, row in enumerate(TABLE, start=1) if row.arity is None}
REDUCTIONS = {CODES[row.name] for row in instructions.REDUCTIONS}


def has_kernel(row: Primitive) -> bool:
    """Whether the compiled interpreter computes a row by itself."""
    return KERNELS.get(row) is not None


@dataclass
class Schedule:
    """What an interpreter needs to run a tape; `print` shows it."""

    instructions: array[int]
    pool: array[int]
    constants: array[float]
    layout: tuple[int, int, int, int, int, int]
    guards: array[int]
    outputs: array[int]
    needs: tuple[array[int], array[int]]
    rows: list[Primitive] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)
    exact: bool = False

    def parts(self) -> tuple[Any, ...]:
        """What a Program is made from."""
        return (
            *(self.instructions, self.pool, self.constants, self.layout, self.guards),
            *(self.outputs, self.needs, self.rows, self.parameters, self.exact),
        )

    def __len__(self) -> int:
        return len(self.instructions) // FIELDS

    def __str__(self) -> str:
        names = self.names()
        lines = [self._line(k, names) for k in range(len(self))]
        for k in range(0, len(self.guards), 4):
            relation, a, b, outcome = self.guards[k : k + 4]
            sign = RELATIONS[relation]
            lines.append(f"holds while {names[a]} {sign} {names[b]} is {bool(outcome)}")
        returned = ", ".join(names[slot] for slot in self.outputs)
        return "\n".join([*lines, f"return {returned}"])

    def names(self) -> list[str]:
        """How each slot is called when the schedule is printed."""
        parameters, constants, uniform, inputs, slots, _ = self.layout
        return [
            *parameter_names(self.parameters),
            *[repr(x).removesuffix(".0") for x in self.constants],
            *[f"u{i}" for i in range(uniform - parameters - constants)],
            *[f"x{i}" for i in range(inputs)],
            *[f"t{i}" for i in range(slots - uniform - inputs)],
        ]

    def _line(self, k: int, names: list[str]) -> str:
        op, n, m, out, *operands = self.instructions[k * FIELDS : (k + 1) * FIELDS]
        firsts, steps, rows = operands[::3], operands[1::3], operands[2::3]

        def run(first: int, step: int, count: int) -> str:
            last = first + step * (count - 1)
            if count == 1 or step == 0:
                return names[first]
            by = "" if step == 1 else f" by {step}"
            return f"{names[first]}..{names[last]}{by}"

        def grid(i: int) -> str:
            first = run(firsts[i], steps[i], n)
            last = run(firsts[i] + rows[i] * (m - 1), steps[i], n)
            return f"[{first}]" if m == 1 or rows[i] == 0 else f"[{first}] to [{last}]"

        if op == GATHER:
            sources = [names[s] for s in self.pool[firsts[0] : firsts[0] + n]]
            return f"{run(out, 1, n)} = gather {shortened(sources)}"
        if op == CALL:
            sources = [names[s] for s in self.pool[firsts[1] : firsts[1] + n]]
            return (
                f"{names[out]} = call {self.rows[firsts[0]].name}({', '.join(sources)})"
            )
        row = TABLE[op - 1]
        if row.name == "take":
            index = run(firsts[1], rows[1], m)
            return f"{run(out, 1, m)} = take {grid(0)} at {index}"
        if row.arity is None:
            operands_shown = [grid(0)]
            if row.name == "dot":
                operands_shown.append(grid(1))
            last = f" + {run(firsts[2], rows[2], m)}" if firsts[2] >= 0 else ""
            return f"{run(out, 1, m)} = {row.name} {' · '.join(operands_shown)}{last}"
        shown = [run(firsts[i], steps[i], n) for i in range(row.arity)]
        return f"{run(out, 1, n)} = {formula(row, shown)}"


def shortened(names: list[str]) -> str:
    if len(names) <= 6:
        return ", ".join(names)
    return f"{', '.join(names[:3])}, ... {names[-1]} ({len(names)})"
