"""Patterns of Jacobians and Hessians, and the colourings that compress them."""

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, dot, floats, hypot, logsumexp, math, primitive, prod, take
from autograd import max as largest
from autograd.colouring import column_colouring, recovered, seeds, star_colouring
from autograd.compiling.instructions import taken_apart
from autograd.compiling.interpreter import Program
from autograd.compiling.sparsity import (
    hessian_pattern,
    jacobian_pattern,
)
from autograd.duals import Duals, at
from autograd.interactions import interactions
from autograd.primitives import ROWS, TABLE
from nn import MLP
from tests.test_compile_programs import (
    ALL_KINDS,
    ARITIES,
    OPERATORS,
    function_of,
    programs,
    settle,
    tame,
)
from tests.test_duals import NO_SLOPE
from tests.test_replay import Maker

ONCE = Duals(floats)
TWICE = Duals(ONCE)


# --- colourings


def star(n):
    return [{*range(n)}, *[{0, i} for i in range(1, n)]]


def band(n, reach=1):
    return [
        {j for j in range(i - reach, i + reach + 1) if 0 <= j < n} for i in range(n)
    ]


def blocks(count, size):
    return [{*range(i - i % size, i - i % size + size)} for i in range(count * size)]


def grid(side):
    """Of the Laplacian: five points."""
    places = [*itertools.product(range(side), repeat=2)]
    number = {place: k for k, place in enumerate(places)}
    steps = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))
    return [
        {number[i + a, j + b] for a, b in steps if (i + a, j + b) in number}
        for i, j in places
    ]


def is_star_colouring(pattern, colours):
    """By the definition: neighbours differ, and no path on four has two colours."""
    for v, w in [(v, w) for v, row in enumerate(pattern) for w in row if v != w]:
        if colours[v] == colours[w]:
            return False
        for u in pattern[v] - {v, w}:
            for x in pattern[w] - {v, w, u}:
                if len({colours[k] for k in (u, v, w, x)}) == 2:
                    return False
    return True


def products(matrix, colours):
    return [
        [sum([row[j] for j in group]) for row in matrix] for group in seeds(colours)
    ]


def entries(matrix, pattern):
    return [(i, j, matrix[i][j]) for i, row in enumerate(pattern) for j in sorted(row)]


@st.composite
def symmetric(draw):
    n = draw(st.integers(0, 14))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    pattern = [set() for _ in range(n)]
    for i, j in draw(st.lists(pairs, max_size=3 * n)) if n else []:
        pattern[i].add(j)
        pattern[j].add(i)
    return pattern


@given(symmetric(), st.randoms(use_true_random=False), st.sampled_from([2**24, 20, 0]))
def test_a_symmetric_matrix_is_recovered(pattern, chance, most):
    n = len(pattern)
    matrix = [[0] * n for _ in range(n)]
    for i, row in enumerate(pattern):
        for j in row:
            matrix[i][j] = matrix[j][i] = chance.randrange(1, 10**6)
    colours = star_colouring(pattern, most)
    assert is_star_colouring(pattern, colours)
    assert [c >= 0 for c in colours] == [*map(bool, pattern)]
    compressed = products(matrix, colours)
    assert recovered(pattern, colours, compressed) == entries(matrix, pattern)


@given(
    st.lists(st.sets(st.integers(0, 11)), max_size=12),
    st.randoms(use_true_random=False),
    st.sampled_from([2**24, 10, 0]),
)
def test_a_matrix_is_recovered(pattern, chance, most):
    matrix = [
        [chance.randrange(1, 10**6) if j in row else 0 for j in range(12)]
        for row in pattern
    ]
    colours = column_colouring(pattern, 12, most)
    for row in pattern:
        assert len({colours[j] for j in row}) == len(row)
    used = set().union(*pattern)
    assert [c >= 0 for c in colours] == [j in used for j in range(12)]
    compressed = products(matrix, colours)
    assert recovered(pattern, colours, compressed) == entries(matrix, pattern)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("degree", [1, 3, 10])
