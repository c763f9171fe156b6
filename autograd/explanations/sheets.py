"""An exercise on paper: the sheet with its blanks and the answers; and as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from autograd.explanations.elsewhere import points
from autograd.explanations.markdown import escape
from autograd.explanations.model import Forward, Log, Variable
from autograd.explanations.quiz import BLANK, Question
from autograd.explanations.text import derivative, finished
from autograd.text import number

# A graph of more values is not told as a whole, but with each question
WHOLE = 40


def text(
    log: Log, questions: Sequence[Question], digits: int, width: int, ascii: bool
) -> str:
    """The graph's numbers, then the questions with a blank each."""
    lines = [title(log, questions)]
    for line in _graph(log, questions, digits):
        lines += _wrapped(line, "  ", width)
    for place, question in enumerate(questions, 1):
        indent = " " * (len(str(len(questions))) + 2)
        lines.append("")
        lines += _wrapped(question.prompt, f"{place:<{len(indent)}}", width)
        if given := _given(log, questions, question):
            lines += _wrapped(f"given: {', '.join(given)}", indent, width)
        lines += _wrapped(question.blank, indent, width)
    return finished("\n".join(lines), ascii, False)


def solutions(questions: Sequence[Question], width: int, ascii: bool) -> str:
    """The answers by the numbers of the questions."""
    lines = []
    for place, question in enumerate(questions, 1):
        lines += _wrapped(question.solution, f"{place:<4}", width)
    return finished("\n".join(lines), ascii, False)


def markdown(
    log: Log, questions: Sequence[Question], digits: int, with_answers: bool
) -> str:
    """The same as Markdown."""
    lines = [f"### {escape(title(log, questions))}", ""]
    lines += [f"- {escape(line)}" for line in _graph(log, questions, digits)]
    for place, question in enumerate(questions, 1):
        lines += ["", f"{place}. {escape(question.prompt)}"]
        if given := _given(log, questions, question):
            lines += ["", f"   given: {escape(', '.join(given))}"]
        lines += ["", f"   {escape(question.blank)}"]
    if with_answers:
        lines += ["", "#### Answers", ""]
        for place, question in enumerate(questions, 1):
            lines.append(f"{place}. {escape(question.solution)}")
    return "\n".join(lines)


def title(log: Log, questions: Sequence[Question]) -> str:
    count = len(questions)
    return f"{count} question{'s' * (count > 1)} about {log.result}"


def _wrapped(told: str, indent: str, width: int) -> list[str]:
    rest = " " * len(indent)
    return textwrap.wrap(told, width, initial_indent=indent, subsequent_indent=rest)


def _graph(log: Log, questions: Sequence[Question], digits: int) -> Iterator[str]:
    """What is given of the whole graph; nothing where it is too large."""
    if len(log.variables) > WHOLE:
        return
    asked = {q.step.variable for q in questions if isinstance(q.step, Forward)}

    def told(v: Variable) -> str:
        return BLANK if v.index in asked else number(v.primal, digits)

    leaves = [v for v in log.variables if not v.operands and not v.is_constant]
    yield "given: " + ", ".join(f"{v.name} = {told(v)}" for v in leaves)
    for v in log.variables:
        if v.operands:
            yield f"{v.name} = {v.formula} = {told(v)}"
    for i, adjoint in log.seeds.items():
        if i != log.root:
            name = derivative(log.result, log.variables[i].name)
            yield f"{name} = {number(adjoint, digits)}"


def _given(log: Log, questions: Sequence[Question], asked: Question) -> list[str]:
    """What is given with a question, but for what another one asks for."""
    if len(log.variables) <= WHOLE:
        return []
    asked_for = tuple(q.blank.removesuffix(BLANK) for q in questions if q.step)
    return [told for told in asked.given if not told.startswith(asked_for)]


def as_data(log: Log, questions: Sequence[Question]) -> dict[str, Any]:
    """The questions for a page that grades on its own; every string is plain text.

    `points` are the numbers of the `names` in the graph, and at two places nearby where
    a formula is tried; at some of these a question's numbers may not be `counted`. An
    answer is right that is near enough to one of `accepted` (`tolerance` is the share
    that it may be off), and that, if it is a formula, changes from the graph to the
    places counted as one of the `ways` differs from `value`.
    """
    return {
        "format": "scalar-autograd exercise",
        "version": 1,
        "result": log.result,
        "names": [v.name for v in log.variables],
        "points": [
            [x if x - x == 0 else None for x in point.primals] for point in points(log)
        ],
        "questions": [question.as_data() for question in questions],
    }
