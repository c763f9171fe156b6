"""Slow proofs, run by `pytest -m slow`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

import autograd
from tests.test_random_graphs import agrees_with_forward_mode, programs

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


def test_the_change_in_contributing_adds_a_primitive(tmp_path):
    copy = tmp_path / "copy"
    for name in ("autograd", "nn", "tests", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name)
        else:
            shutil.copy(source, copy / name)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (change,) = re.findall(r"```diff\n(.*?)```", text, re.S)

    # the compiled engine of the copy would still have the table of before
    env = {**os.environ, "AUTOGRAD_ENGINE": "python"}

    def run(*command, **options):
        done = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True, **options
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("git", "apply", "--unsafe-paths", "-", input=change)
    here = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(copy)!r});"]
    write = "import runpy; runpy.run_module('autograd._generated', run_name='__main__')"
    run(*here[:2], here[2] + write)
    assert "def sech" in (copy / "autograd/elementary.pyi").read_text(encoding="utf-8")
    files = [f"tests/test_{name}.py" for name in ("primitives", "conventions")]
    tests = f"import pytest; raise SystemExit(pytest.main({files!r}))"
    assert "passed" in run(*here[:2], here[2] + tests)


TEN_MILLION = """
import gc, resource
gc.disable()
resource.setrlimit(resource.RLIMIT_STACK, (8 * 2**20, 8 * 2**20))
from autograd import Value
x = y = Value(1.0)
for _ in range(10**7):
    y = y + 1.0
y.backward()
assert (y.data, x.grad) == (10.0**7 + 1, 1.0), (y.data, x.grad)
del y
print("freed")
"""
SOAK = """
import resource
from autograd import Value, sum as total, scope
def resident():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def work():
    x = y = Value(0.5, label="x")
    with scope("soak"):
        for _ in range(10**5):
            y = (y * 0.5 + x).relu() - x * x + total([x, y, x]) * 1e-3 - 0.1
    y.backward()
work()
before = resident()
for _ in range(112):  # 9 operations a round: 10**8 in all
    work()
assert resident() <= 1.02 * before, (before, resident())
print("flat")
"""


@pytest.mark.skipif(autograd.engine != "native", reason="for the compiled engine")
@pytest.mark.parametrize(("program", "word"), [(TEN_MILLION, "freed"), (SOAK, "flat")])
def test_a_chain_of_ten_million_and_a_soak_of_a_hundred_million(program, word):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.stdout == f"{word}\n", done.stderr


@settings(max_examples=2000, deadline=None)
@given(programs())
def test_many_more_random_graphs(program):
    agrees_with_forward_mode(program)
