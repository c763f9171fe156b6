"""Power series: the table's own values and slopes, then all orders against mpmath."""

import gc
import itertools
import math as stdlib
import sys

import mpmath
import pytest

import autograd
from autograd import Value, floats
from autograd._native.kernels import C
from autograd.duals import Duals, at
from autograd.primitives import ROWS, TABLE, Primitive, inf, nan
from autograd.series import PowerSeries, Series
from autograd.symbols import Formulas
from tests import oracle
from tests.test_duals import (
    LOST_IN_ROUNDING,
    NO_SLOPE,
    OVERFLOWS,
    POINTS,
    SAMPLES,
    SPECIAL,
    named,
)

DIRECTION = (0.75, -1.25, 0.625, 1.0)
ORDER = 9


def same(got, expected):
    """The same bits, and any nan for a nan."""
    if got != got or expected != expected:
        return got != got and expected != expected
    return got == expected and stdlib.copysign(1, got) == stdlib.copysign(1, expected)


def varying(row, point):
    return [i for i in range(len(point)) if (row.name, i) not in NO_SLOPE]


def along(series, row, point, direction):
    """The point's operands on a line through it."""
    moving = varying(row, point)
    return [
        series.polynomial(x, d) if i in moving and d else series.constant(x)
        for i, (x, d) in enumerate(zip(point, direction))
    ]


def coefficients(row, point, direction, order):
    series = Series(floats)
    operands = along(series, row, point, direction)
    return series.coefficients(series.apply(row, *operands), order)


def true_coefficients(row, point, direction, order):
    """By differences along the line, in steps that suit tiny and huge operands."""
    extreme = [abs(x) for x in point if x and not 1e-100 < abs(x) < 1e4]
    scale = mpmath.mpf(min(extreme, default=1.0))
    if row.name in ("asin", "atanh", "acosh"):  # the domain's edge may be close
        scale = min([scale, abs(abs(mpmath.mpf(point[0])) - 1)])

    def on_the_line(t):
        moved = [
            mpmath.mpf(x) + (d * scale * t if i in varying(row, point) else 0)
            for i, (x, d) in enumerate(zip(point, direction))
        ]
        return oracle.REFERENCES[row.name](*moved)

    found = mpmath.taylor(on_the_line, 0, order, chop=False)
    least = max(map(abs, found)) * mpmath.mpf(10) ** -30  # what differences leave of 0
    return [c / scale**k if abs(c) > least else 0 for k, c in enumerate(found)]


def close(got, true, scale=0.0):
    """Within 1e-10 relative, infinite and zero where floats end."""
    nearest = float(true)
    if nearest == 0 or stdlib.isinf(nearest):
        return got == nearest
    return abs(got - true) <= 1e-10 * max(abs(true), scale)


# --- against the table, duals and mpmath --------------------------------------------


@pytest.mark.parametrize(("row", "point"), POINTS, ids=named(POINTS))
def test_value_and_slope_are_the_table_s_bit_for_bit(row, point):
    value, partials = row.at(*point)
    for i in varying(row, point):
        unit = [float(k == i) for k in range(len(point))]
        found = coefficients(row, point, unit, 1)
        assert same(found[0], value) and same(found[1], partials[i])


@pytest.mark.parametrize("row", [row for row in TABLE if row.arity], ids=repr)
def test_they_are_so_at_every_special_operand(row):
    few = SPECIAL if row.arity < 3 else SPECIAL[::2]
    points = itertools.product(few, repeat=row.arity)
    if row.name == "polygamma":
        points = [(n, x) for n in (0.0, 1.0, 3.0) for x in SPECIAL]
    for point in points:
        value, partials = row.at(*point)
        for i in varying(row, point):
            unit = [float(k == i) for k in range(len(point))]
            found = coefficients(row, point, unit, 3)
            assert same(found[0], value) and same(found[1], partials[i]), point
            assert all([type(c) is float for c in found])


