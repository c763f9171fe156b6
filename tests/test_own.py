"""`@primitive`: a user's own function as one node."""

import math as stdlib

import mpmath
import pytest

from autograd import (
    Value,
    compile,
    draw,
    explain,
    floats,
    grad,
    graph,
    jvp,
    math,
    no_grad,
    primitive,
)
from autograd.duals import Dual, Duals
from autograd.primitives import TABLE
from autograd.series import Series
from autograd.symbols import Formulas


def cube_rule(out, x):
    return 3 * x * x


@primitive(partials=cube_rule, symbol="x³", latex="{0}^3")
def cube(x):
    """x times x times x."""
    return x * x * x


@primitive(partials=lambda out, x, scale: (scale * math.cos(x), math.sin(x)))
def wave(x, scale=2.0):
    return scale * stdlib.sin(x)  # the standard library's: it gets floats


@primitive(partials=lambda out, *xs: [2 * x for x in xs])
def energy(*xs):
    return sum(x * x for x in xs)


def test_one_node_with_the_given_slope():
    x = Value(2.0)
    y = cube(x)
    assert (y.op, y.data, y.parents, y.partials) == ("cube", 8.0, (x,), (12.0,))
    y.backward()
    assert x.grad == 12.0
    assert (cube.__name__, cube.__doc__) == ("cube", "x times x times x.")


def test_plain_numbers_give_a_plain_float_and_no_grad_a_constant():
    assert cube(2) == 8.0 and type(cube(2)) is float
    with no_grad():
        assert cube(Value(2.0)).is_constant


def test_defaults_and_any_number_of_operands():
    x, scale = Value(0.5), Value(3.0)
    wave(x).backward()
    assert x.grad == 2 * stdlib.cos(0.5)
    wave(x, scale).backward()
    assert scale.grad == stdlib.sin(0.5)
    xs = [Value(1.0), Value(-2.0), Value(0.5)]
    energy(*xs, 3).backward()
    assert [x.grad for x in xs] == [2.0, -4.0, 1.0]
    with pytest.raises(TypeError, match=r"wave\(x, scale\) got 3 operands"):
        wave(x, 1, 2)


def test_a_straight_through_estimator():
    @primitive(partials=lambda out, x: 1)
    def rounded(x):
        return round(x)

    x = Value(2.6)
    y = rounded(x) ** 2
    y.backward()
    assert (y.data, x.grad) == (9.0, 6.0)


def test_division_follows_ieee_754_there_too():
    @primitive(partials=lambda out, x: -out * out)
    def inverse(x):
        return 1 / x

    assert inverse(0.0) == stdlib.inf


def test_it_is_drawn_and_kept_as_json():
    x = Value(2.0, label="x")
    y = cube(x)
    assert "x³" in draw(y).dot
    assert graph.from_json(graph.to_json(y))[0].op == "cube"
    with pytest.raises(ValueError, match=r"@autograd\.primitive first"):
        graph.from_json(graph.to_json(y).replace("cube", "cubed"))


def test_a_cell_that_runs_again_replaces_it():
    def define(factor):
        @primitive(partials=lambda out, x: factor)
        def scaled(x):
            return factor * x

        return scaled

    first, second = define(2.0), define(3.0)
    assert (first(1.0), second(1.0)) == (2.0, 3.0)


def test_what_is_wrong_is_named():
    with pytest.raises(ValueError, match="'tanh' is in the table"):

        @primitive(partials=lambda out, x: 1.0)
        def tanh(x):
            return x

    assert Value(0.5).tanh().data == stdlib.tanh(0.5)
    with pytest.raises(TypeError, match=r"must be a function \(out, \*operands\)"):
        primitive(partials=3)
    with pytest.raises(TypeError, match="by position"):

        @primitive(partials=lambda out, x: 1.0)
        def keyword(x, *, k):
            return x

    with pytest.raises(TypeError, match="takes no operand"):

        @primitive(partials=lambda out: 1.0)
        def nothing():
            return 1.0

    @primitive(partials=lambda out, x, y: 1.0)
    def short(x, y):
        return x + y

    with pytest.raises(ValueError, match="partials of short must be 2"):
        short(Value(1.0), 2)

    @primitive(partials=lambda out, x: None)
    def blank(x):
        return x

    with pytest.raises(TypeError, match="a partial of blank must be a real number"):
        blank(Value(1.0))


