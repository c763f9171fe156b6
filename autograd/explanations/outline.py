"""A large graph by its scopes: a line each, to be opened."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from autograd.explanations.recording import Graph
from autograd.explanations.text import derivative
from autograd.text import number

# More lines than this are told a level of scopes higher
LINES, NUMBERS, NAME = 40, 3, 30

Path = tuple[str, ...]


@dataclass
class _Box:
    """What is inside a scope: operations, results that others use, scopes."""

    operations: int = 0
    results: list[int] = field(default_factory=list)
    boxes: dict[str, _Box] = field(default_factory=dict)


def text(graph: Graph, part: Set[int], inside: Path, width: int) -> str:
    whole, depth = _boxes(graph, part, inside)
    result, shown = graph.names[-1], number(graph.order[-1].data, graph.digits)
    where = f" inside {'/'.join(inside)}" * bool(inside)
    lines = [
        f"{whole.operations} operations{where}, by scope; {result} = {shown}",
        f"  {'scope':<{NAME}} operations   results and their gradients",
    ]
    stack = [(name, 1, box) for name, box in reversed(whole.boxes.items())]
    names = []
    while stack:
        name, level, box = stack.pop()
        names.append(name if level == 1 else "")
        line = f"{'  ' * level}{name}"[: NAME + 2]
        line = f"{line:<{NAME + 2}} {box.operations:>10}   "
        told = _results(graph, box)
        if len(line) + len(told) > width:
            told = told[: max(width - len(line) - 1, 0)] + "…"
        lines.append((line + told).rstrip())
        if level < depth:
            inner = reversed(box.boxes.items())
            stack += [(name, level + 1, box) for name, box in inner]
    names = [name for name in names if name]
    if names:
        lines.append(f'.open("{names[0]}") tells one of them in more detail')
    else:
        lines.append("  there are no scopes to open: explain(y, wrt=x) keeps a part")
    return "\n".join(lines)


def _boxes(graph: Graph, part: Set[int], inside: Path) -> tuple[_Box, int]:
    """The scopes in a part, and how many levels of them are few enough to read."""
    outer = len(inside)
    paths = {i: graph.scopes[i] for i in sorted(part) if graph.operands[i]}
    users: dict[int, list[Path]] = {}
    for i, operands in enumerate(graph.operands):
        for parent in operands:
            users.setdefault(parent, []).append(graph.scopes[i])
    whole = _Box()
    at_level: dict[int, int] = {}
    for i, path in paths.items():
        whole.operations += 1
        box = whole
        for level, name in enumerate(path[outer:], 1):
            if name not in box.boxes:
                box.boxes[name] = _Box()
                at_level[level] = at_level.get(level, 0) + 1
            box = box.boxes[name]
            box.operations += 1
            around = path[: outer + level]
            leaves = any(u[: outer + level] != around for u in users.get(i, ()))
            if leaves or i == graph.root:
                box.results.append(i)
    depth = 1
    while sum(at_level.get(k, 0) for k in range(1, depth + 2)) <= LINES:
        depth += 1
        if depth > len(at_level):
            break
    return whole, depth


def _results(graph: Graph, box: _Box) -> str:
    result = graph.names[-1]
    told = [
        f"{graph.names[i]} = {number(graph.order[i].data, graph.digits)}, "
        f"{derivative(result, graph.names[i])} = "
        f"{number(graph.adjoints[i], graph.digits)}"
        for i in box.results[:NUMBERS]
    ]
    more = len(box.results) - NUMBERS
    return "; ".join(told) + f"; {more} more" * (more > 0)


def find(graph: Graph, part: Set[int], inside: Path, name: str) -> Path:
    """The path of a scope named as the outline names it; ValueError where none is."""
    outer = len(inside)
    known = dict.fromkeys(
        path[: depth + 1]
        for path in (graph.scopes[i] for i in sorted(part))
        for depth in range(outer, len(path))
    )
    wanted = tuple(str(name).split("/"))
    for path in known:
        if path[outer:] == wanted:
            return path
    few = [f'"{"/".join(path[outer:])}"' for path in known][:8]
    more = ", ..." * (len(known) > len(few))
    raise ValueError(
        f"open({name!r}): there is no such scope; there are: "
        + (", ".join(few) + more if few else "none")
    )
