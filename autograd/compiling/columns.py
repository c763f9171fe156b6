"""Columns: the arguments of many samples, each number of them a column of N numbers.

Lists are copied once; arrays, memoryviews and NumPy arrays are read where they are,
unless their format names an order of bytes, as that of a field or of ctypes does.
"""

from __future__ import annotations

import copy
import enum
import sys
from array import array
from collections.abc import Iterable
from typing import Any

from autograd._engine import Value, engine
from autograd.compiling.stages import held
from autograd.compiling.structure import (
    NO_KEYWORDS,
    NUMBER,
    Structure,
    dict_of,
    number_of,
    plain,
    short,
    static,
)
from autograd.real import as_float, is_real

FLOATS, WHOLES = "df", "bBhHiIlLqQ?"
BOOLEANS = {"bool", "bool_"}  # Python's, and NumPy's
# formats as ctypes and NumPy's fields have them: in the machine's order of bytes, but
ORDERED = "=<" if sys.byteorder == "little" else "=>!"
# with sizes that are the same everywhere
STANDARD = {"l": "i", "L": "I"}
Column = tuple[Any, int, int, str]  # buffer, offset, stride, format; in bytes


class Columns:
    """The columns in the order of a sample's numbers, and a sample's structure.

    `at` chooses samples, in any order; `len` is how many there are.
    """

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self.columns: list[Column] = []
        self._views: list[Any] = []
        self._counts: list[int] = []
        parts = tuple([self._part(argument) for argument in arguments])
        self.structure: Structure = ("tuple", parts), NO_KEYWORDS
        counts = sorted({count for count in self._counts if count >= 0})
        if len(counts) != 1:
            raise ValueError(
                "columns: their lengths differ, they have "
                f"{' and '.join(map(str, counts))} numbers"
                if counts
                else "columns: no argument is a column of numbers (a list, an array, a "
                f"memoryview){_why_not(arguments)}; for one sample use the function "
                "itself"
            )
        self.count = counts[0]
        if not self.count:
            raise ValueError("columns: there are no samples in them")
        self.ready = held(self.columns, self.count)
        self.indices: array[int] | None = None  # of the samples chosen; None: of all

    def __len__(self) -> int:
        return self.count if self.indices is None else len(self.indices)

    def at(self, indices: Iterable[int]) -> Columns:
        """The samples at these places, of the same columns.

        >>> len(Columns(([1.0, 2.0, 3.0],)).at([2, 0]))
        2
        """
        if not isinstance(indices, array):
            indices = [*indices]
            kinds = {kind.__name__ for kind in {*map(type, indices)}}
            if not kinds.isdisjoint(BOOLEANS):
                raise TypeError(
                    "columns.at(indices): these are booleans, a mask; give the places "
                    "of those that are True: [i for i, x in enumerate(mask) if x]"
                )
        chosen = copy.copy(self)
        chosen.indices = array("i", indices)
        if not chosen.indices:
            raise ValueError("columns: no samples are chosen")
        ends = min(chosen.indices), max(chosen.indices)
        if not 0 <= ends[0] <= ends[1] < self.count:
            wrong = ends[0] if ends[0] < 0 else ends[1]
            raise IndexError(
                f"columns: there is no sample {wrong}: there are {self.count}"
            )
        return chosen

    def places(self, chosen: Any) -> Any:
        """Where in the columns the samples are; of None all, and so is None."""
        if self.indices is None or chosen is None:
            return self.indices if chosen is None else chosen
        return array("i", [self.indices[place] for place in chosen])

    def sample(self, i: int) -> list[Any]:
        """The numbers of one sample."""
        return [
            view if count < 0 else view[i]
            for view, count in zip(self._views, self._counts)
        ]

    def alike(self, needed: Any, samples: array[int]) -> list[int]:
        """Which of these samples give the needed answers."""
        chosen = list(range(len(samples)))
        for question, answer in needed:
            view, is_one = self._views[question.place], self._counts[question.place] < 0
            if not is_one:
                same = (answer,)  # or equal: nan is only the same
                chosen = [
                    k for k in chosen if question.answer(view[samples[k]]) in same
                ]
        return chosen

    def _part(self, thing: Any) -> Structure:
        """The structure of one sample's part of these columns."""
        if type(thing) is array and thing.typecode in FLOATS + WHOLES:
            self._views.append(thing)
            self._counts.append(len(thing))
            self.columns.append((thing, 0, thing.itemsize, thing.typecode))
            return NUMBER
        if isinstance(thing, (bool, str, bytes, enum.Enum)) or thing is None:
            return static(thing)
        if isinstance(thing, Value) or is_real(thing):
            return self._one(number_of(thing) if isinstance(thing, Value) else thing)
        if isinstance(thing, dict):
            parts = tuple([self._part(part) for part in thing.values()])
            return dict_of(tuple(thing), parts)
        if isinstance(thing, (list, tuple, range)):
            if thing and all([is_real(x) or isinstance(x, bool) for x in thing]):
                return self._listed(thing)
            kind = "tuple" if isinstance(thing, tuple) else "list"
            return kind, tuple([self._part(part) for part in thing])
        try:
            view = memoryview(thing)
        except (TypeError, ValueError):
            raise TypeError(
                f"{short(thing)} is no column: columns are lists, array('d'), "
                "memoryviews and NumPy arrays of numbers"
            ) from None
        return self._viewed(_native(view))

    def _one(self, number: Any) -> Structure:
        self._views.append(plain(number))
        self._counts.append(-1)
        self.columns.append((array("d", [as_float(number)]), 0, 0, "d"))
        return NUMBER

    def _listed(self, numbers: Any) -> Structure:
        exact = [x if type(x) is float else plain(x) for x in numbers]
        column = array("d", [as_float(x) for x in exact])
        self._views.append(exact if int in map(type, exact) else column)
        self._counts.append(len(numbers))
        self.columns.append((column, 0, 8, "d"))
        return NUMBER

    def _viewed(self, view: Any) -> Structure:
        code = view.format.removeprefix("@")
        if len(code) != 1 or code not in FLOATS + WHOLES or view.ndim == 0:
            raise TypeError(
                f"a column of the format {view.format!r:.60} with {view.ndim} "
                "dimensions: "
                "columns are of whole numbers or floats of 64 or 32 bits (of an array "
                "of another kind take x.astype(float))"
            )
        return self._dimension(view, code, ())

    def _dimension(
        self, view: memoryview, code: str, place: tuple[int, ...]
    ) -> Structure:
        """The columns of an array of N rows, at this place in each row."""
        assert view.shape is not None and view.strides is not None
        count, *inner = view.shape
        if len(place) < len(inner):
            parts = range(inner[len(place)])
            return "list", tuple(
                [self._dimension(view, code, (*place, k)) for k in parts]
            )
        column = _Strided(view, place, code)
        self._views.append(column)
        self._counts.append(count)
        if view.ndim > 1 and not view.c_contiguous and engine == "python":
            # the plain interpreter reads no memory with gaps in several dimensions
            numbers = array("d", [column[i] for i in range(count)])
            self.columns.append((numbers, 0, 8, "d"))
        else:
            step, *steps = view.strides
            offset = sum([k * s for k, s in zip(place, steps)])
            self.columns.append((view, offset, step, code))
        return NUMBER


