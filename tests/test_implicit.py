"""Solutions of equations: their numbers, and their derivatives of every order."""

import gc
import itertools
import math as stdlib
import weakref
from concurrent.futures import ThreadPoolExecutor

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, draw, explain, floats, graph, math, no_grad, stop_gradient
from autograd.compiling.tracing import TraceError
from autograd.derivatives import (
    equations,
    fixed_point,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    root,
    segments,
    value_and_grad,
    vjp,
)
from autograd.derivatives.elimination import Singular, solved
from autograd.duals import Duals, at
from autograd.linearization import Linearization
from autograd.order import topological_order

mpmath.mp.dps = 50


def close(found, expected, ulps=64):
    return abs(found - expected) <= ulps * 2.0**-52 * abs(expected)


def derivatives(f, x, count):
    """f(x), f'(x), f''(x), ..., each the gradient of the one before."""
    found = []
    for _ in range(count):
        found.append(f(x))
        f = grad(f)
    return found


# --- derivatives of one number


def kepler(m, e=0.3):
    """The eccentric anomaly: E - e sin E = M."""
    return root(lambda x: x - e * math.sin(x) - m, 1.0)


def kepler_by_iteration(m, e=0.3):
    return fixed_point(lambda x: m + e * math.sin(x), 1.0)


def lambert(a):
    return root(lambda w: w * math.exp(w) - a, 1.0)


def precise_kepler(m):
    return mpmath.findroot(lambda x: x - mpmath.mpf(0.3) * mpmath.sin(x) - m, 1)


ONE_NUMBER = {
    "square root": (lambda a: root(lambda x: x * x - a, 1.0), mpmath.sqrt, 2.0),
    "babylonian": (
        lambda a: fixed_point(lambda x: (x + a / x) / 2, 1.0),
        mpmath.sqrt,
        2.0,
    ),
    "lambert": (lambert, mpmath.lambertw, 2.0),
    "kepler": (kepler, precise_kepler, 0.8),
    "kepler, iterated": (kepler_by_iteration, precise_kepler, 0.8),
    "used twice": (
        lambda a: root(lambda x: x**3 * a + x - a, 1.0) * a,
        lambda a: a * mpmath.findroot(lambda x: x**3 * a + x - a, 0.8),
        1.5,
    ),
    "nested": (
        lambda a: root(lambda x: x * x * root(lambda y: y**3 - x * a, 1.0) - a, 1.0),
        lambda a: a ** (mpmath.mpf(2) / 7),
        2.0,
    ),
    "a root upon a root": (
        lambda a: root(lambda x: x * x - root(lambda y: y**3 - a, 1.0), 1.0),
        lambda a: a ** (mpmath.mpf(1) / 6),
        2.0,
    ),
}


@pytest.mark.parametrize("name", ONE_NUMBER)
def test_derivatives_up_to_the_fourth_are_those_of_the_solution(name):
    f, precise, x = ONE_NUMBER[name]
    for order, found in enumerate(derivatives(f, x, 5)):
        expected = mpmath.diff(precise, x, order) if order else precise(x)
        assert close(found, mpmath.re(expected), 2**6 * 8**order), order


def test_where_the_search_began_and_how_it_went_leave_no_trace():
    near, far = [
        derivatives(lambda a, x0=x0: root(lambda x: x * x - a, x0), 2.0, 4)
        for x0 in (1.41421356, 1e6)
    ]
    assert all(close(x, y) for x, y in zip(near, far))
    a = Value(2.0)
    assert graph.size(root(lambda x: x * x - a, 1e6)) == 2


def test_forward_mode_and_vector_products_go_through_it():
    def f(a, b):
        return root(lambda x: x * x * b - a, 1.0)  # sqrt(a / b)

    value, moved = jvp(f, (2.0, 0.5), (1.0, 0.5))
    assert close(value, 2.0) and close(moved, 0.5 - 2.0 / 2)
    value, pullback = vjp(f, 2.0, 0.5)
    assert all(map(close, pullback(2.0), (1.0, -4.0)))
    by_a, by_b = hvp(f, argnums=(0, 1))(2.0, 0.5, (1.0, 0.0))
    assert close(by_a, -1 / 8) and close(by_b, -1 / 2)


