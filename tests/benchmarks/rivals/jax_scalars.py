"""JAX on the same scalar formulas: seconds of compiling, which is its figure here."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from tests.benchmarks import problems
from tests.benchmarks.rivals import Contestant, Job
from tests.benchmarks.rivals.jax_arrays import MATH, anew, array, flat, wait


def mlp(p: Any, x0: Any, x1: Any, side: Any) -> Any:
    return problems.mlp(MATH, [p[i] for i in range(len(p))], [x0, x1], side)


def batch(p: Any, *columns: Any) -> Any:
    return jnp.mean(jax.vmap(mlp, (None, 0, 0, 0))(p, *columns))


class Scalars(Contestant):
    def __init__(self, threads: int, microgpt: str | None) -> None:
        super().__init__(threads, microgpt)
        self.p = array(problems.weights())
        self.mlp, self.batch = (jax.jit(jax.value_and_grad(f)) for f in (mlp, batch))

    def mlp_call(self) -> Job | None:
        calls = list(zip(*map(array, problems.samples(problems.CALLS))))
        step, p = self.mlp, self.p

        def run() -> None:
            for x0, x1, side in calls:
                wait(step(p, x0, x1, side))

        return Job(
            lambda: problems.joined(
                flat(step(p, *c)) for c in calls[: problems.CHECKED]
            ),
            run,
            per=len(calls),
        )

    def mlp_batch(self, size: int) -> Job | None:
        operands = self.p, *map(array, problems.samples(size))
        return Job(
            lambda: flat(self.batch(*operands)),
            lambda: wait(self.batch(*operands)),
            per=size,
        )

    def first_mlp(self, count: int) -> Job | None:
        if count > 1:
            return None  # minutes
        operands = self.p, *(x[0] for x in map(array, problems.samples(count)))

        def first() -> Any:
            return wait(jax.jit(jax.value_and_grad(anew(mlp)))(*operands))

        return Job(lambda: flat(first()), first)
