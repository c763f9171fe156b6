"""JAX code of a compiled function: numbers, derivatives, batches, many devices."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, compile, math, stop_gradient
from autograd._engine import record
from autograd.compiling.exports.array_function import to_jax
from autograd.primitives import TABLE
from nn import MLP
from tests.compiled_laws import Eager, flat, near, with_zero_grad
from tests.random_recordings import RandomRecording
from tests.test_compile_equal import points
from tests.test_compile_programs import function_of, settle, smooth

jax = pytest.importorskip("jax", reason="JAX is not installed: pip install -e '.[jax]'")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy
# JAX's own functions, which differ from the engine's by more, and at poles
LIBRARY = {"gamma", "lgamma", "digamma", "polygamma"}
LEAST, MOST = 2.3e-308, 1e154
inf = float("inf")


def fits(row, point):
    """Whether XLA can be expected to keep the digits of what a row computes here.

    It flushes numbers below the smallest normal one to zero, and divides by a product
    where the rule divides twice, which may overflow.
    """
    if row.name == "fma":  # rounded twice
        return all(x == 0 or 1e-3 < abs(x) < 1e3 or not abs(x) < inf for x in point)
    if row.name in ("atan2", "hypot") and any(MOST < abs(x) < inf for x in point):
        return False
    return not any(0 < abs(x) < LEAST for x in point)


@pytest.fixture(scope="module")
def every_row():
    """For each row the points, the compiled function's numbers there, and JAX's."""
    functions, given, wanted = {}, {}, {}
    for row in TABLE:
        if row.name == "fsum":
            continue
        step = compile(lambda *xs, row=row: record(row, *xs))
        for point in row.samples if row.name in LIBRARY else points(row):
            xs = [float(x) for x in point]
            numbers = flat(step.value_and_grad(*xs))
            key = row, len(xs)
            if fits(row, xs) and not any(0 < abs(x) < LEAST for x in numbers):
                given.setdefault(key, []).append(xs)
                wanted.setdefault(key, []).append(numbers)
        for key in given:
            if key[0] is row:
                functions[key] = step.to_jax(*given[key][0])

    @jax.jit
    def all_at_once(columns):
        found = {}
        for (row, count), f in functions.items():
            xs = columns[f"{row.identifier} {count}"]
            values = f(f.initial, *xs)
            slopes = jax.grad(lambda xs, f=f: f(f.initial, *xs).sum())(xs)
            found[f"{row.identifier} {count}"] = jnp.stack([values, *slopes], axis=1)
        return found

    columns = {
        f"{row.identifier} {count}": [*jnp.array(several).T]
        for (row, count), several in given.items()
    }
    found = all_at_once(columns)
    by_row = {}
    for (row, count), several in given.items():
        numbers = found[f"{row.identifier} {count}"].tolist()
        by_row.setdefault(row, []).extend(zip(several, wanted[row, count], numbers))
    return by_row


@pytest.mark.parametrize(
    "row", [r for r in TABLE if r.name != "fsum"], ids=lambda row: row.identifier
)
def test_every_row_has_the_engine_s_numbers_and_slopes(row, every_row):
    assert len(every_row[row]) >= 2
    for xs, wanted, found in every_row[row]:
        if row.name in LIBRARY:
            assert jnp.allclose(jnp.array(found), jnp.array(wanted), 1e-7, 0), xs
        else:
            assert near(found, wanted), (xs, found, wanted)


def gradients(step, *args):
    """The compiled function's value, its gradients by weights, and by arguments."""
    weights = step.tape.parameters
    with_zero_grad(weights)
    step.backward(*args)
    value, by_arguments = step.value_and_grad(*args)
    return value, with_zero_grad(weights), flat(by_arguments)


def hinge():
    model = MLP(2, [16, 16, 1], seed=1)
    step = compile(lambda x, y: (1 - model(x) * y).relu())
    X = jax.random.normal(jax.random.key(0), (64, 2))
    y = jnp.sign(jax.random.normal(jax.random.key(1), (64,)))
    return step, step.to_jax([0.5, 0.5], 1.0), X, y


def test_a_network_under_jit_grad_and_vmap():
    step, f, X, y = hinge()
    wanted = [gradients(step, x.tolist(), float(t)) for x, t in zip(X, y)]
    values = [value for value, _, _ in wanted]
    for g in (f, jax.jit(f), jax.vmap(f, in_axes=(None, 0, 0))):
        assert near(g(f.initial, X, y).tolist(), values)
    by_p = jax.jit(jax.vmap(jax.grad(f), in_axes=(None, 0, 0)))(f.initial, X, y)
    by_x = jax.vmap(jax.grad(f, argnums=(1, 2)), in_axes=(None, 0, 0))
    by_x = jax.jit(by_x)(f.initial, X, y)
    for k, (_, weights, arguments) in enumerate(wanted):
        assert near(by_p[k].tolist(), weights, [1.0] * len(weights))
        assert near([*by_x[0][k].tolist(), float(by_x[1][k])], arguments, [1.0] * 3)

    def mean(p, X, y):
        return f(p, X, y).mean()

    step.backward_batch(
        X.tolist() and [[*X[:, 0].tolist()], [*X[:, 1].tolist()]], y.tolist()
    )
    total = with_zero_grad(f.parameters)
    found = jax.jit(jax.grad(mean))(f.initial, X, y).tolist()
    assert near(found, total, [1.0] * len(total))


