"""Jacobians, Hessians and their products with a vector, by the arguments.

Columns, or rows, that share no entry are computed together: a tape of 100,000 variables
of which each meets a few others needs a handful of runs.
"""

from __future__ import annotations

import inspect
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from autograd.compiling.caller import Caller, by_argument
from autograd.compiling.layout import INPUTS
from autograd.compiling.paths import Path
from autograd.compiling.plans import Plan, Sparse, hessian_plan, jacobian_plan
from autograd.compiling.stages import put_together
from autograd.compiling.structure import Structure, take_apart
from autograd.watching import watchers


class Derivatives(Caller):
    """The part of a compiled function that has more than gradients."""

    def jacobian(self, *args: Any, sparse: bool = False, **kwargs: Any) -> Any:
        """The derivatives of all results by the arguments.

        For each number in the structure of the results the arguments' structure, as
        `grad` has it. By forward or reverse mode, whichever needs fewer runs. With
        `sparse`, the entries that may be other than 0, as a `Sparse`.

        >>> from autograd import compile
        >>> f = compile(lambda x: [x[0] * x[1], x[0] + 3 * x[1]])
        >>> f.jacobian([3.0, 4.0])
        [[4.0, 3.0], [1.0, 3.0]]
        >>> compile(lambda x, y: {"area": x * y}).jacobian(3.0, 4.0)
        {'area': (4.0, 3.0)}
        """
        if watchers:
            self._refuse_inside("jacobian")
        path, structure = self._run(args, kwargs)
        plan = self._plan(path, jacobian_plan, sparse)
        program = path.program
        found = []
        for seed in plan.seeds():
            if plan.by_columns:
                found.append(program.jvp(seed))
            else:
                program.reverse(INPUTS, seed)
                found.append(program.input_gradients())
        if sparse:
            return _sparse(plan, found)
        rows = [by_argument(structure, row) for row in plan.dense(found, 0.0)]
        return put_together(path.structure, iter(rows))

    def hessian(self, *args: Any, sparse: bool = False, **kwargs: Any) -> Any:
        """The second derivatives of the value by the arguments.

        For each number of the arguments the arguments' structure, as `grad` has it:
        `hessian(x, y)[0][1]` is by x and by y. By forward over reverse mode, a run for
        each colour of the pattern (Gebremedhin et al., SIAM Review 47, 2005). With
        `sparse`, the entries that may be other than 0, as a `Sparse`.

        >>> from autograd import compile
        >>> f = compile(lambda x, y: x * x * y)
        >>> f.hessian(3.0, 4.0)
        ((8.0, 6.0), (6.0, 0.0))
        >>> f.hessian(3.0, 4.0, sparse=True).values
        array('d', [8.0, 6.0, 6.0])
        """
        if watchers:
            self._refuse_inside("hessian")
        path, structure = self._run(args, kwargs)
        self._is_number(path, "hessian")
        plan = self._plan(path, hessian_plan, sparse)
        found = [path.program.hvp(seed, [1.0]) for seed in plan.seeds()]
        if sparse:
            return _sparse(plan, found)
        rows = [by_argument(structure, row) for row in plan.dense(found, 0.0)]
        return by_argument(structure, rows)

    def hvp(self, *args: Any, **kwargs: Any) -> Any:
        """The Hessian times a vector: the last argument, in the structure of `grad`.

        One run of forward over reverse mode, however many arguments there are
        (Pearlmutter, Fast Exact Multiplication by the Hessian, 1994).

        >>> from autograd import compile
        >>> compile(lambda x: x[0] ** 2 * x[1]).hvp([3.0, 4.0], [1.0, 0.0])
        [8.0, 6.0]
        >>> compile(lambda x, y: x * x * y).hvp(3.0, 4.0, (0.0, 1.0))
        (6.0, 0.0)
        """
        if watchers:
            self._refuse_inside("hvp")
        if not args:
            raise self._misses_the_vector()
        *given, vector = args
        try:
            path, structure = self._run(tuple(given), kwargs)
        except (TypeError, ValueError):
            named = {key: x for key, x in kwargs.items() if key != "vector"}
            if self._takes(given, kwargs) or not self._takes(args, named):
                raise
            raise self._misses_the_vector() from None
        self._is_number(path, "hvp")
        direction: list[Any] = []
        found = take_apart(vector, direction)
        wanted = _of_gradient(structure)
        if found != wanted:
            raise ValueError(
                f"{self.name}.hvp(*args, vector): the vector must have the structure "
                f"of grad(*args), a number for each number: {vector!r} has another"
            )
        return by_argument(structure, path.program.hvp(direction, [1.0]))

    def _misses_the_vector(self) -> TypeError:
        return TypeError(
            f"{self.name}.hvp(*args, vector): the vector is missing: give it by "
            "position, as the last"
        )

    def _takes(self, args: Any, kwargs: Any) -> bool:
        """Whether the function can be called with so many arguments of these names."""
        try:
            inspect.signature(self.function).bind(*args, **kwargs)
        except (TypeError, ValueError):  # the latter where Python cannot look into it
            return False
        return True

    def _plan(self, path: Path, make: Callable[[Any], Plan], sparse: bool) -> Plan:
        plan: Plan = path.plan(make)
        if not sparse:
            plan.must_fit_densely(self.name)
        return plan


def _of_gradient(structure: Structure) -> Structure:
    """The structure of what `by_argument` gives."""
    (_, arguments), keywords = structure
    if keywords[-1]:
        return "tuple", (*arguments, keywords)
    return arguments[0] if len(arguments) == 1 else ("tuple", arguments)


def _sparse(plan: Plan, found: Sequence[Sequence[float]]) -> Sparse:
    values = array("d", plan.entries(found))
    return Sparse(plan.rows[:], plan.columns[:], values, plan.shape)
