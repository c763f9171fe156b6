# cython: annotation_typing=False
"""Runs: slots that follow each other with the same step."""

from __future__ import annotations

from array import array
from typing import Any

FAR = 1 << 39  # slots of different regions are further apart than this

# a run of slots: its first one and the step from one to the next
Run = tuple[int, int]
# of one result: the operands' steps, their first slots, and their numbers
Row = tuple[tuple[int, ...], tuple[int, ...], tuple[Any, ...]]


class Columns:
    """The slots of the operands of elementwise operations, column after column."""

    def __init__(self, arity: int, count: int) -> None:
        self.arity, self.count = arity, count
        self.slots = array("q", bytes(8 * arity * count))

    def step(self, k: int, j: int) -> int:
        """How far it is in column k from row j to the next."""
        at = k * self.count + j
        return self.slots[at + 1] - self.slots[at]

    def run_end(self, start: int) -> int:
        """Where the run that begins there ends: all columns go on with their steps."""
        count = self.count
        if start + 1 == count:
            return count
        unit = True
        for k in range(self.arity):
            step = self.step(k, start)
            if step > FAR or step < -FAR:
                return start + 1
            if step not in (0, 1):
                unit = False
        stop = start + 2
        while stop < count:
            same = True
            for k in range(self.arity):
                if self.step(k, stop - 1) != self.step(k, start):
                    same = False
            if not same:
                break
            stop += 1
        # two alone that are far apart are better left to their other neighbours
        return stop if unit or stop - start > 2 else start + 1

    def runs(self) -> int:
        """How many runs there are."""
        runs = start = 0
        while start < self.count:
            start = self.run_end(start)
            runs += 1
        return runs


def as_run(slots: list[int]) -> Run | None:
    """First slot and step, if the slots are that far apart all along."""
    if len(slots) == 1:
        return slots[0], 1
    step = slots[1] - slots[0]
    if abs(step) > FAR or slots[-1] - slots[0] != step * (len(slots) - 1):
        return None
    expected = slots[0]
    for slot in slots:
        if slot != expected:
            return None
        expected += step
    return slots[0], step


def rows_that_go_together(rows: list[Any]) -> Any:
    """Where rows have the same inner steps, and stand at equal distances."""
    count = len(rows)
    start = 0
    while start < count:
        stop = start + 1
        if stop < count and rows[stop][0] == rows[start][0]:
            distances = [b - a for a, b in zip(rows[start][1], rows[stop][1])]
            near = all([abs(d) < FAR for d in distances])
            while (
                stop < count
                and near
                and rows[stop][0] == rows[start][0]
                and [b - a for a, b in zip(rows[stop - 1][1], rows[stop][1])]
                == distances
            ):
                stop += 1
        yield start, stop
        start = stop
