"""Structures of arguments and results, methods, functions inside of each other."""

import copy
import enum
import math as stdlib
import sys
from collections import OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction

import pytest

from autograd import Value, compile, math, no_grad
from autograd.compiling.paths import CompileWarning
from nn import MLP, Module
from tests.compiled_laws import Twins, counted, flat

w, v = Value(0.7, label="w"), Value(-1.3, label="v")
TABLE = [1.5, -2.5, 3.5, 0.25]
Pair = namedtuple("Pair", "a b")


# --- structures


def test_arguments_of_any_nesting():
    def function(p, options, mode, flag, nothing):
        total = p["a"] * p["b"][0] + p["b"][1][1] * w
        if mode == "pair":
            total = total + options.a * options.b
        return total if flag and nothing is None else -total

    twins = Twins(function, [w])
    p = {"a": 1.5, "b": [2.0, (3.0, -4.0)]}
    for mode, flag in (("pair", True), ("none", True), ("pair", False), ("pair", True)):
        twins.agree(p, Pair(0.5, -1.5), mode, flag, None)
    gradients = compile(function).grad(p, Pair(0.5, -1.5), "pair", True, None)
    assert gradients == (
        {"a": 2.0, "b": [1.5, (0.0, w.data)]},
        Pair(-1.5, 0.5),
        "pair",
        True,
        None,
    )


def test_gradients_have_the_structure_of_the_arguments():
    assert compile(lambda x: x * x).grad(3.0) == 6.0
    assert compile(lambda x, y: x * y).grad(3.0, 4.0) == (4.0, 3.0)
    assert compile(lambda xs: xs[0] * xs[1]).grad([3.0, 4.0]) == [4.0, 3.0]
    assert compile(lambda xs: xs[0] * xs[1]).grad((3.0, 4.0)) == (4.0, 3.0)
    assert compile(lambda: w * 2.0).grad() == ()
    keyed = compile(lambda x, y=2.0, *, z=3.0: x * y * z)
    assert keyed(1.0, z=5.0) == 10.0 and keyed(y=1.0, x=5.0) == 15.0
    assert keyed.grad(1.0, z=5.0) == (10.0, {"z": 2.0})
    assert keyed.grad(y=1.0, x=5.0) == (3.0, 15.0)


@pytest.mark.parametrize(
    "returned",
    [
        lambda x: 4.0,
        lambda x: 4,
        lambda x: x,
        lambda x: w,
        lambda x: (x * w,) * 2,
        lambda x: [x, x, w, 2.0],
        lambda x: {"loss": x * w, "parts": [x, (w, 1.0)], "pair": Pair(x, v)},
        lambda x: {"name": "text", "sure": True, "none": None, "x": x},
        lambda x: [],
        lambda x: None,
        lambda x: x > 0,
        lambda x: Fraction(1, 4),
    ],
)
def test_results_of_any_nesting(returned):
    Twins(returned, [w, v]).agree(2.5)
    for exact in (True, False):
        step = compile(returned, exact=exact)
        for x in (1.5, -2.5, 1.5):
            found, eager = step(x), returned(Value(x))
            assert flat(found) == flat(eager)
            assert shape(found) == shape(eager)


def shape(thing):
    if isinstance(thing, (bool, str)) or thing is None:
        return thing
    if isinstance(thing, dict):
        return {key: shape(part) for key, part in thing.items()}
    if isinstance(thing, (list, tuple)):
        return type(thing), [shape(part) for part in thing]
    return "number"


def test_numbers_of_other_types():
    numpy = pytest.importorskip("numpy")
    step = compile(lambda x: x * 2.0)
    for x in (1.5, Fraction(3, 2), Decimal("1.5"), numpy.float64(1.5)):
        assert step(x) == 3.0 and type(step(x)) is float
    assert step(numpy.float32(1.5)) == 3.0 and step(numpy.int64(2)) == 4.0
    table = compile(lambda i, x: TABLE[i] * x)
    assert table(numpy.int64(2), 2.0) == table(numpy.uint8(2), 2.0) == 7.0
    both = compile(lambda xs: TABLE[xs[0]] * xs[1])
    for whole in (numpy.array([2, 2]), [2, 2], numpy.array([2, 2], dtype="u1")):
        assert both(whole) == 7.0
    assert both.recordings == 1
    product = compile(lambda xs: xs[0] * xs[1][0])
    assert product([2.0, numpy.array([3.0, 4.0])]) == 6.0
    matrix = compile(lambda rows: rows[0][1] * rows[1][0])
    assert matrix(numpy.array([[1.0, 2.0], [3.0, 4.0]])) == 6.0
    assert matrix.grad(numpy.array([[1.0, 2.0], [3.0, 4.0]])) == [
        [0.0, 3.0],
        [2.0, 0.0],
    ]


