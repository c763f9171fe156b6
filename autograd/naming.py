"""Short names for the values of a graph, and its operations as formulas over them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from autograd._engine import Value
from autograd.text import number, printable

WIDTH = 24
WORD = re.compile(r"[^\W\d][\w.]*(?:\[\d+\])*[\w.]*['′]*|-?[\d.]+(?:e[-+]?\d+)?")


def names(order: Sequence[Value], digits: int = 4) -> list[str]:
    """A name for each value of a graph in topological order, its result the last.

    A label; a constant's number; else x1, x2 ... for leaves, v1, v2 ... for what is
    computed, y for the result. A label used twice gets a number.

    >>> from autograd.graph import topological_order
    >>> a, other = Value(2.0, label="a"), Value(3.0, label="a")
    >>> names(topological_order((a * other + 1) * Value(5.0)))
    ['a', 'a_2', 'v1', '1', 'v2', 'x1', 'y']
    """
    taken: dict[str, int] = {}
    labels = [_label(node) for node in order]
    named = [label and _unused(label, taken) for label in labels]
    leaves, inner = _counted("x", taken), _counted("v", taken)
    result = itertools.chain((y for y in "y" if y not in taken), _counted("y", taken))
    for place, node in enumerate(order):
        if named[place] is None:
            if node.is_constant:
                named[place] = number(node.data, digits)
            elif node.is_leaf:
                named[place] = next(leaves)
            else:
                named[place] = next(result if node is order[-1] else inner)
    return [name or "" for name in named]


def _label(node: Value) -> str | None:
    if not (node.label and node.label.strip()):
        return None
    return " ".join(line.strip() for line in printable(node.label, WIDTH))


def _unused(label: str, taken: dict[str, int]) -> str:
    name = label
    while name in taken:
        taken[label] += 1
        name = f"{label}_{taken[label]}"
    taken[name] = 1
    return name


def _counted(letter: str, taken: dict[str, int]) -> Iterator[str]:
    return (name for i in itertools.count(1) if (name := f"{letter}{i}") not in taken)


def quoted(name: str) -> str:
    """The name as it stands in a formula: in brackets unless it is a word or number.

    >>> quoted("w1"), quoted("x1*w1")
    ('w1', '(x1*w1)')
    """
    return name if WORD.fullmatch(name) else f"({name})"


# Templates in which the operand stands bare beside a sign or a function's name
OPEN = re.compile(r"-\{0\}|\{0\}(?:²| \*\* )|\{\{\{0\}\}\}\^|[a-z}\d] \{0\}$")


def fill(template: str, operands: Sequence[str], brackets: str = "({})") -> str:
    """A row's template over operands; negative numbers in brackets where needed.

    >>> fill("{0} · {1}", ["2", "-3"]), fill("{0} ** {1}", ["-3", "2"])
    ('2 · -3', '(-3) ** 2')
    >>> fill("sum({all})", [*map(str, range(20))])
    'sum(0, 1, 2, 3, ..., 19)'
    """
    shown = [*operands]
    if shown and shown[0].startswith("-") and OPEN.search(template):
        shown[0] = brackets.format(shown[0])
    middle = len(shown) // 2
    return template.format(
        *shown,
        all=_listed(shown),
        left=_listed(shown[:middle]),
        right=_listed(shown[middle:]),
    )


def _listed(texts: Sequence[str]) -> str:
    if len(texts) > 8:
        texts = [*texts[:4], "...", texts[-1]]
    return ", ".join(texts)
