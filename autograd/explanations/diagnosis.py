"""Judging an answer: a number, a fraction or a formula with the graph's names.

What is wrong is compared with what the usual slips lead to, so that it can be named. A
formula is tried at other numbers, too: it may be right only by chance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.explanations.elsewhere import Point
from autograd.explanations.model import Done, Local, Push, Variable
from autograd.explanations.partly import ways
from autograd.explanations.slips import CHANCE, ROUNDED, Asked, Setting, Slip
from autograd.expressions import Expression, ExpressionError
from autograd.naming import WORD
from autograd.notation import CONSTANTS
from autograd.text import number

# Where the number has more digits than are shown, so much is near enough
NEAR, CLOSE, EQUAL = 0.01, 0.05, 1e-6
# Nothing that a learner computes is smaller, but for 0
TINY = 1e-12


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right; if not, `errors` names what is known to lead there.

    An answer that could not be read is no wrong answer: `understood` is false, and
    `message` points at the character.
    """

    correct: bool
    errors: tuple[str, ...] = ()
    message: str = ""
    understood: bool = True


@dataclass(frozen=True)
class Wrong:
    """A wrong answer as shown, with the errors that lead to it, and its number.

    In place of an order's number stands nan.
    """

    shown: str
    value: float
    errors: tuple[str, ...]
    message: str


class Reader:
    """Reads answers with the names of a graph's variables.

    Names such as w[0], which no formula has, are read as well.
    """

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._places: dict[str, int] = {}
        self._unusual: dict[str, str] = {}
        for v in variables:
            if v.is_constant and not v.operands:
                continue
            name = unicodedata.normalize("NFKC", v.name)
            if not name.isidentifier() and WORD.fullmatch(v.name):
                # as long as it was, so that an error points to the right character
                self._unusual[v.name] = name = re.sub(r"\W", "_", v.name)
            self._places.setdefault(name, v.index)
        unusual = sorted(self._unusual, key=len, reverse=True)
        names = "|".join(map(re.escape, unusual))
        self._find = re.compile(rf"(?<!\w)(?:{names})(?!\w)")

    def read(self, text: str) -> Callable[[Sequence[float]], float]:
        """The answer as a function of the graph's numbers; or an ExpressionError."""
        usual = text
        if self._unusual:
            usual = self._find.sub(lambda match: self._unusual[match[0]], text)
        try:
            expression = Expression(usual)
        except ExpressionError as error:
            raise ExpressionError(error.message, text, error.column) from None
        self._refuse_unknown(expression, text)
        # a variable may have the name of a constant, such as e
        names = [n for n in (*expression.names, *CONSTANTS) if n in self._places]

        def value(primals: Sequence[float]) -> float:
            known = {name: primals[self._places[name]] for name in names}
            return float(expression.evaluate(known))

        return value

    def _refuse_unknown(self, expression: Expression, text: str) -> None:
        if self._places.keys() >= set(expression.names):
            return
        try:
            expression.evaluate(dict.fromkeys(self._places, 1.0))
        except ExpressionError as error:  # it knows where the name stands
            names = [name for name in self._places if name.isidentifier()]
            few = ", ".join(names[:9]) + ", ..." * (len(names) > 9)
            message = f"that name is not in the graph; its names are {few}"
            raise ExpressionError(message, text, error.column) from None


