"""detect_anomaly(): the first nan or inf, its reason and its line."""

import asyncio
import copy
import itertools
import math as stdlib
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings

import autograd
import nn
from autograd import Value, graph, math, no_grad, observing, primitive, where
from autograd._engine import record
from autograd.checking import lines
from autograd.checking.anomaly import AnomalyError, detect_anomaly
from autograd.derivatives import grad, hessian, jvp, root, taylor, vjp
from autograd.primitives import TABLE
from tests.test_random_graphs import programs, run, scaled

inf, nan = stdlib.inf, stdlib.nan


def leaf(number, label="x"):
    return Value(number, label=label)


def told(function):
    """The message, or None where nothing was raised."""
    try:
        with detect_anomaly():
            function()
    except AnomalyError as error:
        return str(error)
    return None


# --- forward ----------------------------------------------------------------------

FORWARD = {
    "log(-1)": (
        lambda: math.log(leaf(-1.0)),
        "log(-1.0) is nan: log is not defined below 0",
    ),
    "log(0)": (lambda: math.log(leaf(0.0)), "log(0.0) is -inf: log has a pole at 0.0"),
    "x log(x) at 0": (
        lambda: [x * math.log(x) for x in [leaf(0.0)]],
        "log(0.0) is -inf: log has a pole at 0.0",
    ),
    "1/x at 0": (
        lambda: 1 / leaf(0.0),
        "1.0 / 0.0 is inf: / has a pole where operand 2 is 0.0",
    ),
    "0/0": (
        lambda: leaf(0.0) / 0,
        "0.0 / 0.0 is nan: / is not defined where operand 1 is 0.0 and operand 2 is "
        "0.0",
    ),
    "1/tiny": (
        lambda: 1 / leaf(1e-320),
        "is inf: the result is too large for a float (1.8e308 at most)",
    ),
    "0**-1": (
        lambda: leaf(0.0) ** -1,
        "0.0 ** -1.0 is inf: ** has a pole where operand 1 is 0.0",
    ),
    "(-2)**0.5": (
        lambda: leaf(-2.0) ** 0.5,
        "(-2.0) ** 0.5 is nan: ** is not defined where operand 1 is below 0 and "
        "operand 2 is 0.5",
    ),
    "exp(1000)": (
        lambda: math.exp(leaf(1000.0)),
        "exp(1000.0) is inf: the result is too large for a float (1.8e308 at most)",
    ),
    "1e200 * 1e200": (
        lambda: leaf(1e200, "a") * leaf(-1e200, "b"),
        "1e+200 · -1e+200 is -inf: the result is too large for a float",
    ),
    "acos(2)": (
        lambda: leaf(2.0).acos(),
        "acos(2.0) is nan: acos is not defined above 1",
    ),
    "gamma(-1)": (
        lambda: leaf(-1.0).gamma(),
        "gamma(-1.0) is nan: gamma is not defined at -1.0",
    ),
    "parts": (
        lambda: autograd.dot([leaf(1e200), 1e200], [1e200, -1e200]),
        "is nan: parts of it are too large for a float (1.8e308 at most), and inf - "
        "inf is nan",
    ),
    "constants": (
        lambda: autograd.sum([leaf(1.0), inf, -inf]),
        "is nan: infinite constants of both signs meet, and inf - inf is nan",
    ),
    "a constant": (
        lambda: leaf(1.0) + inf,
        "1.0 + inf is inf: the constant inf is in it",
    ),
}


@pytest.mark.parametrize("name", FORWARD)
def test_an_operation_tells_its_reason_and_its_line(name):
    function, reason = FORWARD[name]
    message = told(function)
    assert reason in message.splitlines()[0]
    number = function.__code__.co_firstlineno
    assert re.search(rf"\n  recorded at .*test_anomaly\.py:{number}: ", message)
    assert re.search(r"\n  remedy: (compute it only where|scale the numbers)", message)


