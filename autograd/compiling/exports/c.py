"""A compiled function as one C99 file: its value, and its gradient in reverse mode."""

from __future__ import annotations

import re

from autograd.compiling.exports.arguments import identifier, remark, told
from autograd.compiling.exports.c_loops import Lines, Loops, text_of
from autograd.compiling.exports.c_rows import Rows, literal
from autograd.compiling.exports.c_slots import Slots
from autograd.compiling.exports.reading import Condition, Recorded, instructions

FILE = """\
/* {title}: a function recorded by scalar-autograd, and its gradient, in C99.

   int {name}_value(p, x, results, workspace)
   int {name}_gradient(p, x, seeds, results, dp, dx, workspace)

   p          {P} parameters{P_told}
   x          {I} inputs{I_told}
   results    {R} results, which are written{R_told}
   seeds      a factor for each result: the gradient is that of their weighted sum
   dp, dx     the derivatives by p and by x are added to these; either may be NULL
   workspace  {W} doubles to compute in; what they hold before and after is no matter

   Both return 0 if all went well.{status}
   No memory is asked for, and nothing global is written: threads may call them at the
   same time, each with a workspace of its own. Link with -lm. */
#include <math.h>

enum {{
    {NAME}_PARAMETERS = {P},
    {NAME}_INPUTS = {I},
    {NAME}_RESULTS = {R},
    {NAME}_WORKSPACE = {W}
}};

{parts}
"""
PATH = """
   k > 0      the recorded path does not hold: condition k, at the end of
              {name}_forward, came out differently
"""
FAULT = """
   -1         an index that take() was given is out of range, or is not whole
"""
OTHERWISE = """
   Where it is not 0, nothing but the workspace is written.
"""
HEADS = {
    "forward": "static int {}_forward(*p, *x, workspace)",
    "value": "int {}_value(*p, *x, results, workspace)",
    "gradient": "int {}_gradient(*p, *x, *seeds, results, dp, dx, workspace)",
}


def to_c(recorded: Recorded) -> str:
    """The file; ExportError where a row cannot be written as C."""
    return File(recorded).text()