@pytest.mark.parametrize(("row", "point"), SAMPLES, ids=named(SAMPLES))
def test_all_coefficients_along_a_line_are_mpmath_s(row, point):
    found = coefficients(row, point, DIRECTION, ORDER)
    scale = 1.0 if (row.name, point) in LOST_IN_ROUNDING else 0.0
    with mpmath.workdps(50):
        true = true_coefficients(row, point, DIRECTION, ORDER)
        for k, (got, wanted) in enumerate(zip(found, true)):
            if (row.name, point) in OVERFLOWS and k > 2:
                assert got != got and abs(wanted) > sys.float_info.max
            else:
                assert close(got, wanted, scale), (k, got, wanted)


@pytest.mark.parametrize(("row", "point"), SAMPLES, ids=named(SAMPLES))
def test_the_second_is_half_the_duals_second_derivative(row, point):
    once = Duals(floats)
    for i in varying(row, point):
        unit = [float(k == i) for k in range(len(point))]
        operands = [once.dual(x, d or None) for x, d in zip(point, unit)]
        second = once.parts(at(once, row, *operands)[1][i])[1]
        found = 2 * coefficients(row, point, unit, 2)[2]
        assert same(found, second) or found == pytest.approx(second, rel=1e-12)


def composed(math, x, y):
    """Some of everything, for floats, series and mpmath's numbers."""
    share = math.exp(math.sin(x) * y) / (1 + x * x) ** y
    return math.tanh(share - y / x) + math.atan2(x, y) ** 3 * abs(-x)


def test_a_composed_function_along_a_curve():
    series = Series(floats)
    x = series.polynomial(0.7, 1.0, -0.5)
    y = series.polynomial(1.3, 0.0, 0.25, 2.0)
    found = series.coefficients(composed(series, x, y), 12)
    with mpmath.workdps(80):
        true = mpmath.taylor(
            lambda t: composed(mpmath, 0.7 + t - t * t / 2, 1.3 + t * t / 4 + 2 * t**3),
            0,
            12,
        )
        # the differences' own constants are floats
        for got, wanted in zip(found, true):
            assert abs(got - wanted) <= 1e-13 * max(map(abs, true))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("quotient", lambda math, x: 1 / (1 + x * x)),
        ("power", lambda math, x: (1 + x * x) ** -1.5),
        ("power of an exponential", lambda math, x: (1 + math.exp(x)) ** 2.5),
        ("both vary", lambda math, x: (1 + x) ** (1 + x * x)),
        ("tanh", lambda math, x: math.tanh(x)),
        ("atan", lambda math, x: math.atan(x)),
        ("sqrt", lambda math, x: math.sqrt(1 + math.sin(x) ** 2)),
    ],
)
def test_high_orders_keep_their_digits(name, function):
    # Coefficients fall as 1/r**k, r the distance of the next singularity, and by chance
    # below that: errors are measured by the largest near them.
    series = Series(floats)
    found = series.coefficients(function(series, series.polynomial(0.4, 1.0)), 30)
    with mpmath.workdps(40):
        point = mpmath.mpf(0.4)
        true = mpmath.taylor(lambda x: function(mpmath, x), point, 30, chop=False)
        for k, (got, wanted) in enumerate(zip(found, true)):
            near = max(map(abs, true[max(0, k - 3) : k + 4]))
            assert abs(got - wanted) <= 1e-10 * near, k


@pytest.mark.parametrize("n", [2.0, 3.0, 5.0])
@pytest.mark.parametrize("x", [0.0, -1.5, 1e-200, 2.0, 1e60])
def test_whole_powers_end(n, x):
    found = coefficients(ROWS["**"], (x, n), (1.0, 0.0), 8)
    assert found[int(n)] == 1.0 and found[int(n) + 1 :] == [0.0] * (8 - int(n))


# --- cost ---------------------------------------------------------------------------


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_each_order_adds_at_most_a_few_operations(row):
    def operations(order):
        series = Series(floats)
        operands = along(series, row, row.samples[0], (1.0, 1.0, 1.0, 1.0))
        series.coefficients(series.apply(row, *operands), order)
        return len(series._made)

    ten, twenty, thirty = map(operations, (10, 20, 30))
    assert ten <= 40 and thirty - twenty == twenty - ten <= 40


