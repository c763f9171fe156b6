"""One step of gradient descent: what the gradient predicts, and what happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from autograd import floats
from autograd._engine import Value
from autograd.checking.differences import EPSILON
from autograd.explanations.recording import Graph
from autograd.explanations.report import Line, Report, Table, plural
from autograd.real import as_float
from autograd.text import number

# Of more parameters than this the first are shown
SHOWN = 8
# Beside this part of the predicted change the difference is rounding
ROUNDING = 1e-9
# What rounding may do to a result, as a part of it
NOISE = 8 * EPSILON


class Parametrised(Protocol):
    """What has parameters, as nn's modules do."""

    def parameters(self) -> Iterable[Value]: ...


@dataclass(frozen=True)
class Moved:
    """One parameter before and after: `after` is value - lr * gradient."""

    variable: int
    name: str
    value: float
    gradient: float
    after: float


@dataclass(frozen=True, repr=False)
class Update(Report):
    """A step of gradient descent; `print` shows the predicted change and the actual.

    `before` and `after` are the result's numbers. `predicted` is -lr times the sum of
    the squared gradients, `actual` is after - before, `ratio` the one over the other;
    `finer` is the ratio of the same step with a tenth of lr.
    """

    lr: float
    moved: tuple[Moved, ...]
    before: float
    after: float
    finer: float
    graph: Graph = field(compare=False)

    @property
    def squares(self) -> float:
        """The sum of the squared gradients."""
        return _squares(self.moved)

    @property
    def predicted(self) -> float:
        """How much the result would change if its slope stayed the same."""
        return -self.lr * self.squares

    @property
    def actual(self) -> float:
        """How much the result really changes."""
        return self.after - self.before

    @property
    def ratio(self) -> float:
        """The actual change over the predicted; nan where nothing is predicted."""
        return _ratio(self.actual, self.predicted)

    @property
    def rises(self) -> bool:
        """Whether the step makes the result larger, though it was meant to fall."""
        return self.predicted < 0 < self.actual

    def _lines(self) -> Iterator[Line | Table]:
        result, lr = self.graph.names[-1], self._number(self.lr)
        way = "gradient descent" if self.lr > 0 else "gradient ascent, for lr < 0,"
        yield Line(f"{way} on {result} with lr = {lr}")
        head = (("leaf",), ("value",), ("gradient",), ("value - lr · gradient", "new"))
        yield Table([head, *map(self._row, self.moved[:SHOWN])])
        more = len(self.moved) - SHOWN
        if more > 0:
            yield Line(f"  ... {plural(more, 'parameter')} more")
        yield Line(f"the change of {result}")
        told = f"{self._sum()}{self._number(self.squares)}"
        told = (
            f"-lr · sum of squared gradients = {told} = {self._number(self.predicted)}"
        )
        yield Line("  predicted  ", told)
        before, after = self._number(self.before), self._number(self.after)
        actual = self._number(self.actual)
        yield Line("  actual     ", f"from {before} to {after}: {actual}")
        if self.ratio - self.ratio == 0:
            ratio = self._number(self.ratio)
            yield Line("  ratio      ", f"actual / predicted = {ratio}")
        yield Line("  why        ", self.why)

    def _row(self, moved: Moved) -> tuple[tuple[str, ...], ...]:
        value, gradient = self._number(moved.value), self._number(moved.gradient)
        lr, after = self._bracketed(self.lr), self._number(moved.after)
        told = f"{value} - {lr} · {gradient} = {after}"
        return (moved.name,), (value,), (gradient,), (told, after)

    def _sum(self) -> str:
        """The sum of squares written out, of a few, and the factor before it."""
        factor = self._number(-self.lr)
        if not 1 < len(self.moved) <= SHOWN:
            return f"{factor} · "
        numbers = [self._number(moved.gradient) for moved in self.moved]
        squares = [
            f"{x}²" if x.replace(".", "").isalnum() else f"({x})²" for x in numbers
        ]
        return f"{factor} · ({' + '.join(squares)}) = {factor} · "

    @property
    def why(self) -> str:
        """Why the actual change is not the predicted one, in a sentence."""
        result = self.graph.names[-1]
        if not any(moved.gradient for moved in self.moved):
            return "every gradient is 0, so nothing moves: a flat place"
        if self.ratio - self.ratio != 0:
            return "there is no finite change to compare"
        noise = NOISE * max(abs(self.before), abs(self.after))
        closer = ""
        if noise < 1e-3 * abs(self.predicted) and self.finer - self.finer == 0:
            finer = self._number(self.finer)
            closer = f" (with lr = {self._number(self.lr / 10)} the ratio is {finer})"
        if noise > 0.01 * abs(self.predicted):
            return f"so small a change is lost in the rounding of {result}"
        if abs(self.actual - self.predicted) <= ROUNDING * abs(self.predicted) + noise:
            return f"{result} is as good as straight over this step"
        if self.rises:
            return (
                f"✗ {result} rises: lr is so large that the step overshoots; take a "
                f"smaller lr{closer}"
            )
        return (
            "a gradient is the slope here only, and the slope changes on the way: the "
            f"smaller lr, the closer{closer}"
        )

    def _number(self, x: float) -> str:
        return number(x, self.graph.digits)

    def _bracketed(self, x: float) -> str:
        told = self._number(x)
        return f"({told})" if told.startswith("-") else told


