"""Instructions as C: a statement or a loop for each, forward and reverse."""

from __future__ import annotations

from collections.abc import Callable

from autograd.compiling.exports.c_rows import Operand, Rows, literal
from autograd.compiling.exports.c_slots import Slots, Terms
from autograd.compiling.exports.reading import Instruction, Run
from autograd.primitives import ROWS

DOT, SUM, TAKE = ROWS["dot"], ROWS["sum"], ROWS["take"]
# Lists that have functions in the engine's headers: the value, and passing adjoints on
LISTS = {
    ROWS["max"]: (
        "ag_extreme({n}, {x}, 1)",
        "ag_extreme_reverse({n}, {u}, {out}, {x}, {g})",
    ),
    ROWS["min"]: (
        "ag_extreme({n}, {x}, -1)",
        "ag_extreme_reverse({n}, {u}, {out}, {x}, {g})",
    ),
    ROWS["logsumexp"]: (
        "ag_logsumexp({n}, {x})",
        "ag_logsumexp_reverse({n}, {u}, {out}, {x}, {g})",
    ),
    ROWS["hypot"]: (
        "ag_length({n}, {x})",
        "ag_length_reverse({n}, {u}, {out}, {x}, {g})",
    ),
    ROWS["prod"]: (
        "ag_product({n}, {x})",
        "ag_product_reverse({n}, {u}, {x}, {g}, scratch)",
    ),
}
WANTED = {1: "if (dp) ", 2: "if (dx) ", 3: ""}  # by the parameters, by the inputs
FEW = 4  # a gather of so many is written out
Lines = list[str]


