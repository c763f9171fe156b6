"""One engine's process: reads a task a line, does it, prints its figures as JSON."""

from __future__ import annotations

import gc
import json
import sys
import threading

from tests.benchmarks import tasks
from tests.benchmarks.contestants import CONTESTANTS


def serve(name: str) -> None:
    engine = CONTESTANTS[name][2]()
    for line in sys.stdin:
        request = json.loads(line)
        gc.collect()
        (gc.enable if request["collector"] else gc.disable)()
        task = request["task"]
        if task == "microgpt":
            figures = tasks.microgpt(request["path"], own=name == "micrograd")
        elif task == "memory":
            figures = tasks.memory(engine)
        else:
            # once uncounted: while the others had their turn this process lay idle
            for _ in range(2):
                figures = tasks.TASKS[task](engine)
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    # micrograd recurses over the graph: give it the stack for that
    sys.setrecursionlimit(10**6)
    threading.stack_size(1 << 29)
    thread = threading.Thread(target=serve, args=(sys.argv[1],))
    thread.start()
    thread.join()
