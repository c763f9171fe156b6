"""Derivatives over Values: differentiated again, and recorded by compile."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Value, compile, math, no_grad, stop_gradient
from autograd.derivatives import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from nn import MLP
from tests.compiled_laws import counted, with_zero_grad
from tests.derivative_laws import dot, near, numbers_of
from tests.test_compile_programs import function_of, has_a_near_tie, settle, smooth
from tests.test_derivatives import bits, results_of

inf = float("inf")


def kinds(*things):
    """The types of all numbers in them."""
    found = set()
    stack = [*things]
    while stack:
        thing = stack.pop()
        if isinstance(thing, (list, tuple)):
            stack += thing
        else:
            found.add(type(thing))
    return found


def everything(f, x, v):
    """The numbers of every operator, of a function of a list."""
    value, pullback = vjp(f, x)
    return {
        "value_and_grad": value_and_grad(f)(x),
        "grad": grad(f)(x),
        "vjp": [value, pullback(1.0)],
        "jvp": jvp(f, (x,), (v,)),
        "hvp": hvp(f)(x, v),
        "jacobian": jacobian(f)(x),
        "hessian": hessian(f)(x),
        "sparse": [
            [*jacobian(f, sparse=True)(x).values],
            [*hessian(f, sparse=True)(x).values],
        ],
    }


def body(x, w):
    return math.sin(x[0] * x[1]) * w + x[1] ** 3


# --- floats or Values


def test_plain_numbers_give_floats():
    found = everything(lambda x: body(x, 2.0), [0.3, 0.7], [1.0, -2.0])
    assert kinds(*found.values()) == {float}
    constant = stop_gradient(Value(2.0))
    found = everything(lambda x: body(x, constant), [0.3, constant], [1.0, constant])
    assert kinds(*found.values()) == {float}


@pytest.mark.parametrize(
    ("w", "x"),
    [
        (Value(2.0), [0.3, 0.7]),
        (2.0, [Value(0.3), 0.7]),
        (2.0, [Value(0.3) * 1.0, Value(0.7)]),
        (Value(1.0) + 1.0, [Value(0.3), Value(0.7)]),
    ],
)
def test_what_depends_on_values_outside_is_values(w, x):
    plain = everything(lambda x: body(x, 2.0), [0.3, 0.7], [1.0, -2.0])
    found = everything(lambda x: body(x, w), x, [1.0, -2.0])
    for name, numbers in found.items():
        assert kinds(numbers) == {Value}, name
        assert bits(numbers) == bits(plain[name]), name
    with no_grad():
        found = everything(lambda x: body(x, w), x, [1.0, -2.0])
    assert kinds(*found.values()) == {float}
    assert found == plain


def test_other_arguments_count_too():
    w = Value(2.0)
    assert type(grad(lambda x, w: x * w)(3.0, w)) is Value
    assert type(grad(lambda x, *, w: x * w)(3.0, w=w)) is Value
    assert type(grad(lambda x, w: x * 2.0)(3.0, w)) is float  # nothing depends on it


def test_tangents_and_cotangents_may_be_values():
    t = Value(2.0)
    value, moved = jvp(lambda x: x**3, (3.0,), (t,))
    assert (type(value), type(moved), moved.data) == (float, Value, 54.0)
    moved.backward()
    assert t.grad == 27.0
    u = Value(2.0)
    value, pullback = vjp(lambda x: [x**2, x**3], 3.0)
    assert type(value[0]) is float
    (pulled,) = pullback([u, u * u])
    pulled.backward()
    assert (pulled.data, u.grad) == (120.0, 6.0 + 27.0 * 4.0)
    v = Value(2.0)
    product = hvp(lambda x: x**3)(5.0, v)
    product.backward()
    assert (product.data, v.grad) == (60.0, 30.0)
    with no_grad():
        assert kinds(jvp(lambda x: x**3, (3.0,), (t,)), pullback([u, u])) == {float}


def test_plain_numbers_among_chosen_values_stay_numbers_outside():
    """The variable that stood for 3.0 is nothing that could be differentiated by."""
    x = Value(2.0)
    by_x, by_y = grad(lambda x, y: x * x * y, (0, 1))(x, 3.0)
    (by_x + by_y).backward()
    assert (by_x.data, by_y.data, x.grad) == (12.0, 4.0, 6.0 + 4.0)


def test_mixed_derivatives_of_plain_numbers_are_floats():
    """Whatever is differentiated inside by something else."""

    def f(x, y, z):
        return math.sin(x * y) * z + x**2 * z**2

    for i in range(3):
        for j in range(3):
            assert type(grad(grad(f, i), j)(0.3, 0.7, 1.1)) is float
            assert kinds(jacobian(grad(f, i), (0, 1, 2))(0.3, 0.7, 1.1)) == {float}
            for k in range(3):
                assert type(grad(grad(grad(f, i), j), k)(0.3, 0.7, 1.1)) is float

    def nested(x):
        inner = grad(lambda y: grad(lambda z: x * y * z + z**2)(3.0) * y)(2.0)
        return inner * x + vjp(lambda y: x * y, 5.0)[1](1.0)[0]

    assert type(grad(nested)(1.5)) is float
    w = Value(1.0)
    assert type(grad(lambda x: nested(x) * w)(1.5)) is Value
    assert type(grad(lambda x: grad(lambda y: x * y * w)(2.0))(1.5)) is Value
    assert type(grad(lambda x: x * grad(lambda y: y * y)(w))(1.5)) is Value


# --- differentiated again


def test_a_gradient_penalty():
    """Of tanh(w · x): the penalty |w|² sech⁴ by w, in closed form."""
    weights = [Value(0.5), Value(-0.3), Value(0.8)]
    x = [1.0, 2.0, -0.5]

    def critic(x):
        return math.tanh(math.dot(weights, x))

    slopes = grad(critic)(x)
    penalty = (math.hypot(*slopes) - 1.0) ** 2
    penalty.backward()
    numbers = [w.data for w in weights]
    h = dot(numbers, x)
    sech = 1 / math.cosh(h) ** 2
    norm = math.hypot(*numbers)
    assert numbers_of(slopes) == pytest.approx([w * sech for w in numbers], rel=1e-14)
    wanted = [
        2 * (norm * sech - 1) * (w / norm * sech + norm * -2 * sech * math.tanh(h) * a)
        for w, a in zip(numbers, x)
    ]
    assert [w.grad for w in weights] == pytest.approx(wanted, rel=1e-13)


def test_a_gradient_step_is_differentiated_through():
    """Learning rates and starting points, through five steps of descent."""
    rate, start = Value(0.1), Value(2.0)
    x = start
    for _ in range(5):
        x = x - rate * grad(lambda x: 1.5 * x * x)(x)
    x.backward()  # start (1 - 3 rate)**5
    assert x.data == pytest.approx(2.0 * 0.7**5, rel=1e-14)
    assert start.grad == pytest.approx(0.7**5, rel=1e-14)
    assert rate.grad == pytest.approx(-3 * 2.0 * 5 * 0.7**4, rel=1e-14)


def test_a_network_s_sensitivities_by_its_weights():
    model = MLP(3, [4, 1], activation="tanh", seed=2)
    x = [0.3, -0.7, 1.1]
    slopes = grad(model)(x)
    assert [s.data for s in slopes] == pytest.approx(
        compile(lambda x: model(x)).grad(x), rel=1e-13
    )
    total = math.sum([s * s for s in slopes])
    total.backward()
    found = with_zero_grad(model.parameters())
    h = 1e-5
    for weight, slope in zip(model.parameters(), found):
        ends = []
        for sign in (1, -1):
            weight.data += sign * h
            with no_grad():
                ends.append(math.sum([s * s for s in grad(model)(x)]))
            weight.data -= sign * h
        assert slope == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(smooth)
def test_backward_of_a_gradient_is_the_hessian_s_row(program):
    samples, numbers, listed = program
    f = function_of(listed, numbers, settle)
    xs = samples[0]
    rows = hessian(f)(xs)
    for k, row in enumerate(rows):
        leaves = [Value(x) for x in xs]
        slope = grad(f)(leaves)[k]
        if not slope.is_constant:
            slope.backward()
        assert [x.grad for x in leaves] == pytest.approx(row, rel=1e-9, abs=1e-9)


# --- what is assigned later


def test_results_stay_as_they_are_when_a_leaf_gets_another_number():
    w, x = Value(2.0), Value(3.0)
    slope = grad(lambda x: x * w)(3.0)
    slopes = grad(lambda x, y: x * y, (0, 1))(x, w)
    rows = jacobian(lambda x: [x * w, w])(3.0)
    _, moved = jvp(lambda x: x, (3.0,), (w,))
    value, pullback = vjp(lambda x: math.exp(x * w) * w, 0.5)
    before = numbers_of([slope, slopes, rows, moved, value])
    earlier = pullback(1.0)[0].data
    w.data, x.data = 50.0, 70.0
    assert numbers_of([slope, slopes, rows, moved, value]) == before
    assert pullback(1.0)[0].data == earlier
    assert w is not slope and not slope.is_leaf
    w.grad = 0
    pullback(1.0)[0].backward()  # of w w exp(x w), at w = 2
    assert w.grad == pytest.approx((2 * 2 + 4 * 0.5) * math.exp(1.0), rel=1e-14)


def test_gradients_inside_do_not_touch_grads():
    w = Value(2.0)
    w.grad = 7.0
    y = w * w
    y.backward(0.5)
    assert (w.grad, y.grad) == (9.0, 0.5)
    for run in (
        lambda: grad(lambda x: x * y)(3.0),
        lambda: hessian(lambda x: x * x * y)(3.0),
        lambda: jvp(lambda w: w * y, (w,), (1.0,)),
        lambda: vjp(lambda w: w * y, w)[1](1.0),
    ):
        run()
        assert (w.grad, y.grad) == (9.0, 0.5)


# --- compiled


def compiled_and_plain(derivative, exact):
    recorded, calls = counted(derivative)
    return compile(recorded, exact=exact), calls


OPERATORS = {
    "grad": lambda f: lambda x, v: grad(f)(x),
    "value_and_grad": lambda f: lambda x, v: value_and_grad(f)(x),
    "jvp": lambda f: lambda x, v: jvp(f, (x,), (v,)),
    "vjp": lambda f: lambda x, v: vjp(f, x)[1](v[0]),
    "hvp": lambda f: lambda x, v: hvp(f)(x, v),
    "jacobian": lambda f: lambda x, v: jacobian(f)(x),
    "hessian": lambda f: lambda x, v: hessian(f)(x),
}


@pytest.mark.parametrize("name", OPERATORS)
@settings(max_examples=15, deadline=None)
@given(program=smooth, seed=st.integers(0, 99))
def test_compiled_derivatives_have_the_bits_of_plain_ones(name, program, seed):
    samples, numbers, listed = program
    chance = random.Random(seed)
    derivative = OPERATORS[name](function_of(listed, numbers, settle))
    step = compile(derivative, exact=True)
    for xs in [*samples, *samples[::-1]]:
        v = [chance.uniform(0.5, 2) for _ in xs]
        assert bits(step(xs, v)) == bits(derivative(xs, v))


@settings(max_examples=15, deadline=None)
@given(smooth, st.integers(1, 3))
def test_compiled_derivatives_are_within_the_tolerance(program, count):
    samples, numbers, listed = program
    assume(not any(has_a_near_tie(listed, [*map(Value, numbers)], x) for x in samples))
    f = results_of(listed, numbers, count)
    step = compile(jacobian(f))
    for xs in [*samples, *samples[::-1]]:
        assert near(numbers_of(step(xs)), numbers_of(jacobian(f)(xs)), 1e-10)


@pytest.mark.parametrize("exact", [False, True])
def test_compiled_derivatives_are_recorded_once_for_each_path(exact):
    def f(x):
        return x[0] ** 3 * x[1] if x[0] > x[1] else math.sin(x[0]) * x[1] ** 2

    for derivative in (
        grad(f),
        jacobian(f),
        hessian(f),
        value_and_grad(f),
        lambda x: hvp(f)(x, [1.0, 2.0]),
        lambda x: jvp(f, (x,), ([1.0, 2.0],)),
        lambda x: grad(lambda y: f([y, x[1]]) * x[0])(x[0] * 2.0),
    ):
        recorded, calls = counted(derivative)
        step = compile(recorded, exact=exact)
        rng = random.Random(1)
        for _ in range(20):
            x = [rng.uniform(-2, 2), rng.uniform(-2, 2)]
            assert numbers_of(step(x)) == pytest.approx(
                numbers_of(derivative(x)), rel=1e-13, abs=1e-13
            )
        assert len(calls) == 2


def test_derivatives_of_compiled_derivatives():
    step = compile(grad(lambda x: x**4))
    assert (step(2.0), step.grad(2.0), step.hessian(2.0)) == (32.0, 48.0, 48.0)
    slope = compile(lambda x, y: grad(lambda z: z**2 * x + math.sin(z * y))(2.0))
    for x, y in ((1.0, 2.0), (3.0, -0.5)):
        # 4 x + y cos(2 y)
        assert slope(x, y) == pytest.approx(4 * x + y * math.cos(2 * y), rel=1e-14)
        wanted = 4.0, math.cos(2 * y) - 2 * y * math.sin(2 * y)
        assert slope.grad(x, y) == pytest.approx(wanted, rel=1e-14)


def test_compiled_derivatives_learn_weights():
    w = Value(1.5)
    penalty = compile(lambda x: grad(lambda x: math.sin(w * x))(x) ** 2)
    for number in (1.5, -0.7):
        w.data = number
        w.grad = 0
        value = penalty.backward(0.4)
        eager = grad(lambda x: math.sin(w * x))(0.4) ** 2
        assert value == pytest.approx(eager.data, rel=1e-14)
        found, w.grad = w.grad, 0
        eager.backward()
        assert found == pytest.approx(w.grad, rel=1e-13)


def test_a_physics_informed_loss_trains_compiled():
    """u'' = -u with u(0) = 0, u'(0) = 1, at points: the residuals' loss falls."""
    model = MLP(1, [6, 1], activation="tanh", seed=3)

    def u(t):
        return t + t * t * model([t])

    @compile
    def loss(t):
        return (grad(grad(u))(t) + u(t)) ** 2

    points = [0.1 * k for k in range(1, 11)]
    losses = []
    for _ in range(300):
        with_zero_grad(model.parameters())
        losses.append(loss.backward_batch(points, reduction="mean"))
        for w in model.parameters():
            w.data -= 0.02 * w.grad
    assert losses[-1] < losses[0] / 10
    with no_grad():
        eager = [((grad(grad(u))(t) + u(t)) ** 2).data for t in points]
    assert loss.batch(points).tolist() == pytest.approx(eager, rel=1e-9)


def test_no_grad_inside_a_compiled_function():
    def f(x):
        with no_grad():
            slope = grad(lambda y: y**3)(x)
        return slope * x

    step = compile(f)
    for x in (2.0, 3.0):
        assert step(x) == 3 * x**3
        assert step.grad(x) == grad(f)(x) == 3 * x * x


def test_take_and_kinks_in_compiled_derivatives():
    def f(x, i):
        return math.take(x, i) ** 2 * x[0] + math.relu(x[1]) ** 2

    step, second = compile(grad(f)), compile(hessian(f))
    x = [2.0, 3.0, -1.0]
    for i in (0, 2, -1, 1):
        assert step(x, i) == grad(f)(x, i)
        assert second(x, i) == hessian(f)(x, i)
    flat = compile(grad(grad(lambda x: x**2 if x != 0 else x)))
    assert [flat(x) for x in (3.0, 0.0, -2.0)] == [2.0, 0.0, 2.0]
