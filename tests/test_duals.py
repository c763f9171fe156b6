"""Dual numbers: the table's own slopes, then second and third ones against mpmath."""

import ctypes
import itertools
import math as stdlib
import os
import random
import shutil
import subprocess
from pathlib import Path

import mpmath
import pytest

import autograd
from autograd import Value, floats
from autograd._native import second_order
from autograd._native.kernels import KERNELS, C
from autograd.duals import Dual, Duals, at
from autograd.primitives import ROWS, TABLE, inf, nan
from autograd.symbols import Formulas
from tests import oracle

# By construction no slope is computed there: a constant exponent, order and index.
NO_SLOPE = {("**", 1), ("polygamma", 0), ("take", 0)}
# The true number is the small difference of two shares, and it is below their last
# digit: the error is measured by the shares.
LOST_IN_ROUNDING = {("logsumexp", (0.0, -40.0))}
# A partial that overflows on the way: 1/(3 out out out x)
OVERFLOWS = {("cbrt", (1e-300,))}
SAMPLES = [(row, sample) for row in TABLE for sample in row.samples]
POINTS = [
    (row, point)
    for row in TABLE
    for point in (*row.samples, *[at.operands for at in row.conventions])
]
SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.5, -3.0, 1e-300, 1e200, inf, -inf, nan)
ONCE = Duals(floats)
TWICE = Duals(ONCE)


def named(case):
    return [f"{row.identifier}{point}" for row, point in case]


def same(got, expected):
    """The same bits, and any nan for a nan."""
    if got != got or expected != expected:
        return got != got and expected != expected
    return got == expected and stdlib.copysign(1, got) == stdlib.copysign(1, expected)


def varying(row, point):
    return [i for i in range(len(point)) if (row.name, i) not in NO_SLOPE]


def towards(duals, point, position):
    """The point as duals, whose derivative is by one operand."""
    return [duals.dual(x, 1.0) if i == position else x for i, x in enumerate(point)]


def close(got, true, scale=0.0):
    """Within 1e-10 relative, and infinite where floats end."""
    nearest = float(true)
    if stdlib.isinf(nearest):
        return got == nearest
    if abs(nearest) < 1e-60:  # what differences in mpmath leave of 0
        return abs(got) < 1e-60
    return abs(got - true) <= 1e-10 * max(abs(true), scale)


# --- against the table and against mpmath ------------------------------------------


@pytest.mark.parametrize(("row", "point"), POINTS, ids=named(POINTS))
def test_first_derivatives_are_the_table_s_bit_for_bit(row, point):
    value, partials = row.at(*point)
    for i in varying(row, point):
        out, slopes = at(ONCE, row, *towards(ONCE, point, i))
        assert same(out.primal, value) and same(out.tangent, partials[i])
        for slope, partial in zip(slopes, partials):
            assert same(ONCE.parts(slope)[0], partial)


@pytest.mark.parametrize("row", [row for row in TABLE if row.arity], ids=repr)
def test_they_are_so_at_every_special_operand(row):
    points = itertools.product(SPECIAL, repeat=row.arity)
    if row.name == "polygamma":
        points = [(n, x) for n in (0.0, 1.0, 3.0) for x in SPECIAL]
    for point in points:
        value, partials = row.at(*point)
        for i in varying(row, point):
            out = ONCE.apply(row, *towards(ONCE, point, i))
            assert same(out.primal, value) and same(out.tangent, partials[i]), point


@pytest.mark.parametrize(("row", "point"), SAMPLES, ids=named(SAMPLES))
def test_a_tangent_is_the_sum_of_partials_times_tangents(row, point):
    tangents = [0.5 + i for i in range(len(point))]
    out = ONCE.apply(row, *map(ONCE.dual, point, tangents))
    terms = [p * t for p, t in zip(row.at(*point)[1], tangents)]
    expected = terms[0]
    for term in terms[1:]:
        expected += term
    assert same(out.tangent, expected)


