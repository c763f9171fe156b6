"""The tour: every demo once, and a summary of what it showed and where it is."""

from __future__ import annotations

import importlib
import sys
import time

from demos.stage import FOLDER, perform, show

NAMES = (
    *("neuron", "lesson", "gradient_descent", "orbit"),
    *("moons", "digits", "mnist", "microgpt"),
)


def main() -> int:
    if sys.argv[1:]:
        print(f"usage: python -m demos, or python -m demos.NAME, NAME in {NAMES}")
        return 2
    began = time.perf_counter()
    summary = []
    failed = 0
    for name in NAMES:
        module = importlib.import_module(f"demos.{name}")
        print(f"\n== {name}: {module.__doc__.splitlines()[0]}")
        start = time.perf_counter()
        try:
            report = perform(module.run, FOLDER / name)
            show(report)
            result = report.result
        except SystemExit as stop:
            failed += 1
            result = f"FAILED: {stop}"
            print(result)
        summary.append(f"  {name:<17} {time.perf_counter() - start:5.1f} s  {result}")
    print(f"\nThe tour took {time.perf_counter() - began:.0f} s:")
    print(*summary, sep="\n")
    print(f"Pictures and models are under {FOLDER.resolve()}")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit("\nstopped: pictures made so far are kept") from None
