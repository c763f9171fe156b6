"""The classic wrong backward passes beside the right one: where each goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from autograd._engine import Value
from autograd.explanations.mistakes_table import ROWS, Row
from autograd.explanations.recording import Graph, graph_of
from autograd.explanations.report import (
    Line,
    Report,
    counted,
    demand_history,
    plural,
)
from autograd.explanations.text import derivative
from autograd.explanations.wrong_passes import Tape
from autograd.text import number

# What differs by less, beside all that arrives at a value, is rounding
ROUNDING = 1e-9
SHOWN = 8
QUESTION = "why the topological sort? can't I just recurse?"
ANSWER = "Recursion sends a gradient on before it is complete; the sort waits for it."


@dataclass(frozen=True, repr=False)
class Mistake(Report):
    """One wrong backward pass: its gradients, and the first that is wrong.

    `numbers` are its gradients in topological order, None for constants and where
    recursion was not followed to the end. `wrong` are the places where they differ from
    the right ones, in the order of the backward pass. `visits` is how many visits
    recursion needs, exactly, where the sort has `values`; 0 where nothing recurses.
    """

    title: str
    code: str
    numbers: tuple[float | None, ...]
    wrong: tuple[int, ...]
    visits: int
    values: int
    why: str
    known_by: str
    graph: Graph = field(compare=False)

    @property
    def first(self) -> int | None:
        """The place of the first gradient that is wrong; None where none is."""
        return self.wrong[0] if self.wrong else None

    @property
    def matters(self) -> bool:
        """Whether it gives a wrong number here, or costs more visits than values."""
        return bool(self.wrong) or self.visits > self.values

    def _lines(self) -> Iterator[Line]:
        if not self.matters:
            yield Line("  ", f"{self.title}: {self.why}")
            return
        yield Line(self.title)
        yield Line("  code      ", self.code)
        yield Line("  wrong     ", self._told())
        if self.why:
            yield Line("  why       ", self.why)
        if self.visits > self.values:
            told = f"{plural(self.visits, 'visit')}, where the sort has "
            yield Line("  cost      ", told + counted(self.values))
        yield Line("  known by  ", self.known_by)

    def _told(self) -> str:
        if not self.wrong:
            followed = len(self.numbers) - self.numbers.count(None)
            far = "" if followed == self.values else " as far as it was followed"
            return f"no number{far}, but it walks every path"
        told = self._compared(self.wrong[0], "right is")
        if len(self.wrong) > 1:
            told += f"; further on {self._compared(self.wrong[-1], 'not')}"
        return told

    def _compared(self, i: int, but: str) -> str:
        names, digits = self.graph.names, self.graph.digits
        wrong, right = self.numbers[i], self.graph.adjoints[i]
        assert wrong is not None  # it differs from the right one
        name = derivative(names[-1], names[i])
        return f"{name} = {number(wrong, digits)}, {but} {number(right, digits)}"


@dataclass(frozen=True, repr=False)
class Mistakes(Report):
    """The classic wrong backward passes on one graph; `print` shows where they err.

    `all` holds each `Mistake`, `here` those that matter on this graph.
    """

    all: tuple[Mistake, ...]
    edges: int
    graph: Graph = field(compare=False)

    @property
    def here(self) -> tuple[Mistake, ...]:
        """Those that give a wrong number on this graph, or take longer."""
        return tuple(mistake for mistake in self.all if mistake.matters)

    def _lines(self) -> Iterator[Line]:
        order, names = self.graph.order, self.graph.names
        values = [i for i in range(len(order)) if not order[i].is_constant][::-1]
        right = [
            f"{derivative(names[-1], names[i])} = "
            f"{number(self.graph.adjoints[i], self.graph.digits)}"
            for i in values[:SHOWN]
        ]
        more = ", ..." * (len(values) > SHOWN)
        yield Line(
            f"the right backward pass: {plural(self.edges, 'product')}, one an edge"
        )
        yield Line("  ", ", ".join(right) + more)
        yield Line(QUESTION)
        yield Line("  ", ANSWER)
        for mistake in self.here:
            yield from mistake._lines()
        harmless = [mistake for mistake in self.all if not mistake.matters]
        if harmless:
            yield Line("no difference on this graph")
            for mistake in harmless:
                yield from mistake._lines()


def mistakes(y: Value, *, digits: int = 4) -> Mistakes:
    """Run the classic wrong backward passes on a graph, and show where each goes wrong.

    First is the first value in the order of the backward pass whose gradient is wrong,
    beside the right number. TypeError for what is not a Value, ValueError for a
    constant. No `.grad` is touched, and nothing is walked that takes long: recursion
    along 2**60 paths is counted.

    >>> from autograd import Value
    >>> a = Value(3.0, label="a")
    >>> b = a + a; b.label = "b"
    >>> c = b + b; c.label = "c"
    >>> mistakes(c)
    the right backward pass: 4 products, one an edge
      ∂c/∂c = 1, ∂c/∂b = 2, ∂c/∂a = 4
    why the topological sort? can't I just recurse?
      Recursion sends a gradient on before it is complete; the sort waits for it.
    assign instead of add
      code      parent.grad = node.grad * local
      wrong     ∂c/∂b = 1, right is 2; further on ∂c/∂a = 1, not 4
      why       b is used twice, and only the last contribution stays
      known by  right until a value is used twice; then a part of the sum is missing
    recursion that sends all it holds
      code      parent.grad += node.grad * local; visit(parent)
      wrong     ∂c/∂a = 6, right is 4
      why       b is visited twice, and each time sends all that it holds
      cost      7 visits, where the sort has 3
      known by  what was sent before is sent again: gradients grow with depth
    recursion that carries one contribution
      code      node.grad += given; visit(parent, given * local)
      wrong     no number, but it walks every path
      cost      7 visits, where the sort has 3
      known by  twice the time for each y = y + y; Python's stack ends at depth 1000
    backward() twice without zero_grad()
      code      y.backward(); y.backward()
      wrong     ∂c/∂a = 8, right is 4
      why       a still holds the first pass's gradient
      known by  each pass adds a gradient to the leaves: meant for batches only
    backward() twice, inner gradients kept too
      code      y.backward(); y.backward()
      wrong     ∂c/∂b = 4, right is 2; further on ∂c/∂a = 12, not 4
      why       b still holds the first pass's gradient
      known by  leaves more than double: x * x * x at 3 has 72 then, not 54
    a branch forgotten: later uses
      code      if parent not in seen: parent.grad += node.grad * local
      wrong     ∂c/∂b = 1, right is 2; further on ∂c/∂a = 1, not 4
      why       b is used twice, and only the first contribution stays
      known by  one path's part of the sum stands for the whole
    a branch forgotten: later operands
      code      a.grad += b.data * node.grad  # node = a * b
      wrong     ∂c/∂b = 1, right is 2; further on ∂c/∂a = 1, not 4
      why       b gets nothing as operand no. 2 of c
      known by  gradients of 0: parameters that never move
    the upstream gradient forgotten
      code      parent.grad += local
      wrong     ∂c/∂a = 2, right is 4
      why       ∂c/∂b = 2 is left out
      known by  only the last operation is right, where upstream is 1
    no difference on this graph
      a queue instead of the order: all uses come first here, too
      a sign forgotten: nothing is subtracted or negated
    """
    demand_history("mistakes", y)
    graph = graph_of(y, digits)
    tape = Tape(graph)
    return Mistakes(
        tuple(_made(row, tape, graph) for row in ROWS),
        sum(map(len, tape.operands)),
        graph,
    )


def _made(row: Row, tape: Tape, graph: Graph) -> Mistake:
    varies = set(tape.values)
    numbers = [x if i in varies else None for i, x in enumerate(row.run(tape))]
    wrong = [i for i in tape.values if _differs(tape, i, numbers[i])]
    visits = tape.visits if row.recurses else 0
    if wrong:
        why = row.why(tape, wrong[0])
    elif not row.matters(tape):
        why = row.harmless
    else:
        why = "" if row.recurses else "what goes wrong is 0, or less than rounding"
    return Mistake(
        row.title,
        row.code,
        tuple(numbers),
        tuple(wrong),
        visits,
        len(tape.values),
        why,
        row.known_by,
        graph,
    )


def _differs(tape: Tape, i: int, grad: float | None) -> bool:
    right, size = tape.right[i], tape.sizes[i]
    if grad is None or grad == right or (grad != grad and right != right):
        return False
    difference = abs(grad - right)
    measure = size if size - size == 0 else max(abs(grad), abs(right))
    return not difference <= ROUNDING * measure
