"""One contestant's process: `python -m tests.benchmarks.compiled_worker NAME THREADS`.

A line asks for a figure: first its numbers, which also prepares it, then its time.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from collections.abc import Callable

from tests.benchmarks.compiled_figures import FIGURES
from tests.benchmarks.rivals import ENTRIES, Job

clock = time.perf_counter
BUDGET, LOOP = 0.3, 0.02  # seconds of a turn, and of one loop in it


def best(run: Callable[[], object]) -> float:
    """Seconds of a run: the best of several loops, the least disturbed of them."""
    count, spent, least = 1, 0.0, float("inf")
    while spent < BUDGET:
        start = clock()
        for _ in range(count):
            result = run()
        took = clock() - start
        del result  # freed outside of the time
        spent += took
        least = min(least, took / count)
        count = max(1, int(LOOP / least))
    return least


def serve(name: str, threads: int, microgpt: str | None) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # what others print is no answer
    contestant = ENTRIES[name].make(threads, microgpt)
    jobs: dict[str, Job | None] = {}
    for line in sys.stdin:
        request = json.loads(line)
        task, answer = request["task"], None
        if request["about"] == "numbers":
            figure = FIGURES[task]
            jobs[task] = getattr(contestant, figure.job)(*figure.operands)
            if (job := jobs[task]) is not None:
                answer = job.numbers()
        elif (job := jobs[task]) is not None:
            gc.collect()
            answer = job.timed() if job.timed else best(job.run) / job.per
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    # microgpt.py recurses over the graph: give it the stack for that
    sys.setrecursionlimit(10**6)
    threading.stack_size(1 << 29)
    name, threads, microgpt = sys.argv[1:]
    thread = threading.Thread(target=serve, args=(name, int(threads), microgpt or None))
    thread.start()
    thread.join()
