"""Recording: Python's own branches, loops and look-ups, and the paths they lead to."""

import functools
import math as stdlib
import random
import threading
import warnings
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

import autograd
from autograd import Value, compile, math, no_grad, primitive, scope, stop_gradient
from autograd.compiling.paths import CompileWarning
from autograd.watching import watchers
from tests.compiled_laws import Twins, agree, bits, counted, flat, with_zero_grad

inf, nan = float("inf"), float("nan")
w, v = Value(0.7, label="w"), Value(-1.3, label="v")
TABLE = [1.5, -2.5, 3.5, 0.25]
WEIGHTS = [Value(number) for number in TABLE]


def as_with_plain_numbers(function, *calls, recordings=None):
    """Compiled, a function gives what it gives on the plain numbers themselves."""
    counting, runs = counted(function)
    step = compile(counting)
    for _ in range(2):
        for args in calls:
            assert bits(flat(step(*args))) == bits(flat(function(*args))), args
    if recordings is not None:
        assert len(runs) == recordings, runs
    return step


# --- branches and loops


def by_sign(x):
    if x > 2:
        return w * x * x
    if x > 0:
        return x * v
    if x == 0:
        return w * v + x
    if x != x:
        return x * w
    return -x * w


def halved(x):
    count = 0
    while x > 1:
        x = x / 2
        count += 1
        if count > 20:
            return x * w
    return x * count * w


def newton(x):
    y = x
    for _ in range(60):
        step = (y * y - abs(x)) / (2 * y)
        y = y - step
        if abs(step) < 1e-12:
            break
    return y


def caught(x):
    try:
        if x > 0:
            raise ValueError
        return x * 2 * w
    except ValueError:
        return x * 3


def from_a_generator(x):
    def powers():
        y = x
        while abs(y) < 100:
            yield y
            y = y * x

    return sum(powers()) * w


def by_kind(x):
    if math.isnan(x):
        return w * 2
    if math.isinf(x):
        return w * 3 + x
    return x * w if math.isfinite(x) else w


@pytest.mark.parametrize(
    ("function", "points"),
    [
        (by_sign, [1.0, -1.0, 0.0, -0.0, nan, inf, 2.5, -inf]),
        (halved, [1.0, 100.0, 3.0, 0.5, 1e9, -2.0]),
        (newton, [0.5, 3.0, -3.0, 1e6]),
        (caught, [1.0, -1.0, 0.0]),
        (from_a_generator, [3.0, -2.0, 50.0, 1000.0]),
        (by_kind, [7.5, nan, inf, -inf, 0.0]),
        (lambda x: w * x if x else w + x, [0.0, -0.0, 1.0, nan]),
        (lambda x: w * x if not x else x, [0.0, 1.0, nan]),  # noqa: SIM212
        (lambda x: (x and 2 * x) or w, [0.0, 1.0, -1.0]),
        (lambda x: x * w if -1 < x < 1 else -x, [0.5, -0.5, 1.0, -1.0, 2.0]),
        (lambda x: x * x if x in (1, 2.5) else x * w, [1.0, 2.5, 3.0]),
        (lambda x: x * (x > 0) + (x < 1) * w, [0.5, -1.0, 2.0]),
        (lambda x: abs(x) * w - stdlib.prod([x, 2.0]), [0.5, -1.0, 0.0]),
        (lambda x: math.modf(x)[0] * 2 + math.modf(x)[1], [2.25, -2.25, inf, nan]),
        (lambda x: x * math.floor(x) + math.ceil(x) * w, [2.25, -2.25, 3.0]),
        (lambda x: math.where(x > 0, lambda: math.log(x), x * w), [3.0, -3.0]),
        (lambda x: x if x > nan or x < nan else -x * w, [1.0, 2.0, nan]),
        (lambda x: x if x < 10**400 else -x * w, [1.0, 2.0, inf]),
        (lambda x: x if x < Fraction(1, 3) else -x * w, [0.2, 1 / 3, 0.4]),
        (lambda x: x if x <= Decimal("0.1") else -x * w, [0.05, 0.1, 0.2]),
        (lambda x: x if x == 2**53 + 1 else -x * w, [2.0**53, 1.0]),
        (lambda x: x if x != "text" and x is not None else w, [1.0, 2.0]),
    ],
)
def test_branches_and_loops(function, points):
    twins = Twins(function, [w, v])
    for x in [*points, *points[::-1]]:
        twins.agree(x)


