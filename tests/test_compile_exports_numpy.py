"""NumPy code of a compiled function: its numbers, for one sample and for batches."""

import enum
import re

import numpy as np
import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, compile, math, primitive, stop_gradient
from autograd._engine import record
from autograd.compiling.exports.array_function import to_numpy
from autograd.compiling.exports.reading import Recorded
from autograd.compiling.layout import Schedule
from autograd.compiling.structure import NUMBER
from autograd.primitives import ROWS, TABLE
from nn import MLP
from tests.compiled_laws import Eager, near
from tests.random_recordings import RandomRecording
from tests.test_compile_equal import points
from tests.test_compile_programs import function_of, settle, smooth
from tests.test_replay import Draft

# SciPy's own, which differ from the engine's by more near zeros, and at poles
LIBRARY = {"gamma", "lgamma", "digamma", "polygamma"}


def numbers(weights):
    return [weight.data for weight in weights]


@pytest.mark.parametrize(
    "row", [r for r in TABLE if r.name != "fsum"], ids=lambda row: row.identifier
)
def test_every_row_has_the_engine_s_numbers(row):
    step = compile(lambda *xs: record(row, *xs))
    where = row.samples if row.name in LIBRARY else points(row)
    by_count = {}
    for point in where:
        tame = all(x == 0 or 1e-3 < abs(x) < 1e3 for x in point)
        if row.name != "fma" or tame:  # rounded twice
            by_count.setdefault(len(point), []).append([float(x) for x in point])
    for several in by_count.values():
        f = step.to_numpy(*several[0])
        found = f(f.initial, *map(np.array, zip(*several)))
        wanted = [step(*point) for point in several]
        if row.name in LIBRARY:
            assert np.allclose(found, wanted, rtol=1e-8, atol=0)
        else:
            assert near(found.tolist(), wanted), (several, found, wanted)
        assert f(f.initial, *several[0]).shape == ()


def test_a_network_is_matrix_products():
    model = MLP(3, [8, 8, 1], seed=3)
    step = compile(lambda x, y: (1 - model(x) * y).relu())
    f = step.to_numpy([0.1, 0.2, 0.3], 1.0)
    assert f.parameters == step.tape.parameters
    assert f.initial.tolist() == numbers(f.parameters)
    body = f.source[f.source.index("def compiled(") :].splitlines()
    assert len([line for line in body if " @ " in line]) == 3 and len(body) == 11
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 3)), np.sign(rng.normal(size=50))
    wanted = step.batch(X, y)
    assert near(f(f.initial, X, y).tolist(), wanted)
    assert near([f(f.initial, [*X[0]], y[0]).item()], wanted[:1])
    assert near(f(f.initial, [*X.T], list(y)).tolist(), wanted)
    changed = f.initial * 2
    for parameter, x in zip(f.parameters, changed):
        parameter.data = float(x)
    assert near(f(list(changed), X, y).tolist(), step.batch(X, y))


def test_a_plain_number_is_the_same_for_all_samples():
    w = Value(2.0)
    step = compile(lambda p, k: p["a"] * w + autograd.sum(p["b"]) * k)
    f = step.to_numpy({"a": 1.0, "b": [1.0, 2.0]}, 3.0)
    found = f([2.0], {"a": np.arange(3.0), "b": [1.0, np.ones(3)]}, 3)
    assert found.tolist() == [6.0, 8.0, 10.0]
    assert f([2.0], {"a": 1, "b": [1, 2]}, 3.0).tolist() == 11.0
    assert f([2.0], {"a": 1.0, "b": np.ones((4, 5, 2))}, 0.0).shape == (4, 5)