# --- systems


def corners(p):
    """Both solutions of t² - p₀ t + p₁ = 0, as one system."""
    return root(lambda v: [v[0] + v[1] - p[0], v[0] * v[1] - p[1]], [0.3, 5.0])


def closed(p, sign):
    return (p[0] + sign * math.sqrt(p[0] * p[0] - 4 * p[1])) / 2


@pytest.mark.parametrize("place", [0, 1])
def test_a_system_has_the_derivatives_of_its_closed_form(place):
    def implicit(p):
        return corners(p)[place]

    def explicit(p):
        return closed(p, 2 * place - 1)

    def along(f, *places):
        for k in places:
            f = (lambda f, k: lambda p: grad(f)(p)[k])(f, k)
        return f([5.0, 3.0])

    for order in range(5):
        for places in itertools.combinations_with_replacement((0, 1), order):
            expected = along(explicit, *places)
            assert close(along(implicit, *places), expected, 2**6 * 8**order), places


def test_a_system_without_closed_form_against_mpmath():
    def f(a, b):
        def equations(v):
            x, y, z = v["x"], *v["yz"]
            return (
                x + math.sin(y * a) - z * 0.5,
                y * y + x * z - b,
                z + math.exp(-x) * a - y,
            )

        v = root(equations, {"x": 0.1, "yz": (1.0, 1.0)})
        return v["x"] * v["yz"][0] + v["yz"][1]

    def precise(a, b):
        def equations(x, y, z):
            return [
                x + mpmath.sin(y * a) - z / 2,
                y * y + x * z - b,
                z + mpmath.exp(-x) * a - y,
            ]

        x, y, z = mpmath.findroot(equations, start)
        return x * y + z

    start = (0.1, 1.0, 1.0)
    a, b = 0.4, 2.0
    assert close(f(a, b), precise(a, b))
    for orders in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (2, 1)):
        derived = f
        for argument, order in enumerate(orders):
            for _ in range(order):
                derived = grad(derived, argnums=argument)
        assert close(derived(a, b), mpmath.diff(precise, (a, b), orders), 2**12)


def test_jacobian_and_hessian_of_a_system():
    p = [5.0, 3.0]
    found = jacobian(corners)(p)
    for place, sign in enumerate((-1, 1)):
        expected = grad(lambda p, sign=sign: closed(p, sign))(p)
        assert all(map(close, found[place], expected))
        second = hessian(lambda p, place=place: corners(p)[place])(p)
        expected = hessian(lambda p, sign=sign: closed(p, sign))(p)
        for row, wanted in zip(second, expected):
            assert all(close(x, y, 2**9) for x, y in zip(row, wanted))


def test_a_fixed_point_of_a_system():
    def f(a):
        v = fixed_point(
            lambda v: {"x": math.cos(v["y"] * a), "y": [math.sin(v["x"]) / 2][0]},
            {"x": 0.0, "y": 0.0},
        )
        return v["x"] + v["y"] ** 2

    def precise(a):
        x, y = mpmath.findroot(
            lambda x, y: [x - mpmath.cos(y * a), y - mpmath.sin(x) / 2], (0.9, 0.4)
        )
        return x + y**2

    for order, found in enumerate(derivatives(f, 0.7, 4)):
        expected = mpmath.diff(precise, 0.7, order) if order else precise(0.7)
        assert close(found, expected, 2**10), order


def test_the_best_answer_to_a_parameter():
    # what minimizes (x - a)² + c x⁴, by the root of its gradient: a bilevel problem
    def best(a, c):
        return root(grad(lambda x: (x - a) ** 2 + c * x**4), 1.0)

    def precise(a, c):
        return mpmath.findroot(lambda x: 2 * (x - a) + 4 * c * x**3, 1)

    by_a, by_c = grad(best, argnums=(0, 1))(2.0, 0.3)
    assert close(by_a, mpmath.diff(precise, (2.0, 0.3), (1, 0)))
    assert close(by_c, mpmath.diff(precise, (2.0, 0.3), (0, 1)))
    mixed = grad(grad(best, argnums=1))(2.0, 0.3)
    assert close(mixed, mpmath.diff(precise, (2.0, 0.3), (1, 1)), 2**10)


