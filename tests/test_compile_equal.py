"""Compiled equals eager: every row, every part of nn, the demos' models."""

import itertools
import math as stdlib
import operator
import random

import pytest

from autograd import Value, compile, dot, engine, math
from autograd import sum as total
from autograd._engine import record
from autograd.functions import NAMES
from autograd.primitives import TABLE
from demos import digits, microgpt
from nn import MLP, Layer, Neuron, losses
from nn.activations import NAMES as ACTIVATIONS
from tests.compiled_laws import (
    TOLERANCE,
    Eager,
    Twins,
    agree,
    bits,
    near,
    of_floats,
    with_zero_grad,
)

inf, nan = float("inf"), float("nan")
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 6.0, 1e308, 5e-324, -5e-324, 710.0, -745.2]
SPECIAL += [inf, -inf, nan]
WHOLE = {"take", "polygamma"}  # an operand of theirs is a whole number
FOUR = (
    (1.5, 2.5, 0.5, -1.0),
    (inf, 1.0, 1.0, 2.0),
    (nan, 1.0, 0.0, -0.0),
    (-0.0, 0.0, -inf, inf),
    (2.0, 2.0, -3.0, 2.0),
)


def points(row):
    """Where a row is tried: samples, conventions, special operands."""
    yield from row.samples
    yield from (at.operands for at in row.conventions)
    if row.name not in WHOLE:
        arity = row.arity or 4
        for operands in itertools.product(SPECIAL, repeat=min(arity, 2)):
            yield (operands * 2)[:arity]


# --- the table


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.identifier)
def test_every_row_on_arguments_and_on_weights(row):
    known = {}
    for point in points(row):
        point = [float(x) for x in point]
        count = len(point)
        if count not in known:
            weights = [Value(x) for x in point]
            of_arguments = Twins(lambda *xs: record(row, *xs))
            of_weights = Twins(lambda ws=weights: record(row, *ws), weights)
            known[count] = weights, of_arguments, of_weights
        weights, of_arguments, of_weights = known[count]
        of_arguments.agree(*point)
        for weight, x in zip(weights, point):
            weight.data = x  # read anew at each call
        of_weights.agree()


OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow,
}  # fmt: skip


@pytest.mark.parametrize("sign", OPERATORS)
def test_operators_with_a_constant_on_either_side(sign):
    apply = OPERATORS[sign]
    for c in [*SPECIAL, 2.0, 3.0, 1e-320, 1e-308]:
        right, left = Twins(lambda x: apply(x, c)), Twins(lambda x: apply(c, x))
        for x in SPECIAL:
            right.agree(x)
            left.agree(x)


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.arity in (3, None) and row.name not in WHOLE],
    ids=lambda row: row.identifier,
)
def test_rows_of_many_operands_with_a_constant_among_them(row):
    arity = row.arity or 4
    for place, c in itertools.product(range(arity), (0.0, -0.0, 1.0, -2.5, inf, nan)):
        twins = Twins(lambda *xs: record(row, *xs[:place], c, *xs[place:]))
        for point in FOUR:
            twins.agree(*point[: arity - 1])


def test_every_method_and_function_of_one_number():
    for name, row in NAMES.items():
        if row.arity == 1:
            twins = Twins(getattr(math, name)), Twins(lambda x: getattr(x, name)())
            for x in row.samples:
                for each in twins:
                    each.agree(*x)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: abs(x) - +y + -x,
        lambda x, y: 2 - x + (3 + y) - 1.5,
        lambda x, y: 1 / x / (2 / y) * 0.5,
        lambda x, y: x**2 + x**3 - y**-1 + 2**x + abs(y) ** x + y**0 + x**0.5,
        lambda x, y: divmod(x, y)[0] * x + divmod(7, y)[1],
        lambda x, y: math.pow(x, 3) + math.log(x, 2.0) + math.log(3.0, abs(y)),
        lambda x, y: math.hypot(x, y, 1.0) + math.dist([x, y], [y, 2.0]),
        lambda x, y: math.modf(x)[0] * y - math.modf(y)[1],
        lambda x, y: math.ldexp(x, 3) + math.degrees(y) - math.radians(x),
        lambda x, y: math.prod([x, y, x], start=y) + math.mean([x, y, 3.0]),
        lambda x, y: math.softmax([x, y, 1.0])[1] - math.logsumexp([y, x]),
        lambda x, y: math.clip(x, -1.0, y) * math.fma(x, y, 2.0),
        lambda x, y: math.max([x, y]) * math.min(x, y, 0.5),
        lambda x, y: math.sumprod([x, y], [y, 2.0]) + total([x, x, y, 1.0]),
        lambda x, y: math.polygamma(1, abs(x)) * y,
    ],
)
def test_formulas(function):
    for x, y in ((1.5, -2.25), (0.7, 0.7), (3.0, -0.0), (inf, 2.0), (1.0, nan)):
        agree(function, x, y)


