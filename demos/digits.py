"""Handwritten digits: real images of 8x8 pixels, read by an MLP of scalars.

The images are scikit-learn's copy of the UCI set: 1,797 of them, of which a part is
for training and the rest, never seen in training, for the test.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from autograd import Value, draw
from demos.stage import Report, command, missing, new_figure, pace, save
from nn import MLP, accuracy, cross_entropy, fit

COUNT = 1797


def images() -> tuple[list[list[float]], list[int]]:
    """Pixels from 0 to 1, and the digits they show."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise missing("scikit-learn") from None
    data = load_digits()
    return (data.data / 16).tolist(), data.target.tolist()


def confusion(predicted: list[int], actual: list[int]) -> list[list[int]]:
    counts = Counter(zip(actual, predicted))
    return [[counts[row, column] for column in range(10)] for row in range(10)]


def run(out: Path, epochs: int = 15, train: int = 1200, test: int = COUNT) -> Report:
    X, y = images()
    held_out = X[train : train + test], y[train : train + test]
    if not held_out[0]:
        raise SystemExit(f"train must be below {COUNT}: some images are for the test")
    model, twin = (MLP(64, [16, 10], init="he", seed=0, fused=True) for _ in range(2))

    def learn(model: MLP, epochs: int, **how: Any) -> Any:
        return fit(
            model,
            X[:train],
            y[:train],
            loss="cross_entropy",
            optimizer="adam",
            lr=0.02,
            epochs=epochs,
            metric=accuracy,
            **how,
        )

    history = learn(model, epochs)
    eager = learn(twin, 1, compile=False).seconds[-1]
    scores = model.predict(held_out[0])
    right = accuracy(scores, held_out[1])
    predicted = [max(range(10), key=row.__getitem__) for row in scores]
    matrix = confusion(predicted, held_out[1])
    history.plot(out / "training.png")
    neuron = _output_neuron(model, *held_out)
    files = [
        out / "training.png",
        save(matrix_figure(matrix, right), out / "confusion.png"),
        save(_images_figure(*held_out, predicted), out / "images.png"),
        neuron.save(out / "output-neuron.svg"),
        neuron.save(out / "output-neuron.png"),
        model.save(out / "model.json"),
    ]
    print(matrix_text(matrix))
    return Report(
        f"{len(model.parameters())} parameters, {train} images learnt from; "
        f"accuracy on {len(predicted)} others: {right:.1%}; {pace(history, eager)}",
        files,
    )


def _output_neuron(model: MLP, X: list[list[float]], y: list[int]) -> Any:
    """The neuron that answers for the first test image's digit, with its gradient."""
    digit = y[0]
    hidden = [Value(h.data, label=f"h{i}") for i, h in enumerate(model.layers[0](X[0]))]
    scores = model.layers[1](hidden)
    scores[digit].label = f"score of {digit}"
    model.zero_grad()
    cross_entropy([scores], [digit]).backward()
    neuron = model.layers[1].neurons[digit]
    return draw(scores[digit], parameters=neuron, color="gradient")


def matrix_text(matrix: list[list[int]]) -> str:
    head = "  true\\read" + "".join(f"{digit:5d}" for digit in range(10))
    rows = [
        f"{digit:11d}" + "".join(f"{n or '·':>5}" for n in row)
        for digit, row in enumerate(matrix)
    ]
    return "\n".join([head, *rows])


def matrix_figure(matrix: list[list[int]], right: float) -> Any:
    figure = new_figure(5.2, 4.8)
    axis = figure.subplots()
    axis.imshow(matrix, cmap="Blues")
    half = max(map(max, matrix)) / 2
    for i, row in enumerate(matrix):
        for j, n in enumerate(row):
            if n:
                color = "white" if n > half else "black"
                axis.text(j, i, n, ha="center", va="center", color=color, fontsize=9)
    axis.set(xticks=range(10), yticks=range(10), xlabel="read as", ylabel="true digit")
    axis.set_title(f"test accuracy {right:.1%}")
    return figure


def _images_figure(X: list[list[float]], y: list[int], predicted: list[int]) -> Any:
    """Some images read well, and first those that were not."""
    wrong = [i for i in range(len(y)) if predicted[i] != y[i]]
    well = [i for i in range(len(y)) if predicted[i] == y[i]]
    chosen = (wrong[:12] + well)[:24]
    figure = new_figure(9, 3.9)
    for axis, i in zip(figure.subplots(3, 8).flat, chosen):
        rows = [X[i][k : k + 8] for k in range(0, 64, 8)]
        axis.imshow(rows, cmap="gray_r")
        missed = predicted[i] != y[i]
        title = f"{predicted[i]}, is {y[i]}" if missed else f"{predicted[i]}"
        axis.set_title(title, fontsize=9, color="#D55E00" if missed else "#333333")
    for axis in figure.axes:
        axis.axis("off")
    return figure


if __name__ == "__main__":
    command("digits", run, __doc__, epochs=15, train=1200, test=COUNT)
