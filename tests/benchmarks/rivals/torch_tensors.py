"""PyTorch tensors, float64, a layer at a time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch.nn.functional import linear

from tests.benchmarks import problems, small_gpt
from tests.benchmarks.rivals import Contestant, Job

MATH = SimpleNamespace(
    log=torch.log, sqrt=torch.sqrt, exp=torch.exp, erfc=torch.special.erfc
)


def tensor(numbers: Any, graded: bool = False) -> Any:
    return torch.tensor(list(numbers), dtype=torch.float64, requires_grad=graded)


NUMPY = SimpleNamespace(
    **{name: getattr(torch, name) for name in ("einsum", "tril", "where", "inf")},
    **{name: getattr(torch, name) for name in ("arange", "ones", "relu")},
    softmax=lambda x: torch.softmax(x, -1),
    log_softmax=lambda x: torch.log_softmax(x, -1),
)


class Training(small_gpt.Training):
    """microgpt with PyTorch's own Adam."""

    def __init__(self, setting: small_gpt.Setting) -> None:
        super().__init__(setting)
        self.weights = {
            name: torch.tensor(rows, dtype=torch.float64, requires_grad=True)
            for name, rows in setting.weights.items()
        }
        self.optimizer = torch.optim.Adam(
            self.weights.values(), betas=small_gpt.BETAS, eps=1e-8
        )
        self.shown = {tuple(tokens): torch.tensor(tokens) for tokens in setting.steps}

    def train(self, tokens: list[int], rate: float) -> float:
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad()
        loss = small_gpt.array_loss(NUMPY, self.weights, self.shown[tuple(tokens)])
        loss.backward()
        self.optimizer.step()
        found: float = loss.item()
        return found


class Tensors(Contestant):
    def __init__(self, threads: int, microgpt: str | None) -> None:
        super().__init__(threads, microgpt)
        torch.set_num_threads(threads)
        p, place = tensor(problems.weights()), 0
        self.layers = []
        for n, m in zip(problems.SIZES, problems.SIZES[1:]):
            rows = p[place : place + m * (n + 1)].reshape(m, n + 1)
            place += m * (n + 1)
            w, b = rows[:, :-1].clone(), rows[:, -1].clone()
            self.layers.append((w.requires_grad_(), b.requires_grad_()))

    def _loss(self, x: Any, side: Any) -> Any:
        for w, b in self.layers[:-1]:
            x = torch.relu(linear(x, w, b))
        return torch.relu(1 - side * linear(x, *self.layers[-1])[..., 0])

    def _graded(self, x: Any, side: Any) -> list[float]:
        for layer in self.layers:
            for part in layer:
                part.grad = None
        loss = self._loss(x, side).mean()
        loss.backward()
        rows = [torch.cat([w.grad, b.grad[:, None]], 1) for w, b in self.layers]
        return [loss.item(), *(g for row in rows for g in row.flatten().tolist())]

    def mlp_call(self) -> Job | None:
        columns = problems.samples(problems.CALLS)
        calls = [(tensor((a, b)), tensor((s,))[0]) for a, b, s in zip(*columns)]

        def run() -> None:
            for x, side in calls:
                self._loss(x, side).backward()

        return Job(
            lambda: problems.joined(
                self._graded(*c) for c in calls[: problems.CHECKED]
            ),
            run,
            len(calls),
        )

    def mlp_batch(self, size: int) -> Job | None:
        first, second, sides = map(tensor, problems.samples(size))
        x = torch.stack([first, second], 1)
        return Job(
            lambda: self._graded(x, sides),
            lambda: self._loss(x, sides).mean().backward(),
            per=size,
        )

    def microgpt(self) -> Job | None:
        return small_gpt.training_job(self.microgpt_file, Training)

    def rosenbrock(self, size: int) -> Job | None:
        x = tensor(problems.rosenbrock_start(size), graded=True)

        def graded() -> tuple[Any, Any]:
            a, b = x[:-1], x[1:]
            y = (100 * (b - a**2) ** 2 + (1 - a) ** 2).sum()
            return y, torch.autograd.grad(y, x)[0]

        def numbers() -> list[float]:
            y, g = graded()
            return [y.item(), *(g[i].item() for i in problems.thinned(size))]

        return Job(numbers, graded)

    def black_scholes(self, size: int) -> Job | None:
        columns = [tensor(column, graded=True) for column in problems.options(size)]

        def graded() -> tuple[Any, ...]:
            price = problems.black_scholes(MATH, *columns)
            return price.detach(), *torch.autograd.grad(price.sum(), columns)

        def numbers() -> list[float]:
            results = graded()
            return [r[i].item() for i in problems.thinned(size) for r in results]

        return Job(numbers, graded, per=size)
