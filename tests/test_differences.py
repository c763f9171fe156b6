"""Differences as a second opinion: right slopes never fail, wrong ones never pass."""

import math
import struct

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd.checking.differences import CANNOT_TELL, DIFFERS, OK, compare, scattered
from autograd.graph import primal
from autograd.primitives import ROWS, TABLE
from tests import oracle
from tests.test_primitives import CASES, IDS, NO_SLOPE, TAILS

WRONG = (1.0005, 0.9995, -1.0, 2.0, 123.0)
# Where the last digit of the value is coarser than what the slope does to it
BEYOND_DIGITS = {
    ("expm1", (-40.0,)),
    ("tanh", (20.0,)),
    ("sigmoid", (40.0,)),
    ("softsign", (1e10,)),
}


def along(row, operands, position):
    """A row as a function of one of its operands."""

    def moved(x):
        return primal(row, [*operands[:position], x, *operands[position + 1 :]])

    return moved


def slopes(row, operands):
    _, partials = row.at(*operands)
    for position, partial in enumerate(partials):
        if (row.name, position) not in NO_SLOPE:
            f = along(row, operands, position)
            yield position, f, operands[position], partial


def must_tell_right_from_wrong(row, operands, must_differ=True):
    """The law; returns how many slopes were confirmed."""
    confirmed = 0
    for _, f, x, partial in slopes(row, operands):
        right = compare(f, x, partial)
        assert right.verdict != DIFFERS, (row, operands, right)
        assert (right.reason == "") == (right.verdict == OK)
        confirmed += right.verdict == OK
        if partial == 0 or partial - partial != 0:
            continue
        for factor in WRONG:
            wrong = compare(f, x, factor * partial)
            if factor * partial != partial:
                assert wrong.verdict != OK, (row, operands, factor, wrong)
            if must_differ and right.verdict == OK and abs(partial) > 1e-300:
                assert wrong.verdict == DIFFERS, (row, operands, factor, wrong)
    return confirmed


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_every_sample_is_confirmed_and_what_is_off_by_a_little_is_not(row, sample):
    asked = len([*slopes(row, sample)])
    hidden = (row.name, sample) in BEYOND_DIGITS
    assert must_tell_right_from_wrong(row, sample) == (0 if hidden else asked)


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_the_error_is_not_less_than_how_far_the_estimate_is_off(row, sample):
    for position, f, x, partial in slopes(row, sample):
        told = compare(f, x, partial)
        true = oracle.slope(row.name, sample, position)
        assert abs(told.estimate - true) <= told.error, (position, told)


@pytest.mark.parametrize("row", [r for r in TABLE if r.conventions], ids=repr)
def test_conventions_are_never_called_wrong(row):
    for at in row.conventions:
        for _, f, x, partial in slopes(row, at.operands):
            assert compare(f, x, partial).verdict != DIFFERS


@pytest.mark.parametrize(("name", "x"), TAILS)
def test_in_the_tails(name, x):
    row = next(row for row in TABLE if row.name == name)
    must_tell_right_from_wrong(row, (x,))


ordinary = st.floats(-10, 10).map(lambda x: x if abs(x) > 1e-3 else 0.25)
whole = st.integers(-10, 10).map(float)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_at_ordinary_points_of_the_whole_table(data):
    row = data.draw(st.sampled_from(TABLE))
    count = row.arity or data.draw(st.integers(1, 3)) * 2
    operands = [data.draw(ordinary | whole) for _ in range(count)]
    if row.name in ("take", "polygamma"):
        operands[0] = float(data.draw(st.integers(0, max(0, count - 2))))
    # clip to one point is flat, and by convention its slope is 1 there
    assume(row.name != "clip" or operands != [operands[0]] * 3)
    must_tell_right_from_wrong(row, tuple(operands), must_differ=False)


# --- where f is not smooth, or not exact ---------------------------------------------


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


