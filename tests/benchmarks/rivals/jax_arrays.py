"""JAX on arrays, float64, jitted: the weights are one array, which calls fastest."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy.special import erfc

from tests.benchmarks import problems, small_gpt
from tests.benchmarks.rivals import Contestant, Job

MATH = SimpleNamespace(
    log=jnp.log,
    sqrt=jnp.sqrt,
    exp=jnp.exp,
    tanh=jnp.tanh,
    erfc=erfc,
    relu=lambda x: jnp.maximum(x, 0),
)
wait = jax.block_until_ready


def array(numbers: Any) -> Any:
    return jnp.asarray(list(numbers), dtype=jnp.float64)


def anew(f: Any) -> Any:
    """A function that JAX has not seen, and so compiles again."""
    return lambda *operands: f(*operands)


def flat(results: Any) -> list[float]:
    """The numbers of a value and its gradient."""
    return [x for part in results for x in jnp.ravel(part).tolist()]


def mlp(p: Any, x: Any, side: Any) -> Any:
    """The mean hinge loss of one sample or of many."""
    place, last = 0, len(problems.SIZES) - 2
    for i, (n, m) in enumerate(zip(problems.SIZES, problems.SIZES[1:])):
        rows = p[place : place + m * (n + 1)].reshape(m, n + 1)
        place += m * (n + 1)
        x = x @ rows[:, :-1].T + rows[:, -1]
        x = x if i == last else jnp.maximum(x, 0)
    return jnp.mean(jnp.maximum(1 - side * x[..., 0], 0))


NUMPY = SimpleNamespace(
    **{name: getattr(jnp, name) for name in ("einsum", "tril", "ones", "where", "inf")},
    arange=jnp.arange,
    relu=MATH.relu,
    softmax=jax.nn.softmax,
    log_softmax=jax.nn.log_softmax,
)


class Training(small_gpt.Training):
    """microgpt with Adam in one jitted function, compiled for each length of a word."""

    def __init__(self, setting: small_gpt.Setting) -> None:
        super().__init__(setting)
        p = array(setting.flat())
        self.state = p, jnp.zeros_like(p), jnp.zeros_like(p)
        self.jitted = jax.jit(self._step, donate_argnums=0)
        self.shown = {tuple(tokens): jnp.asarray(tokens) for tokens in setting.steps}

    def _loss(self, p: Any, tokens: Any) -> Any:
        weights, place = {}, 0
        for name, (m, n) in self.setting.shapes.items():
            weights[name] = p[place : place + m * n].reshape(m, n)
            place += m * n
        return small_gpt.array_loss(NUMPY, weights, tokens)

    def _step(self, state: Any, tokens: Any, rate: float, taken: int) -> Any:
        p, m, v = state
        b1, b2 = small_gpt.BETAS
        loss, g = jax.value_and_grad(self._loss)(p, tokens)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        p -= rate * (m / (1 - b1**taken)) / (jnp.sqrt(v / (1 - b2**taken)) + 1e-8)
        return (p, m, v), loss

    def train(self, tokens: list[int], rate: float) -> float:
        shown = self.shown[tuple(tokens)]
        self.state, loss = self.jitted(self.state, shown, rate, self.taken)
        return float(loss)


class Arrays(Contestant):
    def __init__(self, threads: int, microgpt: str | None) -> None:
        super().__init__(threads, microgpt)
        self.p = array(problems.weights())
        self.mlp = jax.jit(jax.value_and_grad(mlp))

    def mlp_call(self) -> Job | None:
        columns = problems.samples(problems.CALLS)
        calls = [(array((a, b)), jnp.asarray(s)) for a, b, s in zip(*columns)]
        step, p = self.mlp, self.p

        def run() -> None:
            for x, side in calls:
                wait(step(p, x, side))

        return Job(
            lambda: problems.joined(
                flat(step(p, *c)) for c in calls[: problems.CHECKED]
            ),
            run,
            per=len(calls),
        )

    def mlp_batch(self, size: int) -> Job | None:
        first, second, sides = map(array, problems.samples(size))
        operands = self.p, jnp.stack([first, second], 1), sides
        return Job(
            lambda: flat(self.mlp(*operands)),
            lambda: wait(self.mlp(*operands)),
            per=size,
        )

    def microgpt(self) -> Job | None:
        return small_gpt.training_job(self.microgpt_file, Training)

    def rosenbrock(self, size: int) -> Job | None:
        def value(x: Any) -> Any:
            a, b = x[:-1], x[1:]
            return (100 * (b - a**2) ** 2 + (1 - a) ** 2).sum()

        step, x = (
            jax.jit(jax.value_and_grad(value)),
            array(problems.rosenbrock_start(size)),
        )

        def numbers() -> list[float]:
            y, g = step(x)
            return [float(y), *(float(g[i]) for i in problems.thinned(size))]

        return Job(numbers, lambda: wait(step(x)))

    def black_scholes(self, size: int) -> Job | None:
        def price(*option: Any) -> Any:
            return problems.black_scholes(MATH, *option)

        columns = [array(column) for column in problems.options(size)]
        each = jax.value_and_grad(price, argnums=tuple(range(len(columns))))
        step = jax.jit(jax.vmap(each))

        def numbers() -> list[float]:
            prices, greeks = step(*columns)
            results = prices, *greeks
            return [float(r[i]) for i in problems.thinned(size) for r in results]

        return Job(numbers, lambda: wait(step(*columns)), per=size)

    def first_mlp(self, count: int) -> Job | None:
        """Of arrays: whatever the count, so only the smallest says something."""
        if count > 1:
            return None
        (x0, *_), (x1, *_), (side, *_) = problems.samples(count)
        operands = self.p, array((x0, x1)), jnp.asarray(side)

        def first() -> Any:
            return wait(jax.jit(jax.value_and_grad(anew(mlp)))(*operands))

        return Job(lambda: flat(first()), first)
