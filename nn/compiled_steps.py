"""A training's steps compiled: the same numbers as nn.task's eager ones.

One function is recorded, that of a sample or of a whole batch, and replayed for each
batch; its gradients go to the optimizer as an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograd import compile, no_grad
from nn import losses, optim
from nn.data import Data
from nn.outputs import alike, plain, rows, valued
from nn.task import Eager, Task

MOST_PATHS = 32  # through a sample's branches
MOST_PATHS_OF_BATCHES = 8


class CannotCompile(Exception):
    """Why this training is not compiled."""


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong in compiling is a reason to go on without it."""
    try:
        yield
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise CannotCompile(reason) from error


class Compiled:
    """A tape, replayed for each batch."""

    most_paths: int

    def __init__(self, task: Task) -> None:
        self.task = task
        self.gradients: Any = None
        self.objective = compile(self.function)
        # bit for bit what is computed eagerly, if that is the same each time
        self.exact = compile(self.function, exact=True)
        own = {id(p) for p in task.parameters}
        if task.clip is not None and own != {id(p) for p in task.optimizer.parameters}:
            raise CannotCompile(
                "clip is of the model's parameters, and the optimizer moves others"
            )

    def function(self, x: Any, y: Any) -> Any:
        """What is compiled: it returns the loss and the predictions."""
        raise NotImplementedError

    def compare(self, indices: Sequence[int]) -> None:
        """CannotCompile unless a replay gives what the model gives now."""
        raise NotImplementedError

    def _compare(self, xs: list[Any], ys: list[Any], *arguments: Any) -> None:
        value, predictions = self.task.eager(xs, ys)
        with told():
            found = plain(self.exact(*arguments))
        if not alike(found, [value.data, [plain(p) for p in predictions]]):
            raise CannotCompile(
                "the model or the loss is not the same each time: it draws random "
                "numbers, counts, or reads what changes meanwhile"
            )

    def _kept(self, found: Any) -> float:
        self.gradients = found.gradients
        self._count()
        value: float = found.value
        return value

    def _count(self) -> None:
        if self.objective.recordings > self.most_paths:
            raise CannotCompile(
                f"it was recorded {self.objective.recordings} times, each time on "
                "another path: through its branches, or with another index (which "
                "autograd.take takes without one)"
            )

    def move(self) -> None:
        """Move the parameters against the gradient of what was measured."""
        if self.task.clip is not None:
            optim.clip_gradients(self.gradients, self.task.clip)
        self.task.optimizer.step(self.gradients)


class BySample(Compiled):
    """The loss is a mean over the samples: what is compiled is one sample's."""

    most_paths = MOST_PATHS

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        with told():
            self.columns = self.objective.columns(*task.data.columns())
        self._watched: dict[int, Any] = {}  # the columns of other data
        self._results: Any = None
        self._is_new = True

    def function(self, x: Any, y: Any) -> Any:
        """The loss of a sample, and the prediction."""
        return self.task.objective([x], [y])

    def compare(self, indices: Sequence[int]) -> None:
        """Of one sample; before the first step all targets are checked as well."""
        xs, ys = self.task.data.pick(indices[:1])
        self._compare(xs, ys, xs[0], ys[0])
        if self._is_new:
            self._is_new = False
            self._check(self.task.data)
            count = 8  # not all samples at once, before it is known how they branch
            while count < len(indices):
                with told():
                    self.objective.batch(self.columns.at(indices[:count]))
                self._count()
                count *= 2

    def _check(self, data: Data) -> None:
        with no_grad():
            prediction = plain(self.task.model(data.pick([0])[0][0]))
        losses.check(self.task.loss, [prediction] * len(data), data.y)

    def measure(self, indices: Sequence[int]) -> float:
        """The loss of these samples, and its gradients."""
        with told():
            found = self.objective.parameter_gradients_batch(
                self.task.optimizer.parameters, self.columns.at(indices)
            )
        self._results = found.results, len(indices)
        return self._kept(found)

    def predictions(self) -> list[Any]:
        """What was predicted for them, as plain numbers."""
        (_, (predictions,)), count = self._results
        return rows(predictions, count)

    def watch(self, data: Data) -> tuple[float, list[Any]]:
        """The loss of other samples, and the predictions."""
        if id(data) not in self._watched:
            self._check(data)
            with told():
                self._watched[id(data)] = self.objective.columns(*data.columns())
        with told():
            _, (found,) = self.objective.batch(self._watched[id(data)])
        predictions = rows(found, len(data))
        with no_grad():
            values = [valued(prediction) for prediction in predictions]
        return self.task.watch(data, values), predictions


class ByBatch(Compiled):
    """The loss is any function of predictions and targets: of a whole batch."""

    most_paths = MOST_PATHS_OF_BATCHES

    def function(self, x: Any, y: Any) -> Any:
        """The loss of a batch, and the predictions."""
        return self.task.objective(x, y)

    def compare(self, indices: Sequence[int]) -> None:
        """Of the whole batch."""
        xs, ys = self.task.data.pick(indices)
        self._compare(xs, ys, xs, ys)

    def measure(self, indices: Sequence[int]) -> float:
        """The loss of these samples, and its gradients."""
        with told():
            found = self.objective.parameter_gradients(
                self.task.optimizer.parameters, *self.task.data.pick(indices)
            )
        self._results = found.results
        return self._kept(found)

    def predictions(self) -> list[Any]:
        """What was predicted for them, as plain numbers."""
        found: list[Any] = plain(self._results[1])
        return found

    def watch(self, data: Data) -> tuple[float, list[Any]]:
        """The loss of other samples, and the predictions; eagerly."""
        return Eager(self.task).watch(data)
