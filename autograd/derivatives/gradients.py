"""Derivatives of first order, and products with second ones: one sweep each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from autograd._engine import Value
from autograd.compiling.structure import Structure, put_together, results, short
from autograd.derivatives.arguments import Choice, choice, name_of
from autograd.derivatives.recording import Recording, recording
from autograd.linearization import Linearization, differentiable, recorded
from autograd.real import as_float

Function = Callable[..., Any]
Positions = int | Sequence[int] | None
Names = str | Sequence[str] | None
NO_HESSIAN = "differentiate one of its numbers twice, or use jacobian(grad(...))"
NOT_ONE = "use jacobian(f), or vjp(f, *args)"


def value_and_grad(
    f: Function, argnums: Positions = None, argnames: Names = None
) -> Function:
    """The function of the same arguments that returns the value and the gradient.

    As `grad`, in one call of f.

    >>> value_and_grad(lambda x: x[0] * x[1])([3.0, 4.0])
    (12.0, [4.0, 3.0])
    """
    chosen = choice("value_and_grad", f, argnums, argnames)

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        found = Recording(chosen, args, kwargs)
        found.must_be_a_number(NOT_ONE)
        return found.value(), found.gradient([1.0])

    return differentiated


def grad(f: Function, argnums: Positions = None, argnames: Names = None) -> Function:
    """The function of the same arguments that returns the gradient of f, a number.

    By the first argument, or those that `argnums` and `argnames` choose: one is in its
    own structure of numbers, lists, tuples, dicts and arrays; several are a tuple by
    position and a dict by name. Reverse mode: one call of f and one sweep, whatever the
    number of inputs. The result is plain numbers; where f closes over Values, or gets
    some, it is Values that can be differentiated again, except under `no_grad()`. All
    of the graph behind the result is walked, that of what f closes over too. TypeError
    where f returns anything but one number.

    >>> grad(lambda x: x**3)(2.0), grad(grad(lambda x: x**3))(2.0)
    (12.0, 12.0)
    >>> def loss(w, x, bias=0.0):
    ...     return w["slope"] * x + bias
    >>> grad(loss)({"slope": 2.0}, 5.0)
    {'slope': 5.0}
    >>> grad(loss, argnums=(0, 1), argnames="bias")({"slope": 2.0}, 5.0, bias=1.0)
    (({'slope': 5.0}, 2.0), 1.0)
    """
    chosen = choice("grad", f, argnums, argnames)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        found = Recording(chosen, args, kwargs)
        found.must_be_a_number(NOT_ONE)
        return found.gradient([1.0])

    return gradient


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """The value of f and its pullback: reverse mode, once for each cotangent.

    The pullback takes a cotangent for each number that f returned, in that structure,
    and returns a tuple with a gradient for each primal. f is called once.

    >>> value, pullback = vjp(lambda x, y: [x * y, x + y], 3.0, 4.0)
    >>> value, pullback([1.0, 0.0]), pullback([0.0, 1.0])
    ([12.0, 7.0], (4.0, 3.0), (1.0, 1.0))
    """
    chosen = _all_of("vjp", f, primals)
    found = Recording(chosen, primals, {})
    found.keep()

    def pullback(cotangents: Any) -> Any:
        call = f"the pullback of {chosen.call}: the cotangents"
        whose = f"what {name_of(f)} returned"
        return found.gradient(_numbers(call, cotangents, found.structure, whose))

    return found.value(), pullback


def jvp(
    f: Function, primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The value of f and its derivative along the tangents: forward mode, one sweep.

    Primals are a tuple of the arguments, tangents a tuple of the same structure.

    >>> jvp(lambda x, y: x * y, (3.0, 4.0), (1.0, 0.0))
    (12.0, 4.0)
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (list, tuple)):
            raise TypeError(
                f"jvp(f, primals, tangents): {name} must be a tuple with one for each "
                f"argument of f, not {given!r}: for one argument write (x,)"
            )
    chosen = _all_of("jvp", f, tuple(primals))
    found = Recording(chosen, tuple(primals), {})
    call = f"{chosen.call}: the tangents"
    seeds = _numbers(call, tuple(tangents), found.arguments, "the primals")
    moved = found.numbers(found.map.jvp(seeds), seeds)
    return found.value(), put_together(found.structure, iter(moved))


def hvp(f: Function, argnums: Positions = None, argnames: Names = None) -> Function:
    """The function of f's arguments and a vector that returns the Hessian times it.

    The vector comes last, by position, in the structure of the gradient. Forward over
    reverse mode: one call of f and two sweeps, however many arguments there are
    (Pearlmutter, Fast Exact Multiplication by the Hessian, 1994).

    >>> hvp(lambda x: x[0] ** 2 * x[1])([3.0, 4.0], [1.0, 0.0])
    [8.0, 6.0]
    """
    chosen = choice("hvp", f, argnums, argnames)

    @functools.wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        if len(args) <= chosen.fewest:
            raise TypeError(
                f"{chosen.call}(*args, vector): the vector is missing, or an argument: "
                f"{len(args)} were given by position, and the vector is the last"
            )
        *given, vector = args
        found = Recording(chosen, tuple(given), kwargs)
        found.must_be_a_number(NO_HESSIAN)
        call = f"{chosen.call}(*args, vector): the vector"
        seeds = _numbers(call, vector, found.arguments, "the gradient")
        moved = found.numbers(gradient_map(found).jvp(seeds), seeds)
        return put_together(found.arguments, iter(moved))

    return product


def gradient_map(found: Recording) -> Linearization:
    """The variables' adjoints by the variables: the Hessian as a linear map."""
    with recording():
        if found.is_closed:
            found.map.differentiate(differentiable)
        gradient = found.map.vjp([1.0])
        rows = [x if isinstance(x, Value) else Value(0.0) for x in gradient]
        locals_of = recorded if found.is_closed else differentiable
        return Linearization(found.variables, rows, locals_of)


def _all_of(operator: str, f: Function, primals: tuple[Any, ...]) -> Choice:
    return choice(operator, f, [*range(len(primals))] or None, None)


def _numbers(call: str, given: Any, like: Structure, whose: str) -> list[Any]:
    """The numbers of a vector, which must have a certain structure."""
    numbers: list[Any] = []
    asked = f"{call}: must have the structure of {whose}, a number for each number"
    if results(given, numbers, asked + ", and not {}", arrays=True) != like:
        raise ValueError(f"{asked}: {short(given)} has another")
    return [x if isinstance(x, Value) else _direction(as_float(x)) for x in numbers]


def _direction(number: float) -> float | None:
    # a plain 0 is no direction: times an infinite slope it would be nan
    return number if number != 0 else None
