"""Numbers and users' texts as pictures, explanations and reports show them."""

from __future__ import annotations

# Zero-width joiners are a part of Persian and Indic words, and of emoji
JOINERS = "\u200c\u200d"


def number(x: float, digits: int = 4) -> str:
    """A number as it is shown, to so many significant digits.

    >>> number(0.125), number(-3.0), number(123456.0), number(0.000012345)
    ('0.125', '-3', '1.235e+05', '1.234e-05')
    """
    return format(x + 0.0, f".{digits}g")


def printable(text: str, width: int = 60, height: int = 8) -> tuple[str, ...]:
    r"""A user's text as lines to draw: control characters spelled out, not obeyed.

    What is wider or higher than a box can be ends in "…".

    >>> printable("a\nb\x00")
    ('a', 'b\\x00')
    """
    lines = text.splitlines() or [""]
    shown = []
    for line in lines[:height]:
        spelled = "".join(map(_spelled, line[: width + 1]))
        shown.append(spelled if len(spelled) <= width else spelled[: width - 1] + "…")
    return tuple(shown) + ("…",) * (len(lines) > height)


def _spelled(c: str) -> str:
    if c.isprintable() or c in JOINERS:
        return c
    return c.encode("unicode_escape").decode("ascii")
