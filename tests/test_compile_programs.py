"""Random programs with branches: compiled, they give the engine's numbers."""

import operator

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Value, compile, math, no_grad, stop_gradient
from autograd.primitives import TABLE
from tests.compiled_laws import Eager, Twins, bits, near, with_zero_grad

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
RELATIONS = (
    *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
)
ARITIES = {
    row.identifier: row.arity
    for row in TABLE
    if row.arity and row.name not in ("polygamma", *OPERATORS)
}
LISTS = ("sum", "prod", "mean", "max", "min", "logsumexp", "hypot", "softmax")
CONSTANTS = (0.0, -0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -2.5, 0, 1, 2, 7)
inf, nan = float("inf"), float("nan")
SMOOTH = ("tanh", "sin", "cos", "atan", "sigmoid", "softplus", "square", "gelu", "erf")

tame = st.floats(-1.5, 1.5).map(lambda x: x if abs(x) > 1e-3 else 0.25)
wild = st.one_of(tame, st.floats(), st.sampled_from([0.0, -0.0, 1.0, 2.0]))


class Step:
    """One step of a program: a name, which earlier numbers it takes, what else."""

    def __init__(self, kind, picks, fact=None):
        self.kind, self.picks, self.fact = kind, picks, fact

    def __repr__(self):
        return f"{self.kind}{self.picks}{'' if self.fact is None else self.fact}"

    def results(self, pool):
        xs = [pool[i] for i in self.picks]
        return getattr(self, self.kind)(*xs)

    def operator(self, x, y):
        return [OPERATORS[self.fact](x, y)]

    def constant(self, x):
        sign, number, swapped = self.fact
        return [OPERATORS[sign](*((number, x) if swapped else (x, number)))]

    def row(self, *xs):
        return [getattr(math, self.fact)(*xs)]

    def listed(self, *xs):
        function = getattr(math, self.fact)
        found = function(*xs) if self.fact == "hypot" else function(xs)
        return found if isinstance(found, list) else [found]

    def products(self, *xs):
        """A sum of products as Python spells it; the last number may be a bias."""
        pairs = zip(xs[::2], xs[1::2])
        return [sum((x * y for x, y in pairs), xs[-1] if len(xs) % 2 else 0)]

    def tree(self, *xs):
        """Sums inside of sums, some of them used several times."""
        pool = list(xs)
        for sign, i, j in self.fact:
            x, y = pool[i % len(pool)], pool[j % len(pool)]
            if sign == "*":  # of what was given: products of products grow
                x, y = xs[i % len(xs)], xs[j % len(xs)]
            pool.append(OPERATORS[sign](x, y))
        return [pool[-1], pool[len(pool) // 2]]

    def dot(self, *xs):
        half = len(xs) // 2
        return [math.dot(xs[:half], xs[half : 2 * half])]

    def branch(self, a, b, x, y):
        return [x * y] if RELATIONS[self.fact](a, b) else [x - y]

    def truth(self, x, y):
        return [x + y] if x else [y]

    def ordered(self, *xs):
        return [max(xs) - min(xs), *sorted(xs)[:2]]

    def loop(self, x, y):
        for _ in range(self.fact):
            x = x * y + 1.0
        return [x]

    def stopped(self, x, y):
        return [x * stop_gradient(x * y), stop_gradient(y) + x]

    def quiet(self, x, y):
        with no_grad():
            z = x * y + 1.0
            also = z * z
        return [z * x, also - y]


def picks(draw, count, least, most=None):
    reach = st.integers(max(0, count - 10), count - 1)
    return draw(st.lists(reach, min_size=least, max_size=most or least))


@st.composite
def steps(draw, count, kinds, rows, signs, lists, constants):
    """A step that takes some of `count` earlier numbers."""
    kind = draw(st.sampled_from(kinds))
    if kind == "operator":
        return Step(kind, picks(draw, count, 2), draw(st.sampled_from(signs)))
    if kind == "constant":
        fact = draw(
            st.tuples(st.sampled_from(signs), st.sampled_from(constants), st.booleans())
        )
        return Step(kind, picks(draw, count, 1), fact)
    if kind == "row":
        name = draw(st.sampled_from(rows))
        return Step(kind, picks(draw, count, ARITIES[name]), name)
    if kind == "listed":
        return Step(kind, picks(draw, count, 1, 6), draw(st.sampled_from(lists)))
    if kind in ("products", "dot"):
        return Step(kind, picks(draw, count, 2, 13))
    if kind == "tree":
        places = st.integers(0, 11)
        fact = draw(
            st.lists(st.tuples(st.sampled_from("++*-"), places, places), max_size=8)
        )
        return Step(kind, picks(draw, count, 1, 4), fact)
    if kind == "ordered":
        return Step(kind, picks(draw, count, 1, 4))
    if kind == "branch":
        return Step(kind, picks(draw, count, 4), draw(st.integers(0, 5)))
    if kind == "loop":
        return Step(kind, picks(draw, count, 2), draw(st.integers(0, 4)))
    return Step(kind, picks(draw, count, 2))


@st.composite
def programs(draw, numbers, kinds, rows, signs, lists=LISTS, constants=CONSTANTS):
    """Numbers of several samples, weights, and steps."""
    inputs = draw(st.integers(1, 3))
    sample = st.lists(numbers, min_size=inputs, max_size=inputs)
    samples = draw(st.lists(sample, min_size=1, max_size=4))
    weights = draw(st.lists(numbers, max_size=3))
    count = inputs + len(weights)
    listed = []
    for _ in range(draw(st.integers(1, 25))):
        step = draw(steps(count, kinds, rows, signs, lists, constants))
        listed.append(step)
        count += len(step.results([Value(1.0)] * count))
    return samples, weights, listed


def function_of(listed, weights, settle=lambda x: x):
    def function(xs):
        pool = [*xs, *weights]
        for step in listed:
            pool += [settle(x) for x in step.results(pool)]
        return pool[-1]

    return function


ALL_KINDS = (
    *("operator", "constant", "row", "listed", "products", "dot", "branch", "truth"),
    *("ordered", "loop", "stopped", "quiet", "tree"),
)
anything = programs(wild, ALL_KINDS, tuple(ARITIES), tuple(OPERATORS))


@settings(max_examples=100, deadline=None)
@given(anything)
def test_exact_programs_have_the_engine_s_bits_anywhere(program):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    twins = Twins(function_of(listed, weights), weights, modes=[True])
    for xs in [*samples, *samples[::-1]]:  # recorded, then found again
        twins.agree(xs)


SMOOTH_KINDS = ("operator", "constant", "row", "listed", "products", "products", "dot")
SMOOTH_KINDS += ("branch", "loop", "stopped", "quiet", "tree", "tree")
smooth = programs(tame, SMOOTH_KINDS, SMOOTH, ("+", "-", "*"))


def settle(x):
    """Within a few units, so that a program's condition stays good."""
    return math.tanh(x) * 0.8 + 0.1


def has_a_near_tie(listed, weights, xs):
    """Whether a comparison is so close that another order of sums might turn it."""
    pool = [*xs, *[weight.data for weight in weights]]
    leaves = len(pool)
    for step in listed:
        a, b, *_ = step.picks if step.kind == "branch" else (0, 0)
        if a != b and max(a, b) >= leaves and abs(pool[a] - pool[b]) < 1e-9:
            return True
        pool += [settle(x) for x in step.results(pool)]
    return False


@settings(max_examples=100, deadline=None)
@given(smooth)
def test_programs_are_within_the_tolerance(program):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    assume(not any(has_a_near_tie(listed, weights, xs) for xs in samples))
    twins = Twins(function_of(listed, weights, settle), weights, modes=[False])
    for xs in [*samples, *samples[::-1]]:
        twins.agree(xs)


WHOLE_ROWS = (
    "abs",
    "neg",
    "sign",
    "floor",
    "relu",
    "square",
    "clip",
    "hardtanh",
    "fma",
)
whole = programs(
    st.sampled_from([0.0, 1.0, -1.0, 2.0, 3.0, -5.0, inf, -inf, nan]),
    ALL_KINDS,
    WHOLE_ROWS,
    ("+", "-", "*"),
    lists=("sum", "prod", "max", "min"),
    constants=(0.0, 1.0, -1.0, 2.0, 3, 0, inf, nan),
)


def held(x):
    """Small enough that no sum is rounded, in whatever order; inf and nan stay."""
    return math.clip(x, -9.0, 9.0) if x - x == 0 else x


@settings(max_examples=100, deadline=None)
@given(whole)
def test_infinities_and_nans_are_where_the_engine_has_them(program):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    function = function_of(listed, weights, held)
    twins = Twins(function, weights, modes=[False], merged=True)
    for xs in [*samples, *samples[::-1]]:
        twins.agree(xs)


@settings(max_examples=60, deadline=None)
@given(smooth, st.sampled_from(["sum", "mean"]), st.integers(1, 3))
def test_a_batch_is_its_samples_one_by_one(program, reduction, threads):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    assume(not any(has_a_near_tie(listed, weights, xs) for xs in samples))
    function, count = function_of(listed, weights, settle), len(samples)
    eager = [Eager(function, ([*xs],), weights) for xs in samples]
    assume(all(each.gradients is not None for each in eager))
    columns = [*map(list, zip(*samples))]
    step = compile(function)
    values, by_xs = step.value_and_grad_batch(columns, threads=threads)
    assert near(values, each_of(eager, "numbers"), each_of(eager, "value_sizes"))
    assert bits(step.batch(columns)) == bits(values)
    for k, column in enumerate(by_xs):
        wanted, sizes = each_of(eager, "gradients", k), each_of(eager, "sizes", k)
        assert near(column, wanted, sizes)
    with_zero_grad(weights)
    total = step.backward_batch(columns, reduction=reduction, threads=threads)
    found, divisor = with_zero_grad(weights), count if reduction == "mean" else 1
    wanted, size = sum(each_of(eager, "numbers")), sum(each_of(eager, "value_sizes"))
    assert near([total], [wanted / divisor], [size])
    for k in range(len(weights)):
        wanted = sum(each_of(eager, "weights", k)) / divisor
        assert near([found[k]], [wanted], [sum(each_of(eager, "weight_sizes", k))])


def each_of(eager, name, place=0):
    return [getattr(each, name)[place] for each in eager]
