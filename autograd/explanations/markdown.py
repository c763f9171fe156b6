"""An explanation as Markdown: tables that GitHub and notebooks show."""

from __future__ import annotations

import re

from autograd.explanations.model import OLDER, Log, Push, Seed
from autograd.explanations.text import derivative, estimate, which
from autograd.text import number

# What would be obeyed inside a table's cell; "<" and "&" as entities, for raw HTML
OBEYED = re.compile(r"[\\`*_\[\]|~$:@#^!]|(?<=www)\.")
Row = tuple[str, ...]
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    r"""A text as Markdown shows it, character for character.

    >>> print(escape("<b>|*x*"))
    &lt;b&gt;\|\*x\*
    """
    marked = OBEYED.sub(lambda match: "\\" + match[0], text)
    return "".join(ENTITIES.get(c, c) for c in marked)


def markdown(log: Log, digits: int) -> str:
    """Three tables: the forward pass, the backward pass, the gradients."""

    def shown(x: float) -> str:
        return number(x, digits)

    names = [v.name for v in log.variables]
    forward: list[Row] = [
        ("variable", "operation", "numbers", "value", "local derivatives")
    ]
    for v in log.variables:
        if v.is_constant and not v.operands:
            continue
        slopes = []
        for position in range(len(v.operands)):
            local = log.locals.get((v.index, position))
            if local is not None:
                place = which(position, v.operands)
                formula = f"{local.formula} = " * bool(local.formula)
                told = f"{derivative(v.name, names[local.parent])} = {formula}"
                slopes.append(told + shown(local.value) + f" ({place})" * bool(place))
        given = "" if v.operands else "given"
        told = v.formula or given
        value = shown(v.primal) + f" ({OLDER})" * v.is_stale
        forward.append((v.name, told, v.numbers, value, ", ".join(slopes)))
    backward: list[Row] = [("step", "product", "numbers", "contribution", "total")]
    for step in log.backward:
        if isinstance(step, Seed):
            told = derivative(log.result, names[step.variable])
            value = shown(step.adjoint)
            backward.append((str(step.number), told, "seed", value, value))
        else:
            backward.append(_product(log, step, digits))
    gradients: list[Row] = [("gradient", "value", "difference quotient", "agrees")]
    for index, adjoint in sorted(log.adjoints.items()):
        check = log.checks.get(index)
        cells = (estimate(check), check.reason or check.verdict) if check else ("", "")
        gradients.append((derivative(log.result, names[index]), shown(adjoint), *cells))
    return "\n\n".join(
        f"### {title}\n\n{_table(rows)}"
        for title, rows in (
            ("Forward pass", forward),
            ("Backward pass", backward),
            ("Gradients", gradients),
        )
    )


def _product(log: Log, step: Push, digits: int) -> Row:
    child, parent = log.variables[step.child].name, log.variables[step.parent].name
    product = (
        f"{derivative(log.result, parent)} += {derivative(log.result, child)} · "
        f"{derivative(child, parent)}"
    )
    upstream, local = number(step.upstream, digits), number(step.local, digits)
    total = number(step.total, digits)
    if step.arrivals > 1:
        total += f" ({step.arrival} of {step.arrivals})"
    contribution = number(step.contribution, digits)
    return str(step.number), product, f"{upstream} · {local}", contribution, total


def _table(rows: list[Row]) -> str:
    head, *body = [f"| {' | '.join(map(escape, row))} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])
