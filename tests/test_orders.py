"""taylor and derivative: against mpmath, against nested gradients, in one another."""

import gc
import math as stdlib
from collections import namedtuple

import mpmath
import numpy
import pytest

import autograd
from autograd import Value, compile, math, no_grad, primitive
from autograd.derivatives import (
    checkpoint,
    derivative,
    fixed_point,
    grad,
    jvp,
    root,
    taylor,
)
from autograd.functions import compute
from autograd.primitives import TABLE
from autograd.series import PowerSeries
from tests import oracle

# By construction no slope is computed there: a constant exponent, order and index.
NO_SLOPE = {("**", 1), ("polygamma", 0), ("take", 0)}
# The true number is the small difference of two shares, and it is below their last
# digit: the error is measured by the shares. And gelu''' crosses 0 at -2.
MEASURED_BY_1 = {("logsumexp", (0.0, -40.0)), ("gelu", (-2.0,))}
# A partial that overflows on the way, as the true number does: 1/(3 out out)
OVERFLOWS = {("cbrt", (1e-300,))}
CASES = [
    (row, sample, i)
    for row in TABLE
    for sample in row.samples
    for i in range(len(sample))
    if (row.name, i) not in NO_SLOPE
]
IDS = [f"{row.identifier}{sample}-{i}" for row, sample, i in CASES]


def of_operand(row, sample, i):
    """A row as a function of one of its operands."""
    return lambda x: compute(row, *sample[:i], x, *sample[i + 1 :])


def slope(f, n):
    """The n-th derivative by reverse mode alone."""
    for _ in range(n):
        f = grad(f)
    return f


def pushed(f, n):
    """The n-th derivative by forward mode, over reverse mode."""
    gradient = grad(f)
    for _ in range(n - 1):
        gradient = (lambda g: lambda x: jvp(g, (x,), (1.0,))[1])(gradient)
    return gradient


def close(got, true, scale=0.0):
    """Within 1e-10 relative, and infinite where floats end."""
    nearest = float(true)
    if stdlib.isinf(nearest):
        return got == nearest
    if abs(nearest) < 1e-60:  # what differences in mpmath leave of 0
        return abs(got) <= max(1e-10 * scale, 1e-60)
    return abs(got - true) <= 1e-10 * max(abs(true), scale)


# --- every primitive, three ways ----------------------------------------------------


@pytest.mark.parametrize("way", [derivative, slope, pushed])
@pytest.mark.parametrize(("row", "sample", "i"), CASES, ids=IDS)
def test_second_and_third_derivatives_are_mpmath_s(row, sample, i, way):
    f, x = of_operand(row, sample, i), sample[i]
    scale = 1.0 if (row.name, sample) in MEASURED_BY_1 else 0.0
    for n in (2, 3):
        got = way(f, n)(x)
        with mpmath.workdps(50):
            true = oracle.slope(row.name, sample, *[i] * n)
        if (row.name, sample) in OVERFLOWS and n == 3:
            assert got != got and stdlib.isinf(float(true))
        else:
            assert close(got, true, scale), (n, got, true)


# --- one function, many orders ------------------------------------------------------


def share(math, x):
    return math.exp(math.sin(x)) / (1 + x**2)


def test_a_composed_function_to_order_15():
    found = taylor(lambda x: share(math, x), 0.4, 15)
    with mpmath.workdps(60):
        true = mpmath.taylor(lambda x: share(mpmath, x), mpmath.mpf(0.4), 15)
        assert all(map(close, found, true))


def test_exp_to_order_30():
    for k, got in enumerate(taylor(math.exp, 0.0, 30)):
        assert got == pytest.approx(1 / stdlib.factorial(k), rel=1e-14)
    assert derivative(math.exp, 30)(1.0) == pytest.approx(stdlib.e, rel=1e-13)


