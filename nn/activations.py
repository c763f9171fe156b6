"""Activations by name: the elementary functions of autograd.math, and "linear"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import math

Activation = Callable[[Any], Any]

NAMES = (
    *("linear", "relu", "tanh", "sigmoid", "leaky_relu", "relu6", "elu", "selu"),
    *("gelu", "silu", "mish", "softplus", "softsign", "logsigmoid", "hardtanh"),
    *("sin", "square"),
)


def linear(x: Any) -> Any:
    """No activation: x itself."""
    return x


def activation(given: str | Activation) -> Activation:
    """The function of this name, or the function given.

    >>> activation("relu")(-2.0)
    0.0
    """
    if given == "linear":
        return linear
    if isinstance(given, str) and given in NAMES:
        function: Activation = getattr(math, given)
        return function
    if callable(given):
        return given
    raise ValueError(
        f"activation: {given!r} is neither a function nor one of {', '.join(NAMES)}"
    )