# --- what is returned


def test_values_where_gradients_can_flow_and_floats_elsewhere():
    a = Value(2.0)
    assert type(root(lambda x: x * x - 2, 1)) is float
    assert type(root(lambda x: x * x - stop_gradient(a), 1.0)) is float
    with no_grad():
        assert type(root(lambda x: x * x - a, 1.0)) is float
        assert type(fixed_point(lambda x: (x + a / x) / 2, 1.0)) is float
    x = root(lambda x: x * x - a, 1.0)
    assert (x.op, x.parents, x.is_leaf) == ("root", (a,), False)
    assert fixed_point(lambda x: (x + a / x) / 2, 1.0).op == "fixed_point"


def test_backward_adds_into_what_the_function_closes_over():
    a, b, unused = Value(6.0), Value(2.0), Value(1.0)
    with autograd.scope("outside"):
        c = a / b
    x, y = root(lambda v: (v[0] * v[1] - c, v[0] - v[1] - b), (3.0, 1.0))
    (x + y).backward()
    # (3, 1): the sum is sqrt((x - y)² + 4xy), so that its slopes are 2/4 in c, b/4 in b
    assert (x.data, y.data, c.grad) == (3.0, 1.0, 0.5)
    assert (a.grad, b.grad, unused.grad) == (0.25, 0.5 - 0.75, 0.0)


def test_leaves_that_the_function_makes_itself_are_no_parents():
    found = root(lambda x: grad(lambda t: t * t * x)(2.0) * Value(1.0) - 8.0, 1.0)
    assert found == 2.0 and type(found) is float


def test_the_start_gets_no_gradient():
    a, start = Value(2.0), Value(1.0)
    x = root(lambda x: x * x - a, start)
    x.backward()
    assert x.parents == (a,) and start.grad == 0.0
    assert grad(lambda x0: root(lambda x: x * x - 2, x0) + x0)(1.0) == 1.0


def test_the_result_has_the_structure_of_the_start():
    found = root(
        lambda v: {"a": v["x"] - 1, "b": [v["y"][0] - 2, (v["y"][1] - 3,)]},
        {"x": 0, "y": [0, 0]},
    )
    assert found == {"x": 1.0, "y": [2.0, 3.0]}
    assert root(lambda v: [v[0] - 2.5], (0,)) == (2.5,)


def test_arrays_stay_arrays():
    numpy = pytest.importorskip("numpy")
    a = Value(3.0)
    found = root(lambda v: v * numpy.array([1.0, 2.0]) - a, numpy.zeros(2))
    assert found.shape == (2,) and [x.data for x in found] == [3.0, 1.5]
    found.sum().backward()
    assert a.grad == 1.5


def test_a_function_that_uses_methods_gradients_and_its_own_leaves():
    a = Value(0.5)
    x = root(lambda x: x.tanh() * Value(1.0) - a, 0.1)
    x.backward()
    assert close(x.data, stdlib.atanh(0.5)) and close(a.grad, 4 / 3)


# --- the search


HARD = {
    "overshoots": (lambda x: math.tanh(x), 20.0, 0.0),
    "overflows": (lambda x: math.exp(x) - 1e5, -30.0, stdlib.log(1e5)),
    "leaves the domain": (lambda x: math.log(x) + 10, 5.0, stdlib.exp(-10)),
    "cycles": (lambda x: x**3 - 2 * x + 2, 0.0, -1.7692923542386314),
    "diverges": (lambda x: math.atan(x), 3.0, 0.0),
    "infinite slope": (lambda x: math.cbrt(x), 1.0, 0.0),
    "flat, then steep": (lambda x: x**9 - 1, 0.1, 1.0),
    "tiny": (lambda x: x * x - 1e-24, 1.0, 1e-12),
    "huge": (lambda x: 1e-200 * x - 1, 1.0, 1e200),
    "steep": (lambda x: 1e20 * (x - stdlib.sqrt(2)), 0.0, stdlib.sqrt(2)),
    "a kink": (lambda x: abs(x) - 1, 0.3, 1.0),
    "a double root": (lambda x: (x - 1) ** 2, 3.0, 1.0),
    "found at once": (lambda x: x * x - 4, 2.0, 2.0),
}