# --- what simplify must not do


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * 0,
        lambda x: x - x,
        lambda x: x / x,
        lambda x: x + 0,
        lambda x: 0 + x,
        lambda x: 0.0 + x,
        lambda x: x + -0.0,
        lambda x: x - 0.0,
        lambda x: -0.0 - x,
        lambda x: -(-x),
        lambda x: -(x - 1),
        lambda x: 1 - -x,
        lambda x: -x + 2,
        lambda x: x * -1,
        lambda x: -1 * x * -1,
        lambda x: x * 1 / 1,
        lambda x: x / 3,
        lambda x: x / -0.0,
        lambda x: x / inf,
        lambda x: x / 1e-310,
        lambda x: 0 / x,
        lambda x: x**0,
        lambda x: x**1,
        lambda x: x**2,
        lambda x: x**3,
        lambda x: x**-1,
        lambda x: x**-0.0,
        lambda x: x**1 * x**0,
        lambda x: math.max([x]),
        lambda x: math.mean([x]),
        lambda x: math.sum([x]),
        lambda x: math.prod([x]),
        lambda x: math.logsumexp([x]),
        lambda x: math.max([x, x]) + math.max([x, 0.0, x]),
        lambda x: math.copysign(1.0, x + 0.0) + math.copysign(1.0, x * 1),
        lambda x: math.atan2(x + -0.0, -1.0) + math.atan2(-(-x), -1.0),
        lambda x: (x * 0.0 + 1) * (2 * 3.0 - 6) + x,
        lambda x: (inf - inf) * x,
        lambda x: 0 * math.log(x * 0) + x,
    ],
)
def test_no_algebra_that_changes_a_result(function):
    twins = Twins(function)
    for x in [*SPECIAL, 1e-320, 3e-310, 2.0**1000]:
        twins.agree(x)


def test_equal_operations_are_merged_and_only_those():
    twins = Twins(
        lambda x, y: (
            (x + y) * (y + x)
            + (x - y) * (y - x)
            + (x * y) / (y * x)
            + (x / y) * (y / x)
            + math.atan2(x, y) * math.atan2(y, x)
            + math.dot([x], [y])
            + math.dot([x, y], [y, x])
            + math.max([x, y]) * math.max([y, x])
            + math.copysign(x, 0.0) * math.copysign(x, -0.0)
            + x**2.0 * x**-2.0
        )
    )
    for x, y in itertools.product([0.5, -2.5, 3.0], repeat=2):
        twins.agree(x, y)


def test_plain_numbers_are_computed_once_and_for_all():
    two = math.stop_gradient(Value(2.0))
    step = compile(lambda x: x * ((two * 3 - math.sqrt(two * 8)) / 2) + 0 * two)
    assert step(1.5) == 1.5
    assert len(step.tape) <= 1


# --- sums in another order


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 64, 129])
def test_sums_are_within_the_tolerance_of_the_sum_of_magnitudes(count):
    rng = random.Random(count)
    xs = [rng.gauss(0, 1) * 10.0 ** rng.randint(-8, 8) for _ in range(count)]
    ys = [rng.gauss(0, 1) for _ in range(count)]
    xs[1] = -xs[0]  # cancels
    ws = [Value(y) for y in ys]
    functions = [
        lambda xs: sum(xs),
        lambda xs: total(xs),
        lambda xs: sum(x * w for x, w in zip(xs, ws)),
        lambda xs: sum((x * w for x, w in zip(xs, ws)), ws[0]),
        lambda xs: sum((x * w for x, w in zip(xs, ws)), ws[0]) + xs[0] + ws[1],
        lambda xs: dot(xs, ws) + xs[-1],
        lambda xs: sum(x * x for x in xs) - sum(0.25 * x for x in xs),
        lambda xs: sum(x**2 + w * 3 - x for x, w in zip(xs, ws)),
        lambda xs: sum(abs(x) for x in xs) / len(xs) + sum(ws),
    ]
    for function in functions:
        node = function([*map(Value, xs)])
        products = [x * y for x, y in zip(xs, ys)], [x * x for x in xs]
        magnitude = stdlib.fsum(map(abs, (*xs, *ys, *products[0], *products[1])))
        assert abs(compile(function)(xs) - node.data) <= TOLERANCE * magnitude
        assert bits([compile(function, exact=True)(xs)]) == bits([node.data])
        agree(lambda xs, f=function: math.tanh(f(xs) * 1e-9), xs, weights=ws)


