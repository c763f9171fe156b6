"""What happened in a training: numbers by epoch, and a plot of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from autograd.files import write_figure


@dataclass(repr=False)
class History:
    """One number for each epoch in each list; `stopped` says why it ended early.

    `compiled` is whether the training was compiled to its end, and `reason` why not.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)
    validation_metric: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    stopped: str = ""
    compiled: bool = False
    reason: str = ""

    def latest(self) -> str:
        """The last epoch's numbers, as the progress bar shows them."""
        named = {
            "loss": self.loss,
            "metric": self.metric,
            "validation loss": self.validation_loss,
            "validation metric": self.validation_metric,
        }
        return ", ".join(f"{name} {xs[-1]:.4g}" for name, xs in named.items() if xs)

    def __repr__(self) -> str:
        epochs = f"{len(self.loss)} epoch" + "s" * (len(self.loss) != 1)
        how = "compiled" if self.compiled else ""
        parts = [epochs, self.latest(), how, self.stopped]
        return f"<history: {'; '.join(part for part in parts if part)}>"

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Curves of the losses (and of the metric) by epoch, as a matplotlib figure.

        With a path the figure is written there as well, whole or not at all; the
        suffix says in which format. ImportError names the extra with matplotlib.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise ImportError(
                "History.plot needs matplotlib: pip install 'scalar-autograd[demos]'"
            ) from None
        panels = 2 if self.metric else 1
        figure = Figure(figsize=(5.2 * panels, 3.6), layout="constrained")
        axes = figure.subplots(1, panels, squeeze=False)[0]
        _curves(axes[0], "loss", self.loss, self.validation_loss)
        if self.metric:
            _curves(axes[1], "metric", self.metric, self.validation_metric)
        if path is not None:
            write_figure(path, figure)
        return figure


def _curves(
    axis: Any, name: str, training: list[float], validation: list[float]
) -> None:
    epochs = range(1, len(training) + 1)
    marker = "o" if len(training) == 1 else None
    axis.plot(epochs, training, color="#0072B2", marker=marker, label="training")
    if validation:
        axis.plot(
            epochs[: len(validation)],
            validation,
            color="#D55E00",
            linestyle="--",
            marker=marker,
            label="validation",
        )
        axis.legend()
    axis.set_xlabel("epoch")
    axis.set_ylabel(name)
    axis.grid(alpha=0.3)