def test_the_whole_message():
    x = leaf(-1.0)
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        math.log(x * 2.5)
    assert re.sub(r"at \S*tests", "at tests", str(caught.value)).replace("\\", "/") == (
        "log(-2.5) is nan: log is not defined below 0\n"
        "  operands: x · 2.5 = -2.5\n"
        f"  recorded at tests/test_anomaly.py:{told_at()}: math.log(x * 2.5)\n"
        "  remedy: compute it only where it is defined: "
        "autograd.where(condition, lambda: ..., other)"
    )
    assert isinstance(caught.value, ArithmeticError)


def told_at():
    return test_the_whole_message.__code__.co_firstlineno + 3


def test_a_leaf_is_told_at_its_first_use():
    w = leaf(nan, "w")
    message = told(lambda: (w + 1) * 2)
    assert message.startswith(
        "w is nan: it was given so, not computed\n  used in nan + 1"
    )
    assert "test_anomaly.py" in message
    assert told(lambda: Value(inf) * 2).startswith("a leaf is inf: it was given so")
    assert told(lambda: autograd.min([leaf(1.0), w])).startswith("w is nan")


def test_what_was_computed_before_is_traced_to_its_cause():
    x = leaf(0.0)
    y = (1 / x) * 2 + 1
    message = told(lambda: y * 3)
    assert message.startswith("1.0 / 0.0 is inf: / has a pole where operand 2 is 0.0")
    assert "recorded outside of detect_anomaly(): its line is not known" in message
    assert "used in inf · 3.0 at" in message


def test_many_operands_are_told_by_the_largest():
    ws = [leaf(0.5, f"w{i}") for i in range(1000)]
    ws[17].data = ws[400].data = 1.5e308
    message = told(lambda: autograd.sum(ws))
    assert message.startswith("sum of 1000 operands is inf: the result is too large")
    assert "operand 18 (w17) = 1.5e+308, operand 401 (w400) = 1.5e+308" in message
    assert len(message) < 500


def test_a_primitive_of_the_user_s():
    @primitive(partials=lambda out, x: 1 / x, text="⌊{0}⌋")
    def own_log(x):
        """My logarithm."""
        return math.log(x)

    message = told(lambda: own_log(leaf(-2.0)))
    assert message.startswith("⌊-2.0⌋ is nan: own_log is not defined at -2.0")

    @primitive(partials=lambda out, x, y: (nan, 1.0))
    def own_sum(x, y):
        """My sum."""
        return x + y

    message = told(lambda: own_sum(leaf(2.0), leaf(3.0, "y")).backward())
    assert "the slope of own_sum by operand 1 is not defined" in message
    assert "\n  own_sum: My sum.\n" in message


def test_constants_are_seen_too():
    x = leaf(-2.0)

    def quietly():
        with no_grad():
            math.sqrt(x)

    assert told(quietly).startswith("sqrt(-2.0) is nan")
    assert told(lambda: autograd.stop_gradient(x).sqrt()).startswith(
        "sqrt(-2.0) is nan"
    )


def fine_norms():
    x, y = leaf(0.0), leaf(0.0, "y")
    for z in (math.hypot(x, y), abs(x), math.hypot(leaf(3e200), leaf(4e200)), x**2):
        z.backward()


def fine_branches():
    x = leaf(0.0)
    y = where(x > 0, lambda: math.log(x), x * 2)
    z = where(x > 0, math.sqrt(x), x + 1)  # its slope is infinite, and not used
    (y + z).backward()


def fine_softmax():
    xs = [leaf(1000.0), leaf(-1000.0), leaf(2000.0)]
    autograd.logsumexp(xs).backward()
    autograd.dot(autograd.softmax(xs), [1.0, 2.0, 3.0]).backward()
    xs[0].softplus().backward(create_graph=True)


def fine_infinities():
    x = leaf(1.0)
    (autograd.min([x, inf]) + autograd.max([x, -inf]) + x.clip(-inf, inf)).backward()
    (x / inf).backward()


def fine_conventions():
    x = leaf(0.0)
    for y in (x**0, math.xlogy(x, x), math.relu(x), math.atan2(x, leaf(0.0, "y"))):
        y.backward()


@pytest.mark.parametrize(
    "function",
    [fine_norms, fine_branches, fine_softmax, fine_infinities, fine_conventions],
)
def test_what_is_well_raises_nothing(function):
    assert told(function) is None


# --- backward ---------------------------------------------------------------------


