"""Every kind of derivative: functions that take functions of numbers."""

from autograd.derivatives.gradients import grad, hvp, jvp, value_and_grad, vjp

__all__ = ["grad", "hvp", "jvp", "value_and_grad", "vjp"]
