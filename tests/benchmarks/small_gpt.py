"""The model of Karpathy's microgpt.py over any scalars: its weights and losses.

A step trains on one word. Weights, words and their order are those of microgpt.py,
whose random numbers are drawn in the same sequence.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.rivals import Job

WIDTH, HEADS, CONTEXT, STEPS = 16, 4, 16, 1000
RATE, BETAS = 0.01, (0.85, 0.99)
LOSSES = 12  # of the first steps, compared
TIMED = 10  # steps of a round, from the second on
Vector = Sequence[Any]
Matrix = list[list[Any]]


def words(microgpt: str | None) -> list[str]:
    """Those beside the microgpt.py, else words of random letters."""
    if microgpt:
        text = Path(microgpt).with_name("input.txt").read_text(encoding="utf-8")
        return [line.strip() for line in text.split("\n") if line.strip()]
    rng = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(2000)]


class Setting:
    """The tokens of each step, and the weights before the first."""

    def __init__(self, microgpt: str | None) -> None:
        rng = random.Random(42)
        documents = words(microgpt)
        rng.shuffle(documents)
        letters = sorted(set("".join(documents)))
        start = len(letters)
        code = {letter: i for i, letter in enumerate(letters)}
        self.steps = [
            [start, *(code[letter] for letter in document), start][: CONTEXT + 1]
            for document in documents[:STEPS]
        ]
        self.shapes = {
            "tokens": (start + 1, WIDTH),
            "places": (CONTEXT, WIDTH),
            "scores": (start + 1, WIDTH),
            **dict.fromkeys(("query", "key", "value", "mix"), (WIDTH, WIDTH)),
            "up": (4 * WIDTH, WIDTH),
            "down": (WIDTH, 4 * WIDTH),
        }
        self.weights = {
            name: [[rng.gauss(0, 0.08) for _ in range(n)] for _ in range(m)]
            for name, (m, n) in self.shapes.items()
        }

    def flat(self) -> list[float]:
        """All weights, matrix by matrix, row by row."""
        return [w for matrix in self.weights.values() for row in matrix for w in row]

    def rate(self, step: int) -> float:
        """The learning rate falls to 0; after that many steps it starts again."""
        return RATE * (1 - step % STEPS / STEPS)


def loss(
    math: Any,
    weights: dict[str, Matrix],
    tokens: Vector,
    row: Callable[[Matrix, Any], Vector],
    element: Callable[[Vector, Any], Any],
) -> Any:
    """Mean of -log(probability) of each token after those before it.

    `row(matrix, i)` and `element(vector, i)` look up at an index, which may be traced.
    """

    def linear(x: Vector, name: str) -> Vector:
        return [math.dot(weight, x) for weight in weights[name]]

    def norm(x: Vector) -> Vector:
        scale = (math.dot(x, x) / len(x) + 1e-5) ** -0.5
        return [xi * scale for xi in x]

    def attend(query: Vector, keys: list[Vector], values: list[Vector]) -> Vector:
        joined = []
        size = WIDTH // HEADS
        for start in range(0, WIDTH, size):
            part = slice(start, start + size)
            logits = [math.dot(query[part], key[part]) / size**0.5 for key in keys]
            shares = math.softmax(logits)
            joined += [
                math.dot(shares, [value[i] for value in values])
                for i in range(start, start + size)
            ]
        return joined

    keys: list[Vector] = []
    values: list[Vector] = []
    surprises = []
    for place in range(len(tokens) - 1):
        token, following = tokens[place], tokens[place + 1]
        embedded = zip(row(weights["tokens"], token), weights["places"][place])
        before = norm([t + p for t, p in embedded])
        x = norm(before)
        keys.append(linear(x, "key"))
        values.append(linear(x, "value"))
        mixed = linear(attend(linear(x, "query"), keys, values), "mix")
        before = [a + b for a, b in zip(mixed, before)]
        hidden = [math.relu(h) for h in linear(norm(before), "up")]
        x = [a + b for a, b in zip(linear(hidden, "down"), before)]
        scores = linear(x, "scores")
        surprises.append(math.logsumexp(scores) - element(scores, following))
    return math.sum(surprises) * (1 / len(surprises))


def array_loss(np: Any, weights: dict[str, Any], tokens: Any) -> Any:
    """The same with the arrays of a library, all places at once."""

    def norm(x: Any) -> Any:
        return x * ((x * x).mean(-1, keepdims=True) + 1e-5) ** -0.5

    def by_head(x: Any, name: str) -> Any:
        return (x @ weights[name].T).reshape(places, HEADS, WIDTH // HEADS)

    places = len(tokens) - 1
    start = norm(weights["tokens"][tokens[:-1]] + weights["places"][:places])
    x = norm(start)
    query, key, value = (by_head(x, name) for name in ("query", "key", "value"))
    logits = np.einsum("thk,shk->hts", query, key) / (WIDTH // HEADS) ** 0.5
    seen = np.tril(np.ones((places, places))) > 0
    shares = np.softmax(np.where(seen, logits, -np.inf))
    joined = np.einsum("hts,shk->thk", shares, value).reshape(places, WIDTH)
    middle = joined @ weights["mix"].T + start
    hidden = np.relu(norm(middle) @ weights["up"].T)
    scores = (hidden @ weights["down"].T + middle) @ weights["scores"].T
    chances = np.log_softmax(scores)
    return -chances[np.arange(places), tokens[1:]].mean()


class Training:
    """Steps of training, one after the other, each on a word of the setting."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.taken = 0  # steps

    def train(self, tokens: list[int], rate: float) -> float:
        raise NotImplementedError

    def step(self, tokens: list[int]) -> float:
        rate = self.setting.rate(self.taken)
        self.taken += 1
        return self.train(tokens, rate)


def training_job(microgpt: str | None, begin: Callable[[Setting], Training]) -> Job:
    """`begin` gives a training that has taken no step."""
    setting = Setting(microgpt)
    training = begin(setting)

    def run() -> None:
        for tokens in setting.steps[1 : TIMED + 1]:
            training.step(tokens)

    def numbers() -> list[float]:
        fresh = begin(setting)
        return [fresh.step(tokens) for tokens in setting.steps[:LOSSES]]

    run()  # whatever is compiled for each length of a word
    return Job(numbers, run, per=TIMED)