@pytest.mark.parametrize(("row", "point"), SAMPLES, ids=named(SAMPLES))
def test_second_derivatives_are_mpmath_s(row, point):
    scale = 1.0 if (row.name, point) in LOST_IN_ROUNDING else 0.0
    for j in varying(row, point):
        _, slopes = at(ONCE, row, *towards(ONCE, point, j))
        for i in varying(row, point):
            with mpmath.workdps(100):
                true = oracle.slope(row.name, point, *sorted((i, j)))
                assert close(ONCE.parts(slopes[i])[1], true, scale), (i, j, true)


@pytest.mark.parametrize(("row", "point"), SAMPLES, ids=named(SAMPLES))
def test_third_derivatives_are_mpmath_s(row, point):
    scale = 1.0 if (row.name, point) in LOST_IN_ROUNDING else 0.0
    for j in varying(row, point):
        operands = towards(TWICE, towards(ONCE, point, j), j)
        _, slopes = at(TWICE, row, *operands)
        for i in varying(row, point):
            got = ONCE.parts(TWICE.parts(slopes[i])[1])[1]
            if (row.name, point) in OVERFLOWS:
                assert got != got
                continue
            with mpmath.workdps(150):
                true = oracle.slope(row.name, point, *sorted((i, j, j)))
                assert close(got, true, scale), (i, j, true)


def composed(math, x, y):
    """Some of everything, for floats, duals and mpmath's numbers."""
    share = math.exp(math.sin(x) * y) / (1 + x * x) ** y
    return math.tanh(share - y / x) + math.atan2(x, y) ** 3 * abs(-x)


def test_a_composed_function_to_the_third_order():
    thrice = Duals(TWICE)
    x, y = 0.7, 1.3
    point = thrice.dual(TWICE.dual(ONCE.dual(x, 1.0), 1.0), 1.0)
    result = composed(thrice, point, y)
    for order in range(4):
        number = result
        for level in range(3):
            number = number.tangent if level < order else number.primal
        with mpmath.workdps(60):
            true = mpmath.diff(lambda t: composed(mpmath, t, mpmath.mpf(y)), x, order)
            assert abs(number - true) <= 1e-13 * abs(true)


def test_a_tangent_by_several_operands_is_the_sum_over_them():
    rng = random.Random(3)
    for _ in range(20):
        x, y = rng.uniform(0.2, 2), rng.uniform(0.2, 2)
        along = composed(ONCE, ONCE.dual(x, 2.0), ONCE.dual(y, -3.0)).tangent
        by_x = composed(ONCE, ONCE.dual(x, 1.0), y).tangent
        by_y = composed(ONCE, x, ONCE.dual(y, 1.0)).tangent
        assert along == pytest.approx(2 * by_x - 3 * by_y, rel=1e-12, abs=1e-12)


# --- kinks, constants, division ------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "point", "second"),
    [
        ("relu", (0.0,), 0.0),
        ("abs", (0.0,), 0.0),
        ("hardtanh", (1.0,), 0.0),
        ("relu6", (6.0,), 0.0),
        ("floor", (2.0,), 0.0),
        ("elu", (0.0, 1.0), 1.0),  # that of alpha exp(x), as its slope
        ("clip", (1.0, -1.0, 1.0), 0.0),
        ("max", (1.0, 1.0), 0.0),
        ("hypot", (0.0, 0.0), 0.0),
        ("**", (0.0, 2.0), 2.0),
        ("**", (0.0, 1.0), 0.0),
        ("**", (0.0, 0.0), 0.0),
        ("**", (-2.0, 2.0), 2.0),
        ("pow", (0.0, 2.0), 2.0),
        ("xlogy", (0.0, 2.0), 0.0),
        ("sqrt", (0.0,), -inf),
        ("reciprocal", (0.0,), inf),
        ("log", (0.0,), -inf),
        ("logsumexp", (2.0, 2.0), 0.25),
    ],
)
def test_at_a_kink_the_second_derivative_is_that_of_the_slope(name, point, second):
    _, slopes = at(ONCE, ROWS[name], *towards(ONCE, point, 0))
    assert ONCE.parts(slopes[0])[1] == pytest.approx(second, rel=1e-15)