def test_a_nan_or_an_infinity_in_a_sum_stays():
    ws = [Value(0.5), Value(-1.0), Value(2.0), Value(0.0), Value(1.0)]
    for bad in (nan, inf, -inf):
        for place in range(5):
            xs = [1.0, 2.0, 3.0, 4.0, 5.0]
            xs[place] = bad
            agree(lambda xs: sum(x * w for x, w in zip(xs, ws)), xs, weights=ws)
            agree(lambda xs: dot(xs, ws) + xs[0], xs, weights=ws)
            agree(lambda xs: sum(xs) + sum(x * x for x in xs), xs)


# --- weights


def test_weights_are_read_anew_at_each_call():
    w, b = Value(2.0), Value(-1.0)

    def function(x):
        return w * x + b if w > 0 else b * b * x

    twins = Twins(function, [w, b])
    for number in (2.0, 3.5, -1.0, 0.0, nan, 2.0):
        w.data = number
        twins.agree(1.5)


def test_gradients_add_up_and_constants_get_none():
    w, fixed = Value(2.0), math.stop_gradient(Value(3.0))
    step = compile(lambda x: w * x * fixed + 0 * Value(1.0))
    assert step.backward(1.0) == step.backward(1.0) == 6.0
    assert (w.grad, fixed.grad) == (6.0, 0.0)
    w.grad = 0
    assert step.backward_batch([1.0, 2.0], reduction="sum") == 18.0
    assert (w.grad, fixed.grad) == (9.0, 0.0)


def test_gradients_go_on_into_the_graph_that_a_function_closes_over():
    a, other = Value(1.5), Value(-0.5)
    b = a * a
    c = b * 2 + other
    inner = [b, c]

    def function(x):
        return b * x + c * x * x + b * c + a

    leaves = [a, other]
    eager = function(Value(0.7))
    eager.backward()
    wanted = with_zero_grad(leaves), [node.grad for node in inner]
    for exact in (True, False):
        step = compile(function, exact=exact)
        for _ in range(2):  # inner nodes hold the last pass, leaves add up
            assert step.backward(0.7) == pytest.approx(eager.data, rel=1e-14)
            found = with_zero_grad(leaves), [node.grad for node in inner]
            assert found == (pytest.approx(wanted[0]), pytest.approx(wanted[1]))
        assert step.grad(0.7) == pytest.approx(b.data + 2 * c.data * 0.7)


def test_a_weight_used_a_thousand_times_and_one_never_used():
    w, unused = Value(0.999), Value(5.0)

    def function(x):
        for _ in range(1000):
            x = x * w
        return x

    agree(function, 1.5, weights=[w, unused])


# --- nn


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("fused", [True, False])
def test_networks_with_every_activation(activation, fused):
    model = MLP(3, [4, 4, 1], activation=activation, seed=3, fused=fused)
    twins = Twins(lambda x: model(x), model.parameters())
    for x in ([0.5, -1.0, 2.0], [0.0, 0.0, 0.0], [1e3, -1e3, 1e-3]):
        twins.agree(x)


def test_a_neuron_a_layer_and_a_network_of_several_outputs():
    neuron, layer = Neuron(3, seed=1), Layer(3, 4, seed=2, activation="tanh")
    model = MLP(3, [5, 3], seed=3)
    x = [0.5, -1.0, 2.0]
    agree(lambda x: neuron(x), x, weights=neuron.parameters())
    for part in (layer, model):
        twins = Twins(lambda x: part(x), part.parameters())
        twins.agree(x)
        twins = Twins(lambda x: total(part(x)) ** 2, part.parameters())
        twins.agree(x)
        twins.agree([1.0, 1.0, 1.0])


