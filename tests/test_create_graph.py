"""backward(create_graph=True): gradients that are Values, to any order."""

import copy
import gc
import math
import pickle
import sys
import threading
import weakref

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, graph, no_grad, primitive, stop_gradient
from autograd._engine import record
from autograd.primitives import TABLE
from tests import oracle
from tests.test_primitives import NO_SLOPE
from tests.test_random_graphs import programs, run, scaled


@pytest.fixture
def collector_off():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def gradients_of(y, *leaves):
    """The gradients as Values; the leaves' own are reset."""
    for leaf in leaves:
        leaf.grad = 0
    y.backward(create_graph=True)
    found = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = 0
    return found


def test_a_gradient_is_a_value_that_can_be_differentiated():
    x = Value(3.0)
    y = x**3
    y.backward(create_graph=True)
    slope = x.grad
    assert type(slope) is Value and slope.data == 27.0 and not slope.is_constant
    x.grad = 0
    slope.backward()
    assert x.grad == 18.0 and type(x.grad) is float
    ((slope - 20) ** 2).backward()
    assert x.grad == 18.0 + 2 * 7 * 18


def test_orders_up_to_the_seventh():
    x = Value(0.7)
    y = x.sin() * x.exp()
    for order in range(1, 8):
        (y,) = gradients_of(y, x)
        true = mpmath.diff(lambda t: mpmath.sin(t) * mpmath.exp(t), 0.7, order)
        assert y.data == pytest.approx(float(true), rel=1e-13)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.identifier)
def test_second_derivatives_of_the_table_are_mpmath_s(row):
    for sample in row.samples:
        operands = [
            x if (row.name, i) in NO_SLOPE else Value(x) for i, x in enumerate(sample)
        ]
        leaves = {i: x for i, x in enumerate(operands) if type(x) is Value}
        slopes = gradients_of(record(row, *operands), *leaves.values())
        for i, slope in zip(leaves, slopes):
            for leaf in leaves.values():
                leaf.grad = 0
            if not slope.is_constant:  # else there is nothing left to differentiate
                slope.backward()
            for j, leaf in leaves.items():
                true = float(oracle.slope(row.name, sample, i, j))
                size = abs(slope.data) or 1.0
                assert leaf.grad == pytest.approx(true, rel=1e-12, abs=1e-16 * size)


@settings(max_examples=60, deadline=None)
@given(programs(), st.floats(-3, 3))
def test_the_numbers_are_those_of_a_plain_pass(program, seed):
    start, instructions = program
    plain, graphed = [Value(x) for x in start], [Value(x) for x in start]
    y, z = run([*plain], instructions, scaled), run([*graphed], instructions, scaled)
    y.backward(seed)
    z.backward(seed, create_graph=True)
    for a, b in zip(graph.nodes(y), graph.nodes(z)):
        if not a.is_constant:
            assert type(b.grad) is Value and b.grad.data == a.grad


def test_every_gradient_is_a_value_and_nothing_differentiable_a_constant():
    x, unused = Value(2.0), Value(1.0)
    h = x * 3
    y = h + 1
    y.backward(2.0, create_graph=True)
    for node, number in ((x, 6.0), (h, 2.0), (y, 2.0)):
        assert type(node.grad) is Value and node.grad.data == number
        assert node.grad.is_constant
    assert unused.grad == 0.0 and type(unused.grad) is float
    assert type(h.parents[1].grad) is float  # of a constant
    with pytest.raises(ValueError, match="constant"):
        x.grad.backward()


def test_a_leaf_alone():
    x = Value(2.0)
    x.backward(create_graph=True)
    assert type(x.grad) is Value and x.grad.data == 1.0


def test_gradients_add_up_whatever_they_are():
    x = Value(2.0)
    y = x * x * x  # slope 12, second derivative 12
    x.grad = 5.0
    y.backward(create_graph=True)  # a number and a Value
    assert x.grad.data == 17.0
    y.backward(create_graph=True)  # two Values
    total, x.grad = x.grad, 0
    assert total.data == 29.0
    total.backward()
    assert x.grad == 24.0
    y.backward(create_graph=True)
    assert type(x.grad) is Value
    y.backward()  # a plain pass: the number alone
    assert x.grad == 48.0 and type(x.grad) is float
    assert type(y.grad) is float and type(y.parents[0].grad) is float


def test_an_earlier_gradient_of_zero_keeps_its_graph():
    x = Value(0.0)
    for _ in range(2):
        (x * x).backward(create_graph=True)
    assert x.grad == 0.0
    slope, x.grad = x.grad, 0
    slope.backward()
    assert x.grad == 4.0


