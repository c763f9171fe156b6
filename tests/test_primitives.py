"""The table against oracles: mpmath, differences, itself over other number types."""

import ast
import inspect
import math as stdlib
import types

import mpmath
import pytest

import autograd
from autograd import Value, floats
from autograd._engine import record
from autograd.primitives import ROWS, TABLE, Primitive
from tests import oracle

CASES = [(row, sample) for row in TABLE for sample in row.samples]
IDS = [f"{row.identifier}{sample}" for row, sample in CASES]
FLAT = {"sign", "floor", "ceil", "trunc", "round", "//"}
# By construction no slope is computed there: a constant exponent, order and index.
NO_SLOPE = {("**", 1), ("polygamma", 0), ("take", 0)}


def same(got, expected):
    """Equal, nan to nan, or at most the last digit off."""
    if got != got or expected != expected:
        return got != got and expected != expected
    return got == expected or abs(got - expected) <= stdlib.ulp(expected)


def condition(name, operands, true, slopes):
    """How much a relative error in the operands grows: it bounds what is reachable."""
    if not true:
        return 1.0
    return float(max(1, *(abs(x * s / true) for x, s in zip(operands, slopes))))


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_value_is_within_2_ulp(row, sample):
    got, _ = row.at(*sample)
    true = oracle.value(row.name, sample)
    slopes = [
        0 if (row.name, i) in NO_SLOPE else oracle.slope(row.name, sample, i)
        for i in range(len(sample))
    ]
    limit = 2 * condition(row.name, sample, true, slopes)
    assert oracle.ulps(got, true) <= limit


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_partials_are_within_4_ulp(row, sample):
    _, partials = row.at(*sample)
    assert len(partials) == len(sample)
    for i, got in enumerate(partials):
        if (row.name, i) in NO_SLOPE:
            continue
        true = oracle.slope(row.name, sample, i)
        second = oracle.slope(row.name, sample, i, i)
        growth = abs(sample[i] * second / true) if abs(true) > 1e-40 else 0
        if abs(true) <= 1e-40:
            assert abs(got) <= 1e-40
        else:
            assert oracle.ulps(got, true) <= 4 * max(1, float(growth)), (i, got, true)


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_partials_agree_with_finite_differences(row, sample):
    _, partials = row.at(*sample)
    for i, got in enumerate(partials):
        if (row.name, i) in NO_SLOPE:
            continue
        h = 1e-6 * abs(sample[i] or 1.0)
        if row.name in ("asin", "atanh", "acosh") and abs(abs(sample[i]) - 1) < 1e-5:
            continue  # closer to the edge of the domain than a difference's step
        above, below = list(sample), list(sample)
        above[i], below[i] = sample[i] + h, sample[i] - h
        rise = row.at(*above)[0] - row.at(*below)[0]
        estimate = rise / (above[i] - below[i])
        scale = abs(row.at(*sample)[0]) * 1e-15 / h
        assert got == pytest.approx(estimate, rel=2e-4, abs=1e-9 + 10 * scale)


@pytest.mark.parametrize(
    ("row", "at"),
    [(row, at) for row in TABLE for at in row.conventions],
    ids=lambda x: getattr(x, "identifier", None) or str(x.operands),
)
def test_conventions_hold_for_the_table_and_for_values(row, at):
    value, partials = row.at(*at.operands)
    assert same(value, at.value)
    for got, expected in zip(partials, at.partials):
        assert same(got, expected), (partials, at.partials)
    leaves = [Value(x) for x in at.operands]
    y = record(row, *leaves)
    y.backward()
    assert same(y.data, at.value)
    for leaf, expected in zip(leaves, at.partials):
        assert same(leaf.grad, expected)


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_rules_over_values_give_second_derivatives(row, sample):
    smooth_in = [i for i in range(len(sample)) if (row.name, i) not in NO_SLOPE]
    for i in smooth_in:
        for j in smooth_in:
            leaves = [Value(x) if k in smooth_in else x for k, x in enumerate(sample)]
            y = record(row, *leaves)
            slope = row.partials(autograd.math, y, *leaves)[i]
            got = 0.0
            if isinstance(slope, Value) and not slope.is_constant:
                slope.backward()
                got = leaves[j].grad
            true = float(oracle.slope(row.name, sample, *sorted((i, j))))
            scale = abs(float(oracle.slope(row.name, sample, i)) / (sample[j] or 1))
            assert got == pytest.approx(true, rel=1e-9, abs=1e-9 * max(scale, 1e-30))


