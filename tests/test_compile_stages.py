"""The stages of compiling: each takes a tape, gives one of the same numbers, prints."""

import importlib
import random
import re

import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, compile, dot, math, no_grad
from autograd import sum as total
from autograd.compiling import structure
from autograd.compiling.exact import in_engine_order
from autograd.compiling.flow import Flow
from autograd.compiling.instructions import FIELDS
from autograd.compiling.layout import Schedule
from autograd.compiling.reroll import reroll
from autograd.compiling.scan import scan
from autograd.compiling.schedule import schedule
from autograd.compiling.simplify import simplify
from autograd.compiling.tape import (
    CODES,
    CONSTANT,
    INPUT,
    PARAMETER,
    STOP,
    Guard,
    Tape,
)
from autograd.compiling.tracing import Recording
from nn import MLP
from tests.compiled_laws import bits, near
from tests.test_compile_programs import anything, function_of, settle, smooth

STAGES = ["trace", "simplify", "reroll", "schedule"]
ADD, SUM, DOT = CODES["+"], CODES["sum"], CODES["dot"]
w = [Value(0.5 * i + 0.1, f"w{i}") for i in range(8)]


def recorded(function, *args):
    numbers = []
    parts = structure.take_apart(args, numbers), structure.take_apart({}, numbers)
    recording = Recording()
    recording.run(function, parts, numbers)
    return recording, numbers


def stages_of(function, *args):
    """The tape after each stage that gives one, and the arguments' numbers."""
    recording, numbers = recorded(function, *args)
    trace = scan(recording)
    simple = simplify(trace)
    return [trace, simple, reroll(simple), in_engine_order(trace)], numbers


def evaluated(tape, inputs):
    """What a tape means, said again: its outputs, and the gradient of the first."""
    numbers, partials = [], []
    for i, op in enumerate(tape.ops):
        args, slopes = tape.operands(i), ()
        xs = [numbers[a] for a in args] if op > 0 else []
        if op == PARAMETER:
            number = tape.parameters[args[0]].data
        elif op == INPUT:
            number = float(inputs[args[0]])
        elif op == CONSTANT:
            number = tape.constants[args[0]]
        elif op == STOP:
            number, slopes = numbers[args[0]], (0.0,)
        elif op == DOT and len(xs) % 2:
            number, slopes = tape.row(op).at(*xs[:-1])
            number, slopes = number + xs[-1], (*slopes, 1.0)
        else:
            number, slopes = tape.row(op).at(*xs)
        numbers.append(number)
        partials.append(slopes)
    outputs = [numbers[i] for i in tape.outputs]
    adjoints = [0.0] * len(tape)
    if outputs:
        adjoints[tape.outputs[0]] = 1.0
    for i in range(len(tape) - 1, -1, -1):
        if tape.ops[i] > 0:
            for a, slope in zip(tape.operands(i), partials[i]):
                adjoints[a] += adjoints[i] * slope
    by_input = [0.0] * tape.input_count
    by_parameter = {}
    for i, op in enumerate(tape.ops):
        if op == INPUT:
            by_input[tape.operands(i)[0]] = adjoints[i]
        elif op == PARAMETER:
            by_parameter[id(tape.parameters[tape.operands(i)[0]])] = adjoints[i]
    outcomes = [
        (guard.relation, numbers[guard.a], numbers[guard.b]) for guard in tape.guards
    ]
    return outputs, by_input, by_parameter, outcomes


def is_well_formed(tape):
    assert len(tape.starts) == len(tape) + 1 and tape.starts[0] == 0
    assert tape.starts[-1] == len(tape.args)
    seen = {INPUT: set(), PARAMETER: set(), CONSTANT: set()}
    for i, op in enumerate(tape.ops):
        operands = tape.operands(i)
        assert len(operands) >= 1
        if op in seen:
            assert len(operands) == 1 and operands[0] not in seen[op]
            seen[op].add(operands[0])
        else:
            assert op == STOP or op > 0
            assert all(0 <= a < i for a in operands)
            arity = 1 if op == STOP else tape.row(op).arity
            assert arity in (None, len(operands))
    assert seen[INPUT] == set(range(tape.input_count))
    assert seen[PARAMETER] <= set(range(len(tape.parameters)))
    assert seen[CONSTANT] <= set(range(len(tape.constants)))
    for i in (*tape.outputs, *[i for g in tape.guards for i in (g.a, g.b)]):
        assert 0 <= i < len(tape)


def operations(tape):
    return [tape.row(op).name for op in tape.ops if op > 0]


# --- laws


