"""`kinks`: what is not an ordinary derivative, against one-sided limits in mpmath."""

import itertools
import random
import time

import mpmath
import pytest

from autograd import Value, math, no_grad, primitive, take
from autograd._engine import record
from autograd.checking.bends import MOST, bends
from autograd.checking.kinks import kinks
from autograd.primitives import ROWS, TABLE, inf, nan
from tests import oracle

# Whole by definition, and a constant: nothing is differentiated there
NO_SLOPE = {("**", 1), ("polygamma", 0), ("take", 0)}
SPECIAL = (0.0, 1.0, -1.0, 0.5, -2.5, 6.0)


def real(number):
    """A number of mpmath's as the table has it: never complex."""
    number = mpmath.mpmathify(number)
    return number.real if number.imag == 0 else mpmath.nan


def reference(name, point):
    try:
        return real(oracle.REFERENCES[name](*point))
    except (ValueError, ZeroDivisionError):
        return mpmath.nan


def is_ordinary(name, point, value, k):
    """Whether the value is its limit from both sides, and the slopes are the same."""
    with mpmath.workdps(150):
        exact = [mpmath.mpf(x) for x in point]

        def at(t):
            return reference(name, [*exact[:k], exact[k] + t, *exact[k + 1 :]])

        h = mpmath.mpf(10) ** -50
        slopes = (at(-h) - at(-2 * h)) / h, (at(2 * h) - at(h)) / h
        apart = max(abs(at(-h) - value), abs(at(h) - value))
        return bool(
            apart <= 1e-12 * (1 + abs(value))
            and abs(slopes[0] - slopes[1]) <= 1e-20 * (1 + abs(slopes[0]))
        )


def expected(row, point):
    value, slopes = row.at(*point)
    if any(x != x for x in point):
        return set()
    return {
        k
        for k, slope in enumerate(slopes)
        if (row.name, k) not in NO_SLOPE
        if not abs(value) < inf
        or not abs(slope) < inf
        or (abs(point[k]) < inf and not is_ordinary(row.name, point, value, k))
    }


def found(row, point):
    value, slopes = row.at(*point)
    moving = [k for k in range(len(point)) if (row.name, k) not in NO_SLOPE]
    bent, others = bends(row, point, value, slopes, moving)
    assert others == 0
    return {bend.position: bend for bend in bent}


CONVENTIONS = [(row, at.operands) for row in TABLE for at in row.conventions]
SAMPLES = [(row, sample) for row in TABLE for sample in row.samples]


def named(cases):
    return [f"{row.identifier}{point}" for row, point in cases]


@pytest.mark.parametrize(("row", "point"), CONVENTIONS, ids=named(CONVENTIONS))
def test_at_a_convention_a_kink_is_found_where_there_is_one(row, point):
    assert set(found(row, point)) == expected(row, point)


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=named(SAMPLES))
def test_at_an_ordinary_point_none_is_found(row, sample):
    assert found(row, sample) == {}


def points(row):
    """Some points of everywhere, kinks among them, with a generator of its own."""
    rng = random.Random(row.name)
    arity = row.arity or 3
    if row.name == "dot":
        arity = 2
    for _ in range(12):
        yield [rng.gauss(0, 3) for _ in range(arity)]
        yield [rng.randrange(-12, 13) / 4 for _ in range(arity)]
    for special in itertools.product(SPECIAL, repeat=min(arity, 2)):
        yield (*special, 0.25)[:arity]


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_everywhere_the_one_sided_limits_decide(row):
    for drawn in points(row):
        point = tuple(drawn)
        if row.name == "polygamma":
            point = (1.0, point[1])
        elif row.name == "take":
            point = (1.0, *point[1:], 3.0)
        elif row.name == "copysign" and point[1] == 0:
            continue  # mpmath has no sign of zero
        elif row.name == "clip":
            lo, hi = sorted(point[1:] if point[1] != point[2] else (0.25, 0.5))
            point = (point[0], lo, hi)
        assert set(found(row, point)) == expected(row, point), point


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_no_false_alarm_at_any_scale(row):
    rng = random.Random(row.name)
    for _ in range(100):
        scale = 10.0 ** rng.uniform(-12, 12)
        point = tuple(scale * rng.uniform(0.1, 2) for _ in range(row.arity or 4))
        if row.name in ("polygamma", "take"):
            point = (1.0, *point[1:])
        kinds = {bend.kind for bend in found(row, point).values()}
        assert kinds <= {"infinite", "undefined"}, point
        value, slopes = row.at(*point)
        if kinds:
            assert any(not abs(number) < inf for number in (value, *slopes))


