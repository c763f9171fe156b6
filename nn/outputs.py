"""What models return: numbers, and lists, tuples and dicts of them."""

from __future__ import annotations

from typing import Any

from autograd import Value


def plain(output: Any) -> Any:
    """The same with plain numbers in the place of Values, and lists for tuples.

    >>> plain((Value(1.0), [Value(2.0)]))
    [1.0, [2.0]]
    """
    if isinstance(output, Value):
        return output.data
    if isinstance(output, (list, tuple)):
        return [plain(part) for part in output]
    if isinstance(output, dict):
        return {key: plain(part) for key, part in output.items()}
    return output


def valued(output: Any) -> Any:
    """The same with Values in the place of floats."""
    if isinstance(output, list):
        return [valued(part) for part in output]
    if isinstance(output, dict):
        return {key: valued(part) for key, part in output.items()}
    return Value(output) if isinstance(output, float) else output


def values(output: Any) -> list[Value]:
    """The Values in it, in order."""
    if isinstance(output, Value):
        return [output]
    parts = output.values() if isinstance(output, dict) else output
    if isinstance(output, (list, tuple, dict)):
        return [value for part in parts for value in values(part)]
    return []


def alike(a: Any, b: Any) -> bool:
    """Whether two plain outputs are the same numbers in the same structure.

    >>> alike([1.0, float("nan")], [1.0, float("nan")]), alike([1.0], 1.0)
    (True, False)
    """
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return [*a] == [*b] and all(map(alike, a.values(), b.values()))
    return bool(a == b or (a != a and b != b))


def rows(columns: Any, count: int) -> list[Any]:
    """The outputs for each of so many samples, where a batch has them as arrays.

    >>> from array import array
    >>> rows([array("d", [1.0, 2.0]), array("d", [3.0, 4.0])], 2)
    [[1.0, 3.0], [2.0, 4.0]]
    """
    if isinstance(columns, (list, tuple)):
        parts = [rows(part, count) for part in columns]
        return [list(row) for row in zip(*parts)] if parts else [[]] * count
    if isinstance(columns, dict):
        parts = rows(list(columns.values()), count)
        return [dict(zip(columns, row)) for row in parts]
    return list(columns) if hasattr(columns, "tolist") else [columns] * count
