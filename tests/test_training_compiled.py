"""Training compiled: steps and fits with the numbers of eager ones, on both engines."""

import functools
import itertools
import math as floats
import random
import re
import signal
import threading
from array import array

import numpy as np
import pytest

import nn
from autograd import Value, compile, math, mean, primitive, take
from autograd import sum as total
from nn import MLP, Module, accuracy, fit, l2, losses, outputs, schedules, steps
from nn.data import Data, NoColumns
from tests.test_optim import VARIANTS

RNG = random.Random(5)
N = 20
X = [[RNG.gauss(0, 1) for _ in range(3)] for _ in range(N)]
NUMBERS = [a * b - c for a, b, c in X]
TARGETS = {
    "mse": NUMBERS,
    "mae": NUMBERS,
    "huber": NUMBERS,
    "hinge": [1 if x > 0 else -1 for x in NUMBERS],
    "binary_cross_entropy": [int(x > 0) for x in NUMBERS],
    "cross_entropy": [int(x > -1) + int(x > 0.5) for x in NUMBERS],
}
SHARES = [RNG.random() for _ in range(N)]


def same(found, wanted, rel=1e-9):
    assert len(found) == len(wanted)
    assert found == pytest.approx(wanted, rel=rel, abs=1e-12)


def numbers_of(model):
    return [p.data for p in model.parameters()]


class Line(Module):
    """w · x + b, and room for what a model of one's own may do with it."""

    def __init__(self):
        self.w = [Value(0.1 * i - 0.1) for i in range(3)]
        self.b = Value(0.05)

    def forward(self, x):
        return sum((w * xi for w, xi in zip(self.w, x)), self.b)


# --- gradients by parameters


def test_gradients_come_in_the_order_asked_for_and_are_not_kept():
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    step = compile(lambda x: a * x + b * a)
    found = step.parameter_gradients((c, b, a), 7.0)
    assert found.value == found.results == 20.0
    assert found.gradients == array("d", [0.0, 2.0, 10.0])
    assert (a.grad, b.grad, c.grad) == (0.0, 0.0, 0.0)
    assert step.parameter_gradients([a], 7.0).gradients == array("d", [10.0])
    assert step.parameter_gradients([], 7.0).gradients == array("d")


def test_parameters_are_values_each_once():
    w, v = Value(2.0, label="w"), Value(3.0)
    step = compile(lambda x: w * x + v)
    batch = functools.partial(step.parameter_gradients_batch, reduction="sum")
    calls = (
        step.parameter_gradients,
        lambda parameters, x: batch(parameters, [x]),
        lambda parameters, x: batch(parameters, [x, x]),
    )
    for call in calls:
        for _ in range(2):
            for wrong, error, words in (
                ((w, v, w), ValueError, "label='w'.* is there twice"),
                ((w, 1.0), TypeError, "parameters: 1.0 is not a Value"),
                (w, TypeError, r"must be Values in a tuple, not Value\(.*\(w,\)"),
                (Line(), TypeError, r"not <.*Line.*tuple\(model.parameters\(\)\)"),
                ((Value(1.0), Value(2.0)), ValueError, "uses none of the 2 parameters"),
            ):
                with pytest.raises(error, match=words):
                    call(wrong, 1.0)
            assert len(call((v, Value(1.0)), 1.0).gradients) == 2
            assert [*call(iter([]), 1.0).gradients] == []


def test_of_several_numbers_the_first_is_differentiated():
    w = Value(3.0)
    step = compile(lambda x: {"loss": w * x, "square": [x * x, w]})
    found = step.parameter_gradients([w], 2.0)
    assert found.value == 6.0 and found.gradients == array("d", [2.0])
    assert found.results == {"loss": 6.0, "square": [4.0, 3.0]}
    batch = step.parameter_gradients_batch([w], [1.0, 2.0])
    assert batch.value == 4.5 and batch.gradients == array("d", [1.5])
    assert batch.results["square"] == [array("d", [1.0, 4.0]), array("d", [3.0, 3.0])]


def branching():
    """A function with branches, and the samples of all of them."""
    ws = [Value(0.3 * i - 0.5) for i in range(4)]

    def function(x, y):
        total = ws[0] * x + ws[1]
        if total > y:
            return total * ws[2]
        return (y - total) ** 2 if y > 0.5 else y * ws[3] * total

    columns = [[RNG.uniform(-2, 2) for _ in range(37)] for _ in range(2)]
    return ws, function, columns


