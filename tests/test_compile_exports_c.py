"""C of a compiled function: its numbers and gradients, and that it is plain C99."""

import re
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, compile, math, primitive, stop_gradient
from autograd._engine import record
from autograd._native.kernels import KERNELS
from autograd.compiling.exports.c import to_c
from autograd.primitives import ROWS, TABLE
from nn import MLP
from tests.compiled_c import CC, Exported, build, needs_a_compiler
from tests.compiled_laws import Eager, bits, flat, near, with_zero_grad
from tests.random_recordings import RandomRecording
from tests.test_compile_equal import points
from tests.test_compile_programs import (
    LISTS,
    SMOOTH,
    SMOOTH_KINDS,
    function_of,
    programs,
    settle,
    smooth,
    tame,
)

pytestmark = needs_a_compiler
# rows whose derivative C99 has no function for
WITHOUT = {"gamma", "lgamma", "digamma", "polygamma", "fsum"}
# to the last bit; C99's cube root is not the engine's, nor is the length of a vector
EXACT = {row.name for row in TABLE} - WITHOUT - {"cbrt", "hypot"}
LISTED = tuple(name for name in LISTS if name != "hypot")
exactly = programs(tame, SMOOTH_KINDS, SMOOTH, ("+", "-", "*"), lists=LISTED)


def exported(step, folder, *args):
    source = step.to_c(*args)
    return Exported(build(folder, [source]), source)


def agrees(step, c, args, x, to_the_bit=None):
    """The C function's numbers are the compiled one's: bits, if that is exact."""
    is_exact = step.exact if to_the_bit is None else to_the_bit
    same = (lambda a, b: bits(a) == bits(b)) if is_exact else near
    value, gradient = step.value_and_grad(*args)
    weights = step.tape.parameters
    with_zero_grad(weights)
    step.backward(*args)
    by_weights, p = with_zero_grad(weights), [weight.data for weight in weights]
    status, results, dp, dx = c.gradient(p, x)
    assert status == 0 and same(results, [value]), (args, results, value)
    status, results = c.value(p, x)
    assert status == 0 and same(results, [value]), (args, results, value)
    assert same(dp, by_weights), (args, dp, by_weights)
    wanted = flat(gradient)
    assert same(dx, wanted), (args, dx, wanted)


@pytest.fixture(scope="module")
def every_row(tmp_path_factory):
    """Each row as a function of so many arguments, all in one library."""
    steps, sources = {}, {}
    for row in TABLE:
        if row.name in WITHOUT:
            continue
        for count, point in {len(point): point for point in points(row)}.items():
            function = lambda *xs, row=row: record(row, *xs)  # noqa: E731
            function.__qualname__ = f"{row.identifier}{count}"
            step = compile(function, exact=row.name in EXACT)
            sources[row.name, count] = step.to_c(*[float(x) for x in point])
            steps[row.name, count] = step
    library = build(tmp_path_factory.mktemp("rows"), sources.values(), "-O1")
    return {key: (steps[key], Exported(library, sources[key])) for key in steps}


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.name not in WITHOUT], ids=lambda r: r.identifier
)
def test_every_row_has_the_engine_s_numbers(row, every_row):
    for point in points(row):
        agrees(*every_row[row.name, len(point)], [float(x) for x in point], point)


# --- models


def test_a_network(tmp_path):
    model = MLP(3, [8, 8, 1], seed=3)

    @compile
    def hinge(x, y):
        return (1 - model(x) * y).relu() + 0.01 * math.tanh(model(x))

    c = exported(hinge, tmp_path, [0.3, -0.2, 0.9], 1.0)
    assert c.P == len(model.parameters()) and (c.I, c.R) == (4, 1)
    for x, y in (([0.3, -0.2, 0.9], 1.0), ([1.0, 2.0, -3.0], -1.0), ([0.0] * 3, 0.5)):
        agrees(hinge, c, (x, y), [*x, y])
    assert c.initial == [p.data for p in hinge.tape.parameters]