def root_of_square():
    x = leaf(0.0)
    y = math.sqrt(x * x)
    y.backward()


def power_of_square():
    x = leaf(0.0)
    y = (x**2) ** 0.5
    y.backward()


def zero_times_root():
    x = leaf(0.0)
    y = math.sqrt(x)
    (y * 0.0).backward()


def roots_that_meet():
    x = leaf(0.0)
    y = math.sqrt(x) - math.sqrt(x)
    y.backward()


def arc_cosine():
    x = leaf(1.0)
    y = math.acos(x)
    y.backward()


def negative_base():
    x, n = leaf(-2.0), leaf(2.0, "n")
    y = x**n
    y.backward()


def steep_quotient():
    x = leaf(1e-200)
    y = 1 / x
    (y * 1e-150).backward()


def large_product():
    x = leaf(1e-100)
    y = x * 1e200
    (y * 1e200).backward()


def large_sum():
    x = leaf(1e-200)
    y = autograd.dot([x, x], [1e308, 1e308])
    y.backward()


BACKWARD = [
    (
        root_of_square,
        "backward: 0 * inf: sqrt has an infinite slope at 0.0, and x · x has the slope "
        "0: the gradient of x becomes nan",
        ["1.0 · inf = inf, through sqrt(0.0)", "operands: x · x = 0.0", "abs(x)"],
    ),
    (
        power_of_square,
        "backward: 0 * inf: ** has an infinite slope by operand 1 where operand 1 is "
        "0.0, and x ** 2.0 has the slope 0: the gradient of x becomes nan",
        ["1.0 · inf = inf, through 0.0 ** 0.5", "operands: x ** 2.0 = 0.0"],
    ),
    (
        zero_times_root,
        "backward: 0 * inf: sqrt has an infinite slope at 0.0, and it is multiplied by "
        "0: the gradient of x becomes nan",
        ["0.0 · inf = nan, through sqrt(0.0)"],
    ),
    (
        roots_that_meet,
        "backward: inf - inf: sqrt has an infinite slope at 0.0: the gradient of x "
        "becomes nan",
        ["1.0 · inf = inf, through sqrt(0.0)", "-1.0 · inf = -inf, through sqrt(0.0)"],
    ),
    (
        arc_cosine,
        "backward: acos has an infinite slope at 1.0: the gradient of x becomes -inf",
        ["1.0 · -inf = -inf, through acos(1.0)", "derivative -1/sqrt((1 - x)(1 + x))."],
    ),
    (
        negative_base,
        "backward: the slope of pow by operand 2 is not defined where operand 1 is "
        "below 0 and operand 2 is 2.0: the gradient of n becomes nan",
        ["1.0 · nan = nan, through (-2.0) ** 2.0", "operands: x = -2.0, n = 2.0"],
    ),
    (
        steep_quotient,
        "backward: the slope of / by operand 2 is too large for a float (1.8e308 at "
        "most): the gradient of x becomes -inf",
        ["1e-150 · -inf = -inf, through 1.0 / 1e-200", "remedy: scale"],
    ),
    (
        large_product,
        "backward: 1e+200 · 1e+200 is too large for a float (1.8e308 at most): the "
        "gradient of x becomes inf",
        ["through 1e-100 · 1e+200", "remedy: scale"],
    ),
    (
        large_sum,
        "backward: the sum of 2 contributions is too large for a float (1.8e308 at "
        "most): the gradient of x becomes inf",
        ["remedy: scale"],
    ),
]


@pytest.mark.parametrize(
    ("function", "first", "parts"),
    BACKWARD,
    ids=[case[0].__name__ for case in BACKWARD],
)
def test_a_backward_pass_tells_its_reason_and_the_line_of_the_operation(
    function, first, parts
):
    message = told(function)
    head, *rest = message.splitlines()
    assert head == first
    for part in parts:
        assert any(part in line for line in rest), part
    number = function.__code__.co_firstlineno + 2
    assert re.search(rf"\n  recorded at .*test_anomaly\.py:{number}: y = ", message)


