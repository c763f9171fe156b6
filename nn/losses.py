"""Losses: one number to make smaller, from predictions and targets.

All are means over the samples, on Values or floats, and safe from overflow. Formulas
are PyTorch's of the same name. They branch on no number, so that one tape holds for all
samples when they are compiled.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from autograd import Value, logsumexp, math, mean, min, take
from autograd import sum as total

Loss = Callable[[Any, Any], Any]
Given = TypeVar("Given", bound=Callable[..., Any])


def mean_over_samples(loss: Given) -> Given:
    """Mark a loss of one's own as a mean over the samples: `fit` compiles it by sample.

    The loss of some samples must be the mean of the losses of each alone.

    >>> @mean_over_samples
    ... def quartic(predictions, targets):
    ...     return mean([(p - t) ** 4 for p, t in zip(predictions, targets)])
    >>> is_mean_over_samples(quartic), is_mean_over_samples(mse)
    (True, True)
    """
    loss.mean_over_samples = True  # type: ignore[attr-defined]
    return loss


def is_mean_over_samples(loss: Loss) -> bool:
    """Whether a loss, or what a functools.partial of it was made from, is marked."""
    return getattr(_inner(loss), "mean_over_samples", False) is True


def check(loss: Loss, predictions: Any, targets: Any) -> None:
    """Raise what a named loss would say about these targets, without computing it."""
    checked = CHECKS.get(_inner(loss))
    if checked is not None:
        checked(predictions, targets)


def _inner(loss: Any) -> Any:
    while isinstance(loss, functools.partial):
        loss = loss.func
    return loss


def _flat(name: str, numbers: Any) -> list[Any]:
    """The numbers of a list of numbers, or of a list of lists, in order."""
    flat: list[Any] = []
    stack = [numbers]
    while stack:
        thing = stack.pop()
        if isinstance(thing, (str, bytes)):
            raise TypeError(f"{name}: must be numbers, not {thing!r}")
        if isinstance(thing, Iterable):
            stack += reversed(list(thing))
        else:
            flat.append(thing)
    if not flat:
        raise ValueError(f"{name}: there are none")
    return flat


def _pairs(predictions: Any, targets: Any) -> list[tuple[Any, Any]]:
    left, right = _flat("predictions", predictions), _flat("targets", targets)
    if len(left) != len(right):
        raise ValueError(
            f"targets: there are {len(right)}, but {len(left)} predictions"
        )
    return list(zip(left, right))


@mean_over_samples
def mse(predictions: Any, targets: Any) -> Any:
    """Mean squared error.

    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return mean([math.square(p - t) for p, t in _pairs(predictions, targets)])


@mean_over_samples
def mae(predictions: Any, targets: Any) -> Any:
    """Mean absolute error.

    >>> mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    return mean([math.abs(p - t) for p, t in _pairs(predictions, targets)])


@mean_over_samples
def huber(predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    """Half the squared error up to `delta`, and a straight line beyond.

    >>> huber([0.5, 3.0], [0.0, 0.0])
    1.3125
    """
    if not delta > 0:
        raise ValueError(f"delta: must be positive, not {delta!r}")

    def one(error: Any) -> Any:
        size = math.abs(error)
        near = min([size, delta])
        return 0.5 * math.square(near) + delta * (size - near)

    return mean([one(p - t) for p, t in _pairs(predictions, targets)])


def _sides(scores: Any, targets: Any) -> None:
    for target in _flat("targets", targets):
        if not isinstance(target, Value) and target not in (-1, 1):
            raise ValueError(f"targets: must be -1 or 1 for hinge, not {target!r}")


@mean_over_samples
def hinge(scores: Any, targets: Any) -> Any:
    """max(0, 1 - target * score) for targets -1 and 1: the margin of an SVM.

    >>> hinge([0.5, -2.0], [1, -1])
    0.25
    """
    _sides(scores, targets)
    return mean([math.relu(1 - t * s) for s, t in _pairs(scores, targets)])


def _shares(logits: Any, targets: Any) -> None:
    for target in _flat("targets", targets):
        if not isinstance(target, Value) and not 0 <= target <= 1:
            raise ValueError(f"targets: must be between 0 and 1, not {target!r}")


@mean_over_samples
def binary_cross_entropy(logits: Any, targets: Any) -> Any:
    """-log of the probability of the target, from scores before the sigmoid.

    Targets are between 0 and 1. t softplus(-z) + (1 - t) softplus(z) keeps the digits
    where the probability is next to 0 or 1.

    >>> binary_cross_entropy([0.0], [1])
    0.6931471805599453
    """

    def one(z: Any, t: Any) -> Any:
        if not isinstance(t, Value) and t in (0, 1):
            return math.softplus(z if t == 0 else -z)
        return t * math.softplus(-z) + (1 - t) * math.softplus(z)

    _shares(logits, targets)
    return mean([one(z, t) for z, t in _pairs(logits, targets)])


def _classes(logits: Sequence[Any], targets: Sequence[Any]) -> None:
    if len(logits) != len(targets):
        raise ValueError(
            f"targets: there are {len(targets)}, but {len(logits)} predictions"
        )
    for scores, target in zip(logits, targets):
        if isinstance(scores, Value) or not isinstance(scores, Sequence):
            raise TypeError("logits: must be a list of scores for each sample")
        if isinstance(target, Value):  # take() checks it
            continue
        whole = int(target)
        if whole != target or not 0 <= whole < len(scores):
            raise ValueError(
                f"targets: must be classes 0 to {len(scores) - 1}, not {target!r}"
            )
    if not len(logits):
        raise ValueError("logits: there are none")


@mean_over_samples
def cross_entropy(logits: Sequence[Any], targets: Sequence[int]) -> Any:
    """-log of the probability of the target class, from scores before the softmax.

    `logits` is one list of scores for each sample, `targets` the class of each.

    >>> round(cross_entropy([[0.0, 0.0]], [1]), 6)
    0.693147
    """

    def score(scores: Any, target: Any) -> Any:
        if isinstance(target, Value):
            return take(scores, target)
        return scores[int(target)]

    _classes(logits, targets)
    return mean([logsumexp(s) - score(s, t) for s, t in zip(logits, targets)])


def l1(parameters: Iterable[Value]) -> Any:
    """Sum of absolute values: a penalty that drives weights to 0.

    >>> l1([Value(-2.0), Value(3.0)]).data
    5.0
    """
    return total([math.abs(p) for p in parameters])


def l2(parameters: Iterable[Value]) -> Any:
    """Sum of squares: a penalty that keeps weights small.

    >>> l2([Value(-2.0), Value(3.0)]).data
    13.0
    """
    return total([p * p for p in parameters])


NAMES: dict[str, Loss] = {
    "mse": mse,
    "mae": mae,
    "huber": huber,
    "hinge": hinge,
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": cross_entropy,
}
CHECKS: dict[Any, Callable[[Any, Any], None]] = {
    hinge: _sides,
    binary_cross_entropy: _shares,
    cross_entropy: _classes,
}


def loss_function(given: str | Loss) -> Loss:
    """The loss of this name, or the function given."""
    if isinstance(given, str) and given in NAMES:
        return NAMES[given]
    if callable(given):
        return given
    raise ValueError(
        f"loss: {given!r} is neither a function (predictions, targets) nor one of "
        f"{', '.join(NAMES)}"
    )
