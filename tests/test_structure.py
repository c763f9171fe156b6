"""The shape of the code: floors, budgets, stubs, and documentation that runs."""

import ast
import contextlib
import doctest
import importlib
import importlib.util
import io
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
import nn
from autograd import _generated as autograd_files
from nn import _generated as nn_files

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn")
SOURCES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]

# Each floor imports only from floors below it. A package's modules are on its floor.
FLOORS = {
    0: {"autograd.files", "autograd.special", "autograd.floats", "autograd.real",
        "autograd.scopes", "autograd.order", "autograd.watching", "autograd.colouring",
        "autograd._environment", "autograd.text", "autograd.observing"},
    1: {"autograd.primitives", "autograd.symbols", "autograd.codegen",
        "autograd.extensions", "autograd.duals", "autograd.series",
        "autograd.interactions", "autograd.linearization", "autograd.gradients",
        "autograd.convention_table"},
    2: {"autograd.elementary", "autograd.protocols", "autograd.value",
        "autograd._native", "autograd._engine"},
    3: {"autograd.functions", "autograd.math", "autograd.graph", "autograd.labels",
        "autograd.own", "autograd._generated", "autograd.naming"},
    4: {"autograd.derivatives", "autograd.checking",
        "autograd.expressions", "autograd.notation", "autograd.parsing",
        "autograd.compiling"},
    5: {"autograd.pictures", "autograd.explanations"},
    7: {"autograd"},
    8: {"autograd.cli"},
    9: {"autograd.__main__"},
}  # fmt: skip
FLOOR = {name: floor for floor, names in FLOORS.items() for name in names}


def floor_of(name):
    package = ".".join(name.split(".")[:2])
    assert package in FLOOR, f"{name} has no floor: give it one"
    return FLOOR[package]


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """The project's modules that a module imports, wherever in it."""
    modules = {module_name(source) for source in SOURCES}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in modules else node.module)
    return found & modules


def test_every_floor_imports_only_floors_below():
    for path in SOURCES:
        name = module_name(path)
        if name.startswith("autograd"):
            for target in imports(path):
                assert floor_of(target) <= floor_of(name), f"{name} imports {target}"


def test_the_compiled_twin_imports_only_floors_below():
    text = (ROOT / "autograd/_native/engine.pyx").read_text(encoding="utf-8")
    found = re.findall(r"^from (autograd[.\w]*) import", text, re.M)
    assert found and all(floor_of(name) <= 2 for name in found)


def test_there_are_no_cycles():
    graph = {module_name(path): imports(path) for path in SOURCES}
    done, order = set(), []

    def visit(name, above):
        assert name not in above, " -> ".join([*above, name])
        if name not in done:
            for target in sorted(graph[name] - {name}):
                visit(target, [*above, name])
            done.add(name)
            order.append(name)

    for name in graph:
        visit(name, [])
    assert len(order) == len(graph)


def test_autograd_never_imports_nn_and_nn_uses_only_public_names():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if module_name(path).startswith("autograd"):
            assert not any(target.startswith("nn") for target in imports(path))
        else:
            tree = ast.parse(text)
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module == "autograd":
                    assert {alias.name for alias in node.names} <= set(autograd.__all__)
                if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                    inner = isinstance(node.value, ast.Name) and node.value.id == "self"
                    inner = inner or node.attr.startswith("__")
                    own = isinstance(node.value, ast.Call)  # super()._x
                    assert inner or own, f"{path.name}: {ast.unparse(node)}"