class NumberKey:
    """The right answer to a question for a step's number, and the wrong ones known."""

    def __init__(self, setting: Setting, step: Asked, reader: Reader) -> None:
        self._setting, self._step, self._reader = setting, step, reader
        here, *nearby = setting.points
        self.right = setting.right(step, here)
        self.shown = setting.shown(self.right)
        self.formula = setting.formula(step)
        told = self._evaluated(self.formula, here.primals)
        if told is not None and told - told != 0:
            self.formula = ""  # it overflows where the table's rule does not
        self._accepted = [self.right, *self._as_formula(here)]
        self._nearby = [p for p in nearby if self._is_like_here(p)]
        self._slips = setting.slips(step, here)
        self.wrong = self._grouped()

    @property
    def is_exact(self) -> bool:
        """Whether the number is shown with all its digits."""
        return _is_exact(self.right, self._setting.digits)

    def grade(self, answer: str) -> Verdict:
        """What an answer is worth: a number, a fraction or a formula."""
        try:
            value = self._reader.read(answer)
            x, *nearby = [
                value(p.primals) for p in (self._setting.points[0], *self._nearby)
            ]
        except ExpressionError as error:
            return Verdict(False, (), error.pointed(), understood=False)
        if x - x != 0:
            return Verdict(False, (), f"At the numbers of this graph that is {x}.")
        depends = any(y != x for y in nearby)
        if self._is_right(x):
            if not depends or self._follows(x, nearby):
                return Verdict(True)
            return self._by_chance(x, nearby)
        return self._wrong(x, nearby if depends else [])

    # --- what is right -------------------------------------------------------------

    def _as_formula(self, here: Point) -> list[float]:
        """What its own formula gives, with all digits and with those that are shown.

        Where digits cancel, these are not the number that the graph has.
        """
        told = [self._evaluated(self.formula, here.primals)]
        told.append(self._as_shown(self._step))
        return [x for x in told if x is not None and x - x == 0]

    def _as_shown(self, step: Asked) -> float | None:
        """The number that comes of the numbers as they are shown."""
        s = self._setting
        if isinstance(step, (Done, Push)):
            total = 0.0
            for push in s.pushes(step):
                local = self._as_shown(s.local(push))
                if local is None:
                    return None
                total += float(s.shown(push.upstream)) * local
            return total
        if isinstance(step, Local) and not step.formula:
            return float(s.shown(step.value))
        return self._evaluated(s.formula(step), s.primals_as_shown)

    def _evaluated(self, formula: str, primals: Sequence[float]) -> float | None:
        try:
            return self._reader.read(formula)(primals) if formula else None
        except ExpressionError:  # names that no formula has
            return None

    def _is_like_here(self, p: Point) -> bool:
        """Whether nothing jumps between the numbers of the graph and those of a point.

        At a jump, or beyond a kink, another formula would be the right one.
        """
        right = self._setting.right(self._step, p)
        if right - right != 0:
            return False
        if isinstance(self._step, Local) and not self.formula:
            return right == self.right
        told = self._evaluated(self.formula, p.primals)
        return told is None or abs(told - right) <= EQUAL * abs(right) + TINY

    def _is_right(self, x: float) -> bool:
        digits = self._setting.digits
        return any(_near(x, right, digits) for right in self._accepted)

    def _follows(self, x: float, nearby: Sequence[float]) -> bool:
        """Whether a formula is right nearby; some of its parts may be numbers."""
        return any(_moves_alike(x, nearby, self.right, way) for way in self._ways())

    def _ways(self) -> list[tuple[float, ...]]:
        here = self._setting.points[0]
        return ways(self._setting.log, self._step, here, self._nearby)

    def as_data(self) -> dict[str, Any]:
        """What a page needs to judge numbers and formulas; see `sheets.as_data`."""
        counted = [p in self._nearby for p in self._setting.points[1:]]
        return {
            "value": self.right,
            "accepted": self._accepted,
            "tolerance": EQUAL if self.is_exact else NEAR,
            "counted": counted,
            "ways": [list(way) for way in self._ways()],
        }

    # --- what is wrong -------------------------------------------------------------

    def _grouped(self) -> list[Wrong]:
        """The slips by the number as shown; what is right after all left out."""
        groups: dict[str, list[Slip]] = {}
        for slip in self._slips:
            shown = self._setting.shown(slip.value)
            is_number = slip.value - slip.value == 0
            if is_number and not (
                self._is_right(slip.value) or self._is_right(float(shown))
            ):
                groups.setdefault(shown, []).append(slip)
        return [
            Wrong(shown, slips[0].value, *_named(slips))
            for shown, slips in groups.items()
        ]

    def _wrong(self, x: float, nearby: Sequence[float]) -> Verdict:
        alike = self._slips_like(x, nearby) if nearby else []
        if alike:
            return Verdict(False, *_named(alike))
        shown, digits = self._setting.shown(x), self._setting.digits
        close = [w for w in self.wrong if w.shown == shown]
        close = close or [w for w in self.wrong if _near(x, w.value, digits)]
        if close:
            wrong = min(close, key=lambda w: abs(w.value - x))
            return Verdict(False, wrong.errors, wrong.message)
        if abs(x - self.right) <= CLOSE * abs(self.right):
            more = "calculate once more" if self.is_exact else "it needs more digits"
            return Verdict(False, (ROUNDED,), f"Close: the method is right; {more}.")
        return Verdict(False)

    def _by_chance(self, x: float, nearby: Sequence[float]) -> Verdict:
        s = self._setting
        right = s.right(self._step, self._nearby[0])
        told = (
            "Right by chance: were the given numbers a little different, that formula "
            f"would be {s.shown(nearby[0])}, and not {s.shown(right)}."
        )
        alike = self._slips_like(x, nearby)
        errors, message = _named(alike) if alike else ((), "")
        return Verdict(False, (CHANCE, *errors), f"{told} {message}".rstrip())

    def _slips_like(self, x: float, nearby: Sequence[float]) -> list[Slip]:
        """The slips that lead to a formula's numbers, here and nearby."""
        elsewhere = [self._setting.slips(self._step, p) for p in self._nearby]
        return [
            slip
            for slip, *others in zip(self._slips, *elsewhere)
            if _near(x, slip.value, self._setting.digits)
            and _moves_alike(x, nearby, slip.value, [o.value for o in others])
        ]


def _named(slips: Sequence[Slip]) -> tuple[tuple[str, ...], str]:
    """The errors, each once, and a sentence about them."""
    errors = tuple(dict.fromkeys(slip.error for slip in slips))
    told = "; ".join(dict.fromkeys(slip.told for slip in slips))
    title = ", or ".join(errors)
    return errors, f"{title[0].upper()}{title[1:]}: {told}."


def _is_exact(x: float, digits: int) -> bool:
    return abs(float(number(x, digits)) - x) <= 1e-9 * abs(x)


def _near(x: float, target: float, digits: int) -> bool:
    """Whether x will do for a number that is shown to so many digits."""
    if abs(target) < TINY and abs(x) < TINY:
        return True
    tolerance = EQUAL if _is_exact(target, digits) else NEAR
    return abs(x - target) <= tolerance * abs(target)


def _moves_alike(x: float, xs: Sequence[float], y: float, ys: Sequence[float]) -> bool:
    """Whether two formulas change alike from the graph's numbers to those nearby."""
    return all(
        abs((x1 - x) - (y1 - y))
        <= CLOSE * max(abs(x1 - x), abs(y1 - y)) + EQUAL * max(abs(x), abs(y)) + TINY
        for x1, y1 in zip(xs, ys)
    )
