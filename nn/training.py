"""fit: train a model on samples, and keep what was learnt whatever happens."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tqdm.auto import tqdm

from autograd import Value
from nn import losses, optim
from nn.data import Data
from nn.history import History
from nn.module import Module
from nn.schedules import Schedule
from nn.steps import Steps
from nn.task import Task

Metric = Callable[[list[Any], list[Any]], float]


def accuracy(predictions: Sequence[Any], targets: Sequence[Any]) -> float:
    """The share of samples whose class is right.

    A list of scores means the class of the largest; a single score means class 1 above
    0, else class -1 or 0, whichever the targets use.

    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1]), accuracy([2.0, -1.0], [1, -1])
    (0.5, 1.0)
    """
    if len(predictions) != len(targets) or not len(targets):
        raise ValueError(
            f"targets: there are {len(targets)}, for {len(predictions)} predictions"
        )
    right = 0
    for prediction, target in zip(predictions, targets):
        if isinstance(prediction, Sequence):
            best = max(range(len(prediction)), key=prediction.__getitem__)
            right += best == target
        else:
            right += (prediction > 0) == (target > 0)
    return right / len(targets)


class _Bar(tqdm):  # type: ignore[type-arg]
    """Progress on the terminal, and once whether the steps are compiled."""

    def __init__(self, batches: int, progress: bool | None) -> None:
        hidden = None if progress is None else not progress
        super().__init__(total=batches, desc="training", disable=hidden)
        self.told: bool | None = None

    def tell(self, steps: Steps) -> None:
        if steps.compiled is self.told:
            return
        self.told = steps.compiled
        if not self.disable:
            self.set_description("training, compiled" if self.told else "training")
            if not self.told and steps.wanted is None:
                self.write(f"not compiled: {steps.reason}", file=sys.stderr)


@dataclass
class _Best:
    """The best parameters so far, and how long ago they were found."""

    patience: int | None
    loss: float = float("inf")
    state: list[float] = field(default_factory=list)
    waited: int = 0

    def seen(self, loss: float, parameters: list[Value]) -> bool:
        """Whether it is time to stop."""
        if loss < self.loss:
            self.loss, self.waited = loss, 0
            if self.patience is not None:
                self.state = [p.data for p in parameters]
        else:
            self.waited += 1
        return self.patience is not None and self.waited >= self.patience

    def restore(self, parameters: list[Value]) -> None:
        for parameter, data in zip(parameters, self.state):
            parameter.data = data


def fit(
    model: Module,
    X: Any,
    y: Any,
    *,
    loss: str | losses.Loss = "mse",
    optimizer: str | optim.Optimizer = "adam",
    lr: float | Schedule | None = None,
    epochs: int = 100,
    batch_size: int | None = 32,
    shuffle: bool = True,
    seed: int = 0,
    penalty: Callable[[list[Value]], Any] | None = None,
    clip: float | None = None,
    metric: Metric | None = None,
    validation: tuple[Any, Any] | None = None,
    patience: int | None = None,
    progress: bool | None = None,
    callback: Callable[[int, History], Any] | None = None,
    compile: bool | None = None,
) -> History:
    """Train a model, and return the history of the training.

    - `X`, `y`: samples and targets, lists or arrays of the same length.
    - `loss`: a name ("mse", "mae", "huber", "hinge", "binary_cross_entropy",
      "cross_entropy") or a function of (predictions, targets).
    - `optimizer`: a name ("sgd", "rmsprop", "adam", "adamw") or an optimizer.
    - `lr`: the learning rate, or a schedule (a function from the step to the rate).
    - `batch_size`: None takes all samples at once. `shuffle`d by `seed` each epoch.
    - `penalty`: a function of the parameters that is added to each batch's loss.
    - `clip`: the largest length of the gradient. `metric`: as `accuracy`.
    - `validation`: samples and targets to watch. With `patience`, training ends after
      so many epochs without a better validation loss (training loss without
      validation), and the best parameters are put back.
    - `progress`: a bar on the terminal; by default where there is one.
    - `callback(epoch, history)`: called after each epoch; True ends the training.
    - `compile`: by default the steps are compiled where they can be, with the numbers
      of eager ones to about nine digits, and `history.compiled` and `history.reason`
      tell. True: an error says why it cannot be; False: eagerly. Compiled steps keep
      no gradients in `grad`. A loss of your own is compiled by sample if it is marked
      with `nn.losses.mean_over_samples`. What is compiled is compared with the model
      again and again: one that draws random numbers is trained eagerly.

    Ctrl-C ends the training and keeps what was learnt: `history.stopped` says so. A
    loss that is not finite is a FloatingPointError, before any parameter takes it over.

    >>> from nn import MLP
    >>> model = MLP(1, [1], seed=0)
    >>> history = fit(model, [[0.0], [1.0]], [1.0, 3.0], lr=0.1, epochs=200)
    >>> [round(y, 2) for y in model.predict([[0.0], [2.0]])]
    [1.0, 5.0]
    """
    data = Data(X, y)
    watched = None
    if validation is not None:
        if not isinstance(validation, tuple) or len(validation) != 2:
            raise TypeError("validation: must be a tuple (X, y)")
        watched = Data(*validation, names=("validation X", "validation y"))
    for name, count in (("epochs", epochs), ("batch_size", batch_size or 1)):
        if not isinstance(count, int) or count < 1:
            raise ValueError(f"{name}: must be a whole number >= 1, not {count!r}")
    if compile is not None and not isinstance(compile, bool):
        raise ValueError(f"compile: must be True, False or None, not {compile!r}")
    loss_of = losses.loss_function(loss)
    parameters = model.parameters()
    chosen = _optimizer(optimizer, parameters, lr)
    schedule = lr if callable(lr) else None
    history = History()
    best = _Best(patience)
    rng = random.Random(seed)
    order = list(range(len(data)))
    size = min(batch_size or len(order), len(order))
    batches = epochs * -(-len(order) // size)
    steps = Steps(
        Task(model, loss_of, penalty, chosen, clip, data), compile, size, batches
    )
    bar = _Bar(batches, progress)
    began = time.perf_counter()
    try:
        for epoch in range(epochs):
            if shuffle:
                rng.shuffle(order)
            if callback is not None or _is_compared(epoch):
                steps.compare(order[:size])
            total = 0.0
            outputs: list[Any] = []
            targets: list[Any] = []
            for start in range(0, len(order), size):
                if schedule is not None:
                    chosen.lr = schedule(chosen.steps)
                batch = order[start : start + size]
                value = steps.measure(batch)
                bar.tell(steps)
                _finite(value, epoch, chosen.lr)
                if metric is not None:
                    outputs += steps.way.predictions()
                    targets += map(data.y.__getitem__, batch)
                steps.way.move()
                total += value * len(batch)
                bar.update()
            history.loss.append(total / len(order))
            history.lr.append(chosen.lr)
            history.seconds.append(time.perf_counter() - began)
            if metric is not None:
                history.metric.append(metric(outputs, targets))
            if watched is not None:
                value, outputs = steps.watch(watched)
                history.validation_loss.append(value)
                if metric is not None:
                    history.validation_metric.append(metric(outputs, watched.y))
            bar.set_postfix_str(history.latest())
            measured = history.validation_loss or history.loss
            if best.seen(measured[-1], parameters):
                history.stopped = "no better for a while: the best parameters are back"
                break
            if callback is not None and callback(epoch, history):
                history.stopped = "the callback asked for it"
                break
    except KeyboardInterrupt:
        history.stopped = "interrupted: what was learnt is kept"
    finally:
        bar.close()
        history.compiled, history.reason = steps.compiled, steps.reason
        for parameter in parameters:
            parameter.grad = 0
    if patience is not None:
        best.restore(parameters)
    return history


def _optimizer(
    given: str | optim.Optimizer, parameters: list[Value], lr: float | Schedule | None
) -> optim.Optimizer:
    if isinstance(given, optim.Optimizer):
        if lr is not None and not callable(lr):
            given.lr = lr
        return given
    if given not in optim.NAMES:
        raise ValueError(
            f"optimizer: {given!r} is neither an optimizer nor one of "
            f"{', '.join(optim.NAMES)}"
        )
    rate = lr(0) if callable(lr) else lr
    kind: Any = optim.NAMES[given]
    made: optim.Optimizer = kind(parameters) if rate is None else kind(parameters, rate)
    return made


def _finite(loss: float, epoch: int, lr: float) -> None:
    if loss - loss != 0:
        raise FloatingPointError(
            f"the loss became {loss} in epoch {epoch + 1} at a learning rate of "
            f"{lr:g}; the parameters are those of the step before. Try a smaller rate, "
            "clip=1.0, or inputs scaled to about -1 to 1"
        )


def _is_compared(epoch: int) -> bool:
    """Whether compiled steps are compared with eager ones: ever more rarely."""
    return epoch & (epoch - 1) == 0


__all__ = ["History", "accuracy", "fit"]
