"""Which Python objects count as a real number, and the error for those that do not."""

from __future__ import annotations

import numbers
from decimal import Decimal
from typing import Any

REAL = (float, int, numbers.Real, Decimal)


def is_real(x: object) -> bool:
    """Whether x is a real number: int, float, Fraction, Decimal, NumPy scalar, ..."""
    return isinstance(x, REAL)


def as_float(x: Any, name: str = "data") -> float:
    """x as a float; TypeError naming the remedy where x is not a real number.

    >>> from fractions import Fraction
    >>> as_float(Fraction(1, 4))
    0.25
    """
    if type(x) is float:
        return x
    if is_real(x):
        try:
            return float(x)
        except OverflowError:
            raise OverflowError(
                f"{name} is too large for a float (about 1.8e308 at most)"
            ) from None
    kind = type(x).__name__
    remedies = {
        "str": "write float(text) if it is a number in text",
        "complex": "use its .real part",
        "NoneType": "did a function forget its return?",
        "Value": "it is a Value already: use it as it is, or its .data",
        "ndarray": "take one element, or make an object array of Values",
        "Tensor": "use its .item()",
        "list": "make one Value for each element",
        "tuple": "make one Value for each element",
    }
    remedy = remedies.get(kind, "convert it with float() first")
    shown = repr(x)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    raise TypeError(f"{name} must be a real number, not {kind} {shown}: {remedy}")
