"""The cases of HIPS autograd's own tests, and those that confuse perturbations.

The cases and what is expected are those of HIPS autograd (Maclaurin, Duvenaud, Johnson,
Townsend and contributors; MIT licence): of its test_scalar_ops, test_core, test_direct,
test_graphs, test_jacobian, test_wrappers, test_binary_ops, test_list, test_tuple,
test_dict, test_logic, test_misc and test_tests, as far as they are about numbers.
Nothing of its code is here: `check` compares both modes, and their derivatives, with
differences.
"""

import functools
import random

import numpy as np
import pytest

from autograd import Value, compile, math, primitive, where
from autograd.derivatives import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from tests.compiled_laws import counted
from tests.derivative_laws import check, near, numbers_of

RNG = random.Random(1)


def normal(count=None):
    return RNG.gauss(0, 1) if count is None else [normal() for _ in range(count)]


def matrix(rows, columns):
    return [normal(columns) for _ in range(rows)]


def product(A, x):
    return [math.dot(row, x) for row in A]


# --- numbers without any helper


def test_a_gradient_that_is_known():
    def f(x):
        return (x + math.sin(x**2)) * x

    for found in (grad(f)(1.3), jvp(f, (1.3,), (1.0,))[1], vjp(f, 1.3)[1](1.0)[0]):
        assert 3.190948746871 - 1e-12 < found < 3.190948746871 + 1e-12


def test_a_complex_result_is_refused():
    with pytest.raises(TypeError):
        grad(lambda x: x * (1.0 + 0.2j))(1.0)
    with pytest.raises(TypeError, match=r"returned complex .*: it may return numbers"):
        grad(lambda x: 1.0 + 0.2j)(1.0)


# --- functions of one number

ONE = {
    "sin": (0.0, 1.5),
    "sign": (1.1, -1.1),
    "exp": (0.7, -1.3),
    "log": (0.7, 2.3),
    "log2": (0.7, 2.3),
    "log10": (0.7, 2.3),
    "log1p": (0.7, 2.3),
    "expm1": (0.7, 2.3),
    "exp2": (0.7, 2.3),
    "negative": (0.7, -1.3),
    "cos": (0.7, -1.3),
    "tan": (0.7, -1.1),
    "cosh": (0.7, -1.3),
    "sinh": (0.7, -1.3),
    "tanh": (0.7, -1.3),
    "arccos": (0.1,),
    "arcsin": (0.1,),
    "arctan": (0.2,),
    "arccosh": (1.2, 3.7),
    "arcsinh": (0.7, -1.3),
    "arctanh": (0.2,),
    "sqrt": (0.3, 9.7),
    "reciprocal": (0.3, 0.9),
    "degrees": (0.3, 9.7),
    "radians": (0.3, 9.7),
    "absolute": (1.1, -1.1),
}


@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number(name):
    function = getattr(math, name)
    for x in ONE[name]:
        check(lambda x: 3.0 * function(x), x)


def test_abs_and_neg():
    for f in (lambda x: 3.0 * abs(x), lambda x: 3.0 * -x):
        check(f, 1.1)
        check(f, -1.1)
        check(f, 0.0, order=1)


def test_sinc():
    def sinc(x):
        return 3.0 * where(x == 0, 1.0, lambda: math.sin(math.pi * x) / (math.pi * x))

    check(sinc, 0.3)
    check(sinc, 7.7)


# --- functions of two


def test_a_power_by_its_base():
    for y in (1.0, 1.7, 3.2):
        check(lambda x: math.pow(x, y), 1.3)
    flat = functools.partial(math.pow, y=0.0)
    assert grad(flat)(0.0) == 0.0
    assert grad(grad(flat))(0.0) == 0.0


def test_a_power_by_its_exponent():
    for x in (0.3, 1.7):
        check(lambda y: math.pow(x, y), 0.8)
    check(lambda y: math.pow(0.0, y), 0.8)


TWO = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "mod": lambda x, y: x % y,
    "pow": lambda x, y: x**y,
    "arctan2": lambda x, y: math.arctan2(x, y),
    "hypot": lambda x, y: math.hypot(x, y),
}


