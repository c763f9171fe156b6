"""The log of a graph's two passes, or of a part of it; no grad is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from autograd._engine import Scope, Value
from autograd.explanations.formulas import LATEX, TEXT, partial_formulas
from autograd.explanations.latex_names import latex_name
from autograd.explanations.model import (
    Check,
    Done,
    Forward,
    Local,
    Log,
    Push,
    Seed,
    Step,
    Variable,
)
from autograd.explanations.replay import Replay
from autograd.naming import WIDTH, fill, names, quoted
from autograd.order import topological_order
from autograd.text import number, printable

# A check of a gradient computes the graph a few times; so many operations in all
CHECKING = 500_000


@dataclass(frozen=True)
class Graph:
    """A recorded graph with names, and the adjoints of one backward pass over it."""

    order: tuple[Value, ...]
    names: tuple[str, ...]
    operands: tuple[tuple[int, ...], ...]
    adjoints: tuple[float, ...]
    replay: Replay
    digits: int

    @property
    def root(self) -> int:
        return len(self.order) - 1

    @cached_property
    def scopes(self) -> tuple[tuple[str, ...], ...]:
        """The names of the scopes around each variable, the outermost first.

        The second scope of a name beside another is "name (2)".
        """
        paths: dict[Scope | None, tuple[str, ...]] = {None: ()}
        names: Counter[tuple[str, ...]] = Counter()
        for node in self.order:
            chain = []
            scope = node._scope
            while scope not in paths:
                assert scope is not None  # it is in paths
                chain.append(scope)
                scope = scope.parent
            for new in reversed(chain):
                name = " ".join(printable(new.name, WIDTH)).replace("/", "∕")
                path = (*paths[new.parent], name)
                names[path] += 1
                again = f" ({names[path]})" * (names[path] > 1)
                paths[new] = (*paths[new.parent], name + again)
        return tuple(paths[node._scope] for node in self.order)


def graph_of(y: Value, digits: int) -> Graph:
    order = topological_order(y)
    index = {node: i for i, node in enumerate(order)}
    operands = [tuple(index[p] for p in node.parents) for node in order]
    adjoints = [0.0] * len(order)
    adjoints[-1] = 1.0
    for i in range(len(order) - 1, -1, -1):
        for parent, local in zip(operands[i], order[i].partials):
            adjoints[parent] += adjoints[i] * local
    return Graph(
        tuple(order),
        tuple(names(order, digits)),
        tuple(operands),
        tuple(adjoints),
        Replay(order),
        digits,
    )


def between(graph: Graph, wrt: Sequence[int]) -> frozenset[int]:
    """The variables that are computed from these; where these begin is given."""
    reached = set(wrt)
    for i, operands in enumerate(graph.operands):
        if any(parent in reached for parent in operands):
            reached.add(i)
    given = (i for i in wrt if not any(p in reached for p in graph.operands[i]))
    return frozenset(reached.difference(given)) | {graph.root}


def shown_of(graph: Graph, part: Set[int]) -> list[int]:
    """The variables of a part's log: those in it, and what they are computed from."""
    inside = {i for i in part if not graph.order[i].is_constant}
    return sorted(inside | {p for i in inside for p in graph.operands[i]})


def log_of(
    graph: Graph, part: Set[int], wrt: Sequence[int], checks: bool | None
) -> Log:
    """The log of the variables in a part; what they need of the others is given."""
    return _Recorder(graph, part, wrt, checks).log()


