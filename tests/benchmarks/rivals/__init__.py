"""Who is compared by `compile`, each in a module of its own, behind the same methods.

A contestant prepares a `Job` for each problem that it can do, or None.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Job:
    """A prepared problem.

    `run` does what is timed and gives `per` results. `timed`, in its place, returns the
    seconds of one result itself. `numbers` are compared with the other contestants':
    values and gradients in the order that the method of `Contestant` says.
    """

    numbers: Callable[[], list[float]]
    run: Callable[[], object] | None = None
    per: int = 1
    timed: Callable[[], float] | None = None


class Contestant:
    """Takes part in nothing; a contestant overrides what it can do."""

    def __init__(self, threads: int, microgpt: str | None) -> None:
        self.threads = threads
        self.microgpt_file = microgpt

    def mlp_call(self) -> Job | None:
        """One sample a call, from Python. Numbers: loss and gradient, three samples."""
        return None

    def mlp_inside(self) -> Job | None:
        """One sample, many times within one call. Numbers: loss, gradient."""
        return None

    def mlp_batch(self, size: int) -> Job | None:
        """The mean loss of a batch and its gradient. Numbers: loss, gradient."""
        return None

    def microgpt(self) -> Job | None:
        """Steps of training with Adam. Numbers: the losses of the first steps."""
        return None

    def rosenbrock(self, size: int) -> Job | None:
        """Numbers: the value, some of the gradient."""
        return None

    def black_scholes(self, size: int) -> Job | None:
        """The price and its five derivatives. Numbers: those of some options."""
        return None

    def first_mlp(self, count: int) -> Job | None:
        """From a Python function to its first gradient: MLP on `count` samples."""
        return None

    def first_chain(self, rounds: int) -> Job | None:
        """From a Python function to its first gradient: a chain."""
        return None


@dataclass(frozen=True)
class Entry:
    """Where a contestant is written, and what it needs to run here."""

    module: str
    kind: str
    needs: tuple[str, ...] = ()  # modules
    compiler: bool = False
    several: bool = False  # uses several threads where it may
    environment: tuple[tuple[str, str | None], ...] = ()

    def missing(self, microgpt: str | None) -> list[str]:
        """What it needs and is not here."""
        gone = [name for name in self.needs if importlib.util.find_spec(name) is None]
        if self.compiler and shutil.which("gcc") is None:
            gone.append("gcc")
        if self.kind == "Original" and microgpt is None:
            gone.append("--microgpt FILE")
        return gone

    def make(self, threads: int, microgpt: str | None) -> Contestant:
        module = importlib.import_module(f"tests.benchmarks.rivals.{self.module}")
        made: Contestant = getattr(module, self.kind)(threads, microgpt)
        return made


NATIVE = (("AUTOGRAD_ENGINE", "native"),)
ENTRIES: dict[str, Entry] = {
    "compiled": Entry(
        "ours", "Compiled", ("autograd.compiling",), several=True, environment=NATIVE
    ),
    "eager": Entry("ours", "Eager", ("autograd._native.engine",), environment=NATIVE),
    "torch": Entry("torch_tensors", "Tensors", ("torch",), several=True),
    "jax": Entry("jax_arrays", "Arrays", ("jax",), several=True),
    "jax scalars": Entry("jax_scalars", "Scalars", ("jax",)),
    "casadi": Entry("casadi_graphs", "Interpreted", ("casadi", "numpy")),
    "casadi C": Entry("casadi_graphs", "Generated", ("casadi", "numpy"), compiler=True),
    "C": Entry("hand_written", "Plain", compiler=True),
    "C tiled": Entry("hand_written", "Tiled", compiler=True),
    "microgpt.py": Entry("original", "Original"),
}


def held_to(threads: int) -> dict[str, str | None]:
    """Variables that hold a process to so many threads.

    OPENBLAS_CORETYPE and its like, where a machine sets them, choose kernels for
    another processor: they are removed.
    """
    many = str(threads > 1).lower()
    return {
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={many} "
        f"intra_op_parallelism_threads={threads}",
        "JAX_PLATFORMS": "cpu",
        "JAX_ENABLE_X64": "1",
        "OPENBLAS_CORETYPE": None,
        "OPENBLAS_L2_SIZE": None,
    }
