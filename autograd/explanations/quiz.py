"""What a question is: the blank, what is given, the answers offered, hints.

It knows nothing of how it was made; its key judges the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from autograd.explanations.diagnosis import Verdict, Wrong
from autograd.explanations.dice import Dice
from autograd.explanations.slips import Asked

# So many answers are offered, the right one among them
CHOICES = 4
BLANK = "____"


@dataclass(frozen=True)
class Choice:
    """An answer that is offered; `errors` and `message` are empty for the right one."""

    text: str
    errors: tuple[str, ...] = ()
    message: str = ""


class Key(Protocol):
    """What judges the answers to a question."""

    shown: str
    wrong: list[Wrong]

    def grade(self, answer: str) -> Verdict: ...
    def as_data(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Question:
    """A question with all that belongs to it; `grade` judges an answer.

    `kind` is "forward", "local", "contribution", "adjoint", "order" or "next". `blank`
    is the formula to be filled in, `given` the numbers that are needed. `answer` is the
    right one as shown, `formula` the same over the graph's names, "" where there is
    none. `hints` tell more and more; `solution` is the whole line, and `factors` what
    is told about an answer of which nothing is known. `step` is the step of the log
    that is asked about, None for an order.
    """

    kind: str
    prompt: str
    blank: str
    given: tuple[str, ...]
    answer: str
    formula: str
    choices: tuple[Choice, ...]
    hints: tuple[str, ...]
    solution: str
    factors: str
    step: Asked | None
    key: Key = field(repr=False, compare=False)

    def grade(self, answer: str | float) -> Verdict:
        """What an answer is worth: a number, a fraction, a formula; names in order."""
        verdict = self.key.grade(answer if isinstance(answer, str) else str(answer))
        if verdict.correct:
            return Verdict(True, (), f"Right: {self.solution}")
        if not verdict.errors and verdict.understood:
            return Verdict(False, (), f"{verdict.message} {self.factors}".lstrip())
        return verdict

    def as_data(self, brief: bool = False) -> dict[str, Any]:
        """The question in lists, dicts, numbers and plain strings.

        Each of the `choices` is the `answer`, or the text of one of the `wrong` ones.
        `brief` is what a page needs where one of the choices is to be taken.
        """
        told = ("kind", "prompt", "blank", "answer", "solution", "factors")
        offered = [choice.text for choice in self.choices]
        data: dict[str, Any] = {name: getattr(self, name) for name in told}
        data["choices"] = offered
        data["wrong"] = [
            {
                "text": w.shown,
                "value": w.value if w.value == w.value else None,
                "errors": list(w.errors),
                "message": w.message,
            }
            for w in self.key.wrong
            if w.shown in offered or not brief
        ]
        if not brief:
            data["formula"] = self.formula
            data["given"], data["hints"] = list(self.given), list(self.hints)
            data |= self.key.as_data()
        return data


def question(
    key: Key, dice: Dice, step: Asked | None = None, formula: str = "", **told: Any
) -> Question:
    """A question with answers to choose from: the right one and the likeliest slips."""
    wrong = [Choice(w.shown, w.errors, w.message) for w in key.wrong[: CHOICES - 1]]
    choices = dice.some([Choice(key.shown), *wrong], CHOICES)
    return Question(
        answer=key.shown,
        formula=formula,
        choices=tuple(choices),
        step=step,
        key=key,
        **told,
    )
