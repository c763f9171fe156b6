"""Value: a number that remembers how it was computed. The file to read first.

Each operation makes a new Value that records its parents and its local derivatives.
`backward()` sorts that graph topologically and applies the chain rule in reverse.
What an operation computes is not here but in the table of primitives.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from autograd.elementary import Elementary
from autograd.primitives import ROWS, Primitive
from autograd.real import as_float, is_real
from autograd.scopes import NO_GRAD, Scope, current

ADD, SUB, MUL, DIV = ROWS["+"], ROWS["-"], ROWS["*"], ROWS["/"]
FLOORDIV, MOD, NEG, ABS = ROWS["//"], ROWS["%"], ROWS["neg"], ROWS["abs"]
POW, POW_CONSTANT = ROWS["pow"], ROWS["**"]


class Value(Elementary):
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

    _data: float
    _grad: float | None  # None until a backward pass has reached this node
    _row: Primitive | None  # None for a leaf
    _parents: tuple[Value, ...]
    _partials: tuple[float, ...]

    def __init__(self, data: Any, label: str | None = None) -> None:
        self._data = as_float(data)
        self._grad = None
        self.label = label
        self._row, self._parents, self._partials = None, (), ()
        self._scope: Scope | None = current.get()
        self._constant = False

    @property
    def data(self) -> float:
        """The number. Only a leaf's can be assigned."""
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        if self._row is not None:
            raise AttributeError(
                f"data of {self!r} is the result of {self.op!r}: it cannot be "
                "assigned; assign to leaves and compute again"
            )
        self._data = as_float(number)

    @property
    def grad(self) -> float:
        """The gradient; 0.0 until a backward pass reaches it. Assign 0 to reset it."""
        return 0.0 if self._grad is None else self._grad

    @grad.setter
    def grad(self, number: Any) -> None:
        self._grad = as_float(number, "grad") or None

    @property
    def label(self) -> str | None:
        """The name in pictures and explanations."""
        return self._label

    @label.setter
    def label(self, text: str | None) -> None:
        if text is not None and not isinstance(text, str):
            raise TypeError(f"label must be a str or None, not {text!r}")
        self._label = text

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

    def backward(self, seed: float = 1.0) -> None:
        """Add seed * d(self)/d(leaf) to every leaf's grad; set every inner node's.

        >>> x = Value(3.0)
        >>> y = x**3
        >>> y.backward(); y.backward()
        >>> x.grad
        54.0
        """
        if self._constant:
            raise ValueError(
                f"{self!r} is a constant: it was computed under no_grad() or from "
                "plain numbers only, so there is nothing to differentiate"
            )
        start = as_float(seed, "seed")
        order = topological_order(self)
        for node in order:
            if node._row is not None or node._grad is None:
                node._grad = None if node._constant else 0.0
        self._grad = self.grad + start
        for node in reversed(order):
            upstream: Any = node._grad
            for parent, local in zip(node._parents, node._partials):
                if not parent._constant:
                    parent._grad += upstream * local  # the chain rule

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
    def __neg__(self) -> Value: return self._apply(NEG)
    def __abs__(self) -> Value: return self._apply(ABS)
    def __pos__(self) -> Value: return self
    def __lt__(self, other: Any) -> bool: return _compare(operator.lt, self, other)
    def __le__(self, other: Any) -> bool: return _compare(operator.le, self, other)
    def __gt__(self, other: Any) -> bool: return _compare(operator.gt, self, other)
    def __ge__(self, other: Any) -> bool: return _compare(operator.ge, self, other)
    def __eq__(self, other: object) -> bool: return _compare(operator.eq, self, other)
    def __ne__(self, other: object) -> bool: return _compare(operator.ne, self, other)
    __hash__ = object.__hash__  # identity: equal numbers are still different nodes
    def __bool__(self) -> bool: return self._data != 0
    def __round__(self, digits: Any = None) -> Any: return round(self._data, digits)
    def __trunc__(self) -> int: return int(self._data)
    def __floor__(self) -> int: return int(self._data // 1)
    def __ceil__(self) -> int: return -int(-self._data // 1)
    def __format__(self, spec: str) -> str: return format(self._data, spec) if spec else repr(self)
    def __float__(self) -> float: raise _lost("float")
    def __int__(self) -> int: raise _lost("int")
    # fmt: on

    def __radd__(self, other: Any) -> Value:
        starts_a_sum = type(other) is int and other == 0
        return self if starts_a_sum else _binary(ADD, other, self)

    def __repr__(self) -> str:
        label = "" if self._label is None else f", label={self._label!r}"
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def _apply(self, row: Primitive, *others: Any) -> Value:
        return record(row, self, *others)

    def __copy__(self) -> Value:
        twin = _node(self._data, self._row, self._parents, self._partials, self._scope)
        twin._grad, twin._label, twin._constant = self._grad, self._label, self._constant
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        for node in topological_order(self):
            if id(node) not in memo:
                twin = memo[id(node)] = node.__copy__()
                twin._parents = tuple(memo[id(parent)] for parent in node._parents)
        twin = memo[id(self)]
        assert isinstance(twin, Value)
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        if self._row is not None:
            raise TypeError(
                f"{self!r} is the result of {self.op!r}: only leaves can be pickled; "
                "use copy.deepcopy, or autograd.graph.to_json for a whole graph"
            )
        return _leaf, (self._data, self._constant, self._label, self._grad)


def record(row: Primitive, *operands: Any) -> Value:
    """Apply a primitive to Values and numbers, and record it as a new node."""
    parents = tuple(x if isinstance(x, Value) else _leaf(as_float(x)) for x in operands)
    out, partials = row.at(*[x._data for x in parents])
    scope = current.get()
    if scope is NO_GRAD or all(x._constant for x in parents):
        return _leaf(out)
    return _node(out, row, parents, partials, scope)


def _binary(row: Primitive, x: Any, y: Any) -> Value:
    for other in (x, y):
        if not (isinstance(other, Value) or is_real(other)):
            return NotImplemented
    return record(row, x, y)


def _node(
    data: float,
    row: Primitive | None,
    parents: tuple[Value, ...],
    partials: tuple[float, ...],
    scope: Scope | None,
) -> Value:
    node = Value.__new__(Value)
    node._data, node._grad, node._label = data, None, None
    node._row, node._parents, node._partials = row, parents, partials
    node._scope, node._constant = scope, False
    return node


def _leaf(
    data: float,
    constant: bool = True,
    label: str | None = None,
    grad: float | None = None,
) -> Value:
    leaf = _node(data, None, (), (), None)
    leaf._constant, leaf._label, leaf._grad = constant, label, grad
    return leaf


def power_row(exponent: Any) -> Primitive:
    """The row of `x ** exponent`: a constant exponent never touches log(x)."""
    varies = isinstance(exponent, Value) and not exponent._constant
    return POW if varies else POW_CONSTANT


def stop_gradient(x: Any) -> Any:
    """The same number as a constant: no gradient passes.

    >>> x = Value(3.0)
    >>> y = x * stop_gradient(x)
    >>> y.backward()
    >>> x.grad
    3.0
    """
    return _leaf(x._data) if isinstance(x, Value) else as_float(x)


def _compare(relation: Callable[[Any, Any], bool], x: Value, y: Any) -> bool:
    if isinstance(y, Value):
        return relation(x._data, y._data)
    return relation(x._data, y) if is_real(y) else NotImplemented


def _lost(kind: str) -> TypeError:
    return TypeError(
        f"{kind}() of a Value would silently drop its gradient: use .data for the "
        "plain number, or the functions of autograd.math instead of math's"
    )


def topological_order(*roots: Value) -> list[Value]:
    """All nodes the roots depend on, parents before children, without recursion.

    >>> a = Value(1.0)
    >>> b = a + a
    >>> [node is expected for node, expected in zip(topological_order(b), [a, b])]
    [True, True]
    """
    order: list[Value] = []
    seen: set[Value] = set()
    stack: list[Value | tuple[Value]] = [*reversed(roots)]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):  # every parent of it is placed
            order.append(node[0])
        elif node not in seen:
            seen.add(node)
            stack.append((node,))
            stack.extend(reversed(node._parents))
    return order
