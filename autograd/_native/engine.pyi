"""What the compiled engine has in common with autograd/value.py, and its own."""

from collections.abc import Callable
from typing import Any

from autograd.primitives import Primitive
from autograd.scopes import Scope as Scope
from autograd.value import Value as Value
from autograd.value import constant as constant
from autograd.value import power_row as power_row
from autograd.value import record as record

FINGERPRINT: str

def of_one(
    row: Primitive, compute: Callable[..., Any]
) -> Callable[..., Any]: ...
