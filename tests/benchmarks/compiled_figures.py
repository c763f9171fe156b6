"""What `compile` measures, and what it must show."""

from __future__ import annotations

import operator
from dataclasses import dataclass

from tests.benchmarks.problems import CHAIN_NODES, MLP_NODES
from tests.benchmarks.ratios import Runs, ratio, summary

SCALE = {"µs": 1e6, "ns": 1e9}


@dataclass(frozen=True)
class Figure:
    """A method of `Contestant` with its operands; `per` divides what is shown."""

    job: str
    operands: tuple[int, ...] = ()
    unit: str = "ns"
    per: int = 1
    threads: int = 1

    def shown(self, seconds: float) -> float:
        return seconds * SCALE[self.unit] / self.per


def _first(nodes: int, job: str, each: int) -> tuple[str, Figure]:
    """From a Python function to its first gradient, in time per node of its graph."""
    count = max(1, round(nodes / each))
    name = (
        f"first call, {job.removeprefix('first_')} of {count * each:,} nodes, ns/node"
    )
    return name, Figure(job, (count,), per=count * each)


FIGURES: dict[str, Figure] = {
    "MLP, one sample, a call, µs": Figure("mlp_call", unit="µs"),
    "MLP, one sample, inside, µs": Figure("mlp_inside", unit="µs"),
    "MLP, batch of 100, ns/sample": Figure("mlp_batch", (100,)),
    "MLP, batch of 10,000, ns/sample": Figure("mlp_batch", (10_000,)),
    "MLP, batch of 10,000, two threads": Figure("mlp_batch", (10_000,), threads=2),
    "microgpt, a step with Adam, µs": Figure("microgpt", unit="µs"),
    "Rosenbrock of 10, µs": Figure("rosenbrock", (10,), "µs"),
    "Rosenbrock of 1,000, µs": Figure("rosenbrock", (1_000,), "µs"),
    "Rosenbrock of 100,000, µs": Figure("rosenbrock", (100_000,), "µs"),
    "Black-Scholes and greeks, ns/option": Figure("black_scholes", (1_000_000,)),
    "Black-Scholes, two threads": Figure("black_scholes", (1_000_000,), threads=2),
    **dict(
        _first(nodes, job, each)
        for nodes in (0, 100_000, 1_000_000)
        for job, each in (("first_mlp", MLP_NODES), ("first_chain", CHAIN_NODES))
        if nodes or job == "first_mlp"
    ),
}


@dataclass(frozen=True)
class Claim:
    """At least `least` times as fast as another, or at most `most` of the unit."""

    figure: str
    against: str = ""
    least: float = 1.0
    most: float = 0.0
    two_threads: str = ""  # the figure that is compared with the contestant's own

    def told(self, runs: Runs, base: str) -> str | None:
        """The claim beside what was measured, None where that is missing."""
        if self.most:
            found = summary(runs).get(base, {}).get(self.figure)
            words, sign, bound, holds = "", "at most", self.most, operator.le
        else:
            found = ratio(
                runs, self.against or base, base, self.figure, self.two_threads or None
            )
            words = f", times as fast as {self.against or 'one'}"
            sign, bound, holds = "at least", self.least, operator.ge
        if found is None:
            return None
        verdict = "holds" if holds(found, bound) else "MISSED"
        return f"{verdict:<7}{self.figure}{words}: {found:,.3g}, {sign} {bound:,.3g}"


BATCH = "MLP, batch of 10,000, ns/sample"
CLAIMS = [
    Claim("MLP, one sample, a call, µs", "casadi"),
    Claim("MLP, one sample, a call, µs", "jax", 10),
    Claim("MLP, one sample, a call, µs", "torch", 50),
    Claim("MLP, one sample, inside, µs", "C", 1 / 3),
    Claim(BATCH, "jax", 1.3),
    Claim(BATCH, least=1.7, two_threads="MLP, batch of 10,000, two threads"),
    Claim("microgpt, a step with Adam, µs", "microgpt.py", 2_000),
    *(
        Claim(name, most=1_500)
        for name, figure in FIGURES.items()
        if figure.job.startswith("first_") and 1_000 < figure.per < 200_000
    ),
]
