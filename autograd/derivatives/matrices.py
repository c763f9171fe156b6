"""Jacobians and Hessians: a sweep for each group of columns, or rows, that share none.

f is called once. Which entries may be other than 0 follows from what was recorded, and
columns without a common row, or rows without a common column, are one sweep.
"""

from __future__ import annotations

import functools
import itertools
from array import array
from collections.abc import Callable
from typing import Any

from autograd.compiling.instructions import Result
from autograd.compiling.plans import Plan, Sparse, hessian_runs, jacobian_runs
from autograd.compiling.sparsity import hessian_pattern, jacobian_pattern
from autograd.compiling.structure import NUMBER, Structure, put_together
from autograd.derivatives.arguments import Choice, choice
from autograd.derivatives.gradients import (
    NO_HESSIAN,
    Function,
    Names,
    Positions,
    gradient_map,
)
from autograd.derivatives.recording import Recording
from autograd.linearization import Linearization


class Matrix:
    """A function of f's arguments that returns derivatives; `plan` tells how."""

    def __init__(self, chosen: Choice, sparse: bool) -> None:
        functools.update_wrapper(self, chosen.function)
        self._choice, self._sparse = chosen, sparse

    def __repr__(self) -> str:
        return f"<{self._choice.call}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivatives, at these arguments."""
        found = Recording(self._choice, args, kwargs)
        plan = self._plan(found)
        if not self._sparse:
            plan.must_fit_densely(self._choice.call)
        swept = self._sweep(found, plan)
        if self._sparse:
            numbers = found.numbers(plan.entries(swept))
            values = array("d", numbers) if found.is_closed else numbers
            return Sparse(plan.rows, plan.columns, values, plan.shape)
        dense = [found.numbers(row) for row in plan.dense(swept, None)]
        structure = _in_place_of_numbers(self._rows_of(found), found.arguments)
        return put_together(structure, itertools.chain.from_iterable(dense))

    def plan(self, *args: Any, **kwargs: Any) -> Plan:
        """Which mode these arguments get, and how many sweeps: to be printed."""
        return self._plan(Recording(self._choice, args, kwargs))

    def _plan(self, found: Recording) -> Plan:
        raise NotImplementedError

    def _sweep(self, found: Recording, plan: Plan) -> list[list[Any]]:
        raise NotImplementedError

    def _rows_of(self, found: Recording) -> Structure:
        raise NotImplementedError


class Jacobian(Matrix):
    """What `jacobian` returns."""

    def _plan(self, found: Recording) -> Plan:
        results, inputs = _results(found.map)
        outputs = [place + 1 for place in found.map.outputs]
        return jacobian_runs(jacobian_pattern(results, inputs, outputs), len(inputs))

    def _sweep(self, found: Recording, plan: Plan) -> list[list[Any]]:
        return _swept(found.map.jvp if plan.by_columns else found.map.vjp, plan)

    def _rows_of(self, found: Recording) -> Structure:
        return found.structure


class Hessian(Matrix):
    """What `hessian` returns."""

    def _plan(self, found: Recording) -> Plan:
        found.must_be_a_number(NO_HESSIAN)
        results, inputs = _results(found.map)
        (output,) = found.map.outputs
        return hessian_runs(hessian_pattern(results, inputs, output + 1))

    def _sweep(self, found: Recording, plan: Plan) -> list[list[Any]]:
        return _swept(gradient_map(found).jvp, plan)

    def _rows_of(self, found: Recording) -> Structure:
        return found.arguments


def jacobian(
    f: Function,
    argnums: Positions = None,
    argnames: Names = None,
    *,
    sparse: bool = False,
) -> Jacobian:
    """The function of the same arguments that returns all derivatives of all results.

    For each number in the structure of the results the arguments' structure, as `grad`
    has it. f is called once; then forward or reverse mode, whichever needs fewer
    sweeps: `jacobian(f).plan(*args)` says which. Columns without a common row are one
    sweep, and so are rows without a common column (Curtis, Powell & Reid 1974). With
    `sparse`, the entries that may be other than 0, as a `Sparse`.

    >>> def f(x):
    ...     return [x[0] * x[1], x[1] + 3 * x[2], x[2] ** 2]
    >>> jacobian(f)([3.0, 4.0, 5.0])
    [[4.0, 3.0, 0.0], [0.0, 1.0, 3.0], [0.0, 0.0, 10.0]]
    >>> print(jacobian(f).plan([3.0, 4.0, 5.0]))
    3 x 3 derivatives, of which 5 may be other than 0: reverse mode, 2 runs (forward \
mode: 2)
    """
    return Jacobian(choice("jacobian", f, argnums, argnames), sparse)


def hessian(
    f: Function,
    argnums: Positions = None,
    argnames: Names = None,
    *,
    sparse: bool = False,
) -> Hessian:
    """The function of the same arguments that returns all second derivatives of f.

    For each number of the arguments the arguments' structure, as `grad` has it. f is
    called once; its gradient is recorded, and swept by forward mode: a sweep for each
    colour of the pattern of what may be other than 0 (Gebremedhin et al., SIAM Review
    47, 2005), which `hessian(f).plan(*args)` counts. With `sparse`, only these entries,
    as a `Sparse`. TypeError where f returns anything but one number.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 4.0])
    [[8.0, 6.0], [6.0, 0.0]]
    >>> print(hessian(lambda x: sum(a * a * a for a in x)).plan([1.0] * 100))
    100 x 100 derivatives, of which 100 may be other than 0: forward over reverse \
mode, 1 run
    """
    return Hessian(choice("hessian", f, argnums, argnames), sparse)


def _in_place_of_numbers(rows: Structure, columns: Structure) -> Structure:
    """A matrix's structure: its columns' for each number in its rows'.

    Of two arrays it is one array, of shape rows + columns.

    >>> _in_place_of_numbers(("list", (NUMBER,)), ("tuple", (NUMBER, NUMBER)))
    ('list', (('tuple', ('number', 'number')),))
    """
    if rows == NUMBER:
        return columns
    kind, *facts, parts = rows
    if kind == "static":
        return rows
    if kind == columns[0] == "array" and all([part == NUMBER for part in parts]):
        return "array", facts[0] + columns[1], columns[2] * len(parts)
    return kind, *facts, tuple([_in_place_of_numbers(p, columns) for p in parts])


def _swept(sweep: Callable[[list[Any]], list[Any]], plan: Plan) -> list[list[Any]]:
    # what is not seeded has no tangent at all: 0 times an infinite slope would be nan
    return [sweep([number or None for number in seed]) for seed in plan.seeds()]


def _results(linear: Linearization) -> tuple[list[Result], range]:
    """The nodes of a graph as what the pattern is found from, and the inputs' slots."""
    first = len(linear.variables)
    slots = [place + 1 for place in linear.places]  # 0 is for all that does not move
    results = [
        Result(k, node._row, first + k + 1, [slots[start:stop]], ())
        for k, (node, start, stop) in enumerate(
            zip(linear.nodes, linear.starts, linear.starts[1:])
        )
    ]
    return results, range(1, first + 1)
