"""The usual slips of somebody who learns the chain rule, and the numbers they lead to.

A question asks for the number of one step of a log; here the slips are made on purpose,
at the numbers of the log and at others nearby.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from autograd import floats
from autograd.explanations.elsewhere import (
    Point,
    applied,
    gradient_formulas,
    points,
    product_formula,
)
from autograd.explanations.model import Done, Forward, Local, Log, Push, Seed, Variable
from autograd.explanations.text import derivative
from autograd.primitives import ROWS
from autograd.text import number

OTHER_FACTOR = "used this factor, not the other"
OTHER_OPERAND = "the derivative by the other operand"
NO_UPSTREAM = "forgot the upstream gradient"
NO_LOCAL = "forgot the local derivative"
OVERWROTE = "overwrote instead of adding"
ONE_PATH = "only some of the paths"
MULTIPLIED_PATHS = "multiplied the paths instead of adding them"
AVERAGED = "averaged the paths instead of adding them"
RUNNING_TOTAL = "the total so far, not what arrives now"
ALL_PLACES = "all its places at once"
SIGN = "wrong sign"
ADDED = "added instead of multiplied"
MULTIPLIED = "multiplied instead of added"
VALUE = "the value instead of the gradient"
GRADIENT = "the gradient instead of the value"
AT_RESULT = "evaluated at the result, not at the operand"
AT_OPERAND = "evaluated at the operand, not at the result"
RECIPROCAL = "the reciprocal"
EXPONENT = "slip in the power rule"
AS_PRODUCT = "the product rule for a sum"
PASSED_ON = "passed on unchanged, as by a sum"
CONSTANT = "taken for a constant"
SWAPPED = "swapped the operands"
NO_FUNCTION = "left the function out"
ROUNDED = "close, but not close enough"
CHANCE = "right at these numbers only"
# Up to so many paths, any that are left out are recognised
PATHS = 4
Asked = Forward | Local | Seed | Push | Done


@dataclass(frozen=True)
class Slip:
    """A number that a slip leads to; `told` says how it came about."""

    error: str
    value: float
    told: str


class Setting:
    """A log, and what is needed to ask for its numbers and to judge answers."""

    def __init__(self, log: Log, digits: int) -> None:
        self.log, self.digits = log, digits
        self.points = points(log)
        self.gradients = gradient_formulas(log, digits)

    def shown(self, x: float) -> str:
        return number(x, self.digits)

    @cached_property
    def primals_as_shown(self) -> list[float]:
        """The graph's numbers with the digits that a learner sees."""
        return [float(self.shown(x)) for x in self.points[0].primals]

    def name(self, i: int) -> str:
        return self.log.variables[i].name

    def gradient(self, i: int) -> str:
        return derivative(self.log.result, self.name(i))

    def slope(self, step: Local | Push) -> str:
        return derivative(self.name(step.child), self.name(step.parent))

    def local(self, push: Push) -> Local:
        return self.log.locals[push.child, push.position]

    def pushes(self, step: Push | Done) -> list[Push]:
        """The products that a step sums up."""
        return [step] if isinstance(step, Push) else self.log.received[step.variable]

    def right(self, step: Asked, p: Point) -> float:
        """The number that a step has, at a point."""
        if isinstance(step, Forward):
            return p.primals[step.variable]
        if isinstance(step, Local):
            return p.partials[step.child][step.position]
        if isinstance(step, Push):
            return p.adjoints[step.child] * p.partials[step.child][step.position]
        return p.adjoints[step.variable]

    def formula(self, step: Asked) -> str:
        """The same as a formula over the graph's names; "" where there is none."""
        if isinstance(step, Forward):
            return self.log.variables[step.variable].formula
        if isinstance(step, Local):
            return step.formula
        if isinstance(step, Push):
            return product_formula(self.log, step, self.gradients, self.digits)
        return self.gradients.get(step.variable, "")

    def slips(self, step: Asked, p: Point) -> list[Slip]:
        """The usual slips at a point, likeliest first; the same ones at every point."""
        if isinstance(step, Forward):
            return list(_in_forward(self, self.log.variables[step.variable], p))
        if isinstance(step, Local):
            return list(_in_local(self, step, p))
        if isinstance(step, Push):
            return list(_in_push(self, step, p))
        if isinstance(step, Seed):
            return list(_in_seed(self, step, p))
        return list(_in_sum(self, step.variable, p))


