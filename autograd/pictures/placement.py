"""Where everything in a picture lies, so that it can be drawn again with other texts.

The layout is asked for once; with its places as attributes, a source in DOT is drawn as
it is, however much shorter the texts and however different the looks have become.
"""

from __future__ import annotations

import json
from typing import Any

from autograd.pictures import engines
from autograd.pictures.dot import dot
from autograd.pictures.model import Drawing

PLACES = ("pos", "lp", "bb", "width", "height")


def placement(
    drawing: Drawing, direction: str = "LR", engine: str | None = None
) -> dict[str, dict[str, str]]:
    """The places in a drawing as attributes of DOT, by key; the whole's key is "".

    EngineError where there is no layout engine.
    """
    source = dot(drawing, direction)
    laid = json.loads(engines.render(source, "json0", engine))
    places = {"": _places(laid)}
    for thing in laid.get("objects", []):
        places[thing["name"].removeprefix("cluster_")] = _places(thing)
    for thing in laid.get("edges", []):
        places[thing["id"].rpartition("-")[2]] = _places(thing)
    return places


def _places(thing: dict[str, Any]) -> dict[str, str]:
    return {name: thing[name] for name in PLACES if name in thing}
