"""C for the value and the local derivatives of each primitive, from the table.

Each row's rule is fed with symbols, and the formulas that come out are written as C.
Rows that take any number of operands, and those that need a function that C lacks, have
no kernel: the engine asks the table itself for them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from autograd.codegen import Language
from autograd.elementary import has_method
from autograd.primitives import TABLE, Primitive
from autograd.symbols import Formulas

# Functions of the interpretation over floats, and their names in C. Those with the
# prefix ag_ are in interpretation.h.
FUNCTIONS = {
    **{
        name: name for name in ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt")
    },
    **{name: name for name in ("sin", "cos", "tan", "asin", "acos", "atan", "atan2")},
    **{name: name for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
    **{name: name for name in ("floor", "ceil", "trunc", "erf", "erfc", "fmod", "pow")},
    **{name: name for name in ("copysign", "hypot", "fma")},
    **{name: f"ag_m_{name}" for name in ("exp2", "sign", "round", "remainder", "max")},
    **{name: f"ag_m_{name}" for name in ("sigmoid", "softplus")},
    "abs": "fabs",
    "//": "ag_m_floordiv",
    "%": "ag_m_mod",
}
FIRST_MARK = (
    "    # --- elementary functions, written by `python -m autograd._generated`\n"
)
LAST_MARK = "    # --- end of what is written\n"
C = Language(FUNCTIONS, "NAN", "INFINITY", "const double", "const int")


def kernel(row: Primitive) -> str | None:
    """The C function of a row, or None where the row has no kernel."""
    if row.arity is None:
        return None
    formulas = Formulas()
    operands = [formulas.name(f"x{i}") for i in range(row.arity)]
    out = row.forward(formulas, *operands)
    partials = row.partials(formulas, out, *operands)
    try:
        body = C.body(out, partials)
    except KeyError:
        return None
    parameters = ", ".join(f"double x{i}" for i in range(row.arity))
    return (
        f"static inline double ag_{row.identifier}({parameters}, double *d) {{\n"
        f"{body}}}\n"
    )


KERNELS = {row: kernel(row) for row in TABLE}


def _dispatch(name: str, arity: int) -> str:
    operands = ", ".join(f"x{i}" for i in range(arity))
    parameters = ", ".join(f"double x{i}" for i in range(arity))
    cases = "".join(
        f"    case AG_{row.identifier}: return ag_{row.identifier}({operands}, d);\n"
        for row, text in KERNELS.items()
        if text and row.arity == arity
    )
    return (
        f"static inline double ag_{name}(int code, {parameters}, double *d) {{\n"
        f"    int i;\n    switch (code) {{\n{cases}    }}\n"
        f"    for (i = 0; i < {arity}; i++) d[i] = NAN; /* never reached */\n"
        "    return NAN;\n}\n"
    )


def header() -> str:
    """kernels.h: codes, kernels, and their choice by code."""
    codes = "".join(f"    AG_{row.identifier},\n" for row in TABLE)
    known = ", ".join(str(row.arity if text else 0) for row, text in KERNELS.items())
    body = "\n".join(text for text in KERNELS.values() if text)
    text = "\n".join(
        [
            "/* Codes are places in the table of primitives, from 1. */",
            f"enum ag_code {{\n    AG_leaf,\n{codes}    AG_OWN\n}};\n",
            body,
            f"static const char ag_kernel_arity[AG_OWN + 1] = {{0, {known}, 0}};\n",
            _dispatch("unary", 1),
            _dispatch("binary", 2),
            _dispatch("ternary", 3),
        ]
    )
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return (
        "/* Written by `python -m autograd._generated` from the table. */\n"
        '#include "interpretation.h"\n\n'
        f'#define AG_FINGERPRINT "{digest}"\n\n{text}'
    )


def engine() -> str:
    """engine.pyx with the elementary functions as methods between its two marks."""
    text = (Path(__file__).parent / "engine.pyx").read_text(encoding="utf-8")
    head, rest = text.split(FIRST_MARK)
    _, tail = rest.split(LAST_MARK)
    methods = "".join(
        f"\n    def {name}({_signature(row)}):\n"
        f'        """{row.doc}"""\n'
        f"        return {_call(row)}\n"
        for row in filter(has_method, TABLE)
        for name in (row.identifier, *row.aliases)
    )
    return f"{head}{FIRST_MARK}{methods}\n{LAST_MARK}{tail}"


def _signature(row: Primitive) -> str:
    return "self" if row.arity == 1 else "self, *operands"


def _call(row: Primitive) -> str:
    code = 1 + TABLE.index(row)
    if row.arity == 1:
        return f"unary({code}, self)"
    return f"record(ROW[{code}], *complete(ROW[{code}], (self, *operands)))"
