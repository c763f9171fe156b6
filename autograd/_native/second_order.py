"""C for each primitive with its tangents: forward mode over the kernels of kernels.h.

From a row's rule, fed with duals of symbols, follow the tangents of its value and of
its local derivatives.
"""

from __future__ import annotations

from autograd._native.kernels import KERNELS, C
from autograd.duals import Duals, at
from autograd.primitives import ROWS, TABLE, Primitive
from autograd.symbols import Formulas

POW_CONSTANT = ROWS["**"]


def kernel(row: Primitive) -> str | None:
    """The C function of a row, or None where the row has no kernel.

    It takes each operand x with its tangent dx, and returns the value; the value's
    tangent goes to t_out, the local derivatives to d and their tangents to dt.

    >>> print(kernel(ROWS["square"]), end="")
    static inline double ag2_square(double x0, double dx0, double *t_out, double *d, double *dt) {
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
    duals = Duals(formulas := Formulas())
    operands = [
        duals.dual(formulas.name(f"x{i}"), formulas.name(f"dx{i}"))
        for i in range(row.arity)
    ]
    if row is POW_CONSTANT:
        operands[1] = duals.lift(operands[1].primal)  # never touch log(x)
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
    return (
        f"static inline double ag2_{row.identifier}"
        f"({parameters}, double *t_out, double *d, double *dt) {{\n"
        f"{''.join([*lines, *stores])}    return {value};\n}}\n"
    )


SECOND_ORDER = {row: kernel(row) for row in TABLE}


def header() -> str:
    """second_order.h: the functions, in the table's order."""
    body = "\n".join(text for text in SECOND_ORDER.values() if text)
    return (
        "/* Written by `python -m autograd._generated` from the table. */\n"
        f'#include "interpretation.h"\n\n{body}'
    )
