"""A schedule replayed in C; see autograd/compiling/interpreter.py, its twin."""

from array import array
from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.primitives import Primitive

FINGERPRINT: str
Column = tuple[Any, int, int, str]

def targets() -> list[str]: ...
def use(target: str, least: float = 500000) -> None: ...

class Columns:
    def __init__(self, columns: Sequence[Column], count: int) -> None: ...
    def __len__(self) -> int: ...

class Program:
    # the structure of arguments that value(), backward(), gradient() take as they are,
    # in a tuple, and answer with -1 where they have another
    arguments: Any
    def __init__(
        self,
        instructions: array[int],
        pool: array[int],
        constants: array[float],
        layout: tuple[int, int, int, int, int, int],
        guards: array[int],
        outputs: array[int],
        needs: tuple[array[int], array[int]],
        rows: list[Primitive],
        parameters: list[Value],
        exact: bool = False,
    ) -> None: ...
    def forward(self, inputs: Sequence[float]) -> int: ...
    def results(self) -> list[float]: ...
    def reverse(self, mode: int, seeds: Sequence[float]) -> None: ...
    def input_gradients(self) -> list[float]: ...
    def parameter_gradients(self) -> array[float]: ...
    def add_gradients(self, scale: float = 1.0) -> None: ...
    def jvp(self, direction: Sequence[float]) -> list[float]: ...
    def hvp(
        self, direction: Sequence[float], seeds: Sequence[float]
    ) -> list[float]: ...
    def value(self, inputs: Sequence[float]) -> list[float] | int: ...
    def backward(self, inputs: Sequence[float], seed: float = 1.0) -> float | int: ...
    def gradients_into(
        self, inputs: Sequence[float], sums: array[float], places: array[int]
    ) -> list[float] | int: ...
    def gradient(
        self, inputs: Sequence[float]
    ) -> tuple[float, list[float]] | int: ...
    def repeat(self, inputs: Sequence[float], mode: int, count: int) -> float: ...
    def batch(
        self,
        columns: Sequence[Column] | Columns,
        count: int,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> list[array[float]]: ...
    def classify(
        self,
        columns: Sequence[Column] | Columns,
        count: int,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> array[int]: ...
    def backward_batch(
        self,
        columns: Sequence[Column] | Columns,
        count: int,
        seed: float = 1.0,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> float: ...
    def gradients_into_batch(
        self,
        columns: Sequence[Column] | Columns,
        count: int,
        seed: float,
        threads: int,
        indices: array[int] | None,
        sums: array[float],
        places: array[int],
    ) -> tuple[float, list[array[float]]]: ...
    def gradient_batch(
        self,
        columns: Sequence[Column] | Columns,
        count: int,
        threads: int = 1,
        indices: array[int] | None = None,
    ) -> tuple[array[float], list[array[float]]]: ...
