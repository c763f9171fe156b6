# cython: annotation_typing=False
"""Schedule: slots for all numbers, and instructions over runs of slots.

Numbers of the same depth and operation stand beside each other, so that their
operands do too: what reads and writes neighbouring slots becomes one instruction. What
depends on no argument comes first, for a batch needs it once.
"""

from __future__ import annotations

from array import array
from typing import Any

from autograd.compiling.layout import (
    CALL,
    FIELDS,
    GATHER,
    INPUTS,
    NARY,
    PARAMETERS,
    REDUCTIONS,
    Schedule,
    has_kernel,
)
from autograd.compiling.tape import CODES, CONSTANT, INPUT, PARAMETER, STOP, Tape

MUL, DOT, SUM, TAKE = CODES["*"], CODES["dot"], CODES["sum"], CODES["take"]
# Slots get their last numbers at the end: until then each region counts from a base
CONSTANTS, UNIFORM, VARYING = 1 << 40, 1 << 41, 1 << 42
FAR = 1 << 39  # slots of different regions are further apart than this
SORTED_FROM = 8  # smaller groups are taken as they come

# a run of slots: its first one and the step from one to the next
Run = tuple[int, int]


def schedule(tape: Tape, exact: bool = False) -> Schedule:
    """The instructions that compute a tape; `exact` keeps its order and every bit."""
    scheduler = Scheduler(tape, exact)
    for group in scheduler.in_order() if exact else scheduler.groups():
        scheduler.emit(group)
    return scheduler.finished()


