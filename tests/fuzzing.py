"""What the fuzzers share: batches in processes of their own, and the report of them."""

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass
class Fuzzer:
    """`batch(seed, first, count, progress)` runs cases; `told(seed, index)` names one.

    `limit` is called first in a batch's process, which has so many `seconds`.
    """

    module: str
    doc: str
    batch: Callable[..., Any]
    told: Callable[[int, int], str]
    cases_a_batch: int
    seconds: float
    limit: Callable[[], Any] = lambda: None

    def main(self) -> int:
        """Run batches until so many CPU seconds are spent; whether any case failed."""
        parser = argparse.ArgumentParser(description=self.doc.splitlines()[0])
        parser.add_argument(
            "--seconds", type=float, default=60.0, help="of CPU time, for all seeds"
        )
        parser.add_argument("--seeds", "--seed", type=int, nargs="+", default=[0])
        parser.add_argument("--batch", nargs=3, help=argparse.SUPPRESS)
        options = parser.parse_args()
        if options.batch:
            seed, first, path = options.batch
            self.limit()
            with open(path, "r+b", buffering=0) as progress:
                made = self.batch(int(seed), int(first), self.cases_a_batch, progress)
            print(json.dumps(made))
            return 0
        spent, cases, place, failures = 0.0, 0, 0, []
        kinds, forms = collections.Counter(), collections.Counter()
        slowest = [0.0]
        while spent < options.seconds:
            seed = options.seeds[place % len(options.seeds)]
            first = place // len(options.seeds) * self.cases_a_batch
            made = self.in_a_process(seed, first)
            place += 1
            spent += made["seconds"]
            cases += made["cases"]
            slowest = max(slowest, made["slowest"])
            failures += made["failures"]
            for *kind, n in made["kinds"]:
                kinds[tuple(kind)] += n
            forms.update(dict(made["forms"]))
            for failure in made["failures"][:3]:
                print("FAILED", *map(ascii, failure), flush=True)
            if not made["cases"]:
                break  # a batch that dies at once would be tried for ever
        print(f"{cases} cases of seeds {options.seeds} in {spent:.0f} CPU seconds")
        for (kind, outcome), n in sorted(kinds.items()):
            print(f"{n:10} {kind}, {outcome}")
        print("accepted, or the error:")
        for text, n in forms.most_common():
            print(f"{n:10} {text}")
        seconds, index, text, seed = slowest
        print(f"slowest: {seconds:.3f} s, seed {seed}, case {index}, {text!a}")
        print(f"{len(failures)} failures")
        return 1 if failures else 0

    def in_a_process(self, seed: int, first: int) -> Any:
        """A batch; where its process dies, its last case is a failure."""
        with tempfile.TemporaryDirectory() as folder:
            progress = Path(folder) / "progress"
            progress.write_bytes(b"%20d" % first)
            command = [sys.executable, "-m", self.module]
            command += ["--batch", str(seed), str(first), str(progress)]
            try:
                done = subprocess.run(
                    command,
                    capture_output=True,
                    text=True,
                    cwd=ROOT,
                    timeout=self.seconds,
                )
            except subprocess.TimeoutExpired:
                died = "hangs"
            else:
                if done.returncode == 0:
                    return json.loads(done.stdout)
                died = f"exit status {done.returncode}: {done.stderr[-500:]}"
            index = int(progress.read_bytes())
        return {
            "seconds": 0.0,
            "cases": index - first,
            "kinds": [],
            "forms": [],
            "failures": [(seed, index, self.told(seed, index), died)],
            "slowest": [0.0, index, "", seed],
        }
