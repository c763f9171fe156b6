"""A film as a GIF, for slides: the same frames, in one palette, in a loop."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tqdm.auto import tqdm

from autograd.explanations.animation import PAUSE, checked_seconds
from autograd.explanations.frames import Frames

# Pixels for an inch, fewer where the film would be wider than a slide; and so many
# pixels at most in a line, and in all frames
DPI, LEAST_DPI, SLIDE = 144, 60, 1600
WIDEST, MOST_PIXELS = 6000, 150_000_000
# Without one: what does not change from frame to frame is transparent
COLORS, CELL = 255, 0b11111100
Color = tuple[int, int, int]


def gif(
    frames: Frames, seconds_per_step: float = 1.5, *, progress: bool | None = None
) -> bytes:
    """The film as a GIF that plays in a loop.

    `seconds_per_step` is how long each moment stays, from 0.1 to 60; the last one stays
    three seconds longer. A bar shows the progress on a terminal, where it takes long;
    `progress` forces it on or off. ImportError without Pillow, EngineError where there
    is no layout engine, ValueError for films that are too large to be opened.

    >>> from autograd import Value, explain
    >>> from autograd.explanations.scene import Scene
    >>> a = Value(3.0, label="a")
    >>> gif(Frames(Scene(explain(a * a).log)))[:6]
    b'GIF89a'
    """
    pillow = _pillow()
    checked_seconds(seconds_per_step)
    dpi = _dpi(frames)
    bar = tqdm(
        total=len(frames),
        desc="drawing frames",
        delay=2,
        disable=None if progress is None else not progress,
    )

    def draw(at: int) -> bytes:
        png = frames.frame(at).png(dpi)
        bar.update()
        return png

    with bar, ThreadPoolExecutor(os.cpu_count()) as pool:
        drawn = [*pool.map(draw, range(len(frames)))]
    first, *others = _in_one_palette(pillow, drawn)
    times = [round(1000 * seconds_per_step)] * len(drawn)
    times[-1] += round(1000 * PAUSE)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=times, loop=0)
    return file.getvalue()


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            "a GIF needs Pillow: pip install 'scalar-autograd[gif]'; the animated SVG "
            "needs nothing"
        ) from None
    return Image


def _dpi(frames: Frames) -> int:
    """The pixels for an inch."""
    width, height = frames.size
    dpi = min(DPI, max(LEAST_DPI, int(SLIDE / width)))
    most = MOST_PIXELS / (width * height * len(frames))
    dpi = min(dpi, int(most**0.5))
    if dpi < LEAST_DPI or width * dpi > WIDEST:
        raise ValueError(
            f"gif(): {len(frames)} frames of {width:.0f} × {height:.0f} inches are too "
            'many pixels: open("scope") one of the explanation\'s scopes, keep what '
            "lies between with explain(y, wrt=x), or save svg, which stays small"
        )
    return dpi


def _opened(pillow: Any, png: bytes) -> Any:
    return pillow.open(io.BytesIO(png)).convert("RGB")


def _in_one_palette(pillow: Any, drawn: list[bytes]) -> Iterator[Any]:
    """The images in the colours that are seen most in all of them, which stay exact.

    Pillow looks colours up by their cells of 4 × 4 × 4: a cell gets one colour.
    """
    counts: Counter[Color] = Counter()
    for png in drawn:
        image = _opened(pillow, png)
        for count, color in image.getcolors(image.width * image.height):
            counts[color] += count
    cells: Counter[Color] = Counter()
    seen: dict[Color, Color] = {}
    for color in sorted(counts, key=lambda color: (-counts[color], color)):
        cell = color[0] & CELL, color[1] & CELL, color[2] & CELL
        cells[cell] += counts[color]
        seen.setdefault(cell, color)
    most = sorted(cells, key=lambda cell: (-cells[cell], cell))[:COLORS]
    lookup = pillow.new("P", (1, 1))
    lookup.putpalette([part for cell in most for part in cell])
    for png in drawn:
        image = _opened(pillow, png).quantize(palette=lookup, dither=0)
        image.putpalette([part for cell in most for part in seen[cell]])
        yield image
