"""The numbers of many samples, read where they lie: in any memory that Python shows."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

# a buffer; the first number's offset and the stride, in bytes; the format
Column = tuple[Any, int, int, str]


def reader(column: Column, count: int) -> Callable[[int], float]:
    """A function that reads a sample's number in a column."""
    buffer, offset, stride, code = column
    if code not in tuple("dfbBhHiIlLqQ?"):
        raise ValueError(
            f"a column's format must be one of dfbBhHiIlLqQ?, not {code!r}"
        )
    view, number = memoryview(buffer), struct.Struct(f"@{code}")
    if view.ndim == 1 and view.format == code and not view.c_contiguous:
        # memory with gaps, as of every second number: the view itself can read it
        # (of 0, where one number stands for all)
        step, gaps = (view.strides or (1,))[0] or 1, view
        _check_ends(offset // step, stride // step, count, len(view) - 1)
        return lambda i: float(gaps[(offset + stride * i) // step])
    if not view.c_contiguous:
        raise ValueError("a column of memory with gaps must have one dimension")
    _check_ends(offset, stride, count, view.nbytes - number.size)
    flat = view.cast("B")
    return lambda i: float(number.unpack_from(flat, offset + stride * i)[0])


def _check_ends(offset: int, stride: int, count: int, last: int) -> None:
    ends = sorted((offset, offset + stride * (count - 1)))
    if count > 0 and not 0 <= ends[0] <= ends[1] <= last:
        raise ValueError(f"a column of {count} samples is not within its memory")
