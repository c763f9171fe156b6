"""How each optimizer moves one parameter: the formulas, written once.

A rule is written over any number type, like those of the table of primitives: over
floats it computes, over symbols it becomes the C of the compiled loop. It gets the
number, its gradient, the optimizer's state for it and its settings, and returns the new
number and the new state.
"""

from __future__ import annotations

import contextlib
import importlib
import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, engine


@dataclass(frozen=True)
class Update:
    """A rule, and the names of the state and the settings that it takes."""

    rule: Callable[..., tuple[Any, ...]]
    state: tuple[str, ...]
    settings: tuple[str, ...]


class Floats:
    """What rules see as `math` when they compute."""

    sqrt = staticmethod(math.sqrt)

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> Any:
        return a if condition else b


def _sgd(
    math: Any, data: Any, grad: Any, velocity: Any,
    lr: Any, momentum: Any, nesterov: Any, decay: Any,
) -> tuple[Any, ...]:  # fmt: skip
    grad = grad + decay * data
    velocity = momentum * velocity + grad
    ahead = grad + momentum * velocity
    return data - lr * math.where(nesterov > 0, ahead, velocity), velocity


def _rmsprop(
    math: Any, data: Any, grad: Any, square: Any, velocity: Any,
    lr: Any, alpha: Any, eps: Any, momentum: Any, decay: Any,
) -> tuple[Any, ...]:  # fmt: skip
    grad = grad + decay * data
    square = alpha * square + (1 - alpha) * grad * grad
    velocity = momentum * velocity + grad / (math.sqrt(square) + eps)
    return data - lr * velocity, square, velocity


def _adam(
    math: Any, data: Any, grad: Any, mean: Any, square: Any,
    lr: Any, first: Any, second: Any, eps: Any, decay: Any, decoupled: Any,
    mean_weight: Any, square_weight: Any,
) -> tuple[Any, ...]:  # fmt: skip
    # the weights correct for the start at 0: 1 - first**steps, 1 - second**steps
    grad = math.where(decoupled > 0, grad, grad + decay * data)
    data = math.where(decoupled > 0, data * (1 - lr * decay), data)
    mean = first * mean + (1 - first) * grad
    square = second * square + (1 - second) * grad * grad
    root = math.sqrt(square / square_weight) + eps
    return data - lr * mean / mean_weight / root, mean, square


UPDATES = {
    "sgd": Update(_sgd, ("velocity",), ("lr", "momentum", "nesterov", "decay")),
    "rmsprop": Update(
        _rmsprop, ("square", "velocity"), ("lr", "alpha", "eps", "momentum", "decay")
    ),
    "adam": Update(
        _adam,
        ("mean", "square"),
        (
            *("lr", "first", "second", "eps", "decay", "decoupled"),
            *("mean_weight", "square_weight"),
        ),
    ),
}
State = list["array[float]"]


def move_in_python(
    name: str, parameters: list[Value], state: State, settings: Sequence[float]
) -> None:
    """Move every parameter once; the compiled loop does the same, to the last bit."""
    rule = UPDATES[name].rule
    if any(len(column) != len(parameters) for column in state):
        raise ValueError("parameters: their number has changed since the start")
    # all new numbers first: an interrupt leaves the old ones, not a mixture
    moved = [
        rule(Floats, p.data, p.grad, *own, *settings)
        for p, *own in zip(parameters, *state)
    ]
    for i, (p, (data, *own)) in enumerate(zip(parameters, moved)):
        p.data = data
        for column, number in zip(state, own):
            column[i] = number


def zero_in_python(parameters: list[Value]) -> None:
    """Reset the gradient of every parameter."""
    for parameter in parameters:
        parameter.grad = 0


def _compiled_loops() -> Any:
    if engine == "native":
        with contextlib.suppress(ModuleNotFoundError):  # only the engine was built
            return importlib.import_module("nn._native.loops")
    return None


move = getattr(_compiled_loops(), "move", move_in_python)
zero = getattr(_compiled_loops(), "zero", zero_in_python)
