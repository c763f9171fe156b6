"""HTML from templates with slots: a slot that is missing or unused is an error."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path
from string import Template

PAGE = Path(__file__).parent / "page"
SLOT = re.compile(r"\$\{(\w+)\}")


def read(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def filled(template: str, /, **slots: object) -> str:
    """A template of page/ with its slots filled by HTML, all of them and no others."""
    text = read(template)
    wanted = set(SLOT.findall(text))
    if wanted != set(slots):
        raise ValueError(
            f"{template}: slots {sorted(wanted ^ set(slots))} do not match"
        )
    return Template(text).substitute(slots)


def number_of(text: str) -> str:
    """A number in a sentence, which does not break at its sign."""
    return f'<span class="n">{html.escape(text)}</span>'


def row(*cells: str, header: bool = True, attributes: str = "") -> str:
    """A table's row of HTML cells, the first of which names it."""
    first = f'<th scope="row">{cells[0]}</th>' if header else f"<td>{cells[0]}</td>"
    rest = "".join(f"<td>{cell}</td>" for cell in cells[1:])
    return f"<tr{attributes}>{first}{rest}</tr>"


def out(name: str, text: str) -> str:
    """A text that the page's script keeps up to date."""
    return f'<span data-out="{name}">{html.escape(text)}</span>'


def joined(parts: Iterable[str]) -> str:
    return "".join(parts)