@pytest.mark.parametrize("name", HARD)
def test_the_search_gets_there(name):
    f, x0, expected = HARD[name]
    calls = []

    def counted(x):
        calls.append(x)
        return f(x)

    found = root(counted, x0)
    assert close(found, expected, 4) and len(calls) <= 70


@given(st.floats(0.01, 100.0), st.floats(-1e6, 1e6), st.floats(-1e3, 1e3, width=32))
def test_roots_are_right_to_the_rounding_of_the_equation(slope, offset, start):
    found = root(lambda x: x * x * x + slope * x - offset, start)
    precise = mpmath.findroot(
        lambda x: x**3 + slope * x - offset, found, tol=1e-30, maxsteps=100
    )
    # well conditioned: its terms have one sign, so that none is larger than the offset
    assert close(found, precise, 8) or abs(found - precise) <= 2.0**-1074


def test_equations_of_very_different_sizes_are_solved_alike():
    x, y = root(
        lambda v: [1e10 * (v[0] * v[0] - 2), 1e-10 * (v[1] * v[0] - 3)], [1.0, 1.0]
    )
    assert close(x, stdlib.sqrt(2), 2) and close(y, 3 / stdlib.sqrt(2), 4)


def test_a_tolerance_ends_the_search_early():
    calls = []

    def f(x):
        calls.append(x)
        return x * x - 2

    loose = root(f, 1.0, tolerance=1e-3)
    few = len(calls)
    assert abs(loose * loose - 2) <= 1e-3 and few < len(calls) + len([root(f, 1.0)])
    assert len(calls) - few > few - 2
    step = fixed_point(lambda x: math.cos(x), 1.0, tolerance=1e-3)
    assert abs(step - stdlib.cos(step)) <= 1e-3
    assert step != fixed_point(lambda x: math.cos(x), 1.0)


def test_a_slow_contraction_still_ends_at_the_fixed_point():
    found = fixed_point(lambda x: x - 0.01 * (x - 3.0), 0.0)
    assert abs(found - 3.0) <= 100 * 8 * 2.0**-52 * 3.0


UNSOLVED = {
    "no solution": (lambda x: x * x + 1, 1.0, "derivative is singular"),
    "no slope": (lambda x: x * x - 2, 0.0, "derivative is singular"),
    "out of its domain": (lambda x: math.log(x), -1.0, "residual is nan"),
    "a pole": (lambda x: 1 / x, 1.0, "derivative is singular"),
    "not there": (lambda x: x * 0 + 1, 1.0, "derivative is singular"),
}


@pytest.mark.parametrize("name", UNSOLVED)
def test_no_solution_is_one_clear_error(name):
    f, x0, why = UNSOLVED[name]
    with pytest.raises(
        ArithmeticError, match=r"root\(<lambda>, x0\): no solution"
    ) as e:
        root(f, x0)
    text = str(e.value)
    assert why in text and "at x = " in text and "another x0" in text


def test_the_search_ends_after_so_many_steps():
    with pytest.raises(ArithmeticError, match=r"is 0.006.*, after 2 steps"):
        root(lambda x: x * x - 2, 1.0, steps=2)


def test_a_sign_that_jumps_over_zero_is_no_root():
    def f(x):
        return x + 1 if x > 1 else x - 3

    with pytest.raises(ArithmeticError, match="jumps over 0"):
        root(f, 5.0)


def test_an_iteration_that_does_not_converge_is_an_error():
    with pytest.raises(ArithmeticError, match=r"fixed_point\(<lambda>.*10000 steps"):
        fixed_point(lambda x: 1 / x, 2.0)  # 2, 1/2, 2, ...
    with pytest.raises(ArithmeticError, match="after 50 steps"):
        fixed_point(lambda x: 0.9 * x + 1, 0.0, steps=50)
    with pytest.raises(ArithmeticError, match="no finite number"):
        fixed_point(lambda x: x * x, 2.0)


