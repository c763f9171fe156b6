"""Optimizers: how parameters move against their gradients. Updates as PyTorch's."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from typing import Any

from autograd import Value
from nn.updates import UPDATES, move, zero


class Optimizer:
    """Moves a list of parameters at a learning rate `lr`, which can be assigned."""

    update: str  # the name of its rule

    def __init__(self, parameters: Iterable[Value], lr: float) -> None:
        if hasattr(parameters, "parameters"):
            parameters = parameters.parameters()
        if isinstance(parameters, (Value, str)) or not isinstance(parameters, Iterable):
            raise TypeError(f"parameters: must be a list of Values, not {parameters!r}")
        self.parameters: list[Value] = list(parameters)
        if not self.parameters:
            raise ValueError("parameters: there are none to optimize")
        for parameter in self.parameters:
            if not isinstance(parameter, Value):
                raise TypeError(f"parameters: {parameter!r} is not a Value")
            if not parameter.is_leaf or parameter.is_constant:
                raise ValueError(
                    f"parameters: {parameter!r} is computed or constant; only leaves "
                    "made with Value(...) can be optimized"
                )
        self.lr = _positive("lr", lr)
        self.steps = 0
        self._state = [
            array("d", [0.0]) * len(self.parameters) for _ in UPDATES[self.update].state
        ]

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter."""
        zero(self.parameters)

    def step(self) -> None:
        """Move every parameter once."""
        self.steps += 1
        move(self.update, self.parameters, self._state, self._settings())

    def _settings(self) -> tuple[float, ...]:
        raise NotImplementedError


def _positive(name: str, number: Any) -> float:
    if isinstance(number, Value) or not number > 0:
        raise ValueError(f"{name}: must be a positive number, not {number!r}")
    return float(number)


def _share(name: str, number: float) -> float:
    if not 0 <= number < 1:
        raise ValueError(f"{name}: must be at least 0 and below 1, not {number!r}")
    return float(number)


def _not_negative(name: str, number: float) -> float:
    if not number >= 0:
        raise ValueError(f"{name}: must not be negative, not {number!r}")
    return float(number)


class SGD(Optimizer):
    """Gradient descent, with momentum, Nesterov's momentum and weight decay.

    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> SGD([x], lr=0.25).step()
    >>> x.data
    0.5
    """

    update = "sgd"

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = _share("momentum", momentum)
        self.weight_decay = _not_negative("weight_decay", weight_decay)
        if nesterov and not momentum:
            raise ValueError("nesterov: needs a momentum above 0")
        self.nesterov = nesterov

    def _settings(self) -> tuple[float, ...]:
        return self.lr, self.momentum, float(self.nesterov), self.weight_decay


class RMSProp(Optimizer):
    """Gradients divided by the root of their running mean square (Hinton 2012).

    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> RMSProp([x], lr=0.1).step()
    >>> round(x.data, 6)
    0.0
    """

    update = "rmsprop"

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.alpha = _share("alpha", alpha)
        self.eps = _positive("eps", eps)
        self.momentum = _share("momentum", momentum)
        self.weight_decay = _not_negative("weight_decay", weight_decay)

    def _settings(self) -> tuple[float, ...]:
        return self.lr, self.alpha, self.eps, self.momentum, self.weight_decay


class Adam(Optimizer):
    """Momentum and running mean square, both corrected for their start at 0.

    Kingma, Ba 2015. `weight_decay` is added to the gradient; see `AdamW`.

    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Adam([x], lr=0.1).step()
    >>> round(x.data, 6)
    0.9
    """

    update = "adam"
    decoupled = False

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.betas = _share("betas", betas[0]), _share("betas", betas[1])
        self.eps = _positive("eps", eps)
        self.weight_decay = _not_negative("weight_decay", weight_decay)

    def _settings(self) -> tuple[float, ...]:
        first, second = self.betas
        return (
            *(self.lr, first, second, self.eps),
            *(self.weight_decay, float(self.decoupled)),
            *(1 - first**self.steps, 1 - second**self.steps),
        )


class AdamW(Adam):
    """Adam whose weight decay acts on the weights themselves (Loshchilov 2019).

    >>> x = Value(1.0)
    >>> AdamW([x], lr=0.1, weight_decay=0.5).step()
    >>> x.data
    0.95
    """

    decoupled = True

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay)


NAMES: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}


def clip_grad_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Scale all gradients so that their length is at most max_norm; the old length.

    >>> x = Value(1.0)
    >>> x.grad = 5.0
    >>> clip_grad_norm([x], 1.0), round(x.grad, 4)
    (5.0, 1.0)
    """
    _positive("max_norm", max_norm)
    clipped = list(parameters)
    norm = math.hypot(*(p.grad for p in clipped))
    if norm - norm != 0:
        raise FloatingPointError(
            f"the gradients' length is {norm}: it cannot be clipped"
        )
    if norm > max_norm:
        for p in clipped:
            p.grad = p.grad * (max_norm / (norm + 1e-6))
    return norm


def clip_grad_value(parameters: Iterable[Value], limit: float) -> None:
    """Hold each gradient between -limit and limit.

    >>> x = Value(1.0)
    >>> x.grad = 5.0
    >>> clip_grad_value([x], 1.0); x.grad
    1.0
    """
    _positive("limit", limit)
    for p in parameters:
        p.grad = max(-limit, min(limit, p.grad))
