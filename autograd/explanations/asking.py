"""The exercise as a dialogue in a terminal: a question, two tries, hints, a score."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.explanations.quiz import BLANK, Question
from autograd.explanations.text import finished

TRIES, WIDTH = 2, 80
Input = Callable[[str], str]
Print = Callable[[str], Any]
HELP = '"?" gives a hint, "skip" goes on, "quit" or Ctrl-D ends.'


@dataclass(frozen=True)
class Score:
    """How it went: questions answered right, answered at all, and all there are.

    >>> print(Score(right=3, answered=4, questions=6))
    3 of 4 answers right; 2 of 6 questions left out
    """

    right: int
    answered: int
    questions: int

    def __str__(self) -> str:
        answers = "answer" if self.answered == 1 else "answers"
        told = f"{self.right} of {self.answered} {answers} right"
        left = self.questions - self.answered
        return told + f"; {left} of {self.questions} questions left out" * bool(left)


class Quit(Exception):
    """The learner wants to end."""


def ask(
    questions: Sequence[Question], input: Input, print: Print, ascii: bool
) -> Score:
    """Ask one question after the other; whatever ends it, the score is kept."""
    right = answered = 0

    def tell(told: str, indent: str = "   ") -> None:
        for line in told.split("\n"):
            lines = textwrap.wrap(
                line, WIDTH, initial_indent=indent, subsequent_indent=indent
            )
            print(finished("\n".join(lines), ascii, False))

    count = len(questions)
    tell(f"{count} question{'s' * (count > 1)}. {HELP}", "")
    try:
        for number, question in enumerate(questions, 1):
            print("")
            tell(f"{number} of {count}  {question.prompt}", "")
            if question.given:
                tell(f"given: {', '.join(question.given)}")
            result = _Dialogue(question, input, tell, ascii).result()
            answered += result is not None
            right += result is True
    except (Quit, EOFError, KeyboardInterrupt):
        print("")
    score = Score(right, answered, count)
    print(str(score))
    return score


class _Dialogue:
    """What is said about one question."""

    def __init__(
        self,
        question: Question,
        input: Input,
        tell: Callable[[str], None],
        ascii: bool,
    ) -> None:
        self.question, self.input, self.tell = question, input, tell
        asked = question.blank.removesuffix(BLANK) or "> "
        self.prompt = finished(f"   {asked}", ascii, False)
        self.hints = self._hints()

    def result(self) -> bool | None:
        """Whether the answer was right in the end; None where it was skipped."""
        tries = TRIES
        while tries:
            answer = self.input(self.prompt).strip()
            verdict = self.question.grade(answer)
            if verdict.correct:
                self.tell(verdict.message)
                return True
            if verdict.understood:
                tries -= 1
                self.tell(verdict.message)
            elif answer.lower() == "skip":
                return None
            elif answer.lower() in ("quit", "exit"):
                raise Quit
            elif answer.lower() in ("?", "hint"):
                self.tell(next(self.hints, f"That was the last hint. {HELP}"))
            elif not answer:
                self.tell(f"Write an answer; {HELP}")
            else:
                self.tell(verdict.message)
        self.tell(f"The answer: {self.question.solution}")
        return False

    def _hints(self) -> Iterator[str]:
        for hint in self.question.hints:
            yield f"hint: {hint}"
        offered = "; ".join(choice.text for choice in self.question.choices)
        yield f"hint: it is one of {offered}"
