"""A log at other numbers: does a formula hold, or is it right here by chance?

The graph is computed again from the log alone, with its leaves moved a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograd.explanations.model import Log, Push, Variable
from autograd.primitives import ROWS, nan
from autograd.text import number

# Formulas of gradients are told up to so many characters, and from so many uses
LONGEST, USES = 60, 4


@dataclass(frozen=True, eq=False)
class Point:
    """What a log tells, at some numbers.

    `partials` are those by all operands, constants too. `assigned` are the adjoints of
    a backward pass that overwrites where it should add.
    """

    primals: tuple[float, ...]
    partials: dict[int, tuple[float, ...]]
    adjoints: dict[int, float]
    assigned: dict[int, float]

    def local(self, push: Push) -> float:
        return self.partials[push.child][push.position]


def points(log: Log) -> tuple[Point, ...]:
    """The numbers of the log, and those at two places nearby where there are any.

    >>> from autograd import Value, explain
    >>> a = Value(2.0, label="a")
    >>> here, *nearby = points(explain(a * a).log)
    >>> here.adjoints[0], here.assigned[0], len(nearby)
    (4.0, 2.0, 2)
    """
    primals = [v.primal for v in log.variables]
    recorded = {}
    for v in log.variables:
        if v.operands:
            computed = applied(v, [primals[p] for p in v.operands]) or (
                nan,
                (nan,) * len(v.operands),
            )
            told = [log.locals.get((v.index, k)) for k in range(len(v.operands))]
            recorded[v.index] = tuple(
                local.value if local else partial
                for local, partial in zip(told, computed[1])
            )
    here = _point(log, primals, recorded)
    return (here, *(p for p in (_moved(log, 1), _moved(log, -1)) if p is not None))


def applied(
    v: Variable, operands: Sequence[float]
) -> tuple[float, tuple[float, ...]] | None:
    """A variable's number and local derivatives, if its operands were these numbers.

    None where a user's own primitive refuses them.
    """
    try:
        return ROWS[v.operation].at(*operands)
    except Exception:  # whatever a user's own may raise
        return None


def _moved(log: Log, sign: int) -> Point | None:
    """The log with every leaf moved, each by a share of its own."""
    primals: list[float] = []
    partials = {}
    for v in log.variables:
        if v.operands:
            computed = applied(v, [primals[p] for p in v.operands])
            if computed is None:
                return None
            primals.append(computed[0])
            partials[v.index] = computed[1]
        elif v.is_constant:
            primals.append(v.primal)
        else:
            # multiples of the golden ratio keep the shares apart
            share = 1 + (v.index + sign) * 0.6180339887498949 % 1
            primals.append(v.primal + sign * share / 128 * max(abs(v.primal), 0.5))
    return _point(log, primals, partials)


def _point(
    log: Log, primals: Sequence[float], partials: dict[int, tuple[float, ...]]
) -> Point:
    adjoints, assigned = dict(log.seeds), dict(log.seeds)
    for step in log.backward:
        if isinstance(step, Push):
            local = partials[step.child][step.position]
            before = adjoints.get(step.parent, 0.0)
            adjoints[step.parent] = before + adjoints[step.child] * local
            assigned[step.parent] = assigned[step.child] * local
    return Point(tuple(primals), partials, adjoints, assigned)


def gradient_formulas(log: Log, digits: int) -> dict[int, str]:
    """The gradients as formulas over the graph's names, where they are short.

    >>> from autograd import Value, explain
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> gradient_formulas(explain(a * a * b - a).log, 4)
    {4: '1', 3: '1', 2: 'v1', 1: 'b', 0: '-1 + b · a + b · a'}
    """
    found: dict[int, str] = {}
    for v in reversed(log.variables):
        pushes = log.received[v.index]
        terms = [exact(log.seeds[v.index], digits)] if v.index in log.seeds else []
        if len(pushes) <= USES:
            terms += [product_formula(log, push, found, digits) for push in pushes]
            if terms and all(terms) and len(summed := _sum(terms)) <= LONGEST:
                found[v.index] = summed
    return found


def product_formula(
    log: Log, push: Push, gradients: dict[int, str], digits: int
) -> str:
    """What a push sends, as a formula; "" where there is none."""
    local = log.locals[push.child, push.position]
    slope = local.formula or exact(local.value, digits)
    upstream = gradients.get(push.child, "")
    return _product(upstream, slope) if upstream and slope else ""


def exact(x: float, digits: int) -> str:
    """A number in decimals or as a fraction; "" where it would have to be rounded.

    >>> exact(0.5, 4), exact(1 / 3, 4), exact(2 ** 0.5, 4)
    ('0.5', '1/3', '')
    """
    shown = number(x, digits)
    if x - x != 0 or abs(float(shown) - x) <= 1e-12 * abs(x):
        return shown
    fraction = Fraction(x).limit_denominator(100)
    return str(fraction) if abs(float(fraction) - x) <= 1e-12 * abs(x) else ""


def _product(upstream: str, slope: str) -> str:
    if "0" in (upstream, slope):
        return "0"
    for one, other in ((upstream, slope), (slope, upstream)):
        if one in ("1", "-1"):
            return other if one == "1" else _negative(other)
    return f"{_factor(upstream)} · {_factor(slope)}"


def _sum(terms: Sequence[str]) -> str:
    terms = [term for term in terms if term != "0"] or ["0"]
    told = terms[0]
    for term in terms[1:]:
        told += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return told


def _negative(formula: str) -> str:
    formula = _factor(formula)
    return formula[1:] if formula.startswith("-") else f"-{formula}"


def _factor(formula: str) -> str:
    """The formula as it stands beside a sign of multiplication."""
    depth = 0
    for i, c in enumerate(formula):
        depth += (c == "(") - (c == ")")
        if (depth == 0 and i > 0 and c in "+-%") or formula[i : i + 2] == "//":
            return f"({formula})"
    return formula