def test_deep_graphs_and_high_orders_need_no_recursion():
    series = Series(floats)
    y = x = series.polynomial(0.5, 1.0)
    for _ in range(3_000):
        y = y * 0.5 + x
    assert series.coefficients(y, 3) == [1.0, 2.0, 0.0, 0.0]
    found = series.coefficients(series.exp(series.sin(x)), 200)
    assert all([stdlib.isfinite(c) for c in found])
    for _ in range(50):
        y = series.sin(y)
    assert stdlib.isfinite(series.coefficients(y, 20)[20])


def test_what_is_forgotten_is_freed_at_once():
    gc.collect()
    gc.disable()
    try:
        series = Series(floats)
        x = series.polynomial(0.5, 1.0)
        y = series.sin(x) ** 0.5 + series.exp(x)
        series.coefficients(y, 5)
        series.forget()
        del x, y, series
        assert not any([issubclass(type(x), PowerSeries) for x in gc.get_objects()])
    finally:
        gc.enable()


# --- kinks, constants, division -----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "point", "expected"),
    [
        ("relu", (0.0,), [0.0, 0.0, 0.0]),
        ("abs", (0.0,), [0.0, 0.0, 0.0]),
        ("hardtanh", (1.0,), [1.0, 0.0, 0.0]),
        ("floor", (2.0,), [2.0, 0.0, 0.0]),
        ("elu", (0.0, 1.0), [0.0, 1.0, 0.5]),  # that of alpha exp(x), as its slope
        ("clip", (1.0, -1.0, 1.0), [1.0, 1.0, 0.0]),
        ("max", (1.0, 1.0), [1.0, 0.5, 0.0]),
        ("hypot", (0.0, 0.0), [0.0, 0.0, 0.0]),
        ("atan2", (0.0, 0.0), [0.0, 0.0, 0.0]),
        ("**", (0.0, 2.0), [0.0, 0.0, 1.0]),
        ("**", (0.0, 1.0), [0.0, 1.0, 0.0]),
        ("**", (0.0, 0.0), [1.0, 0.0, 0.0]),
        ("**", (-2.0, 2.0), [4.0, -4.0, 1.0]),
        ("**", (-2.0, -1.0), [-0.5, -0.25, -0.125]),
        ("pow", (0.0, 2.0), [0.0, 0.0, 1.0]),
        ("xlogy", (0.0, 0.0), [0.0, 0.0, 0.0]),
        ("sqrt", (0.0,), [0.0, inf, -inf]),
        ("reciprocal", (0.0,), [inf, -inf, inf]),
        ("log", (0.0,), [-inf, inf, -inf]),
        ("logsumexp", (2.0, 2.0), [2.0 + stdlib.log(2.0), 0.5, 0.125]),
    ],
)
def test_at_a_kink_the_coefficients_are_those_of_the_slope(name, point, expected):
    found = coefficients(ROWS[name], point, (1.0, 0.0, 0.0), 2)
    assert found == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("x", [800.0, -800.0, 1e300, inf, -inf])
def test_where_tanh_is_flat_all_its_derivatives_are_zero(x):
    found = coefficients(ROWS["tanh"], (x,), (1.0,), 6)
    assert found == [stdlib.copysign(1.0, x), *[0.0] * 6]


def test_a_constant_s_infinite_slope_is_not_multiplied_by_zero():
    series = Series(floats)
    x = series.polynomial(0.0, 1.0)
    for y in (x + series.sqrt(series.lift(0.0)), x - 0.0**0.5, x + series.log(0.0)):
        assert series.coefficients(y, 3)[1:] == [1.0, 0.0, 0.0]
    for exponent in (2, 2.0, series.lift(2.0)):
        power = series.polynomial(-3.0, 1.0) ** exponent
        assert series.coefficients(power, 3) == [9.0, -6.0, 1.0, 0.0]


def test_a_coefficient_that_happens_to_be_zero_is_not_left_out():
    series = Series(floats)
    assert stdlib.isnan(series.sqrt(series.polynomial(0.0, 0.0)).coefficient(1))
    x = series.polynomial(0.0, 1.0)
    assert stdlib.isnan(series.sqrt(x * x).coefficient(1))


