"""This project: `autograd.compile`, and Values differentiated as recorded."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import autograd
from autograd import Value, math
from autograd.compiling.layout import PARAMETERS
from nn import Adam
from tests.benchmarks import problems, small_gpt
from tests.benchmarks.rivals import Contestant, Job


def values(numbers: Any) -> list[Value]:
    return [Value(number) for number in numbers]


def gradient(parameters: list[Value]) -> list[float]:
    """What has been added since, and from then on 0."""
    found = [p.grad for p in parameters]
    for p in parameters:
        p.grad = 0.0
    return found


class Training(small_gpt.Training):
    """microgpt's model in Values, and its optimizer."""

    def __init__(self, setting: small_gpt.Setting) -> None:
        super().__init__(setting)
        self.weights = {
            name: [values(row) for row in matrix]
            for name, matrix in setting.weights.items()
        }
        parameters = [p for rows in self.weights.values() for row in rows for p in row]
        self.optimizer = Adam(
            parameters, lr=small_gpt.RATE, betas=small_gpt.BETAS, eps=1e-8
        )

    def train(self, tokens: list[int], rate: float) -> float:
        self.optimizer.lr = rate
        return self.minimize(tokens)

    def minimize(self, tokens: list[int]) -> float:
        """The loss; the parameters are moved."""
        raise NotImplementedError


class EagerTraining(Training):
    def minimize(self, tokens: list[int]) -> float:
        y = small_gpt.loss(
            math,
            self.weights,
            tokens,
            lambda matrix, index: matrix[index],
            lambda vector, index: vector[index],
        )
        self.optimizer.zero_grad()
        y.backward()
        self.optimizer.step()
        found: float = y.data
        return found


class CompiledTraining(Training):
    """One tape for each length of a word: tokens are looked up in the tape."""

    def __init__(self, setting: small_gpt.Setting) -> None:
        super().__init__(setting)
        columns = list(zip(*self.weights["tokens"]))

        def row(matrix: Any, index: Any) -> list[Any]:
            return [math.take(column, index) for column in columns]

        self.compiled = autograd.compile(
            lambda tokens: small_gpt.loss(math, self.weights, tokens, row, math.take)
        )

    def minimize(self, tokens: list[int]) -> float:
        found: float = self.optimizer.minimize(self.compiled, tokens)
        return found


class Ours(Contestant):
    """What both ways share: the formulas, and the order of the numbers."""

    training: type[Training]

    def backward(self, f: Callable[..., Any]) -> Callable[..., float]:
        """Called like f: the value; gradients are added to the Values in f."""
        raise NotImplementedError

    def _mlp(self) -> tuple[list[Value], Callable[..., Any]]:
        weights = values(problems.weights())
        return weights, lambda x, side: problems.mlp(math, weights, x, side)

    def mlp_call(self) -> Job | None:
        weights, f = self._mlp()
        backward = self.backward(f)
        columns = problems.samples(problems.CALLS)
        calls = [([a, b], side) for a, b, side in zip(*columns)]

        def run() -> None:
            for x, side in calls:
                backward(x, side)

        def numbers() -> list[float]:
            found: list[float] = []
            for call in calls[: problems.CHECKED]:
                gradient(weights)
                found += [backward(*call), *gradient(weights)]
            return found

        return Job(numbers, run, per=len(calls))

    def microgpt(self) -> Job | None:
        return small_gpt.training_job(self.microgpt_file, self.training)

    def first_mlp(self, count: int) -> Job | None:
        first, second, sides = problems.samples(count)
        x = [list(pair) for pair in zip(first, second)]
        weights = values(problems.weights())

        def once() -> Any:
            backward = self.backward(lambda: problems.mean_mlp(math, weights, x, sides))
            return backward, backward()

        return self._first(once, weights)

    def first_chain(self, rounds: int) -> Job | None:
        weights, x = values(problems.chain_weights()), problems.chain_start()

        def once() -> Any:
            backward = self.backward(
                lambda *x: problems.chain(math, weights, x, rounds)
            )
            return backward, backward(*x)

        return self._first(once, weights)

    def _first(self, once: Callable[[], Any], weights: list[Value]) -> Job:
        def numbers() -> list[float]:
            gradient(weights)
            return [once()[1], *gradient(weights)]

        return Job(numbers, once)


