"""From a formula's text to steps for a stack of numbers.

Dijkstra's shunting yard: one token after the other goes to the steps, or waits on a
stack of operators. So no text reaches Python's own parser, nothing recurses, and the
work is proportional to the text. Every text is a formula or an `ExpressionError`.
"""

from __future__ import annotations

import difflib
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from autograd import math
from autograd.notation import (
    ABSOLUTE,
    BRACKET,
    FUNCTIONS,
    NEGATIVE,
    OPERATORS,
    POWER,
    SIGN,
    SUM,
    Function,
)

# Characters of a text: it has at most twice as many operations
LONGEST = 10_000
# Characters shown on each side of an error's place; of a name in a message
WINDOW, WIDTH = 32, 24

DOTS = "\u00b7\u0387"  # which Python takes for a part of a name
SPELLINGS = {"**": "^", "−": "-", "–": "-", "÷": "/"}
SPELLINGS |= dict.fromkeys(f"{DOTS}⋅×", "*")
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SPACES = " \t\u00a0\u202f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
TOKEN = re.compile(
    rf"(?P<space>[{SPACES}]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<raised>⁻?[⁰¹²³⁴-⁹]+)"
    r"|(?P<test>[<>=!]=|[<>!≤≥≠])"
    rf"|(?P<mark>\*\*|//|[-+*/%^=(),;|{DOTS}⋅×÷−–])"
)
DECIMAL_COMMA = re.compile("[0-9],[0-9]")
A_FORMULA = "a formula has numbers, names, + - * / ^, brackets and functions"
REMEDIES = {
    "test": "max, min, relu and abs choose where a test would",
    **dict.fromkeys("\n\r", "write ; between statements, not a line break"),
    **dict.fromkeys("[]{}", "write round brackets, as in sum(a, b)"),
    ".": "write tanh(x) for math.tanh(x) and for x.tanh()",
    ":": "write name = formula to name a part",
}


class ExpressionError(ValueError):
    """A text that is not a formula: one line that says why, and what to write.

    `text` is the text. `column` is the character, from 0, that the error is about: the
    text's length where something is missing at the end.

    >>> try:
    ...     Parser("1 + tahn(w*x)")
    ... except ExpressionError as error:
    ...     print(error.pointed())
    'tahn' is not a function: did you mean tan or tanh or atan?
    1 + tahn(w*x)
        ^
    """

    def __init__(self, message: str, text: str, column: int) -> None:
        super().__init__(message, text, column)  # all three, for pickle
        self.message, self.text, self.column = message, text, column

    def __str__(self) -> str:
        return self.message

    def pointed(self) -> str:
        """Three lines: the message, the text around the character, a caret below it.

        Control characters are spelled out, and the caret points right nevertheless.
        """
        first, last = max(0, self.column - WINDOW), self.column + WINDOW
        before = "…" * (first > 0) + spelled(self.text[first : self.column])
        after = spelled(self.text[self.column : last]) + "…" * (last < len(self.text))
        return f"{self.message}\n{before}{after}\n{' ' * _cells(before)}^"


def spelled(text: str) -> str:
    """A text on one line: control characters spelled out, every space as " "."""
    return "".join(
        c if c.isprintable() else " " if c in SPACES else ascii(c)[1:-1] for c in text
    )