def test_softmax_cross_entropy_with_take(tmp_path):
    weights = [[Value(0.1 * i - 0.2 * j + 0.3) for i in range(5)] for j in range(4)]

    @compile
    def loss(x, label):
        scores = [autograd.dot(row, x) for row in weights]
        return autograd.logsumexp(scores) - autograd.take(scores, label)

    c = exported(loss, tmp_path, [1.0, 2.0, 3.0, 4.0, 5.0], 2.0)
    x = [0.5, -1.0, 2.0, 0.25, 3.0]
    for label in (0.0, 3.0, -1.0, -4.0):
        agrees(loss, c, (x, label), [*x, label])
    p = [w.data for w in loss.tape.parameters]
    for label in (4.0, -5.0, 1.5, float("nan"), float("inf"), 1e300):
        assert c.value(p, [*x, label])[0] == -1
        status, results, dp, dx = c.gradient(p, [*x, label])
        assert status == -1 and not any([*results, *dp, *dx])


def test_softmax_over_a_sequence(tmp_path):
    @compile
    def attention(q, keys, values):
        shares = autograd.softmax([autograd.dot(q, key) for key in keys])
        mixed = [autograd.dot(shares, column) for column in zip(*values)]
        return autograd.sum([math.gelu(x) for x in mixed]) / math.hypot(*q)

    q, keys = [0.1, -0.4], [[0.5, 1.0], [-0.25, 2.0], [0.0, 0.75]]
    c = exported(attention, tmp_path, q, keys, keys)
    for scale in (1.0, -2.0, 30.0):
        given = [scale * x for x in q], keys, [[scale * x for x in key] for key in keys]
        agrees(attention, c, given, flat(given))


@settings(max_examples=20, deadline=None)
@given(program=exactly)
def test_programs_to_the_last_bit(program, tmp_path_factory):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    step = compile(function_of(listed, weights, settle), exact=True)
    c = exported(step, tmp_path_factory.mktemp("program"), samples[0])
    path = step.tape
    for xs in samples:
        step(xs)
        if step.tape is path:
            agrees(step, c, (xs,), xs)
        else:
            assert c.value([w.data for w in path.parameters], xs)[0] > 0


@settings(max_examples=20, deadline=None)
@given(program=smooth)
def test_programs_within_the_tolerance(program, tmp_path_factory):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    function = function_of(listed, weights, settle)
    step = compile(function)
    c = exported(step, tmp_path_factory.mktemp("program"), samples[0])
    kept = step.tape.parameters
    eager = Eager(function, (samples[0],), kept)
    status, results, dp, dx = c.gradient([w.data for w in kept], samples[0])
    assert status == 0 and near(results, eager.numbers)
    if eager.gradients is not None:
        assert near(dx, eager.gradients, eager.sizes)
        assert near(dp, eager.weights, eager.weight_sizes)


@pytest.fixture(scope="module")
def random_recordings(tmp_path_factory):
    """Random schedules of every layout, all in one library."""
    made, sources = [], []
    for exact in (False, True):
        rows = [row.name for row in TABLE if row.arity and KERNELS[row]]
        for seed in range(40):
            made.append(RandomRecording(seed, exact, rows if exact else None))
            recorded = made[-1].recorded
            recorded = replace(recorded, name=f"{recorded.name}{'_exact' * exact}")
            sources.append(to_c(recorded))
    library = build(tmp_path_factory.mktemp("recordings"), sources, "-O1")
    return [(one, Exported(library, text)) for one, text in zip(made, sources)]


def test_schedules_of_every_layout(random_recordings):
    for one, c in random_recordings:
        for x in one.samples:
            wanted = one.run(x)
            status, *found = c.gradient(one.p, x, one.seeds)
            assert status == 0
            for numbers, expected in zip(found, wanted):
                scale = [max([1.0, *[abs(y) for y in expected if y - y == 0]])]
                assert near(numbers, expected, scale * len(expected)), c.name
            kept = c.gradient(one.p, x, one.seeds, by_p=False)
            assert bits([*kept[1], *kept[3]]) == bits([*found[0], *found[2]])
            kept = c.gradient(one.p, x, one.seeds, by_x=False)
            assert bits([*kept[1], *kept[2]]) == bits([*found[0], *found[1]])


