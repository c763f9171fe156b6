"""Equations as they were recorded at a solution: the rows of the nodes of `root`.

Where F(x, p) = 0 defines x, the implicit function theorem gives its derivative by p,
-(dF/dx)^-1 dF/dp, from F at the solution alone: how the solution was found leaves no
trace (Griewank & Walther, Evaluating Derivatives, 2008, ch. 15). The rule is written
over any number type, so that it holds for derivatives of any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from sys import getrefcount
from typing import Any, NamedTuple

from autograd import floats
from autograd._engine import Value, constant
from autograd.derivatives.elimination import (
    EPSILON,
    Singular,
    difference,
    product,
    solved,
)
from autograd.derivatives.problems import FIXED_POINT, ROOT, Problem
from autograd.derivatives.segments import (
    Evaluation,
    Segment,
    announce,
    applied,
    are_floats,
    as_recorded,
    bits,
    evaluated,
    own_row,
    unit,
)
from autograd.derivatives.solvers import State
from autograd.linearization import Linearization
from autograd.order import topological_order
from autograd.primitives import Primitive
from autograd.scopes import current

SMALLEST = 2.0**-1074  # of all floats but 0
RULE = "implicit function theorem"
for _operator in (ROOT, FIXED_POINT):
    announce(_operator, RULE)


class Solution(NamedTuple):
    """The unknowns where the others are these numbers, and their local derivatives."""

    others: bytes
    xs: list[float]
    partials: list[tuple[float, ...]]


class Outcome(NamedTuple):
    """What a comparison in f said."""

    relation: Callable[[Any, Any], bool]
    x: Any
    y: Any
    said: bool


class Equations:
    """What f recorded from the unknowns and the Values outside, the others, at some x.

    The equations say that F is 0: f(x) for a root, x - f(x) for a fixed point. They
    hold elsewhere, too, as long as comparisons have the same outcomes there.
    """

    def __init__(
        self,
        problem: Problem,
        f: Callable[[Any], Any],
        xs: Sequence[float],
        outcomes: list[Outcome],
    ) -> None:
        self.problem = problem
        self.unknowns = [Value(x) for x in xs]
        held = [*map(getrefcount, self.unknowns)]
        self.others, self.results = self._recorded(f, outcomes)
        self.inputs = [*self.unknowns, *self.others]
        self._must_follow_all(held)

    def _recorded(
        self, f: Callable[[Any], Any], outcomes: list[Outcome]
    ) -> tuple[list[Value], list[Value]]:
        """What one call of f depends on besides the unknowns, and its results."""
        problem = self.problem
        segment = Segment(
            problem.operator,
            lambda: problem.returned(f(problem.argument(self.unknowns))),
            problem.refusal,
        )
        self.outcomes = [*outcomes]
        compared = [z for asked in outcomes for z in (asked.x, asked.y)]
        results = [x if isinstance(x, Value) else constant(x) for x in segment.results]
        return segment.frontier(self.unknowns, compared), results

    def _must_follow_all(self, held: list[int]) -> None:
        """What f computes in another thread is taken to lie outside, as what was there.

        So it must not depend on the unknowns. Who holds them tells: only where that is
        more than what was followed, all that lies outside is looked at.
        """
        places = Counter(Linearization(self.inputs, self.results, None).places)
        used = [
            places[k] + sum([result is x for result in self.results]) + 1  # in inputs
            for k, x in enumerate(self.unknowns)
        ]
        holders = map(getrefcount, self.unknowns)
        if all([now <= then + n for now, then, n in zip(holders, held, used)]):
            return
        unknowns = {id(x) for x in self.unknowns}
        if any([id(node) in unknowns for node in topological_order(*self.others)]):
            raise self.problem.not_followed()

    def state(self) -> State:
        """The search, with x here."""
        return self._state(as_recorded(self.inputs, self.results))

    def nodes(self, solution: State) -> list[Value]:
        """The unknowns as nodes upon the others."""
        self.recorded = self._differentiated(solution, [x._data for x in self.others])
        self.latest = self.recorded
        parents, scope = tuple(self.others), current.get()
        return [
            Value._restore(self.row(i), x, parents, slopes, None, None, scope, False)
            for i, (x, slopes) in enumerate(zip(solution.xs, self.recorded.partials))
        ]

    def row(self, i: int) -> Primitive:
        """How an unknown is computed from the others. It is kept by nodes alone."""
        index = f"[{i}]" if len(self.unknowns) > 1 else ""
        forward, partials = partial(self._forward, i), partial(self._partials, i)
        problem = self.problem
        return own_row(problem.operator, forward, partials, RULE, problem.name, index)

    # --- over floats

    def _state(self, at: Evaluation) -> State:
        """What a search needs to know."""
        numbers, images, linear = at
        count = len(self.unknowns)
        state = State(numbers[:count], [], [], [], [], self)
        for i, x in enumerate(state.xs):
            adjoints = linear.adjoints(unit(i, count))
            rounded = [
                abs(adjoint) * _rounding(number)
                for k, (adjoint, number) in enumerate(zip(adjoints, numbers))
                if adjoint is not None and not count <= k < len(self.inputs)
            ]
            residual = images[i]
            if not self.problem.is_root:
                residual = x - images[i]
                rounded.append(_rounding(x))
            jacobian, slopes = self._slopes(i, adjoints)
            state.residuals.append(residual)
            state.rounding.append(sum(rounded))
            state.jacobian.append(jacobian)
            state.slopes.append(slopes)
        return state

    def _differentiated(self, solution: State, others: Sequence[float]) -> Solution:
        count = len(self.unknowns)
        try:
            weights = _weights(solution.jacobian, range(count))
        except Singular:
            raise self.problem.singular(solution.xs) from None
        partials = [
            tuple([x or 0.0 for x in _weighted(row, solution.slopes)])
            for row in weights
        ]
        return Solution(bits(others), solution.xs, partials)

    def _solved_at(self, others: Sequence[float]) -> Solution:
        """The same search by what was recorded, where the others are these numbers."""
        here, latest = bits(others), self.latest
        if here == self.recorded.others:
            return self.recorded
        if here != latest.others:

            def at(xs: list[float]) -> Evaluation:
                return evaluated(floats, self.inputs, [*xs, *others], self.results)

            found = self.problem.search(
                lambda xs: self._state(at(xs)), lambda xs: at(xs).results
            )
            self._must_go_the_same_way([*found.xs, *others])
            self.latest = latest = self._differentiated(found, others)
        return latest

    def _must_go_the_same_way(self, numbers: list[float]) -> None:
        compared = [
            z if isinstance(z, Value) else constant(z)
            for asked in self.outcomes
            for z in (asked.x, asked.y)
        ]
        found = iter(evaluated(floats, self.inputs, numbers, compared).results)
        for asked in self.outcomes:
            if asked.relation(next(found), next(found)) != asked.said:
                raise self.problem.another_way(numbers[: len(self.unknowns)])

    # --- over any numbers

    def _slopes(self, i: int, adjoints: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The derivatives of an equation by the unknowns and by the others."""
        count = len(self.unknowns)
        by_unknowns = [*adjoints[:count]]
        by_others = [*adjoints[count : len(self.inputs)]]
        if self.problem.is_root:
            return by_unknowns, by_others
        return (
            [*map(difference, unit(i, count), by_unknowns)],
            [difference(None, x) for x in by_others],
        )

    def _forward(self, i: int, math: Any, *others: Any) -> float:
        if not are_floats(others):
            raise TypeError(
                f"{self.problem.call} is solved over numbers, and follows from its "
                "local derivatives over anything else"
            )
        return self._solved_at([*map(float, others)]).xs[i]

    def _partials(self, i: int, math: Any, out: Any, *others: Any) -> tuple[Any, ...]:
        if are_floats(others):
            return self._solved_at([*map(float, others)]).partials[i]
        count = len(self.unknowns)
        # the other unknowns are made anew: nodes that knew each other would never go
        unknowns = [
            out if j == i else applied(math, self.row(j), *others) for j in range(count)
        ]
        numbers = [*unknowns, *others]
        linear = evaluated(math, self.inputs, numbers, self.results).linear
        equations = [self._slopes(j, linear.vjp(unit(j, count))) for j in range(count)]
        jacobian, slopes = zip(*equations)
        (weights,) = _weights(jacobian, [i])
        return tuple([0.0 if x is None else x for x in _weighted(weights, slopes)])


def _rounding(number: float) -> float:
    return max(EPSILON * abs(number), SMALLEST)


def _weights(jacobian: Sequence[Sequence[Any]], rows: Sequence[int]) -> list[list[Any]]:
    """Rows of the Jacobian's inverse: by how much each equation moves an unknown."""
    transposed = [*zip(*jacobian)]
    return solved(transposed, [unit(i, len(transposed)) for i in rows])


def _weighted(weights: Sequence[Any], slopes: Sequence[Sequence[Any]]) -> list[Any]:
    """Minus the sum of the equations' slopes, each with its weight; None for 0."""
    found = []
    for column in zip(*slopes):
        left = None
        for weight, slope in zip(weights, column):
            left = difference(left, product(weight, slope))
        found.append(left)
    return found
