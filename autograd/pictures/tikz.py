"""A drawing as TikZ, for LaTeX documents.

Places come from a layout engine where there is one, else from each node's distance to
the leaves: both compile with any LaTeX.
"""

from __future__ import annotations

from collections import Counter

from autograd.pictures.columns import columns
from autograd.pictures.dot import ROLES, tint
from autograd.pictures.latex import escape
from autograd.pictures.model import Arrow, Drawing, Node
from autograd.pictures.plain import Layout, layout

PREAMBLE = r"""% needs \usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{tikz}
% and \usetikzlibrary{fit,shapes.geometric}
\begin{tikzpicture}[
  >=stealth, font=\ttfamily\footnotesize,
  every node/.style={align=center},
"""


def tikz(drawing: Drawing, plain: str | None, direction: str = "LR") -> str:
    """The TikZ source of a picture; `plain` is a layout in Graphviz's plain format."""
    laid = layout(plain) if plain else Layout(columns(drawing, direction))
    lines = [PREAMBLE + ",\n".join(_styles()) + "]"]
    for node in drawing.nodes:
        x, y = laid.places[node.key]
        lines.append(
            f"  \\node[{_look(node, laid)}] ({node.key}) at ({x:.2f}, {y:.2f})"
        )
        lines.append(f"    {{{_lines(node.lines)}}};")
    lines += _routed(drawing.arrows, laid) if plain else _bent(drawing.arrows)
    lines += _frames(drawing)
    return "\n".join([*lines, "\\end{tikzpicture}", ""])


def _lines(lines: tuple[str, ...]) -> str:
    return r" \\ ".join(escape(line) or r"\mbox{}" for line in lines)


def _look(node: Node, laid: Layout) -> str:
    look = [node.role]
    if node.strength is not None:
        look.append(f"fill={_color(tint(node.strength))}")
    if node.key in laid.sizes:
        width, height = laid.sizes[node.key]
        look.append(f"inner sep=1pt, minimum width={width:.2f}cm")
        look.append(f"minimum height={height:.2f}cm")
    return ", ".join(look)


def _styles() -> list[str]:
    styles = []
    for role, look in ROLES.items():
        shape = "ellipse" if role == "operation" else "rectangle"
        parts = [shape, f"draw={_color(look['color'])}"]
        parts.append(f"fill={_color(look['fillcolor'])}")
        if "penwidth" in look:
            parts.append(f"line width={float(look['penwidth']) / 2:g}pt")
        if "rounded" in look.get("style", ""):
            parts.append("rounded corners=3pt")
        if "dashed" in look.get("style", ""):
            parts.append("dashed")
        if role == "folded":
            parts.append("double")
        styles.append(f"  {role}/.style={{{', '.join(parts)}}}")
    return styles


def _color(code: str) -> str:
    red, green, blue = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _style(arrow: Arrow) -> str:
    return "->" if arrow.carries_gradient else "->, dashed"


def _routed(arrows: list[Arrow], laid: Layout) -> list[str]:
    """The arrows along the curves of a layout, in which parallel ones lie apart."""
    lines = []
    for arrow in arrows:
        route = laid.routes[arrow.tail, arrow.head].pop(0)
        points = [f"({x:.2f}, {y:.2f})" for x, y in route.points]
        path = points[0]
        for i in range(1, len(points), 3):
            first, second, end = points[i : i + 3]
            path += f" .. controls {first} and {second} .. {end}"
        lines.append(f"  \\draw[{_style(arrow)}] {path};")
        if arrow.label and route.label:
            x, y = route.label
            text = escape(arrow.label)
            lines.append(f"  \\node[font=\\ttfamily\\scriptsize] at ({x:.2f}, {y:.2f})")
            lines.append(f"    {{{text}}};")
    return lines


def _bent(arrows: list[Arrow]) -> list[str]:
    """The arrows from node to node; parallel ones bend apart, labels outside."""
    lines = []
    total = Counter((arrow.tail, arrow.head) for arrow in arrows)
    drawn: Counter[tuple[str, str]] = Counter()
    for arrow in arrows:
        ends = arrow.tail, arrow.head
        bend = 15 * (total[ends] - 1 - 2 * drawn[ends])
        drawn[ends] += 1
        style = _style(arrow) + (f", bend left={bend}" if bend else "")
        label = ""
        if arrow.label:
            side = "left" if bend >= 0 else "right"
            text = escape(arrow.label)
            label = f" node[auto={side}, font=\\ttfamily\\scriptsize] {{{text}}}"
        lines.append(f"  \\draw[{style}] ({ends[0]}) to{label} ({ends[1]});")
    return lines


def _frames(drawing: Drawing) -> list[str]:
    """A frame around each group, the innermost first: outer ones fit around them."""
    around: dict[str, list[str]] = {group.key: [] for group in drawing.groups}
    for node in drawing.nodes:
        if node.group is not None:
            around[node.group.key].append(node.key)
    lines = []
    for group in reversed(drawing.groups):
        fit = "".join(f"({key})" for key in around[group.key])
        title = f"{group.key}-title"
        if group.parent is not None:
            around[group.parent.key] += [group.key, title]
        place = f"[name={title}, inner sep=2pt, anchor=south west]north west"
        label = f"label={{{place}:{{{escape(group.name)}}}}}"
        look = f"draw=gray, rounded corners, {label}, fit={fit}"
        lines.append(f"  \\node[{look}] ({group.key}) {{}};")
    return lines