def _in_forward(s: Setting, v: Variable, p: Point) -> Iterator[Slip]:
    xs = [p.primals[i] for i in v.operands]
    right, partials = p.primals[v.index], p.partials[v.index]
    names = [s.name(i) for i in v.operands]
    if len(xs) == 1:
        yield Slip(NO_FUNCTION, xs[0], f"that is {names[0]} itself")
    if len(xs) == 2:
        added = xs[0] + xs[1]
        yield Slip(ADDED, added, f"that is {names[0]} + {names[1]}")
        told = f"that is {names[0]} · {names[1]}"
        yield Slip(MULTIPLIED, xs[0] * xs[1], told)
        swapped = _value(v, [xs[1], xs[0]])
        yield Slip(SWAPPED, swapped, f"{names[0]} stands first")
    for k, x in enumerate(xs):
        flipped = _value(v, [*xs[:k], -x, *xs[k + 1 :]])
        yield Slip(SIGN, flipped, f"{names[k]} is {s.shown(x)}, not {s.shown(-x)}")
    yield Slip(SIGN, -right, "the size is right")
    for name, partial in zip(names, partials):
        yield Slip(GRADIENT, partial, f"that is {derivative(v.name, name)}")


def _value(v: Variable, xs: list[float]) -> float:
    """The operation at other operands; nan where it refuses them."""
    found = applied(v, xs)
    return found[0] if found else floats.nan


def _in_local(s: Setting, step: Local, p: Point) -> Iterator[Slip]:
    v, k = s.log.variables[step.child], step.position
    partials, right = p.partials[v.index], p.partials[v.index][step.position]
    name, slope = s.name(step.parent), s.slope(step)
    x, out = p.primals[step.parent], p.primals[v.index]
    rule = ROWS[v.operation].rule
    is_product = rule.startswith("product rule")
    is_sum = rule.startswith(("sum rule", "difference"))
    if is_product:
        told = f"{s.shown(x)} is {name} itself; {slope} is what multiplies it"
        yield Slip(OTHER_FACTOR, x, told)
    for i, other in zip(v.operands, partials):
        is_known = is_product and len(partials) == 2
        if i != step.parent and not s.log.variables[i].is_constant and not is_known:
            told = f"that is {derivative(v.name, s.name(i))}"
            yield Slip(OTHER_OPERAND, other, told)
    both = sum(partial for i, partial in zip(v.operands, partials) if i == step.parent)
    told = f"{name} stands at several places; this asks for one of them"
    yield Slip(ALL_PLACES, both, told)
    yield Slip(SIGN, -right, "the size is right")
    if len(partials) == 1:
        yield from _at_the_wrong_place(v, p)
    if rule == "power rule" and k == 0:
        n = p.primals[v.operands[1]]
        told = "the exponent goes down by one, too"
        yield Slip(EXPONENT, right * x, told)
        told = "the old exponent becomes a factor"
        yield Slip(EXPONENT, _over(right, n), told)
    if not is_product:
        told = f"that is the value of {name}"
        yield Slip(VALUE, x, told)
    yield Slip(VALUE, out, f"that is the value of {v.name}")
    yield Slip(RECIPROCAL, _over(1.0, right), f"{slope} is one over that")
    if is_sum:
        for i in (i for i in v.operands if i != step.parent):
            told = f"that is {s.name(i)}; in a sum no operand scales another"
            yield Slip(AS_PRODUCT, p.primals[i], told)
    told = f"{slope} = 0 would say that {v.name} does not move when {name} does"
    yield Slip(CONSTANT, 0.0, told)
    told = f"{slope} = 1 would say that {v.name} moves as far as {name} does"
    yield Slip(PASSED_ON, 1.0, told)


def _at_the_wrong_place(v: Variable, p: Point) -> Iterator[Slip]:
    """The derivative of a function, with its result for its operand or vice versa."""
    row, x, out = ROWS[v.operation], p.primals[v.operands[0]], p.primals[v.index]
    moved = applied(v, [out])
    value = moved[1][0] if moved else floats.nan
    yield Slip(AT_RESULT, value, "put in the operand, before the function")
    try:
        value = (row.textbook or row.partials)(floats, x, x)[0]
    except Exception:  # out of the rule's domain, or a user's own
        value = floats.nan
    yield Slip(AT_OPERAND, value, f"the rule is written with {v.name}")


def _in_push(s: Setting, step: Push, p: Point) -> Iterator[Slip]:
    yield from _in_products(s, [step], p)
    told = "all that has arrived by now, and not this step's share"
    received = s.log.received[step.parent][: step.arrival]
    yield Slip(RUNNING_TOTAL, sum(s.right(push, p) for push in received), told)