# --- kinds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "point", "kind", "left", "right"),
    [
        ("relu", (0.0,), "kink", 0, 1),
        ("abs", (0.0,), "kink", -1, 1),
        ("elu", (0.0, 0.5), "kink", 0.5, 1),
        ("elu", (0.0, 1.000001), "kink", 1.000001, 1),
        ("clip", (-3.0, -3.0, 4.0), "kink", 0, 1),
        ("hypot", (0.0, 0.0), "kink", -1, 1),
        ("max", (7.0, 7.0, 1.0), "kink", 0, 1),
        ("min", (7.0, 7.0), "kink", 1, 0),
        ("copysign", (0.0, -2.0), "kink", 1, -1),
        ("floor", (-3.0,), "jump", 0, 0),
        ("floor", (2.0**48,), "jump", 0, 0),
        ("round", (-0.5,), "jump", 0, 0),
        ("//", (6.0, 3.0), "jump", 0, 0),
        ("%", (-6.0, 3.0), "jump", 1, 1),
        ("fmod", (6.0, 3.0), "jump", 1, 1),
        ("remainder", (4.5, 3.0), "jump", 1, 1),
        ("atan2", (0.0, -1.0), "jump", -1, -1),
        ("sqrt", (0.0,), "vertical tangent", nan, inf),
        ("cbrt", (0.0,), "vertical tangent", inf, inf),
        ("asin", (1.0,), "vertical tangent", inf, nan),
        ("log", (0.0,), "pole", nan, inf),
        ("reciprocal", (-0.0,), "pole", -inf, -inf),
        ("**", (0.0, -3.0), "pole", -inf, -inf),
        ("gamma", (-2.0,), "pole", -inf, -inf),
        ("exp", (1000.0,), "infinite", inf, inf),
        ("*", (1e200, 1e200), "infinite", 1e200, 1e200),
        ("exp2", (1024.0,), "infinite", inf, inf),
        ("**", (0.0, 1.5), "edge of the domain", nan, 0),
        ("sqrt", (-1.0,), "undefined", nan, nan),
        ("pow", (-2.0, 0.5), "undefined", nan, nan),
        ("/", (0.0, 0.0), "undefined", inf, inf),
        ("-", (inf, inf), "undefined", nan, nan),
        ("sin", (inf,), "undefined", nan, nan),
    ],
)
def test_kinds_and_the_slopes_on_both_sides(name, point, kind, left, right):
    bend = found(ROWS[name], point)[0]
    assert bend.kind == kind
    for got, wanted in zip(bend.slopes, (left, right)):
        if abs(wanted) == inf:
            assert got == wanted or (abs(got) > 1e7 and (got > 0) == (wanted > 0))
        else:
            assert got == pytest.approx(wanted, rel=1e-12, nan_ok=True)


def test_what_was_taken_is_what_the_table_publishes():
    for row, point in CONVENTIONS:
        y = record(row, *map(Value, point))
        for kink in kinks(y).found:
            assert kink.node is y and kink.operands == point
            assert kink.value == y.data or kink.value != kink.value
            taken = y.partials[kink.position]
            assert kink.slope == taken or kink.slope != kink.slope
            told = str(kink)
            assert told.startswith(f"{kink.kind}: ") and f"{taken:.6g} is taken" in told


def test_infinities_and_nans_from_elsewhere_are_not_told_again():
    x = Value(0.0)
    log = math.log(x)
    y = 2 * log + math.exp(log) - 1
    assert [kink.node for kink in kinks(y).found] == [log]
    y = math.relu(math.sqrt(Value(-1.0))) * 3
    assert [kink.kind for kink in kinks(y).found] == ["undefined"]


def test_constants_have_no_kink():
    x = Value(0.0)
    assert [k.position for k in kinks(math.clip(x, 0.0, 0.0)).found] == [0]
    assert not kinks(Value(-2.0) ** 2)
    with no_grad():
        flat = abs(x)
    assert not kinks(x + flat) and not kinks(x)
    assert not kinks(take([x, Value(1.0)], Value(1.0)))


def test_of_many_operands_alike_some_are_told_and_the_rest_is_counted():
    xs = [Value(0.0) for _ in range(1000)]
    report = kinks(math.max(*xs, Value(-1.0)))
    assert [kink.position for kink in report.found] == [*range(MOST)]
    assert report.found[-1].alike == 1000 - MOST
    assert "may hold by 992 more of its operands" in str(report)


# --- zero times infinity -----------------------------------------------------------

