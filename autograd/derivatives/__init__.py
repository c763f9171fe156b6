"""Every kind of derivative: functions that take functions of numbers."""

from autograd.derivatives.gradients import grad, hvp, jvp, value_and_grad, vjp
from autograd.derivatives.matrices import hessian, jacobian
from autograd.derivatives.orders import derivative, taylor

__all__ = [
    "derivative",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "taylor",
    "value_and_grad",
    "vjp",
]
