"""`draw`: a recorded graph as a picture, and the picture's formats."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, ClassVar

from autograd._engine import Value
from autograd.graph import to_json
from autograd.pictures import dot, engines, mermaid, tikz
from autograd.pictures.builder import drawing
from autograd.pictures.drawn import Drawn
from autograd.pictures.folding import Options


class Picture(Drawn):
    """A drawn graph: shows itself in a notebook, and saves itself in many formats.

    >>> from autograd import Value, draw
    >>> a = Value(2.0, label="a")
    >>> picture = draw(a * a)
    >>> print(picture.dot.splitlines()[0])
    digraph "computation graph" {

    It shows the graph as it was when it was drawn; only `json`, which is written when
    it is asked for, follows later changes (a backward pass, an assigned `data`).
    """

    _texts: ClassVar = {"dot": "dot", "mmd": "mermaid", "tex": "tikz", "json": "json"}

    def __init__(
        self, roots: list[Value], options: Options, direction: str, engine: str | None
    ) -> None:
        self._roots = roots
        self._direction = direction
        drawn = drawing(roots, options)
        super().__init__(drawn, dot.dot(drawn, direction), engine)

    @property
    def mermaid(self) -> str:
        """The picture as Mermaid."""
        return mermaid.mermaid(self._drawing, self._direction)

    @property
    def tikz(self) -> str:
        """The picture as TikZ, laid out by the engine where there is one."""
        try:
            plain: str | None = self.image("plain").decode("utf-8")
        except engines.EngineError:
            if engines.named(self._engine):
                raise
            plain = None
        return tikz.tikz(self._drawing, plain, self._direction)

    @property
    def json(self) -> str:
        """The graph itself, as it now is and `autograd.graph.to_json` writes it."""
        return to_json(*self._roots)


def draw(
    *roots: Value | Iterable[Value],
    parameters: Any = (),
    partials: bool | None = None,
    color: str = "role",
    collapse: bool | int | None = None,
    limit: int = 150,
    max_nodes: int = 2000,
    direction: str = "LR",
    digits: int = 4,
    engine: str | None = None,
) -> Picture:
    """Draw the graph that led to these values.

    A box is a value: its label, its data, and its gradient once a backward pass has
    reached it. An ellipse is an operation. An arrow carries the local derivative
    ("∂ 3"), and the operand's place ("#1") where the order matters. Frames are scopes.
    Where an operand's data was assigned to after the operation was recorded, its box
    says "older numbers".

    - `parameters`: a module, or Values, to be coloured as what is being trained.
    - `partials`: local derivatives on the arrows; by default on up to 60 nodes.
    - `color`: "role" (leaf, parameter, constant, result), or "gradient" for sign and
      size of the gradients (orange positive, blue negative; a folded box shows the
      largest inside).
    - `collapse`: True folds every scope into one box, a number keeps so many levels
      open, False folds none. By default a picture of more than `limit` nodes, or with
      a tangle of arrows between folded boxes, folds the innermost scopes first. More
      than `max_nodes` drawn nodes are a ValueError.
    - `direction`: "LR" (left to right), "TB", "RL" or "BT".
    - `digits`: significant digits of the numbers.
    - `engine`: a program that takes the options of Graphviz's `dot`.

    >>> from autograd import Value, draw
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> draw(a * b)
    <picture of 4 nodes: .save('graph.svg') writes it>
    """
    if color not in ("role", "gradient"):
        raise ValueError(f'draw(color): must be "role" or "gradient", not {color!r}')
    if partials not in (None, True, False):
        raise TypeError(
            f"draw(partials): must be True, False or None, not {partials!r}"
        )
    if engine is not None and not isinstance(engine, str):
        raise TypeError(
            f"draw(engine): must be the name or path of a program, not {engine!r}"
        )
    values = _values("roots", roots)
    if not values:
        raise ValueError("draw(): there is no value to draw")
    trained = (
        parameters.parameters() if hasattr(parameters, "parameters") else parameters
    )
    options = Options(
        parameters=frozenset(_values("parameters", trained)),
        limit=_whole("limit", limit),
        max_nodes=_whole("max_nodes", max_nodes),
        collapse=(
            collapse
            if collapse is None or isinstance(collapse, bool)
            else _whole("collapse", collapse)
        ),
        partials=partials,
        color=color,
        digits=_whole("digits", digits, least=1),
    )
    return Picture(values, options, direction, engine)


def _whole(name: str, given: Any, least: int = 0) -> int:
    try:
        number = operator.index(given)
    except TypeError:
        raise TypeError(
            f"draw({name}): must be a whole number, not {given!r}"
        ) from None
    if number < least:
        raise ValueError(f"draw({name}): must be {least} or more, not {given!r}")
    return number


def _values(name: str, given: Any) -> list[Value]:
    """The Values in any nesting of lists."""
    values: list[Value] = []
    waiting: list[Any] = [given]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, Value):
            values.append(thing)
        elif isinstance(thing, Iterable) and not isinstance(thing, (str, bytes)):
            waiting += reversed(list(thing))
        else:
            raise TypeError(
                f"draw({name}): {thing!r} is not a Value; only a Value knows the graph "
                "that led to it"
            )
    return values
