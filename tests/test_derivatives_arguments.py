"""What derivatives are taken by, and of: structures, arrays, choices, errors."""

import collections
import functools
import math as stdlib
from array import array
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from autograd import Value, compile, math
from autograd.derivatives import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd.derivatives.arguments import choice
from tests.derivative_laws import numbers_of, with_numbers

Point = collections.namedtuple("Point", "x y")
inf = float("inf")


def same(found, wanted):
    """The same numbers in the same structure, of the same types."""
    assert type(found) is type(wanted), (found, wanted)
    if isinstance(wanted, dict):
        assert [*found] == [*wanted]
        return all(same(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, (list, tuple)):
        assert len(found) == len(wanted)
        return all(map(same, found, wanted))
    if isinstance(wanted, np.ndarray):
        assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
        return all(map(same, found.ravel().tolist(), wanted.ravel().tolist()))
    return found == wanted


def squares(thing):
    """The sum of the squares of all numbers in a structure: its gradient is 2 x."""
    if isinstance(thing, (list, tuple)):
        return math.sum([squares(part) for part in thing])
    if isinstance(thing, dict):
        return math.sum([squares(part) for part in thing.values()])
    if isinstance(thing, np.ndarray):
        return math.sum([squares(part) for part in thing.ravel().tolist()])
    return (
        0.0 if thing is None or isinstance(thing, (str, bytes, bool)) else thing * thing
    )


def ragged():
    """An object array whose elements are lists."""
    found = np.empty(2, dtype=object)
    found[0], found[1] = [1.0, 2.0], [3.0]
    return found


def of_pairs():
    found = np.empty(2, dtype=object)
    found[0], found[1] = (1.0, 2.0), (3.0, 4.0)
    return found


STRUCTURES = {
    "number": 3.0,
    "list": [1.0, 2.0, 3.0],
    "tuple": (1.0, 2.0),
    "dict": {"b": 1.0, "a": 2.0},
    "keys of several types": {1: 1.0, (2, "x"): 2.0, False: 3.0, None: 4.0},
    "named tuple": Point(1.0, [2.0, 3.0]),
    "nested": {"w": [[1.0, 2.0], [3.0]], "b": (4.0, {"c": Point(5.0, 6.0)})},
    "empty list": [],
    "empties": {"a": [], "b": (), "c": {}, "d": np.zeros((0, 3)), "e": 2.0},
    "array": np.array([1.0, 2.0, 3.0]),
    "matrix": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
    "array of three dimensions": np.arange(24.0).reshape(2, 3, 4),
    "array of no dimension": np.array(2.0),
    "empty array": np.zeros((2, 0)),
    "array in a dict": {"w": np.array([1.0, 2.0]), "b": [np.array([[3.0]])]},
    "array of lists": ragged(),
    "array of tuples": of_pairs(),
    "static parts": {"w": 1.0, "name": "x", "mode": None, "flag": True, "raw": b"y"},
    "static list": [1.0, "x", None, False, (2.0, "y")],
    "arrays of names and masks": {
        "x": np.array([2.0, 3.0]),
        "names": np.array(["a", "b"]),
        "mask": np.array([True, False]),
    },
}


def doubled(thing):
    """The same structure of numbers twice as large."""
    return with_numbers(thing, [2.0 * x for x in numbers_of(thing)])


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_gradient_has_the_structure_of_the_argument(name):
    given = STRUCTURES[name]
    seen = []

    def f(thing):
        seen.append(thing)
        return squares(thing)

    assert same(grad(f)(given), doubled(given))
    # the function sees the very structure, with Values in place of the numbers
    assert same(with_numbers(seen[0], numbers_of(given)), given)
    value, gradient = value_and_grad(f)(given)
    assert value == squares(given) and same(gradient, doubled(given))
    assert same(vjp(f, given)[1](1.0), (doubled(given),))
    along = numbers_of(doubled(given))
    assert jvp(f, (given,), (given,))[1] == sum(
        [g * x for g, x in zip(along, numbers_of(given))]
    )
    assert same(hvp(f)(given, given), doubled(given))


@pytest.mark.parametrize("name", STRUCTURES)
def test_results_keep_their_structure(name):
    given = STRUCTURES[name]
    count = len(numbers_of(given))

    def f(x):
        return with_numbers(given, [x * k for k in range(count)])

    value, moved = jvp(f, (3.0,), (1.0,))
    assert same(value, with_numbers(given, [3.0 * k for k in range(count)]))
    assert same(moved, with_numbers(given, [1.0 * k for k in range(count)]))
    (pulled,) = vjp(f, 3.0)[1](given)
    assert pulled == sum([k * x for k, x in enumerate(numbers_of(given))])
    if not any(isinstance(x, np.ndarray) for x in parts_of(given)):
        assert same(jacobian(f)(3.0), moved)


def parts_of(thing):
    yield thing
    if isinstance(thing, dict):
        thing = [*thing.values()]
    if isinstance(thing, (list, tuple)):
        for part in thing:
            yield from parts_of(part)


# --- arrays by arrays


@pytest.mark.parametrize("out", [(), (3,), (2, 3), (0,), (2, 0)])
@pytest.mark.parametrize("given", [(), (2,), (2, 2), (1, 3, 2), (0,)])
def test_the_jacobian_of_an_array_by_an_array_has_both_shapes(out, given):
    count = int(np.prod(out))
    x = np.arange(1.0, 1.0 + np.prod(given)).reshape(given)

    def f(x):
        total = math.sum([a * a for a in np.ravel(x)])
        return np.array([total * k for k in range(count)], dtype=object).reshape(out)

    found = jacobian(f)(x)
    wanted = np.multiply.outer(np.arange(float(count)).reshape(out), 2 * x)
    assert found.shape == out + given and found.dtype == float
    assert np.array_equal(found, wanted)
    assert np.array_equal(jacobian(jacobian(f))(x).shape, out + given + given)
    values = jacobian(f)(np.array([Value(a) for a in x.ravel()]).reshape(given))
    assert values.shape == out + given
    if values.size:
        assert values.dtype == object and type(values.ravel()[0]) is Value


def test_numpy_s_operations_on_arrays_of_values():
    A = np.array([[1.0, 2.0], [3.0, 4.0]])

    def f(x):
        return np.tanh(A @ x) * np.exp(x[::-1])

    x = np.array([0.3, -0.2])
    t, e = np.tanh(A @ x), np.exp(x[::-1])
    wanted = (1 - t * t)[:, None] * A * e[:, None] + np.diag(t * e)[:, ::-1]
    assert jacobian(f)(x) == pytest.approx(wanted, rel=1e-14)
    quadratic = hessian(lambda x: x @ A @ x)(x)
    assert np.array_equal(quadratic, A + A.T)


def test_hessians_of_arrays_have_the_shape_twice():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = hessian(lambda x: (x**3).sum())(x)
    assert found.shape == (2, 2, 2, 2)
    for i, j in np.ndindex(2, 2):
        assert found[i, j, i, j] == 6 * x[i, j]
    assert found.sum() == 6 * x.sum()
    assert hessian(lambda x: x.sum())(np.zeros((0, 2))).shape == (0, 2, 0, 2)


def test_arrays_by_what_is_no_array():
    """Each place holds the structure of the arguments; lists do not become axes."""

    def f(p):
        return np.array([p["a"] * p["b"], p["b"] ** 2])

    found = jacobian(f)({"a": 2.0, "b": 3.0})
    assert found.tolist() == [{"a": 3.0, "b": 2.0}, {"a": 0.0, "b": 6.0}]

    def g(a, b):
        return a * b[0]

    found = jacobian(g, (0, 1))(np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0]))
    assert found.shape == (3,)
    by_a, by_b = found[1]
    assert by_a.tolist() == [0.0, 4.0, 0.0] and by_b.tolist() == [2.0, 0.0]
    found = jacobian(lambda x: np.array([x[0], x[1] * x[0]]))([3.0, 4.0])
    assert found.shape == (2,) and found.tolist() == [[1.0, 0.0], [4.0, 3.0]]
    found = jacobian(lambda x: [x[0], (x * x).sum()])(np.array([3.0, 4.0]))
    assert same(found, [np.array([1.0, 0.0]), np.array([6.0, 8.0])])


