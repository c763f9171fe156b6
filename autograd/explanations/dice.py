"""Choices that a seed decides, the same everywhere.

Of `random.Random` only the seeding from a text and `random()` are used: Python promises
to keep these two, and changes its other draws now and then.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from a text as the seed.

    >>> Dice("a seed").some("abc", 3)
    ['b', 'a', 'c']
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def below(self, count: int) -> int:
        return int(self._random.random() * count)

    def one_of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """So many of the items, or all if there are fewer, in a random order."""
        rest = list(items)
        drawn = []
        for _ in range(min(count, len(rest))):
            place = self.below(len(rest))
            rest[place], rest[-1] = rest[-1], rest[place]
            drawn.append(rest.pop())
        return drawn
