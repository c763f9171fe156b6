"""Every kind of derivative: functions that take functions of numbers."""

from autograd.derivatives.checkpoint import checkpoint
from autograd.derivatives.gradients import grad, hvp, jvp, value_and_grad, vjp
from autograd.derivatives.implicit import fixed_point, root
from autograd.derivatives.matrices import hessian, jacobian
from autograd.derivatives.orders import derivative, taylor

__all__ = [
    "checkpoint",
    "derivative",
    "fixed_point",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "root",
    "taylor",
    "value_and_grad",
    "vjp",
]
