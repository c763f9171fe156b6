"""Right formulas with some of their parts as numbers, as a learner may write them.

"2 * b" is right for a · b where a is 2, and it is told from a formula that is right by
chance by how it changes when the numbers of the graph do.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from autograd.explanations.elsewhere import Point, applied
from autograd.explanations.model import Done, Forward, Local, Log, Push, Seed

# Of so many parts each may be a number, of the local derivatives the nearest ones
PARTS = 5
Row = tuple[float, ...]
T = TypeVar("T")


def ways(
    log: Log,
    step: Forward | Local | Seed | Push | Done,
    here: Point,
    nearby: Sequence[Point],
) -> list[Row]:
    """What a right formula may be at the places nearby; the first has no numbers.

    >>> from autograd import Value, explain
    >>> from autograd.explanations.elsewhere import points
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> log = explain(a * b).log
    >>> here, nearby, _ = points(log)
    >>> [round(x, 3) for (x,) in ways(log, Forward(2), here, [nearby])]
    [6.135, 6.058, 6.076, 6.0]
    """
    if isinstance(step, (Forward, Local)):
        rows = _of_operation(log, step, here, nearby)
    elif isinstance(step, Seed):
        rows = iter([(1.0,) * len(nearby)])
    else:
        rows = _of_products(log, step, here, nearby)
    return list(dict.fromkeys(rows))


def _of_operation(
    log: Log, step: Forward | Local, here: Point, nearby: Sequence[Point]
) -> Iterator[Row]:
    """A value, or a local derivative, with some of the operands as numbers."""
    v = log.variables[step.variable if isinstance(step, Forward) else step.child]
    for fixed in _subsets(list(dict.fromkeys(v.operands))[:PARTS]):
        row = []
        for p in nearby:
            operands = [(here if i in fixed else p).primals[i] for i in v.operands]
            found = applied(v, operands)
            if found is None:
                break
            row.append(
                found[0] if isinstance(step, Forward) else found[1][step.position]
            )
        else:
            yield tuple(row)


def _of_products(
    log: Log, step: Push | Done, here: Point, nearby: Sequence[Point]
) -> Iterator[Row]:
    """A gradient, or a contribution to one, with some local derivatives as numbers."""
    start = step.variable if isinstance(step, Done) else step.child
    region, factors = _above(log, start, here, nearby)
    if isinstance(step, Push):
        factors = [step, *factors]
    for fixed in _subsets(factors[:PARTS]):
        numbers = set(map(id, fixed))
        for beyond in (None, here):
            yield tuple(
                _sum(log, step, region, p, beyond or p, _local(here, p, numbers))
                for p in nearby
            )


def _local(here: Point, p: Point, numbers: set[int]) -> Callable[[Push], float]:
    return lambda push: (here if id(push) in numbers else p).local(push)


def _sum(
    log: Log,
    step: Push | Done,
    region: Sequence[int],
    p: Point,
    beyond: Point,
    local: Callable[[Push], float],
) -> float:
    totals: dict[int, float] = {}
    for i in sorted(region, reverse=True):
        totals[i] = log.seeds.get(i, 0.0)
        for push in log.received[i]:
            upstream = totals.get(push.child, beyond.adjoints[push.child])
            totals[i] += upstream * local(push)
    if isinstance(step, Done):
        return totals[step.variable]
    return totals[step.child] * local(step)


def _above(
    log: Log, start: int, here: Point, nearby: Sequence[Point]
) -> tuple[list[int], list[Push]]:
    """The values that a gradient comes through, and the factors that vary on the way.

    The nearest ones, until there are enough factors.
    """
    region = [start]
    factors: list[Push] = []
    for i in region:  # it grows while it is read
        for push in log.received[i]:
            if any(p.local(push) != here.local(push) for p in nearby):
                factors.append(push)
            has_room = len(factors) < PARTS and len(region) < 2 * PARTS
            if has_room and push.child not in region:
                region.append(push.child)
    return region, factors


def _subsets(parts: Sequence[T]) -> Iterator[tuple[T, ...]]:
    for size in range(len(parts) + 1):
        yield from itertools.combinations(parts, size)