@pytest.mark.parametrize("x", [800.0, -800.0, 1e300, inf, -inf])
def test_where_tanh_is_flat_all_its_derivatives_are_zero(x):
    point = TWICE.dual(ONCE.dual(x, 1.0), 1.0)
    _, (slope,) = at(TWICE, ROWS["tanh"], point)
    assert [ONCE.parts(part) for part in TWICE.parts(slope)] == [(0.0, 0.0)] * 2


@pytest.mark.parametrize("x", [-700.0, -30.0, 0.0, 30.0, 700.0, 1e300])
def test_mish_has_two_derivatives_in_the_tails(x):
    _, (slope,) = at(ONCE, ROWS["mish"], ONCE.dual(x, 1.0))
    with mpmath.workdps(1000):
        true = mpmath.diff(oracle.REFERENCES["mish"], mpmath.mpf(x), 2)
        assert ONCE.parts(slope)[1] == pytest.approx(float(true), rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("x", [-700.0, -1.5, 0.0, 3.25])
def test_logaddexp_bends_at_ties_as_beside_them(x):
    for by, seconds in ((0, [0.25, -0.25]), (1, [-0.25, 0.25])):
        _, slopes = at(ONCE, ROWS["logaddexp"], *towards(ONCE, (x, x), by))
        assert [ONCE.parts(slope) for slope in slopes] == [(0.5, s) for s in seconds]
    for infinite in (inf, -inf):
        assert ROWS["logaddexp"].at(infinite, infinite) == (infinite, (0.5, 0.5))


@pytest.mark.parametrize("y", [0.25, 2.0, 1e-300])
def test_xlogy_at_zero_keeps_its_mixed_derivative(y):
    for by, seconds in ((0, [0.0, 1 / y]), (1, [1 / y, 0.0])):
        _, slopes = at(ONCE, ROWS["xlogy"], *towards(ONCE, (0.0, y), by))
        assert [ONCE.parts(s) for s in slopes] == [
            (stdlib.log(y), seconds[0]),
            (0.0, seconds[1]),
        ]


@pytest.mark.parametrize("y", [0.0, -1.0])
def test_where_xlogy_is_zero_by_convention_it_is_flat(y):
    for by in (0, 1):
        _, slopes = at(ONCE, ROWS["xlogy"], *towards(ONCE, (0.0, y), by))
        assert [ONCE.parts(slope) for slope in slopes] == [(0.0, 0.0)] * 2


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        *(("relu", ()), ("relu6", ()), ("hardtanh", ())),
        *(("leaky_relu", (0.1,)), ("elu", (1.0,)), ("clip", (-1.0, 1.0))),
    ],
)
def test_no_derivative_of_a_nan_is_a_number(name, rest):
    operands = TWICE.dual(ONCE.dual(nan, 1.0), 1.0), *rest
    out, (slope, *_) = at(TWICE, ROWS[name], *operands)
    for part in (*TWICE.parts(out), *TWICE.parts(slope)):
        assert [n != n for n in ONCE.parts(part)] == [True, True]


@pytest.mark.parametrize(
    ("name", "x"),
    [
        *(("log", -1.0), ("log2", -1.0), ("log10", -1.0), ("log1p", -2.0)),
        *(("sqrt", -1.0), ("rsqrt", -1.0), ("asin", 2.0), ("acos", 2.0)),
        *(("acosh", 0.5), ("atanh", 2.0), ("atanh", -2.0)),
    ],
)
def test_out_of_domain_no_derivative_is_a_number(name, x):
    out, (slope,) = at(TWICE, ROWS[name], TWICE.dual(ONCE.dual(x, 1.0), 1.0))
    for result in (out, slope):
        for part in TWICE.parts(result):
            assert [n != n for n in ONCE.parts(part)] == [True, True]