class File:
    """The file of a recorded path, while it is written."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded, schedule = recorded, recorded.schedule
        self.instructions = [*instructions(schedule)]
        self.slots = Slots(schedule, self.instructions)
        self.rows = Rows(recorded)
        self.loops = Loops(self.slots, self.rows, schedule.exact)
        self.name = identifier(recorded.name)
        self.size = self.slots.size("u") + self.slots.size("v")

    def text(self) -> str:
        parameters, _, _, inputs, _, _ = self.recorded.schedule.layout
        outputs = self.recorded.schedule.outputs
        forward, reverse = self.forward(), self.reverse()
        run = [
            f"const int status = {self.name}_forward(p, x, workspace);",
            "if (status) return status;",
        ]
        for i, slot in enumerate(outputs):
            run.append(f"results[{i}] = {text_of(self.slots.operand(slot))};")
        functions = "\n\n".join(
            [
                self.function("forward", forward),
                self.function("value", [*run, "return 0;"]),
                self.function("gradient", [*run, *reverse, "return 0;"]),
            ]
        )
        prelude = self.rows.prelude(functions)
        data = [self.initial(), *self.tables(functions)]
        arguments = told(self.recorded.argument_blocks(), "x[{}]")
        result = (
            told(self.recorded.result_blocks(), "results[{}]") if outputs[1:] else []
        )
        return FILE.format(
            title=remark(self.recorded.name),
            name=self.name,
            NAME=self.name.upper(),
            P=parameters,
            I=inputs,
            R=len(outputs),
            W=max(2 * self.size + self.loops.scratch, 1),
            P_told=f"; their numbers when this was written: {self.name}_parameters"
            if parameters
            else "",
            I_told=listed(arguments),
            R_told=listed(result if outputs[1:] else []),
            status=self.status("fault" in functions),
            parts="\n\n".join([part for part in [*data, prelude, functions] if part]),
        )

    # --- the two passes

    def forward(self) -> Lines:
        slots = self.slots
        parameters, constants, _, inputs, _, _ = self.recorded.schedule.layout
        body: Lines = []
        if slots.has_copied_parameters:
            body += copied("u", 0, "p", parameters) + copied(
                "u", parameters, "c", constants
            )
        if slots.has_copied_inputs:
            body += copied("v", 0, "x", inputs)
        for instruction in self.instructions:
            body += self.loops.forward(instruction)
        for k, condition in enumerate(self.recorded.conditions(), start=1):
            body += self.condition(k, condition)
        if any("fault" in line for line in body):
            return ["int fault = 0;", *body, "return -fault;"]
        return [*body, "return 0;"]

    def condition(self, k: int, given: Condition) -> Lines:
        b = given.b if given.is_number else self.slots.operand(int(given.b))
        a = text_of(self.slots.operand(given.a))
        holds = f"{a} {given.relation} {text_of(b)}"
        test = f"!({holds})" if given.outcome else holds
        return [f"/* {k}: {remark(given.told)} */", f"if ({test}) return {k};"]

    def reverse(self) -> Lines:
        parameters, _, _, inputs, _, _ = self.recorded.schedule.layout
        slots, body = self.slots, []
        for i, slot in enumerate(self.recorded.schedule.outputs):
            array = slots.array(slot)
            if array != "c":
                test = f"if (d{array}) " if array in "px" else ""
                body.append(f"{test}{slots.adjoint(slot)} += seeds[{i}];")
        for instruction in reversed(self.instructions):
            body += self.loops.reverse(instruction)
        if slots.has_copied_parameters:
            body += added("dp", "du", parameters)
        if slots.has_copied_inputs:
            body += added("dx", "dv", inputs)
        if not self.size:
            return body
        turns = f"int k = {self.size}; k < {2 * self.size}; k++"
        return [f"for ({turns}) workspace[k] = 0.0;", *body]

    def function(self, kind: str, body: Lines) -> str:
        """A function, with those arrays in the workspace that its body uses."""
        text = "\n".join(body)
        u, size = self.slots.size("u"), self.size
        places = {"u": 0, "v": u, "du": size, "dv": size + u, "scratch": 2 * size}
        declared = [
            f"double *const {array} = workspace{f' + {place}' if place else ''};"
            for array, place in places.items()
            if is_in(array, text)
        ]
        text = "\n".join([*declared, text])
        head, _, given = HEADS[kind].format(self.name).rstrip(")").partition("(")
        names = given.split(", ")
        unused = [f"(void){x};" for x in bare(names) if not is_in(x, text)]
        parameters = [
            f"{'const ' if x.startswith('*') else ''}double *restrict {x.strip('*')}"
            for x in names
        ]
        body = [f"    {line}" for line in [*declared, *unused, *body]]
        first = f"{head}("
        return "\n".join([f"{first}{wrapped(parameters, len(first))}) {{", *body, "}"])

    # --- what is constant, and what is told

    def initial(self) -> str:
        """The parameters' numbers, each with its label."""
        values = self.recorded.schedule.parameters
        if not values:
            return ""
        numbers = [literal(value.data) for value in values]
        body = wrapped(numbers, 4)
        if any([value.label for value in values]):
            lines = [
                f"{number}, /* {i}: {remark(value.label or '')} */"
                for i, (number, value) in enumerate(zip(numbers, values))
            ]
            body = "\n    ".join(lines)
        name = f"{self.name}_parameters[{self.name.upper()}_PARAMETERS]"
        return f"const double {name} = {{\n    {body}\n}};"

    def tables(self, functions: str) -> Lines:
        tables = [
            table("int", name, numbers.split(", "))
            for numbers, name in self.loops.tables.items()
        ]
        if is_in("c", functions):
            numbers = [literal(x) for x in self.recorded.schedule.constants]
            tables.insert(0, table("double", "c", numbers))
        return tables

    def status(self, has_faults: bool) -> str:
        has_conditions = next(self.recorded.conditions(), None) is not None
        if not has_conditions and not has_faults:
            return ""
        parts = [PATH] * has_conditions + [FAULT] * has_faults + [OTHERWISE]
        told = "".join([part.rstrip() for part in parts]).format(name=self.name)
        return f" Else:{told}"


def listed(lines: Lines) -> str:
    return ":" * bool(lines) + "".join([f"\n              {line}" for line in lines])


def copied(to: str, first: int, array: str, count: int) -> Lines:
    if not count:
        return []
    place = f"{first} + k" if first else "k"
    return [f"for (int k = 0; k < {count}; k++) {to}[{place}] = {array}[k];"]


def added(to: str, array: str, count: int) -> Lines:
    if not count:
        return []
    return [
        f"if ({to})",
        f"    for (int k = 0; k < {count}; k++) {to}[k] += {array}[k];",
    ]


def bare(names: Lines) -> Lines:
    return [name.strip("*") for name in names]


def is_in(name: str, text: str) -> bool:
    """Whether a name occurs in a C text, comments apart.

    >>> is_in("x", "a[x]"), is_in("x", "ax /* x */")
    (True, False)
    """
    return bool(re.search(rf"\b{name}\b", re.sub(r"/\*.*?\*/", "", text)))


def table(kind: str, name: str, numbers: Lines) -> str:
    return f"static const {kind} {name}[] = {{\n    {wrapped(numbers, 4)}\n}};"


def wrapped(words: Lines, indent: int) -> str:
    """Words with commas between, broken into lines."""
    lines, length = [""], indent
    for i, word in enumerate(words):
        comma = ", " if i + 1 < len(words) else ""
        if length + len(word) + 1 > 88 and lines[-1]:
            lines.append("")
            length = indent
        lines[-1] += word + comma
        length += len(word) + len(comma)
    return ("\n" + " " * indent).join([line.rstrip() for line in lines])