@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_numbers(name):
    f = TWO[name]
    for x, y in ((0.7, 1.8), (1.8, 0.7), (2.0, 1.3)):
        check(f, x, y)
        check(lambda x: f(x, y), x)
        check(lambda y: f(x, y), y)
        assert grad(f, 1)(x, y) == grad(lambda y: f(x, y))(y)
        assert grad(f, (0, 1))(x, y) == (grad(f)(x, y), grad(f, argnums=1)(x, y))


COMPARISONS = {
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "le": lambda x, y: x <= y,
    "ge": lambda x, y: x >= y,
    "lt": lambda x, y: x < y,
    "gt": lambda x, y: x > y,
}


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_are_flat_as_numbers_and_no_numbers_otherwise(name):
    compare = COMPARISONS[name]
    for x, y in ((0.7, 1.8), (1.8, 0.7), (2.0, 2.0)):
        value, gradient = value_and_grad(lambda x, y: compare(x, y) + 0.0, (0, 1))(x, y)
        assert (value, gradient) == (float(compare(x, y)), (0.0, 0.0))
        with pytest.raises(
            TypeError, match=r"returned bool (True|False), and there is"
        ):
            grad(compare)(x, y)


# --- graphs


def test_fan_out():
    def f(x):
        return math.sin(math.sin(x) + math.sin(x))

    check(f, 0.7)
    check(grad(f), 0.7)
    check(grad(grad(f)), 0.7)
    check(grad(grad(grad(f))), 0.7, order=1)


def test_a_constant_and_the_identity():
    assert grad(lambda x: 1.0)(2.0) == 0.0
    assert grad(grad(lambda x: 1.0))(2.0) == 0.0
    assert grad(lambda x: x)(2.0) == 1.0
    assert grad(grad(lambda x: x))(2.0) == 0.0


def test_a_hessian_vector_product_by_hand():
    other = normal(10)

    def f(x):
        return math.sin(math.dot(x, other))

    def vector_product(x, v):
        return math.sin(math.dot(v, grad(f)(x)))

    x, v = normal(10), normal(10)
    check(f, x)
    check(vector_product, x, v)
    assert near(
        hvp(f)(x, v), grad(lambda x: math.dot(v, grad(f)(x)))(x), 1e-13, scale=1e-9
    )


def test_enclosing_scopes():
    check(lambda x: x * grad(lambda y: x * y)(2.0), 1.0)
    check(lambda x: x * grad(lambda y: y * x)(2.0), 1.0)


def test_adjoints_that_are_used_again():
    def f(a):
        b = [x + 1.0 for x in a]
        c = [b[0] + 1.5] * len(a)
        d = [x + y for x, y in zip(a, b)]
        return [math.sin(x + y) for x, y in zip(d, c)]

    check(f, normal(5))


@pytest.mark.parametrize("order", [(0, 1, 0), (1, 0, 1), (0, 0, 1), (1, 1, 1)])
def test_third_derivatives_by_several_arguments(order):
    def f(x, y):
        return math.sin(math.sin(x) + math.sin(y))

    for argnum in order:
        check(f, 0.7, -0.3, order=1)
        f = grad(f, argnum)
    check(f, 0.7, -0.3, order=1)


def test_assignment_into_an_argument_is_the_function_s_own_matter():
    """The list that the function gets is its own: the caller's stays as it is."""

    def f(xs, b):
        xs[1] = b
        return math.sum([x * x for x in xs])

    xs = [1.0, 2.0, 3.0]
    assert grad(f, (0, 1))(xs, 5.0) == ([2.0, 0.0, 6.0], 10.0)
    assert xs == [1.0, 2.0, 3.0]
    array = np.array(xs)
    found = grad(f, (0, 1))(array, 5.0)
    assert found[0].tolist() == [2.0, 0.0, 6.0] and array.tolist() == xs


# --- jacobians, hessians and their products


def test_a_jacobian_against_gradients():
    def f(x):
        return math.sum(map(math.sin, x))

    x = normal(3)
    assert jacobian(f)(x) == grad(f)(x)
    assert jacobian(lambda x: [f(x)])(x) == [grad(f)(x)]
    assert jacobian(lambda x: [x, x**2, x**3])(1.3) == [1.0, 2.6, 3 * 1.3**2]


