"""Every demo, run small: it ends, says what it found, and writes its pictures."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import compile
from demos import __main__ as tour
from demos import stage

pytest.importorskip("matplotlib", reason="the extra 'demos' is not installed")
pytest.importorskip("sklearn", reason="the extra 'demos' is not installed")
pytest.importorskip("faker", reason="the extra 'demos' is not installed")

SMALL = {
    "neuron": {},
    "lesson": {},
    "gradient_descent": {"steps": 5},
    "orbit": {"times": 3},
    "moons": {"steps": 2, "samples": 10},
    "digits": {"epochs": 1, "train": 40, "test": 30},
    "mnist": {"epochs": 1, "train": 6, "test": 5},
    "microgpt": {"steps": 2, "samples": 2},
}
STARTS = {
    ".png": b"\x89PNG",
    ".svg": b"<?xml",
    ".json": b"{",
    ".html": b"<!doctype html>",
}
ROOT = Path(__file__).parents[1]


def test_every_demo_is_in_the_tour_and_here():
    files = {path.stem for path in (ROOT / "demos").glob("*.py")}
    assert files - {"__init__", "__main__", "stage"} == set(tour.NAMES) == set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_a_demo_runs_and_writes_its_files(name, tmp_path):
    module = importlib.import_module(f"demos.{name}")
    report = stage.perform(module.run, tmp_path / "new" / name, **SMALL[name])
    assert report.result and len(report.files) >= 1
    for path in report.files:
        assert path.read_bytes().startswith(STARTS[path.suffix]), path
    assert sorted(report.files) == sorted((tmp_path / "new" / name).iterdir())


def test_the_neuron_s_numbers_are_the_lecture_s(tmp_path):
    from demos.neuron import run

    # Karpathy's worked example: o = 0.7071, do/dw1 = 1, do/dw2 = 0, do/db = 0.5
    result = run(tmp_path).result
    assert "0.7071" in result
    assert "∂o/∂w1 = 1, ∂o/∂w2 = 0, ∂o/∂b = 0.5" in result
    before = (tmp_path / "before-backward.svg").read_text(encoding="utf-8")
    after = (tmp_path / "neuron.svg").read_text(encoding="utf-8")
    assert "grad" not in before and "grad" in after


def test_microgpt_invents_from_letters_only(tmp_path):
    from demos import microgpt

    names = microgpt.first_names()
    assert len(names) > 500 and "emma" in names
    assert all(name.isalpha() and name.islower() for name in names)
    model = microgpt.GPT(27, context=6)
    import random

    words = [model.invent(random.Random(seed)) for seed in range(5)]
    assert all(len(word) <= 6 and all(1 <= t < 27 for t in word) for word in words)


def test_microgpt_learns():
    from demos import microgpt
    from nn import Adam

    model = microgpt.GPT(5, context=4, width=8, heads=2)
    optimizer = Adam(model, lr=0.05)
    losses = []
    for _ in range(30):
        loss = model.loss([1, 2, 3])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    assert losses[-1] < 0.2 < losses[0]


def test_microgpt_compiled_learns_the_same():
    from demos import microgpt
    from nn import Adam

    losses = []
    words = [[1, 2, 3], [2, 2], [4, 1, 3], [3, 1], [1]] * 20
    for compiled in (False, True):
        model = microgpt.GPT(5, context=4, width=4, heads=2)
        optimizer = Adam(model, lr=0.05)
        tape = compile(model.loss)
        losses.append(
            [
                optimizer.minimize(tape, word)
                if compiled
                else microgpt.eager_step(model, optimizer, word)
                for word in words
            ]
        )
    assert losses[1] == pytest.approx(losses[0], rel=1e-9)
    assert tape.recordings == 3  # one a length: tokens are taken, not looked up


def test_the_digits_for_the_test_of_mnist_are_others_than_those_learnt_from():
    from demos import digits, mnist

    (X, y), (other, classes) = mnist.images(30, 20)
    assert X.shape == (30, 784) and other.shape == (20, 784)
    assert X.min() == 0.0 and 0.9 < X.max() <= 1.0
    known = digits.images()[1]
    assert y.tolist() == known[:30]
    assert classes.tolist() == known[mnist.LEARNT : mnist.LEARNT + 20]
    again = mnist.images(30, 20)
    assert (again[0][0] == X).all() and (again[1][0] == other).all()


def test_times_are_told_with_their_unit():
    assert stage.duration(0.012345) == "12.3 ms"
    assert (stage.duration(61e-6), stage.duration(12.3)) == ("61 µs", "12.3 s")


def test_the_tour_sums_up_and_survives_what_is_not_installed(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(tour, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "argv", ["demos"])

    def small(run, out):
        name = out.name
        if name == "moons":
            raise stage.missing("scikit-learn")
        return stage.perform(run, out, **SMALL[name])

    monkeypatch.setattr(tour, "perform", small)
    assert tour.main() == 1
    printed = capsys.readouterr().out
    summary = printed[printed.index("The tour took") :]
    for name in tour.NAMES:
        assert name in summary
    assert "FAILED: scikit-learn is not installed: pip install" in summary
    assert str(tmp_path) in summary


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def test_flags_are_options_without_a_number(tmp_path):
    small = ["--steps", "1", "--samples", "1", "--compiled"]
    done = command("demos.microgpt", *small, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "s a step, compiled (1 recorded)" in done.stdout


def test_a_demo_from_the_command_line(tmp_path):
    done = command("demos.neuron", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "wrote demo-output/neuron/neuron.png" in done.stdout
    assert (tmp_path / "demo-output/neuron/neuron.svg").is_file()
    state = json.dumps(sorted(os.listdir(tmp_path)))
    assert state == '["demo-output"]'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demos.moons", "--steps", "0"], "'0' is not a whole number >= 1"),
        (["demos.moons", "--steps", "many"], "'many' is not a whole number"),
        (["demos.neuron", "--out", "/dev/null/x"], "cannot write to /dev/null/x"),
        (["demos.digits", "--train", "1797"], "train must be below 1797"),
        (["demos", "neuron"], "python -m demos.NAME"),
    ],
)
def test_wrong_options_are_one_line(arguments, words, tmp_path):
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert words in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
