"""What a compiled function has recorded, as a file, and read from one.

All paths for all structures of arguments are in it: their schedules, the forks that
lead to them, the numbers and labels of the parameters. Rows of the table stand there
by name, for their codes are those of one version only. What is read is looked through
here as far as Python goes by it; the instructions are the interpreters' to look
through, which know what they would do.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import mul
from typing import Any

from autograd._engine import Value
from autograd._native.kernels import KERNELS
from autograd.compiling import sealing, templates
from autograd.compiling.instructions import CALL, FIELDS, GATHER
from autograd.compiling.layout import Schedule
from autograd.compiling.paths import Path, Paths, Trail
from autograd.compiling.sealing import Columns, Memory, Refused
from autograd.compiling.structure import Structure
from autograd.compiling.tape import CODES
from autograd.compiling.tracing import Question
from autograd.primitives import TABLE, Primitive

# A row's code in a file is its place in the file's own list, from 1. Besides there are
CALLED, COPIED = -1, 0
FOR_A_SLOT = 16  # bytes of memory: a number and its adjoint
FOR_A_FORK = 400  # and what hangs on it
# A trail has places of arguments, for their numbers; these and the count of all, for
# whether they are ints; and for guards what leads on:
OUTCOME, EQUALS = -1, -2
LONGEST_NAME = 200  # which stands in every error
P = inspect.Parameter
KINDS = (
    *(P.POSITIONAL_ONLY, P.POSITIONAL_OR_KEYWORD, P.VAR_POSITIONAL),
    *(P.KEYWORD_ONLY, P.VAR_KEYWORD),
)


# the structure of the results, what was asked on the way, and what is run
SavedPath = tuple[Structure, Trail, Schedule]


@dataclass
class Saved:
    """What is in a file: for each structure of arguments its paths."""

    name: str
    signature: inspect.Signature | None
    exact: bool
    recorded: list[tuple[Structure, list[SavedPath]]]
    parameters: list[Value] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)  # rows that had another rule


# --- writing


def packed(
    name: str,
    function: Callable[..., Any],
    exact: bool,
    known: Mapping[Structure, Paths],
) -> bytes:
    """A file of these paths, by structure of arguments.

    TypeError where an argument, a result or a primitive cannot be in a file.
    """
    writer = Writer(function)
    recorded = [(key, paths.kept) for key, paths in [*known.items()] if paths.kept]
    try:
        structures = [writer.structure(*entry) for entry in recorded]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name} cannot be saved: {error}") from None
    if not structures:
        raise ValueError(f"{name} cannot be saved: nothing is recorded; call it first")
    facts = {
        "function": name,
        "signature": writer.signature,
        "version": sys.modules["autograd"].__version__,
        "exact": exact,
        "rows": [[row.name, fingerprint(row)] for row in writer.rows],
        "labels": [parameter.label for parameter in writer.parameters],
        "structures": structures,
    }
    numbers = array("d", [parameter.data for parameter in writer.parameters])
    text, columns = sealing.written(facts, [numbers, *writer.columns])
    memory = Memory(float("inf"))
    memory.unpack(len(text), len(columns))
    unpacked(text, columns, memory)  # which counts what the file has to be allowed
    return sealing.sealed(text, columns, memory.asked)


def fingerprint(row: Primitive) -> str:
    """Eight letters that are others where the C of a row's rule is another."""
    rule = f"{row.arity} {KERNELS.get(row)}"
    return hashlib.sha256(rule.encode()).hexdigest()[:8]


