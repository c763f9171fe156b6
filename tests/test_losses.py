"""Losses: hard numbers, overflow, errors, and PyTorch's."""

import math

import mpmath
import pytest

import nn
from autograd import Value
from nn import losses

SCORES = [[0.5, -1.2, 3.0], [2.0, 2.0, -5.0], [0.1, 0.2, 0.3]]
CLASSES = [2, 0, 1]
NUMBERS, TARGETS = [0.5, -1.2, 3.0, -0.3], [1.0, -1.0, -1.0, 1.0]


def test_hard_numbers():
    assert nn.mse(NUMBERS, TARGETS) == pytest.approx((0.25 + 0.04 + 16 + 1.69) / 4)
    assert nn.mae(NUMBERS, TARGETS) == pytest.approx((0.5 + 0.2 + 4 + 1.3) / 4)
    assert nn.huber(NUMBERS, TARGETS) == pytest.approx((0.125 + 0.02 + 3.5 + 0.8) / 4)
    assert nn.hinge(NUMBERS, TARGETS) == pytest.approx((0.5 + 0 + 4 + 1.3) / 4)


def test_nothing_overflows():
    z = [Value(1000.0), Value(-1000.0)]
    right = nn.binary_cross_entropy(z, [1, 0])
    wrong = nn.binary_cross_entropy(z, [0, 1])
    assert right.data == 0.0 and wrong.data == 1000.0
    wrong.backward()
    assert [x.grad for x in z] == [0.5, -0.5]
    many = nn.cross_entropy([[1000.0, 0.0], [-1000.0, 0.0]], [1, 0])
    assert many == 1000.0


def test_a_probability_next_to_one_keeps_its_digits():
    got = nn.binary_cross_entropy([40.0], [1])
    assert got == pytest.approx(float(mpmath.log1p(mpmath.exp(-40))), rel=1e-14)


def test_targets_between_0_and_1():
    z, t = 0.7, 0.25
    p = 1 / (1 + math.exp(-z))
    expected = -(t * math.log(p) + (1 - t) * math.log(1 - p))
    assert nn.binary_cross_entropy([z], [t]) == pytest.approx(expected)


def test_penalties():
    weights = [Value(-2.0), Value(3.0)]
    penalty = nn.l1(weights) + nn.l2(weights)
    penalty.backward()
    assert penalty.data == 18.0
    assert [w.grad for w in weights] == [-5.0, 7.0]


def test_nested_lists_are_compared_number_by_number():
    assert nn.mse([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 6.0]]) == 1.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.mse([1.0], [1.0, 2.0]), ValueError, "targets: there are 2, but 1"),
        (lambda: nn.mse([], []), ValueError, "there are none"),
        (lambda: nn.mse(["a"], [1.0]), TypeError, "predictions"),
        (lambda: nn.huber([1.0], [1.0], delta=0), ValueError, "delta"),
        (lambda: nn.hinge([1.0], [0]), ValueError, "-1 or 1"),
        (lambda: nn.binary_cross_entropy([1.0], [2]), ValueError, "between 0 and 1"),
        (lambda: nn.cross_entropy([[1.0, 2.0]], [2]), ValueError, "classes 0 to 1"),
        (lambda: nn.cross_entropy([[1.0, 2.0]], [0.5]), ValueError, "classes"),
        (lambda: nn.cross_entropy([1.0, 2.0], [0, 1]), TypeError, "list of scores"),
        (lambda: nn.cross_entropy([[1.0]], [0, 0]), ValueError, "targets"),
        (lambda: losses.loss_function("mes"), ValueError, "mes.*mse"),
    ],
)
def test_errors_name_the_argument(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_losses_agree_with_pytorch():
    torch = pytest.importorskip("torch", reason="the extra 'peers' is not installed")
    functional = torch.nn.functional
    cases = [
        (nn.mse, functional.mse_loss, NUMBERS, TARGETS),
        (nn.mae, functional.l1_loss, NUMBERS, TARGETS),
        (nn.huber, functional.huber_loss, NUMBERS, TARGETS),
        (
            nn.binary_cross_entropy,
            functional.binary_cross_entropy_with_logits,
            NUMBERS,
            [1.0, 0.0, 0.3, 1.0],
        ),
    ]
    for ours, theirs, predictions, targets in cases:
        xs = [Value(x) for x in predictions]
        value = ours(xs, targets)
        value.backward()
        tensor = torch.tensor(predictions, dtype=torch.float64, requires_grad=True)
        true = theirs(tensor, torch.tensor(targets, dtype=torch.float64))
        true.backward()
        assert value.data == pytest.approx(true.item(), rel=1e-14), ours
        assert [x.grad for x in xs] == pytest.approx(tensor.grad.tolist(), rel=1e-13)
    scores = [[Value(x) for x in row] for row in SCORES]
    value = nn.cross_entropy(scores, CLASSES)
    value.backward()
    tensor = torch.tensor(SCORES, dtype=torch.float64, requires_grad=True)
    true = functional.cross_entropy(tensor, torch.tensor(CLASSES))
    true.backward()
    assert value.data == pytest.approx(true.item(), rel=1e-14)
    flat = [x.grad for row in scores for x in row]
    assert flat == pytest.approx(tensor.grad.flatten().tolist(), rel=1e-12)
