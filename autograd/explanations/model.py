"""The log of an explanation: what happened, in order, in plain immutable data.

Numbers are as recorded; a variable is named by its index in `Log.variables`. Nothing
here holds a Value, and nothing knows how a log is shown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Protocol

# What is said of an operation if an operand's data was assigned to since
OLDER = "recorded with older numbers"


@dataclass(frozen=True)
class Variable:
    """A value of the graph: a line of Wengert's evaluation trace.

    `operation` is the primitive's name ("" for a leaf), `sign` how pictures draw it.
    `formula` is the operation over names, `numbers` the same over primals. `is_kept`
    is false for what is shown as a given number only, because it lies outside of what
    was asked for.
    """

    index: int
    name: str
    primal: float
    operation: str = ""
    sign: str = ""
    operands: tuple[int, ...] = ()
    formula: str = ""
    numbers: str = ""
    latex: str = ""
    is_constant: bool = False
    is_kept: bool = True
    is_stale: bool = False
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """A derivative beside its central difference (f(x+h) - f(x-h)) / 2h.

    `verdict` is "ok", "differs", or "cannot tell", and then `reason` says why: at a
    kink or a jump, or where rounding hides the difference.
    """

    estimate: float
    difference: float
    verdict: str
    reason: str = ""


@dataclass(frozen=True)
class Forward:
    """A variable got its number: it was given, or computed from its operands."""

    variable: int


@dataclass(frozen=True)
class Local:
    """The local derivative of a result by one operand.

    `formula` is "" where there is none to show but the number; `rule` names the rule.
    """

    child: int
    parent: int
    position: int
    value: float
    formula: str
    latex: str
    rule: str
    check: Check


@dataclass(frozen=True)
class Seed:
    """The backward pass begins: the result's adjoint is 1."""

    number: int
    variable: int
    adjoint: float = 1.0


@dataclass(frozen=True)
class Push:
    """A result sends gradient to one of its operands: one product of the chain rule.

    `upstream` times `local` is the `contribution`, which is added to `before` and gives
    `total`. It is the `arrival`-th of so many `arrivals` at the parent.
    """

    number: int
    child: int
    parent: int
    position: int
    upstream: float
    local: float
    contribution: float
    before: float
    total: float
    arrival: int
    arrivals: int


@dataclass(frozen=True)
class Done:
    """Every contribution has arrived: the variable's adjoint is its gradient."""

    variable: int
    adjoint: float
    check: Check | None


Step = Forward | Local | Seed | Push | Done


@dataclass(frozen=True)
class Log:
    """Variables, parents before children, and the steps of both passes, in order.

    `result` is the name of what is differentiated, the variable `root` where the log is
    of a whole graph; `wrt` holds the variables that were asked for, if any were.
    """

    variables: tuple[Variable, ...]
    steps: tuple[Step, ...]
    root: int
    wrt: tuple[int, ...]
    result: str

    @cached_property
    def locals(self) -> dict[tuple[int, int], Local]:
        """The local derivatives by child and position."""
        return {
            (step.child, step.position): step
            for step in self.steps
            if isinstance(step, Local)
        }

    @cached_property
    def backward(self) -> tuple[Seed | Push, ...]:
        """The numbered steps of the backward pass: the seed, then the products."""
        return tuple(step for step in self.steps if isinstance(step, (Seed, Push)))

    @cached_property
    def adjoints(self) -> dict[int, float]:
        """The gradients, of all that has one."""
        return {s.variable: s.adjoint for s in self.steps if isinstance(s, Done)}

    @cached_property
    def checks(self) -> dict[int, Check]:
        """The checks of the gradients, where they were made."""
        return {
            step.variable: step.check
            for step in self.steps
            if isinstance(step, Done) and step.check is not None
        }

    @cached_property
    def received(self) -> dict[int, list[Push]]:
        """What each variable receives, in the order of arrival."""
        received: dict[int, list[Push]] = {v.index: [] for v in self.variables}
        for step in self.backward:
            if isinstance(step, Push):
                received[step.parent].append(step)
        return received

    @cached_property
    def seeds(self) -> dict[int, float]:
        """Where the backward pass begins, with the adjoints there."""
        return {s.variable: s.adjoint for s in self.backward if isinstance(s, Seed)}

    @cached_property
    def route_counts(self) -> dict[int, int]:
        """How many ways lead from each variable to where the backward pass begins."""
        counts: dict[int, int] = {}
        for v in reversed(self.variables):
            ways = sum(counts[push.child] for push in self.received[v.index])
            counts[v.index] = (v.index in self.seeds) + ways
        return counts

    def as_data(self) -> dict[str, Any]:
        """The log in lists, dicts, numbers and strings; each step names its kind."""
        return {
            "format": "scalar-autograd explanation",
            "version": 1,
            "root": self.root,
            "result": self.result,
            "wrt": list(self.wrt),
            "variables": [asdict(variable) for variable in self.variables],
            "steps": [
                {"kind": type(step).__name__.lower(), **asdict(step)}
                for step in self.steps
            ],
        }


class Explained(Protocol):
    """What renderers need of an explanation."""

    @property
    def log(self) -> Log:
        """Variables and steps."""

    @property
    def digits(self) -> int:
        """The significant digits of the numbers shown."""

    def text(self) -> str:
        """The explanation as text."""


def finite(data: Any) -> Any:
    """The same data with what JSON has no number for as strings."""
    if isinstance(data, dict):
        return {key: finite(item) for key, item in data.items()}
    if isinstance(data, (list, tuple)):
        return [*map(finite, data)]
    return repr(data) if isinstance(data, float) and data - data != 0 else data
