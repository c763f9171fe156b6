"""Explanations: the chain rule of a recorded graph, one product at a time."""

from autograd.explanations.explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