def test_division_by_zero_is_ieee_s():
    series = Series(floats)
    x, zero = series.polynomial(1.0, 1.0), series.polynomial(0.0, 1.0)
    assert series.coefficients(1 / zero, 3) == [inf, -inf, inf, -inf]
    assert series.coefficients(x / 0, 2) == [inf, inf, 0.0]
    assert stdlib.isnan((x % 0).primal)


@pytest.mark.parametrize(
    ("name", "point"),
    [
        *(("relu", (nan,)), ("relu6", (nan,)), ("hardtanh", (nan,))),
        *(("leaky_relu", (nan, 0.1)), ("elu", (nan, 1.0)), ("clip", (nan, -1.0, 1.0))),
        *(("log", (-1.0,)), ("log2", (-1.0,)), ("log10", (-1.0,)), ("log1p", (-2.0,))),
        *(("sqrt", (-1.0,)), ("rsqrt", (-1.0,)), ("asin", (2.0,)), ("acos", (2.0,))),
        *(("acosh", (0.5,)), ("atanh", (2.0,)), ("**", (-2.0, 0.5))),
    ],
)
def test_of_a_nan_and_out_of_domain_no_coefficient_is_a_number(name, point):
    found = coefficients(ROWS[name], point, (1.0, 0.0, 0.0), 2)
    assert all([c != c for c in found])


def test_where_takes_one_branch_only():
    series = Series(floats)
    x = series.polynomial(0.0, 1.0)
    taken = series.where(x > 0, series.sqrt(x), 3 * x)
    assert series.coefficients(taken, 2) == [0.0, 3.0, 0.0]
    assert series.where(x == 0, 1.0, x) == 1.0


