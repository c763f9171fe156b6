"""Which scopes a picture shows as frames, and which it folds into boxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograd._engine import Scope, Value
from autograd.order import topological_order

# More arrows than this between folded boxes are a tangle: neurons of 11 inputs each
TANGLE = 100


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


class Folding:
    """A graph in topological order, and where each of its nodes is drawn.

    `chains` holds the scopes around each node, outermost first; the first `levels` of
    them are frames, and the next one, where there is one, is a folded box. `bundles`
    holds the parameters that only folded boxes use, by the scopes of those: the ones of
    the same scopes are drawn as one box.
    """

    def __init__(self, roots: list[Value], options: Options) -> None:
        self.order = topological_order(*roots)
        self.roots = set(roots)
        self.parameters = options.parameters
        self.chains = _chains(self.order, options.parameters)
        deepest = max(map(len, self.chains.values()), default=0)
        for self.levels in _tries(options.collapse, deepest):
            self.bundles = self._bundles()
            drawn = self._drawn()
            if drawn <= options.limit and not self._tangled():
                break
        if drawn > options.max_nodes:
            raise ValueError(
                f"the picture would have {drawn} nodes, and more than "
                f"{options.max_nodes} cannot be read: draw a part of the graph, group "
                "it with autograd.scope(name), which large pictures fold "
                f"(collapse=True), or insist with max_nodes={drawn}"
            )

    def folded(self, node: Value) -> Scope | None:
        """The scope into whose box the node is folded, if it is."""
        chain = self.chains[node]
        return chain[self.levels] if len(chain) > self.levels else None

    def _bundles(self) -> dict[Value, frozenset[Scope | None]]:
        users: dict[Value, set[Scope | None]] = {p: set() for p in self.parameters}
        for node in self.order:
            for parent in node.parents:
                if parent in users:
                    users[parent].add(self.folded(node))
        return {
            node: frozenset(users[node])
            for node in self.order
            if users.get(node) and None not in users[node] and not self.folded(node)
        }

    def _drawn(self) -> int:
        """How many nodes the picture has."""
        boxes: set[object] = set()
        drawn = 0
        for node in self.order:
            scope = self.folded(node)
            bundle = self.bundles.get(node)
            if scope is not None:
                drawn += node in self.roots
            elif bundle is None:
                drawn += 1 if node.is_leaf else 2
            boxes |= {scope, bundle}
        return drawn + len(boxes - {None})

    def _tangled(self) -> bool:
        arrows: set[tuple[Scope, Scope]] = set()
        for node in self.order:
            head = self.folded(node)
            if head is not None:
                tails = {self.folded(parent) for parent in node.parents}
                arrows |= {(tail, head) for tail in tails if tail not in (None, head)}
                if len(arrows) > TANGLE:
                    return True
        return False


def _tries(collapse: bool | int | None, deepest: int) -> Iterable[int]:
    """The numbers of open levels to try, the best first."""
    if collapse is None:
        return range(deepest, -1, -1)
    if isinstance(collapse, bool):
        return [0 if collapse else deepest]
    return [collapse]


def _chains(
    order: list[Value], parameters: Iterable[Value]
) -> dict[Value, tuple[Scope, ...]]:
    """The scopes that each node is drawn in, outermost first."""
    users: dict[Value, set[Scope | None]] = {node: set() for node in order}
    active: dict[Scope | None, tuple[Scope, ...]] = {None: ()}
    for node in order:
        for parent in node.parents:
            users[parent].add(node._scope)
        if not node.is_leaf:
            _activate(node._scope, active)
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


def _activate(
    scope: Scope | None, active: dict[Scope | None, tuple[Scope, ...]]
) -> None:
    """Enter the scope, and those around it, with the scopes around each."""
    new = []
    while scope is not None and scope not in active:
        new.append(scope)
        scope = scope.parent
    for inner in reversed(new):
        active[inner] = (*active[inner.parent], inner)
