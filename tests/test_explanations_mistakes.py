"""mistakes: each wrong pass against the same mistake written out once more."""

from collections import defaultdict, deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, graph, math, no_grad
from autograd.explanations.mistakes import ANSWER, QUESTION, mistakes
from autograd.explanations.mistakes_table import ROWS
from autograd.explanations.recording import graph_of
from autograd.explanations.text import wide
from autograd.explanations.wrong_passes import Tape
from tests.test_explanations import HOSTILE, named, product_graph, tanh_graph
from tests.test_explanations_paths import built, doubled
from tests.test_random_graphs import programs

# --- the mistakes once more, on Values and with recursion, as they are made ----------


def operands(node):
    pairs = zip(node.parents, node.partials)
    return [(p, local) for p, local in pairs if not p.is_constant]


def backward_order(y):
    return [node for node in reversed(graph.nodes(y)) if not node.is_constant]


def seeded(y):
    grads = defaultdict(float)
    grads[y] = 1.0
    return grads


def assigned(y):
    grads = seeded(y)
    for node in backward_order(y):
        for parent, local in operands(node):
            grads[parent] = grads[node] * local
    return grads


def sent_again(y):
    grads = seeded(y)

    def visit(node):
        for parent, local in operands(node):
            grads[parent] += grads[node] * local
            visit(parent)

    visit(y)
    return grads


def carried(y):
    grads = defaultdict(float)

    def visit(node, given):
        grads[node] += given
        for parent, local in operands(node):
            visit(parent, given * local)

    visit(y, 1.0)
    return grads


def queued(y):
    grads, seen, queue = seeded(y), {y}, deque([y])
    while queue:
        node = queue.popleft()
        for parent, local in operands(node):
            grads[parent] += grads[node] * local
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return grads


def passed_twice(y):
    for node in graph.nodes(y):
        node.grad = 0
    y.backward()
    y.backward()
    return {node: node.grad for node in backward_order(y)}


def piled_up(y):
    grads = defaultdict(float)
    for _ in range(2):
        grads[y] = 1.0
        for node in backward_order(y):
            for parent, local in operands(node):
                grads[parent] += grads[node] * local
    return grads


def unsigned(y):
    grads = seeded(y)
    for node in backward_order(y):
        for position, (parent, local) in enumerate(zip(node.parents, node.partials)):
            if not parent.is_constant:
                turned = node.op == "neg" or (node.op == "-" and position == 1)
                grads[parent] += grads[node] * (-local if turned else local)
    return grads


def first_use_only(y):
    grads = seeded(y)
    for node in backward_order(y):
        for parent, local in operands(node):
            if parent not in grads:
                grads[parent] = grads[node] * local
    return grads


def first_operand_only(y):
    grads = seeded(y)
    for node in backward_order(y):
        if operands(node):
            parent, local = operands(node)[0]
            grads[parent] += grads[node] * local
    return grads


def local_only(y):
    grads = seeded(y)
    for node in backward_order(y):
        for parent, local in operands(node):
            grads[parent] += local
    return grads


TRUTHS = (
    *(assigned, sent_again, carried, queued, passed_twice, piled_up, unsigned),
    *(first_use_only, first_operand_only, local_only),
)


def right(y):
    return dict(zip(graph.nodes(y), graph_of(y, 4).adjoints))


def sizes(y):
    grads = seeded(y)
    for node in backward_order(y):
        for parent, local in operands(node):
            grads[parent] += grads[node] * abs(local)
    return grads


# --- laws ----------------------------------------------------------------------------


def test_every_row_is_written_out_once_more():
    assert [row.run.__name__ for row in ROWS] == [f.__name__ for f in TRUTHS]
    assert len({row.title for row in ROWS}) == len(ROWS)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_each_mistake_gives_the_numbers_that_it_claims(program):
    y = built(program)
    order, measure, truth = graph.nodes(y), sizes(y), right(y)
    for mistake, wrong in zip(mistakes(y).all, TRUTHS):
        grads = wrong(y)
        for node, number in zip(order, mistake.numbers):
            if node.is_constant:
                assert number is None
            else:
                near = pytest.approx(grads[node], rel=1e-9, abs=1e-12 * measure[node])
                assert number == near, mistake.title
        off = [
            i
            for i in range(len(order) - 1, -1, -1)
            if mistake.numbers[i] is not None
            and abs(mistake.numbers[i] - truth[order[i]]) > 1e-9 * measure[order[i]]
        ]
        assert [*mistake.wrong] == off
        assert mistake.first == (off[0] if off else None)


