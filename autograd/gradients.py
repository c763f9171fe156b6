"""Gradients that are Values: what a backward pass leaves with create_graph=True.

Such a pass multiplies and adds Values, so each gradient has a graph of its own and can
be differentiated again, to any order. Here is also how a node keeps one.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Callable
from typing import Any

from autograd import floats
from autograd.linearization import Linearization, differentiable
from autograd.observing import aside, observer
from autograd.order import topological_order
from autograd.real import as_float

Node = Any
writing = threading.Lock()  # threads may differentiate graphs that share leaves


class Graphed(float):
    """The number of a gradient, which remembers the Value that it is the number of.

    A leaf's gradient holds that Value. An inner node's only knows it while somebody
    else holds it, as the leaves' gradients do: its graph leads back to the node, so
    that the two would keep each other alive.
    """

    __slots__ = ("value",)

    value: Callable[[], Node]

    def __new__(cls, value: Node, is_held: bool) -> Graphed:
        made = super().__new__(cls, value._data)
        made.value = (lambda: value) if is_held else weakref.ref(value)
        return made


def kept_gradient(grad: float | None) -> Any:
    """What `.grad` is: 0.0 before any pass, the Value where there is one, a number."""
    if grad is None:
        return 0.0
    number = float(grad)
    value = grad.value() if type(grad) is Graphed else None
    # an inner node's may be a leaf that has been assigned to since
    return number if value is None or value._data != number == number else value


def receive(node: Node, adjoint: Node) -> None:
    """Keep an adjoint that is a Value as the gradient; a leaf adds the earlier one."""
    is_leaf = node._row is None
    with writing:
        earlier = kept_gradient(node._grad) if is_leaf else 0.0
        if isinstance(earlier, type(node)) or earlier != 0:
            adjoint = adjoint + earlier
        node._grad = Graphed(adjoint, is_held=is_leaf or adjoint._constant)


def leave_values(root: Node, seed: Any) -> None:
    """The backward pass over Values; the seed may be one.

    Every local derivative is the table's rule, applied to the Values themselves. So a
    leaf whose number was assigned since is an error: the rules would not see the number
    that was recorded.
    """
    seed = seed if isinstance(seed, type(root)) else as_float(seed, "seed")
    leaves = leaves_of(root)
    linear = Linearization(leaves, [root], differentiable)
    for node in linear.nodes:
        _check_is_as_recorded(node)
    adjoints = linear.adjoints([seed])
    _show(leaves, adjoints)
    inner = {id(node) for node in linear.nodes}
    with aside():
        for node, adjoint in zip([*leaves, *linear.nodes], adjoints):
            if not isinstance(
                adjoint, type(root)
            ):  # nothing in it can be differentiated
                adjoint = root._restore(None, adjoint, (), (), None, None, None, True)
            elif node._row is None and (adjoint._row is None or id(adjoint) in inner):
                # of a * b with respect to a: b itself, whose number may be assigned to
                adjoint = adjoint * 1.0
            node._receive(adjoint)


def rehearse(root: Node, seed: Any) -> None:
    """Let an observer see a backward pass, which it may stop, before it is made."""
    if observer() is not None:
        leaves = leaves_of(root)
        _show(leaves, Linearization(leaves, [root]).vjp([as_float(seed, "seed")]))


def _show(leaves: list[Node], adjoints: list[Any]) -> None:
    here = observer()
    if here is not None:
        here.added(leaves, adjoints[: len(leaves)])


def leaves_of(root: Node) -> list[Node]:
    """What a backward pass differentiates by."""
    order = topological_order(root)
    return [node for node in order if node._row is None and not node._constant]


def _check_is_as_recorded(node: Node) -> None:
    changeable = [x for x in node._parents if x._row is None and not x._constant]
    if not changeable:
        return
    try:
        slopes = node._row.partials(
            floats, node._data, *[x._data for x in node._parents]
        )
    except ZeroDivisionError:  # where IEEE 754 has an infinity
        return
    if not all(map(_is_near, slopes, node._partials)):
        raise ValueError(
            f"data of {' or '.join(map(repr, changeable))} was assigned after "
            f"{node._row.name!r} had been computed from it: the graph no longer says "
            "how its gradient depends on it; compute again before "
            "backward(create_graph=True)"
        )


def _is_near(a: float, b: float) -> bool:
    return (floats.isnan(a) and floats.isnan(b)) or math.isclose(a, b, rel_tol=1e-9)
