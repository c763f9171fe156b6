"""As large as MNIST: images of 28x28 pixels, and an MLP 784-32-10 of scalars.

The images are scikit-learn's handwritten digits of 8x8 pixels, enlarged, and turned,
scaled and moved a little by a seeded generator. Those for the test are made from
originals that training never saw.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograd import compile, engine
from demos.digits import COUNT, confusion, matrix_figure, matrix_text
from demos.stage import Report, command, missing, new_figure, pace, save
from nn import MLP, accuracy, fit
from nn.schedules import linear

SIDE, SMALL, MARGIN = 28, 8, 3
LEARNT = 1200  # of the originals; the others are for the test
BATCH = 64
# the Python engine would need half an hour
TRAIN, TEST = (12000, 2388) if engine == "native" else (96, 48)


def images(train: int, test: int, seed: int = 0) -> list[tuple[Any, Any]]:
    """Rows of 784 numbers from 0 to 1, and their digits: to learn from, and to test."""
    try:
        import numpy
        from sklearn.datasets import load_digits
    except ImportError:
        raise missing("scikit-learn") from None
    data = load_digits()
    rng = numpy.random.default_rng(seed)
    parts = []
    for first, end, count in ((0, LEARNT, train), (LEARNT, COUNT, test)):
        chosen = first + numpy.arange(count) % (end - first)
        rows = [
            varied(numpy, rng, data.images[chosen[i : i + 100]] / 16)
            for i in range(0, count, 100)
        ]
        parts.append((numpy.concatenate(rows), data.target[chosen]))
    return parts


def varied(numpy: Any, rng: Any, small: Any) -> Any:
    """Images of 8x8 pixels enlarged, and turned, scaled and moved at random."""
    count = len(small)

    def drawn(low: float, high: float) -> Any:
        return rng.uniform(low, high, size=(count, 1, 1))

    turn, scale = drawn(-0.15, 0.15), drawn(0.9, 1.1) * 20 / SMALL
    down, right = numpy.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    down, right = down + drawn(-1.5, 1.5), right + drawn(-1.5, 1.5)
    cos, sin = numpy.cos(turn) / scale, numpy.sin(turn) / scale
    # where in the small image, which gets a margin of zeros, each pixel comes from
    padded = numpy.zeros((count, SMALL + 2 * MARGIN, SMALL + 2 * MARGIN))
    padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = small
    middle, last = MARGIN + (SMALL - 1) / 2, SMALL + 2 * MARGIN - 1.001
    y = (middle + cos * down - sin * right).clip(0, last)
    x = (middle + sin * down + cos * right).clip(0, last)
    i, j, k = y.astype(int), x.astype(int), numpy.arange(count)[:, None, None]
    a, b = y - i, x - j
    above = (1 - b) * padded[k, i, j] + b * padded[k, i, j + 1]
    below = (1 - b) * padded[k, i + 1, j] + b * padded[k, i + 1, j + 1]
    return ((1 - a) * above + a * below).reshape(count, SIDE * SIDE)


def run(out: Path, epochs: int = 8, train: int = TRAIN, test: int = TEST) -> Report:
    (X, y), held_out = images(train, test)
    how: Any = {"activation": "leaky_relu", "init": "he", "seed": 0, "fused": True}
    model, twin = (MLP(SIDE * SIDE, [32, 10], **how) for _ in range(2))

    def learn(model: MLP, count: int, epochs: int, **how: Any) -> Any:
        return fit(
            model,
            X[:count],
            y[:count],
            loss="cross_entropy",
            optimizer="adam",
            lr=linear(0.004, 0.0004, epochs * -(-count // BATCH)),
            epochs=epochs,
            batch_size=BATCH,
            metric=accuracy,
            **how,
        )

    history = learn(model, train, epochs, validation=held_out)
    few = min(train, 5 * BATCH)
    eager = learn(twin, few, 1, compile=False).seconds[-1] * train / few
    # the model compiled: a column of scores for each digit, made a row an image
    scores = [*zip(*compile(model).batch(held_out[0]))]
    digits = held_out[1].tolist()
    right = accuracy(scores, digits)
    predicted = [max(range(10), key=row.__getitem__) for row in scores]
    matrix = confusion(predicted, digits)
    print(matrix_text(matrix))
    history.plot(out / "training.png")
    files = [
        out / "training.png",
        save(matrix_figure(matrix, right), out / "confusion.png"),
        save(_images_figure(held_out[0], digits, predicted), out / "images.png"),
        save(_weights_figure(model), out / "weights.png"),
        model.save(out / "model.json"),
    ]
    return Report(
        f"{len(model.parameters()):,} parameters, {train:,} images learnt from; "
        f"accuracy on {test:,} images of digits never seen: {right:.1%}; "
        f"{pace(history, eager)}",
        files,
    )


def _images_figure(X: Any, y: list[int], predicted: list[int]) -> Any:
    """Some images of the test: those read wrongly, and then others."""
    wrong = [i for i in range(len(y)) if predicted[i] != y[i]]
    well = [i for i in range(len(y)) if predicted[i] == y[i]]
    figure = new_figure(9, 3.9)
    axes = figure.subplots(3, 8)
    for axis, i in zip(axes.flat, (wrong[:12] + well)[:24]):
        axis.imshow(X[i].reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
        missed = predicted[i] != y[i]
        title = f"{predicted[i]}, is {y[i]}" if missed else f"{predicted[i]}"
        axis.set_title(title, fontsize=9, color="#D55E00" if missed else "#333333")
    for axis in axes.flat:
        axis.axis("off")
    return figure


def _weights_figure(model: MLP) -> Any:
    """What each hidden neuron looks for: its weights where the pixels are."""
    figure = new_figure(9, 4.9)
    axes = figure.subplots(4, 8)
    for k, (axis, neuron) in enumerate(zip(axes.flat, model.layers[0].neurons)):
        weights = [w.data for w in neuron.w]
        most = max(map(abs, weights))
        rows = [weights[i : i + SIDE] for i in range(0, len(weights), SIDE)]
        axis.imshow(rows, cmap="RdBu", vmin=-most, vmax=most)
        axis.set_title(f"neuron {k}", fontsize=8, color="#333333")
        axis.axis("off")
    figure.suptitle("weights: blue adds to the neuron's sum, red takes away", size=10)
    return figure


if __name__ == "__main__":
    command("mnist", run, __doc__, epochs=8, train=TRAIN, test=TEST)