class Loops:
    """Writes instructions; `tables` are the constant arrays that gathers need."""

    def __init__(self, slots: Slots, rows: Rows, exact: bool) -> None:
        self.slots, self.rows, self.exact = slots, rows, exact
        self.tables: dict[str, str] = {}
        self.scratch = 0  # how many numbers a reverse run needs beside the adjoints

    # --- forward

    def forward(self, given: Instruction) -> Lines:
        """The results of an instruction."""
        row = given.row
        if row is None:
            return self._gather(given, "{out} = {x};", self.slots.value)
        if given.is_call:
            operands = [self.slots.operand(slot) for slot in given.slots]
            lines, (value,) = self.rows.lines(row, operands)
            return braces([*inner(lines), f"{self.slots.value(given.out)} = {value};"])
        if given.is_vector:
            value = self.rows.value(row, self._operands(given))
            return loop("k", given.n, [f"{self._out(given)} = {value};"])
        if row is DOT or row is SUM:
            return self._total(given)
        if row is TAKE:
            table, index = given.operands[:2]
            taken = self._number(table, given, ((table.step, "i"),))
            return self._rows(
                given,
                [
                    f"const int i = ag_place({given.n}, {self._number(index, given)});",
                    f"{self._out(given)} = i < 0 ? NAN : {taken};",
                    "fault |= i < 0;",
                ],
            )
        value = LISTS[row][0].format(n=given.n, x=self._list(given))
        return loop("j", given.m, [f"{self._out(given)} = {value};"])

    def _total(self, given: Instruction) -> Lines:
        """A sum or a dot product, from left to right."""
        x, y, _ = given.operands
        term = text_of(self._factor(x, given))
        if given.row is DOT:
            term += f" * {text_of(self._factor(y, given))}"
        start = "0.0" if given.start is None else self._start(given)
        if given.n == 1:
            return loop("j", given.m, [f"{self._out(given)} = {start} + {term};"])
        return self._rows(
            given,
            [
                f"double total = {start};",
                *loop("k", given.n, [f"total += {term};"]),
                f"{self._out(given)} = total;",
            ],
        )

    # --- reverse

    def reverse(self, given: Instruction) -> Lines:
        """Adds to the adjoints of the operands."""
        row, needs = given.row, given.needs
        if not any(needs):
            return []
        if row is None:
            to = self._gather(given, "{x} += {out};", self.slots.adjoint)
            return wanted(self._need(given.slots[0], needs[0]), to)
        if given.is_call:
            return self._call_reverse(given)
        if given.is_vector:
            return self._vector_reverse(given)
        if row is DOT or row is SUM:
            return self._total_reverse(given)
        if row is TAKE:
            return self._take_reverse(given)
        return self._list_reverse(given)

    def _list_reverse(self, given: Instruction) -> Lines:
        assert given.row is not None
        if given.row is ROWS["prod"]:
            self.scratch = max(self.scratch, given.n)
        x = given.operands[0]
        need = self._need(x.first, given.needs[0])
        terms = self._by_row(x, given)
        call = LISTS[given.row][1].format(
            n=given.n,
            u=self.slots.adjoint(given.out, self._by_result(given)),
            out=self._out(given),
            x=self._list(given),
            g="&" + self.slots.adjoint(x.first, terms),
        )
        return loop("j", given.m, wanted(need, [f"{call};"]), self.exact)

    def _call_reverse(self, given: Instruction) -> Lines:
        operands = [self.slots.operand(slot) for slot in given.slots]
        assert given.row is not None
        lines, partials = self.rows.partial_lines(
            given.row, self.slots.value(given.out), operands
        )
        body = inner(lines)
        for slot, partial in zip(given.slots, partials):
            passed = add(
                self.slots.adjoint(slot), self.slots.adjoint(given.out), partial
            )
            body += wanted(self._need(slot, given.needs[0]), [passed])
        return braces(body)

    def _vector_reverse(self, given: Instruction) -> Lines:
        assert given.row is not None
        passing = [
            (i, run, self._need(run.first, need))
            for i, (run, need) in enumerate(zip(given.operands, given.needs))
            if self._need(run.first, need)
        ]
        u = self.slots.adjoint(given.out, self._by_result(given))
        body: Lines = []
        if len(passing) > 1:
            body, u = [f"const double up = {u};"], "up"
        for i, run, need in passing:
            to = self.slots.adjoint(run.first, self._terms(run, given))
            partial = self.rows.partial(
                given.row, i, self._out(given), self._operands(given)
            )
            body += wanted(need, [add(to, u, partial)])
        if given.n == 1 and len(passing) > 1:
            return braces(body)
        return loop("k", given.n, body, self.exact)

    def _total_reverse(self, given: Instruction) -> Lines:
        x, y, _ = given.operands
        body = [f"const double up = {self._result_adjoint(given)};"]
        factors = [(x, y), (y, x)] if given.row is DOT else [(x, None)]
        for (run, other), need in zip(factors, given.needs):
            to = self.slots.adjoint(run.first, self._terms(run, given))
            by = "1.0" if other is None else text_of(self._factor(other, given))
            passed = loop("k", given.n, [add(to, "up", by)])
            body += wanted(self._need(run.first, need), passed)
        start = given.start
        if start is not None:
            to = self.slots.adjoint(start.first, self._by_row(start, given))
            need = self._need(start.first, given.needs[2])
            body += wanted(need, [f"{to} += up;"])
        return self._rows(given, body, self.exact) if body[1:] else []

    def _take_reverse(self, given: Instruction) -> Lines:
        table, index = given.operands[:2]
        body = [
            f"const double up = {self._result_adjoint(given)};",
            f"const int i = ag_place({given.n}, {self._number(index, given)});",
        ]
        to = self.slots.adjoint(table.first, self._by_row(table, given))
        passed = f"ag_taken_reverse({given.n}, i, up, &{to}, {table.step});"
        of_table = wanted(self._need(table.first, given.needs[0]), [passed])
        to = self.slots.adjoint(index.first, self._by_row(index, given))
        need = self._need(index.first, given.needs[1])
        of_index = wanted(need, [f"{to} += up * 0.0;"])
        if not of_table and not of_index:
            return []
        body = body if of_table else body[:1]
        return self._rows(given, [*body, *of_table, *of_index], self.exact)

    # --- what these have in common

    def _rows(self, given: Instruction, body: Lines, backwards: bool = False) -> Lines:
        if given.m == 1:
            return braces(body)
        return loop("j", given.m, body, backwards)

    def _gather(
        self, given: Instruction, statement: str, place: Callable[..., str]
    ) -> Lines:
        n, slots = given.n, given.slots
        if n <= FEW:
            statements = [
                statement.format(out=place(given.out + k), x=place(slots[k]))
                for k in range(n)
            ]
            return statements[::-1] if self.exact else statements
        array = self.slots.array(slots[0])
        first = self.slots.arrays[array][0]
        numbers = ", ".join([str(slot - first) for slot in slots])
        name = self.tables.setdefault(numbers, f"ag_from_{len(self.tables)}")
        x = place(first).replace("[0]", f"[{name}[k]]")
        out = place(given.out, ((1, "k"),))
        return loop("k", n, [statement.format(out=out, x=x)], self.exact)

    def _need(self, slot: int, need: int) -> int:
        """Whose adjoints are wanted there: p has some by parameters only, c none."""
        return need & {"p": 1, "x": 2, "c": 0}.get(self.slots.array(slot), 3)

    def _operands(self, given: Instruction) -> list[Operand]:
        return [self._factor(run, given) for run in given.operands]

    def _factor(self, run: Run, given: Instruction) -> Operand:
        return self.slots.operand(run.first, self._terms(run, given))

    def _number(self, run: Run, given: Instruction, terms: Terms = ()) -> str:
        """The number in the row's first slot, or `terms` further on."""
        return self.slots.value(run.first, (*self._by_row(run, given), *terms))

    def _start(self, given: Instruction) -> str:
        start = given.start
        assert start is not None
        return text_of(self.slots.operand(start.first, self._by_row(start, given)))

    def _list(self, given: Instruction) -> str:
        """The list that a function reads: its first number, and its stride."""
        run = given.operands[0]
        return f"&{self._number(run, given)}, {run.step}"

    def _terms(self, run: Run, given: Instruction) -> Terms:
        within: Terms = ((run.step, "k"),) if given.n > 1 else ()
        return (*self._by_row(run, given), *within)

    def _by_row(self, run: Run, given: Instruction) -> Terms:
        return ((run.row, "j"),) if given.m > 1 else ()

    def _by_result(self, given: Instruction) -> Terms:
        if given.count == 1:
            return ()
        return ((1, "k" if given.is_vector else "j"),)

    def _out(self, given: Instruction) -> str:
        return self.slots.value(given.out, self._by_result(given))

    def _result_adjoint(self, given: Instruction) -> str:
        return self.slots.adjoint(given.out, self._by_result(given))


