"""How a number came to be infinite or nan, told: in an operation, in a sweep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan
from typing import Any

from autograd._engine import Value
from autograd.checking.lines import Line, line_of
from autograd.checking.reasons import (
    FEW,
    TOO_LARGE,
    applied,
    shown,
    why_slope,
    why_value,
)
from autograd.naming import names, quoted
from autograd.order import topological_order
from autograd.primitives import Primitive

BRANCH = "autograd.where(condition, lambda: ..., other)"
DEFINED = f"compute it only where it is defined: {BRANCH}"
SMALLER = "scale the numbers, or compute with their logarithms (logsumexp, log1p, ...)"
AWAY = f"stay away from that point, or take another branch near it: {BRANCH}"
NORM = "for lengths take abs(x), hypot(x, y): they have a slope of 0 there; else "
ROOTS = {"sqrt", "**", "pow"}


def number_of(x: Any) -> Any:
    return x._data if isinstance(x, Value) else x


def of_operation(
    row: Primitive, operands: Sequence[Any], out: float, line: Line | None
) -> str:
    """Of a result that is infinite or nan, from operands that are not.

    Operands are Values or plain numbers. An infinite constant is what it comes from.
    """
    return "\n".join([*_operation(row, operands, out, line), _remedy(row, operands)])


def _operation(
    row: Primitive, operands: Sequence[Any], out: float, line: Line | None
) -> list[str]:
    numbers = [*map(number_of, operands)]
    odd = [x for x in numbers if not isfinite(x)]
    if not odd:
        reason = why_value(row, numbers)
    elif isnan(out) and inf in odd and -inf in odd:
        reason = "infinite constants of both signs meet, and inf - inf is nan"
    else:
        reason = f"the constant {odd[0]} is in it"
    formula = applied(row, [*map(shown, numbers)])
    told = [] if odd else _operands(operands)
    return [f"{formula} is {out}: {reason}", *told, _recorded(line)]


def _remedy(row: Primitive, operands: Sequence[Any]) -> str:
    numbers = [*map(number_of, operands)]
    is_fine = all(map(isfinite, numbers))
    is_large = is_fine and TOO_LARGE in why_value(row, numbers)
    return f"  remedy: {SMALLER if is_large else DEFINED}"


def of_operand(x: Value, row: Primitive, operands: Sequence[Any], line: Line) -> str:
    """Of an operand that was infinite or nan before: where that came from."""
    used = applied(row, [*map(shown, map(number_of, operands))])
    used = f"  used in {used} at {line}"
    odd = (node for node in topological_order(x) if not isfinite(node._data))
    origin = next(node for node in odd if not node._constant)
    if origin._row is None:
        what = names([origin])[0] if origin.label else "a leaf"
        reason = f"{what} is {origin._data}: it was given so, not computed"
        return f"{reason}\n{used}\n  remedy: look where that number comes from"
    rows = origin._row, origin._parents
    told = _operation(*rows, origin._data, line_of(origin))
    return "\n".join([*told, used, _remedy(*rows)])


def of_gradients(leaf: Value, more: float) -> str | None:
    """Of a gradient that what is added to it would make infinite or nan, if it does."""
    earlier = leaf._grad or 0.0
    if isfinite(earlier + more):
        return None
    told = f"backward: the gradient of {called(leaf)} is {earlier} from an earlier pass"
    if isfinite(earlier):
        told += f": {shown(earlier)} + {shown(more)} is {TOO_LARGE}"
    return f"{told}\n  remedy: reset it before this one (x.grad = 0, zero_grad())"


def called(x: Value) -> str:
    """What a text calls a Value: its label, its operation, or its number."""
    return _name(x) or f"a leaf ({shown(x._data)})"


def _name(x: Any) -> str:
    """A label, or an operation over its operands' labels; "" of a mere number."""
    if not isinstance(x, Value):
        return ""
    if x.label:
        return names([x])[0]
    return "" if x._row is None else applied(x._row, [*map(_short, x._parents)])


def _short(x: Value) -> str:
    return quoted(names([x])[0]) if x.label else shown(x._data)


def _operands(operands: Sequence[Any]) -> list[str]:
    """The operands that have names; of many the largest, with their places."""
    if len(operands) <= FEW:
        told = [f"{_name(x)} = {shown(number_of(x))}" for x in operands if _name(x)]
        return [f"  operands: {', '.join(dict.fromkeys(told))}"] if told else []
    by_size = sorted(
        range(len(operands)), key=lambda k: abs(number_of(operands[k])), reverse=True
    )
    told = []
    for k in by_size[:3]:
        name = f" ({_name(operands[k])})" if _name(operands[k]) else ""
        told.append(f"operand {k + 1}{name} = {shown(number_of(operands[k]))}")
    return [f"  the largest: {', '.join(told)}"]


def _recorded(line: Line | None) -> str:
    if line is None:
        return "  recorded outside of detect_anomaly(): its line is not known"
    return f"  recorded at {line}"