NAN_GRADIENTS = {
    "sqrt(x * x)": lambda x: math.sqrt(x * x),
    "(x**2)**0.5": lambda x: (x**2) ** 0.5,
    "x * log(x)": lambda x: x * math.log(x),
    "log(x) - log(x)": lambda x: math.log(x) - math.log(x),
    "sqrt(x) - sqrt(x)": lambda x: math.sqrt(x) - math.sqrt(x),
    "sqrt(relu(x))": lambda x: math.sqrt(math.relu(x)),
    "0 cbrt(x)": lambda x: 0 * math.cbrt(x),
    "overflow times 0": lambda x: (1e200 * (1e200 * (x * x))) * 1.0,
    "0 through several": lambda x: 0.0 * (3.0 * math.sqrt(x) + 1.0),
}


@pytest.mark.parametrize("function", NAN_GRADIENTS.values(), ids=NAN_GRADIENTS)
def test_a_nan_gradient_is_explained(function):
    x = Value(0.0, label="x")
    y = function(x)
    y.backward()
    assert x.grad != x.grad
    report = kinks(y)
    assert report.clashes
    for clash in report.clashes:
        factors = clash.upstream, clash.edge.partial
        product = factors[0] * factors[1]
        assert clash.before + product != clash.before + product
        assert all(number == number for number in (*factors, clash.before))
        if clash.infinite is not None:
            assert abs(clash.infinite.partial) == inf
        if clash.zero is not None:
            assert clash.zero.partial == 0


def test_which_edges_the_factors_are_from():
    x = Value(0.0)
    root = math.sqrt(x)
    y = 0.0 * (3.0 * root + 1.0)
    (clash,) = kinks(y).clashes
    assert clash.edge.parent is x and clash.infinite.child is root
    assert clash.zero.child is y
    square = x * x
    y = (1e200 * (1e200 * square)) * 1.0
    (clash,) = kinks(y).clashes
    assert clash.edge.child is square and clash.infinite is None
    assert clash.zero.child is square and "inf is what slopes before" in str(clash)


def test_where_a_gradient_is_a_number_nothing_clashes():
    for function in (abs, math.relu, lambda x: math.sqrt(x) + 1, lambda x: x**1.5):
        assert not kinks(function(Value(0.0))).clashes


def test_the_report_reads_as_text():
    x = Value(0.0, label="x")
    assert str(kinks(abs(x) + math.sqrt(x * x))) == (
        "kink: |x| at x = 0.0\n"
        "  the slope by x is -1 to the left and 1 to the right; 0 is taken\n"
        "  Absolute value; derivative sign(x), 0 at 0.\n\n"
        "vertical tangent: sqrt(v2) at v2 = 0.0\n"
        "  the slope by v2 is infinite; inf is taken\n"
        "  Square root; derivative 1/(2 sqrt(x)).\n\n"
        "nan: the gradient that x gets through x · x is inf · 0\n"
        "  inf is the slope of sqrt(v2) by v2 at v2 = 0.0\n"
        "  0 is the slope of x · x by x at x = 0.0\n\n"
        "Zero times infinity stays nan. Take a function that is defined there (abs(x) "
        "for\nsqrt(x * x), hypot, xlogy), or another branch near the point, with "
        "where()."
    )
    none = kinks(x + 1)
    assert not none and len(none) == 0 and [*none] == []
    assert repr(none) == "no kink: every local derivative is an ordinary one"
    many = kinks(sum([abs(Value(0.0)) for _ in range(50)]))
    assert len(many) == len([*many]) == 50 and str(many).endswith("... and 30 more")


# --- graphs, users' own, errors ------------------------------------------------------


def test_users_own_primitives_are_asked_too():
    @primitive(partials=lambda out, x: 1.0 if x > 0 else -1.0)
    def own_abs(x):
        return x if x > 0 else -x

    @primitive(partials=lambda out, x: 2 * x)
    def own_picky(x):
        if x < 1:
            raise RuntimeError("not there")
        return x * x

    try:
        assert [k.kind for k in kinks(own_abs(Value(0.0))).found] == ["kink"]
        assert not kinks(own_abs(Value(0.5)))
        (edge,) = kinks(own_picky(Value(1.0))).found
        assert edge.kind == "edge of the domain" and not kinks(own_picky(Value(2.0)))
    finally:
        del ROWS["own_abs"], ROWS["own_picky"]


def test_a_long_graph_takes_its_time_once():
    y = x = Value(0.3)
    for _ in range(10000):
        y = math.relu(math.tanh(y * 1.01 + x))
    begin = time.perf_counter()
    assert not kinks(y)
    assert time.perf_counter() - begin < 10


def test_errors():
    with pytest.raises(TypeError, match=r"kinks\(y\): y must be a Value, not 3"):
        kinks(3)
    x = Value(2.0)
    y = x * x
    x.data = 3.0
    with pytest.raises(ValueError, match="assigned to after y was recorded; compute"):
        kinks(y)
