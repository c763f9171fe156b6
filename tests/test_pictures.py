"""Pictures: what they show, that labels stay data, and engines come and go."""

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

import autograd
from autograd import Value, draw, graph, scope
from autograd.pictures import EngineError, engines
from autograd.pictures.builder import drawing
from autograd.pictures.folding import Options

NASTY = [
    '"quoted"', "two\nlines", "<script>alert(1)</script>", r"\N \G \l \\", "{a|b}<c>",
    "漢字 ∇", "&lt; &amp; #35;", "1. item", "- item", "$x_1$ % & ~ ^", "`code`",
    "]) -->|x| end", "<b>html</b>", "\x00\x1b[31m",
]  # fmt: skip


@pytest.fixture
def no_engine(monkeypatch):
    """A machine without any layout engine."""
    monkeypatch.setattr(engines, "_graphviz_pure", lambda: None)
    monkeypatch.setattr(engines, "_has_pygraphviz", lambda: False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("AUTOGRAD_DOT", raising=False)


@pytest.fixture
def no_dot(monkeypatch):
    """A machine with nothing but what pip installs."""
    monkeypatch.setattr(engines, "_has_pygraphviz", lambda: False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("AUTOGRAD_DOT", raising=False)


def example():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    with scope("neuron 1"):
        y = (a * a - b / a) ** 2
    y.label = "y"
    return a, b, y


def model(*roots, **options):
    return drawing(list(roots), Options(**options))


def texts(svg):
    return [
        element.text
        for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


# --- what is shown ---------------------------------------------------------------


def test_a_gradient_is_shown_once_a_backward_pass_has_reached_it():
    a, b, y = example()
    unused = Value(1.0)
    before = [line for node in model(y, unused).nodes for line in node.lines]
    assert not any("grad" in line for line in before)
    y.backward()
    after = model(y, unused)
    shown = {node.lines[0]: node.lines for node in after.nodes}
    assert f"grad {a.grad:.4g}" in shown["a"] and f"grad {b.grad:.4g}" in shown["b"]
    constant = next(node for node in after.nodes if node.role == "constant")
    assert constant.lines == ("2",)
    assert shown["data 1"] == ("data 1",)


def test_a_gradient_of_zero_is_told_from_none():
    x = Value(-1.0, label="x")
    x.relu().backward()
    (leaf, *_) = model(x).nodes
    assert leaf.lines == ("x", "data -1", "grad 0")


def test_operations_order_and_local_derivatives():
    a, b, y = example()
    picture = model(y)
    symbols = [node.lines[0] for node in picture.nodes if node.role == "operation"]
    assert symbols == ["×", "÷", "−", "^"]
    labels = [arrow.label for arrow in picture.arrows]
    assert labels.count("∂ 2") == 2  # a * a: two arrows
    assert "#1 ∂ 0.5" in labels and "#2 ∂ 0.75" in labels  # b / a
    into_constant = [arrow for arrow in picture.arrows if not arrow.carries_gradient]
    assert [arrow.label for arrow in into_constant] == ["#2"]


def test_local_derivatives_are_left_out_of_large_pictures_unless_asked_for():
    y = x = Value(1.0)
    for _ in range(70):
        y = y * x
    assert not any("∂" in arrow.label for arrow in model(y).arrows)
    assert any("∂" in arrow.label for arrow in model(y, partials=True).arrows)
    a, _, small = example()
    assert not any("∂" in arrow.label for arrow in model(small, partials=False).arrows)


def test_roles_and_gradient_colours():
    a, b, y = example()
    y.backward()
    roles = {node.lines[0]: node.role for node in model(y, parameters={a}).nodes}
    assert roles["a"] == "parameter" and roles["b"] == "leaf" and roles["y"] == "result"
    strengths = [
        node.strength for node in model(y, color="gradient").nodes if node.strength
    ]
    assert max(map(abs, strengths)) == 1.0
    dot = draw(y, color="gradient").dot
    assert dot != draw(y).dot


def test_the_source_is_the_same_in_every_process():
    program = """
from tests.test_pictures import example
from autograd import draw
a, b, y = example()
y.backward()
print(draw(y).dot, draw(y).mermaid, draw(y).tikz, draw(y).json)
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


# --- scopes and size -------------------------------------------------------------


def network(layers=2, neurons=8):
    xs = [Value(i / 10, label=f"x{i}") for i in range(4)]
    weights = []
    for layer in range(layers):
        with scope(f"layer {layer}"):
            outputs = []
            for neuron in range(neurons):
                with scope(f"neuron {neuron}"):
                    ws = [Value(0.1) for _ in xs]
                    weights += ws
                    outputs.append(sum(w * x for w, x in zip(ws, xs)).tanh())
            xs = outputs
    return sum(xs), weights


def test_scopes_become_frames_and_leaves_are_drawn_where_they_are_used():
    y, weights = network(1, 2)
    picture = model(y, parameters=frozenset(weights))
    assert [group.name for group in picture.groups] == [
        "layer 0", "neuron 0", "neuron 1"
    ]  # fmt: skip
    assert picture.groups[1].parent is picture.groups[0]
    for node in picture.nodes:
        if node.role == "parameter":
            assert node.group.name.startswith("neuron")
        if node.role == "leaf":
            assert node.group is None


def test_a_constant_is_drawn_in_the_scope_that_uses_it():
    with scope("s"):
        y = Value(1.0) * 2
    roles = {node.role: node.group.name for node in model(y).nodes}
    assert roles["constant"] == "s"


def test_large_pictures_fold_the_innermost_scopes_first():
    y, _ = network()
    picture = model(y)
    folded = [node.lines[0] for node in picture.nodes if node.role == "folded"]
    assert sorted(folded) == sorted([f"neuron {i}" for i in range(8)] * 2)
    assert {group.name for group in picture.groups} == {"layer 0", "layer 1"}
    more = model(y, limit=20)
    folded = {node.lines[0]: node.key for node in more.nodes if node.role == "folded"}
    assert sorted(folded) == ["layer 0", "layer 1"]
    between = [arrow for arrow in more.arrows if arrow.tail == folded["layer 0"]]
    assert [(arrow.head, arrow.label) for arrow in between] == [
        (folded["layer 1"], "64×")
    ]
    assert model(y, collapse=True, limit=10**6).nodes == more.nodes
    everything = model(y, collapse=False)
    assert not any(node.role == "folded" for node in everything.nodes)
    assert len(model(y, collapse=1).groups) == 2


def test_a_folded_result_is_still_drawn():
    with scope("s"):
        y = Value(1.0, label="x") * 2
    y.label = "y"
    picture = model(y, collapse=True)
    assert [node.role for node in picture.nodes] == ["folded", "result"]
    assert [(arrow.tail, arrow.head) for arrow in picture.arrows] == [("f0", "v2")]


def test_what_is_too_large_is_refused_and_the_options_are_named():
    y = x = Value(1.0)
    for _ in range(100_000):
        y = y + x
    with pytest.raises(ValueError, match="200001 nodes") as caught:
        draw(y)
    for option in ("max_nodes=", "collapse=", "autograd.scope"):
        assert option in str(caught.value)
    with scope("all of it"):
        for _ in range(3000):
            y = y + x
    short = x
    for _ in range(1500):
        short = short + x
    assert "3001 nodes" in repr(draw(short, max_nodes=3001))


def test_scopes_may_be_nested_deeper_than_python_s_stack():
    import contextlib

    with contextlib.ExitStack() as stack:
        for i in range(1200):
            stack.enter_context(scope(f"s{i}"))
        y = Value(1.0) * 2
    picture = model(y)
    assert len(picture.groups) == 1200
    assert len(draw(y, collapse=3).dot.split("cluster")) == 4


# --- labels are data -------------------------------------------------------------


def nasty_graph():
    with scope(NASTY[2]):
        return autograd.sum([Value(1.0, label=text) for text in NASTY])


def lines_of(text):
    shown = text.replace("\x00", "\\x00").replace("\x1b", "\\x1b")
    return shown.split("\n")


def test_labels_come_out_as_text_in_svg(no_dot):
    svg = draw(nasty_graph()).svg
    found = [text.replace("\xa0", " ") for text in texts(svg)]
    for text in NASTY:
        for line in lines_of(text):
            assert line in found, line
    assert NASTY[2] in found
    assert "<script" not in svg


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot on PATH")
def test_labels_come_out_as_text_in_the_system_s_graphviz():
    svg = draw(nasty_graph(), engine="dot").image("svg").decode()
    found = [text.replace("\xa0", " ") for text in texts(svg)]
    for text in NASTY:
        for line in lines_of(text):
            assert line in found, line


def test_labels_are_coded_in_mermaid():
    source = draw(nasty_graph()).mermaid
    assert "<script" not in source
    for line in source.splitlines():
        if line.strip().startswith("v"):
            _, label, _ = line.split('"')  # no quote of the user's is left
            assert not set(label.replace("<br>", "")) & set("<>{}|[]`$%~^\\")


def test_labels_are_escaped_in_tikz():
    source = draw(nasty_graph()).tikz
    assert r"\$x\_1\$ \% \& \textasciitilde{} \textasciicircum{}" in source
    assert r"\textbackslash{}N" in source


def test_ids_differ_between_pictures_on_one_page():
    first, second = draw(Value(1.0) * 2), draw(Value(1.0) * 3)
    ids = [
        {element.get("id") for element in ET.fromstring(picture.svg).iter()} - {None}
        for picture in (first, second)
    ]
    assert ids[0] and not ids[0] & ids[1]


# --- formats and engines ---------------------------------------------------------


def test_every_format_that_needs_no_dot(no_dot, tmp_path):
    picture = draw(example()[2])
    for suffix, start in [
        ("svg", b"<?xml"), ("png", b"\x89PNG"), ("jpg", b"\xff\xd8"),
        ("dot", b"digraph"), ("gv", b"digraph"), ("mmd", b"flowchart LR"),
        ("tex", b"% needs"), ("json", b"{"),
    ]:  # fmt: skip
        path = picture.save(tmp_path / f"y.{suffix}")
        assert path.read_bytes().startswith(start), suffix
    again = graph.from_json((tmp_path / "y.json").read_text())
    assert again[0].label == "y"
    assert json.loads(picture.json)["version"] == 1
    assert picture.svg.startswith("<svg")


def test_pdf_without_dot_is_one_clear_error_and_no_file(no_dot, tmp_path):
    with pytest.raises(EngineError, match=r"scalar-autograd\[pdf\]"):
        draw(example()[2]).save(tmp_path / "y.pdf")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot on PATH")
def test_pdf_with_dot(tmp_path):
    path = draw(example()[2]).save(tmp_path / "y.pdf")
    assert path.read_bytes().startswith(b"%PDF")


def test_with_no_engine_texts_still_work_and_images_say_what_to_install(
    no_engine, tmp_path
):
    picture = draw(example()[2])
    for suffix in ("dot", "mmd", "tex", "json"):
        assert picture.save(tmp_path / f"y.{suffix}").stat().st_size
    for suffix in ("svg", "png"):
        with pytest.raises(EngineError, match="graphviz-pure"):
            picture.save(tmp_path / f"y.{suffix}")
    assert picture._repr_svg_() is None
    assert [*picture._repr_mimebundle_()] == ["text/plain"]


def test_an_engine_can_be_named(monkeypatch, tmp_path):
    engine = tmp_path / "own-engine"
    engine.write_text("#!/bin/sh\ncat > /dev/null; echo '<svg>mine</svg>'\n")
    engine.chmod(0o755)
    y = example()[2]
    assert draw(y, engine=str(engine)).svg.startswith("<svg>mine")
    monkeypatch.setenv("AUTOGRAD_DOT", str(engine))
    assert draw(y).svg.startswith("<svg>mine")
    monkeypatch.setenv("AUTOGRAD_DOT", "no-such-program")
    with pytest.raises(EngineError, match="AUTOGRAD_DOT 'no-such-program'"):
        _ = draw(y).svg
    with pytest.raises(EngineError, match="engine 'neither'"):
        _ = draw(y, engine="neither").svg


def test_a_failing_engine_leaves_the_old_file(tmp_path):
    engine = tmp_path / "broken"
    engine.write_text("#!/bin/sh\necho 'no memory' >&2; exit 3\n")
    engine.chmod(0o755)
    old = tmp_path / "y.svg"
    old.write_text("old")
    with pytest.raises(EngineError, match="no memory"):
        draw(example()[2], engine=str(engine)).save(old)
    assert old.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "y.svg"]


def test_a_picture_shows_itself_in_a_notebook():
    picture = draw(example()[2])
    bundle = picture._repr_mimebundle_()
    assert sorted(bundle) == ["image/svg+xml", "text/plain"]
    assert "image/png" in picture._repr_mimebundle_(include={"image/png"})
    assert repr(picture) == "<picture of 11 nodes: .save('graph.svg') writes it>"


def test_wrong_input_is_named():
    y = Value(1.0) * 2
    with pytest.raises(ValueError, match="no value to draw"):
        draw()
    with pytest.raises(TypeError, match="not a Value"):
        draw(3.0)
    with pytest.raises(TypeError, match="parameters"):
        draw(y, parameters=["w"])
    with pytest.raises(ValueError, match="color"):
        draw(y, color="red")
    with pytest.raises(ValueError, match="direction"):
        draw(y, direction="up")
    with pytest.raises(ValueError, match="must end in one of"):
        draw(y).save("y.bmp")
    with pytest.raises(FileNotFoundError, match="make it first"):
        draw(y).save("no/such/folder/y.svg")
    with pytest.raises(ValueError, match="not one of"):
        draw(y).image("dot!")


def test_several_roots_and_lists_are_one_picture():
    a = Value(1.0)
    ys = [a * 2, a * 3]
    assert draw(ys).dot == draw(*ys).dot
    assert [n.role for n in model(*ys).nodes].count("result") == 2