# --- the chain rule ---------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """A product of the chain rule: what came so far, times a slope of `child`."""

    child: Value
    position: int
    local: float
    factor: float

    @property
    def product(self) -> float:
        return self.factor * self.local

    def __str__(self) -> str:
        return f"{shown(self.factor)} · {shown(self.local)}"

    def slope(self) -> str:
        """Why the local derivative is no number."""
        row: Any = self.child._row
        return why_slope(row, [*map(number_of, self.child._parents)], self.position)


class Sweep:
    """A sweep over a Linearization that came upon a number that is infinite or nan.

    `numbers` are the adjoints in mode "reverse", else the tangents.
    """

    def __init__(
        self, mode: str, linear: Any, seeds: list[Any], numbers: list[float | None]
    ) -> None:
        self.linear, self.numbers = linear, numbers
        self.is_reverse = mode == "reverse"
        self.seeds = [*map(number_of, seeds)]
        self.first = len(linear.variables)

    def account(self, place: int) -> str:
        """Of the number at this place: the first of the sweep that is none."""
        number, seed = self.numbers[place], None
        if place < len(self.seeds):
            seed = self.seeds[place]
        if seed is not None and not isfinite(seed):
            return self._told(place, f"the seed is {seed}", [], "give a finite seed")
        terms = [*self._terms(place)]
        bad = [term for term in terms if not isfinite(term.product)]
        if not bad:
            reason = f"the sum of {len(terms)} contributions is {TOO_LARGE}"
            largest = max(terms, key=lambda term: abs(term.product))
            return self._told(place, reason, [largest], SMALLER)
        odd = [term for term in bad if isnan(term.product)]
        if number != number and not odd:
            up = next(term for term in bad if term.product > 0)
            down = next(term for term in bad if term.product < 0)
            slopes = [term.slope() for term in (up, down)]
            reason = f"inf - inf: {' and '.join(dict.fromkeys(slopes))}"
            return self._told(place, reason, [up, down], _away(up))
        return self._of_product(place, (odd or bad)[0])

    def _of_product(self, place: int, term: Term) -> str:
        if isfinite(term.local):
            return self._told(place, f"{term} is {TOO_LARGE}", [term], SMALLER)
        slope = term.slope()
        if isnan(term.local):
            return self._told(place, slope, [term], DEFINED)
        if term.factor == 0:
            reason = f"0 * inf: {slope}, and it is multiplied by 0"
            return self._told(place, reason, [term], _away(term))
        if TOO_LARGE in slope:
            return self._told(place, slope, [term], SMALLER)
        flat = self._flat(place)
        if flat is None:
            return self._told(place, slope, [term], _away(term))
        reason = f"0 * inf: {slope}, and {called(self._node(place))} has the slope 0"
        return self._told(flat, reason, [term], _away(term), float("nan"))

    def _told(
        self,
        place: int,
        reason: str,
        terms: Sequence[Term],
        remedy: str,
        number: float | None = None,
    ) -> str:
        mode, what = (
            ("backward", "gradient")
            if self.is_reverse
            else (*("forward mode", "tangent"),)
        )
        number = self.numbers[place] if number is None else number
        of = called(self._node(place))
        told = [f"{mode}: {reason}: the {what} of {of} becomes {number}"]
        for term in terms:
            row: Any = term.child._row
            operands = term.child._parents
            formula = applied(row, [*map(shown, map(number_of, operands))])
            told.append(f"  {term} = {term.product}, through {formula}")
            told += _operands(operands)
            told.append(_recorded(line_of(term.child)))
            told += [f"  {row.name}: {row.doc.splitlines()[0]}"] * bool(row.doc)
        return "\n".join([*dict.fromkeys(told), f"  remedy: {remedy}"])

    def _node(self, place: int) -> Value:
        within = place - self.first
        linear = self.linear
        node: Value = linear.variables[place] if within < 0 else linear.nodes[within]
        return node

    def _terms(self, place: int) -> Iterator[Term]:
        """What was added up to the number at this place."""
        count = len(self.linear.nodes)
        own = [place - self.first] * (place >= self.first)
        for k in range(count - 1, -1, -1) if self.is_reverse else own:
            for at, operand in self._operands_of(k):
                if operand == place or not self.is_reverse:
                    source = self.first + k if self.is_reverse else operand
                    factor = self.numbers[source]
                    if factor is not None:
                        local = number_of(self.linear.locals[at])
                        position = at - self.linear.starts[k]
                        yield Term(self.linear.nodes[k], position, local, factor)

    def _operands_of(self, k: int) -> Iterator[tuple[int, int]]:
        """Of a node the operands that move: where the slopes stand, and the places."""
        starts, places = self.linear.starts, self.linear.places
        for at in range(starts[k], starts[k + 1]):
            if places[at] >= 0:
                yield at, places[at]

    def _flat(self, place: int) -> int | None:
        """An operand by which a node has the slope 0: there an inf becomes nan."""
        if self.is_reverse and place >= self.first:
            for at, operand in self._operands_of(place - self.first):
                if number_of(self.linear.locals[at]) == 0:
                    return operand
        return None


def _away(term: Term) -> str:
    row: Any = term.child._row
    return NORM * (row.name in ROOTS) + AWAY
