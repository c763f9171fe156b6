"""A microgpt.py as its author wrote it."""

from __future__ import annotations

from tests.benchmarks import tasks
from tests.benchmarks.rivals import Contestant, Job
from tests.benchmarks.small_gpt import LOSSES, TIMED


class Original(Contestant):
    def microgpt(self) -> Job | None:
        path = self.microgpt_file
        assert path is not None, "left out without a file"

        def numbers() -> list[float]:
            return tasks.microgpt_steps(path, own=True, steps=LOSSES - 1)[1]

        def timed() -> float:
            ticks, _ = tasks.microgpt_steps(path, own=True, steps=TIMED)
            return (ticks[-1] - ticks[0]) / TIMED

        return Job(numbers, timed=timed)
