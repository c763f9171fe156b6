"""What a mouse over an SVG shows, and a screen reader says: texts instead of keys."""

from __future__ import annotations

import html
import re

from autograd.pictures.model import Drawing

# Graphviz writes the id that we gave, the class, and a title of its own
TITLE = re.compile(
    r'(<g id="p[0-9a-f]{8}(?:-|&#45;)(\w+)" class="\w+">\s*<title>)[^<]*(?=</title>)'
)


def titled(svg: str, drawing: Drawing) -> str:
    """The SVG of a drawing, with its texts as titles of nodes, arrows and frames."""
    texts = {node.key: "\n".join(node.lines) for node in drawing.nodes}
    names = {node.key: node.lines[0] for node in drawing.nodes}
    texts |= {group.key: group.name for group in drawing.groups}
    for index, arrow in enumerate(drawing.arrows):
        ends = f"{names[arrow.tail]} → {names[arrow.head]}"
        texts[f"e{index}"] = "\n".join([ends] + [arrow.label] * bool(arrow.label))

    def title(match: re.Match[str]) -> str:
        return match[1] + html.escape(texts[match[2]])

    return TITLE.sub(title, svg)
