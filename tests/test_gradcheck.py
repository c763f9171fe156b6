"""gradcheck: nothing wrong passes, nothing right fails; what is left out is said."""

import dataclasses
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, math, no_grad, primitive, scope, stop_gradient
from autograd._engine import record
from autograd.checking import directions, operations
from autograd.checking.gradcheck import GradcheckError, GradcheckReport, gradcheck
from autograd.primitives import ROWS
from nn import MLP
from tests.test_differences import BEYOND_DIGITS
from tests.test_primitives import CASES, IDS, NO_SLOPE
from tests.test_random_graphs import programs, run, scaled

WRONG = "wrong "


def moving(row, sample):
    name = row.name.removeprefix(WRONG)
    return [i for i in range(len(sample)) if (name, i) not in NO_SLOPE]


def applied(row, sample):
    """A row as a function of those of its operands that it has slopes by."""
    places = moving(row, sample)

    def f(*xs):
        operands = [*sample]
        for place, x in zip(places, xs):
            operands[place] = x
        return record(row, *operands)

    return f, [sample[place] for place in places]


def off(row, change):
    """The row with other local derivatives: change(math, out, partials, operands)."""

    def partials(math, out, *operands):
        return tuple(change(math, out, row.partials(math, out, *operands), operands))

    return dataclasses.replace(row, name=WRONG + row.name, partials=partials)


# --- the whole table -----------------------------------------------------------------

# Beyond a float, or below the last digit of what differences are taken of
UNTOLD = {
    2: {
        *(("log", (1e-300,)), ("sqrt", (1e-300,)), ("cbrt", (1e-300,))),
        *(("erf", (1e-09,)), ("softplus", (25.0,))),
        *(("logaddexp", (0.0, -40.0)), ("logsumexp", (0.0, -40.0))),
    },
    3: {
        *(("log", (1e-300,)), ("sqrt", (1e-300,)), ("cbrt", (1e-300,))),
        *(("rsqrt", (1e-100,)), ("logsumexp", (0.0, -40.0))),
    },
}


@pytest.mark.filterwarnings("ignore:gradcheck of f. NOTHING:RuntimeWarning")
@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_every_row_is_right_to_the_third_derivative(row, sample):
    f, operands = applied(row, sample)
    report = gradcheck(f, *operands, order=3)
    assert report
    first, second, third = report.operations
    assert bool(first.skipped) == ((row.name, sample) in BEYOND_DIGITS)
    assert bool(second.skipped) == ((row.name, sample) in UNTOLD[2])
    assert bool(third.skipped) == ((row.name, sample) in UNTOLD[3])
    assert first.agree + first.skipped == len(operands)


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_a_rule_off_by_a_little_in_one_operand_is_named(row, sample):
    for place in moving(row, sample):
        if row.at(*sample)[1][place] == 0 or (row.name, sample) in BEYOND_DIGITS:
            continue

        def change(math, out, partials, operands, place=place):
            return [p * 1.0005 if i == place else p for i, p in enumerate(partials)]

        wrong = off(row, change)
        f, operands = applied(wrong, sample)
        with pytest.raises(GradcheckError) as caught:
            gradcheck(f, *operands)
        told = str(caught.value)
        assert f"the rule of {row.identifier} is wrong" in told
        assert f"its local derivative by operand {place} (" in told
        edge = caught.value.edge
        assert (edge.child.op, edge.position) == (wrong.name, place)


@pytest.mark.parametrize(("row", "sample"), CASES, ids=IDS)
def test_a_rule_that_is_flat_when_differentiated_is_named_at_order_2(row, sample):
    def change(math, out, partials, operands):
        return [x.data if isinstance(x, Value) else x for x in partials]

    wrong = off(row, change)
    f, operands = applied(wrong, sample)
    if (row.name, sample) in BEYOND_DIGITS | UNTOLD[2]:
        return
    report = gradcheck(applied(row, sample)[0], *operands, order=2)
    assert gradcheck(f, *operands)  # right, to the first order
    curved = any(
        hessian_entry(row, sample, i, j) != 0
        for i in moving(row, sample)
        for j in moving(row, sample)
    )
    if not curved:
        assert gradcheck(f, *operands, order=2).operations == report.operations
        return
    with pytest.raises(GradcheckError, match=f"the derivative of {row.identifier}'s"):
        gradcheck(f, *operands, order=2)


