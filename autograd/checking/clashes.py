"""Where a gradient becomes nan though no local derivative is: 0 times infinity.

The chain rule multiplies along paths and adds where they meet. An infinite factor and
one that is 0 have no product, and infinities of both signs have no sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf, isnan

from autograd._engine import Value
from autograd.checking.recorded import Recorded
from autograd.graph import Edge


@dataclass(frozen=True)
class Clash:
    """A step of the chain rule whose result is nan, though what went into it is not.

    `upstream` times `edge.partial` was added to `before`, the gradient of `edge.parent`
    so far. `infinite` is the edge whose local derivative is the infinite factor, `zero`
    the one whose is 0. None where it was none: where a product of finite numbers
    became infinite, or where two infinities meet in a sum.
    """

    edge: Edge
    upstream: float
    before: float
    infinite: Edge | None
    zero: Edge | None
    text: str

    def __str__(self) -> str:
        return self.text


def clashes(graph: Recorded) -> list[Clash]:
    """All places where the backward pass makes a nan of numbers.

    Of equal operands the first is told.

    >>> x = Value(0.0, label="x")
    >>> print(*clashes(Recorded((x * x).sqrt(), "kinks")))
    nan: the gradient that x gets through x · x is inf · 0
      inf is the slope of sqrt(v1) by v1 at v1 = 0.0
      0 is the slope of x · x by x at x = 0.0
    """
    found: dict[tuple[Value, Value], Clash] = {}
    for clash in _all(graph):
        found.setdefault((clash.edge.child, clash.edge.parent), clash)
    return [*found.values()]


def _all(graph: Recorded) -> Iterator[Clash]:
    adjoints = dict.fromkeys(graph.order, 0.0)
    adjoints[graph.order[-1]] = 1.0
    # through which edge each infinite adjoint became so, and each that is 0
    infinite: dict[Value, Edge | None] = {}
    zero: dict[Value, Edge | None] = {}
    for node in reversed(graph.order):
        upstream = adjoints[node]
        for position, (parent, local) in enumerate(zip(node.parents, node.partials)):
            if parent.is_constant:
                continue
            product = upstream * local
            before = adjoints[parent]
            total = adjoints[parent] = before + product
            if total - total == 0 != product:
                continue  # a finite number is by far the most usual
            edge = Edge(parent, node, position, local)
            grown = edge if isinf(local) else infinite.get(node)
            vanished = edge if local == 0 else zero.get(node)
            if isinf(product):
                infinite[parent] = grown
            elif product == 0:
                zero[parent] = vanished
            if not isnan(total) or isnan(before) or isnan(upstream) or isnan(local):
                continue
            if isnan(product):
                parts = edge, upstream, before, grown, vanished
                yield Clash(*parts, _product(graph, *parts))
            else:
                parts = edge, upstream, before, grown, None
                yield Clash(*parts, _sum(graph, edge, before, product))


def _product(
    graph: Recorded,
    edge: Edge,
    upstream: float,
    before: float,
    infinite: Edge | None,
    zero: Edge | None,
) -> str:
    through = f"through {graph.formula(edge.child)}"
    factors = [
        _slope(graph, source) if source else f"{name} is what slopes before made of it"
        for name, source in (("inf", infinite), ("0", zero))
    ]
    return (
        f"nan: the gradient that {graph.names[edge.parent]} gets {through} is "
        f"{upstream:.4g} · {edge.partial:.4g}\n  {factors[0]}\n  {factors[1]}"
    )


def _sum(graph: Recorded, edge: Edge, before: float, product: float) -> str:
    return (
        f"nan: the gradient of {graph.names[edge.parent]} gets {product:.4g} through "
        f"{graph.formula(edge.child)} where it has got {before:.4g} already"
    )


def _slope(graph: Recorded, edge: Edge) -> str:
    formula, by = graph.formula(edge.child), graph.names[edge.parent]
    at = graph.operands(edge.child)
    return f"{edge.partial:.4g} is the slope of {formula} by {by} at {at}"