def columns_of(given: tuple[Any, ...]) -> Columns:
    """The columns, which may have been made before."""
    if len(given) == 1 and isinstance(given[0], Columns):
        return given[0]
    return Columns(given)


def seed_of(reduction: str, count: int) -> float:
    """How much the value of one sample counts."""
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction: must be 'mean' or 'sum', not {reduction!r}")
    return 1.0 / count if reduction == "mean" else 1.0


def _native(view: Any) -> Any:
    """The same numbers in a format that Python reads itself; copied, if need be."""
    order, code = view.format[:1], view.format[1:]
    code = STANDARD.get(code, code)
    is_known = order in ORDERED and len(code) == 1 and code in FLOATS + WHOLES
    if not is_known or not view.nbytes or not view.ndim:
        return view
    return memoryview(view.tobytes()).cast(code, [*view.shape])


def _why_not(arguments: tuple[Any, ...]) -> str:
    """What stands in a list of them that would be a column otherwise."""
    for thing in arguments:
        if isinstance(thing, (list, tuple)):
            for place, part in enumerate(thing):
                if part is None or isinstance(part, (str, bytes)):
                    return f": {part!r:.60} at place {place} of a list is no number"
    return ""


class _Strided:
    """One column of an array, a number at a time."""

    def __init__(self, view: memoryview, place: tuple[int, ...], code: str) -> None:
        self._view, self._place, self._whole = view, place, code in WHOLES

    def __getitem__(self, i: int) -> Any:
        place = i, *self._place
        number = self._view[place]
        return int(number) if self._whole else number