def test_xla_sees_matrix_products():
    step, f, X, y = hinge()
    text = jax.jit(f).lower(f.initial, X, y).as_text()
    products = re.findall(r"dot_general .*-> (tensor<\w+>)", text)
    assert products == ["tensor<64x16xf64>", "tensor<64x16xf64>", "tensor<64x1xf64>"]
    assert len(text.splitlines()) < 100
    gradient = jax.grad(lambda p: f(p, X, y).mean())
    text = jax.jit(gradient).lower(f.initial).as_text()
    assert 7 <= len(re.findall("dot_general", text)) <= 9


def test_softmax_cross_entropy_with_take():
    weights = [[Value(0.1 * i - 0.2 * j + 0.3) for i in range(5)] for j in range(4)]

    @compile
    def loss(x, label):
        scores = [autograd.dot(row, x) for row in weights]
        return autograd.logsumexp(scores) - autograd.take(scores, label)

    f = loss.to_jax([1.0] * 5, 0.0)
    X = jax.random.normal(jax.random.key(2), (4, 5))
    for x, label in zip(X, (0, 3, -1, -4)):
        value, by_p, by_x = gradients(loss, x.tolist(), float(label))
        found = jax.jit(jax.value_and_grad(f, argnums=(0, 1)))(f.initial, x, label)
        assert near([float(found[0])], [value])
        assert near(found[1][0].tolist(), by_p, [1.0] * 20)
        assert near(found[1][1].tolist(), by_x[:5], [1.0] * 5)
    assert jnp.isnan(f(f.initial, jnp.ones((3, 5)), jnp.array([4, -5, 1.5]))).all()


def test_kinks_are_the_engine_s_not_jax_s():
    def all_kinks(x, zero):
        return autograd.sum(
            [
                *(abs(x), x.relu(), math.max([x, zero]), math.clip(x, 0.0, 1.0)),
                *(math.hypot(x, zero), math.xlogy(x, zero), x**0),
                math.leaky_relu(x, 0.1),
            ]
        )

    step = compile(all_kinks)
    f = step.to_jax(0.0, 0.0)
    _, wanted = step.value_and_grad(0.0, 0.0)
    found = jax.grad(f, argnums=(1, 2))(f.initial, 0.0, 0.0)
    assert [float(x) for x in found] == [*wanted] and 0 < wanted[0] < 2


def test_constants_have_no_slope():
    step = compile(lambda x: (x - 3.0) ** 2.0 + stop_gradient(math.log(x) * x) + 0 * x)
    f = step.to_jax(-2.0)
    assert jax.grad(f, argnums=1)(f.initial, -2.0) == -10.0
    power = compile(lambda x, y: x**y).to_jax(-2.0, 2.0)
    assert jax.grad(power, argnums=1)(power.initial, -2.0, 2.0) == -4.0
    step = compile(lambda x: stop_gradient(x * x) * x)
    f = step.to_jax(3.0)
    assert jax.jit(jax.grad(f, argnums=1))(f.initial, 3.0) == 9.0


def test_arguments_and_results_of_any_structure():
    w = Value(2.0)
    step = compile(lambda p, *more: {"a": [p["x"][0] * w, w * 3], "b": more[0] ** 2})
    f = step.to_jax({"x": [1.0, 2.0]}, 3.0)
    batch = {"x": jnp.array([[1.0, 2.0], [5.0, 0.0]])}, 4
    for g in (f, jax.jit(f)):
        found = jax.tree.map(lambda x: x.tolist(), g(f.initial, *batch))
        assert found == {"a": [[2.0, 10.0], [6.0, 6.0]], "b": [16.0, 16.0]}
    step = compile(lambda: w * w)
    step()
    f = step.to_jax()
    assert jax.grad(f)(jnp.array([3.0])).tolist() == [6.0] and f([3.0]).shape == ()


def test_a_batch_of_parameters_under_vmap():
    step, f, X, y = hinge()
    several = jnp.stack([f.initial, 2 * f.initial])
    found = jax.vmap(f, in_axes=(0, None, None))(several, X, y)
    assert found.shape == (2, 64)
    assert near(found[1].tolist(), f(2 * f.initial, X, y).tolist())


