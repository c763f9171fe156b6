"""Which runs give all entries of a Jacobian, or of a Hessian, and where each is found.

Found once for a tape: what may be other than 0 follows from the instructions.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograd import colouring
from autograd.compiling import sparsity
from autograd.compiling.instructions import Result, taken_apart
from autograd.compiling.layout import Schedule

# A run of reverse mode is in vector instructions, one of forward mode is not
FORWARD_IS_SLOWER = 2
# Lists of so many numbers take 3 GB
MOST_ENTRIES = 10**8


@dataclass
class Plan:
    """The runs that give a matrix: each for all columns, or rows, of one colour.

    By columns a run is seeded at the inputs, else at the outputs. Entry k of the matrix
    stands in `rows[k]` and `columns[k]`, and is number `places[k]` of run `runs[k]`.
    """

    shape: tuple[int, int]
    colours: list[int]
    by_columns: bool
    rows: array[int]
    columns: array[int]
    runs: array[int]
    places: array[int]

    def seeds(self) -> Iterator[array[float]]:
        """For each run, in order, the numbers that it is seeded with."""
        for group in colouring.seeds(self.colours):
            seed = array("d", bytes(8 * len(self.colours)))
            for k in group:
                seed[k] = 1.0
            yield seed

    def entries(self, found: Sequence[Sequence[float]]) -> array[float]:
        """The entries, row by row, from what the runs gave."""
        return array("d", [found[c][k] for c, k in zip(self.runs, self.places)])


def jacobian_plan(schedule: Schedule) -> Plan:
    """Forward or reverse mode, whichever takes less; ValueError if it is too large."""
    pattern = sparsity.jacobian_pattern(
        _results(schedule), _inputs(schedule), schedule.outputs
    )
    shape = len(pattern), schedule.layout[3]
    _must_fit(pattern, shape)
    turned: list[list[int]] = [[] for _ in range(shape[1])]
    for i, row in enumerate(pattern):
        for j in row:
            turned[j].append(i)
    columns = colouring.column_colouring(pattern, shape[1])
    rows = colouring.column_colouring(turned, shape[0])
    runs = [max(colours, default=-1) + 1 for colours in (columns, rows)]
    if FORWARD_IS_SLOWER * runs[0] < runs[1]:
        entries = [(i, j, columns[j], i) for i, j in _entries(pattern)]
        return _plan(shape, columns, True, entries)
    entries = [(i, j, rows[i], j) for i, j in _entries(pattern)]
    return _plan(shape, rows, False, entries)


def hessian_plan(schedule: Schedule) -> Plan:
    """By columns, of which fewer do for the symmetry; ValueError if it is too large."""
    pattern = sparsity.hessian_pattern(
        _results(schedule), _inputs(schedule), schedule.outputs[0]
    )
    shape = len(pattern), len(pattern)
    _must_fit(pattern, shape)
    colours = colouring.star_colouring(pattern)
    return _plan(shape, colours, True, colouring.places(pattern, colours))


def _must_fit(pattern: Sequence[Collection[int]], shape: tuple[int, int]) -> None:
    count = sum(map(len, pattern))
    if count > MOST_ENTRIES:
        raise ValueError(
            f"of {shape[0]} x {shape[1]} derivatives {count} may be other than 0, and "
            f"at most {MOST_ENTRIES} are computed: use hvp, or fewer arguments"
        )


def _entries(pattern: Sequence[Collection[int]]) -> Iterator[tuple[int, int]]:
    for i, row in enumerate(pattern):
        for j in sorted(row):
            yield i, j


def _plan(
    shape: tuple[int, int],
    colours: list[int],
    by_columns: bool,
    entries: Iterable[tuple[int, int, int, int]],
) -> Plan:
    fields = array("i"), array("i"), array("i"), array("i")
    for entry in entries:
        for column, number in zip(fields, entry):
            column.append(number)
    return Plan(shape, colours, by_columns, *fields)


def _results(schedule: Schedule) -> list[Result]:
    return taken_apart(*schedule.parts())


def _inputs(schedule: Schedule) -> range:
    _, _, first, count, _, _ = schedule.layout
    return range(first, first + count)