def test_a_solution_without_derivative_is_an_error_unless_none_is_asked_for():
    a = Value(0.0)
    with pytest.raises(ArithmeticError, match="is a solution, but the derivative"):
        root(lambda x: x * x - a, 0.0)
    with no_grad():
        assert root(lambda x: x * x - a, 0.0) == 0.0
    b = Value(0.3)
    with pytest.raises(ArithmeticError, match="singular"):
        root(lambda v: [v[0] * 0.1 + v[1] * 0.2 - b, v[0] * 0.3 + v[1] * 0.6 - 3 * b],
             [3.0, 0.0])  # fmt: skip


def test_what_is_wrong_with_the_call_is_named():
    with pytest.raises(TypeError, match="f must be a function of numbers, not 3"):
        root(3, 1.0)
    with pytest.raises(TypeError, match=r"root\(<lambda>, x0\): x0 must be numbers"):
        root(lambda x: x, "1.0")
    with pytest.raises(TypeError, match=r"root\(<lambda>, x0\): x0 must be numbers"):
        root(lambda x: x, [])
    with pytest.raises(ValueError, match=r"as many numbers as x0, \[1.0, 2.0\], not"):
        root(lambda v: v[0], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"as many numbers as x0, .* not None"):
        root(lambda x: None, 1.0)
    with pytest.raises(TypeError, match="<lambda> returned set"):
        root(lambda x: {1.0}, 1.0)
    with pytest.raises(ValueError, match="numbers in the form of x0"):
        fixed_point(lambda x: [x], 1.0)
    with pytest.raises(TypeError, match="tolerance must be a real number"):
        root(lambda x: x, 1.0, tolerance="small")


# --- graphs


def test_a_dropped_solution_is_freed_at_once():
    def in_a_loop(a):
        x = a
        for _ in range(3):
            x = root(lambda y: y * y - x - 1, 1.0)  # x will be the very next root
        return x

    def nested(a):
        return grad(lambda b: root(lambda x: x * x - b, 1.0))(a)

    def system(a):
        return root(lambda v: [v[0] * a - 1, v[1] - v[0]], [1.0, 1.0])[1]

    a = Value(2.0)
    gc.disable()
    try:
        for make in (in_a_loop, nested, system):
            found = weakref.ref(make(a))
            assert found() is None, make.__name__
    finally:
        gc.enable()


def test_a_hessian_holds_no_graph_afterwards():
    held = []

    def f(p):
        held.append(weakref.ref(p[0]))
        return root(lambda x: x * x - p[0] * p[1], 1.0)

    gc.disable()
    try:
        hessian(f)([2.0, 3.0])
        autograd.compile(lambda a, b: f([a, b])).hessian(2.0, 3.0)
        gc.collect()  # a compiled function is no graph
        assert [reference() for reference in held] == [None, None]
    finally:
        gc.enable()


def test_a_name_that_means_something_else_later_changes_nothing():
    def in_a_loop(a):
        x = a
        for _ in range(3):
            x = root(lambda y: y * y - x - 1, 1.0)
        return x

    def written_out(a):
        return math.sqrt(math.sqrt(math.sqrt(a + 1) + 1) + 1)

    found, expected = [derivatives(f, 2.0, 4) for f in (in_a_loop, written_out)]
    assert all(close(x, y, 2**12) for x, y in zip(found, expected))


def test_a_long_history_is_not_walked_again(monkeypatch):
    a = Value(0.5)
    x = a
    for _ in range(20_000):
        x = x * 0.5 + 0.25
    walked = []

    def counted(variables, results, *rest):
        walked.append(len(topological_order(*results, placed=variables)))
        return Linearization(variables, results, *rest)

    monkeypatch.setattr(segments, "Linearization", counted)
    looked_at = []
    known = segments._is_inside
    monkeypatch.setattr(
        segments, "_is_inside", lambda *xs: looked_at.append(xs) or known(*xs)
    )
    y = root(lambda y: y * y - x, 1.0)
    assert y.parents == (x,)
    assert max(walked) <= 4 and len(looked_at) <= 4 * len(walked)


def test_a_chain_of_solutions_is_freed_without_recursion():
    x = Value(2.0)
    for _ in range(3_000):
        x = root(lambda y, x=x: y * 2 - x - 1, 1.0)
    y = weakref.ref(x)
    x.backward()
    del x
    assert y() is None


