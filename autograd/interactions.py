"""Which operands of a primitive have mixed second derivatives: they interact.

It is not written down anywhere: a row's rule is asked, over numbers that remember the
operands that they depend on.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd import floats
from autograd.primitives import ROWS, TABLE, Primitive
from autograd.symbols import OPERATORS, Formulas

Domain = frozenset[int]
NONE: Domain = frozenset()


@dataclass(frozen=True)
class Interactions:
    """Which operands of a primitive have mixed second derivatives.

    `flat` are the operands without any slope, `pairs` those that interact. Where any
    number of operands is taken, `pairs` are those of PROBE operands, and `shape` tells
    how it is for more: none, partners (each with its partner in the other list),
    others (each with all others) or all.
    """

    flat: frozenset[int]
    pairs: tuple[tuple[int, int], ...]
    shape: str | None = None


PROBE = 4
SHAPES: dict[str, Callable[[int, int], bool]] = {
    "none": lambda j, k: False,
    "partners": lambda j, k: k - j == PROBE // 2,
    "others": lambda j, k: j != k,
    "all": lambda j, k: True,
}
TABLED = frozenset(TABLE)


def interactions(row: Primitive | None) -> Interactions:
    """What a row's rule says, asked once. Of no row: a copy; of a user's own: all.

    >>> interactions(ROWS["/"]).pairs, interactions(ROWS["abs"]).pairs
    (((0, 1), (1, 1)), ())
    >>> interactions(ROWS["dot"]).shape, interactions(ROWS["prod"]).shape
    ('partners', 'others')
    >>> interactions(ROWS["take"])
    Interactions(flat=frozenset({0}), pairs=(), shape='none')
    """
    if row is None:
        return Interactions(NONE, ())
    if row not in TABLED:
        return Interactions(NONE, ((0, 0),), "all")
    return _of_the_table(row)


@functools.cache  # only those: others come and go, and may hold graphs
def _of_the_table(row: Primitive) -> Interactions:
    count = row.arity or PROBE
    operands = [Traced(frozenset((k,))) for k in range(count)]
    out = Traced(frozenset(range(count)))
    partials = row.partials(TRACING, out, *operands)
    flat = frozenset([k for k, partial in enumerate(partials) if _is_zero(partial)])
    found = {
        (min(j, k), max(j, k))
        for j, partial in enumerate(partials)
        for k in _operands(partial)
    }
    pairs = tuple(sorted(found))
    if row.arity is not None:
        return Interactions(flat, pairs)
    shape = next(
        name for name, holds in SHAPES.items() if all([holds(j, k) for j, k in pairs])
    )
    # elements of a list are alike, though a rule has only one of them taken; what
    # stands before the list need not be
    return Interactions(flat & {0}, pairs, shape)


class Traced:
    """A number that knows by which operands it may have a slope."""

    __slots__ = ("operands",)

    def __init__(self, operands: Domain) -> None:
        self.operands = operands

    def __eq__(self, other: object) -> Any:
        return CONSTANT

    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError("a rule may not branch on a number: use the namespace's where")

    def __int__(self) -> int:
        return 0  # the index of take: any element is as good

    def __neg__(self) -> Traced:
        return _applied(ROWS["neg"], self)


def _infix(op: str, swapped: bool = False) -> Callable[[Traced, Any], Traced]:
    def infix(self: Traced, other: Any) -> Traced:
        return _applied(ROWS[op], *((other, self) if swapped else (self, other)))

    return infix


for _op, _name in OPERATORS.items():
    setattr(Traced, f"__{_name}__", _infix(_op))
    setattr(Traced, f"__r{_name}__", _infix(_op, swapped=True))

CONSTANT = Traced(NONE)


class _Tracing:
    """The namespace that rules see as `math`."""

    inf, nan, pi, e, tau = floats.inf, floats.nan, floats.pi, floats.e, floats.tau

    def where(self, condition: Any, a: Any, b: Any) -> Traced:
        return Traced(_operands(a) | _operands(b))

    def __getattr__(self, name: str) -> Callable[..., Traced]:
        return functools.partial(_applied, ROWS.get(name))


TRACING = _Tracing()


def _operands(x: Any) -> Domain:
    return x.operands if isinstance(x, Traced) else NONE


def _is_zero(partial: Any) -> bool:
    return isinstance(partial, float) and partial == 0


def _applied(row: Primitive | None, *given: Any) -> Traced:
    """The result of a row, or of what is none: by the operands that are not flat."""
    lists = [x if isinstance(x, (list, tuple)) else (x,) for x in given]
    operands = [_operands(x) for xs in lists for x in xs]
    flat = _flat(row) if row is not None and row.arity else NONE
    return Traced(NONE.union(*[x for k, x in enumerate(operands) if k not in flat]))


@functools.cache
def _flat(row: Primitive) -> Domain:
    """The operands without any slope, by formulas: rules may use each other's rows."""
    formulas = Formulas()
    names = [formulas.name(f"x{k}") for k in range(row.arity or 0)]
    partials = row.partials(formulas, formulas.name("out"), *names)
    return frozenset([k for k, partial in enumerate(partials) if _is_zero(partial)])
