"""The table of the classic mistakes: what is written, and what to say about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograd.explanations import wrong_passes
from autograd.explanations.report import times
from autograd.explanations.text import derivative
from autograd.explanations.wrong_passes import Gradients, Tape, is_turned
from autograd.text import number

OTHERWISE = "numbers on the way leave the range of floats, or nearly cancel"


@dataclass(frozen=True)
class Row:
    """One mistake: what is written, and what to say where it matters or does not.

    `why` is told of the first value that goes wrong. Unless `matters`, the mistake
    changes no number, for the reason `harmless`.
    """

    title: str
    code: str
    run: Callable[[Tape], Gradients]
    why: Callable[[Tape, int], str]
    known_by: str
    matters: Callable[[Tape], bool]
    harmless: str
    recurses: bool = False


def _used(tape: Tape, i: int) -> str:
    return f"{tape.names[i]} is used {times(len(tape.uses[i]))}"


def _is_shared(tape: Tape) -> bool:
    return any(len(uses) > 1 for uses in tape.uses)


def _visited(tape: Tape, i: int) -> str:
    child = next((c for c in tape.uses[i] if tape.followed[c] > 1), None)
    if child is None:
        return OTHERWISE
    name, count = tape.names[child], times(tape.followed[child])
    return f"{name} is visited {count}, and each time sends all that it holds"


def _early(tape: Tape, i: int) -> str:
    child = next((c for c in tape.uses[i] if c in tape.early), None)
    if child is None:
        return OTHERWISE
    name, late = tape.names[child], tape.names[tape.early[child]]
    return f"{name} sent its gradient on before it had heard from {late}"


def _operand(tape: Tape, i: int, is_meant: Callable[[int, int, int], bool]) -> str:
    """As which operand of which value this one is used, in words."""
    for child in tape.uses[i]:
        for place, (parent, position, _) in enumerate(tape.operands[child]):
            if parent == i and is_meant(child, place, position):
                return f"operand no. {position + 1} of {tape.names[child]}"
    return OTHERWISE


def _turned(tape: Tape, i: int) -> str:
    def is_meant(child: int, place: int, position: int) -> bool:
        return is_turned(tape.operations[child], position)

    return f"{tape.names[i]} counts negative as {_operand(tape, i, is_meant)}"


def _left_out(tape: Tape, i: int) -> str:
    def is_meant(child: int, place: int, position: int) -> bool:
        return place > 0

    return f"{tape.names[i]} gets nothing as {_operand(tape, i, is_meant)}"


def _upstream(tape: Tape, i: int) -> str:
    child = next((c for c in tape.uses[i] if tape.right[c] != 1), None)
    if child is None:
        return OTHERWISE
    factor = derivative(tape.names[tape.root], tape.names[child])
    return f"{factor} = {number(tape.right[child])} is left out"


ROWS = (
    Row(
        "assign instead of add",
        "parent.grad = node.grad * local",
        wrong_passes.assigned,
        lambda tape, i: f"{_used(tape, i)}, and only the last contribution stays",
        "right until a value is used twice; then a part of the sum is missing",
        _is_shared,
        "no value is used twice",
    ),
    Row(
        "recursion that sends all it holds",
        "parent.grad += node.grad * local; visit(parent)",
        wrong_passes.sent_again,
        _visited,
        "what was sent before is sent again: gradients grow with depth",
        lambda tape: any(
            tape.followed[i] != 1 and tape.operands[i] for i in tape.values
        ),
        "one path leads to all that sends",
        recurses=True,
    ),
    Row(
        "recursion that carries one contribution",
        "node.grad += given; visit(parent, given * local)",
        wrong_passes.carried,
        lambda tape, i: "",
        "twice the time for each y = y + y; Python's stack ends at depth 1000",
        lambda tape: tape.visits > len(tape.values),
        "one path to each value",
        recurses=True,
    ),
    Row(
        "a queue instead of the order",
        "parent.grad += node.grad * local; queue.append(parent)",
        wrong_passes.queued,
        _early,
        "right in layers; wrong where a short way and a long one meet",
        lambda tape: bool(tape.early),
        "all uses come first here, too",
    ),
    Row(
        "backward() twice without zero_grad()",
        "y.backward(); y.backward()",
        wrong_passes.passed_twice,
        lambda tape, i: f"{tape.names[i]} still holds the first pass's gradient",
        "each pass adds a gradient to the leaves: meant for batches only",
        lambda tape: True,
        "",
    ),
    Row(
        "backward() twice, inner gradients kept too",
        "y.backward(); y.backward()",
        wrong_passes.piled_up,
        lambda tape, i: f"{tape.names[i]} still holds the first pass's gradient",
        "leaves more than double: x * x * x at 3 has 72 then, not 54",
        lambda tape: True,
        "",
    ),
    Row(
        "a sign forgotten",
        "b.grad += node.grad  # node = a - b, or node = -b",
        wrong_passes.unsigned,
        _turned,
        "the right size with the wrong sign: learning walks uphill",
        lambda tape: any(
            is_turned(tape.operations[i], position)
            for i in tape.values
            for _, position, _ in tape.operands[i]
        ),
        "nothing is subtracted or negated",
    ),
    Row(
        "a branch forgotten: later uses",
        "if parent not in seen: parent.grad += node.grad * local",
        wrong_passes.first_use_only,
        lambda tape, i: f"{_used(tape, i)}, and only the first contribution stays",
        "one path's part of the sum stands for the whole",
        _is_shared,
        "no value is used twice",
    ),
    Row(
        "a branch forgotten: later operands",
        "a.grad += b.data * node.grad  # node = a * b",
        wrong_passes.first_operand_only,
        _left_out,
        "gradients of 0: parameters that never move",
        lambda tape: any(len(operands) > 1 for operands in tape.operands),
        "no operation has two operands that vary",
    ),
    Row(
        "the upstream gradient forgotten",
        "parent.grad += local",
        wrong_passes.local_only,
        _upstream,
        "only the last operation is right, where upstream is 1",
        lambda tape: any(tape.operands[i] and tape.right[i] != 1 for i in tape.values),
        "every upstream gradient is 1",
    ),
)