PREDICTIONS = [0.5, -2.0, 3.0, 0.25, 1.0]
TARGETS = {
    "hinge": [1, -1, 1, -1, 1],
    "binary_cross_entropy": [0, 1, 0.5, 1, 0.0],
    "cross_entropy": [0, 1, 1, 0, 1],
}


@pytest.mark.parametrize("name", losses.NAMES)
def test_every_loss_of_lists(name):
    loss = losses.NAMES[name]
    targets = TARGETS.get(name, [0.5, -1.0, 1.0, 2.0, 1.0])
    predictions = PREDICTIONS
    if name == "cross_entropy":
        predictions = [[x, -0.5 * x] for x in PREDICTIONS]
    w = Value(1.5)

    def function(predictions, targets):
        scaled = [
            [w * x for x in row] if isinstance(row, list) else w * row
            for row in predictions
        ]
        return loss(scaled, targets)

    twins = Twins(function, [w])
    for turn in range(3):
        twins.agree(predictions[turn:] + predictions[:turn], targets)
        twins.agree(predictions, targets[turn:] + targets[:turn])


@pytest.mark.parametrize("name", losses.NAMES)
def test_every_loss_of_one_sample_of_a_network(name):
    loss = losses.NAMES[name]
    several = name == "cross_entropy"
    model = MLP(2, [4, 3 if several else 1], seed=5, activation="tanh")
    twins = Twins(lambda x, y: loss([model(x)], [y]), model.parameters())
    for k, y in enumerate(TARGETS.get(name, [0.5, -1.0, 2.0, 0.0])):
        twins.agree([0.3 * k - 0.5, 0.1 * k], y)


def test_penalties():
    model = MLP(2, [3, 1], seed=5)
    weights = model.parameters()
    for penalty in (losses.l1, losses.l2):
        agree(
            lambda x: model(x) + 1e-2 * penalty(weights), [0.5, -0.5], weights=weights
        )


# --- the demos' models


def test_microgpt_s_loss():
    model = microgpt.GPT(letters=5, context=6, width=8, heads=2, seed=1)
    twins = Twins(model.loss, model.parameters())
    for word in ([1, 2, 3], [4, 4, 1], [2], [1, 2, 3]):
        twins.agree(word)


def test_digits_loss():
    model = MLP(16, [8, 10], activation="relu", seed=2, fused=True)
    rng = random.Random(0)
    twins = Twins(
        lambda x, y: losses.cross_entropy([model(x)], [y]), model.parameters()
    )
    for y in (3, 7, 3, 0):
        twins.agree([rng.random() for _ in range(16)], y)
    assert digits.COUNT > 0


def test_moons_loss():
    model = MLP(2, [8, 8, 1], seed=1337, fused=True)
    weights = model.parameters()

    def function(points, targets):
        scores = [model(point) for point in points]
        return losses.hinge(scores, targets) + 1e-4 * losses.l2(weights)

    points = [[0.5 * k - 2, stdlib.sin(k)] for k in range(8)]
    twins = Twins(function, weights)
    twins.agree(points, [1, -1, 1, 1, -1, -1, 1, -1])
    twins.agree(points[::-1], [1, -1, 1, 1, -1, -1, 1, -1])


# --- size


def rosenbrock(xs):
    pairs = itertools.pairwise
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairs(xs))


def deep(x, count):
    y = x
    for _ in range(count // 2):
        y = y * 0.999999 + x
    return y


def agrees_once(function, *args):
    """The law in one call each, for what is large."""
    eager = Eager(function, args)
    for exact in (True, False):
        value, gradients = compile(function, exact=exact).value_and_grad(*args)
        found = of_floats(args, gradients if len(args) != 1 else (gradients,))
        if exact:
            assert bits([value, *found]) == bits([*eager.numbers, *eager.gradients])
        else:
            assert near([value], eager.numbers, eager.value_sizes)
            assert near(found, eager.gradients, eager.sizes)


def test_a_hundred_thousand_operations_deep_and_wide():
    count = 100_000 if engine == "native" else 6_000
    agrees_once(lambda x: deep(x, count), 0.5)
    rng = random.Random(7)
    agrees_once(rosenbrock, [rng.uniform(-1, 1) for _ in range(count // 10)])


@pytest.mark.slow
def test_a_million_operations_deep_and_wide():
    agrees_once(lambda x: deep(x, 1_000_000), 0.5)
    rng = random.Random(8)
    agrees_once(rosenbrock, [rng.uniform(-1, 1) for _ in range(170_000)])
