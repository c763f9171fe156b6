"""Laws of derivatives: both modes, every operator, any composition, at any size."""

import gc
import itertools
import random
import struct
import threading
import weakref

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Value, math, no_grad, primitive, scope, stop_gradient
from autograd._engine import record
from autograd.derivatives import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd.primitives import TABLE
from autograd.scopes import NO_GRAD, current
from tests import oracle
from tests.compiled_laws import counted
from tests.derivative_laws import check, dot, numbers_of
from tests.test_compile_derivatives import rosenbrock, rosenbrocks_hessian
from tests.test_compile_programs import anything, function_of, settle, smooth
from tests.test_duals import LOST_IN_ROUNDING, NO_SLOPE, POINTS, SAMPLES, close, named

inf, nan = float("inf"), float("nan")


def bits(numbers):
    """The bits of numbers, floats or Values; every nan is the same, and every zero."""
    return [
        struct.pack("<d", x + 0.0) if x == x else "nan" for x in numbers_of(numbers)
    ]


def results_of(listed, weights, count):
    """A random program's last numbers: a function of a list."""

    def function(xs):
        pool = [*xs, *weights]
        for step in listed:
            pool += [settle(x) for x in step.results(pool)]
        return pool[-count:]

    return function


def approximately(numbers, tolerance=1e-10):
    return pytest.approx(numbers, rel=tolerance, abs=tolerance)


# --- the table


def varying(row, point):
    """The row as a function of the operands that it has slopes by, and these."""
    places = [i for i in range(len(point)) if (row.name, i) not in NO_SLOPE]

    def function(*xs):
        operands = [*map(float, point)]
        for place, x in zip(places, xs):
            operands[place] = x
        return record(row, *operands)

    return function, [float(point[i]) for i in places], places


@pytest.mark.parametrize(("row", "point"), POINTS, ids=named(POINTS))
def test_every_row_has_its_own_slopes_everywhere(row, point):
    f, xs, places = varying(row, point)
    value, partials = row.at(*map(float, point))
    every = tuple(range(len(xs)))
    wanted = [partials[i] for i in places]
    assert bits(value_and_grad(f, every)(*xs)) == bits([value, *wanted])
    assert bits(jacobian(f, every)(*xs)) == bits(wanted)
    for k, slope in enumerate(wanted):
        unit = tuple(float(j == k) for j in every)
        assert bits(jvp(f, tuple(xs), unit)) == bits([value, slope])
        assert bits(vjp(f, *xs)[1](1.0)[k]) == bits([slope])
    values = [Value(x) for x in xs]
    assert bits(grad(f, every)(*values)) == bits(wanted)


@pytest.mark.parametrize(("row", "point"), SAMPLES, ids=named(SAMPLES))
def test_every_row_has_mpmath_s_second_derivatives(row, point):
    f, xs, places = varying(row, point)
    every = tuple(range(len(xs)))
    scale = 1.0 if (row.name, point) in LOST_IN_ROUNDING else 0.0
    found = hessian(f, every)(*xs)
    assert bits(hessian(f, every)(*map(Value, xs))) == bits(found)
    for j, k in itertools.product(every, repeat=2):
        with mpmath.workdps(100):
            true = oracle.slope(row.name, point, *sorted((places[j], places[k])))
            assert close(found[j][k], true, scale), (j, k, true)
        unit = tuple(float(i == k) for i in every)
        assert close(hvp(f, every)(*xs, unit)[j], mpmath.mpf(found[j][k]), scale)
        assert close(grad(grad(f, j), k)(*xs), mpmath.mpf(found[j][k]), scale)


# --- random programs


@settings(max_examples=60, deadline=None)
@given(smooth)
def test_the_gradient_is_backward_s(program):
    is_backward_s(program, settle)


@settings(max_examples=60, deadline=None)
@given(anything)
def test_it_is_so_at_kinks_and_poles_at_infinities_and_at_nans(program):
    is_backward_s(program, lambda x: x)