def test_what_is_equal_but_of_another_type_has_a_recording_of_its_own():
    one, other = enum.IntEnum("One", "a"), enum.IntEnum("Other", "a")
    text = enum.Enum("Text", [("a", "a")], type=str)
    factors = {one: 2.0, other: 3.0, bool: 4.0, str: 5.0, text: 6.0}
    step = compile(lambda x, kind: x * factors[type(kind)])
    keyed = compile(lambda p: sum(x * sizes(key) for key, x in p.items()))
    for _ in range(2):
        for kind, factor in (
            (one.a, 2),
            (other.a, 3),
            (True, 4),
            ("a", 5),
            (text.a, 6),
        ):
            assert step(1.0, kind) == step.batch([1.0], kind)[0] == factor
        for key, size in ((1, 1), (1.0, 2), (True, 3), ((1, 1.0), 3), ((1.0, 1), 3)):
            assert keyed({key: 1.0}) == keyed.batch({key: [1.0]})[0] == size
    assert step.recordings == keyed.recordings == 5


def sizes(key):
    if isinstance(key, tuple):
        return sum(map(sizes, key))
    return {int: 1, float: 2, bool: 3}[type(key)]


def test_an_int_that_is_no_float_is_refused():
    step, table = compile(lambda x: x * 2.0), compile(lambda xs: xs[0] + xs[1])
    for _ in range(2):  # before it is recorded, and after
        for number in (2**53 + 1, -(2**53) - 1, 2**63 - 1, 10**30):
            wanted = rf"lambda>: {number} is an argument .*rounded. Pass float\(n\)"
            for call in (step, step.grad, lambda x: table([1.0, x])):
                with pytest.raises(OverflowError, match=wanted):
                    call(number)
            with pytest.raises(OverflowError, match=f"{number} is an argument"):
                step.batch([1, number])
        for number in (10**400, -(10**5000)):
            with pytest.raises(
                OverflowError, match="lambda>: an argument is too large"
            ):
                step(number)
        for number in (2**53, -(2**53), 2**60, 2**1023, 10**22):
            assert step(number) == number * 2.0 == step.batch([number])[0]
        assert table([1.0, 2]) == 3.0


def test_a_value_is_no_key_of_a_result():
    for key in (lambda x: x, lambda x: x * w, lambda x: ("a", (x * w,))):
        with pytest.raises(TypeError, match=r"Value\(.* as a key: .* Use text or ints"):
            compile(lambda x, key=key: {key(x): x})(1.0)


def test_a_value_with_a_gradient_is_no_argument():
    def function(x, ys):
        return x * ys[0] * w

    step, x = compile(function), Value(1.5)
    calls = [step, step.grad, step.value_and_grad, step.backward, step.stages]
    calls += [lambda x, ys: step.batch([1.0, 2.0] if x == 2.0 else x, ys)]
    calls += [lambda x, ys: step.parameter_gradients((w,), x, ys)]
    for _ in range(2):  # before it is recorded, and after
        for call in calls:
            for args in ((x, [2.0]), (2.0, [x]), (2.0, [x * w])):
                wanted = r"Value\(.*no gradient gets to it.*close over.*\.data"
                with pytest.raises(TypeError, match=wanted):
                    call(*args)
        assert step(1.5, [2.0]) == 3.0 * w.data
    # a number, and nothing else
    with no_grad():
        assert step(x, [x * 2.0]) == 4.5 * w.data and step.grad(x, [2.0])[0] == 1.4
        assert [*step.batch([1.0, 2.0], [x])] == [1.5 * w.data, 3.0 * w.data]
        inside = x * 1.0
    assert step(math.stop_gradient(x), [inside]) == 2.25 * w.data
    # recorded in another graph, or another recording
    assert isinstance(step.function(x, [x]), Value)
    assert compile(lambda x: step(x, [x]) + w).grad(1.5) == 3.0 * w.data


def test_a_tape_keeps_the_values_that_were_closed_over():
    class Holder:
        w = Value(2.0)

    step = compile(lambda x: Holder.w * x)
    assert step(3.0) == 6.0
    Holder.w.data = 4.0
    assert step(3.0) == 12.0
    Holder.w = Value(9.0)  # not noticed: Python reads a name only at the recording
    assert step(3.0) == 12.0 and compile(step)(3.0) == 27.0