def _in_products(s: Setting, pushes: list[Push], p: Point) -> Iterator[Slip]:
    """Slips in upstream times local, summed over all that arrives."""
    ups = [p.adjoints[push.child] for push in pushes]
    locals_ = [p.local(push) for push in pushes]
    parent = pushes[0].parent
    right = sum(u * x for u, x in zip(ups, locals_))
    some = pushes[0]
    upstream, slope = s.gradient(some.child), s.slope(some)
    alone = " alone" if len(pushes) == 1 else ", and so on,"
    told = f"that is {slope}{alone} without {upstream} = {s.shown(ups[0])}"
    yield Slip(NO_UPSTREAM, sum(locals_), told)
    told = f"that is {upstream}{alone} without {slope} = {s.shown(locals_[0])}"
    yield Slip(NO_LOCAL, sum(ups), told)
    added = sum(u + x for u, x in zip(ups, locals_))
    told = f"{upstream} is multiplied with {slope}"
    yield Slip(ADDED, added, told)
    yield Slip(SIGN, -right, "the size is right")
    for wrong in _in_slopes(s, pushes, p):
        total = sum(u * m.value for u, m in zip(ups, wrong))
        yield Slip(wrong[0].error, total, f"in {slope}: {wrong[0].told}")
    told = f"that is the value of {s.name(parent)}"
    yield Slip(VALUE, p.primals[parent], told)
    divided = sum(_over(u, x) for u, x in zip(ups, locals_))
    yield Slip(RECIPROCAL, divided, f"multiply with {slope}, do not divide by it")
    told = f"0 would say that {s.name(parent)} does not move {s.log.result}"
    yield Slip(CONSTANT, 0.0, told)


def _in_slopes(s: Setting, pushes: list[Push], p: Point) -> Iterator[tuple[Slip, ...]]:
    """The slips in a local derivative that all of the pushes can have."""
    kinds = (OTHER_FACTOR, OTHER_OPERAND, AT_RESULT, AT_OPERAND)
    for kind in kinds:
        found = [
            next((m for m in _in_local(s, s.local(push), p) if m.error == kind), None)
            for push in pushes
        ]
        whole = [m for m in found if m is not None]
        if len(whole) == len(pushes):
            yield tuple(whole)


def _in_sum(s: Setting, i: int, p: Point) -> Iterator[Slip]:
    """Slips in a gradient: of the sum over paths, then of the products in it."""
    pushes = s.log.received[i]
    sent = [s.right(push, p) for push in pushes]
    name, count = s.name(i), len(pushes)
    if count > 1:
        last = s.name(pushes[-1].child)
        told = f"that is what {last} sends last; what came before it stays"
        yield Slip(OVERWROTE, sent[-1], told)
        yield from _left_out(s, pushes, sent)
    told = "that comes of = where += belongs"
    yield Slip(OVERWROTE, p.assigned[i], told)
    if count > 1:
        product = floats.prod(sent)
        told = f"what arrives at {name} is added up"
        yield Slip(MULTIPLIED_PATHS, product, told)
        yield Slip(AVERAGED, sum(sent) / count, told)
    yield from _in_products(s, pushes, p)
    if 1 < count <= PATHS:
        for push, x in zip(pushes, sent):
            told = f"what {s.name(push.child)} sends is {s.shown(x)}"
            yield Slip(SIGN, sum(sent) - 2 * x, told)


def _left_out(s: Setting, pushes: list[Push], sent: list[float]) -> Iterator[Slip]:
    count = len(pushes)
    sizes = range(1, count) if count <= PATHS else (1, count - 1)
    for size in sizes:
        for kept in itertools.combinations(range(count), size):
            total = sum(sent[k] for k in kept)
            missing = [k for k in range(count) if k not in kept][:PATHS]
            told = " and ".join(
                f"{s.shown(sent[k])} from {s.name(pushes[k].child)}" for k in missing
            )
            yield Slip(ONE_PATH, total, f"missing is {told}")


def _in_seed(s: Setting, step: Seed, p: Point) -> Iterator[Slip]:
    name = s.name(step.variable)
    value = p.primals[step.variable]
    yield Slip(VALUE, value, f"that is the value of {name}")
    told = f"{name} moves exactly as far as {name} does"
    yield Slip(CONSTANT, 0.0, told)
    yield Slip(SIGN, -p.adjoints[step.variable], told)


def _over(x: float, y: float) -> float:
    return x / y if y else floats.nan