@pytest.mark.parametrize("exact", [True, False])
def test_a_batch_with_branches_is_the_sum_of_its_samples(exact):
    ws, function, (xs, ys) = branching()
    step = compile(function, exact=exact)
    for reduction, threads in (("mean", 1), ("sum", 2)):
        for w in ws:
            w.grad = 0
        values = [function(x, y) for x, y in zip(xs, ys)]
        loss = total(values) / (len(xs) if reduction == "mean" else 1)
        loss.backward()
        found = step.parameter_gradients_batch(
            ws, xs, ys, reduction=reduction, threads=threads
        )
        assert found.value == pytest.approx(loss.data, rel=1e-12)
        assert list(found.gradients) == pytest.approx([w.grad for w in ws], rel=1e-12)
        assert list(found.results) == pytest.approx([v.data for v in values])
    assert step.recordings == 3


def test_samples_are_chosen_in_any_order_and_more_than_once():
    ws, function, (xs, ys) = branching()
    step = compile(function)
    data = step.columns(xs, np.array(ys))
    assert len(data) == 37 and step.columns(data) is data
    everything = step.batch(data)
    for indices in ([5], [3, 30, 3, 11], range(36, -1, -1), np.array([1, 2])):
        part = data.at(indices)
        chosen = list(indices)
        assert len(part) == len(chosen)
        same(step.batch(part), [everything[i] for i in chosen])
        values, gradients = step.value_and_grad_batch(part)
        same(values, [everything[i] for i in chosen])
        one = [step.grad(xs[i], ys[i]) for i in chosen]
        for column, wanted in zip(gradients, zip(*one)):
            same(column, wanted)
        picked = [[x[i] for i in chosen] for x in (xs, ys)]
        assert step.parameter_gradients_batch(ws, part) == (
            step.parameter_gradients_batch(ws, *picked)
        )
    same(step.batch(data.at([1, 2]).at([0])), everything[:1])  # of all, not of those


@pytest.mark.parametrize(
    ("indices", "error", "words"),
    [
        ([], ValueError, "no samples are chosen"),
        ([3], IndexError, "no sample 3: there are 3"),
        ([0, -1], IndexError, "no sample -1"),
        ([0.5], TypeError, "float"),
        ([True, False, True], TypeError, "these are booleans, a mask; give the places"),
        (np.array([True, False, True]), TypeError, "these are booleans, a mask"),
    ],
)
def test_wrong_choices_of_samples(indices, error, words):
    data = compile(lambda x: x).columns([1.0, 2.0, 3.0])
    with pytest.raises(error, match=words):
        data.at(indices)


def test_columns_that_one_path_needs_as_they_are():
    table = [Value(float(i)) for i in range(3)]
    step = compile(lambda i, x: table[i] * x)
    data = step.columns([0, 1, 2, 1], [1.0, 2.0, 3.0, 4.0]).at([3, 2, 1])
    found = step.parameter_gradients_batch(table, data, reduction="sum")
    assert found.gradients == array("d", [0.0, 6.0, 3.0])
    assert found.results == array("d", [4.0, 6.0, 2.0])


def test_the_places_of_gradients_are_checked_before_anything_is_added():
    w, v = Value(2.0), Value(3.0)
    step = compile(lambda x: w * x + v)
    step(1.0)
    program = step._latest.program
    sums = array("d", [0.0, 5.0])
    wrong = {
        "2 parameters, and 1 places": [0],
        "out of range": [0, 2],
        "of range": [-2, 0],
    }
    for words, places in wrong.items():
        error = ValueError if "places" in words else IndexError
        with pytest.raises(error, match=words):
            program.gradients_into([4.0], sums, array("i", places))
        with pytest.raises(error, match=words):
            program.gradients_into_batch(
                [(array("d", [4.0]), 0, 8, "d")],
                1,
                1.0,
                1,
                None,
                sums,
                array("i", places),
            )
    assert sums == array("d", [0.0, 5.0])
    assert program.gradients_into([4.0], sums, array("i", [-1, -1])) == [11.0]
    assert sums == array("d", [0.0, 5.0])
    assert program.gradients_into([4.0], sums, array("i", [1, 1])) == [11.0]
    assert sums == array("d", [0.0, 10.0])


