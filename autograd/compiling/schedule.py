# cython: annotation_typing=False
"""Schedule: slots for all numbers, and instructions over runs of slots.

Numbers of the same depth and operation stand beside each other, so that their
operands do too: what reads and writes neighbouring slots becomes one instruction. What
depends on no argument comes first, for a batch needs it once.
"""

from __future__ import annotations

from array import array
from typing import Any

from autograd.compiling.assembly import assembled
from autograd.compiling.code import Code
from autograd.compiling.flow import Flow
from autograd.compiling.instructions import CALL, GATHER
from autograd.compiling.layout import (
    CONSTANTS,
    REDUCTIONS,
    UNIFORM,
    VARYING,
    Schedule,
    has_kernel,
)
from autograd.compiling.runs import (
    FAR,
    Columns,
    Row,
    Run,
    as_run,
    rows_that_go_together,
)
from autograd.compiling.tape import CODES, CONSTANT, FIRST_OWN, INPUT, STOP

MUL, DOT, TAKE = CODES["*"], CODES["dot"], CODES["take"]
SORTED_FROM = 8  # smaller groups are taken as they come


def schedule(flow: Flow) -> Schedule:
    """The instructions that compute a tape; an exact one keeps its order."""
    scheduler = Scheduler(flow)
    order, levels = flow.order, flow.levels
    for level in range(len(levels) - 1):
        start, stop = levels[level], levels[level + 1]
        if stop - start == 1:
            scheduler.emit_one(order[start])
        else:
            for group in flow.kinds(start, stop):
                scheduler.emit(group)
    return assembled(scheduler)


