"""The engines that are compared, each behind the same few functions."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Contestant:
    """How an engine makes a leaf, applies relu, differentiates, and reads a gradient.

    `recording(leaves)` is entered before the graph of these leaves is built.
    """

    leaf: Callable[[float], Any]
    relu: Callable[[Any], Any]
    backward: Callable[[Any], None]
    gradient: Callable[[Any], float]
    move: Callable[[Any, float], None]
    recording: Callable[[list[Any]], contextlib.AbstractContextManager[Any]]
    mlp: Callable[[int, list[int]], Any] | None = None  # its own neural network


def _with_values(value: Any, mlp: Any) -> Contestant:
    """For micrograd and all that look like it."""

    def move(p: Any, step: float) -> None:
        p.data -= step * p.grad
        p.grad = 0.0

    return Contestant(
        leaf=value,
        relu=lambda y: y.relu(),
        backward=lambda y: y.backward(),
        gradient=lambda p: p.grad,
        move=move,
        recording=lambda leaves: contextlib.nullcontext(),
        mlp=mlp,
    )


def _ours() -> Contestant:
    from autograd import Value
    from nn import MLP

    return _with_values(Value, MLP)


def _micrograd() -> Contestant:
    value = importlib.import_module("micrograd.engine").Value
    return _with_values(value, importlib.import_module("micrograd.nn").MLP)


def _torch() -> Contestant:
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)

    def move(p: Any, step: float) -> None:
        with torch.no_grad():
            p -= step * p.grad
        p.grad = None

    return Contestant(
        leaf=lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True),
        relu=lambda y: y.relu(),
        backward=lambda y: y.backward(),
        gradient=lambda p: p.grad.item(),
        move=move,
        recording=lambda leaves: contextlib.nullcontext(),
    )


def _xad() -> Contestant:
    xad = importlib.import_module("xad.adj_1st")
    maximum = importlib.import_module("xad.math").max
    tapes: list[Any] = []

    @contextlib.contextmanager
    def recording(leaves: list[Any]) -> Iterator[None]:
        with xad.Tape() as tape:
            for leaf in leaves:
                tape.registerInput(leaf)
            tape.newRecording()
            tapes.append(tape)
            yield
            tapes.pop()

    def backward(y: Any) -> None:
        tapes[-1].registerOutput(y)
        y.setDerivative(1.0)
        tapes[-1].computeAdjoints()

    return Contestant(
        leaf=xad.Real,
        relu=lambda y: maximum(y, 0.0),
        backward=backward,
        gradient=lambda p: p.getDerivative(),
        move=lambda p, step: None,  # a Real is registered anew, from outside
        recording=recording,
    )


# name: (the package it needs, the value of AUTOGRAD_ENGINE, how it is made)
CONTESTANTS: dict[str, tuple[str, str, Callable[[], Contestant]]] = {
    "native": ("autograd._native.engine", "native", _ours),
    "python": ("autograd", "python", _ours),
    "micrograd": ("micrograd", "", _micrograd),
    "torch": ("torch", "", _torch),
    "xad": ("xad", "", _xad),
}


def installed() -> list[str]:
    """The contestants that can run here."""
    return [
        name
        for name, (package, _, _) in CONTESTANTS.items()
        if importlib.util.find_spec(package) is not None
    ]