# --- minimize


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("exact", [True, False])
def test_minimize_is_zero_grad_backward_and_step(variant, exact):
    ours, _, options = VARIANTS[variant]
    models = [MLP(2, [3, 1], seed=1, activation="tanh") for _ in range(2)]
    unused = [Value(0.5), Value(0.5)]
    step, twin = (
        getattr(nn, ours)([*model.parameters(), extra], **options)
        for model, extra in zip(models, unused)
    )
    loss = compile(lambda x, y: (models[0](x) - y) ** 2, exact=exact)
    rate = schedules.linear(0.05, 0.01, 10)
    for i in range(10):
        x, y = X[i][:2], NUMBERS[i]
        step.lr = twin.lr = rate(step.steps)
        value = step.minimize(loss, x, y)
        eager = (models[1](x) - y) ** 2
        twin.zero_grad()
        eager.backward()
        twin.step()
        found = [value, *numbers_of(models[0]), unused[0].data]
        wanted = [eager.data, *numbers_of(models[1]), unused[1].data]
        if exact:
            assert found == wanted
        else:
            assert found == pytest.approx(wanted, rel=1e-12)
    assert step.steps == twin.steps == 10
    assert not any(p.grad for p in step.parameters)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_minimize_batch_is_the_same_of_a_mean_or_sum(reduction):
    model, twin = (MLP(3, [3, 1], seed=1, activation="tanh") for _ in range(2))
    mine, other = (nn.Adam(m, lr=0.02) for m in (model, twin))
    loss = compile(lambda x, y: math.abs(model(x) - y))
    data = loss.columns(np.array(X), NUMBERS)
    for turn in range(4):
        chosen = list(range(turn, N, 2))
        value = mine.minimize_batch(loss, data.at(chosen), reduction=reduction)
        eager = total([math.abs(twin(X[i]) - NUMBERS[i]) for i in chosen])
        if reduction == "mean":
            eager = eager / len(chosen)
        other.zero_grad()
        eager.backward()
        other.step()
        assert value == pytest.approx(eager.data, rel=1e-12)
        same(numbers_of(model), numbers_of(twin))
    assert mine.minimize_batch(loss, [[1.0]] * 3, [0.0], threads=1) > 0


def test_gradients_that_were_there_stay_and_do_not_count():
    w = Value(1.0)
    w.grad = 100.0
    sgd = nn.SGD([w], lr=0.5)
    assert sgd.minimize(compile(lambda x: w * x), 3.0) == 3.0
    assert (w.data, w.grad) == (-0.5, 100.0)


def test_minimize_takes_branches_and_keywords():
    w = Value(1.0)
    sgd = nn.SGD([w], lr=1.0)
    step = compile(lambda x, factor=1.0: w * x if x > 0 else w * factor)
    for x, moved in ((1.0, 0.0), (-1.0, -3.0), (2.0, -5.0)):
        sgd.minimize(step, x, factor=3.0)
        assert w.data == moved


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda o, w: o.minimize(lambda: w), TypeError, "autograd.compile"),
        (lambda o, w: o.minimize_batch(abs, [1.0]), TypeError, "must be a compiled"),
        (
            lambda o, w: o.minimize(compile(lambda x: [w, x]), 1.0),
            ValueError,
            "several numbers",
        ),
        (
            lambda o, w: o.minimize_batch(compile(lambda x: (w,)), [1.0]),
            ValueError,
            "several numbers",
        ),
        (
            lambda o, w: o.minimize_batch(compile(lambda x: w), [1.0], reduction="max"),
            ValueError,
            "'mean' or 'sum'",
        ),
        (
            lambda o, w: o.minimize_batch(compile(lambda x: w), [1.0], threads=0),
            ValueError,
            "threads",
        ),
        (
            lambda o, w: o.minimize(compile(lambda x, y=w * 2: y * x), 1.0),
            ValueError,
            "the result of an operation: here it may close over leaves only",
        ),
    ],
)
def test_what_cannot_be_minimized_moves_nothing(call, error, words):
    w = Value(2.0)
    sgd = nn.SGD([w], lr=1.0)
    with pytest.raises(error, match=words):
        call(sgd, w)
    assert (w.data, w.grad, sgd.steps) == (2.0, 0.0, 0)