@settings(max_examples=30, deadline=None)
@given(programs())
def test_visits_are_those_of_recursion(program):
    y = built(program)
    visits = sum(graph.count_paths(y, a) for a in backward_order(y))
    for mistake in mistakes(y).all:
        assert mistake.visits == (visits if "recursion" in mistake.title else 0)
        assert mistake.values == len(backward_order(y))


@settings(max_examples=60, deadline=None)
@given(programs())
def test_where_a_mistake_cannot_matter_no_number_is_wrong(program):
    y = built(program)
    tape = Tape(graph_of(y, 4))
    for row, mistake in zip(ROWS, mistakes(y).all):
        if not row.matters(tape):
            assert not mistake.wrong and mistake.why == row.harmless
        assert mistake.why or (mistake.matters and not mistake.wrong)


def test_no_grad_is_touched():
    y = tanh_graph()
    y.backward()
    before = [(node.data, node.grad) for node in graph.nodes(y)]
    str(mistakes(y))
    assert [(node.data, node.grad) for node in graph.nodes(y)] == before


# --- on graphs that show them ------------------------------------------------------


def by_title(y):
    order = graph.nodes(y)
    names = [node.label for node in order]
    return {m.title: (m, dict(zip(names, m.numbers))) for m in mistakes(y).all}


def test_the_diamond_of_sums():
    a = Value(3.0)
    b = a + a
    c = b + b
    named(a=a, b=b, c=c)
    numbers = {title: found for title, (_, found) in by_title(c).items()}
    assert numbers == {
        "assign instead of add": {"c": 1, "b": 1, "a": 1},
        "recursion that sends all it holds": {"c": 1, "b": 2, "a": 6},
        "recursion that carries one contribution": {"c": 1, "b": 2, "a": 4},
        "a queue instead of the order": {"c": 1, "b": 2, "a": 4},
        "backward() twice without zero_grad()": {"c": 1, "b": 2, "a": 8},
        "backward() twice, inner gradients kept too": {"c": 1, "b": 4, "a": 12},
        "a sign forgotten": {"c": 1, "b": 2, "a": 4},
        "a branch forgotten: later uses": {"c": 1, "b": 1, "a": 1},
        "a branch forgotten: later operands": {"c": 1, "b": 1, "a": 1},
        "the upstream gradient forgotten": {"c": 1, "b": 2, "a": 2},
    }
    told = str(mistakes(c))
    assert f"{QUESTION}\n  {ANSWER}\n" in told
    assert "  a queue instead of the order: all uses come first here, too\n" in told


def test_inner_gradients_that_pile_up_are_72_not_54():
    x = Value(3.0, label="x")
    mistake, numbers = by_title(x * x * x)["backward() twice, inner gradients kept too"]
    assert numbers["x"] == 72
    assert "∂y/∂x = 72, not 27" in str(mistake)
    assert by_title(x * x * x)["backward() twice without zero_grad()"][1]["x"] == 54


def test_a_queue_errs_where_a_shortcut_meets_a_longer_way():
    x = Value(2.0, label="x")
    u = x * 3
    v = u + 1
    w = v * 5
    y = u + w
    named(u=u, v=v, w=w, y=y)
    mistake, numbers = by_title(y)["a queue instead of the order"]
    assert (numbers["u"], numbers["x"]) == (6, 3)  # u sends 1, and hears of 5 later
    assert str(mistake) == (
        "a queue instead of the order\n"
        "  code      parent.grad += node.grad * local; queue.append(parent)\n"
        "  wrong     ∂y/∂x = 3, right is 18\n"
        "  why       u sent its gradient on before it had heard from v\n"
        "  known by  right in layers; wrong where a short way and a long one meet"
    )


def test_a_sign_is_forgotten_in_differences_and_negations():
    a, b = Value(2.0, label="a"), Value(5.0, label="b")
    d = a - b
    y = -d
    named(d=d, y=y)
    mistake, numbers = by_title(y)["a sign forgotten"]
    assert (numbers["d"], numbers["a"], numbers["b"]) == (1, 1, 1)
    assert mistake.why == "d counts negative as operand no. 1 of y"
    assert by_title(a - b)["a sign forgotten"][0].why.endswith("operand no. 2 of y")
    assert not by_title(a + b)["a sign forgotten"][0].matters


def test_what_makes_no_difference_says_why():
    a = Value(2.0, label="a")
    y = math.sin(a + 1)
    told = str(mistakes(y)).split("no difference on this graph\n")[1]
    for reason in (
        "assign instead of add: no value is used twice",
        "recursion that sends all it holds: one path leads to all that sends",
        "recursion that carries one contribution: one path to each value",
        "a sign forgotten: nothing is subtracted or negated",
        "a branch forgotten: later uses: no value is used twice",
        "a branch forgotten: later operands: no operation has two operands that vary",
    ):
        assert f"  {reason}" in told