def is_backward_s(program, settle):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    function = function_of(listed, weights, settle)
    for xs in samples:
        leaves = [Value(x) for x in xs]
        y = function(leaves)
        if isinstance(y, Value) and not y.is_constant:
            y.backward()
        wanted = [leaf.grad for leaf in leaves]
        value, gradient = value_and_grad(function)(xs)
        assert bits([value, gradient]) == bits([y, wanted])
        with no_grad():
            value, gradient = value_and_grad(function)(xs)
        assert {*map(type, [value, *gradient])} == {float}
        assert bits([value, gradient]) == bits([y, wanted])


@settings(max_examples=60, deadline=None)
@given(smooth, st.integers(1, 4), st.integers(0, 99))
def test_pushing_forward_and_pulling_back_are_one_linear_map(program, count, seed):
    """u · (J v) is (uᵀ J) · v."""
    chance = random.Random(seed)
    samples, numbers, listed = program
    f = results_of(listed, numbers, count)
    for xs in samples:
        v = [chance.gauss(0, 1) for _ in xs]
        value, moved = jvp(f, (xs,), (v,))
        u = [chance.gauss(0, 1) for _ in value]
        same_value, pullback = vjp(f, xs)
        (pulled,) = pullback(u)
        assert bits(value) == bits(same_value) == bits(f(xs))
        assert dot(u, moved) == approximately(dot(pulled, v), 1e-9)
        # linear in the direction, and in the cotangents
        assert jvp(f, (xs,), ([2.0 * t for t in v],))[1] == [2.0 * t for t in moved]
        assert pullback([-0.5 * t for t in u]) == ([-0.5 * t for t in pulled],)


@settings(max_examples=60, deadline=None)
@given(smooth, st.integers(1, 5))
def test_a_jacobian_has_the_rows_of_one_mode_and_the_columns_of_the_other(
    program, count
):
    samples, numbers, listed = program
    f = results_of(listed, numbers, count)
    xs = samples[0]
    found = jacobian(f)(xs)
    value, pullback = vjp(f, xs)
    rows, columns = len(value), len(xs)

    def unit(size, k):
        return [float(i == k) for i in range(size)]

    by_rows = [pullback(unit(rows, i))[0] for i in range(rows)]
    by_columns = [jvp(f, (xs,), (unit(columns, j),))[1] for j in range(columns)]
    for i, row in enumerate(found):
        assert row == approximately(by_rows[i])
        assert row == approximately([column[i] for column in by_columns])
    sparse = jacobian(f, sparse=True)(xs)
    assert sparse.shape == (rows, columns)
    assert rebuilt(sparse) == found


def rebuilt(sparse):
    rows, columns = sparse.shape
    matrix = [[0.0] * columns for _ in range(rows)]
    for i, j, entry in zip(*sparse[:3], strict=True):
        matrix[i][j] = entry
    return matrix


@settings(max_examples=50, deadline=None)
@given(smooth)
def test_a_hessian_is_symmetric_and_the_jacobian_of_the_gradient(program):
    samples, numbers, listed = program
    f = function_of(listed, numbers, settle)
    # a derivative is stopped in places: then the slope is no gradient of anything
    assume(not any(step.kind in ("stopped", "quiet") for step in listed))
    xs = samples[0]
    found = hessian(f)(xs)
    for i, row in enumerate(found):
        assert row == approximately([other[i] for other in found], 1e-9)
        unit = [float(j == i) for j in range(len(xs))]
        assert hvp(f)(xs, unit) == approximately(row, 1e-9)
    of_gradient = jacobian(grad(f))(xs)
    assert numbers_of(of_gradient) == approximately(numbers_of(found), 1e-9)
    forward_twice = [
        [jvp(lambda x: jvp(f, (x,), (v,))[1], (xs,), (u,))[1] for v in units(xs)]
        for u in units(xs)
    ]
    assert numbers_of(forward_twice) == approximately(numbers_of(found), 1e-9)
    sparse = hessian(f, sparse=True)(xs)
    assert numbers_of(rebuilt(sparse)) == numbers_of(found)


def units(xs):
    return [[float(i == k) for i in range(len(xs))] for k in range(len(xs))]


