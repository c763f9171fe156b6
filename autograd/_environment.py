"""What is checked before anything else is imported: the environment we are in."""

from __future__ import annotations

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


refuse_other_autograd()
