"""autograd.math against the standard library's math: same names, same floats."""

import doctest
import fractions
import math as stdlib

import pytest

import autograd
from autograd import Value, math
from autograd.primitives import TABLE

POINTS = [-700.5, -2.5, -1.0, -0.3, -0.0, 0.0, 1e-9, 0.3, 0.5, 1.0, 2.0, 2.5, 30.25]
BETTER = {"lgamma", "gamma", "cbrt"}  # correct to the last digits where stdlib is not
ONE = [
    *("acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh"),
    *("degrees", "erf", "erfc", "exp", "exp2", "expm1", "fabs", "floor", "gamma"),
    *("lgamma", "log", "log10", "log1p", "log2", "modf", "radians", "sin", "sinh"),
    *("sqrt", "tan", "tanh", "trunc", "frexp", "isfinite", "isinf", "isnan", "ulp"),
]
TWO = ["atan2", "copysign", "fmod", "remainder", "pow", "hypot", "nextafter"]
PROPERTIES = ["isfinite", "isinf", "isnan", "ulp"]


def names(module):
    return {name for name in dir(module) if not name.startswith("_")}


def test_every_name_of_the_standard_library_is_there():
    newer = {"fmax", "fmin", "isnormal", "issubnormal", "signbit"}
    assert names(stdlib) - newer <= set(math.__all__)
    for name in math.__all__:
        assert hasattr(math, name), name


def test_constants():
    for name in ("pi", "e", "tau", "inf"):
        assert getattr(math, name) == getattr(stdlib, name)
    assert math.nan != math.nan


@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number_are_the_standard_library_s(name):
    if not hasattr(stdlib, name):
        pytest.skip(f"this Python's math has no {name}")
    for x in POINTS:
        try:
            expected = getattr(stdlib, name)(x)
        except (ValueError, OverflowError):
            continue  # ours is inf or nan there: see the conventions
        got = getattr(math, name)(x)
        assert type(got) is type(expected), (name, x)
        if name in BETTER:
            assert got == pytest.approx(expected, rel=1e-13, abs=1e-300)
        else:
            assert got == expected and str(got) == str(expected), (name, x)


@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_numbers_are_the_standard_library_s(name):
    for x in POINTS:
        for y in POINTS:
            try:
                expected = getattr(stdlib, name)(x, y)
            except (ValueError, OverflowError):
                continue
            assert str(getattr(math, name)(x, y)) == str(expected), (name, x, y)


def test_the_rest_of_the_standard_library():
    xs, ys = [1.5, -2.0, 0.25], [3.0, 0.5, -4.0]
    assert math.dist(xs, ys) == stdlib.dist(xs, ys)
    assert math.hypot(1.0, 2.0, 3.0) == stdlib.hypot(1.0, 2.0, 3.0)
    assert math.fsum([0.1] * 10) == stdlib.fsum([0.1] * 10)
    assert math.prod(xs) == stdlib.prod(xs) and math.prod(xs, start=2) == 1.5 * -1.0
    assert math.prod([]) == 1
    assert math.sumprod(xs, ys) == 1.5 * 3 - 1 - 1
    assert math.log(8, 2) == stdlib.log(8, 2)
    assert math.ldexp(0.75, -1080) == stdlib.ldexp(0.75, -1080)
    assert math.ldexp(2.0**-1070, 1075) == 32.0
    assert math.isclose(1.0, 1.0 + 1e-12) and not math.isclose(1.0, 1.1)
    assert (math.factorial(5), math.comb(5, 2), math.gcd(12, 18)) == (120, 10, 6)
    assert math.fma(0.1, 10.0, -1.0) == float(
        fractions.Fraction(0.1) * 10 - 1
    )  # rounded once


def test_rounding_gives_an_int_for_numbers_and_a_value_for_values():
    assert type(math.floor(2.5)) is int and [10, 20, 30][math.floor(1.5)] == 20
    floored = math.floor(Value(2.5))
    assert isinstance(floored, Value) and floored.data == 2.0
    assert math.floor(math.inf) == math.inf  # stdlib raises


@pytest.mark.parametrize("name", [*ONE, *TWO])
def test_values_give_what_floats_give(name):
    function = getattr(math, name, None)
    if function is None:
        pytest.skip(f"this Python's math has no {name}")
    x, y = 0.7, 1.3
    if name == "acosh":
        x = 1.7
    operands = (x,) if name in ONE else (x, y)
    plain = function(*operands)
    recorded = function(*map(Value, operands))
    if isinstance(plain, tuple):
        plain, recorded = plain[0], recorded[0]
    if isinstance(recorded, Value):
        assert recorded.data == plain, name
        recorded.backward()
    else:
        assert recorded == plain and name in PROPERTIES