def loop(variable: str, count: int, body: Lines, backwards: bool = False) -> Lines:
    """A loop around statements, if there is more than one turn."""
    if count == 1 or not body:
        return body
    turns = f"{variable} = 0; {variable} < {count}; {variable}++"
    if backwards:
        turns = f"{variable} = {count}; {variable}-- > 0;"
    return braces(body, f"for (int {turns}) ")


def braces(body: Lines, head: str = "") -> Lines:
    """A block; a single statement with a head needs no braces.

    >>> braces(["a = b;"], "if (c) "), braces(["a = b;", "b = 0;"])
    (['if (c) a = b;'], ['{', '    a = b;', '    b = 0;', '}'])
    """
    if not body:
        return []
    if len(body) == 1 and head:
        return [head + body[0]]
    return [f"{head}{{", *[f"    {line}" for line in body], "}"]


def wanted(need: int, body: Lines) -> Lines:
    """Statements for adjoints that not every caller wants, or none does."""
    if need == 3 or not need:
        return body if need else []
    if body[0] == "{":
        return [WANTED[need] + "{", *body[1:]]
    return braces(body, WANTED[need])


def inner(lines: list[str]) -> Lines:
    return [line.strip() for line in lines]


def text_of(operand: Operand) -> str:
    return operand if isinstance(operand, str) else literal(operand)


def add(to: str, u: str, partial: str) -> str:
    """The chain rule: upstream times local, added.

    >>> add("dx[0]", "up", "x[1]"), add("dx[0]", "up", "-1.0")
    ('dx[0] += up * x[1];', 'dx[0] -= up;')
    >>> add("du[2]", "up", "a / b")
    'du[2] += up * (a / b);'
    """
    if partial == "1.0":
        return f"{to} += {u};"
    if partial.strip("()") == "-1.0":
        return f"{to} -= {u};"
    return f"{to} += {u} * {partial if is_atom(partial) else f'({partial})'};"


def is_atom(text: str) -> bool:
    """Whether a text needs no parentheses as a factor.

    >>> is_atom("v[3 + k]"), is_atom("f(a, b)"), is_atom("a / b"), is_atom("-a")
    (True, True, False, False)
    """
    depth = 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and depth == 0:
            return False
    return not text.startswith("-")
