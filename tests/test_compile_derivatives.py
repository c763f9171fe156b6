"""Jacobians, Hessians and their products with vectors, of compiled functions."""

import itertools
import math as stdlib
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Value, compile, duals, floats, load, logsumexp, math, primitive
from autograd import max as largest
from autograd import min as smallest
from autograd.compiling import plans
from autograd.compiling.interpreter import Program as Readable
from autograd.primitives import TABLE
from nn import MLP
from tests.test_duals import NO_SLOPE
from tests.test_replay import Maker, bits, close, draft_of, native, points

ONCE = duals.Duals(floats)


def rosenbrock(x):
    return sum(
        [100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x)]
    )


def rosenbrocks_hessian(x):
    """The closed form."""
    n = len(x)
    found = [[0.0] * n for _ in x]
    for i in range(n - 1):
        found[i][i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        found[i + 1][i + 1] += 200
        found[i][i + 1] = found[i + 1][i] = -400 * x[i]
    return found


# --- the programs


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.identifier)
def test_a_row_has_its_tangents_in_a_schedule(row):
    for point in points(row):
        draft = draft_of(row, len(point), False, range(len(point)))
        if row.name == "**":  # nobody needs a constant's adjoint
            draft.needs[1][-1] = 1
        direction = [-0.3, 2.0, 5.0, 0.7, -1.1, 0.4][: len(point)]
        for k in range(len(point)):
            if (row.name, k) in NO_SLOPE:
                direction[k] = 0.0
        operands = [
            ONCE.dual(x, None if (row.name, k) in NO_SLOPE else t)
            for k, (x, t) in enumerate(zip(point, direction))
        ]
        out, slopes = duals.at(ONCE, row, *operands)
        expected = [ONCE.parts(slope)[1] for slope in slopes]
        for program in draft.programs():
            assert program.forward(list(point)) == -1
            close(program.jvp(direction), [ONCE.parts(out)[1]])
            close(program.hvp(direction, [1.0]), expected)


@native
@pytest.mark.parametrize("seed", range(60))
def test_the_twins_have_the_same_tangents(seed):
    maker = Maker(seed)
    draft = maker.make()
    slow, fast = draft.programs()
    sample, direction = maker.samples(draft, 2)
    seeds = [maker.number() for _ in draft.outputs]
    for program in (slow, fast):
        program.forward(sample)
    close(fast.jvp(direction), slow.jvp(direction))
    close(fast.hvp(direction, seeds), slow.hvp(direction, seeds))


@pytest.mark.parametrize("seed", range(40))
def test_tangents_are_those_of_reverse_mode(seed):
    """u · (J v) is (uᵀ J) · v; and u · (H v) is v · (H u)."""
    maker = Maker(seed)
    draft = maker.make()
    sample, v, u = maker.samples(draft, 3)
    seeds = [maker.number() for _ in draft.outputs]
    for program in draft.programs():
        program.forward(sample)
        program.reverse(1, seeds)
        gradients = program.input_gradients()
        forward = sum([s * t for s, t in zip(seeds, program.jvp(v))])
        reverse = sum([g * t for g, t in zip(gradients, v)])
        assert forward == pytest.approx(reverse, rel=1e-9, abs=1e-9)
        one = sum([a * b for a, b in zip(u, program.hvp(v, seeds))])
        other = sum([a * b for a, b in zip(v, program.hvp(u, seeds))])
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


def test_directions_and_seeds_of_the_wrong_length_are_refused():
    draft = draft_of(TABLE[0], 2, False, range(2))
    for program in draft.programs():
        with pytest.raises(ValueError, match="nothing was run in this thread yet"):
            program.jvp([1.0, 1.0])
        program.forward([1.0, 2.0])
        with pytest.raises(ValueError, match="takes 2 inputs, not 3"):
            program.jvp([1.0, 2.0, 3.0])
        with pytest.raises(ValueError, match="1 seeds are wanted, not 2"):
            program.hvp([1.0, 2.0], [1.0, 0.0])


# --- the compiled functions


