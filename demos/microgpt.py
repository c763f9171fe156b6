"""A character-level GPT made of scalars, taught to invent first names.

One transformer block after Karpathy's microgpt: token and position embeddings, RMS
norm, four heads of causal attention, a ReLU MLP, residuals. Every number in it is a
Value, and every sum of products one node. The names are those of the package Faker.

`--compiled` records the loss once for each length of a name, and replays it: the same
losses, and a step of microseconds.
"""

from __future__ import annotations

import itertools
import random
import statistics
import time
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from autograd import Value, compile, dot, draw, math, no_grad, scope, take
from autograd import sum as total
from demos.stage import Report, command, duration, missing, new_figure, save
from nn import Adam, Module
from nn.schedules import linear

Vector = list[Any]
END = 0  # the token before the first letter and after the last


def first_names() -> list[str]:
    """American first names in lower case, each once, in a fixed order."""
    try:
        from faker.providers.person.en_US import Provider
    except ImportError:
        raise missing("Faker") from None
    found = {name.lower() for name in Provider.first_names}
    return sorted(name for name in found if name.isascii() and name.isalpha())


def norm(x: Vector) -> Vector:
    """x scaled to a mean square of 1."""
    scale = math.rsqrt(dot(x, x) / len(x) + 1e-5)
    return [xi * scale for xi in x]


def at(xs: Vector, token: Any) -> Any:
    """xs[token]; compiled code has tokens that change from call to call."""
    return take(xs, token) if isinstance(token, Value) else xs[token]


class Linear(Module):
    def __init__(self, rng: random.Random, nout: int, nin: int) -> None:
        self.rows = [
            [Value(rng.gauss(0, 0.08)) for _ in range(nin)] for _ in range(nout)
        ]

    def forward(self, x: Vector) -> Vector:
        return [dot(row, x) for row in self.rows]

    def row(self, token: Any) -> Vector:
        """The row of a token: what stands for it."""
        if isinstance(token, Value):
            return [at(column, token) for column in zip(*self.rows)]
        return self.rows[token]


class GPT(Module):
    """`width` numbers for each letter, `heads` heads of attention, one block."""

    def __init__(
        self,
        letters: int,
        context: int,
        width: int = 16,
        heads: int = 4,
        seed: int = 42,
    ) -> None:
        rng = random.Random(seed)
        self.context, self.width, self.heads = context, width, heads
        self.tokens = Linear(rng, letters, width)
        self.positions = Linear(rng, context, width)
        self.query, self.key, self.value, self.mix = (
            Linear(rng, width, width) for _ in range(4)
        )
        self.up, self.down = (
            Linear(rng, 4 * width, width),
            Linear(rng, width, 4 * width),
        )
        self.scores = Linear(rng, letters, width)
        for name, part in vars(self).items():
            if isinstance(part, Linear):
                part.name = name

    def forward(self, token: Any, keys: list[Vector], values: list[Vector]) -> Vector:
        """Scores of the next letter; `keys` and `values` hold what came before."""
        place = len(keys)
        x = [t + p for t, p in zip(self.tokens.row(token), self.positions.row(place))]
        x = norm(x)
        with scope("attention"):
            x = [a + b for a, b in zip(x, self._attention(norm(x), keys, values))]
        with scope("MLP"):
            hidden = [math.relu(h) for h in self.up(norm(x))]
            x = [a + b for a, b in zip(x, self.down(hidden))]
        return self.scores(x)

    def _attention(self, x: Vector, keys: list[Vector], values: list[Vector]) -> Vector:
        query = self.query(x)
        keys.append(self.key(x))
        values.append(self.value(x))
        size = self.width // self.heads
        joined = []
        for start in range(0, self.width, size):
            part = slice(start, start + size)
            logits = [dot(query[part], key[part]) / math.sqrt(size) for key in keys]
            weights = math.softmax(logits)
            joined += [
                dot(weights, [value[i] for value in values])
                for i in range(start, start + size)
            ]
        return self.mix(joined)

    def loss(self, word: list[Any]) -> Value:
        """Mean of -log(probability) of each letter after those before it."""
        keys: list[Vector] = []
        values: list[Vector] = []
        surprises = []
        path = [END, *word, END][: self.context + 1]
        for place, (token, following) in enumerate(itertools.pairwise(path)):
            with scope(f"letter {place}"):
                scores = self(token, keys, values)
                surprises.append(math.logsumexp(scores) - at(scores, following))
        loss: Value = total(surprises) / len(surprises)
        return loss

    def invent(self, rng: random.Random, temperature: float = 0.5) -> list[int]:
        """The tokens of a new word, drawn letter by letter."""
        keys: list[Vector] = []
        values: list[Vector] = []
        token, word = END, []
        with no_grad():
            while len(word) < self.context:
                scores = [s.data / temperature for s in self(token, keys, values)]
                (token,) = rng.choices(range(len(scores)), math.softmax(scores))
                if token == END:
                    break
                word.append(token)
        return word