def test_no_gradient_is_changed_when_it_raises():
    for create_graph in (False, True):
        x, w = leaf(0.0), leaf(2.0, "w")
        w.grad = 7.0
        h = x * x
        y = math.sqrt(h) + w
        with pytest.raises(AnomalyError), detect_anomaly():
            y.backward(create_graph=create_graph)
        assert [node._grad for node in (x, w, h, y)] == [None, 7.0, None, None]


def test_gradients_of_earlier_passes_are_seen_too():
    x = leaf(2.0)
    x.grad = nan
    message = told(lambda: (x * 2).backward())
    assert message.startswith("backward: the gradient of x is nan from an earlier pass")
    x.grad = 1.7e308
    message = told(lambda: (x * 2e307).backward())
    assert "from an earlier pass: 1.7e+308 + 2e+307 is too large for a float" in message
    assert x.grad == 1.7e308


def test_a_seed_that_is_no_number():
    x = leaf(2.0)
    y = x * x
    for create_graph in (False, True):
        message = told(lambda: y.backward(inf, create_graph=create_graph))
        assert message.startswith("backward: the seed is inf: the gradient of x · x")
    _, pullback = vjp(lambda x: x * x, 3.0)
    assert told(lambda: pullback(nan)).startswith("backward: the seed is nan")
    seed = leaf(inf, "seed")
    assert told(lambda: y.backward(seed, create_graph=True)) is not None


def test_an_operation_recorded_in_another_block_has_its_line():
    x = leaf(0.0)
    with detect_anomaly():
        y = math.sqrt(x)
    with detect_anomaly():
        assert math.sqrt(leaf(4.0)).data == 2.0
    assert ": y = math.sqrt(x)" in told(y.backward)
    z = math.sqrt(x)
    assert "its line is not known" in told(z.backward)


def test_gradients_that_are_values():
    def second():
        x = leaf(0.0)
        y = x**1.5
        y.backward(create_graph=True)
        slope, x.grad = x.grad, 0
        slope.backward()

    message = told(second)
    assert "** has an infinite slope by operand 1 where operand 1 is 0.0" in message
    assert ": y.backward(create_graph=True)" in message

    def saturated():  # inside of its rule is an infinity, which nothing comes of
        x = leaf(800.0)
        math.tanh(x).backward(create_graph=True)
        x.grad.backward()

    assert told(saturated) is None


def test_all_derivatives_are_seen():
    def f(x):
        return math.sqrt(x * x)

    assert "0 * inf: sqrt has an infinite slope at 0.0" in told(lambda: grad(f)(0.0))
    message = told(lambda: jvp(f, (0.0,), (1.0,)))
    assert message.startswith(
        "forward mode: 0 * inf: sqrt has an infinite slope at 0.0"
    )
    assert "the tangent of sqrt(0.0) becomes nan" in message
    message = told(lambda: hessian(lambda x: x[0] ** 1.5 * x[1])([0.0, 1.0]))
    assert "** has an infinite slope" in message
    assert told(lambda: hessian(lambda x: x[0] ** 3 * x[1])([0.0, 1.0])) is None
    w = leaf(0.0, "w")
    assert told(lambda: grad(lambda x: x * math.sqrt(w))(2.0)) is None
    assert "sqrt" in told(lambda: grad(lambda x: x * math.sqrt(w))(2.0).backward())
    assert told(lambda: grad(lambda x: 1 / x)(0.0)).startswith("1.0 / 0.0 is inf")


# --- laws over the table ----------------------------------------------------------

POINTS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 6.0, 1e308, 5e-324, 710.0, -745.2]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.identifier)
def test_it_raises_where_a_value_or_a_slope_is_no_number_and_nowhere_else(row):
    whole = row.name in ("take", "polygamma")
    arity = row.arity or 4
    points = [*row.samples, *[at.operands for at in row.conventions]]
    if not whole:
        points += [
            (numbers * 2)[:arity]
            for numbers in itertools.product(POINTS, repeat=min(arity, 2))
        ]
    for point in points:
        if not all(map(stdlib.isfinite, point)):
            continue
        fixed = row.name in ("take", "polygamma", "**")
        place = 0 if whole else 1
        operands = [
            x if fixed and k == place else Value(x) for k, x in enumerate(point)
        ]
        node = record(row, *operands)
        message = told(lambda operands=operands: record(row, *operands))
        assert (message is None) == stdlib.isfinite(node.data), (point, message)
        if message is None:
            slopes = [
                slope
                for parent, slope in zip(node.parents, node.partials)
                if not parent.is_constant
            ]
            message = told(node.backward)
            assert (message is None) == all(map(stdlib.isfinite, slopes)), point
        if message is not None:
            assert "remedy: " in message and len(message) < 1500, message