def test_numbers_of_every_kind():
    for number in (
        3,
        np.float64(3.0),
        np.float32(3.0),
        np.int64(3),
        Fraction(3),
        Decimal(3),
    ):
        assert same(grad(lambda x: x * x)(number), 6.0)
        assert same(jvp(lambda x: x * x, (3.0,), (number,)), (9.0, 18.0))
        assert same(vjp(lambda x: x * x, 3.0)[1](number), (18.0,))
        assert same(hvp(lambda x: x**3)(1.0, number), 18.0)
        assert same(value_and_grad(lambda x: number)(1.0), (3.0, 0.0))
    assert grad(squares)(array("d", [1.0, 2.0])) == [2.0, 4.0]
    assert same(grad(squares)(np.arange(3)), np.array([0.0, 2.0, 4.0]))
    assert same(grad(squares)(np.ones(2, dtype="float32")), np.array([2.0, 2.0]))
    # a direction of float32 does not make a product of float32
    third = np.float32(1) / np.float32(3)
    assert jvp(math.sin, (1.0,), (third,))[1] == stdlib.cos(1.0) * float(third)
    with pytest.raises(OverflowError, match="too large for a float"):
        jvp(math.sin, (1.0,), (10**400,))


# --- which arguments


def f(a, b, c=2.0, *more, k=3.0, **rest):
    """Slopes: b, a, then 10, 100, and 1 by what comes after."""
    extra = math.sum([*more, *rest.values()])
    return a * b + 10 * c + 100 * k + extra


