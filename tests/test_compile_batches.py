"""Batches: columns of every kind give what their samples give one by one."""

import contextlib
import ctypes
import math as stdlib
import os
import random
import sys
import warnings
from array import array
from collections import namedtuple
from fractions import Fraction

import pytest

from autograd import Value, compile, math
from nn import MLP
from tests.compiled_laws import bits, near, with_zero_grad

numpy = pytest.importorskip("numpy")
inf, nan = float("inf"), float("nan")
w, v = Value(0.7, label="w"), Value(-1.3, label="v")
TABLE = [1.5, -2.5, 3.5]
Pair = namedtuple("Pair", "a b")


def branching(x, y):
    if x > y:
        return w * x * x + y
    if x < -1:
        return v * x - w
    return math.tanh(x * y) * v


def samples(count, seed=3):
    rng = random.Random(seed)
    return [
        [rng.uniform(-3, 3) for _ in range(count)],
        [rng.uniform(-3, 3) for _ in range(count)],
    ]


XS, YS = samples(203)
XS[5], XS[77], YS[9], XS[11] = nan, inf, nan, YS[11]
KINDS = {
    "lists": lambda: (XS, YS),
    "tuples": lambda: (tuple(XS), tuple(YS)),
    "arrays": lambda: (array("d", XS), array("d", YS)),
    "views": lambda: (memoryview(array("d", XS)), array("d", YS)),
    "every second": lambda: (numpy.repeat(XS, 2)[::2], numpy.repeat(YS, 3)[1::3]),
    "backwards": lambda: (numpy.array(XS[::-1])[::-1], array("d", YS)),
    "rows": lambda: tuple(numpy.array([XS, YS])),
    "interleaved": lambda: tuple(numpy.array([XS, YS]).T.copy().T),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 3, None])
@pytest.mark.parametrize("exact", [True, False])
def test_every_kind_of_column(kind, threads, exact):
    one, many = compile(branching, exact=exact), compile(branching, exact=exact)
    wanted = [one.value_and_grad(x, y) for x, y in zip(XS, YS)]
    columns = KINDS[kind]()
    values, (by_x, by_y) = many.value_and_grad_batch(*columns, threads=threads)
    same = (lambda a, b: bits(a) == bits(b)) if exact else near
    assert same(values, [value for value, _ in wanted])
    assert same(by_x, [g for _, (g, _) in wanted])
    assert same(by_y, [g for _, (_, g) in wanted])
    assert bits(many.batch(*columns, threads=threads)) == bits(values)
    both = many.grad_batch(*columns, threads=threads)
    assert [bits(column) for column in both] == [bits(by_x), bits(by_y)]
    assert all(type(column) is array for column in (values, by_x, by_y, *both))


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 64, 201])
def test_gradients_of_a_batch_are_the_sum_of_its_samples(reduction, count):
    xs, ys = samples(count, seed=count)
    weights, total, sizes = [w, v], 0.0, [0.0, 0.0]
    for x, y in zip(xs, ys):
        node = branching(Value(x), Value(y))
        node.backward()
        total += node.data
        sizes = [size + abs(x) ** 2 + 3 for size in sizes]
    divisor = count if reduction == "mean" else 1
    wanted = [total / divisor, *[g / divisor for g in with_zero_grad(weights)]]
    found = set()
    for threads in (1, 2, 5, None):
        for exact in (True, False):
            step = compile(branching, exact=exact)
            value = step.backward_batch(xs, ys, reduction=reduction, threads=threads)
            numbers = value, *with_zero_grad(weights)
            assert near(numbers, wanted, [count * 10.0, *sizes])
            found.add((exact, *numbers))
    assert len(found) <= 2  # the number of threads decides nothing


