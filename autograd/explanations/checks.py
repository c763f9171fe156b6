"""Every derivative of a log beside its difference quotient, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd.explanations.model import Check, Log
from autograd.explanations.text import derivative, estimate, which
from autograd.text import number


@dataclass(frozen=True)
class Row:
    """One derivative: its name, its value, and what the difference quotient says."""

    name: str
    value: float
    check: Check


@dataclass(frozen=True)
class Report:
    """The checks of the local derivatives and of the gradients."""

    locals: tuple[Row, ...]
    gradients: tuple[Row, ...]
    digits: int

    @property
    def agrees(self) -> bool:
        """Whether none differs. What a difference cannot tell does not count."""
        return all(
            row.check.verdict != "differs" for row in (*self.locals, *self.gradients)
        )

    def __str__(self) -> str:
        lines = [f"{'':<18} {'value':>12} {'difference quotient':>21}"]
        for title, rows in (
            ("local derivatives", self.locals),
            ("gradients", self.gradients),
        ):
            lines.append(title)
            lines += [self._line(row) for row in rows]
        checked = [row.check.verdict for row in (*self.locals, *self.gradients)]
        told = f"{checked.count('ok')} of {len(checked)} agree"
        unclear = checked.count("cannot tell")
        told += f", {unclear} cannot be told by a difference" * bool(unclear)
        differ = checked.count("differs")
        lines.append(told + f", {differ} DIFFER" * bool(differ))
        return "\n".join(lines)

    def _line(self, row: Row) -> str:
        mark = "✗ " * (row.check.verdict == "differs")
        value = number(row.value, self.digits)
        line = f"  {row.name:<16} {value:>12} {estimate(row.check):>21}   {mark}"
        why = f"\n      ({row.check.reason})" * bool(row.check.reason)
        return f"{line}{row.check.verdict}{why}"

    __repr__ = __str__


def report(log: Log, digits: int = 4) -> Report:
    """All checks of a log, the local derivatives first."""
    return Report(tuple(_locals(log)), tuple(_gradients(log)), digits)


def _locals(log: Log) -> Iterator[Row]:
    for local in log.locals.values():
        child, parent = log.variables[local.child], log.variables[local.parent]
        place = which(local.position, child.operands)
        name = derivative(child.name, parent.name) + f" ({place})" * bool(place)
        yield Row(name, local.value, local.check)


def _gradients(log: Log) -> Iterator[Row]:
    for index, check in log.checks.items():
        name = derivative(log.result, log.variables[index].name)
        yield Row(name, log.adjoints[index], check)
