"""The sentences of gradcheck: which operation, by which operand, which numbers."""

from __future__ import annotations

import math
from functools import cached_property

from autograd._engine import Value
from autograd.checking.differences import Comparison
from autograd.checking.directions import Derivative
from autograd.checking.operations import Finding, Operation
from autograd.checking.program import Program
from autograd.graph import Edge, primal
from autograd.naming import names

OPERANDS = 6  # so many are written out; of more, the first and the last
NTH = {1: "local", 2: "second", 3: "third"}
OLDER = "recorded with older numbers: an operand was assigned to since"

Told = tuple[str, Edge | None]


class Wording:
    """How errors and reports speak of a program, its operations and numbers."""

    def __init__(self, program: Program) -> None:
        self.program = program

    @cached_property
    def _names(self) -> dict[int, str]:
        order = self.program.point.order
        return {id(node): name for node, name in zip(order, names(order))}

    def at(self, operation: Operation) -> str:
        """An operation and its operands: mul(a = 2.0, 3.0)."""
        told = []
        for node, x in zip(operation.node._parents, operation.operands):
            is_plain = node._constant and node.label is None
            told.append(repr(x) if is_plain else f"{self._names[id(node)]} = {x!r}")
        if len(told) > OPERANDS:
            told = [*told[: OPERANDS - 1], "...", told[-1]]
        return f"{operation.row.identifier}({', '.join(told)})"

    def wrong(self, found: Finding, edges: int) -> Told:
        """A derivative of an operation that is not what differences say."""
        operation, order = found.operation, found.order
        name = operation.row.identifier
        if order == 1:
            asked, cause = "differences", f"the rule of {name} is wrong"
        else:
            asked = f"differences of its {NTH[order - 1]} derivative"
            cause = (
                f"the derivative of {name}'s rule is wrong. Write the rule with +, -, "
                "*, / and ** and functions of autograd.math of what it is given; plain "
                "numbers, as .data has them, have no derivative"
            )
        message = (
            f"{self._subject(found)} is {found.rule!r}, and {asked} say "
            f"{measured(found.comparison)}: {cause} "
            f"({self._edge(operation, found.positions[0], edges)})"
        )
        return message, _edge(operation, found.positions[0])

    def skipped(self, found: Finding) -> str:
        """A derivative of an operation of which differences cannot tell, and why."""
        count = found.operation.count
        alike = f" ({count} such)" * (count > 1)
        return (
            f"{self._subject(found)}{alike}: {found.comparison.reason}; "
            f"{found.rule!r} is used"
        )

    def _subject(self, found: Finding) -> str:
        operation = found.operation
        said = [f"{k} ({self._operand(operation, k)})" for k in found.positions]
        if found.is_together:
            by = f"operands {said[0]} to {said[-1]}, all at once,"
        elif len(said) == 1:
            by = f"operand {said[0]}"
        else:
            by = f"operands {', '.join(said[:-1])} and {said[-1]}"
        return f"{self.at(operation)}: its {NTH[found.order]} derivative by {by}"

    def _operand(self, operation: Operation, position: int) -> str:
        return self._names[id(operation.node._parents[position])]

    def _edge(self, operation: Operation, position: int, edges: int) -> str:
        number = operation.edge + operation.moving.index(position)
        line = self.program.line_of(operation.node)
        recorded = f", recorded at {line}" * (line is not None)
        return f"edge {number} of {edges}{_scope(operation.node)}{recorded}"

    def not_a_function(self, operation: Operation) -> Told:
        """One that gives another number each time."""
        now = primal(operation.row, operation.operands)
        message = (
            f"{self.at(operation)}: it was {operation.node._data!r} when recorded, and "
            f"is {now!r} when computed again: {operation.row.identifier} must be a "
            "function of its operands alone, without random numbers or a state"
        )
        return message, None

    def another_over_values(
        self, operation: Operation, position: int, x: float
    ) -> Told:
        """A rule that says one thing over floats and another over Values."""
        name = operation.row.identifier
        message = (
            f"{self.at(operation)}: its local derivative by operand {position} "
            f"({self._operand(operation, position)}) is "
            f"{operation.partials[position]!r} as a plain number, but {x!r} where "
            f"{name}'s rule is given Values to be differentiated again: the rule must "
            "be the same formula for both"
        )
        return message, _edge(operation, position)

    def not_differentiable(self, operation: Operation, error: Exception) -> Told:
        """A rule that raises over Values."""
        message = (
            f"{self.at(operation)}: the rule of {operation.row.identifier} cannot be "
            f"differentiated: {error}"
        )
        return message, None

    def not_deterministic(self, first: str, second: str) -> str:
        """A function that returns something else each time."""
        name = self.program.name
        return (
            f"{name} is not deterministic: called twice with the same arguments it "
            f"returned {first} and {second}. Differences compare calls: take random "
            f"numbers and state out of {name}, or seed them inside it"
        )

    def modes_disagree(self, forward: float, backward: float) -> str:
        """Forward and reverse mode of the same graph."""
        return (
            f"{self.program.name}: forward mode says {forward!r} and reverse mode "
            f"{backward!r} of the same derivative: that is an error of autograd; "
            "please report it"
        )

    def lost(self, found: Derivative, left_out: int) -> str:
        """A derivative of the whole that its operations do not account for."""
        name, by = self.program.name, self._inputs(found)
        compared = "no operation of the graph was found wrong"
        compared += f" ({left_out} edges were not compared)" * (left_out > 0)
        return (
            f"{self._derivative(found)} is {found.graph!r} by its graph, and "
            f"differences say {measured(found.comparison)}, though {compared}: "
            f"{name} depends on {by} in a way that the graph does not have. Did it "
            "read .data, call stop_gradient or no_grad, or keep the result of an "
            "earlier call?"
        )

    def kink_inside(self, found: Derivative) -> str:
        """One that is only explained by the conventions at kinks."""
        return (
            f"{self._derivative(found)} is {found.graph!r} by the conventions at "
            f"kinks, and {measured(found.comparison)} by differences; beside the kinks "
            "both are the same"
        )

    def unclear(self, found: Derivative) -> str:
        """A derivative of the whole of which differences cannot tell, and why."""
        return (
            f"{self._derivative(found)}: {found.comparison.reason}; "
            f"{found.graph!r} is used"
        )

    def _derivative(self, found: Derivative) -> str:
        name = self.program.name
        several = len(self.program.point.results) > 1
        if found.order > 1:
            whose = "its results' weighted sum's " * several or "its "
            nth = f"{NTH[found.order]} derivative"
        else:
            whose = f"its result {found.result}'s " * several or "its "
            nth = "derivative"
        return f"{name}: {whose}{nth} by {self._inputs(found)}"

    def _inputs(self, found: Derivative) -> str:
        if found.direction.input is None:
            return "its inputs, all at once,"
        node = self.program.point.variables[found.direction.input]
        return self._names.get(id(node)) or node.label or "an input"


def measured(comparison: Comparison) -> str:
    """An estimate to the digits that it has, and its error.

    >>> measured(Comparison(-1.0, 2e-6, "differs"))
    '-1.000000 (± 2e-06)'
    """
    value, error = comparison.estimate, comparison.error
    if value == 0 or not 0 < error < abs(value):
        return f"{value!r} (± {error:.0e})"
    digits = min(15, 1 + math.ceil(math.log10(abs(value) / error)))
    return f"{value:#.{digits}g} (± {error:.0e})"


def _edge(operation: Operation, position: int) -> Edge:
    node = operation.node
    parent, partial = node._parents[position], operation.partials[position]
    return Edge(parent, node, position, partial)


def _scope(node: Value) -> str:
    scope, inside = node._scope, []
    while scope is not None:
        inside.append(scope.name)
        scope = scope.parent
    path = " / ".join(reversed(inside))
    return f", in scope {path!r}" * bool(inside)