def test_a_value_closed_over_would_lose_its_gradient_and_is_refused():
    weight = Value(2.0)

    @primitive(partials=lambda out, x: 2.0)
    def scaled_by_weight(x):
        return x * weight

    with pytest.raises(TypeError, match="the result of scaled_by_weight"):
        scaled_by_weight(Value(1.0))


# --- rules over numbers of any type -------------------------------------------------


@primitive(partials=lambda out, x, y: (y * math.cos(x * y), x * math.cos(x * y)))
def sine_of_product(x, y):
    return stdlib.sin(x * y)


@primitive(partials=lambda out, x: 2 * x * sine_of_product(x, x) + out * 0)
def of_another(x):
    """Its slope speaks of a primitive of one's own: 2x sin(x²)."""
    return -stdlib.cos(x * x)


@primitive(
    partials=lambda out, x: math.where(x > 0, lambda: math.exp(-1 / x) / x**2, 0.0)
)
def flat_below(x):
    return stdlib.exp(-1 / x) if x > 0 else 0.0


def test_second_derivatives_through_functions_of_autograd_math():
    step = compile(lambda x, y: sine_of_product(x, y) * y)
    x, y = 0.4, 1.3
    with mpmath.workdps(40):
        f = lambda x, y: mpmath.sin(x * y) * y  # noqa: E731
        true = [
            [float(mpmath.diff(f, (x, y), orders)) for orders in row]
            for row in (((2, 0), (1, 1)), ((1, 1), (0, 2)))
        ]
    for row, wanted in zip(step.hessian(x, y), true):
        assert row == pytest.approx(wanted, rel=1e-14)
    both = grad(lambda x, y: grad(lambda x: sine_of_product(x, y) * y)(x), (0, 1))
    assert both(x, y) == pytest.approx(true[0], rel=1e-14)
    assert step.hvp(x, y, (1.0, 0.0)) == pytest.approx(true[0], rel=1e-14)


def test_rules_that_speak_of_other_primitives_of_one_s_own():
    third = grad(grad(grad(of_another)))(0.7)
    with mpmath.workdps(40):
        true = float(mpmath.diff(lambda x: -mpmath.cos(x * x), 0.7, 3))
    assert third == pytest.approx(true, rel=1e-13)
    second = grad(grad(of_another))(0.7)
    assert compile(of_another).hessian(0.7) == pytest.approx(second, rel=1e-14)


def test_rules_that_decide():
    hessian = compile(flat_below).hessian
    for x in (0.5, -1.0):
        with mpmath.workdps(40):
            true = (
                float(mpmath.diff(lambda x: mpmath.exp(-1 / x), x, 2)) if x > 0 else 0
            )
        assert grad(grad(flat_below))(x) == pytest.approx(true, rel=1e-13)
        assert hessian(x) == pytest.approx(true, rel=1e-13)


def test_rules_that_work_with_floats_alone_are_named():
    @primitive(partials=lambda out, x: stdlib.cos(x))
    def standard_sine(x):
        return stdlib.sin(x)

    assert grad(standard_sine)(0.0) == 1.0
    for second in (grad(grad(standard_sine)), compile(standard_sine).hessian):
        with pytest.raises(TypeError, match="write them with operators and the func"):
            second(0.0)


ROWS_OF_FLOATS = [row for row in TABLE if row.name not in ("polygamma", "take", "dot")]


@pytest.mark.parametrize("row", ROWS_OF_FLOATS, ids=repr)
def test_every_function_takes_numbers_of_other_interpretations(row):
    point = row.samples[0]
    value, partials = row.at(*point)
    function = getattr(math, row.identifier)
    takes_a_list = row.arity is None and row.identifier != "hypot"
    duals, formulas, series = Duals(floats), Formulas(), Series(floats)
    for i, partial in enumerate(partials):
        xs = [duals.dual(x, 1.0 if k == i else None) for k, x in enumerate(point)]
        out = function(xs) if takes_a_list else function(*xs)
        assert duals.parts(out) == (value, partial)
        xs[i] = series.polynomial(point[i], 1.0)
        xs = [x.primal if isinstance(x, Dual) else x for x in xs]
        out = function(xs) if takes_a_list else function(*xs)
        assert series.coefficients(out, 1) == [value, partial]
    if row.identifier not in ("fsum", "logsumexp"):  # which look at the numbers
        xs = [formulas.name(f"x{k}") for k in range(len(point))]
        out = function(xs) if takes_a_list else function(*xs)
        assert out.interpretation is formulas


