"""Assembly: what the scheduler wrote becomes a schedule, with final slots."""

from __future__ import annotations

from array import array
from typing import Any

from autograd.compiling.code import final_slots
from autograd.compiling.layout import Schedule


def assembled(scheduler: Any) -> Schedule:
    """The schedule of all that a scheduler wrote."""
    tape, slots = scheduler.tape, scheduler.slots
    parameters, constants = len(scheduler.parameters), len(scheduler.constants)
    sizes = parameters, constants, scheduler.uniform_count
    guards: list[int] = []
    for guard in tape.guards:
        sides = final_slots([slots[guard.a], slots[guard.b]], sizes)
        guards += [guard.relation, *sides, int(guard.outcome)]
    once = scheduler.once.finished(sizes)
    varying = scheduler.varying.finished(sizes)
    return Schedule(
        instructions=once[0] + varying[0],
        pool=array("i", final_slots(scheduler.pool, sizes)),
        constants=array("d", scheduler.constants),
        layout=(
            *(parameters, constants, sum(sizes), tape.input_count),
            *(sum(sizes) + scheduler.varying_count, len(once[1])),
        ),
        guards=array("i", guards),
        outputs=array("i", final_slots([slots[i] for i in tape.outputs], sizes)),
        needs=(once[1] + varying[1], once[2] + varying[2]),
        rows=scheduler.rows,
        parameters=scheduler.parameters,
        exact=bool(scheduler.exact),
    )
