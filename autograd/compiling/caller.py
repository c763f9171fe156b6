"""From arguments to the path that holds for them: what every call begins with."""

from __future__ import annotations

import functools
import gc
import inspect
import os
import threading
import warnings
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograd.compiling import templates
from autograd.compiling.columns import Columns
from autograd.compiling.paths import (
    MANY,
    MOST,
    CompileWarning,
    Path,
    Paths,
    trail_of,
)
from autograd.compiling.stages import Program, numbers_of, put_together, scheduled
from autograd.compiling.structure import NUMBER, Structure, take_apart
from autograd.compiling.tracing import (
    Recording,
    TraceError,
    callers_inside,
    line_of_the_caller,
)
from autograd.watching import watcher

Places = Any  # an array('i'), or None: all of them, in order


class Caller:
    """A function, and its recordings by the structure of the arguments."""

    def __init__(self, function: Callable[..., Any], exact: bool = False) -> None:
        wrapper: Any = self
        functools.update_wrapper(wrapper, function, updated=())
        self.function, self.exact = function, exact
        self.name = getattr(function, "__qualname__", type(function).__name__)
        self._paths: dict[Structure, Paths] = {}
        self._latest: Path | None = None
        # the structure of the last call's arguments, and its paths
        self._usual: tuple[Structure, Any] = (None, None)
        # where it was native, and plain: its program, which takes arguments as they are
        self._quick: Any = None
        self._recording = threading.RLock()

    @property
    def recordings(self) -> int:
        """How many times it was recorded: for each structure, and each path."""
        return sum(paths.count for paths in self._paths.values())

    def _refuse_inside(self, method: str) -> None:
        """What this method gives is no operation that a recording could hold."""
        if watcher() is not None:
            raise TraceError(
                f"{line_of_the_caller()}: a compiled function may not use {method} of "
                f"{self.name}: the tape would keep the numbers of this one call. Call "
                f"{self.name} itself, and do the rest outside of the compiled function"
            )

    def _taken_apart(self, args: Any, kwargs: Any, numbers: list[Any]) -> Structure:
        if kwargs:
            bound = inspect.signature(self.function).bind(*args, **kwargs)
            args, kwargs = bound.args, bound.kwargs
        try:
            return take_apart(args, numbers), take_apart(kwargs, numbers)
        except (TypeError, OverflowError) as error:
            raise type(error)(f"{self.name}: {error}") from None

    def _find(self, args: Any, kwargs: Any) -> tuple[Path, list[Any], Any]:
        """The path to try for these arguments, their numbers, and their paths."""
        usual, paths = self._usual
        numbers = None
        if usual is not None and not kwargs:
            numbers = numbers_of(usual, args)
        if numbers is None:
            numbers = []
            structure = self._taken_apart(args, kwargs, numbers)
            paths = self._paths_of(structure)
            is_usual = numbers_of is not None and not structure[1][1]
            usual = structure[0] if is_usual else None
            self._usual = usual, paths
        self._latest = path = paths.usual or paths.first(numbers)[0]
        self._quick = None
        if path.is_plain and path is paths.usual and usual is not None:
            path.program.arguments = usual
            self._quick = path.program
        return path, numbers, paths

    def _paths_of(self, structure: Structure) -> Paths:
        paths = self._paths.get(structure)
        if paths is None:
            record = functools.partial(self._new_path, structure)
            paths = self._paths.setdefault(structure, Paths(self.name, record))
            paths.structure = structure
            self._watch_over()
        return paths

    def _watch_over(self) -> None:
        if len(self._paths) == MANY:
            warnings.warn(
                f"{self.name} has been called with {MANY} structures of arguments: for "
                "each length of a list, and each string or function among them, it is "
                "recorded anew. Let only numbers change from call to call",
                CompileWarning,
                stacklevel=callers_inside(),
            )
        if len(self._paths) > MOST:
            del self._paths[next(iter(self._paths))]

    def _run(self, args: Any, kwargs: Any) -> tuple[Path, Structure]:
        """Run forward on the path that holds; and the arguments' structure."""
        _, numbers, paths = self._find(args, kwargs)
        return self._forward(paths, numbers), paths.structure

    def _forward(self, paths: Paths, numbers: list[Any]) -> Path:
        path, is_new = paths.first(numbers)
        refuted: set[Any] = set()
        # a path recorded for these very numbers holds for them, whatever rounding says
        while (failed := path.program.forward(numbers)) >= 0 and not is_new:
            path, is_new = paths.after(path, failed, numbers, refuted)
        self._latest, self._quick = path, None
        return path

    def _new_path(self, structure: Structure, numbers: list[Any]) -> Path:
        with self._recording, collector_at_rest():
            recording = self._recorded(structure, numbers)
            schedule = scheduled(recording, self.exact)
            trail = trail_of(recording.observations)
            program = Program(*schedule.parts())
            return Path(recording.structure, trail, program, schedule)

    def _recorded(self, structure: Structure, numbers: list[Any]) -> Recording:
        recording = Recording()
        recording.run(self.function, structure, numbers)
        return recording

    def _groups(
        self, given: Columns, threads: int
    ) -> Iterator[tuple[Path, Places, Places]]:
        """The paths that the samples take, each with its samples.

        As their places in the columns and, second, among the samples given; None
        stands for all, in order.
        """
        paths = self._paths_of(given.structure)
        if paths.only is not None:
            self._latest, self._quick = paths.only, None
            yield paths.only, given.indices, None
            return
        waiting: Places = None
        while waiting is None or waiting:
            indices = given.places(waiting)
            path = self._forward(paths, given.sample(indices[0] if indices else 0))
            if path.always_holds:
                yield path, indices, waiting
                return
            if waiting is None:
                waiting = array("i", range(len(given)))
                indices = given.places(waiting)
            outcomes = path.program.classify(given.ready, given.count, threads, indices)
            alike = given.alike(path.needed, indices)
            taken = {0, *[k for k in alike if outcomes[k] < 0]}
            own = array("i", [i for k, i in enumerate(indices) if k in taken])
            chosen = array("i", [x for k, x in enumerate(waiting) if k in taken])
            yield path, own, chosen
            waiting = array("i", [x for k, x in enumerate(waiting) if k not in taken])

    def _is_number(self, path: Path, method: str) -> None:
        if path.structure != NUMBER:
            several = len(path.schedule.outputs)
            raise ValueError(
                f"{self.name} returns {several} numbers, and {method} needs a function "
                "of one: use jacobian"
                if several
                else f"{self.name} returns {templates.shown(path.structure)}, and "
                f"{method} needs a function of one number: return what it computes"
            )

    def _closes_over_leaves(self, path: Path) -> None:
        if path.inner:
            raise ValueError(
                f"{self.name} closes over {path.inner[0]!r}, the result of an "
                "operation: here it may close over leaves only. Compute it inside of "
                "the function"
            )


def by_argument(structure: Structure, gradients: list[Any]) -> Any:
    """Derivatives in the structure of the arguments."""
    arguments, keywords = structure
    numbers = iter(gradients)
    found = put_together(arguments, numbers)
    if keywords[-1]:
        return (*found, put_together(keywords, numbers))
    return found[0] if len(found) == 1 else found


def joined(
    results: list[Any], part: list[Any], places: Places, count: int
) -> list[Any]:
    """The results of some samples put in their places."""
    if places is None:
        return part
    if not results:
        results = [array("d", bytes(8 * count)) for _ in part]
    for column, numbers in zip(results, part):
        for place, number in zip(places, numbers):
            column[place] = number
    return results


def cores(threads: int | None) -> int:
    """How many threads: by default one for each core that this process may use."""
    if threads is None:
        return AVAILABLE
    if type(threads) is not int or threads < 1:
        raise ValueError(f"threads: must be a whole number >= 1, not {threads!r}")
    return threads


AVAILABLE = (
    len(os.sched_getaffinity(0))
    if hasattr(os, "sched_getaffinity")
    else os.cpu_count() or 1
)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Many tuples are made that refer to nothing: no reason to look for cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
