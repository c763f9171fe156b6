"""Which entries of a Jacobian and of a Hessian may be other than zero.

They follow from the instructions, without any numbers: which inputs a number depends
on (its index domain), and which operands of an operation have mixed second
derivatives (they interact). After Griewank & Walther 2008, "Evaluating Derivatives",
chapter 7.

Which operands of a primitive interact is not written down anywhere: its rule is asked,
over numbers that remember the operands that they depend on.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import floats
from autograd.compiling.instructions import Result
from autograd.primitives import ROWS, TABLE, Primitive
from autograd.symbols import Formulas, Symbol

Domain = frozenset[int]
Block = tuple[Sequence[int], Sequence[int]]
NONE: Domain = frozenset()
# Set elements to be looked at, a few seconds: what takes more is taken to be dense.
MOST = 2**25


def jacobian_pattern(
    results: Sequence[Result],
    inputs: range,
    outputs: Sequence[int],
    most: int = MOST,
) -> list[Domain]:
    """For each output the inputs, counted from 0, that it may have a slope by.

    Of the results that a schedule is taken apart into; `inputs` and `outputs` are
    slots. Where that takes more than `most` steps, an output that depends on any
    input is said to depend on all.

    >>> from autograd import compile
    >>> from autograd.compiling.instructions import taken_apart
    >>> f = compile(lambda x, y, z: [x * y, z // x])
    >>> f(1.0, 2.0, 3.0)
    [2.0, 3.0]
    >>> results = taken_apart(*f.tape.parts())
    >>> [sorted(row) for row in jacobian_pattern(results, range(3), f.tape.outputs)]
    [[0, 1], []]
    """
    active = _active(results, inputs, outputs)
    wanted = bytearray(len(active))
    for slot in outputs:
        wanted[slot] = 1
    for result in reversed(results):
        if wanted[result.out]:
            _mark(wanted, _carriers(result))
    domains = _Domains(inputs, wanted)
    if not domains.follow(results, most):
        everything = frozenset(range(len(inputs)))
        return [everything if active[slot] else NONE for slot in outputs]
    return [domains.of[slot] for slot in outputs]


def hessian_pattern(
    results: Sequence[Result], inputs: range, output: int, most: int = MOST
) -> list[Domain]:
    """For each input those by which the output's derivative by it may have a slope.

    Symmetric; the diagonal is there only where the second derivative may be other than
    zero. Rows that are equal are often one object. Where that takes more than `most`
    steps, every two of the inputs that the output depends on are said to interact.

    >>> from autograd import compile
    >>> from autograd.compiling.instructions import taken_apart
    >>> f = compile(lambda x, y, z: x * y + z * z)
    >>> f(1.0, 2.0, 3.0)
    11.0
    >>> results = taken_apart(*f.tape.parts())
    >>> [sorted(r) for r in hessian_pattern(results, range(3), f.tape.outputs[0])]
    [[1], [0], [2]]
    """
    active = _active(results, inputs, [output])
    # where the output has a slope by a number, and where a domain will be asked for
    live, wanted = bytearray(len(active)), bytearray(len(active))
    live[output] = 1
    blocks: list[Block] = []
    for result in reversed(results):
        if live[result.out]:
            _mark(live, _carriers(result))
            for block in _blocks(result, active):
                _mark(wanted, block[0])
                _mark(wanted, block[1])
                blocks.append(block)
        if wanted[result.out]:
            _mark(wanted, _carriers(result))
    domains, pairs = _Domains(inputs, wanted), _Pairs(len(inputs))
    rows: list[Domain] | None = None
    if domains.follow(results, most):
        # the last operations first: what is inside their large domains is known then
        for first, second in blocks:
            pairs.add(domains.union(first), domains.union(second))
        rows = pairs.rows(most)
    if rows is None:
        everything = frozenset([i for i, slot in enumerate(inputs) if live[slot]])
        rows = [everything if i in everything else NONE for i in range(len(inputs))]
    return rows


# --- over the instructions


def _mark(marks: bytearray, slots: Sequence[int]) -> None:
    for slot in slots:
        marks[slot] = 1


def _carriers(result: Result) -> Sequence[int]:
    """The slots by which a result has a slope."""
    if len(result.groups) == 1:
        slots = result.groups[0]
    else:
        slots = [slot for group in result.groups for slot in group]
    flat = interactions(result.row).flat
    if flat:
        slots = [slot for k, slot in enumerate(slots) if k not in flat]
    return slots if result.start < 0 else [*slots, result.start]


def _active(
    results: Sequence[Result], inputs: range, outputs: Sequence[int]
) -> bytearray:
    """For each slot whether it has a slope by any of the inputs."""
    ends = [inputs.stop, *[1 + r.out for r in results], *[1 + slot for slot in outputs]]
    active = bytearray(max(ends))
    for slot in inputs:
        active[slot] = 1
    for result in results:
        active[result.out] = any([active[slot] for slot in _carriers(result)])
    return active


def _blocks(result: Result, active: bytearray) -> Iterator[Block]:
    """Slots that interact: each of the first ones with each of the second ones."""
    kind = interactions(result.row)
    if not kind.pairs:
        return
    slots = [slot for group in result.groups for slot in group]
    if kind.shape is None:
        for j, k in kind.pairs:
            if active[slots[j]] and active[slots[k]]:
                yield (slots[j],), (slots[k],)
    elif kind.shape == "partners":
        for j, k in zip(*result.groups):
            if active[j] and active[k]:
                yield (j,), (k,)
    elif any([active[slot] for slot in slots]):
        slots = [slot for slot in slots if active[slot]]
        if kind.shape == "all":
            yield slots, slots
        else:
            yield from _halves(slots)


def _halves(slots: Sequence[int]) -> Iterator[Block]:
    """Each with each other but not with itself: half with half, then in each half."""
    spans = [slots]
    while spans:
        span = spans.pop()
        if len(span) > 1:
            halves = span[: len(span) // 2], span[len(span) // 2 :]
            yield halves
            spans += halves


class _Domains:
    """For each wanted slot the inputs that it depends on; equal ones are one object."""

    def __init__(self, inputs: range, wanted: bytearray) -> None:
        self.wanted = wanted
        self.of = [NONE] * len(wanted)
        for i, slot in enumerate(inputs):
            if wanted[slot]:
                self.of[slot] = frozenset((i,))
        self._known: dict[Domain, Domain] = {}

    def follow(self, results: Sequence[Result], most: int) -> bool:
        """Whether that took no more than so many steps."""
        for result in results:
            if self.wanted[result.out]:
                domain = self.of[result.out] = self.union(_carriers(result))
                most -= len(domain)
                if most < 0:
                    return False
        return True

    def union(self, slots: Sequence[int]) -> Domain:
        if len(slots) == 1:
            return self.of[slots[0]]
        distinct = {self.of[slot] for slot in slots}
        distinct.discard(NONE)
        if len(distinct) == 1:
            return distinct.pop()
        union = NONE.union(*distinct)
        return self._known.setdefault(union, union)


class _Pairs:
    """Pairs of inputs that interact, kept as whole domains until rows are wanted."""

    def __init__(self, inputs: int) -> None:
        self._parts: list[set[Domain]] = [set() for _ in range(inputs)]
        self._known: set[tuple[Domain, Domain]] = set()
        self._largest = [NONE] * inputs  # in which each interacts with each

    def add(self, first: Domain, second: Domain) -> None:
        """Each input of the first interacts with each of the second."""
        if not first or not second or (first, second) in self._known:
            return
        self._known.add((first, second))
        around = self._largest[next(iter(first))]
        if first <= around and second <= around:
            return
        for i in first:
            self._parts[i].add(second)
        for i in second:
            self._parts[i].add(first)
        if first == second:
            for i in first:
                if len(self._largest[i]) < len(first):
                    self._largest[i] = first

    def rows(self, most: int) -> list[Domain] | None:
        """For each input those that it interacts with; None after so many steps."""
        rows: list[Domain] = []
        known: dict[frozenset[Domain], Domain] = {}
        for parts in self._parts:
            key = frozenset(parts)
            if key not in known:
                most -= sum(map(len, parts))
                if most < 0:
                    return None
                known[key] = NONE.union(*parts)
            rows.append(known[key])
        return rows


# --- over the table


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


@functools.cache
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
    """A number that knows by which operands it may have a slope.

    It goes by the table too: the slope of floor(x) is 0, and so it has none by x.
    """

    __slots__ = ("operands",)

    def __init__(self, operands: Domain) -> None:
        self.operands = operands

    def __eq__(self, other: object) -> Any:
        # that a number is itself asks whether it is nan, and nan has no pattern
        return self is other or CONSTANT

    def __lt__(self, other: Any) -> Traced:
        return CONSTANT

    __le__ = __gt__ = __ge__ = __lt__
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


for _op, _name in {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
}.items():
    setattr(Traced, f"__{_name}__", _infix(_op))
    setattr(Traced, f"__r{_name}__", _infix(_op, swapped=True))

CONSTANT = Traced(NONE)


class _Tracing:
    """The namespace that rules see as `math`."""

    inf, nan, pi, e, tau = floats.inf, floats.nan, floats.pi, floats.e, floats.tau

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        if isinstance(condition, bool):
            return a if condition else b
        return Traced(_operands(a) | _operands(b))

    def __getattr__(self, name: str) -> Callable[..., Traced]:
        return functools.partial(_applied, ROWS.get(name))


TRACING = _Tracing()


def _operands(x: Any) -> Domain:
    return x.operands if isinstance(x, Traced) else NONE


def _is_zero(partial: Any) -> bool:
    return not isinstance(partial, (Traced, Symbol)) and bool(partial == 0)


def _applied(row: Primitive | None, *given: Any) -> Traced:
    lists = [x if isinstance(x, (list, tuple)) else (x,) for x in given]
    operands = [_operands(x) for xs in lists for x in xs]
    flat = NONE if row is None or row.arity is None else _flat(row)
    return Traced(NONE.union(*[x for k, x in enumerate(operands) if k not in flat]))


@functools.cache
def _flat(row: Primitive) -> Domain:
    """The operands without any slope, by formulas: rules may use each other's rows."""
    formulas = Formulas()
    names = [formulas.name(f"x{k}") for k in range(row.arity or 0)]
    partials = row.partials(formulas, formulas.name("out"), *names)
    return frozenset([k for k, partial in enumerate(partials) if _is_zero(partial)])
