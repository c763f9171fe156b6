"""C for each primitive with its tangents: forward mode over the kernels of kernels.h.

From a row's rule, fed with duals of symbols, follow the tangents of its value and of
its local derivatives.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd._native.kernels import KERNELS, C
from autograd.duals import Duals, at
from autograd.primitives import ROWS, TABLE, Primitive
from autograd.symbols import Formulas

POW_CONSTANT = ROWS["**"]


class Kernel(NamedTuple):
    """A C function, and a bit for each local derivative that has a tangent."""

    text: str
    moves: int


def kernel(row: Primitive, mask: int) -> Kernel | None:
    """The C function of a row, or None where the row has no kernel.

    `mask` has a bit for each operand that has a tangent; to the others, as to anything
    that is no dual, not even an infinite slope gives one. The function takes each
    operand x with its tangent dx, and returns the value; the value's tangent goes to
    t_out, the local derivatives to d and their tangents to dt.

    >>> print(kernel(ROWS["square"], 1).text, end="")
    static inline double ag2_square_1(double x0, double dx0, double *t_out, double *d, double *dt) {
        const double t0 = x0 * x0;
        const double t1 = 2.0 * x0;
        const double t2 = t1 * dx0;
        const double t3 = 2.0 * dx0;
        *t_out = t2;
        d[0] = t1;
        dt[0] = t3;
        return t0;
    }
    """  # noqa: E501 - as it is written
    if row.arity is None or KERNELS[row] is None:
        return None
    # a constant exponent never touches log(x)
    carried = [
        i for i in range(row.arity) if mask >> i & 1 and (row, i) != (POW_CONSTANT, 1)
    ]
    duals = Duals(formulas := Formulas())
    operands = [
        duals.dual(
            formulas.name(f"x{i}"),
            formulas.name(f"dx{i}") if i in carried else None,
        )
        for i in range(row.arity)
    ]
    out, partials = at(duals, row, *operands)
    places = ["*t_out", *[f"{d}[{i}]" for i in range(row.arity) for d in ("d", "dt")]]
    try:
        lines, (value, *stored) = C.statements(
            [part for result in (out, *partials) for part in duals.parts(result)]
        )
    except KeyError:
        return None
    stores = [f"    {place} = {name};\n" for place, name in zip(places, stored)]
    parameters = ", ".join(f"double x{i}, double dx{i}" for i in range(row.arity))
    unused = [f"    (void)dx{i};\n" for i in range(row.arity) if i not in carried]
    text = (
        f"static inline double ag2_{row.identifier}_{mask}"
        f"({parameters}, double *t_out, double *d, double *dt) {{\n"
        f"{''.join([*unused, *lines, *stores])}    return {value};\n}}\n"
    )
    moves = [duals.lift(partial).tangent is not None for partial in partials]
    return Kernel(text, sum([bit << i for i, bit in enumerate(moves)]))


SECOND_ORDER = {
    (row, mask): found
    for row in TABLE
    for mask in range(1, 1 << (row.arity or 0))
    if (found := kernel(row, mask))
}


def header() -> str:
    """second_order.h: the functions, in the table's order, and lists of them."""
    lists = ""
    for arity in (1, 2, 3):
        names = [
            f"X({row.identifier}, {mask}, {found.moves})"
            for (row, mask), found in SECOND_ORDER.items()
            if row.arity == arity
        ]
        listed = " \\\n    ".join(names)
        lists += f"#define AG_SECOND_{arity}(X) \\\n    {listed}\n"
    body = "\n".join([*[found.text for found in SECOND_ORDER.values()], lists])
    return (
        "/* Written by `python -m autograd._generated` from the table. */\n"
        f'#include "interpretation.h"\n\n{body}'
    )
