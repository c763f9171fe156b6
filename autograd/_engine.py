"""The engine in use: the compiled twin where it was built, else `value.py`.

The environment variable AUTOGRAD_ENGINE ("native" or "python") forces one. Everything
above takes `Value` from here and does not ask which twin it is.
"""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from autograd import linearization, scopes

if TYPE_CHECKING:
    from autograd.scopes import Scope
    from autograd.value import Value, constant, power_row, record


def _chosen() -> tuple[str, ModuleType]:
    wanted = os.environ.get("AUTOGRAD_ENGINE") or None
    if wanted not in (None, "native", "python"):
        raise ImportError(
            f"AUTOGRAD_ENGINE is {wanted!r}, but the engines are 'native' and 'python'"
        )
    if wanted != "python":
        try:
            native = import_module("autograd._native.engine")
        except ImportError as error:
            if wanted == "native":
                raise ImportError(
                    "AUTOGRAD_ENGINE is 'native', but the compiled engine is not there "
                    f"({error}): install scalar-autograd again where there is a C "
                    "compiler, or unset the variable"
                ) from error
            if not isinstance(error, ModuleNotFoundError):
                warnings.warn(
                    f"the compiled engine is there but cannot be used ({error}); the "
                    "slower Python engine takes its place",
                    RuntimeWarning,
                    stacklevel=2,
                )
        else:
            return "native", native
    from autograd import value

    return "python", value


engine, _twin = _chosen()
# what only the compiled engine has: faster ways of what stands in Python elsewhere
compiled_of_one = getattr(_twin, "of_one", None)
compiled_scan = None
if engine == "native":
    linearization.Compiled.module = import_module("autograd._native.linear")
    compiled_scan = import_module("autograd._native.scan").scan
if not TYPE_CHECKING:
    Value, record = _twin.Value, _twin.record
    constant, power_row = _twin.constant, _twin.power_row
    Scope = getattr(_twin, "Scope", scopes.Scope)

__all__ = [
    "Scope",
    "Value",
    "compiled_of_one",
    "compiled_scan",
    "constant",
    "engine",
    "power_row",
    "record",
]