@settings(max_examples=60, deadline=None)
@given(smooth)
def test_every_stage_keeps_the_numbers_and_the_gradients(program):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    tapes, inputs = stages_of(function_of(listed, weights, settle), samples[0])
    trace, *later = tapes
    outputs, by_input, by_parameter, outcomes = evaluated(trace, inputs)
    for tape in tapes:
        is_well_formed(tape)
        found = evaluated(tape, inputs)
        assert near(found[0], outputs)
        size = max(1.0, *map(abs, (*by_input, *by_parameter.values())))
        assert near(found[1], by_input, [size] * len(by_input))
        for key, gradient in by_parameter.items():
            assert abs(found[2].get(key, 0.0) - gradient) <= 1e-12 * size
        assert [relation for relation, _, _ in found[3]] == [r for r, _, _ in outcomes]
        assert tape.input_count == trace.input_count == len(samples[0])
    simple, rolled, exact = later
    assert len(operations(simple)) <= len(operations(exact))
    assert len(operations(rolled)) <= len(operations(simple))
    assert bits(evaluated(exact, inputs)[0]) == bits(outputs)


@settings(max_examples=40, deadline=None)
@given(anything)
def test_every_stage_prints_and_changes_nothing_that_it_is_given(program):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    recording, _ = recorded(function_of(listed, weights), samples[0])
    trace = scan(recording)
    texts = [str(trace)]
    simple = simplify(trace)
    texts.append(str(simple))
    rolled = reroll(simple)
    texts.append(str(rolled))
    texts.append(str(schedule(Flow(rolled))))
    texts.append(str(schedule(Flow(in_engine_order(trace), exact=True))))
    assert [str(trace), str(simple), str(rolled)] == texts[:3]
    assert str(simplify(scan(recording))) == texts[1]
    for text in texts:
        lines = text.splitlines()
        assert lines[-1].startswith("return ")
        for line in lines[:-1]:
            assert re.match(r"[tu]\d+(\.\.[tu]\d+)? = .|holds while ", line), line
    assert len(texts[0].splitlines()) == (
        len(operations(trace)) + list(trace.ops).count(STOP) + len(trace.guards) + 1
    )


native = pytest.mark.skipif(
    autograd.engine != "native", reason="the Python engine is in use"
)


@native
@settings(max_examples=60, deadline=None)
@given(anything)
def test_both_scans_give_the_same_tape(program):
    module = importlib.import_module("autograd.compiling.scan")
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    recording, _ = recorded(function_of(listed, weights), samples[0])
    compiled, texts = module.compiled_scan, []
    try:
        for module.compiled_scan in (compiled, None):
            tape = scan(recording)
            is_well_formed(tape)
            texts.append(str(tape))
            assert len(tape.parameters) <= len(weights)
    finally:
        module.compiled_scan = compiled
    assert texts[0] == texts[1]


# --- the tape


def test_a_tape_prints_one_line_an_operation():
    tape = Tape.of(
        [
            (INPUT, [0]),
            (PARAMETER, [0]),
            (CONSTANT, [0]),
            (CODES["*"], [0, 1]),
            (STOP, [3]),
            (DOT, [0, 4, 1, 2, 3]),
            (SUM, [0, 3, 5]),
            (CODES["tanh"], [6]),
        ]
    )
    tape.parameters, tape.constants, tape.input_count = [w[0]], [2.0], 1
    tape.outputs, tape.guards = [7, 1], [Guard(2, 0, 2, False), Guard(5, 3, 1, True)]
    assert str(tape).splitlines() == [
        "t0 = x0 · w0",
        "t1 = stop_gradient(t0)",
        "t2 = dot([x0, t1], [w0, 2]) + t0",
        "t3 = sum(x0, t0, t2)",
        "t4 = tanh(t3)",
        "holds while x0 > 2 is False",
        "holds while t0 != w0 is True",
        "return t4, w0",
    ]
    assert len(tape) == 8 and list(tape.operands(5)) == [0, 4, 1, 2, 3]
    is_well_formed(tape)


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a"], ["p0", "p1"]),
        (["a", None], ["p0", "p1"]),
        (["a", "<b>"], ["p0", "p1"]),
        (["a", "b c"], ["p0", "p1"]),
        (["a", "x\n = 1"], ["p0", "p1"]),
        (["a", "x0"], ["p0", "p1"]),
        (["t1", "b"], ["p0", "p1"]),
    ],
)
def test_weights_are_printed_by_labels_that_are_names(labels, shown):
    a, b = (Value(float(i + 1), label) for i, label in enumerate(labels))
    step = compile(lambda x: (a * x).tanh() - b)
    step(1.0)
    for tape in (step.tape, *step.stages(1.0).values()):
        assert f"t0 = {shown[0]} · x0" in str(tape)
        assert f" - {shown[1]}" in str(tape)


