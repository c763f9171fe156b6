"""`Steps`: a graph's two passes, one operation at a time, forth and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

from autograd._engine import Value
from autograd.explanations.explanation import Explanation, explain
from autograd.explanations.frames import Frame, Frames
from autograd.explanations.scene import Moment, Scene
from autograd.explanations.text import finished
from autograd.pictures import EngineError


class Steps:
    """Plays the forward and the backward pass of a graph, a moment at a time.

    `at` is the present moment, from 0, where only what is given is known, to `last`.
    `next`, `back` and `run_to` move, and return the player, which shows itself.

    >>> from autograd import Steps, Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> L = a * b; L.label = "L"
    >>> steps = Steps(L)
    >>> steps.run_to(a)
    moment 3 of 4 · backward, step 2 of 3
      L = a · b  sends gradient to  a
      rule      ∂L/∂a += ∂L/∂L · ∂L/∂a    ∂L/∂a = b
                (product rule: the other factor)
      numbers            1 · -3 = -3
      total     before 0 + (-3) = -3    a is used once
      paths     a → L  -3
      check     (L(a+h) - L(a-h)) / 2h = -3.000000   ok (difference 0e+00)
      means     raise a by 0.01 and L falls by about 0.03
    """

    def __init__(
        self, y: Value | Explanation, wrt: Value | Iterable[Value] | None = None
    ) -> None:
        self.explanation = y if isinstance(y, Explanation) else explain(y, wrt)
        self.scene = Scene(self.explanation.log, self.explanation.digits)
        self._frames = Frames(self.scene)
        self.at = 0

    @property
    def last(self) -> int:
        """The number of the last moment."""
        return len(self.scene.moments) - 1

    @property
    def moment(self) -> Moment:
        """What happens at the present moment."""
        return self.scene.moments[self.at]

    def next(self, count: int = 1) -> Steps:
        """Go so many moments on; at the end it stays there."""
        return self.go(self.at + count)

    def back(self, count: int = 1) -> Steps:
        """Go so many moments back; at the beginning it stays there."""
        return self.go(self.at - count)

    def go(self, at: int) -> Steps:
        """Go to a moment by its number, or as near as there is one."""
        self.at = min(max(at, 0), self.last)
        return self

    def run_to(self, node: Value | str) -> Steps:
        """Go to where a value gets its number, or else its whole gradient.

        ValueError where it is not in the graph, or nothing more happens to it.
        """
        index = self.explanation.index_of(node)
        name = self.scene.log.variables[index].name
        for at in range(self.at + 1, self.last + 1):
            moment = self.scene.moments[at]
            if moment.variable == index and self._is_whole(at, index):
                return self.go(at)
        raise ValueError(
            f"run_to({name}): nothing more happens to it after moment {self.at}: go "
            "back first"
        )

    def _is_whole(self, at: int, index: int) -> bool:
        moments = self.scene.moments
        return moments[at].phase == "forward" or not any(
            later.variable == index for later in moments[at + 1 :]
        )

    def known(self) -> dict[str, tuple[float | None, float | None]]:
        """What is known by now: each value's number, and its gradient so far."""
        log = self.scene.log
        state = self.scene.state(self.at)
        totals: dict[int, float] = {}
        for moment in self.scene.moments[: self.at + 1]:
            if moment.phase == "backward" and moment.variable is not None:
                step = log.backward[moment.step - 1]
                totals[moment.variable] = getattr(step, "total", 1.0)
        return {
            v.name: (
                v.primal if f"data {v.index}" in state else None,
                totals.get(v.index),
            )
            for v in log.variables
            if not v.is_constant
        }

    def draw(self) -> Frame:
        """The picture at the present moment: .save("step.svg" | ".png" | ...)."""
        return self._frames.frame(self.at)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": str(self)}
        with contextlib.suppress(EngineError, ValueError):  # too large, or no engine
            bundle["image/svg+xml"] = self.draw().svg
        return bundle

    def text(self, ascii: bool = False, color: bool = False) -> str:
        """The present moment as text."""
        moment, count = self.moment, len(self.scene.log.backward)
        where = f"moment {self.at} of {self.last} · {moment.phase}"
        where += f", step {moment.step} of {count}" * bool(moment.step)
        lines = [where, f"  {moment.title}"]
        lines += [f"  {name:<9} {told}" for name, told in moment.rows]
        return finished("\n".join(lines), ascii, color)

    def __len__(self) -> int:
        return len(self.scene.moments)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__
