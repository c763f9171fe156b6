"""What the demos share: their folder, their command line, and what they report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograd.files import write_figure

FOLDER = Path("demo-output")


@dataclass
class Report:
    """One demo's result in a line, and the files that it wrote."""

    result: str
    files: list[Path] = field(default_factory=list)


def new_figure(width: float, height: float) -> Any:
    """A matplotlib figure that needs no screen; SystemExit names the extra."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise missing("matplotlib") from None
    return Figure(figsize=(width, height), layout="constrained")


def missing(package: str) -> SystemExit:
    return SystemExit(
        f"{package} is not installed: pip install 'scalar-autograd[demos]'"
    )


def save(figure: Any, path: Path) -> Path:
    return write_figure(path, figure)


def pace(history: Any, eager: float) -> str:
    """How long a training took, and how long one epoch takes that is not compiled."""
    epochs, seconds = len(history.seconds), history.seconds[-1]
    how = "compiled" if history.compiled else f"not compiled ({history.reason})"
    return (
        f"{epochs} epoch{'s' * (epochs != 1)} in {duration(seconds)}, {how}; eagerly "
        f"one takes {duration(eager)}"
    )


def duration(seconds: float) -> str:
    """Three digits of seconds, milliseconds or microseconds.

    >>> duration(0.012345), duration(61e-6), duration(12.3)
    ('12.3 ms', '61 µs', '12.3 s')
    """
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def command(
    name: str, run: Callable[..., Report], doc: str, **options: int | bool
) -> None:
    """Run one demo from the command line.

    An option is a whole number >= 1, or, where its default is False, a flag.
    """
    parser = argparse.ArgumentParser(prog=f"python -m demos.{name}", description=doc)
    parser.add_argument(
        "--out", type=Path, default=FOLDER / name, help="folder (default: %(default)s)"
    )
    for option, default in options.items():
        if default is False:
            parser.add_argument(f"--{option}", action="store_true")
        else:
            parser.add_argument(
                f"--{option}", type=_count, default=default, help="default: %(default)s"
            )
    given = vars(parser.parse_args())
    out = given.pop("out")
    show(perform(run, out, **given))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number >= 1")
    return int(text)


def perform(run: Callable[..., Report], out: Path, **options: int) -> Report:
    """Run a demo with its pictures going to a folder, made if it is not there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(f"cannot write to {out}: {error}") from None
    return run(out, **options)


def show(report: Report) -> None:
    print(report.result)
    for path in report.files:
        print(f"  wrote {path}")
    sys.stdout.flush()
