"""From a compiled function to what its exports start from."""

from __future__ import annotations

import inspect
from typing import Any

from autograd.compiling.exports.reading import Recorded
from autograd.compiling.paths import Path


def recorded(compiled: Any, method: str, args: Any, kwargs: Any) -> Recorded:
    """The path that these arguments take; without any, the one taken last."""
    compiled._refuse_inside(method)
    if args or kwargs:
        path, structure = compiled._run(args, kwargs)
    else:
        path, structure = _latest(compiled)
    count = len(structure[0][1])
    needed = [(q.place, number) for q, number in path.needed if not q.is_of_kind]
    return Recorded(
        *(compiled.name, path.schedule, structure),
        names_of(compiled.function, count),
        *(path.structure, tuple(needed)),
    )


def _latest(compiled: Any) -> tuple[Path, Any]:
    for structure, paths in compiled._paths.items():
        if compiled._latest in paths.kept:
            return compiled._latest, structure
    raise ValueError(
        f"{compiled.name} was not called yet: nothing is recorded. Call it, or give "
        "arguments to record it with"
    )


def names_of(function: Any, count: int) -> tuple[str, ...]:
    """The names of so many positional arguments.

    >>> names_of(lambda x, *rest: x, 3), names_of(max, 2)
    (('x', 'rest[0]', 'rest[1]'), ('x0', 'x1'))
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return tuple([f"x{i}" for i in range(count)])
    names: list[str] = []
    for parameter in parameters:
        if parameter.kind == parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{i}]" for i in range(count - len(names))]
        elif parameter.kind in (
            *(parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD),
        ):
            names.append(parameter.name)
    return tuple(names[:count])