def _cells(text: str) -> int:
    """The width of a text in a terminal: some characters take two places, some none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Me") for c in text)


def quoted(text: str) -> str:
    """A part of a text as messages show it."""
    shown, mark = spelled(text), '"' if "'" in text else "'"
    shown = shown if len(shown) <= WIDTH else shown[: WIDTH - 1] + "…"
    return f"{mark}{shown}{mark}"


def near(name: str, names: Iterable[str]) -> str:
    """The names that this one may be a slip of, as in "tan or tanh"."""
    lower = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name[:WIDTH].lower(), lower)
    return " or ".join(lower[known] for known in close)


@dataclass(frozen=True)
class Apply:
    """A step: the last `count` numbers become one."""

    call: Callable[..., Any]
    count: int
    column: int


@dataclass(frozen=True)
class Store:
    """A step: the last number gets a name."""

    name: str


class Token(NamedTuple):
    kind: str
    text: str
    column: int


@dataclass
class Waiting:
    """An operator, or an open bracket, whose operands are not all read yet."""

    strength: int
    sign: str
    column: int
    count: int
    call: Callable[..., Any] | None = None
    function: Function | None = None


def _goes_on(c: str) -> bool:
    """Whether a name may have this character after its first one."""
    return f"a{c}".isidentifier() and c not in DOTS


def tokens(text: str) -> Iterator[Token]:
    if len(text) > LONGEST:
        message = f"the text is too long: a formula has at most {LONGEST} characters"
        raise ExpressionError(message, text, LONGEST)
    column = 0
    while column < len(text):
        match = TOKEN.match(text, column)
        kind, end = (match.lastgroup, match.end()) if match else (None, column + 1)
        if text[column].isidentifier():
            kind = "name"
            while end < len(text) and _goes_on(text[end]):
                end += 1
        found = text[column:end]
        if kind in (None, "test"):
            remedy = REMEDIES.get(kind or found, A_FORMULA)
            message = f"{quoted(found)} is not part of a formula: {remedy}"
            raise ExpressionError(message, text, column)
        if kind == "name":
            found = unicodedata.normalize("NFKC", found)  # as Python does
            if keyword.iskeyword(found):
                raise ExpressionError(
                    f"'{found}' is a word of Python: choose another name; {A_FORMULA}",
                    *(text, column),
                )
        if kind != "space":
            yield Token(str(kind), found, column)
        column = end
    yield Token("end", "", len(text))


class Parser:
    """A text, parsed: `steps` are numbers, names to read, Apply and Store.

    `read` has the names that are read but not stored before, and `assigned` those that
    are stored, each with the column where it comes first.

    >>> Parser("2*x").steps[:2]
    [2.0, 'x']
    """

    def __init__(self, text: str) -> None:
        self.steps: list[float | str | Apply | Store] = []
        self.read: dict[str, int] = {}
        self.assigned: dict[str, int] = {}
        self._text, self._tokens, self._place = text, list(tokens(text)), 0
        self._waiting: list[Waiting] = []
        if self._next.kind == "end":
            self._fail("the formula is empty: write one, such as tanh(w*x + b)", 0)
        while self._next.kind != "end":
            self._statement()

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _fail(self, message: str, column: int) -> NoReturn:
        raise ExpressionError(message, self._text, column)

    def _statement(self) -> None:
        first, second = self._tokens[self._place : self._place + 2]
        named = first.kind == "name" and second.text == "="
        self._place += 2 * named
        self._formula()
        if named:
            self._store(first.text, first.column)
        if self._next.text == ";":
            self._place += 1
            if not named and self._next.kind != "end":
                self._fail(
                    "only the last statement has no name: write name = before this one",
                    first.column,
                )

    def _store(self, name: str, column: int) -> None:
        if name in FUNCTIONS:
            self._fail(f"{quoted(name)} is a function: choose another name", column)
        if name in self.assigned:
            self._fail(f"{quoted(name)} is computed twice: choose two names", column)
        if name in self.read:
            self._fail(
                f"{quoted(name)} is read before it is computed: choose another name, "
                "or write this statement first",
                column,
            )
        self.assigned[name] = column
        self.steps.append(Store(name))

    def _formula(self) -> None:
        incomplete = True
        while incomplete or self._next.text not in ("", ";"):
            token = self._next
            self._place += 1
            incomplete = (self._operand if incomplete else self._operator)(token)
        self._reduce(SUM)
        if self._waiting:
            opened = self._waiting[-1]
            closing = "|" if opened.sign == "|" else ")"
            self._fail(f"'{opened.sign}' is not closed: add '{closing}'", opened.column)

    def _operand(self, token: Token) -> bool:
        """Take a token where an operand begins; whether it is still incomplete."""
        kind, text, column = token
        if kind == "number":
            self.steps.append(float(text))
            return False
        if kind == "name" and self._next.text != "(":
            if text in FUNCTIONS:
                self._fail(
                    f"'{text}' is a function: write {text}(...), or rename yours",
                    column,
                )
            if text not in self.assigned:
                self.read.setdefault(text, column)
            self.steps.append(text)
            return False
        if kind == "name":
            self._open_function(text, column)
        elif SPELLINGS.get(text, text) == "-":
            self._waiting.append(Waiting(SIGN, text, column, 1, NEGATIVE))
        elif text == "|":
            self._waiting.append(Waiting(BRACKET, text, column, 1, ABSOLUTE))
        elif text == "(":
            self._waiting.append(Waiting(BRACKET, text, column, 1))
        elif text != "+":
            before = f"before {quoted(text)}" if text else "at the end"
            self._fail(f"a number or a name is missing {before}", column)
        return True

    def _open_function(self, name: str, column: int) -> None:
        function = FUNCTIONS.get(name)
        if function is None:
            close, shown = near(name, FUNCTIONS), quoted(name)
            product = f"for a product write {shown[1:-1]}*(...)"
            remedy = f"did you mean {close}?" if close else product
            self._fail(f"{shown} is not a function: {remedy}", column)
        self._place += 1
        opened = Waiting(BRACKET, f"{name}(", column, 1, function.call, function)
        if self._next.text == ")":
            self._refuse_count(function, 0, opened)
        self._waiting.append(opened)

    def _operator(self, token: Token) -> bool:
        """Take a token after an operand; whether another operand must follow."""
        kind, text, column = token
        sign = SPELLINGS.get(text, text)
        if kind == "raised":
            self.steps.append(float(text.translate(RAISED)))
            self.steps.append(Apply(math.pow, 2, column))
        elif sign in OPERATORS:
            strength, call = OPERATORS[sign]
            # x^y^z is x^(y^z): of powers, the last one is computed first
            self._reduce(strength + (strength == POWER))
            self._waiting.append(Waiting(strength, text, column, 2, call))
            return True
        elif text == ",":
            self._comma(column)
            return True
        elif text in (")", "|"):
            self._close(text, column)
        elif text == "=":
            self._fail(
                "'=' stands only in name = formula, at a statement's start", column
            )
        else:
            self._juxtaposed(token)
        return False

    def _reduce(self, strength: int) -> None:
        """Apply what waits and holds its operands at least so strongly."""
        while self._waiting and self._waiting[-1].strength >= strength:
            self._apply(self._waiting.pop())

    def _apply(self, waiting: Waiting) -> None:
        if waiting.call:
            self.steps.append(Apply(waiting.call, waiting.count, waiting.column))

    def _close(self, text: str, column: int) -> None:
        self._reduce(SUM)
        opened = self._waiting.pop() if self._waiting else None
        if opened is None or (opened.sign != "|" and text == "|"):
            hint = "write abs(x) for |x|" if text == "|" else "take it out"
            self._fail(f"'{text}' closes nothing: {hint}", column)
        if opened.sign == "|" and text == ")":
            self._fail("'|' is not closed: add '|' before ')'", opened.column)
        if opened.function:
            self._refuse_count(opened.function, opened.count, opened)
        self._apply(opened)

    def _refuse_count(self, function: Function, count: int, opened: Waiting) -> None:
        if function.least <= count <= function.most:
            return
        counts = {
            function.most: f"{function.least} or {function.most}",
            math.inf: f"at least {function.least}",
            function.least: f"{function.least}",
        }[function.most]
        operands = "operand" if counts.endswith("1") else "operands"
        message = f"{function.signature} takes {counts} {operands}, not {count}"
        commas = DECIMAL_COMMA.search(self._text, opened.column, self._next.column)
        if commas and count > function.most:
            message += "; a number has a decimal point, 0.5, and no comma"
        self._fail(message, opened.column)

    def _comma(self, column: int) -> None:
        self._reduce(SUM)
        if self._waiting and self._waiting[-1].function:
            self._waiting[-1].count += 1
        elif DECIMAL_COMMA.match(self._text, max(column - 1, 0)):
            self._fail("a number has a decimal point, 0.5, and no comma", column)
        else:
            self._fail("',' stands only between operands, as in max(a, b)", column)

    def _juxtaposed(self, token: Token) -> NoReturn:
        before = self._tokens[self._place - 2]
        if before.kind == token.kind == "number":
            self._fail(
                "two numbers stand in a row: write them as one, or an operator between",
                token.column,
            )
        left, right = (
            "(...)" if text in ("(", ")", "|") else quoted(text)[1:-1]
            for text in (before.text, token.text)
        )
        self._fail(
            f"an operator is missing before {quoted(token.text)}: write {left}*{right} "
            "for a product",
            token.column,
        )
