"""Module: what holds parameters, and what can be done with all of them at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograd import Value, no_grad, scope
from autograd.files import write_whole
from nn.outputs import plain

FORMAT = "scalar-autograd state"


class Module:
    """A part of a model: its parameters are the Values found in its attributes.

    Lists, tuples, dicts and other modules are searched too. Write `forward`; calling
    the module runs it inside a scope of the module's name, so that pictures can frame
    it or fold it.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line(3.0).data, [name for name, _ in line.named_parameters()]
    (7.0, ['slope', 'offset'])
    """

    name: str = ""

    def forward(self, *inputs: Any) -> Any:
        """What the module computes; each module writes its own."""
        raise NotImplementedError(
            f"{type(self).__name__} has no forward(self, x): write what it computes"
        )

    def __call__(self, *inputs: Any) -> Any:
        with scope(self.name or type(self).__name__):
            return self.forward(*inputs)

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Each parameter once, with its path, in the order of the attributes."""
        for trail, parameter in self._trails():
            keys = []
            while trail is not None:
                trail, key = trail
                keys.append(str(key))
            yield ".".join(reversed(keys)), parameter

    def parameters(self) -> list[Value]:
        """All parameters, each once."""
        return [parameter for _, parameter in self._trails()]

    def _trails(self) -> Iterator[tuple[Any, Value]]:
        """Each parameter once, with the keys to it, the last one first."""
        seen: set[int] = set()
        stack: list[tuple[Any, Any]] = [(None, self)]
        while stack:
            trail, thing = stack.pop()
            is_value = isinstance(thing, Value)
            if is_value or isinstance(thing, (Module, list, tuple, dict)):
                if id(thing) in seen:
                    continue
                seen.add(id(thing))
                if not is_value:
                    inner = [((trail, key), part) for key, part in _parts(thing)]
                    stack += reversed(inner)
                elif thing.is_leaf and not thing.is_constant:
                    yield trail, thing

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter."""
        for parameter in self.parameters():
            parameter.grad = 0

    def predict(self, inputs: Iterable[Any]) -> list[Any]:
        """The outputs for many inputs as plain floats, recording nothing.

        >>> from nn import MLP
        >>> [type(y) for y in MLP(2, [1]).predict([[1.0, 2.0], [3.0, 4.0]])]
        [<class 'float'>, <class 'float'>]
        """
        with no_grad():
            return [plain(self(x)) for x in inputs]

    def state_dict(self) -> dict[str, float]:
        """Every parameter's number by its path."""
        return {path: value.data for path, value in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter; ValueError, and nothing changed, unless all fit."""
        own = dict(self.named_parameters())
        missing = [path for path in own if path not in state]
        unknown = [path for path in state if path not in own]
        if missing or unknown:
            raise ValueError(
                f"the state does not fit this {type(self).__name__}: "
                f"it lacks {_some(missing)} and has no place for {_some(unknown)}"
            )
        numbers = {path: Value(number).data for path, number in state.items()}
        for path, parameter in own.items():
            parameter.data = numbers[path]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the parameters as JSON, whole or not at all; every bit comes back."""
        state = {
            name: number if number - number == 0 else repr(number)
            for name, number in self.state_dict().items()
        }
        document = {
            "format": FORMAT,
            "version": 1,
            "model": type(self).__name__,
            "state": state,
        }
        return write_whole(path, json.dumps(document, indent=1) + "\n")

    def load(self, path: str | os.PathLike[str]) -> None:
        """Read what `save` wrote; ValueError, and nothing changed, unless all fits."""
        text = Path(path).read_text(encoding="utf-8")
        try:
            document = json.loads(text)
        except ValueError as error:
            raise ValueError(f"{os.fspath(path)!r} is not JSON: {error}") from None
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError(f"{os.fspath(path)!r} was not written by Module.save")
        if document.get("version") != 1 or not isinstance(document.get("state"), dict):
            raise ValueError(f"{os.fspath(path)!r} is not a state of version 1")
        special = ("nan", "inf", "-inf")
        self.load_state_dict(
            {
                name: float(number) if number in special else number
                for name, number in document["state"].items()
            }
        )

    def summary(self) -> str:
        """A table of the parts and their numbers of parameters.

        >>> from nn import MLP
        >>> print(MLP(2, [4, 1]).summary())
        part      kind   parameters
        layers.0  Layer          12
        layers.1  Layer           5
        total     MLP            17
        """
        rows = [("part", "kind", "parameters")]
        for path, part in self._children():
            rows.append((path, type(part).__name__, str(len(part.parameters()))))
        rows.append(("total", type(self).__name__, str(len(self.parameters()))))
        first, second, third = (max(map(len, column)) for column in zip(*rows))
        return "\n".join(
            f"{path:<{first}}  {kind:<{second}}  {count:>{third}}"
            for path, kind, count in rows
        )

    def _children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly inside, also those in lists, tuples and dicts."""
        stack: list[tuple[str, Any]] = [*_parts(self)][::-1]
        while stack:
            path, thing = stack.pop()
            if isinstance(thing, Module):
                yield path, thing
            elif isinstance(thing, (list, tuple, dict)):
                inner = [(f"{path}.{key}", part) for key, part in _parts(thing)]
                stack += reversed(inner)


def _parts(thing: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(thing, Module):
        return vars(thing).items()
    return thing.items() if isinstance(thing, dict) else enumerate(thing)


def _some(paths: list[str]) -> str:
    shown = ", ".join(map(repr, paths[:3])) or "nothing"
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"
