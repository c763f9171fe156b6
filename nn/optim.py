"""Optimizers: how parameters move against their gradients. Updates as PyTorch's.

`step` moves by the gradients that `backward` left in the parameters; `minimize` does a
whole step of a compiled function: value, gradients and update, without a Python loop.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from typing import Any

from autograd import Value
from nn.outputs import plain
from nn.updates import UPDATES, State, move, scale, zero


class Optimizer:
    """Moves a list of parameters at a learning rate `lr`, which can be assigned."""

    update: str  # the name of its rule

    def __init__(self, parameters: Iterable[Value], lr: float) -> None:
        if hasattr(parameters, "parameters"):
            parameters = parameters.parameters()
        if isinstance(parameters, (Value, str)) or not isinstance(parameters, Iterable):
            raise TypeError(f"parameters: must be a list of Values, not {parameters!r}")
        self._parameters = tuple(parameters)
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
        if len({id(parameter) for parameter in self.parameters}) < len(self.parameters):
            raise ValueError("parameters: one is there twice: it would move twice")
        self.lr = _positive("lr", lr)
        columns = len(UPDATES[self.update].state)
        self._state = State(
            [array("d", bytes(8 * len(self.parameters))) for _ in range(columns)]
        )

    @property
    def parameters(self) -> tuple[Value, ...]:
        """What it moves; the momentum and the like are of these, in this order."""
        return self._parameters

    @property
    def steps(self) -> int:
        """How many steps it has made."""
        return self._state.steps

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter."""
        zero(self.parameters)

    def step(self, gradients: array[float] | None = None) -> None:
        """Move every parameter once, by its own gradient or by those given.

        >>> x = Value(1.0)
        >>> SGD([x], lr=0.25).step(array("d", [2.0]))
        >>> x.data
        0.5
        """
        settings = self._settings(self.steps + 1)
        move(self.update, self._parameters, self._state, settings, gradients)

    def minimize(self, step: Any, *args: Any, **kwargs: Any) -> float:
        """One step of a compiled function's value downhill; the value before the move.

        The same as zero_grad(), step.backward(*args) and step(), but in native code and
        with gradients that are not kept: every `grad` stays as it was. The parameters
        move all, those that the function does not use by a gradient of 0.

        >>> from autograd import compile
        >>> w = Value(1.0)
        >>> loss = compile(lambda x, y: (w * x - y) ** 2)
        >>> sgd = SGD([w], lr=0.1)
        >>> sgd.minimize(loss, 1.0, 3.0), round(w.data, 6)
        (4.0, 1.4)
        """
        found = _compiled(step, "minimize").parameter_gradients(
            self._parameters, *args, **kwargs
        )
        return self._downhill(step, found)

    def minimize_batch(
        self,
        step: Any,
        *columns: Any,
        reduction: str = "mean",
        threads: int | None = None,
    ) -> float:
        """The same of the mean (or sum) of a compiled function over N samples.

        The columns are those of `backward_batch`, or what `step.columns` made of them.

        >>> from autograd import compile
        >>> w = Value(1.0)
        >>> loss = compile(lambda x, y: (w * x - y) ** 2)
        >>> sgd = SGD([w], lr=0.1)
        >>> sgd.minimize_batch(loss, [1.0, 2.0], [3.0, 6.0]), round(w.data, 6)
        (10.0, 2.0)
        """
        found = _compiled(step, "minimize_batch").parameter_gradients_batch(
            self._parameters, *columns, reduction=reduction, threads=threads
        )
        return self._downhill(step, found)

    def _downhill(self, step: Any, found: Any) -> float:
        value, gradients, results = found
        if isinstance(results, (list, tuple, dict)):
            raise ValueError(
                f"{step!r} returns several numbers; what is minimized is one"
            )
        self.step(gradients)
        number: float = value
        return number

    def _settings(self, steps: int) -> tuple[float, ...]:
        """The rule's settings in the step of this number, from 1."""
        raise NotImplementedError


def _compiled(step: Any, method: str) -> Any:
    if not hasattr(step, "parameter_gradients"):
        raise TypeError(
            f"{method}(step): must be a compiled function, not {step!r}: give it "
            "autograd.compile(f), made once before the loop"
        )
    return step


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

    def _settings(self, steps: int) -> tuple[float, ...]:
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

    def _settings(self, steps: int) -> tuple[float, ...]:
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

    def _settings(self, steps: int) -> tuple[float, ...]:
        first, second = self.betas
        return (
            *(self.lr, first, second, self.eps),
            *(self.weight_decay, float(self.decoupled)),
            *(1 / (1 - first**steps), 1 / math.sqrt(1 - second**steps)),
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
    clipped = list(parameters)
    gradients = array("d", [plain(p.grad) for p in clipped])
    norm = clip_gradients(gradients, max_norm)
    if norm > max_norm:
        for p, gradient in zip(clipped, gradients):
            p.grad = gradient
    return norm


def clip_gradients(gradients: array[float], max_norm: float) -> float:
    """The same for gradients in an array, as `parameter_gradients` gives them.

    >>> gradients = array("d", [3.0, -4.0])
    >>> clip_gradients(gradients, 1.0), round(gradients[1], 4)
    (5.0, -0.8)
    """
    _positive("max_norm", max_norm)
    norm = math.hypot(*gradients)
    if norm - norm != 0:
        raise FloatingPointError(
            f"the gradients' length is {norm}: it cannot be clipped"
        )
    if norm > max_norm:
        scale(gradients, max_norm / (norm + 1e-6))
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
        p.grad = max(-limit, min(limit, plain(p.grad)))