def test_operators_comparisons_and_repr():
    series = Series(floats)
    x, y = series.polynomial(7.5, 1.0), series.polynomial(-2.0, 10.0)
    numbers = [x + y, x - 1, 1 - x, x * y, 15 / x, x // y, x % y, -x, +x, abs(y)]
    assert [series.coefficients(number, 1) for number in numbers] == [
        *([5.5, 11.0], [6.5, 1.0], [-6.5, -1.0], [-15.0, 73.0]),
        *([2.0, -0.26666666666666666], [-4.0, 0.0], [-0.5, 41.0]),
        *([-7.5, -1.0], [7.5, 1.0], [2.0, -10.0]),
    ]
    assert -(-series.sin(x)) is series.sin(x)
    assert x > y and y < 0 <= x and x >= 7.5 and x == 7.5 and x != y and 7.5 == x
    assert bool(x) and not series.polynomial(0.0, 1.0) and int(x) == 7
    assert repr(x + 1) == "PowerSeries(8.5, ...)"
    with pytest.raises(TypeError):
        stdlib.sin(x)
    with pytest.raises(AttributeError, match=r"Series has no function 'nextafter'"):
        series.nextafter(1.0, 2.0)


def test_every_function_of_the_interpretation_is_there():
    series = Series(floats)
    for name, thing in vars(floats).items():
        if (
            name.islower()
            and name not in ("nextafter", "ulp")
            and hasattr(floats.ieee_math, name)
        ):
            assert getattr(series, name) is not None, thing
    assert series.isinf(series.polynomial(inf, 1.0))
    assert series.coefficients(
        series.stop_gradient(series.polynomial(2.0, 1.0)), 1
    ) == [
        2.0,
        0.0,
    ]


# --- in one another, over Values, over symbols --------------------------------------


def test_series_of_series_are_mixed_derivatives():
    # x e**(x y) along x and y: the coefficient of s**i t**j
    inner = Series(floats)
    outer = Series(inner)
    x = outer.lift(inner.polynomial(0.5, 1.0))
    y = outer.polynomial(-0.3, 1.0)
    mixed = outer.coefficients(x * outer.exp(x * y), 3)
    with mpmath.workdps(60):
        for j, coefficient in enumerate(mixed):
            found = inner.coefficients(coefficient, 3)
            for i, got in enumerate(found):
                true = mpmath.diff(
                    lambda x, y: x * mpmath.exp(x * y), (0.5, -0.3), (i, j)
                )
                scale = mpmath.factorial(i) * mpmath.factorial(j)
                assert abs(got - true / scale) <= 1e-13


def test_derivatives_of_nested_ones_stay_apart():
    # d/dx (x d/dy (x + y)) at 1 is 1, and 2 when they are confused
    for kinds in itertools.product((Duals, Series), repeat=2):
        once = kinds[0](floats)
        twice = kinds[1](once)
        x = once.dual(1.0, 1.0) if kinds[0] is Duals else once.polynomial(1.0, 1.0)
        y = twice.dual(1.0, 1.0) if kinds[1] is Duals else twice.polynomial(1.0, 1.0)
        inner = x + y
        slope = inner.tangent if kinds[1] is Duals else inner.coefficient(1)
        product = x * slope
        got = product.tangent if kinds[0] is Duals else product.coefficient(1)
        assert got == 1.0


def test_series_that_are_not_nested_do_not_meet():
    series, stranger = Series(floats), Series(floats).polynomial(1.0, 1.0)
    x = series.polynomial(1.0, 1.0)
    for wrong in (
        lambda: x + stranger,
        lambda: x < stranger,
        lambda: series.sin(stranger),
        lambda: series.polynomial(1.0, stranger),
        lambda: series.sin(Duals(floats).dual(1.0, 1.0)),
    ):
        with pytest.raises(TypeError, match=r"as in Series\(Series\(math\)\)"):
            wrong()


def test_coefficients_that_are_values_are_differentiated():
    series = Series(autograd.math)
    x, y = Value(0.7), Value(1.3)
    number = composed(series, series.polynomial(x, 1.0), series.lift(y))
    number.coefficient(3).backward()
    for leaf, by in ((x, 0), (y, 1)):
        with mpmath.workdps(60):
            true = mpmath.diff(
                lambda x, y: composed(mpmath, x, y),
                (0.7, 1.3),
                (4, 0) if by == 0 else (3, 1),
            )
            assert leaf.grad == pytest.approx(float(true / 6), rel=1e-12)


def test_over_symbols_they_are_formulas():
    formulas = Formulas()
    series = Series(formulas)
    x = series.polynomial(formulas.name("x"), 1.0)
    found = series.coefficients(series.sin(x), 2)
    lines, names = C.statements(found)
    assert "".join(lines).split(";\n")[:-1] == [
        "    const double t0 = sin(x)",
        "    const double t1 = cos(x)",
        "    const double t2 = -t0",
        "    const double t3 = t2 / 2.0",
    ]
    assert names == ["t0", "t1", "t3"]


@pytest.mark.parametrize("name", ["relu", "elu", "asinh", "pow", "/", "sigmoid"])
def test_formulas_say_what_numbers_say(name):
    row, point = ROWS[name], ROWS[name].samples[0]
    formulas = Formulas()
    series = Series(formulas)
    operands = [
        series.polynomial(formulas.name(f"x{i}"), DIRECTION[i])
        for i in range(len(point))
    ]
    lines, names = C.statements(series.coefficients(series.apply(row, *operands), 3))
    text = "".join(lines).replace("const double ", "").replace("const int ", "")
    known = {**vars(floats), **{f"x{i}": x for i, x in enumerate(point)}, "fabs": abs}
    known |= {f"ag_m_{name}": getattr(floats, name) for name in ("sigmoid", "sign")}
    for line in text.split(";\n")[:-1]:
        target, value = line.strip().split(" = ", 1)
        if "?" in value:
            condition, both = value.split(" ? ")
            yes, no = both.split(" : ")
            value = f"{yes} if {condition} else {no}"
        known[target] = eval(
            value.replace("NAN", "nan").replace("INFINITY", "inf"), known
        )
    found = [known[name] if name in known else float(name) for name in names]
    assert found == pytest.approx(coefficients(row, point, DIRECTION, 3), rel=1e-13)


def test_a_wrong_rule_would_be_caught():
    wrong = Primitive(
        "wrong",
        lambda math, x: math.sin(x),
        lambda math, out, x: (1.0005 * math.cos(x),),
        ((0.3,),),
        "sin with a slope that is 0.05 % off",
        ("", 0.0),
    )
    true = [mpmath.mpf(c) for c in coefficients(ROWS["sin"], (0.3,), (1.0,), 3)]
    found = coefficients(wrong, (0.3,), (1.0,), 3)
    assert close(found[0], true[0]) and not close(found[3], true[3])
