"""Compiled functions from files: `load` reads what `save` wrote."""

from __future__ import annotations

import os
import pathlib
import warnings
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from autograd.compiling import sealing, templates
from autograd.compiling.compiled import Compiled
from autograd.compiling.files import Saved, packed, unpacked
from autograd.compiling.paths import CompileWarning, Path, Paths
from autograd.compiling.stages import Program
from autograd.compiling.structure import Structure
from autograd.compiling.tape import RELATIONS

FEW, LONGEST = 3, 120  # structures to name in a message, and letters of each
REMEDY = "Call the Python function once with such arguments, and save it again"


def load(path: str | os.PathLike[str]) -> Loaded:
    """A compiled function from a file that its `save` wrote, without its Python code.

    It has every method of a compiled function, and gives the same bits, for the
    structures of arguments and on the paths that were recorded before it was saved;
    anything else is a ValueError. `parameters` are its own Values, with the numbers and
    labels of those that the function closed over, in the order in which the tapes have
    them first. A file that is damaged, cut off or of a newer version is a ValueError,
    whoever wrote it; rules of primitives that have changed since are a CompileWarning.

    >>> import os, tempfile
    >>> from autograd import Value, compile, load
    >>> w = Value(3.0, label="w")
    >>> step = compile(lambda x: (w * x) ** 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "step.tape")
    ...     step(1.0), step.save(path).name
    ...     loaded = load(path)
    (9.0, 'step.tape')
    >>> loaded.backward(2.0), [(p.label, p.data, p.grad) for p in loaded.parameters]
    (36.0, [('w', 3.0, 24.0)])
    """
    if os.path.isdir(path):
        raise IsADirectoryError(
            f"cannot load {os.fspath(path)!r}: it is a folder; give the file in it "
            "that save wrote"
        )
    file = pathlib.Path(path).read_bytes()
    try:
        saved = unpacked(*sealing.opened(file))
        loaded = Loaded(saved)
    except ValueError as error:
        raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from None
    if saved.changed:
        warnings.warn(
            f"{os.fspath(path)!r} was saved by a version of scalar-autograd with other "
            f"rules for {', '.join(saved.changed)}: its numbers may differ. Save it "
            "again from its Python function",
            CompileWarning,
            stacklevel=2,
        )
    return loaded


class Loaded(Compiled):
    """A compiled function without its Python code: what `load` gives."""

    def __init__(self, saved: Saved) -> None:
        def function(*args: Any, **kwargs: Any) -> NoReturn:
            raise self._needs_python("be called while another function is recorded")

        function.__name__ = function.__qualname__ = saved.name
        if saved.signature is not None:
            vars(function)["__signature__"] = saved.signature
        super().__init__(function, saved.exact)
        self.parameters = saved.parameters
        for structure, recorded in saved.recorded:
            paths = Paths(self.name, partial(self._new_path, structure))
            paths.structure = structure
            self._paths[structure] = paths
            for returned, trail, schedule in recorded:
                program = Program(*schedule.parts())
                self._latest = Path(returned, trail, program, schedule)
                paths.add(self._latest)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is as from a file saved now: its parameters are Values of its own."""
        file = packed(self.name, self.function, self.exact, self._paths)
        return _from_file, (file,)

    def _again(self, exact: bool) -> Loaded:
        """Itself: what it was compiled from is not there."""
        if exact is not self.exact:
            raise self._needs_python(
                f"be compiled with exact={exact}, as it was saved with {self.exact}"
            )
        return self

    def __get__(self, instance: Any, owner: Any = None) -> Loaded:
        """In a class, too, it is what was saved: no method."""
        return self

    def _needs_python(self, what: str) -> ValueError:
        return ValueError(
            f"{self.name} comes from a file: it cannot {what}, for that takes its "
            "Python function"
        )

    def _recorded(self, structure: Structure, numbers: list[Any]) -> NoReturn:
        raise self._needs_python("be recorded anew")

    def _paths_of(self, structure: Structure) -> Paths:
        found = self._paths.get(structure)
        if found is not None:
            return found
        several = ", ".join(map(_shown, islice(self._paths, FEW)))
        raise ValueError(
            f"{self.name} comes from a file: it was recorded for {several} and not for "
            f"{_shown(structure)}. {REMEDY}"
        )

    def _new_path(self, structure: Structure, numbers: list[Any]) -> NoReturn:
        found = [_difference(path, numbers) for path in self._paths[structure].kept]
        furthest = max(found, key=lambda difference: difference.step)
        raise Unrecorded(
            f"{self.name} comes from a file: no path was recorded on which "
            f"{furthest.text}. {REMEDY}",
            furthest.tie,
        )

    def _forward(self, paths: Paths, numbers: list[Any]) -> Path:
        try:
            return super()._forward(paths, numbers)
        except Unrecorded as error:
            if error.tie is None:
                raise
            self._latest, self._quick = error.tie, None
            self._latest.program.forward(numbers)
            return self._latest


def _from_file(file: bytes) -> Loaded:
    return Loaded(unpacked(*sealing.opened(file)))


class Unrecorded(ValueError):
    """No path holds; `tie` will do where rounding alone is why."""

    def __init__(self, message: str, tie: Path | None) -> None:
        super().__init__(message)
        self.tie = tie


class Difference(NamedTuple):
    """How far numbers lead along a path, and what is otherwise there."""

    step: int
    text: str
    tie: Path | None = None


def _difference(path: Path, numbers: list[Any]) -> Difference:
    failed, guard = path.failed(numbers), 0
    for step, (question, answer) in enumerate(path.trail):
        if question is not None:
            number = numbers[question.place]
            if question.answer(number) not in (answer,):  # nan is the same, not equal
                return Difference(step, f"x{question.place} is {number!r}")
        elif guard == failed:
            relation, a, b, outcome = path.schedule.guards[4 * guard :][:4]
            names, sign = path.schedule.names(), RELATIONS[relation]
            text = f"{names[a]} {sign} {names[b]} is {not outcome}"
            # is the other outcome known? then its paths say the same of this one
            others = [other is False for other in path.forks[guard].answers]
            tie = (answer is not False) in others
            return Difference(step, text, path if tie else None)
        else:
            guard += 1
    return Difference(-1, "these numbers lead")


def _shown(structure: Structure) -> str:
    arguments, keywords = structure
    text = templates.shown(arguments)
    if keywords[-1]:
        text += f" and {templates.shown(keywords)}"
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
