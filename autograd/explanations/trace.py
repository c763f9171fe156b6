"""The evaluation trace in two columns, forward and reverse, as a table.

After tables 2 and 3 of Baydin, Pearlmutter, Radul, Siskind (2018), "Automatic
Differentiation in Machine Learning: a Survey".
"""

from __future__ import annotations

import textwrap

from autograd.explanations.model import OLDER, Log, Variable
from autograd.explanations.text import derivative
from autograd.text import number


def trace(log: Log, digits: int, width: int) -> str:
    """The forward trace read downwards beside the reverse trace read upwards."""
    left = (width - 3) * 2 // 5
    right = width - 3 - left
    lines = [
        f"{'forward primal trace  ↓':<{left}} │ reverse adjoint trace  ↑".rstrip(),
        "─" * (left + 1) + "┼" + "─" * (right + 1),
    ]
    for v in log.variables:
        if v.is_constant:
            continue
        first = _wrapped(_primal(v, digits), left)
        second = _wrapped(_adjoint(log, v, digits), right)
        for i in range(max(len(first), len(second))):
            one = first[i] if i < len(first) else ""
            other = second[i] if i < len(second) else ""
            lines.append(f"{one:<{left}} │ {other}".rstrip())
    return "\n".join(lines)


def _wrapped(told: str, width: int) -> list[str]:
    return textwrap.wrap(told, width, subsequent_indent="  ") or [""]


def _primal(v: Variable, digits: int) -> str:
    value = number(v.primal, digits) + f" ({OLDER})" * v.is_stale
    return f"{v.name} = {v.formula} = {value}" if v.operands else f"{v.name} = {value}"


def _adjoint(log: Log, v: Variable, digits: int) -> str:
    if v.index not in log.adjoints:
        return ""
    received = log.received[v.index]
    name = derivative(log.result, v.name)
    value = number(log.adjoints[v.index], digits)
    if v.index in log.seeds and not received:
        return f"{name} = {value}"
    terms = []
    for push in received:
        child = log.variables[push.child]
        local = log.locals[push.child, push.position]
        slope = local.formula or number(local.value, digits)
        bracketed = f"({slope})" if " " in slope or slope.startswith("-") else slope
        terms.append(f"{derivative(log.result, child.name)} · {bracketed}")
    numbers = " + ".join(number(push.contribution, digits) for push in received)
    summed = f" = {numbers}" * (len(received) > 1)
    return f"{name} = {' + '.join(terms)}{summed} = {value}"
