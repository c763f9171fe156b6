"""gradcheck: the derivatives of a function beside differences, operation by operation.

An error names the operation whose rule is wrong. Then the function is compared as a
whole, which shows what it computes and the graph does not have.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from autograd.checking.differences import DIFFERS, OK, scattered
from autograd.checking.directions import Whole
from autograd.checking.operations import (
    MOST,
    Finding,
    Operation,
    operations,
    selected,
)
from autograd.checking.program import Program
from autograd.checking.verdict import GradcheckError, GradcheckReport, Tally
from autograd.checking.wording import OLDER, Wording
from autograd.derivatives.recording import recording
from autograd.interactions import TABLED

ORDERS = (1, 2, 3)
BESIDE = 2.0**-7  # how far from kinks the function is compared as a whole, relative


def gradcheck(f: Callable[..., Any], *args: Any, order: int = 1) -> GradcheckReport:
    """Compare the derivatives of f at these arguments with differences of it.

    By all numbers in the arguments, and by the Values that f closes over: those are
    moved, and put back. Each local derivative of the recorded graph stands beside
    differences of its operation (Ridders 1982: they know their error), and f as a whole
    beside differences along directions; with order=2 or order=3 so do the derivatives
    of the rules, and of the gradient. f is called some dozens of times.

    The report is true; `print` it to see what was skipped because differences cannot
    tell, as at a kink. Where nothing could be checked there is a RuntimeWarning too.
    GradcheckError, an AssertionError, names the operation whose rule is wrong; or it
    says that f is not deterministic, or depends on what is not in its graph.

    >>> from autograd import math, primitive
    >>> gradcheck(lambda x, y: math.sin(x) * y, 0.5, 2.0)
    gradcheck of <lambda>
      3 of 3 edges agree
      as a whole: 4 of 4 derivatives agree
    >>> @primitive(partials=lambda out, x: -x / out)
    ... def smooth_abs(x):
    ...     return math.sqrt(x * x + 1e-4)
    >>> def f(x):
    ...     return 2 * smooth_abs(x)
    >>> gradcheck(f, -3.0)  # doctest: +NORMALIZE_WHITESPACE, +ELLIPSIS
    Traceback (most recent call last):
    autograd.GradcheckError: smooth_abs(x = -3.0): its local derivative by operand 0 (x)
    is 0.9999944444907404, and differences say -0.99999444449075 (± 3e-13): the rule of
    smooth_abs is wrong (edge 1 of 2, recorded at <doctest ...>:2: return 2 *
    smooth_abs(x))
    """
    if not callable(f):
        raise TypeError(f"gradcheck(f, *args): f must be a function, not {f!r}")
    if type(order) is not int or order not in ORDERS:
        raise ValueError(f"gradcheck(order): must be 1, 2 or 3, not {order!r}")
    with recording():
        report = _Check(Program(f, args), order).report()
    if report.is_empty:
        warnings.warn(str(report), RuntimeWarning, stacklevel=2)
    return report


class _Check:
    def __init__(self, program: Program, order: int) -> None:
        self.program, self.order = program, order
        if not program.numbers:
            raise ValueError(
                f"gradcheck({program.name}): there is no number to differentiate by: "
                "pass one, or let the function close over a Value"
            )
        if not program.point.values:
            raise ValueError(
                f"gradcheck({program.name}): {program.name} returned no number; did it "
                "forget its return?"
            )
        self.words = Wording(program)
        self.operations, self.edges = operations(program.point.order)
        self.skipped: list[str] = []
        self.notes: list[str] = []
        self.is_at_a_break = False

    def report(self) -> GradcheckReport:
        self._must_be_deterministic()
        orders = ORDERS[: self.order]
        tallies = tuple([self._operations(order) for order in orders])
        whole = self._whole(orders, tallies[0].skipped + tallies[0].left_out)
        return GradcheckReport(
            self.program.name, tallies, whole, tuple(self.skipped), tuple(self.notes)
        )

    def _must_be_deterministic(self) -> None:
        first, second = self.program.point, self.program.again
        if first.structure != second.structure:
            told = self.words.not_deterministic("one structure", "another")
            raise GradcheckError(told)
        for x, y in zip(first.values, second.values):
            if not (x == y or (x != x and y != y)):
                raise GradcheckError(self.words.not_deterministic(repr(x), repr(y)))

    def _operations(self, order: int) -> Tally:
        """Compare the operations' derivatives of an order."""
        taken = selected(self.operations, MOST[order])
        agree = skipped = 0
        for operation in taken:
            if operation.is_outdated():
                skipped += self._outdated(operation) if order == 1 else 0
                continue
            for found in self._findings(operation, order):
                count = found.edges if order == 1 else 1
                if found.comparison.verdict == OK:
                    agree += count
                elif found.comparison.verdict == DIFFERS:
                    raise GradcheckError(*self.words.wrong(found, self.edges))
                else:
                    skipped += count
                    self.skipped.append(self.words.skipped(found))
                    self.is_at_a_break = True
        if len(taken) < len(self.operations):
            self.notes.append(
                f"order {order}: {len(taken)} of {len(self.operations)} different "
                "operations were taken, of each kind the same share"
            )
        left = self.edges - agree - skipped if order == 1 else 0
        return Tally(agree, skipped, left)

    def _findings(self, operation: Operation, order: int) -> Iterator[Finding]:
        try:
            other = operation.other_rule() if order > 1 else None
            found = [*operation.comparisons(order)]
        except Exception as error:  # a user's own rule may not take Values
            told = self.words.not_differentiable(operation, error)
            raise GradcheckError(*told) from error
        if other is not None:
            raise GradcheckError(*self.words.another_over_values(operation, *other))
        yield from found

    def _outdated(self, operation: Operation) -> int:
        """The edges of one that has another value by now: differences are not of it."""
        is_old = self.program.was_before(operation.node) or operation.row in TABLED
        if not is_old:
            raise GradcheckError(*self.words.not_a_function(operation))
        self.skipped.append(f"{self.words.at(operation)}: {OLDER}")
        return operation.count * len(operation.moving)

    def _whole(self, orders: tuple[int, ...], left_out: int) -> Tally:
        """Compare the derivatives of the function as a whole."""
        program = self.program
        whole = Whole(program, program.numbers, program.point)
        forward, backward, rounding = whole.modes()
        if abs(forward - backward) > rounding:
            raise GradcheckError(self.words.modes_disagree(forward, backward))
        if program.fixed:
            self.notes.append(
                f"{len(program.fixed)} results recorded before the call stay as they "
                "are"
            )
        agree = skipped = 0
        for order in orders:
            objection = whole.objection(order)
            if objection:
                self.notes.append(
                    f"order {order}: as a whole it was not compared: {objection}"
                )
                continue
            for found in whole.derivatives(order):
                if found.comparison.verdict == OK:
                    agree += 1
                    continue
                skipped += 1
                if found.comparison.verdict != DIFFERS:
                    self.skipped.append(self.words.unclear(found))
                elif self.is_at_a_break and self._agrees_beside(order):
                    self.skipped.append(self.words.kink_inside(found))
                else:
                    told = self.words.lost(whole.culprit(found), left_out)
                    raise GradcheckError(told)
        return Tally(agree, skipped)

    def _agrees_beside(self, order: int) -> bool:
        """Whether the function agrees as a whole a little away from here."""
        here = self.program.numbers
        away = scattered([BESIDE * (abs(x) or 1.0) for x in here], 0)
        numbers = [x + step for x, step in zip(here, away)]
        try:
            with self.program.at(numbers) as point:
                whole = Whole(self.program, numbers, point)
                told = [d.comparison.verdict for d in whole.derivatives(order)]
        except Exception:  # the function may refuse what lies beside
            return False
        return OK in told and DIFFERS not in told
