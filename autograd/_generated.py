"""The files that follow from the table of primitives: stubs, and CONVENTIONS.md.

`python -m autograd._generated` writes them again; a test fails while one is stale.
"""

from __future__ import annotations

from pathlib import Path

from autograd._native import kernels, replay_kernels, second_order
from autograd.elementary import has_method
from autograd.functions import NAMES
from autograd.primitives import TABLE, At, Primitive

BY = "Written by `python -m autograd._generated` from the table of primitives."
HEAD = f'"""{BY}"""\n\n'
ANY = "Value | float"


def _parameters(row: Primitive, kind: str) -> list[str]:
    plain = len(row.parameters) - len(row.defaults)
    ends = [""] * plain + [f" = {default!r}" for default in row.defaults]
    return [f"{name}: {kind}{end}" for name, end in zip(row.parameters, ends)]


def _signature(row: Primitive, kind: str) -> str:
    if row.identifier in ("max", "min"):
        return f"*xs: {kind} | Iterable[{kind}]"
    if row.identifier == "hypot":
        return f"*xs: {kind}"
    if row.arity is None:
        return f"xs: Iterable[{kind}]"
    return ", ".join(_parameters(row, kind))


def elementary() -> str:
    """The stub of the methods."""
    lines = [
        HEAD,
        "from typing import Any\n\n"
        "from autograd._engine import Value\n"
        "from autograd.primitives import Primitive\n\n"
        "class Elementary:\n"
        "    __slots__ = ()\n",
    ]
    for row in filter(has_method, TABLE):
        others = ["self", *_parameters(row, ANY)[1:]]
        for name in (row.identifier, *row.aliases):
            lines.append(f"    def {name}({', '.join(others)}) -> Value:\n")
            lines.append(f'        """{row.doc}"""\n\n')
    lines += ["def complete(row: Primitive, operands: tuple[Any, ...]) -> Any: ...\n"]
    lines += ["def has_method(row: Primitive) -> bool: ...\n"]
    return "".join(lines)


def functions() -> str:
    """The stub of the functions: floats give a float, any Value among them a Value."""
    lines = [
        HEAD,
        "from collections.abc import Callable, Iterable\n"
        "from typing import Any, overload\n\n"
        "from autograd._engine import Value\n"
        "from autograd.primitives import Primitive\n\n"
        "NAMES: dict[str, Primitive]\n\n"
        "def compute(row: Primitive, *operands: Any) -> Any: ...\n"
        "def interpretation_of(*operands: Any) -> Any: ...\n"
        "def listed(function: str, name: str, xs: Any) -> tuple[Any, ...]: ...\n"
        "def function_of(row: Primitive) -> Callable[..., Any]: ...\n",
    ]
    for name, row in NAMES.items():
        lines.append("@overload\n")
        lines.append(f"def {name}({_signature(row, 'float')}) -> float:\n")
        lines.append(f'    """{row.doc}"""\n\n')
        lines.append("@overload\n")
        lines.append(f"def {name}({_signature(row, ANY)}) -> Value: ...\n")
    return "".join(lines)


CONVENTIONS = f"""\
# Values and slopes at kinks and singularities

<!-- {BY} -->

What each primitive returns where its derivative jumps, where it has a pole, and out of
its domain. The rules behind the rows:

- Results follow IEEE 754: inf or nan, never an exception for a domain, never a complex
  number.
- At a kink the slope is the one that PyTorch and JAX agree on; where they differ, a
  finite subgradient.
- Out of domain the slope is nan like the value: a finite slope of nothing misleads. A
  nan operand is never hidden by a finite slope.
- A constant has no slope at all: `x ** 2` never computes log(x).
- `where(c, a, b)` records only the branch taken, so no nan of the other can leak.
- Zero times infinity stays nan: `sqrt(x * x)` at 0 has the slope nan. Write `abs(x)`.

| primitive | at | value | local derivatives | remark |
| --- | --- | --- | --- | --- |
"""


def _cells(row: Primitive, at: At) -> str:
    point = [repr(x) for x in at.operands]
    if row.arity is not None:
        point = [f"{name} = {x}" for name, x in zip(row.parameters, point)]
    slopes = ", ".join(map(repr, at.partials))
    cells = f"`{row.identifier}`", ", ".join(point), repr(at.value), slopes, at.remark
    return f"| {' | '.join(cells)} |\n"


def conventions() -> str:
    """The published table of conventions, in Markdown."""
    rows = [_cells(row, at) for row in TABLE for at in row.conventions]
    return CONVENTIONS + "".join(rows)


FILES = {
    "elementary.pyi": elementary,
    "functions.pyi": functions,
    "CONVENTIONS.md": conventions,
    "_native/kernels.h": kernels.header,
    "_native/second_order.h": second_order.header,
    "_native/tape_kernels.h": replay_kernels.header,
    "_native/engine.pyx": kernels.engine,
}

if __name__ == "__main__":
    for name, text in FILES.items():
        (Path(__file__).parent / name).write_text(text(), encoding="utf-8")
