"""Checkpoints: few nodes kept, and the same derivatives of every order."""

import gc
import random
import subprocess
import sys
import weakref

import pytest

import autograd
from autograd import Value, draw, explain, graph, math, no_grad, stop_gradient
from autograd.derivatives import checkpoint, grad, hvp, jvp, root, value_and_grad, vjp
from tests.test_implicit import close, derivatives


def steps(x, w, count):
    for _ in range(count):
        x = math.sin(x * w) + x
    return x


def loop(x, w, count, segment):
    """The steps in segments of about the square root of their number."""
    length = round(count**0.5)
    for done in range(0, count, length):
        x = segment(x, w, min(length, count - done))
    return x


# --- memory


def alive_at_most(segment, count):
    """The most nodes of a loop that are alive at once, and its result."""
    references = []
    most = 0

    def watched(x, w, count):
        nonlocal most
        for _ in range(count):
            product = x * w
            sine = math.sin(product)
            x = sine + x
            references.extend(map(weakref.ref, (product, sine, x)))
        alive = [r for r in references if r() is not None]
        most = max(most, len(alive))
        references[:] = alive
        return x

    result = loop(Value(0.3), Value(0.5), count, segment(watched))
    return most, result


def test_a_long_loop_keeps_about_the_square_root_of_its_nodes():
    count = 10_000
    most, plain = alive_at_most(lambda f: f, count)
    assert most == graph.size(plain) - 2 == 3 * count
    most, kept = alive_at_most(checkpoint, count)
    assert graph.size(kept) - 2 == 100  # a node for each segment
    assert most == 3 * 100  # one segment at a time
    assert kept.data == plain.data


def test_segments_of_segments_keep_fewer_still():
    kept = []

    @checkpoint
    def inner(x, w):
        return steps(x, w, 20)

    @checkpoint
    def outer(x, w):
        for _ in range(20):
            x = inner(x, w)
        kept.append(graph.size(x))
        return x

    def f(w, segment=outer, count=20):
        x = 0.3
        for _ in range(count):
            x = segment(x, w)
        return x

    w = Value(0.5)
    y = f(w)
    assert graph.size(y) == 1 + 20 and kept[0] == 1 + 20  # of 24,000
    y.backward()
    value, slope = value_and_grad(lambda w: steps(0.3, w, 8_000))(0.5)
    assert y.data == value and close(w.grad, slope, 2**10)
    expected = hvp(lambda w: steps(0.3, w, 400))(0.5, 1.0)
    assert close(hvp(lambda w: f(w, count=1))(0.5, 1.0), expected, 2**10)


def test_what_a_call_recorded_is_freed_as_soon_as_it_returns():
    inner = []

    @checkpoint
    def f(x):
        y = x * x
        inner.append(weakref.ref(y))
        return y + 1

    gc.disable()
    try:
        y = f(Value(2.0))
        assert [r() for r in inner] == [None]
        (slope,) = y._row.partials(math, y, *y.parents)
        assert slope.data == 4.0
        reference = weakref.ref(y)
        del y, slope
        assert reference() is None
    finally:
        gc.enable()


def test_a_name_that_means_the_result_later_keeps_nothing_and_changes_nothing():
    def in_a_loop(a):
        x = a
        for _ in range(3):
            x = checkpoint(lambda: x * x * a + 0.1)()
        return x

    def plainly(a):
        x = a
        for _ in range(3):
            x = x * x * a + 0.1
        return x

    gc.disable()
    try:
        reference = weakref.ref(in_a_loop(Value(0.5)))
        assert reference() is None
    finally:
        gc.enable()
    found, expected = derivatives(in_a_loop, 0.5, 4), derivatives(plainly, 0.5, 4)
    assert all(map(close, found, expected))


def test_a_helper_that_is_closed_over_is_kept_as_it_was_too():
    def f(a):
        total = 0.0
        for k in range(3):

            def helper(x):
                return x**k * a

            total = total + checkpoint(lambda: helper(a))()
        return total

    expected = derivatives(lambda a: a + a * a + a**3, 2.0, 4)
    assert all(map(close, derivatives(f, 2.0, 4), expected))


def test_a_list_that_grows_later_is_the_one_that_was_passed():
    def f(a):
        history = [a]
        for _ in range(3):
            history.append(checkpoint(lambda xs: sum(xs) * xs[-1])(history))
        return history[-1]

    def plainly(a):
        history = [a]
        for _ in range(3):
            history.append(sum(history) * history[-1])
        return history[-1]

    found, expected = derivatives(f, 0.5, 4), derivatives(plainly, 0.5, 4)
    assert all(map(close, found, expected))


