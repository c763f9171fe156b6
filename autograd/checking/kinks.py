"""Which operations of a recorded graph sat where there is no ordinary derivative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from autograd._engine import Value
from autograd.checking.bends import bends
from autograd.checking.clashes import Clash, clashes
from autograd.checking.recorded import Recorded

# Paragraphs of each sort that a report writes out
MOST = 20
REMEDY = (
    "Zero times infinity stays nan. Take a function that is defined there (abs(x) for\n"
    "sqrt(x * x), hypot, xlogy), or another branch near the point, with where()."
)


@dataclass(frozen=True)
class Kink:
    """An operation with no ordinary derivative by one of its operands.

    `kind` is one of

    - "kink": the slope jumps,
    - "jump": the value jumps,
    - "vertical tangent": the slope is infinite,
    - "pole": the value is infinite, and finite beside it,
    - "infinite": the value or the slope is past the largest float,
    - "edge of the domain": on one side, or on both, there is no value,
    - "undefined": the value or the slope is nan.

    `slope` is the local derivative that was recorded, `left` and `right` are those just
    beside; `value`, `left_value` and `right_value` are the same of the value. `alike`
    counts further operands, which were not looked at one by one. `at` names the
    operation and its operands, `by` is this operand's name, and `remark` is what the
    table of primitives says.

    >>> from autograd import Value
    >>> print(*kinks(abs(Value(0.0, label="x"))))
    kink: |x| at x = 0.0
      the slope by x is -1 to the left and 1 to the right; 0 is taken
      Absolute value; derivative sign(x), 0 at 0.
    """

    node: Value
    position: int
    kind: str
    operands: tuple[float, ...]
    value: float
    left_value: float
    right_value: float
    slope: float
    left: float
    right: float
    alike: int
    at: str
    by: str
    remark: str

    def __str__(self) -> str:
        return _paragraph([self])


@dataclass(frozen=True, repr=False)
class Kinks:
    """What `kinks(y)` found: `print` it, or look at it in a REPL.

    `found` are the operations with no ordinary derivative, in the order of the graph;
    `clashes` are the products 0 · inf and the sums inf - inf that make a gradient nan.
    It is false if there is neither.
    """

    found: tuple[Kink, ...]
    clashes: tuple[Clash, ...]

    def __len__(self) -> int:
        return len(self.found) + len(self.clashes)

    def __iter__(self) -> Iterator[Kink | Clash]:
        return iter((*self.found, *self.clashes))

    def __str__(self) -> str:
        if not self:
            return "no kink: every local derivative is an ordinary one"
        groups = groupby(self.found, lambda kink: (id(kink.node), kink.kind))
        together = [[*kinks] for _, kinks in islice(groups, MOST)]
        parts = [_paragraph(kinks) for kinks in together]
        parts += map(str, self.clashes[:MOST])
        left = len(self) - sum(map(len, together)) - len(self.clashes[:MOST])
        parts += [f"... and {left} more"] * bool(left) + [REMEDY] * bool(self.clashes)
        return "\n\n".join(parts)

    __repr__ = __str__


def kinks(y: Value) -> Kinks:
    """The kinks, jumps, poles and other singularities that a result sat on.

    There the recorded local derivative is a convention, or infinite, or nan; elsewhere
    it is the derivative. "There" is to the last place of a float. Every operation
    behind y is looked at on both sides of its recorded numbers, by the table's rules;
    but not by operands that are constants, which get no gradient. Users' own primitives
    are called with numbers beside the recorded ones.

    TypeError where y is no Value; ValueError where a leaf was assigned to since.

    >>> from autograd import Value, math
    >>> x = Value(0.0, label="x")
    >>> kinks(math.relu(x) + math.exp(x))
    kink: relu(x) at x = 0.0
      the slope by x is 0 to the left and 1 to the right; 0 is taken
      max(x, 0); slope 0 at 0.
    >>> bool(kinks(math.relu(x + 1)))
    False
    >>> kinks(math.sqrt(x * x))
    vertical tangent: sqrt(v1) at v1 = 0.0
      the slope by v1 is infinite; inf is taken
      Square root; derivative 1/(2 sqrt(x)).
    <BLANKLINE>
    nan: the gradient that x gets through x · x is inf · 0
      inf is the slope of sqrt(v1) by v1 at v1 = 0.0
      0 is the slope of x · x by x at x = 0.0
    <BLANKLINE>
    Zero times infinity stays nan. Take a function that is defined there (abs(x) for
    sqrt(x * x), hypot, xlogy), or another branch near the point, with where().
    """
    graph = Recorded(y, "kinks")
    found = [kink for node in graph.order for kink in _kinks(graph, node)]
    return Kinks(tuple(found), tuple(clashes(graph)))


def _kinks(graph: Recorded, node: Value) -> Iterator[Kink]:
    row = node._row
    if row is None:
        return
    operands = tuple([parent.data for parent in node.parents])
    moving = [k for k, parent in enumerate(node.parents) if not parent.is_constant]
    found, others = bends(row, operands, node.data, node.partials, moving)
    if not found:
        return
    place = f"{graph.formula(node)} at {graph.operands(node)}"
    remarks = [at.remark for at in row.conventions if at.operands == operands]
    remark = next(filter(None, remarks), row.doc.partition("\n")[0])
    for bend in found:
        operand = node.parents[bend.position]
        by = graph.names[operand]
        if sum([parent is operand for parent in node.parents]) > 1:
            by += f" (operand {bend.position + 1})"
        yield Kink(
            *(node, bend.position, bend.kind, operands),
            *(node.data, *bend.values, node.partials[bend.position], *bend.slopes),
            *(others if bend is found[-1] else 0, place, by, remark),
        )


def _paragraph(kinks: list[Kink]) -> str:
    """The kinks of one kind that an operation has."""
    first, last = kinks[0], kinks[-1]
    lines = [f"{first.kind}: {first.at}"]
    lines += [f"  {_sentence(kink)}" for kink in kinks]
    if last.alike:
        lines.append(f"  and the same may hold by {last.alike} more of its operands")
    lines += [f"  {first.remark}"] * bool(first.remark)
    return "\n".join(lines)


def _sentence(kink: Kink) -> str:
    by, left, right = kink.by, kink.left, kink.right
    taken = f"{kink.slope:.6g} is taken"
    if kink.kind == "kink":
        return f"the slope by {by} is {_sides(left, right)}; {taken}"
    if kink.kind == "jump":
        sides = _sides(kink.left_value, kink.right_value)
        return f"along {by} the value is {sides}; {kink.value:.6g}, slope {taken}"
    if kink.kind == "edge of the domain":
        empty = [
            f"to the {side}"
            for side, value in (("left", kink.left_value), ("right", kink.right_value))
            if value != value
        ]
        return f"{' and '.join(empty)} of {by} there is no value; the slope {taken}"
    if kink.kind == "vertical tangent":
        return f"the slope by {by} is infinite; {taken}"
    return f"the value is {kink.value:.6g}, and as the slope by {by} {taken}"


def _sides(left: float, right: float) -> str:
    # what is left of the step to the side is not shown
    least = 1e-12 * max(abs(left), abs(right))
    left, right = (x if abs(x) > least else 0.0 for x in (left, right))
    return f"{left:.6g} to the left and {right:.6g} to the right"
