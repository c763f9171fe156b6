# cython: annotation_typing=False
"""Flow: what depends on what, and which numbers may be computed beside each other."""

from __future__ import annotations

from typing import Any

from autograd.compiling.layout import NARY
from autograd.compiling.tape import CODES, INPUT, PARAMETER, STOP, Tape

DOT = CODES["dot"]


class Flow:
    """A tape looked through, forward for values and back for gradients.

    `depths[i]` counts the operations before number i. `uniform` are numbers that
    depend on no input; `reached` those that an output's gradient reaches; `active`, by
    parameters and by inputs, those that such a gradient has to pass.
    """

    def __init__(self, tape: Tape, exact: bool = False) -> None:
        self.tape, self.exact = tape, exact
        count = len(tape.ops)
        self.uniform = bytearray(count)
        self.depths: list[int] = [0] * count
        self.reached = bytearray(count)
        self.active = bytearray(count), bytearray(count)
        self.look()

    def look(self) -> None:
        ops, all_args = self.tape.ops, self.tape.args
        uniform, depths = self.uniform, self.depths
        by_parameters, by_inputs = self.active
        for i in range(len(ops)):
            op, args = ops[i], all_args[i]
            if op > 0 or op == STOP:
                deepest, same = 0, int(not self.exact)
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

    def parameters(self) -> list[int]:
        """The parameters, those first that products use first: so rows lie together."""
        tape = self.tape
        found = [i for i, op in enumerate(tape.ops) if op == PARAMETER]
        if self.exact:
            return found
        products = [i for i, op in enumerate(tape.ops) if op == DOT]
        products.sort(key=self.depths.__getitem__)
        order: dict[int, None] = {}
        for side in (0, 1):
            for i in products:
                half = len(tape.args[i]) // 2
                order.update(dict.fromkeys(tape.args[i][side * half :][:half]))
        order.update(dict.fromkeys(found))
        return [i for i in order if tape.ops[i] == PARAMETER]

    def groups(self) -> Any:
        """Numbers that may be computed beside each other, what is uniform first."""
        tape = self.tape
        if self.exact:  # each for itself, as the engine computed them
            yield from ([i] for i, op in enumerate(tape.ops) if op > 0 or op == STOP)
            return
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