# --- what is told, and what is refused


def test_a_path_that_does_not_hold_is_told(tmp_path):
    @compile
    def f(x, y, n):
        if x > y:
            return x * y
        total = x
        for _ in range(n):
            total = total * y
        return total if total == total else y

    c = exported(f, tmp_path, 1.0, 2.0, 3)
    assert c.gradient([], [1.0, 2.0, 3.0]) == (0, [8.0], [], [8.0, 12.0, 0.0])
    for x, k in (
        ([3.0, 2.0, 3.0], 1),
        ([float("nan"), 2.0, 3.0], 2),
        ([1.0, 2.0, 4.0], 3),
    ):
        status, results, _, dx = c.gradient([], x)
        assert status == k and results == [0.0] and dx == [0.0] * 3
    source = f.to_c()
    for told in ("/* 1: x0 > x1 is False */", "/* 3: x2 == 3, an index or a count */"):
        assert told in source


def test_several_results_and_seeds(tmp_path):
    w = Value(3.0)

    @compile
    def f(x, y):
        return {"a": x * y * w, "b": [x, w, 2.0, stop_gradient(x) * y]}

    c = exported(f, tmp_path, 2.0, 5.0)
    status, results, dp, dx = c.gradient(
        [3.0], [2.0, 5.0], [1.0, 10.0, 100.0, 7.0, 1e3]
    )
    assert (status, results) == (0, [30.0, 2.0, 3.0, 2.0, 10.0])
    assert dp == [10.0 + 100.0] and dx == [15.0 + 10.0, 6.0 + 2e3]
    assert c.gradient([3.0], [2.0, 5.0], [1.0] * 5, by_p=False)[2:] == (
        [0.0],
        [16.0, 8.0],
    )
    assert c.gradient([3.0], [2.0, 5.0], [1.0] * 5, by_x=False)[2:] == (
        [11.0],
        [0.0, 0.0],
    )
    assert "results[1] to results[4] = result['b']" in f.to_c()


def test_functions_of_nothing_and_constants(tmp_path):
    w = Value(0.5)
    for i, (function, gradient) in enumerate(
        [
            (lambda: w * w, (0, [0.25], [1.0], [])),
            (lambda x: w + 1, (0, [1.5], [1.0], [0.0])),
            (lambda x: 7.0, (0, [7.0], [], [0.0])),
            (lambda x: x, (0, [2.0], [], [1.0])),
            (lambda x: w, (0, [0.5], [1.0], [0.0])),
        ]
    ):
        step = compile(function)
        args = [2.0] * function.__code__.co_argcount
        step(*args)
        (tmp_path / str(i)).mkdir()
        assert (
            exported(step, tmp_path / str(i)).gradient([0.5][: len(gradient[2])], args)
            == gradient
        )


def test_operands_that_lie_apart(tmp_path):
    weights = [Value(0.1 * i + 0.2) for i in range(7)]

    @compile
    def f(x):
        a = [x[0] * x[3], math.sin(x[1]), x[2] * weights[5], weights[0] * weights[6]]
        mixed = [a[2], weights[1], x[1], a[0], x[3], 2.0, a[1], weights[3], a[3]]
        return (
            math.prod(mixed) + math.max(mixed[::-1]) + math.hypot(*mixed[2:])
            + math.min(mixed[1:5]) + math.logsumexp(mixed) + autograd.mean(mixed)
            + math.dot(mixed[:4], mixed[4:8]) + math.dot([3.0, 4.0, 5.0], x[1:4])
            + autograd.take(mixed, x[4]) + autograd.take([1.0, 4.0, 9.0], x[4])
        )  # fmt: skip

    x = [0.3, 0.7, -1.1, 0.4, 1.0]
    for exact in (True, False):
        step = compile(f.function, exact=exact)
        (tmp_path / str(exact)).mkdir()
        c = exported(step, tmp_path / str(exact), x)
        for k in (0.0, 1.0, 2.0):
            agrees(step, c, ([*x[:4], k],), [*x[:4], k], to_the_bit=False)