# --- trace


def test_trace_is_the_graph_parents_first():
    def function(x, y):
        with no_grad():
            z = x * y
        return (x + 2) * w[0] - z if x > y else y

    trace = compile(function).stages(3.0, 2.0)["trace"]
    assert str(trace).splitlines() == [
        "t0 = x0 + 2",
        "t1 = t0 · w0",
        "t2 = x0 · x1",
        "t3 = stop_gradient(t2)",
        "t4 = t1 - t3",
        "holds while x0 > x1 is True",
        "return t4",
    ]


def test_stages_have_their_names():
    step = compile(lambda x: x * x + 1)
    assert list(step.stages(2.0)) == STAGES
    assert list(compile(lambda x: x, exact=True).stages(2.0)) == ["trace", "schedule"]
    assert isinstance(step.stages(2.0)["schedule"], Schedule)
    step(3.0)
    assert str(step.tape) == str(step.stages(3.0)["schedule"])


# --- simplify


@pytest.mark.parametrize(
    ("function", "lines"),
    [
        (lambda x, y: x * 1 + 0 * 1.0, ["t0 = x0 + 0", "return t0"]),
        (lambda x, y: x * 1 / 1 - 0.0, ["return x0"]),
        (lambda x, y: -(-x), ["return x0"]),
        (lambda x, y: x * -1, ["t0 = -x0", "return t0"]),
        (lambda x, y: x + -y, ["t0 = x0 - x1", "return t0"]),
        (lambda x, y: -x + y, ["t0 = x1 - x0", "return t0"]),
        (lambda x, y: x - -y, ["t0 = x0 + x1", "return t0"]),
        (lambda x, y: x / 4, ["t0 = x0 · 0.25", "return t0"]),
        (lambda x, y: x**1, ["return x0"]),
        (lambda x, y: x**2, ["t0 = x0²", "return t0"]),
        (lambda x, y: x**-1, ["t0 = 1 / x0", "return t0"]),
        (lambda x, y: x**0.5, ["t0 = x0 ** 0.5", "return t0"]),
        (lambda x, y: x * 0, ["t0 = x0 · 0", "return t0"]),
        (lambda x, y: x - x, ["t0 = x0 - x0", "return t0"]),
        (lambda x, y: x / 0, ["t0 = x0 / 0", "return t0"]),
        (lambda x, y: math.max([x]), ["return x0"]),
        (lambda x, y: (x + y) * (y + x), ["t0 = x0 + x1", "t1 = t0 · t0", "return t1"]),
        (
            lambda x, y: (x - y) * (y - x),
            ["t0 = x0 - x1", "t1 = x1 - x0", "t2 = t0 · t1", "return t2"],
        ),
        (
            lambda x, y: math.mean([x, y]),
            ["t0 = sum(x0, x1)", "t1 = t0 · 0.5", "return t1"],
        ),
        (lambda x, y: [math.tanh(x), x * y, math.tanh(x)][0] * 1, None),
    ],
)
def test_simplify(function, lines):
    simple = compile(function).stages(3.0, 2.0)["simplify"]
    if lines is None:
        lines = ["t0 = tanh(x0)", "return t0"]
    assert str(simple).splitlines() == lines
    assert str(simplify(simple)) == str(simple)  # nothing is left to do


def test_what_nothing_needs_is_dropped():
    unused = Value(3.0, "unused")

    def function(x, y):
        math.exp(y * unused)
        return x * w[0] if math.log(x) > 0 else x

    trace, simple, *_ = stages_of(function, 3.0, 2.0)[0]
    assert len(trace.parameters) == len(simple.parameters) == 1
    assert operations(simple) == ["*", "log"]
    assert simple.input_count == 2 and len(simple.guards) == 1


# --- reroll


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lambda xs: sum(x * p for x, p in zip(xs, w)), ["dot"]),
        (lambda xs: sum((x * p for x, p in zip(xs, w)), w[7]), ["dot"]),
        (lambda xs: sum(x * p for x, p in zip(xs, w)) + xs[0] + w[1], ["+", "dot"]),
        (lambda xs: dot(xs, w[:4]) + w[5], ["dot"]),
        (lambda xs: sum(xs), ["sum"]),
        (lambda xs: total(xs) + w[0] + w[1], ["sum"]),
        (lambda xs: xs[0] + xs[1], ["+"]),
        (lambda xs: xs[0] * w[0] + xs[1], ["*", "+"]),
        (lambda xs: xs[0] * w[0] - xs[1] * w[1], ["*", "*", "-"]),
        (lambda xs: sum(x * x for x in xs), ["dot"]),
        (lambda xs: sum(x**2 for x in xs) + sum(3 * x for x in xs), ["dot", "dot"]),
        (lambda xs: (xs[0] + xs[1]) + (xs[2] + xs[3]), ["sum"]),
        (lambda xs: (xs[0] + xs[1]) * (xs[0] + xs[1] + xs[2]), ["+", "+", "*"]),
        (lambda xs: math.tanh(sum(xs)) + sum(xs), ["sum", "tanh", "+"]),
        (lambda xs: [sum(xs), xs[0] + xs[1]], ["+", "sum"]),
    ],
)
def test_reroll(function, names):
    rolled = compile(function).stages([1.0, 2.0, 3.0, 4.0])["reroll"]
    assert operations(rolled) == names
    assert str(reroll(rolled)) == str(rolled)