@settings(max_examples=40, deadline=None)
@given(st.one_of(smooth, anything), st.integers(0, 99))
def test_floats_have_the_same_bits_as_values(program, seed):
    chance = random.Random(seed)
    samples, numbers, listed = program
    f = function_of(listed, [stop_gradient(Value(x)) for x in numbers])
    xs = samples[0]
    v = [chance.gauss(0, 1) for _ in xs]
    for floats, values in (
        (value_and_grad(f)(xs), value_and_grad(f)([*map(Value, xs)])),
        (jvp(f, (xs,), (v,)), jvp(f, ([*map(Value, xs)],), (v,))),
        (jvp(f, (xs,), (v,)), jvp(f, (xs,), ([*map(Value, v)],))),
        (vjp(f, xs)[1](2.5), vjp(f, [*map(Value, xs)])[1](Value(2.5))),
        (jacobian(f)(xs), jacobian(f)([*map(Value, xs)])),
        (hvp(f)(xs, v), hvp(f)([*map(Value, xs)], v)),
        (hessian(f)(xs), hessian(f)([*map(Value, xs)])),
    ):
        assert bits(floats) == bits(values)


# --- closed forms


def test_rosenbrock_s_function_of_a_hundred_variables():
    rng = random.Random(1)
    x = [float(rng.randrange(-3, 4)) for _ in range(100)]  # so that nothing is rounded
    wanted = rosenbrocks_hessian(x)
    assert hessian(rosenbrock)(x) == wanted
    assert jacobian(grad(rosenbrock))(x) == wanted
    sparse = hessian(rosenbrock, sparse=True)(x)
    assert len(sparse.values) == 298 and rebuilt(sparse) == wanted
    v = [float(rng.randrange(-3, 4)) for _ in x]
    assert hvp(rosenbrock)(x, v) == [dot(row, v) for row in wanted]
    gradient = [0.0] * 100
    for i, (a, b) in enumerate(itertools.pairwise(x)):
        gradient[i] += -400 * a * (b - a * a) - 2 * (1 - a)
        gradient[i + 1] += 200 * (b - a * a)
    assert grad(rosenbrock)(x) == gradient
    plan = hessian(rosenbrock).plan(x)
    assert str(plan) == (
        "100 x 100 derivatives, of which 298 may be other than 0: forward over reverse "
        "mode, 3 runs"
    )


def test_all_orders_of_what_is_its_own_derivative():
    f = math.exp
    for _ in range(6):
        f = grad(f)
        assert f(0.7) == math.exp(0.7)

    def falling(x):
        return 1 / x

    for order in range(1, 7):
        falling = grad(falling)
        wanted = (-1) ** order * math.factorial(order) / 1.7 ** (order + 1)
        assert falling(1.7) == pytest.approx(wanted, rel=1e-14)


def test_mixed_third_derivatives():
    """Of x**2 y**3 z, in any order and any mode."""

    def f(x, y, z):
        return x**2 * y**3 * z

    point = 2.0, 3.0, 5.0
    for order in itertools.permutations((0, 1, 2)):
        g = f
        for k in order:
            g = grad(g, k)
        assert g(*point) == 2 * 2.0 * 3 * 3.0**2
    found = hessian(grad(f, 2), argnums=(0, 1))(*point)
    assert found == ((2 * 27.0, 4.0 * 27.0), (4.0 * 27.0, 6 * 4.0 * 3.0))


def test_modes_follow_the_shape():
    def wide(x):
        return [math.sin(x[0] * k) * x[1] for k in range(30)]

    def tall(x):
        return [math.logsumexp(x), math.prod(x)]

    assert "forward mode, 2 runs (reverse mode: 30)" in str(
        jacobian(wide).plan([0.3, 0.7])
    )
    assert "reverse mode, 2 runs (forward mode: 20)" in str(
        jacobian(tall).plan([0.1 * k + 1 for k in range(20)])
    )


# --- how much work it is


