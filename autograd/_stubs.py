"""Type stubs for what follows from the table of primitives, for editors and checkers.

`python -m autograd._stubs` writes `elementary.pyi` and `functions.pyi` again; a test
fails while they are stale.
"""

from __future__ import annotations

from pathlib import Path

from autograd.elementary import has_method
from autograd.functions import NAMES
from autograd.primitives import TABLE, Primitive

HEAD = '''"""Written by `python -m autograd._stubs` from the table of primitives."""

'''
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
    lines = [HEAD, "from autograd.value import Value\n\n", "class Elementary:\n"]
    lines += ["    __slots__ = ()\n"]
    for row in filter(has_method, TABLE):
        others = ["self", *_parameters(row, ANY)[1:]]
        for name in (row.identifier, *row.aliases):
            lines.append(f"    def {name}({', '.join(others)}) -> Value:\n")
            lines.append(f'        """{row.doc}"""\n\n')
    lines += ["def complete(row: Primitive, operands: tuple[Any, ...]) -> Any: ...\n"]
    lines += ["def has_method(row: Primitive) -> bool: ...\n"]
    lines[1] = (
        "from typing import Any\n\nfrom autograd.primitives import Primitive\n"
        + lines[1]
    )
    return "".join(lines)


def functions() -> str:
    """The stub of the functions: floats give a float, any Value among them a Value."""
    lines = [
        HEAD,
        "from collections.abc import Callable, Iterable\n"
        "from typing import Any, overload\n\n"
        "from autograd.primitives import Primitive\n"
        "from autograd.value import Value\n\n"
        "NAMES: dict[str, Primitive]\n\n"
        "def compute(row: Primitive, *operands: Any) -> Any: ...\n"
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


if __name__ == "__main__":
    folder = Path(__file__).parent
    (folder / "elementary.pyi").write_text(elementary(), encoding="utf-8")
    (folder / "functions.pyi").write_text(functions(), encoding="utf-8")