def test_gradients_of_a_batch_are_added():
    step = compile(lambda x: w * x)
    w.grad = 10.0
    step.backward_batch([1.0, 2.0], reduction="sum")
    step.backward_batch([1.0, 2.0])
    assert with_zero_grad([w]) == [14.5]
    step = compile(lambda x: w * 2.0)  # depends on no column
    assert step.backward_batch([1.0, 2.0, 3.0], reduction="sum") == 6 * w.data
    assert with_zero_grad([w]) == [6.0]
    assert step.backward_batch([1.0, 2.0, 3.0]) == pytest.approx(2 * w.data)
    assert with_zero_grad([w]) == [pytest.approx(2.0)]


def test_a_network_over_a_batch():
    model = MLP(3, [8, 1], seed=1, activation="tanh")
    weights = model.parameters()
    rng = random.Random(5)
    rows = numpy.array([[rng.gauss(0, 1) for _ in range(3)] for _ in range(333)])
    targets = [rng.choice([0, 1]) for _ in range(333)]

    def loss(x, y):
        return (model(x) - y) ** 2

    total = 0.0
    for x, y in zip(rows.tolist(), targets):
        node = loss(x, y)
        node.backward()
        total += node.data
    wanted = with_zero_grad(weights)
    step = compile(loss)
    value = step.backward_batch(rows, targets, reduction="sum")
    assert value == pytest.approx(total, rel=1e-12)
    assert with_zero_grad(weights) == [pytest.approx(g, rel=1e-11) for g in wanted]
    columns = [rows[:, 0].tolist(), rows[:, 1], array("d", rows[:, 2])]
    assert step.backward_batch(columns, targets, reduction="sum") == value
    with_zero_grad(weights)
    step(rows[0].tolist(), 1.0)
    assert bits(step.batch(rows, targets)) == bits(step.batch(columns, targets))


def test_arguments_of_any_nesting():
    step = compile(lambda d, ts, k: d["a"] * ts[0] + ts[1] * k)
    columns = {"a": [1.0, 2.0]}, ([3.0, 4.0], array("d", [5.0, 6.0])), 2.0
    assert [*step.batch(*columns)] == [13.0, 20.0]
    by_d, by_ts, by_k = step.grad_batch(*columns)
    assert ([*by_d["a"]], [*by_ts[0]], [*by_ts[1]]) == ([3, 4], [1, 2], [2, 2])
    assert [*by_k] == [5.0, 6.0]
    chosen = compile(lambda x, mode, flag: x * 2 if mode == "a" and flag else -x)
    assert [*chosen.batch([1.0, 2.0], "a", True)] == [2.0, 4.0]
    assert [*chosen.batch([1.0, 2.0], "b", True)] == [-1.0, -2.0]
    constant = math.stop_gradient(Value(3.0))
    assert [*compile(lambda x, y: x * y).batch([1.0, 2.0], constant)] == [3.0, 6.0]


def test_results_of_any_nesting():
    step = compile(lambda x: {"loss": x * w, "parts": (x, 2.0, w), "name": "text"})
    found = step.batch([1.0, 2.0])
    assert [*found["loss"]] == [w.data, 2 * w.data] and found["name"] == "text"
    assert [[*part] for part in found["parts"]] == [[1, 2], [2, 2], [w.data] * 2]
    both = compile(lambda x: [x, x * 2] if x > 0 else [x * 3, x])
    assert [[*part] for part in both.batch([1.0, -1.0, 2.0])] == [
        [1, -3, 2],
        [2, -1, 4],
    ]
    ragged = compile(lambda x: [x, x] if x > 0 else [x])
    with pytest.raises(ValueError, match="another structure for some of the samples"):
        ragged.batch([1.0, -1.0])


@pytest.mark.parametrize(
    "made",
    [
        lambda rows: rows,
        lambda rows: numpy.asfortranarray(rows),
        lambda rows: rows.T.copy().T,
        lambda rows: numpy.repeat(rows, 2, axis=0)[::2],
        lambda rows: numpy.hstack([rows, rows])[:, :2],
        lambda rows: rows[::-1][::-1],
        lambda rows: rows.astype("f4").astype("f8"),
        lambda rows: [rows[:, 0], rows[:, 1]],
    ],
)
def test_an_array_of_rows(made):
    rows = made(numpy.arange(8.0).reshape(4, 2) / 4)
    step = compile(lambda x: x[0] * x[1] + x[1])
    assert [*step.batch(rows)] == [0.25, 1.125, 2.5, 4.375]
    by_first, by_second = step.grad_batch(rows)
    assert [*by_first] == [0.25, 0.75, 1.25, 1.75]
    assert [*by_second] == [1.0, 1.5, 2.0, 2.5]


