"""What a recorded function may not do, and what is left behind when it goes wrong."""

import copy
import gc
import math as stdlib
import pickle
import warnings
import weakref

import pytest

from autograd import Value, compile, math, primitive, scope
from autograd.compiling.paths import CompileWarning
from autograd.compiling.tracing import TraceError
from autograd.scopes import current
from autograd.watching import watchers
from nn import Module
from tests.compiled_laws import with_zero_grad

inf, nan = float("inf"), float("nan")
w = Value(0.7, label="w")
TABLE = [1.5, -2.5, 3.5]


def line_of(function):
    return function.__code__.co_firstlineno


FORBIDDEN = {
    "read .data": lambda x: x * x.data,
    "read .data of a weight": lambda x: x * w.data,
    "read .grad": lambda x: x * w.grad,
    "read .partials": lambda x: (x * w).partials[0] * x,
    "format the number": lambda x: x * float(f"{x:.1f}"),
    "assign .data": lambda x: setattr(w, "data", 1.0),
    "assign .grad": lambda x: setattr(x, "grad", 0.0),
    r"call backward\(\)": lambda x: (x * w).backward(),
    "make a copy": lambda x: copy.copy(x * w),
    "make a copy ": lambda x: copy.deepcopy(x * w),
    "make a pickle": lambda x: pickle.dumps(x),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_numbers_do_not_leave_unnoticed(what):
    """The message names the line and the remedy; then all is as before."""
    function = FORBIDDEN[what]
    step = compile(lambda x: w * x if x > 0 else function(x))
    assert step(2.0) == 2.0 * w.data
    what = what.removesuffix(" of a weight").strip()
    wanted = f"line {line_of(function)} of {__file__.rsplit('/', 1)[-1]}"
    for _ in range(2):
        for call in (step, step.value_and_grad, step.backward, step.stages):
            with pytest.raises(TraceError, match=f"may not {what} of a Value") as e:
                call(-2.0)
            assert wanted in str(e.value) and "Use the Value itself" in str(e.value)
        with pytest.raises(TraceError):
            step.batch([1.0, -2.0])
    untouched(step)


def test_values_are_shown_while_they_are_recorded(capsys):
    def function(x):
        print(x, f"{x}", repr(x))
        return x * w

    assert compile(function)(2.0) == 2.0 * w.data
    assert capsys.readouterr().out == " ".join([repr(Value(2.0))] * 3) + "\n"


def untouched(step):
    """Nothing is half-recorded: the function works on, and so does the engine."""
    assert watchers == [] and current.get() is None
    assert step(3.0) == 3.0 * w.data
    assert step.backward(2.0) == 2.0 * w.data and with_zero_grad([w]) == [2.0]
    node = Value(2.0) * w
    assert node._scope is None and node.data == 2.0 * w.data and node > 0


@pytest.mark.parametrize(
    "function",
    [
        lambda x: float(x),
        lambda x: stdlib.sin(x),
        lambda x: stdlib.fsum([x, x]),
        lambda x: complex(x),
        lambda x: math.ldexp(x, x),
        lambda x: x.no_such_method(),
        lambda x: x + "text",
        lambda x: x << 1,
        lambda x: 1 / 0,
        lambda x: TABLE[99],
        lambda x: math.take(TABLE, 99) + x,
        lambda x: {}["missing"],
        lambda x: [][0],
        lambda x: (x for x in [1]).throw(RuntimeError("mine")),
        lambda x: exec("raise KeyboardInterrupt"),
    ],
)
def test_exceptions_of_the_function_pass_through(function):
    step = compile(lambda x: w * x if x > 0 else function(x))
    step(2.0)
    try:
        function(Value(-2.0))
    except BaseException as error:
        wanted = type(error)
    for call in (step, step.value_and_grad, step.backward):
        with pytest.raises(wanted):
            call(-2.0)
    with pytest.raises(wanted):
        step.batch([1.0, -2.0])
    untouched(step)


def test_an_exception_inside_of_scopes_and_other_recordings():
    inner = compile(lambda x: x.data)

    def function(x):
        with scope("one"), scope("two"):
            return inner(x) if x < 0 else x * w

    step = compile(function)
    for _ in range(2):
        with pytest.raises(TraceError):
            step(-1.0)
        untouched(step)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, n: TABLE[x],
        lambda x, n: TABLE[w],
        lambda x, n: sum(range(x)),
        lambda x, n: TABLE[n / 2],
        lambda x, n: TABLE[n * 0.5],
        lambda x, n: TABLE[n + w],
        lambda x, n: TABLE[n + x],
        lambda x, n: [x] * x,
        lambda x, n: "abc"[x:],
        lambda x, n: TABLE[math.sqrt(n)],
        lambda x, n: TABLE[n * 2**60 - 2**61],
        lambda x, n: TABLE[(n + 2**53) % 2],
    ],
)
def test_only_ints_are_indices(function):
    step = compile(function)
    for _ in range(2):
        with pytest.raises(TraceError, match=r"line \d+ of .*int argument"):
            step(1.0, 2)
    assert watchers == []