FUNCTIONS = [
    # of another scale than x
    ("fast", lambda x: math.sin(1e6 * x), 0.3, 1e6 * math.cos(3e5)),
    ("narrow", lambda x: math.sqrt(x * x + 1e-16), 1e-8, 1e-8 / math.sqrt(2e-16)),
    ("in between", lambda x: x + 1e-7 * math.tanh(1e7 * x), 0.0, 2.0),
    ("beside a kink", lambda x: max(x, 0.0), 1e-12, 1.0),
    ("left of a kink", lambda x: max(x, 0.0), -1e-12, 0.0),
    ("farther left", lambda x: max(x, 0.0), -3e-3, 0.0),
    ("beside a jump", math.floor, 49.03, 0.0),
    ("near 0", lambda x: x * 1e-300, 0.5, 1e-300),
    ("far out", math.atan, 1e8, 1e-16),
    ("a root", lambda x: ROWS["sqrt"].at(x)[0], 1e-200, 0.5e100),
    # smooth in its value and slope only
    ("1.5", lambda x: abs(x) ** 1.5, 0.0, 0.0),
    ("x |x|", lambda x: x * abs(x), 0.0, 0.0),
    # not exact
    ("cancels", lambda x: (x * x + 1e8) - 1e8, 0.3, 0.6),
    ("1 - cos", lambda x: 1 - math.cos(x), 1e-6, 1e-6),
    ("float32", lambda x: float32(math.exp(x)), 2.0, math.exp(2.0)),
]


@pytest.mark.parametrize(("name", "f", "x", "slope"), FUNCTIONS)
def test_scales_and_noise(name, f, x, slope):
    assert compare(f, x, slope).verdict == OK
    for factor in WRONG if slope else ():
        assert compare(f, x, factor * slope).verdict == DIFFERS
    for wrong in (0.5, 1.0) if not slope else ():
        assert compare(f, x, wrong).verdict == DIFFERS


UNTOLD = [
    (abs, 0.0, 0.0, "a kink: the slope is -1 to the left and 1 to the right"),
    (lambda x: max(x, 3 * x), 0.0, 2.5, "a kink: the slope is 1 to the left and 3"),
    (lambda x: 1 + 1e-9 * max(x, 3 * x), 0.0, 3e-9, "a kink: the slope is 1e-09"),
    (lambda x: float(x >= 0), 0.0, 0.0, "a jump"),
    (lambda x: x + 1e-3 * (x >= 0), 0.0, 1.0, "a jump"),
    (
        lambda x: math.copysign(abs(x) ** (1 / 3), x),
        0.0,
        math.inf,
        "a vertical tangent",
    ),
    (lambda x: 1 / x if x else math.inf, 0.0, math.inf, "or at a pole"),
    (
        lambda x: math.sqrt(x) if x >= 0 else math.nan,
        0.0,
        math.inf,
        "out of the domain",
    ),
    (lambda x: 1e6 + math.tanh(x), 8.0, 4.5e-7, "rounding hides"),
    (lambda x: float32(math.exp(x)), 2.0, 0.0, "stairs: flat over the shortest steps"),
    (math.sin, math.inf, math.nan, "no number is near"),
]


@pytest.mark.parametrize(("f", "x", "slope", "reason"), UNTOLD)
def test_what_cannot_be_told_says_why(f, x, slope, reason):
    told = compare(f, x, slope)
    assert told.verdict == CANNOT_TELL and reason in told.reason


def test_a_kink_excuses_only_slopes_between_its_own():
    for slope in (-1.1, 1.1, 123.0, math.nan, math.inf):
        assert compare(abs, 0.0, slope).verdict == DIFFERS
    for slope in (-1.0, -0.3, 0.0, 1.0):
        assert compare(abs, 0.0, slope).verdict == CANNOT_TELL


def test_a_slope_that_is_not_a_number_is_wrong_where_there_is_one():
    for slope in (math.nan, math.inf, -math.inf):
        assert compare(math.exp, 0.5, slope).verdict == DIFFERS


def test_a_right_slope_takes_few_calls():
    calls = []

    def f(x):
        calls.append(x)
        return math.exp(x)

    assert compare(f, 0.5, math.exp(0.5)).verdict == OK
    assert len(calls) < 12


def test_no_step_is_taken_out_of_the_domain_for_good():
    def edged(x):  # a domain of 1e-9 to the right
        return math.asin(x) if abs(x) <= 1 else math.nan

    x = 1 - 1e-9
    with mpmath.workdps(40):
        true = float(1 / mpmath.sqrt(1 - mpmath.mpf(x) ** 2))
    assert compare(edged, x, true).verdict == OK
    assert compare(edged, x, 1.0005 * true).verdict == DIFFERS


def test_scattered_directions_are_the_same_every_time_and_never_small():
    weights = scattered([2.0] * 100, 0)
    assert weights == scattered([2.0] * 100, 0) != scattered([2.0] * 100, 1)
    assert all(1.0 <= abs(weight) <= 2.0 for weight in weights)
    assert len(set(map(abs, weights))) == 100 and min(weights) < 0 < max(weights)