def test_a_mistake_that_could_matter_but_does_not_says_so():
    x = Value(1.0, label="x")
    y = x + x * 0.0
    branch = by_title(y)["a branch forgotten: later uses"][0]
    assert not branch.matters
    assert branch.why == "what goes wrong is 0, or less than rounding"


def test_a_small_mistake_is_told_from_rounding():
    x = Value(1.0, label="x")
    for small, matters in ((1e-6, True), (1e-12, False)):
        branch = by_title(x + x * small)["a branch forgotten: later uses"][0]
        assert (branch.numbers[0], branch.matters) == (1.0, matters)


def test_a_shared_leaf_costs_recursion_visits_but_no_number():
    x = Value(3.0, label="x")
    found = by_title(x * x)
    again = found["recursion that sends all it holds"][0]
    assert (again.wrong, again.visits, again.values) == ((), 3, 2)
    assert again.why == "one path leads to all that sends"
    branch = found["a branch forgotten: later operands"][0]
    assert branch.why == "x gets nothing as operand no. 2 of y"


def test_a_leaf_alone_is_a_graph_too():
    told = str(mistakes(Value(2.0, label="x")))
    assert told.startswith("the right backward pass: 0 products, one an edge\n")
    assert "∂x/∂x = 2, right is 1" in told


# --- large graphs, and numbers at the edge --------------------------------------------


def test_recursion_along_every_path_is_counted():
    y, _ = doubled(60)
    order = graph.nodes(y)
    for mistake in mistakes(y).all:
        if "recursion" in mistake.title:
            assert (mistake.visits, mistake.values) == (2**61 - 1, 61)
            assert "cost      2.3e+18 visits, where the sort has 61" in str(mistake)
    again = mistakes(y).all[1]
    assert order[again.first] is order[-3]  # used by what is visited twice
    assert again.numbers[-3] == 6 and again.numbers[0] is None
    assert again.why == "v59 is visited twice, and each time sends all that it holds"
    assert mistakes(y).all[2].numbers[0] == 2.0**60


def test_recursion_that_is_not_followed_to_the_end_says_so():
    y = Value(1.0)
    for _ in range(60):
        y = (y + y) * 0.0
    again = mistakes(y).all[1]
    assert not again.wrong and None in again.numbers
    assert "no number as far as it was followed, but it walks every" in str(again)


def test_a_long_chain_is_no_recursion():
    y = Value(1.0, label="a")
    for _ in range(100_000):
        y = y + 1
    report = mistakes(y)
    assert [m.title for m in report.here] == [
        "backward() twice without zero_grad()",
        "backward() twice, inner gradients kept too",
    ]
    assert report.here[1].numbers[0] == 100_001


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(width=64), min_size=2, max_size=3),
    st.lists(
        st.tuples(st.sampled_from("+-*/e"), st.integers(0, 9), st.integers(0, 9)),
        min_size=1,
        max_size=9,
    ),
)
def test_any_numbers_are_told(start, instructions):
    values = [Value(x) for x in start]
    for operation, i, j in instructions:
        x, y = values[-1 - i % len(values)], values[-1 - j % len(values)]
        values.append(
            math.exp(x)
            if operation == "e"
            else {"+": x + y, "-": x - y, "*": x * y, "/": x / y}[operation]
        )
    report = mistakes(values[-1])
    for told in (str(report), report.text(ascii=True)):
        assert max(map(wide, told.split("\n"))) <= 80
    for mistake in report.all:
        if "twice" not in mistake.title:
            assert mistake.numbers[-1] == 1.0  # the seed is right in each of them


# --- how it reads, and what is refused -----------------------------------------------


@pytest.mark.parametrize("width", [80, 60])
def test_texts_fit_their_columns(width):
    for y in (product_graph(), tanh_graph(), doubled(60)[0], doubled(3)[0]):
        for ascii in (False, True):
            told = mistakes(y).text(width, ascii)
            assert max(map(wide, told.split("\n"))) <= width
            assert told.isascii() or not ascii


def test_labels_are_data():
    a = Value(2.0, label=HOSTILE + "\x1b[31m")
    told = str(mistakes(a * a))
    assert "\x1b" not in told and "∂y/∂(</script><img src=x o" in told


def test_what_has_no_history_is_refused():
    with pytest.raises(TypeError, match=r"mistakes\(\): 3.0 is not a Value"):
        mistakes(3.0)
    with no_grad():
        constant = Value(2.0) * 2
    with pytest.raises(ValueError, match=r"mistakes\(\): .* is a constant"):
        mistakes(constant)
