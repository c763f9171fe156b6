"""The order of the backward pass as a question: a value waits for all that use it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autograd import floats
from autograd.explanations.diagnosis import Verdict, Wrong
from autograd.explanations.dice import Dice
from autograd.explanations.model import Log
from autograd.explanations.quiz import BLANK, Question, question
from autograd.expressions import ExpressionError

FORWARD = "the order of the forward pass"
TOO_EARLY = "too early"
ALREADY = "has pushed already"
LEAF = "a leaf pushes nothing"
# More values than this are not put in order, and fewer do not make a question
MOST, LEAST = 7, 3
BETWEEN = re.compile(r"(?:[\s,;>→]|->)+")


def visited(log: Log) -> tuple[int, ...]:
    """The values to be put in order, the first to push first: the last operations.

    All that use one of them are among them. Where there are few operations, what is
    given is put in order with them.
    """
    receives = [v.index for v in reversed(log.variables) if v.index in log.adjoints]
    computed = [i for i in receives if log.variables[i].operands]
    return tuple((computed if len(computed) >= LEAST else receives)[:MOST])


class OrderKey:
    """Judges orders of some values: every one in which none comes too early is right.

    `values` has them in one of the right orders.
    """

    def __init__(self, log: Log, values: Sequence[int], dice: Dice) -> None:
        self.log, self.values = log, tuple(values)
        self.users = {i: users(log, i) for i in values}
        self.shown = self._told(values)
        self.listed = tuple(dice.some(values, len(values)))
        self.wrong: list[Wrong] = []
        for order in (
            self.values[::-1],
            self._first_reached(deep=True),
            self._first_reached(deep=False),
            *(tuple(dice.some(values, len(values))) for _ in range(4)),
        ):
            verdict, told = self.judge(order), self._told(order)
            if not verdict.correct and all(told != w.shown for w in self.wrong):
                self.wrong.append(
                    Wrong(told, floats.nan, verdict.errors, verdict.message)
                )

    def _told(self, order: Sequence[int]) -> str:
        return ", ".join(self.log.variables[i].name for i in order)

    def grade(self, answer: str) -> Verdict:
        """What an order is worth: names with commas, spaces or arrows between."""
        places = {self.log.variables[i].name: i for i in self.values}
        try:
            found = names_in(answer, [*places])
        except ExpressionError as error:
            return Verdict(False, (), error.pointed(), understood=False)
        order = [places[name] for name in found]
        missing = [i for i in self.listed if i not in order]
        if missing or len(order) > len(self.values):
            told = (
                f"still missing: {self._told(missing)}" if missing else "one is twice"
            )
            message = f"Write each of {self._told(self.listed)} once; {told}."
            return Verdict(False, (), message, understood=False)
        return self.judge(order)

    def as_data(self) -> dict[str, Any]:
        """The values as listed, and which of them each one waits for."""
        name = [v.name for v in self.log.variables]
        waits = {name[i]: [name[u] for u in users] for i, users in self.users.items()}
        return {"listed": [name[i] for i in self.listed], "waits": waits}

    def judge(self, order: Sequence[int]) -> Verdict:
        """What an order of all the values is worth."""
        early = self._too_early(order)
        if early is None:
            return Verdict(True)
        value, user = (self.log.variables[i].name for i in early)
        message = (
            f"{value} comes too early: {user} uses it and has not pushed yet, so the "
            f"gradient of {value} is not whole."
        )
        if self._too_early(order[::-1]) is None:
            told = f"That is the order of the forward pass: {message}"
            return Verdict(False, (FORWARD,), told)
        return Verdict(False, (TOO_EARLY,), message)

    def _too_early(self, order: Sequence[int]) -> tuple[int, int] | None:
        """The first value that is too early, and one that uses it and comes later."""
        done: set[int] = set()
        for i in order:
            for user in self.users[i]:
                if user not in done:
                    return i, user
            done.add(i)
        return None

    def _first_reached(self, deep: bool) -> tuple[int, ...]:
        """The order of a walk that waits for nothing: along a path, or in rings."""
        found: dict[int, None] = {}
        for start in self.values:
            waiting = [start]
            while waiting:
                i = waiting.pop(-1 if deep else 0)
                if i in self.users and i not in found:
                    found[i] = None
                    operands = self.log.variables[i].operands
                    waiting += reversed(operands) if deep else operands
        return tuple(found)


class NextKey:
    """Judges which value may push next, when some have pushed already."""

    def __init__(self, log: Log, values: Sequence[int]) -> None:
        self.log = log
        # the moment at which most of the others have heard from some of their users
        counts = range(1, len(values))
        count = max(counts, key=lambda n: self._half_arrived(values[:n], values[n:]))
        self.pushed, self.waiting = tuple(values[:count]), tuple(values[count:])
        self.ready = [i for i in self.waiting if self._missing(i) is None]
        self.shown = self._name(self.ready[0])
        verdicts = [(i, self.judge(i)) for i in (*self.waiting, *self.pushed[::-1])]
        self.wrong = [
            Wrong(self._name(i), floats.nan, verdict.errors, verdict.message)
            for i, verdict in verdicts
            if not verdict.correct
        ]

    def _name(self, i: int) -> str:
        return self.log.variables[i].name

    def _half_arrived(self, pushed: Sequence[int], rest: Sequence[int]) -> int:
        heard = [{user in pushed for user in users(self.log, i)} for i in rest]
        return sum(len(both) == 2 for both in heard)

    def _missing(self, i: int) -> int | None:
        """A value that uses this one and has not pushed yet."""
        return next((u for u in users(self.log, i) if u not in self.pushed), None)

    def grade(self, answer: str) -> Verdict:
        """What the name of a value is worth."""
        places = {v.name: v.index for v in self.log.variables}
        try:
            found = names_in(answer, [*places])
        except ExpressionError as error:
            return Verdict(False, (), error.pointed(), understood=False)
        if len(found) != 1:
            return Verdict(False, (), "Write the name of one value.", understood=False)
        return self.judge(places[found[0]])

    def as_data(self) -> dict[str, Any]:
        """The values that have pushed, and all that may push next."""
        return {
            "pushed": [self._name(i) for i in self.pushed],
            "ready": [self._name(i) for i in self.ready],
        }

    def judge(self, i: int) -> Verdict:
        """Whether a value may push next."""
        name = self._name(i)
        if not self.log.variables[i].operands:
            message = f"{name} is a leaf: it only receives, and pushes nothing."
            return Verdict(False, (LEAF,), message)
        if i in self.pushed:
            message = f"{name} has pushed already: each value pushes once."
            return Verdict(False, (ALREADY,), message)
        missing = self._missing(i)
        if missing is None:
            return Verdict(True)
        message = (
            f"{name} is too early: it waits for {self._name(missing)}, so its gradient "
            "is not whole."
        )
        return Verdict(False, (TOO_EARLY,), message)


def order_question(log: Log, dice: Dice) -> Question | None:
    """In which order the values may push; None where there is only one."""
    values = visited(log)
    if len(values) < 2:
        return None
    key = OrderKey(log, values, dice)
    listed = _names(log, key.listed, ", ")
    return question(
        key,
        dice,
        kind="order",
        prompt="Put these in an order in which the backward pass may visit them: "
        f"{listed}.",
        blank=BLANK,
        given=_operations(log, values),
        hints=(
            "a value waits until all that use it have pushed",
            f"{log.variables[values[0]].name} is the first",
            _waits(log, values),
        ),
        solution=key.shown,
        factors="",
    )


def next_question(log: Log, dice: Dice) -> Question | None:
    """Which value may push next; None where there are too few to choose from."""
    values = visited(log)
    if len(values) < LEAST or not log.variables[values[-1]].operands:
        return None
    key = NextKey(log, values)
    have = "has" if len(key.pushed) == 1 else "have"
    pushed, ready = _names(log, key.pushed), _names(log, key.ready, " or ")
    return question(
        key,
        dice,
        kind="next",
        prompt=f"{pushed} {have} pushed. Which value may push next?",
        blank=BLANK,
        given=_operations(log, values),
        hints=(
            "a value waits until all that use it have pushed",
            _waits(log, key.waiting),
        ),
        solution=f"{ready}: all that use it have pushed",
        factors="",
    )


def _names(log: Log, values: Sequence[int], between: str = " and ") -> str:
    return between.join(log.variables[i].name for i in values)


def _operations(log: Log, values: Sequence[int]) -> tuple[str, ...]:
    variables = [log.variables[i] for i in sorted(values)]
    return tuple(f"{v.name} = {v.formula}" for v in variables if v.operands)


def _waits(log: Log, values: Sequence[int]) -> str:
    waiting = {i: users(log, i) for i in values}
    return "; ".join(
        f"{log.variables[i].name} waits for {_names(log, found)}"
        for i, found in waiting.items()
        if found
    )


def users(log: Log, i: int) -> tuple[int, ...]:
    """The values that use one, each once."""
    return tuple(dict.fromkeys(push.child for push in log.received[i]))


def names_in(text: str, names: Sequence[str]) -> list[str]:
    """The names in a text, in order; ExpressionError where there is something else.

    >>> names_in("x1 -> total loss, x", ["x", "x1", "total loss"])
    ['x1', 'total loss', 'x']
    """
    longest_first = sorted(names, key=len, reverse=True)
    found: list[str] = []
    column = len(text) - len(text.lstrip())
    while column < len(text):
        for name in longest_first:
            end = column + len(name)
            between = BETWEEN.match(text, end)
            if text.startswith(name, column) and (between or end == len(text)):
                found.append(name)
                column = between.end() if between else end
                break
        else:
            few = ", ".join(names[:9]) + ", ..." * (len(names) > 9)
            message = f"here one of these names is expected: {few}"
            raise ExpressionError(message, text, column)
    return found