def test_whole_numbers_whose_neighbours_are_no_floats_are_no_indices():
    step = compile(lambda n: TABLE[n - 2**60])
    with pytest.raises(TraceError):
        step(2**60 + 2**10)
    assert compile(lambda n: TABLE[n - 2**52])(2**52 + 1) == TABLE[1]


def test_plain_numbers_are_no_indices_either():
    one = math.stop_gradient(Value(1.0))
    with pytest.raises(TypeError, match=r"1\.0 is not an index: it is a float"):
        compile(lambda x: TABLE[one] * x)(1.0)
    with pytest.raises(TypeError, match="is not an index"):
        TABLE[Value(1.0)]
    with pytest.raises(TypeError, match=r"int\(\) of a Value"):
        int(Value(1.0))


def test_indices_of_take_are_looked_at_in_each_replay():
    step = compile(lambda i, x: math.take(TABLE, i) * x)
    assert step(1, 2.0) == -5.0
    for _ in range(2):
        for index, error in ((3, IndexError), (-4, IndexError), (0.5, TypeError)):
            with pytest.raises(error, match=r"take\(xs, index\): index"):
                step(index, 1.0)
        for index in (nan, inf, -inf):
            with pytest.raises((TypeError, IndexError), match="index"):
                step(index, 1.0)
        with pytest.raises(IndexError, match="index 7 is out of range for 3"):
            step.batch([0, 7], [1.0, 1.0])
        with pytest.raises(IndexError):
            step.value_and_grad(5, 1.0)
        assert step(-1, 2.0) == 7.0


@pytest.mark.parametrize(
    "argument",
    [{1.0}, 1j, iter([1.0]), object(), Module(), range(3), [1.0, {2.0}], {"a": {1j}}],
)
def test_arguments_that_are_none(argument):
    step = compile(lambda x: w * 3.0)
    for call in (step, step.value_and_grad, step.backward, step.stages):
        with pytest.raises(TypeError, match="cannot be an argument of a compiled"):
            call(argument)


@pytest.mark.parametrize(
    "result",
    [object(), {1.0}, iter([1.0]), (lambda: 1.0), 1j, [1.0, {2.0}]],
)
def test_results_that_are_none(result):
    step = compile(lambda x: w * x if x > 0 else result)
    with pytest.raises(TypeError, match=r"a compiled function returned .* numbers"):
        step(-1.0)
    untouched(step)


def test_calls_that_are_none():
    with pytest.raises(TypeError, match=r"compile\(f\): must be a function, not 3"):
        compile(3)
    step = compile(lambda x, y=2.0: x * y)
    with pytest.raises(TypeError, match="positional"):
        step(1.0, 2.0, 3.0)
    with pytest.raises(TypeError, match="'z'"):
        step(1.0, z=3.0)
    with pytest.raises(TypeError, match="missing"):
        step()
    with pytest.raises(ValueError, match="not called yet"):
        print(step.tape)
    with pytest.raises(OverflowError):
        step(10**400)
    assert step(3.0) == 6.0


