"""The ways from a variable to the result: one product each.

Walked lazily, since there may be more of them than atoms in the universe; a log counts
them without walking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograd import floats
from autograd.explanations.model import Log


class Use(Protocol):
    """One use of a variable: the child, the place among its operands, the slope."""

    @property
    def child(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def local(self) -> float: ...


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
    return walked(log.received, log.seeds, start, arrived)


def walked(
    uses: Mapping[int, Sequence[Use]],
    ends: Mapping[int, float],
    start: int,
    arrived: int | None = None,
) -> Iterator[Route]:
    """The routes along the uses of each variable, to the ends with their adjoints."""
    if start in ends:
        yield _route(start, [], ends[start])
    way: list[Use] = []
    stack = [iter(uses[start][:arrived])]
    while stack:
        use = next(stack[-1], None)
        if use is None:
            stack.pop()
            if way:
                way.pop()
            continue
        way.append(use)
        if use.child in ends:
            yield _route(start, way, ends[use.child])
        stack.append(iter(uses[use.child]))


def _route(start: int, way: Sequence[Use], seed: float) -> Route:
    partials = tuple(use.local for use in way)
    product = seed
    for partial in reversed(partials):
        product *= partial
    return Route(
        (start, *(use.child for use in way)),
        tuple(use.position for use in way),
        partials,
        seed,
        product,
    )


def total(found: Sequence[Route]) -> float:
    """The sum over paths, rounded once where it can be."""
    return floats.fsum([route.product for route in found])
