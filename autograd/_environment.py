"""What is checked before anything else is imported: the environment we are in."""

from __future__ import annotations

import os
from importlib import metadata


def refuse_other_autograd() -> None:
    """ImportError where HIPS autograd shares the environment: half of each would run.

    Both distributions own the import name `autograd`, and write to the same folder.
    """
    try:
        version = metadata.version("autograd")
    except metadata.PackageNotFoundError:
        return
    raise ImportError(
        f"the distribution 'autograd' {version} (HIPS autograd) is installed in this "
        "environment, and 'scalar-autograd' has the same import name: only one of "
        "them can work. Use a fresh virtual environment for one of the two, or run "
        "'pip uninstall autograd' and install scalar-autograd again"
    )


def chosen_engine() -> str:
    """The engine's name; AUTOGRAD_ENGINE may ask for one by name."""
    wanted = os.environ.get("AUTOGRAD_ENGINE", "python")
    if wanted != "python":
        raise ImportError(
            f"AUTOGRAD_ENGINE is {wanted!r}, but this build has only the engine "
            "'python': unset the variable"
        )
    return wanted


refuse_other_autograd()
engine = chosen_engine()