@pytest.mark.parametrize(
    "function",
    [
        lambda xs: max(xs) * w - min(xs),
        lambda xs: sorted(xs)[0] * w + sorted(xs, reverse=True)[0] * 2 - sorted(xs)[1],
        lambda xs: sum(xs) * w if all(x > 0 for x in xs) else xs[0] * v,
        lambda xs: xs[1] * w if any(x > 1.5 for x in xs) else xs[0] * v,
        lambda xs: max(xs, key=abs) * w + min(xs, key=lambda x: x * x),
        lambda xs: xs[xs.index(max(xs))] * w + xs.index(min(xs)) + xs.count(1.0),
        lambda xs: max(enumerate(xs), key=lambda pair: pair[1])[0] * xs[0],
        lambda xs: (1.0 in xs) * w + xs[0],
        lambda xs: sum(a * b for a, b in zip(xs, reversed(xs))) * w,
        lambda xs: functools.reduce(lambda a, b: a * b + w, xs),
        lambda xs: math.max(xs) * math.softmax(xs)[0] + math.logsumexp(xs),
        lambda xs: xs[0] * w if xs[0] == xs[1] else xs[2],
        lambda xs: (x * x for x in xs).__next__() + min(xs, default=w),
    ],
)
def test_orders_and_choices(function):
    twins = Twins(function, [w, v])
    points = [3.0, 1.0, 2.0], [1.0, 1.0, 2.0], [nan, 1.0, 0.0], [-1.0, nan, -1.0]
    for xs in (*points, *points):
        twins.agree(xs)


def test_isclose_is_heard_of():
    twins = Twins(lambda x, y: x * y if math.isclose(x, y) else x + w, [w])
    loose = Twins(
        lambda x, y: x * y if math.isclose(x, y, rel_tol=0.1, abs_tol=1e-3) else x + w,
        [w],
    )
    for x, y in (
        *((1.0, 1.0 + 1e-12), (1.0, 2.0), (1.0, 1.05), (inf, inf), (inf, 1.0)),
        *((nan, nan), (0.0, 1e-12), (0.0, 1e-5), (inf, -inf), (1.0, 1.0 + 1e-12)),
    ):
        twins.agree(x, y)
        loose.agree(x, y)


# --- ints


def power(x, n):
    y = w * 1.0
    for _ in range(n):
        y = y * x
    return y