@pytest.mark.parametrize(
    ("function", "returned"),
    [
        (lambda x: None, "None"),
        (lambda x: x > 0, "True"),
        (lambda x: [], r"\[\]"),
        (lambda x: {"loss": None}, "{'loss': None}"),
    ],
)
def test_what_returns_no_number_is_named_with_what_it_returns(function, returned):
    w = Value(2.0)
    sgd, step = nn.SGD([w], lr=1.0), compile(function)
    for call in (
        lambda: sgd.minimize(step, 1.0),
        lambda: sgd.minimize_batch(step, [1.0, 2.0]),
        lambda: step.parameter_gradients((w,), 1.0),
    ):
        for _ in range(2):
            with pytest.raises(ValueError, match=rf"lambda> returns {returned}, and"):
                call()
    assert (w.data, sgd.steps) == (2.0, 0)


def test_an_optimizer_of_other_parameters_is_a_mistake():
    w, v = Value(2.0), Value(3.0)
    sgd = nn.SGD([w], lr=1.0)
    for step in (compile(lambda x: v * x), compile(lambda x: x * x)):
        for _ in range(2):
            with pytest.raises(ValueError, match="uses none of the 1 parameters"):
                sgd.minimize(step, 1.0)
            with pytest.raises(ValueError, match="uses none of the 1 parameters"):
                sgd.minimize_batch(step, [1.0, 2.0])
    branching = compile(lambda x: w * x if x > 0 else x * x)  # used elsewhere
    assert (sgd.minimize(branching, -1.0), sgd.minimize(branching, 1.0)) == (1.0, 2.0)
    assert (w.data, sgd.steps) == (1.0, 2)


def test_an_error_or_an_interrupt_in_a_step_moves_nothing():
    @primitive(partials=lambda out, x: 1.0)
    def stopped(x):
        if x > 1.5:
            raise KeyboardInterrupt
        return x

    w = Value(1.0)
    adam = nn.Adam([w], lr=0.1)
    step = compile(lambda x: stopped(w * x))
    adam.minimize(step, 1.0)
    before = w.data
    with pytest.raises(KeyboardInterrupt):
        adam.minimize(step, 3.0)
    with pytest.raises(KeyboardInterrupt):
        adam.minimize_batch(step, [1.0, 3.0])
    with pytest.raises(IndexError):
        adam.minimize(compile(lambda i: take([w, w], i)), 2.0)
    assert (w.data, adam.steps) == (before, 1)


@pytest.mark.skipif(
    not hasattr(signal, "pthread_kill"), reason="no signals to a thread on this system"
)
def test_interrupts_fall_between_steps():
    ws = [Value(1.0) for _ in range(300)]
    sgd = nn.SGD(ws, lr=1.0)
    gradients = array("d", [1.0] * 300)
    step = compile(lambda: total(ws))
    main = threading.main_thread().ident
    for turn in range(20):
        interrupt = functools.partial(signal.pthread_kill, main, signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            threading.Timer(0.001 + 0.0003 * turn, interrupt).start()
            while True:
                sgd.minimize(step)
                sgd.step(gradients)
        assert {w.data for w in ws} == {1.0 - sgd.steps}


# --- fit


OPTIONS = {
    "batches": {"batch_size": 7, "lr": 0.02},
    "all at once": {"batch_size": None, "optimizer": "rmsprop", "lr": 0.01},
    "everything": {
        "batch_size": 6, "optimizer": "sgd", "lr": schedules.linear(0.2, 0.01, 10),
        "penalty": lambda parameters: 1e-2 * l2(parameters), "clip": 0.5,
        "validation": True, "metric": True, "callback": lambda epoch, _: epoch == 2,
    },
    "patience": {"batch_size": 5, "validation": True, "patience": 1, "lr": 0.3},
}  # fmt: skip


def both(loss, y, options, outs=1, x=X, make=None, compile=True):
    """The same training, eagerly and compiled."""
    found = []
    for how in (False, compile):
        model = make() if make else MLP(3, [4, outs], activation="tanh", seed=2)
        given = dict(options)
        if given.get("validation"):
            given["validation"] = x[:6], y[:6]
        if given.get("metric"):
            given["metric"] = accuracy if outs > 1 else mean_of
        given.setdefault("epochs", 4)
        found.append((fit(model, x, y, loss=loss, compile=how, **given), model))
    return found


def mean_of(predictions, targets):
    return sum(predictions) / len(predictions)


def agree(found):
    (eager, model), (compiled, twin) = found
    for name in ("loss", "validation_loss", "metric", "validation_metric", "lr"):
        same(getattr(compiled, name), getattr(eager, name))
    same(numbers_of(twin), numbers_of(model))
    assert compiled.stopped == eager.stopped
    assert (eager.compiled, eager.reason) == (False, "compile=False")
    assert not any(p.grad for p in twin.parameters())


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("loss", TARGETS)
def test_every_loss_is_learnt_compiled_as_eagerly(loss, options):
    outs = 3 if loss == "cross_entropy" else 1
    found = both(loss, TARGETS[loss], OPTIONS[options], outs)
    agree(found)
    assert found[1][0].compiled and found[1][0].reason == ""


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        ("mse", [[x, -x] for x in NUMBERS]),
        ("binary_cross_entropy", SHARES),
        ("binary_cross_entropy", [x > 0.5 for x in SHARES]),
        (functools.partial(nn.huber, delta=0.3), NUMBERS),
        (losses.mean_over_samples(lambda p, t: mean([branchy(*z) for z in zip(p, t)])),
         NUMBERS),
    ],
    ids=["two outputs", "shares", "bools", "partial", "branches"],
)  # fmt: skip
def test_losses_in_other_forms_are_compiled_by_sample(loss, y):
    outs = 2 if isinstance(y[0], list) else 1
    found = both(loss, y, OPTIONS["batches"], outs)
    agree(found)
    assert found[1][0].compiled


