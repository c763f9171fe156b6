"""A drawing as DOT, the language of Graphviz."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping

import graphviz

from autograd.pictures.model import Arrow, Drawing, Node

# Okabe and Ito's colours, which the colour-blind can tell apart, in light and full
# strength. Colour never stands alone: outline, width and corners differ too.
ROLES: dict[str, dict[str, str]] = {
    "leaf": {"fillcolor": "#D6ECF8", "color": "#0072B2"},
    "parameter": {
        "fillcolor": "#FCEBC5",
        "color": "#B86E00",
        "penwidth": "1.8",
        "style": "filled,rounded",
    },
    "constant": {
        "fillcolor": "#F4F4F4",
        "color": "#6B6B6B",
        "style": "filled,dashed",
        "width": "0.3",
        "height": "0.3",
    },
    "inner": {"fillcolor": "#FFFFFF", "color": "#333333"},
    "result": {"fillcolor": "#CFEFE3", "color": "#00795A", "penwidth": "2.6"},
    "operation": {
        "fillcolor": "#FFFFFF",
        "color": "#333333",
        "shape": "ellipse",
        "margin": "0.04,0.02",
        "width": "0.5",
        "height": "0.4",
        "fontsize": "14",
    },
    "folded": {
        "fillcolor": "#ECE3F0",
        "color": "#7A4B8C",
        "shape": "box3d",
        "margin": "0.15,0.07",
    },
}
FRAME = {
    "labeljust": "l",
    "style": "rounded",
    "color": "#999999",
    "fontcolor": "#444444",
}
ARROW = {"color": "#555555", "fontcolor": "#333333"}
# The sides at which arrows leave and enter folded boxes: bundles stay readable
SIDES = {"LR": ("e", "w"), "RL": ("w", "e"), "TB": ("s", "n"), "BT": ("n", "s")}
POSITIVE, NEGATIVE = (213, 94, 0), (0, 114, 178)


def escape(text: str) -> str:
    """A text as DOT shows it: no escape sequence and no HTML entity is obeyed."""
    return text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")


# Attributes of DOT by the key of a node, of a frame, of the whole (""), or of the
# arrow of that place ("e0")
Attributes = Mapping[str, Mapping[str, str]]


def dot(
    drawing: Drawing, direction: str = "LR", attributes: Attributes | None = None
) -> str:
    """The DOT source; every node and arrow has an id with the picture's own prefix.

    `attributes` are added to what a role looks like, and win over it.
    """
    if str(direction) not in SIDES:
        known = ", ".join(SIDES)
        raise ValueError(f"direction: {direction!r} is not one of {known}")
    more = attributes or {}
    prefix = _digest(drawing, direction, more)
    source = graphviz.Digraph(
        name="computation graph",
        graph_attr={
            "id": prefix,
            "rankdir": direction,
            "fontname": "Courier",
            "fontsize": "12",
            "nodesep": "0.2",
            "ranksep": "0.7" if drawing.between_folded() else "0.35",
            "bgcolor": "white",
            "nslimit": "10",  # dot 2.43 would take minutes over a chain
            **more.get("", {}),
        },
        node_attr={
            "fontname": "Courier",
            "fontsize": "11",
            "shape": "box",
            "style": "filled",
            "margin": "0.09,0.05",
        },
        edge_attr={
            "fontname": "Courier",
            "fontsize": "10",
            "arrowsize": "0.6",
            **ARROW,
        },
    )
    frames = [source]
    with contextlib.ExitStack() as whole:
        open_frames: list[contextlib.ExitStack] = []
        for member in drawing.walk():
            if member is None:
                open_frames.pop().close()
                frames.pop()
            elif isinstance(member, Node):
                look = {
                    "label": "\\n".join(escape(line) for line in member.lines),
                    "id": f"{prefix}-{member.key}",
                    **_look(member),
                    **more.get(member.key, {}),
                }
                frames[-1].node(member.key, **look)
            else:
                open_frames.append(whole.enter_context(contextlib.ExitStack()))
                frame = frames[-1].subgraph(name=f"cluster_{member.key}")
                frames.append(open_frames[-1].enter_context(frame))
                look = {
                    "id": f"{prefix}-{member.key}",
                    "label": escape(member.name),
                    **FRAME,
                    **more.get(member.key, {}),
                }
                frames[-1].attr(**look)
    folded = {node.key for node in drawing.nodes if node.role == "folded"}
    leave, enter = SIDES[direction]
    for index, arrow in enumerate(drawing.arrows):
        tail = arrow.tail + f":{leave}" * (arrow.tail in folded)
        head = arrow.head + f":{enter}" * (arrow.head in folded)
        key = f"e{index}"
        look = {**_arrow(arrow, f"{prefix}-{key}"), **more.get(key, {})}
        source.edge(tail, head, **look)
    return str(source.source)


def _digest(drawing: Drawing, direction: str, attributes: Attributes) -> str:
    """What ids begin with: pictures side by side on a page must not share any."""
    digest = hashlib.sha256(direction.encode())
    for thing in (*drawing.walk(), *drawing.arrows, *attributes.items()):
        digest.update(repr(thing).encode())
    return "p" + digest.hexdigest()[:8]


def _look(node: Node) -> dict[str, str]:
    look = dict(ROLES[node.role])
    if node.strength is not None:
        look["fillcolor"] = tint(node.strength)
    return look


def tint(strength: float) -> str:
    """White for no gradient, towards orange for a positive one, blue for a negative.

    >>> tint(0.0)
    '#FFFFFF'
    """
    if strength != strength:
        return "#FFFF00"
    share = min(1.0, abs(strength)) ** 0.5 * 0.75  # small ones must be seen too
    full = POSITIVE if strength > 0 else NEGATIVE
    return "#" + "".join(f"{round(255 + share * (c - 255)):02X}" for c in full)


def _arrow(arrow: Arrow, key: str) -> dict[str, str]:
    look = {"id": key}
    if arrow.label:
        look["label"] = f" {escape(arrow.label)} "
    if not arrow.carries_gradient:
        look["style"] = "dashed"
    return look
