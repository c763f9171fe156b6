# cython: annotation_typing=False
"""Flow: what depends on what, and which numbers may be computed beside each other."""

from __future__ import annotations

from array import array

from autograd.compiling.layout import LISTS
from autograd.compiling.tape import CODES, INPUT, PARAMETER, STOP, Tape

DOT = CODES["dot"]


class Flow:
    """A tape looked through, forward for values and back for gradients.

    `depths[i]` counts the operations before number i. `uniform` are numbers that
    depend on no input, `reached` those that an output's gradient reaches, and
    `by_parameters` and `by_inputs` those that it has to pass on its way to these.
    `order` are the operations as they will be computed, level by level.
    """

    def __init__(self, tape: Tape, exact: bool = False) -> None:
        self.tape, self.exact = tape, exact
        self.ops, self.starts, self.args = tape.ops, tape.starts, tape.args
        count = len(tape.ops)
        self.depths = array("i", bytes(4 * count))
        self.uniform, self.reached = bytearray(count), bytearray(count)
        self.by_parameters, self.by_inputs = bytearray(count), bytearray(count)
        self.order = array("i", bytes(4 * count))
        self.levels: list[int] = []  # where each begins in the order
        self.look()
        self.look_back()
        self.sort()

    def look(self) -> None:
        ops, starts, args, depths = self.ops, self.starts, self.args, self.depths
        uniform = self.uniform
        by_parameters, by_inputs = self.by_parameters, self.by_inputs
        for i in range(len(ops)):
            op = ops[i]
            if op > 0 or op == STOP:
                deepest, same, p, q = 0, int(not self.exact), 0, 0
                for k in range(starts[i], starts[i + 1]):
                    a = args[k]
                    if depths[a] > deepest:
                        deepest = depths[a]
                    same = same & uniform[a]
                    p = p | by_parameters[a]
                    q = q | by_inputs[a]
                depths[i], uniform[i] = deepest + 1, same
                if op > 0:
                    by_parameters[i], by_inputs[i] = p, q
            else:
                uniform[i] = op != INPUT
                by_parameters[i] = op == PARAMETER
                by_inputs[i] = op == INPUT

    def look_back(self) -> None:
        ops, starts, args, reached = self.ops, self.starts, self.args, self.reached
        for i in self.tape.outputs:
            reached[i] = 1
        for i in range(len(ops) - 1, -1, -1):
            if reached[i] and ops[i] > 0:
                for k in range(starts[i], starts[i + 1]):
                    reached[args[k]] = 1

    def sort(self) -> None:
        """Operations by depth, what is uniform first; as recorded where it is exact."""
        ops, depths, uniform, order = self.ops, self.depths, self.uniform, self.order
        count = len(ops)
        if self.exact:
            filled = 0
            for i in range(count):
                if ops[i] > 0 or ops[i] == STOP:
                    order[filled] = i
                    self.levels.append(filled)
                    filled += 1
            self.levels.append(filled)
            return
        most = max(depths, default=0) + 1
        places = array("i", bytes(4 * (2 * most + 1)))
        for i in range(count):
            if ops[i] > 0 or ops[i] == STOP:
                places[depths[i] + (0 if uniform[i] else most) + 1] += 1
        for k in range(1, 2 * most + 1):
            if places[k]:
                self.levels.append(places[k - 1])
            places[k] += places[k - 1]
        self.levels.append(places[2 * most])
        for i in range(count):
            if ops[i] > 0 or ops[i] == STOP:
                level = depths[i] + (0 if uniform[i] else most)
                order[places[level]] = i
                places[level] += 1

    def parameters(self) -> list[int]:
        """The parameters, those first that products use first: so rows lie together."""
        tape = self.tape
        found: list[int] = []
        products: list[int] = []
        for i in range(len(self.ops)):
            if self.ops[i] == PARAMETER:
                found.append(i)
            elif self.ops[i] == DOT:
                products.append(i)
        if self.exact:
            return found
        products.sort(key=lambda i: self.depths[i])
        order: dict[int, None] = {}
        for side in (0, 1, 2):  # left factors, right factors, what is added
            for i in products:
                operands = tape.operands(i)
                half = len(operands) // 2
                order.update(dict.fromkeys(operands[side * half :][:half]))
        order.update(dict.fromkeys(found))
        return [i for i in order if tape.ops[i] == PARAMETER]

    def kinds(self, start: int, stop: int) -> list[list[int]]:
        """Numbers of one level, those together that one instruction might compute."""
        kinds: dict[int, list[int]] = {}
        for k in range(start, stop):
            i = self.order[k]
            op = self.ops[i]
            key = op * 2 + self.reached[i]
            if op in LISTS:
                size = self.starts[i + 1] - self.starts[i]
                key += size << 20
            kind = kinds.get(key)
            if kind is None:
                kinds[key] = [i]
            else:
                kind.append(i)
        return list(kinds.values())