@pytest.mark.parametrize(
    ("argnums", "argnames", "wanted"),
    [
        (None, None, 7.0),
        (0, None, 7.0),
        (1, None, 5.0),
        (-1, None, 1.0),
        (-5, None, 7.0),
        ((0,), None, (7.0,)),
        ((1, 0), None, (5.0, 7.0)),
        ([2, -1], None, (10.0, 1.0)),
        (None, "k", 100.0),
        (None, "b", 5.0),
        (None, ("k",), {"k": 100.0}),
        (None, ("other", "a", "k"), {"other": 1.0, "a": 7.0, "k": 100.0}),
        (None, ["c"], {"c": 10.0}),
        (0, "k", (7.0, 100.0)),
        (1, ("k", "a"), (5.0, {"k": 100.0, "a": 7.0})),
        ((-1, 1), "other", ((1.0, 5.0), 1.0)),
        ((0, 3), ("b", "other"), ((7.0, 1.0), {"b": 5.0, "other": 1.0})),
    ],
)
def test_arguments_are_chosen_by_position_and_by_name(argnums, argnames, wanted):
    args, kwargs = (5.0, 7.0, 2.0, 1.5, 2.5), {"k": 4.0, "other": 0.5}
    value = f(*args, **kwargs)
    chosen = {"argnums": argnums, "argnames": argnames}
    assert same(grad(f, **chosen)(*args, **kwargs), wanted)
    assert same(value_and_grad(f, **chosen)(*args, **kwargs), (value, wanted))
    assert same(jacobian(f, **chosen)(*args, **kwargs), wanted)
    flat = hessian(f, **chosen)(*args, **kwargs)
    assert len(numbers_of(flat)) == len(numbers_of(wanted)) ** 2
    vector = with_numbers(wanted, [0.0 for _ in numbers_of(wanted)])
    assert same(hvp(f, **chosen)(*args, vector, **kwargs), vector)


def test_a_name_finds_its_argument_wherever_it_was_passed():
    def g(a, /, b, *, c):
        return a + 2 * b + 3 * c

    assert grad(g, argnames="b")(1.0, 2.0, c=3.0) == 2.0
    assert grad(g, argnames="b")(1.0, b=2.0, c=3.0) == 2.0
    assert grad(g, argnames=("a", "c"))(1.0, b=2.0, c=3.0) == {"a": 1.0, "c": 3.0}
    assert grad(pow, argnames="exp")(2.0, 3.0) == 8.0 * stdlib.log(2.0)

    class Model:
        def loss(self, x, y):
            return x * y

    assert grad(Model().loss, argnames="y")(3.0, 4.0) == 3.0
    assert grad(Model.loss, argnums=2)(None, 3.0, 4.0) == 3.0
    assert grad(functools.partial(f, 1.0), argnames="b")(7.0) == 1.0
    assert grad(grad(f, argnames="a"), argnames="b")(5.0, 7.0) == 1.0
    assert grad(hvp(g, argnames="b"), argnames="c")(1.0, 2.0, 0.0, c=3.0) == 0.0