class Scheduler:
    """What is known while instructions are written."""

    def __init__(self, tape: Tape, exact: bool) -> None:
        self.tape, self.exact = tape, exact
        count = len(tape.ops)
        self.slots: list[int] = [0] * count
        self.uniform = bytearray(count)
        self.depths: list[int] = [0] * count
        self.reached = bytearray(count)
        self.active = bytearray(count), bytearray(count)
        self.instructions: tuple[list[int], list[int]] = [], []  # uniform, varying
        self.needs: tuple[list[list[int]], list[list[int]]] = ([], []), ([], [])
        self.pool: list[int] = []
        self.constants: list[float] = list(tape.constants)
        self.rows: list[Any] = []
        self.counts = [0, tape.input_count]  # results: uniform, varying (after inputs)
        self.gathered: dict[tuple[int, ...], int] = {}
        self.look()
        self.place_leaves()

    # --- looking at the tape

    def look(self) -> None:
        """Depths, and what gradients flow to and from."""
        ops, all_args = self.tape.ops, self.tape.args
        uniform, depths = self.uniform, self.depths
        by_parameters, by_inputs = self.active
        for i in range(len(ops)):
            op, args = ops[i], all_args[i]
            if op > 0 or op == STOP:
                deepest, same = 0, not self.exact
                for a in args:
                    depth = depths[a]
                    if depth > deepest:
                        deepest = depth
                    if not uniform[a]:
                        same = 0
                depths[i], uniform[i] = deepest + 1, same
                if op > 0:
                    for a in args:
                        if by_parameters[a]:
                            by_parameters[i] = 1
                        if by_inputs[a]:
                            by_inputs[i] = 1
            else:
                uniform[i] = op != INPUT
                by_parameters[i] = op == PARAMETER
                by_inputs[i] = op == INPUT
        reached = self.reached
        for i in self.tape.outputs:
            reached[i] = 1
        for i in range(len(ops) - 1, -1, -1):
            if reached[i] and ops[i] > 0:
                for a in all_args[i]:
                    reached[a] = 1

    def place_leaves(self) -> None:
        """Slots of parameters in the order in which products use them."""
        tape, slots = self.tape, self.slots
        self.parameters: list[Any] = []
        leaves = [i for i, op in enumerate(tape.ops) if op == PARAMETER]
        order = dict.fromkeys(leaves) if self.exact else self.by_first_use()
        for i in (*order, *leaves):
            if tape.ops[i] == PARAMETER and not slots[i]:
                self.parameters.append(tape.parameters[tape.args[i][0]])
                slots[i] = len(self.parameters)  # one more than it is, for now
        for i, op in enumerate(tape.ops):
            if op == PARAMETER:
                slots[i] -= 1
            elif op == CONSTANT:
                slots[i] = CONSTANTS + tape.args[i][0]
            elif op == INPUT:
                slots[i] = VARYING + tape.args[i][0]

    def by_first_use(self) -> dict[int, None]:
        tape = self.tape
        products = [i for i, op in enumerate(tape.ops) if op == DOT]
        products.sort(key=self.depths.__getitem__)
        order: dict[int, None] = {}
        for i in products:
            half = len(tape.args[i]) // 2
            order.update(dict.fromkeys(tape.args[i][:half]))
        for i in products:
            half = len(tape.args[i]) // 2
            order.update(dict.fromkeys(tape.args[i][half:]))
        return order

    def in_order(self) -> Any:
        """Each number for itself, as the engine computed them."""
        for i, op in enumerate(self.tape.ops):
            if op > 0 or op == STOP:
                yield [i]

    def groups(self) -> Any:
        """Numbers that may be computed beside each other, what is uniform first."""
        tape = self.tape
        levels: list[list[int]] = [[] for _ in range(max(self.depths, default=0) + 1)]
        for i, op in enumerate(tape.ops):
            if op > 0 or op == STOP:
                levels[self.depths[i]].append(i)
        for uniform in (1, 0):
            for level in levels:
                if len(level) == 1:
                    if self.uniform[level[0]] == uniform:
                        yield level
                    continue
                kinds: dict[Any, list[int]] = {}
                for i in level:
                    if self.uniform[i] != uniform:
                        continue
                    op = tape.ops[i]
                    size = len(tape.args[i]) if op in NARY else 0
                    key = (op, size, self.reached[i])
                    kind = kinds.get(key)
                    if kind is None:
                        kinds[key] = [i]
                    else:
                        kind.append(i)
                yield from kinds.values()

    # --- writing instructions

    def emit(self, group: list[int]) -> None:
        """Instructions for numbers of the same operation, depth and shape."""
        op = self.tape.ops[group[0]]
        if op == STOP:
            self.copies(group)
        elif op == DOT:
            self.dots(group)
        elif op == TAKE:
            self.takes(group)
        elif op in REDUCTIONS:
            self.reductions(op, group)
        elif has_kernel(self.tape.row(op)):
            self.elementwise(op, group)
        else:
            self.calls(group)

    def write(self, region: int, op: int, n: int, m: int, out: int, *operands: Any) -> None:
        flat = [op, n, m, out]
        for first, step, row in operands:
            flat += (first, step, row)
        flat += (-1, 0, 0) * (3 - len(operands))
        self.instructions[region].extend(flat)

    def need(self, region: int, group: list[int], parts: list[Any]) -> None:
        """Which operands' adjoints are wanted, by parameters and by inputs."""
        for mode in (PARAMETERS, INPUTS):
            active = self.active[mode]
            bits = 0
            if self.reached[group[0]]:
                for k, part in enumerate(parts):
                    if any([active[a] for a in part]):
                        bits |= 1 << k
            self.needs[region][mode].append(bits)

    def fresh(self, region: int, count: int) -> int:
        """The first of so many new slots."""
        first = self.counts[region]
        self.counts[region] += count
        return first + (VARYING if region else UNIFORM)

    def region(self, i: int) -> int:
        return 0 if self.uniform[i] else 1

    def elementwise(self, op: int, group: list[int]) -> None:
        args, slots = self.tape.args, self.slots
        arity = len(args[group[0]])
        if len(group) >= SORTED_FROM and not self.exact:
            group = self.best_order(group)
        region = self.region(group[0])
        out = self.fresh(region, len(group))
        for k, i in enumerate(group):
            slots[i] = out + k
        columns = [[slots[args[i][k]] for i in group] for k in range(arity)]
        for start, stop in runs(columns):
            operands = [
                (c[start], c[start + 1] - c[start] if stop - start > 1 else 0, 0)
                for c in columns
            ]
            self.write(region, op, stop - start, 1, out + start, *operands)
            part = group[start:stop]
            self.need(region, part, [[args[i][k] for i in part] for k in range(arity)])

    def best_order(self, group: list[int]) -> list[int]:
        """The order of a group in which its operands form the fewest runs."""
        args, slots = self.tape.args, self.slots
        arity = len(args[group[0]])

        def breaks(order: list[int]) -> int:
            return sum(1 for _ in runs([[slots[args[i][k]] for i in order] for k in range(arity)]))

        fewest, best = breaks(group), group
        if fewest * 4 <= len(group):
            return best
        keys: list[Any] = [lambda i: slots[args[i][0]]]
        if arity > 1:
            keys += [
                lambda i: (slots[args[i][1]] - slots[args[i][0]], slots[args[i][0]]),
                lambda i: (slots[args[i][0]], slots[args[i][1]]),
                lambda i: (slots[args[i][1]], slots[args[i][0]]),
            ]
        for key in keys:
            order = sorted(group, key=key)
            count = breaks(order)
            if count < fewest:
                fewest, best = count, order
        return best

    def copies(self, group: list[int]) -> None:
        one = self.constant(1.0)
        for i in group:
            region = self.region(i)
            x = self.slots[self.tape.args[i][0]]
            self.slots[i] = self.fresh(region, 1)
            self.write(region, MUL, 1, 1, self.slots[i], (x, 0, 0), (one, 0, 0))
            self.need(region, [i], [])

    def constant(self, number: float) -> int:
        self.constants.append(number)
        return CONSTANTS + len(self.constants) - 1

    def dots(self, group: list[int]) -> None:
        args, slots = self.tape.args, self.slots
        size = len(args[group[0]])
        half = size // 2
        region = self.region(group[0])
        left, right = self.sides(group, half)
        rows: list[Any] = []
        for i, xs, ys in zip(group, left, right):
            a, b = self.two_runs(region, xs, ys)
            last = (slots[args[i][-1]],) if size % 2 else ()
            rows.append(((a[1], b[1]), (a[0], b[0], *last)))
        out = self.fresh(region, len(group))
        for k, i in enumerate(group):
            slots[i] = out + k
        for start, stop in rows_that_go_together(rows):
            (sa, sb), firsts = rows[start]
            steps = self.row_steps(rows, start, stop)
            operands = [
                (first, step, row)
                for first, step, row in zip(firsts, (sa, sb, 0), steps)
            ]
            self.write(region, DOT, half, stop - start, out + start, *operands)
            part = range(start, stop)
            parts = [
                [x for k in part for x in left[k]],
                [x for k in part for x in right[k]],
            ]
            if size % 2:
                parts.append([args[group[k]][-1] for k in part])
            self.need(region, group[start:stop], parts)

    @staticmethod
    def row_steps(rows: list[Any], start: int, stop: int) -> list[int]:
        firsts = rows[start][1]
        if stop - start == 1:
            return [0] * len(firsts)
        return [b - a for a, b in zip(firsts, rows[start + 1][1])]

    def sides(self, group: list[int], half: int) -> Any:
        """The factors of each dot product, those that several share on the right."""
        args = self.tape.args
        left = [args[i][:half] for i in group]
        right = [args[i][half : 2 * half] for i in group]
        if self.exact:
            return left, right
        shared_left = len(group) - len(set(left))
        shared_right = len(group) - len(set(right))
        weights = self.uniform[right[0][0]] and not self.uniform[left[0][0]]
        if shared_left > shared_right or (shared_left == shared_right and weights):
            left, right = right, left
        return left, right

    def two_runs(self, region: int, xs: Any, ys: Any) -> tuple[Run, Run]:
        """Slots of the factors as runs, sorted or gathered where they are none."""
        slots = self.slots
        a, b = [slots[x] for x in xs], [slots[y] for y in ys]
        first, second = as_run(a), as_run(b)
        if first and second and self.on_one_side(xs) and self.on_one_side(ys):
            return first, second
        if self.exact:  # the second factors first: adjoints come back in reverse
            second = self.gather(region, ys)
            return self.gather(region, xs), second
        pairs = sorted(zip(a, b))
        sorted_runs = as_run([x for x, _ in pairs]), as_run([y for _, y in pairs])
        if all(sorted_runs) and self.on_one_side(xs) and self.on_one_side(ys):
            return sorted_runs  # type: ignore[return-value]
        return (
            first if first and self.on_one_side(xs) else self.gather(region, xs),
            second if second and self.on_one_side(ys) else self.gather(region, ys),
        )

    def on_one_side(self, numbers: Any) -> bool:
        """Whether all of them are uniform, or none is."""
        uniform = self.uniform
        some = uniform[numbers[0]]
        return all([uniform[x] == some for x in numbers])

    def one_run(self, region: int, xs: Any, ordered: bool) -> Run:
        slots = [self.slots[x] for x in xs]
        one_side = self.on_one_side(xs)
        found = as_run(slots) if one_side else None
        if found is None and one_side and not ordered and not self.exact:
            found = as_run(sorted(slots))
        return found or self.gather(region, xs)

    def gather(self, region: int, numbers: Any) -> Run:
        """Copies of these numbers beside each other."""
        numbers = tuple(numbers)
        if not self.exact and numbers in self.gathered:
            return self.gathered[numbers], 1
        tape = self.tape
        if all([tape.ops[x] == CONSTANT for x in numbers]):
            first = CONSTANTS + len(self.constants)
            self.constants += [tape.constants[tape.args[x][0]] for x in numbers]
        else:
            sources = [self.slots[x] for x in numbers]
            if self.on_one_side(numbers):
                region = 1 if self.exact else self.region(numbers[0])
            else:
                sources = self.made_to_vary(numbers)
            first = self.fresh(region, len(numbers))
            self.write(region, GATHER, len(numbers), 1, first, (len(self.pool), 0, 0))
            self.pool += sources
            for mode in (PARAMETERS, INPUTS):
                active = any([self.active[mode][x] and self.reached[x] for x in numbers])
                self.needs[region][mode].append(int(active))
        self.gathered[numbers] = first
        return first, 1

    def made_to_vary(self, numbers: Any) -> list[int]:
        """Slots of these numbers among those that differ from sample to sample."""
        one = self.constant(1.0)
        sources = []
        for x in numbers:
            slot = self.slots[x]
            if self.uniform[x]:
                copy = self.fresh(1, 1)
                self.write(1, MUL, 1, 1, copy, (slot, 0, 0), (one, 0, 0))
                for mode in (PARAMETERS, INPUTS):
                    wanted = self.active[mode][x] and self.reached[x]
                    self.needs[1][mode].append(int(wanted))
                slot = copy
            sources.append(slot)
        return sources

    def reductions(self, op: int, group: list[int]) -> None:
        args, slots = self.tape.args, self.slots
        region = self.region(group[0])
        size = len(args[group[0]])
        rows = []
        for i in group:
            first, step = self.one_run(region, args[i], ordered=False)
            rows.append(((step,), (first,)))
        out = self.fresh(region, len(group))
        for k, i in enumerate(group):
            slots[i] = out + k
        for start, stop in rows_that_go_together(rows):
            (step,), (first,) = rows[start]
            (row,) = self.row_steps(rows, start, stop)
            self.write(
                region, op, size, stop - start, out + start, (first, step, row)
            )
            part = group[start:stop]
            self.need(region, part, [[a for i in part for a in args[i]]])

    def takes(self, group: list[int]) -> None:
        args, slots = self.tape.args, self.slots
        region = self.region(group[0])
        size = len(args[group[0]]) - 1
        rows = []
        for i in group:
            index, *table = args[i]
            first, step = self.one_run(region, table, ordered=True)
            rows.append(((step,), (first, slots[index])))
        out = self.fresh(region, len(group))
        for k, i in enumerate(group):
            slots[i] = out + k
        for start, stop in rows_that_go_together(rows):
            (step,), (first, index) = rows[start]
            steps = self.row_steps(rows, start, stop)
            self.write(
                *(region, TAKE, size, stop - start, out + start),
                *((first, step, steps[0]), (index, 0, steps[1])),
            )
            part = group[start:stop]
            self.need(region, part, [[a for i in part for a in args[i][1:]]])

    def calls(self, group: list[int]) -> None:
        for i in group:
            region = self.region(i)
            args = self.tape.args[i]
            self.slots[i] = self.fresh(region, 1)
            self.rows.append(self.tape.row(self.tape.ops[i]))
            self.write(
                *(region, CALL, len(args), 1, self.slots[i]),
                *((len(self.rows) - 1, 0, 0), (len(self.pool), 0, 0)),
            )
            self.pool += [self.slots[a] for a in args]
            self.need(region, [i], [args])

    # --- the end

    def finished(self) -> Schedule:
        parameters, constants = len(self.parameters), len(self.constants)
        uniform = parameters + constants + self.counts[0]

        def final(slot: int) -> int:
            if slot >= VARYING:
                return slot - VARYING + uniform
            if slot >= UNIFORM:
                return slot - UNIFORM + parameters + constants
            return slot - CONSTANTS + parameters if slot >= CONSTANTS else slot

        flat = self.instructions[0] + self.instructions[1]
        for start in range(0, len(flat), FIELDS):
            flat[start + 3] = final(flat[start + 3])
            op = flat[start]
            if op != GATHER and op != CALL:
                for k in (4, 7, 10):
                    flat[start + k] = final(flat[start + k])
        return Schedule(
            instructions=array("i", flat),
            pool=array("i", [final(slot) for slot in self.pool]),
            constants=array("d", self.constants),
            layout=(
                *(parameters, constants, uniform, self.tape.input_count),
                uniform + self.counts[1],
                len(self.instructions[0]) // FIELDS,
            ),
            guards=array(
                "i",
                [
                    field
                    for g in self.tape.guards
                    for field in (
                        *(g.relation, final(self.slots[g.a]), final(self.slots[g.b])),
                        int(g.outcome),
                    )
                ],
            ),
            outputs=array("i", [final(self.slots[i]) for i in self.tape.outputs]),
            needs=(
                array("i", self.needs[0][0] + self.needs[1][0]),
                array("i", self.needs[0][1] + self.needs[1][1]),
            ),
            rows=self.rows,
            parameters=self.parameters,
            exact=self.exact,
        )


