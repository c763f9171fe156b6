"""Explanations as HTML: a player, and pages with all that they need in themselves.

A page asks no network for anything, and runs no script but the ones written here: its
policy names them by their digests. Texts of users are data in it.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any, Protocol

from autograd.explanations.html_data import ERRORS, page_data
from autograd.explanations.html_picture import picture
from autograd.explanations.javascript import Program, program
from autograd.explanations.model import Explained, Log
from autograd.explanations.scene import Scene

PAGE = Path(__file__).parent / "page"
SCRIPTS = (
    *("dom", "numbers", "film", "picture", "panel", "controls", "paths"),
    *("formula", "grading", "prediction", "what_if", "trace", "player"),
    *("exercise", "start"),
)
OWN_SCRIPT = re.compile(r'<script class="own">(.*?)</script>', re.S)
# Drawn things: more are no picture any more, and few enough for two layouts
MOST_NODES, MOST_ARROWS, FEW_NODES = 2_000, 6_000, 40
# A number in the picture has room for so many characters, since it may change
ROOM = 7
STALE = "A value was assigned to after this was recorded: record it again to change it."


class Drill(Protocol):
    """What a page needs of an exercise."""

    @property
    def log(self) -> Log:
        """The graph that it asks about."""

    @property
    def digits(self) -> int:
        """The significant digits of the numbers shown."""

    def as_data(self) -> dict[str, Any]:
        """The questions, as JSON has them."""


def page(explanation: Explained, exercise: Drill | None = None) -> str:
    """A whole page that plays an explanation; one file, for any browser, offline.

    With an `Exercise` it asks that, too. ValueError where more than 2,000 nodes would
    be drawn, EngineError where there is no layout engine.

    >>> from autograd import Value, explain
    >>> text = page(explain(Value(2.0, label="a") * 3))
    >>> text[:15], "<link" in text, "src=" in text
    ('<!doctype html>', False, False)
    """
    title = f"{explanation.log.result}, step by step"
    played = _player(explanation, exercise=exercise, solo=True)
    return document(title, f"<main><h1>{html.escape(title)}</h1>{played}</main>")


def document(title: str, body: str, *, head: str = "") -> str:
    """A whole page around a body in HTML, in which players and exercises come alive.

    Only scripts made by `script` run in it, in the body and in `head` too.

    >>> document("a < b", "<p>text</p>").count("<title>a &lt; b</title>")
    1
    """
    last = script(_source())
    own = OWN_SCRIPT.findall(head + body + last)
    digests = dict.fromkeys(f"'{_digest(text)}'" for text in own)
    policy = (
        f"default-src 'none'; script-src {' '.join(digests)}; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{_text('page.css')}</style>\n"
        f"{head}</head>\n<body>\n{body}\n{last}\n</body>\n</html>\n"
    )


def player(
    explanation: Explained,
    *,
    what_if: bool = True,
    exercise: Drill | None = None,
    caption: str = "",
) -> str:
    """A figure that plays an explanation, as HTML to be put into a `document`.

    - `what_if`: the leaves can be changed, and everything is computed again.
    - `exercise`: an `Exercise`, to be done below it.
    - `caption`: a text above it.

    Several may stand on one page, of one graph too. Errors as of `page`.
    """
    return _player(explanation, what_if, exercise, caption)


def exercise(exercise: Drill, caption: str = "") -> str:
    """An `Exercise` as a section of HTML to be put into a `document`.

    Its questions are asked and its answers judged on the page.

    >>> from autograd import Value
    >>> from autograd.explanations import exercise as drill
    >>> a = Value(2.0, label="a")
    >>> exercise(drill(a * 3), "Try it").startswith('<section class="exercise"')
    True
    """
    told = f"<p>{html.escape(caption)}</p>" if caption else ""
    more = {"digits": exercise.digits, "errors": ERRORS}
    inside = data_block(exercise.as_data() | more)
    # formulas may have the functions of the graph
    inside += _program(program(exercise.log.variables))
    return f'<section class="exercise" aria-label="exercise">{told}{inside}</section>'


def script(source: str) -> str:
    """A script that runs in a `document`; none else does.

    >>> script("let a = 1;")
    '<script class="own">let a = 1;</script>'
    """
    if re.search(r"</script|<!--", source, re.I):
        raise ValueError("script(source): it would end, or not end, the element")
    return f'<script class="own">{source}</script>'


def data_block(data: Any) -> str:
    r"""Data as JSON in an element that a script reads and nothing runs.

    >>> data_block({"name": "</script>"})
    '<script type="application/json">{"name":"\\u003c/script>"}</script>'
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    escaped = text.replace("<", "\\u003c")
    return f'<script type="application/json">{escaped}</script>'


def _player(
    explanation: Explained,
    what_if: bool = True,
    exercise: Drill | None = None,
    caption: str = "",
    solo: bool = False,
) -> str:
    log = explanation.log
    scene = Scene(log, explanation.digits, ROOM)
    count, arrows = len(scene.drawing.nodes), len(scene.drawing.arrows)
    if count > MOST_NODES or arrows > MOST_ARROWS:
        raise ValueError(
            f"a page of {log.result}: {count} nodes and {arrows} arrows are too many "
            'to be seen: open("scope") one of its scopes, or keep what lies between '
            "with explain(y, wrt=x)"
        )
    made = program(log.variables) if what_if else Program("", [], ())
    if what_if and any(v.is_stale for v in log.variables):
        made = Program("", [], (STALE,))
    data = page_data(scene, made)
    if made.refused:
        data["refused"] = [*made.refused]
    name = html.escape(f"step by step: {log.result}")
    few = count <= FEW_NODES
    drawn = "".join(picture(scene, way) for way in (("LR", "TB") if few else ("LR",)))
    parts = [
        f'<figure class="player{" solo" * solo}" tabindex="-1" aria-label="{name}">',
        f"<figcaption>{html.escape(caption)}</figcaption>" if caption else "",
        f'<div class="pictures{" large" * (not few)}">{drawn}</div>',
        data_block(data),
        _program(made),
        f"<noscript><pre>{html.escape(explanation.text())}</pre></noscript>",
        "</figure>",
        _exercise(exercise) if exercise else "",
    ]
    return "".join(parts)


# the name that a player's parameter hides
_exercise = exercise


def _program(made: Program) -> str:
    """A script that gives the element around it the functions of its own graph."""
    if not made.source:
        return ""
    return script(
        "document.currentScript.parentElement.program = (() => {\n"
        f"{made.source}\nreturn {{ primitives, evaluator }};\n}})();"
    )


@functools.cache
def _source() -> str:
    """The script of all components, in one closure."""
    parts = "\n".join(_text(f"{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();'


@functools.cache
def _text(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