def test_larger_random_graphs_have_star_colourings(seed, degree):
    chance = random.Random(seed)
    pattern = [{i} for i in range(60)]
    for _ in range(60 * degree // 2):
        i, j = chance.sample(range(60), 2)
        pattern[i].add(j)
        pattern[j].add(i)
    assert is_star_colouring(pattern, star_colouring(pattern))


@pytest.mark.parametrize(
    ("pattern", "stars", "columns"),
    [
        ([], 0, 0),
        ([set()] * 5, 0, 0),
        (band(50, 0), 1, 1),
        (band(50), 3, 3),
        (band(50, 2), 5, 5),
        (star(50), 2, 50),
        ([{49 - j for j in row} for row in star(50)[::-1]], 2, 50),
        (blocks(5, 7), 7, 7),
        ([{*range(20)}] * 20, 20, 20),
        ([{*range(20)} - {i} for i in range(20)], 20, 20),
    ],
    ids=["none", "empty", "diagonal", "3", "5", "arrow", "up", "blocks", "dense", "0"],
)
def test_patterns_that_are_known_need_the_fewest_colours(pattern, stars, columns):
    assert len(seeds(star_colouring(pattern))) == stars
    assert len(seeds(column_colouring(pattern, len(pattern)))) == columns


def test_a_grid_needs_few_colours_whatever_its_size():
    for side in (5, 20, 40):
        pattern = grid(side)
        colours = star_colouring(pattern)
        assert len(seeds(colours)) <= 6 and is_star_colouring(pattern, colours)
        assert len(seeds(column_colouring(pattern, side * side))) <= 8


def test_stars_that_take_too_long_give_way_to_columns():
    hollow = [row - {i} for i, row in enumerate(grid(6))]
    for pattern in (grid(6), hollow):
        colours = star_colouring(pattern, most=160)
        assert is_star_colouring(pattern, colours)
        assert len(seeds(star_colouring(pattern))) < len(seeds(colours)) < 36


def test_a_dense_pattern_is_never_walked_through():
    n = 200_000
    dense = [frozenset(range(n))] * n  # 4 · 10^10 entries
    start = time.perf_counter()
    assert star_colouring(dense) == column_colouring(dense, n) == [*range(n)]
    half = [dense[0] - {0}] * (n - 1) + [frozenset()]
    assert len(seeds(column_colouring(half, n))) == n - 1
    assert time.perf_counter() - start < 5


def test_an_arrow_of_100_000_columns_takes_seconds():
    pattern = star(100_000)
    start = time.perf_counter()
    assert star_colouring(pattern) == [0] + [1] * 99_999
    assert time.perf_counter() - start < 10


# --- patterns of the table's rows


def second_partials(row, point):
    """For each operand that has slopes, the partials' tangents by it, over duals."""
    for k in range(len(point)):
        if (row.name, k) not in NO_SLOPE:
            operands = [ONCE.dual(x, 1.0) if i == k else x for i, x in enumerate(point)]
            _, partials = at(ONCE, row, *operands)
            yield k, [ONCE.parts(partial)[1] for partial in partials]


def interacts(row, n, j, k):
    """What is said of a row with n operands, operand by operand."""
    found = interactions(row)
    j, k = sorted((j, k))
    return {
        None: (j, k) in found.pairs,
        "none": False,
        "partners": k - j == n // 2,
        "others": j != k,
        "all": True,
    }[found.shape]


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_interactions_contain_every_second_derivative(row):
    for point in row.samples:
        n = len(point)
        for k, tangents in second_partials(row, point):
            for j, tangent in enumerate(tangents):
                assert tangent == 0 or interacts(row, n, j, k), (point, j, k)
        for k, partial in enumerate(row.at(*point)[1]):
            assert partial == 0 or k not in interactions(row).flat


# Of what a rule says, but no second derivative at any sample: **, whose exponent has
# no slope. One operand's logsumexp is linear, and so is a product.
MORE_THAN_SAMPLES = {"**": {(0, 1)}}


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_interactions_are_second_derivatives_at_some_sample(row):
    n = max(map(len, row.samples))
    found = set()
    for point in row.samples:
        if len(point) == n:
            for k, tangents in second_partials(row, point):
                found |= {(min(j, k), max(j, k)) for j, t in enumerate(tangents) if t}
    said = {
        (j, k)
        for j, k in itertools.combinations_with_replacement(range(n), 2)
        if interacts(row, n, j, k)
    }
    assert said - MORE_THAN_SAMPLES.get(row.name, set()) == found


def test_rows_of_one_s_own_interact_in_all_operands():
    @primitive(partials=lambda out, x, y: (1.0, 1.0))
    def added(x, y):
        return x + y

    assert interactions(ROWS["added"]).shape == "all"
    assert interactions(None).pairs == ()  # a copy
    assert hessian(lambda x, y, z: added(x, y) + z, 1.0, 2.0, 3.0) == [*full(2), set()]


# --- patterns of schedules


def schedule_of(f, *args):
    step = autograd.compile(f)
    step(*args)
    return step.tape


def parts(schedule):
    inputs = range(schedule.layout[2], sum(schedule.layout[2:4]))
    return taken_apart(*schedule.parts()), inputs, schedule.outputs


def hessian(f, *args, **limit):
    results, inputs, (output,) = parts(schedule_of(f, *args))
    return hessian_pattern(results, inputs, output, **limit)


def jacobian(f, *args, **limit):
    return jacobian_pattern(*parts(schedule_of(f, *args)), **limit)


def full(n):
    return [{*range(n)}] * n


def others(n):
    return [{*range(n)} - {i} for i in range(n)]


def rosenbrock(x):
    return sum(
        [100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x)]
    )