def test_the_learner_s_file_stays_short_and_narrow():
    lines = (ROOT / "autograd/value.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 235
    wide = [line for line in lines if len(line) > 88 and " def __" not in line]
    assert wide == []


def test_modules_stay_short_but_for_the_table():
    for path in SOURCES:
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= 400 or path.name == "primitives.py", path


def test_the_chain_rule_is_one_visible_line():
    text = (ROOT / "autograd/value.py").read_text(encoding="utf-8")
    assert "adjoints[parent] += upstream * local  # the chain rule" in text


@pytest.mark.parametrize(
    ("package", "files", "name"),
    [
        (package, generated.FILES, name)
        for package, generated in (("autograd", autograd_files), ("nn", nn_files))
        for name in generated.FILES
    ],
)
def test_generated_files_are_fresh(package, files, name):
    stored = (ROOT / package / name).read_text(encoding="utf-8")
    assert stored == files[name](), f"stale: run python -m {package}._generated"


def test_every_folder_of_code_is_installed():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^packages = \[\n(.*?)^\]", text, re.M | re.S)[1]
    folders = {path.parent.relative_to(ROOT) for path in SOURCES}
    assert {*re.findall(r'"(.*?)"', listed)} >= {
        ".".join(folder.parts) for folder in folders
    }


def test_public_names_are_there_and_sorted():
    for module in (autograd, nn):
        for name in module.__all__:
            assert getattr(module, name) is not None
        for name in ("py.typed",):
            assert (Path(module.__file__).parent / name).is_file()


def modules_with_doctests():
    for package in (autograd, nn):
        yield package.__name__
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            yield found.name


@pytest.mark.parametrize("name", list(modules_with_doctests()))
def test_docstrings_run(name):
    with contextlib.redirect_stderr(io.StringIO()):
        result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


@pytest.mark.parametrize(
    ("page", "least"), [("README.md", 20), ("autograd/explanations/EXAMPLES.md", 12)]
)
def test_pages_with_examples_run(page, least):
    result = doctest.testfile(str(ROOT / page), module_relative=False)
    assert result.attempted >= least and result.failed == 0


def test_ci_runs_the_readme_s_test_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line for line in readme.splitlines() if line.endswith("-m tests")]
    assert len(commands) == 1 and commands[0].startswith("    python3 -m venv .venv")
    assert "grep -m1 -- '-m tests$' README.md" in (ROOT / ".ci/run").read_text()


def test_every_public_thing_has_a_docstring():
    for module in (autograd, nn):
        for name in module.__all__:
            thing = getattr(module, name)
            if callable(thing):
                assert thing.__doc__, name
                for attribute, member in (
                    vars(thing).items() if isinstance(thing, type) else ()
                ):
                    if not attribute.startswith("_") and callable(member):
                        assert member.__doc__, f"{name}.{attribute}"


# --- the environment ---------------------------------------------------------------


def run(program, **env):
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_the_other_distribution_named_autograd_is_refused(tmp_path):
    info = tmp_path / "autograd-1.9.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: autograd\nVersion: 1.9.1"
    )
    done = run("import autograd", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert (
        "ImportError: the distribution 'autograd' 1.9.1 (HIPS autograd)" in done.stderr
    )
    assert "virtual environment" in done.stderr


def test_nn_beside_the_other_autograd_says_so(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("")
    done = run(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import nn")
    assert "ImportError: nn belongs to scalar-autograd" in done.stderr


ENGINE = "import autograd; print(autograd.engine, type(autograd.Value(1.0) * 2))"


def test_the_engine_can_be_forced():
    built = importlib.util.find_spec("autograd._native.engine") is not None
    for name in ("python", "native") if built else ("python",):
        assert run(ENGINE, AUTOGRAD_ENGINE=name).stdout.startswith(f"{name} ")
    default = "native " if built else "python "
    assert run(ENGINE, AUTOGRAD_ENGINE="").stdout.startswith(default)
    done = run(ENGINE, AUTOGRAD_ENGINE="fortran")
    assert "ImportError: AUTOGRAD_ENGINE is 'fortran'" in done.stderr


def test_without_the_compiled_engine_the_other_takes_its_place():
    missing = "import sys; sys.modules['autograd._native.engine'] = None; "
    done = run(missing + ENGINE, AUTOGRAD_ENGINE="")
    assert done.stdout.startswith("python ") and done.stderr == ""
    done = run(missing + ENGINE, AUTOGRAD_ENGINE="native")
    assert "install scalar-autograd again where there is a C compiler" in done.stderr


def test_importing_is_light():
    program = "import sys, autograd, nn; print(*sorted(sys.modules))"
    loaded = set(run(program).stdout.split())
    assert not loaded & {"numpy", "matplotlib", "torch", "mpmath", "pygraphviz"}
