"""`python -m tests.benchmarks compile`: compiled scalar code beside its peers.

Each contestant runs in a process of its own, with one thread, and with two for the
figures that say so. Before anything is timed, all contestants' numbers are compared.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
from pathlib import Path

from autograd.files import write_whole
from tests.benchmarks.compiled_figures import CLAIMS, FIGURES
from tests.benchmarks.process import Worker
from tests.benchmarks.ratios import Runs, ratio, summary
from tests.benchmarks.rivals import ENTRIES, held_to

BASELINE = Path(__file__).parent / "baseline_compile.json"
TOLERANCE = 1e-9  # of the largest of the numbers compared
LONG = 3.0  # seconds: what takes longer is measured in the first round alone
Workers = dict[tuple[str, int], Worker]


def start(names: list[str], tasks: list[str], microgpt: str | None) -> Workers:
    """By contestant and number of threads."""
    return {
        (name, threads): Worker(
            f"{name}, {threads} thread" + "s" * (threads > 1),
            "tests.benchmarks.compiled_worker",
            *(name, str(threads), microgpt or ""),
            environment={**held_to(threads), **dict(ENTRIES[name].environment)},
        )
        for name in names
        for threads in sorted({FIGURES[task].threads for task in tasks})
        if threads == 1 or ENTRIES[name].several
    }


def prepared(
    workers: Workers, names: list[str], tasks: list[str]
) -> dict[str, list[str]]:
    """Who takes part in each task, once their numbers have been found to agree."""
    taking: dict[str, list[str]] = {}
    for task in tasks:
        numbers = {}
        for name in names:
            print(f"\rpreparing {task}, {name:<40}", end="", file=sys.stderr)
            worker = workers.get((name, FIGURES[task].threads))
            found = worker and worker.ask(task, about="numbers")
            if found is not None:
                numbers[name] = found
        for name in numbers:
            compare(task, numbers, next(iter(numbers)), name)
        if numbers:
            taking[task] = list(numbers)
    print(file=sys.stderr)
    return taking


def compare(task: str, numbers: dict[str, list[float]], first: str, name: str) -> None:
    """Raise if the numbers of two contestants differ."""
    expected, found = numbers[first], numbers[name]
    largest = max(map(abs, expected))
    wrong = [
        i
        for i, (a, b) in enumerate(zip(expected, found))
        if not math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE * largest)
    ]
    if len(expected) != len(found) or wrong:
        told = [f"{expected[i]!r} and {found[i]!r} at {i}" for i in wrong[:3]]
        raise SystemExit(
            f"\n{task}: {first} and {name} differ in {len(wrong)} of "
            f"{len(expected)} and {len(found)} numbers: {'; '.join(told)}"
        )


def measure(workers: Workers, taking: dict[str, list[str]], rounds: int) -> Runs:
    """Figures by contestant and round."""
    names = dict.fromkeys(name for taken in taking.values() for name in taken)
    runs: Runs = {name: [{} for _ in range(rounds)] for name in names}
    for turn in range(rounds):
        for task, taken in taking.items():
            figure = FIGURES[task]
            for name in taken:
                print(
                    f"\r{turn + 1}/{rounds} {task}, {name:<40}", end="", file=sys.stderr
                )
                before = runs[name][0].get(task, 0.0) if turn else 0.0
                if before > figure.shown(LONG):
                    continue
                seconds = workers[name, figure.threads].ask(task, about="seconds")
                runs[name][turn][task] = figure.shown(seconds)
    print(file=sys.stderr)
    return runs


def table(runs: Runs, taking: dict[str, list[str]]) -> str:
    """For each figure the medians, and how many times the first's they are."""
    medians, lines = summary(runs), []
    for task, taken in taking.items():
        lines.append(task)
        for name in sorted(taken, key=lambda name: medians[name][task]):
            line = f"    {name:<14}{medians[name][task]:>14,.4g}"
            times = ratio(runs, name, taken[0], task)
            if name != taken[0] and times is not None:
                line += f"{times:>12,.3g} x"
            lines.append(line)
    return "\n".join(lines)


def against_baseline(runs: Runs) -> str:
    """Today's compiled code beside the stored one, in times of what C or eager took."""
    stored = json.loads(BASELINE.read_text(encoding="utf-8"))["medians"]
    medians = [summary(runs), stored]
    lines = ["compiled, as a multiple of another: today, stored"]
    for task in stored.get("compiled", {}):
        for other in ("C", "eager"):
            pairs = [
                (found.get("compiled", {}).get(task), found.get(other, {}).get(task))
                for found in medians
            ]
            if all(number is not None for pair in pairs for number in pair):
                now, then = (mine / its for mine, its in pairs)
                lines.append(f"  {task:<42} {other:<6}{now:>10,.3g}{then:>10,.3g}")
                break
    return "\n".join(lines)


def asked(words: list[str]) -> argparse.Namespace:
    """The options, with what they leave to run as `names` and `tasks`."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks compile", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=5)
    known = ", ".join(ENTRIES)
    parser.add_argument(
        "--only", nargs="+", choices=list(ENTRIES), metavar="NAME", help=known
    )
    parser.add_argument(
        "--tasks", nargs="+", metavar="WORD", default=[""],
        help="only the figures with one of these words in their names",
    )  # fmt: skip
    parser.add_argument("--microgpt", metavar="FILE", help="a microgpt.py to time too")
    parser.add_argument("--json", type=Path, default=Path("demo-output/compile.json"))
    parser.add_argument("--store", action="store_true", help="as the new baseline")
    given = parser.parse_args(words)

    if given.rounds < 1:
        parser.error(f"--rounds: must be at least 1, not {given.rounds}")
    if given.microgpt and not Path(given.microgpt).is_file():
        parser.error(f"--microgpt: there is no file {given.microgpt}")
    given.microgpt = given.microgpt and str(Path(given.microgpt).resolve())
    given.tasks = [
        task for task in FIGURES if any(word in task for word in given.tasks)
    ]
    if not given.tasks:
        parser.error(f"--tasks: no figure has such a word in its name: {list(FIGURES)}")
    given.names = []
    for name in given.only or ENTRIES:
        gone = ENTRIES[name].missing(given.microgpt)
        if gone:
            print(f"left out: {name}, for want of {', '.join(gone)}")
        else:
            given.names.append(name)
    if not given.names:
        parser.error("none of the contestants can run here")
    return given


def main(words: list[str]) -> int:
    given = asked(words)
    workers = start(given.names, given.tasks, given.microgpt)
    taking = prepared(workers, given.names, given.tasks)
    runs = measure(workers, taking, given.rounds)
    for worker in workers.values():
        worker.close()

    print(f"medians of {given.rounds} rounds, and of the ratios to {given.names[0]}")
    print(table(runs, taking))
    told = [claim.told(runs, "compiled") for claim in CLAIMS]
    print("\n".join(line for line in told if line))
    result = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "rounds": given.rounds,
        "medians": summary(runs),
        "ratios": {
            task: {name: ratio(runs, name, taken[0], task) for name in taken}
            for task, taken in taking.items()
        },
    }
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    given.json.parent.mkdir(parents=True, exist_ok=True)
    print(f"wrote {write_whole(given.json, text)}")
    if given.store:
        print(f"stored {write_whole(BASELINE, text)}")
    elif BASELINE.is_file() and "compiled" in given.names:
        print(against_baseline(runs))
    return 0
