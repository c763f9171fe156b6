"""Optimizers: how parameters move against their gradients. Updates as PyTorch's."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from autograd import Value


class Optimizer:
    """Moves a list of parameters at a learning rate `lr`, which can be assigned."""

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

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter."""
        for parameter in self.parameters:
            parameter.grad = 0

    def step(self) -> None:
        """Move every parameter once."""
        self.steps += 1
        # all new numbers first: an interrupt leaves the old ones, not a mixture
        moved = [self._moved(i, p.data, p.grad) for i, p in enumerate(self.parameters)]
        for parameter, data in zip(self.parameters, moved):
            parameter.data = data

    def _moved(self, i: int, data: float, grad: float) -> float:
        raise NotImplementedError

    def _zeros(self) -> list[float]:
        return [0.0] * len(self.parameters)


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
        self._velocity = self._zeros()

    def _moved(self, i: int, data: float, grad: float) -> float:
        grad += self.weight_decay * data
        if self.momentum:
            velocity = self._velocity[i] = self.momentum * self._velocity[i] + grad
            grad = grad + self.momentum * velocity if self.nesterov else velocity
        return data - self.lr * grad


class RMSProp(Optimizer):
    """Gradients divided by the root of their running mean square (Hinton 2012).

    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> RMSProp([x], lr=0.1).step()
    >>> round(x.data, 6)
    0.0
    """

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
        self._square, self._velocity = self._zeros(), self._zeros()

    def _moved(self, i: int, data: float, grad: float) -> float:
        grad += self.weight_decay * data
        square = self.alpha * self._square[i] + (1 - self.alpha) * grad * grad
        self._square[i] = square
        step = grad / (math.sqrt(square) + self.eps)
        if self.momentum:
            step = self._velocity[i] = self.momentum * self._velocity[i] + step
        return data - self.lr * step


class Adam(Optimizer):
    """Momentum and running mean square, both corrected for their start at 0.

    Kingma, Ba 2015. `weight_decay` is added to the gradient; see `AdamW`.

    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Adam([x], lr=0.1).step()
    >>> round(x.data, 6)
    0.9
    """

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
        self._mean, self._square = self._zeros(), self._zeros()

    def _moved(self, i: int, data: float, grad: float) -> float:
        if self.decoupled:
            data *= 1 - self.lr * self.weight_decay
        else:
            grad += self.weight_decay * data
        first, second = self.betas
        mean = self._mean[i] = first * self._mean[i] + (1 - first) * grad
        square = second * self._square[i] + (1 - second) * grad * grad
        self._square[i] = square
        root = math.sqrt(square / (1 - second**self.steps)) + self.eps
        return data - self.lr * mean / (1 - first**self.steps) / root


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