class Scheduler:
    """What is known while instructions are written."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.tape, self.exact = flow, flow.tape, flow.exact
        self.ops, self.starts, self.args = flow.ops, flow.starts, flow.args
        self.uniform, self.reached = flow.uniform, flow.reached
        self.by_parameters, self.by_inputs = flow.by_parameters, flow.by_inputs
        self.slots = array("q", bytes(8 * len(self.tape)))
        self.once, self.varying = Code(), Code()  # for a batch once, for each sample
        self.pool: list[int] = []
        self.constants: list[float] = list(self.tape.constants)
        self.rows: list[Any] = []
        self.uniform_count = 0  # of results
        self.varying_count = self.tape.input_count  # they stand before the results
        self.gathered: dict[bytes, int] = {}
        self.parameters: list[Any] = []
        self.place_leaves()
        self.kernels = bytearray(FIRST_OWN + len(self.tape.own))  # by operation
        for op in {*self.tape.ops}:
            if op > 0:
                self.kernels[op] = has_kernel(self.tape.row(op))

    def place_leaves(self) -> None:
        ops, starts, args, slots = self.ops, self.starts, self.args, self.slots
        for i in self.flow.parameters():
            slots[i] = len(self.parameters)
            self.parameters.append(self.tape.parameters[args[starts[i]]])
        for i in range(len(ops)):
            if ops[i] == CONSTANT:
                slots[i] = CONSTANTS + args[starts[i]]
            elif ops[i] == INPUT:
                slots[i] = VARYING + args[starts[i]]

    def emit_one(self, i: int) -> None:
        """The same as emit([i]), but quicker for what is most often alone."""
        starts, args, slots = self.starts, self.args, self.slots
        op, start = self.ops[i], starts[i]
        arity = starts[i + 1] - start
        if op == STOP or arity > 2 or not self.kernels[op]:
            self.emit([i])
            return
        region = self.region(i)
        code = self.varying if region else self.once
        x, y = args[start], args[starts[i + 1] - 1]
        p = q = 0
        if self.reached[i]:
            p, q = self.by_parameters[x], self.by_inputs[x]
            if arity == 2:
                p = p | self.by_parameters[y] << 1
                q = q | self.by_inputs[y] << 1
        slots[i] = out = self.fresh(region, 1)
        second = slots[y] if arity == 2 else -1
        code.write(op, 1, 1, out, slots[x], 0, 0, second, 0, 0, -1, 0, 0, p, q)

    def emit(self, group: list[int]) -> None:
        """Instructions for numbers of the same operation, depth and shape."""
        op = self.ops[group[0]]
        if op == STOP:
            for i in group:
                x = self.args[self.starts[i]]
                self.slots[i] = self.copy(self.region(i), x, passes=False)
        elif op == DOT:
            self.dots(group)
        elif op == TAKE:
            self.takes(group)
        elif op in REDUCTIONS:
            self.reductions(op, group)
        elif self.kernels[op]:
            self.elementwise(op, group)
        else:
            self.calls(group)

    def fresh(self, region: int, count: int) -> int:
        """The first of so many new slots."""
        if region:
            self.varying_count += count
            return VARYING + self.varying_count - count
        self.uniform_count += count
        return UNIFORM + self.uniform_count - count

    def region(self, i: int) -> int:
        return 0 if self.uniform[i] else 1

    def elementwise(self, op: int, group: list[int]) -> None:
        starts, args, slots = self.starts, self.args, self.slots
        count = len(group)
        arity = starts[group[0] + 1] - starts[group[0]]
        columns = self.columns(group, arity)
        if count >= SORTED_FROM and not self.exact:
            breaks = columns.runs()
            if breaks * 4 > count:
                group = self.best_order(group, arity, breaks)
                columns = self.columns(group, arity)
        region = self.region(group[0])
        code = self.varying if region else self.once
        out = self.fresh(region, count)
        reached = self.reached[group[0]]
        start = 0
        x = [-1, 0, -1, 0, -1, 0]  # first slots and steps
        while start < count:
            stop = columns.run_end(start)
            for k in range(arity):
                x[2 * k] = columns.slots[k * count + start]
                x[2 * k + 1] = columns.step(k, start) if stop - start > 1 else 0
            p = q = 0
            for j in range(start, stop):
                i = group[j]
                slots[i] = out + j
                if reached:
                    for k in range(arity):
                        a = args[starts[i] + k]
                        p = p | (self.by_parameters[a] << k)
                        q = q | (self.by_inputs[a] << k)
            code.write(
                op, stop - start, 1, out + start,
                x[0], x[1], 0, x[2], x[3], 0, x[4], x[5], 0, p, q,
            )  # fmt: skip
            start = stop

    def columns(self, group: list[int], arity: int) -> Columns:
        """The slots of the operands, column after column."""
        starts, args, slots = self.starts, self.args, self.slots
        count = len(group)
        columns = Columns(arity, count)
        for j in range(count):
            start = starts[group[j]]
            for k in range(arity):
                columns.slots[k * count + j] = slots[args[start + k]]
        return columns

    def best_order(self, group: list[int], arity: int, fewest: int) -> list[int]:
        """The order of a group in which its operands form the fewest runs."""
        operands = {}
        for i in group:
            start = self.starts[i]
            operands[i] = tuple(
                [self.slots[self.args[start + k]] for k in range(arity)]
            )
        keys: list[Any] = [operands.__getitem__, lambda i: operands[i][::-1]]
        if arity > 1:
            keys.append(lambda i: (operands[i][1] - operands[i][0], operands[i][0]))
        best = group
        for key in keys:
            order = sorted(group, key=key)
            count = self.columns(order, arity).runs()
            if count < fewest:
                fewest, best = count, order
        return best

    def copy(self, region: int, x: int, passes: bool) -> int:
        """A slot with the same number; whether adjoints pass from it to x's."""
        out = self.fresh(region, 1)
        self.constants.append(1.0)
        one = CONSTANTS + len(self.constants) - 1
        p, q = self.wanted([x]) if passes else (0, 0)
        slot = self.slots[x]
        code = self.varying if region else self.once
        code.write(MUL, 1, 1, out, slot, 0, 0, one, 0, 0, -1, 0, 0, p, q)
        return out

    def wanted(self, numbers: Any) -> tuple[int, int]:
        """Whether adjoints of any of them are, by parameters and by inputs."""
        p = q = 0
        for x in numbers:
            if self.reached[x]:
                p = p | self.by_parameters[x]
                q = q | self.by_inputs[x]
        return p, q

    def by_rows(self, op: int, n: int, group: list[int], rows: list[Row]) -> None:
        """Instructions that compute a result from each row of operands."""
        region = self.region(group[0])
        out = self.fresh(region, len(group))
        for k, i in enumerate(group):
            self.slots[i] = out + k
        reached = self.reached[group[0]]
        for start, stop in rows_that_go_together(rows):
            steps, firsts, _ = rows[start]
            distances: Any = [0] * len(firsts)
            if stop - start > 1:
                distances = [b - a for a, b in zip(firsts, rows[start + 1][1])]
            x: list[int] = []
            for operand in zip(firsts, steps, distances):
                x += operand
            x += [-1, 0, 0] * (3 - len(firsts))
            p = q = 0
            for row in rows[start:stop] if reached else ():
                for k, numbers in enumerate(row[2]):
                    by_parameters, by_inputs = self.wanted(numbers)
                    p, q = p | by_parameters << k, q | by_inputs << k
            code = self.varying if region else self.once
            code.write(
                op, n, stop - start, out + start,
                x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], p, q,
            )  # fmt: skip

    def dots(self, group: list[int]) -> None:
        region = self.region(group[0])
        operands = [self.tape.operands(i) for i in group]
        half, has_last = divmod(len(operands[0]), 2)
        rows: list[Row] = []
        for given, xs, ys in zip(operands, *self.sides(operands, half)):
            (a, step), (b, other) = self.two_runs(region, xs, ys)
            if has_last:
                last = self.slots[given[-1]]
                rows.append(((step, other, 0), (a, b, last), (xs, ys, given[-1:])))
            else:
                rows.append(((step, other), (a, b), (xs, ys)))
        self.by_rows(DOT, half, group, rows)

    def sides(self, operands: list[Any], half: int) -> Any:
        """The factors of each dot product, those that several share on the right."""
        left = [given[:half] for given in operands]
        right = [given[half : 2 * half] for given in operands]
        if self.exact:
            return left, right
        kinds_left = len({xs.tobytes() for xs in left})
        kinds_right = len({ys.tobytes() for ys in right})
        weights = self.uniform[right[0][0]] and not self.uniform[left[0][0]]
        if kinds_left < kinds_right or (kinds_left == kinds_right and weights):
            left, right = right, left
        return left, right

    def two_runs(self, region: int, xs: Any, ys: Any) -> tuple[Run, Run]:
        """Slots of the factors as runs, sorted or gathered where they are none."""
        first, second = self.run_of(xs), self.run_of(ys)
        if first and second:
            return first, second
        if self.exact:  # the second factors first: adjoints come back in reverse
            second = self.gather(region, ys)
            return self.gather(region, xs), second
        if self.on_one_side(xs) and self.on_one_side(ys):
            pairs = sorted([(self.slots[x], self.slots[y]) for x, y in zip(xs, ys)])
            runs = as_run([x for x, _ in pairs]), as_run([y for _, y in pairs])
            if runs[0] and runs[1]:
                return runs[0], runs[1]
        return first or self.gather(region, xs), second or self.gather(region, ys)

    def run_of(self, numbers: Any) -> Run | None:
        """The slots of these numbers as a run, if they are one."""
        slots, uniform = self.slots, self.uniform
        count = len(numbers)
        first = slots[numbers[0]]
        if count == 1:
            return first, 1
        step = slots[numbers[1]] - first
        side = uniform[numbers[0]]
        if step > FAR or step < -FAR or (step == 0 and self.exact):
            return None  # exact: adjoints of one number are added one by one
        for k in range(1, count):
            x = numbers[k]
            if slots[x] != first + k * step or uniform[x] != side:
                return None
        return first, step

    def on_one_side(self, numbers: Any) -> bool:
        """Whether all of them are uniform, or none is."""
        uniform = self.uniform
        some = uniform[numbers[0]]
        return all([uniform[x] == some for x in numbers])

    def one_run(self, region: int, xs: Any, ordered: bool) -> Run:
        found = self.run_of(xs)
        if found is None and not (ordered or self.exact) and self.on_one_side(xs):
            found = as_run(sorted([self.slots[x] for x in xs]))
        return found or self.gather(region, xs)

    def gather(self, region: int, numbers: Any) -> Run:
        """Copies of these numbers beside each other."""
        if self.exact:  # back to front, as adjoints come back
            numbers = numbers[::-1]
        key = numbers.tobytes()
        if not self.exact and key in self.gathered:
            return self.gathered[key], 1
        tape, count = self.tape, len(numbers)
        if all([tape.ops[x] == CONSTANT for x in numbers]):
            first = CONSTANTS + len(self.constants)
            self.constants += [tape.constants[tape.operands(x)[0]] for x in numbers]
        else:
            sources = [self.slots[x] for x in numbers]
            if self.on_one_side(numbers):
                region = 1 if self.exact else self.region(numbers[0])
            else:
                sources = [
                    self.copy(1, x, True) if self.uniform[x] else self.slots[x]
                    for x in numbers
                ]
            first = self.fresh(region, count)
            place = len(self.pool)
            self.pool += sources
            p, q = self.wanted(numbers)
            code = self.varying if region else self.once
            code.write(GATHER, count, 1, first, place, 0, 0, -1, 0, 0, -1, 0, 0, p, q)
        self.gathered[key] = first
        return (first + count - 1, -1) if self.exact else (first, 1)

    def reductions(self, op: int, group: list[int]) -> None:
        rows: list[Row] = []
        region = self.region(group[0])
        for i in group:
            xs = self.tape.operands(i)
            first, step = self.one_run(region, xs, ordered=False)
            rows.append(((step,), (first,), (xs,)))
        self.by_rows(op, len(xs), group, rows)

    def takes(self, group: list[int]) -> None:
        rows: list[Row] = []
        region = self.region(group[0])
        for i in group:
            given = self.tape.operands(i)
            table = given[1:]
            first, step = self.one_run(region, table, ordered=True)
            rows.append(((step, 0), (first, self.slots[given[0]]), (table, ())))
        self.by_rows(TAKE, len(table), group, rows)

    def calls(self, group: list[int]) -> None:
        for i in group:
            region = self.region(i)
            given = self.tape.operands(i)
            self.slots[i] = self.fresh(region, 1)
            self.rows.append(self.tape.row(self.ops[i]))
            p, q = self.wanted(given) if self.reached[i] else (0, 0)
            row, place = len(self.rows) - 1, len(self.pool)
            code = self.varying if region else self.once
            code.write(
                CALL, len(given), 1, self.slots[i],
                row, 0, 0, place, 0, 0, -1, 0, 0, p, q,
            )  # fmt: skip
            self.pool += [self.slots[x] for x in given]
