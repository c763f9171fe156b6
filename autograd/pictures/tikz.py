"""A drawing as TikZ, for LaTeX documents.

Places come from a layout engine where there is one, else from each node's distance to
the leaves: both compile with any LaTeX.
"""

from __future__ import annotations

import graphlib
import shlex
from collections import Counter

from autograd.pictures.dot import ROLES, tint
from autograd.pictures.model import Arrow, Drawing

SPECIAL = {
    **{c: f"\\{c}" for c in "{}$&#%_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "−": "$-$",
    "×": r"$\times$",
    "÷": r"$\div$",
    "∂": r"$\partial$",
    "Σ": r"$\Sigma$",
    "Π": r"$\Pi$",
    "Γ": r"$\Gamma$",
    "√": r"$\surd$",
    "∛": r"$\sqrt[3]{\ }$",
    "σ": r"$\sigma$",
    "ψ": r"$\psi$",
    "ₙ": "$_n$",
    "²": "$^2$",
    "·": r"$\cdot$",
    "…": r"\ldots{}",
    "|": r"$|$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "⌈": r"$\lceil$",
    "⌉": r"$\rceil$",
}

# Centimetres for an inch of Graphviz's layout, whose letters are larger
SCALE = 1.7
PREAMBLE = r"""% needs \usepackage[T1]{fontenc}, \usepackage{tikz} and
% \usetikzlibrary{fit,shapes.geometric}; letters beyond Latin need LuaLaTeX or XeLaTeX
\begin{tikzpicture}[
  >=stealth, font=\ttfamily\footnotesize,
  every node/.style={align=center},
"""


def escape(text: str) -> str:
    r"""A text as LaTeX shows it.

    >>> print(escape("50% of $x_1$"))
    50\% of \$x\_1\$
    """
    return "".join(SPECIAL.get(c, c) for c in text)


def tikz(drawing: Drawing, plain: str | None, direction: str = "LR") -> str:
    """The TikZ source of a picture; `plain` is a layout in Graphviz's plain format."""
    places = _places(plain) if plain else _columns(drawing, direction)
    lines = [PREAMBLE + ",\n".join(_styles()) + "]"]
    for node in drawing.nodes:
        x, y = places[node.key]
        text = r" \\ ".join(escape(line) for line in node.lines)
        fill = "" if node.strength is None else f", fill={_color(tint(node.strength))}"
        lines.append(f"  \\node[{node.role}{fill}] ({node.key}) at ({x:.2f}, {y:.2f})")
        lines.append(f"    {{{text}}};")
    lines += _arrows(drawing.arrows)
    lines += _frames(drawing)
    return "\n".join([*lines, "\\end{tikzpicture}", ""])


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


def _arrows(arrows: list[Arrow]) -> list[str]:
    lines = []
    drawn: Counter[tuple[str, str]] = Counter()
    for arrow in arrows:
        ends = arrow.tail, arrow.head
        drawn[ends] += 1
        bend = "" if drawn[ends] == 1 else f", bend right={15 * (drawn[ends] - 1)}"
        style = "->" if arrow.carries_gradient else "->, dashed"
        label = ""
        if arrow.label:
            label = f" node[midway, above, sloped] {{{escape(arrow.label)}}}"
        lines.append(f"  \\draw[{style}{bend}] ({ends[0]}) to{label} ({ends[1]});")
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
        if group.parent is not None:
            around[group.parent.key].append(group.key)
        look = "draw=gray, rounded corners, label={[anchor=south west]north west:"
        name = f"{{{escape(group.name)}}}}}"
        lines.append(f"  \\node[{look}{name}, fit={fit}] ({group.key}) {{}};")
    return lines


def _places(plain: str) -> dict[str, tuple[float, float]]:
    places = {}
    for line in plain.splitlines():
        words = shlex.split(line) if line.startswith("node ") else []
        if words:
            places[words[1]] = (SCALE * float(words[2]), SCALE * float(words[3]))
    return places


def _columns(drawing: Drawing, direction: str) -> dict[str, tuple[float, float]]:
    level = {node.key: 0 for node in drawing.nodes}
    parents: dict[str, list[str]] = {node.key: [] for node in drawing.nodes}
    for arrow in drawing.arrows:
        parents[arrow.head].append(arrow.tail)
    for key in _sorted(parents):
        level[key] = 1 + max((level[p] for p in parents[key]), default=-1)
    rows: Counter[int] = Counter()
    places = {}
    for node in drawing.nodes:
        along, across = 2.8 * level[node.key], 1.6 * rows[level[node.key]]
        rows[level[node.key]] += 1
        places[node.key] = (along, -across) if direction == "LR" else (across, -along)
    return places


def _sorted(parents: dict[str, list[str]]) -> list[str]:
    try:
        return [*graphlib.TopologicalSorter(parents).static_order()]
    except graphlib.CycleError:  # folded scopes may feed each other
        return [*parents]
