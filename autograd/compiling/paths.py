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
from autograd.compiling.structure import NUMBER, Structure
from autograd.compiling.tape import RELATIONS
from autograd.compiling.tracing import (
    Asked,
    Needed,
    Question,
    callers_inside,
    findable,
)
from autograd.contexts import assigned
from autograd.primitives import ROWS
from autograd.scopes import current

# a question about an argument and the answer; or None and a guard's outcome, or
# ("equals", number) where Python got a number rounded
Trail = list[tuple[Question | None, Any]]
EQUAL = RELATIONS.index("==")
MANY = 64  # paths of one function before it is told that they are many
MOST = 1024  # and before the oldest are forgotten
FOUND = 4096  # looked-up answers; those of a float may be others at each call


class CompileWarning(UserWarning):
    """Compiling works, but not as it was meant to."""


class Fork:
    """A question and the forks, or the path, that each answer leads to."""

    __slots__ = ("answers", "guards", "latest", "question")

    def __init__(self, question: Any, guards: int) -> None:
        self.question = question  # about an argument, or None: a guard
        self.guards = guards  # how many are above it
        self.answers: dict[Any, Any] = {}
        self.latest: Any = None  # among the answers

    def likely(self, refuted: set[Any]) -> Any:
        """Where to go on if only a trial can tell: the latest answer that may be."""
        if (self, self.latest) not in refuted:
            return self.answers.get(self.latest)
        may_be = [a for a in self.answers if (self, a) not in refuted]
        return self.answers[may_be[-1]] if may_be else None

    def any_path(self) -> Path:
        """One of the paths below."""
        thing: Any = self
        while isinstance(thing, Fork):
            thing = thing.answers[thing.latest]
        path: Path = thing
        return path


class Path:
    """One recording, its program, and the forks that led to it.

    The trail are the questions that were asked, and the answers. `structure` is that of
    the results.
    """

    def __init__(
        self, structure: Structure, trail: Trail, program: Any, schedule: Any
    ) -> None:
        trail = [(question, findable(answer)) for question, answer in trail]
        self.structure, self.trail = structure, trail
        self.program, self.schedule = program, schedule
        self.forks: list[Fork] = []  # one for each guard
        self.needed = tuple([(q, answer) for q, answer in trail if q is not None])
        self.answers = [answer for question, answer in trail if question is None]
        self.always_holds = not trail
        # results of an earlier graph: gradients go on into it
        self.inner = [p for p in schedule.parameters if not p.is_leaf]
        self.is_plain = structure == NUMBER and not self.inner
        # parameters, and where among them each of the path's own is
        self.placed: tuple[Any, Any] = (None, None)
        self._plans: dict[Any, Any] = {}

    def plan(self, make: Callable[[Any], Any]) -> Any:
        """What is found out about the schedule once, when it is wanted."""
        if make not in self._plans:
            self._plans[make] = make(self.schedule)
        return self._plans[make]

    def failed(self, numbers: list[Any]) -> int:
        """The first guard that comes out differently, or -1."""
        try:
            found: int = self.program.forward(numbers)
        except Exception:  # of a primitive, which is raised where all guards hold
            return -1
        return found

    def add_gradients(self) -> None:
        """The adjoints of the last reverse run, into the grad of the parameters."""
        if not self.inner:
            self.program.add_gradients()
            return
        adjoints = self.program.parameter_gradients()
        with assigned(current, None):  # record, whatever the caller does
            total = record(ROWS["dot"], *self.schedule.parameters, *adjoints)
        total.backward()


def trail_of(observations: list[Asked | Needed]) -> Trail:
    """What was asked, and what leads on.

    Where Python got a number rounded, each has a path of its own.
    """
    trail: Trail = []
    for o in observations:
        if isinstance(o, Needed):
            trail.append(o)
        elif o.relation == EQUAL and o.outcome and o.y.is_constant:
            trail.append((None, ("equals", o.y._data)))
        else:
            trail.append((None, o.outcome))
    return trail