def test_orders_far_beyond_what_factorials_fit_in():
    assert derivative(math.exp, 400)(1.0) == pytest.approx(stdlib.e, rel=1e-12)
    assert derivative(lambda x: math.sin(2 * x), 200)(0.0) == 0.0
    # 1e-300 / 20! has lost digits, the derivative has not
    tail = derivative(math.exp, 20)(-690.0)
    assert tail == pytest.approx(stdlib.exp(-690.0), rel=1e-13)


@pytest.mark.parametrize("n", range(6))
def test_derivative_is_the_coefficient_times_n_factorial(n):
    f = lambda x: math.atan(x) * x**2.5  # noqa: E731
    coefficient = taylor(f, 0.7, n)[n]
    wanted = coefficient * stdlib.factorial(n)
    assert derivative(f, n)(0.7) == pytest.approx(wanted, rel=1e-15)


def test_of_order_0_and_by_default_1():
    def f(x):
        """A cube."""
        return x**3

    assert taylor(f, 2, 0) == [8.0] and derivative(f, 0)(2) == 8.0
    assert derivative(f)(2) == 12.0 and derivative(f).__doc__ == "A cube."
    assert taylor(lambda x: 3, 1.0, 2) == [3.0, 0.0, 0.0]
    assert taylor(lambda x: x, 1.0, 2) == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (math.relu, 0, [0, 0, 0]),
        (abs, 0, [0, 0, 0]),
        (lambda x: math.elu(x, 2.0), 0, [0, 2, 2]),
        (lambda x: math.max(x, 2.0), 2, [2, 0.5, 0]),
        (lambda x: math.where(x > 0, x, lambda: x * x), 0, [0, 0, 2]),
        (lambda x: x**0, 0, [1, 0, 0]),
        (lambda x: x**2, 0, [0, 0, 2]),
        (lambda x: 0**x, 2.0, [0, 0, 0]),
        (math.sqrt, 0, [0, stdlib.inf, -stdlib.inf]),
        (lambda x: math.hypot(x, 0.0), 0, [0, 0, 0]),
        (lambda x: x * math.sqrt(0.0), 0, [0, 0, 0]),
    ],
)
def test_at_kinks_derivatives_are_those_of_the_conventions(f, x, expected):
    found = [derivative(f, n)(x) for n in range(3)]
    assert found == expected
    assert [slope(f, n)(x) for n in (1, 2)] == expected[1:]


# --- structures, calls, errors ------------------------------------------------------

Pair = namedtuple("Pair", "low high")


def test_coefficients_are_in_the_structure_of_the_result():
    def f(x):
        return {"powers": [x, x**2], "pair": Pair(1 / x, 3), "name": "f", "none": ()}

    value, first, second = taylor(f, 2.0, 2)
    assert value == {"powers": [2, 4], "pair": (0.5, 3), "name": "f", "none": ()}
    assert first == {"powers": [1, 4], "pair": (-0.25, 0), "name": "f", "none": ()}
    assert second == {"powers": [0, 1], "pair": (0.125, 0), "name": "f", "none": ()}
    assert type(second["pair"]) is Pair and derivative(f, 2)(2.0)["powers"] == [0, 2]
    array = derivative(lambda x: numpy.array([x, x * x]), 2)(3.0)
    assert isinstance(array, numpy.ndarray) and array.tolist() == [0.0, 2.0]


def test_the_function_is_called_once():
    calls = []

    def f(x):
        calls.append(x)
        return math.tanh(x)

    taylor(f, 0.5, 9)
    third = derivative(f, 3)
    assert len(calls) == 1
    third(0.5)
    assert len(calls) == 2


def test_what_is_wrong_is_named():
    cube = lambda x: x**3  # noqa: E731
    for n in (-1, 1.0, True, None, "2", Value(2.0)):
        with pytest.raises(
            TypeError, match=r"taylor\(f, x, n\): n must be a whole num"
        ):
            taylor(cube, 1.0, n)
        with pytest.raises(
            TypeError, match=r"derivative\(f, n\): n must be a whole num"
        ):
            derivative(cube, n)
    for x in ([1.0], (1.0, 2.0), {"x": 1.0}, "1", None, True, numpy.array([1.0])):
        for call in (lambda: taylor(cube, x, 2), lambda: derivative(cube, 2)(x)):
            with pytest.raises(
                TypeError, match=r"must be one number.*use grad or jacob"
            ):
                call()
    with pytest.raises(TypeError, match=r"derivative\(f\): f must be a function"):
        derivative(3.0)
    with pytest.raises(
        TypeError, match=r"taylor\(<lambda>\): <lambda> returned object"
    ):
        taylor(lambda x: object(), 1.0, 2)