class Writer:
    """What several paths share, and the columns of all."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.signature: list[Any] | None = None
        try:
            given = inspect.signature(function).parameters.values()
            self.signature = [
                [p.name, KINDS.index(p.kind), p.default is not P.empty] for p in given
            ]
        except (TypeError, ValueError):  # of a function that Python cannot look into
            pass
        self.rows: dict[Primitive, int] = {}
        self.parameters: dict[Value, int] = {}
        self.columns: list[array[Any]] = []

    def structure(self, structure: Structure, paths: Sequence[Path]) -> Any:
        """The JSON for one structure of arguments."""
        (_, arguments), keywords = structure
        return {
            "arguments": [
                templates.to_json(argument, f"argument {self.name_of(place)}")
                for place, argument in enumerate(arguments)
            ],
            "keywords": templates.to_json(keywords, "keywords"),
            "paths": [self.path(path) for path in paths],
        }

    def name_of(self, place: int) -> str:
        """The name of an argument, or its place."""
        signature = self.signature or []
        for name, kind, _ in signature[place : place + 1]:
            if kind < KINDS.index(P.VAR_POSITIONAL):
                return repr(name)
        return str(place)

    def path(self, path: Path) -> Any:
        """The JSON for a path; its columns are added."""
        schedule = path.schedule
        questions, answers = array("i"), array("d")
        for question, answer in path.trail:
            if question is not None:
                is_of_kind, inputs = question.is_of_kind, schedule.layout[3]
                questions.append(question.place + (inputs if is_of_kind else 0))
                answers.append(answer)
            elif type(answer) is bool:
                questions.append(OUTCOME)
                answers.append(answer)
            else:
                questions.append(EQUALS)
                answers.append(answer[1])
        fields = [schedule.instructions[k::FIELDS] for k in range(FIELDS)]
        codes = {op: self.code(op) for op in dict.fromkeys(fields[0])}
        fields[0] = array("i", map(codes.__getitem__, fields[0]))
        parameters = [
            self.parameters.setdefault(parameter, len(self.parameters))
            for parameter in schedule.parameters
        ]
        self.columns += [
            *fields,
            *[array("B", column) for column in schedule.needs],
            *(schedule.pool, schedule.constants, schedule.guards, schedule.outputs),
            array("i", [self.code_of(row) - 1 for row in schedule.rows]),
            *(array("i", parameters), questions, answers),
        ]
        return {
            "returns": templates.to_json(path.structure, "the result"),
            "layout": [*schedule.layout],
            "counts": [
                *(len(schedule), len(schedule.pool), len(schedule.guards) // 4),
                *(len(schedule.outputs), len(schedule.rows), len(path.trail)),
            ],
        }

    def code(self, op: int) -> int:
        """An operation's code in the file."""
        if op in (CALL, GATHER):
            return CALLED if op == CALL else COPIED
        return self.code_of(TABLE[op - 1])

    def code_of(self, row: Primitive) -> int:
        """A row's place in the file's list, from 1."""
        if row.name not in CODES:
            raise TypeError(
                f"it uses {row.name!r}, a primitive of your own, and a file holds no "
                "functions; write it with those of autograd.math"
            )
        return self.rows.setdefault(row, len(self.rows) + 1)


# --- reading


def unpacked(text: bytes, columns: bytes, memory: Memory) -> Saved:
    """What was packed; Refused says what is wrong.

    The parameters are new Values, which hold the numbers of those that were saved.
    """
    try:
        return Reader(sealing.facts_in(text), Columns(columns), memory).read()
    except Refused:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        # something else than JSON, or not what a Reader expects
        raise Refused(f"its description is not whole ({error!r:.80})") from None


