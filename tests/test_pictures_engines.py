"""What is asked of layout engines: sizes that can be opened, and errors, no crashes."""

import math
import struct
import sys

import pytest

from autograd import Value, draw, scope
from autograd.pictures import EngineError, engines


@pytest.fixture
def program(tmp_path):
    """Makes an engine of our own from the body of a shell script."""

    def make(body):
        path = tmp_path / "own-engine"
        path.write_text("#!/bin/sh\ncat > /dev/null\n" + body)
        path.chmod(0o755)
        return str(path)

    return make


def product():
    return Value(2.0, label="a") * Value(3.0, label="b")


def chain(count):
    y = x = Value(1.0)
    for _ in range(count):
        y = y * x
    return y


def png_size(image):
    return struct.unpack(">II", image[16:24])


def sized(program, width, height):
    """The options that an engine gets for the png of a picture of so many inches."""
    own = program(
        f'case "$*" in *plain*) echo "graph 1 {width} {height}";; *) echo "$*";; esac'
    )
    return engines.render("digraph {}", "png", own).decode().split()


def test_a_small_png_is_sharp():
    assert png_size(draw(product()).image("png"))[0] > 450


def test_a_long_chain_is_a_png_that_can_be_opened():
    width, height = png_size(draw(chain(70), partials=False).image("png"))
    assert 14_000 < width <= 16_100 and height < width


@pytest.mark.parametrize(
    ("width", "height"), [(5, 3), (200, 4), (4, 200), (100, 90), (0, 0)]
)
def test_the_pixels_of_a_picture_are_bounded(program, width, height):
    options = sized(program, width, height)
    assert options[0] == "-Tpng"
    dpi = int(options[1].removeprefix("-Gdpi="))
    assert dpi == 144 or max(width, height) >= 100
    assert 40 <= dpi <= 144 and max(width, height) * dpi <= 16_000
    assert width * height * dpi * dpi <= 50_000_000


@pytest.mark.parametrize("format", ["png", "jpg"])
def test_what_cannot_be_read_in_pixels_is_refused_before_it_is_drawn(program, format):
    own = program('case "$*" in *plain*) echo "graph 1 500 20";; *) exit 9;; esac')
    with pytest.raises(EngineError, match=r"500 × 20 inches.*save svg.*collapse=True"):
        draw(product(), engine=own).image(format)


def test_a_notebook_shows_a_picture_too_large_for_pixels_as_svg(program):
    own = program('case "$*" in *svg*) echo "<svg/>";; *) echo "graph 1 500 20";; esac')
    bundle = draw(product(), engine=own)._repr_mimebundle_(include={"image/png"})
    assert sorted(bundle) == ["image/svg+xml", "text/plain"]


def test_an_engine_without_the_plain_format_is_named_in_words(program):
    with pytest.raises(EngineError, match="-Tplain"):
        draw(product(), engine=program("echo nothing")).image("png")


def test_only_the_line_that_says_what_failed_is_shown(program):
    own = program(
        "echo 'Warning: no glyph for this one' >&2; echo 'Error: no memory' >&2\n"
        "echo '  0: rust_backtrace' >&2; exit 3"
    )
    with pytest.raises(EngineError) as caught:
        draw(product(), engine=own).image("svg")
    assert str(caught.value) == f"{own} could not write svg: Error: no memory"


def test_an_engine_that_hangs_is_an_error(program, monkeypatch):
    monkeypatch.setattr(engines, "SECONDS", 0.2)
    with pytest.raises(EngineError, match=r"within 0\.2 seconds"):
        draw(product(), engine=program("exec sleep 20")).image("svg")


def test_a_named_engine_that_fails_is_not_hidden_in_tikz(program, monkeypatch):
    own = program("echo 'no memory' >&2; exit 3")
    with pytest.raises(EngineError, match="no memory"):
        _ = draw(product(), engine=own).tikz
    monkeypatch.setenv("AUTOGRAD_DOT", own)
    with pytest.raises(EngineError, match="no memory"):
        _ = draw(product()).tikz


@pytest.fixture
def pygraphviz(tmp_path, monkeypatch):
    """A machine with nothing but a library named pygraphviz, whose body we set."""

    def make(body):
        (tmp_path / "pygraphviz.py").write_text(
            "import os\nclass AGraph:\n"
            "    def __init__(self, string):\n"
            "        self.graph_attr = {}\n"
            "    def draw(self, format, prog):\n"
            f"        {body}\n"
        )

    monkeypatch.setattr(engines, "_graphviz_pure", lambda: None)
    monkeypatch.setattr(engines, "_has_pygraphviz", lambda: True)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.delenv("AUTOGRAD_DOT", raising=False)
    return make


@pytest.mark.skipif(sys.platform == "win32", reason="os.abort shows a dialog there")
def test_a_crash_in_pygraphviz_does_not_end_the_program(pygraphviz):
    pygraphviz("os.abort()")
    with pytest.raises(EngineError, match="pygraphviz could not write svg"):
        draw(product()).image("svg")


def test_an_exception_of_pygraphviz_is_an_engine_s_error(pygraphviz):
    pygraphviz("raise OSError('no such plugin')")
    with pytest.raises(EngineError, match=r"write svg: OSError: no such plugin$"):
        draw(product()).image("svg")


def test_pygraphviz_gets_the_same_pixels_for_an_inch(pygraphviz):
    pygraphviz(
        "return b'graph 1 160 4' if format == 'plain' else "
        "f'{format} {self.graph_attr}'.encode()"
    )
    assert draw(product()).image("png") == b"png {'dpi': '100'}"


def test_pygraphviz_draws_what_is_placed_as_it_is(pygraphviz):
    pygraphviz("return prog.encode()")
    assert engines.render("digraph {}", "svg") == b"dot"
    assert engines.render("digraph {}", "svg", placed=True) == b"nop2"


def test_an_engine_draws_what_is_placed_as_it_is(program):
    own = program('echo "$*"')
    told = engines.render("digraph {}", "png", own, placed=True, dpi=50).decode()
    assert told.split() == ["-Kneato", "-n2", "-Tpng", "-Gdpi=50"]


# --- what hovering over an SVG shows ---------------------------------------------


def titles(svg):
    from xml.etree import ElementTree

    names = "{http://www.w3.org/2000/svg}title"
    return [element.text for element in ElementTree.fromstring(svg).iter(names)]


def test_titles_are_texts_and_not_keys():
    with scope("<s> & 's'"):
        a = Value(2.0, label='"a" & <b>')
        y = a * a
    found = titles(draw(y).svg)
    assert found == [
        "computation graph", "<s> & 's'", '"a" & <b>\ndata 2', "×",
        '"a" & <b> → ×\n∂ 2', '"a" & <b> → ×\n∂ 2', "data 4", "× → data 4",
    ]  # fmt: skip
    assert titles(draw(y).image("svg").decode()) == found


def test_no_title_is_a_key_in_a_picture_with_everything():
    x = Value(1.0, label="x")
    with scope("outer"):
        u = x * 2
        with scope("inner"):
            v = u + math.pi
    for collapse in (False, 1, True):
        for text in titles(draw(v - x, parameters=[x], collapse=collapse).svg):
            assert text[:2] not in {"v0", "v1", "v2", "o2", "f0", "g0", "cl", "%3"}