@pytest.mark.parametrize(
    "made",
    [
        lambda cubes: cubes,
        lambda cubes: numpy.asfortranarray(cubes),
        lambda cubes: cubes[:, ::-1, ::-1].copy()[:, ::-1, ::-1],
        lambda cubes: cubes.transpose(0, 2, 1).copy().transpose(0, 2, 1),
        lambda cubes: cubes.transpose(2, 0, 1).copy().transpose(1, 2, 0),
        lambda cubes: numpy.repeat(cubes, 3, axis=2)[:, :, 1::3],
        lambda cubes: cubes.astype("i4"),
    ],
)
def test_arrays_of_more_dimensions(made):
    cubes = made(numpy.arange(18.0).reshape(3, 2, 3))
    for exact in (True, False):
        step = compile(
            lambda x: x[0][1] * x[1][2] + (x[0][0] > 5) * x[1][0], exact=exact
        )
        one_by_one = [step(cube.tolist()) for cube in cubes]
        assert [*step.batch(cubes)] == one_by_one == [5.0, 7 * 11 + 9.0, 13 * 17 + 15.0]
        assert [*step.grad_batch(cubes)[0][1]] == [5.0, 11.0, 17.0]


@pytest.mark.parametrize("code", "bBhHiIlLqQ?fd")
def test_every_type_of_number(code):
    column = numpy.array([1, 0, 1, 1], dtype=code)
    step = compile(lambda x: x * 2.5 + w)
    wanted = [step(float(x)) for x in column]
    assert [*step.batch(column)] == wanted
    if code not in "?":
        assert [*step.batch(array(code, [1, 0, 1, 1]))] == wanted
    assert [*step.batch(column[::-1])] == wanted[::-1]


FIELDS = [("a", "u1"), ("x", "f8"), ("n", "i8"), ("s", "f4"), ("b", "?")]


def test_fields_of_structured_arrays():
    records = numpy.array(
        [(1, 2.5, -3, 0.5, True), (4, 5.5, 2**40, 7.5, False)], FIELDS
    )
    step, table = compile(lambda x: x * 2.0), compile(lambda x: x * (x > 0) + w)
    for name, _ in FIELDS:
        for column in (records[name], records[::-1][name]):
            assert [*step.batch(column)] == [x * 2.0 for x in column.tolist()]
            wanted = [table(float(x)) for x in column]
            assert [*table.batch(column)] == wanted
    rows = numpy.zeros(2, dtype=[("a", "u1"), ("x", "f8", (2,))])["x"]
    rows[:] = [[1.0, 2.0], [3.0, 4.0]]
    assert [*compile(lambda x: x[0] * x[1]).batch(rows)] == [2.0, 12.0]
    whole = compile(lambda i: TABLE[i] * 1.0).batch(records["a"] % 2)
    assert [*whole] == [TABLE[1], TABLE[0]]
    other = ">" if sys.byteorder == "little" else "<"
    for column in (records, numpy.zeros(2, [("x", f"{other}f8")])["x"]):
        with pytest.raises(TypeError, match="a column of the format '"):
            step.batch(column)


@pytest.mark.parametrize("kind", ["double", "float", "long", "int", "bool", "ubyte"])
def test_arrays_of_ctypes(kind):
    number = getattr(ctypes, f"c_{kind}")
    step, product = compile(lambda x: x * 2.0), compile(lambda x: x[0] - 2 * x[1])
    assert [*step.batch((number * 3)(1, 0, 1))] == [2.0, 0.0, 2.0]
    rows = ((number * 2) * 3)((1, 0), (0, 1), (1, 1))
    assert [*product.batch(rows)] == [1.0, -2.0, -1.0]


