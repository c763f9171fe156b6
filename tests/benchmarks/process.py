"""A contestant's process: a line of JSON is asked, a line of JSON is the answer."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from typing import Any


class Worker:
    """`python -m MODULE ARGUMENTS...` in a process; `ask` waits for its answer.

    A variable of `environment` that is None is removed from the process's own.
    """

    def __init__(
        self, name: str, module: str, *arguments: str, environment: dict[str, Any]
    ) -> None:
        self.name = name
        own = {**os.environ, **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={key: text for key, text in own.items() if text is not None},
        )

    def ask(self, task: str, **request: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        answer = ""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps({"task": task, **request}) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the process of {self.name} ended during {task!r}")
        return json.loads(answer)

    def close(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()
