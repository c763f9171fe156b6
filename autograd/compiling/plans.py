"""Which runs give all entries of a Jacobian, or of a Hessian, and where each is found.

Found once for a tape: what may be other than 0 follows from the instructions.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from autograd import colouring
from autograd.colouring import Pattern
from autograd.compiling import sparsity
from autograd.compiling.instructions import Result, taken_apart
from autograd.compiling.layout import Schedule

T = TypeVar("T")
# Lists of so many numbers take 3 GB
MOST_ENTRIES = 10**8


@dataclass
class Plan:
    """The runs that give a matrix: each for all columns, or rows, of one colour.

    By columns a run is seeded at the inputs, else at the outputs. Entry k of the matrix
    stands in `rows[k]` and `columns[k]`, and is number `places[k]` of run `runs[k]`.
    `others` are the runs that the other mode would take, where there is another.

    >>> print(jacobian_runs([{0, 1}, {1, 2}, {2, 3}], width=4))
    3 x 4 derivatives, of which 6 may be other than 0: reverse mode, 2 runs (forward \
mode: 2)
    """

    shape: tuple[int, int]
    colours: list[int]
    by_columns: bool
    rows: array[int]
    columns: array[int]
    runs: array[int]
    places: array[int]
    others: int | None = None

    def __str__(self) -> str:
        count, width = self.shape
        modes = ("forward", "reverse") if self.by_columns else ("reverse", "forward")
        if self.others is None:
            mode, other = "forward over reverse mode", ""
        else:
            mode, other = f"{modes[0]} mode", f" ({modes[1]} mode: {self.others})"
        runs = max(self.colours, default=-1) + 1
        return (
            f"{count} x {width} derivatives, of which {len(self.rows)} may be other "
            f"than 0: {mode}, {runs} run{'s' * (runs != 1)}{other}"
        )

    def must_fit_densely(self, name: str) -> None:
        count, width = self.shape
        if count * width > MOST_ENTRIES:
            raise ValueError(
                f"{name}: {count} x {width} derivatives would fill the memory; "
                "sparse=True gives those that may be other than 0"
            )

    def seeds(self) -> Iterator[array[float]]:
        """For each run, in order, the numbers that it is seeded with."""
        for group in colouring.seeds(self.colours):
            seed = array("d", bytes(8 * len(self.colours)))
            for k in group:
                seed[k] = 1.0
            yield seed

    def entries(self, found: Sequence[Sequence[T]]) -> list[T]:
        """The entries, row by row, from what the runs gave."""
        return [found[c][k] for c, k in zip(self.runs, self.places)]

    def dense(self, found: Sequence[Sequence[T]], zero: T) -> list[list[T]]:
        """All of the matrix, row by row."""
        count, width = self.shape
        matrix = [[zero] * width for _ in range(count)]
        for i, j, entry in zip(self.rows, self.columns, self.entries(found)):
            matrix[i][j] = entry
        return matrix


class Sparse(NamedTuple):
    """The entries of a matrix that may be other than 0, row by row.

    Rows are the function's results, columns its arguments' numbers, both left to right;
    SciPy takes it as `coo_array((s.values, (s.rows, s.columns)), s.shape)`.
    """

    rows: array[int]
    columns: array[int]
    values: Sequence[Any]
    shape: tuple[int, int]


def jacobian_plan(schedule: Schedule) -> Plan:
    """Of a schedule's outputs by its inputs; ValueError if it is too large."""
    pattern = sparsity.jacobian_pattern(
        _results(schedule), _inputs(schedule), schedule.outputs
    )
    # a run of reverse mode is in vector instructions, one of forward mode is not
    return jacobian_runs(pattern, schedule.layout[3], forward_costs=2)


def hessian_plan(schedule: Schedule) -> Plan:
    """Of a schedule's first output by its inputs; ValueError if it is too large."""
    pattern = sparsity.hessian_pattern(
        _results(schedule), _inputs(schedule), schedule.outputs[0]
    )
    return hessian_runs(pattern)


def jacobian_runs(pattern: Pattern, width: int, forward_costs: float = 1) -> Plan:
    """Forward or reverse mode, whichever takes less.

    `forward_costs` is what a run of forward mode costs, in runs of reverse mode.
    """
    shape = len(pattern), width
    _must_fit(pattern, shape)
    turned: list[list[int]] = [[] for _ in range(width)]
    for i, row in enumerate(pattern):
        for j in row:
            turned[j].append(i)
    columns = colouring.column_colouring(pattern, width)
    rows = colouring.column_colouring(turned, shape[0])
    forward, reverse = [max(c, default=-1) + 1 for c in (columns, rows)]
    if forward_costs * forward < reverse:
        entries = [(i, j, columns[j], i) for i, j in _entries(pattern)]
        return _plan(shape, columns, True, entries, reverse)
    entries = [(i, j, rows[i], j) for i, j in _entries(pattern)]
    return _plan(shape, rows, False, entries, forward)


def hessian_runs(pattern: Pattern) -> Plan:
    """By columns, of which fewer do for the symmetry."""
    shape = len(pattern), len(pattern)
    _must_fit(pattern, shape)
    colours = colouring.star_colouring(pattern)
    return _plan(shape, colours, True, colouring.places(pattern, colours))


def _must_fit(pattern: Pattern, shape: tuple[int, int]) -> None:
    count = sum(map(len, pattern))
    if count > MOST_ENTRIES:
        raise ValueError(
            f"of {shape[0]} x {shape[1]} derivatives {count} may be other than 0, and "
            f"at most {MOST_ENTRIES} are computed: use hvp, or fewer arguments"
        )


def _entries(pattern: Pattern) -> Iterator[tuple[int, int]]:
    for i, row in enumerate(pattern):
        for j in sorted(row):
            yield i, j


def _plan(
    shape: tuple[int, int],
    colours: list[int],
    by_columns: bool,
    entries: Iterable[tuple[int, int, int, int]],
    others: int | None = None,
) -> Plan:
    fields = array("i"), array("i"), array("i"), array("i")
    for entry in entries:
        for column, number in zip(fields, entry):
            column.append(number)
    return Plan(shape, colours, by_columns, *fields, others)


def _results(schedule: Schedule) -> list[Result]:
    return taken_apart(*schedule.parts())


def _inputs(schedule: Schedule) -> range:
    _, _, first, count, _, _ = schedule.layout
    return range(first, first + count)
