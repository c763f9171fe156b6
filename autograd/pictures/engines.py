"""Layout engines: programs that turn DOT into an image, tried in a fixed order.

They are all spoken to as the `dot` command line, so that one can replace another;
pygraphviz, a library, comes last.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path

Engine = Callable[[str, str], bytes]

# What graphviz-pure does not write
NEEDS_DOT = {"pdf", "ps", "eps", "gif"}
FORMATS = {"svg", "png", "jpg", "plain", *NEEDS_DOT}


class EngineError(RuntimeError):
    """There is no layout engine for this format, or the one there is failed."""


def render(dot: str, format: str, engine: str | None = None) -> bytes:
    """The image of a DOT source; EngineError names what to install or what failed.

    `engine` (or the environment variable AUTOGRAD_DOT) is a program that takes the
    options of Graphviz's `dot`.
    """
    return find(format, engine)(dot, format)


def find(format: str, engine: str | None = None) -> Engine:
    """The first engine that can write this format."""
    asked = engine or os.environ.get("AUTOGRAD_DOT")
    if asked:
        program = shutil.which(asked)
        if program is None:
            source = "engine" if engine else "AUTOGRAD_DOT"
            raise EngineError(f"{source} {asked!r} is not a program that can be run")
        return _program(program)
    pure = None if format in NEEDS_DOT else _graphviz_pure()
    program = pure or shutil.which("dot")
    if program:
        return _program(program)
    if _has_pygraphviz():
        return _pygraphviz
    remedy = (
        "install Graphviz (its program 'dot' on PATH) or the extra 'pdf' "
        "(pip install 'scalar-autograd[pdf]'), or write svg and convert it"
        if format in NEEDS_DOT
        else "pip install graphviz-pure, or install Graphviz (its program 'dot' on "
        "PATH); .dot, .mmd, .tex and .json need no engine"
    )
    raise EngineError(f"there is no layout engine that writes {format}: {remedy}")


@cache
def _graphviz_pure() -> str | None:
    name = "graphviz-pure" + (".exe" if sys.platform == "win32" else "")
    try:
        files = metadata.files("graphviz-pure") or []
    except metadata.PackageNotFoundError:
        files = []
    places = [Path(str(file.locate())) for file in files if file.name == name]
    places.append(Path(sysconfig.get_path("scripts")) / name)
    for place in places:
        if place.is_file() and os.access(place, os.X_OK):
            return str(place)
    return shutil.which(name)


def _program(program: str) -> Engine:
    def run(dot: str, format: str) -> bytes:
        command = [program, f"-T{format}"]
        if format == "png":
            command.append("-Gdpi=144")
        try:
            done = subprocess.run(command, input=dot.encode(), capture_output=True)
        except OSError as error:
            raise EngineError(f"{program} could not be run: {error}") from None
        # it warns on stderr about glyphs' widths and succeeds
        if done.returncode or not done.stdout:
            words = done.stderr.decode(errors="replace").strip() or "no output"
            raise EngineError(f"{program} could not write {format}: {words[:500]}")
        return done.stdout

    return run


@cache
def _has_pygraphviz() -> bool:
    try:
        import pygraphviz  # noqa: F401
    except (ImportError, OSError):  # without X11's libraries its import fails
        return False
    return True


def _pygraphviz(dot: str, format: str) -> bytes:
    import pygraphviz

    drawn = pygraphviz.AGraph(string=dot).draw(format=format, prog="dot")
    assert isinstance(drawn, bytes)
    return drawn
