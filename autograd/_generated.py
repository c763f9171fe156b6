"""The files that follow from the table of primitives: stubs, and CONVENTIONS.md.

`python -m autograd._generated` writes them again; a test fails while one is stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograd._native import kernels, replay_kernels, second_order
from autograd.convention_table import HEADINGS, RULES, TITLE, cells
from autograd.elementary import has_method
from autograd.functions import NAMES
from autograd.primitives import TABLE, Primitive

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


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def conventions() -> str:
    """The published table of conventions, in Markdown."""
    head = f"# {TITLE}\n\n<!-- {BY} -->\n\n{RULES}\n{_line(HEADINGS)}"
    lines = [head, _line(["---"] * len(HEADINGS))]
    for row in TABLE:
        for at in row.conventions:
            name, *others = cells(row, at)
            lines.append(_line([f"`{name}`", *others]))
    return "".join(lines)


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
