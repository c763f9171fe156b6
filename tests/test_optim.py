"""Optimizers, schedules and clipping: hard numbers, errors, PyTorch step by step."""

import copy
import dataclasses
import math
import pickle
import random
from array import array

import pytest

import nn
from autograd import Value
from nn import schedules, updates

START = [1.5, -0.7, 0.02]

VARIANTS = {
    "sgd": ("SGD", "SGD", {"lr": 0.05}),
    "momentum": ("SGD", "SGD", {"lr": 0.02, "momentum": 0.9}),
    "nesterov": (
        "SGD", "SGD",
        {"lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    ),
    "rmsprop": ("RMSProp", "RMSprop", {"lr": 0.01}),
    "rmsprop momentum": (
        "RMSProp", "RMSprop",
        {"lr": 0.01, "alpha": 0.9, "momentum": 0.5, "weight_decay": 0.1},
    ),
    "adam": ("Adam", "Adam", {"lr": 0.05}),
    "adam decay": ("Adam", "Adam", {"lr": 0.05, "weight_decay": 0.1}),
    "adamw": (
        "AdamW", "AdamW", {"lr": 0.05, "weight_decay": 0.1, "betas": (0.8, 0.95)}
    ),
}  # fmt: skip


def valley(xs, sin):
    """A curved loss with a saddle, the same for Values and tensors."""
    a, b, c = xs
    return (a - 1) ** 2 + 3 * (b + a * a) ** 2 + sin(c * a) + c**4


@pytest.mark.parametrize("variant", VARIANTS)
def test_optimizers_are_pytorch_s_over_100_steps(variant):
    torch = pytest.importorskip("torch", reason="the extra 'peers' is not installed")
    ours, theirs, options = VARIANTS[variant]
    xs = [Value(x) for x in START]
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in START]
    mine = getattr(nn, ours)(xs, **options)
    other = getattr(torch.optim, theirs)(tensors, **options)
    for _ in range(100):
        mine.zero_grad()
        valley(xs, lambda x: x.sin()).backward()
        mine.step()
        other.zero_grad()
        valley(tensors, torch.sin).backward()
        other.step()
        for x, tensor in zip(xs, tensors):
            assert x.data == pytest.approx(tensor.item(), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_optimizer_descends(variant):
    ours, _, options = VARIANTS[variant]
    xs = [Value(x) for x in START]
    optimizer = getattr(nn, ours)(xs, **options)
    before = valley(xs, lambda x: x.sin()).data
    for _ in range(200):
        optimizer.zero_grad()
        valley(xs, lambda x: x.sin()).backward()
        optimizer.step()
    assert valley(xs, lambda x: x.sin()).data < before - 1


def test_two_steps_of_momentum_by_hand():
    x = Value(1.0)
    optimizer = nn.SGD([x], lr=0.1, momentum=0.5)
    x.grad = 2.0
    optimizer.step()  # velocity 2
    assert x.data == pytest.approx(0.8)
    optimizer.step()  # velocity 0.5 * 2 + 2
    assert x.data == pytest.approx(0.5)


def test_the_learning_rate_can_be_assigned():
    x = Value(1.0)
    optimizer = nn.SGD([x], lr=1.0)
    optimizer.lr = 0.25
    x.grad = 2.0
    optimizer.step()
    assert x.data == 0.5


def test_an_optimizer_takes_a_module():
    model = nn.MLP(1, [1])
    assert nn.SGD(model).parameters == tuple(model.parameters())


def test_an_interrupt_in_a_step_leaves_the_old_numbers(monkeypatch):
    calls = []

    def interrupted(*operands):
        calls.append(operands)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return sgd.rule(*operands)

    sgd = updates.UPDATES["sgd"]
    monkeypatch.setitem(
        updates.UPDATES, "sgd", dataclasses.replace(sgd, rule=interrupted)
    )
    monkeypatch.setattr("nn.optim.move", updates.move_in_python)
    xs = [Value(1.0), Value(2.0)]
    for x in xs:
        x.grad = 1.0
    optimizer = nn.SGD(xs, lr=0.1)
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    assert [x.data for x in xs] == [1.0, 2.0]
    assert optimizer.steps == 0


def test_an_interrupt_while_the_numbers_are_stored_finishes_the_step():
    class Interrupted:
        def __init__(self, data, at):
            self._data, self.at, self.grad, self.writes = data, at, 1.0, 0

        @property
        def data(self):
            return self._data

        @data.setter
        def data(self, number):
            self.writes += 1
            if self.writes == self.at:
                raise KeyboardInterrupt
            self._data = number

    xs = tuple(Interrupted(float(i), at=int(i == 1)) for i in range(3))
    state = updates.State([array("d", [0.0] * 3)])
    with pytest.raises(KeyboardInterrupt):
        updates.move_in_python("sgd", xs, state, (0.5, 0.5, 0.0, 0.0))
    assert [x.data for x in xs] == [-0.5, 0.5, 1.5]
    assert state.steps == 1 and state.columns == [array("d", [1.0] * 3)]


@pytest.mark.parametrize("name", updates.UPDATES)
@pytest.mark.skipif(
    updates.move is updates.move_in_python, reason="the Python engine is in use"
)
def test_the_compiled_loop_moves_by_the_same_bits(name):
    rng = random.Random(name)
    update = updates.UPDATES[name]
    settings = [rng.uniform(0.1, 0.9) for _ in update.settings]
    special = [0.0, -0.0, 1e-300, 1e300, math.inf, math.nan]
    for count in (1, 7, 256, 700):  # in blocks, and what is left of them
        numbers = [*special, *[rng.gauss(0, 3) for _ in range(count)]][-count:]
        results = []
        for move in (updates.move, updates.move_in_python):
            parameters = tuple(Value(x) for x in numbers)
            zeros = [array("d", [0.0]) * count for _ in update.state]
            state = updates.State(zeros)
            for turn in range(5):
                gradients = array("d", [i * 0.37 / (turn + 1) for i in range(count)])
                for p, gradient in zip(parameters, gradients):
                    p.grad = gradient
                move(name, parameters, state, settings)
                move(name, parameters, state, settings, gradients)
            assert state.steps == 10
            results.append(
                [*(repr(p.data) for p in parameters), *map(repr, state.columns)]
            )
        assert results[0] == results[1]


@pytest.mark.skipif(
    updates.scale is updates.scale_in_python, reason="the Python engine is in use"
)
def test_the_compiled_loop_scales_by_the_same_bits():
    numbers = array("d", [0.1, -3.7, 1e300, -0.0, math.inf])
    twin = array("d", numbers)
    updates.scale(numbers, 0.7)
    updates.scale_in_python(twin, 0.7)
    assert numbers.tobytes() == twin.tobytes()


def test_gradients_in_an_array_are_checked_before_any_parameter_moves():
    xs = [Value(1.0), Value(2.0)]
    optimizer = nn.Adam(xs, lr=0.1)
    for wrong in (array("d", [1.0]), array("d", [1.0] * 3)):
        with pytest.raises(ValueError, match="numbers are given for 2 parameters"):
            optimizer.step(wrong)
    assert [x.data for x in xs] == [1.0, 2.0] and optimizer.steps == 0
    optimizer.step(array("d", [1.0, 0.0]))
    assert xs[0].data == pytest.approx(0.9) and xs[1].data == 2.0


def test_the_parameters_of_an_optimizer_stay_as_they_are():
    optimizer = nn.SGD([Value(1.0)], lr=0.1)
    with pytest.raises(AttributeError):
        optimizer.parameters = ()
    with pytest.raises(AttributeError):
        optimizer.steps = 3


def test_an_optimizer_is_copied_with_its_parameters_and_state():
    x = Value(1.0)
    optimizer = nn.Adam([x], lr=0.1)
    x.grad = 1.0
    optimizer.step()
    for twin in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        (y,) = twin.parameters
        assert twin.steps == 1 and y.data == x.data and y is not x
        twin.step(array("d", [-3.0]))
        assert y.data != x.data and optimizer.steps == 1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.SGD([]), ValueError, "none to optimize"),
        (lambda: nn.SGD(Value(1.0)), TypeError, "list of Values"),
        (lambda: nn.SGD([1.0]), TypeError, "not a Value"),
        (lambda: nn.SGD([Value(1.0) * 2]), ValueError, "only leaves"),
        (lambda: nn.SGD([Value(1.0)] * 2), ValueError, "there twice"),
        (lambda: nn.SGD([Value(1.0)], lr=0), ValueError, "lr"),
        (lambda: nn.SGD([Value(1.0)], lr=float("nan")), ValueError, "lr"),
        (lambda: nn.SGD([Value(1.0)], momentum=1.0), ValueError, "momentum"),
        (lambda: nn.SGD([Value(1.0)], nesterov=True), ValueError, "nesterov"),
        (lambda: nn.Adam([Value(1.0)], betas=(0.9, 1.0)), ValueError, "betas"),
        (lambda: nn.Adam([Value(1.0)], weight_decay=-1), ValueError, "weight_decay"),
        (lambda: schedules.linear(1.0, 0.1, steps=0), ValueError, "steps"),
        (lambda: schedules.constant(-1.0), ValueError, "negative"),
        (lambda: nn.clip_grad_norm([Value(1.0)], 0), ValueError, "max_norm"),
        (lambda: nn.clip_grad_value([Value(1.0)], -1), ValueError, "limit"),
    ],
)
def test_errors_name_the_argument(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_schedules():
    assert [schedules.linear(1.0, 0.0, 4)(i) for i in range(6)] == [
        1.0, 0.75, 0.5, 0.25, 0.0, 0.0
    ]  # fmt: skip
    cosine = schedules.cosine(2.0, 1.0, 2)
    assert [cosine(i) for i in (0, 1, 2, 9)] == pytest.approx([2.0, 1.5, 1.0, 1.0])
    assert schedules.exponential(1.0, 0.5)(3) == 0.125
    assert [schedules.staircase(1.0, 0.1, 2)(i) for i in range(5)] == pytest.approx(
        [1.0, 1.0, 0.1, 0.1, 0.01]
    )
    warm = schedules.warmup(4, schedules.linear(1.0, 0.0, 10))
    assert [warm(i) for i in (0, 1, 3, 4, 14)] == pytest.approx([0.25, 0.5, 1, 1, 0])
    assert schedules.constant(0.3)(10**6) == 0.3


def test_clipping_by_length_and_by_value():
    xs = [Value(0.0), Value(0.0)]
    xs[0].grad, xs[1].grad = 3.0, -4.0
    assert nn.clip_grad_norm(xs, 10.0) == 5.0
    assert [x.grad for x in xs] == [3.0, -4.0]
    assert nn.clip_grad_norm(xs, 1.0) == 5.0
    assert math.hypot(*(x.grad for x in xs)) == pytest.approx(1.0, rel=1e-6)
    xs[0].grad, xs[1].grad = 3.0, -4.0
    nn.clip_grad_value(xs, 3.5)
    assert [x.grad for x in xs] == [3.0, -3.5]
    gradients = array("d", [3.0, -4.0])
    assert nn.clip_gradients(gradients, 1.0) == 5.0
    assert math.hypot(*gradients) == pytest.approx(1.0, rel=1e-6)
    xs[0].grad = float("nan")
    with pytest.raises(FloatingPointError, match="nan"):
        nn.clip_grad_norm(xs, 1.0)


def test_clipping_is_pytorch_s():
    torch = pytest.importorskip("torch", reason="the extra 'peers' is not installed")
    x, tensor = Value(1.0), torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    x.grad, tensor.grad = 7.0, torch.tensor(7.0, dtype=torch.float64)
    norm = torch.nn.utils.clip_grad_norm_([tensor], 2.0)
    assert nn.clip_grad_norm([x], 2.0) == norm.item()
    assert x.grad == pytest.approx(tensor.grad.item(), rel=1e-14)
