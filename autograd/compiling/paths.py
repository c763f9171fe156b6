"""Which recording holds for which numbers: the paths through a function's branches.

What a recording observed leads to it: forks are questions, and paths the leaves of a
tree. Paths that need arguments as they are (an index, a count) are found by one look-up
of those; a guard that fails leads to the other side of its fork.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from autograd._engine import record
from autograd.compiling.structure import NUMBER
from autograd.compiling.tape import RELATIONS
from autograd.compiling.tracing import Asked, Needed, Recording, callers_inside
from autograd.primitives import ROWS
from autograd.scopes import current

EQUAL = RELATIONS.index("==")
MANY = 64  # paths of one function before it is told that they are many
MOST = 1024  # and before the oldest are forgotten


class CompileWarning(UserWarning):
    """Compiling works, but not as it was meant to."""


class Fork:
    """A question and the forks, or the path, that each answer leads to."""

    __slots__ = ("answers", "latest", "question")

    def __init__(self, question: Any) -> None:
        self.question = question  # a place among the arguments, or None: a guard
        self.answers: dict[Any, Any] = {}
        self.latest: Any = None  # among the answers

    def likely(self, refuted: set[Any]) -> Any:
        """Where to go on if only a trial can tell: the latest answer that may be."""
        if (self, self.latest) not in refuted:
            return self.answers.get(self.latest)
        may_be = [a for a in self.answers if (self, a) not in refuted]
        return self.answers[may_be[-1]] if may_be else None


class Path:
    """One recording, its program, and the forks that led to it."""

    def __init__(self, recording: Recording, program: Any, schedule: Any) -> None:
        self.structure = recording.structure
        self.program, self.schedule = program, schedule
        self.forks: list[Fork] = []  # one for each guard
        self.needed = tuple(
            [
                (o.place, o.number)
                for o in recording.observations
                if isinstance(o, Needed)
            ]
        )
        self.answers = [
            answer_of(o) for o in recording.observations if isinstance(o, Asked)
        ]
        self.always_holds = not recording.observations
        # results of an earlier graph: gradients go on into it
        self.inner = [p for p in schedule.parameters if not p.is_leaf]
        self.is_plain = recording.structure == NUMBER and not self.inner

    def add_gradients(self) -> None:
        """The adjoints of the last reverse run, into the grad of the parameters."""
        if not self.inner:
            self.program.add_gradients()
            return
        adjoints = self.program.parameter_gradients()
        token = current.set(None)  # record, whatever the caller does
        try:
            total = record(ROWS["dot"], *self.schedule.parameters, *adjoints)
        finally:
            current.reset(token)
        total.backward()


def answer_of(o: Asked) -> Any:
    """What leads on: an outcome, or the number that was found equal.

    Where Python got a number rounded, each has a path of its own.
    """
    is_number = o.relation == EQUAL and o.outcome and o.y.is_constant
    return ("equals", o.y._data) if is_number else o.outcome


class Paths:
    """The known paths for one structure of arguments."""

    def __init__(self, name: str, record: Callable[[list[Any]], Any]) -> None:
        self.name, self.record = name, record
        self.structure: Any = None  # of the arguments
        self.root: Any = None
        self.count = 0
        self.kept: list[Path] = []
        self.places: tuple[int, ...] = ()
        self.found: dict[tuple[Any, ...], Path] = {}
        self.warned = False

    def first(self, numbers: list[Any]) -> tuple[Path, bool]:
        """The path to try first, and whether it was recorded just now."""
        key = tuple([numbers[place] for place in self.places])
        path = self.found.get(key)
        if path is not None:
            return path, False
        path, is_new = self._descend(self.root, numbers, set())
        self.found[tuple([numbers[place] for place in self.places])] = path
        return path, is_new

    def after(
        self, path: Path, guard: int, numbers: list[Any], refuted: set[Any]
    ) -> tuple[Path, bool]:
        """The path on another side of the guard that failed.

        `refuted` are the answers that failed before, and this one from now on. Paths
        may round differently and refute each other, so none is tried twice.
        """
        fork = path.forks[guard]
        refuted.add((fork, path.answers[guard]))
        found, is_new = self._descend(fork, numbers, refuted)
        self.found[tuple([numbers[place] for place in self.places])] = found
        return found, is_new

    def _descend(
        self, fork: Any, numbers: list[Any], refuted: set[Any]
    ) -> tuple[Path, bool]:
        while isinstance(fork, Fork):
            place = fork.question
            is_guard = place is None
            fork = (
                fork.likely(refuted) if is_guard else fork.answers.get(numbers[place])
            )
        known: Path | None = fork
        return (self._new(numbers), True) if known is None else (known, False)

    def _new(self, numbers: list[Any]) -> Path:
        path: Path
        recording, path = self.record(numbers)
        self._insert(recording, path)
        places = {*self.places, *[place for place, _ in path.needed]}
        if len(places) > len(self.places):
            self.places = tuple(sorted(places))
            self.found = {}
        self._watch_over(path)
        return path

    def _insert(self, recording: Recording, path: Path) -> None:
        holder: Any = None  # the fork and the answer that lead here
        for o in recording.observations:
            question = o.place if isinstance(o, Needed) else None
            answer = o.number if isinstance(o, Needed) else answer_of(o)
            fork = self.root if holder is None else holder[0].answers.get(holder[1])
            if not isinstance(fork, Fork) or fork.question != question:
                fork = Fork(question)
                self._hang(holder, fork)
            if holder is not None:
                holder[0].latest = holder[1]
            if question is None:
                path.forks.append(fork)
            holder = fork, answer
        self._hang(holder, path)

    def _hang(self, holder: Any, thing: Any) -> None:
        if holder is None:
            self.root = thing
        else:
            holder[0].answers[holder[1]] = thing
            holder[0].latest = holder[1]

    def _watch_over(self, path: Path) -> None:
        self.kept.append(path)
        self.count += 1
        if self.count >= MANY and not self.warned:
            self.warned = True
            needed = "the arguments that are used as an index or a count, and by "
            warnings.warn(
                f"{self.name} has been recorded {self.count} times for arguments of "
                f"one structure, each time on another path through its branches (told "
                f"apart by {needed if self.places else ''}the outcomes of comparisons)."
                " Each new path is recorded anew, which takes as long as a hundred "
                "calls. autograd.take(xs, i) takes an element, and relu, abs, max and "
                "min choose, without a path of their own",
                CompileWarning,
                stacklevel=callers_inside(),
            )
        if len(self.kept) > MOST:  # begin anew with the latest
            latest = self.kept[-1]
            self.root, self.kept, self.found = None, [latest], {}
            self._rehang(latest)

    def _rehang(self, path: Path) -> None:
        holder: Any = None
        for place, number in path.needed:
            fork = Fork(place)
            self._hang(holder, fork)
            holder = fork, number
        for fork, answer in zip(path.forks, path.answers):
            fork.answers.clear()
            self._hang(holder, fork)
            holder = fork, answer
        self._hang(holder, path)