def test_a_sum_that_a_guard_needs_is_kept_whole():
    rolled = compile(
        lambda xs: (xs[0] + xs[1]) + xs[2] + xs[3] if xs[0] + xs[1] > 0 else xs[0]
    ).stages([1.0, 2.0, 3.0, 4.0])["reroll"]
    assert operations(rolled) == ["+", "sum"]
    assert rolled.guards[0].a == 4 + list(rolled.ops).index(ADD) - 4


# --- schedule


def test_layers_are_a_few_instructions_whatever_their_width():
    counts = set()
    for width in (4, 16, 33):
        model = MLP(3, [width, width, 1], seed=1, activation="tanh")
        step = compile(lambda x, model=model: model(x))
        step([0.1, 0.2, 0.3])
        counts.add(len(step.tape))
        assert re.search(r"dot \[.*\] to \[.*\] · \[t\d+\.\.t\d+\] \+", str(step.tape))
    assert counts == {5}


def test_a_schedule_prints_runs():
    step = compile(lambda xs, ys: [a * b + 1 for a, b in zip(xs, ys)])
    step([1.0] * 5, [2.0] * 5)
    assert str(step.tape).splitlines() == [
        "t0..t4 = x0..x4 · x5..x9",
        "t5..t9 = t0..t4 + 1",
        "return t5, t6, t7, t8, t9",
    ]
    step = compile(lambda xs, i: math.take(xs, i) + math.logsumexp(xs))
    step([1.0, 2.0, 3.0], 1)
    assert "t0 = take [x0..x2] at x3" in str(step.tape)
    assert "logsumexp [x0..x2]" in str(step.tape)


def test_gathers_are_printed_short():
    rng = random.Random(0)
    order = [*range(40)]
    rng.shuffle(order)
    step = compile(lambda xs: math.max([xs[i] * w[0] for i in order[:20]] + xs[:7]))
    step([rng.random() for _ in range(40)])
    assert re.search(r"gather .*, \.\.\. .* \(27\)", str(step.tape))


def test_what_depends_on_no_argument_comes_first():
    step = compile(lambda x: math.tanh(w[1] * w[2]) * x + math.exp(w[3]))
    step(1.0)
    text = str(step.tape)
    assert "u0 = w1 · w2" in text and "= exp(w3)" in text
    parameters, constants, uniform, inputs, slots, count = step.tape.layout
    assert (parameters, inputs, count) == (3, 1, 3)
    assert uniform == parameters + constants + 3 and slots == uniform + inputs + 2


@settings(max_examples=40, deadline=None)
@given(anything)
def test_schedules_are_what_the_interpreters_take(program):
    """Results never overlap operands, and no instruction mixes uniform and varying."""
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    recording, _ = recorded(function_of(listed, weights), samples[0])
    trace = scan(recording)
    for made in (
        schedule(Flow(reroll(simplify(trace)))),
        schedule(Flow(in_engine_order(trace), exact=True)),
    ):
        assert len(made.instructions) % FIELDS == 0
        assert [len(column) for column in made.needs] == [len(made)] * 2
        program = importlib.import_module("autograd.compiling.interpreter").Program
        program(*made.parts())  # looks at all of it
        assert made.parameters == [] or set(map(id, made.parameters)) <= set(
            map(id, weights)
        )


def test_the_same_function_gives_the_same_tape():
    def made():
        rng = random.Random(3)
        weights = [Value(rng.random()) for _ in range(30)]

        def function(xs):
            hidden = [
                math.tanh(dot(weights[i : i + 3], xs[i % 4 : i % 4 + 3]))
                for i in range(0, 27, 3)
            ]
            return sum(math.softmax(hidden)[:4]) * math.max(hidden) + sum(xs)

        return [str(tape) for tape in compile(function).stages([1.0] * 7).values()]

    assert made() == made() == made()
