"""Places for a drawing without a layout engine: in columns, in frames of their own."""

from __future__ import annotations

import graphlib

from autograd.pictures.model import Drawing

# What the edge of a frame and its title take, in rows
EDGE = 0.4


def columns(drawing: Drawing, direction: str) -> dict[str, tuple[float, float]]:
    """Where each node lies, in centimetres: after its operands, along the direction.

    Nothing lies inside a frame but what belongs to it.
    """
    level = _levels(drawing)
    row = _rows(drawing, level)
    sign = 1 if direction in ("LR", "BT") else -1
    if direction in ("LR", "RL"):
        return {key: (sign * 3.0 * level[key], -1.6 * row[key]) for key in level}
    return {key: (3.0 * row[key], sign * 1.6 * level[key]) for key in level}


def _levels(drawing: Drawing) -> dict[str, int]:
    """The column of each node: after its operands, or, of a leaf, before its users."""
    level = {node.key: 0 for node in drawing.nodes}
    parents: dict[str, list[str]] = {key: [] for key in level}
    users: dict[str, list[str]] = {key: [] for key in level}
    for arrow in drawing.arrows:
        parents[arrow.head].append(arrow.tail)
        users[arrow.tail].append(arrow.head)
    for key in _sorted(parents):
        level[key] = 1 + max((level[p] for p in parents[key]), default=-1)
    for key in level:
        if not parents[key] and users[key]:
            level[key] = min(level[user] for user in users[key]) - 1
    return level


def _sorted(parents: dict[str, list[str]]) -> list[str]:
    try:
        return [*graphlib.TopologicalSorter(parents).static_order()]
    except graphlib.CycleError:  # folded scopes may feed each other
        return [*parents]


def _rows(drawing: Drawing, level: dict[str, int]) -> dict[str, float]:
    """The row of each node: each frame and each node where its columns are free."""
    inside = drawing.inside()
    spans = {key: range(column, column + 1) for key, column in level.items()}
    heights = dict.fromkeys(level, 1.0)
    offsets: dict[str, float] = {}
    for group in [*reversed(drawing.groups), None]:  # the innermost first
        used: dict[int, float] = {}
        for member in inside[group]:
            key = member.key
            offsets[key] = max(used.get(column, 0.0) for column in spans[key])
            used |= dict.fromkeys(spans[key], offsets[key] + heights[key])
        if group is not None:
            spans[group.key] = range(min(used), max(used) + 1)
            heights[group.key] = EDGE + max(used.values())
    rows: dict[str, float] = {}
    for group in drawing.groups:
        around = 0.0 if group.parent is None else rows[group.parent.key]
        rows[group.key] = around + offsets[group.key] + EDGE
    for node in drawing.nodes:
        around = 0.0 if node.group is None else rows[node.group.key]
        rows[node.key] = around + offsets[node.key]
    return rows
