"""C for the value and the local derivatives of each primitive, from the table.

Each row's rule is fed with symbols, and the formulas that come out are written as C.
Rows that take any number of operands, and those that need a function that C lacks, have
no kernel: the engine asks the table itself for them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from autograd.elementary import has_method
from autograd.primitives import TABLE, Primitive
from autograd.symbols import Formulas, Symbol

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
INFIX = {"+", "-", "*", "/", "<", "<=", ">", ">=", "=="}
COMPARES = {"<", "<=", ">", ">=", "=="}


def _literal(x: float) -> str:
    if x != x:
        return "NAN"
    if x in (float("inf"), float("-inf")):
        return "INFINITY" if x > 0 else "-INFINITY"
    return repr(x)


def _expression(symbol: Symbol, names: dict[Symbol, str]) -> str:
    if symbol.op == "name":
        return str(symbol.args[0])
    if symbol.op == "number":
        return _literal(symbol.args[0])
    args = [names[arg] for arg in symbol.args]
    if symbol.op in INFIX:
        return f"{args[0]} {symbol.op} {args[1]}"
    if symbol.op == "neg":
        return f"-{args[0]}"
    if symbol.op == "where":
        return f"{args[0]} ? {args[1]} : {args[2]}"
    return f"{FUNCTIONS[symbol.op]}({', '.join(args)})"


def _is_condition(symbol: Symbol) -> bool:
    if symbol.op == "where":
        return _is_condition(symbol.args[1])
    return symbol.op in COMPARES


def statements(results: list[Symbol]) -> tuple[str, list[str]]:
    """C that computes these formulas, a line an operation, and where each result is.

    KeyError where a function has no name in C.
    """
    names: dict[Symbol, str] = {}
    lines: list[str] = []
    stack = [*reversed(results)]
    while stack:
        symbol = stack[-1]
        missing = [a for a in symbol.args if isinstance(a, Symbol) and a not in names]
        if symbol in names or missing:
            stack.pop() if symbol in names else stack.extend(reversed(missing))
            continue
        stack.pop()
        text = _expression(symbol, names)
        if symbol.op in ("name", "number"):
            names[symbol] = f"({text})" if text.startswith("-") else text
        else:
            names[symbol] = f"t{len(lines)}"
            kind = "int" if _is_condition(symbol) else "double"
            lines.append(f"    const {kind} {names[symbol]} = {text};\n")
    return "".join(lines), [names[result] for result in results]


def kernel(row: Primitive) -> str | None:
    """The C function of a row, or None where the row has no kernel."""
    if row.arity is None:
        return None
    formulas = Formulas()
    operands = [formulas.name(f"x{i}") for i in range(row.arity)]
    out = row.forward(formulas, *operands)
    partials = row.partials(formulas, out, *operands)
    results = [x if isinstance(x, Symbol) else formulas.number(x) for x in partials]
    try:
        body, (value, *slopes) = statements([out, *results])
    except KeyError:
        return None
    parameters = ", ".join(f"double x{i}" for i in range(row.arity))
    stores = "".join(f"    d[{i}] = {slope};\n" for i, slope in enumerate(slopes))
    return (
        f"static inline double ag_{row.identifier}({parameters}, double *d) {{\n"
        f"{body}{stores}    return {value};\n}}\n"
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
