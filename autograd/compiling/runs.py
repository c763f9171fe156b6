# cython: annotation_typing=False
"""Runs: slots that follow each other with the same step."""

from __future__ import annotations

from typing import Any

FAR = 1 << 39  # slots of different regions are further apart than this

# a run of slots: its first one and the step from one to the next
Run = tuple[int, int]
# of one result: the operands' steps, their first slots, and their numbers
Row = tuple[tuple[int, ...], tuple[int, ...], tuple[Any, ...]]


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