def test_results_are_in_the_function_s_structure():
    w = Value(2.0)
    step = compile(lambda x: {"a": [x, w * 3, 1.0], "b": (x * w, None), 3: "text"})
    f = step.to_numpy(1.0)
    found = f([2.0], np.array([1.0, 4.0]))
    assert [part.tolist() for part in found["a"]] == [[1.0, 4.0], [6.0] * 2, [1.0] * 2]
    assert found["b"][0].tolist() == [2.0, 8.0] and found["b"][1] is None
    assert found[3] == "text" and f([2.0], 1.0)["a"][2].shape == ()
    assert compile(lambda: w * w).to_numpy.__doc__
    nothing = compile(lambda: w * w)
    nothing()
    assert nothing.to_numpy()([3.0]) == 9.0


def test_softmax_cross_entropy_with_take():
    weights = [[Value(0.1 * i - 0.2 * j + 0.3) for i in range(5)] for j in range(4)]

    def loss(x, label):
        scores = [autograd.dot(row, x) for row in weights]
        return autograd.logsumexp(scores) - autograd.take(scores, label)

    step = compile(loss)
    f = step.to_numpy([1.0] * 5, 0.0)
    X, labels = np.random.default_rng(1).normal(size=(6, 5)), [0, 3, -1, -4, 2, 1]
    assert near(f(f.initial, X, labels).tolist(), step.batch(X, labels))
    for label in (4, -5, 1.5, np.inf, np.nan):
        assert np.isnan(f(f.initial, X[0], label))


def test_an_embedding_is_one_look_up():
    table = [[Value(10.0 * i + j) for j in range(3)] for i in range(7)]

    def row(k):
        return [autograd.take(column, k) * 2 for column in zip(*table)]

    step = compile(row)
    f = step.to_numpy(0.0)
    found = f(f.initial, np.array([0, 6, -1, 2]))
    assert [part.tolist() for part in found] == [
        [2 * table[i][j].data for i in (0, 6, 6, 2)] for j in range(3)
    ]
    assert len(re.findall(r"= taken\(", f.source)) == 1


@settings(max_examples=60, deadline=None)
@given(smooth)
def test_programs(program):
    samples, weights, listed = program
    weights = [Value(x) for x in weights]
    function = function_of(listed, weights, settle)
    for exact in (True, False):
        step = compile(function, exact=exact)
        f = step.to_numpy(samples[0], path_only=True)
        path = step.tape
        # none where rounding decides a comparison: then each call records anew
        on_it = [xs for xs in samples if (step(xs), step.tape is path)[1]]
        found = f(f.initial, np.array(on_it).reshape(-1, len(samples[0])))
        for xs, x in zip(on_it, found.tolist()):
            assert near([x], Eager(function, (xs,)).numbers, [1.0])
            assert near([f(f.initial, xs).item()], [x], [1.0])


@pytest.mark.parametrize("seed", range(150))
def test_schedules_of_every_layout(seed):
    one = RandomRecording(seed)
    f = to_numpy(one.recorded, False)
    wanted = [one.run(x)[0] for x in one.samples]
    found = f(one.p, np.array(one.samples))
    for column, expected in zip(found, zip(*wanted)):
        assert column.shape == (3,)
        assert near(column.tolist(), expected, [max(1.0, *map(abs, expected))] * 3)
    for column, expected in zip(f(one.p, one.samples[0]), wanted[0]):
        assert near([column.item()], [expected], [max(1.0, abs(expected))])


def test_a_call_over_a_parameter_and_an_argument():
    draft = Draft([2.0], [], 1)
    draft.start_varying()
    draft.outputs = [draft.call(ROWS["mean"], [0, 1])]
    arguments = ("tuple", (NUMBER,)), ("dict", (), ())
    schedule = Schedule(**draft.parts())
    f = to_numpy(Recorded("mean", schedule, arguments, ("x",), NUMBER), False)
    assert (
        f([2.0], np.array([4.0, 6.0])).tolist() == [3.0, 4.0] and f([1.0], 2.0) == 1.5
    )