class Reader:
    """Reads what a Writer wrote."""

    def __init__(self, facts: Any, columns: Columns, memory: Memory) -> None:
        self.facts, self.columns, self.memory = facts, columns, memory
        self.codes = {CALLED: CALL, COPIED: GATHER}
        self.rows: list[Primitive] = []

    def read(self) -> Saved:
        """All that is in the file."""
        facts = self.facts
        name, version, exact = facts["function"], facts["version"], facts["exact"]
        known = type(name) is str and type(version) is str and type(exact) is bool
        _must(known, "its function has no name")
        name = name if name.isprintable() else ascii(name)
        saved = Saved(name[:LONGEST_NAME], None, exact, [])
        if facts["signature"] is not None:
            saved.signature = _signature(facts["signature"])
        for code, (row, digest) in enumerate(facts["rows"], start=1):
            if row not in CODES:
                raise Refused(
                    f"it uses the primitive {row!r:.60}, and the table of this version "
                    f"of scalar-autograd has none; {version!r:.20} wrote it"
                )
            self.codes[code] = CODES[row]
            self.rows.append(TABLE[CODES[row] - 1])
            if fingerprint(self.rows[-1]) != digest:
                saved.changed.append(row)
        labels = facts["labels"]
        _must(type(labels) is list, "its parameters have no labels")
        numbers = self.columns.take("d", len(labels))
        saved.parameters = [Value(x, label) for x, label in zip(numbers, labels)]
        saved.recorded = [self.structure(entry, saved) for entry in facts["structures"]]
        _must(saved.recorded, "nothing is recorded in it")
        self.columns.end()
        return saved

    def structure(self, entry: Any, saved: Saved) -> Any:
        """A structure of arguments, and its paths."""
        read = [templates.from_json(part, self.memory) for part in entry["arguments"]]
        keywords, count = templates.from_json(entry["keywords"], self.memory)
        _must(keywords[0] == "dict", "its arguments by keyword are none")
        count += sum(numbers for _, numbers in read)
        paths = [self.path(described, count, saved) for described in entry["paths"]]
        _must(paths, "a structure has no path")
        return (("tuple", tuple([part for part, _ in read])), keywords), paths

    def path(self, entry: Any, inputs: int, saved: Saved) -> SavedPath:
        """A path as it is in the file."""
        take, layout, counts = self.columns.take, entry["layout"], entry["counts"]
        whole = all([type(x) is int and 0 <= x < 2**31 for x in [*layout, *counts]])
        _must(whole and [len(layout), len(counts)] == [6, 6], "its counts are none")
        count, pool, guards, outputs, rows, steps = counts
        fields = [take("i", count) for _ in range(FIELDS)]
        self.ask_for(fields[1], fields[2], layout[4])
        self.memory.ask(FOR_A_FORK * steps)
        instructions = array("i", bytes(4 * FIELDS * count))
        fields[0] = array("i", [self.codes.get(code, -1) for code in fields[0]])
        for k in range(FIELDS):
            instructions[k::FIELDS] = fields[k]
        wanted = array("i", take("B", count)), array("i", take("B", count))
        schedule = Schedule(
            *(instructions, take("i", pool), take("d", layout[1]), tuple(layout)),
            *(take("i", 4 * guards), take("i", outputs), wanted),
            _chosen(take("i", rows), self.rows),
            _chosen(take("i", layout[0]), saved.parameters),
            exact=saved.exact,
        )
        structure, results = templates.from_json(entry["returns"], self.memory)
        _must([inputs, results] == [layout[3], outputs], "its structures are others")
        trail = _trail(schedule, take("i", steps), take("d", steps))
        return structure, trail, schedule

    def ask_for(self, n: array[int], m: array[int], slots: int) -> None:
        """Count the memory of a program, and its time: an operation is as a slot."""
        _must(all([x >= 1 for x in (*n, *m)]), "an instruction computes nothing")
        operations = sum(map(mul, n, m))
        self.memory.ask(FOR_A_SLOT * (slots + operations))


def _chosen(places: array[int], things: list[Any]) -> list[Any]:
    """The things at these places."""
    _must(all([0 <= place < len(things) for place in places]), "it points nowhere")
    return [things[place] for place in places]


def _trail(schedule: Schedule, questions: array[int], answers: array[float]) -> Trail:
    """What was asked on the way to a path: its guards, in order, are among it."""
    trail: Trail = []
    inputs, outcomes = schedule.layout[3], iter(schedule.guards[3::4])
    for place, answer in zip(questions, answers):
        if 0 <= place < inputs:
            trail.append((Question(place, False), answer))
        elif inputs <= place < 2 * inputs:
            trail.append((Question(place - inputs, True), bool(answer)))
        elif place == OUTCOME:
            trail.append((None, bool(next(outcomes, 0))))
        else:
            _must(place == EQUALS and next(outcomes, 0), "a question in it is none")
            trail.append((None, ("equals", answer)))
    asked = sum([place < 0 for place in questions])
    _must(asked == len(schedule.guards) // 4, "its guards are not those it asks")
    return trail


def _signature(parameters: Any) -> inspect.Signature:
    """A signature as the calls of a function are taken apart by it."""
    return inspect.Signature(
        [
            P(name, KINDS[kind], default=None if has_default else P.empty)
            for name, kind, has_default in parameters
        ]
    )


def _must(holds: Any, otherwise: str) -> None:
    if not holds:
        raise Refused(f"it is damaged: {otherwise}")