def test_the_function_is_called_once():
    one, calls = counted(lambda x: x[0] * x[1] ** 2 + math.sin(x[1]))
    two, more = counted(lambda x: [x[0] * x[1], x[1], math.exp(x[0])])
    x, v = [0.5, 1.5], [1.0, -2.0]
    for run in (
        lambda: grad(one)(x),
        lambda: value_and_grad(one)(x),
        lambda: hvp(one)(x, v),
        lambda: hessian(one)(x),
        lambda: hessian(one, sparse=True)(x),
        lambda: hessian(one).plan(x),
        lambda: jacobian(one)(x),
        lambda: jvp(one, (x,), (v,)),
        lambda: [vjp(one, x)[1](u) for u in (1.0,)],
    ):
        calls.clear()
        run()
        assert len(calls) == 1
    for run in (
        lambda: jacobian(two)(x),
        lambda: jacobian(two, sparse=True)(x),
        lambda: jacobian(two).plan(x),
        lambda: jvp(two, (x,), (v,)),
    ):
        more.clear()
        run()
        assert len(more) == 1
    more.clear()
    _, pullback = vjp(two, x)
    for u in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 2.0, 3.0]):
        pullback(u)
    assert len(more) == 1


@pytest.mark.parametrize("inputs", [1, 7, 300])
def test_rules_are_asked_once_for_each_node_whatever_the_number_of_inputs(inputs):
    values, slopes = [], []

    @primitive(partials=lambda out, x: slopes.append(x) or 2 * x)
    def counted_square(x):
        values.append(x)
        return x * x

    def f(xs):
        return math.sum([counted_square(x) for x in xs[:1]] * inputs + xs)

    def evaluations(run):
        values.clear()
        slopes.clear()
        run()
        return len(values), len(slopes)

    xs = [0.5] * inputs
    assert evaluations(lambda: grad(f)(xs)) == (1, 1)
    assert evaluations(lambda: jvp(f, (xs,), (xs,))) == (1, 1)
    pulled = evaluations(lambda: [vjp(f, xs)[1](u) for u in (1.0,)])
    assert pulled == (1, 1)
    _, pullback = vjp(f, xs)
    assert evaluations(lambda: [pullback(1.0 * k) for k in range(5)]) == (0, 0)
    # and again over Values, where the slope shall be differentiated
    assert evaluations(lambda: hvp(f)(xs, xs)) == (1, 2)
    assert evaluations(lambda: hessian(f)(xs)) == (1, 2)


