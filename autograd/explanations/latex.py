"""An explanation as a LaTeX document: the two passes as aligned equations."""

from __future__ import annotations

from autograd.explanations.formulas import LATEX, latex_number
from autograd.explanations.latex_names import latex_name
from autograd.explanations.model import OLDER, Log, Push, Seed, Variable
from autograd.naming import fill
from autograd.primitives import ROWS

HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,amsmath}
\usepackage[a4paper,margin=20mm]{geometry}
\allowdisplaybreaks
\begin{document}
"""


def latex(log: Log, digits: int) -> str:
    """A document that pdflatex, LuaLaTeX and XeLaTeX compile."""
    return (
        f"{HEAD}\\subsection*{{Forward pass}}\n{_aligned(_forward(log, digits))}"
        f"\\subsection*{{Backward pass}}\n{_aligned(_backward(log, digits))}"
        "\\end{document}\n"
    )


def _aligned(lines: list[str]) -> str:
    body = " \\\\\n".join(lines)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"


def _forward(log: Log, digits: int) -> list[str]:
    lines = []
    for v in log.variables:
        if v.operands:
            lines.append(_computed(log, v, digits))
            lines += _slopes(log, v, digits)
        elif not v.is_constant:
            lines.append(f"{latex_name(v.name)} &= {latex_number(v.primal, digits)}")
    return lines


def _computed(log: Log, v: Variable, digits: int) -> str:
    primals = [latex_number(log.variables[p].primal, digits) for p in v.operands]
    numbers = fill(ROWS[v.operation].latex, primals, LATEX.brackets)
    value = latex_number(v.primal, digits) + rf"\text{{ ({OLDER})}}" * v.is_stale
    return f"{latex_name(v.name)} &= {v.latex} = {numbers} = {value}"


def _slopes(log: Log, v: Variable, digits: int) -> list[str]:
    lines = []
    for position, parent in enumerate(v.operands):
        local = log.locals.get((v.index, position))
        if local is not None:
            slope = derivative(v.name, log.variables[parent].name)
            formula = f"{local.latex} = " * bool(local.latex)
            value = latex_number(local.value, digits)
            lines.append(rf"{slope} &= {formula}{value}")
    return lines


def derivative(top: str, bottom: str) -> str:
    r"""The derivative of one by the other as a fraction.

    >>> print(derivative("L", "w1"))
    \frac{\partial L}{\partial w_{1}}
    """
    above, below = latex_name(top), latex_name(bottom)
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def _backward(log: Log, digits: int) -> list[str]:
    def shown(x: float) -> str:
        text = latex_number(x, digits)
        return LATEX.brackets.format(text) if text.startswith("-") else text

    lines = []
    for step in log.backward:
        if isinstance(step, Seed):
            name = derivative(log.result, log.variables[step.variable].name)
            lines.append(f"{name} &= {latex_number(step.adjoint, digits)}")
        else:
            lines.append(_product(log, step, shown(step.upstream), shown(step.local)))
            lines[-1] += f" = {latex_number(step.contribution, digits)}"
            if step.arrival > 1:
                before, added = latex_number(step.before, digits), step.contribution
                total = latex_number(step.total, digits)
                lines[-1] += rf", \quad {before} + {shown(added)} = {total}"
    return lines


def _product(log: Log, step: Push, upstream: str, local: str) -> str:
    child, parent = log.variables[step.child].name, log.variables[step.parent].name
    sign = "=" if step.arrivals == 1 and step.before == 0 else "\\mathrel{+}="
    return (
        f"{derivative(log.result, parent)} &{sign} {derivative(log.result, child)} "
        f"\\cdot {derivative(child, parent)} = {upstream} \\cdot {local}"
    )
