"""What can be done with any picture: show it in a notebook, and save it as an image."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from autograd.files import write_whole
from autograd.pictures import engines
from autograd.pictures.model import Drawing
from autograd.pictures.svg import titled

# Other names of the formats' suffixes
ALIASES = {".gv": "dot", ".mermaid": "mmd", ".tikz": "tex", ".jpeg": "jpg"}


class Drawn:
    """A drawing with its source in DOT: svg, png, jpg, pdf, ps, eps, gif, dot."""

    # the formats that are texts of ours, by suffix, with the attribute that has them
    _texts: ClassVar[Mapping[str, str]] = {"dot": "dot"}

    def __init__(self, drawing: Drawing, dot: str, engine: str | None) -> None:
        self._drawing, self._engine = drawing, engine
        self.dot = dot

    @cached_property
    def svg(self) -> str:
        """The picture as SVG, without the XML prolog: it can stand inside a page."""
        text = self.image("svg").decode("utf-8")
        return text[text.index("<svg") :]

    def image(self, format: str = "png") -> bytes:
        """The picture laid out: svg, png, jpg, pdf, ps, eps or gif.

        EngineError, a RuntimeError, where no layout engine for the format is
        installed, and where the picture is too large for pixels.
        """
        if format not in engines.FORMATS:
            known = ", ".join(sorted(engines.FORMATS))
            raise ValueError(f"image(format): {format!r} is not one of {known}")
        drawn = self._rendered(format)
        if format == "svg":
            return titled(drawn.decode("utf-8"), self._drawing).encode("utf-8")
        return drawn

    def _rendered(self, format: str) -> bytes:
        return engines.render(self.dot, format, self._engine)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture; the suffix of the path says in which format.

        An image (svg, png, jpg, pdf, ps, eps, gif), or a text (dot, and of a picture
        by `draw` also mmd for Mermaid, tex for TikZ, and json).
        """
        formats = (*self._texts, *sorted(engines.FORMATS - {"plain"}))
        suffixes = {f".{name}": name for name in formats}
        suffixes |= {a: name for a, name in ALIASES.items() if name in formats}
        format = suffixes.get(Path(path).suffix.lower())
        if format is None:
            raise ValueError(
                f"save(path): {str(path)!r} must end in one of "
                + ", ".join(sorted(suffixes))
            )
        if format in self._texts:
            return write_whole(path, getattr(self, self._texts[format]))
        return write_whole(path, self.image(format))

    def __repr__(self) -> str:
        count = len(self._drawing.nodes)
        return f"<picture of {count} nodes: .save('graph.svg') writes it>"

    def _repr_svg_(self) -> str | None:
        try:
            return self.svg
        except engines.EngineError:
            return None

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        svg = self._repr_svg_()
        if svg is not None:
            bundle["image/svg+xml"] = svg
        if include is not None and "image/png" in include:
            with contextlib.suppress(engines.EngineError):
                bundle["image/png"] = self.image("png")
        return bundle
