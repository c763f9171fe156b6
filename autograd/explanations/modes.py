"""Forward mode and reverse mode side by side on one graph, and which is cheaper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograd._engine import Value
from autograd.explanations.report import (
    Line,
    Report,
    Table,
    agree,
    counted,
    demand_history,
    plural,
)
from autograd.explanations.sweeps import Cost, Sweep, Web
from autograd.explanations.text import derivative
from autograd.naming import fill, names, quoted
from autograd.text import number

# All derivatives are computed in both modes where so many steps do
QUICK = 2_000_000
# Longer tables lose their middle, longer lists of derivatives their end
ROWS, SHOWN = 40, 12
# So much is left of a long name where there is little room
FIRST = 6

Jacobian = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, repr=False)
class Modes(Report):
    """Both modes on one graph; `print` shows a table of them and what they cost.

    `inputs` and `outputs` are places in topological order. `forward` and `reverse` are
    the costs of all derivatives, exactly; `by_forward` and `by_reverse` the Jacobian, a
    row an output, or None where that takes long. `tangents` is forward mode's sweep
    from the first input, `adjoints` reverse mode's from the first output.
    """

    names: tuple[str, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    forward: Cost
    reverse: Cost
    by_forward: Jacobian | None
    by_reverse: Jacobian | None
    differing: tuple[tuple[int, int], ...]
    tangents: Sweep
    adjoints: Sweep
    web: Web = field(compare=False)
    digits: int = field(compare=False)

    @property
    def agrees(self) -> bool:
        """Whether both modes gave the same Jacobian, to rounding."""
        return self.by_forward is not None and not self.differing

    def _lines(self) -> Iterator[Line | Table]:
        told = f"{self._many('input')} and {self._many('output')}"
        yield Line(f"forward mode, read down, and reverse mode, read up: {told}")
        yield Table([*self._rows()])
        yield Line("what all the derivatives cost")
        yield Line("  forward mode  ", _told(self.forward, "input"))
        yield Line("  reverse mode  ", _told(self.reverse, "output"))
        yield Line("  ", self._verdict())
        yield Line("the derivatives, in both modes")
        yield from self._derivatives()

    def _many(self, kind: str) -> str:
        return plural(len(self.inputs if kind == "input" else self.outputs), kind)

    def _rows(self) -> Iterator[tuple[tuple[str, ...], ...]]:
        by, of = self.names[self.inputs[0]], self.names[self.outputs[0]]
        yield (
            ("value",),
            (f"tangent by {by}", "tangent"),
            (f"adjoint of {of}", "adjoint"),
        )
        web = self.web
        shown = [i for i, node in enumerate(web.order) if not node.is_constant]
        left_out = max(len(shown) - ROWS, 0)
        for at, i in enumerate(shown):
            if not 0 <= at - ROWS // 2 < left_out:
                yield (
                    self._value(i),
                    self._summed(self.tangents, web.below[i], i),
                    self._summed(self.adjoints, web.above[i], i),
                )
            elif at == ROWS // 2:
                yield (f"... {counted(left_out)} more",), ("",), ("",)

    def _value(self, i: int) -> tuple[str, ...]:
        node, name = self.web.order[i], self.names[i]
        row, value = node._row, self._number(node.data)
        short = f"{name} = {value}", f"{name[:FIRST]}… = {value}"
        if row is None:
            return short
        called = [quoted(self.names[p]) for p in self.web.operands[i]]
        return f"{name} = {fill(row.text, called)} = {value}", *short

    def _summed(
        self, sweep: Sweep, incoming: list[tuple[int, float]], i: int
    ) -> tuple[str, ...]:
        value = self._number(sweep.numbers[i])
        terms = [
            f"{self._number(sweep.numbers[neighbour])} · {self._number(local)}"
            for neighbour, local in incoming
            if neighbour in sweep.reached
        ]
        if sweep is self.adjoints and not self.web.varies[i]:
            return ("not needed",)
        if not terms or i == sweep.source:
            return (value,)
        return f"{' + '.join(terms)} = {value}", value

    def _verdict(self) -> str:
        forward, reverse = self.forward.operations, self.reverse.operations
        if forward == reverse:
            return "Neither is cheaper here."
        inputs, outputs = self._many("input"), self._many("output")
        if forward < reverse:
            return f"Forward mode is cheaper here, with {inputs} and {outputs}."
        return (
            f"Reverse mode is cheaper here, with {inputs} and {outputs}; but it keeps "
            "every local derivative until it comes back to it, and forward mode none."
        )

    def _derivatives(self) -> Iterator[Line]:
        if self.by_forward is None or self.by_reverse is None:
            yield Line("  ", "too many to compute them all twice here; costs are exact")
            return
        told = [
            f"{derivative(self.names[y], self.names[x])} = "
            f"{self._number(self.by_reverse[row][column])}"
            for row, y in enumerate(self.outputs[:SHOWN])
            for column, x in enumerate(self.inputs[:SHOWN])
        ]
        count = len(self.inputs) * len(self.outputs)
        more = f", ... {counted(count)} in all" * (count > SHOWN)
        yield Line("  ", ", ".join(told[:SHOWN]) + more)
        if not self.differing:
            yield Line("  ", "the same in forward and in reverse mode, to rounding")
            return
        row, column = self.differing[0]
        name = derivative(
            self.names[self.outputs[row]], self.names[self.inputs[column]]
        )
        one, other = self.by_forward[row][column], self.by_reverse[row][column]
        yield Line("  ", f"✗ {name} = {one!r} in forward, {other!r} in reverse mode:")
        yield Line("  ", "numbers on the way leave the range of floats")

    def _number(self, x: float) -> str:
        return number(x, self.digits)


def _told(cost: Cost, each: str) -> str:
    return (
        f"{plural(cost.sweeps, 'sweep')}, one an {each}: "
        f"{plural(cost.multiplications, 'multiplication')}, "
        f"{plural(cost.additions, 'addition')}"
    )


def modes(
    *outputs: Value, wrt: Value | Iterable[Value] | None = None, digits: int = 4
) -> Modes:
    """Forward and reverse mode side by side: their numbers, and what each costs.

    Forward mode sweeps up the graph once for each input, reverse mode down once for
    each output. The inputs are `wrt`, or all leaves; the table shows the first input
    and the first output. Each Value counts once. TypeError for what is not a Value;
    ValueError for constants, without an output, and where none depends on an input.

    >>> from autograd import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c, f = Value(10.0, label="c"), Value(-2.0, label="f")
    >>> e = a * b; e.label = "e"
    >>> d = e + c; d.label = "d"
    >>> L = d * f; L.label = "L"
    >>> modes(L)
    forward mode, read down, and reverse mode, read up: 4 inputs and 1 output
      value           tangent by a  adjoint of L
      a = 2           1             -2 · -3 = 6
      b = -3          0             -2 · 2 = -4
      e = a · b = -6  1 · -3 = -3   -2 · 1 = -2
      c = 10          0             -2 · 1 = -2
      d = e + c = 4   -3 · 1 = -3   1 · -2 = -2
      f = -2          0             1 · 4 = 4
      L = d · f = -8  -3 · -2 = 6   1
    what all the derivatives cost
      forward mode  4 sweeps, one an input: 9 multiplications, 0 additions
      reverse mode  1 sweep, one an output: 6 multiplications, 0 additions
      Reverse mode is cheaper here, with 4 inputs and 1 output; but it keeps every
      local derivative until it comes back to it, and forward mode none.
    the derivatives, in both modes
      ∂L/∂a = 6, ∂L/∂b = -4, ∂L/∂c = -2, ∂L/∂f = 4
      the same in forward and in reverse mode, to rounding
    """
    given = () if wrt is None else (wrt,) if isinstance(wrt, Value) else tuple(wrt)
    if not outputs or (wrt is not None and not given):
        raise ValueError(
            "modes(): there must be an output, and an input: modes(y, wrt=x)"
        )
    demand_history("modes", *outputs, *given)
    web = Web([*dict.fromkeys(outputs)], [*dict.fromkeys(given)])
    forward, reverse = web.forward_cost(), web.reverse_cost()
    tangents, adjoints = web.forward(web.inputs[0]), web.reverse(web.outputs[0])
    by_forward = by_reverse = None
    differing: tuple[tuple[int, int], ...] = ()
    sweeps = forward.sweeps + reverse.sweeps
    if sweeps * (len(web.order) + web.edges) <= QUICK:
        columns = [tangents, *map(web.forward, web.inputs[1:])]
        rows = [adjoints, *map(web.reverse, web.outputs[1:])]
        by_forward = tuple(tuple(c.numbers[y] for c in columns) for y in web.outputs)
        by_reverse = tuple(tuple(r.numbers[x] for x in web.inputs) for r in rows)
        differing = tuple(
            (row, column)
            for row, y in enumerate(web.outputs)
            for column, sweep in enumerate(columns)
            if not agree(
                by_forward[row][column],
                by_reverse[row][column],
                sweep.sizes[y],
                2 * web.edges + 1,
            )
        )
    return Modes(
        tuple(names(web.order, digits)),
        web.inputs,
        web.outputs,
        forward,
        reverse,
        by_forward,
        by_reverse,
        differing,
        tangents,
        adjoints,
        web,
        digits,
    )
