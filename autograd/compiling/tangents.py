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

    `needs` says for each instruction which operands depend on the inputs: to the others
    not even an infinite slope gives a tangent.
    """

    def __init__(
        self, run: Run, results: list[Result], needs: list[int], start: int
    ) -> None:
        self.run, self.start = run, start
        self.needed = [(r, needs[r.instruction]) for r in results]
        self.numbers: list[Any] = []
        self.partials: dict[int, Sequence[Any]] = {}  # by the result's slot

    def forward(self, direction: Sequence[float]) -> None:
        """Tangents of the results, from those of the inputs."""
        values, numbers = self.run.values, [0.0] * len(self.run.values)
        numbers[self.start : self.start + len(direction)] = direction
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
                tangent, self.partials[result.out] = operands[0].tangent, COPIED
            else:
                out, self.partials[result.out] = at(DUALS, result.row, *operands)
                tangent = out.tangent or 0.0
            if result.start >= 0 and need & 4:
                tangent += numbers[result.start]
            numbers[result.out] = tangent

    def reverse(self, outputs: Sequence[int], seeds: Sequence[float]) -> list[float]:
        """The tangents of all adjoints, from the adjoints of the outputs.

        An adjoint that is the same everywhere has none: not a tangent of 0.0, which
        an infinite slope would make nan.
        """
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
                if tangent is not None:
                    _add(moved, result.start, tangent)
        return [x or 0.0 for x in moved]


def _add(sums: list[float | None], slot: int, term: float) -> None:
    so_far = sums[slot]
    sums[slot] = term if so_far is None else so_far + term