def test_a_keyword_only_argument_is_not_found_among_positions():
    """*xs takes what stands there."""

    def g(*xs, k=1.0):
        return xs[0] * k + xs[1]

    assert grad(g, argnames="k")(2.0, 3.0, k=1.0) == 2.0
    for name in ("k", "xs"):
        with pytest.raises(TypeError, match=f"argument '{name}', but the function was"):
            grad(g, argnames=name)(2.0, 3.0)


def test_other_arguments_are_left_alone():
    def g(mode, x, table, *, scale, act):
        assert (mode, table, scale) == ("fast", {1, 2}, 2) and type(scale) is int
        return act(x) * scale

    given = "fast", 0.5, {1, 2}
    wanted = 2 * stdlib.cos(0.5)
    assert grad(g, argnums=1)(*given, scale=2, act=math.sin) == wanted
    assert grad(g, argnames="x")(
        "fast", x=0.5, table={1, 2}, scale=2, act=math.sin
    ) == (wanted)


# --- what is wrong is said

NUMBERS = "differentiates by numbers, and lists, tuples and dicts of them, not by "
OPERATORS = [grad, value_and_grad, hvp, jacobian, hessian]
every_operator = pytest.mark.parametrize(
    "operator", OPERATORS, ids=lambda o: o.__name__
)


def call(operator, f, *args, **chosen):
    """The derivative at these arguments; hvp gets a vector as well."""
    more = (1.0,) if operator is hvp else ()
    return operator(f, **chosen)(*args, *more)


@every_operator
def test_what_is_no_function(operator):
    for wrong in (3.0, None, "f", [math.sin]):
        with pytest.raises(
            TypeError,
            match=rf"{operator.__name__}\(f\): f must be a function of numbers, not ",
        ):
            operator(wrong)


def test_what_is_no_function_of_vjp_and_jvp():
    with pytest.raises(TypeError, match=r"vjp\(f\): f must be a function"):
        vjp(3.0, 1.0)
    with pytest.raises(TypeError, match=r"jvp\(f\): f must be a function"):
        jvp(3.0, (1.0,), (1.0,))
    for operator in (vjp, lambda f: jvp(f, (), ())):
        with pytest.raises(TypeError, match="was called with 0 of them"):
            operator(lambda: 1.0)


@every_operator
@pytest.mark.parametrize(
    ("chosen", "error", "words"),
    [
        ({"argnums": "x"}, TypeError, r"\(argnums\): must be int, or a tuple of them"),
        ({"argnums": 1.0}, TypeError, r"not 1\.0"),
        ({"argnums": True}, TypeError, "not True"),
        ({"argnums": ()}, TypeError, r"not \(\)"),
        ({"argnums": (0, "x")}, TypeError, r"not \(0, 'x'\)"),
        ({"argnums": (0, 0)}, ValueError, r"\(0, 0\) has one of them twice"),
        ({"argnames": 0}, TypeError, r"\(argnames\): must be str, or a tuple of them"),
        ({"argnames": []}, TypeError, r"not \[\]"),
        ({"argnames": ("x", "x")}, ValueError, r"\('x', 'x'\) has one of them twice"),
    ],
)
def test_choices_that_are_none(operator, chosen, error, words):
    with pytest.raises(error, match=operator.__name__ + ".*" + words):
        operator(lambda x: x, **chosen)


