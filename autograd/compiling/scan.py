"""From a recorded graph to the first tape: every node a number, parents first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd._engine import compiled_scan
from autograd.compiling.tape import (
    CODES,
    CONSTANT,
    FIRST_OWN,
    INPUT,
    PARAMETER,
    STOP,
    Guard,
    Tape,
)
from autograd.compiling.tracing import ARGUMENTS, RECORDED, Asked, Recording, TraceError
from autograd.primitives import ROWS, Primitive

OUTSIDE, INSIDE, QUIET, EARLIER, ARGUMENT = range(5)


def scan(recording: Recording) -> Tape:
    """The tape of a recording, in the order in which the engine differentiates."""
    asked = [o for o in recording.observations if isinstance(o, Asked)]
    roots = [*recording.outputs, *[x for o in asked for x in (o.x, o.y)]]
    where = Whereabouts(recording.root, recording.quiet_scopes)
    own: list[Primitive] = []
    scanned = compiled_scan or scan_in_python
    tape, numbers, quiet = scanned(roots, recording.inputs, where, own)
    tape.input_count, tape.own = len(recording.inputs), own
    count = len(recording.outputs)
    tape.outputs = numbers[:count]
    tape.guards = [
        Guard(o.relation, a, b, o.outcome)
        for o, a, b in zip(asked, numbers[count::2], numbers[count + 1 :: 2])
    ]
    return _with_stops(tape, quiet) if recording.quiet_scopes else tape


class Whereabouts:
    """Whether a scope lies in the recording, and whether gradients pass there."""

    def __init__(self, root: Any, quiet: list[Any]) -> None:
        self.known = {id(None): OUTSIDE, id(root): INSIDE}
        self.known[id(RECORDED)], self.known[id(ARGUMENTS)] = EARLIER, ARGUMENT
        self.known.update((id(scope), QUIET) for scope in quiet)

    def __call__(self, scope: Any) -> int:
        chain = []
        while id(scope) not in self.known:
            chain.append(id(scope))
            scope = scope.parent
        found = self.known[id(scope)]
        self.known.update(dict.fromkeys(chain, found))
        return found


def kept_since_earlier(node: Any) -> TraceError:
    """The error for what would be frozen at an earlier call's number."""
    what = f"the result of {node.op!r}" if node._row else "an argument"
    return TraceError(
        f"a compiled function uses {what} of an earlier call, which it has kept in a "
        "cache, a global or an attribute: the tape would keep that call's number. Pass "
        "it as an argument, return it, or compute it anew"
    )


def scan_in_python(
    roots: list[Any], inputs: list[Any], where: Whereabouts, own: list[Primitive]
) -> tuple[Tape, list[int], Sequence[int]]:
    """The tape, the roots' numbers, and which numbers no gradient passes to."""
    tape = Tape.of((INPUT, [i]) for i in range(len(inputs)))
    quiet = [False] * len(inputs)
    known = {id(node): i for i, node in enumerate(inputs)}
    constants: dict[Any, int] = {}
    codes = dict(zip(ROWS.values(), (CODES.get(name, 0) for name in ROWS)))

    def place(op: int, args: Iterable[int], is_quiet: bool = False) -> int:
        tape.ops.append(op)
        tape.args.extend(args)
        tape.starts.append(len(tape.args))
        quiet.append(is_quiet)
        return len(tape.ops) - 1

    def constant(number: float) -> int:
        key = repr(number)
        if key not in constants:
            tape.constants.append(number)
            constants[key] = place(CONSTANT, (len(tape.constants) - 1,))
        return constants[key]

    stack: list[Any] = [*reversed(roots)]
    waiting: list[Any] = []
    while stack:
        node = stack.pop()
        if node is None:
            node = waiting.pop()
            code = codes.get(node._row, 0)
            if not code:
                own.append(node._row)
                code = codes[node._row] = FIRST_OWN + len(own) - 1
            args = [known[id(parent)] for parent in node._parents]
            known[id(node)] = place(code, args, where(node._scope) == QUIET)
        elif id(node) in known:
            continue
        elif node._constant:
            known[id(node)] = constant(node._data)
        elif (place_of := where(node._scope)) >= (EARLIER if node._row else ARGUMENT):
            raise kept_since_earlier(node)
        elif node._row is None or place_of == OUTSIDE:
            tape.parameters.append(node)
            known[id(node)] = place(PARAMETER, (len(tape.parameters) - 1,))
        else:
            known[id(node)] = -1  # seen: below on the stack it needs no second visit
            waiting.append(node)
            stack.append(None)
            stack.extend(node._parents[::-1])
    return tape, [known[id(root)] for root in roots], quiet


def _with_stops(tape: Tape, quiet: Sequence[int]) -> Tape:
    """Between what was computed without gradients and what uses it stands a STOP."""
    numbers: list[tuple[int, list[int]]] = []
    moved: list[int] = []
    stops: dict[int, int] = {}

    def stopped(number: int) -> int:
        if not quiet[number]:
            return moved[number]
        if number not in stops:
            numbers.append((STOP, [moved[number]]))
            stops[number] = len(numbers) - 1
        return stops[number]

    for i, op in enumerate(tape.ops):
        args = list(tape.operands(i))
        if op > 0:
            args = [moved[a] if quiet[i] else stopped(a) for a in args]
        numbers.append((op, args))
        moved.append(len(numbers) - 1)
    outputs = [stopped(number) for number in tape.outputs]
    out = Tape.of(numbers)
    out = tape.with_numbers(out.ops, out.starts, out.args, moved, tape.constants)
    out.outputs = outputs
    return out
