"""`precision`: references against mpmath, blame against the errors that were made."""

import itertools
import math as stdlib
import operator
import random
import sys
import time
from fractions import Fraction

import mpmath
import pytest

import autograd.primitives
from autograd import Value, floats, math, primitive
from autograd._engine import record
from autograd.checking.bends import bends
from autograd.checking.decisions import slopes_beyond
from autograd.checking.exact import MINUS_ZERO, ZERO, Exact, exact
from autograd.checking.precision import precision
from autograd.checking.references import References
from autograd.primitives import ROWS, TABLE, inf, nan
from tests import oracle

NO_SLOPE = {("**", 1), ("polygamma", 0), ("take", 0)}
SAMPLES = [(row, sample) for row in TABLE for sample in row.samples]
SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.5, -3.0, 1e-300, -1e300, 5e-324, inf, -inf, nan, 700)
HALF = 2.0**-53


def named(cases):
    return [f"{row.identifier}{point}" for row, point in cases]


def fraction(number):
    return Fraction(number.top, number.bottom)


def to_mpmath(number):
    return mpmath.mpf(number.top) / number.bottom


@pytest.fixture
def exact_selu(monkeypatch):
    """The table's SELU is the function with two floats as its constants."""
    for name in ("SELU_SCALE", "SELU_ALPHA"):
        constant = getattr(autograd.primitives, f"_{name}")
        monkeypatch.setattr(oracle, name, mpmath.mpf(constant))


# --- exact numbers -----------------------------------------------------------------


def test_exact_numbers_are_fractions():
    rng = random.Random(1)
    for _ in range(300):
        pairs = [(rng.randrange(-50, 50), rng.randrange(1, 50)) for _ in range(2)]
        x, y = (exact(top) / bottom for top, bottom in pairs)
        a, b = (Fraction(*pair) for pair in pairs)
        results = [(x + y, a + b), (x - y, a - b), (x * y, a * b), (-x, -a)]
        results += [(abs(x), abs(a)), (x + 0.1, a + Fraction(0.1)), (3 - x, 3 - a)]
        if b:
            results += [(x / y, a / b), (x // y, Fraction(a // b)), (x % y, a % b)]
        for got, wanted in results:
            assert (got.top, got.bottom) == wanted.as_integer_ratio()
        assert [x < y, x <= y, x == y, x != y] == [a < b, a <= b, a == b, a != b]
        assert float(x) == float(a) and round(x) == round(a) and bool(x) == bool(a)


def same(got, wanted):
    if got != got or wanted != wanted:
        return got != got and wanted != wanted
    return got == wanted and stdlib.copysign(1, got) == stdlib.copysign(1, wanted)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "floordiv"])
def test_with_infinities_nans_and_zeros_they_are_as_ieee_754_has_it(name):
    operation = getattr(operator, name)
    for pair in itertools.product((-2.5, -0.0, 0.0, 3.0, inf, -inf, nan), repeat=2):
        if any(type(exact(x)) is Exact for x in pair):
            wanted = float(operation(*map(floats.Ieee, pair)))
            got = float(operation(*map(exact, pair)))
            assert same(got or 0.0, wanted or 0.0), pair


def test_their_zeros_have_signs_and_they_have_no_end():
    assert exact(-0.0) is MINUS_ZERO and exact(0.0) is ZERO and MINUS_ZERO == ZERO
    assert same(float(MINUS_ZERO), -0.0) and same(1 / MINUS_ZERO, -inf)
    assert float(exact(10**400)) == inf and float(exact(-(10**400))) == -inf
    assert float(1 / exact(10**400)) == 0 < 1 / exact(10**400) < inf
    assert (exact(1) % exact(0)) != (exact(1) % exact(0))


# --- the table over exact numbers ----------------------------------------------------


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=named(SAMPLES))
def test_every_rule_has_as_many_digits_as_wanted(row, sample, exact_selu):
    got = References(50).at(row, [*map(exact, sample)])
    with mpmath.workdps(120):
        true = oracle.value(row.name, sample)
        assert abs(to_mpmath(got) - true) <= abs(true) * mpmath.mpf(10) ** -48


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_at_special_operands_it_is_what_floats_say_and_takes_no_time(row):
    references = References(50)
    begin = time.perf_counter()
    for pair in itertools.product(SPECIAL, repeat=min(row.arity or 2, 2)):
        point = (*pair, 1.0)[: row.arity or 2]
        if row.name in ("polygamma", "take"):
            point = (1.0, *point[1:], 2.0)[: row.arity or 3]
        recorded = row.at(*map(float, point))[0]
        number = references.at(row, [*map(exact, point)])
        if number is None:  # too large or small, or a limit that is not told
            is_far = recorded == 0 or abs(recorded) == inf
            assert is_far or any(not abs(x) < inf for x in point), point
            continue
        got = float(number)
        if got != got or abs(got) == inf or got == 0:
            assert got == recorded or got != got != recorded != recorded, point
        else:
            condition = 1000 if row.name == "softmax" else 4
            assert abs(got - recorded) <= condition * stdlib.ulp(recorded), point
    assert time.perf_counter() - begin < 10