class Paths:
    """The known paths for one structure of arguments."""

    def __init__(self, name: str, record: Callable[[list[Any]], Path]) -> None:
        self.name, self.record = name, record
        self.structure: Any = None  # of the arguments
        self.root: Any = None
        self.count = 0
        self.kept: list[Path] = []
        # the places whose number, and those whose kind of number, paths ask for
        self.places: list[int] = []
        self.kinds: list[int] = []
        self.found: dict[tuple[Any, ...], Path] = {}
        # where nothing is asked of arguments, the path to try first
        self.usual: Path | None = None
        self.warned = False

    @property
    def only(self) -> Path | None:
        """The path that all numbers take, if one is known."""
        return self.root if isinstance(self.root, Path) else None

    def first(self, numbers: list[Any]) -> tuple[Path, bool]:
        """The path to try first, and whether it was recorded just now."""
        path = self.usual or self.found.get(self._key(numbers))
        if path is not None:
            return path, False
        path, is_new = self._descend(self.root, numbers, set())
        self._keep(numbers, path)
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
        self._keep(numbers, found)
        return found, is_new

    def _keep(self, numbers: list[Any], path: Path) -> None:
        if self.places or self.kinds:
            if len(self.found) >= FOUND:
                self.found = {}
            self.found[self._key(numbers)] = path
        else:
            self.usual = path

    def _key(self, numbers: list[Any]) -> tuple[Any, ...]:
        """The answers to all that was ever asked of arguments."""
        kinds = [type(numbers[place]) for place in self.kinds]
        return (*[findable(numbers[place]) for place in self.places], *kinds)

    def _descend(
        self, fork: Any, numbers: list[Any], refuted: set[Any]
    ) -> tuple[Path, bool]:
        while isinstance(fork, Fork):
            if fork.question is None:
                fork = fork.likely(refuted)
                continue
            question = fork.question
            below = fork.answers.get(question.answer(numbers[question.place]))
            if below is None:  # it is new; or was a guess wrong on the way here?
                path = fork.any_path()
                failed = path.failed(numbers)
                if 0 <= failed < fork.guards:
                    guess = path.forks[failed], path.answers[failed]
                    if guess not in refuted:
                        refuted.add(guess)
                        below = path.forks[failed]
            fork = below
        known: Path | None = fork
        return (self._new(numbers), True) if known is None else (known, False)

    def _new(self, numbers: list[Any]) -> Path:
        path = self.record(numbers)
        self.add(path)
        self._watch_over()
        return path

    def add(self, path: Path) -> None:
        """Hang a path where its trail leads.

        One that hangs there already was recorded for numbers so near to a decision that
        its replay rounds to the other side: it makes room.
        """
        twin = self._insert(path)
        if twin is not None:
            self.kept.remove(twin)
            self.count -= 1
        for question, _ in path.needed:
            asked = self.kinds if question.is_of_kind else self.places
            if question.place not in asked:
                asked.append(question.place)
                self.found, self.usual = {}, None
        self.kept.append(path)
        self.count += 1

    def _insert(self, path: Path) -> Path | None:
        """Hang it; the path that hung there before."""
        forks: list[Fork] = []
        holder: Any = None  # the fork and the answer that lead here
        for question, answer in path.trail:
            fork = self.root if holder is None else holder[0].answers.get(holder[1])
            if not isinstance(fork, Fork) or fork.question != question:
                fork = Fork(question, len(forks))
                self._hang(holder, fork)
            if holder is not None:
                holder[0].latest = holder[1]
            if question is None:
                forks.append(fork)
            holder = fork, answer
        path.forks = forks
        before = self.root if holder is None else holder[0].answers.get(holder[1])
        self._hang(holder, path)
        return before if isinstance(before, Path) else None

    def _hang(self, holder: Any, thing: Any) -> None:
        if holder is None:
            self.root = thing
        else:
            holder[0].answers[holder[1]] = thing
            holder[0].latest = holder[1]

    def _watch_over(self) -> None:
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
            self.usual = None
            self._insert(latest)