def test_operands_that_lie_apart():
    weights = [Value(0.1 * i + 0.2) for i in range(20)]

    def f(x, k):
        a = [x[0] * x[3], math.sin(x[1]), x[2] * weights[5], weights[0] * weights[6]]
        mixed = [a[2], weights[1], x[1], a[0], x[3], 2.0, a[1], weights[3], a[3]]
        strided = [autograd.dot(weights[j : j + 3], x[:3]) for j in range(0, 15, 5)]
        slid = [autograd.dot(weights[j : j + 3], x[1:]) for j in range(4)]
        turned = [autograd.dot(weights[j::5], x) for j in range(5)]
        outer = [autograd.max([x[0] * w, a[1]]) for w in weights[:4]]
        pairs = [autograd.dot([p, q], [q, w]) for p, q, w in zip(a, outer, strided)]
        taken = [autograd.take(row, k) for row in (weights[:3], weights[7:10], x[:3])]
        return (
            math.prod(mixed) + math.max(mixed[::-1]) + math.hypot(*mixed[2:])
            + math.min(mixed[1:5]) + math.logsumexp(mixed) + autograd.mean(mixed)
            + autograd.sum([*strided, *slid, *turned, *outer, *pairs, *taken, 3.0])
            + autograd.dot([3.0, 4.0, 5.0, 6.0], x) + autograd.sum(x[::2])
            + autograd.logsumexp([*weights[::-3], *x]) * autograd.max([*turned, *slid])
        )  # fmt: skip

    x = [0.3, 0.7, -1.1, 0.4]
    for exact in (True, False):
        step = compile(f, exact=exact)
        exported = step.to_numpy(x, 1.0)
        batch = np.array([x, [2.0 * v for v in x], [-v for v in x]])
        found = exported(exported.initial, batch, [0, 1, 2])
        wanted = [step(list(row), k) for row, k in zip(batch, [0.0, 1.0, 2.0])]
        assert near(found.tolist(), wanted)


# --- what is told, and what is refused


def test_a_function_of_several_paths_is_refused():
    step = compile(lambda x, y: x * y if x > y and y > 0 else y)
    with pytest.raises(ValueError, match=r"recorded while x0 > x1 is True and 1 more"):
        step.to_numpy(2.0, 1.0)
    f = step.to_numpy(2.0, 1.0, path_only=True)
    assert f([], 2.0, 1.0) == 2.0 and "# right only while x1 <U+003E> 0" not in f.source
    assert "# right only while x1 > 0 is True" in f.source
    counted = compile(lambda x, n: autograd.sum([x] * n))
    with pytest.raises(ValueError, match="while x1 == 3, an index or a count"):
        counted.to_numpy(2.0, 3)


def test_what_belongs_to_the_recording_is_checked():
    class Mode(str, enum.Enum):
        FAST = "fast'); raise SystemExit('"

    def function(x, mode, *rest, **named):
        return x * named["k"] + rest[1] if mode == "a" else x

    step = compile(function)
    f = step.to_numpy(2.0, "a", None, 5.0, k=3.0)
    assert f([], 2.0, "a", None, 5.0, k=np.array([3.0, 4.0])).tolist() == [11.0, 13.0]
    with pytest.raises(ValueError, match="recorded with mode = 'a'"):
        f([], 2.0, "b", None, 5.0, k=3.0)
    f = step.to_numpy(2.0, Mode.FAST, None, k=3.0)
    assert f([], 2.0, Mode.FAST, None, k=3.0) == 2.0
    keyed = compile(lambda p: p[Mode.FAST] * p[2.5])
    assert (
        keyed.to_numpy({Mode.FAST: 2.0, 2.5: 3.0})([], {Mode.FAST: 2.0, 2.5: 4.0})
        == 8.0
    )
    with pytest.raises(ValueError, match="cannot be written down"):
        compile(lambda x: {Mode.FAST: x}).to_numpy(1.0)


