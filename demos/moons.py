"""micrograd's demo: two moons told apart by an MLP 2-16-16-1 with a hinge loss.

The loss is the SVM's hinge with a little L2, and the learning rate falls from 1 to 0.1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from demos.stage import Report, command, missing, new_figure, pace, save
from nn import MLP, accuracy, fit, l2
from nn.schedules import linear


def run(out: Path, steps: int = 80, samples: int = 100) -> Report:
    try:
        from sklearn.datasets import make_moons
    except ImportError:
        raise missing("scikit-learn") from None
    points, classes = make_moons(n_samples=samples, noise=0.1, random_state=1337)
    targets = [1 if c else -1 for c in classes]
    # fused neurons compute w·x as one node: the same gradient, a smaller graph
    model, twin = (MLP(2, [16, 16, 1], seed=1337, fused=True) for _ in range(2))

    def train(model: MLP, epochs: int, **how: Any) -> Any:
        return fit(
            model,
            points,
            targets,
            loss="hinge",
            penalty=lambda parameters: 1e-4 * l2(parameters),
            optimizer="sgd",
            lr=linear(1.0, 0.1, steps),
            epochs=epochs,
            batch_size=None,
            metric=accuracy,
            **how,
        )

    history = train(model, steps)
    eager = train(twin, min(steps, 5), compile=False).seconds[-1] / min(steps, 5)
    history.plot(out / "loss.png")
    figure = new_figure(5.4, 4.6)
    axis = figure.subplots()
    across = [-1.5 + i / 12 for i in range(49)]
    along = [-1.0 + i / 12 for i in range(31)]
    scores = model.predict([[x, y] for y in along for x in across])
    rows = [scores[i : i + len(across)] for i in range(0, len(scores), len(across))]
    axis.contourf(
        across, along, rows, levels=[-1e9, 0, 1e9], colors=["#FCEBC5", "#D6ECF8"]
    )
    axis.contour(across, along, rows, levels=[-1, 0, 1], colors="#555555",
                 linestyles=["--", "-", "--"], linewidths=[0.8, 1.6, 0.8])  # fmt: skip
    for target, color, marker in ((-1, "#D55E00", "o"), (1, "#0072B2", "^")):
        chosen = [p for p, t in zip(points, targets) if t == target]
        axis.scatter(*zip(*chosen), s=26, color=color, marker=marker, edgecolor="white")
    axis.set_title(f"decision boundary after {len(history.loss)} steps")
    boundary = save(figure, out / "boundary.png")
    return Report(
        f"{len(model.parameters())} parameters, loss {history.loss[0]:.3f} → "
        f"{history.loss[-1]:.4f}, accuracy {history.metric[-1]:.0%}; "
        f"{pace(history, eager)}",
        [out / "loss.png", boundary, model.save(out / "model.json")],
    )


if __name__ == "__main__":
    command("moons", run, __doc__, steps=80, samples=100)
