"""What rounding did to a recorded result, and which operations did it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite, isnan, log10, nan
from typing import Any

from autograd._engine import Value
from autograd.checking.exact import Exact, Number
from autograd.checking.recorded import Recorded
from autograd.checking.references import mpmath
from autograd.checking.rounding import Measured

# A float's relative rounding error at most, and its decimal digits
UNIT, DIGITS = 2.0**-53, 16
# Lines of each sort that a report writes out
MOST = 20
# What keeps the digits that an operation loses on the result of another
REWRITTEN = {
    ("log", "+"): "log(1 + x) is log1p(x), log(exp(a) + exp(b)) is logaddexp(a, b)",
    ("-", "exp"): "exp(x) - 1 is expm1(x)",
    ("-", "cos"): "1 - cos(x) is 2 sin(x / 2)²",
    ("-", "erf"): "1 - erf(x) is erfc(x)",
    ("-", "sigmoid"): "1 - sigmoid(x) is sigmoid(-x)",
    ("+", "sqrt"): "sqrt(a) - b is (a - b²) / (sqrt(a) + b)",
    ("-", "sqrt"): "sqrt(a) - b is (a - b²) / (sqrt(a) + b)",
}
# What is seen as another slope, or another value
UNLIKE = 1e-3
# From this condition number on the digits that are lost are told
ILL = 1000.0


@dataclass(frozen=True)
class Accuracy:
    """How accurate one recorded number is.

    `reference` is the true number, mpmath's with the digits asked for. `error` is
    `recorded` minus it, also as `relative` error and in `ulps`, units of the last
    place. `own` is what this operation alone has rounded (its recorded result minus the
    exact result of its recorded operands), in `own_ulps` too; the rest came with the
    operands. `conditions` are the condition numbers, an operand each: how much larger a
    relative error leaves than it comes. `share` is the part of the result's error that
    `own` is to blame for, to first order: between 0 and 1, nan where that says nothing.
    """

    node: Value
    name: str
    formula: str
    recorded: float
    reference: Any
    error: float
    relative: float
    ulps: float
    own: float
    own_ulps: float
    conditions: tuple[float, ...]
    share: float

    @property
    def condition(self) -> float:
        """The condition number of the operation: the sum over its operands."""
        return sum(self.conditions)


@dataclass(frozen=True)
class Finding:
    """Something to know about one operation.

    `kind` is "decided by rounding", "digits lost", "overflow", "underflow", "not
    evaluated" or "not settled".
    """

    kind: str
    node: Value
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, repr=False)
class Precision:
    """The report of `precision(y)`: `print` it, or look at it in a REPL.

    `result` is about y; `nodes` about all operations, those first that are most to
    blame. `estimate` is the result's error to first order: what the operations' own
    errors, times their adjoints, add up to. `findings` are worth a look.
    """

    result: Accuracy
    nodes: tuple[Accuracy, ...]
    estimate: float
    findings: tuple[Finding, ...]
    exactly: str

    def __str__(self) -> str:
        parts = ["\n".join(self._head())]
        told = [str(finding) for finding in self.findings[:MOST]]
        left = len(self.findings) - len(told)
        told += [f"... and {left} more findings"] * bool(left)
        parts += ["\n".join(told)] * bool(told)
        parts += ["\n".join(self._table())] * bool(self.nodes)
        return "\n\n".join(parts)

    __repr__ = __str__

    def _head(self) -> Iterator[str]:
        y = self.result
        how_right = _right(y.relative) if y.recorded == y.recorded else "is no number"
        yield f"{y.name} = {y.recorded!r} {how_right}"
        yield f"exactly {self.exactly}"
        if y.relative:
            ulps = f", {y.ulps:.2g} units in the last place" * (y.ulps < inf)
            yield f"relative error {y.relative:.2g}{ulps}"
        missed = abs(self.estimate - y.error)
        if y.error and isfinite(y.error) and missed > 0.1 * abs(y.error):
            yield (
                f"to first order the operations' own errors make {self.estimate:.2g} "
                f"of {y.error:.2g}: who is to blame is told roughly"
            )

    def _table(self) -> Iterator[str]:
        yield "to blame    own error    error  condition  operation"
        for node in self.nodes[:MOST]:
            share = "?" if isnan(node.share) else f"{node.share:.1%}"
            yield (
                f"{share:>8}  {node.own_ulps:7.2g} ulp  {node.relative:7.1g}  "
                f"{node.condition:9.2g}  {node.name} = {node.formula}"
            )
        left = len(self.nodes) - MOST
        if left > 0:
            yield f"... and {left} more operations"


def precision(y: Value, digits: int = 50) -> Precision:
    """The result once more with so many digits, and what each rounding did to it.

    The recorded operations are done again on the leaves' numbers, which are taken as
    exact: in exact fractions as far as they are rational, else by mpmath, with as many
    digits as it takes for `digits` of them to stay the same. Kinks and jumps follow the
    exact numbers. Users' own primitives cannot be done again: their recorded numbers
    are taken as exact, and the report says so.

    ImportError without mpmath (the extra "precision"); TypeError where y is no Value;
    ValueError for fewer than 20 digits, or where a leaf was assigned to since. About
    0.1 ms for each operation. The condition numbers and the blame to first order are
    those of Higham, Accuracy and Stability of Numerical Algorithms (2002), chapters 1
    and 3.

    >>> from autograd import Value, math
    >>> x = Value(1e-8, label="x")
    >>> report = precision((1 - math.cos(x)) / (x * x))
    >>> report.result.recorded, report.nodes[0].formula, report.nodes[0].share
    (0.0, 'cos(x)', 1.0)
    >>> report
    y = 0.0 has no right digit
    exactly 0.49999999999999999583333333333333317286754863781828
    relative error 1, 4.5e+15 units in the last place
    <BLANKLINE>
    digits lost: v2 = 1 - v1: 16.0 of 16 digits are lost
      condition number 4e+16, of v1 = 1.0
      1 - cos(x) is 2 sin(x / 2)²
    <BLANKLINE>
    to blame    own error    error  condition  operation
      100.0%     0.23 ulp    5e-17      1e-16  v1 = cos(x)
        0.0%     0.49 ulp    6e-17          2  v3 = x · x
        0.0%        0 ulp        1      4e+16  v2 = 1 - v1
        0.0%        0 ulp        1          0  y = v2 / v3
    """
    if not isinstance(digits, int) or isinstance(digits, bool):
        raise TypeError(f"precision(y, digits): digits must be an int, not {digits!r}")
    if digits < 20:
        raise ValueError(
            f"precision(y, digits): {digits} digits are too few to judge the 17 of a "
            "float: at least 20"
        )
    mpmath()
    graph = Recorded(y, "precision")
    return _Report(graph, Measured(graph, digits), digits).made()


class _Report:
    def __init__(self, graph: Recorded, measured: Measured, digits: int) -> None:
        self.graph, self.measured, self.digits = graph, measured, digits
        self.mp = measured.references.mp
        self.mp.dps = digits

    def made(self) -> Precision:
        measured = self.measured
        effects = [
            0.0 if own == 0 else adjoint * float(own)
            for own, adjoint in zip(measured.own, measured.adjoints)
        ]
        total = sum(map(abs, effects))
        shares = [
            (abs(effect) / total if total else 0.0) if isfinite(total) else nan
            for effect in effects
        ]
        every = [self._accuracy(i, share) for i, share in enumerate(shares)]
        nodes = [node for node in every if not node.node.is_leaf]
        nodes.sort(key=_blame, reverse=True)
        result, findings = every[-1], tuple(self._findings(every))
        exactly = self._told(result.reference, self.digits)
        if len(every) - 1 in measured.zeros:
            exactly += f", as far as {measured.references.digits} digits tell"
        return Precision(result, tuple(nodes), sum(effects), findings, exactly)

    def _accuracy(self, i: int, share: float) -> Accuracy:
        measured, node = self.measured, self.measured.order[i]
        apart, own = measured.differences[i], measured.own[i]
        return Accuracy(
            *(node, self.graph.names[node], self.graph.formula(node), node.data),
            measured.references.to_mp(measured.numbers[i]),
            *(float(apart), measured.relative(i), measured.ulps(i)),
            *(float(own), measured.own_ulps(i)),
            *(measured.conditions(i), share),
        )

    def _findings(self, every: list[Accuracy]) -> Iterator[Finding]:
        measured = self.measured
        for i, slopes in measured.decided.items():
            yield self._decided(i, every[i], slopes)
        for i, node in enumerate(every):
            number = measured.results[i]
            if node.recorded != 0 and isfinite(node.recorded):
                continue
            if type(number) is Exact and number and i not in measured.untold:
                kind = "overflow" if node.recorded else "underflow"
                exactly = self._told(measured.references.to_mp(number))
                yield self._finding(kind, node, f"exactly {exactly}")
        ill = [node for node in every if _is_ill(node)]
        for node in sorted(ill, key=lambda node: node.condition, reverse=True):
            yield self._lost(node)
        for i in sorted(measured.untold):
            yield self._finding("not evaluated", every[i], "taken as exact")
        digits = f"{measured.references.digits} digits"
        for i in measured.unsettled:
            yield self._finding("not settled", every[i], f"{digits} do not tell")
        for i in measured.zeros:
            if every[i].recorded:
                told = f"exactly 0, as far as {digits} tell"
                yield self._finding("not settled", every[i], told)

    def _finding(self, kind: str, node: Accuracy, told: str) -> Finding:
        formula = f"{node.name} = {node.formula}"
        return Finding(
            kind, node.node, f"{kind}: {formula} is {node.recorded!r}, {told}"
        )

    def _told(self, number: Any, digits: int = 6) -> str:
        text: str = self.mp.nstr(number, digits, min_fixed=-4, max_fixed=16)
        return text

    def _decided(self, i: int, node: Accuracy, slopes: list[Number]) -> Finding:
        told, taken = "", node.node.partials
        pairs = [(slope, float(true)) for slope, true in zip(taken, slopes)]
        if any([abs(x - y) > UNLIKE * max(abs(x), abs(y)) for x, y in pairs]):
            told = " has the slope {}, exactly {}".format(
                *[", ".join([f"{slope:.6g}" for slope in side]) for side in zip(*pairs)]
            )
        if not told or node.relative > UNLIKE:
            exactly = f"exactly {self._told(node.reference)}"
            told = f" is {node.recorded!r}, {exactly}{told and ';'}{told}"
        told += "".join(dict.fromkeys(self._off(k) for k in self.measured.operands[i]))
        text = f"decided by rounding: {node.name} = {node.formula}{told}"
        return Finding("decided by rounding", node.node, text)

    def _off(self, k: int) -> str:
        """An operand beside its exact number, where they differ."""
        measured, operand = self.measured, self.measured.order[k]
        if measured.differences[k] == 0:
            return ""
        exactly = self._told(measured.references.to_mp(measured.numbers[k]), 20)
        name = self.graph.names[operand]
        return f"\n  {name} is {operand.data!r}, exactly {exactly}"

    def _lost(self, node: Accuracy) -> Finding:
        condition = node.condition
        lost = min(DIGITS, log10(condition)) if condition < inf else DIGITS
        at = self.graph.operands(node.node)
        lines = [
            f"digits lost: {node.name} = {node.formula}: {lost:.1f} of {DIGITS} digits "
            "are lost",
            f"  condition number {condition:.2g}" + (at and f", of {at}"),
        ]
        pairs = [(node.node.op, parent.op) for parent in node.node.parents]
        lines += [f"  {REWRITTEN[pair]}" for pair in pairs if pair in REWRITTEN]
        text = "\n".join(dict.fromkeys(lines))
        return Finding("digits lost", node.node, text)


def _is_ill(node: Accuracy) -> bool:
    numbers = [node.recorded, *[parent.data for parent in node.node.parents]]
    is_finite = all(map(isfinite, numbers))
    return is_finite and node.condition >= ILL and node.relative >= ILL * UNIT


def _blame(node: Accuracy) -> tuple[float, float]:
    return (-1.0 if isnan(node.share) else node.share), node.own_ulps


def _right(relative: float) -> str:
    if relative <= UNIT:
        return "is right to its last digit"
    if relative >= 0.5:
        return "has no right digit"
    return f"is right to {-log10(relative):.1f} of {DIGITS} digits"