def test_a_jacobian_against_stacked_gradients():
    functions = [
        lambda x: math.sum([a**3 for a in x]),
        lambda x: math.prod([math.sin(a) + math.sin(a) for a in x]),
        lambda x: grad(lambda y: math.exp(y) * math.tanh(x[0]))(x[1]),
    ]
    x = normal(5)
    stacked = [grad(f)(x) for f in functions]
    assert near(
        numbers_of(jacobian(lambda x: [f(x) for f in functions])(x)),
        numbers_of(stacked),
        1e-14,
        scale=1e-9,
    )


def test_jacobians_of_jacobians():
    def f(x):
        return np.sin(np.outer(x, x)) + np.cos(np.dot(x, x))

    x = np.array(normal(2))
    assert jacobian(f)(x).shape == (2, 2, 2)
    assert jacobian(jacobian(f))(x).shape == (2, 2, 2, 2)
    assert jacobian(jacobian(jacobian(f)))(x).shape == (2, 2, 2, 2, 2)
    check(lambda x: np.sum(np.sin(jacobian(f)(x))), x)
    check(lambda x: np.sum(np.sin(jacobian(jacobian(f))(x))), x, order=1)


def test_the_hessian_of_a_quadratic_form():
    H = np.array(matrix(5, 5))
    found = hessian(lambda x: x @ H @ x)(np.array(normal(5)))
    assert found == pytest.approx(H + H.T, rel=1e-14)


@pytest.mark.parametrize("shape", [(5,), (5, 4), (3, 4, 2)])
def test_hessians_and_jacobians_times_arrays(shape):
    def f(a):
        return np.sum(np.sin(a) * np.cos(np.sum(a)))

    def rolled(a):
        return np.roll(np.sin(a) * a.ravel()[0], 1)

    a, v = [np.array(normal(int(np.prod(shape)))).reshape(shape) for _ in range(2)]
    axes = len(shape)
    H = hessian(f)(a)
    assert H.shape == shape * 2
    wanted = np.tensordot(H, v, axes)
    assert hvp(f)(a, v) == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    J = jacobian(rolled)(a)
    assert J.shape == shape * 2
    (found,) = vjp(rolled, a)[1](v)
    assert found == pytest.approx(np.tensordot(v, J, axes), rel=1e-12, abs=1e-12)
    _, found = jvp(rolled, (a,), (v,))
    assert found == pytest.approx(np.tensordot(J, v, axes), rel=1e-12, abs=1e-12)


def test_gauss_newton_products():
    """J' (H (J v)): f and g are differentiated one after the other."""
    A, x, v = matrix(5, 4), normal(4), normal(4)
    for f in (
        lambda x: product(A, x),
        lambda x: [math.tanh(y) for y in product(A, x)],
    ):
        for g in (
            lambda y: math.dot(y, y) / 2,
            lambda y: math.sum([2 * a**2 + a**4 for a in y]),
        ):
            y, Jv = jvp(f, (x,), (v,))
            (found,) = vjp(f, x)[1](hvp(g)(y, Jv))
            J, H = jacobian(f)(x), hessian(g)(y)
            wanted = np.array(J).T @ np.array(H) @ np.array(J) @ np.array(v)
            assert found == pytest.approx(wanted.tolist(), rel=1e-12, abs=1e-12)


# --- values, several arguments, wrappers


def test_value_and_gradient_are_those_of_each_alone():
    def f(x):
        return 3.0 * x**3.2

    assert value_and_grad(f)(1.7) == (f(1.7), grad(f)(1.7))

    def g(xs):
        return math.sum([math.sin(x) ** 2 for x in xs])

    xs = normal(5)
    value, gradient = value_and_grad(g)(xs)
    assert type(value) is float and (value, gradient) == (g(xs), grad(g)(xs))
    check(lambda xs: value_and_grad(g)(xs)[0], xs)
    check(lambda xs: value_and_grad(g)(xs), xs)


def several(a, b, c, d, e, f=1.1, g=9.0):
    return a + math.sin(b) + math.cosh(c) + math.cos(d) + math.tan(e) + f + g


