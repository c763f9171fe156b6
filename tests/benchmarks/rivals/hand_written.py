"""C written by hand, built on the spot by gcc -O3 -march=native: the floor."""

from __future__ import annotations

import ctypes
import functools
import subprocess
import tempfile
from array import array
from pathlib import Path
from typing import Any

from tests.benchmarks import problems, small_gpt
from tests.benchmarks.rivals import Contestant, Job

FLOORS = Path(__file__).parents[1] / "floors"
FLAGS = ["-O3", "-march=native", "-shared", "-fPIC", "-Wno-psabi"]
Number, Count = ctypes.c_double, ctypes.c_long


FOLDER = tempfile.TemporaryDirectory()  # emptied when the process ends


def new_folder() -> Path:
    return Path(tempfile.mkdtemp(dir=FOLDER.name))


@functools.cache
def built(source: Path) -> Path:
    """The shared library of a C file."""
    out = new_folder() / f"{source.stem}.so"
    command = ["gcc", *FLAGS, str(source), "-o", str(out), "-lm"]
    subprocess.run(command, check=True)
    return out


def load(name: str) -> Any:
    return ctypes.CDLL(str(built(FLOORS / f"{name}.c")))


def pointer(numbers: array[float]) -> Any:
    """To the memory of the array, which must stay alive."""
    return (Number * len(numbers)).from_buffer(numbers)


def zeros(count: int) -> array[float]:
    return array("d", [0.0]) * count


class Plain(Contestant):
    """One sample after the other, as one writes it first."""

    batch = "batch"

    def __init__(self, threads: int, microgpt: str | None) -> None:
        super().__init__(threads, microgpt)
        self.p, self.g = array("d", problems.weights()), zeros(337)
        self.mlp = load("mlp")
        for name in ("one", "many", "batch", "tiled"):
            getattr(self.mlp, name).restype = Number
        self.mlp.one.argtypes = [ctypes.c_void_p] * 2 + [Number] * 3
        self.weights = (
            ctypes.addressof(pointer(self.p)),
            ctypes.addressof(pointer(self.g)),
        )

    def _graded(self, call: Any, *operands: Any) -> list[float]:
        self.g[:] = zeros(337)
        return [call(*operands), *self.g]

    def mlp_call(self) -> Job | None:
        """Through ctypes, which takes most of the time."""
        one, (p, g) = self.mlp.one, self.weights
        rows = list(zip(*problems.samples(problems.CALLS)))

        def run() -> None:
            for x0, x1, side in rows:
                one(p, g, x0, x1, side)

        def numbers() -> list[float]:
            checked = rows[: problems.CHECKED]
            return problems.joined(self._graded(one, p, g, *row) for row in checked)

        return Job(numbers, run, per=len(rows))

    def mlp_inside(self, times: int = 1000) -> Job | None:
        (x0, *_), (x1, *_), (side, *_) = problems.samples(1)
        p, g = pointer(self.p), pointer(self.g)
        sample = p, g, Number(x0), Number(x1), Number(side)
        return Job(
            lambda: self._graded(self.mlp.many, *sample, Count(1)),
            lambda: self.mlp.many(*sample, Count(times)),
            per=times,
        )

    def mlp_batch(self, size: int) -> Job | None:
        columns = [pointer(column) for column in problems.samples(size)]
        operands = pointer(self.p), pointer(self.g), *columns, Count(size)
        call = getattr(self.mlp, self.batch)
        return Job(
            lambda: self._graded(call, *operands),
            lambda: call(*operands),
            per=size,
        )

    def microgpt(self) -> Job | None:
        return small_gpt.training_job(self.microgpt_file, Training)

    def rosenbrock(self, size: int) -> Job | None:
        x, g = array("d", problems.rosenbrock_start(size)), zeros(size)
        call = load("rosenbrock").rosenbrock
        call.restype = Number
        operands = pointer(x), pointer(g), Count(size)

        def numbers() -> list[float]:
            return [call(*operands), *(g[i] for i in problems.thinned(size))]

        return Job(numbers, lambda: call(*operands))

    def black_scholes(self, size: int) -> Job | None:
        columns, results = problems.options(size), [zeros(size) for _ in range(6)]
        call = load("black_scholes").black_scholes
        operands = [*map(pointer, columns), *map(pointer, results), Count(size)]

        def numbers() -> list[float]:
            call(*operands)
            return [result[i] for i in problems.thinned(size) for result in results]

        return Job(numbers, lambda: call(*operands), per=size)


class Training(small_gpt.Training):
    def __init__(self, setting: small_gpt.Setting) -> None:
        super().__init__(setting)
        p = array("d", setting.flat())
        self.numbers = [p, *(zeros(len(p)) for _ in range(3))]
        letters = len(setting.weights["tokens"])
        self.operands = [*map(pointer, self.numbers), Count(len(p)), letters]
        self.call = load("microgpt").step
        self.call.restype = Number

    def train(self, tokens: list[int], rate: float) -> float:
        shown = (ctypes.c_int * len(tokens))(*tokens)
        operands = shown, len(tokens) - 1, Number(rate), self.taken
        found: float = self.call(*self.operands, *operands)
        return found


class Tiled(Plain):
    """32 samples side by side: what a batch can be made to take."""

    batch = "tiled"

    def mlp_call(self) -> Job | None:
        return None

    microgpt = mlp_call

    def mlp_inside(self, times: int = 1) -> Job | None:
        return None

    def rosenbrock(self, size: int) -> Job | None:
        return None

    black_scholes = rosenbrock