def test_arguments_of_another_shape_are_refused():
    w = Value(2.0)
    f = compile(lambda x, y: autograd.sum(x) * w + y).to_numpy([1.0, 2.0], 3.0)
    for parameters, x, told in (
        ([2.0, 3.0], [1.0, 2.0], r"parameters are an array of 1 numbers, not of shape"),
        (2.0, [1.0, 2.0], r"parameters are an array"),
        ([2.0], [1.0], r"a list of 1 where 2 are wanted; .* \('N', 2\)"),
        ([2.0], np.ones((2, 3)), r"has the shape \(2, 3\), where \(2,\) is wanted, or"),
        ([2.0], 1.0, r"has the shape \(\)"),
    ):
        with pytest.raises(ValueError, match=told):
            f(parameters, x, 3.0)
    with pytest.raises(ValueError, match="shape"):
        f([2.0], np.ones((4, 2)), np.ones(3))
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        f([2.0], [1.0, 2.0])


@pytest.mark.parametrize(
    "name",
    ["np", "p", "relu", "inputs", "math", "class", "x0", "t1", "größe", "1\n#", ""],
)
def test_names_of_users_are_inert(name):
    w = Value(-2.0, label=f"{name}\nraise SystemExit")

    def function(t0, np, p, inputs):
        return t0.relu() * np + math.tanh(p) * inputs[name] * w

    function.__qualname__ = name
    step = compile(function)
    args = 2.0, 3.0, 0.5, {name: 1.5}
    f = step.to_numpy(*args)
    assert near([f(f.initial, *args).item()], [step(*args)])
    assert ("SystemExit" not in f.source and f.source.isascii()) or name == "größe"


def test_rows_that_arrays_cannot_compute_are_named():
    @primitive(partials=lambda out, x: 1.0)
    def rounded(x):
        return round(x)

    step = compile(lambda x: rounded(x) * x)
    with pytest.raises(ValueError, match="'rounded', a primitive of your own"):
        step.to_numpy(2.6)
    step = compile(lambda *xs: record(ROWS["fsum"], *xs))
    with pytest.raises(ValueError, match=r"to_numpy\(\): .* uses 'fsum', which arrays"):
        step.to_numpy(1.0, 2.0)


def test_numbers_keep_their_width_and_warn_of_nothing():
    w = Value(2.0)
    f = compile(lambda x: math.log(x) * w / x).to_numpy(1.0)
    assert f(f.initial, np.float32(2.0)).dtype == np.float64
    assert f(f.initial.astype("f4"), np.ones(3, "f4")).dtype == np.float32
    assert f(f.initial, np.ones(3, int)).dtype == np.float64
    assert np.isnan(f(f.initial, [0.0, -1.0])).tolist() == [False, True]


def test_the_text_stands_alone():
    w = Value(2.0)
    step = compile(lambda x: math.gelu(stop_gradient(x) * w))
    f = step.to_numpy(1.0)
    names = {}
    exec(f.source, names)
    assert near([names[f.__name__]([2.0], 1.5).item()], [step(1.5)])
    imported = re.findall(r"^(?:import|from) (\w+)", f.source, re.M)
    assert imported == ["math", "numpy", "scipy"]
    assert repr(f) == "<compiled for NumPy, of 1 parameters>"
    plain = compile(lambda x: x * 2).to_numpy(1.0)
    assert "scipy" not in plain.source


def test_nothing_was_recorded():
    with pytest.raises(ValueError, match="was not called yet"):
        compile(lambda x: x).to_numpy()


@pytest.mark.parametrize(
    ("missing", "told"),
    [("numpy", r"to_numpy\(\) needs numpy"), ("scipy", r"\(erf, gamma and others\)")],
)
def test_a_library_that_is_missing_is_named(missing, told, monkeypatch):
    step = compile(lambda x: math.erf(x))
    step(1.0)
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    with pytest.raises(ModuleNotFoundError, match=told):
        step.to_numpy()
