"""Which runs give all entries of a Jacobian, or of a Hessian, and where each is found.

Found once for a tape: what may be other than 0 follows from the instructions.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd import colouring
from autograd.compiling import sparsity
from autograd.compiling.instructions import Result, taken_apart
from autograd.compiling.layout import Schedule

# A run of reverse mode is in vector instructions, one of forward mode is not
FORWARD_IS_SLOWER = 2


@dataclass
class Plan:
    """The runs that give a matrix: each for all columns, or rows, of one colour.

    By columns a run is seeded at the inputs, else at the outputs. `pattern` has for
    each row its columns, in order.
    """

    pattern: list[list[int]]
    width: int
    colours: list[int]
    by_columns: bool
    is_symmetric: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.pattern), self.width

    def seeds(self) -> Iterator[array[float]]:
        """For each colour, in order, the numbers that a run is seeded with."""
        for group in colouring.seeds(self.colours):
            seed = array("d", bytes(8 * len(self.colours)))
            for k in group:
                seed[k] = 1.0
            yield seed

    def entries(
        self, compressed: Sequence[Sequence[float]]
    ) -> Iterator[tuple[int, int, float]]:
        """Row, column and number, from what the runs gave."""
        if self.is_symmetric:
            yield from colouring.recovered(self.pattern, self.colours, compressed)
            return
        for i, row in enumerate(self.pattern):
            for j in row:
                if self.by_columns:
                    yield i, j, compressed[self.colours[j]][i]
                else:
                    yield i, j, compressed[self.colours[i]][j]


def jacobian_plan(schedule: Schedule) -> Plan:
    """Forward or reverse mode, whichever takes less."""
    pattern = [
        sorted(row)
        for row in sparsity.jacobian_pattern(
            _results(schedule), _inputs(schedule), schedule.outputs
        )
    ]
    width = schedule.layout[3]
    turned: list[list[int]] = [[] for _ in range(width)]
    for i, row in enumerate(pattern):
        for j in row:
            turned[j].append(i)
    columns = colouring.column_colouring(pattern, width)
    rows = colouring.column_colouring(turned, len(pattern))
    runs = [max(colours, default=-1) + 1 for colours in (columns, rows)]
    by_columns = FORWARD_IS_SLOWER * runs[0] < runs[1]
    return Plan(pattern, width, columns if by_columns else rows, by_columns)


def hessian_plan(schedule: Schedule) -> Plan:
    """By columns, of which symmetry makes fewer do."""
    rows = sparsity.hessian_pattern(
        _results(schedule), _inputs(schedule), schedule.outputs[0]
    )
    pattern = [sorted(row) for row in rows]
    return Plan(pattern, len(rows), colouring.star_colouring(pattern), True, True)


def _results(schedule: Schedule) -> list[Result]:
    return taken_apart(*schedule.parts())


def _inputs(schedule: Schedule) -> range:
    _, _, first, count, _, _ = schedule.layout
    return range(first, first + count)