def branchy(prediction, target):
    error = prediction - target
    return error**2 if error > 0 else -error


def test_any_loss_is_compiled_by_batch():
    def spread(predictions, targets):
        errors = [p - t for p, t in zip(predictions, targets)]
        return total([e * e for e in errors]) + math.logsumexp(errors)

    found = both(spread, NUMBERS, {**OPTIONS["everything"], "batch_size": 8})
    agree(found)
    assert found[1][0].compiled


def test_a_batch_s_loss_is_not_compiled_where_that_does_not_pay():
    def own(predictions, targets):
        return nn.mse(predictions, targets)

    few = both(own, NUMBERS, {"epochs": 2}, compile=None)
    agree(few)
    assert "2 are too few" in few[1][0].reason and not few[1][0].compiled
    assert "nn.losses.mean_over_samples" in few[1][0].reason
    many = fit(MLP(3, [1], seed=0), X, NUMBERS, loss=own, epochs=60, lr=0.01)
    assert many.compiled


def test_a_batch_too_large_is_not_compiled_as_a_whole(monkeypatch):
    monkeypatch.setattr(steps, "MOST_NODES", 100)
    history = fit(
        MLP(3, [4, 1]), X, NUMBERS, loss=lambda p, t: nn.mse(p, t), epochs=60, lr=1e-3
    )
    assert "nodes is too large" in history.reason and not history.compiled


FORMS = {
    "array": (np.array(X), np.array(NUMBERS)),
    "floats of 32 bits": (np.array(X, "f"), np.array(NUMBERS, "f")),
    "backwards": (np.array(X)[::-1], np.array(NUMBERS)[::-1]),
    "columns first": (np.asfortranarray(X), array("d", NUMBERS)),
    "ints": ([[int(10 * a) for a in x] for x in X], [int(10 * y) for y in NUMBERS]),
    "mixed": ([[a, 1, True] for a, _, _ in X], [int(y) for y in NUMBERS]),
    "booleans": (np.array(X) > 0, np.array(NUMBERS)),
    "objects": (np.array(X, dtype=object), NUMBERS),
    "arrays in a list": ([np.array(x) for x in X], [np.float64(y) for y in NUMBERS]),
    "tuples": ([tuple(x) for x in X], tuple(NUMBERS)),
}


@pytest.mark.parametrize("form", FORMS)
def test_samples_in_many_forms(form):
    x, y = FORMS[form]
    options = {**OPTIONS["batches"], "epochs": 2, "shuffle": False}
    found = both("mse", y, {**options, "validation": True}, x=x)
    agree(found)
    assert found[1][0].compiled


def test_samples_in_the_structure_that_the_model_takes():
    class Named(Line):
        def forward(self, x):
            assert isinstance(x["pair"], tuple) and isinstance(x["rest"], list)
            (third,) = x["rest"][0]
            return super().forward([*x["pair"], third])

    x = [{"pair": (a, b), "rest": [[c]]} for a, b, c in X]
    found = both("mse", NUMBERS, OPTIONS["batches"], x=x, make=Named)
    agree(found)
    assert found[1][0].compiled
    cube = np.stack([np.array(X), np.array(X) + 1], axis=1)

    class Pair(Line):
        def forward(self, x):
            return sum(map(super().forward, x))

    found = both("mse", NUMBERS, OPTIONS["batches"], x=cube, make=Pair)
    agree(found)
    assert found[1][0].compiled