def test_where_takes_one_branch_s_tangent_only():
    x = ONCE.dual(0.0, 1.0)
    taken = ONCE.where(x > 0, ONCE.sqrt(x), 3 * x)
    assert (taken.primal, taken.tangent) == (0.0, 3.0)
    assert ONCE.where(x == 0, 1.0, x) == 1.0


def test_a_constant_s_infinite_slope_is_not_multiplied_by_zero():
    x = ONCE.dual(0.0, 1.0)
    for y in (x + ONCE.sqrt(ONCE.lift(0.0)), x - 0.0**0.5, x * 1.0 + ONCE.log(0.0)):
        assert y.tangent == 1.0
    for exponent in (2, 2.0, ONCE.lift(2.0)):
        power = ONCE.dual(-3.0, 1.0) ** exponent
        assert (power.primal, power.tangent) == (9.0, -6.0)


def test_a_tangent_that_happens_to_be_zero_is_not_left_out():
    assert stdlib.isnan(ONCE.sqrt(ONCE.dual(0.0, 0.0)).tangent)
    assert stdlib.isnan((ONCE.dual(-3.0, 1.0) ** ONCE.dual(2.0, 0.0)).tangent)
    x = ONCE.dual(0.0, 1.0)
    assert stdlib.isnan(ONCE.sqrt(x * x).tangent)