def test_one_number_that_stands_for_all():
    step = compile(lambda x, y: w * x * y if x > 0 else -y)
    xs = numpy.broadcast_to(numpy.array(2.0), (3,))
    wanted = [step(2.0, y) for y in (1.0, 2.0, 3.0)]
    assert [*step.batch(xs, [1.0, 2.0, 3.0])] == wanted
    rows = numpy.broadcast_to(numpy.array([2.0, 3.0]), (3, 2))
    assert [*compile(lambda x: x[0] * x[1]).batch(rows)] == [6.0] * 3


def test_a_range_is_a_column():
    assert [*compile(lambda x: x * 2).batch(range(1, 4))] == [2.0, 4.0, 6.0]
    assert [*compile(lambda i: TABLE[i] * w).batch(range(3))] == [
        x * 0.7 for x in TABLE
    ]


def test_numbers_are_read_as_they_are():
    step = compile(lambda x: x * 1.0)
    assert [*step.batch(numpy.array([0.1, 0.2], dtype="f4"))] == [
        *map(float, numpy.array([0.1, 0.2], dtype="f4"))
    ]
    assert [*step.batch(numpy.array([-128, 127], dtype="i1"))] == [-128.0, 127.0]
    assert [*step.batch(numpy.array([2**64 - 1], dtype="u8"))] == [2.0**64]
    assert [*step.batch(numpy.array([-(2**63)], dtype="i8"))] == [-(2.0**63)]
    assert [*step.batch([1, 2.5, True])] == [1.0, 2.5, 1.0]
    column = array("d", [1.0, 2.0])
    result = step.batch(column)
    column[0] = 9.0
    assert [*result] == [1.0, 2.0] and [*step.batch(column)] == [9.0, 2.0]


@pytest.mark.parametrize(
    "indices",
    [
        [0, 2, 1, 0, 2],
        array("i", [0, 2, 1, 0, 2]),
        numpy.array([0, 2, 1, 0, 2]),
        numpy.array([0, 2, 1, 0, 2], dtype="u1"),
    ],
    ids=["list", "array", "numpy", "bytes"],
)
def test_columns_of_ints_are_indices(indices):
    xs = [1.0, 2.0, 3.0, 4.0, 5.0]
    wanted = [TABLE[i] * x for i, x in zip(indices, xs)]
    assert [*compile(lambda i, x: TABLE[i] * x).batch(indices, xs)] == wanted
    assert [*compile(lambda i, x: math.take(TABLE, i) * x).batch(indices, xs)] == wanted
    loops = compile(lambda n, x: sum((x for _ in range(n)), 0.0))
    assert [*loops.batch(indices, xs)] == [i * x for i, x in zip(indices, xs)]
    rows = numpy.arange(15.0).reshape(5, 3)
    taken = compile(lambda row, i: math.take(row, i))
    assert [*taken.batch(rows, indices)] == [rows[k][i] for k, i in enumerate(indices)]


def test_columns_of_ints_and_floats():
    step = compile(lambda x, y: x * y + w)
    mixed, floats = [1, 2.5, 3, True], [1.0, 2.5, 3.0, 1.0]
    wanted = [*step.batch(floats, 2.0)]
    for xs in (mixed, floats, numpy.array([1, 2.5, 3, 1]), [*map(Fraction, floats)]):
        assert [*step.batch(xs, 2)] == [*step.batch(xs, 2.0)] == wanted
    assert step.recordings == 1
    table = compile(lambda i, x: (TABLE[i] if x > 0 else 1.0) * x)
    assert [*table.batch([1, 0.5, 2], [1.0, -1.0, 1.0])] == [TABLE[1], -1.0, TABLE[2]]
    with pytest.raises(TypeError, match="not an int argument"):
        table.batch([1, 1.0], [1.0, 1.0])


