"""Slow proofs, run by `pytest -m slow`."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

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

    def run(*command, **options):
        done = subprocess.run(
            command, cwd=copy, capture_output=True, text=True, **options
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


@settings(max_examples=2000, deadline=None)
@given(programs())
def test_many_more_random_graphs(program):
    agrees_with_forward_mode(program)