def test_what_is_rational_is_exact():
    references = References(30)
    rng = random.Random(2)
    for row in TABLE:
        references.is_exact = True
        point = [exact(rng.uniform(0.1, 4)) / 7 for _ in range(row.arity or 4)]
        if row.name == "take":
            point[0] = exact(2)
        elif row.name == "polygamma":
            point[0] = exact(1)
        elif row.name == "**":
            point[1] = exact(-3)
        value = references.at(row, point)
        numbers = [fraction(x) for x in point]
        rational = {
            "+": lambda x, y: x + y,
            "/": lambda x, y: x / y,
            "%": lambda x, y: x % y,
            "**": lambda x, n: x ** int(n),
            "square": lambda x: x * x,
            "reciprocal": lambda x: 1 / x,
            "mean": lambda *xs: sum(xs) / len(xs),
            "dot": lambda a, b, c, d: a * c + b * d,
            "prod": lambda a, b, c, d: a * b * c * d,
            "max": max,
            "fma": lambda x, y, z: x * y + z,
            "remainder": lambda x, y: x - y * round(x / y),
            "softsign": lambda x: x / (1 + abs(x)),
        }.get(row.name)
        if rational:
            assert references.is_exact and fraction(value) == rational(*numbers)
        elif row.name in ("exp", "sqrt", "sigmoid", "atan2", "logsumexp", "gelu"):
            assert not references.is_exact


def test_too_large_and_too_small_is_not_told():
    references = References(50)
    assert references.at(ROWS["exp"], [exact(1e6)]) is None
    assert references.at(ROWS["exp"], [exact(-1e6)]) is None
    assert to_mpmath(references.at(ROWS["exp"], [exact(-5000.0)])) > 0
    huge = Exact(2**9000)
    assert references.at(ROWS["*"], [huge, huge]) is None
    assert references.at(ROWS["softplus"], [exact(1e6)]) == 1000000


# --- results -----------------------------------------------------------------------


def composed(math, x, y):
    share = math.exp(math.sin(x) * y) / (1 + x * x) ** 3
    return math.tanh(share - y / x) + math.atan2(x, y) ** 3 * abs(-x)


def test_the_reference_is_mpmath_s():
    for x, y in ((0.7, 1.3), (-2.5, 0.1), (1e-3, 40.0)):
        report = precision(composed(math, Value(x), Value(y)), digits=60)
        with mpmath.workdps(80):
            true = composed(mpmath, mpmath.mpf(x), mpmath.mpf(y))
            assert abs(report.result.reference - true) <= abs(true) * 1e-59
            error = report.result.recorded - true
            assert report.result.error == pytest.approx(float(error), rel=1e-12)
            assert report.result.relative == pytest.approx(float(abs(error / true)))
        assert len(str(report.result.reference)) > 55


def test_errors_of_one_operation_are_known_exactly():
    (third,) = precision(Value(1.0) / 3).nodes
    assert third.own == third.error == float(Fraction(1 / 3) - Fraction(1, 3))
    assert third.own_ulps == pytest.approx(1 / 3) and third.share == 1.0
    (total,) = precision(Value(0.1) + 0.2).nodes
    true = Fraction(0.1) + Fraction(0.2)
    assert total.error == float(Fraction(0.1 + 0.2) - true)
    assert total.relative == float(abs(Fraction(0.1 + 0.2) - true) / true)
    assert total.conditions == pytest.approx((1 / 3, 2 / 3)) and total.ulps == 0.5
    assert precision(Value(0.5) + 0.25).result.error == 0.0


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=named(SAMPLES))
def test_an_operation_s_own_error_is_the_table_s(row, sample, exact_selu):
    (node,) = precision(record(row, *map(Value, sample))).nodes
    true = oracle.value(row.name, sample)
    assert node.own_ulps == pytest.approx(oracle.ulps(node.recorded, true), abs=1e-6)
    assert node.own == node.error and node.relative < 1e-12
    for k, condition in enumerate(node.conditions):
        if (row.name, k) not in NO_SLOPE and true:
            slope = oracle.slope(row.name, sample, k)
            expected = float(abs(sample[k] * slope / true))
            assert condition == pytest.approx(expected, rel=1e-9, abs=1e-30)


