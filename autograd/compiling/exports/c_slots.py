"""Where a schedule's slots are in C: in which array, and at which place of it.

Values are in the arguments p and x, in the constants c, and in the workspace as u and
v: what depends on parameters only, and what depends on inputs. Adjoints are beside each
of these, in dp, dx, du and dv. Where an instruction reads across two arrays, these are
copied into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autograd.compiling.exports.reading import Instruction, Run
from autograd.compiling.layout import Schedule

Terms = tuple[tuple[int, str], ...]  # steps and the variables that count them


class Slots:
    """The arrays of a schedule, and its slots in them."""

    def __init__(self, schedule: Schedule, instructions: Iterable[Instruction]) -> None:
        parameters, constants, uniform, inputs, slots, _ = schedule.layout
        first = parameters + constants
        self.constants, self.inputs = (parameters, first), (uniform, uniform + inputs)
        self.schedule = schedule
        self.varying = uniform
        self.arrays = {
            "p": (0, parameters),
            "c": (parameters, first),
            "u": (first, uniform),
            "x": (uniform, uniform + inputs),
            "v": (uniform + inputs, slots),
        }
        for instruction in instructions:
            for low, high in spans(instruction):
                if self.array(low) != self.array(high):
                    self._merge(low)

    def _merge(self, slot: int) -> None:
        uniform, slots = self.varying, self.schedule.layout[4]
        if slot < uniform:
            self.arrays.update(p=(0, 0), c=(0, 0), u=(0, uniform))
        else:
            self.arrays.update(x=(uniform, uniform), v=(uniform, slots))

    @property
    def has_copied_parameters(self) -> bool:
        """Whether parameters and constants are in u."""
        return self.arrays["u"][0] < self.constants[1]

    @property
    def has_copied_inputs(self) -> bool:
        """Whether inputs are in v."""
        return self.arrays["v"][0] < self.inputs[1]

    def size(self, array: str) -> int:
        first, stop = self.arrays[array]
        return stop - first

    def array(self, slot: int) -> str:
        """The array that a slot is in."""
        return next(a for a, (i, stop) in self.arrays.items() if i <= slot < stop)

    def value(self, slot: int, terms: Terms = ()) -> str:
        """The number in a slot, or in one that is `terms` further on."""
        array = self.array(slot)
        return f"{array}[{offset(slot - self.arrays[array][0], terms)}]"

    def adjoint(self, slot: int, terms: Terms = ()) -> str:
        return f"d{self.value(slot, terms)}"

    def operand(self, slot: int, terms: Terms = ()) -> str | float:
        """The same; the number itself where it is a constant that stands alone."""
        first, stop = self.constants
        if first <= slot < stop and not any(step for step, _ in terms):
            return self.schedule.constants[slot - first]
        return self.value(slot, terms)


def spans(instruction: Instruction) -> Iterator[tuple[int, int]]:
    """The lowest and the highest slot of each operand."""
    for run in instruction.operands:
        if run.first >= 0:
            ends = extent(run, instruction)
            yield min(ends), max(ends)
    if instruction.row is None:
        yield min(instruction.slots), max(instruction.slots)


def extent(run: Run, instruction: Instruction) -> list[int]:
    """The slots at the corners of an operand."""
    across, down = run.step * (instruction.n - 1), run.row * (instruction.m - 1)
    return [run.first + a + b for a in (0, across) for b in (0, down)]


def offset(first: int, terms: Terms) -> str:
    """A place that depends on loops' variables.

    >>> offset(3, ((1, "k"), (16, "j"))), offset(0, ((-1, "k"), (0, "j")))
    ('3 + k + 16 * j', '0 - k')
    """
    text = str(first)
    for step, variable in terms:
        if step:
            by = variable if abs(step) == 1 else f"{abs(step)} * {variable}"
            text += f" {'-' if step < 0 else '+'} {by}"
    return text.removeprefix("0 + ")