def test_single_numbers_as_samples():
    found = both("mse", NUMBERS, OPTIONS["batches"], x=SHARES, make=lambda: Lone())
    agree(found)
    assert found[1][0].compiled


class Lone(Module):
    def __init__(self):
        self.a, self.b = Value(0.5), Value(0.1)

    def forward(self, x):
        return math.tanh(self.a * x) + self.b


# --- what cannot be compiled


class Noisy(Line):
    def __init__(self):
        super().__init__()
        self.rng = random.Random(1)

    def forward(self, x):
        return super().forward(x) * self.rng.choice((0.9, 1.1))


class Counting(Line):
    calls = 0

    def forward(self, x):
        self.calls += 1
        return super().forward(x) * (1 + 0.01 * self.calls)


class Reading(Line):
    def forward(self, x):
        return super().forward(x) * self.b.data


class Floating(Line):
    def forward(self, x):
        return super().forward([floats.sqrt(abs(xi)) for xi in x])


class Table(Module):
    def __init__(self):
        self.rows = [Value(0.1 * i) for i in range(60)]

    def forward(self, x):
        return self.rows[x]


NEVER_THE_SAME = itertools.count(1)
RAGGED = [x[: 1 + i % 3] for i, x in enumerate(X)]
CANNOT = {
    "random numbers": (Noisy, X, {}, "draws random numbers"),
    "counting": (Counting, X, {}, "counts"),
    "a penalty that varies": (
        Line,
        X,
        {"penalty": lambda parameters: l2(parameters) * next(NEVER_THE_SAME)},
        "draws random numbers, counts",
    ),
    "reading .data": (Reading, X, {}, "may not read .data"),
    "math of floats": (Floating, X, {}, "autograd.math instead"),
    "samples of many lengths": (Line, RAGGED, {}, "X: not all are of the same kind"),
    "samples of many kinds": (
        Line,
        [tuple(x) if i else x for i, x in enumerate(X)],
        {},
        "X: not all are of the same kind",
    ),
    "texts": (lambda: Texts(), [["a", *x] for x in X], {}, "not all are numbers"),
    "many paths": (Table, [*range(40)], {"batch_size": 40}, "recorded 33 times|40"),
    "clip of other parameters": (
        Line,
        X,
        {"clip": 1.0, "optimizer": lambda m: nn.SGD(m.w, lr=0.01)},
        "clip is of the model's parameters",
    ),
}


class Texts(Line):
    def forward(self, x):
        return super().forward(x[1:])


def prepared(case, compile):
    make, x, options, words = CANNOT[case]
    model, given = make(), dict(options)
    if "optimizer" in given:
        given["optimizer"] = given["optimizer"](model)
    y = NUMBERS * 2 if len(x) == 40 else NUMBERS
    given = {"epochs": 3, "lr": 0.01, "batch_size": 8, **given, "compile": compile}
    return functools.partial(fit, model, x, y, **given), model, words


@pytest.mark.parametrize("case", CANNOT)
def test_what_cannot_be_compiled_is_trained_eagerly_and_says_why(case):
    train, model, words = prepared(case, None)
    history = train()
    assert not history.compiled and re.search(words, history.reason), history.reason
    assert "\n" not in history.reason
    eager, twin, _ = prepared(case, False)
    wanted = eager()
    if not any(word in case for word in ("random", "counting", "varies")):
        same(history.loss, wanted.loss)
        same(numbers_of(model), numbers_of(twin))


@pytest.mark.parametrize("case", CANNOT)
def test_compile_true_is_an_error_that_says_why(case):
    train, _, words = prepared(case, True)
    with pytest.raises(ValueError, match=f"compile=True: .*({words})"):
        train()


def test_what_a_callback_changes_is_found_out():
    def trained(how):
        model = Line()
        model.heat = 1.0
        model.forward = lambda x: Line.forward(model, x) * model.heat

        def cool(epoch, history):
            model.heat *= 0.9

        return fit(model, X, NUMBERS, epochs=6, lr=0.05, callback=cool, compile=how)

    eager, found = trained(False), trained(None)
    same(found.loss, eager.loss)
    assert not found.compiled and "reads what changes" in found.reason


