"""The ways from a variable to the result, in a log: one product each.

Walked lazily, since there may be more of them than atoms in the universe; a log counts
them without walking.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from autograd.explanations.model import Log, Push


@dataclass(frozen=True)
class Route:
    """One path, from a variable to the result, and what it adds to the gradient.

    `variables` begins with the variable; `partials` are the local derivatives on the
    way, and `seed` the adjoint at its end; `product` is that of them all.
    """

    variables: tuple[int, ...]
    positions: tuple[int, ...]
    partials: tuple[float, ...]
    seed: float
    product: float


def routes(log: Log, start: int, arrived: int | None = None) -> Iterator[Route]:
    """The routes, those that arrive first in the backward pass first.

    With `arrived`, only those through so many of the first uses to arrive.
    """
    received, ends = log.received, log.seeds
    if start in ends:
        yield _route(start, [], ends[start])
    way: list[Push] = []
    stack = [iter(received[start][:arrived])]
    while stack:
        push = next(stack[-1], None)
        if push is None:
            stack.pop()
            if way:
                way.pop()
            continue
        way.append(push)
        if push.child in ends:
            yield _route(start, way, ends[push.child])
        stack.append(iter(received[push.child]))


def _route(start: int, way: list[Push], seed: float) -> Route:
    partials = tuple(push.local for push in way)
    product = seed
    for partial in reversed(partials):
        product *= partial
    return Route(
        (start, *(push.child for push in way)),
        tuple(push.position for push in way),
        partials,
        seed,
        product,
    )


def total(found: list[Route]) -> float:
    """The sum over paths, rounded once where it can be."""
    try:
        return math.fsum(route.product for route in found)
    except (OverflowError, ValueError):
        return sum(route.product for route in found)