@pytest.mark.parametrize(
    ("function", "point", "slopes"),
    [
        (math.degrees, [0.7], [180 / math.pi]),
        (math.radians, [0.7], [math.pi / 180]),
        (lambda x: math.modf(x)[0], [2.3], [1.0]),
        (lambda x: math.modf(x)[1], [2.3], [0.0]),
        (lambda x: math.frexp(x)[0], [6.0], [0.125]),
        (lambda x: math.ldexp(x, 3), [6.0], [8.0]),
        (lambda x: math.nextafter(x, 9.0), [6.0], [1.0]),
        (lambda x: math.log(x, 2), [8.0], [1 / (8 * stdlib.log(2))]),
        (lambda x, b: math.log(x, b), [8.0, 2.0],
         [1 / (8 * stdlib.log(2)), -3 / (2 * stdlib.log(2))]),
        (lambda *x: math.dist(x[:2], x[2:]), [0, 0, 3, 4], [-0.6, -0.8, 0.6, 0.8]),
        (lambda *x: math.softmax(x)[0], [0.0, 0.0], [0.25, -0.25]),
        (lambda *x: math.take(x, 1), [5.0, 6.0, 7.0], [0, 1, 0]),
        (lambda *x: math.take(x, -1), [5.0, 6.0, 7.0], [0, 0, 1]),
        (lambda *x: math.mean(x), [1.0, 2.0], [0.5, 0.5]),
        (lambda *x: math.prod(x), [2.0, 0.0, 4.0], [0, 8, 0]),
        (lambda *x: math.dot(x[:2], x[2:]), [1.0, 2, 3, 4], [3, 4, 1, 2]),
        (lambda x: math.polygamma(1, x), [1.0], [-2.4041138063191886]),
        (lambda x: math.pow(x, 3), [2.0], [12.0]),
        (lambda x: math.pow(2, x), [3.0], [8 * stdlib.log(2)]),
        (lambda x, y: math.fma(x, y, 1.0), [2.0, 3.0], [3.0, 2.0]),
    ],
)  # fmt: skip
def test_slopes_of_what_is_composed(function, point, slopes):
    xs = [Value(x) for x in point]
    function(*xs).backward()
    assert [x.grad for x in xs] == pytest.approx(slopes, rel=1e-14)


def test_softmax_has_linearly_many_edges_and_sums_to_one():
    xs = [Value(i / 7) for i in range(50)]
    ys = math.softmax(xs)
    assert sum(y.data for y in ys) == pytest.approx(1.0, abs=1e-14)
    assert len(autograd.graph.edges(*ys)) == 5 * len(xs)
    assert math.softmax([1000.0, 1000.0]) == [0.5, 0.5]
    assert math.softmax([]) == []


def test_numbers_and_values_mix_in_lists():
    x = Value(2.0)
    y = autograd.sum([1, x, 2.5])
    y.backward()
    assert (y.data, x.grad) == (5.5, 1.0)
    assert autograd.max([1, x]) == 2 and autograd.max(1, x) == 2
    assert type(autograd.sum([1, 2])) is float
    assert autograd.sum([]) == 0.0 and autograd.dot([], []) == 0.0
    assert autograd.sum(Value(i) for i in range(4)).data == 6.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: math.sin("x"), TypeError, "must be a real number, not str"),
        (lambda: math.sin(1j), TypeError, "complex"),
        (lambda: math.sin(1, 2), TypeError, r"sin\(x\) got 2 operands"),
        (lambda: math.atan2(1), TypeError, r"atan2\(y, x\) got 1 operands"),
        (lambda: math.sum(3), TypeError, "xs must be a list"),
        (lambda: math.sum(Value(1.0)), TypeError, "xs must be a list"),
        (lambda: math.mean([]), ValueError, "xs is empty"),
        (lambda: math.logsumexp([]), ValueError, "xs is empty"),
        (lambda: math.max(), ValueError, "no operands"),
        (lambda: math.max([]), ValueError, "no operands"),
        (lambda: math.dot([1], [1, 2]), ValueError, "xs has 1 and ys 2"),
        (lambda: math.dist([1], [1, 2]), ValueError, "1 coordinates and 2"),
        (lambda: math.take([1, 2], 2), IndexError, "index 2 is out of range for 2"),
        (lambda: math.take([1, 2], 0.5), TypeError, "whole number"),
        (lambda: math.polygamma(-1, 1.0), ValueError, "n must be a whole number"),
        (lambda: math.polygamma(Value(1), 1.0), TypeError, "no slope in it"),
        (lambda: math.ldexp(1.0, 0.5), TypeError, "must be an int"),
        (lambda: Value(1.0).clip(0), TypeError, r"clip\(x, lo, hi\) got 2 operands"),
    ],
)
def test_wrong_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_every_function_has_an_example_that_runs():
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    for row in TABLE:
        function = getattr(math, row.identifier)
        assert function.__doc__ and function.__name__ == row.identifier
        for test in finder.find(function, globs={**vars(math)}):
            assert test.examples, row
            runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
