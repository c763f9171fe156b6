"""Forward mode over a run of a schedule, and forward over reverse: in plain Python.

The twin of _native/tangents.h. The rules are the table's, over duals: each local
derivative of a result has its tangent, along one direction of the inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import floats
from autograd.compiling.instructions import Result
from autograd.compiling.run import Run
from autograd.duals import Duals, at

DUALS = Duals(floats)
COPIED = (DUALS.dual(1.0),)


class Tangents:
    """The tangents of all numbers of a run, and of their local derivatives.

    What does not move along the direction has none: not a tangent of 0.0, which an
    infinite slope would make nan. `needs` says for each instruction which operands
    depend on the inputs at all.
    """

    def __init__(
        self, run: Run, results: list[Result], needs: list[int], start: int
    ) -> None:
        self.run, self.start = run, start
        self.needed = [(r, needs[r.instruction]) for r in results]
        self.numbers: list[float | None] = []
        self.partials: dict[int, Sequence[Any]] = {}  # by the result's slot

    def forward(self, direction: Sequence[float]) -> None:
        """Tangents of the results, from those of the inputs."""
        values = self.run.values
        numbers: list[float | None] = [None] * len(values)
        for slot, tangent in enumerate(direction, self.start):
            numbers[slot] = tangent or None
        self.numbers = numbers
        for result, need in self.needed:
            if not need:
                continue
            operands = [
                DUALS.dual(values[slot], numbers[slot] if need & bit else None)
                for slots, bit in zip(result.groups, result.bits)
                for slot in slots
            ]
            if result.row is None:
                numbers[result.out] = operands[0].tangent
                self.partials[result.out] = COPIED
            else:
                out, self.partials[result.out] = at(DUALS, result.row, *operands)
                numbers[result.out] = out.tangent
            if result.start >= 0 and need & 4:
                _add(numbers, result.out, numbers[result.start])

    def reverse(self, outputs: Sequence[int], seeds: Sequence[float]) -> list[float]:
        """The tangents of all adjoints, from the adjoints of the outputs."""
        adjoints = [0.0] * len(self.numbers)
        moved: list[float | None] = [None] * len(self.numbers)
        for slot, seed in zip(outputs, seeds):
            adjoints[slot] += seed
        for result, need in reversed(self.needed):
            if not need:
                continue
            upstream, tangent = adjoints[result.out], moved[result.out]
            partials = iter(self.partials[result.out])
            for slots, bit in zip(result.groups, result.bits):
                for slot, local in zip(slots, partials):
                    if need & bit:
                        local = DUALS.lift(local)
                        adjoints[slot] += upstream * local.primal
                        if tangent is not None:
                            _add(moved, slot, tangent * local.primal)
                        if local.tangent is not None:
                            _add(moved, slot, upstream * local.tangent)
            if result.start >= 0 and need & 4:
                adjoints[result.start] += upstream
                _add(moved, result.start, tangent)
        return [x or 0.0 for x in moved]


def _add(sums: list[float | None], slot: int, term: float | None) -> None:
    so_far = sums[slot]
    if term is not None:
        sums[slot] = term if so_far is None else so_far + term
