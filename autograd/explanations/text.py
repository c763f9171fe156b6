"""An explanation as text: the evaluation trace, then one product a line."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Sequence
from textwrap import wrap

from autograd.explanations.model import OLDER, Check, Log, Push, Seed, Variable
from autograd.naming import quoted
from autograd.text import number

# The column of the local derivatives, and the width of a given number
RIGHT, CELL = 40, 13
PLAIN = str.maketrans(
    {"∂": "d", "·": "*", "→": "->", "−": "-", "²": "^2", "³": "^3", "…": "...",
     "×": "*", "÷": "/", "√": "sqrt", "Σ": "sum", "Π": "prod", "≈": "~", "✗": "x",
     "′": "'", "σ": "sigmoid", "—": "-", "↓": "v", "↑": "^", "│": "|", "─": "-",
     "┼": "+"}
)  # fmt: skip
NOTICE = "a leaf was assigned to since: compute again, for numbers that fit together"
BOLD, DIM, RED, RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"


def text(log: Log, digits: int, width: int) -> str:
    return "\n".join(_Writer(log, digits, width).lines())


def derivative(top: str, bottom: str) -> str:
    return f"∂{quoted(top)}/∂{quoted(bottom)}"


def difference_of(result: str, name: str) -> str:
    name = quoted(name)
    return f"({quoted(result)}({name}+h) - {quoted(result)}({name}-h)) / 2h"


def estimate(check: Check) -> str:
    size = abs(check.estimate)
    style = ".6f" if 1e-3 <= size < 1e7 or size == 0 else ".6e"
    return format(check.estimate + 0.0, style)


def which(position: int, operands: Sequence[int]) -> str:
    """Which operand is meant where one variable is several: "" where it is one."""
    if operands.count(operands[position]) == 1:
        return ""
    return ("left", "right")[position] if len(operands) == 2 else f"no. {position + 1}"


class _Writer:
    def __init__(self, log: Log, digits: int, width: int) -> None:
        self.log, self.digits, self.width = log, digits, width

    def lines(self) -> list[str]:
        log = self.log
        lines = [_columns("forward", "local derivatives")]
        lines += self._givens()
        for variable in log.variables:
            if variable.operands:
                lines += self._computed(variable)
        lines.append(_columns("backward", "upstream · local"))
        for step in log.steps:
            if isinstance(step, Seed):
                lines.append("  " + self._seed(step))
            elif isinstance(step, Push):
                lines += self._product(step)
        lines += self._summary()
        return lines

    def _name(self, index: int) -> str:
        return self.log.variables[index].name

    def _number(self, x: float) -> str:
        return number(x, self.digits)

    def _givens(self) -> list[str]:
        shown = self._number
        cells = [
            f"{v.name} = {shown(v.primal)}"
            for v in self.log.variables
            if not v.operands and not (v.is_constant and v.name == shown(v.primal))
        ]
        lines, line = [], ""
        for cell in cells:
            padded = cell + " " * max(2, CELL - wide(cell))
            if line and 2 + wide(line) + wide(cell) > self.width:
                lines.append("  " + line.rstrip())
                line = ""
            line += padded
        return lines + ["  " + line.rstrip()] * bool(line)

    def _computed(self, variable: Variable) -> list[str]:
        left = [f"{variable.name} = {variable.formula}"]
        left.append(f"= {variable.numbers}")
        left.append(f"= {self._number(variable.primal)}")
        if variable.numbers == variable.formula:
            del left[1]
        if variable.is_stale:
            left.append(f"({OLDER})")
        locals_ = [
            self._local(variable, position)
            for position in range(len(variable.operands))
        ]
        return self._beside(_joined(left), [told for told in locals_ if told])

    def _local(self, variable: Variable, position: int) -> str:
        local = self.log.locals.get((variable.index, position))
        if local is None:
            return ""
        told = derivative(variable.name, self._name(local.parent))
        value = self._number(local.value)
        told += f" = {local.formula} = {value}" if local.formula else f" = {value}"
        place = which(position, variable.operands)
        told += f" ({place})" * bool(place)
        if local.check.verdict == "differs":
            told += f" ✗ the difference quotient is {estimate(local.check)}"
        return told

    def _beside(self, left: str, right: list[str]) -> list[str]:
        """A line, and what belongs to it in the second column, or below."""
        lines = [f"  {left}"]
        room = self.width - RIGHT - 2
        groups: list[str] = []
        for told in right:
            joined = f"{groups[-1]:<18} {told}" if groups else told
            if groups and wide(joined) <= room:
                groups[-1] = joined
            else:
                groups.append(told)
        for group in groups:
            fits = 2 + wide(lines[-1]) <= RIGHT + 2 and group is groups[0]
            if fits:
                lines[-1] += " " * (RIGHT + 2 - wide(lines[-1])) + group
            else:
                indent = max(6, min(RIGHT + 2, self.width - wide(group)))
                lines.append(" " * indent + group)
        return lines

    def _seed(self, step: Seed) -> str:
        name = derivative(self.log.result, self._name(step.variable))
        told = f"{name} = {self._number(step.adjoint)}"
        inside = self._name(step.variable) == self.log.result
        return told if inside else f"{told}     from outside of this part"

    def _product(self, step: Push) -> list[str]:
        result, child = self.log.result, self.log.variables[step.child]
        parent = self._name(step.parent)
        sign = "=" if step.arrivals == 1 and step.before == 0 else "+="
        told = (
            f"  {derivative(result, parent)} {sign} {derivative(result, child.name)} · "
            f"{derivative(child.name, parent)} = {self._number(step.upstream)} · "
            f"{self._number(step.local)} = {self._number(step.contribution)}"
        )
        lines = [told]
        if step.arrivals > 1:
            told = f"{step.arrival} of {step.arrivals}"
            if step.arrival > 1:
                told += (
                    f": {self._number(step.before)} + {self._number(step.contribution)}"
                    f" = {self._number(step.total)}"
                )
            self._append(lines, told)
        if step.arrival == step.arrivals and step.parent in self.log.checks:
            self._append(lines, self._check(step.parent))
        return lines

    def _check(self, index: int) -> str:
        """The check of a gradient; of a leaf with its quotient spelled out."""
        variable, check = self.log.variables[index], self.log.checks[index]
        asked = not variable.operands or index in self.log.wrt
        quotient = f"{difference_of(self.log.result, variable.name)} = " * asked
        told = f"check: {quotient}{estimate(check)}"
        if check.verdict == "ok":
            return told
        differs = check.verdict == "differs"
        return told + (" ✗ differs" if differs else f" ({check.reason})")

    def _append(self, lines: list[str], told: str) -> None:
        for here in (RIGHT + 2, RIGHT, wide(lines[-1]) + 2):
            if wide(lines[-1]) + 2 <= here <= self.width - wide(told):
                lines[-1] += " " * (here - wide(lines[-1])) + told
                return
        indent = max(6, min(RIGHT + 2, self.width - wide(told)))
        lines += [" " * indent + line for line in wrap(told, self.width - indent)]

    def _summary(self) -> list[str]:
        """How many derivatives agree with their difference quotients."""
        local = [step.check for step in self.log.locals.values()]
        both = (("local derivatives", local), ("gradients", self.log.checks.values()))
        told = []
        for kind, checks in both:
            verdicts = [check.verdict for check in checks if check is not None]
            if verdicts:
                told.append(f"{verdicts.count('ok')} of {len(verdicts)} {kind}")
        lines = [f"  {' and '.join(told)} agree with differences"] * bool(told)
        if any([variable.is_stale for variable in self.log.variables]):
            lines.append(f"  {NOTICE}")
        return ["checks", *lines] if lines else []


def _columns(left: str, right: str) -> str:
    return left + " " * (RIGHT + 2 - len(left)) + right


def _joined(parts: list[str]) -> str:
    return "  ".join(parts[:2]) + "".join(f" {part}" for part in parts[2:])


def wide(told: str) -> int:
    """Columns on a terminal: wide characters take two, combining marks none."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c)
        for c in told
    )


def takes_color() -> bool:
    """Whether standard output is a terminal, and nobody asked for no colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def finished(told: str, ascii: bool, color: bool) -> str:
    if ascii:
        told = told.translate(PLAIN).encode("ascii", "backslashreplace").decode()
    return _colored(told) if color else told


def _colored(told: str) -> str:
    lines = []
    for line in told.split("\n"):
        if line and not line.startswith(" "):
            line = f"{BOLD}{line}{RESET}"
        elif "✗" in line or " x differs" in line:
            line = f"{RED}{line}{RESET}"
        elif "check: " in line:
            here = line.index("check: ")
            line = f"{line[:here]}{DIM}{line[here:]}{RESET}"
        lines.append(line)
    return "\n".join(lines)