def test_rosenbrock_s_function_is_tridiagonal():
    for n in (2, 3, 50):
        assert hessian(rosenbrock, [0.5 + i for i in range(n)]) == band(n)


def test_products():
    xs = [1.5, 2.0, 3.0]
    assert hessian(dot, xs, xs) == [*[{i + 3} for i in range(3)], {0}, {1}, {2}]
    assert hessian(lambda x: dot(x, x), xs) == band(3, 0)
    assert hessian(lambda x: prod(x), [*xs, *xs]) == others(6)
    twice = hessian(lambda x: prod([x[0], *x]), xs)
    assert twice == [{0, 1, 2}, {0, 2}, {0, 1}]
    assert hessian(lambda x: x[0] * x[1] / x[2], xs) == [{1, 2}, {0, 2}, {0, 1, 2}]
    assert hessian(lambda x: hypot(*x) + logsumexp(x), xs) == full(3)
    assert hessian(lambda x: logsumexp(x[:2]) * 3.0, xs) == [*full(2), set()]


def test_what_is_linear_has_no_second_derivative():
    xs = [1.5, 2.0, 3.0]
    weights = [Value(1.0), Value(2.0), Value(-3.0)]
    nothing = [set()] * 3
    assert hessian(lambda x: dot(x, weights) + sum(x) / 3.0, xs) == nothing
    assert hessian(lambda x: largest(x) + abs(x[0]) - x[1] % 2.0, xs) == nothing
    assert (
        hessian(lambda x: math.relu(x[0] - 1.0) + math.clip(x[1], 0, 1), xs) == nothing
    )
    assert hessian(lambda x: x[0] + math.floor(x[1]) * math.sign(x[2]), xs) == nothing
    assert hessian(lambda x: 5.0, xs) == hessian(lambda x: x[1], xs) == nothing


def test_only_what_the_output_depends_on_counts():
    def f(x):
        flat = math.floor(x[0] * x[1])  # has no slope
        return x[2] * x[2] if x[0] * x[1] > 0 else flat

    assert hessian(f, [1.5, 2.0, 3.0]) == [set(), set(), {2}]
    floored = hessian(lambda x: math.floor(x[0] * x[1]) * x[2] * x[2], [1.5, 2.0, 3.0])
    assert floored == [set(), set(), {2}]


