"""Value: a number that remembers how it was computed. The file to read first.

Each operation makes a new Value that records its parents and its local derivatives.
`backward()` sorts that graph topologically and applies the chain rule in reverse.
What an operation computes is not here but in the table of primitives.
"""

from __future__ import annotations

from typing import Any

from autograd.gradients import kept_gradient, leave_values, receive, rehearse, writing
from autograd.observing import observers, recorded
from autograd.order import topological_order
from autograd.primitives import ROWS, Primitive
from autograd.protocols import Protocols, not_assignable, not_differentiable
from autograd.real import as_float, is_real
from autograd.scopes import NO_GRAD, current
from autograd.watching import used, watchers

ADD, SUB, MUL, DIV = ROWS["+"], ROWS["-"], ROWS["*"], ROWS["/"]
FLOORDIV, MOD, NEG, ABS = ROWS["//"], ROWS["%"], ROWS["neg"], ROWS["abs"]
POW, POW_CONSTANT = ROWS["pow"], ROWS["**"]
_new = object.__new__


class Value(Protocols):
    """A scalar that records the operations on it.

    `data` is any real number, kept as a float (64 bits). Anything else is a TypeError.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> y = a * b + a
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)
    """

    __slots__ = (
        *("_data", "_grad", "_label", "_row", "_parents", "_partials"),
        *("_scope", "_constant", "__weakref__"),
    )

    __module__ = "autograd"  # where users find it, whichever engine is in use

    def __init__(self, data: Any, label: str | None = None) -> None:
        self._grad = None  # until a backward pass has reached this node
        self.label = label
        self._row, self._parents, self._partials = None, (), ()
        self._scope = current.get()
        self._constant = False
        self._data = self._watched_data(data) if watchers else as_float(data)

    @property
    def data(self) -> float:
        """The number. Only a leaf's can be assigned."""
        if watchers:
            used(self, "read .data")
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        if self._row is not None or self._constant:
            raise not_assignable(self)
        if watchers:
            used(self, "assign .data")
        self._data = as_float(number)

    @property
    def grad(self) -> Any:
        """The gradient; 0.0 until a backward pass reaches it. Assign 0 to reset it."""
        if watchers:
            used(self, "read .grad")
        grad = self._grad
        return grad if type(grad) is float else kept_gradient(grad)

    @grad.setter
    def grad(self, number: Any) -> None:
        if watchers:
            used(self, "assign .grad")
        self._grad = as_float(number, "grad") or None

    @property
    def op(self) -> str:
        """The primitive's name; "" for a leaf."""
        return "" if self._row is None else self._row.name

    @property
    def parents(self) -> tuple[Value, ...]:
        """The operands, in order, as often as they were used."""
        return self._parents

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivatives by the parents, at the recorded numbers."""
        if watchers:
            used(self, "read .partials")
        return self._partials

    @property
    def is_leaf(self) -> bool:
        """Whether it was given, not computed."""
        return self._row is None

    @property
    def is_constant(self) -> bool:
        """Whether it is a plain number in an expression: it never gets a gradient."""
        return self._constant

    _prev, _op = parents, op  # micrograd's names
    _receive = receive

    def backward(self, seed: Any = 1.0, *, create_graph: bool = False) -> None:
        """Add seed * d(self)/d(leaf) to every leaf's grad; set every inner node's.

        >>> x = Value(3.0)
        >>> y = x**3
        >>> y.backward(); y.backward()
        >>> x.grad
        54.0

        With `create_graph` the gradients are Values (and so may the seed be), to be
        differentiated again; an inner node's as long as a leaf's is. A plain pass adds
        to their numbers. A leaf and its gradient keep each other alive: reset it when
        done (`x.grad = 0`, `zero_grad()`), or use `autograd.grad`.

        >>> x.grad = 0; y.backward(create_graph=True)
        >>> slope, x.grad = x.grad, 0
        >>> slope.backward()
        >>> slope.data, x.grad
        (27.0, 18.0)
        """
        if watchers:
            used(self, "call backward()")
        if self._constant:
            raise not_differentiable(self)
        if create_graph:
            leave_values(self, seed)
            return
        if observers:
            rehearse(self, seed)
        adjoints = dict.fromkeys(topological_order(self), 0.0)
        adjoints[self] = as_float(seed, "seed")
        for node in reversed(adjoints):
            upstream = adjoints[node]
            for parent, local in zip(node._parents, node._partials):
                adjoints[parent] += upstream * local  # the chain rule
        with writing:
            for node, adjoint in adjoints.items():
                earlier = node._grad if node.is_leaf else None
                total = adjoint + earlier if earlier else adjoint
                node._grad = None if node._constant else total

    # fmt: off
    def __add__(self, other: Any) -> Value: return _binary(ADD, self, other)  # self + other
    def __sub__(self, other: Any) -> Value: return _binary(SUB, self, other)
    def __mul__(self, other: Any) -> Value: return _binary(MUL, self, other)
    def __truediv__(self, other: Any) -> Value: return _binary(DIV, self, other)
    def __floordiv__(self, other: Any) -> Value: return _binary(FLOORDIV, self, other)
    def __mod__(self, other: Any) -> Value: return _binary(MOD, self, other)
    def __pow__(self, other: Any) -> Value: return _binary(power_row(other), self, other)
    def __divmod__(self, other: Any) -> tuple[Value, Value]: return self // other, self % other
    def __rsub__(self, other: Any) -> Value: return _binary(SUB, other, self)  # other - self
    def __rmul__(self, other: Any) -> Value: return _binary(MUL, other, self)
    def __rtruediv__(self, other: Any) -> Value: return _binary(DIV, other, self)
    def __rfloordiv__(self, other: Any) -> Value: return _binary(FLOORDIV, other, self)
    def __rmod__(self, other: Any) -> Value: return _binary(MOD, other, self)
    def __rpow__(self, other: Any) -> Value: return _binary(POW, other, self)
    def __rdivmod__(self, other: Any) -> tuple[Value, Value]: return other // self, other % self
    def __neg__(self) -> Value: return _unary(NEG, self)
    def __abs__(self) -> Value: return _unary(ABS, self)
    def __pos__(self) -> Value: return self
    # fmt: on

    def __radd__(self, other: Any) -> Value:
        starts_a_sum = type(other) is int and other == 0
        return self if starts_a_sum else _binary(ADD, other, self)

    def _apply(self, row: Primitive, *others: Any) -> Value:
        return record(row, self, *others) if others else _unary(row, self)


def record(row: Primitive, *operands: Any) -> Value:
    """Apply a primitive to Values and numbers, and record it as a new node."""
    parents = tuple([x if isinstance(x, Value) else constant(x) for x in operands])
    out, partials = row.at(*[x._data for x in parents])
    return _node(row, out, parents, partials, all([x._constant for x in parents]))


def _unary(row: Primitive, x: Value) -> Value:
    out, partials = row.at_one(x._data)
    return _node(row, out, (x,), partials, x._constant)


def _binary(row: Primitive, x: Any, y: Any) -> Value:
    if not isinstance(y, Value):
        if not is_real(y):
            return NotImplemented  # type: ignore[no-any-return]
        y = constant(y)
    elif not isinstance(x, Value):
        if not is_real(x):
            return NotImplemented  # type: ignore[no-any-return]
        x = constant(x)
    out, partials = row.at_two(x._data, y._data)
    return _node(row, out, (x, y), partials, x._constant and y._constant)


def _node(
    row: Primitive | None,
    data: float,
    parents: tuple[Value, ...],
    partials: tuple[float, ...],
    is_constant: bool,
) -> Value:
    scope = current.get()
    node = _new(Value)
    node._data, node._grad, node._label = data, None, None
    if observers and row is not None:
        recorded(node, row, parents)
    if is_constant or scope is NO_GRAD:
        row, parents, partials, scope, is_constant = None, (), (), None, True
    node._row, node._parents, node._partials = row, parents, partials
    node._scope, node._constant = scope, is_constant
    return node


def constant(number: Any) -> Value:
    """A plain number as a node: drawn, never given a gradient."""
    return _node(None, as_float(number), (), (), True)


def power_row(exponent: Any) -> Primitive:
    """The row of `x ** exponent`: a constant exponent never touches log(x)."""
    varies = isinstance(exponent, Value) and not exponent._constant
    return POW if varies else POW_CONSTANT
