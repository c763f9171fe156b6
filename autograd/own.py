"""`@primitive`: a function of one's own as one node, with a derivative rule of its own.

It becomes a row like those of the table: recorded, drawn and written as JSON under its
name, and differentiated by the rule given, whatever the function does inside.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from autograd import floats
from autograd.elementary import complete
from autograd.functions import compute
from autograd.linearization import Interpretation
from autograd.primitives import ROWS, TABLE, Primitive
from autograd.real import as_float

F = TypeVar("F", bound=Callable[..., Any])


def primitive(
    *, partials: Callable[..., Any], symbol: str = "", text: str = "", latex: str = ""
) -> Callable[[F], F]:
    r"""Decorate a function of numbers: on Values it becomes one node.

    The function gets floats and returns a number. `partials(out, *operands)` gets its
    result and the operands, and returns the local derivative; for several operands a
    tuple of them, in the operands' order. Written with operators and the functions of
    `autograd.math`, it is differentiated too, for second derivatives. `symbol` is the
    sign in pictures, `text` and `latex` are templates of the formula ("|{0}|").
    Parameters with defaults, and `*xs`, are understood. A name of the table of
    primitives is a ValueError; a result that is not a number, or too few local
    derivatives, an error that names the function.

    >>> from autograd import Value, math, primitive
    >>> @primitive(partials=lambda out, x: x / out, symbol="|x|ₛ")
    ... def smooth_abs(x):
    ...     return math.sqrt(x * x + 1e-4)
    >>> x = Value(-3.0)
    >>> y = smooth_abs(x)
    >>> y.backward()
    >>> y.op, round(x.grad, 3), round(smooth_abs(-3.0), 3)
    ('smooth_abs', -1.0, 3.0)
    """
    if not callable(partials):
        raise TypeError(
            "primitive(partials): must be a function (out, *operands), not "
            f"{partials!r}"
        )

    def decorate(function: F) -> F:
        row = _row(function, partials, symbol, text, latex)
        if ROWS.get(row.name) in TABLE:
            raise ValueError(
                f"primitive: {row.name!r} is in the table of primitives already; give "
                "the function another name"
            )
        ROWS[row.name] = row  # a notebook's cell may run again: the latest one counts

        @functools.wraps(function)
        def applied(*operands: Any) -> Any:
            return compute(row, *complete(row, operands))

        return applied  # type: ignore[return-value]

    return decorate


def _row(
    function: Callable[..., Any],
    partials: Callable[..., Any],
    symbol: str,
    text: str,
    latex: str,
) -> Primitive:
    name = function.__name__
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind is p.KEYWORD_ONLY or p.kind is p.VAR_KEYWORD for p in parameters):
        raise TypeError(f"primitive: {name} must take its operands by position")
    variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    if not parameters:
        raise TypeError(f"primitive: {name}() takes no operand")

    def forward(math: Any, *operands: Any) -> Any:
        if math is Interpretation.math:  # Values: the function itself gets floats
            return compute(row, *operands)
        return as_float(function(*operands), f"the result of {name}")

    def formulas(math: Any, out: Any, *operands: Any) -> tuple[Any, ...]:
        given = partials(out, *operands)
        return tuple(given) if isinstance(given, (tuple, list)) else (given,)

    def rule(math: Any, out: Any, *operands: Any) -> tuple[Any, ...]:
        try:
            slopes = formulas(math, out, *operands)
        except TypeError as error:
            if math is floats:
                raise
            raise TypeError(
                f"second derivatives of {name}: its partials work with floats alone "
                f"({error}); write them with operators and the functions of "
                "autograd.math, which take numbers of any type"
            ) from error
        if len(slopes) != len(operands):
            raise ValueError(
                f"the partials of {name} must be {len(operands)} local derivatives, "
                f"one for each operand, not {slopes!r}"
            )
        if math is not floats:
            return slopes
        return tuple([as_float(slope, f"a partial of {name}") for slope in slopes])

    row = Primitive(
        name,
        forward,
        rule,
        samples=(),
        doc=inspect.getdoc(function) or "",
        example=("", 0.0),
        textbook=formulas,  # over symbols too, where the user's function allows
        symbol=symbol,
        text=text,
        latex=latex,
        arity=None if variadic else len(parameters),
        parameters=tuple(p.name for p in parameters),
        defaults=tuple(
            [
                as_float(p.default, p.name)
                for p in parameters
                if p.default is not p.empty
            ]
        ),
    )
    return row