@pytest.mark.parametrize("exact", [False, True])
def test_rosenbrocks_hessian(exact):
    step = compile(rosenbrock, exact=exact)
    rng = random.Random(1)
    x = [rng.uniform(-2, 2) for _ in range(30)]
    wanted = rosenbrocks_hessian(x)
    for found, row in zip(step.hessian(x), wanted, strict=True):
        close(found, row, 1e3)
    sparse = step.hessian(x, sparse=True)
    assert sparse.shape == (30, 30)
    assert len(sparse.values) == 3 * 30 - 2
    for i, j, entry in zip(*sparse[:3], strict=True):
        close([entry], [wanted[i][j]], 1e3)
    v = [rng.uniform(-1, 1) for _ in x]
    products = [sum([h * t for h, t in zip(row, v)]) for row in wanted]
    close(step.hvp(x, v), products, 1e4)
    assert len([*step._latest.plan(plans.hessian_plan).seeds()]) == 3


FUNCTIONS = {
    "neuron": lambda x, y: math.tanh(x * 2 - y) * math.exp(y),
    "quotient": lambda x, y: x / (1 + y * y) - math.sqrt(x * x + 3),
    "logsumexp": lambda x, y: logsumexp([x, y, x * y, 0.3]),
    "branches": lambda x, y: x * y * y if x > y else x**3 - y,
    "extremes": lambda x, y: largest([x * y, x, y]) * smallest([x * x, y]),
    "powers": lambda x, y: (1 + x * x) ** y + 2.0**x,
    "hypot": lambda x, y: math.hypot(x, y, 2.0) * x,
    "product": lambda x, y: math.prod([x, y, x + y, 2.0]),
    "erf": lambda x, y: math.erf(x) * math.gelu(y) + math.lgamma(3 + x),
    "flat": lambda x, y: math.floor(x) * y + math.relu(x) * math.abs(y),
}


def by_differences(function, point, h=1e-5):
    """The Hessian by central differences of the gradient."""
    columns = []
    for k in range(len(point)):
        moved = [[*point], [*point]]
        moved[0][k] += h
        moved[1][k] -= h
        up, down = (function.grad(*m) for m in moved)
        columns.append([(a - b) / (2 * h) for a, b in zip(up, down)])
    return [[*row] for row in zip(*columns)]


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=25, deadline=None)
@given(x=st.floats(-1.9, 1.9), y=st.floats(-1.9, 1.9))
def test_hessians_are_those_of_duals_over_duals(name, x, y):
    function = FUNCTIONS[name]
    step = compile(function)
    twice = duals.Duals(ONCE)
    # near a kink differences see both sides
    assume(min(abs(abs(x) - abs(y)), abs(x - round(x)), abs(y)) >= 1e-3)
    hessian = step.hessian(x, y)
    wanted = by_differences(step, (x, y))
    for found, row in zip(hessian, wanted, strict=True):
        assert found == pytest.approx(row, rel=1e-4, abs=1e-4)
    assert step.hvp(x, y, (0.3, -2.0)) == pytest.approx(
        [0.3 * a - 2.0 * b for a, b in hessian], rel=1e-12, abs=1e-12
    )
    sparse = step.hessian(x, y, sparse=True)
    rebuilt = [[0.0, 0.0], [0.0, 0.0]]
    for i, j, entry in zip(*sparse[:3], strict=True):
        rebuilt[i][j] = entry
    assert rebuilt == [[*row] for row in hessian]
    if name in ("neuron", "quotient", "branches"):  # arithmetic that duals have too
        for i, j in ((0, 0), (0, 1), (1, 1)):
            a, b = (
                twice.dual(
                    ONCE.dual(z, 1.0 if k == i else None),
                    ONCE.dual(1.0) if k == j else None,
                )
                for k, z in enumerate((x, y))
            )
            other = over_duals(name, twice, a, b).tangent.tangent or 0.0
            assert hessian[i][j] == pytest.approx(other, rel=1e-11, abs=1e-11)


def over_duals(name, math, x, y):
    """The same functions over any numbers."""
    if name == "neuron":
        return math.tanh(x * 2 - y) * math.exp(y)
    if name == "quotient":
        return x / (1 + y * y) - math.sqrt(x * x + 3)
    return x * y * y if x > y else x**3 - y