def test_functions_that_are_no_rows_take_them_too():
    duals = Duals(floats)
    x, y = duals.dual(0.75, 1.0), duals.dual(-1.5, None)
    found = {
        "dot": math.dot([x, y], [x, 2.0]),
        "dist": math.dist([x], [y]),
        "degrees": math.degrees(x),
        "radians": math.radians(x),
        "log": math.log(x, 2.0),
        "prod": math.prod([x, y], start=x),
        "start": math.prod([y], start=duals.dual(1.0, 1.0)),
        "take": math.take([y, x], duals.lift(1.0)),
        "polygamma": math.polygamma(duals.lift(1.0), x),
        "nextafter": math.nextafter(x, 1.0),
        "ldexp": math.ldexp(x, 3),
        "softmax": math.softmax([x, y])[0],
        "where": math.where(x > 0, lambda: x * x, y),
        "pow": math.pow(2.0, x),
        "max": math.max(x),
    }
    plain = {
        "dot": lambda x: x * x - 3.0,
        "dist": lambda x: x + 1.5,
        "degrees": lambda x: math.degrees(x),
        "radians": lambda x: math.radians(x),
        "log": lambda x: math.log(x, 2.0),
        "prod": lambda x: math.prod([x, -1.5], start=x),
        "start": lambda x: (x + 0.25) * -1.5,
        "take": lambda x: x * 1.0,
        "polygamma": lambda x: math.polygamma(1, x),
        "nextafter": lambda x: math.nextafter(x, 1.0),
        "ldexp": lambda x: 8 * x,
        "softmax": lambda x: math.softmax([x, -1.5])[0],
        "where": lambda x: x * x,
        "pow": lambda x: math.pow(2.0, x),
        "max": lambda x: x * 1.0,
    }
    for name, f in plain.items():
        value, slope = jvp(f, (0.75,), (1.0,))
        assert found[name].primal == pytest.approx(value, rel=1e-15), name
        assert found[name].tangent == pytest.approx(slope, rel=1e-15), name
    fraction, whole = math.modf(duals.dual(-2.25, 1.0))
    assert duals.parts(fraction) == (-0.25, 1.0) and duals.parts(whole) == (-2.0, 0.0)
    mantissa, exponent = math.frexp(duals.dual(6.0, 1.0))
    assert duals.parts(mantissa) == (0.75, 0.125) and exponent == 3
    assert math.isfinite(x) and not math.isinf(x) and not math.isnan(x)
    assert math.isclose(x, 0.75) and math.ulp(x) == math.ulp(0.75)
    assert math.stop_gradient(x).is_constant
    outer = Duals(duals)
    assert math.stop_gradient(outer.dual(x, 1.0)).primal.is_constant


def test_the_outermost_interpretation_is_asked():
    inner = Duals(floats)
    outer = Duals(inner)
    x, y = inner.dual(0.5, 1.0), outer.dual(2.0, 1.0)
    for product in (math.fma(x, y, 1.0), math.fma(y, x, 1.0)):
        assert product.interpretation is outer
        assert inner.parts(outer.parts(product)[1]) == (0.5, 1.0)
    with pytest.raises(TypeError, match="nest the interpretations"):
        math.hypot(x, Duals(floats).dual(1.0, 1.0))


def test_formulas_of_such_rules_are_explained():
    x = Value(0.5, label="x")
    told = str(explain(sine_of_product(x, 2.0)))
    assert "cos(" in told
    formulas = Formulas()
    x = formulas.name("x")
    assert repr(math.where(x > 0, lambda: math.stop_gradient(x), 1.0)) == repr(
        formulas.where(x > 0, x, 1.0)
    )