def test_merged_operations_may_have_an_infinite_slope_where_the_engine_has_nan():
    weight, x = Value(2.0), Value(0.0)

    def function(x):
        return math.sqrt(x) * weight + math.sqrt(x) * (weight - 2)

    function(x).backward()
    assert stdlib.isnan(x.grad) and stdlib.isnan(compile(function, exact=True).grad(0))
    assert compile(function).grad(0) == stdlib.inf


def test_ints_and_floats_are_one_structure():
    step = compile(lambda xs: xs[0] * xs[1] + w)
    for xs in ([1, 2.0], [1.0, 2], [1, 2], [1.0, 2.0], (1, 2)):
        assert step(xs) == 2.0 + w.data
        assert step.grad(xs) == type(xs)([2.0, 1.0])
    assert step.recordings == 2  # a list, and a tuple


def test_an_int_that_is_needed_is_no_float():
    table = compile(lambda i, xs: TABLE[i] * xs[0])
    for _ in range(2):
        for xs in ([2], [2.0]):
            assert table(1, xs) == -5.0 and table(-1, xs) == 0.5
            for call in (table, table.value_and_grad, table.backward):
                with pytest.raises(TypeError, match="not an int argument"):
                    call(1.0, xs)
    assert table.recordings == 2


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda n, x: math.polygamma(n, x), lambda n, x: math.polygamma(n, x)),
        (lambda n, x: math.ldexp(x, n + 1) * w, lambda n, x: x * 2.0 ** (n + 1) * 0.7),
        (lambda n, x: math.comb(n, 2) * x, lambda n, x: stdlib.comb(n, 2) * x),
    ],
    ids=["polygamma", "ldexp", "comb"],
)
def test_functions_of_ints_take_int_arguments(function, expected):
    step = compile(function)
    for n in (3, 1, 3):
        assert step(n, 1.5) == pytest.approx(expected(n, 1.5), rel=1e-15)
        value, (by_n, by_x) = step.value_and_grad(n, 1.5)
        x = Value(1.5)
        function(n, x).backward()
        assert (by_n, by_x) == (0.0, pytest.approx(x.grad, rel=1e-15))
        assert value == step(n, 1.5)
    assert step.recordings == 2
    for _ in range(2):
        with pytest.raises(TypeError, match="not an int argument"):
            step(1.5, 1.5)


def test_paths_for_ints_and_for_floats_are_found_again():
    def function(x, y):
        # an index needs both to be ints; of a float int() is a guard
        return TABLE[int(x)] * y + int(x + y) * w

    step = compile(function)
    calls = [(1, 2), (1.0, 2), (1, 2.0), (1.5, 1), (1.0, 2.0), (2, 1), (1.5, 1.25)]
    for _ in range(3):
        for x, y in calls:
            whole = TABLE[int(x)] * y + int(x + y) * w.data
            assert step(x, y) == pytest.approx(whole, rel=1e-15)
    recordings = step.recordings
    assert recordings <= len(calls)
    for x, y in calls[::-1]:
        step(x, y)
    assert step.recordings == recordings


def test_a_tape_for_each_structure():
    function, runs = counted(
        lambda xs: sum(xs, 0.0) * (2 if isinstance(xs, list) else 3)
    )
    step = compile(function)
    calls = [[1.0], [1.0, 2.0], (1.0, 2.0), [], [1.0, 2.0], (3.0, 4.0)]
    assert [step(xs) for xs in calls] == [2.0, 6.0, 9.0, 0.0, 6.0, 21.0]
    assert len(runs) == 4
    ordered = compile(lambda d: next(iter(d.values())) * 2 + [*d.values()][1])
    assert ordered({"a": 1.0, "b": 2.0}) == ordered(OrderedDict(b=1.0, a=2.0)) == 4.0


def test_many_structures_are_told_of_once_and_the_oldest_forgotten():
    step = compile(lambda xs, mode: sum(xs, w) if mode else 0.0)
    with pytest.warns(CompileWarning, match="64 structures of arguments") as told:
        for count in range(150):
            assert step([1.0] * count, "mode") == sum([1.0] * count, w).data
    assert [warning.filename for warning in told] == [__file__]
    for count in range(150, 1100):
        step([], str(count))
    assert len(step._paths) == 1024 and step([1.0], "mode") == 1.0 + w.data


# --- methods, and functions of functions


