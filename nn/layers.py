"""Neuron, Layer, MLP: micrograd's constructors and calls, and a few options more."""

from __future__ import annotations

from collections.abc import Iterable
from operator import mul
from typing import Any

from autograd import Value, dot, stop_gradient
from nn.activations import Activation, activation, linear
from nn.init import Init, generator, initializer
from nn.module import Module


def _size(argument: str, number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError(f"{argument}: must be a whole number >= 1, not {number!r}")
    return number


class Neuron(Module):
    """activation(w · x + b).

    `nonlin=False` leaves the activation out. `init` and `seed` say how the weights
    start; without a seed they come from the module `random`, in micrograd's order.
    `fused` computes w · x as one node instead of one for each + and ×: the same
    gradient from a smaller graph, and a different last digit at times.

    >>> neuron = Neuron(3, seed=1)
    >>> neuron, len(neuron.parameters())
    (ReLUNeuron(3), 4)
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: str | Activation = "relu",
        init: str | Init = "uniform",
        seed: Any = None,
        fused: bool = False,
        fan_out: int = 1,
    ) -> None:
        _size("nin", nin)
        draw, rng = initializer(init), generator(seed)
        self.w = [Value(draw(rng, nin, fan_out), f"w{i}") for i in range(nin)]
        self.b = Value(0.0, "b")
        self.nonlin = nonlin
        self.fused = fused
        chosen = _activation(activation)
        self._kind = activation if nonlin else "linear"
        self._activation = chosen if nonlin else linear

    def forward(self, x: Any) -> Any:
        """The neuron's output for a list of numbers or Values."""
        inputs = x if type(x) is list and len(x) == len(self.w) else self.checked(x)
        if self.fused:
            return self._activation(dot(self.w, inputs) + self.b)
        return self._activation(sum(map(mul, self.w, inputs), self.b))

    def checked(self, x: Any) -> list[Any]:
        """The inputs as a list; an error names what is wrong with them."""
        if isinstance(x, (Value, str, bytes)) or not isinstance(x, Iterable):
            raise TypeError(f"x: must be a list of {len(self.w)} numbers, not {x!r}")
        inputs = list(x)
        if len(inputs) != len(self.w):
            raise ValueError(
                f"x: has {len(inputs)} numbers, but this neuron takes {len(self.w)}"
            )
        return inputs

    def __repr__(self) -> str:
        kind = self._kind if isinstance(self._kind, str) else self._kind.__name__
        shown = "ReLU" if kind == "relu" else kind.capitalize()
        return f"{shown}Neuron({len(self.w)})"


def _constant(number: Any) -> Any:
    return stop_gradient(Value(number))


_activation = activation  # the parameter of that name hides it


class Layer(Module):
    """Neurons beside each other, on the same inputs.

    One neuron alone returns a Value, more return a list, as in micrograd.

    >>> len(Layer(3, 4, seed=1)([1.0, 2.0, 3.0]))
    4
    """

    def __init__(
        self, nin: int, nout: int, nonlin: bool = True, *, seed: Any = None, **how: Any
    ) -> None:
        _size("nout", nout)
        rng = generator(seed)
        self.neurons = [
            Neuron(nin, nonlin, seed=rng, fan_out=nout, **how) for _ in range(nout)
        ]
        for i, neuron in enumerate(self.neurons):
            neuron.name = f"neuron {i}"

    def forward(self, x: Any) -> Any:
        """The neurons' outputs."""
        inputs = self.neurons[0].checked(x)
        # plain numbers become constants once, not once for each neuron
        shared = [x if isinstance(x, Value) else _constant(x) for x in inputs]
        out = [neuron(shared) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """Layers one after another; the last is linear.

    `MLP(2, [16, 16, 1])` takes two numbers and returns one. The options are those of
    `Neuron`: activation, init, seed, fused.

    >>> model = MLP(2, [16, 16, 1], seed=1)
    >>> len(model.parameters())
    337
    """

    def __init__(
        self,
        nin: int,
        nouts: Iterable[int],
        *,
        activation: str | Activation = "relu",
        init: str | Init = "uniform",
        seed: Any = None,
        fused: bool = False,
    ) -> None:
        if isinstance(nouts, (int, str)) or not isinstance(nouts, Iterable):
            raise TypeError(f"nouts: must be a list of layer sizes, not {nouts!r}")
        sizes = [_size("nin", nin), *(_size("nouts", nout) for nout in nouts)]
        if len(sizes) == 1:
            raise ValueError("nouts: must have at least one layer size")
        rng = generator(seed)
        self.layers = [
            Layer(
                *(sizes[i], sizes[i + 1]),
                nonlin=i != len(sizes) - 2,
                activation=activation,
                init=init,
                seed=rng,
                fused=fused,
            )
            for i in range(len(sizes) - 1)
        ]
        for i, layer in enumerate(self.layers):
            layer.name = f"layer {i}"

    def forward(self, x: Any) -> Any:
        """The last layer's output."""
        for layer in self.layers:
            x = layer(x if isinstance(x, Iterable) else [x])
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"