def hessian_entry(row, sample, i, j):
    leaves = [Value(x) if k in moving(row, sample) else x for k, x in enumerate(sample)]
    slope = row.partials(math, record(row, *leaves), *leaves)[i]
    if isinstance(slope, Value) and not slope.is_constant:
        slope.backward()
        return leaves[j].grad
    return 0.0


# --- users' own rules ----------------------------------------------------------------


def rule_of(partials, f=None):
    """f as a primitive whose rule is this one."""
    return primitive(partials=partials)(f or product_of_powers)


def product_of_powers(x, y):
    return x * x * y


RIGHT = {
    "tuple": lambda out, x, y: (2 * x * y, x * x),
    "through the result": lambda out, x, y: (2 * out / x, out / y),
}
MISTAKES = {
    "sign": (lambda out, x, y: (-2 * x * y, x * x), 0),
    "0.05 %": (lambda out, x, y: (2.001 * x * y, x * x), 0),
    "a forgotten factor": (lambda out, x, y: (x * y, x * x), 0),
    "the operands' order": (lambda out, x, y: (2 * y * x, y * y), 1),
    "swapped": (lambda out, x, y: (x * x, 2 * x * y), 0),
    "only in the second operand": (lambda out, x, y: (2 * x * y, 1.0005 * x * x), 1),
    "123 times too large": (lambda out, x, y: (2 * x * y, 123 * x * x), 1),
    "nothing": (lambda out, x, y: (0.0, x * x), 0),
    "not a number": (lambda out, x, y: (2 * x * y, float("nan")), 1),
    "infinite": (lambda out, x, y: (float("inf"), x * x), 0),
}


@pytest.mark.parametrize("partials", RIGHT.values(), ids=RIGHT)
def test_a_right_rule_of_ones_own_passes(partials):
    f = rule_of(partials)
    report = gradcheck(lambda a, b: f(a, b) * a, 1.5, -0.5, order=3)
    assert [(t.agree, t.skipped) for t in report.operations] == [
        (4, 0),
        (8, 0),
        (16, 0),
    ]
    assert report.whole.skipped == 0 < report.whole.agree


