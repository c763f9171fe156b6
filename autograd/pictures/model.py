"""What a picture shows, before any format: boxes, operations, groups, arrows.

Nothing here knows the graph that is drawn, nor DOT, Mermaid or TikZ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Group:
    """A scope drawn as a frame around its nodes."""

    key: str
    name: str
    # not compared nor shown: groups nest deeper than Python's stack
    parent: Group | None = field(repr=False, compare=False)


@dataclass(frozen=True)
class Node:
    """A drawn node: a value, an operation, or a scope folded into one box.

    `role` is "leaf", "parameter", "constant", "inner" or "result" for values,
    "operation", or "folded". `lines` is the text in it. `strength` is the gradient's
    share of the largest one, -1 to 1, where gradients colour the picture.
    """

    key: str
    role: str
    lines: tuple[str, ...]
    group: Group | None = field(repr=False)
    strength: float | None = None


@dataclass(frozen=True)
class Arrow:
    """From an operand to its operation, or from an operation to its result."""

    tail: str
    head: str
    label: str = ""
    carries_gradient: bool = True


@dataclass
class Drawing:
    """All that a picture shows."""

    nodes: list[Node] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def inside(self) -> dict[Group | None, list[Group | Node]]:
        """What each frame holds, and what is in none: nodes first, then frames."""
        inside: dict[Group | None, list[Group | Node]] = {None: []}
        for group in self.groups:
            inside[group] = []
        for node in self.nodes:
            inside[node.group].append(node)
        for group in self.groups:
            inside[group.parent].append(group)
        return inside

    def walk(self) -> Iterator[Group | Node | None]:
        """Frames and nodes as nested text: a group opens a frame, None closes it."""
        inside = self.inside()
        stack: list[Group | Node | None] = [*reversed(inside[None])]
        while stack:
            member = stack.pop()
            yield member
            if isinstance(member, Group):
                stack.append(None)
                stack += reversed(inside[member])

    def between_folded(self) -> list[Arrow]:
        """The arrows from a folded box to a folded box."""
        folded = {node.key for node in self.nodes if node.role == "folded"}
        return [a for a in self.arrows if a.tail in folded and a.head in folded]