@pytest.mark.parametrize(
    "function",
    [
        power,
        lambda x, n: x * TABLE[n] + WEIGHTS[n],
        lambda x, n: x * TABLE[n - 1] + WEIGHTS[n // 2] + n % 2,
        lambda x, n: x * TABLE[abs(-n)] * n**2,
        lambda x, n: sum([x, w, x * x][:n], x),
        lambda x, n: sum([x] * n, w) * len("abc" * n),
        lambda x, n: x * w if n % 2 == 0 else -x,
        lambda x, n: x**n + (x + 3) ** -n + n / 2,
        lambda x, n: {0: x, 1: w * x}.get(n, x * x),
        lambda x, n: x * w if n in {1, 2} else -x,
        lambda x, n: divmod(n, 2)[0] * x + divmod(7, n + 1)[1],
        lambda x, n: math.take(TABLE, n) * x + math.take(WEIGHTS, n),
        lambda x, n: math.take([x, w, x * w, v], n) * n,
        lambda x, n: x * len(bin(n)) + ord(chr(n + 65)),
        lambda x, n: TABLE[int(n)] * x,
    ],
)
def test_an_int_is_a_number_until_python_needs_it(function):
    twins = Twins(function, [w, v, *WEIGHTS])
    for n in (2, 0, 3, 1, 2, 0):
        for x in (1.5, -0.5):
            twins.agree(x, n)


def test_one_look_up_finds_the_path_of_an_int():
    function, runs = counted(lambda x, n, k: sum((x for _ in range(n)), TABLE[k] * w))
    step = compile(function)
    for _ in range(3):
        for n in range(8):
            for k in range(4):
                assert step(0.5, n, k) == function(0.5, n, k).data
                runs.pop()
    assert len(runs) == 32
    assert all(len(path.answers) == 0 for path in next(iter(step._paths.values())).kept)


def test_take_needs_no_path_of_its_own():
    function, runs = counted(lambda x, n: math.take(TABLE, n) * x)
    step = compile(function)
    assert [step(2.0, n) for n in (0, 1, 2, 3, -1)] == [
        2 * TABLE[n] for n in (0, 1, 2, 3, -1)
    ]
    assert len(runs) == 1


def test_rounded_numbers_are_indices_with_a_path_each():
    calls = [(x,) for x in (0.5, 1.5, 1.7, 2.2, 0.1)]
    for rounding in (stdlib.floor, math.floor, int, stdlib.trunc):
        as_with_plain_numbers(lambda x: TABLE[rounding(x)] * x, *calls, recordings=3)
    as_with_plain_numbers(lambda x: TABLE[round(x)] * round(x, 1), *calls)
    as_with_plain_numbers(lambda x: TABLE[stdlib.ceil(x * 0.5)] * x, *calls)


def test_numbers_are_looked_up_as_the_numbers_they_are():
    three = ([1.0, 2.0, 1.0],), ([1.0, 2.0, 3.0],), ([1.0, 1.0, 1.0],)
    for function in (
        lambda xs: len(set(xs)) + xs[0],
        lambda xs: sum({x: i for i, x in enumerate(xs)}.values()) + xs[0],
        lambda xs: max(Counter(xs).values()) + xs[0],
        lambda xs: {1.0: 5.0, 2.0: 7.0}.get(xs[1], xs[2]),
    ):
        as_with_plain_numbers(function, *three)
    points = (0.5,), (1.5,), (0.7,)
    as_with_plain_numbers(lambda x: 2 * x if x in {0.5, 1.5} else x, *points)
    memo = as_with_plain_numbers(lambda x: {x + 1: x * 2}[x + 1], *points)
    assert memo(0.25) == 0.5
    agree(lambda x: x * len({w, v, w}) + (w in {0.7}), 1.5, weights=[w, v])


def test_ints_are_computed_with_as_floats():
    step = compile(lambda x: x * 2 if x > 1 else x / 2)
    assert [step(x) for x in (1, 1.0, 3, 3.0, True)][:4] == [0.5, 0.5, 6.0, 6.0]
    assert all(type(step(x)) is float for x in (1, 3, 1.0))
    identity = compile(lambda x: x)
    assert repr(identity(-0.0)) == "-0.0" and repr(identity(2**60)) == repr(2.0**60)


# --- what stands in a function besides


def test_values_made_in_a_function():
    def function(xs):
        xs = [Value(x) for x in xs]  # as micrograd's code does
        start = Value(2.0, label="start")
        return sum((w * x for x in xs), start) * xs[0]

    def reference(xs):
        return sum((w * x for x in xs), Value(2.0)) * xs[0]

    step, twin = compile(function, exact=True), compile(reference, exact=True)
    for xs in ([1.0, 2.0], [3.0, -1.0]):
        assert step(xs) == twin(xs) and step.grad(xs) == twin.grad(xs)
        assert step.backward(xs) == twin.backward(xs)
    w.grad = 0


def recursive(x, n):
    return x if n <= 0 else w * x * recursive(x, n - 1) + n


def quietly(x):
    with no_grad():
        y = x * w
        z = y * 2
    return y * x + z * w + stop_gradient(x) * v


@no_grad()
def constant_of(x):
    return x * w


def scoped(x):
    with scope("outer"):
        with scope("inner"):
            y = x * w
        with no_grad(), scope("quiet"):
            z = y * w
    return y * z + constant_of(x) * x


@pytest.mark.parametrize(
    "function",
    [
        quietly,
        scoped,
        lambda x: constant_of(x),
        lambda x: stop_gradient(x),
        lambda x: stop_gradient(x * w) * x + stop_gradient(stop_gradient(w)) * w,
        lambda x: stop_gradient(4.0) * x,
        lambda x: recursive(x, 5),
        lambda x, y=5.0: x * y * w,
        lambda x: (lambda y: y * x)(w),
        lambda x: functools.partial(math.atan2, x)(w),
        lambda x: (1 if x is not None and isinstance(x, object) else 0) * x,
        lambda x: [x.label, x.op, x.is_leaf][2] * x,
    ],
)
def test_whatever_else_stands_in_a_function(function):
    twins = Twins(function, [w, v])
    for x in (1.5, -0.5, 0.0, inf):
        twins.agree(x)


def test_a_primitive_of_one_s_own_is_called():
    runs = []

    @primitive(partials=lambda out, x, y: (y, x))
    def own_product(x, y):
        runs.append((x, y))
        if x > 100:
            raise ValueError("too large")
        return x * y

    twins = Twins(lambda x: own_product(x, w) + own_product(x, w) ** 2, [w])
    for x in (1.5, -2.0, nan):
        twins.agree(x)
    step = compile(lambda x: own_product(x, w))
    step(1.0)
    before = len(runs)
    assert step(2.0) == 2.0 * w.data and len(runs) == before + 1
    with pytest.raises(ValueError, match="too large"):
        step(200.0)
    assert step.grad(2.0) == w.data
    assert [*step.batch([1.0, 2.0])] == [w.data, 2 * w.data]
    with pytest.raises(ValueError, match="too large"):
        step.batch([1.0, 200.0])
    assert step(3.0) == 3 * w.data


# --- paths


def test_python_runs_once_for_each_path():
    function, runs = counted(by_sign)
    step = compile(function)
    for _ in range(3):
        for x in (1.0, -1.0, 0.0, 3.0, 4.0, -2.0, 0.5):
            step(x)
            step.value_and_grad(x)
            step.backward(x)
    assert len(runs) == 4
    w.grad = v.grad = 0


def one_at_a_time(x):
    count = 0
    while x > 1:
        x = x - 1
        count += 1
    return x * count


def test_many_paths_are_told_of_once():
    step = compile(one_at_a_time)
    with pytest.warns(
        CompileWarning, match=r"recorded 64 times .*take\(xs, i\)"
    ) as told:
        for i in range(150):
            assert step(i + 0.5) == one_at_a_time(i + 0.5)
    assert [warning.filename for warning in told] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for i in range(150, 200):
            assert step.value_and_grad(i + 0.5) == (one_at_a_time(i + 0.5), i)


@pytest.mark.filterwarnings("ignore::autograd.compiling.paths.CompileWarning")
def test_the_oldest_paths_are_forgotten():
    step = compile(lambda x, n: x * n + len("a" * n))
    for n in (*range(1100), 3, 1099, 0):
        assert step(0.5, n) == 1.5 * n
    paths = next(iter(step._paths.values()))
    assert paths.count == 1102 and len(paths.kept) < 1024


def test_numbers_that_another_path_needs_as_they_are_do_not_pile_up(monkeypatch):
    monkeypatch.setattr("autograd.compiling.paths.FOUND", 10)
    step = compile(lambda x, y: x * {1.0: 2, 2.0: 3}.get(y, 4) if x > 0 else x)
    assert (step(1.0, 1.0), step(1.0, 2.0)) == (2.0, 3.0)
    for i in range(100):
        assert step(-1.0, i / 7) == -1.0
    assert (step(1.0, 1.0), step(1.0, 2.0), step.recordings) == (2.0, 3.0, 3)
    assert len(next(iter(step._paths.values())).found) <= 10


def test_nan_finds_its_path_again():
    step = compile(lambda x, y: x * 2 if y in {1.0, 2.0} else x * 3)
    for _ in range(5):
        assert step(1.0, float("nan")) == 3.0 and step(1.0, 1.0) == 2.0
    found = step.batch([1.0, 2.0, 3.0], [float("nan"), 1.0, -float("nan")])
    assert [*found] == [3.0, 4.0, 9.0]
    assert step.recordings == 2


def test_a_function_that_answers_otherwise_each_time_does_no_harm():
    rng = random.Random(1)
    step = compile(lambda x: x * 2 if rng.random() < 0.5 else x * 3)
    assert len({step(1.0) for _ in range(10)}) == 1
    calls = []

    def fickle(x, n):
        calls.append(x)
        if len(calls) % 2:
            return x * 2 if x > 0 else -x
        if len(calls) % 3:
            return TABLE[n] * x
        return x * 3 if x > 5 else x * w if x < n else -x

    step = compile(fickle)
    for x in (1.0, -1.0, 6.0, 2.0, -3.0, 7.0, -8.0, 1.0, 0.5, -0.5):
        for n in (0, 1, 2):
            assert type(step(x, n)) is float


def test_threads_share_a_compiled_function():
    def function(x, y):
        return (w * x if x > y else v * y) * math.tanh(x)

    wanted = {}
    for i in range(40):
        x = i * 0.1 - 2
        leaves = Value(x), Value(0.3)
        node = function(*leaves)
        node.backward()
        wanted[x] = node.data, tuple(leaf.grad for leaf in leaves)
    for exact in (True, False):
        step, wrong = compile(function, exact=exact), []

        def work(seed, step=step, wrong=wrong):
            rng = random.Random(seed)
            for _ in range(150):
                x = rng.choice(list(wanted))
                if (
                    step.value_and_grad(x, 0.3) != wanted[x]
                    or step(x, 0.3) != wanted[x][0]
                ):
                    wrong.append(x)

        run_threads(work)
        assert wrong == []
        with_zero_grad([w, v])
        run_threads(
            lambda seed, step=step: [step.backward(1.0, 0.5) for _ in range(100)]
        )
        assert w.grad == pytest.approx(600 * stdlib.tanh(1.0))
    with_zero_grad([w, v])


def run_threads(work):
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_recording_does_not_disturb_other_threads():
    barrier, seen = threading.Barrier(2, timeout=30), []

    def slow(x):
        barrier.wait()
        y = x * w
        barrier.wait()
        return y

    def beside():
        barrier.wait()
        node = Value(3.0) * w  # may be read, compared and differentiated
        seen.append((node.data, node > 1, node._scope, Value(node.data).data))
        barrier.wait()

    thread = threading.Thread(target=beside)
    thread.start()
    assert compile(slow)(2.0) == 2 * w.data
    thread.join()
    assert seen == [(3 * w.data, True, None, 3 * w.data)] and not watchers


def test_compiling_under_no_grad_or_in_a_scope_is_the_same():
    step = compile(lambda x: w * x * x)
    with no_grad():
        assert step.value_and_grad(2.0) == (4 * w.data, 4 * w.data)
        step.backward(2.0)
    assert with_zero_grad([w]) == [4.0]
    with scope("outside"):
        assert compile(lambda x: w * x * x).grad(2.0) == 4 * w.data
    base = w * 2
    closing = compile(lambda x: base * x)
    with no_grad():
        closing.backward(3.0)
    assert with_zero_grad([w]) == [6.0]
    assert autograd.scopes.current.get() is None


def test_the_usual_way_is_left_where_it_leads_elsewhere():
    """Calls alike take a short cut: it must not survive what changes between them."""
    w = Value(2.0)
    step = compile(lambda x, y=1.0: w * x[0] * y if x[0] > 0 else -x[0])
    for _ in range(3):
        assert step([3.0]) == 6.0 and step.grad([3.0]) == [2.0]
        assert step([-3.0]) == 3.0 and step.grad([-3.0]) == [-1.0]  # another path
        assert str(step.tape).startswith("t0 = -x0")
        assert step([3]) == 6.0 and step([3.0], 2.0) == 12.0 and step([3.0], y=2) == 12
        assert step((3.0,)) == 6.0  # another structure
        assert str(step.tape).startswith("t0 = p0 · x0")
    w.data = 5.0
    assert step([3.0]) == 15.0 and step.value_and_grad([3.0]) == (15.0, [5.0])
    w.grad = 0.0
    assert [step.backward([3.0]) for _ in range(3)] == [15.0] * 3 and w.grad == 9.0
    with pytest.raises(TypeError, match="Value"):
        step([w])
    with pytest.raises(TypeError, match="object"):
        step([object()])
    with pytest.raises(OverflowError):
        step([10**400])
    assert step([3.0]) == 15.0
    outer = compile(lambda x: step([x]) * 2)
    assert outer(3.0) == 30.0 and outer.grad(3.0) == 10.0