def random_graph(rng):
    nodes = [Value(rng.uniform(0.5, 2)) for _ in range(4)]
    for _ in range(60):
        row = ROWS[rng.choice(["+", "-", "*", "/", "sin", "tanh", "sqrt", "exp"])]
        operands = [rng.choice(nodes) for _ in range(row.arity)]
        number = row.at(*[x.data for x in operands])[0]
        if 0.01 < number < 100:
            nodes.append(record(row, *operands))
    return math.sum(nodes)


@pytest.mark.parametrize("seed", range(12))
def test_to_first_order_the_operations_own_errors_make_the_error(seed):
    report = precision(random_graph(random.Random(seed)))
    assert report.estimate == pytest.approx(report.result.error, rel=1e-6)
    shares = [node.share for node in report.nodes]
    assert sum(shares) == pytest.approx(1) and shares == sorted(shares, reverse=True)
    assert report.findings == ()


def test_an_error_comes_from_operands_by_condition_numbers():
    x, y = Value(0.1) * 3, Value(0.7) * 11
    for row in ("+", "-", "*", "/", "atan2"):
        report = precision(record(ROWS[row], x, y))
        node = report.result
        known = {each.node: each for each in report.nodes}
        bound = node.own_ulps * stdlib.ulp(node.recorded) / abs(node.recorded)
        bound += sum(
            condition * known[operand].relative
            for condition, operand in zip(node.conditions, (x, y))
        )
        assert node.relative <= bound * (1 + 1e-9)


# --- digits lost -------------------------------------------------------------------


def log1p_by_hand(x):
    return math.log(1 + x)


LOSSES = {
    "1 - cos(x)": (lambda x: 1 - math.cos(x), 1e-8, "-", "cos"),
    "log(1 + x)": (log1p_by_hand, 1e-16, "log", "+"),
    "exp(x) - 1": (lambda x: math.exp(x) - 1, 1e-12, "-", "exp"),
    "(x + 1) - x": (lambda x: (x + 1) - x, 1e16, "-", "+"),
    "x² - y²": (lambda x: x * x - (x + 1e-9) ** 2, 1.1, "-", "+"),
    "quadratic formula": (
        lambda b: -b + math.sqrt(b * b - 4.0),
        1e8,
        "+",
        "sqrt",
    ),
}


@pytest.mark.parametrize(
    ("function", "x", "loser", "to_blame"), LOSSES.values(), ids=LOSSES
)
def test_lost_digits_are_named(function, x, loser, to_blame):
    report = precision(function(Value(x, label="x")))
    (finding,) = report.findings
    assert finding.kind == "digits lost" and finding.node.op == loser
    assert "of 16 digits are lost\n  condition number" in str(finding)
    worst = report.nodes[0]
    assert worst.node.op == to_blame and worst.share > 0.6 and worst.own_ulps <= 1
    (lost,) = [node for node in report.nodes if node.node is finding.node]
    assert lost.condition > 1e6 and lost.own_ulps <= 1
    assert lost.relative >= 1e3 * HALF
    assert lost.relative <= 2 * lost.condition * 1.2e-16
    assert str(finding) in str(report)


def test_condition_numbers_alone_lose_nothing():
    assert precision(Value(1.0) - 0.99999).findings == ()  # exact operands
    assert precision(math.log1p(Value(1e-16)) * 2).findings == ()


def test_how_it_reads():
    text = str(precision((Value(1e16, label="x") + 1) - 1e16))
    assert text == (
        "y = 0.0 has no right digit\n"
        "exactly 1.0\n"
        "relative error 1, 4.5e+15 units in the last place\n\n"
        "digits lost: y = v1 - 1e+16: 16.0 of 16 digits are lost\n"
        "  condition number 2e+16, of v1 = 1e+16\n\n"
        "to blame    own error    error  condition  operation\n"
        "  100.0%      0.5 ulp    1e-16          1  v1 = x + 1\n"
        "    0.0%        0 ulp        1      2e+16  y = v1 - 1e+16"
    )
    right = precision(Value(0.1) * 3)
    assert str(right).startswith("y = 0.30000000000000004 is right to its last digit\n")
    assert repr(right) == str(right)
    assert (
        str(precision(Value(2.0))) == "x1 = 2.0 is right to its last digit\nexactly 2.0"
    )
    nothing = str(precision(math.sqrt(Value(-1.0))))
    assert nothing.startswith("y = nan is no number\nexactly nan\n\nto blame")
    many = precision(math.sqrt(sum([Value(0.1 * i) ** 2 for i in range(30)])))
    assert str(many).endswith(f"... and {len(many.nodes) - 20} more operations")