@every_operator
def test_arguments_that_are_not_there(operator):
    def g(x, y=2.0):
        return x * y

    for chosen in (2, -3, (0, 2)):
        with pytest.raises(TypeError, match=r"g\)|vector is missing, or an argument"):
            call(operator, g, 1.0, argnums=chosen)
    with pytest.raises(TypeError, match=r"\(g\): differentiates by argument 'z', but"):
        call(operator, g, 1.0, argnames="z")
    with pytest.raises(
        TypeError, match=r"argument 'y', but the function was called wi"
    ):
        if operator is hvp:
            hvp(g, argnames="y")(1.0)
        else:
            operator(g, argnames="y")(1.0)


def test_an_argument_is_chosen_once():
    """Twice under two names: one gradient of the two would have been 0."""

    def g(x, y=2.0):
        return x * y

    for chosen in (
        {"argnums": (0, -2)},
        {"argnums": 0, "argnames": "x"},
        {"argnums": (1, 0), "argnames": ("y",)},
    ):
        with pytest.raises(
            ValueError, match=r"choose an argument twice in a call with"
        ):
            grad(g, **chosen)(1.0, 2.0)
    assert grad(g, argnums=0, argnames="y")(3.0, y=2.0) == (2.0, 3.0)


@every_operator
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({1.0, 2.0}, r"set \{1\.0, 2\.0\}"),
        ("text", "'text'"),
        (None, "None"),
        (True, "True"),
        (1j, "complex 1j"),
        ([1.0, {2.0}], r"set \{2\.0\}"),
        ([1.0, stdlib.sin], "builtin_function_or_method <built-in function sin"),
        (object(), "object <object"),
    ],
)
def test_arguments_that_are_no_numbers(operator, given, shown):
    with pytest.raises(
        TypeError, match=rf"{operator.__name__}\(<lambda>\): {NUMBERS}{shown}.*argnums"
    ):
        call(operator, lambda x: 1.0, given)


@pytest.mark.parametrize(
    "operator", [grad, value_and_grad, hvp, hessian], ids=lambda o: o.__name__
)
@pytest.mark.parametrize(
    ("returned", "shown"),
    [
        (lambda x: [x], r"list \[2\.0\]"),
        (lambda x: (x, x), r"tuple \(2\.0, 2\.0\)"),
        (lambda x: {"a": x}, r"dict \{'a': 2\.0\}"),
        (lambda x: None, "NoneType None"),
        (lambda x: "x", "str 'x'"),
        (lambda x: x > 0, "bool True"),
        (lambda x: np.array([x]), r"ndarray array\(\[2\.\]\)"),
        (lambda x: [], r"list \[\]"),
    ],
)
def test_results_that_are_not_one_number(operator, returned, shown):
    with pytest.raises(
        TypeError,
        match=rf"{operator.__name__}\(<lambda>\): <lambda> returned {shown}, and there "
        "is no gradient but that of one number: (use jacobian|differentiate one)",
    ):
        call(operator, returned, 2.0)


@pytest.mark.parametrize(
    ("returned", "shown"),
    [
        (lambda x: {x}, "set"),
        (lambda x: x.__abs__, "builtin_function_or_method|method"),
        (lambda x: (y for y in [x]), "generator"),
        (lambda x: [x, object()], "object"),
        (lambda x: 1j, "complex"),
    ],
)
def test_results_that_are_no_numbers(returned, shown):
    for run in (
        lambda: jacobian(returned)(2.0),
        lambda: grad(returned)(2.0),
        lambda: vjp(returned, 2.0),
        lambda: jvp(returned, (2.0,), (1.0,)),
    ):
        with pytest.raises(
            TypeError, match=rf"<lambda> returned ({shown}).*it may return numbers"
        ):
            run()


def test_a_value_as_a_key():
    with pytest.raises(TypeError, match=r"a dict has Value.* as a key"):
        jacobian(lambda x: {x: 1.0})(2.0)