def test_choices():
    xs = [1.5, 2.0, 0.5]

    def chosen(x):
        return autograd.where(x[0] > x[1], x[0] ** 2, x[1] ** 3) * x[2]

    assert hessian(chosen, xs) == [set(), {1, 2}, {1}]  # the branch taken
    assert hessian(lambda x: largest(x) ** 2, xs) == full(3)
    assert hessian(lambda x: largest([x[0] * x[0], x[1], x[2]]), xs) == [
        {0},
        set(),
        set(),
    ]

    def taken(x, i):
        return take(x, i) ** 2 + i * i

    assert hessian(taken, xs, 1.0) == [*full(3), {3}]
    assert jacobian(lambda x, i: [take(x, i), i // 1], xs, 1.0) == [{0, 1, 2}, set()]


def test_a_network_is_dense_by_its_inputs_or_where_it_is_linear_nothing():
    model = MLP(5, [4, 3, 1], activation="tanh")
    assert hessian(model, [0.1] * 5) == full(5)
    model = MLP(5, [4, 3, 1], activation="relu")
    assert hessian(model, [0.1] * 5) == [set()] * 5


def test_the_parameters_may_be_the_inputs():
    weights = [Value(1.0), Value(2.0), Value(3.0)]
    schedule = schedule_of(lambda x: weights[0] * x + weights[1] * weights[2], 2.0)
    results, _, (output,) = parts(schedule)
    places = [schedule.parameters.index(w) for w in weights]
    rows = hessian_pattern(results, range(3), output)
    assert [{places.index(j) for j in rows[i]} for i in places] == [set(), {2}, {1}]


def test_jacobians():
    found = jacobian(
        lambda x, y, z: [x * y, z, math.floor(x) + y, 3.0, x], 1.5, 2.0, 3.0
    )
    assert found == [{0, 1}, {2}, {1}, set(), {0}]
    n = 30
    residuals = jacobian(
        lambda x: [b - a * a for a, b in itertools.pairwise(x)],
        [0.5 + i for i in range(n)],
    )
    assert residuals == [{i, i + 1} for i in range(n - 1)]
    assert len(seeds(column_colouring(residuals, n))) == 2


def test_what_would_take_too_long_is_dense():
    def f(x):
        return x[0] * x[1] + x[2] ** 2 + x[3]

    xs = [1.5, 2.0, 3.0, 4.0]
    dense = frozenset(range(4))
    assert hessian(f, xs, most=0) == hessian(f, xs, most=2) == [dense] * 4
    assert hessian(lambda x: x[0] * x[1], xs, most=0) == [*full(2), set(), set()]
    assert jacobian(lambda x: [f(x), 1.0, x[0]], xs, most=0) == [dense, set(), dense]


def second_derivatives(program, point, parameters):
    """By inputs i and j: for each output the slope by j, and the slope's by i.

    Over duals of duals.
    """
    n = len(point)
    for i, j in itertools.combinations_with_replacement(range(n), 2):
        inner = [ONCE.dual(x, float(k == i)) for k, x in enumerate(point)]
        outer = [TWICE.dual(x, float(k == j)) for k, x in enumerate(inner)]
        if program.forward(outer, TWICE, parameters) >= 0:
            return
        results = [TWICE.parts(y) for y in program.results()]
        yield i, j, [ONCE.parts(tangent) for _, tangent in results]


def check(program, schedule_parts, layout, outputs, point, parameters):
    """Every derivative that is not 0 is in the patterns; these are symmetric."""
    results = taken_apart(*schedule_parts)
    inputs = range(layout[2], layout[2] + layout[3])
    slopes = jacobian_pattern(results, inputs, outputs)
    curves = [hessian_pattern(results, inputs, output) for output in outputs]
    for rows, depends in zip(curves, slopes):
        assert all(i in rows[j] for i, row in enumerate(rows) for j in row)
        assert depends >= set().union(*rows)
    for i, j, found in second_derivatives(program, point, parameters):
        for k, (first, second) in enumerate(found):
            assert j in slopes[k] or not first or first != first
            assert j in curves[k][i] or not second or second != second


anything = programs(tame, ALL_KINDS, tuple(ARITIES), tuple(OPERATORS))


@settings(max_examples=150, deadline=None)
@given(anything)
def test_patterns_of_programs_contain_every_derivative(program):
    samples, numbers, listed = program
    weights = [Value(x) for x in numbers]
    function = function_of(listed, weights, settle)
    for xs in samples:
        schedule = schedule_of(function, xs)
        twin = Program(*schedule.parts())
        live = [weight.data for weight in schedule.parameters]
        check(twin, schedule.parts(), schedule.layout, schedule.outputs, xs, live)


@pytest.mark.parametrize("seed", range(30))
def test_patterns_of_random_schedules_contain_every_derivative(seed):
    maker = Maker(seed)
    draft = maker.make()
    given_parts = draft.parts()
    schedule_parts = [*given_parts.values()]
    live = [value.data for value in draft.values]
    for point in maker.samples(draft, 1):
        check(
            *(Program(**given_parts), schedule_parts, given_parts["layout"]),
            *(given_parts["outputs"], point, live),
        )


def test_rosenbrock_s_function_of_many_variables_takes_seconds():
    n = 30_000
    results, inputs, (output,) = parts(
        schedule_of(rosenbrock, [i % 7 / 7 for i in range(n)])
    )
    start = time.perf_counter()
    pattern = hessian_pattern(results, inputs, output)
    colours = star_colouring(pattern)
    seconds = time.perf_counter() - start
    assert len(seeds(colours)) == 3 and pattern == band(n)
    assert seconds < 10


def test_what_is_shared_is_not_walked_through_again():
    n = 20_000
    xs = [i % 7 / 7 for i in range(n)]
    start = time.perf_counter()
    # one large domain, in many operations
    shared = hessian(lambda x: sum([math.sin(sum(x) * k) for k in range(50)]), xs)
    assert shared[0] is shared[-1] and len(shared[0]) == n
    # a chain of sums, of which only the last one is used
    assert hessian(lambda x: logsumexp(x) * 2.0, xs)[5] == {*range(n)}

    # larger and larger domains within the last
    def chain(x):
        state, total = 0.0, 0.0
        for number in x[:500]:
            state = math.tanh(state * 0.9 + number)
            total = total + state * state
        return total

    rows = hessian(chain, xs[:600])
    assert rows == [*full(500), *[set()] * 100]
    assert time.perf_counter() - start < 20
