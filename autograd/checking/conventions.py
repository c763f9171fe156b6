"""The published table of conventions as text: what holds at kinks and singularities."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from autograd.convention_table import HEADINGS, RULES, TITLE, cells
from autograd.primitives import ROWS, TABLE, Primitive

WIDTH = 100
GAP = "  "


@dataclass(frozen=True, repr=False)
class Conventions:
    """The conventions of some primitives; `print` it, or look at it in a REPL.

    `primitives` are rows of the table of primitives; each has its `conventions`.

    >>> conventions("relu6")
    primitive  at       value  local derivatives  remark
    relu6      x = 0.0  0.0    0.0
    relu6      x = 6.0  6.0    0.0
    """

    primitives: tuple[Primitive, ...]

    def __str__(self) -> str:
        table = "\n".join(self._table())
        if len(self.primitives) > 1:
            return f"{TITLE}\n\n{RULES}\n{table}"
        return table

    __repr__ = __str__

    def _table(self) -> Iterator[str]:
        lines = [cells(row, at) for row in self.primitives for at in row.conventions]
        if not lines:
            for row in self.primitives:
                yield f"no convention is published for {row.identifier}"
            return
        columns = [*zip(HEADINGS, *lines)]
        widths = [max(map(len, column)) for column in columns[:-1]]
        left = sum(widths) + len(GAP) * len(widths)
        for *facts, remark in zip(*columns):
            cut = textwrap.wrap(remark, WIDTH - left) or [""]
            padded = [fact.ljust(width) for fact, width in zip(facts, widths)]
            yield GAP.join([*padded, cut[0]]).rstrip()
            yield from [" " * left + rest for rest in cut[1:]]


def conventions(name: str | None = None) -> Conventions:
    """The values and slopes at kinks, at singularities and out of domain, as a table.

    Of all primitives, or only of the one with that name, as `Value.op` and
    `autograd.math` call it. ValueError for a name that no primitive has. It is the text
    of `autograd/CONVENTIONS.md`, and every line of it is tested on both engines.

    >>> conventions("sqrt")
    primitive  at        value  local derivatives  remark
    sqrt       x = 0.0   0.0    inf
    sqrt       x = -1.0  nan    nan
    """
    if name is None:
        return Conventions(tuple(row for row in TABLE if row.conventions))
    if not isinstance(name, str):
        raise TypeError(f'conventions(name): a name like "sqrt", not {name!r}')
    known = {
        spelling: row
        for row in ROWS.values()
        for spelling in (row.name, row.identifier, *row.aliases)
    }
    if name not in known:
        close = difflib.get_close_matches(name, known)
        meant = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
        raise ValueError(
            f"conventions(name): no primitive is named {name!r}; {meant}"
            "conventions() lists all that have one"
        )
    return Conventions((known[name],))
