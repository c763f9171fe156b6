"""What `to_numpy` and `to_jax` give: array code that can be read and called."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from autograd.compiling.exports.arrays import array_code
from autograd.compiling.exports.reading import Recorded


class ArrayFunction:
    """A compiled function over arrays: f(parameters, *arguments).

    `parameters` is one array of numbers in the order of `f.parameters`, the Values that
    the function closes over; `f.initial` are their numbers as they were. The arguments
    are those of the function, with an array of shape (k,) for a list of k numbers if
    you like. For a batch of N each number is an array of shape (N,), and a list of k an
    array of shape (N, k); a plain number is the same for all. The results are in the
    function's structure, each of shape () or (N,).

    `f.source` is the whole text, which needs nothing of this package. An index of
    `take` that is out of range, or is not whole, gives nan there.
    """

    def __init__(self, recorded: Recorded, module: str, path_only: bool) -> None:
        self.source, name = array_code(recorded, module, path_only)
        self.parameters = list(recorded.schedule.parameters)
        self._library = "NumPy" if module == "np" else "JAX"
        library = _imported("numpy" if module == "np" else "jax.numpy")
        self.initial = library.asarray([p.data for p in self.parameters], dtype=float)
        # all text of users' in it is inert, see `arguments`
        names: dict[str, Any] = {"__name__": name}
        try:
            exec(compile(self.source, f"<{name} for {self._library}>", "exec"), names)
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"{recorded.name} needs functions that NumPy does not have (erf, gamma "
                f"and others): pip install {error.name}"
            ) from None
        self._function = names[name]
        self.__name__ = self.__qualname__ = name
        self.__signature__ = inspect.signature(self._function)

    def __call__(self, parameters: Any, *arguments: Any, **named: Any) -> Any:
        return self._function(parameters, *arguments, **named)

    def __repr__(self) -> str:
        count = len(self.parameters)
        return f"<{self.__name__} for {self._library}, of {count} parameters>"


def to_numpy(recorded: Recorded, path_only: bool) -> ArrayFunction:
    """The function over NumPy's arrays."""
    return ArrayFunction(recorded, "np", path_only)


def to_jax(recorded: Recorded, path_only: bool) -> ArrayFunction:
    """The function over JAX's arrays."""
    return ArrayFunction(recorded, "jnp", path_only)


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        method, extra = (
            ("to_numpy()", "numpy")
            if name == "numpy"
            else ("to_jax()", "'scalar-autograd[jax]'")
        )
        raise ModuleNotFoundError(
            f"{method} needs {error.name}, which is not installed: pip install {extra}"
        ) from None