def test_both_modes_give_the_same_jacobian():
    wide = compile(lambda x: [x[0] * x[1] ** k + x[k % 3] for k in range(12)])
    tall = compile(lambda x: [math.sin(sum(x)), x[0] * x[5] - x[3]])
    for step, x in ((wide, [0.3, 1.2, -0.7]), (tall, [0.1 * k for k in range(9)])):
        step(x)
        plan = step._latest.plan(plans.jacobian_plan)
        assert plan.by_columns == (step is wide)
        found = step.jacobian(x)
        h = 1e-6
        for j in range(len(x)):
            up, down = [*x], [*x]
            up[j] += h
            down[j] -= h
            column = [(a - b) / (2 * h) for a, b in zip(step(up), step(down))]
            assert [row[j] for row in found] == pytest.approx(column, abs=1e-7)


def test_a_band_takes_few_runs():
    step = compile(lambda x: [a * b for a, b in itertools.pairwise(x)])
    x = [float(k) for k in range(1000)]
    sparse = step.jacobian(x, sparse=True)
    assert sparse.shape == (999, 1000)
    assert list(sparse.values[:4]) == [1.0, 0.0, 2.0, 1.0]
    assert len([*step._latest.plan(plans.jacobian_plan).seeds()]) == 2


def test_structures_of_arguments_and_results():
    f = compile(lambda p, x: {"y": p["a"] * x[0], "z": (x[1] ** 2,)})
    assert f.jacobian({"a": 2.0}, (3.0, 4.0)) == {
        "y": ({"a": 3.0}, (2.0, 0.0)),
        "z": (({"a": 0.0}, (0.0, 8.0)),),
    }
    g = compile(lambda p, *, k: p["a"] ** 3 * k)
    at = {"a": 2.0}
    assert g.hessian(at, k=5.0) == (
        {"a": ({"a": 60.0}, {"k": 12.0})},
        {"k": ({"a": 12.0}, {"k": 0.0})},
    )
    assert g.hvp(at, ({"a": 1.0}, {"k": 2.0}), k=5.0) == ({"a": 84.0}, {"k": 12.0})
    assert compile(lambda x: x**3).hessian(2.0) == 12.0
    assert compile(lambda x: x**3).hvp(2.0, 1.0) == 12.0
    assert compile(lambda x: x**3).jacobian(2.0) == 12.0


def test_a_hessian_of_a_network_by_its_inputs():
    model = MLP(4, [6, 1], seed=3, activation="tanh")
    step = compile(lambda x: model(x))
    x = [0.4, -0.2, 0.9, 1.3]
    hessian = step.hessian(x)
    for k in range(4):
        unit = [float(k == j) for j in range(4)]
        assert step.hvp(x, unit) == pytest.approx(hessian[k], rel=1e-12)
        up, down = [*x], [*x]
        up[k] += 1e-5
        down[k] -= 1e-5
        slopes = [(a - b) / 2e-5 for a, b in zip(step.grad(up), step.grad(down))]
        assert hessian[k] == pytest.approx(slopes, rel=1e-6, abs=1e-8)


def test_what_does_not_depend_on_an_argument_gives_no_nan():
    """A weight at which a slope is infinite has no tangent."""
    w, base = Value(0.0), Value(-1.0)
    step = compile(lambda x: math.sqrt(w) * x + base**2.0 * x * x)
    assert step.hessian(3.0) == 2.0
    power = compile(lambda x: math.pow(x, w + 2))  # log(x) is a nan below 0
    assert power.hessian(-3.0) == 2.0
    root = compile(lambda x, y: math.sqrt(x) * y)
    assert root.jacobian(0.0, 1.0) == (stdlib.inf, 0.0)


def test_a_primitive_of_ones_own():
    @primitive(partials=lambda out, x: 3 * x * x)
    def third_power(x):
        return x**3

    step = compile(lambda x, y: third_power(x) * y)
    assert step.hessian(2.0, 5.0) == ((60.0, 12.0), (12.0, 0.0))
    assert step.hvp(2.0, 5.0, (1.0, 1.0)) == (72.0, 12.0)
    assert step.jacobian(2.0, 5.0) == (60.0, 8.0)
    many = compile(lambda x, y: [third_power(x), *[y] * 9])
    assert many.jacobian(2.0, 5.0)[0] == (12.0, 0.0)

    @primitive(partials=lambda out, x: stdlib.cos(x))
    def sine(x):
        return stdlib.sin(x)

    floats_only = compile(lambda x: sine(x))
    assert floats_only.jacobian(0.0) == 1.0
    with pytest.raises(TypeError, match="derivatives of sine: its partials work with"):
        floats_only.hessian(0.0)


