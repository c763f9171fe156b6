# cython: annotation_typing=False
"""Schedule: slots for all numbers, and instructions over runs of slots.

Numbers of the same depth and operation stand beside each other, so that their
operands do too: what reads and writes neighbouring slots becomes one instruction. What
depends on no argument comes first, for a batch needs it once.
"""

from __future__ import annotations

from array import array
from typing import Any

from autograd.compiling.flow import Flow
from autograd.compiling.instructions import CALL, FIELDS, GATHER
from autograd.compiling.layout import (
    INPUTS,
    PARAMETERS,
    REDUCTIONS,
    Schedule,
    has_kernel,
)
from autograd.compiling.runs import Row, Run, as_run, rows_that_go_together, runs
from autograd.compiling.tape import CODES, CONSTANT, INPUT, STOP, Guard

MUL, DOT, SUM, TAKE = CODES["*"], CODES["dot"], CODES["sum"], CODES["take"]
# Slots get their last numbers at the end: until then each region counts from a base
CONSTANTS, UNIFORM, VARYING = 1 << 40, 1 << 41, 1 << 42
SORTED_FROM = 8  # smaller groups are taken as they come


def schedule(flow: Flow) -> Schedule:
    """The instructions that compute a tape; an exact one keeps its order."""
    scheduler = Scheduler(flow)
    for group in flow.groups():
        scheduler.emit(group)
    return scheduler.finished()


class Scheduler:
    """What is known while instructions are written."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.tape, self.exact = flow, flow.tape, flow.exact
        self.uniform, self.reached = flow.uniform, flow.reached
        self.active = flow.active
        self.slots: list[int] = [0] * len(self.tape.ops)
        self.instructions: tuple[list[int], list[int]] = [], []  # uniform, varying
        # by region, and by mode
        self.needs: tuple[list[list[int]], ...] = ([[], []], [[], []])
        self.pool: list[int] = []
        self.constants: list[float] = list(self.tape.constants)
        self.rows: list[Any] = []
        # results: uniform ones, and varying ones, which stand after the inputs
        self.counts = [0, self.tape.input_count]
        self.gathered: dict[tuple[int, ...], int] = {}
        self.place_leaves()

    def place_leaves(self) -> None:
        tape, slots = self.tape, self.slots
        self.parameters: list[Any] = []
        for i in self.flow.parameters():
            slots[i] = len(self.parameters)
            self.parameters.append(tape.parameters[tape.args[i][0]])
        for i, op in enumerate(tape.ops):
            if op == CONSTANT:
                slots[i] = CONSTANTS + tape.args[i][0]
            elif op == INPUT:
                slots[i] = VARYING + tape.args[i][0]

    # --- writing instructions

    def emit(self, group: list[int]) -> None:
        """Instructions for numbers of the same operation, depth and shape."""
        op = self.tape.ops[group[0]]
        if op == STOP:
            for i in group:
                x = self.tape.args[i][0]
                self.slots[i] = self.copy(self.region(i), x, passes=False)
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

    def write(
        self, region: int, op: int, n: int, m: int, out: int, *operands: Any
    ) -> None:
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
        operands = {i: tuple([slots[a] for a in args[i]]) for i in group}

        def breaks(order: list[int]) -> int:
            columns = [list(c) for c in zip(*[operands[i] for i in order])]
            return sum([1 for _ in runs(columns)])

        fewest, best = breaks(group), group
        if fewest * 4 <= len(group):
            return best
        keys: list[Any] = [lambda i: operands[i], lambda i: operands[i][::-1]]
        if len(operands[group[0]]) > 1:
            keys.append(lambda i: (operands[i][1] - operands[i][0], operands[i][0]))
        for key in keys:
            order = sorted(group, key=key)
            count = breaks(order)
            if count < fewest:
                fewest, best = count, order
        return best

    def copy(self, region: int, x: int, passes: bool) -> int:
        """A slot with the same number; whether adjoints pass from it to x's."""
        out = self.fresh(region, 1)
        one = self.constant(1.0)
        self.write(region, MUL, 1, 1, out, (self.slots[x], 0, 0), (one, 0, 0))
        for mode in (PARAMETERS, INPUTS):
            wanted = passes and self.active[mode][x] and self.reached[x]
            self.needs[region][mode].append(int(wanted))
        return out

    def constant(self, number: float) -> int:
        self.constants.append(number)
        return CONSTANTS + len(self.constants) - 1

    def by_rows(self, op: int, n: int, group: list[int], rows: list[Row]) -> None:
        """Instructions that compute a result from each row of operands."""
        region = self.region(group[0])
        out = self.fresh(region, len(group))
        for k, i in enumerate(group):
            self.slots[i] = out + k
        for start, stop in rows_that_go_together(rows):
            steps, firsts, _ = rows[start]
            distances = [0] * len(firsts)
            if stop - start > 1:
                distances = [b - a for a, b in zip(firsts, rows[start + 1][1])]
            operands = zip(firsts, steps, distances)
            self.write(region, op, n, stop - start, out + start, *operands)
            columns = zip(*[numbers for _, _, numbers in rows[start:stop]])
            parts = [[x for part in column for x in part] for column in columns]
            self.need(region, group[start:stop], parts)

    def dots(self, group: list[int]) -> None:
        args, slots = self.tape.args, self.slots
        region = self.region(group[0])
        half, has_last = divmod(len(args[group[0]]), 2)
        rows: list[Row] = []
        for i, xs, ys in zip(group, *self.sides(group, half)):
            (a, step), (b, other) = self.two_runs(region, xs, ys)
            if has_last:
                last = args[i][-1]
                rows.append(((step, other, 0), (a, b, slots[last]), (xs, ys, (last,))))
            else:
                rows.append(((step, other), (a, b), (xs, ys)))
        self.by_rows(DOT, half, group, rows)

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
                sources = [
                    self.copy(1, x, True) if self.uniform[x] else self.slots[x]
                    for x in numbers
                ]
            first = self.fresh(region, len(numbers))
            self.write(region, GATHER, len(numbers), 1, first, (len(self.pool), 0, 0))
            self.pool += sources
            for mode in (PARAMETERS, INPUTS):
                active = any(
                    [self.active[mode][x] and self.reached[x] for x in numbers]
                )
                self.needs[region][mode].append(int(active))
        self.gathered[numbers] = first
        return first, 1

    def reductions(self, op: int, group: list[int]) -> None:
        args = self.tape.args
        rows: list[Row] = []
        region = self.region(group[0])
        for i in group:
            first, step = self.one_run(region, args[i], ordered=False)
            rows.append(((step,), (first,), (args[i],)))
        self.by_rows(op, len(args[group[0]]), group, rows)

    def takes(self, group: list[int]) -> None:
        args = self.tape.args
        rows: list[Row] = []
        region = self.region(group[0])
        for i in group:
            index, *table = args[i]
            first, step = self.one_run(region, table, ordered=True)
            rows.append(((step, 0), (first, self.slots[index]), (table, ())))
        self.by_rows(TAKE, len(args[group[0]]) - 1, group, rows)

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

        def guard(g: Guard) -> tuple[int, ...]:
            a, b = final(self.slots[g.a]), final(self.slots[g.b])
            return g.relation, a, b, int(g.outcome)

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
            guards=array("i", [field for g in self.tape.guards for field in guard(g)]),
            outputs=array("i", [final(self.slots[i]) for i in self.tape.outputs]),
            needs=(
                array("i", self.needs[0][0] + self.needs[1][0]),
                array("i", self.needs[0][1] + self.needs[1][1]),
            ),
            rows=self.rows,
            parameters=self.parameters,
            exact=self.exact,
        )
