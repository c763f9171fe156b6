"""The optimizers' loops over compiled Values; see nn/updates.py."""

from collections.abc import Sequence

from autograd import Value
from nn.updates import State

NAMES: list[str]

def move(
    name: str, parameters: list[Value], state: State, settings: Sequence[float]
) -> None: ...
def zero(parameters: list[Value]) -> None: ...