def test_it_is_drawn_explained_and_copied():
    a = Value(2.0, label="a")
    y = root(lambda x: x * x - a, 1.0) * 3
    text = str(explain(y))
    assert "root(a)  = root(2) = 1.414" in text and "check" in text
    assert "2 of 2 local derivatives and 3 of 3 gradients agree" in text
    assert "label=root" in draw(y).dot

    def volume(r):
        return r**3 - a

    assert "root volume" in draw(root(volume, 1.0)).dot
    assert "volume(a)" in str(explain(root(volume, 1.0)))
    pair = root(lambda v: [v[0] * v[0] - a, v[1] - v[0]], [1.0, 1.0])
    assert "root(a)[1]" in str(explain(pair[1] + pair[0]))


def test_explanations_in_every_format(tmp_path):
    a = Value(2.0, label="a")
    y = root(lambda x: x * x - a, 1.0) * 3
    for suffix in (".html", ".md", ".tex", ".txt"):
        explain(y).save(tmp_path / f"y{suffix}")


def test_json_keeps_its_first_derivatives():
    a = Value(2.0)
    (y,) = graph.from_json(graph.to_json(root(lambda x: x * x - a, 1.0)))
    y.backward()
    assert (y.op, y.parents[0].grad) == ("root", 0.5 / stdlib.sqrt(2))
    with pytest.raises(TypeError, match="root: the function behind it was not kept"):
        grad(grad(lambda x: x * y))(1.0)
        y._row.partials(math, y, *y.parents)


def test_the_rule_holds_over_dual_numbers():
    a = Value(2.0)
    row = root(lambda x: x * x - a, 1.0)._row
    inner = Duals(floats)
    outer = Duals(inner)
    a = outer.dual(inner.dual(2.0, 1.0), 1.0)
    out, (slope,) = at(outer, row, a)
    third = mpmath.diff(mpmath.sqrt, 2, 3)
    assert close(out.tangent.tangent, mpmath.diff(mpmath.sqrt, 2, 2))
    assert close(slope.tangent.tangent, third)


def test_its_number_elsewhere_is_that_of_another_search():
    def f(a):
        return root(lambda x: x**3 + a * x - 3, 1.0)

    x = f(Value(2.0))
    assert x._row.at(5.0)[0] == f(5.0)
    assert x._row.at(5.0)[1] == f(Value(5.0)).partials
    assert x._row.at(2.0) == (x.data, x.partials)


# --- compiled functions


def test_a_compiled_function_solves_at_every_call():
    def f(a, b):
        x, y = root(lambda v: [v[0] + v[1] - a, v[0] * v[1] - b], [0.3, 5.0])
        return x * y * y + a

    step = autograd.compile(f)
    for a, b in ((5.0, 3.0), (7.0, 4.0), (5.0, 3.0)):
        assert step(a, b) == f(a, b)
        found, expected = step.grad(a, b), grad(f, argnums=(0, 1))(a, b)
        assert all(map(close, found, expected))
        for k, row in enumerate(step.hessian(a, b)):
            unit = tuple(1.0 if k == j else 0.0 for j in range(2))
            expected = hvp(f, argnums=(0, 1))(a, b, unit)
            assert all(close(x, y, 2**8) for x, y in zip(row, expected))


def test_a_compiled_function_reads_weights_live():
    w = Value(2.0)
    step = autograd.compile(lambda a: fixed_point(lambda x: (x + w * a / x) / 2, 1.0))
    assert close(step(2.0), 2.0)
    w.data = 8.0
    assert close(step(2.0), 4.0)
    step.backward(2.0)
    assert close(w.grad, 0.25)


def test_in_a_compiled_function_no_solution_is_the_same_error():
    step = autograd.compile(lambda a: root(lambda x: x * x - a, 1.0))
    assert close(step(2.0), stdlib.sqrt(2))
    with pytest.raises(ArithmeticError, match=r"root\(<lambda>, x0\): no solution"):
        step(-1.0)


