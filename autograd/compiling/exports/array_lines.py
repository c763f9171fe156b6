"""A schedule's instructions as lines of array code.

Vectors are arithmetic on slices, and groups of dot products matrix products.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiling.exports.array_cells import Cells
from autograd.compiling.exports.array_rows import ArrayRows
from autograd.compiling.exports.reading import Instruction, Run
from autograd.primitives import ROWS

DOT, SUM, TAKE, MULTIPLY = ROWS["dot"], ROWS["sum"], ROWS["take"], ROWS["*"]


class ArrayLines:
    """Writes instructions; `batch` is the text of the batch's shape."""

    def __init__(self, cells: Cells, rows: ArrayRows, batch: str) -> None:
        self.cells, self.rows, self.batch = cells, rows, batch
        self.module = cells.module

    def line(self, given: Instruction) -> str:
        """The line of an instruction; its results are an array from then on."""
        text, is_wide = self._expression(given)
        if not is_wide or self._is_of_no_sample(given):
            text = self.of_shape(text, given.out, str(given.count))
        if given.row is MULTIPLY and not any(given.needs) and self.rows.is_jax:
            text = f"jax.lax.stop_gradient({text})"  # so a schedule has it: x times 1
        return f"{self.cells.add(given.out, given.count)} = {text}"

    def of_shape(self, text: str, slot: int, last: str = "") -> str:
        """An expression of the shape that a slot's array has, but for the last axis."""
        batch = "" if slot < self.cells.varying else self.batch
        parts = [part for part in (batch, last) if part]
        shape = f"({', '.join(parts)}{',' * (len(parts) == 1)})"
        return f"{self.module}.broadcast_to({text}, {shape})"

    def _is_of_no_sample(self, given: Instruction) -> bool:
        """Whether a result that stands with what varies comes from what does not."""
        sources = [run.first for run in given.operands if run.first >= 0]
        varying = self.cells.varying
        return given.out >= varying and max([*sources, *given.slots]) < varying

    def _expression(self, given: Instruction) -> tuple[str, bool]:
        """The text, and whether its last axis is as long as there are results."""
        row, cells, n, m = given.row, self.cells, given.n, given.m
        if row is None:
            return cells.listed(given.slots), True
        if given.is_call and row.arity is None:
            return self.rows.reduced(row, cells.listed(given.slots)), True
        if given.is_call:
            runs = [Run(slot, 0, 0) for slot in given.slots]
            return self.rows.applied(row, self._operands(runs, 1)), True
        if given.is_vector:
            is_wide = n == 1 or any([run.step for run in given.operands])
            return self.rows.applied(row, self._operands(given.operands, n)), is_wide
        if row is DOT or row is SUM:
            text = self._dot(given) if row is DOT else self._sum(given)
            if given.start is None:
                return text, True
            return f"{text} + {self._number_or_run(given.start, m, is_row=True)}", True
        if row is TAKE:
            table, index = given.operands[:2]
            place = cells.run(index, m, is_row=True)
            return f"taken({cells.matrix(table, n, m)}, {place})", True
        x = given.operands[0]
        if m == 1:
            return self.rows.reduced(row, self._list(x, n)), True
        return f"{self.rows.reduced(row, cells.matrix(x, n, m))}[..., 0]", True

    def _operands(self, runs: Sequence[Run], n: int) -> list[str]:
        texts = [self._number_or_run(run, n) for run in runs]
        if all([self._is_number(run, n) for run in runs]):  # an array all the same
            texts = [self.cells.run(run, n) for run in runs]
        return texts

    def _is_number(self, run: Run, n: int) -> bool:
        return (n == 1 or not run.step) and self.cells.number(run.first) is not None

    def _number_or_run(self, run: Run, n: int, is_row: bool = False) -> str:
        number = self.cells.number(run.first)
        alone = n == 1 or not (run.row if is_row else run.step)
        if alone and number is not None:
            return number
        return self.cells.run(run, n, is_row)

    def _list(self, run: Run, n: int) -> str:
        return self.cells.listed([run.first + k * run.step for k in range(n)])

    def _sum(self, given: Instruction) -> str:
        x, n, m = given.operands[0], given.n, given.m
        if m == 1:
            return f"{self.module}.sum({self._list(x, n)}, axis=-1, keepdims=True)"
        return f"{self.module}.sum({self.cells.matrix(x, n, m)}, axis=-1)"

    def _dot(self, given: Instruction) -> str:
        x, y, _ = given.operands
        cells, n, m = self.cells, given.n, given.m
        if m > 1 and x.row and y.row:
            both = f"{cells.matrix(x, n, m)} * {cells.matrix(y, n, m)}"
            return f"{self.module}.sum({both}, axis=-1)"
        if (m > 1 and not x.row) or (m == 1 and cells.is_uniform(y)):
            x, y = y, x  # the matrix first
        if m == 1 and (not cells.is_uniform(x) or not (x.step and y.step)):
            texts = [self._number_or_run(x, n), self._number_or_run(y, n)]
            if not x.step and not y.step:
                texts[0] = self._list(x, n)
            product = f"{texts[0]} * {texts[1]}"
            return f"{self.module}.sum({product}, axis=-1, keepdims=True)"
        vector = self._list(y, n)
        if m == 1:
            return f"{vector} @ {self._list(x, n)}[:, None]"
        if cells.is_uniform(x):
            return f"{vector} @ {cells.columns(x, n, m)}"
        if cells.is_uniform(y):
            return f"{cells.matrix(x, n, m)} @ {vector}"
        return f"({cells.matrix(x, n, m)} @ {vector}[..., None])[..., 0]"