def test_division_by_zero_is_ieee_s():
    x, zero = ONCE.dual(1.0, 1.0), ONCE.dual(0.0, 1.0)
    assert (x / 0).primal == (1 / zero).primal == (x // 0.0).primal == inf
    assert (1 / zero).tangent == -inf and (x / 0).tangent == inf
    assert stdlib.isnan((x % 0).primal)
    # constants too: a rule's own 1/y
    for y in (0.0, ONCE.lift(0.0), zero):
        _, slopes = at(ONCE, ROWS["/"], x, y)
        assert [ONCE.parts(s)[0] for s in slopes] == [inf, -inf]


def test_operators_and_comparisons():
    x, y = ONCE.dual(7.5, 1.0), ONCE.dual(-2.0, 10.0)
    shown = [x + y, x - 1, 1 - x, x * y, 15 / x, x // y, x % y, -x, abs(y), 2 ** (-y)]
    assert repr(shown) == (
        "[Dual(5.5, 11.0), Dual(6.5, 1.0), Dual(-6.5, -1.0), Dual(-15.0, 73.0), "
        "Dual(2.0, -0.26666666666666666), Dual(-4.0, 0.0), Dual(-0.5, 41.0), "
        "Dual(-7.5, -1.0), Dual(2.0, -10.0), Dual(4.0, -27.725887222397812)]"
    )
    assert sum([x, y]).tangent == 11.0
    assert x > y and y < 0 <= x and x >= 7.5 and x == 7.5 and x != y and 7.5 == x
    assert bool(x) and not ONCE.dual(0.0, 1.0) and int(x) == 7
    assert len({x, ONCE.dual(7.5, 1.0)}) == 2


# --- interpretations in one another --------------------------------------------------


def test_tangents_of_nested_duals_stay_apart():
    # d/dx (x d/dy (x + y)) at 1 is 1, and 2 when the tangents are confused
    x = ONCE.dual(1.0, 1.0)
    inner = x + TWICE.dual(1.0, 1.0)
    assert (x * TWICE.parts(inner)[1]).tangent == 1.0
    # d/dx (x d/dy (x y)) at 3 is 6
    x = ONCE.dual(3.0, 1.0)
    assert (x * (TWICE.dual(2.0, 1.0) * x).tangent).tangent == 6.0


def test_an_exponent_that_is_constant_outside_varies_inside():
    # d/dy y**x is x y**(x-1); its derivative by x is y**(x-1) (1 + x log(y))
    x, y = ONCE.dual(3.0, 1.0), TWICE.dual(2.0, 1.0)
    for exponent in (x, TWICE.lift(x)):
        slope = (y**exponent).tangent
        expected = 4 * (1 + 3 * stdlib.log(2))
        assert slope.primal == 12.0 and slope.tangent == pytest.approx(expected)


def test_duals_that_are_not_nested_do_not_meet():
    x, stranger = ONCE.dual(1.0, 1.0), Duals(floats).dual(1.0, 1.0)
    for wrong in (
        lambda: x + stranger,
        lambda: x < stranger,
        lambda: ONCE.max(x, stranger),
        lambda: ONCE.sin(stranger),
        lambda: ONCE.dual(stranger, 1.0),
        lambda: ONCE.dual(x, 1.0),
        lambda: ONCE.dual(1.0, TWICE.dual(1.0, 1.0)),
        lambda: ONCE.sin(TWICE.dual(1.0, 1.0)),
    ):
        with pytest.raises(TypeError, match=r"is no constant here: nest the interpret"):
            wrong()
    assert TWICE.dual(x, 1.0) > ONCE.dual(0.5, 1.0) < TWICE.dual(x, 1.0)


def test_a_dual_is_never_taken_for_a_float():
    with pytest.raises(TypeError):
        stdlib.sin(ONCE.dual(1.0, 1.0))
    with pytest.raises(AttributeError, match=r"no function 'nextafter'"):
        ONCE.nextafter(1.0, 2.0)


def test_every_function_of_the_interpretation_is_there():
    functions = {
        name
        for name, thing in vars(floats).items()
        if callable(thing) and hasattr(floats.ieee_math, name)
    }
    constants = {name for name, x in vars(floats).items() if isinstance(x, float)}
    assert len(functions) > 45
    for name in (functions | constants) - {"nextafter", "ulp"}:
        assert getattr(ONCE, name) is not None and getattr(TWICE, name) is not None
    x = ONCE.dual(inf, 1.0)
    assert ONCE.isinf(x) and not ONCE.isfinite(x) and not ONCE.isnan(x)
    assert repr(ONCE.sin(0.5)) == f"Dual({stdlib.sin(0.5)})"


@pytest.mark.parametrize(("row", "point"), POINTS, ids=named(POINTS))
def test_over_floats_that_divide_as_ieee_754_it_is_the_same(row, point):
    duals = Duals(floats.ieee_math)
    for i in varying(row, point):
        exact = towards(duals, map(floats.Ieee, point), i)
        out, slopes = at(duals, row, *exact)
        expected, wanted = at(ONCE, row, *towards(ONCE, point, i))
        assert all(map(same, duals.parts(out), ONCE.parts(expected)))
        for slope, want in zip(slopes, wanted):
            assert all(map(same, duals.parts(slope), ONCE.parts(want)))


def test_over_values_it_is_reverse_over_forward():
    duals = Duals(autograd.math)
    x, y = Value(0.7), Value(1.3)
    along = composed(duals, duals.dual(x, 1.0), duals.lift(y)).tangent
    along.backward()
    for leaf, inner in ((x, ("x", "x")), (y, ("x", "y"))):
        a = ONCE.dual(x.data, 1.0 if inner[1] == "x" else None)
        b = ONCE.dual(y.data, 1.0 if inner[1] == "y" else None)
        second = composed(TWICE, TWICE.dual(a, 1.0), b).tangent.tangent
        assert leaf.grad == pytest.approx(second, rel=1e-13)


# --- symbols, and C ------------------------------------------------------------------


def test_over_symbols_it_is_a_formula():
    formulas = Formulas()
    duals = Duals(formulas)
    x = duals.dual(formulas.name("x"), formulas.name("dx"))
    _, (slope,) = at(duals, ROWS["sin"], x)
    lines, names = C.statements([*duals.parts(slope)])
    assert "".join(lines).split(";\n")[:-1] == [
        "    const double t0 = cos(x)",
        "    const double t1 = sin(x)",
        "    const double t2 = -t1",
        "    const double t3 = t2 * dx",
    ]
    assert names == ["t0", "t3"]
    with pytest.raises(TypeError, match="may not branch on a symbol"):
        bool(x)


def test_unit_factors_and_constants_leave_no_trace_in_formulas():
    plus, power = (second_order.kernel(ROWS[op], 3).text for op in ("+", "**"))
    assert "*" not in plus.split("{", 1)[1].split("*t_out")[0]
    assert "log" not in power
    assert second_order.kernel(ROWS["gamma"], 1) is None
    assert second_order.kernel(ROWS["sum"], 1) is None


def test_where_there_is_a_kernel_there_is_one_of_second_order():
    assert {row for row in TABLE if KERNELS[row]} == {
        row for row, _ in second_order.SECOND_ORDER
    }


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The functions of second_order.h, from a list (x0, dx0, ...) to all results."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        pytest.skip("no C compiler: set CC to one")
    folder = tmp_path_factory.mktemp("second_order")
    source, library = folder / "all.c", folder / "all.so"
    text = f'#include "{Path(second_order.__file__).with_suffix(".h")}"\n'
    for row, mask in second_order.SECOND_ORDER:
        operands = ", ".join(f"x[{i}]" for i in range(2 * row.arity))
        text += (
            f"void all_{row.identifier}_{mask}(const double *x, double *r) {{\n"
            f"    r[0] = ag2_{row.identifier}_{mask}({operands}, r + 1, r + 2, "
            f"r + {2 + row.arity});\n}}\n"
        )
    source.write_text(text)
    flags = ["-std=c99", "-O2", "-Wall", "-Werror", "-ffp-contract=off", "-fPIC"]
    made = [compiler, *flags, "-shared", str(source), "-o", str(library), "-lm"]
    subprocess.run(made, check=True)
    functions = ctypes.CDLL(str(library))

    def run(row, mask, given):
        results = (ctypes.c_double * (2 + 2 * row.arity))()
        numbers = (ctypes.c_double * len(given))(*given)
        getattr(functions, f"all_{row.identifier}_{mask}")(numbers, results)
        return list(results)

    return run


KERNEL_ROWS = [row for row in TABLE if KERNELS[row]]


@pytest.mark.parametrize("row", KERNEL_ROWS, ids=repr)
def test_c_gives_the_bits_of_python(row, compiled):
    conventions = [at.operands for at in row.conventions]
    few = SPECIAL if row.arity < 3 else SPECIAL[::2]
    points = [*row.samples, *conventions, *itertools.product(few, repeat=row.arity)]
    tangents = (-0.3, 2.0, 5.0)
    for point, mask in itertools.product(points, range(1, 1 << row.arity)):
        given, operands = [], []
        for i, (x, tangent) in enumerate(zip(point, tangents)):
            given += [x, tangent]
            moves = mask >> i & 1 and (row.name, i) not in NO_SLOPE
            operands.append(ONCE.dual(x, tangent if moves else None))
        out, slopes = at(ONCE, row, *operands)
        primals, seconds = zip(*[ONCE.parts(slope) for slope in slopes])
        expected = [*ONCE.parts(out), *primals, *seconds]
        for got, want in zip(compiled(row, mask, given), expected):
            assert same(got, want), (given, mask, expected)


def test_a_wrong_rule_would_be_caught():
    wrong = 1.0005 * ONCE.parts(at(ONCE, ROWS["sin"], ONCE.dual(0.3, 1.0))[1][0])[1]
    assert not close(wrong, oracle.slope("sin", (0.3,), 0, 0))
    assert isinstance(ONCE.dual(1.0), Dual)