def test_paths_have_hessians_of_their_own():
    step = compile(lambda x: x**3 if x > 0 else x * x)
    assert [step.hessian(x) for x in (2.0, -2.0, 3.0)] == [12.0, 2.0, 18.0]
    assert [step.hvp(x, 1.0) for x in (-2.0, 2.0)] == [2.0, 12.0]


def test_a_function_from_a_file_has_them(tmp_path):
    step = compile(lambda x: [x[0] * x[1], x[1] ** 2])
    step([1.0, 2.0])
    step.save(tmp_path / "f.tape")
    assert load(tmp_path / "f.tape").jacobian([3.0, 4.0]) == [[4.0, 3.0], [0.0, 8.0]]


def test_the_readable_interpreter_agrees():
    step = compile(rosenbrock)
    x, v = [0.3, -1.2, 0.8, 1.1], [1.0, -2.0, 0.5, 0.25]
    wanted = step.hvp(x, v)
    program = Readable(*step.tape.parts())
    program.forward(x)
    assert bits(program.hvp(v, [1.0])) == bits(wanted)


def test_what_is_wrong_is_said(monkeypatch):
    pair = compile(lambda x: [x, 2 * x])
    with pytest.raises(ValueError, match="returns 2 numbers, and hessian needs"):
        pair.hessian(1.0)
    with pytest.raises(ValueError, match="returns 2 numbers, and hvp needs"):
        pair.hvp(1.0, 1.0)
    square = compile(lambda x: x[0] * x[1])
    with pytest.raises(ValueError, match=r"a number for each number: \[1.0\] has"):
        square.hvp([1.0, 2.0], [1.0])
    with pytest.raises(TypeError, match="the vector is missing"):
        square.hvp()
    cube, product = compile(lambda x: x**3), compile(lambda x, y: x * y)
    for forgotten in (
        lambda: square.hvp([1.0, 2.0]),
        lambda: product.hvp(1.0, 2.0),
        lambda: product.hvp(1.0, y=2.0),
        lambda: cube.hvp(x=1.0, vector=1.0),
        lambda: cube.hvp(1.0, vector=1.0),
    ):
        with pytest.raises(TypeError, match="vector is missing: give it by position"):
            forgotten()
    assert cube.hvp(1.0, x=2.0) == 12.0
    for wrong in (lambda: cube.hvp(1.0, 2.0, 3.0), lambda: cube.hvp(1.0, y=2.0)):
        with pytest.raises(TypeError, match="argument"):
            wrong()
    for method in (square.jacobian, square.hessian):
        outer = compile(lambda x, inner=method: inner([x, x]))
        with pytest.raises(TypeError, match="may not use"):
            outer(1.0)
    monkeypatch.setattr(plans, "MOST_ENTRIES", 3)
    with pytest.raises(ValueError, match=r"2 x 2 derivatives would .* sparse=True"):
        square.hessian([1.0, 2.0])
    assert list(square.hessian([1.0, 2.0], sparse=True).values) == [1.0, 1.0]
    with pytest.raises(ValueError, match="of 1 x 4 derivatives 4 may be other than 0"):
        compile(lambda x: sum(x)).jacobian([1.0] * 4, sparse=True)


def test_what_does_not_move_gives_no_nan():
    """In a direction in which x stays, an infinite slope by x does not matter."""
    power = compile(lambda x, y: x**y)
    assert power.hessian(0.0, 1.5) == ((stdlib.inf, 0.0), (0.0, 0.0))
    assert power.hessian(-2.0, 2.0)[0][0] == 2.0
    assert power.hvp(-2.0, 2.0, (1.0, 0.0))[0] == 2.0
    rooted = compile(lambda x, y: math.sqrt(x) * y + math.prod([x, y, y]))
    assert rooted.hvp(0.0, 3.0, (0.0, 1.0)) == (stdlib.inf, 0.0)
    assert rooted.jacobian(0.0, 3.0) == (stdlib.inf, 0.0)
