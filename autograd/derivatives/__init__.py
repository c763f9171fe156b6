"""Every kind of derivative: functions that take functions of numbers."""

from autograd.derivatives.gradients import grad, hvp, jvp, value_and_grad, vjp
from autograd.derivatives.matrices import hessian, jacobian

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]