def test_numbers_of_other_types():
    assert taylor(lambda x: x * x, numpy.float64(3.0), numpy.int64(2)) == [
        9.0,
        6.0,
        1.0,
    ]
    assert taylor(lambda x: x * x, 3, 1) == [9.0, 6.0]


# --- Values, nesting, compiled functions --------------------------------------------


def test_of_a_value_coefficients_are_values_that_are_differentiated():
    x = Value(0.4)
    found = taylor(lambda x: share(math, x), x, 3)
    assert all([isinstance(c, Value) for c in found])
    found[3].backward()
    plain = taylor(lambda x: share(math, x), 0.4, 4)
    assert [c.data for c in found] == pytest.approx(plain[:4], rel=1e-14)
    assert x.grad == pytest.approx(4 * plain[4], rel=1e-13)


def test_weights_that_are_closed_over_get_gradients():
    w = Value(2.0)
    second = derivative(lambda x: math.exp(w * x), 2)(0.5)
    second.backward()
    assert second.data == pytest.approx(4 * stdlib.e, rel=1e-14)  # w**2 exp(w x)
    assert w.grad == pytest.approx((4 + 4 * 0.5) * stdlib.e, rel=1e-14)
    power = taylor(lambda x: x**w, 3.0, 3)
    power[2].backward()  # w (w-1)/2 x**(w-2)
    assert power[3].data == pytest.approx(0.0, abs=1e-15)
    assert w.grad == pytest.approx(6 * stdlib.e + 1.5 + stdlib.log(3), rel=1e-14)


def test_under_no_grad_they_are_floats():
    w = Value(2.0)
    with no_grad():
        found = taylor(lambda x: w * x * x, Value(3.0), 2)
    assert found == [18.0, 12.0, 2.0] and all([type(c) is float for c in found])


def test_they_nest_with_each_other_and_with_grad():
    f = lambda x: share(math, x)  # noqa: E731
    fifth = derivative(f, 5)(0.4)
    assert derivative(derivative(f, 2), 3)(0.4) == pytest.approx(fifth, rel=1e-13)
    assert grad(derivative(f, 4))(0.4) == pytest.approx(fifth, rel=1e-13)
    assert derivative(grad(f), 4)(0.4) == pytest.approx(fifth, rel=1e-13)
    assert derivative(slope(f, 3), 2)(0.4) == pytest.approx(fifth, rel=1e-13)
    twice = grad(lambda x: taylor(f, x, 3)[3])
    assert grad(twice)(0.4) == pytest.approx(fifth / 6, rel=1e-13)
    assert jvp(derivative(f, 4), (0.4,), (2.0,))[1] == pytest.approx(2 * fifth)


def test_derivatives_of_nested_calls_stay_apart():
    # d/dx (x d/dy (x + y)) at 1 is 1, and 2 when they are confused
    assert derivative(lambda x: x * derivative(lambda y: x + y)(1.0))(1.0) == 1.0
    mixed = taylor(lambda a: taylor(lambda b: a * b * b, a, 2)[1], 3.0, 3)
    assert mixed == [18.0, 12.0, 2.0, 0.0]  # 2 a**2
    assert derivative(lambda x: derivative(lambda y: x**y, 2)(2.0), 1)(3.0) == (
        pytest.approx(2 * 3 * stdlib.log(3) ** 2 + 2 * 3 * stdlib.log(3), rel=1e-13)
    )