@settings(max_examples=50, deadline=None)
@given(programs())
def test_a_pass_that_is_seen_is_the_same_pass(program):
    start, instructions = program
    plain, seen = [Value(x) for x in start], [Value(x) for x in start]
    y = run([*plain], instructions, scaled)
    y.backward()
    with detect_anomaly():
        z = run([*seen], instructions, scaled)
        z.backward()
    for a, b in zip(graph.nodes(y), graph.nodes(z)):
        assert (a.data, a.grad) == (b.data, b.grad)


# --- lines, contexts, threads -----------------------------------------------------


def test_the_line_is_the_user_s_not_the_library_s():
    mlp = nn.MLP(1, [1], activation="relu")
    for p in mlp.parameters():
        p.data = 1e200
    message = told(lambda: mlp([1e200]))
    assert "test_anomaly.py" in message and "mlp([1e200])" in message
    source = "def f(x):\n    return x.log()\n"
    there = {}
    exec(compile(source, "somewhere.py", "exec"), there)
    assert "recorded at somewhere.py:2\n" in told(lambda: there["f"](leaf(0.0)))


def test_lines_live_as_long_as_their_nodes():
    before = len(lines._marks)
    x = leaf(1.0)
    with detect_anomaly():
        y = x
        for _ in range(1000):
            y = y + x
        assert len(lines._marks) == before + 1000
        twin = copy.deepcopy(y)
    del y, twin
    assert len(lines._marks) == before


def test_a_deep_graph_needs_no_recursion():
    x = y = leaf(1.0)
    with detect_anomaly():
        for _ in range(20_000):
            y = y + x
        y.backward()
    assert x.grad == 20_001.0 and sys.getrecursionlimit() <= 1000


def test_nobody_looks_outside():
    x = leaf(0.0)
    with pytest.raises(AnomalyError), detect_anomaly():
        1 / x
    assert observing.observers == [] and observing.observer() is None
    assert (1 / x).data == inf


def test_blocks_nest_and_decorate():
    x = leaf(0.0)
    with detect_anomaly():
        with detect_anomaly(), pytest.raises(AnomalyError):
            1 / x
        with pytest.raises(AnomalyError):
            1 / x

    @detect_anomaly()
    def divided(x):
        return 1 / x

    for _ in range(2):
        with pytest.raises(AnomalyError):
            divided(x)
    assert divided(leaf(2.0)).data == 0.5 and (1 / x).data == inf


def test_threads_and_coroutines_do_not_disturb_each_other():
    x = leaf(0.0)
    seen = []
    with detect_anomaly():
        thread = threading.Thread(target=lambda: seen.append((1 / x).data))
        thread.start()
        thread.join()
    assert seen == [inf]

    async def careful():
        with detect_anomaly():
            await asyncio.sleep(0.01)
            with pytest.raises(AnomalyError):
                1 / x

    async def careless():
        for _ in range(4):
            await asyncio.sleep(0.004)
            seen.append((1 / x).data)

    async def both():
        await asyncio.gather(careful(), careless())

    # in a thread of its own: tests of pages leave their loop running in this one
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, both()).result()
    assert seen == [inf] * 5 and observing.observers == []


def test_a_compiled_function_is_seen_while_it_is_recorded():
    f = autograd.compile(lambda x: math.log(x))
    assert told(lambda: f(-1.0)).startswith("log(-1.0) is nan")
    assert f(2.0) == stdlib.log(2.0)
    assert told(lambda: f(-1.0)) is None


def test_it_looks_at_derivatives_of_a_solution_over_power_series():
    def square_root(a):
        return root(lambda x: x * x - a, 1.0)

    with detect_anomaly():
        assert taylor(square_root, 4.0, 2) == taylor(square_root, 4.0, 2)