# --- branches ----------------------------------------------------------------------


def test_decided_by_rounding_is_told_first():
    x = Value(0.7, label="x")
    y = math.floor(x * 10) + 1
    report = precision(y)
    first = report.findings[0]
    assert first.kind == "decided by rounding" and first.node.op == "floor"
    assert "floor(v1) is 7.0, exactly 6.0\n  v1 is 7.0, exactly 6.99999999" in str(
        first
    )
    assert float(report.result.reference) == 7.0 and "first order" in str(report)


@pytest.mark.parametrize(
    ("function", "op", "slopes"),
    [
        (lambda x: abs(x * 10 - 1), "abs", "0, exactly 1"),
        (lambda x: math.relu(x * 10 - 1), "relu", "0, exactly 1"),
        (lambda x: math.max(x * 10, 1), "max", "0.5, 0.5, exactly 1, 0"),
        (lambda x: math.clip(x * 10, 0.0, 1), "clip", "1, 0, 0, exactly 0, 0, 1"),
        (lambda x: math.hardtanh(1 - x * 10), "hardtanh", None),
        (lambda x: math.floor(x * 10), "floor", None),
        (lambda x: (2 - x * 10) // 1, "//", "is 1.0, exactly 0"),
        (lambda x: (2 - x * 10) % 1, "%", "is 0.0, exactly 1.0; has the slope 1, -1"),
        (lambda x: math.sign(x * 10 - 1), "sign", "is 0.0, exactly 1"),
        (lambda x: math.sqrt(1 - x * 10), "sqrt", "is 0.0, exactly nan"),
        (lambda x: math.asin(x * 10) + 1, "asin", "is 1.5707963267948966, exactly nan"),
        (lambda x: math.exp(x * 10 - 1), "exp", None),
        (lambda x: math.logaddexp(x * 10, 1), "logaddexp", None),
        (lambda x: math.cos(x * 10 - 1), "cos", None),
        (lambda x: (x * 10 - 1) ** 2, "**", None),
        (lambda x: math.softsign(x * 10 - 1), "softsign", None),
    ],
)
def test_where_a_branch_was_decided_by_rounding(function, op, slopes):
    # 0.1 is a little more than a tenth, and 0.1 * 10 was rounded to 1
    y = function(Value(0.1))
    decided = [f for f in precision(y).findings if f.kind == "decided by rounding"]
    assert [finding.node.op for finding in decided] == [op] * (slopes is not None)
    assert slopes is None or slopes in str(decided[0])


def test_at_every_kink_of_the_table_one_side_decides_otherwise():
    references = References(50)
    count = 0
    for row in TABLE:
        for at in row.conventions:
            value, slopes = row.at(*at.operands)
            moving = [k for k in range(len(slopes)) if (row.name, k) not in NO_SLOPE]
            bent, _ = bends(row, at.operands, value, slopes, moving)
            here = [*map(exact, at.operands)]
            for bend in bent:
                if bend.kind not in ("kink", "jump") or inf in map(abs, bend.values):
                    continue
                if row.name == "atan2":  # the slopes are infinite beside
                    continue
                sides = []
                for step in (-1e-30, 1e-30):
                    beside = [*here]
                    beside[bend.position] += exact(step)
                    sides.append(slopes_beyond(references, row, here, beside))
                assert any(side is not None for side in sides), (row, at)
                count += 1
    assert count > 20


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=named(SAMPLES))
def test_where_all_is_smooth_nothing_is_decided(row, sample):
    references = References(50)
    here = [*map(exact, sample)]
    beside = [
        x if (row.name, k) in NO_SLOPE else x * (1 + exact((k + 1) * 1e-12))
        for k, x in enumerate(here)
    ]
    assert slopes_beyond(references, row, here, beside) is None


# --- the ends of floats, and of what can be told -------------------------------------