def test_a_branch_that_cannot_be_recorded_is_met_in_the_middle():
    class Late(Line):
        def forward(self, x):
            y = super().forward(x)
            return y * self.b.data if y > 0.35 else y

    found = both("mse", NUMBERS, {"epochs": 5, "lr": 0.1}, make=Late, compile=None)
    (eager, _), (begun, _) = found
    same(begun.loss, eager.loss)
    assert not begun.compiled and "may not read .data" in begun.reason


def test_a_frozen_part_stays_as_it_is():
    found = []
    for how in (False, True):
        model = MLP(3, [3, 1], activation="tanh", seed=1)
        last = nn.Adam(model.layers[1].parameters(), lr=0.05)
        first = [p.data for p in model.layers[0].parameters()]
        found.append(
            (fit(model, X, NUMBERS, optimizer=last, epochs=3, compile=how), model)
        )
        assert [p.data for p in model.layers[0].parameters()] == first
    agree(found)


@pytest.mark.parametrize(
    ("loss", "y", "words"),
    [
        ("hinge", [1] * (N - 1) + [3], "-1 or 1 for hinge, not 3"),
        ("binary_cross_entropy", [0] * (N - 1) + [2], "between 0 and 1, not 2"),
        ("cross_entropy", [0] * (N - 1) + [-1], "classes 0 to 2, not -1"),
        ("cross_entropy", [0] * (N - 1) + [0.5], "classes 0 to 2, not 0.5"),
    ],
)
def test_wrong_targets_are_told_before_the_first_step(loss, y, words):
    outs = 3 if loss == "cross_entropy" else 1
    model = MLP(3, [outs], seed=0)
    before = numbers_of(model)
    with pytest.raises(ValueError, match=words):
        fit(model, X, y, loss=loss, batch_size=4, compile=True)
    assert numbers_of(model) == before
    good = [1 if loss == "hinge" else 0] * N
    with pytest.raises(ValueError, match=words):
        fit(model, X, good, loss=loss, validation=(X, y), epochs=1)


def test_validation_data_of_another_structure_is_watched_all_the_same():
    found = both("mse", NUMBERS, {"epochs": 2, "lr": 0.01}, make=lambda: Lengths(), x=X)
    agree(found)
    ragged = RAGGED, NUMBERS
    eager, compiled = (
        fit(Lengths(), X, NUMBERS, validation=ragged, epochs=2, lr=0.01, compile=how)
        for how in (False, True)
    )
    same(compiled.validation_loss, eager.validation_loss)
    assert compiled.compiled


class Lengths(Line):
    def forward(self, x):
        return sum((w * xi for w, xi in zip(self.w, x)), self.b)


def test_a_loss_that_is_not_finite_stops_before_the_parameters_take_it_over():
    for how in (None, True, False):
        model = MLP(3, [4, 1], seed=0)
        with pytest.raises(FloatingPointError, match=r"epoch .* rate of 1e\+30"):
            fit(model, X, NUMBERS, optimizer="sgd", lr=1e30, compile=how)
        assert all(p.data - p.data == 0 for p in model.parameters())
        assert not any(p.grad for p in model.parameters())


def test_gradients_that_are_not_finite_cannot_be_clipped():
    class Steep(Line):
        def forward(self, x):
            return math.sqrt(math.abs(self.b - self.b)) + self.w[0]

    for how in (False, True):
        model = Steep()
        with pytest.raises(FloatingPointError, match="cannot be clipped"):
            fit(model, X, NUMBERS, clip=1.0, epochs=1, compile=how)
        assert numbers_of(model) == numbers_of(Steep())


def test_ctrl_c_keeps_what_was_learnt():
    def interrupt(epoch, history):
        if epoch == 2:
            raise KeyboardInterrupt

    model = MLP(3, [4, 1], seed=0)
    before = numbers_of(model)
    history = fit(model, X, NUMBERS, callback=interrupt, compile=True, lr=0.01)
    assert "interrupted" in history.stopped and history.compiled
    assert len(history.loss) == 3 and numbers_of(model) != before


