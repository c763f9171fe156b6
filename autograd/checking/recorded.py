"""The graph that a check is about, as it was recorded, and how reports speak of it."""

from __future__ import annotations

from math import isclose

from autograd._engine import Value
from autograd.interactions import TABLED
from autograd.naming import fill, names, quoted
from autograd.order import topological_order

# Operands whose numbers a report writes down; of more, the first and the last
MOST = 6


class Recorded:
    """The nodes behind y in topological order, and their names, which explain(y) uses.

    ValueError where a leaf was assigned to since: the local derivatives are those of
    its earlier number.

    >>> x = Value(2.0, label="x")
    >>> y = x * x
    >>> graph = Recorded(y, "kinks")
    >>> graph.names[y], graph.formula(y), graph.operands(y)
    ('y', 'x · x', 'x = 2.0')
    >>> x.data = 3.0
    >>> Recorded(y, "kinks")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    ValueError: kinks(y): y is 4.0, but with the numbers that its operands have now it
    is 9.0: a leaf was assigned to after y was recorded; compute y again
    """

    def __init__(self, y: Value, check: str) -> None:
        if not isinstance(y, Value):
            raise TypeError(f"{check}(y): y must be a Value, not {y!r}")
        self.order = topological_order(y)
        self.names = dict(zip(self.order, names(self.order)))
        for node in self.order:
            if node._row in TABLED:
                now = node._row.at(*[parent.data for parent in node.parents])[0]
                if not _same(now, node.data):
                    raise ValueError(
                        f"{check}(y): {self.names[node]} is {node.data!r}, but with "
                        f"the numbers that its operands have now it is {now!r}: a "
                        "leaf was assigned to after y was recorded; compute y again"
                    )

    def formula(self, node: Value) -> str:
        """The operation over the names of its operands; a leaf's name."""
        if node._row is None:
            return self.names[node]
        called = [quoted(self.names[parent]) for parent in node.parents]
        return fill(node._row.text, called)

    def operands(self, node: Value) -> str:
        """The operands' numbers, each once; of constants the number is the name."""
        told = {
            f"{self.names[parent]} = {parent.data!r}": None
            for parent in node.parents
            if not (parent.is_constant and parent.label is None)
        }
        parts = [*told]
        if len(parts) > MOST:
            parts = [*parts[: MOST - 1], "...", parts[-1]]
        return ", ".join(parts)


def _same(x: float, y: float) -> bool:
    # not to the bit: a graph may come from a machine with other last digits
    return isclose(x, y, rel_tol=1e-9) or (x != x and y != y)
