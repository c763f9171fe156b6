"""The two engines against each other, bit for bit, and what only the compiled has."""

import contextlib
import dataclasses
import gc
import itertools
import struct
import subprocess
import sys
import threading
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, graph, scope
from autograd import value as python
from autograd._engine import record
from autograd._native import kernels
from autograd.primitives import ROWS, TABLE
from tests.test_random_graphs import programs, run

native = pytest.mark.skipif(
    autograd.engine != "native", reason="the Python engine is in use"
)
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 6.0, 1e308, 5e-324, -5e-324, 710.0, -745.2]
SPECIAL += [float("inf"), float("-inf"), float("nan")]
WHOLE = {"take", "polygamma"}  # an operand of theirs is a whole number


def bits(*numbers):
    """The bits of floats; every nan is the same."""
    return [struct.pack("<d", x) if x == x else "nan" for x in numbers]


def same_bits(row, operands, recorded=None):
    value, partials = row.at(*operands)
    node = record(recorded or row, *map(Value, operands))
    return bits(value, *partials) == bits(node.data, *node.partials)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.identifier)
def test_a_node_has_the_bits_of_its_row(row):
    for sample in row.samples:
        assert same_bits(row, sample), sample
    for at in row.conventions:
        assert same_bits(row, at.operands), at
    if row.name not in WHOLE:
        arity = row.arity or 4
        for operands in itertools.product(SPECIAL, repeat=min(arity, 2)):
            point = (operands * 2)[:arity]
            assert same_bits(row, point), point


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(), min_size=4, max_size=4))
def test_nodes_have_the_bits_of_their_rows_anywhere(numbers):
    for row in TABLE:
        if row.name not in WHOLE:
            operands = numbers[: row.arity or 4]
            assert same_bits(row, operands), (row, operands)


def test_a_planted_difference_is_caught():
    right = ROWS["tanh"]

    def off_by_one_bit(math, out, x):
        return (right.partials(math, out, x)[0] * (1 + 2**-52),)

    planted = dataclasses.replace(right, partials=off_by_one_bit)
    assert same_bits(right, (0.3,), recorded=right)
    assert not same_bits(planted, (0.3,), recorded=right)


@settings(max_examples=100, deadline=None)
@given(programs(), st.floats(-3, 3))
def test_gradients_are_the_same_bits_on_both_engines(program, seed):
    start, instructions = program

    def gradients(made, applied):
        leaves = [made(x) for x in start]
        y = run(list(leaves), instructions, applied)
        y.backward(seed)
        y.backward()
        inner = [node.grad for node in graph.nodes(y)]
        return bits(y.data, *[leaf.grad for leaf in leaves], *inner)

    def with_record(recorder):
        def apply(operation, operands):
            row = next(r for r in TABLE if r.identifier == NAMES[operation])
            return recorder(row, *operands) * 0.4 + 0.25

        return apply

    from tests.test_random_graphs import OPERATIONS

    NAMES = [name for name, *_ in OPERATIONS]
    ours = gradients(Value, with_record(record))
    theirs = gradients(python.Value, with_record(python.record))
    assert ours == theirs


