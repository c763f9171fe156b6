"""The table's rules as source text, in languages that write expressions as C does.

A rule is fed with symbols, and the formulas that come out are written a line an
operation; a part that occurs twice is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograd.symbols import Formulas, Symbol

COMPARES = {"<", "<=", ">", ">=", "=="}
INFIX = {"+", "-", "*", "/", *COMPARES}


@dataclass(frozen=True)
class Language:
    """What such languages write each in their own way.

    `functions` are the names there of the interpretation's functions, and of // and %.
    `number` and `condition` declare a temporary, in a `line` of its own, and `choice`
    chooses one of two.
    """

    functions: Mapping[str, str]
    nan: str
    inf: str
    number: str
    condition: str
    choice: str = "{0} ? {1} : {2}"
    line: str = "    {declared} {name} = {text};\n"

    def body(self, out: Any, partials: tuple[Any, ...]) -> str:
        """Statements that store the local derivatives in d and return the value.

        KeyError where a function has no name in the language.

        >>> c = Language({"sin": "sin"}, "NAN", "INFINITY", "const double", "const int")
        >>> x = Formulas().name("x0")
        >>> print(c.body(x.interpretation.sin(x), (1.0,)), end="")
            const double t0 = sin(x0);
            d[0] = 1.0;
            return t0;
        """
        lines, (value, *slopes) = self.statements([out, *partials])
        stores = [f"    d[{i}] = {slope};\n" for i, slope in enumerate(slopes)]
        return "".join([*lines, *stores, f"    return {value};\n"])

    def statements(self, results: list[Any]) -> tuple[list[str], list[str]]:
        """A line for each operation, and where each result is."""
        numbers = Formulas()
        symbols = [x if isinstance(x, Symbol) else numbers.number(x) for x in results]
        names: dict[Symbol, str] = {}
        lines: list[str] = []
        stack = [*reversed(symbols)]
        while stack:
            symbol = stack[-1]
            missing = [
                a for a in symbol.args if isinstance(a, Symbol) and a not in names
            ]
            if symbol in names or missing:
                stack.pop() if symbol in names else stack.extend(reversed(missing))
                continue
            stack.pop()
            text = self._expression(symbol, names)
            if symbol.op in ("name", "number"):
                names[symbol] = f"({text})" if text.startswith("-") else text
            else:
                names[symbol] = f"t{len(lines)}"
                declared = self.condition if _is_condition(symbol) else self.number
                lines.append(
                    self.line.format(declared=declared, name=names[symbol], text=text)
                )
        return lines, [names[symbol] for symbol in symbols]

    def _expression(self, symbol: Symbol, names: dict[Symbol, str]) -> str:
        if symbol.op == "name":
            return str(symbol.args[0])
        if symbol.op == "number":
            return self._literal(symbol.args[0])
        args = [names[arg] for arg in symbol.args]
        if symbol.op in INFIX:
            return f"{args[0]} {symbol.op} {args[1]}"
        if symbol.op == "neg":
            return f"-{args[0]}"
        if symbol.op == "where":
            return self.choice.format(*args)
        return f"{self.functions[symbol.op]}({', '.join(args)})"

    def _literal(self, x: float) -> str:
        if x - x == 0:
            return repr(x)
        return self.nan if x != x else self.inf if x > 0 else f"-{self.inf}"


def _is_condition(symbol: Symbol) -> bool:
    if symbol.op == "where":
        return _is_condition(symbol.args[1])
    return symbol.op in COMPARES
