"""fit: it learns, watches, stops, keeps what was learnt, and says what is wrong."""

import numpy as np
import pytest

from autograd import Value, math
from nn import MLP, SGD, History, accuracy, fit, l2, schedules

X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
XOR = [0, 1, 1, 0]


def line(n=20):
    xs = [[i / n] for i in range(n)]
    return xs, [3 * x - 1 for (x,) in xs]


def test_xor_is_learnt():
    model = MLP(2, [8, 1], activation="tanh", seed=0)
    history = fit(model, X, XOR, loss="binary_cross_entropy", lr=0.1, metric=accuracy)
    assert history.metric[-1] == 1.0
    assert history.loss[-1] < 0.1 < history.loss[0]
    assert len(history.loss) == len(history.lr) == len(history.seconds) == 100
    assert history.stopped == ""


def test_classes_are_learnt_from_arrays():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(60, 2)) + np.repeat([[0, 0], [4, 0], [0, 4]], 20, axis=0)
    classes = np.repeat([0, 1, 2], 20)
    model = MLP(2, [8, 3], seed=1, init="he")
    history = fit(
        model, points, classes, loss="cross_entropy", lr=0.05, epochs=20,
        metric=accuracy,
    )  # fmt: skip
    assert history.metric[-1] > 0.9
    assert accuracy(model.predict(points.tolist()), classes) > 0.9


def test_the_same_seed_gives_the_same_training():
    histories = []
    for seed in (0, 0, 1):
        model = MLP(1, [3, 1], activation="tanh", seed=0)
        histories.append(fit(model, *line(), epochs=5, batch_size=4, seed=seed).loss)
    assert histories[0] == histories[1] != histories[2]


def test_full_batches_are_plain_gradient_descent():
    xs, ys = line(5)
    model, twin = MLP(1, [1], seed=0), MLP(1, [1], seed=0)
    fit(model, xs, ys, optimizer="sgd", lr=0.1, epochs=3, batch_size=None)
    for _ in range(3):
        twin.zero_grad()
        errors = [(twin(x) - y) ** 2 for x, y in zip(xs, ys)]
        (sum(errors) / len(errors)).backward()
        for p in twin.parameters():
            p.data -= 0.1 * p.grad
    assert [p.data for p in model.parameters()] == pytest.approx(
        [p.data for p in twin.parameters()], rel=1e-12
    )


def test_schedules_penalties_clips_and_callbacks():
    model = MLP(1, [1], seed=0)
    seen = []

    def callback(epoch, history):
        seen.append((epoch, history.lr[-1]))
        return epoch == 3

    history = fit(
        model, *line(8), optimizer="sgd", lr=schedules.linear(0.4, 0.0, 4),
        batch_size=None, clip=0.5, penalty=lambda parameters: 0.01 * l2(parameters),
        callback=callback,
    )  # fmt: skip
    assert seen == [
        (0, 0.4),
        (1, pytest.approx(0.3)),
        (2, 0.2),
        (3, pytest.approx(0.1)),
    ]
    assert "callback" in history.stopped


def test_clip_bounds_the_step():
    model = MLP(1, [1], seed=0)
    before = [p.data for p in model.parameters()]
    fit(
        model, [[1.0]], [1e6], optimizer="sgd", lr=1.0, epochs=1, clip=0.5,
        batch_size=None,
    )  # fmt: skip
    moved = [p.data - b for p, b in zip(model.parameters(), before)]
    assert math.hypot(*moved) == pytest.approx(0.5, rel=1e-5)


def test_early_stopping_puts_the_best_parameters_back():
    model = MLP(1, [1], seed=0)
    states = []
    history = fit(
        model, *line(), validation=([[0.0]], [100.0]), patience=3, lr=0.05,
        optimizer="sgd", batch_size=None, epochs=500, metric=None,
        callback=lambda epoch, history: states.append(model.state_dict()),
    )  # fmt: skip
    best = min(range(len(history.loss)), key=history.validation_loss.__getitem__)
    assert len(history.loss) == best + 4 < 500
    assert model.state_dict() == states[best]
    assert "best parameters" in history.stopped


