"""The topological order of a graph: every node after all it was computed from.

Why sort at all? A node used twice hears from each of its children, and may pass its
gradient on only when it has heard from all of them. Recursion from the result pushes
an unfinished sum down each path instead: in `y = y + y`, done sixty times, there are
2**60 paths, and 61 nodes. And why a stack of our own? A graph may be a million nodes
deep, and Python's stack a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T", bound=Any)


def topological_order(*roots: T, placed: Iterable[T] = ()) -> list[T]:
    """All nodes the roots depend on, parents before children, left before right.

    Those in `placed` are taken to have their places already, with all before them.

    >>> from autograd import Value
    >>> a = Value(1.0)
    >>> b = a + a
    >>> [node is expected for node, expected in zip(topological_order(b), [a, b])]
    [True, True]
    """
    for root in roots:
        if not hasattr(root, "_parents"):
            raise TypeError(f"{root!r} is not a Value: it has no graph to walk")
    order: list[T] = []
    seen: set[T] = set(placed)
    stack: list[T | None] = [*reversed(roots)]
    waiting: list[T] = []  # for their parents, which lie above on the stack
    while stack:
        node = stack.pop()
        if node is None:  # every parent is placed
            order.append(waiting.pop())
        elif node not in seen:
            seen.add(node)
            if node._parents:
                waiting.append(node)
                stack.append(None)
                stack.extend(node._parents[::-1])
            else:
                order.append(node)
    return order
