"""What is trained; and its steps computed eagerly, a graph for each batch.

A step is measured first (the batch's loss) and made then (the parameters move), so that
a loss that is not finite can be refused in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, no_grad
from nn import losses, optim
from nn.data import Data
from nn.module import Module
from nn.outputs import plain


@dataclass
class Task:
    """What is trained, and how."""

    model: Module
    loss: losses.Loss
    penalty: Callable[[list[Value]], Any] | None
    optimizer: optim.Optimizer
    clip: float | None
    data: Data

    def __post_init__(self) -> None:
        self.parameters = self.model.parameters()

    def objective(self, xs: list[Any], ys: list[Any]) -> tuple[Any, list[Any]]:
        """What is made smaller, and the predictions."""
        predictions = [self.model(x) for x in xs]
        value = self.loss(predictions, ys)
        if self.penalty is not None:
            value = value + self.penalty(self.parameters)
        return value, predictions

    def eager(self, xs: list[Any], ys: list[Any]) -> tuple[Value, list[Any]]:
        """The same, recorded; TypeError where there is nothing to differentiate."""
        value, predictions = self.objective(xs, ys)
        if not isinstance(value, Value) or value.is_constant:
            raise TypeError(
                f"loss: the function returned {value!r}, which does not depend on the "
                "model's parameters"
            )
        return value, predictions

    def watch(self, data: Data, predictions: list[Any]) -> float:
        """The loss of predictions, without the penalty."""
        with no_grad():
            value = self.loss(predictions, data.y)
        number: float = value.data if isinstance(value, Value) else value
        return number


class Eager:
    """A graph for each batch."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._value: Any = None
        self._predictions: list[Any] = []

    def measure(self, indices: Sequence[int]) -> float:
        """The loss of these samples."""
        found = self.task.eager(*self.task.data.pick(indices))
        self._value, self._predictions = found
        return found[0].data

    def predictions(self) -> list[Any]:
        """What was predicted for them, as plain numbers; asked before the move."""
        return [plain(prediction) for prediction in self._predictions]

    def move(self) -> None:
        """Move the parameters against the gradient of what was measured."""
        task, value = self.task, self._value
        self._value, self._predictions = None, []  # the graph goes before the next one
        task.optimizer.zero_grad()
        value.backward()
        if task.clip is not None:
            optim.clip_grad_norm(task.parameters, task.clip)
        task.optimizer.step()

    def watch(self, data: Data) -> tuple[float, list[Any]]:
        """The loss of other samples, and the predictions."""
        with no_grad():
            predictions = [self.task.model(x) for x in data.x]
        value = self.task.watch(data, predictions)
        return value, [plain(prediction) for prediction in predictions]