def test_ctrl_c_keeps_what_was_learnt():
    xs, ys = line()
    model = MLP(1, [1], seed=0)
    before = model.state_dict()

    def interrupt(epoch, history):
        if epoch == 2:
            raise KeyboardInterrupt

    history = fit(model, xs, ys, callback=interrupt)
    assert "interrupted" in history.stopped
    assert len(history.loss) == 3
    assert model.state_dict() != before
    assert not any(p.grad for p in model.parameters())


def test_a_loss_that_is_not_finite_stops_before_the_parameters_take_it_over():
    xs, ys = line()
    model = MLP(1, [4, 1], seed=0)
    with pytest.raises(FloatingPointError, match=r"epoch .* rate of 1e\+30"):
        fit(model, xs, ys, optimizer="sgd", lr=1e30)
    assert all(p.data - p.data == 0 for p in model.parameters())


def test_an_optimizer_can_be_given():
    model = MLP(1, [1], seed=0)
    optimizer = SGD(model, lr=0.5)
    fit(model, *line(), optimizer=optimizer, epochs=2, batch_size=None)
    assert optimizer.steps == 2


def test_history_tells_and_plots_itself(tmp_path):
    pytest.importorskip("matplotlib", reason="the extra 'demos' is not installed")
    model = MLP(2, [4, 1], seed=0)
    history = fit(model, X, XOR, epochs=3, metric=accuracy, validation=(X, XOR))
    assert repr(history).startswith("<history: 3 epochs; loss ")
    assert len(history.validation_loss) == len(history.validation_metric) == 3
    figure = history.plot(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [axis.get_ylabel() for axis in figure.axes] == ["loss", "metric"]
    assert repr(History()) == "<history: 0 epochs>"


def test_a_plot_without_matplotlib_names_the_extra(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"scalar-autograd\[demos\]"):
        History([1.0]).plot()


def test_the_progress_bar_shows_the_loss(capsys):
    fit(MLP(1, [1], seed=0), *line(), epochs=2, progress=True)
    assert "loss" in capsys.readouterr().err
    fit(MLP(1, [1], seed=0), *line(), epochs=2)  # no terminal: no bar
    assert capsys.readouterr().err == ""


def test_accuracy_of_scores_and_of_classes():
    assert accuracy([0.5, -0.5, 0.1], [1, 1, 1]) == pytest.approx(2 / 3)
    assert accuracy([0.5, -0.5], [1, 0]) == accuracy([0.5, -0.5], [1, -1]) == 1.0
    assert accuracy([[1.0, 2.0, 0.0]], [1]) == 1.0
    with pytest.raises(ValueError, match="targets"):
        accuracy([1.0], [])


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"X": []}, ValueError, "X: there are no samples|targets"),
        ({"X": 3}, TypeError, "X: must be a list"),
        ({"y": [1.0]}, ValueError, "y: has 1 targets, but X has 4"),
        ({"y": "abcd"}, TypeError, "y: must be"),
        ({"loss": "msee"}, ValueError, "msee"),
        ({"optimizer": "adm"}, ValueError, "adm.*adam"),
        ({"epochs": 0}, ValueError, "epochs"),
        ({"batch_size": -1}, ValueError, "batch_size"),
        ({"validation": [[1.0]]}, TypeError, "validation"),
        ({"validation": ([[1.0, 1.0]], [])}, ValueError, "validation y"),
        ({"loss": lambda p, t: 3.0}, TypeError, "does not depend"),
        ({"lr": -1.0}, ValueError, "lr"),
        ({"X": [[1.0]] * 4}, ValueError, "has 1 numbers"),
    ],
)
def test_errors_name_the_argument(options, error, words):
    given = {"X": X, "y": XOR, **options}
    with pytest.raises(error, match=words):
        fit(MLP(2, [1]), given.pop("X"), given.pop("y"), **given)


def test_a_model_of_one_s_own():
    from nn import Module

    class Circle(Module):
        def __init__(self):
            self.radius = Value(1.0)

        def forward(self, xy):
            return math.hypot(*xy) - self.radius

    points = [[3.0, 4.0], [0.0, 5.0], [-5.0, 0.0]]
    model = Circle()
    fit(model, points, [0.0] * 3, lr=0.1, epochs=200)
    assert model.radius.data == pytest.approx(5.0, abs=1e-3)
