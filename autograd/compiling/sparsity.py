"""Which entries of a Jacobian and of a Hessian may be other than zero.

They follow from the instructions, without any numbers: which inputs a number depends
on (its index domain), and which operands of an operation have mixed second
derivatives (they interact). After Griewank & Walther 2008, "Evaluating Derivatives",
chapter 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd.compiling.instructions import Result
from autograd.interactions import NONE, Domain, interactions

Block = tuple[Sequence[int], Sequence[int]]
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
        half = len(slots) // 2
        for j, k in zip(slots[:half], slots[half:]):
            if active[j] and active[k]:
                yield (j,), (k,)
    else:
        slots = [slot for slot in slots if active[slot]]
        yield from [(slots, slots)] if kind.shape == "all" else _halves(slots)


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
