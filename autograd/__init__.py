"""A scalar autograd engine: numbers that remember how they were computed.

>>> from autograd import Value
>>> x = Value(2.0)
>>> y = x * x + 1
>>> y.backward()
>>> y.data, x.grad
(5.0, 4.0)
"""

from autograd import _environment  # noqa: I001, F401 - what must be checked first
from autograd import graph, math
from autograd._engine import Scope as scope
from autograd._engine import Value, engine
from autograd.checking.anomaly import AnomalyError, detect_anomaly
from autograd.checking.conventions import conventions
from autograd.checking.gradcheck import gradcheck
from autograd.checking.kinks import kinks
from autograd.checking.precision import precision
from autograd.checking.verdict import GradcheckError
from autograd.compiling.compiled import compile
from autograd.compiling.loaded import load
from autograd.derivatives import (
    checkpoint,
    derivative,
    fixed_point,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    root,
    taylor,
    value_and_grad,
    vjp,
)
from autograd.explanations import (
    Explanation,
    Steps,
    exercise,
    explain,
    mistakes,
    modes,
    paths,
)
from autograd.labels import label, names
from autograd.math import (
    dot,
    hypot,
    logsumexp,
    max,
    mean,
    min,
    prod,
    softmax,
    stop_gradient,
    sum,
    take,
    where,
)
from autograd.own import primitive
from autograd.pictures import Picture, draw
from autograd.scopes import no_grad

__version__ = "0.1.0"

__all__ = [
    "AnomalyError",
    "Explanation",
    "GradcheckError",
    "Picture",
    "Steps",
    "Value",
    "checkpoint",
    "compile",
    "conventions",
    "derivative",
    "detect_anomaly",
    "dot",
    "draw",
    "engine",
    "exercise",
    "explain",
    "fixed_point",
    "grad",
    "gradcheck",
    "graph",
    "hessian",
    "hvp",
    "hypot",
    "jacobian",
    "jvp",
    "kinks",
    "label",
    "load",
    "logsumexp",
    "math",
    "max",
    "mean",
    "min",
    "mistakes",
    "modes",
    "names",
    "no_grad",
    "paths",
    "precision",
    "primitive",
    "prod",
    "root",
    "scope",
    "softmax",
    "stop_gradient",
    "sum",
    "take",
    "taylor",
    "value_and_grad",
    "vjp",
    "where",
]