class Compiled(Ours):
    training = CompiledTraining

    def backward(self, f: Callable[..., Any]) -> Callable[..., float]:
        return autograd.compile(f).backward

    def mlp_inside(self, times: int = 1000) -> Job | None:
        weights, f = self._mlp()
        step = autograd.compile(f)
        (x0, *_), (x1, *_), (side, *_) = problems.samples(1)

        def numbers() -> list[float]:
            gradient(weights)
            return [step.backward([x0, x1], side), *gradient(weights)]

        def timed() -> float:
            loops = (
                program.repeat([x0, x1, side], PARAMETERS, times) for _ in range(9)
            )
            return min(loops) / times

        step([x0, x1], side)
        program = step._latest.program  # private: nobody else times it by itself
        return Job(numbers, timed=timed)

    def mlp_batch(self, size: int) -> Job | None:
        weights, f = self._mlp()
        step = autograd.compile(f)
        first, second, sides = problems.samples(size)

        def run() -> float:
            return step.backward_batch([first, second], sides, threads=self.threads)

        def numbers() -> list[float]:
            gradient(weights)
            return [run(), *gradient(weights)]

        return Job(numbers, run, per=size)

    def rosenbrock(self, size: int) -> Job | None:
        step = autograd.compile(problems.rosenbrock)
        x = problems.rosenbrock_start(size)

        def numbers() -> list[float]:
            y, g = step.value_and_grad(x)
            return [y, *(g[i] for i in problems.thinned(size))]

        return Job(numbers, lambda: step.value_and_grad(x))

    def black_scholes(self, size: int) -> Job | None:
        step = autograd.compile(lambda *option: problems.black_scholes(math, *option))
        columns = problems.options(size)

        def run() -> tuple[Any, Any]:
            return step.value_and_grad_batch(*columns, threads=self.threads)

        def numbers() -> list[float]:
            prices, greeks = run()
            results = prices, *greeks
            return [r[i] for i in problems.thinned(size) for r in results]

        return Job(numbers, run, per=size)


class Eager(Ours):
    training = EagerTraining

    def backward(self, f: Callable[..., Any]) -> Callable[..., float]:
        def call(*operands: Any) -> float:
            y = f(*operands)
            y.backward()
            found: float = y.data
            return found

        return call

    def mlp_batch(self, size: int) -> Job | None:
        weights, f = self._mlp()
        calls = [([a, b], side) for a, b, side in zip(*problems.samples(size))]

        def run() -> float:
            total = 0.0
            for x, side in calls:
                y = f(x, side)
                y.backward(1.0 / size)
                total += y.data
            return total / size

        def numbers() -> list[float]:
            gradient(weights)
            return [run(), *gradient(weights)]

        return Job(numbers, run, per=size)

    def rosenbrock(self, size: int) -> Job | None:
        start = problems.rosenbrock_start(size)

        def graded() -> tuple[float, list[float]]:
            x = values(start)
            y = problems.rosenbrock(x)
            y.backward()
            return y.data, [xi.grad for xi in x]

        def numbers() -> list[float]:
            y, g = graded()
            return [y, *(g[i] for i in problems.thinned(size))]

        return Job(numbers, graded)

    def black_scholes(self, size: int) -> Job | None:
        """Only some of the options: all of them take a minute."""
        columns = problems.options(size)
        rows = [[column[i] for column in columns] for i in problems.thinned(size)]

        def results() -> Iterator[list[float]]:
            for row in rows:
                option = values(row)
                y = problems.black_scholes(math, *option)
                y.backward()
                yield [y.data, *(x.grad for x in option)]

        return Job(
            lambda: list(itertools.chain.from_iterable(results())),
            lambda: list(results()),
            per=len(rows),
        )
