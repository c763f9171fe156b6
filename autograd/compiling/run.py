"""The numbers of one forward run: each result, and its local derivatives.

They are the table's own, over floats or over whatever numbers are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import floats
from autograd.compiling.instructions import TAKE, Result


class Run:
    """The numbers of one forward run, and what a reverse run wants of it."""

    def __init__(self, math: Any, values: list[Any]) -> None:
        self.math, self.values = math, values
        self.kept: dict[Result, tuple[Any, ...]] = {}  # local derivatives of CALLs
        self.adjoints: list[Any] = []
        self.fault: Exception | None = None

    def compute(self, result: Result) -> Any:
        """The number of a result."""
        values, row = self.values, result.row
        xs = [values[slot] for slots in result.groups for slot in slots]
        if row is None:
            return xs[0]
        if result.is_call and self.fault is not None:
            return floats.nan  # nothing is called any more
        if row is TAKE:
            _check_index(xs[0], len(xs) - 1)
        if self.math is not floats and not all([isinstance(x, float) for x in xs]):
            out = row.forward(self.math, *xs)
        elif result.is_call:
            out, self.kept[result] = row.at(*xs)
            if len(self.kept[result]) != len(xs):
                raise ValueError(
                    f"the rule of {row.name!r} gave {len(self.kept[result])} local "
                    f"derivatives for {len(xs)} operands"
                )
        else:
            try:
                out = row.forward(floats, *xs)
            except ZeroDivisionError:
                out = row.at(*xs)[0]
        return out if result.start < 0 else values[result.start] + out

    def partials(self, result: Result) -> Sequence[Any]:
        """The local derivatives of a result by its operands."""
        values, row = self.values, result.row
        if row is None:
            return (1.0,)
        if result in self.kept:
            return self.kept[result]
        xs = [values[slot] for slots in result.groups for slot in slots]
        try:
            return row.partials(self.math, values[result.out], *xs)
        except ZeroDivisionError:
            if self.math is not floats:
                raise
            return row.at(*xs)[1]


def _check_index(index: Any, count: int) -> None:
    if index != index // 1:
        raise TypeError(f"take(xs, index): index must be a whole number, not {index}")
    if not -count <= index < count:
        raise IndexError(
            f"take(xs, index): index {int(index)} is out of range for {count} elements"
        )