def test_inside_a_compiled_function():
    f = lambda x: share(math, x)  # noqa: E731
    step = compile(lambda x: taylor(f, x, 3))
    for x in (0.4, -1.2, 2.0):
        assert step(x) == pytest.approx(taylor(f, x, 3), rel=1e-13)
    assert step.recordings == 1
    wanted = [(k + 1) * c for k, c in enumerate(taylor(f, 0.4, 4)[1:])]
    assert step.jacobian(0.4) == pytest.approx(wanted, rel=1e-12)
    any_order = compile(lambda x, n: derivative(f, n)(x))
    for n in (3, 2, 3):
        wanted = derivative(f, n)(0.4)
        assert any_order(0.4, n) == pytest.approx(wanted, rel=1e-13)
    bends = compile(lambda x: derivative(lambda x: math.max(x * x, x**3), 2)(x))
    assert [bends(x) for x in (0.5, 2.0, -1.0)] == [2.0, 12.0, 2.0]


@primitive(partials=lambda out, x: (math.cos(x) * out,))
def exp_sin(x):
    return stdlib.exp(stdlib.sin(x))


@primitive(partials=lambda out, x, y: (y * exp_sin(x * y) + 1, x * exp_sin(x * y)))
def integral(x, y=2.0):
    """No matter of what: its slopes speak of another primitive of one's own."""
    return x + x * y


@primitive(partials=lambda out, x: stdlib.cos(x))
def floats_only(x):
    return stdlib.sin(x)


def test_primitives_of_one_s_own():
    with mpmath.workdps(50):
        true = mpmath.taylor(lambda x: mpmath.exp(mpmath.sin(x)), mpmath.mpf(0.3), 8)
        assert all(map(close, taylor(exp_sin, 0.3, 8), true))
    found, wanted = taylor(integral, 0.15, 4), taylor(exp_sin, 0.3, 3)
    slopes = [k * c for k, c in enumerate(found)][1:]
    expected = [2 * c * 2**k for k, c in enumerate(wanted)]
    expected[0] += 1
    assert slopes == pytest.approx(expected, rel=1e-13)
    assert derivative(floats_only)(0.0) == 1.0
    with pytest.raises(TypeError, match="second derivatives of floats_only: its parti"):
        derivative(floats_only, 2)(0.0)


def test_through_checkpoints_and_solutions_of_equations():
    f = lambda x: share(math, x)  # noqa: E731
    assert taylor(checkpoint(f), 0.4, 6) == pytest.approx(taylor(f, 0.4, 6), rel=1e-13)
    square_root = lambda a: root(lambda x: x * x - a, 1.0)  # noqa: E731
    wanted = taylor(math.sqrt, 2.0, 6)
    assert taylor(square_root, 2.0, 6) == pytest.approx(wanted, rel=1e-13)
    heron = lambda a: fixed_point(lambda x: (x + a / x) / 2, 1.0)  # noqa: E731
    assert taylor(heron, 2.0, 6) == pytest.approx(wanted, rel=1e-13)
    # x + y = a and x y = 2: (a ± sqrt(a² - 8)) / 2
    both = derivative(
        lambda a: root(lambda p: [p[0] + p[1] - a, p[0] * p[1] - 2], [0, 4]), 3
    )
    third = derivative(lambda a: (a + math.sqrt(a * a - 8)) / 2, 3)(4.0)
    assert both(4.0) == pytest.approx([-third, third], rel=1e-12)


def test_nothing_waits_for_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        w = Value(2.0)
        taylor(lambda x: math.sin(w * x) ** 1.5, 0.5, 4)
        assert not any([issubclass(type(x), PowerSeries) for x in gc.get_objects()])
    finally:
        gc.enable()


def test_a_long_chain_needs_no_recursion():
    def chain(x):
        y = x
        for _ in range(20_000):
            y = y * 0.999 + x * 0.001
        return y

    assert taylor(chain, 2.0, 3) == pytest.approx([2.0, 1.0, 0.0, 0.0], abs=1e-9)


def test_they_are_public():
    assert autograd.derivatives.taylor is taylor
    assert {"taylor", "derivative"} <= set(autograd.derivatives.__all__)