def test_what_a_compiled_function_could_not_repeat_is_refused():
    with pytest.raises(TraceError, match=r"<lambda> stops gradients, and root\("):
        autograd.compile(lambda a: root(lambda x: x * x - stop_gradient(a), 1.0))(2.0)
    with pytest.raises(TraceError, match=r"may not read \.data of a Value"):
        autograd.compile(lambda a: root(lambda x: x * x - a.data, 1.0))(2.0)
    with pytest.raises(
        TraceError, match=r"x0 of root\(<lambda>, x0\) is computed by a"
    ):
        autograd.compile(lambda a: root(lambda x: x * x - a, a))(2.0)

    def stopped_before(a):
        b = stop_gradient(a)
        return root(lambda x: x * x - b, 1.0) * a

    step = autograd.compile(stopped_before)
    assert close(step(2.0), 2 * stdlib.sqrt(2)) and step(4.0) == 8.0
    assert step.grad(4.0) == 2.0
    constant = autograd.compile(lambda a: root(lambda x: abs(x) - 2, 1.0) * a)
    assert constant(3.0) == 6.0


def test_a_compiled_function_notices_where_the_equation_goes_another_way():
    def f(a, b):
        return root(lambda x: x - a if x > b * b else x + a, 5.0)

    step = autograd.compile(f)
    assert step(2.0, 1.0) == 2.0 and step(3.0, -1.5) == 3.0
    assert step.grad(3.0, -1.5) == (1.0, 0.0)
    with pytest.raises(ArithmeticError, match=r"at x = 2.0 a comparison in <lambda>"):
        step(2.0, 3.0)


def test_a_compiled_function_finds_what_minimizes():
    def best(a, c):
        return root(grad(lambda x: (x - a) ** 2 + c * x**4), 1.0)

    step = autograd.compile(best)
    for a in (2.0, 3.0):
        assert step(a, 0.3) == best(a, 0.3)
        assert all(map(close, step.grad(a, 0.3), grad(best, argnums=(0, 1))(a, 0.3)))


# --- the parts


def test_elimination_pivots_and_tells_what_is_singular():
    assert solved([[0.0, 2.0], [1.0, 1.0]], [[4.0, 3.0], [2.0, None]]) == [
        [1.0, 2.0],
        [-1.0, 1.0],
    ]
    big = solved([[1.0, 1e20], [None, 1.0]], [[1.0, 1.0]])  # ill scaled, not singular
    assert big == [[1.0 - 1e20, 1.0]]
    for matrix in ([[1.0, 2.0], [2.0, 4.0]], [[0.1, 0.2], [0.3, 0.6]], [[None]]):
        with pytest.raises(Singular):
            solved(matrix, [[1.0] * len(matrix)])


def test_value_and_gradient_come_from_one_search():
    calls = []

    def f(a):
        def equation(x):
            calls.append(x)
            return x * x - a

        return root(equation, 1.0)

    value, slope = value_and_grad(f)(2.0)
    assert (value, slope) == (stdlib.sqrt(2), 0.5 / stdlib.sqrt(2))
    assert len(calls) <= 8


# --- where f computes


def elsewhere(compute):
    """What a function gives in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(compute).result()


def test_what_is_computed_in_another_thread_is_refused_where_it_depends_on_x():
    w = Value(2.0)
    for f in (
        lambda x: x + elsewhere(lambda: x * x) - w,
        lambda x: elsewhere(lambda: x * x - w),
    ):
        with pytest.raises(ValueError, match="computes with x in another thread"):
            root(f, 1.0)
    x = root(lambda x: x * x - elsewhere(lambda: w * 2), 1.0)
    x.backward()
    assert (x.data, w.grad) == (2.0, 0.5)


def test_a_history_outside_is_only_walked_for_one_who_keeps_x(monkeypatch):
    walked = []
    order = equations.topological_order
    monkeypatch.setattr(
        equations,
        "topological_order",
        lambda *nodes: [walked.append(nodes), order(*nodes)][1],
    )
    w, kept = Value(2.0), []
    root(lambda x: x * x - w, 1.0)
    root(lambda p: [p[0] ** 2 + p[1] - w, math.dot(p, p) - 3 * w], [1.5, -1.5])
    root(lambda x: x, 1.0)
    fixed_point(lambda x: (x + w / x) / 2, 1.0)
    assert walked == []
    root(lambda x: [kept.append(x), x * x - w][1], 1.0)
    assert len(walked) == len(kept) > 0
