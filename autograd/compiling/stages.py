"""The five stages: trace, simplify, reroll, schedule, run.

Each takes what the one before gives, prints itself, and knows nothing of the next.
"""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

from autograd._engine import engine
from autograd.compiling import structure
from autograd.compiling.exact import in_engine_order
from autograd.compiling.flow import Flow
from autograd.compiling.interpreter import Program as PythonProgram
from autograd.compiling.layout import Schedule
from autograd.compiling.reroll import reroll
from autograd.compiling.scan import scan
from autograd.compiling.schedule import schedule
from autograd.compiling.simplify import simplify
from autograd.compiling.tape import Tape
from autograd.compiling.tracing import Recording

Program: Any = PythonProgram
# quicker ways to take the usual arguments apart, and to put numbers together
numbers_of: Any = None
put_together: Any = structure.put_together


def held(columns: Any, count: int) -> Any:
    """The columns as a Program takes them, looked at once for many batches."""
    return columns


if engine == "native":
    with contextlib.suppress(ModuleNotFoundError):  # only the engine was built
        numbers_of = importlib.import_module("autograd._native.arguments").numbers_of
        put_together = importlib.import_module(
            "autograd._native.arguments"
        ).put_together
        Program = importlib.import_module("autograd._native.replay").Program
        held = importlib.import_module("autograd._native.replay").Columns


def scheduled(recording: Recording, exact: bool) -> Schedule:
    """All stages but the last, one after the other."""
    tape = scan(recording)
    if exact:
        return schedule(Flow(in_engine_order(tape), exact=True))
    return schedule(Flow(reroll(simplify(tape))))


def shown(recording: Recording, exact: bool) -> dict[str, Tape | Schedule]:
    """What each stage gives, to look at."""
    trace = scan(recording)
    if exact:
        return {
            "trace": trace,
            "schedule": schedule(Flow(in_engine_order(trace), exact=True)),
        }
    simple = simplify(trace)
    rolled = reroll(simple)
    return {
        "trace": trace,
        "simplify": simple,
        "reroll": rolled,
        "schedule": schedule(Flow(rolled)),
    }
