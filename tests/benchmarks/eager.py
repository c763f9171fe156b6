"""`python -m tests.benchmarks eager`: the engines side by side, and a baseline."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Any

from autograd.files import write_whole
from tests.benchmarks.contestants import CONTESTANTS, installed
from tests.benchmarks.process import Worker
from tests.benchmarks.ratios import Runs, ratio, summary
from tests.benchmarks.tasks import TASKS

BASELINE = Path(__file__).parent / "baseline.json"
FLOAT = "float addition, ns"


def worker(name: str) -> Worker:
    return Worker(
        name,
        "tests.benchmarks.worker",
        name,
        environment={"AUTOGRAD_ENGINE": CONTESTANTS[name][1]},
    )


def measure(names: list[str], rounds: int, microgpt: str | None) -> dict[str, Runs]:
    """Figures by collector ("on" or "off"), engine, and round."""
    workers = [worker(name) for name in names]
    runs: dict[str, Runs] = {on: {name: [] for name in names} for on in ("off", "on")}
    # first, while no engine keeps memory from earlier graphs
    nodes = {each.name: each.ask("memory", collector=False) for each in workers}
    for turn in range(rounds):
        for collector in ("off", "on"):
            for each in workers:
                runs[collector][each.name].append({})
            for task in TASKS:
                for each in workers:
                    print(f"\r{turn + 1}/{rounds} {task:<15}", end="", file=sys.stderr)
                    figures = each.ask(task, collector=collector == "on")
                    runs[collector][each.name][-1].update(figures)
    for each in workers:
        for collector in ("off", "on"):
            runs[collector][each.name][-1].update(nodes[each.name])
        each.close()
    if microgpt:
        for turn in range(rounds):
            for name in ("native", "python", "micrograd"):
                if name in names:
                    alone = worker(name)
                    figures = alone.ask("microgpt", collector=True, path=microgpt)
                    runs["on"][name][turn].update(figures)
                    alone.close()
    print(file=sys.stderr)
    return runs


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


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks eager")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(CONTESTANTS))
    parser.add_argument("--microgpt", metavar="FILE", help="a microgpt.py to time too")
    parser.add_argument("--json", type=Path, default=Path("demo-output/eager.json"))
    parser.add_argument("--store", action="store_true", help="as the new baseline")
    given = parser.parse_args(words)
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
