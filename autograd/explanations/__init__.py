"""Explanations: the chain rule of a recorded graph, one product at a time."""

from autograd.explanations.exercises import Exercise, exercise
from autograd.explanations.explanation import Explanation, explain
from autograd.explanations.generator import generate
from autograd.explanations.mistakes import mistakes
from autograd.explanations.modes import modes
from autograd.explanations.paths import paths
from autograd.explanations.steps import Steps

__all__ = [
    "Exercise",
    "Explanation",
    "Steps",
    "exercise",
    "explain",
    "generate",
    "mistakes",
    "modes",
    "paths",
]
