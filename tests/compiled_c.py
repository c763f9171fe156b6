"""Exported C, built with the compiler that is there and called through ctypes."""

import ctypes
import re
import shutil
import subprocess

import pytest

CC = shutil.which("gcc") or shutil.which("cc")
FLAGS = (
    *("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2", "-fPIC"),
    "-ffp-contract=off",  # on by default for some processors
)
needs_a_compiler = pytest.mark.skipif(CC is None, reason="there is no C compiler")


def build(folder, sources, *flags):
    """The shared library of these texts; the compiler says nothing."""
    paths = []
    for i, source in enumerate(sources):
        paths.append(folder / f"part{i}.c")
        paths[-1].write_text(source, encoding="utf-8")
    library = folder / "library.so"
    done = subprocess.run(
        [CC, *FLAGS, *flags, "-shared", *map(str, paths), "-o", str(library), "-lm"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr[:3000]
    return ctypes.CDLL(str(library))


def numbers(count, start=0.0):
    return (ctypes.c_double * max(count, 1))(*[start] * count)


class Exported:
    """One exported function of a library; `sizes` are read from its text."""

    def __init__(self, library, source):
        words = source.split()
        self.name = re.search(r"^int (\w+)_value\(const", source, re.M)[1]
        self.P, self.I, self.R, self.W = [
            int(words[words.index(f"{self.name.upper()}_{kind}") + 2].rstrip(","))
            for kind in ("PARAMETERS", "INPUTS", "RESULTS", "WORKSPACE")
        ]
        self.compute = getattr(library, f"{self.name}_value")
        self.differentiate = getattr(library, f"{self.name}_gradient")
        if self.P:
            initial = f"{self.name}_parameters"
            self.initial = [*(ctypes.c_double * self.P).in_dll(library, initial)]

    def arrays(self, p, x):
        """The two arguments, and a workspace of which nothing must be expected."""
        assert len(p) == self.P and len(x) == self.I
        nan = float("nan")
        return (
            (ctypes.c_double * max(self.P, 1))(*p),
            (ctypes.c_double * max(self.I, 1))(*x),
            (ctypes.c_double * self.W)(*[nan] * self.W),
        )

    def value(self, p, x):
        """The status, and the results."""
        p, x, work = self.arrays(p, x)
        results = numbers(self.R)
        return self.compute(p, x, results, work), [*results][: self.R]

    def gradient(self, p, x, seeds=(1.0,), by_p=True, by_x=True):
        """The status, the results, and what was added to each of two zeros."""
        p, x, work = self.arrays(p, x)
        results, dp, dx = numbers(self.R), numbers(self.P), numbers(self.I)
        given = (ctypes.c_double * self.R)(*seeds)
        status = self.differentiate(
            *(p, x, given, results),
            *(dp if by_p else None, dx if by_x else None, work),
        )
        return status, [*results][: self.R], [*dp][: self.P], [*dx][: self.I]