def test_unused_inputs_and_constants_have_no_slope():
    assert grad(lambda x, y: x * 2.0, (0, 1))(3.0, inf) == (2.0, 0.0)
    assert grad(lambda x: 5.0)(3.0) == 0.0
    assert grad(lambda x: 5)([3.0, {"a": 1.0}]) == [0.0, {"a": 0.0}]
    assert value_and_grad(lambda x: 5)(3.0) == (5.0, 0.0)
    assert grad(stop_gradient)(3.0) == 0.0
    assert jvp(lambda x: (5.0, x), (3.0,), (1.0,)) == ((5.0, 3.0), (0.0, 1.0))
    assert vjp(lambda x, y: [5.0, x], 3.0, 4.0)[1]([7.0, 2.0]) == (2.0, 0.0)
    assert jacobian(lambda x: [5.0, x[0]])([3.0, 4.0]) == [[0.0, 0.0], [1.0, 0.0]]
    assert hessian(lambda x: 5.0)([3.0, 4.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert hvp(lambda x: 5.0)([3.0], [1.0]) == [0.0]
    assert hessian(lambda x, y: x * 2.0 + y, (0, 1))(3.0, 4.0) == ((0.0, 0.0),) * 2
    for found in (grad(lambda x: 5.0)(3.0), hessian(lambda x: x * 3.0)(2.0)):
        assert type(found) is float


# --- infinities and nans


def test_an_infinite_slope_in_a_direction_that_is_not_taken_is_no_nan():
    def f(x, y):
        return math.sqrt(x) * y

    assert jvp(f, (0.0, 2.0), (0.0, 1.0)) == (0.0, 0.0)
    assert jvp(f, (0.0, 2.0), (0, -1)) == (0.0, 0.0)
    assert jvp(f, (0.0, 2.0), (1.0, 0.0)) == (0.0, inf)
    assert grad(f, (0, 1))(0.0, 2.0) == (inf, 0.0)
    assert jacobian(f, (0, 1))(0.0, 2.0) == (inf, 0.0)
    assert hvp(f, (0, 1))(0.0, 2.0, (0.0, 1.0)) == (inf, 0.0)
    both = [lambda x: math.sqrt(x[0]) + x[1], lambda x: x[1] ** 2]
    _, pullback = vjp(lambda x: [g(x) for g in both], [0.0, 3.0])
    assert pullback([0.0, 1.0]) == ([0.0, 6.0],)
    assert jacobian(lambda x: [g(x) for g in both])([0.0, 3.0]) == [
        [inf, 1.0],
        [0.0, 6.0],
    ]
    w = Value(0.0)  # at which the slope is infinite: nobody asks for it
    assert hessian(lambda x: math.sqrt(w) * x + x * x)(3.0).data == 2.0


def test_what_is_not_a_number_is_said_to_be_none():
    assert grad(math.log)(-1.0) != grad(math.log)(-1.0)
    assert grad(math.log)(0.0) == inf and grad(lambda x: 1 / x)(0.0) == -inf
    assert grad(lambda x: math.sqrt(x * x))(0.0) != 0.0  # 0 times inf: nan
    assert jvp(math.sqrt, (0.0,), (nan,))[1] != 0.0
    assert grad(math.exp)(1000.0) == inf
    assert grad(math.relu)(nan) != grad(math.relu)(nan)
    assert grad(lambda x: math.tanh(x) * 1.0)(1000.0) == 0.0
    assert hessian(math.sqrt)(0.0) == -inf


# --- inside of it


def test_an_error_inside_leaves_nothing_behind():
    def fails(x):
        with scope("inside"):
            raise KeyError(x * 2)

    for run in (
        lambda: grad(fails)(1.0),
        lambda: jvp(fails, (1.0,), (1.0,)),
        lambda: vjp(fails, 1.0),
        lambda: hessian(fails)(1.0),
        lambda: grad(lambda x: grad(fails)(x))(1.0),
    ):
        with pytest.raises(KeyError):
            run()
        assert current.get() is None
        with no_grad():
            with pytest.raises(KeyError):
                run()
            assert current.get() is NO_GRAD
        with scope("outside") as outside:
            with pytest.raises(KeyError):
                run()
            assert current.get() is outside
        # nor does a derivative outside take part in what is done now
        w = Value(2.0)
        assert type(grad(lambda x: w * x)(1.0)) is Value
        assert grad(grad(lambda x, y: x * y, 0), 1)(2.0, 3.0) == 1.0


def test_no_grad_inside_and_outside():
    def f(x):
        with no_grad():
            y = x * x
        return y * x

    assert grad(f)(3.0) == 9.0
    with no_grad():
        assert grad(f)(3.0) == 9.0
        assert grad(lambda x: x**3)(2.0) == 12.0
        assert grad(grad(lambda x: x**3))(2.0) == 12.0
        assert hessian(lambda x: x**3)(2.0) == 12.0
        assert Value(1.0) * 2 == 2.0 and (Value(1.0) * 2).is_constant


def test_scopes_are_the_function_s():
    def f(x):
        with scope("inside"):
            return x * 2.0

    with scope("outside") as outside:
        y = vjp(f, Value(1.0))[0]
    assert (y._scope.name, y._scope.parent) == ("inside", outside)


def test_threads_do_not_see_each_other():
    def f(x, depth):
        with no_grad():
            plain = math.sin(x)
        return plain * x if depth == 0 else grad(lambda y: f(y, depth - 1) * y)(x)

    wanted = {(x, d): f(x, d) for x in (0.3, 0.7, 1.1) for d in (0, 1, 2, 3)}
    failures = []

    def work(chance):
        for _ in range(100):
            x, d = chance.choice([*wanted])
            if d % 2:
                with no_grad():
                    found = f(x, d)
            else:
                found = f(x, d)
            if found != wanted[x, d]:
                failures.append((x, d, found))

    threads = [
        threading.Thread(target=work, args=(random.Random(k),)) for k in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# --- size


def chain(length):
    def function(x):
        y = x
        for _ in range(length // 2):
            y = y * 0.999999 + x
        return y

    return function


def slope_of_chain(length):
    total = term = 1.0
    for _ in range(length // 2):
        term *= 0.999999
        total += term
    return total


def test_a_chain_of_a_hundred_thousand_nodes():
    length = 100_000
    f, wanted = chain(length), pytest.approx(slope_of_chain(length), rel=1e-10)
    assert grad(f)(0.5) == wanted
    assert jvp(f, (0.5,), (1.0,))[1] == wanted
    assert vjp(f, 0.5)[1](2.0)[0] / 2 == wanted
    assert jacobian(f)(0.5) == wanted
    assert hvp(f)(0.5, 1.0) == 0.0
    w = Value(1.0)  # over Values: the slope has a graph, as deep
    slope = grad(lambda x: f(x) * w)(0.5)
    assert slope.data == wanted
    slope.backward()
    assert w.grad == wanted


@pytest.mark.slow
def test_a_chain_of_a_million_nodes():
    length = 1_000_000
    f, wanted = chain(length), pytest.approx(slope_of_chain(length), rel=1e-9)
    assert grad(f)(0.5) == wanted
    assert jvp(f, (0.5,), (1.0,))[1] == wanted
    assert hessian(f)(0.5) == 0.0


def test_ten_thousand_inputs_and_outputs():
    n = 10_000
    xs = [0.001 * k for k in range(n)]
    assert grad(lambda xs: math.sum([x * x for x in xs]))(xs) == [2 * x for x in xs]

    def pairs(xs):
        return [a * b for a, b in itertools.pairwise(xs)]

    sparse = jacobian(pairs, sparse=True)(xs)
    assert sparse.shape == (n - 1, n) and len(sparse.values) == 2 * (n - 1)
    assert "2 runs" in str(jacobian(pairs).plan(xs))
    curvature = hessian(rosenbrock, sparse=True)(xs)
    assert len(curvature.values) == 3 * n - 2
    with pytest.raises(ValueError, match=r"jacobian\(pairs\): 10000 x 10001 .* sparse"):
        jacobian(pairs)([*xs, 0.0])


def test_a_graph_is_freed_at_once():
    kept = []

    def f(x):
        y = x * x
        kept.append(weakref.ref(y))
        return math.sin(y) * x

    w = Value(2.0)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for run in (
            lambda: grad(f)(1.5),
            lambda: grad(grad(f))(1.5),
            lambda: jvp(f, (1.5,), (1.0,)),
            lambda: vjp(f, 1.5)[1](1.0),
            lambda: jacobian(f)(1.5),
            lambda: hvp(f)(1.5, 1.0),
            lambda: hessian(f)(1.5),
            lambda: grad(lambda x: f(x) * w)(1.5).backward(),
        ):
            run()
            assert kept and all(ref() is None for ref in kept)
            kept.clear()
        _, pullback = vjp(f, 1.5)
        assert pullback(1.0)
        del pullback
        assert kept[0]() is None
    finally:
        if was_enabled:
            gc.enable()


# --- compositions against differences


@pytest.mark.parametrize(
    "f",
    [
        lambda x: math.tanh(x[0] * x[1]) + math.logsumexp(x) * x[0] / x[1],
        lambda x: math.prod(x) ** 1.5 - math.hypot(*x),
        lambda x: math.softmax(x),
        lambda x: [math.atan2(x[0], x[1]), math.gelu(x[2]) * x[0], x[1] ** x[2]],
        lambda x: {"a": math.lgamma(x[0] + 2), "b": [math.erf(x[1]) / x[2]]},
    ],
)
def test_compositions_against_differences(f):
    check(f, [0.4, 0.9, 1.3])


def test_every_row_is_differentiated_through_a_composition():
    """What goes in and what comes out both move: the chain rule around each row."""
    for row in TABLE:
        point = row.samples[0]
        f, xs, _ = varying(row, point)
        if not xs or row.name in ("//", "take", "polygamma", "fsum"):
            continue
        if all(0.01 < abs(x) < 10 for x in xs):
            check(
                lambda *xs: math.sin(f(*[x * (1 + x * x / 100) for x in xs])),
                *xs,
                order=1,
            )
