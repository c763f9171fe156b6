"""A recorded graph as a drawing, built in one pass in topological order.

The same program gives the same drawing.
"""

from __future__ import annotations

from collections import Counter

from autograd._engine import Scope, Value
from autograd.graph import is_outdated
from autograd.pictures.folding import Folding, Options
from autograd.pictures.model import Arrow, Drawing, Group, Node
from autograd.text import number, printable

# Local derivatives stand on the arrows of graphs up to this many nodes
SMALL = 60

# What a drawn box stands for, where it is not one value
Box = Scope | frozenset[Scope | None]


def drawing(roots: list[Value], options: Options) -> Drawing:
    """The drawing of a graph; ValueError where it is too large to be read."""
    return _Builder(Folding(roots, options), options).build()


class _Builder:
    def __init__(self, folding: Folding, options: Options) -> None:
        self.folding, self.options = folding, options
        self.result = Drawing()
        self.groups: dict[Scope, Group] = {}
        # the key of the node that stands for a value, or for a box of many
        self.keys: dict[Value, str] = {}
        self.boxes: dict[Box, str] = {}
        # arrows at boxes stand for many: how many, and whether one carries a gradient
        self.merged: Counter[tuple[str, str, str]] = Counter()
        self.live: set[tuple[str, str, str]] = set()
        small = len(folding.order) <= SMALL
        self.partials = small if options.partials is None else options.partials
        gradients = (node._grad or 0.0 for node in folding.order)
        finite = (abs(grad) for grad in gradients if grad - grad == 0)
        self.largest = max(finite, default=0.0)
        self.members: Counter[Box] = Counter()
        self.steepest: dict[Box, Value] = {}

    def build(self) -> Drawing:
        for node in self.folding.order:
            box = self._box(node)
            if box is not None:
                self.members[box] += 1
                known = self.steepest.setdefault(box, node)
                if _steepness(node) > _steepness(known):
                    self.steepest[box] = node
        for index, node in enumerate(self.folding.order):
            box = self._box(node)
            if box is None:
                self._open(index, node)
            else:
                self._enclose(index, node, box)
        for (tail, head, place), count in self.merged.items():
            words = [place] * bool(place) + [f"{count}×"] * (count > 1)
            live = (tail, head, place) in self.live
            self.result.arrows.append(Arrow(tail, head, " ".join(words), live))
        return self.result

    def _box(self, node: Value) -> Box | None:
        return self.folding.folded(node) or self.folding.bundles.get(node)

    def _open(self, index: int, node: Value) -> None:
        group = self._group(self.folding.chains[node])
        key = self._value(index, node, group)
        row = node._row
        if row is not None:
            operation = Node(f"o{index}", "operation", (row.symbol,), group)
            self.result.nodes.append(operation)
            ordered = len(node.parents) > 1 and not row.commutative
            for position, parent in enumerate(node.parents):
                place = f"#{position + 1}" if ordered else ""
                if self._box(parent) is not None and parent not in self.folding.roots:
                    self._merge(parent, operation.key, place)
                else:
                    self._operand(node, position, place, operation.key)
            self.result.arrows.append(Arrow(operation.key, key))
        self.keys[node] = key

    def _enclose(self, index: int, node: Value, box: Box) -> None:
        """Draw the node as a part of a folded scope, or of a bundle of parameters."""
        if box not in self.boxes:
            self.boxes[box] = f"f{len(self.boxes)}"
            self.result.nodes.append(self._folded(self.boxes[box], box))
        key = self.keys[node] = self.boxes[box]
        for parent in node.parents:
            if self.keys[parent] != key:
                self._merge(parent, key, "")
        if node in self.folding.roots and not isinstance(box, frozenset):
            self.keys[node] = self._value(index, node, None)
            self.result.arrows.append(Arrow(key, self.keys[node]))

    def _folded(self, key: str, box: Box) -> Node:
        count = self.members[box]
        strength = self._strength(self.steepest[box])
        if not isinstance(box, frozenset):
            lines = (*printable(box.name), f"{count} node{'s' * (count > 1)}")
            around = self.folding.chains[self.steepest[box]][: self.folding.levels]
            return Node(key, "folded", lines, self._group(around), strength)
        text = f"{count} parameter{'s' * (count > 1)}"
        return Node(key, "parameter", (text,), None, strength)

    def _merge(self, parent: Value, head: str, place: str) -> None:
        arrow = self.keys[parent], head, place
        self.merged[arrow] += 1
        if not parent.is_constant:
            self.live.add(arrow)

    def _operand(self, node: Value, position: int, place: str, head: str) -> None:
        parent = node.parents[position]
        words = [place] * bool(place)
        if self.partials and not parent.is_constant:
            words.append(f"∂ {number(node.partials[position], self.options.digits)}")
        arrow = Arrow(self.keys[parent], head, " ".join(words), not parent.is_constant)
        self.result.arrows.append(arrow)

    def _value(self, index: int, node: Value, group: Group | None) -> str:
        digits = self.options.digits
        lines = [] if node.label is None else [*printable(node.label)]
        shown = number(node.data, digits)
        lines.append(shown if node.is_constant else f"data {shown}")
        if node._grad is not None and not node.is_constant:
            lines.append(f"grad {number(node._grad, digits)}")
        if is_outdated(node):
            lines.append("older numbers")
        key, role, strength = f"v{index}", self._role(node), self._strength(node)
        self.result.nodes.append(Node(key, role, tuple(lines), group, strength))
        return key

    def _strength(self, node: Value) -> float | None:
        if self.options.color != "gradient":
            return None
        return node._grad / self.largest if node._grad and self.largest > 0 else 0.0

    def _role(self, node: Value) -> str:
        if node in self.folding.roots and not node.is_leaf:
            return "result"
        if node.is_constant:
            return "constant"
        if node in self.options.parameters:
            return "parameter"
        return "leaf" if node.is_leaf else "inner"

    def _group(self, chain: tuple[Scope, ...]) -> Group | None:
        group = None
        for scope in chain:
            if scope not in self.groups:
                name = " ".join(printable(scope.name))
                made = Group(f"g{len(self.groups)}", name, group)
                self.groups[scope] = made
                self.result.groups.append(made)
            group = self.groups[scope]
        return group


def _steepness(node: Value) -> float:
    """The size of the gradient, where nan is more than anything: it must be seen."""
    if node._grad is None or node.is_constant:
        return -1.0
    return abs(node._grad) if node._grad == node._grad else float("inf")
