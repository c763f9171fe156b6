"""How far each recorded number is off, and which operation is to blame: measured.

Every operation is done twice more, in exact or many-digit numbers: on the exact
operands, which gives the reference, and on the recorded ones, which tells what this
one operation has rounded. The chain rule says what that does to the result.
"""

from __future__ import annotations

from math import inf, isfinite, nan, ulp

from autograd.checking.decisions import slopes_beyond
from autograd.checking.exact import MINUS_ZERO, ZERO, Exact, Number, exact
from autograd.checking.recorded import Recorded
from autograd.checking.references import References
from autograd.interactions import TABLED

# Digits beyond those that are asked for, and how often they are doubled until the
# digits stay the same
MORE, DOUBLINGS = 15, 3
# A change of so much of what the slopes say is looked at for a jump
UNLIKE = 0.1


class Measured:
    """The errors of all nodes, as lists in topological order.

    `numbers` are the references; `differences` the recorded numbers minus them; `own`
    the recorded numbers minus the exact results of the recorded operands. `untold`
    holds the nodes that could not be evaluated, whose recorded numbers are taken as
    exact. `unsettled` are those whose digits never stayed the same, `zeros` those that
    are 0 as far as the digits tell. `decided` holds the exact slopes of those that took
    another branch than exact numbers would; none where either is out of the domain.
    """

    def __init__(self, graph: Recorded, digits: int) -> None:
        index = {node: i for i, node in enumerate(graph.order)}
        self.order = graph.order
        self.operands = [[index[p] for p in node.parents] for node in graph.order]
        self.recorded: list[Number] = [exact(node.data) for node in graph.order]
        self.untold: set[int] = set()
        self.digits = digits
        self.references = References(digits + MORE)
        self.numbers, exactly = self._evaluated()
        self.unsettled: list[int] = []
        self.zeros: list[int] = []
        if not all(exactly):
            self._settle()
        self.differences = [*map(_minus, self.recorded, self.numbers)]
        self.results = [self._on_recorded(i) for i in range(len(self.order))]
        self.own = [*map(_minus, self.recorded, self.results)]
        self.adjoints = self._swept()
        self.decided = self._decided()

    def _evaluated(self) -> tuple[list[Number], list[bool]]:
        """All references with so many digits, and which of them are exact."""
        numbers: list[Number] = []
        exactly: list[bool] = []
        for i, operands in enumerate(self.operands):
            number, is_exact = self._reference(i, [numbers[k] for k in operands])
            numbers.append(number)
            exactly.append(is_exact and all([exactly[k] for k in operands]))
            if not exactly[i]:
                numbers[i] = self.references.snapped(number)
        return numbers, exactly

    def _reference(self, i: int, operands: list[Number]) -> tuple[Number, bool]:
        """A node's number, and whether it is the exact one of these operands."""
        row, recorded = self.order[i]._row, self.recorded[i]
        if row is None:
            return recorded, True
        self.references.is_exact = True
        number = self.references.at(row, operands) if row in TABLED else None
        if number is None:
            self.untold.add(i)
            return recorded, True
        is_minus_zero = recorded is MINUS_ZERO and number == 0
        return recorded if is_minus_zero else number, self.references.is_exact

    def _settle(self) -> None:
        """More digits, until those that are asked for stay the same.

        Where inexact numbers cancel each other, it may be that their digits end before
        the difference begins.
        """
        scale = 10**self.digits
        for _ in range(DOUBLINGS):
            earlier = self.numbers
            self.references = References(2 * self.references.digits)
            self.numbers, exactly = self._evaluated()
            pairs = enumerate(zip(earlier, self.numbers))
            self.unsettled = [i for i, pair in pairs if not _agree(*pair, scale)]
            self.zeros = [
                i
                for i, number in enumerate(self.numbers)
                if number == 0 and not exactly[i] and inf in self.conditions(i)
            ]
            if not self.unsettled and not self.zeros:
                return

    def _on_recorded(self, i: int) -> Number:
        """The exact result of the recorded operands."""
        row, operands = self.order[i]._row, self.operands[i]
        if row is None or i in self.untold:
            return self.recorded[i]
        if all([_same(self.recorded[k], self.numbers[k]) for k in operands]):
            return self.numbers[i]
        number = self.references.at(row, [self.recorded[k] for k in operands])
        return self.recorded[i] if number is None else self.references.snapped(number)

    def _swept(self) -> list[float]:
        adjoints = [0.0] * len(self.order)
        adjoints[-1] = 1.0
        for i in range(len(self.order) - 1, -1, -1):
            upstream = adjoints[i]
            for k, local in zip(self.operands[i], self.order[i].partials):
                adjoints[k] += upstream * local
        return adjoints

    def _decided(self) -> dict[int, list[Number]]:
        found: dict[int, list[Number]] = {}
        for i, node in enumerate(self.order):
            if self._is_outside(i):
                found[i] = []
            elif node._row in TABLED and i not in self.untold and self._is_unlike(i):
                slopes = slopes_beyond(
                    self.references,
                    node._row,
                    [self.recorded[k] for k in self.operands[i]],
                    [self.numbers[k] for k in self.operands[i]],
                )
                if slopes is not None:
                    found[i] = slopes
        return found

    def _is_outside(self, i: int) -> bool:
        """Whether only one of the recorded and the exact operands is in the domain."""
        recorded, number = self.recorded[i], self.numbers[i]
        if (recorded == recorded) == (number == number):
            return False
        operands = self.operands[i]
        given = [x[k] for x in (self.recorded, self.numbers) for k in operands]
        return all([x == x for x in given])

    def _is_unlike(self, i: int) -> bool:
        """Whether the operands' errors do something else than the slopes say."""
        change = float(_minus(self.results[i], self.numbers[i]))
        moves = [
            local * float(self.differences[k])
            for k, local in zip(self.operands[i], self.order[i].partials)
            if self.differences[k] != 0
        ]
        size = sum(map(abs, moves))
        return bool(moves) and not abs(change - sum(moves)) <= UNLIKE * size

    # --- of one node -----------------------------------------------------------------

    def relative(self, i: int) -> float:
        """The relative error."""
        apart, number = self.differences[i], self.numbers[i]
        if apart == 0:
            return 0.0
        return float(abs(apart / number)) if type(number) is Exact and number else inf

    def ulps(self, i: int) -> float:
        """The error in units of the reference's last place."""
        return _ulps(self.differences[i], self.numbers[i])

    def own_ulps(self, i: int) -> float:
        """What the operation has rounded itself, in units of the last place."""
        return _ulps(self.own[i], self.results[i])

    def conditions(self, i: int) -> tuple[float, ...]:
        """For each operand by how much its relative error grows in the result."""
        node, number = self.order[i], self.numbers[i]
        found = []
        for k, local in zip(self.operands[i], node.partials):
            moved = self.recorded[k] * exact(local)
            if moved == 0:
                found.append(0.0)
            elif type(number) is Exact:
                found.append(float(abs(moved / number)) if number else inf)
            else:
                found.append(nan)
        return tuple(found)


def _ulps(difference: Number, number: Number) -> float:
    if difference == 0:
        return 0.0
    nearest = float(number)
    has_place = number != 0 and isfinite(nearest)
    return abs(float(difference)) / ulp(nearest) if has_place else inf


def _minus(x: Number, y: Number) -> Number:
    return ZERO if _same(x, y) else x - y


def _same(x: Number, y: Number) -> bool:
    if type(x) is Exact and type(y) is Exact:  # both are in lowest terms
        return x.top == y.top and x.bottom == y.bottom
    return bool(x == y or (x != x and y != y))


def _agree(x: Number, y: Number, scale: int) -> bool:
    if type(x) is Exact and type(y) is Exact:
        apart = abs(x.top * y.bottom - y.top * x.bottom)
        return apart * scale <= abs(y.top) * x.bottom
    return _same(x, y)