@pytest.mark.parametrize(
    ("tangents", "error", "words"),
    [
        ((1.0,), ValueError, r"must have the structure of the primals.*\(1\.0,\) has"),
        (([1.0, 2.0], 1.0, 1.0), ValueError, "has another"),
        (([1.0], 1.0), ValueError, "has another"),
        (((1.0, 2.0), 1.0), ValueError, "has another"),
        (([1.0, None], 1.0), ValueError, "has another"),
        ((np.ones(2), 1.0), ValueError, "has another"),
        (([1.0, 2.0], "x"), ValueError, "has another"),
        (
            ([1.0, 2.0], {1.0}),
            TypeError,
            r"structure of the primals.* not set \{1\.0\}",
        ),
        (1.0, TypeError, r"tangents must be a tuple .* not 1\.0: for one argument wri"),
    ],
)
def test_tangents_of_another_structure(tangents, error, words):
    with pytest.raises(
        error, match=rf"jvp\((f, primals, tangents|<lambda>)\): .*{words}"
    ):
        jvp(lambda x, y: x[0] * y, ([1.0, 2.0], 3.0), tangents)


def test_primals_that_are_no_tuple():
    for primals in (1.0, Value(1.0), "x", {1.0}):
        with pytest.raises(TypeError, match=r"primals must be a tuple .* write \(x,\)"):
            jvp(lambda x: x, primals, (1.0,))
    assert jvp(lambda x: x, [1.0], [2.0]) == (1.0, 2.0)


@pytest.mark.parametrize(
    ("cotangents", "error", "words"),
    [
        (1.0, ValueError, "float 1.0 has another"),
        ([1.0], ValueError, r"list \[1.0\] has another"),
        ([1.0, [2.0]], ValueError, "has another"),
        ({"a": 1.0}, ValueError, "has another"),
        (None, ValueError, "NoneType None has another"),
        ("x", ValueError, "str 'x' has another"),
        ({1.0}, TypeError, "and not set {1.0}"),
        ([1.0, 1j], TypeError, "and not complex 1j"),
    ],
)
def test_cotangents_of_another_structure(cotangents, error, words):
    _, pullback = vjp(lambda x: [x, x * x], 2.0)
    with pytest.raises(
        error,
        match=r"the pullback of vjp\(<lambda>\): the cotangents: must have the struct"
        rf"ure of what <lambda> returned, a number for each number.*{words}",
    ):
        pullback(cotangents)
    assert pullback([1.0, 1.0]) == (5.0,)  # nothing was left behind


def test_vectors_of_another_structure_and_none():
    product = hvp(lambda x: x[0] * x[1])
    for vector in ([1.0], (1.0, 2.0), 1.0, None, [1.0, None]):
        with pytest.raises(
            ValueError,
            match=r"hvp\(<lambda>\)\(\*args, vector\): the vector: must have the struct"
            "ure of the gradient, a number for each number: .* has another",
        ):
            product([1.0, 2.0], vector)
    with pytest.raises(TypeError, match=r"the vector: .* and not set"):
        product([1.0, 2.0], {1.0})
    for args in ((), ([1.0, 2.0],)):
        with pytest.raises(
            TypeError, match=r"hvp\(<lambda>\)\(\*args, vector\): the vec"
        ):
            product(*args)
    both = hvp(lambda x, y: x * y, argnums=(0, 1))
    for args in ((), (1.0,), (1.0, 2.0)):
        with pytest.raises(TypeError, match="the vector is missing, or an argument"):
            both(*args)
    assert both(1.0, 2.0, (1.0, 0.0)) == (0.0, 1.0)
    assert hvp(lambda *, x: x**3, argnames="x")(1.0, x=2.0) == 12.0


@every_operator
def test_a_compiled_function_says_where_its_own_derivatives_are(operator):
    step = compile(lambda x: x * x)
    with pytest.raises(
        TypeError, match=r"argument of a compiled function, .* itself \(\.function\)"
    ):
        call(operator, step, 3.0)
    assert grad(step.function)(3.0) == step.grad(3.0) == 6.0


@every_operator
def test_functions_that_drop_the_gradient_say_so(operator):
    for lossy in (stdlib.sin, float, int):
        with pytest.raises(TypeError, match="would silently drop its gradient: use"):
            call(operator, lossy, 2.0)


def test_a_choice_shows_what_it_is_for():
    assert repr(jacobian(f)) == "<jacobian(f)>"
    assert choice("grad", functools.partial(f), 0, None).call == "grad(partial)"

    class Model:
        def __call__(self, x):
            return x

    assert repr(hessian(Model())) == "<hessian(Model)>"
