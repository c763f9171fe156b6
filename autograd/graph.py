"""Walking a recorded graph: order, edges, paths, size, and a JSON form of it.

Free functions that know only a node's parents and local derivatives. None recurses,
and none but `paths` takes more than one pass over the graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import floats
from autograd._engine import Scope, Value
from autograd.order import topological_order
from autograd.primitives import ROWS, Primitive

__all__ = [
    *("Edge", "topological_order", "nodes", "edges", "size", "depth", "outdated"),
    *("count_paths", "paths", "to_json", "from_json"),
]


@dataclass(frozen=True)
class Edge:
    """One use of a parent by a child: its place among the operands, and the slope."""

    parent: Value
    child: Value
    position: int
    partial: float


def nodes(*roots: Value) -> list[Value]:
    """All nodes of the graph, parents before children.

    >>> a = Value(2.0)
    >>> len(nodes(a * a + 1))
    4
    """
    return topological_order(*roots)


def edges(*roots: Value) -> list[Edge]:
    """All edges, in the children's order; `a * a` has two.

    >>> a = Value(3.0)
    >>> [(edge.position, edge.partial) for edge in edges(a * a)]
    [(0, 3.0), (1, 3.0)]
    """
    return [
        Edge(parent, child, position, partial)
        for child in topological_order(*roots)
        for position, (parent, partial) in enumerate(zip(child.parents, child.partials))
    ]


def size(*roots: Value) -> int:
    """The number of nodes.

    >>> size(Value(1.0) + 2)
    3
    """
    return len(topological_order(*roots))


def depth(*roots: Value) -> int:
    """The number of operations on the longest way from a leaf.

    >>> depth((Value(1.0) + 2) * 3)
    2
    """
    depths: dict[Value, int] = {}
    for node in topological_order(*roots):
        depths[node] = 1 + max((depths[p] for p in node.parents), default=-1)
    return max((depths[root] for root in roots), default=0)


def count_paths(y: Value, a: Value) -> int:
    """The exact number of paths from a to y, counted without listing them.

    >>> y = a = Value(1.0)
    >>> for _ in range(100):
    ...     y = y + y
    >>> count_paths(y, a) == 2**100
    True
    """
    counts: dict[Value, int] = {}
    for node in topological_order(y):
        through_parents = sum(counts[parent] for parent in node.parents)
        counts[node] = 1 if node is a else through_parents
    return counts.get(a, 0) and counts[y]


def paths(y: Value, a: Value) -> Iterator[tuple[Edge, ...]]:
    """The paths from a to y, one at a time, each a tuple of edges from a to y.

    The product of a path's partials is what it contributes to the gradient; there may
    be more paths than atoms in the universe, so count them first.

    >>> a = Value(3.0)
    >>> [[edge.partial for edge in path] for path in paths(a * a, a)]
    [[3.0], [3.0]]
    """
    order = topological_order(y)
    leads_to_a = {a}
    for node in order:
        if any(parent in leads_to_a for parent in node.parents):
            leads_to_a.add(node)
    if y is a:
        yield ()
        return
    path: list[Edge] = []
    stack = [_edges_towards(y, leads_to_a)]
    while stack:
        edge = next(stack[-1], None)
        if edge is None:
            stack.pop()
            if path:
                path.pop()
        elif edge.parent is a:
            yield (edge, *reversed(path))
        else:
            path.append(edge)
            stack.append(_edges_towards(edge.parent, leads_to_a))


def _edges_towards(child: Value, wanted: set[Value]) -> Iterator[Edge]:
    for position, (parent, partial) in enumerate(zip(child.parents, child.partials)):
        if parent in wanted:
            yield Edge(parent, child, position, partial)


def outdated(*roots: Value) -> list[Value]:
    """The operations recorded with older numbers: an operand was assigned to since.

    Data and local derivatives are those of the recorded pass; compute again to have
    them at the new numbers.

    >>> a = Value(2.0)
    >>> y = a * a + 1
    >>> a.data = 5.0
    >>> outdated(y)
    [Value(data=4.0, grad=0.0)]
    """
    return [node for node in topological_order(*roots) if is_outdated(node)]


def is_outdated(node: Value) -> bool:
    row = node._row
    if row is None:
        return False
    now, then = primal(row, [parent.data for parent in node.parents]), node.data
    return now != then and (now == now or then == then)


def primal(row: Primitive, operands: Sequence[float]) -> float:
    """The value of a row at floats, by IEEE 754; nan where a user's own raises."""
    try:
        return float(row.forward(floats, *operands))
    except ZeroDivisionError:
        return row.at(*operands)[0]
    except Exception:
        return floats.nan