class Line(Module):
    def __init__(self, slope):
        self.slope, self.net = Value(slope), MLP(2, [3, 1], seed=1)

    @compile
    def loss(self, x, y):
        return (self.net(x) * self.slope - y) ** 2

    @staticmethod
    @compile
    def twice(x):
        return x * 2


class Steeper(Line):
    @compile(exact=True)
    def loss(self, x, y):
        return super().loss(x, y) * 10


def test_methods_are_compiled_for_each_instance():
    one, two = Line(2.0), Line(3.0)
    for line in (one, two, one):
        eager = (line.net([1.0, 2.0]) * line.slope - 0.5) ** 2
        assert line.loss([1.0, 2.0], 0.5) == pytest.approx(eager.data, rel=1e-13)
    assert one.loss is one.loss and one.loss is not two.loss
    assert Line.loss is Line.loss and Line.twice(2.0) == one.twice(2.0) == 4.0
    one.loss.backward([1.0, 2.0], 0.5)
    assert one.slope.grad != 0 and two.slope.grad == 0
    assert len(one.parameters()) == 14


def test_a_method_above_is_recorded_once_and_hides_none_below():
    class Tenfold(Line):
        def loss(self, x, y):
            return super().loss(x, y) * 10

    line, plain = Tenfold(2.0), Line(2.0)
    wanted = plain.loss([1.0, 2.0], 0.5) * 10
    assert [line.loss([1.0, 2.0], 0.5) for _ in range(3)] == [wanted] * 3
    assert super(Tenfold, line).loss.recordings == 1
    assert len(line.parameters()) == 14


def test_a_method_belongs_to_its_instance_and_to_what_is_in_the_class():
    class Slope:
        def __init__(self, slope):
            self.slope = Value(slope)

        @compile
        def at(self, x):
            return self.slope * x

    one, two = Slope(2.0), Slope(3.0)
    assert (one.at(1.0), two.at(1.0)) == (2.0, 3.0)
    other = copy.copy(one)
    other.slope = Value(5.0)
    assert (other.at(1.0), one.at(1.0), other.at is other.at) == (5.0, 2.0, True)
    two.__dict__.update(vars(one))
    two.slope = Value(7.0)
    assert (two.at(1.0), one.at(1.0)) == (7.0, 2.0)
    Slope.at = compile(lambda self, x: self.slope - x)
    assert (one.at(0.5), one.at.grad(1.0)) == (1.5, -1.0)
    Slope.at = lambda self, x: "none"
    assert one.at(1.0) == "none"
    one.at = lambda x: "its own"
    assert one.at(1.0) == "its own"


@pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="class methods ask for no method any more"
)
def test_a_class_method_is_refused_with_the_remedy():
    class Named:
        @classmethod
        @compile
        def twice(cls, x):
            return 2 * x

    for owner in (Named, Named()):
        with pytest.raises(TypeError, match=r"twice: a class method .*@staticmethod"):
            owner.twice(1.0)


def test_an_overridden_method_reaches_the_one_above():
    line = Steeper(2.0)
    plain = Line(2.0)
    for _ in range(2):
        assert line.loss([1.0, 2.0], 0.5) == pytest.approx(
            10 * plain.loss([1.0, 2.0], 0.5), rel=1e-13
        )


def test_compiled_functions_inside_each_other():
    inner = compile(lambda x: w * x * x if x > 0 else -x)
    twins = Twins(lambda x, y: inner(x) * y + inner(y) - inner(2.0), [w])
    twins.function = lambda x, y: (
        inner.function(x) * y + inner.function(y) - inner.function(2.0)
    )
    for x, y in ((1.0, 2.0), (-1.0, 2.0), (1.0, -2.0), (1.0, 2.0)):
        twins.agree(x, y)
    assert inner(2.0) == w.data * 4 and inner(-2.0) == 2.0
    again = compile(compile(inner), exact=True)
    assert again.function is inner.function and again.exact and not inner.exact


def test_decorators_keep_the_function_s_name():
    @compile
    def squared(x):
        """The square."""
        return x * x

    assert (squared.__name__, squared.__doc__) == ("squared", "The square.")
    assert repr(squared).startswith("<compiled ") and "squared" in repr(squared)
    model = MLP(2, [3, 1], seed=1)
    whole = compile(model)
    assert whole([0.5, 1.0]) == pytest.approx(model([0.5, 1.0]).data, rel=1e-14)
    assert repr(whole) == "<compiled MLP>"
    assert compile(math.sin)(0.5) == stdlib.sin(0.5)
    assert compile(max)(1.0, 2.0) == 2.0 and compile(abs).grad(-3.0) == -1.0
