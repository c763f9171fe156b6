"""Questions about a log: each asks for the number of one step, or for the order.

The same questions make an exercise, and the predictions before each step of a player.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.explanations.diagnosis import NumberKey, Reader
from autograd.explanations.dice import Dice
from autograd.explanations.model import Done, Forward, Local, Log, Push, Seed, Variable
from autograd.explanations.quiz import BLANK, Question, question
from autograd.explanations.slips import Asked, Setting
from autograd.explanations.text import which

# An operation with more operands, or a value with more uses, is not for a head
OPERANDS, USES = 8, 4


class Questions:
    """Makes the questions about one log; the dice decide how choices are mixed."""

    def __init__(self, log: Log, digits: int, seed: int) -> None:
        self.log, self.dice = log, Dice(f"questions {seed}")
        self.setting = Setting(log, digits)
        self.reader = Reader(log.variables)
        self.shown = self.setting.shown

    def about(self, step: Asked) -> Question | None:
        """The question for a step's number; None where there is nothing to find out.

        That is so where it is no number, is given, or needs too much to be told.
        """
        if not self._is_askable(step):
            return None
        key = NumberKey(self.setting, step, self.reader)
        if key.right - key.right != 0:
            return None
        worded = {
            Forward: self._forward,
            Local: self._local,
            Seed: self._seed,
            Push: self._push,
            Done: self._gradient,
        }
        told = worded[type(step)](step)  # type: ignore[operator]
        if not key.is_exact:
            told["prompt"] += " (1 % off is near enough)"
        return question(key, self.dice, step, key.formula, **told)

    def _is_askable(self, step: Asked) -> bool:
        v = self.log.variables
        if isinstance(step, Forward):
            return 0 < len(v[step.variable].operands) <= OPERANDS
        if isinstance(step, Seed):
            return step.adjoint == 1 and step.variable == self.log.root
        if isinstance(step, Done):
            pushes = self.log.received[step.variable]
            known = step.variable in self.log.seeds
            return (
                not known
                and 0 < len(pushes) <= USES
                and all(self._is_askable(push) for push in pushes)
            )
        numbers = [v[i].primal for i in (step.child, *v[step.child].operands)]
        is_finite = all(x - x == 0 for x in numbers)
        return is_finite and len(v[step.child].operands) <= OPERANDS

    # --- in words ------------------------------------------------------------------

    def _numbers(self, *variables: Variable) -> list[str]:
        """What is known of the operands of these, each once."""
        log = self.log
        operands = dict.fromkeys(i for v in variables for i in v.operands)
        return [
            f"{log.variables[i].name} = {self.shown(log.variables[i].primal)}"
            for i in operands
            if not (log.variables[i].is_constant and not log.variables[i].operands)
        ]

    def _operation(self, v: Variable) -> str:
        return f"{v.name} = {v.formula} = {self.shown(v.primal)}"

    def _forward(self, step: Forward) -> dict[str, Any]:
        v = self.log.variables[step.variable]
        numbers = "" if v.numbers == v.formula else f" = {v.numbers}"
        whole = f"{v.name} = {v.formula}{numbers} = {self.shown(v.primal)}"
        return {
            "kind": "forward",
            "prompt": f"The forward pass: what is {v.name} = {v.formula}?",
            "blank": f"{v.name} = {v.formula} = {BLANK}",
            "given": tuple(self._numbers(v)),
            "hints": (f"{v.name} = {v.numbers}",),
            "solution": whole,
            "factors": f"It is {v.name} = {v.formula}{numbers}.",
        }

    def _local(self, step: Local) -> dict[str, Any]:
        child, parent = (self.log.variables[i] for i in (step.child, step.parent))
        slope, place = self.setting.slope(step), which(step.position, child.operands)
        alone = f", as its {place} operand alone" * bool(place)
        formula = f" = {step.formula}" if step.formula else ""
        value = self.shown(step.value)
        return {
            "kind": "local",
            "prompt": f"The local derivative of {child.name} = {child.formula}: how "
            f"fast does {child.name} move with {parent.name}{alone}?",
            "blank": f"{slope} = {BLANK}",
            "given": (*self._numbers(child), self._operation(child)),
            "hints": (step.rule, *[f"{slope}{formula}"] * bool(formula)),
            "solution": f"{slope}{formula} = {value}",
            "factors": f"It is {slope}{formula or f' = {value}'} ({step.rule}).",
        }

    def _seed(self, step: Seed) -> dict[str, Any]:
        name = self.log.variables[step.variable].name
        gradient = self.setting.gradient(step.variable)
        return {
            "kind": "adjoint",
            "prompt": f"The backward pass begins: how fast does {name} move with "
            "itself?",
            "blank": f"{gradient} = {BLANK}",
            "given": (),
            "hints": (f"raise {name} by 0.01: by how much has {name} risen?",),
            "solution": f"{gradient} = 1",
            "factors": f"It is the derivative of {name} by itself.",
        }

    def _product(self, push: Push) -> tuple[str, str]:
        """A product of the chain rule, in words and in numbers."""
        told = f"{self.setting.gradient(push.child)} · {self.setting.slope(push)}"
        return told, f"{self.shown(push.upstream)} · {self.shown(push.local)}"

    def _known(self, pushes: Sequence[Push]) -> tuple[str, ...]:
        """What is known where these push: upstream gradients, operations, numbers."""
        children = {push.child: self.log.variables[push.child] for push in pushes}
        upstream = {
            push.child: f"{self.setting.gradient(push.child)} = "
            f"{self.shown(push.upstream)}"
            for push in pushes
        }
        operations = map(self._operation, children.values())
        # what is computed from others is told by its operation
        told = self._numbers(*children.values())
        return tuple(dict.fromkeys((*upstream.values(), *operations, *told)))

    def _factors(self, pushes: Sequence[Push]) -> str:
        told = []
        for push in pushes:
            local = self.setting.local(push)
            formula = f" = {local.formula}" if local.formula else ""
            upstream = self.setting.gradient(push.child)
            told.append(
                f"{upstream} = {self.shown(push.upstream)} and "
                f"{self.setting.slope(push)}{formula} = {self.shown(push.local)}"
            )
        return "; ".join(dict.fromkeys(told))

    def _push(self, step: Push) -> dict[str, Any]:
        child, parent = (self.log.variables[i] for i in (step.child, step.parent))
        place = which(step.position, child.operands)
        alone = f", its {place} operand" * bool(place)
        product, numbers = self._product(step)
        return {
            "kind": "contribution",
            "prompt": f"{child.name} = {child.formula} sends gradient to {parent.name}"
            f"{alone}: how much?",
            "blank": f"{product} = {BLANK}",
            "given": self._known([step]),
            "hints": (
                f"the upstream gradient times the local derivative: {product}",
                self._factors([step]),
            ),
            "solution": f"{product} = {numbers} = {self.shown(step.contribution)}",
            "factors": f"The factors are {self._factors([step])}.",
        }

    def _gradient(self, step: Done) -> dict[str, Any]:
        i = step.variable
        name, gradient = self.setting.name(i), self.setting.gradient(i)
        pushes = self.log.received[i]
        products = [self._product(push) for push in pushes]
        summed = " + ".join(told for told, _ in products)
        numbers = " + ".join(told for _, told in products)
        count = len(pushes)
        times = "once" if count == 1 else "twice" if count == 2 else f"{count} times"
        rule = (
            "add what each use sends" if count > 1 else "one product of the chain rule"
        )
        return {
            "kind": "adjoint",
            "prompt": f"What is {gradient}, the whole gradient of {name}?",
            "blank": f"{gradient} = {BLANK}",
            "given": self._known(pushes),
            "hints": (f"{name} is used {times}: {rule}", summed, numbers),
            "solution": f"{gradient} = {summed} = {numbers} = "
            f"{self.shown(step.adjoint)}",
            "factors": f"It is {summed}: {self._factors(pushes)}.",
        }


def question_of(log: Log, number: int, digits: int = 4) -> Question | None:
    """The question for a step of the backward pass, from 1; `predictions` has them all.

    None where there is nothing to predict. IndexError beyond the last step.

    >>> from autograd import Value, explain
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> L = a * b; L.label = "L"
    >>> question = question_of(explain(L).log, 2)
    >>> question.prompt, question.answer
    ('L = a · b sends gradient to a: how much?', '-3')
    >>> question.grade("b").message
    'Right: ∂L/∂L · ∂L/∂a = 1 · -3 = -3'
    """
    steps = log.backward
    if not 1 <= number <= len(steps):
        raise IndexError(
            f"question_of(log, {number!r}): there are the steps 1 to {len(steps)}"
        )
    return None if is_stale(log) else Questions(log, digits, 0).about(steps[number - 1])


def predictions(log: Log, digits: int = 4) -> tuple[Question | None, ...]:
    """A question for each step of the backward pass, None where there is none to ask.

    That is where a number is given from outside, is no number, or was computed with
    older numbers than those of the graph.
    """
    if is_stale(log):
        return (None,) * len(log.backward)
    questions = Questions(log, digits, 0)
    return tuple(map(questions.about, log.backward))


def is_stale(log: Log) -> bool:
    """Whether a leaf was assigned to after the graph was recorded."""
    return any(v.is_stale for v in log.variables)
