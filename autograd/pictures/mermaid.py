"""A drawing as Mermaid, the diagrams that Markdown pages render."""

from __future__ import annotations

import re

from autograd.pictures.dot import ROLES, tint
from autograd.pictures.model import Drawing, Node

SHAPES = {
    "operation": ('(["', '"])'),
    "parameter": ('("', '")'),
    "folded": ('[["', '"]]'),
}
FRAME = "fill:none,stroke:#999,color:#444"
NOTHING = "\u200b"  # a space without width
LIST = re.compile(r"\s*([-+]|\w+\.)(\s|$)")
PLAIN = set(" .,+-=()·×−÷→∂Σ√∛πσψ")


def escape(text: str) -> str:
    """A text as Mermaid shows it: whatever may be markup becomes a character code.

    >>> escape('a"<b>')
    'a#34;#60;b#62;'
    """
    # "1. x" and "- x" would become lists
    plain = PLAIN - set(".-+") if LIST.match(text) else PLAIN
    # "fa:fa-user" would become an icon and "$$x$$" a formula, coded or not; and a
    # label may not be empty
    text = re.sub(r":(?=fa-)|\$(?=\$)", rf"\g<0>{NOTHING}", text) or NOTHING
    return "".join(c if c.isalnum() or c in plain else f"#{ord(c)};" for c in text)


def mermaid(drawing: Drawing, direction: str = "LR") -> str:
    """The Mermaid source of a flowchart."""
    lines = [f"flowchart {direction}"]
    indent = "  "
    for member in drawing.walk():
        if member is None:
            indent = indent[2:]
            lines.append(f"{indent}end")
        elif isinstance(member, Node):
            left, right = SHAPES.get(member.role, ('["', '"]'))
            text = "<br>".join(escape(line) for line in member.lines)
            lines.append(f"{indent}{member.key}{left}{text}{right}")
        else:
            lines.append(f'{indent}subgraph {member.key}["{escape(member.name)}"]')
            indent += "  "
            lines.append(f"{indent}direction {direction}")
    dashed = []
    for index, arrow in enumerate(drawing.arrows):
        label = f'|"{escape(arrow.label)}"|' if arrow.label else ""
        lines.append(f"  {arrow.tail} -->{label} {arrow.head}")
        if not arrow.carries_gradient:
            dashed.append(str(index))
    if dashed:
        lines.append(f"  linkStyle {','.join(dashed)} stroke-dasharray:4")
    for role, look in ROLES.items():
        keys = [node.key for node in drawing.nodes if node.role == role]
        if keys:
            lines.append(f"  classDef {role} {_style(look)}")
            lines.append(f"  class {','.join(keys)} {role}")
    if drawing.groups:
        lines.append(f"  classDef frame {FRAME}")
        lines.append(f"  class {','.join(g.key for g in drawing.groups)} frame")
    for node in drawing.nodes:
        if node.strength is not None:
            lines.append(f"  style {node.key} fill:{tint(node.strength)}")
    return "\n".join(lines) + "\n"


def _style(look: dict[str, str]) -> str:
    style = f"fill:{look['fillcolor']},stroke:{look['color']},color:#000"
    if "penwidth" in look:
        style += f",stroke-width:{look['penwidth']}px"
    if "dashed" in look.get("style", ""):
        style += ",stroke-dasharray:4"
    return style
