"""`checkpoint`: a function whose inner nodes no graph keeps."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from functools import partial
from types import CellType, FunctionType
from typing import Any, TypeVar

from autograd._engine import Value
from autograd.compiling.structure import put_together, short
from autograd.derivatives.arguments import name_of
from autograd.derivatives.segments import (
    Evaluation,
    Segment,
    announce,
    are_floats,
    bits,
    evaluated,
    own_row,
    unit,
)
from autograd.linearization import Linearization
from autograd.scopes import NO_GRAD, current
from autograd.watching import watcher

F = TypeVar("F", bound=Callable[..., Any])
RULE = "chain rule, through all of it at once"
announce("checkpoint", RULE)


def checkpoint(f: F) -> F:
    """The same function, of which a graph keeps one node for each result. A decorator.

    A call is differentiated at once, by its arguments and by all it closes over, and
    what it recorded is dropped (preaccumulation: Griewank & Walther, Evaluating
    Derivatives, 2008, ch. 10). A loop of n steps, cut into segments of √n, so keeps
    some √n nodes at a time and not n; segments may have segments of their own.

    That costs a sweep for each result, or for each Value it depends on if these are
    fewer, and a kept node weighs as much as twenty others: it is worth it where many
    operations lead to a few numbers. First derivatives need no second call. Higher ones
    call f again for each result, and it must compute the same: RuntimeError where it
    does not. Until then f and its arguments are kept; nothing that they hold, such as
    an attribute, should come to hold the result, or nothing frees the two.

    >>> from autograd import Value, graph
    >>> @checkpoint
    ... def segment(x, n):
    ...     for _ in range(n):
    ...         x = x * x + 0.1
    ...     return x
    >>> a = Value(0.5)
    >>> y = segment(segment(a, 100), 100)
    >>> graph.size(y), y.op
    (3, 'checkpoint')
    """
    if not callable(f):
        raise TypeError(f"checkpoint(f): f must be a function of numbers, not {f!r}")

    @functools.wraps(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if current.get() is NO_GRAD or watcher() is not None:
            return f(*args, **kwargs)  # nothing is recorded, or all of it is traced
        return Call(f, args, kwargs).results(partial(f, *args, **kwargs))

    return checkpointed  # type: ignore[return-value]


class Call:
    """A call of f that can be made again, with f and its arguments as they were."""

    def __init__(
        self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.name = name_of(f)
        self.again = partial(_as_it_is(f), *_unshared(args), **_unshared(kwargs))

    def results(self, first: Callable[[], Any]) -> Any:
        """What f returns, its Values as nodes upon the Values outside."""
        segment = self._recorded(first)
        self.others = segment.frontier()
        self.seen = _numbers(segment, self.others)
        outside = set(self.others)
        places = {
            x: place
            for place, x in enumerate(segment.results)
            if isinstance(x, Value) and not x._constant and x not in outside
        }
        slopes = _slopes(Linearization(self.others, [*places]))
        nodes = {
            x: Kept(self, place, x._data, by_others).node(x._label)
            for (x, place), by_others in zip(places.items(), slopes)
        }
        returned = [
            nodes.get(x, x) if isinstance(x, Value) else x for x in segment.results
        ]
        return put_together(segment.structure, iter(returned))

    def repeated(self) -> tuple[list[Any], list[Value]]:
        """The results of the call, made again, and the Values that they depend on.

        RuntimeError where it does not compute the same.
        """
        segment = self._recorded(self.again)
        others = segment.frontier()
        for seen, now in zip(self.seen, _numbers(segment, others)):
            if bits(seen) != bits(now):
                raise RuntimeError(
                    f"checkpoint({self.name}): a higher derivative calls {self.name} "
                    f"again, and now {short(now)} is computed where {short(seen)} was: "
                    "it must compute the same each time. Draw random numbers outside "
                    "and pass them as arguments, and assign to nothing that it reads "
                    "before all derivatives are taken"
                )
        return segment.results, others

    def _recorded(self, call: Callable[[], Any]) -> Segment:
        return Segment(
            self.name,
            call,
            f"checkpoint({self.name}): {self.name} returned {{}}: it may return "
            "numbers, and lists, tuples and dicts of them",
        )


class Kept:
    """What a graph keeps of one result: a row of its own, for one node."""

    def __init__(
        self, call: Call, place: int, number: float, slopes: Sequence[float | None]
    ) -> None:
        self.call, self.place, self.number = call, place, number
        self.used = [k for k, slope in enumerate(slopes) if slope is not None]
        self.slopes = tuple([slope for slope in slopes if slope is not None])
        self.point = bits([x._data for x in self.parents])

    @property
    def parents(self) -> tuple[Value, ...]:
        return tuple([self.call.others[k] for k in self.used])

    def node(self, label: str | None) -> Value:
        row = own_row("checkpoint", self._forward, self._partials, RULE, self.call.name)
        parts = self.number, self.parents, self.slopes
        made: Value = Value._restore(row, *parts, label, None, current.get(), False)
        return made

    def _forward(self, math: Any, *operands: Any) -> Any:
        if self._is_as_recorded(operands):
            return self.number
        return self._evaluated(math, operands).results[0]

    def _partials(self, math: Any, out: Any, *operands: Any) -> tuple[Any, ...]:
        if self._is_as_recorded(operands):
            return self.slopes
        slopes = self._evaluated(math, operands).linear.vjp([1.0])
        return tuple([0.0 if x is None else x for x in slopes])

    def _is_as_recorded(self, operands: Sequence[Any]) -> bool:
        return are_floats(operands) and bits(operands) == self.point

    def _evaluated(self, math: Any, operands: Sequence[Any]) -> Evaluation:
        results, others = self.call.repeated()
        inputs = [others[k] for k in self.used]
        return evaluated(math, inputs, operands, [results[self.place]])


def _slopes(linear: Linearization) -> list[list[Any]]:
    """The derivatives of each result by each variable, in as few sweeps as will do."""
    count, width = len(linear.outputs), len(linear.variables)
    if count <= width:
        return [linear.vjp(unit(i, count)) for i in range(count)]
    columns = [linear.jvp(unit(k, width)) for k in range(width)]
    return [[*row] for row in zip(*columns)]


def _numbers(segment: Segment, others: list[Value]) -> tuple[list[float], list[float]]:
    """By what a call is known: the numbers that it used, and those that it found."""
    found = [x._data for x in segment.results if isinstance(x, Value)]
    return [x._data for x in others], found


def _unshared(thing: Any) -> Any:
    """Lists and dicts as they are now: elements may be added to them later."""
    if type(thing) in (list, tuple):
        return type(thing)([_unshared(part) for part in thing])
    if type(thing) is dict:
        return {key: _unshared(part) for key, part in thing.items()}
    return thing


def _as_it_is(f: Any, known: dict[Any, Any] | None = None) -> Any:
    """A function with the names that it closes over as they are now.

    They may be given to something else later, even to its own result: then it would
    compute another thing, and nothing could free the two.
    """
    if not isinstance(f, FunctionType) or f.__closure__ is None:
        return f
    known = {} if known is None else known
    if f in known:
        return known[f]
    known[f] = f  # one that calls itself: a copy that did would be a cycle
    cells = tuple([CellType() for _ in f.__closure__])
    for cell, original in zip(cells, f.__closure__):
        with contextlib.suppress(ValueError):  # no name has been given yet
            cell.cell_contents = _as_it_is(original.cell_contents, known)
    copy = FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__, cells)
    copy.__kwdefaults__ = f.__kwdefaults__
    known[f] = copy
    return copy
