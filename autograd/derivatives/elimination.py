"""Linear systems over any number type: floats, Values, duals, power series.

Written out, and not NumPy's: that is no dependency, and it cannot record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.duals import times
from autograd.extensions import Extended

EPSILON = 2.0**-52  # of 1.0, the distance to the next float


class Singular(ArithmeticError):
    """A matrix without an inverse, as far as its numbers can tell."""


def solved(
    matrix: Sequence[Sequence[Any]], rights: Sequence[Sequence[Any]]
) -> list[list[Any]]:
    """For each right side the solution; None stands for 0, in what is given and found.

    Gaussian elimination with partial pivoting. Singular where a pivot is nothing but
    what rounding has left of it.

    >>> solved([[2.0, 1.0], [None, 4.0]], [[4.0, 8.0]])
    [[1.0, 2.0]]
    """
    count = len(matrix)
    rows = [[*row, *[right[i] for right in rights]] for i, row in enumerate(matrix)]
    # how large the numbers were that each entry is the difference of
    sizes = [[magnitude(x) for x in row] for row in rows]
    width = count + len(rights)
    for k in range(count):
        best = max(range(k, count), key=lambda i: magnitude(rows[i][k]))
        size = magnitude(rows[best][k])
        if not EPSILON * sizes[best][k] < size < float("inf"):
            raise Singular
        rows[k], rows[best] = rows[best], rows[k]
        sizes[k], sizes[best] = sizes[best], sizes[k]
        for i in range(k + 1, count):
            if rows[i][k] is None:
                continue
            factor = rows[i][k] / rows[k][k]
            for j in range(k + 1, width):
                term = product(factor, rows[k][j])
                rows[i][j] = difference(rows[i][j], term)
                sizes[i][j] = max(sizes[i][j], magnitude(term))
    found = []
    for place in range(count, width):
        solution: list[Any] = [None] * count
        for k in range(count - 1, -1, -1):
            left = rows[k][place]
            for j in range(k + 1, count):
                left = difference(left, product(rows[k][j], solution[j]))
            solution[k] = None if left is None else left / rows[k][k]
        found.append(solution)
    return found


def product(x: Any, y: Any) -> Any:
    return None if x is None or y is None else times(x, y)


def difference(x: Any, y: Any) -> Any:
    if y is None:
        return x
    return -y if x is None else x - y


def magnitude(x: Any) -> float:
    """How large a number is, of whatever kind."""
    while isinstance(x, Extended):
        x = x.primal
    return 0.0 if x is None else abs(float(getattr(x, "_data", x)))
