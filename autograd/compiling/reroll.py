# cython: annotation_typing=False
"""Reroll: sums of products become dot products again, and long sums one operation.

A scalar program spells a dot product as a chain of + and *. Here the chains are found:
terms that are products used nowhere else become a `dot`, and what else is added its
last operand; other chains of three terms and more become a `sum`. Squares, products
with constants and other products are kept apart: each kind lies in memory in its own
way.
"""

from __future__ import annotations

from autograd.compiling.tape import CODES, CONSTANT, STOP, Tape

ADD, MUL, SQUARE = CODES["+"], CODES["*"], CODES["square"]
SUM, DOT = CODES["sum"], CODES["dot"]

Factors = tuple[list[int], list[int]]  # of products: the left ones, the right ones


def reroll(tape: Tape) -> Tape:
    """The tape with its sums of products as `dot`, its long sums as `sum`."""
    ops, args = tape.ops, tape.args
    count = len(ops)
    uses = used(tape)
    absorbed = bytearray(count)
    found: dict[int, tuple[list[Factors], list[int]]] = {}
    for i in range(count - 1, -1, -1):
        op = ops[i]
        if absorbed[i] or (op != ADD and op != SUM):
            continue
        inner: list[int] = []
        terms = terms_of(i, ops, args, uses, inner)
        squares: Factors = [], []
        weighted: Factors = [], []
        general: Factors = [], []
        products: list[int] = []
        others: list[int] = []
        for t in terms:
            op = ops[t] if uses[t] == 1 else 0
            if op == MUL:
                x, y = args[t]
                if ops[y] == CONSTANT:
                    x, y = y, x
                kind = weighted if ops[x] == CONSTANT else general
                kind[0].append(x)
                kind[1].append(y)
            elif op == SQUARE:
                squares[0].append(args[t][0])
                squares[1].append(args[t][0])
            elif op == DOT and len(args[t]) % 2 == 0:
                half = len(args[t]) // 2
                general[0].extend(args[t][:half])
                general[1].extend(args[t][half:])
            else:
                others.append(t)
                continue
            products.append(t)
        kinds = [kind for kind in (squares, weighted, general) if kind[0]]
        count_of_products = len(squares[0]) + len(weighted[0]) + len(general[0])
        if count_of_products >= 2:
            found[i] = kinds, others
            inner += products
        elif len(terms) >= 3:
            found[i] = [], terms
        else:
            continue
        for t in inner:
            absorbed[t] = 1
    return rewritten(tape, found, absorbed)


def used(tape: Tape) -> list[int]:
    """How often each number is used."""
    uses = [0] * len(tape.ops)
    for op, args in zip(tape.ops, tape.args):
        if op > 0 or op == STOP:
            for a in args:
                uses[a] += 1
    for i in tape.outputs:
        uses[i] += 1
    for guard in tape.guards:
        uses[guard.a] += 1
        uses[guard.b] += 1
    return uses


def terms_of(
    root: int,
    ops: list[int],
    args: list[tuple[int, ...]],
    uses: list[int],
    inner: list[int],
) -> list[int]:
    """What a chain of sums adds, left to right; the sums inside it go to `inner`."""
    terms: list[int] = []
    stack = list(args[root][::-1])
    while stack:
        t = stack.pop()
        op = ops[t] if uses[t] == 1 else 0
        if op in (ADD, SUM):
            inner.append(t)
            stack += args[t][::-1]
        else:
            terms.append(t)
    return terms


def rewritten(
    tape: Tape,
    found: dict[int, tuple[list[Factors], list[int]]],
    absorbed: bytearray,
) -> Tape:
    out = Tape([], [], tape.parameters, tape.constants, tape.input_count, own=tape.own)
    moved = [-1] * len(tape.ops)
    for i in range(len(tape.ops)):
        if absorbed[i]:
            continue
        op, args = tape.ops[i], tape.args[i]
        group = found.get(i)
        if group is not None:
            kinds, others = group
            last = [moved[t] for t in others]
            if len(last) > 1 and kinds:
                last = [placed(out, ADD if len(last) == 2 else SUM, tuple(last))]
            for k, (lefts, rights) in enumerate(kinds):
                op = DOT
                args = (*[moved[t] for t in lefts], *[moved[t] for t in rights], *last)
                if k + 1 < len(kinds):
                    last = [placed(out, op, args)]
            if not kinds:
                op, args = SUM, tuple(last)
        elif op > 0 or op == STOP:
            args = tuple([moved[a] for a in args])
        out.ops.append(op)
        out.args.append(args)
        moved[i] = len(out.ops) - 1
    out.outputs = [moved[i] for i in tape.outputs]
    out.guards = [g._replace(a=moved[g.a], b=moved[g.b]) for g in tape.guards]
    return out


def placed(tape: Tape, op: int, args: tuple[int, ...]) -> int:
    tape.ops.append(op)
    tape.args.append(args)
    return len(tape.ops) - 1
