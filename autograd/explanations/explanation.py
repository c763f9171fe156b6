"""`explain`: a graph's forward and backward pass as one log, and its renderings."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from autograd._engine import Value
from autograd.explanations import (
    html,
    latex,
    markdown,
    opened,
    outline,
    text,
    trace,
    updates,
)
from autograd.explanations.animation import animated_svg
from autograd.explanations.frames import Frame, Frames
from autograd.explanations.gif import gif
from autograd.explanations.model import Log, Step, finite
from autograd.explanations.recording import Graph, between, graph_of, log_of, shown_of
from autograd.explanations.scene import Scene
from autograd.files import write_whole
from autograd.pictures import EngineError

# More operations than this are told by scope, and more variables are told in parts only
READABLE, LARGEST = 60, 5_000


class Explanation:
    """What happened in a graph, forward and backward, step by step.

    `print` shows it as text; a notebook as a page that plays. `log` is all of it as
    immutable data; `step(n)` is one product of the backward pass, opened. No `.grad` is
    read or changed.
    """

    def __init__(
        self,
        graph: Graph,
        part: frozenset[int],
        wrt: tuple[int, ...],
        checks: bool | None,
        inside: tuple[str, ...] = (),
    ) -> None:
        self._graph, self._part, self._wrt = graph, part, wrt
        self._checks, self._inside = checks, inside

    @cached_property
    def log(self) -> Log:
        """Variables and steps as immutable data.

        ValueError for more than 5,000 variables: `open` a scope, or ask for `wrt`.
        """
        if len(self._part) > LARGEST:
            raise ValueError(
                f"explain(): {len(self._part)} variables are too many to tell one by "
                'one: open("scope") one of its scopes, or keep what lies between with '
                "explain(y, wrt=x)"
            )
        return log_of(self._graph, self._part, self._wrt, self._checks)

    def _shown(self) -> list[Value]:
        """The Values that the log's variables stand for."""
        return [self._graph.order[i] for i in shown_of(self._graph, self._part)]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of both passes, in order: forward, local, seed, push, done."""
        return self.log.steps

    def step(self, number: int) -> opened.Opened:
        """One step of the backward pass, from 1 on, with all that stands behind it."""
        return opened.opened(self.log, self._graph.digits, number)

    def update(
        self,
        lr: float = 0.1,
        parameters: Value | Iterable[Value] | updates.Parametrised | None = None,
    ) -> updates.Update:
        """One step of gradient descent: the change it predicts beside the actual one.

        All leaves move, or the `parameters`: Values, or what has `.parameters()`; a
        negative lr climbs. No Value is changed. ValueError for lr = 0, for what is not
        a leaf, and for what the result does not depend on.

        >>> from autograd import Value, explain
        >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
        >>> loss = (w * x - 5.0) ** 2; loss.label = "loss"
        >>> explain(loss).update(0.01, w)
        gradient descent on loss with lr = 0.01
          leaf  value  gradient  value - lr · gradient
          w     2      6         2 - 0.01 · 6 = 1.94
        the change of loss
          predicted  -lr · sum of squared gradients = -0.01 · 36 = -0.36
          actual     from 1 to 0.6724: -0.3276
          ratio      actual / predicted = 0.91
          why        a gradient is the slope here only, and the slope changes on the
                     way: the smaller lr, the closer (with lr = 0.001 the ratio is
                     0.991)
        """
        return updates.update(self._graph, lr, parameters)

    def open(self, scope: str) -> Explanation:
        """The part inside a scope, named as the text names it ("layer 1/neuron 2")."""
        path = outline.find(self._graph, self._part, self._inside, scope)
        part = frozenset(
            i for i in self._part if self._graph.scopes[i][: len(path)] == path
        )
        return Explanation(self._graph, part, self._wrt, self._checks, path)

    @property
    def digits(self) -> int:
        """The significant digits of the numbers shown."""
        return self._graph.digits

    def index_of(self, node: Value | str) -> int:
        """The place of a Value, or of a name, among the log's variables."""
        for variable, value in zip(self.log.variables, self._shown()):
            if node is value or (isinstance(node, str) and node == variable.name):
                return variable.index
        names = [v.name for v in self.log.variables if not v.is_constant][:12]
        raise ValueError(
            f"{node!r} is not in what is explained here: {', '.join(names)}"
        )

    @property
    def is_large(self) -> bool:
        """Whether it is told by scope."""
        operations = sum(bool(self._graph.operands[i]) for i in self._part)
        return operations > READABLE

    def text(self, width: int = 80, ascii: bool = False, color: bool = False) -> str:
        """The explanation as text of so many columns; in ASCII; in a terminal's colour.

        More than 60 operations are told by scope, a line each.
        """
        if self.is_large:
            shown = outline.text(self._graph, self._part, self._inside, width)
        else:
            shown = text.text(self.log, self._graph.digits, width)
        return text.finished(shown, ascii, color)

    def show(self) -> None:
        """Print the text, in colour where standard output is a terminal."""
        print(self.text(color=text.takes_color()))

    def trace(self, width: int = 80, ascii: bool = False) -> str:
        """The two-column evaluation trace: forward primals beside reverse adjoints."""
        return text.finished(trace.trace(self.log, self.digits, width), ascii, False)

    def markdown(self) -> str:
        """The explanation as Markdown tables."""
        return markdown.markdown(self.log, self.digits)

    def latex(self) -> str:
        """The explanation as a LaTeX document."""
        return latex.latex(self.log, self.digits)

    def html(self) -> str:
        """One self-contained page that plays the explanation, step by step."""
        return html.page(self)

    def frames(self) -> Frames:
        """The picture at each step, as images, an animated SVG, a GIF."""
        return Frames(Scene(self.log, self.digits))

    def json(self) -> str:
        """The log as JSON; numbers that JSON lacks are "nan", "inf" and "-inf"."""
        return json.dumps(finite(self.log.as_data()), allow_nan=False)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the explanation; the suffix of the path says in which format.

        txt, md (Markdown), tex (LaTeX), json, html (a page that plays), svg (animated,
        without a script), gif, png (the last frame).
        """
        format = Path(path).suffix.lower()
        if format not in FORMATS:
            raise ValueError(
                f"save(path): {str(path)!r} must end in one of {', '.join(FORMATS)}"
            )
        return write_whole(path, FORMATS[format](self))

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": str(self)}
        with contextlib.suppress(EngineError, ValueError):  # too large, or no engine
            page = escape(self.html(), quote=True)
            bundle["text/html"] = (
                f'<iframe srcdoc="{page}" title="step by step"'
                ' style="width:100%;height:640px;border:1px solid #ccc"></iframe>'
            )
        return bundle

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


FORMATS: dict[str, Callable[[Explanation], str | bytes]] = {
    ".txt": lambda explanation: f"{explanation.text()}\n",
    ".md": lambda explanation: f"{explanation.markdown()}\n",
    ".tex": Explanation.latex,
    ".json": Explanation.json,
    ".html": Explanation.html,
    ".svg": lambda explanation: animated_svg(explanation.frames()),
    ".gif": lambda explanation: gif(explanation.frames()),
    ".png": lambda explanation: _last(explanation.frames()).image("png"),
}


def _last(frames: Frames) -> Frame:
    return frames.frame(len(frames) - 1)


def explain(
    y: Value,
    wrt: Value | Iterable[Value] | None = None,
    *,
    checks: bool | None = None,
    digits: int = 4,
) -> Explanation:
    """Explain how y was computed and how its gradients come about, step by step.

    The forward pass is Wengert's evaluation trace, with the local derivatives; the
    backward pass is the chain rule, one product at a time, and beside each gradient
    stands a central difference.

    - `wrt`: keep only what lies between these Values and y.
    - `checks`: central differences of the gradients; by default where the graph has no
      more than some 300 values.
    - `digits`: significant digits of the numbers.

    >>> from autograd import Value, explain
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c, f = Value(10.0, label="c"), Value(-2.0, label="f")
    >>> e = a * b; e.label = "e"
    >>> d = e + c; d.label = "d"
    >>> L = d * f; L.label = "L"
    >>> print(explain(L, wrt=a))
    forward                                   local derivatives
      a = 2        b = -3       c = 10       f = -2
      e = a · b  = 2 · -3 = -6                ∂e/∂a = b = -3
      d = e + c  = -6 + 10 = 4                ∂d/∂e = 1
      L = d · f  = 4 · -2 = -8                ∂L/∂d = f = -2
    backward                                  upstream · local
      ∂L/∂L = 1
      ∂L/∂d = ∂L/∂L · ∂L/∂d = 1 · -2 = -2     check: -2.000000
      ∂L/∂e = ∂L/∂d · ∂d/∂e = -2 · 1 = -2     check: -2.000000
      ∂L/∂a = ∂L/∂e · ∂e/∂a = -2 · -3 = 6   check: (L(a+h) - L(a-h)) / 2h = 6.000000
    checks
      3 of 3 local derivatives and 4 of 4 gradients agree with differences
    """
    given = () if wrt is None else (wrt,) if isinstance(wrt, Value) else tuple(wrt)
    for node in (y, *given):
        if not isinstance(node, Value):
            raise TypeError(f"explain(): {node!r} is not a Value: it has no history")
    if y.is_constant:
        raise ValueError(
            f"explain(y): {y!r} is a constant: it was computed under no_grad() or from "
            "plain numbers only, so there is nothing to explain"
        )
    graph = graph_of(y, digits)
    index = {node: i for i, node in enumerate(graph.order)}
    for node in given:
        if node not in index:
            raise ValueError(f"explain(wrt): y does not depend on {node!r}")
    targets = tuple(index[node] for node in given)
    part = between(graph, targets) if targets else frozenset(range(len(graph.order)))
    return Explanation(graph, part, targets, checks)
