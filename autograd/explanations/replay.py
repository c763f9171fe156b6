"""The recorded operations once more over floats, with one number changed.

It asks the table for values only, so that a central difference of it is a second
opinion about every derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from autograd import floats
from autograd._engine import Value
from autograd.checking.differences import OK, compare
from autograd.explanations.model import OLDER, Check
from autograd.graph import is_outdated, primal

# The step at which truncation and rounding of a central difference balance
STEP = 2.0**-17


class Replay:
    """A recorded graph that can be computed again.

    >>> from autograd.graph import topological_order
    >>> a = Value(3.0)
    >>> replay = Replay(topological_order(a * a))
    >>> replay.result({0: 4.0})
    16.0
    """

    def __init__(self, order: Sequence[Value]) -> None:
        index = {node: i for i, node in enumerate(order)}
        self.rows = [node._row for node in order]
        self.operands = [tuple(index[p] for p in node.parents) for node in order]
        self.recorded = [node.data for node in order]
        # where an operand was assigned to after the operation was recorded
        self.stale = [*map(is_outdated, order)]

    def _at(self, i: int) -> list[float]:
        return [self.recorded[parent] for parent in self.operands[i]]

    def primals(self, changed: Mapping[int, float]) -> list[float]:
        """Every number, where these variables have these numbers instead."""
        numbers = list(self.recorded)
        moved = [False] * len(numbers)
        for i, row in enumerate(self.rows):
            if i in changed:
                numbers[i], moved[i] = changed[i], True
            elif row is not None and any(moved[parent] for parent in self.operands[i]):
                numbers[i] = primal(
                    row, [numbers[parent] for parent in self.operands[i]]
                )
                moved[i] = True
        return numbers

    def result(self, changed: Mapping[int, float]) -> float:
        """The last number of the graph, where these variables have these numbers."""
        return self.primals(changed)[-1]

    def check(self, variable: int, adjoint: float) -> Check:
        """A gradient of the result beside its central difference."""
        return checked(
            lambda x: self.result({variable: x}), self.recorded[variable], adjoint
        )

    def check_local(self, child: int, position: int, partial: float) -> Check:
        """A local derivative beside its central difference."""
        row, operands = self.rows[child], self._at(child)
        assert row is not None  # a leaf has no local derivative
        if self.stale[child]:
            return Check(floats.nan, floats.nan, "cannot tell", OLDER)

        def moved(x: float) -> float:
            return primal(row, [*operands[:position], x, *operands[position + 1 :]])

        return checked(moved, operands[position], partial)


def _same(x: float, y: float) -> bool:
    return x == y or (x != x and y != y)


def checked(f: Callable[[float], float], x: float, derivative: float) -> Check:
    """A derivative of f at x beside its difference quotient, and what that can tell.

    >>> checked(lambda x: x * x, 3.0, 6.0).verdict
    'ok'
    >>> checked(lambda x: x * x, 3.0, 6.00001).verdict
    'differs'
    >>> checked(lambda x: max(x, 0.0), 0.0, 0.0).reason
    'a kink: the slope is 0 to the left and 1 to the right'
    """
    told = compare(f, x, derivative)
    # what is tiny varies over its own length, or over that of 1
    steps = [STEP * max(abs(x), 1.0)] + [STEP * abs(x)] * (abs(x) < STEP)
    quotients = [(f(x + h) - f(x - h)) / (2 * h) for h in steps if h]
    estimate = min(quotients, key=lambda quotient: abs(quotient - told.estimate))
    is_same = estimate == derivative or (estimate != estimate and told.verdict == OK)
    difference = 0.0 if is_same else abs(estimate - derivative)
    return Check(estimate, difference, told.verdict, told.reason)