def test_several_arguments_at_once():
    A, B, C, D, E, F, G = 0.5, -0.3, 0.2, -1.1, 0.7, 0.6, -0.1
    found = grad(several, argnums=[3, 1])(A, B, C, D, E, f=F, g=G)
    assert found == grad(lambda db: several(A, db[1], C, db[0], E, f=F, g=G))((D, B))
    value, gradient = value_and_grad(several, argnums=[3, 1])(A, B, C, D, E, f=F, g=G)
    assert (value, gradient) == (several(A, B, C, D, E, f=F, g=G), found)
    assert grad(several, argnums=[0])(A, B, C, D, E) == (1.0,)
    assert grad(several, argnames=["g"])(A, B, C, D, E, g=G) == {"g": 1.0}


def test_functions_that_are_partly_applied():
    def f(x, y):
        return x * y

    assert grad(functools.partial(f, y=3.0))(2.0) == 3.0
    assert grad(functools.partial(f, 3.0))(2.0) == 3.0
    assert grad(functools.partial(f, x=3.0), argnames="y")(y=2.0) == 3.0


def test_names_and_documentation_are_the_function_s():
    def foo(x):
        """Of foo."""
        return x

    for operator in (grad, value_and_grad, hvp, jacobian, hessian):
        assert (operator(foo).__name__, operator(foo).__doc__) == ("foo", "Of foo.")


# --- structures


def test_lists_tuples_and_dicts():
    def f(a, b, c):
        return math.sum(a) + math.sum(b) + math.sum(b) + 0.0 * c[0]

    for make in (list, tuple):
        given = make([normal(3), normal(2), normal(2)])
        wanted = make([[1.0] * 3, [2.0] * 2, [0.0] * 2])
        assert grad(lambda xs: f(*xs))(given) == wanted
    keys = ("item_1", "item_2", "item_X")
    given = dict(zip(keys, [normal(3), normal(2), normal(2)]))
    assert grad(lambda d: f(*d.values()))(given) == dict(zip(keys, wanted))


def test_gradients_of_structures_are_differentiated_again():
    def f(d):
        weighted = [
            math.sum(map(math.sin, d[k])) * (i + 1.0) for i, k in enumerate(sorted(d))
        ]
        return math.sum(weighted) + math.sum([math.cos(x) for x in d["item_1"]])

    def df(d):
        found = grad(f)(d)
        return math.sum([math.sin(x) for xs in found.values() for x in xs])

    given = {"item_1": normal(4), "item_2": normal(2), "item_X": normal(3)}
    check(f, given)
    check(df, given)
    check(lambda x: [x, x], 1.0)
    check(lambda x: dict([("a", x)], b=x * x), 1.0)
    check(lambda xs: xs[1:][0], [[1.0], 2.0, 1.5])
    assert grad(lambda xs: xs[1:3][0])([1.0, 2.0, 3.0]) == [0.0, 1.0, 0.0]
    assert grad(lambda xs: xs[slice(None, -1, None)][0])([1.0, 2.0]) == [1.0, 0.0]


def test_missing_keys():
    def f(d, x):
        return d.get("item_1", x) ** 2

    both = grad(f, argnums=(0, 1))
    assert both({"item_1": 3.0}, 2.0) == ({"item_1": 6.0}, 0.0)
    assert both({"item_2": 4.0}, 2.0) == ({"item_2": 0.0}, 4.0)
    assert both({}, 2.0) == ({}, 4.0)


def test_functions_see_the_types_that_they_were_given():
    def checker(given, kind, truth):
        assert isinstance(given, kind) is truth
        return 1.0

    for kind, good, bad in (
        (list, [], ()),
        (dict, {}, []),
        (np.ndarray, np.zeros(1), []),
        ((tuple, list), (), np.zeros(1)),
    ):
        grad(checker)(good, kind, True)
        grad(checker)(bad, kind, False)
    assert isinstance(grad(lambda x: x)(1.0), float)


def test_nested_gradients_of_tuples():
    def f(x):
        return math.sum(map(math.sin, grad(lambda y: y[0] * y[1])((x, x))))

    check(f, 5.0)
    check(grad(f), 1.0)
    check(grad(grad(f)), 1.0, order=1)


