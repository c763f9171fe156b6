"""`root` and `fixed_point`: solutions of equations, with their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd._engine import Value
from autograd.compiling.tracing import TraceError, line_of_the_caller
from autograd.derivatives.equations import Equations, Outcome
from autograd.derivatives.problems import FIXED_POINT, ROOT, Problem, problem
from autograd.derivatives.solvers import State
from autograd.real import as_float
from autograd.scopes import NO_GRAD, current, no_grad
from autograd.watching import Watcher, watched_by, watcher

Function = Callable[[Any], Any]


def root(f: Function, x0: Any, *, tolerance: float = 0.0, steps: int = 1000) -> Any:
    """x with f(x) = 0, near x0: a number, or lists, tuples and dicts of numbers.

    f is called with numbers in the structure of x0 and returns as many. The solution is
    differentiable, to any order, by every Value that f closes over; it is plain floats
    where there is none, or under `no_grad()`. By Newton's method, with shorter steps
    where they overshoot; one equation is bisected once its sign has changed. It ends
    where rounding hides what is left of the residual, or where that is at most
    `tolerance`. ArithmeticError where so many steps do not get there, or where the
    derivative by x is singular; ValueError where f computes with x in another thread.

    >>> root(lambda x: x * x - 2, 1.0)
    1.4142135623730951
    >>> from autograd import Value
    >>> a = Value(2.0)
    >>> x = root(lambda x: x * x - a, 1.0)
    >>> x.backward()
    >>> x.data, a.grad
    (1.4142135623730951, 0.35355339059327373)
    >>> root(lambda p: [p["x"] + p["y"] - 3, p["x"] * p["y"] - 2], {"x": 0, "y": -1})
    {'x': 1.0, 'y': 2.0}
    """
    return _solution(problem(ROOT, f, x0, tolerance, steps), f)


def fixed_point(
    f: Function, x0: Any, *, tolerance: float = 0.0, steps: int = 10_000
) -> Any:
    """x with f(x) = x, where x0, f(x0), f(f(x0)), ... ends: numbers as those of `root`.

    f returns numbers in the structure of x0. The result is differentiable as a root is,
    and no iteration is recorded. Errors and options are those of `root`.

    >>> from autograd import Value, math
    >>> fixed_point(math.cos, 1.0)
    0.7390851332151607
    >>> a = Value(2.0)
    >>> x = fixed_point(lambda x: (x + a / x) / 2, 1.0)
    >>> x.backward()
    >>> x.data, a.grad
    (1.414213562373095, 0.3535533905932738)
    """
    return _solution(problem(FIXED_POINT, f, x0, tolerance, steps), f)


def _solution(asked: Problem, f: Function) -> Any:
    tracing = watcher()
    following = None if tracing is None else _Following(tracing, asked, f)
    called = following or f

    def evaluate(xs: list[float]) -> State:
        outcomes = following.outcomes if following else []
        return Equations(asked, called, xs, outcomes).state()

    def image(xs: list[float]) -> list[float]:
        with no_grad():
            found = asked.returned(called(asked.argument([*map(Value, xs)])))
        return [x._data if isinstance(x, Value) else as_float(x) for x in found]

    with watched_by(None):
        found = asked.search(evaluate, image)
        if current.get() is NO_GRAD or not found.equations.others:
            return asked.argument(found.xs)
        return asked.argument(found.equations.nodes(found))


class _Following:
    """f, for a recording that will be replayed: what it compares is kept in mind.

    A replay solves the equations at other numbers, by what f recorded once.
    """

    def __init__(self, outer: Watcher, asked: Problem, f: Function) -> None:
        self.used, self.index, self.hashed = outer.used, outer.index, outer.hashed
        self.is_quiet = outer.is_quiet
        self.asked, self.f = asked, f
        self.outcomes: list[Outcome] = []  # of the latest call

    def __call__(self, x: Any) -> Any:
        self.outcomes.clear()
        with watched_by(self):
            return self.f(x)

    def compared(self, relation: Any, x: Any, y: Any, outcome: bool) -> None:
        if not all([not isinstance(z, Value) or z.is_constant for z in (x, y)]):
            self.outcomes.append(Outcome(relation, x, y, bool(outcome)))

    def quiet(self, outer: Any) -> Any:
        raise TraceError(
            f"{line_of_the_caller()}: {self.asked.name} stops gradients, and "
            f"{self.asked.call} is in a compiled function, which would let them pass: "
            f"stop them before, outside of {self.asked.name}, or solve outside of the "
            "compiled function"
        )