def test_the_seed_may_be_a_value():
    x, seed = Value(3.0), Value(0.5)
    y = x * x
    y.backward(seed, create_graph=True)
    tangent, x.grad = x.grad, 0  # 2 x seed
    tangent.backward()
    assert (seed.grad, x.grad) == (6.0, 1.0)
    for create_graph in (False, True):
        with pytest.raises(TypeError, match="seed must be a real number"):
            y.backward("1", create_graph=create_graph)
    with pytest.raises(TypeError, match=r"seed .* use it as it is, or its \.data"):
        y.backward(seed)
    assert x.grad == 1.0


def test_constants_are_refused_and_the_flag_has_a_name():
    with pytest.raises(ValueError, match="constant"):
        stop_gradient(Value(1.0)).backward(create_graph=True)
    with pytest.raises(TypeError):
        Value(1.0).backward(1.0, True)


def test_a_value_cannot_be_assigned():
    x = Value(2.0)
    (x * x).backward(create_graph=True)
    with pytest.raises(TypeError, match="grad must be a real number"):
        x.grad = x.grad
    assert type(x.grad) is Value


def test_a_gradient_is_a_node_of_its_own():
    a, b = Value(2.0), Value(3.0)
    h = a * 1.5
    y = h * b
    y.backward(create_graph=True)
    assert b.grad is not h and h.grad is b  # a slope of 1 multiplies nothing
    a.data, b.data = 20.0, 30.0
    assert (a.grad, b.grad, h.grad) == (4.5, 3.0, 3.0)
    assert type(b.grad) is Value and type(h.grad) is float
    seed = Value(0.5)
    seed.backward(seed, create_graph=True)
    assert seed.grad is not seed


def test_without_recording_gradients_are_constants():
    x = Value(3.0)
    y = x**3
    with no_grad():
        y.backward(create_graph=True)
    assert type(x.grad) is Value and x.grad.data == 27.0 and x.grad.is_constant


def test_a_leaf_that_changed_since_is_an_error_and_no_gradient_changes():
    x, w = Value(3.0), Value(2.0)
    y = x * x + w
    x.data = 100.0
    w.grad = 7.0
    with pytest.raises(ValueError, match=r"assigned after '\*' .* compute again"):
        y.backward(create_graph=True)
    assert (x.grad, w.grad) == (0.0, 7.0)
    y.backward()  # the numbers are still those of the recorded pass
    assert x.grad == 6.0


def test_a_slope_at_a_pole_is_no_changed_leaf():
    for y in (Value(0.0).sqrt(), 1 / Value(0.0), Value(-1.0).log(), Value(0.0) ** -1):
        y.backward(create_graph=True)
        assert not math.isfinite(y.parents[-1 if y.op == "/" else 0].grad.data)


def test_a_rule_that_works_with_floats_alone_says_so_and_no_gradient_changes():
    @primitive(partials=lambda out, x: math.cos(x))
    def own_sine(x):
        return math.sin(x)

    x = Value(0.5)
    y = own_sine(x) * x
    with pytest.raises(TypeError, match="second derivatives of own_sine"):
        y.backward(create_graph=True)
    assert x.grad == 0.0 and type(x.grad) is float


def test_a_primitive_of_the_user_s_is_differentiated_twice():
    @primitive(partials=lambda out, x: 3 * x * x)
    def own_cube(x):
        return x**3

    x = Value(2.0)
    (slope,) = gradients_of(own_cube(x), x)
    slope.backward()
    assert x.grad == 12.0


# --- who reads a gradient ---------------------------------------------------------


def with_value_gradients():
    x = Value(3.0, label="x")
    h = x * x
    y = h * x * 1.5
    y.backward(create_graph=True)
    return x, h, y


def test_texts_and_copies_have_the_number():
    x, h, y = with_value_gradients()
    assert repr(x) == "Value(data=3.0, grad=40.5, label='x')"
    assert repr(h) == "Value(data=9.0, grad=4.5)"
    assert f"{x.grad:.1f}" == "40.5"
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert twin.grad == 40.5 and type(twin.grad) is float
    (again,) = graph.from_json(graph.to_json(y))
    for root in (copy.deepcopy(y), again):
        grads = [node.grad for node in graph.nodes(root) if not node.is_constant]
        assert grads == [40.5, 4.5, 1.5, 1.0]
        assert {type(grad) for grad in grads} == {float}
    assert type(x.grad) is Value and type(h.grad) is Value


@pytest.mark.parametrize("options", [{}, {"color": "gradient"}])
def test_pictures_are_those_of_the_numbers(options):
    _, _, y = with_value_gradients()
    plain = copy.deepcopy(y)
    assert autograd.draw(y, **options).dot == autograd.draw(plain, **options).dot