# --- what a function asks of its numbers


def test_assertions_and_truth_inside():
    def f(xs):
        assert all(math.isclose(x, x * 3.0 / 3.0) for x in xs)
        return math.sum(xs)

    check(f, [1.0, 2.0, 3.0])
    check(lambda x: x**2 if x else x * 3.0, 2.0)
    assert grad(lambda x: x**2 if x else x * 3.0)(0.0) == 3.0
    assert grad(lambda x: float(math.isclose(x, 3.0)))(3.0) == 0.0


def test_a_function_that_is_recorded_once_runs_no_more():
    f, calls = counted(
        lambda x, y: grad(lambda x: math.sin(x) + x * 2)(
            x * y
        )  # by a variable of its own
    )
    recorded = compile(f)
    for x, y in ((0.0, 0.0), (1.0, 0.5), (1.0, 0.5), (-2.0, 0.3)):
        assert recorded(x, y) == pytest.approx(f.__wrapped__(x, y), rel=1e-15)
    assert len(calls) == 1


# --- the checker finds what is wrong


def test_a_wrong_derivative_of_first_order_fails():
    @primitive(partials=lambda out, x: 2.001)
    def doubled(x):
        return x * 2.0

    with pytest.raises(AssertionError):
        check(doubled, 1.0)


def test_a_wrong_derivative_of_second_order_fails():
    @primitive(partials=lambda out, x: passed_on(2.0 * x))
    def squared(x):
        return x * x

    @primitive(partials=lambda out, x: 1.001)
    def passed_on(x):
        return x

    check(squared, 1.0, order=1)
    with pytest.raises(AssertionError):
        check(squared, 1.0)


# --- perturbations that must not be confused


def by_grad(f):
    return grad(f)


def by_value_and_grad(f):
    return lambda x: value_and_grad(f)(x)[1]


def by_vjp(f):
    return lambda x: vjp(f, x)[1](1.0)[0]


def by_jvp(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


def by_jacobian(f):
    return lambda x: jacobian(f)(x)


def by_hvp(f):
    """The slope as the product of a mixed second derivative with a unit vector."""
    return lambda x: hvp(lambda xy: f(xy[0]) * xy[1])([x, 1.0], [0.0, 1.0])[0]


def by_hessian(f):
    """The slope as a mixed second derivative."""
    return lambda x: hessian(lambda xy: f(xy[0]) * xy[1])([x, 1.0])[0][1]


EVERY = [by_grad, by_value_and_grad, by_vjp, by_jvp, by_jacobian, by_hvp, by_hessian]
pairs = pytest.mark.parametrize("inner", EVERY, ids=lambda d: d.__name__)
outers = pytest.mark.parametrize("outer", EVERY, ids=lambda d: d.__name__)


@pairs
@outers
def test_the_inner_derivative_is_by_the_inner_variable(outer, inner):
    """d/dx (x d/dy (x + y)) is 1 at x = 1; one tag for all gives 2.

    Siskind & Pearlmutter, "Perturbation confusion and referential transparency", 2005.
    """
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(2.0))(1.0) == 2.0
    assert outer(lambda x: inner(lambda y: x)(3.0) + x)(1.0) == 1.0
    assert outer(lambda x: inner(lambda y: y * y * x)(x))(3.0) == 12.0  # d/dx 2 x x
    assert outer(lambda x: inner(lambda y: x * y)(x) * inner(lambda x: x**3)(x))(
        2.0
    ) == pytest.approx(9 * 4.0)


@pairs
@outers
def test_the_outer_variable_under_another_name(outer, inner):
    """The same node is what is differentiated by and what is closed over."""

    def f(x):
        return inner(lambda y: (x - y) * (x + y) * x)(x)  # -2 x x

    assert outer(f)(3.0) == -12.0
    assert outer(lambda x: inner(lambda y: math.sin(x * y) / y)(x))(
        0.7
    ) == pytest.approx(grad(lambda x: math.cos(x * x) - math.sin(x * x) / x**2)(0.7))


