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
from nn.outputs import plain


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
    mean_scale: Any, root_scale: Any,
) -> tuple[Any, ...]:  # fmt: skip
    # the scales correct for the start at 0: 1 / (1 - first**steps), and
    # 1 / sqrt(1 - second**steps)
    grad = math.where(decoupled > 0, grad, grad + decay * data)
    data = math.where(decoupled > 0, data * (1 - lr * decay), data)
    mean = first * mean + (1 - first) * grad
    square = second * square + (1 - second) * grad * grad
    root = math.sqrt(square) * root_scale + eps
    return data - lr * mean_scale * mean / root, mean, square


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
            *("mean_scale", "root_scale"),
        ),
    ),
}
Parameters = tuple[Value, ...]


@dataclass
class State:
    """What a rule keeps of each parameter, a column each, and the steps so far."""

    columns: list[array[float]]
    steps: int = 0
    known: Any = None  # the parameters that were found to be Values


def move_in_python(
    name: str,
    parameters: Parameters,
    state: State,
    settings: Sequence[float],
    gradients: Sequence[float] | None = None,
) -> None:
    """Move every parameter once, and count the step: whole, or not at all.

    The gradients are the parameters' own, or those given. The compiled loop does the
    same, to the last bit.
    """
    rule = UPDATES[name].rule
    if gradients is None:
        gradients = [plain(p.grad) for p in parameters]
    for numbers in (gradients, *state.columns):
        if len(numbers) != len(parameters):
            raise ValueError(
                f"{len(numbers)} numbers are given for {len(parameters)} parameters"
            )
    columns = [
        array("d", column)
        for column in zip(
            *[
                rule(Floats, p.data, grad, *own, *settings)
                for p, grad, *own in zip(parameters, gradients, *state.columns)
            ]
        )
    ]
    after = state.steps + 1

    def finish() -> None:
        for p, number in zip(parameters, columns[0]):
            p.data = number
        state.columns[:], state.steps = columns[1:], after

    try:
        finish()
    except KeyboardInterrupt:  # what was begun is brought to its end
        finish()
        raise


def zero_in_python(parameters: Parameters) -> None:
    """Reset the gradient of every parameter."""
    for parameter in parameters:
        parameter.grad = 0


def scale_in_python(numbers: array[float], factor: float) -> None:
    """Multiply every number."""
    for i, number in enumerate(numbers):
        numbers[i] = number * factor


def _compiled_loops() -> Any:
    if engine == "native":
        with contextlib.suppress(ModuleNotFoundError):  # only the engine was built
            return importlib.import_module("nn._native.loops")
    return None


move = getattr(_compiled_loops(), "move", move_in_python)
zero = getattr(_compiled_loops(), "zero", zero_in_python)
scale = getattr(_compiled_loops(), "scale", scale_in_python)