class _Recorder:
    def __init__(
        self, graph: Graph, part: Set[int], wrt: Sequence[int], checks: bool | None
    ) -> None:
        self.graph, self.wrt = graph, tuple(wrt)
        order = graph.order
        self.part = [i for i in sorted(part) if not order[i].is_constant]
        self.inside = set(self.part)
        self.shown = shown_of(graph, part)
        self.places = {i: place for place, i in enumerate(self.shown)}
        # with `wrt` no other gradient is told of what lies outside
        self.targets = {*self.part, *wrt}
        if not wrt:
            self.targets |= {i for i in self.shown if not order[i].is_constant}
        cost = 5 * len(self.part) * len(order)
        self.checks = cost <= CHECKING if checks is None else checks
        self.steps: list[Step] = []
        self.stale = any(graph.replay.stale)

    def log(self) -> Log:
        places = self.places
        for i in self.shown:
            self.steps.append(Forward(places[i]))
            if i in self.inside:
                self._locals(i)
        self._backward()
        return Log(
            tuple(self._variable(i) for i in self.shown),
            tuple(self.steps),
            places.get(self.graph.root, len(places) - 1),
            tuple(places[i] for i in self.wrt),
            self.graph.names[-1],
        )

    def _variable(self, i: int) -> Variable:
        graph, node = self.graph, self.graph.order[i]
        row = node._row
        formula = numbers = latex = sign = ""
        operands: tuple[int, ...] = ()
        if row is not None and i in self.inside:
            called = [graph.names[p] for p in graph.operands[i]]
            primals = [graph.order[p].data for p in graph.operands[i]]
            formula = fill(row.text, [*map(quoted, called)])
            numbers = fill(row.text, [number(x, graph.digits) for x in primals])
            symbols = [*map(latex_name, called)]
            latex = fill(row.latex, symbols, LATEX.brackets)
            operands = tuple(self.places[p] for p in graph.operands[i])
            sign = row.symbol
        return Variable(
            self.places[i],
            graph.names[i],
            node.data,
            operation=node.op if operands else "",
            sign=sign,
            operands=operands,
            formula=formula,
            numbers=numbers,
            latex=latex,
            is_constant=node.is_constant,
            is_kept=i in self.targets,
            is_stale=graph.replay.stale[i],
            scope=graph.scopes[i],
        )

    def _locals(self, i: int) -> None:
        graph, node = self.graph, self.graph.order[i]
        row = node._row
        if row is None:
            return
        operands = graph.operands[i]
        named = [
            ("" if graph.order[p].is_constant else str(p), graph.order[p].data)
            for p in operands
        ]
        formulas = partial_formulas(row, named, node.data)
        texts = {str(p): quoted(graph.names[p]) for p in operands}
        texts["out"] = quoted(graph.names[i])
        latex = {str(p): latex_name(graph.names[p]) for p in operands}
        latex["out"] = latex_name(graph.names[i])
        for position, (p, formula) in enumerate(zip(operands, formulas)):
            if p not in self.targets or graph.order[p].is_constant:
                continue
            told = None if formula is None or formula.op == "number" else formula
            partial = node.partials[position]
            local = Local(
                self.places[i],
                self.places[p],
                position,
                partial,
                "" if told is None else TEXT.write(told, texts, graph.digits),
                "" if told is None else LATEX.write(told, latex, graph.digits),
                row.rule,
                graph.replay.check_local(i, position, partial),
            )
            self.steps.append(local)

    def _backward(self) -> None:
        graph = self.graph
        sends = {i: self._sends(i) for i in self.part}
        uses = Counter(p for pairs in sends.values() for _, p in pairs)
        everywhere = Counter(p for operands in graph.operands for p in operands)
        totals = dict.fromkeys(self.shown, 0.0)
        totals.update(self._from_outside())
        number = 0
        for i in reversed(self.part):
            if i == graph.root or everywhere[i] > uses[i]:
                number += 1
                self.steps.append(Seed(number, self.places[i], totals[i]))
        arrived: Counter[int] = Counter()
        for i in reversed(self.shown):
            complete = i in self.inside or uses[i] == everywhere[i]
            if i in self.targets and complete:
                self._done(i, totals[i])
            for position, p in sends.get(i, ()):
                number += 1
                arrived[p] += 1
                upstream, local = totals[i], graph.order[i].partials[position]
                before = totals[p]
                totals[p] = before + upstream * local
                push = Push(
                    number,
                    *(self.places[i], self.places[p], position),
                    *(upstream, local, upstream * local, before, totals[p]),
                    *(arrived[p], uses[p]),
                )
                self.steps.append(push)

    def _sends(self, i: int) -> list[tuple[int, int]]:
        """The positions and operands that a variable sends gradient to."""
        return [
            (position, p)
            for position, p in enumerate(self.graph.operands[i])
            if p in self.targets and not self.graph.order[p].is_constant
        ]

    def _from_outside(self) -> dict[int, float]:
        """What reaches the part's variables from outside of it: at the result, 1."""
        graph = self.graph
        arriving = dict.fromkeys(self.part, 0.0)
        if graph.root in arriving:
            arriving[graph.root] = 1.0
        for i, operands in enumerate(graph.operands):
            if i not in self.inside:
                for p, local in zip(operands, graph.order[i].partials):
                    if p in arriving:
                        arriving[p] += graph.adjoints[i] * local
        return arriving

    def _done(self, i: int, adjoint: float) -> None:
        check: Check | None = None
        if self.checks and not self.stale:
            check = self.graph.replay.check(i, adjoint)
        self.steps.append(Done(self.places[i], adjoint, check))