HOSTILE = (
    *(
        "*/ int main(void) { return 1; } /*",
        "a\\",
        "??/",
        "w\n#error x",
        "\u202e",
        "%s",
    ),
    *(
        "int",
        "double",
        "exp",
        "y0",
        "main",
        "1x",
        "_Bool",
        "x y",
        "",
        "größe",
        '"',
        "'",
    ),
)


def test_texts_of_users_are_inert(tmp_path):
    sources = []
    for i, text in enumerate(HOSTILE):
        w = Value(2.0, label=text)
        function = lambda p, w=w: p[text] * w + (1.0 if p["mode"] == text else 0.0)  # noqa
        function.__qualname__ = text + ("" if text in ("main", "exp") else str(i))
        step = compile(function)
        assert step({text: 3.0, "mode": text}) == 7.0
        sources.append(step.to_c())
        assert sources[-1].isascii()
    for i, source in enumerate(sources):
        (tmp_path / str(i)).mkdir()
        c = Exported(build(tmp_path / str(i), [source]), source)
        assert c.gradient([2.0], [3.0]) == (0, [7.0], [3.0], [2.0])


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_rows_that_c_cannot_compute_are_named(name):
    row = ROWS[name]
    step = compile(lambda *xs: record(row, *xs))
    step(*[float(x) for x in row.samples[0]])
    with pytest.raises(ValueError, match=rf"to_c\(\): .*{name!r}, and its rule needs"):
        step.to_c()


def test_a_value_needs_no_derivative(tmp_path):
    step = compile(lambda x: stop_gradient(math.lgamma(x) + math.gamma(x)) * x)
    assert near([step(2.5)], exported(step, tmp_path).value([], [2.5])[1])


def test_primitives_of_the_user_s_are_refused():
    @primitive(partials=lambda out, x: 1.0)
    def rounded(x):
        return round(x)

    step = compile(lambda x: rounded(x) * x)
    step(2.6)
    with pytest.raises(ValueError, match="'rounded', a primitive of your own"):
        step.to_c()


def test_nothing_was_recorded():
    step = compile(lambda x: x)
    with pytest.raises(ValueError, match="was not called yet"):
        step.to_c()
    assert step.to_c(1.0) == step.to_c() == step.to_c(2.0)
    with pytest.raises(TypeError, match=r"may not use to_c\(\) of"):
        compile(lambda x: len(step.to_c(x)) * x)(1.0)


def test_the_path_is_that_of_the_arguments():
    step = compile(lambda x: x * 2 if x > 0 else x * 3)
    one, other = step.to_c(1.0), step.to_c(-1.0)
    assert "is True" in one and "is False" in other
    step(1.0)
    assert step.to_c() == one


def test_the_file_stands_alone(tmp_path):
    step = compile(lambda x, k: math.gelu(x) + autograd.take([x, 1.0], k) ** 1.5)
    source = step.to_c(1.0, 0.0)
    assert re.findall(r"#\w+.*", source) == ["#include <math.h>"]
    written = [
        line
        for line in source.splitlines()
        if re.match(r"(static )?(double|int) \w+( =|\[|;)", line)
    ]
    assert written == []  # no global that is written
    assert not re.search(r"malloc|calloc|free\(|\bsignal", source)
    (tmp_path / "f.c").write_text(source)
    done = subprocess.run(
        [CC, "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O3", "-Wshadow",
         "-Wstrict-prototypes", "-c", "f.c"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_vectors_are_loops():
    model = MLP(10, [50, 50, 1], seed=0)
    step = compile(lambda x: model(x))
    step([0.5] * 10)
    source = step.to_c()
    body = source[source.index("static int ") :]
    assert len(body.splitlines()) < 100 and len(step.tape.parameters) > 3000
