"""`python -m tests.benchmarks eager`: the engines side by side, and a baseline."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from autograd.files import write_whole
from tests.benchmarks.contestants import CONTESTANTS, installed
from tests.benchmarks.tasks import TASKS

BASELINE = Path(__file__).parent / "baseline.json"
FLOAT = "float addition, ns"
Runs = dict[str, list[dict[str, float]]]


class Worker:
    """The process of one engine; `ask` waits for its answer."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "AUTOGRAD_ENGINE": CONTESTANTS[name][1]},
        )

    def ask(self, task: str, **request: Any) -> dict[str, float]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"task": task, **request}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the process of {self.name} ended during {task!r}")
        figures: dict[str, float] = json.loads(answer)
        return figures

    def close(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()


def measure(names: list[str], rounds: int, microgpt: str | None) -> dict[str, Runs]:
    """Figures by collector ("on" or "off"), engine, and round."""
    workers = [Worker(name) for name in names]
    runs: dict[str, Runs] = {on: {name: [] for name in names} for on in ("off", "on")}
    # first, while no engine keeps memory from earlier graphs
    nodes = {worker.name: worker.ask("memory", collector=False) for worker in workers}
    for turn in range(rounds):
        for collector in ("off", "on"):
            for worker in workers:
                runs[collector][worker.name].append({})
            for task in TASKS:
                for worker in workers:
                    print(f"\r{turn + 1}/{rounds} {task:<15}", end="", file=sys.stderr)
                    figures = worker.ask(task, collector=collector == "on")
                    runs[collector][worker.name][-1].update(figures)
    for worker in workers:
        for collector in ("off", "on"):
            runs[collector][worker.name][-1].update(nodes[worker.name])
        worker.close()
    if microgpt:
        for turn in range(rounds):
            for name in ("native", "python", "micrograd"):
                if name in names:
                    worker = Worker(name)
                    figures = worker.ask("microgpt", collector=True, path=microgpt)
                    runs["on"][name][turn].update(figures)
                    worker.close()
    print(file=sys.stderr)
    return runs


def summary(runs: Runs) -> dict[str, dict[str, float]]:
    """The median of each figure, by engine."""
    return {
        name: {
            figure: median(r[figure] for r in rounds if figure in r)
            for figure in {f: None for r in rounds for f in r}
        }
        for name, rounds in runs.items()
    }


def ratio(runs: Runs, name: str, base: str, figure: str) -> float | None:
    """The median over the rounds of one engine's figure divided by another's."""
    pairs = [
        (a[figure], b[figure])
        for a, b in zip(runs[name], runs[base])
        if figure in a and figure in b
    ]
    return median(a / b for a, b in pairs) if pairs else None


def table(runs: Runs) -> str:
    """Medians, and in brackets how many times the native engine's they are."""
    names = list(runs)
    base = names[0]
    medians = summary(runs)
    lines = [f"{'':<22}" + "".join(f"{name:>20}" for name in names)]
    for figure in medians[base]:
        cells = []
        for name in names:
            number, times = (
                medians[name].get(figure),
                ratio(runs, name, base, figure),
            )
            shown = "-" if number is None else f"{number:,.4g}"
            if name != base and times is not None and figure != FLOAT:
                shown += f" ({times:.1f}x)"
            cells.append(f"{shown:>20}")
        lines.append(f"{figure:<22}" + "".join(cells))
    return "\n".join(lines)


def against_baseline(medians: dict[str, dict[str, float]]) -> str:
    """Today's native engine beside the stored one, each in its own float additions."""
    stored = json.loads(BASELINE.read_text(encoding="utf-8"))["off"]["native"]
    lines = ["native, in float additions (collector off): today, stored"]
    for figure, number in medians["native"].items():
        if figure in stored and figure != FLOAT and "bytes" not in figure:
            scale = 1e6 if figure.endswith("ms") else 1.0
            today = number * scale / medians["native"][FLOAT]
            before = stored[figure] * scale / stored[FLOAT]
            lines.append(f"  {figure:<24} {today:>12,.1f} {before:>12,.1f}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("what", choices=["eager"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(CONTESTANTS))
    parser.add_argument("--microgpt", metavar="FILE", help="a microgpt.py to time too")
    parser.add_argument("--json", type=Path, default=Path("demo-output/eager.json"))
    parser.add_argument("--store", action="store_true", help="as the new baseline")
    given = parser.parse_args()
    names = given.only or installed()
    missing = sorted(set(CONTESTANTS) - set(installed()))
    if missing:
        print(f"not installed: {', '.join(missing)} (pip install -e '.[peers]')")
    runs = measure(names, given.rounds, given.microgpt)
    result: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "rounds": given.rounds,
    }
    for collector, found in runs.items():
        print(f"\nmedians of {given.rounds} rounds, garbage collector {collector}")
        print(table(found))
        result[collector] = summary(found)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    print(f"\nwrote {write_whole(given.json, json.dumps(result, indent=1) + chr(10))}")
    if given.store:
        print(f"stored {write_whole(BASELINE, json.dumps(result, indent=1) + chr(10))}")
    elif BASELINE.is_file() and "native" in names:
        print(against_baseline(result["off"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