@pytest.mark.parametrize(("partials", "position"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_mistake_is_named(partials, position, order):
    f = rule_of(partials)

    def loss(a, b):
        return math.tanh(f(a, b) + a * b) + math.exp(b)

    with pytest.raises(
        GradcheckError, match="the rule of product_of_powers is wrong"
    ) as e:
        gradcheck(loss, 1.3, -0.7, order=order)
    told = str(e.value)
    assert told.startswith(
        "product_of_powers(a = 1.3, b = -0.7): its local derivative by operand "
        f"{position} ({'ab'[position]}) is "
    )
    assert f"(edge {position + 1} of 10, recorded at tests/test_gradcheck.py:" in told
    assert told.endswith(": return math.tanh(f(a, b) + a * b) + math.exp(b))")
    assert e.value.edge.parent.label == "ab"[position]


def test_the_message_says_both_numbers_the_error_and_the_scope():
    @primitive(partials=lambda out, x: -x / out)
    def smooth_abs(x):
        return math.sqrt(x * x + 1e-4)

    def f(x):
        with scope("layer 2"), scope("neuron 1"):
            return smooth_abs(2 * x)

    with pytest.raises(AssertionError) as caught:
        gradcheck(f, Value(-1.5, label="width"))
    line = f.__code__.co_firstlineno + 2
    assert str(caught.value) == (
        "smooth_abs(v1 = -3.0): its local derivative by operand 0 (v1) is "
        "0.9999944444907404, and differences say -0.99999444449075 (± 3e-13): the rule "
        "of smooth_abs is wrong (edge 2 of 2, in scope 'layer 2 / neuron 1', recorded "
        f"at tests/test_gradcheck.py:{line}: return smooth_abs(2 * x))"
    )


def nested(partials):
    """x**3 whose rule is made of a primitive, whose rule is made of another."""

    @primitive(partials=lambda out, x: partials[2])
    def six_x(x):
        return 6 * x

    @primitive(partials=lambda out, x: partials[1] * six_x(x))
    def three_squares(x):
        return 3 * x * x

    @primitive(partials=lambda out, x: partials[0] * three_squares(x))
    def cube(x):
        return x * x * x

    return cube


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_each_order_finds_what_the_order_before_cannot(wrong):
    assert gradcheck(nested([1.0, 1.0, 6.0]), 0.7, order=3)
    partials = [1.0, 1.0, 6.0]
    partials[wrong] *= 1.0005
    cube = nested(partials)
    for order in range(1, wrong + 1):
        assert gradcheck(cube, 0.7, order=order)
    nth = ("local", "second", "third")[wrong]
    for order in range(wrong + 1, 4):
        with pytest.raises(GradcheckError, match=f"its {nth} derivative by operand"):
            gradcheck(cube, 0.7, order=order)


def test_a_rule_of_plain_numbers_is_found_at_order_2():
    @primitive(partials=lambda out, x: 2 * getattr(x, "data", x))
    def from_data(x):
        return x * x

    assert gradcheck(from_data, 3.0)
    with pytest.raises(GradcheckError, match=r"second derivative.*is 0\.0.*as \.data"):
        gradcheck(from_data, 3.0, order=2)

    @primitive(partials=lambda out, x: 2 * float(x))
    def from_float(x):
        return x * x

    with pytest.raises(GradcheckError, match="from_float cannot be differentiated"):
        gradcheck(from_float, 3.0, order=2)

    @primitive(partials=lambda out, x: 3 * x if isinstance(x, Value) else 2 * x)
    def two_faced(x):
        return x * x

    with pytest.raises(GradcheckError, match=r"6\.0 as a plain number, but 9\.0"):
        gradcheck(two_faced, 3.0, order=2)


def test_many_operands_at_once_and_the_wrong_one_named():
    def partials(out, *xs):
        return [2 * x * (1.01 if i == wrong else 1.0) for i, x in enumerate(xs)]

    energy = rule_of(partials, lambda *xs: sum(x * x for x in xs))
    xs = [0.5 + 0.01 * i for i in range(300)]
    wrong = None
    report = gradcheck(lambda xs: energy(*xs), xs, order=2)
    assert report.operations[0].agree == 300 and report.operations[1].agree == 1
    wrong = 217
    with pytest.raises(GradcheckError, match="by operand 217 ") as caught:
        gradcheck(lambda xs: energy(*xs), xs)
    assert caught.value.edge.position == 217


# --- the function as a whole ---------------------------------------------------------


LOST = [
    lambda x: x * x.data,
    lambda x: x * stop_gradient(x),
    lambda x: 2.0 * x.data,
    lambda x: math.exp(x) + 1e-2 * math.sin(x.data),
]


@pytest.mark.parametrize("f", LOST)
def test_what_the_graph_does_not_have_is_found(f):
    with pytest.raises(
        GradcheckError, match=r"depends on x in a way that the graph"
    ) as e:
        gradcheck(f, 0.7)
    assert "did it read .data" in str(e.value).lower()
    assert e.value.edge is None


def test_no_grad_and_results_of_earlier_calls_are_found():
    def quiet(x, y):
        with no_grad():
            z = x * y
        return z + x

    with pytest.raises(GradcheckError, match="no_grad"):
        gradcheck(quiet, 2.0, 3.0)

    kept = []

    def cached(x):
        kept.append(x * x)
        return kept[0] + x

    with pytest.raises(GradcheckError, match="an earlier call"):
        gradcheck(cached, 2.0)


def test_it_is_found_which_result_by_which_input():
    def f(w):
        return {"first": w["a"] * w["b"], "second": w["a"] * stop_gradient(w["b"])}

    with pytest.raises(GradcheckError) as caught:
        gradcheck(f, {"a": 2.0, "b": 3.0})
    told = """f: its result 1's derivative by w["b"] is 0.0 by its graph, and"""
    assert str(caught.value).startswith(told)


def test_of_many_inputs_the_one_is_found():
    def f(xs):
        return autograd.sum([x if i != 37 else x.data for i, x in enumerate(xs)])

    xs = [0.1 * i for i in range(50)]
    with pytest.raises(GradcheckError, match=r"f: its derivative by xs\[37\] is 0.0"):
        gradcheck(f, xs)


def test_a_derivative_that_is_lost_inside_is_found_at_order_2():
    def f(x):  # (x - 0.7)**2, whose slope is right
        with no_grad():
            slope = 2 * (x - 0.7)
        return slope * (x - stop_gradient(x)) + stop_gradient((x - 0.7) ** 2)

    assert gradcheck(f, 1.5)
    with pytest.raises(GradcheckError, match=r"its second derivative by x is 0\.0"):
        gradcheck(f, 1.5, order=2)


def test_modes_that_disagree_are_told(monkeypatch):
    vjp = directions.Linearization.vjp

    class Wrong(directions.Linearization):
        def vjp(self, cotangents):
            return [x and x * 1.0005 for x in vjp(self, cotangents)]

    monkeypatch.setattr(directions, "Linearization", Wrong)
    with pytest.raises(GradcheckError, match="forward mode says"):
        gradcheck(lambda x, y: x * y + x, 2.0, 3.0)


def test_what_is_not_deterministic_is_told():
    generator = random.Random(0)
    with pytest.raises(GradcheckError, match="is not deterministic: called twice"):
        gradcheck(lambda x: x * generator.random(), 2.0)
    shapes = iter(([1.0], [1.0, 2.0], [1.0]))
    with pytest.raises(GradcheckError, match="one structure and another"):
        gradcheck(lambda x: [x, *next(shapes)], 2.0)

    @primitive(partials=lambda out, x: 2.0)
    def noisy(x):
        return 2 * x + next(count) * 1e-3

    count = iter((0, 0, *range(1, 1000)))
    with pytest.raises(GradcheckError, match="a function of its operands alone"):
        gradcheck(noisy, 2.0)


# --- what it is given, and what it leaves as it was ----------------------------------


def test_arguments_and_results_of_any_nesting():
    def f(w, xs, how, *more):
        y = math.dot(w["rows"][0], xs) + w["bias"]
        return {"y": y if how == "plain" else y * y, "z": [x * y for x in more]}

    w = {"rows": [(1.0, -2.0)], "bias": Value(0.5, label="b")}
    report = gradcheck(f, w, [0.3, 0.7], "square", 2.0, 3, order=2)
    assert report.whole.skipped == 0 and not report.skipped

    @primitive(partials=lambda out, x: 0.9 * x)
    def wrong(x):
        return x * x / 2

    for f, args, name in (
        (lambda w: wrong(w["rows"][0][1]), [w], 'w["rows"][0][1] = -2.0'),
        (lambda w: wrong(w["bias"]), [w], "b = 0.5"),
        (lambda *xs: wrong(xs[1]), [1.0, 2.0], "xs[1] = 2.0"),
    ):
        with pytest.raises(GradcheckError) as caught:
            gradcheck(f, *args)
        assert f"wrong({name})" in str(caught.value)


def test_values_closed_over_are_checked_and_put_back():
    w, v = Value(1.5, label="w"), Value(-0.5)
    w.grad = 7.0
    squared = w * w
    report = gradcheck(lambda: math.tanh(w * v) + v, order=2)
    assert report.whole.skipped == 0
    assert (w.data, v.data, w.grad, v.grad, v.label) == (1.5, -0.5, 7.0, 0.0, None)
    with pytest.raises(GradcheckError, match="derivative by w is "):
        gradcheck(lambda x: x * w * v * w.data, 2.0)
    assert w.data == 1.5
    # what was computed before the call is not computed again
    report = gradcheck(lambda x: x * squared + w, 2.0)
    assert report.notes == ("1 results recorded before the call stay as they are",)
    w.data = 2.5
    report = gradcheck(lambda x: x * squared, 2.0)
    assert report.operations[0].skipped == 2
    assert "recorded with older numbers" in report.skipped[0]


def test_a_network_s_parameters_are_checked():
    model = MLP(2, [4, 1], seed=0)
    before = [p.data for p in model.parameters()]
    report = gradcheck(lambda: (model([0.3, -0.4]) - 1.0) ** 2)
    assert report.operations[0].agree > 20 and not report.skipped
    assert [p.data for p in model.parameters()] == before


def test_under_no_grad_too_and_with_derivatives_inside():
    with no_grad():
        assert gradcheck(lambda x: x * x, 3.0).operations[0].agree == 2
    assert gradcheck(autograd.grad(lambda x: x**3 * math.sin(x)), 0.7, order=2)


def test_functions_that_are_built_in_have_names_too():
    assert "gradcheck of " in str(gradcheck(math.sin, 0.5))
    assert gradcheck(max, 1.0, 2.0) and gradcheck(pow, 1.5, 2.5)


def test_what_it_cannot_take_is_refused():
    with pytest.raises(TypeError, match="f must be a function, not 3"):
        gradcheck(3, 1.0)
    for order in (0, 4, True, 1.0, "1"):
        with pytest.raises(ValueError, match=r"gradcheck\(order\): must be 1, 2 or 3"):
            gradcheck(math.sin, 1.0, order=order)
    with pytest.raises(ValueError, match="returned no number; did it forget"):
        gradcheck(lambda x: None, 1.0)
    with pytest.raises(ValueError, match="there is no number to differentiate by"):
        gradcheck(lambda: 3.0)
    with pytest.raises(TypeError, match="not by object"):
        gradcheck(lambda x: 3.0, object())
    with pytest.raises(TypeError, match="it may return numbers"):
        gradcheck(lambda x: object(), 1.0)
    with pytest.raises(ZeroDivisionError):  # the function's own errors stay
        gradcheck(lambda x: x * (1 // 0), 1.0)


# --- what it says --------------------------------------------------------------------


def test_the_report_is_true_and_says_what_was_skipped():
    def f(x, y):
        return math.relu(x) * 3 + y * y

    report = gradcheck(f, 0.0, 2.0)
    assert isinstance(report, GradcheckReport) and bool(report) is True
    told = str(report)
    assert repr(report) == told
    lines = told.splitlines()
    assert lines[:3] == [
        "gradcheck of f",
        "  5 of 6 edges agree, 1 skipped",
        "  as a whole: 1 of 4 derivatives agrees, 3 skipped".replace("agrees", "agree"),
    ]
    assert (
        "  relu(x = 0.0): its local derivative by operand 0 (x): a kink: the slope is "
        "0 to the left and 1 to the right; 0.0 is used"
    ) in lines


def test_a_slope_that_no_kink_excuses_is_wrong():
    @primitive(partials=lambda out, x: 3.0)
    def ramp(x):
        return max(x, 0.0)

    with pytest.raises(GradcheckError, match=r"is 3\.0, and differences say 0\.5"):
        gradcheck(ramp, 0.0)


def test_kinks_that_cancel_are_told_from_a_lost_dependence():
    report = gradcheck(lambda x: math.relu(x) - math.relu(-x), 0.0)
    assert any("0.0 by the conventions at kinks, and 1.0" in s for s in report.skipped)
    with pytest.raises(
        GradcheckError, match=r"2 edges were not compared.*depends on x"
    ):
        gradcheck(lambda x: math.relu(x) - math.relu(-x) + x.data, 0.0)


def test_it_is_said_loudly_where_nothing_was_checked():
    with pytest.warns(RuntimeWarning, match="NOTHING WAS CHECKED"):
        report = gradcheck(math.relu, 0.0)
    assert report.is_empty and "NOTHING WAS CHECKED" in str(report)
    with pytest.warns(RuntimeWarning, match="rounding hides the difference"):
        gradcheck(lambda x: math.tanh(x), 20.0)


def test_of_many_sentences_the_first_are_shown():
    report = gradcheck(lambda xs: [math.relu(x) for x in xs] + [xs[0]], [0.0] * 40)
    assert report.operations[0].skipped == 40 and len(report.skipped) > 40
    assert len(str(report).splitlines()) < 20 and " more" in str(report)


# --- large graphs, and random ones ---------------------------------------------------


def long(x, y, count):
    for _ in range(count):
        x = x * 0.9999 + y * 1e-4
    return math.sin(x)


def test_a_large_graph_is_checked_in_part_and_says_so(monkeypatch):
    monkeypatch.setitem(operations.MOST, 1, 300)
    report = gradcheck(lambda x, y: long(x, y, 500), 1.5, -0.5)
    [tally] = report.operations
    assert tally.agree + tally.left_out == 4 * 500 + 1
    assert 300 <= tally.agree < 600
    assert report.notes[0].startswith("order 1: 300 of 1002 different operations were")
    assert report.whole.skipped == 0


@pytest.mark.slow
def test_a_graph_of_a_hundred_thousand_nodes_takes_seconds():
    start = time.process_time()
    assert gradcheck(lambda x, y: long(x, y, 25_000), 1.5, -0.5).whole.agree
    assert time.process_time() - start < 60


def test_a_rare_operation_is_never_left_out(monkeypatch):
    monkeypatch.setitem(operations.MOST, 1, 300)

    @primitive(partials=lambda out, x: 1.001)
    def same(x):
        return x

    def f(x):
        for k in range(1_000):
            x = x + 1e-3
            if k == 700:
                x = same(x)
        return x

    with pytest.raises(GradcheckError, match="the rule of same is wrong"):
        gradcheck(f, 1.0)


@settings(max_examples=25, deadline=None)
@given(programs(), st.sampled_from([1, 1, 2, 3]))
def test_random_graphs_are_right(program, order):
    start, instructions = program
    instructions = instructions[:: 1 if order == 1 else 20]

    def f(xs):
        values = [*xs]
        for operation, i, j in instructions:
            at = i % len(values), j % len(values)
            values = [
                *values,
                run([values[at[0]], values[at[1]]], [(operation, 0, 1)], scaled),
            ]
        return values[-1]

    report = gradcheck(f, start, order=order)
    assert report.operations[0].agree


@settings(max_examples=25, deadline=None)
@given(programs(), st.data())
def test_one_wrong_operation_in_a_random_graph_is_found(program, data):
    start, instructions = program
    place = data.draw(st.integers(0, len(instructions) - 1))
    bad = off(ROWS["*"], lambda math, out, partials, xs: (partials[0] * 1.0005, xs[0]))

    def f(xs):
        values = [*xs]
        for k, (operation, i, j) in enumerate(instructions):
            run(values, [(operation, i, j)], scaled)
            if k == place:
                values[-1] = record(bad, values[-1], 0.5) + values[-1]
        return math.sum(values)

    with pytest.raises(GradcheckError, match="the rule of mul is wrong") as caught:
        gradcheck(f, start)
    assert caught.value.edge.child.op == WRONG + "*"