def update(
    graph: Graph,
    lr: float,
    parameters: Value | Iterable[Value] | Parametrised | None,
) -> Update:
    """A step of gradient descent on the graph's recorded numbers; no Value changes."""
    lr = as_float(lr, "lr")
    if not lr or lr - lr != 0:
        raise ValueError(
            f"update(lr={lr!r}): lr is a finite number other than 0, such as 0.1; one "
            "below 0 climbs"
        )
    if any(graph.replay.stale):
        raise ValueError(
            "update(): numbers were assigned after this graph was recorded: compute "
            "the result again, and explain that"
        )
    moved = [_moved(graph, i, lr) for i in _chosen(graph, parameters)]
    before = graph.replay.recorded[-1]
    finer = [_moved(graph, m.variable, lr / 10) for m in moved]
    return Update(
        lr,
        tuple(moved),
        before,
        _after(graph, moved),
        _ratio(_after(graph, finer) - before, -lr / 10 * _squares(moved)),
        graph,
    )


def _chosen(
    graph: Graph, parameters: Value | Iterable[Value] | Parametrised | None
) -> list[int]:
    leaves = {
        n: i for i, n in enumerate(graph.order) if n.is_leaf and not n.is_constant
    }
    if parameters is None:
        return [*leaves.values()]
    given: Iterable[Value]
    if isinstance(parameters, Value):
        given = (parameters,)
    elif isinstance(parameters, Iterable):
        given = parameters
    elif hasattr(parameters, "parameters"):
        given = parameters.parameters()
    else:
        raise TypeError(
            f"update(parameters): {parameters!r} is neither Values nor a module"
        )
    chosen = [*given]
    for node in chosen:
        if not isinstance(node, Value):
            raise TypeError(f"update(parameters): {node!r} is not a Value")
        if node.is_constant or not node.is_leaf:
            kind = "a constant" if node.is_constant else f"computed, by {node.op!r}"
            raise ValueError(
                f"update(parameters): {node!r} is {kind}: only leaves can be moved"
            )
        if node not in leaves:
            raise ValueError(
                f"update(parameters): {graph.names[-1]} does not depend on {node!r}"
            )
    if not chosen:
        raise ValueError("update(parameters): there are none to move")
    return [leaves[node] for node in dict.fromkeys(chosen)]


def _moved(graph: Graph, i: int, lr: float) -> Moved:
    value, gradient = graph.replay.recorded[i], graph.adjoints[i]
    return Moved(i, graph.names[i], value, gradient, value - lr * gradient)


def _after(graph: Graph, moved: Iterable[Moved]) -> float:
    try:
        return graph.replay.result({m.variable: m.after for m in moved})
    except (ArithmeticError, LookupError, ValueError):
        return floats.nan  # an operation that takes no such number, as an index may not


def _squares(moved: Iterable[Moved]) -> float:
    return floats.fsum([m.gradient * m.gradient for m in moved])


def _ratio(actual: float, predicted: float) -> float:
    return actual / predicted if predicted else floats.nan
