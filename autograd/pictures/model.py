"""What a picture shows, before any format: boxes, operations, groups, arrows.

Built from a recorded graph in one pass, in topological order, so that the same program
gives the same drawing. Nothing here knows DOT, Mermaid or TikZ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograd.order import topological_order
from autograd.scopes import Scope
from autograd.value import Value

# Local derivatives stand on the arrows of graphs up to this many nodes
SMALL = 60


@dataclass(frozen=True)
class Group:
    """A scope drawn as a frame around its nodes."""

    key: str
    name: str
    parent: Group | None


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
    group: Group | None
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

    def walk(self) -> Iterator[Group | Node | None]:
        """Frames and nodes as nested text: a group opens a frame, None closes it."""
        inside: dict[Group | None, list[Group | Node]] = {None: []}
        for group in self.groups:
            inside[group] = []
        for node in self.nodes:
            inside[node.group].append(node)
        for group in self.groups:
            inside[group.parent].append(group)
        stack: list[Group | Node | None] = [*reversed(inside[None])]
        while stack:
            member = stack.pop()
            yield member
            if isinstance(member, Group):
                stack.append(None)
                stack += reversed(inside[member])


def number(x: float, digits: int = 4) -> str:
    """A number as pictures show it, to so many significant digits.

    >>> number(0.125), number(-3.0), number(123456.0), number(0.000012345)
    ('0.125', '-3', '1.235e+05', '1.234e-05')
    """
    return format(x + 0.0, f".{digits}g")


def printable(text: str, width: int = 60) -> tuple[str, ...]:
    r"""A user's text as lines to draw: control characters spelled out, not obeyed.

    >>> printable("a\nb\x00")
    ('a', 'b\\x00')
    """
    lines = text.splitlines() or [""]
    shown = [
        "".join(
            c if c.isprintable() else c.encode("unicode_escape").decode("ascii")
            for c in line
        )
        for line in lines
    ]
    return tuple(
        line if len(line) <= width else line[: width - 1] + "…" for line in shown
    )


@dataclass(frozen=True)
class Options:
    """How to draw; `autograd.draw` tells what each means."""

    parameters: frozenset[Value] = frozenset()
    limit: int = 150
    max_nodes: int = 2000
    collapse: bool | int | None = None
    partials: bool | None = None
    color: str = "role"
    digits: int = 4


def drawing(roots: list[Value], options: Options) -> Drawing:
    """The drawing of a graph; ValueError where it is too large to be read."""
    order = topological_order(*roots)
    chains = _chains(order, options.parameters)
    depth = _open_levels(order, set(roots), chains, options)
    return _Builder(order, set(roots), chains, depth, options).build()


def _chain(scope: Scope | None) -> tuple[Scope, ...]:
    """The scope and those around it, outermost first."""
    chain = []
    while scope is not None:
        chain.append(scope)
        scope = scope.parent
    return tuple(chain[::-1])


def _chains(
    order: list[Value], parameters: Iterable[Value]
) -> dict[Value, tuple[Scope, ...]]:
    """The scopes that each node is drawn in, outermost first."""
    users: dict[Value, set[Scope | None]] = {node: set() for node in order}
    active: dict[Scope | None, tuple[Scope, ...]] = {None: ()}
    for node in order:
        for parent in node.parents:
            users[parent].add(node._scope)
        if not node.is_leaf and node._scope not in active:
            chain = _chain(node._scope)
            active |= {scope: chain[: i + 1] for i, scope in enumerate(chain)}
    known = set(parameters)
    chains = {}
    for node in order:
        scope = node._scope
        if node.is_leaf and scope not in active:
            scope = None
        belongs = node in known or node.is_constant or not known
        if node.is_leaf and scope is None and belongs and len(users[node]) == 1:
            scope = users[node].pop()  # a weight or a constant: where it is used
        chains[node] = active[scope]
    return chains


def _open_levels(
    order: list[Value],
    roots: set[Value],
    chains: dict[Value, tuple[Scope, ...]],
    options: Options,
) -> int:
    """How many levels of scopes are drawn open; those within are folded."""
    deepest = max(map(len, chains.values()), default=0)
    tries: Iterable[int] = range(deepest, -1, -1)
    if options.collapse is not None:
        named = {"False": deepest, "True": 0}
        tries = [named.get(str(options.collapse), int(options.collapse))]
    for levels in tries:
        folded = {chain[levels] for chain in chains.values() if len(chain) > levels}
        bundles = _bundles(order, chains, levels, options.parameters)
        drawn = len(folded) + len(set(bundles.values()))
        for node in order:
            if len(chains[node]) > levels:
                drawn += node in roots
            elif node not in bundles:
                drawn += 1 if node.is_leaf else 2
        if drawn <= options.limit:
            break
    if drawn > options.max_nodes:
        raise ValueError(
            f"the picture would have {drawn} nodes, and more than "
            f"{options.max_nodes} cannot be read: draw a part of the graph, group it "
            "with autograd.scope(name), which large pictures fold (collapse=True), "
            f"or insist with max_nodes={drawn}"
        )
    return levels


def _bundles(
    order: list[Value],
    chains: dict[Value, tuple[Scope, ...]],
    levels: int,
    parameters: Iterable[Value],
) -> dict[Value, frozenset[Scope | None]]:
    """The parameters that only folded scopes use, by the scopes that use them.

    Those of the same scopes are drawn as one box.
    """
    users: dict[Value, set[Scope | None]] = {
        parameter: set() for parameter in parameters
    }
    for node in order:
        chain = chains[node]
        scope = chain[levels] if len(chain) > levels else None
        for parent in node.parents:
            if parent in users:
                users[parent].add(scope)
    return {
        node: frozenset(users[node])
        for node in order
        if users.get(node) and None not in users[node] and len(chains[node]) <= levels
    }


class _Builder:
    def __init__(
        self,
        order: list[Value],
        roots: set[Value],
        chains: dict[Value, tuple[Scope, ...]],
        levels: int,
        options: Options,
    ) -> None:
        self.order, self.roots, self.chains = order, roots, chains
        self.levels, self.options = levels, options
        self.result = Drawing()
        self.groups: dict[Scope, Group] = {}
        self.folded: dict[Scope, str] = {}
        self.boxes: dict[Value, str] = {}
        self.merged: Counter[tuple[str, str]] = Counter()
        self.bundles = _bundles(order, chains, levels, options.parameters)
        self.bundled: dict[frozenset[Scope | None], str] = {}
        small = len(order) <= SMALL
        self.partials = small if options.partials is None else options.partials
        finite = (abs(node.grad) for node in order if node.grad - node.grad == 0)
        self.largest = max(finite, default=0.0)

    def build(self) -> Drawing:
        members = Counter(
            chain[self.levels]
            for chain in self.chains.values()
            if len(chain) > self.levels
        )
        sizes = Counter(self.bundles.values())
        for index, node in enumerate(self.order):
            chain = self.chains[node]
            if len(chain) > self.levels:
                scope = chain[self.levels]
                self._fold(index, node, scope, members[scope])
            elif node in self.bundles:
                self._bundle(node, sizes[self.bundles[node]])
            else:
                self._open(index, node)
        for (tail, head), count in self.merged.items():
            label = f"{count}×" if count > 1 else ""
            self.result.arrows.append(Arrow(tail, head, label))
        return self.result

    def _open(self, index: int, node: Value) -> None:
        group = self._group(self.chains[node])
        box = self._value(index, node, group)
        if node._row is not None:
            operation = Node(f"o{index}", "operation", (node._row.symbol,), group)
            self.result.nodes.append(operation)
            for position, parent in enumerate(node.parents):
                tail = self.boxes[parent]
                if tail.startswith("f"):
                    self.merged[tail, operation.key] += 1
                else:
                    self._operand(node, position, tail, operation.key)
            self.result.arrows.append(Arrow(operation.key, box))
        self.boxes[node] = box

    def _fold(self, index: int, node: Value, scope: Scope, members: int) -> None:
        if scope not in self.folded:
            self.folded[scope] = f"f{len(self.folded)}"
            lines = (*printable(scope.name), f"{members} nodes")
            group = self._group(_chain(scope.parent))
            self.result.nodes.append(Node(self.folded[scope], "folded", lines, group))
        box = self.boxes[node] = self.folded[scope]
        for parent in node.parents:
            if self.boxes[parent] != box:
                self.merged[self.boxes[parent], box] += 1
        if node in self.roots:
            self.boxes[node] = self._value(index, node, None)
            self.result.arrows.append(Arrow(box, self.boxes[node]))

    def _bundle(self, node: Value, size: int) -> None:
        users = self.bundles[node]
        if users not in self.bundled:
            self.bundled[users] = f"f{len(self.folded)}p{len(self.bundled)}"
            text = "1 parameter" if size == 1 else f"{size} parameters"
            self.result.nodes.append(
                Node(self.bundled[users], "parameter", (text,), None)
            )
        self.boxes[node] = self.bundled[users]

    def _operand(self, node: Value, position: int, tail: str, head: str) -> None:
        row, parent = node._row, node.parents[position]
        assert row is not None
        words = []
        if len(node.parents) > 1 and not row.commutative:
            words.append(f"#{position + 1}")
        if self.partials and not parent.is_constant:
            words.append(f"∂ {number(node.partials[position], self.options.digits)}")
        arrow = Arrow(tail, head, " ".join(words), not parent.is_constant)
        self.result.arrows.append(arrow)

    def _value(self, index: int, node: Value, group: Group | None) -> str:
        digits = self.options.digits
        lines = [] if node.label is None else [*printable(node.label)]
        shown = number(node.data, digits)
        lines.append(shown if node.is_constant else f"data {shown}")
        if node._grad is not None and not node.is_constant:
            lines.append(f"grad {number(node.grad, digits)}")
        strength = None
        if self.options.color == "gradient":
            known = node._grad is not None and self.largest > 0
            strength = node.grad / self.largest if known else 0.0
        key = f"v{index}"
        role = self._role(node)
        self.result.nodes.append(Node(key, role, tuple(lines), group, strength))
        return key

    def _role(self, node: Value) -> str:
        if node in self.roots and not node.is_leaf:
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
