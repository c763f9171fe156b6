"""A scalar autograd engine: numbers that remember how they were computed.

>>> from autograd import Value
>>> x = Value(2.0)
>>> y = x * x + 1
>>> y.backward()
>>> y.data, x.grad
(5.0, 4.0)
"""

from autograd._environment import chosen_engine, refuse_other_autograd

refuse_other_autograd()
engine = chosen_engine()

from autograd import graph, math  # noqa: E402  (the checks above come first)
from autograd.math import (  # noqa: E402
    dot,
    hypot,
    logsumexp,
    max,
    mean,
    min,
    prod,
    softmax,
    sum,
    take,
    where,
)
from autograd.pictures import Picture, draw  # noqa: E402
from autograd.scopes import no_grad, scope  # noqa: E402
from autograd.value import Value, stop_gradient  # noqa: E402

__version__ = "0.1.0"

__all__ = [
    *("Picture", "Value", "dot", "draw", "engine", "graph", "hypot", "logsumexp"),
    *("math", "max", "mean", "min", "no_grad", "prod", "scope", "softmax"),
    *("stop_gradient", "sum", "take", "where"),
]
