"""Which way a training takes: compiled if it can be, or else eagerly, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import graph
from nn import losses
from nn.compiled_steps import ByBatch, BySample, CannotCompile, Compiled
from nn.data import Data
from nn.outputs import values
from nn.task import Eager, Task

MOST_NODES = 200_000  # of a batch that is compiled as a whole
FEWEST_STEPS = 50  # that pay for compiling whole batches


class Steps:
    """A training's steps: compiled, or eager where that cannot be, and why.

    `wanted` is fit's `compile`; `batch` the first batch's size, `count` how many
    batches there will be.
    """

    def __init__(self, task: Task, wanted: bool | None, batch: int, count: int) -> None:
        self.task, self.wanted = task, wanted
        self.way: Any = Eager(task)
        self.reason = "compile=False" if wanted is False else ""
        if wanted is not False:
            try:
                self.way = self._compiled(batch, count)
            except CannotCompile as error:
                self._give_up(error)

    @property
    def compiled(self) -> bool:
        """Whether the steps are compiled."""
        return isinstance(self.way, Compiled)

    def compare(self, indices: Sequence[int]) -> None:
        """Compare with what the model computes eagerly; give up if that differs."""
        if self.compiled:
            try:
                self.way.compare(indices)
            except CannotCompile as error:
                self._give_up(error)

    def measure(self, indices: Sequence[int]) -> float:
        """The loss of these samples; `move` makes the step."""
        try:
            loss: float = self.way.measure(indices)
        except CannotCompile as error:
            self._give_up(error)
            loss = self.way.measure(indices)
        return loss

    def watch(self, data: Data) -> tuple[float, list[Any]]:
        """The loss of other samples, and the predictions."""
        found: tuple[float, list[Any]]
        try:
            found = self.way.watch(data)
        except CannotCompile:  # of these samples; the training goes on compiled
            found = Eager(self.task).watch(data)
        return found

    def _compiled(self, batch: int, count: int) -> Compiled:
        if losses.is_mean_over_samples(self.task.loss):
            return BySample(self.task)
        if self.wanted is None:
            self._is_worth_it(batch, count)
        return ByBatch(self.task)

    def _is_worth_it(self, batch: int, count: int) -> None:
        told_how = "mark it with nn.losses.mean_over_samples if it is such a mean"
        if count < FEWEST_STEPS:
            raise CannotCompile(
                f"a loss that is not known to be a mean over samples is compiled for "
                f"whole batches, and {count} are too few for that; {told_how}"
            )
        sample, _ = self.task.data.pick([0])
        nodes = graph.size(*values(self.task.model(sample[0]))) * batch
        if nodes > MOST_NODES:
            raise CannotCompile(
                f"a loss that is not known to be a mean over samples is compiled for "
                f"whole batches, and one of about {nodes:,} nodes is too large for "
                f"that; {told_how}"
            )

    def _give_up(self, error: CannotCompile) -> None:
        if self.wanted:
            raise ValueError(f"compile=True: {error}") from error
        self.way, self.reason = Eager(self.task), str(error)
