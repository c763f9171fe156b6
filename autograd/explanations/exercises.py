"""`exercise`: a graph's chain rule as questions, and what is wrong with an answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd._engine import Value
from autograd.explanations import asking, html, sheets
from autograd.explanations.diagnosis import Verdict
from autograd.explanations.dice import Dice
from autograd.explanations.explanation import Explanation, explain
from autograd.explanations.model import Done, Forward, Local, Log, Push
from autograd.explanations.orders import next_question, order_question
from autograd.explanations.questions import OPERANDS, USES, Questions, is_stale
from autograd.explanations.quiz import Question
from autograd.files import write_whole

# In the order in which they are asked
KINDS = ("forward", "local", "order", "contribution", "adjoint")
STEPS = {"forward": Forward, "local": Local, "contribution": Push, "adjoint": Done}


@dataclass(frozen=True, repr=False)
class Exercise:
    """Questions about a graph; `print` shows the sheet, `ask` asks them one by one.

    `questions` are numbered from 1. No `.grad` is read or changed.
    """

    log: Log
    digits: int
    questions: tuple[Question, ...]

    def grade(self, number: int, answer: str | float) -> Verdict:
        """What an answer to a question is worth, the questions numbered from 1.

        An answer is a number, a fraction or a formula with the graph's names; where an
        order is asked for, names. IndexError where there is no such question.
        """
        count = len(self.questions)
        if type(number) is not int or not 1 <= number <= count:
            raise IndexError(f"grade({number!r}): there are questions 1 to {count}")
        return self.questions[number - 1].grade(answer)

    def ask(
        self,
        input: Callable[[str], str] = input,
        print: Callable[[str], Any] = print,
        ascii: bool = False,
    ) -> asking.Score:
        """Ask the questions in a terminal, and tell what is wrong with the answers.

        Two tries each; "?" gives a hint, "skip" goes on, "quit", Ctrl-D or Ctrl-C ends
        it. The score so far is returned and printed.
        """
        return asking.ask(self.questions, input, print, ascii)

    def text(self, width: int = 80, ascii: bool = False) -> str:
        """The sheet as text of so many columns: the graph, and blanks to fill in."""
        return sheets.text(self.log, self.questions, self.digits, width, ascii)

    def solutions(self, width: int = 80, ascii: bool = False) -> str:
        """The answers to the sheet, a line each."""
        return sheets.solutions(self.questions, width, ascii)

    def markdown(self, solutions: bool = False) -> str:
        """The sheet as Markdown, with the answers at its end if wanted."""
        return sheets.markdown(self.log, self.questions, self.digits, solutions)

    def html(self) -> str:
        """One self-contained page: the player of the graph, and the questions."""
        return html.page(self, self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the exercise: html (a page), md or txt (a sheet and its answers)."""
        formats: dict[str, Callable[[], str]] = {
            ".html": self.html,
            ".md": lambda: self.markdown(solutions=True),
            ".txt": lambda: f"{self.text()}\n\n{self.solutions()}\n",
        }
        write = formats.get(Path(path).suffix.lower())
        if write is None:
            raise ValueError(
                f"save(path): {str(path)!r} must end in one of {', '.join(formats)}"
            )
        return write_whole(path, write())

    def as_data(self) -> dict[str, Any]:
        """The questions in lists, dicts, numbers and plain strings, for a page."""
        return sheets.as_data(self.log, self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.markdown()


def exercise(
    y: Value | Explanation,
    kinds: Sequence[str] = ("local", "adjoint", "order"),
    *,
    seed: int = 0,
    count: int = 12,
    wrt: Value | Iterable[Value] | None = None,
    digits: int = 4,
) -> Exercise:
    """Questions about the forward and the backward pass of y; answers are graded.

    - `kinds`: some of "forward" (a value), "local" (a local derivative), "order" (which
      value may push when), "contribution" (one product of the chain rule), "adjoint" (a
      whole gradient).
    - `seed`: mixes the choices, and draws the questions where there are more.
    - `count`: at most so many questions, of all kinds alike.
    - `wrt`: ask only about what lies between these Values and y.
    - `digits`: significant digits of the numbers.

    ValueError where there is nothing to ask.

    >>> from autograd import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> L = a * b; L.label = "L"
    >>> drill = exercise(L, kinds=["local"])
    >>> print(drill)
    2 questions about L
      given: a = 2, b = -3
      L = a · b = -6
    <BLANKLINE>
    1  The local derivative of L = a · b: how fast does L move with a?
       ∂L/∂a = ____
    <BLANKLINE>
    2  The local derivative of L = a · b: how fast does L move with b?
       ∂L/∂b = ____
    >>> drill.grade(1, "2").message
    'Used this factor, not the other: 2 is a itself; ∂L/∂a is what multiplies it.'
    >>> drill.grade(1, "-3").correct, drill.grade(1, "b").correct
    (True, True)
    """
    chosen = [kinds] if isinstance(kinds, str) else list(kinds)
    for kind in chosen:
        if kind not in KINDS:
            raise ValueError(f"exercise(kinds): {kind!r} is none of {', '.join(KINDS)}")
    if type(count) is not int or count < 1:
        raise ValueError(f"exercise(count={count!r}): must be a whole number from 1 on")
    if type(seed) is not int:
        raise TypeError(f"exercise(seed={seed!r}): must be a whole number")
    if isinstance(y, Explanation):
        if wrt is not None:
            raise ValueError(
                "exercise(wrt): explain(y, wrt=x) chooses what it explains"
            )
        log, digits = y.log, y.digits
    else:
        log = explain(y, wrt, checks=False, digits=digits).log
    if is_stale(log):
        raise ValueError(
            "exercise(): a leaf was assigned to after the graph was recorded, so that "
            "its numbers do not fit together: compute y again"
        )
    questions = _drawn(log, Questions(log, digits, seed), chosen, count, seed)
    if not questions:
        raise ValueError(
            f"exercise(): there is nothing to ask of the kinds {', '.join(chosen)}: a "
            f"question needs a finite number, at most {OPERANDS} operands and {USES} "
            "uses of a value"
        )
    return Exercise(log, digits, tuple(questions))


def _drawn(
    log: Log, questions: Questions, kinds: Sequence[str], count: int, seed: int
) -> list[Question]:
    """So many questions, of each kind alike, in the order of the two passes."""
    dice = Dice(f"exercise {seed}")
    waiting = [
        (rank, _of_kind(log, questions, kind, dice))
        for rank, kind in enumerate(KINDS)
        if kind in kinds
    ]
    drawn: list[tuple[int, int, Question]] = []
    while waiting and len(drawn) < count:
        rank, made = waiting.pop(0)
        found = next(made, None)
        if found is not None:
            drawn.append((rank, *found))
            waiting.append((rank, made))
    return [question for *_, question in sorted(drawn, key=lambda found: found[:2])]


def _of_kind(
    log: Log, questions: Questions, kind: str, dice: Dice
) -> Iterator[tuple[int, Question]]:
    """The questions of a kind with their places in the log, in a random order."""
    if kind == "order":
        both = enumerate((order_question(log, dice), next_question(log, dice)))
        yield from ((place, question) for place, question in both if question)
        return
    asked = STEPS[kind]
    steps = [(i, step) for i, step in enumerate(log.steps) if isinstance(step, asked)]
    for place, step in dice.some(steps, len(steps)):
        question = questions.about(step)
        if question:
            yield place, question
