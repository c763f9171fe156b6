"""Small neural networks from Values: layers, losses, optimizers, training.

>>> from nn import MLP, fit
>>> model = MLP(2, [8, 1], activation="tanh", seed=0)
>>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
>>> history = fit(model, X, y, loss="binary_cross_entropy", lr=0.1)
>>> [score > 0 for score in model.predict(X)]
[False, True, True, False]
"""

try:
    from autograd import Value as _ours  # noqa: F401
except ImportError as error:
    raise ImportError(
        "nn belongs to scalar-autograd, but 'import autograd' finds another package "
        "(HIPS autograd has the same name): use a fresh virtual environment for one of "
        "the two"
    ) from error

from nn import activations, init, losses, optim, schedules
from nn.history import History
from nn.layers import MLP, Layer, Neuron
from nn.losses import (
    binary_cross_entropy,
    cross_entropy,
    hinge,
    huber,
    l1,
    l2,
    mae,
    mse,
)
from nn.module import Module
from nn.optim import (
    SGD,
    Adam,
    AdamW,
    RMSProp,
    clip_grad_norm,
    clip_grad_value,
    clip_gradients,
)
from nn.training import accuracy, fit

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "RMSProp",
    "accuracy",
    "activations",
    "binary_cross_entropy",
    "clip_grad_norm",
    "clip_grad_value",
    "clip_gradients",
    "cross_entropy",
    "fit",
    "hinge",
    "huber",
    "init",
    "l1",
    "l2",
    "losses",
    "mae",
    "mse",
    "optim",
    "schedules",
]
