# cython: annotation_typing=False
"""Code: instructions as they are written, before slots have their last numbers.

How many slots each region has is known at the end only.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from autograd.compiling.instructions import CALL, FIELDS, GATHER
from autograd.compiling.layout import CONSTANTS, UNIFORM, VARYING
from autograd.compiling.tape import ints

WIDTH = FIELDS + 2  # an instruction, and its needs by parameters and by inputs


class Code:
    """Instructions one after the other."""

    def __init__(self) -> None:
        self.fields = array("q", bytes(8 * WIDTH * 16))
        self.room, self.count = 16, 0

    def write(
        self,
        op: int, n: int, m: int, out: int,
        x0: int, s0: int, r0: int, x1: int, s1: int, r1: int, x2: int, s2: int, r2: int,
        by_parameters: int, by_inputs: int,
    ) -> None:  # fmt: skip
        if self.count == self.room:
            self.grow()
        fields, at = self.fields, self.count * WIDTH
        fields[at], fields[at + 1], fields[at + 2], fields[at + 3] = op, n, m, out
        fields[at + 4], fields[at + 5], fields[at + 6] = x0, s0, r0
        fields[at + 7], fields[at + 8], fields[at + 9] = x1, s1, r1
        fields[at + 10], fields[at + 11], fields[at + 12] = x2, s2, r2
        fields[at + 13], fields[at + 14] = by_parameters, by_inputs
        self.count += 1

    def grow(self) -> None:
        size = self.room * WIDTH
        bigger = array("q", bytes(16 * size))
        for k in range(size):
            bigger[k] = self.fields[k]
        self.fields, self.room = bigger, 2 * self.room

    def finished(self, sizes: tuple[int, int, int]) -> Any:
        """The instructions with final slots, and the needs of both modes.

        `sizes` are the numbers of parameters, constants and uniform results.
        """
        parameters, constants, uniform = sizes
        fields, count = self.fields, self.count
        flat = array("i", bytes(4 * FIELDS * count))
        by_parameters = array("i", bytes(4 * count))
        by_inputs = array("i", bytes(4 * count))
        for i in range(count):
            at, to = i * WIDTH, i * FIELDS
            op = fields[at]
            pooled = op in (GATHER, CALL)
            for k in range(FIELDS):
                field = fields[at + k]
                if k == 3 or (not pooled and k in (4, 7, 10)):
                    field = final_slot(field, parameters, constants, uniform)
                flat[to + k] = field
            by_parameters[i], by_inputs[i] = fields[at + 13], fields[at + 14]
        return ints(flat), ints(by_parameters), ints(by_inputs)


def final_slot(slot: int, parameters: int, constants: int, uniform: int) -> int:
    if slot >= VARYING:
        return slot - VARYING + parameters + constants + uniform
    if slot >= UNIFORM:
        return slot - UNIFORM + parameters + constants
    return slot - CONSTANTS + parameters if slot >= CONSTANTS else slot


def final_slots(slots: Sequence[int], sizes: tuple[int, int, int]) -> list[int]:
    parameters, constants, uniform = sizes
    return [final_slot(slot, parameters, constants, uniform) for slot in slots]
