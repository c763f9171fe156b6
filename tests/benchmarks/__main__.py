"""`python -m tests.benchmarks eager`, `compile` and `derivatives`: side by side."""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks import compiled, derivatives, eager

COMMANDS = {
    "eager": eager.main,
    "compile": compiled.main,
    "derivatives": derivatives.main,
}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        epilog="each has options of its own: python -m tests.benchmarks eager --help",
    )
    parser.add_argument("what", choices=list(COMMANDS))
    given = parser.parse_args(words[:1])
    return COMMANDS[given.what](words[1:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
