"""What is asked of `root` and `fixed_point`: which unknowns, and how to find them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd._engine import Value
from autograd.compiling.structure import Structure, put_together, results
from autograd.compiling.tracing import TraceError, line_of_the_caller
from autograd.derivatives.arguments import name_of
from autograd.derivatives.solvers import State, Unsolved, iterated, newton
from autograd.real import as_float
from autograd.watching import watcher

ROOT, FIXED_POINT = "root", "fixed_point"
NUMBERS = "numbers, and lists, tuples and dicts of them"


@dataclass(frozen=True)
class Problem:
    """What is asked for, but for the function: that no node may keep.

    A name that it closes over may mean something else later, perhaps the node itself,
    and then nothing could free the two.
    """

    operator: str
    name: str
    structure: Structure
    start: list[float]
    tolerance: float
    steps: int

    @property
    def is_root(self) -> bool:
        return self.operator == ROOT

    @property
    def call(self) -> str:
        return f"{self.operator}({self.name}, x0)"

    @property
    def refusal(self) -> str:
        return f"{self.call}: {self.name} returned {{}}: it may return {NUMBERS}"

    def argument(self, numbers: Sequence[Any]) -> Any:
        """Numbers in the structure of x0."""
        return put_together(self.structure, iter(numbers))

    def returned(self, thing: Any) -> list[Any]:
        """The numbers that f returned, one for each unknown."""
        found: list[Any] = []
        structure = results(thing, found, self.refusal, arrays=True)
        fits = len(found) == len(self.start)
        if structure != self.structure and not (fits and self.is_root):
            wanted = "as many numbers as" if self.is_root else "numbers in the form of"
            raise ValueError(
                f"{self.call}: {self.name} must return {wanted} x0, "
                f"{shown(self.argument(self.start))}, not {shown(thing)}"
            )
        return found

    def search(
        self,
        evaluate: Callable[[list[float]], State],
        image: Callable[[list[float]], list[float]],
    ) -> State:
        """Where a solution is; ArithmeticError where none is found."""
        try:
            if self.is_root:
                return newton(evaluate, self.start, self.steps, self.tolerance)
            return iterated(image, evaluate, self.start, self.steps, self.tolerance)
        except Unsolved as error:
            state = error.state
            residual = state.residuals if len(state.xs) > 1 else state.residuals[0]
            raise ArithmeticError(
                f"{self.call}: no solution found from x0 = "
                f"{shown(self.argument(self.start))}: at x = "
                f"{shown(self.argument(state.xs))} the residual is {shown(residual)}, "
                f"{error.why}; start nearer to a solution (another x0), allow more "
                "steps, or a residual other than 0 (tolerance=)"
            ) from None

    def singular(self, xs: list[float]) -> ArithmeticError:
        """The error for a solution that no derivative can be told of."""
        return ArithmeticError(
            f"{self.call}: x = {shown(self.argument(xs))} is a solution, but the "
            f"derivative of {self.name} by x is singular there, so that x has no "
            f"derivative by what {self.name} closes over: solutions meet in it, or lie "
            "side by side; find another (another x0), or only the number, under "
            "no_grad()"
        )

    def not_followed(self) -> ValueError:
        """The error for a function whose derivative by x would be lost."""
        return ValueError(
            f"{self.call}: {self.name} computes with x in another thread, or in a "
            "context of its own, where it is not followed, and the derivative by x "
            f"would be lost: compute all of {self.name} where it is called"
        )

    def another_way(self, xs: list[float]) -> ArithmeticError:
        """The error for a solution of equations that f would not give there."""
        return ArithmeticError(
            f"{self.call}: at x = {shown(self.argument(xs))} a comparison in "
            f"{self.name} comes out another way than when it was recorded: solve it "
            "outside of the compiled function, or write the equation without it"
        )


def problem(
    operator: str, f: Callable[[Any], Any], x0: Any, tolerance: float, steps: int
) -> Problem:
    """The problem, checked."""
    if not callable(f):
        raise TypeError(
            f"{operator}(f, x0): f must be a function of numbers, not {f!r}"
        )
    name = name_of(f)
    refusal = f"{operator}({name}, x0): x0 must be {NUMBERS}, not {{}}"
    numbers: list[Any] = []
    structure = results(x0, numbers, refusal, arrays=True)
    if not numbers:
        raise TypeError(refusal.format(shown(x0)))
    if watcher() is not None and any([_is_traced(x) for x in numbers]):
        raise TraceError(
            f"{line_of_the_caller()}: x0 of {operator}({name}, x0) is computed by a "
            "compiled function, and each call would start from this one's number: "
            "start from a plain number, on which the solution does not depend"
        )
    start = [x._data if isinstance(x, Value) else as_float(x) for x in numbers]
    limit = as_float(tolerance, "tolerance")
    return Problem(operator, name, structure, start, limit, steps)


def _is_traced(x: Any) -> bool:
    return isinstance(x, Value) and not x.is_constant


def shown(thing: Any) -> str:
    """A thing for messages, not too long."""
    text = repr(thing)
    return text if len(text) <= 100 else text[:97] + "..."
