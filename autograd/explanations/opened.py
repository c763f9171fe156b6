"""One step of the backward pass with all that stands behind it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from autograd.explanations.model import Check, Log, Push, Seed
from autograd.explanations.routes import Route, routes
from autograd.explanations.text import derivative, difference_of, estimate, which
from autograd.text import number

ROOM = 80 - 12
SHOWN_PATHS, SHOWN_VARIABLES = 4, 8
Shown = Callable[[float], str]


@dataclass(frozen=True)
class Opened:
    """One step with all that stands behind it; `print` shows it as a panel."""

    number: int
    steps: int
    title: str
    rows: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        lines = [f"step {self.number} of {self.steps}   {self.title}"]
        lines += [f"  {name:<9} {told}" for name, told in self.rows]
        return "\n".join(lines)

    __repr__ = __str__


def opened(log: Log, digits: int, number: int) -> Opened:
    """A step of the backward pass by its number, from 1; IndexError beyond the last."""
    count = len(log.backward)
    if not isinstance(number, int) or not 1 <= number <= count:
        raise IndexError(f"step({number!r}): the backward pass has steps 1 to {count}")
    step = log.backward[number - 1]
    rows = _seed(log, step) if isinstance(step, Seed) else _push(log, step, digits)
    return Opened(number, count, _title(log, step), tuple(rows))


def _title(log: Log, step: Seed | Push) -> str:
    if isinstance(step, Seed):
        return f"the backward pass begins at  {log.variables[step.variable].name}"
    child = log.variables[step.child]
    parent = log.variables[step.parent].name
    return f"{child.name} = {child.formula}  sends gradient to  {parent}"


def _seed(log: Log, step: Seed) -> list[tuple[str, str]]:
    name = log.variables[step.variable].name
    if name != log.result:
        return [
            ("given", f"{derivative(log.result, name)} = {number(step.adjoint)}"),
            ("means", "this part hears from outside how much its result matters"),
        ]
    return [
        ("rule", f"{derivative(name, name)} = 1"),
        ("means", f"raise {name} by 0.01 and {name} rises by 0.01"),
    ]


def _push(log: Log, step: Push, digits: int) -> list[tuple[str, str]]:
    def shown(x: float) -> str:
        return number(x, digits)

    child = log.variables[step.child]
    name = log.variables[step.parent].name
    gradient = derivative(log.result, name)
    local = log.locals[step.child, step.position]
    slope = derivative(child.name, name)
    rule = f"{gradient} += {derivative(log.result, child.name)} · {slope}"
    place = which(step.position, child.operands)
    formula = f"{slope} = {local.formula or shown(local.value)}"
    formula += f" ({place} operand)" * bool(place)
    numbers = (
        f"{shown(step.upstream)} · {shown(step.local)} = {shown(step.contribution)}"
    )
    told = f"{rule}    {formula}"
    one_line = len(f"{told}   ({local.rule})") <= ROOM
    rows = [
        ("rule", f"{told}   ({local.rule})" if one_line else told),
        *[("", f"({local.rule})")] * (not one_line),
        ("numbers", " " * (len(gradient) + 4) + numbers),
        ("total", _total(step, name, shown)),
    ]
    rows += _paths(log, step, shown)
    check = log.checks.get(step.parent)
    complete = step.arrival == step.arrivals
    if check is not None and complete:
        rows.append(("check", f"{difference_of(log.result, name)} = {_told(check)}"))
    rows.append(("means", _meaning(step, log.result, name, complete)))
    return rows


def _total(step: Push, name: str, shown: Shown) -> str:
    told = (
        f"before {shown(step.before)} + {_signed(step.contribution, shown)} = "
        f"{shown(step.total)}"
    )
    if step.arrivals == 1:
        return f"{told}    {name} is used once"
    times = "twice" if step.arrivals == 2 else f"{step.arrivals} times"
    return (
        f"{told}    {name} is used {times}: {step.arrival} of {step.arrivals} uses in"
    )


def _signed(x: float, shown: Shown) -> str:
    return f"({shown(x)})" if shown(x).startswith("-") else shown(x)


def _paths(log: Log, step: Push, shown: Shown) -> list[tuple[str, str]]:
    """The ways that have arrived, with what each adds."""
    ways = routes(log, step.parent, step.arrival)
    found = [*itertools.islice(ways, SHOWN_PATHS + 1)]
    told = [f"{_way(log, r)}  {shown(r.product)}" for r in found[:SHOWN_PATHS]]
    if len(found) > SHOWN_PATHS:
        told.append(f"... {log.route_counts[step.parent]} in all")
    return [("paths" if i == 0 else "", line) for i, line in enumerate(told)]


def _way(log: Log, route: Route) -> str:
    names = [log.variables[i].name for i in route.variables]
    if len(names) > SHOWN_VARIABLES:
        names = [*names[:4], "...", *names[-3:]]
    return " → ".join(names)


def _told(check: Check) -> str:
    if check.verdict == "cannot tell":
        return f"{estimate(check)}   {check.reason}"
    verdict = "ok" if check.verdict == "ok" else "✗ differs"
    return f"{estimate(check)}   {verdict} (difference {check.difference:.0e})"


def _meaning(step: Push, result: str, name: str, complete: bool) -> str:
    slope = step.total if complete else step.contribution
    through = "" if complete else "through this use alone, "
    if slope == 0:
        return f"{through}{name} does not move {result}"
    if slope - slope != 0:
        return f"{through}no number: the slope of {result} is {number(slope)}"
    moves = "rises" if slope > 0 else "falls"
    told = f"raise {name} by 0.01 and {result} {moves} by about"
    return f"{through}{told} {0.01 * abs(slope):.2g}"
