"""Compiling: a function recorded once, and replayed at the speed of C.

The stages between recording and running are plain Python. Beside the compiled engine
they are there compiled as well, from the same source, and take each other's place
here, so that the rest need not ask.
"""

import contextlib
import importlib
import sys

from autograd._engine import engine

if engine == "native":
    for _name in ("runs", "code", "flow", "simplify", "reroll", "schedule"):
        with contextlib.suppress(ModuleNotFoundError):  # only the engine was built
            _twin = importlib.import_module(f"autograd._native.{_name}")
            sys.modules[f"{__name__}.{_name}"] = _twin
            setattr(sys.modules[__name__], _name, _twin)
