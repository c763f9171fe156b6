"""The step player in a terminal: a line of input moves it, and it shows where it is."""

from __future__ import annotations

from collections.abc import Callable

from autograd.explanations.questions import question_of
from autograd.explanations.steps import Steps
from autograd.explanations.text import finished

HELP = """\
  Enter or n   the next step          b        back
  f            to the beginning       l        to the end
  7            to moment 7            to a     to where a gets its number, or else
  k            what is known by now            its whole gradient
  h            this help              q        quit"""


def play(
    steps: Steps,
    read: Callable[[str], str] = input,
    write: Callable[[str], object] = print,
    ascii: bool = False,
    color: bool = False,
    predict: bool = False,
) -> None:
    """Play the steps by what is typed, until "q" or the end of the input.

    With `predict`, each product is asked for before it is shown.
    """
    write(HELP)
    while True:
        write(steps.text(ascii, color))
        try:
            typed = read("> ").strip()
            if predict and typed in ("", "n"):
                _predict(steps, read, write, ascii)
        except (EOFError, KeyboardInterrupt):
            write("")
            return
        if typed in ("q", "quit"):
            return
        told = _moved(steps, typed)
        if told:
            write(told)


def _predict(
    steps: Steps,
    read: Callable[[str], str],
    write: Callable[[str], object],
    ascii: bool,
) -> None:
    """Ask what the next step of the backward pass sends, and say what was right."""
    log, following = steps.scene.log, min(steps.at + 1, steps.last)
    step = steps.scene.moments[following].step
    question = question_of(log, step, steps.explanation.digits) if step else None
    if question is not None and following != steps.at:
        write(finished(question.prompt, ascii, False))
        answer = read("? ").strip()
        if answer:
            write(finished(question.grade(answer).message, ascii, False))


def _moved(steps: Steps, typed: str) -> str:
    """Move as was typed; what there is to say where nothing moved."""
    if typed in ("", "n"):
        if steps.at == steps.last:
            return "this is the end: b goes back, q quits"
        steps.next()
    elif typed.isdecimal():
        if int(typed) > steps.last:
            return f"there are moments 0 to {steps.last}"
        steps.go(int(typed))
    elif typed.startswith("to "):
        return _run_to(steps, typed[3:].strip())
    elif typed in ("b", "f", "l"):
        steps.go({"b": steps.at - 1, "f": 0, "l": steps.last}[typed])
    elif typed == "k":
        return _known(steps)
    elif typed in ("h", "help", "?"):
        return HELP
    else:
        return f"{typed!r} is not a command: h shows them"
    return ""


def _run_to(steps: Steps, name: str) -> str:
    try:
        steps.run_to(name)
    except ValueError as error:
        return str(error)
    return ""


def _known(steps: Steps) -> str:
    lines = []
    for name, (primal, gradient) in steps.known().items():
        digits = steps.explanation.digits
        told = [
            "" if x is None else format(x + 0.0, f".{digits}g")
            for x in (primal, gradient)
        ]
        lines.append(f"  {name:<12} {told[0]:>12}   gradient {told[1] or 'unknown'}")
    return "\n".join(lines)
