"""The optimizers' loops over compiled Values; see nn/updates.py."""

from array import array
from collections.abc import Sequence

from nn.updates import Parameters, State

NAMES: list[str]

def move(
    name: str,
    parameters: Parameters,
    state: State,
    settings: Sequence[float],
    gradients: array[float] | None = None,
) -> None: ...
def zero(parameters: Parameters) -> None: ...
def scale(numbers: array[float], factor: float) -> None: ...
