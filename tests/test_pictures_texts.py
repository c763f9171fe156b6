"""Texts of users come out as they are, in every format that a picture has."""

import contextlib
import json
import re
import shutil
import subprocess
import unicodedata

import pytest

from autograd import Value, draw, scope
from autograd.pictures import latex, mermaid
from autograd.text import printable


def labelled(text):
    with scope(text):
        return Value(1.0, label=text) * 2


def shown(text):
    """The lines of a leaf with this label."""
    return draw(labelled(text))._drawing.nodes[0].lines[:-1]


def test_control_and_direction_marks_are_spelled_out_and_joiners_are_not():
    assert printable("\u202ea\u2066") == (r"\u202ea\u2066",)
    assert printable("\ud800x") == (r"\ud800x",)
    assert printable("می\u200cروم \U0001f469\u200d\U0001f467") == (
        "می\u200cروم \U0001f469\u200d\U0001f467",
    )


def test_a_text_of_many_lines_is_cut():
    assert shown("\n".join("abcdefgh")) == tuple("abcdefgh")
    assert shown("line\n" * 5000) == ("line",) * 8 + ("…",)


def test_a_lone_surrogate_is_drawn(tmp_path):
    picture = draw(labelled("\ud800x"))
    for suffix in ("dot", "mmd", "tex", "json", "svg", "png"):
        picture.save(tmp_path / f"y.{suffix}")
    assert r"\ud800x" in (tmp_path / "y.svg").read_text("utf-8")


# --- Mermaid ---------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_text_is_not_empty_in_mermaid(text):
    source = draw(labelled(text)).mermaid
    assert '[""]' not in source and 'subgraph g0["#8203;' in source


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        ("fa:fa-user", "fa#58;#8203;fa-user"),
        ("x fab:fa-github", "x fab#58;#8203;fa-github"),
        ("fa: far", "fa#58; far"),
        ("$$x$$", "#36;#8203;#36;x#36;#8203;#36;"),
        ("$$$", "#36;#8203;#36;#8203;#36;"),
    ],
)
def test_icons_and_formulas_are_not_obeyed_in_mermaid(text, coded):
    assert mermaid.escape(text) == coded


def test_frames_in_mermaid_have_no_fill():
    source = draw(labelled("s")).mermaid
    assert "classDef frame fill:none,stroke:#999" in source
    assert "class g0 frame" in source
    assert "frame" not in draw(Value(1.0) * 2).mermaid


# --- LaTeX -----------------------------------------------------------------------

WORDS = [
    "θ̂₁ ∇L ∞ x′ ℓ ≤ ≥ ≈ π α β Ω 10⁻³ x̂ x̂̃ ậ ß ÿ ł ő š",
    "漢字 привет 😀 שלום",
    "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÿÐÞ€™…–—",
    "a--b---c ''x'' ?`a !`b <<x>> ,,y ``z``",
    "  two  spaces  ",
    "[1] * 2",
    r"\ { } $ & # % _ ~ ^ | \"",
    "",
]  # fmt: skip


def test_latex_is_plain_ascii_but_for_letters_of_latin_1():
    for text in [*WORDS, *map(chr, range(0x20, 0x2FF)), *map(chr, latex_signs())]:
        for c in latex.escape(text):
            assert c.isascii() or "À" <= c <= "þ", (text, c)


def latex_signs():
    return [*range(0x370, 0x400), *range(0x2000, 0x2300), *range(0x300, 0x370)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("∇ θ", r"$\nabla$ $\theta$"),
        ("x₁²", "x$_{1}$$^{2}$"),
        ("x̂", r"\^{x}"),
        ("θ̂", r"$\hat{\theta}$"),
        ("x̂̃", r"$\tilde{\hat{\mathtt{x}}}$"),
        ("š", r"\v{s}"),
        ("é", "é"),
        ("é", "é"),
        ("漢", "{[}U+6F22{]}"),
        ("!̂", r"\^{!}"),
        ("漢̂", "{[}U+6F22{]}{[}U+0302{]}"),
        ("👩\u200d👧", "{[}U+1F469{]}{[}U+1F467{]}"),
    ],
)
def test_signs_of_mathematics_and_marks_in_latex(text, source):
    assert latex.escape(text) == source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("a-b", "a-b"),
        ("--", r"-\kern0pt -"),
        (",,,", r",\kern0pt ,\kern0pt ,"),
        ("''", r"\textquotesingle{}\kern0pt \textquotesingle{}"),
        ("?`", r"?\textasciigrave{}"),
        ("a b", "a b"),
        (" a", r"\mbox{\ }a"),
        ("a  b ", r"a\mbox{\ \ }b\mbox{\ }"),
        ("[x]", "{[}x{]}"),
    ],
)
def test_ligatures_spaces_and_options_are_literal_in_latex(text, source):
    assert latex.escape(text) == source


def test_the_header_of_tikz_names_what_it_needs():
    head = draw(labelled("x")).tikz.split(r"\begin{tikzpicture}")[0]
    assert r"\usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{tikz}" in head
    assert "Lua" not in head


def document(body):
    packages = r"\usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{tikz}"
    return (
        rf"\documentclass{{article}}{packages}\usetikzlibrary{{fit,shapes.geometric}}"
        rf"\begin{{document}}{body}\end{{document}}"
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
def test_every_text_compiles_with_pdflatex(tmp_path):
    pictures = [draw(labelled(text)).tikz for text in WORDS]
    signs = "".join(c for i in latex_signs() if (c := chr(i)).isprintable())
    runs = [signs[i : i + 40] for i in range(0, len(signs), 40)]
    pictures += [rf"\texttt{{{latex.escape(run)}}}" for run in runs]
    (tmp_path / "all.tex").write_text(document("\n\n".join(pictures)), "utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
    )
    log = (tmp_path / "all.log").read_text("latin-1")
    assert done.returncode == 0, log[-2000:]
    assert "Missing character" not in log


# --- many scopes -----------------------------------------------------------------


def test_pictures_of_scopes_nested_deeper_than_python_s_stack():
    with contextlib.ExitStack() as stack:
        for i in range(1500):
            stack.enter_context(scope(f"s{i}"))
        y = Value(1.0) * 2
    picture = draw(y, collapse=False)
    assert picture.dot.count("subgraph cluster_") == 1500
    assert picture.mermaid.count("subgraph ") == 1500
    assert len(repr(picture._drawing)) < 200_000


def test_ids_differ_between_directions():
    y = Value(1.0) * 2
    ids = [
        set(re.findall(r"\bid=\"?([\w-]+)", draw(y, direction=direction).dot))
        for direction in ("LR", "TB")
    ]
    assert ids[0] and not ids[0] & ids[1]


def test_texts_are_compared_as_unicode_does():
    assert latex.escape(unicodedata.normalize("NFD", "é")) == "é"


def test_json_is_the_graph_as_it_now_is():
    y = Value(2.0) * 3
    picture = draw(y)
    before = picture.dot
    y.backward()
    assert json.loads(picture.json)["nodes"][-1]["grad"] == 1.0
    assert picture.dot == before