@pytest.mark.slow
def test_the_process_itself_stays_small():
    program = """
import resource, sys
from autograd import Value, math
from autograd.derivatives import checkpoint
def steps(x, w, count):
    for _ in range(count):
        x = math.sin(x * w) + x
    return x
segment = checkpoint(steps) if sys.argv[1] == "kept" else steps
x, w = Value(0.3), Value(0.5)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(1000):
    x = segment(x, w, 1000)
x.backward()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, w.grad)
"""
    used = {}
    for name in ("plain", "kept"):
        done = subprocess.run(
            [sys.executable, "-c", program, name],
            capture_output=True,
            text=True,
            check=True,
        )
        used[name] = done.stdout.split()
    assert int(used["kept"][0]) * 20 < int(used["plain"][0])
    assert close(float(used["kept"][1]), float(used["plain"][1]), 2**20)


# --- derivatives


def test_first_and_higher_derivatives_are_those_of_the_plain_loop():
    # not to the last bit: a sweep adds the terms of a weight segment by segment
    plain = derivatives(lambda w: steps(0.3, w, 30), 0.4, 4)
    kept = derivatives(lambda w: loop(0.3, w, 30, checkpoint(steps)), 0.4, 4)
    assert kept[0] == plain[0]
    assert all(close(x, y, 2**10) for x, y in zip(kept, plain))


def test_backward_reaches_arguments_and_what_is_closed_over():
    weights = [Value(0.3), Value(-0.2)]
    offset = Value(0.1)

    @checkpoint
    def layer(x):
        return (weights[0] * x + weights[1]).tanh() + offset

    def expected(w0, w1, offset, x):
        for _ in range(2):
            x = math.tanh(w0 * x + w1) + offset
        return x

    x = Value(0.7)
    y = layer(layer(x))
    y.backward()
    found = [weights[0].grad, weights[1].grad, offset.grad, x.grad]
    slopes = grad(expected, argnums=(0, 1, 2, 3))(0.3, -0.2, 0.1, 0.7)
    assert all(map(close, found, slopes))
    assert set(y.parents) > {*weights, offset} and len(y.parents) == 4


def test_a_value_used_twice_or_computed_inside_from_outside_values():
    w = Value(3.0)

    def f(x):
        return checkpoint(lambda x, y: (x + y) * (w * w))(x, x)

    y = f(Value(2.0))
    assert len(y.parents) == 2 and y.data == 36.0
    y.backward()
    assert w.grad == 24.0 and y.parents[0].grad == 18.0
    assert grad(grad(lambda w: checkpoint(lambda x: x * w * w)(5.0)))(2.0) == 10.0


def test_forward_mode_and_vector_products_go_through_it():
    def f(x):
        return checkpoint(lambda a, b: {"p": a * b, "q": [math.exp(a)]})(*x)

    value, moved = jvp(f, ([2.0, 3.0],), ([1.0, 10.0],))
    assert value == {"p": 6.0, "q": [math.exp(2.0)]}
    assert moved == {"p": 23.0, "q": [math.exp(2.0)]}
    _, pullback = vjp(f, [2.0, 3.0])
    assert pullback({"p": 1.0, "q": [0.0]}) == ([3.0, 2.0],)
    assert hvp(lambda x: f(x)["p"])([2.0, 3.0], [1.0, 0.0]) == [0.0, 1.0]


@pytest.mark.parametrize("width", [1, 2, 5])
def test_many_results_of_few_values_and_few_of_many(width):
    def f(xs, count):
        total = math.sum([x * x for x in xs])
        return [math.sin(total * (k + 1)) * xs[k % len(xs)] for k in range(count)]

    for count in (1, 4):
        xs = [0.1 * (k + 1) for k in range(width)]

        def last(xs, segment, count=count):
            return segment(xs, count)[-1]

        found = grad(lambda xs: last(xs, checkpoint(f)))(xs)
        assert all(map(close, found, grad(lambda xs: last(xs, f))(xs)))
        direction = [1.0 - 0.3 * k for k in range(width)]
        found = hvp(lambda xs: last(xs, checkpoint(f)))(xs, direction)
        expected = hvp(lambda xs: last(xs, f))(xs, direction)
        assert all(close(x, y, 2**10) for x, y in zip(found, expected))


def test_a_result_depends_only_on_what_it_was_computed_from():
    a, b = Value(2.0), Value(3.0)
    p, q = checkpoint(lambda a, b: (a * a, a * b))(a, b)
    assert p.parents == (a,) and q.parents == (a, b)
    assert (
        grad(grad(lambda b: checkpoint(lambda: (b * b, b * b * b))()[1]))(2.0) == 12.0
    )


def test_root_inside_and_inside_root():
    def solved(a):
        return root(lambda x: x * x - a, 1.0)

    for f in (
        lambda a: checkpoint(lambda a: solved(a) * a)(a),
        lambda a: root(lambda x: checkpoint(lambda x: x * x)(x) - a, 1.0) * a,
    ):
        expected = derivatives(lambda a: a**1.5, 2.0, 4)
        assert all(map(close, derivatives(f, 2.0, 4), expected))


# --- what goes in and comes out


