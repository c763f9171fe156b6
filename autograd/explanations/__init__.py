"""Explanations: the chain rule of a recorded graph, one product at a time."""

from autograd.explanations.explanation import Explanation, explain
from autograd.explanations.steps import Steps

__all__ = ["Explanation", "Steps", "explain"]
