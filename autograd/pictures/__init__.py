"""Pictures of computation graphs: svg, png, pdf, dot, Mermaid, TikZ, json."""

from autograd.pictures.engines import EngineError
from autograd.pictures.picture import Picture, draw

__all__ = ["EngineError", "Picture", "draw"]