def run(
    out: Path, steps: int = 150, samples: int = 10, compiled: bool = False
) -> Report:
    names = first_names()
    letters = sorted(set("".join(names)))
    code = {letter: i + 1 for i, letter in enumerate(letters)}
    rng = random.Random(42)
    rng.shuffle(names)
    model = GPT(len(letters) + 1, context=max(map(len, names)) + 1)
    optimizer = Adam(model, lr=0.01, betas=(0.85, 0.99))
    rate = linear(0.01, 0.0, steps)
    tape = compile(model.loss)
    losses, seconds = [], []
    bar = tqdm(range(steps), desc="microgpt", disable=None)
    try:
        for step in bar:
            word = [code[letter] for letter in names[step % len(names)]]
            optimizer.lr = rate(step)
            began = time.perf_counter()
            if compiled:
                losses.append(optimizer.minimize(tape, word))
            else:
                losses.append(eager_step(model, optimizer, word))
            seconds.append(time.perf_counter() - began)
            bar.set_postfix_str(f"loss {mean(losses[-50:]):.3f}", refresh=False)
    except KeyboardInterrupt:
        print(f"stopped after {len(losses)} steps: what was learnt is kept")
    invented = [
        "".join(letters[token - 1] for token in model.invent(rng))
        for _ in range(samples)
    ]
    print("  invented:", ", ".join(word or "(nothing)" for word in invented))
    short = model.loss([code["a"]])
    short.label = "loss of the name “a”"
    picture = draw(short, parameters=model)
    files = [
        save(_curve(losses), out / "loss.png"),
        picture.save(out / "graph.svg"),
        picture.save(out / "graph.png"),
        model.save(out / "model.json"),
    ]
    head, tail = mean(losses[:20]), mean(losses[-50:])
    pace = duration(statistics.median(seconds)) if seconds else "?"
    how = f", compiled ({tape.recordings} recorded)" if compiled else ""
    return Report(
        f"{len(model.parameters())} parameters, {len(losses)} steps on {len(names)} "
        f"names: loss {head:.2f} → {tail:.2f}; {pace} a step{how}",
        files,
    )


def eager_step(model: GPT, optimizer: Adam, word: list[int]) -> float:
    """One step on a graph that is made for it."""
    loss = model.loss(word)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.data


def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else math.nan


def _curve(losses: list[float]) -> Any:
    figure = new_figure(5.6, 3.6)
    axis = figure.subplots()
    steps = range(1, len(losses) + 1)
    axis.plot(steps, losses, color="#BBBBBB", lw=0.7, label="one name")
    smooth = [mean(losses[max(0, i - 50) : i]) for i in steps]
    axis.plot(steps, smooth, color="#0072B2", label="mean of the last 50")
    axis.set(xlabel="step", ylabel="loss")
    axis.legend()
    axis.grid(alpha=0.3)
    return figure


if __name__ == "__main__":
    command("microgpt", run, __doc__, steps=150, samples=10, compiled=False)