def to_json(*roots: Value) -> str:
    """The graph as JSON text that `from_json` reads back, exactly.

    An object with "format" ("scalar-autograd graph"), "version" (1), "scopes" (name and
    parent's index), "nodes" in topological order (data; where they apply op, parents'
    indices, partials, label, grad, constant, scope) and "roots" (indices). Numbers are
    JSON numbers, or the strings "nan", "inf", "-inf".

    >>> a = Value(2.0, label="a")
    >>> from_json(to_json(a * 3))[0].data
    6.0
    """
    order = topological_order(*roots)
    index = {node: i for i, node in enumerate(order)}
    scopes: dict[Scope, int] = {}
    listed: list[dict[str, Any]] = []

    def place(scope: Scope) -> int:
        chain = []
        here: Scope | None = scope
        while here is not None and here not in scopes:
            chain.append(here)
            here = here.parent
        for new in reversed(chain):
            parent = None if new.parent is None else scopes[new.parent]
            scopes[new] = len(scopes)
            listed.append({"name": new.name, "parent": parent})
        return scopes[scope]

    described = []
    for node in order:
        entry: dict[str, Any] = {"data": _number(node.data)}
        if not node.is_leaf:
            entry["op"] = node.op
            entry["parents"] = [index[parent] for parent in node.parents]
            entry["partials"] = [_number(partial) for partial in node.partials]
        if node.label is not None:
            entry["label"] = node.label
        if node._grad is not None:
            entry["grad"] = _number(node._grad)
        if node.is_constant:
            entry["constant"] = True
        if node._scope is not None:
            entry["scope"] = place(node._scope)
        described.append(entry)
    graph = {
        "format": "scalar-autograd graph",
        "version": 1,
        "scopes": listed,
        "nodes": described,
        "roots": [index[root] for root in roots],
    }
    return json.dumps(graph, allow_nan=False)


def from_json(text: str) -> list[Value]:
    """The roots of a graph written by `to_json`; ValueError where the text is not one.

    >>> [root.op for root in from_json(to_json(Value(2.0) + 1))]
    ['+']
    """
    try:
        graph = json.loads(text)
    except ValueError as error:
        raise ValueError(f"not a graph: the text is not JSON ({error})") from None
    if not isinstance(graph, dict) or graph.get("format") != "scalar-autograd graph":
        raise ValueError('not a graph: "format" is not "scalar-autograd graph"')
    if graph.get("version") != 1:
        raise ValueError(f"graph version {graph.get('version')!r} is not known, only 1")
    try:
        return _rebuild(graph)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"not a whole graph: {error!r}") from None


def _rebuild(graph: dict[str, Any]) -> list[Value]:
    scopes: list[Scope] = []
    for entry in graph["scopes"]:
        parent = entry["parent"]
        scopes.append(
            Scope(entry["name"], None if parent is None else _earlier(scopes, parent))
        )
    built: list[Value] = []
    for entry in graph["nodes"]:
        row, parents, partials = _operation(entry, built)
        grad = _float(entry["grad"]) if "grad" in entry else None
        scope = _earlier(scopes, entry["scope"]) if "scope" in entry else None
        data, constant = _float(entry["data"]), bool(entry.get("constant"))
        node = Value._restore(row, data, parents, partials, None, grad, scope, constant)
        node.label = entry.get("label")
        built.append(node)
    return [_earlier(built, i) for i in graph["roots"]]


def _operation(
    entry: dict[str, Any], built: list[Value]
) -> tuple[Primitive | None, tuple[Value, ...], tuple[float, ...]]:
    if "op" not in entry:
        return None, (), ()
    if entry["op"] not in ROWS:
        raise ValueError(
            f"the graph has an unknown operation {entry['op']!r}; one of your own must "
            "be defined with @autograd.primitive first"
        )
    if entry.get("constant"):
        raise ValueError(f"a node {entry['op']!r} is said to be a constant, too")
    row = ROWS[entry["op"]]
    parents = tuple(_earlier(built, i) for i in entry["parents"])
    partials = tuple(_float(number) for number in entry["partials"])
    if len(partials) != len(parents) or row.arity not in (None, len(parents)):
        raise ValueError(f"a node {row.name!r} has {len(parents)} parents")
    return row, parents, partials


def _earlier(built: list[Any], index: Any) -> Any:
    if type(index) is not int or not 0 <= index < len(built):
        raise ValueError(
            f"a graph's index {index!r} does not point to an earlier entry"
        )
    return built[index]


def _number(x: float) -> float | str:
    return x if x - x == 0 else repr(x)


def _float(number: Any) -> float:
    if number in ("nan", "inf", "-inf"):
        return float(number)
    if type(number) not in (int, float):
        raise ValueError(f"{number!r} stands where a graph has a number")
    return float(number)