def as_run(slots: list[int]) -> Run | None:
    """First slot and step, if the slots are that far apart all along."""
    if len(slots) == 1:
        return slots[0], 1
    step = slots[1] - slots[0]
    if abs(step) > FAR or slots[-1] - slots[0] != step * (len(slots) - 1):
        return None
    expected = slots[0]
    for slot in slots:
        if slot != expected:
            return None
        expected += step
    return slots[0], step


def runs(columns: list[list[int]]) -> Any:
    """Where all columns go on with the same steps: pairs (start, stop)."""
    count = len(columns[0])
    start = 0
    while start < count:
        if start + 1 == count:
            yield start, count
            return
        steps = [c[start + 1] - c[start] for c in columns]
        stop = start + 2
        while stop < count and all(
            [c[stop] - c[stop - 1] == s for c, s in zip(columns, steps)]
        ):
            stop += 1
        # two alone that are far apart are better left to their other neighbours
        far = any([abs(s) > FAR for s in steps])
        if far or (stop - start == 2 and any([s not in (0, 1) for s in steps])):
            stop = start + 1
        yield start, stop
        start = stop


def rows_that_go_together(rows: list[Any]) -> Any:
    """Where rows have the same inner steps, and stand at equal distances."""
    count = len(rows)
    start = 0
    while start < count:
        stop = start + 1
        if stop < count and rows[stop][0] == rows[start][0]:
            distances = [b - a for a, b in zip(rows[start][1], rows[stop][1])]
            near = all([abs(d) < FAR for d in distances])
            while (
                stop < count
                and near
                and rows[stop][0] == rows[start][0]
                and [b - a for a, b in zip(rows[stop - 1][1], rows[stop][1])]
                == distances
            ):
                stop += 1
        yield start, stop
        start = stop