def test_operators_and_plain_numbers_have_the_same_bits_on_both_engines():
    def results(made):
        x, y = made(0.7), made(-1.3)
        nodes = [x + y, x - 2, 3 - x, x * y, 2.5 * x, x / y, 1 / x, x // y, 2 // x]
        nodes += [x % y, 5 % x, x**2, x**-0.5, 2**x, x**y, -x, abs(y), x + 0, 0.0 + x]
        nodes += [x.tanh(), x.clip(-1, 0.5), y.relu(), y.leaky_relu(), x.atan2(y)]
        z = sum(nodes)
        z.backward()
        every = [n for n in graph.nodes(z) if not n.is_constant]
        return bits(*[b for n in every for b in (n.data, n.grad, *n.partials)])

    assert results(Value) == results(python.Value)


def test_sum_and_dot_in_the_compiled_twin_are_their_rows():
    xs = [0.1 * i - 0.77 for i in range(41)]
    ys = [1 / (i + 0.3) for i in range(41)]
    for operands in ([*xs, *ys], [-0.0] * 4, [1e308] * 4):
        assert same_bits(ROWS["sum"], operands) and same_bits(ROWS["dot"], operands)
    node = autograd.dot([Value(x) for x in xs], ys)
    assert len(node.parents) == 82 and node.parents[41].is_constant


def test_plain_numbers_become_the_same_node_each_time():
    x = Value(3.0)
    y = x * 2
    assert y.parents[1] is y.parents[1] and y.parents[1].is_constant
    assert y.parents[1].data == 2.0 and y.partials == (2.0, 3.0)


@native
def test_the_compiled_engine_was_built_from_this_table():
    from autograd._native import engine

    stored = kernels.header()
    assert f'#define AG_FINGERPRINT "{engine.FINGERPRINT}"' in stored, "build it again"


@native
def test_values_are_small_and_unknown_to_the_collector():
    x = Value(1.0)
    y = x * x
    assert sys.getsizeof(y) <= 96
    assert not gc.is_tracked(x) and not gc.is_tracked(y)


def test_no_cycle_can_be_formed_through_a_value():
    class Text(str):
        pass

    gc.collect()
    gc.disable()
    try:
        x = Value(1.0)
        text, name = Text("x"), Text("scope")
        with scope(name):
            y = x.tanh() + autograd.sum([x, x, x])
        text.value = name.value = y
        y.label = text
        probes = [weakref.ref(x), weakref.ref(y)]
        assert type(y.label) is str
        y.backward()
        del x, y, text, name
        assert [probe() for probe in probes] == [None, None]
    finally:
        gc.enable()
    with pytest.raises(TypeError):
        type("Mine", (Value,), {})


def test_texts_and_scopes_that_could_hold_a_value_are_refused_or_made_plain():
    class Stubborn(str):
        def __str__(self):
            return self

    x = Value(1.0, label=Stubborn("x"))
    assert type(x.label) is str and type(scope(Stubborn("s")).name) is str
    with pytest.raises(TypeError):
        type("Mine", (scope,), {})
    with pytest.raises(TypeError, match=r"scope\(parent\)"):
        scope("a", [x])


def test_a_label_that_cannot_be_set_leaves_the_old_one():
    x = Value(1.0, label="old")
    with pytest.raises(TypeError, match="label"):
        x.label = 3
    assert x.label == "old"
    for name in ("data", "grad", "label"):
        with pytest.raises(AttributeError):
            delattr(x, name)


def test_scopes_nested_deeply_are_freed_without_recursion():
    with contextlib.ExitStack() as stack:
        for _ in range(600_000):
            stack.enter_context(scope("deep"))
        y = Value(1.0) * 2
    assert (Value(1.0) * 2)._scope is None
    del y, stack


def test_an_operation_of_the_wrong_arity_is_an_error_not_a_nan():
    x = Value(2.0)
    for row, operands in ((ROWS["neg"], (x, x)), (ROWS["+"], (x,))):
        with pytest.raises(TypeError):
            record(row, *operands)


OUT_OF_MEMORY = """
import _testcapi
from autograd import Value
from autograd import sum as total
xs = [Value(0.1 * i) for i in range(50)]
def build():
    y = xs[0]
    for x in xs * 3:
        y = y * 0.5 + total([x, y, x * y])
    return y
y = build()
y.backward()
expected = [x.grad for x in xs]
for point in range(1, 40):
    for work in (y.backward, build):
        for x in xs:
            x.grad = 0
        try:
            _testcapi.set_nomemory(point, point + 1)
            work()
        except MemoryError:
            pass
        finally:
            _testcapi.remove_mem_hooks()
    for x in xs:
        x.grad = 0
    y.backward()
    assert [x.grad for x in xs] == expected, point
print("whole")
"""


@native
def test_a_failed_allocation_leaves_later_passes_right():
    pytest.importorskip("_testcapi", reason="this Python has no _testcapi")
    done = subprocess.run(
        [sys.executable, "-c", OUT_OF_MEMORY], capture_output=True, text=True
    )
    assert done.stdout == "whole\n", done.stderr


def test_threads_that_share_leaves_add_up():
    leaves = [Value(0.001 * i) for i in range(200)]
    rounds, workers = 20, 4

    def work():
        for _ in range(rounds):
            autograd.sum([x * 2 for x in leaves]).backward()

    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(old)
    assert {leaf.grad for leaf in leaves} == {2.0 * rounds * workers}


INTERRUPTS = """
import signal
from autograd import Value

def interrupt(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)
x = y = Value(1.0)
for _ in range(20_000):
    y = y + x
x.grad = 5.0
for i in range(100):
    signal.setitimer(signal.ITIMER_REAL, 0.0007 * (i + 1))
    try:
        while True:
            y.backward()
    except KeyboardInterrupt:
        pass
    assert (x.grad - 5.0) % 20_001 == 0, x.grad
y.backward()
print("whole", x.grad > 5.0)
"""


def test_an_interrupt_leaves_a_gradient_as_it_was_before_or_after_the_pass():
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTS], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "whole True\n", done.stderr