@pytest.mark.parametrize(
    "function", [lambda x: (x, x), lambda x: [x], lambda x: None, lambda x: x > 0]
)
def test_a_gradient_is_of_one_number(function):
    step = compile(function)
    for call in (step.grad, step.value_and_grad, step.backward):
        with pytest.raises(ValueError, match="needs a function of one"):
            call(1.0)
    for call in (step.grad_batch, step.value_and_grad_batch, step.backward_batch):
        with pytest.raises(ValueError, match="needs a function of one"):
            call([1.0, 2.0])
    for call, x in ((step.grad, 1.0), (step.grad_batch, [1.0])):
        with pytest.raises(ValueError, match=r"lambda> returns .*, and the gradient"):
            call(x)


def test_numbers_of_another_compiled_function_are_not_kept():
    inner = compile(lambda x: w * x)
    calls = [
        lambda x: x * inner.grad(2.0),
        lambda x: x * inner.value_and_grad(2.0)[0],
        lambda x: x * inner.backward(2.0),
        lambda x: x * inner.batch([2.0])[0],
        lambda x: x * inner.grad_batch([2.0])[0],
        lambda x: x * inner.backward_batch([2.0]),
        lambda x: inner.grad(x),
        lambda x: inner.batch([x, x])[0],
    ]
    for function in calls:
        step = compile(function)
        with pytest.raises(TraceError, match=f"line {line_of(function)} of"):
            step(1.0)
        assert watchers == []
    assert with_zero_grad([w]) == [0.0]
    assert inner.grad(2.0) == w.data


def test_rules_that_are_wrong():
    @primitive(partials=lambda out, x: (1.0, 2.0))
    def two_slopes(x):
        return x

    with pytest.raises(ValueError, match="must be 1 local derivatives"):
        compile(lambda x: two_slopes(x)).grad(1.0)


def test_a_class_with_slots_has_no_place_for_a_method():
    class Slotted:
        __slots__ = ()

        @compile
        def method(self, x):
            return x

    with pytest.raises(TypeError, match="__slots__"):
        Slotted().method(1.0)


class Counter(Module):
    def __init__(self):
        self.w = Value(2.0)

    @compile
    def loss(self, x):
        return self.w * x


@compile
def at_the_top(x):
    return x * 2


def test_copies_and_pickles_are_recorded_anew():
    counter = Counter()
    assert counter.loss(3.0) == 6.0
    for other in (copy.deepcopy(counter), pickle.loads(pickle.dumps(counter))):
        other.w.data = 10.0
        assert (other.loss(3.0), counter.loss(3.0)) == (30.0, 6.0)
        assert other.loss.backward(1.0) == 10.0 and counter.w.grad == 0
    assert copy.deepcopy(at_the_top) is pickle.loads(pickle.dumps(at_the_top))
    assert at_the_top is copy.copy(at_the_top)
    step = compile(lambda x: w * x, exact=True)
    step(1.0)
    again = copy.deepcopy(step)
    assert again.exact and again(2.0) == step(2.0)


def test_weights_are_freed_with_the_function():
    def made():
        weight = Value(3.0)
        return weakref.ref(weight), compile(lambda x: weight * x)

    alive, step = made()
    assert step.backward(1.0) == 3.0 and alive() is not None
    del step
    gc.collect()
    assert alive() is None


def test_near_ties_do_not_go_round_in_circles():
    """Two paths may add in another order, and each refute itself by its last bit."""

    def function(xs):
        head = sum(xs[:9])
        total = head
        for x in xs[9:]:
            total = total + x
        return total * 2 if total > 0 else total * 3 + head

    step = compile(function)
    step([1.0] * 17)
    step([-1.0] * 17)
    tie = [
        *(0.6730299840253856, -1.324082464472022, 1.166490138238534),
        *(-4.021009579478728, 0.5036300563785048, -0.5527646971207058),
        *(-0.9201936678335405, 1.8002633604412994, 0.46854978225277916),
        *(1.2070031793653448, 0.18712289779980942, 2.6116075272560475),
        *(0.35750004836441207, -1.029804804536397, 0.7685090969541892),
        *(0.42529911585764635, -2.321149972493559),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error", CompileWarning)
        for _ in range(3):
            assert step(tie) == pytest.approx(function(tie), abs=1e-12)
            assert [*step.batch([[x, x] for x in tie])] == pytest.approx(
                [function(tie)] * 2, abs=1e-12
            )