@pytest.mark.parametrize("name", ["SGD", "RMSProp", "Adam", "AdamW"])
def test_optimizers_move_by_the_number_and_reset_it(name, collector_off):
    graphed, plain = Value(1.5), Value(1.5)
    for x, create_graph in ((graphed, True), (plain, False)):
        optimizer = getattr(nn, name)([x], lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            (x**4).backward(create_graph=create_graph)
            optimizer.step()
    assert graphed.data == plain.data and type(graphed.grad) is Value
    probe = weakref.ref(graphed.grad)
    optimizer = nn.SGD([graphed], lr=0.1)
    optimizer.zero_grad()
    assert probe() is None and graphed.grad == 0.0


def test_clipping_leaves_numbers():
    x = Value(3.0)
    for clip, clipped in (
        (lambda: nn.clip_grad_norm([x], 1.0), pytest.approx(1.0)),
        (lambda: nn.clip_grad_value([x], 2.0), 2.0),
    ):
        x.grad = 0
        (x**3).backward(create_graph=True)
        clip()
        assert x.grad == clipped and type(x.grad) is float


def test_compiled_passes_add_to_the_number():
    w = Value(3.0)
    step = autograd.compile(lambda x: w * x)
    for run_, more in (
        (lambda: step.backward(2.0), 2.0),
        (lambda: step.backward(0.0), 0.0),
        (lambda: step.backward_batch([1.0, 3.0]), 2.0),
    ):
        w.grad = 0
        (w**3).backward(create_graph=True)
        run_()
        assert w.grad == 27.0 + more and type(w.grad) is float


def test_a_compiled_function_may_not_call_it():
    x = Value(1.0)

    def f(a):
        y = a * x
        y.backward(create_graph=True)
        return y

    with pytest.raises(TypeError, match=r"call backward\(\)"):
        autograd.compile(f)(1.0)


# --- memory and threads -----------------------------------------------------------


def test_a_gradient_s_graph_lives_until_the_gradient_is_reset(collector_off):
    resets = [
        lambda x: setattr(x, "grad", 0),
        lambda x: setattr(x, "grad", 1.0),
        lambda x: (x * 2).backward(),
        lambda x: x.__setstate__((None, False)),
        lambda x: autograd.compile(lambda a: a * x).backward(1.0),
    ]
    for reset in resets:
        x, h, y = with_value_gradients()
        x.sin().backward(create_graph=True)
        probes = [weakref.ref(node) for node in (h, y, x.grad, h.grad)]
        del h, y
        assert probes[0]() is not None and probes[2]() is not None
        reset(x)
        assert [probe() for probe in probes] == [None] * 4
        probe = weakref.ref(x)
        del x
        gc.collect()  # of what was compiled
        assert probe() is None


def test_an_inner_gradient_is_a_value_while_a_leaf_s_is():
    x, h, y = with_value_gradients()
    kept = h.grad
    x.grad = 0
    assert h.grad is kept
    del kept
    assert h.grad == 4.5 and type(h.grad) is float
    assert type(y.grad) is Value  # a constant, with no graph
    y.backward(create_graph=True)
    assert type(h.grad) is Value


def test_a_gradient_that_is_held_outlives_the_reset():
    x, h, y = with_value_gradients()
    slope, x.grad = x.grad, 0
    del h, y
    slope.backward()
    assert x.grad == 27.0


def test_a_deep_graph_needs_no_recursion():
    x = y = Value(0.5)
    for _ in range(20_000):
        y = y.sin() + x
    y.backward(create_graph=True)
    total, x.grad = x.grad, 0
    total.backward()
    assert math.isfinite(x.grad) and sys.getrecursionlimit() <= 1000
    del total, y
    gc.collect()


def test_threads_that_share_leaves_add_up():
    leaves = [Value(0.001 * i) for i in range(50)]
    rounds, workers = 10, 4

    def work():
        for _ in range(rounds):
            autograd.sum([x * 2 for x in leaves]).backward(create_graph=True)

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
    assert {leaf.grad.data for leaf in leaves} == {2.0 * rounds * workers}


def test_a_gradient_penalty_is_pytorch_s():
    torch = pytest.importorskip("torch", reason="the extra 'peers' is not installed")
    start = [0.3, -0.8, 1.1]

    def loss(xs, tanh):
        a, b, c = xs
        return tanh(a * b + c) * a + (b - c) ** 2

    ours = [Value(x) for x in start]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in start]
    for _ in range(4):
        loss(ours, autograd.math.tanh).backward(create_graph=True)
        slopes = [x.grad for x in ours]
        for x in ours:
            x.grad = 0
        sum(slope * slope for slope in slopes).backward()
        y = loss(theirs, torch.tanh)
        pulls = torch.autograd.grad(y, theirs, create_graph=True)
        grads = torch.autograd.grad(sum(pull * pull for pull in pulls), theirs)
        for x, tensor, grad in zip(ours, theirs, grads):
            assert x.grad == pytest.approx(grad.item(), rel=1e-12)
            x.data -= 0.05 * x.grad
            x.grad = 0
            with torch.no_grad():
                tensor -= 0.05 * grad