class Symbol:
    """A number type that computes nothing: it fails on whatever is not generic."""

    def _symbol(self, *others):
        return Symbol()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _symbol
    __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __neg__ = _symbol
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _symbol
    __hash__ = None

    def __bool__(self):
        raise AssertionError("a rule decided with `if` what `where` must decide")


class SymbolicMath(types.SimpleNamespace):
    def __getattr__(self, name):
        assert hasattr(floats, name), f"a rule uses {name}, which floats do not have"
        constant = isinstance(getattr(floats, name), float)
        return Symbol() if constant else lambda *operands: Symbol()


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_rules_hold_over_symbols(row, sample):
    operands = [
        x if (row.name, i) in NO_SLOPE else Symbol() for i, x in enumerate(sample)
    ]
    partials = row.partials(SymbolicMath(), Symbol(), *operands)
    assert len(partials) == len(sample)


def test_rules_do_not_reach_for_the_standard_library():
    tree = ast.parse(inspect.getsource(inspect.getmodule(Primitive)))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert "math" not in imported


def test_every_row_is_reachable_and_told():
    for row in TABLE:
        assert ROWS[row.name] is row
        assert row.samples and row.doc and row.text and row.latex and row.symbol
        assert callable(getattr(autograd.math, row.identifier))
        assert row.name in oracle.REFERENCES, "a new row needs its oracle"
        operands = ("a", "b", "c")[: row.arity or 0]
        lists = {"all": "a, b", "left": "a", "right": "b"}
        assert "{" not in row.text.format(*operands, **lists)
        assert row.latex.format(*operands, **lists)
        if row.arity == 1:
            assert hasattr(Value, row.identifier)
    assert len({row.identifier for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("row", [r for r in TABLE if r.textbook], ids=repr)
def test_what_textbooks_write_is_the_same_slope(row):
    compared = 0
    for sample in row.samples:
        out, partials = row.at(*sample)
        for told, partial in zip(row.textbook(floats, out, *sample), partials):
            if abs(partial) > 1e-6:  # in the tails it loses every digit
                assert told == pytest.approx(partial, rel=1e-9)
                compared += 1
    assert compared >= 2


def test_a_wrong_rule_would_be_caught():
    wrong = Primitive(
        "wrong",
        lambda math, x: math.sin(x),
        lambda math, out, x: (1.0005 * math.cos(x),),
        ((0.3,),),
        "sin with a slope that is 0.05 % off",
        ("", 0.0),
    )
    true = oracle.slope("sin", (0.3,), 0)
    assert oracle.ulps(wrong.at(0.3)[1][0], true) > 4
    assert oracle.ulps(ROWS["sin"].at(0.3)[1][0], true) <= 4


TAILS = [
    ("tanh", 20.0),
    ("tanh", -300.0),
    ("sigmoid", 40.0),
    ("sigmoid", -700.0),
    ("gelu", -10.0),
    ("gelu", -30.0),
    ("atanh", 1 - 1e-9),
    ("acosh", 1 + 1e-10),
    ("softsign", 1e10),
    ("expm1", -40.0),
    ("lgamma", 1 + 1e-9),
    ("lgamma", 2 - 1e-9),
    ("softplus", -700.0),
    ("silu", -700.0),
    ("mish", -700.0),
    ("erfc", 26.0),
    ("log1p", 1e-300),
    ("exp", -740.0),
    ("asinh", 1e300),
    ("logsigmoid", 700.0),
    ("digamma", 1e300),
    ("digamma", 1e-300),
    ("digamma", -20.3),
]


@pytest.mark.parametrize(("name", "x"), TAILS)
def test_tails_keep_their_digits(name, x):
    with mpmath.workdps(700):
        true = oracle.value(name, (x,))
        slope = oracle.slope(name, (x,), 0)
        second = oracle.slope(name, (x,), 0, 0)
        growth = float(max(1, abs(x * slope / true)))
        slope_growth = float(max(1, abs(x * second / slope)))
        value, (partial,) = ROWS[name].at(x)
        assert oracle.ulps(value, true) <= 2 * growth
        assert oracle.ulps(partial, slope) <= 4 * slope_growth


def test_where_python_raises_the_table_has_an_answer():
    for name, x in [
        ("exp", 1e4),
        ("sinh", 1e4),
        ("log", -1.0),
        ("gamma", 0.0),
        ("sqrt", -1.0),
        ("acos", 3.0),
        ("sin", stdlib.inf),
    ]:
        with pytest.raises((ValueError, OverflowError)):
            getattr(stdlib, name)(x)
        value, (partial,) = ROWS[name].at(x)
        assert isinstance(value, float) and isinstance(partial, float)
