"""A graph as JavaScript, so that a page can compute it again at other leaves.

The functions follow from the table of primitives, as the compiled engine's C does.
What JavaScript's Math lacks is in page/interpretation.js, and the two passes over the
graph are in page/evaluate.js. No text of a user's goes into what is written.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd import special
from autograd.codegen import Language
from autograd.explanations.model import Variable
from autograd.primitives import TABLE, Primitive
from autograd.symbols import Formulas

PAGE = Path(__file__).parent / "page"
TABLE_ROWS = {row.name: row for row in TABLE}
MATH = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "hypot"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "abs"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "floor", "ceil", "trunc"),
)
MOST_OPERANDS = 10_000  # of one operation: JavaScript's functions have a limit
REMARK = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
WORD = re.compile(r"(?<!\w\.)\b\w+")  # but not Math's own


@dataclass(frozen=True)
class Program:
    """A graph in JavaScript, or the reasons why it cannot be.

    `source` defines `primitives` and `evaluator`, and `nodes` is what to call it with,
    as JSON: `evaluator(nodes, primitives)`. Each has its description in
    page/evaluate.js. Where something is `refused`, a sentence for each operation, both
    are empty. A sentence names the operation, which may be a text of a user's.
    """

    source: str
    nodes: list[dict[str, Any]]
    refused: tuple[str, ...]


def program(variables: Sequence[Variable]) -> Program:
    """The graph of a log's variables as JavaScript.

    >>> from autograd import Value
    >>> from autograd.explanations import explain
    >>> made = program(explain(Value(2.0, label="a").tanh()).log.variables)
    >>> made.nodes
    [{'primal': 2.0}, {'op': 'tanh', 'operands': [0]}]
    >>> "Math.tanh(x0)" in made.source
    True
    """
    functions: dict[str, str] = {}
    refused: dict[str, str] = {}
    nodes: list[dict[str, Any]] = []
    for variable in variables:
        if not variable.operation:
            nodes.append(_leaf(variable))
            continue
        operands = [variables[place] for place in variable.operands]
        try:
            key = _placed(variable.operation, operands, functions)
            nodes.append({"op": key, "operands": [*variable.operands]})
        except _RefusedError as error:
            refused[variable.operation] = str(error)
    if refused:
        return Program("", [], tuple(refused.values()))
    evaluator = (PAGE / "evaluate.js").read_text(encoding="utf-8")
    return Program(f"{_primitives(functions)}\n{evaluator}", nodes, ())


class _RefusedError(Exception):
    pass


def _leaf(variable: Variable) -> dict[str, Any]:
    x = variable.primal
    leaf: dict[str, Any] = {"primal": x if x - x == 0 else repr(x)}
    return leaf | {"constant": True} if variable.is_constant else leaf


def _placed(name: str, operands: list[Variable], functions: dict[str, str]) -> str:
    """The key in `functions` of the function of an operation; it is put there first."""
    row = TABLE_ROWS.get(name)
    if row is None:
        raise _RefusedError(
            f"{name} is a primitive of your own: its Python cannot be written as "
            "JavaScript"
        )
    if len(operands) > MOST_OPERANDS:
        raise _RefusedError(f"{name} has more than {MOST_OPERANDS} operands")
    key = name if row.arity is not None else f"{name}/{len(operands)}"
    if key not in functions:
        symbols: list[float | None] = [None] * len(operands)
        text = _function(row, symbols)
        if text is None:
            # a rule that needs a number, an index say, has it where it is a constant
            symbols = [x.primal if x.is_constant else None for x in operands]
            shown = ["_" if x is None else repr(x) for x in symbols]
            key = f"{name}({', '.join(shown)})"
            text = functions.get(key) or _function(row, symbols)
        if text is None:
            raise _RefusedError(
                f"the rule of {name} needs the number of an operand that may change"
            )
        functions[key] = text
    return key


def _function(row: Primitive, numbers: list[float | None]) -> str | None:
    """A row at so many operands, some of them numbers; None where a rule needs more."""
    formulas = Formulas()
    operands = [
        formulas.name(f"x{i}") if x is None else x for i, x in enumerate(numbers)
    ]
    try:
        try:
            out = row.forward(formulas, *operands)
        except TypeError:
            if row.identifier not in _paragraphs():
                raise
            out = formulas.apply(row.identifier, *operands)
        partials = row.partials(formulas, out, *operands)
    except Exception:  # whatever a rule does that works on numbers only
        return None
    try:
        body = _language().body(out, partials)
    except KeyError as error:
        raise _RefusedError(
            f"the rule of {row.name} uses {error.args[0]}, which has no JavaScript"
        ) from None
    parameters = "".join(f"x{i}, " for i in range(len(operands)))
    return f"({parameters}d) => {{\n{body}}}"


def _primitives(functions: dict[str, str]) -> str:
    entries = "".join(f"{json.dumps(key)}: {f},\n" for key, f in functions.items())
    helpers = _needed(entries)
    return (
        f'const primitives = (() => {{\n"use strict";\n{helpers}\n'
        f"return {{\n{entries}}};\n}})();\n"
    )


def _needed(text: str) -> str:
    """The paragraphs of interpretation.js that a text needs, in their order there."""
    paragraphs = _paragraphs()
    needed = set()
    stack = [text]
    while stack:
        for word in WORD.findall(REMARK.sub("", stack.pop())):
            if word in paragraphs and word not in needed:
                needed.add(word)
                stack.append(paragraphs[word])
    return "".join(f"\n{text}\n" for name, text in paragraphs.items() if name in needed)


@functools.cache
def _paragraphs() -> dict[str, str]:
    """The paragraphs of interpretation.js by the names they define."""
    numbers = {
        "LGAMMA_AT_2": special._LGAMMA_AT_2,
        "BERNOULLI": special._BERNOULLI,
        "LOG_12": special._LOG_12,
    }
    found = {name: f"const {name} = {[*xs]};" for name, xs in numbers.items()}
    text = (PAGE / "interpretation.js").read_text(encoding="utf-8")
    for paragraph in text.split("\n\n"):
        defined = re.search(r"^function (\w+)", paragraph, re.M)
        if defined:
            found[defined[1]] = paragraph.strip()
    return found


@functools.cache
def _language() -> Language:
    functions = {name: f"Math.{name}" for name in MATH}
    functions |= {name: name for name in _paragraphs()}
    functions |= {"//": "floordiv", "%": "mod"}
    return Language(functions, "NaN", "Infinity", "const", "const")
