"""The log of an explanation as the data that a page's script plays.

The script writes the numbers, since they may change there. Names, formulas and rules,
and what holds for the recorded numbers only, are texts from here.
"""

from __future__ import annotations

import functools
from typing import Any

from autograd.explanations.javascript import Program
from autograd.explanations.model import Local, Seed, Variable, finite
from autograd.explanations.orders import FORWARD, TOO_EARLY
from autograd.explanations.questions import predictions
from autograd.explanations.scene import Scene
from autograd.explanations.slips import (
    ADDED,
    CHANCE,
    NO_LOCAL,
    NO_UPSTREAM,
    OTHER_FACTOR,
    ROUNDED,
    RUNNING_TOTAL,
    SIGN,
    VALUE,
)
from autograd.explanations.text import estimate, which
from autograd.naming import fill, quoted
from autograd.primitives import ROWS, Primitive
from autograd.symbols import Formulas, Symbol

# An operand's number in a template: a private character, which no formula has
SLOT, SLOTS = 0xE000, 6_400
# Where there are more steps, predictions have no answers to choose from
PREDICTED = 150
# The errors that a script names by itself
ERRORS = {
    "upstream": NO_UPSTREAM,
    "local": NO_LOCAL,
    "added": ADDED,
    "sign": SIGN,
    "other": OTHER_FACTOR,
    "value": VALUE,
    "total": RUNNING_TOTAL,
    "close": ROUNDED,
    "chance": CHANCE,
    "early": TOO_EARLY,
    "forward": FORWARD,
}


def page_data(scene: Scene, program: Program) -> dict[str, Any]:
    """What a page's script needs of a scene and its program, fit for JSON.

    "variables" are the log's, in its order, and nodes for the program's evaluator. An
    operation has "operands", "formula", "numbers" (texts, and places among the
    operands) and "locals", null where none is shown. "backward" has the steps: [child,
    position] of a product, or a seed, which "seeds" tells in full. "checks" and "ways",
    the number of paths, are by variable, "predictions" by step. Checks and predictions
    hold for the recorded numbers alone.
    """
    log, moments = scene.log, scene.moments
    rules = dict.fromkeys(local.rule for local in log.locals.values())
    writer = _Writer(scene, [*rules], bool(program.nodes))
    variables = [*map(writer.variable, log.variables)]
    for entry, node in zip(variables, program.nodes):
        entry |= {"op": node["op"]} if "op" in node else {}
    seeds = [moment for moment in moments if moment.source is None and moment.step]
    data = {
        "result": log.result,
        "quoted": quoted(log.result),
        "digits": scene.digits,
        "rules": [*rules],
        "variables": variables,
        "backward": [
            {"seed": step.variable, "adjoint": step.adjoint}
            if isinstance(step, Seed)
            else [step.child, step.position]
            for step in log.backward
        ],
        "given": {"title": moments[0].title, "rows": moments[0].rows},
        "seeds": {m.variable: {"title": m.title, "rows": m.rows} for m in seeds},
        "checks": {
            moment.variable: told
            for moment in moments
            for name, told in moment.rows
            if name == "check"
        },
        "ways": {i: str(ways) for i, ways in log.route_counts.items() if ways > 1},
        "errors": ERRORS,
        "predictions": _predictions(scene),
    }
    checked: dict[str, Any] = finite(data)
    return checked


def _predictions(scene: Scene) -> list[dict[str, Any] | None]:
    """What is asked before each step of the backward pass; nothing where it is long."""
    if len(scene.log.backward) > PREDICTED:
        return []
    asked = predictions(scene.log, scene.digits)
    return [None if one is None else one.as_data(brief=True) for one in asked]


class _Writer:
    def __init__(self, scene: Scene, rules: list[str], may_change: bool) -> None:
        self.log = scene.log
        self.rules = {rule: place for place, rule in enumerate(rules)}
        self.may_change = may_change

    def variable(self, v: Variable) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": v.name, "primal": v.primal}
        if quoted(v.name) != v.name:
            entry["quoted"] = quoted(v.name)
        if v.is_constant:
            entry["constant"] = True
        if v.is_stale:
            entry["stale"] = True
        if v.operands:
            entry["operands"] = [*v.operands]
            entry["formula"] = v.formula
            entry |= self._numbers(v)
            entry["locals"] = [
                self._local(v, position) for position in range(len(v.operands))
            ]
        return entry

    def _numbers(self, v: Variable) -> dict[str, Any]:
        """The operation over numbers: with places for them where they may change."""
        count = len(v.operands)
        if not self.may_change or count > SLOTS:
            return {"numbers": [v.numbers]}
        template = ROWS[v.operation].text
        slots = [chr(SLOT + position) for position in range(count)]
        told = fill(template, slots)
        parts: list[str | int] = []
        for c in told:
            if SLOT <= ord(c) < SLOT + count:
                parts.append(ord(c) - SLOT)
            elif parts and isinstance(parts[-1], str):
                parts[-1] += c
            else:
                parts.append(c)
        numbers: dict[str, Any] = {"numbers": parts}
        # a negative first operand in brackets, where the sign before it asks for them
        negative = f"-{slots[0]}"
        if fill(template, [negative, *slots[1:]]) != told.replace(slots[0], negative):
            numbers["brackets"] = True
        return numbers

    def _local(self, v: Variable, position: int) -> dict[str, Any] | None:
        local: Local | None = self.log.locals.get((v.index, position))
        if local is None:
            return None
        entry: dict[str, Any] = {"value": local.value, "rule": self.rules[local.rule]}
        place = which(position, v.operands)
        if place:
            entry["place"] = place
        if local.formula:
            entry["formula"] = local.formula
            if self.may_change and _branches(ROWS[v.operation], len(v.operands)):
                entry["branches"] = True
        if local.check.verdict == "ok":
            entry["check"] = estimate(local.check)
        return entry


@functools.cache
def _branches(row: Primitive, count: int) -> bool:
    """Whether the formulas of a row are others at other numbers."""
    formulas = Formulas()
    operands = [formulas.name(str(position)) for position in range(count)]
    rule = row.textbook or row.partials
    try:
        stack = [*rule(formulas, formulas.name("out"), *operands)]
    except Exception:  # a rule that needs numbers
        return True
    seen = set()
    while stack:
        symbol = stack.pop()
        if isinstance(symbol, Symbol) and symbol not in seen:
            seen.add(symbol)
            if symbol.op == "where":
                return True
            stack += symbol.args
    return False
