"""What the reports share: lines broken to the columns there are, numbers in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from autograd._engine import Value
from autograd.checking.differences import EPSILON
from autograd.explanations.text import finished
from autograd.explanations.text import wide as wide

T = TypeVar("T")
INDENT, GAP = 2, 2
TINIEST = 2.0**-1074


@dataclass(frozen=True)
class Line:
    """A line of any length: what it continues in is set under `body`."""

    head: str
    body: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells; of each is shown the first form that fits, or the last one cut."""

    rows: Sequence[Sequence[Sequence[str]]]


class Report:
    """A result that prints itself; a subclass says what its lines are."""

    def _lines(self) -> Iterable[Line | Table]:
        raise NotImplementedError

    def text(self, width: int = 80, ascii: bool = False, color: bool = False) -> str:
        """The report as text of so many columns; in ASCII; in a terminal's colour."""

        def shown(told: str) -> str:
            return finished(told, ascii, False)

        lines: list[str] = []
        for line in self._lines():
            if isinstance(line, Table):
                lines += _aligned(line, shown, width)
            else:
                lines += broken(shown(line.head), shown(line.body), width)
        return finished("\n".join(lines), False, color)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


def broken(head: str, body: str, width: int) -> list[str]:
    """A line broken at spaces, its continuations set under the body.

    >>> broken("  sum  ", "1 + 2 + 3 = 6", 16)
    ['  sum  1 + 2 + 3', '       = 6']
    """
    if not body:
        body = head.strip()
        head = head[: head.index(body)]
    first, *words = body.split(" ")
    lines = [head + first]
    for word in words:
        if wide(lines[-1]) + 1 + wide(word) > width:
            lines.append(" " * wide(head) + word)
        else:
            lines[-1] += f" {word}"
    return lines


def _aligned(table: Table, shown: Callable[[str], str], width: int) -> list[str]:
    rows = [[[*map(shown, cell)] for cell in row] for row in table.rows]
    columns = [*zip(*rows)]
    widths = [max(wide(cell[0]) for cell in column) for column in columns]
    room = width - INDENT - GAP * (len(columns) - 1)
    # the widest columns give way until all have room
    cap = max(widths, default=0)
    while cap > 1 and sum(min(w, cap) for w in widths) > room:
        cap -= 1
    widths = [min(w, cap) for w in widths]
    lines = []
    for row in rows:
        line = ""
        for cell, w in zip(row, widths):
            form = next((form for form in cell if wide(form) <= w), None)
            if form is None:
                form = _cut(cell[-1], w, shown("…"))
            line += form + " " * (max(w - wide(form), 0) + GAP)
        lines.append((" " * INDENT + line).rstrip())
    return lines


def _cut(told: str, width: int, end: str) -> str:
    while told and wide(told) + len(end) > width:
        told = told[:-1]
    return told + end


def counted(n: int) -> str:
    """A count that may be beyond any float, in few characters.

    >>> counted(12_345), counted(2**60), counted(3**1000)
    ('12,345', '2**60', '1.3e+477')
    """
    if n < 10**9:
        return f"{n:,}"
    power = n.bit_length() - 1
    if n == 1 << power:
        return f"2**{power}"
    logarithm = math.log10(n)
    exponent = math.floor(logarithm)
    mantissa = f"{10 ** (logarithm - exponent):.1f}"
    return f"1.0e+{exponent + 1}" if mantissa == "10.0" else f"{mantissa}e+{exponent}"


def times(n: int) -> str:
    """How often, in words: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(n) or f"{counted(n)} times"


def plural(n: int, noun: str) -> str:
    """A count and its noun: "1 path", "2**60 paths"."""
    return f"{counted(n)} {noun}" + "s" * (n != 1)


def added(terms: Sequence[str]) -> str:
    """A sum written out: "3 + (-2)"."""
    return " + ".join(f"({t})" if t.startswith("-") else t for t in terms)


def elided(parts: Sequence[T], shown: Callable[[T], str], between: str) -> str:
    """Parts joined, of many only the first and the last.

    >>> elided("abcdefghij", str.upper, " → ")
    'A → B → C → D → ... → H → I → J'
    """
    if len(parts) <= 8:
        return between.join(map(shown, parts))
    first, last = map(shown, parts[:4]), map(shown, parts[-3:])
    return between.join([*first, "...", *last])


def agree(x: float, y: float, size: float, operations: int) -> bool:
    """Whether two sums of products are the same, to the rounding of so many operations.

    `size` is the sum of the products with all signs taken away. Beyond the range of
    floats they need not be the same: where one order overflows, another may not.

    >>> agree(0.1 + 0.2, 0.3, 0.3, 2), agree(0.1 + 0.2, 0.3001, 0.3, 2)
    (True, False)
    """
    if x == y or (x != x and y != y):
        return True
    return abs(x - y) <= operations * (EPSILON * size + TINIEST) < math.inf


def demand_history(function: str, *nodes: Value) -> None:
    """TypeError for what is not a Value, ValueError for what is constant."""
    for node in nodes:
        if not isinstance(node, Value):
            raise TypeError(f"{function}(): {node!r} is not a Value: it has no history")
        if node.is_constant:
            raise ValueError(
                f"{function}(): {node!r} is a constant: it was computed under "
                "no_grad() or from plain numbers only, and never gets a gradient"
            )
