"""Which arrays hold a schedule's slots, and expressions for runs of them.

Each instruction's results are an array with the slots in its last axis. What depends on
parameters only has no other axis; the rest has the batch's before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from autograd.compiling.exports.reading import Run
from autograd.compiling.layout import Schedule

MANY = 8  # pieces of arrays, from which on they are joined whole and picked from


class Cell(NamedTuple):
    """An array, the first of its slots, and how many they are."""

    first: int
    name: str
    size: int


# slots of one array: the first place, the step, and how many
Piece = tuple[Cell, int, int, int]


class Cells:
    """The arrays that are known so far."""

    def __init__(self, schedule: Schedule, module: str) -> None:
        parameters, constants, self.varying, _, _, _ = schedule.layout
        self.module, self.names = module, schedule.names()
        self.constants = schedule.constants
        self.bounds = parameters, parameters + constants
        self.firsts: list[int] = []
        self.cells: list[Cell] = []
        self.add(0, parameters, "p")
        self.add(parameters, constants, "c")

    def add(self, first: int, size: int, name: str = "") -> str:
        """An array for these slots: its name."""
        cell = Cell(first, name or self.names[first], size)
        if size:
            place = bisect_right(self.firsts, first)
            self.firsts.insert(place, first)
            self.cells.insert(place, cell)
        return cell.name

    def cell(self, slot: int) -> Cell:
        return self.cells[bisect_right(self.firsts, slot) - 1]

    def is_uniform(self, run: Run) -> bool:
        """Whether an operand is the same for all samples."""
        return run.first < self.varying

    def number(self, slot: int) -> str | None:
        """The text of a constant, or None where the slot is none."""
        first, stop = self.bounds
        if not first <= slot < stop:
            return None
        x = self.constants[slot - first]
        if x - x != 0:
            text = "nan" if x != x else "inf" if x > 0 else "-inf"
            text = text.replace("nan", f"{self.module}.nan")
            return f"({text})".replace("inf", f"{self.module}.inf")
        return f"({x!r})" if repr(x).startswith("-") else repr(x)

    def run(self, run: Run, count: int, is_row: bool = False) -> str:
        """So many slots of an operand; where they are the same one, that alone.

        `is_row` takes the first of each row.
        """
        step = run.row if is_row else run.step
        return self.listed([run.first + k * step for k in range(count if step else 1)])

    def listed(self, slots: Sequence[int]) -> str:
        """These slots, in the last axis."""
        pieces = self._pieces(slots)
        if len(pieces) == 1:
            return self._slice(*pieces[0])
        if len(pieces) <= MANY:
            return self._joined(pieces)
        cells = sorted({cell for cell, _, _, _ in pieces})
        places, place = {}, 0
        for cell in cells:
            places[cell.first] = place - cell.first
            place += cell.size
        base = cells[0].name
        if len(cells) > 1:
            base = self._joined([(cell, 0, 1, cell.size) for cell in cells])
        picked = ", ".join(
            [str(slot + places[self.cell(slot).first]) for slot in slots]
        )
        return f"{base}[..., {self.module}.array([{picked}])]"

    def matrix(self, run: Run, n: int, m: int) -> str:
        """m rows of n slots, in the last two axes."""
        if run.step == m * run.row and m > 1:
            columns = [run.first + k * run.row for k in range(n * m)]
            turned = f"rows({self.listed(columns)}, {n})"
            if self.is_uniform(run):
                return f"{turned}.T"
            return f"{self.module}.swapaxes({turned}, -1, -2)"
        slots = [
            run.first + j * run.row + k * run.step for j in range(m) for k in range(n)
        ]
        cell = self.cell(run.first)
        inside = cell.first <= min(slots) and max(slots) < cell.first + cell.size
        if run.row == n * run.step or not inside:
            return f"rows({self.listed(slots)}, {m})"
        start, place = divmod(run.first - cell.first, run.row or 1)
        whole = cell, start * run.row, 1, m * run.row
        fits = place + n <= run.row and whole[1] + whole[3] <= cell.size
        if run.step == 1 and fits:  # a part of each row of a larger matrix
            return f"rows({self._slice(*whole)}, {m})[..., {place}:{place + n}]"
        arange, first = f"{self.module}.arange", run.first - cell.first
        steps = [(run.row, f"{arange}({m})[:, None]"), (run.step, f"{arange}({n})")]
        terms = [str(first)] * bool(first)
        terms += [text if by == 1 else f"{by} * {text}" for by, text in steps]
        return f"{cell.name}[..., {' + '.join(terms)}]"

    def columns(self, run: Run, n: int, m: int) -> str:
        """The same transposed: n rows of m slots."""
        return self.matrix(Run(run.first, run.row, run.step), m, n)

    def _pieces(self, slots: Sequence[int]) -> list[Piece]:
        pieces: list[Piece] = []
        for slot in slots:
            if pieces:
                cell, first, step, count = pieces[-1]
                place = slot - cell.first
                if 0 <= place < cell.size:
                    if count == 1:
                        pieces[-1] = cell, first, place - first, 2
                        continue
                    if place == first + count * step:
                        pieces[-1] = cell, first, step, count + 1
                        continue
            cell = self.cell(slot)
            pieces.append((cell, slot - cell.first, 1, 1))
        return pieces

    def _slice(self, cell: Cell, first: int, step: int, count: int) -> str:
        if count == cell.size and step == 1:
            return cell.name
        lead = "" if cell.first < self.varying else "..., "
        if step == 0:
            return f"{cell.name}[{lead}{self.module}.array([{first}] * {count})]"
        stop: int | str = first + step * (count - 1) + (1 if step > 0 else -1)
        if isinstance(stop, int) and stop < 0:
            stop = ""
        by = "" if step == 1 else f":{step}"
        return f"{cell.name}[{lead}{first}:{stop}{by}]"

    def _joined(self, pieces: Sequence[Piece]) -> str:
        parts = ", ".join([self._slice(*piece) for piece in pieces])
        if len({cell.first < self.varying for cell, _, _, _ in pieces}) > 1:
            return f"joined([{parts}])"
        return f"{self.module}.concatenate([{parts}], axis=-1)"