def test_second_derivatives():
    step = compile(lambda x: math.tanh(x[0] * x[1]) + math.logsumexp(x) * x[0] / x[1])
    f = step.to_jax([0.3, 0.7])
    found = jax.hessian(f, argnums=1)(f.initial, jnp.array([0.3, 0.7]))
    h = 1e-6
    for k in range(2):
        ends = []
        for sign in (1, -1):
            x = [0.3, 0.7]
            x[k] += sign * h
            ends.append(step.grad(x))
        for j in range(2):
            assert abs(found[k][j] - (ends[0][j] - ends[1][j]) / (2 * h)) < 1e-8


@settings(max_examples=10, deadline=None)
@given(smooth)
def test_programs(program):
    samples, weights, listed = program
    weights = [Value(x) for x in weights]
    function = function_of(listed, weights, settle)
    step = compile(function)
    f = step.to_jax(samples[0], path_only=True)
    eager = Eager(function, (samples[0],), f.parameters)
    found = f(f.initial, jnp.array([samples[0], samples[0]]))
    assert near(found.tolist(), eager.numbers * 2, [1.0] * 2)
    if eager.gradients is not None:
        both = jax.grad(f, argnums=(0, 1))(f.initial, jnp.array(samples[0]))
        assert near(both[0].tolist(), eager.weights, eager.weight_sizes)
        assert near(both[1].tolist(), eager.gradients, eager.sizes)


@pytest.mark.parametrize("seed", range(10))
def test_schedules_of_every_layout(seed):
    one = RandomRecording(seed)
    f = to_jax(one.recorded, False)

    def total(p, x):
        return sum(y * seed for y, seed in zip(f(p, x), one.seeds))

    both = jax.jit(jax.grad(total, argnums=(0, 1)))
    for x in one.samples[:2]:
        _, *wanted = one.run(x)
        for found, expected in zip(both(jnp.array(one.p), jnp.array(x)), wanted):
            scale = [max([1.0, *map(abs, expected)])] * len(expected)
            assert near(found.tolist(), expected, scale)


def test_numbers_keep_their_width():
    step, f, X, y = hinge()
    half = f(f.initial.astype("float32"), X.astype("float32"), y.astype(int))
    assert half.dtype == jnp.float32 and f(f.initial, X, y).dtype == jnp.float64
    assert (
        f.initial.dtype == jnp.float64
        and repr(f) == "<compiled for JAX, of 337 parameters>"
    )


def test_the_text_stands_alone():
    step = compile(lambda x, k: math.gelu(x) * autograd.take([x, 2.0 * x], k))
    f = step.to_jax(1.0, 0.0)
    names = {}
    exec(f.source, names)
    assert near([float(names["compiled"]([], 1.5, 1))], [step(1.5, 1.0)])
    assert "autograd" not in f.source.replace("scalar-autograd", "")


def test_a_function_of_several_paths_is_refused():
    step = compile(lambda x: x if x > 0 else -x)
    with pytest.raises(
        ValueError, match=r"to_jax\(\): .* recorded while x0 > 0 is True"
    ):
        step.to_jax(1.0)
    assert step.to_jax(1.0, path_only=True)([], -2.0) == -2.0


DEVICES = """
import jax, jax.numpy as jnp
from jax.sharding import Mesh, NamedSharding, PartitionSpec
jax.config.update("jax_enable_x64", True)
from tests.test_compile_exports_jax import hinge, near, with_zero_grad

step, f, X, y = hinge()
devices = jax.devices()
assert len(devices) == 8, devices
mesh = Mesh(devices, ("batch",))
by_sample = NamedSharding(mesh, PartitionSpec("batch"))
for_all = NamedSharding(mesh, PartitionSpec())
X, y = jax.device_put(X, by_sample), jax.device_put(y, by_sample)
p = jax.device_put(f.initial, for_all)
loss = jax.jit(f)(p, X, y)
assert len(loss.sharding.device_set) == 8 and not loss.sharding.is_fully_replicated
mean = jax.jit(jax.value_and_grad(lambda p, X, y: f(p, X, y).mean()))
compiled = mean.lower(p, X, y).compile().as_text()
assert "all-reduce" in compiled  # each device has samples of its own
value, gradient = mean(p, X, y)
assert gradient.sharding.is_fully_replicated
with_zero_grad(f.parameters)
columns = [X[:, 0].tolist(), X[:, 1].tolist()]
assert near([float(value)], [step.backward_batch(columns, y.tolist())])
wanted = with_zero_grad(f.parameters)
assert near(gradient.tolist(), wanted, [1.0] * len(wanted))
print("the same on 8 devices")
"""


def test_a_batch_on_many_devices(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=8")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    done = subprocess.run(
        [sys.executable, "-c", DEVICES],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "the same on 8 devices\n", done.stderr[-3000:]


def test_jax_that_is_missing_is_named(monkeypatch):
    step = compile(lambda x: x)
    step(1.0)
    for name in ("jax", "jax.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(
        ModuleNotFoundError, match=r"pip install 'scalar-autograd\[jax\]'"
    ):
        step.to_jax()
