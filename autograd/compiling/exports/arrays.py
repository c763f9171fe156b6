"""A compiled function as array code: the text of a module for NumPy or for JAX.

Arguments may be a batch, which is then the first axis of all that depends on them.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import Any

from autograd.compiling.exports.arguments import (
    Block,
    identifier,
    is_literal,
    remark,
    told,
)
from autograd.compiling.exports.array_cells import Cells
from autograd.compiling.exports.array_lines import ArrayLines
from autograd.compiling.exports.array_rows import ArrayRows
from autograd.compiling.exports.array_texts import DEFINED
from autograd.compiling.exports.reading import (
    ExportError,
    Instruction,
    Recorded,
    instructions,
)
from autograd.compiling.structure import NUMBER, Structure

IMPORTS = {
    "np": {"np": "import numpy as np", "special": "from scipy import special"},
    "jnp": {
        "jax": "import jax",
        "jnp": "import jax.numpy as jnp",
        "SymbolicZero": "from jax.custom_derivatives import SymbolicZero",
        "special": "from jax.scipy import special",
    },
}
METHODS = {"np": "to_numpy()", "jnp": "to_jax()"}
LIBRARIES = {"np": "NumPy", "jnp": "JAX"}


def array_code(recorded: Recorded, module: str, path_only: bool) -> tuple[str, str]:
    """The text, and the function's name in it.

    ExportError where a row has no function over arrays, or where other numbers might
    take another path, unless `path_only`.
    """
    method = METHODS[module]
    conditions = [*recorded.conditions()]
    if conditions and not path_only:
        others = f" and {len(conditions) - 1} more" if len(conditions) > 1 else ""
        raise ExportError(
            f"{method}: {recorded.name} was recorded while {conditions[0].told}"
            f"{others}, and array code has one path only. Choose with relu, abs, max, "
            "min, clip or take instead of a comparison, or say path_only=True for code "
            "that is right on this path alone"
        )
    return Code(recorded, module).text()


class Code:
    """The text of a recorded path, while it is written."""

    def __init__(self, recorded: Recorded, module: str) -> None:
        self.recorded, self.module = recorded, module
        self.schedule = recorded.schedule
        self.cells = Cells(self.schedule, module)
        self.rows = ArrayRows(recorded, module, METHODS[module])

    def text(self) -> tuple[str, str]:
        first = self.schedule.layout[2]
        blocks = [b for b in self.recorded.argument_blocks() if isinstance(b, Block)]
        arrays = [self.cells.add(first + b.place, b.size) for b in blocks]
        batch = f"*{arrays[0]}.shape[:-1]" if arrays else ""
        lines = ArrayLines(self.cells, self.rows, batch)
        body = [lines.line(given) for given in living(self.schedule)]
        outputs = iter([self.output(lines, slot) for slot in self.schedule.outputs])
        body.append(f"return {self.returned(self.recorded.result, outputs)}")
        if re.search(r"\bc\b", "\n".join(body)):
            numbers = [self.cells.number(slot) for slot in range(*self.cells.bounds)]
            given = f"[{', '.join(map(str, numbers))}], dtype=p.dtype"
            body.insert(0, f"c = {self.module}.array({given})")
        prelude = self.rows.prelude("\n".join([*body, "inputs("]))
        taken = {*DEFINED.findall(prelude), *self.rows.functions, *IMPORTS[self.module]}
        name = free(identifier(self.recorded.name), {*taken, "math"})
        head = self.head(name, arrays, {*taken, "math", name})
        decorator = "@np.errstate(all='ignore')\n" if self.module == "np" else ""
        function = decorator + "\n".join(
            [head[0], *[f"    {line}" for line in [*head[1:], *body]]]
        )
        text = f"{prelude}\n\n\n{self.remarks(name)}\n{function}\n"
        imports = [
            line
            for word, line in IMPORTS[self.module].items()
            if re.search(rf"\b{word}\b", text)
        ]
        return "import math\n\n" + "\n".join(imports) + f"\n\n\n{text}", name

    def output(self, lines: ArrayLines, slot: int) -> str:
        """A result: an array of the batch's shape."""
        number = self.cells.number(slot)
        if number is None:
            cell = self.cells.cell(slot)
            number = f"{cell.name}[..., {slot - cell.first}]"
            if slot >= self.cells.varying:
                return number
        return lines.of_shape(number, self.cells.varying)

    def returned(self, structure: Structure, outputs: Iterator[str]) -> str:
        """The results in their structure, as Python writes it."""
        if structure == NUMBER:
            return next(outputs)
        kind, *rest = structure
        if kind == "static":
            return self.literal(rest[0])
        parts = [self.returned(part, outputs) for part in rest[-1]]
        if kind == "dict":
            keys = [self.literal(key) for key in rest[0]]
            return f"{{{', '.join([f'{k}: {x}' for k, x in zip(keys, parts)])}}}"
        listed = ", ".join(parts)
        return f"[{listed}]" if kind == "list" else f"({listed}{',' * bool(parts)})"

    def literal(self, thing: Any) -> str:
        if not is_literal(thing):
            raise ExportError(
                f"{METHODS[self.module]}: {self.recorded.name} returns {thing!r} with "
                "its numbers, and that cannot be written down: return numbers, and "
                "lists, tuples and dicts of them"
            )
        return repr(thing)

    # --- the head of the function

    def head(self, name: str, arrays: list[str], taken: set[str]) -> list[str]:
        """The signature, the checks of what is no number, and the line of arguments."""
        signature, names = ["parameters"], []
        for given in self.recorded.argument_names:
            base, _, index = given.partition("[")
            plain = free(identifier(base), {*taken, "parameters", "named"})
            if index in ("", "0]"):
                signature.append(f"*{plain}" if index else plain)
            names.append(f"{plain}[{index}" if index else plain)
        keywords = self.recorded.arguments[1][1]
        if keywords:
            signature.append("**named")
            names += [f"named[{key!r}]" for key in keywords]
        lines = [f"def {name}({', '.join(signature)}):"]
        given_arrays = ""
        for block in self.recorded.argument_blocks(names):
            if isinstance(block, Block):
                given_arrays += f", ({block.access}, {block.shape})"
            elif is_literal(block.thing):
                problem = f"this was recorded with {block.access} = {block.thing!r}"
                lines.append(f"if {block.access} != {block.thing!r}:")
                lines.append(f"    raise ValueError({problem!r})")
        left = ", ".join(["p", *arrays]) if arrays else "(p,)"
        count = self.schedule.layout[0]
        return [*lines, f"{left} = inputs(parameters, {count}{given_arrays})"]

    def remarks(self, name: str) -> str:
        """What is said above the function."""
        library = LIBRARIES[self.module]
        lines = [
            f"{remark(self.recorded.name)}: recorded by scalar-autograd, for {library}",
            "p are the parameters, c constants; names are those of the tape's numbers",
        ]
        lines += told(self.recorded.argument_blocks(), "x{}")
        for condition in self.recorded.conditions():
            lines.append(f"right only while {remark(condition.told)}")
        return "\n".join([f"# {line}" for line in lines])


def living(schedule: Any) -> list[Instruction]:
    """The instructions that results depend on; those of guards alone are left out."""
    needed = bytearray(schedule.layout[4])
    for slot in schedule.outputs:
        needed[slot] = 1
    found = []
    for given in reversed([*instructions(schedule)]):
        if 1 not in needed[given.out : given.out + given.count]:
            continue
        found.append(given)
        for slot in sources(given):
            needed[slot] = 1
    return found[::-1]


def sources(given: Instruction) -> Iterator[int]:
    """The slots that an instruction reads."""
    yield from given.slots
    for place, (first, step, row) in enumerate(given.operands):
        if first >= 0:
            is_alone = place == 2 and not given.is_vector
            for j in range(given.m):
                for k in range(1 if is_alone else given.n):
                    yield first + j * row + k * step


def free(name: str, taken: set[str]) -> str:
    """A name that is not taken yet, and no keyword."""
    while name in taken or keyword.iskeyword(name):
        name += "_"
    return name