def test_overflow_and_underflow():
    y = math.log(math.exp(Value(1000.0)) + math.exp(Value(1001.0)))
    report = precision(y)
    assert [finding.kind for finding in report.findings] == ["overflow"] * 2
    assert str(report.findings[0]).endswith("exp(x1) is inf, exactly 1.97007e+434")
    with mpmath.workdps(60):
        true = 1000 + mpmath.log(1 + mpmath.e)
        assert abs(report.result.reference - true) < 1e-46
    assert report.result.relative == inf and "  ?" in str(report)
    (under,) = precision(math.exp(Value(-1000.0)) * 1e300).findings
    assert under.kind == "underflow" and "exactly 5.07596e-435" in str(under)


def test_true_identities_are_seen_through():
    x = Value(0.7)
    for zero in (
        math.sqrt(Value(2.0)) ** 2 - 2,
        math.sin(x) ** 2 + math.cos(x) ** 2 - 1,
        math.log(math.exp(x)) - 0.7,
        Value(1.0) / 3 * 3 - 1,
        Value(1.0) / 49 * 49 - 1,
    ):
        report = precision(zero)
        assert report.result.reference == 0
        assert report.result.relative == (inf if zero.data else 0)
        is_rational = zero.parents[0].op == "*"
        assert ("as far as 520 digits tell" in str(report)) == (not is_rational)


def test_what_only_looks_like_one_is_not():
    for x, digits in ((1e-40, 50), (1e-90, 20), (1e-125, 50)):
        report = precision(1 - math.cos(Value(x)), digits=digits)
        with mpmath.workdps(400):
            true = 1 - mpmath.cos(mpmath.mpf(x))
            assert abs(report.result.reference - true) <= true * mpmath.mpf(10) ** -19


def test_what_no_digits_tell_is_said():
    y = math.log(math.exp(Value(1000.0)) + 1) - 1000
    findings = precision(y).findings
    assert [f.kind for f in findings] == ["overflow", "not settled"]
    assert findings[1].node is y and "520 digits do not tell" in str(findings[1])


def test_minus_zero_keeps_its_sign():
    x = Value(0.0)
    report = precision(math.atan2(-x, Value(-1.0)))
    assert report.result.recorded == -stdlib.pi and report.result.relative < HALF
    assert precision(math.copysign(Value(3.0), x * -1.0)).result.error == 0
    assert precision(1 / -x).result.error == 0


def test_users_own_primitives_are_taken_as_exact():
    @primitive(partials=lambda out, x: -stdlib.sin(x))
    def own_cosine(x):
        return stdlib.cos(x)

    try:
        y = 1 - own_cosine(Value(1e-8))
        report = precision(y)
        assert report.result.reference == 0 and report.nodes[0].own == 0
        (finding,) = report.findings
        assert finding.kind == "not evaluated"
        assert "own_cosine(x1) is 1.0, taken as exact" in str(finding)
    finally:
        del ROWS["own_cosine"]


# --- graphs, errors ------------------------------------------------------------------


def test_a_long_graph():
    y = x = Value(0.3)
    for _ in range(3000):
        y = math.relu(y * 0.99 + x * x)
    begin = time.perf_counter()
    report = precision(y)
    assert time.perf_counter() - begin < 20 and len(report.nodes) == 12000
    assert report.estimate == pytest.approx(report.result.error, rel=1e-6)


def test_a_long_list_is_one_operation():
    rng = random.Random(4)
    numbers = [rng.gauss(0, 1) for _ in range(5000)]
    (node,) = precision(math.sum([*map(Value, numbers)])).nodes
    true = sum(map(Fraction, numbers))
    assert node.error == float(Fraction(node.recorded) - true)
    assert len(node.formula) < 60


def test_mpmath_s_own_precision_is_left_alone():
    before = mpmath.mp.prec
    precision(math.exp(Value(1.0)), digits=30)
    assert mpmath.mp.prec == before


def test_errors(monkeypatch):
    x = Value(2.0)
    y = math.exp(x)
    with pytest.raises(TypeError, match=r"precision\(y\): y must be a Value, not 2.0"):
        precision(2.0)
    with pytest.raises(TypeError, match=r"digits must be an int, not 30\.0"):
        precision(y, 30.0)
    with pytest.raises(ValueError, match="10 digits are too few"):
        precision(y, 10)
    x.data = 3.0
    with pytest.raises(ValueError, match="assigned to after y was recorded"):
        precision(y)
    monkeypatch.setitem(sys.modules, "mpmath", None)
    with pytest.raises(ImportError, match=r"needs mpmath: pip install 'scalar-a"):
        precision(y)