def test_an_exception_in_a_batch_passes_through():
    step = compile(lambda i, x: TABLE[i] * x if x > 0 else 1 / 0)
    with pytest.raises(IndexError):
        step.batch([0, 7], [1.0, 1.0])
    with pytest.raises(ZeroDivisionError):
        step.batch([0, 1], [1.0, -1.0])
    assert [*step.batch([0, 1], [1.0, 1.0])] == [1.5, -2.5]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([1.0], [1.0, 2.0]), "lengths differ, they have 1 and 2 numbers"),
        ((1.0, 2.0), "no argument is a column of numbers"),
        (([], []), "no argument is a column"),
        ((array("d"), array("d")), "there are no samples"),
        ((numpy.zeros((0, 2)), 1.0), "there are no samples"),
        ((numpy.zeros((3, 0)), 1.0), "no argument is a column"),
        (("abc", 1.0), "no argument is a column"),
        ((["a", "b"], 1.0), "no argument is a column .*'a' at place 0 of a list is no"),
        (([None, None], 1.0), "no argument is a column .*None at place 0 of a list"),
        (([1.0, None], 1.0), "no argument is a column .*None at place 1 of a list"),
        ((range(0), 1.0), "no argument is a column"),
    ],
)
def test_columns_that_do_not_fit(columns, message):
    with pytest.raises(ValueError, match=f"columns: .*{message}"):
        compile(lambda x, y: x * y).batch(*columns)


@pytest.mark.parametrize(
    "column",
    [
        numpy.array(2.0),
        numpy.array([1, 0], dtype="e"),
        numpy.array([1, 0], dtype=">f8"),
        numpy.array([1, 0], dtype="c16"),
        numpy.array([1, 0], dtype=object),
        numpy.array(["a"]),
        numpy.array(["2020-01-01"], dtype="M8[D]"),
        {1.0, 2.0},
        object(),
        iter([1.0]),
    ],
    ids=lambda column: type(column).__name__ + getattr(column, "dtype", "").__str__(),
)
def test_things_that_are_no_columns(column):
    with pytest.raises(TypeError, match="column"):
        compile(lambda x: x * 2.0).batch(column)


def test_other_options():
    step = compile(lambda x: x * 2.0)
    for threads in (0, -1, 1.5, True, "2"):
        with pytest.raises(ValueError, match="threads: must be a whole number >= 1"):
            step.batch([1.0], threads=threads)
    assert [*step.batch([1.0], threads=1000)] == [2.0]
    for reduction in ("max", None, 1):
        with pytest.raises(ValueError, match="'mean' or 'sum'"):
            step.backward_batch([1.0], reduction=reduction)
    with pytest.raises(ValueError, match="no argument is a column"):
        compile(lambda: w * 2.0).batch()
    inner = w * 2
    with pytest.raises(ValueError, match=r"closes over .* leaves only"):
        compile(lambda x: inner * x).backward_batch([1.0])
    assert [*compile(lambda x: inner * x).batch([1.0, 2.0])] == [1.4, 2.8]


def test_a_large_batch_and_the_mean_of_its_values():
    xs = array("d", [stdlib.sin(i) for i in range(20_000)])
    step = compile(lambda x: w * x * x if x > 0 else -x)
    wanted = [w.data * x * x if x > 0 else -x for x in xs]
    assert near(step.batch(xs), wanted)
    value = step.backward_batch(xs)
    assert value == pytest.approx(stdlib.fsum(wanted) / len(xs), rel=1e-12)
    assert with_zero_grad([w]) == [
        pytest.approx(stdlib.fsum(x * x for x in xs if x > 0) / len(xs), rel=1e-12)
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_has_threads_of_its_own():
    w = Value(2.0)
    step = compile(lambda x: math.tanh(w * x) ** 2)
    column = array("d", [0.001 * k for k in range(100_000)])
    wanted = step.backward_batch(column, threads=2)
    with warnings.catch_warnings():
        # Python 3.12 warns of forks beside threads; ours wait, and hold nothing
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            w.grad = 0.0
            same = step.backward_batch(column, threads=2) == wanted
            os._exit(0 if same and w.grad != 0 else 1)
        os._exit(2)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert step.backward_batch(column, threads=2) == wanted
