"""Layout engines: programs that turn DOT into an image, tried in a fixed order.

They are all spoken to as the `dot` command line, so that one can replace another;
pygraphviz, a library, comes last, behind a command line of our own.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from importlib import metadata, util
from pathlib import Path

# What graphviz-pure does not write
NEEDS_DOT = {"pdf", "ps", "eps", "gif"}
RASTER = {"png", "jpg", "gif"}
FORMATS = {"svg", "png", "jpg", "plain", *NEEDS_DOT}

SECONDS = 300
# Pixels: sharp, but no more than a viewer opens, and no less than can be read
DPI, LEAST_DPI = 144, 40
LONGEST, MOST_PIXELS = 16_000, 50_000_000

# A crash in the library must not be one of the program that draws: in a child process
PYGRAPHVIZ = """
import sys
from pygraphviz import AGraph
graph = AGraph(string=sys.stdin.buffer.read().decode())
options = {option[:2]: option[2:] for option in sys.argv[1:]}
if "-G" in options:
    name, value = options["-G"].split("=")
    graph.graph_attr[name] = value
prog = "nop2" if "-n" in options else "dot"
sys.stdout.buffer.write(graph.draw(format=options["-T"], prog=prog))
"""


# Of a source with every place in it: draw it as it is
PLACED = ("-Kneato", "-n2")


class EngineError(RuntimeError):
    """There is no layout engine for this format, or the one there is failed."""


def render(
    dot: str,
    format: str,
    engine: str | None = None,
    placed: bool = False,
    dpi: int | None = None,
) -> bytes:
    """The image of a DOT source; EngineError names what to install or what failed.

    `engine` (or the environment variable AUTOGRAD_DOT) is a program that takes the
    options of Graphviz's `dot`. A source that is `placed` says where everything lies.
    An image of pixels gets fewer of them for an inch than 144 where it would be too
    large, and is refused where it could not be read; or it gets `dpi` of them.
    """
    command = [*find(format, engine), *(PLACED if placed else ())]
    if format not in RASTER:
        return _run(command, dot, format)
    return _run(
        command, dot, format, f"-Gdpi={dpi or _dpi(_run(command, dot, 'plain'))}"
    )


def find(format: str, engine: str | None = None) -> list[str]:
    """The command line of the first engine that can write this format."""
    asked = named(engine)
    if asked:
        program = shutil.which(asked)
        if program is None:
            source = "engine" if engine else "AUTOGRAD_DOT"
            raise EngineError(f"{source} {asked!r} is not a program that can be run")
        return [program]
    pure = None if format in NEEDS_DOT else _graphviz_pure()
    program = pure or shutil.which("dot")
    if program:
        return [program]
    if _has_pygraphviz():
        return [sys.executable, "-c", PYGRAPHVIZ]
    remedy = (
        "install Graphviz (its program 'dot' on PATH) or the extra 'pdf' "
        "(pip install 'scalar-autograd[pdf]'), or write svg and convert it"
        if format in NEEDS_DOT
        else "pip install graphviz-pure, or install Graphviz (its program 'dot' on "
        "PATH); .dot, .mmd, .tex and .json need no engine"
    )
    raise EngineError(f"there is no layout engine that writes {format}: {remedy}")


def named(engine: str | None) -> str | None:
    """The engine that the caller or AUTOGRAD_DOT names, if one is named."""
    return engine or os.environ.get("AUTOGRAD_DOT")


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


@cache
def _has_pygraphviz() -> bool:
    if util.find_spec("pygraphviz") is None:
        return False
    # without X11's libraries its import fails
    command = [sys.executable, "-c", "import pygraphviz"]
    return subprocess.run(command, capture_output=True).returncode == 0


def _run(command: list[str], dot: str, format: str, *options: str) -> bytes:
    program = "pygraphviz" if PYGRAPHVIZ in command else command[0]
    try:
        done = subprocess.run(
            [*command, f"-T{format}", *options],
            input=dot.encode(),
            capture_output=True,
            timeout=SECONDS,
        )
    except OSError as error:
        raise EngineError(f"{program} could not be run: {error}") from None
    except subprocess.TimeoutExpired:
        raise EngineError(
            f"{program} could not write {format} within {SECONDS} seconds: fold scopes "
            "(collapse=True), or draw a part of the graph"
        ) from None
    # it warns on stderr about glyphs' widths and succeeds
    if done.returncode or not done.stdout:
        words = _complaint(done.stderr.decode(errors="replace"))
        if not words:
            words = f"no output, exit status {done.returncode}"
        raise EngineError(f"{program} could not write {format}: {words}")
    return done.stdout


def _complaint(stderr: str) -> str:
    """The one line that says what failed: Python's last one, else the first."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("Warning")] or lines
    traceback = bool(lines) and lines[0].startswith("Traceback")
    return lines[-1 if traceback else 0][:500] if lines else ""


def _dpi(plain: bytes) -> int:
    """The pixels for an inch of a picture whose layout is this."""
    words = plain.split(maxsplit=4)
    if len(words) < 4 or words[0] != b"graph":
        raise EngineError("the layout engine wrote no layout for the option -Tplain")
    width, height = float(words[2]), float(words[3])
    longest, area = max(width, height, 1e-3), max(width * height, 1e-6)
    dpi = int(min(DPI, LONGEST / longest, math.sqrt(MOST_PIXELS / area)))
    if dpi < LEAST_DPI:
        raise EngineError(
            f"the picture measures {width:.0f} × {height:.0f} inches, and in "
            f"{LONGEST} pixels its text could not be read: save svg, or fold scopes "
            "(collapse=True)"
        )
    return dpi