def test_fit_says_whether_it_compiles(capsys):
    short = {"epochs": 2, "lr": 0.01, "progress": True}
    assert "compiled" in repr(fit(Line(), X, NUMBERS, **short))
    assert "training, compiled" in capsys.readouterr().err
    assert "compiled" not in repr(fit(Reading(), X, NUMBERS, **short))
    told = capsys.readouterr().err
    assert told.count("not compiled: line ") == 1 and "training, compiled" not in told
    fit(Line(), X, NUMBERS, compile=False, **short)
    assert "compiled" not in capsys.readouterr().err
    fit(Reading(), X, NUMBERS, epochs=2, lr=0.01)  # no terminal: nothing is printed
    assert capsys.readouterr() == ("", "")
    with pytest.raises(ValueError, match="compile: must be True, False or None"):
        fit(Line(), X, NUMBERS, compile=1)


def test_a_loss_that_depends_on_nothing_is_the_error_that_it_was():
    for how in (None, True, False):
        with pytest.raises(TypeError, match="does not depend on the model's"):
            fit(Line(), X, NUMBERS, loss=lambda p, t: 3.0, epochs=60, compile=how)


# --- the parts


def test_outputs_are_taken_apart_and_compared():
    output = {"a": (Value(1.0), [Value(2.0)]), "b": 3}
    plain = outputs.plain(output)
    assert plain == {"a": [1.0, [2.0]], "b": 3}
    assert [v.data for v in outputs.values(output)] == [1.0, 2.0]
    assert outputs.plain(outputs.valued(plain)) == plain
    nan = float("nan")
    assert outputs.alike({"a": [nan, 1.0]}, {"a": [nan, 1.0]})
    for a, b in (([1.0], [1.0, 2.0]), ({"a": 1}, {"b": 1}), ([1.0], 1.0), (nan, 1.0)):
        assert not outputs.alike(a, b)


def test_rows_of_a_batch():
    column = array("d", [1.0, 2.0])
    assert outputs.rows(column, 2) == [1.0, 2.0]
    assert outputs.rows((column, [column]), 2) == [[1.0, [1.0]], [2.0, [2.0]]]
    assert outputs.rows({"a": column, "b": None}, 2) == [
        {"a": 1.0, "b": None},
        {"a": 2.0, "b": None},
    ]
    assert outputs.rows([], 2) == [[], []]


def test_data_says_why_it_has_no_columns():
    for x, words in (
        ([[1.0], [1.0, 2.0]], "X: not all are of the same kind and length"),
        ([{"a": 1.0}, {"b": 1.0}], "X: not all have the same keys"),
        (["a", "b"], "X: not all are numbers"),
        ([[Value(1.0)], [Value(2.0)]], "X: not all are numbers"),
    ):
        with pytest.raises(NoColumns, match=words):
            Data(x, [1.0, 2.0]).columns()


def test_columns_of_rows_lie_beside_each_other_without_a_copy_for_each():
    x, y = Data([[1.0, 2.0], [3.0, 4.0]], [0, 1]).columns()
    assert [list(column) for column in x] == [[1.0, 3.0], [2.0, 4.0]] and y == [0, 1]
    assert x[0].obj is x[1].obj and x[0].strides == (16,)
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert Data(given, y).columns()[0].obj is given


def test_all_named_losses_are_means_over_the_samples():
    for name, loss in losses.NAMES.items():
        assert losses.is_mean_over_samples(loss), name
        y = TARGETS[name]
        p = [[a, b, a * b] for a, b, _ in X] if name == "cross_entropy" else SHARES
        one_by_one = [loss([a], [b]) for a, b in zip(p, y)]
        assert loss(p, y) == pytest.approx(sum(one_by_one) / N, rel=1e-12)
    assert not losses.is_mean_over_samples(lambda p, t: 0.0)


def test_named_losses_branch_on_no_number():
    for name, loss in losses.NAMES.items():
        step = compile(lambda p, t, loss=loss: loss([p], [t]))
        p = [0.3, -0.2, 0.1] if name == "cross_entropy" else 0.3
        for t in (0.0, 1.0) if "entropy" in name else (1.0, -1.0):
            for q in (p, [7.0, 1.0, 3.0] if name == "cross_entropy" else 7.0):
                assert step(q, t) == pytest.approx(loss([q], [t]), rel=1e-12)
        assert step.recordings == 1, name


def test_huber_has_the_slopes_of_its_two_parts():
    for error, slope in ((0.5, 0.5), (-0.5, -0.5), (1.0, 1.0), (3.0, 1.0), (-3.0, -1)):
        p = Value(error)
        nn.huber([p], [0.0]).backward()
        assert p.grad == slope