def test_structures_and_other_things_pass_through():
    a = Value(2.0)

    @checkpoint
    def f(x, scale=1, *, name, table):
        return {"y": x["x"] * scale, "name": name, "n": 3, "same": x["x"], "none": None,
                "fixed": stop_gradient(a), "row": (table[name] * a,)}  # fmt: skip

    found = f({"x": a}, 5, name="k", table={"k": 4.0})
    assert found["y"].data == 10.0 and found["y"].op == "checkpoint"
    assert found["same"] is a and found["name"] == "k" and found["none"] is None
    assert type(found["n"]) is int and found["fixed"].is_constant
    found["row"][0].backward()
    assert a.grad == 4.0
    assert checkpoint(lambda x: x * 2)(3.0) == 6.0


def test_a_result_returned_twice_is_one_node():
    x, y = checkpoint(lambda a: [a * 2] * 2)(Value(1.0))
    assert x is y


def test_it_is_a_decorator_of_methods_too():
    class Layer:
        def __init__(self):
            self.weight = Value(3.0)

        @checkpoint
        def forward(self, x):
            """Times the weight."""
            return x * self.weight * self.weight

    layer = Layer()
    y = layer.forward(2.0)
    y.backward()
    assert (y.data, layer.weight.grad) == (18.0, 12.0)
    assert Layer.forward.__doc__ == "Times the weight."


def test_weights_that_are_made_at_the_first_call_get_their_gradient():
    made = []

    @checkpoint
    def lazily(x):
        if not made:
            made.append(Value(3.0))
        return x * made[0] * made[0]

    y = lazily(Value(2.0))
    y.backward()
    assert made[0].grad == 12.0
    (by_x, by_weight) = y._row.partials(math, y, *y.parents)
    assert {by_x.data, by_weight.data} == {9.0, 12.0}


def test_without_gradients_and_in_compiled_functions_it_is_the_function():
    f = checkpoint(lambda x, n: steps(x, 0.5, n))
    with no_grad():
        assert f(Value(0.3), 4).is_constant
    step = autograd.compile(lambda x: f(x, 4) if x > 0 else x)
    assert step(0.3) == steps(0.3, 0.5, 4) and step(-1.0) == -1.0
    assert close(step.grad(0.3), grad(lambda x: steps(x, 0.5, 4))(0.3))


def test_numbers_and_constants_stay_what_they_are():
    f = checkpoint(lambda x: x * 2 + 1)
    assert f(2) == 5 and type(f(2)) is int
    assert f(stop_gradient(Value(2.0))).is_constant


# --- what cannot be


def test_a_function_that_computes_something_else_again_is_named():
    dice = random.Random(1)

    @checkpoint
    def noisy(x):
        return x * dice.random()

    def f(x):
        return noisy(x) * x

    assert grad(f)(2.0) > 0
    with pytest.raises(RuntimeError, match=r"checkpoint\(noisy\): a higher derivative"):
        grad(grad(f))(2.0)


def test_a_leaf_that_was_assigned_to_is_noticed():
    w = Value(2.0)
    y = checkpoint(lambda x: x * w)(Value(3.0))
    w.data = 5.0
    y.backward()
    assert w.grad == 3.0  # of the recorded pass
    with pytest.raises(RuntimeError, match="assign to nothing that it reads"):
        y._row.partials(math, y, *y.parents)


def test_what_is_wrong_with_the_call_is_named():
    with pytest.raises(TypeError, match="f must be a function of numbers, not 3"):
        checkpoint(3)
    with pytest.raises(TypeError, match=r"checkpoint\(bad\): bad returned set"):

        @checkpoint
        def bad(x):
            return {x}

        bad(Value(1.0))


# --- graphs


def test_it_is_drawn_and_explained_by_its_function_s_name(tmp_path):
    a = Value(2.0, label="a")

    @checkpoint
    def area(x):
        return x * x * 3

    y = area(a) + 1
    assert "checkpoint area" in draw(y).dot
    text = str(explain(y))
    assert "area(a)  = area(2) = 12" in text
    assert "2 of 2 local derivatives and 3 of 3 gradients agree" in text
    for suffix in (".html", ".md", ".tex", ".txt"):
        explain(y).save(tmp_path / f"y{suffix}")


def test_a_label_given_inside_stays():
    def f(x):
        y = x * x
        y.label = "energy"
        return y

    assert checkpoint(f)(Value(2.0)).label == "energy"


def test_json_keeps_its_first_derivatives():
    (y,) = graph.from_json(graph.to_json(checkpoint(lambda x: x * x)(Value(3.0))))
    y.backward()
    assert y.parents[0].grad == 6.0
    with pytest.raises(TypeError, match="checkpoint: the function behind it was not"):
        y._row.partials(math, y, *y.parents)


def test_scopes_stay_as_they_were():
    with autograd.scope("network") as network:
        y = checkpoint(lambda x: x * x)(Value(2.0))
    assert y._scope is network
    x = Value(2.0) * 1.0
    z = checkpoint(lambda: x * x)()
    assert z.parents == (x,) and z._scope is None