@pairs
@outers
def test_three_levels(outer, inner):
    def f(x):
        return outer(lambda y: inner(lambda z: x * y * z + x * z**3)(y))(x)

    # by z: x y + 3 x z z at z = y; by y: x + 6 x y at y = x; by x: 1 + 12 x
    assert by_grad(f)(2.0) == by_jvp(f)(2.0) == 25.0


def test_functions_as_results_are_refused():
    """The derivative of a curried function: Manzyuk, Pearlmutter, Radul, Rush &

    Siskind, "Perturbation confusion in forward automatic differentiation of
    higher-order functions", 2019. Only numbers have derivatives here, and that is said.
    """

    def shifted(x):
        return lambda f: lambda y: f(x + y)

    for attempt in (
        lambda: jvp(shifted, (0.0,), (1.0,)),
        lambda: vjp(shifted, 0.0),
        lambda: jacobian(shifted)(0.0),
        lambda: grad(shifted)(0.0),
        lambda: grad(lambda x: [x, shifted(x)])(0.0),
    ):
        with pytest.raises(TypeError, match=r"shifted|<lambda>.* returned function"):
            attempt()


@pairs
@outers
def test_the_amazing_bug_of_curried_functions(outer, inner):
    """The same with the other arguments inside: D(D h) is h'', and not 0 or h'(2 y)."""

    def shifted(x):
        return lambda f: lambda y: f(x + y)

    def hat(derivative, h):
        return lambda y: derivative(lambda x: shifted(x)(h)(y))(0.0)

    for h, second in ((math.exp, math.exp), (math.sin, lambda y: -math.sin(y))):
        found = hat(outer, hat(inner, h))(0.7)
        assert found == pytest.approx(second(0.7), rel=1e-15)


@pairs
@outers
def test_what_escapes_from_an_inner_derivative_is_no_longer_its_variable(outer, inner):
    kept = []

    def f(x):
        inner(lambda y: kept.append(y) or x * y)(2.0)
        return x * inner(lambda z: kept[-1] * z * x)(1.0)

    assert outer(f)(3.0) == 12.0  # d/dx x x 2


@pairs
def test_a_derivative_through_a_loop_of_derivatives(inner):
    """Gradient descent inside: argmin of (y - a)**2 + y**2 is a / 2."""

    def argmin(a):
        y = a * 0.0
        for _ in range(60):
            y = y - 0.2 * inner(lambda y: (y - a) ** 2 + y**2)(y)
        return y

    assert argmin(3.0) == pytest.approx(1.5, rel=1e-12)
    for outer in (by_grad, by_jvp):
        assert outer(argmin)(3.0) == pytest.approx(0.5, rel=1e-12)


def test_modes_over_modes_with_argnums():
    def f(x, y, z):
        return math.exp(x * y) * math.sin(z) + x * z**2

    point = 0.3, -0.7, 1.1
    H = hessian(f, argnums=(0, 1, 2))(*point)
    for i in range(3):
        for j in range(3):

            def along(*xs, j=j):
                unit = tuple(float(k == j) for k in range(3))
                return jvp(f, xs, unit)[1]

            unit = tuple(float(k == i) for k in range(3))
            ways = (
                grad(grad(f, argnums=i), argnums=j)(*point),
                grad(along, argnums=i)(*point),
                jvp(grad(f, argnums=j), point, unit)[1],
                jvp(along, point, unit)[1],
                jacobian(grad(f, argnums=i), argnums=j)(*point),
                hvp(f, argnums=(0, 1, 2))(*point, unit)[j],
                vjp(grad(f, argnums=i), *point)[1](1.0)[j],
            )
            assert ways == pytest.approx((H[i][j],) * len(ways), rel=1e-14, abs=1e-14)


def test_the_outer_gradient_goes_through_the_inner_one_s_weights():
    w = Value(1.5)
    penalty = grad(lambda x: math.sin(w * x) * x)(0.4) ** 2
    penalty.backward()

    def closed_form(w):
        slope = w * math.cos(w * 0.4) * 0.4 + math.sin(w * 0.4)
        return slope**2

    assert penalty.data == pytest.approx(closed_form(1.5), rel=1e-15)
    assert w.grad == pytest.approx(grad(closed_form)(1.5), rel=1e-14)
