"""The picture of a whole log with every number in it, or with one path lit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from autograd.explanations.film import Film
from autograd.explanations.frames import captioned, check_size
from autograd.explanations.model import Log
from autograd.explanations.routes import Route
from autograd.explanations.scene import Key, Scene
from autograd.explanations.text import derivative
from autograd.pictures.dot import dot
from autograd.pictures.drawn import Drawn
from autograd.text import number


def draw_log(
    log: Log, digits: int = 4, direction: str = "LR", engine: str | None = None
) -> Drawn:
    """The picture of a log, with every number, local derivative and gradient.

    ValueError for more boxes and ellipses than 2,000.

    >>> from autograd import Value, explain
    >>> a = Value(3.0, label="a")
    >>> draw_log(explain(a * a).log)
    <picture of 3 nodes: .save('graph.svg') writes it>
    """
    film = _film(log, digits)
    drawing = film.drawing(len(film.scene.moments) - 1)
    return Drawn(drawing, dot(drawing, direction), engine)


def draw_route(
    log: Log,
    route: Route,
    digits: int = 4,
    direction: str = "LR",
    engine: str | None = None,
) -> Drawn:
    """The picture of a log in which one path is lit, with its product below.

    ValueError for more boxes and ellipses than 2,000.

    >>> from autograd import Value, explain
    >>> from autograd.explanations.routes import routes
    >>> a = Value(3.0, label="a")
    >>> log = explain(a * a).log
    >>> first, second = routes(log, 0)
    >>> draw_route(log, second)
    <picture of 3 nodes: .save('graph.svg') writes it>
    """
    film = _film(log, digits)
    drawing = film.drawing(len(film.scene.moments) - 1)
    elements = [node.key for node in drawing.nodes]
    elements += [f"e{index}" for index in range(len(drawing.arrows))]
    looks = dict.fromkeys(elements, "faint")
    looks |= dict.fromkeys(map(film.element, _keys(route)), "path")
    looks[f"v{route.variables[0]}"] = "start"
    attributes = {key: film.attributes(key, look) for key, look in looks.items()}
    source = captioned(drawing, direction, attributes, _product(log, route, digits))
    return Drawn(drawing, source, engine)


def _film(log: Log, digits: int) -> Film:
    scene = Scene(log, digits)
    check_size(scene)
    return Film(scene)


def _keys(route: Route) -> Iterator[Key]:
    """What a path goes through, from its variable to the result."""
    yield f"v{route.variables[0]}"
    for (parent, child), position in zip(pairwise(route.variables), route.positions):
        yield from (f"v{parent}>o{child}:{position}", f"o{child}")
        yield from (f"o{child}>v{child}", f"v{child}")


def _product(log: Log, route: Route, digits: int) -> list[str]:
    """The path and its product, which begins at the result as the backward pass does.

    The seed is a factor where it is not the result's, which is 1.
    """
    names = [log.variables[i].name for i in route.variables]
    slopes = [derivative(child, parent) for parent, child in pairwise(names)]
    factors = [number(partial, digits) for partial in route.partials]
    if names[-1] != log.result or not slopes:
        slopes.append(derivative(log.result, names[-1]))
        factors.append(number(route.seed, digits))
    told = [" · ".join(reversed(slopes)), " · ".join(reversed(factors))]
    told += [number(route.product, digits)] * (len(factors) > 1)
    return [" → ".join(names), " = ".join(told)]
