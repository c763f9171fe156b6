"""paths: their sum against the gradient, their number, and how they read."""

import pytest
from hypothesis import given, settings

from autograd import Value, explain, graph, math, no_grad
from autograd.explanations.mistakes import mistakes
from autograd.explanations.modes import modes
from autograd.explanations.paths import paths
from autograd.explanations.recording import graph_of, log_of
from autograd.explanations.report import agree, broken, counted
from autograd.explanations.routes import routes
from autograd.explanations.text import wide
from tests.test_explanations import HOSTILE, named, product_graph, tanh_graph
from tests.test_random_graphs import programs, run, scaled

FEW = 8  # instructions, so that every path can be walked
EVERY = 100_000


def built(program, length=FEW):
    start, instructions = program
    leaves = [Value(x) for x in start]
    return run(leaves, instructions[:length], scaled)


def doubled(times):
    a = y = Value(1.0, label="a")
    for _ in range(times):
        y = y + y
    return y, a


def varying(y):
    return [node for node in graph.nodes(y) if not node.is_constant]


# --- laws ----------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(programs())
def test_the_sum_over_paths_is_the_gradient(program):
    y = built(program)
    y.backward()
    for a in varying(y):
        report = paths(y, a, limit=EVERY)
        assert report.is_whole and report.agrees
        assert report.gradient == a.grad
        assert report.total == pytest.approx(report.gradient, rel=1e-9, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(programs())
def test_paths_and_edges_are_those_of_the_graph(program):
    y = built(program)
    order = graph.nodes(y)
    for a in varying(y):
        report = paths(y, a, limit=EVERY)
        walked = [*graph.paths(y, a)]
        assert report.count == graph.count_paths(y, a) == len(walked)
        assert report.multiplications == sum(map(len, walked))
        used = {(id(e.child), e.position) for path in walked for e in path}
        assert report.edges == len(used)

        def steps(path):
            return [(id(edge.child), edge.position, edge.partial) for edge in path]

        found = [
            [
                (id(order[child]), position, partial)
                for child, position, partial in zip(
                    route.variables[1:], route.positions, route.partials
                )
            ]
            for route in report.routes
        ]
        assert sorted(found) == sorted(map(steps, walked))
        for route in report.routes:
            assert order[route.variables[0]] is a and order[route.variables[-1]] is y
            assert route.product == pytest.approx(math.prod(route.partials))


@settings(max_examples=25, deadline=None)
@given(programs())
def test_a_path_is_the_one_of_the_log(program):
    # what a picture of the whole log lights
    y = built(program)
    recorded = graph_of(y, 4)
    log = log_of(recorded, set(range(len(recorded.order))), (), False)
    for a in varying(y)[:5]:
        report = paths(y, a, limit=EVERY)
        assert [*routes(log, report.start)] == [*report.routes]


@settings(max_examples=25, deadline=None)
@given(programs())
def test_a_limit_keeps_the_first_paths(program):
    y = built(program)
    a = graph.nodes(y)[0]
    every = paths(y, a, limit=EVERY)
    for limit in (0, 1, every.count - 1, every.count, every.count + 1):
        report = paths(y, a, limit=limit)
        assert report.routes == every.routes[:limit]
        assert (report.count, report.gradient) == (every.count, every.gradient)
        assert report.is_whole == (limit >= every.count) == report.agrees


def test_no_grad_is_touched():
    y = tanh_graph()
    y.backward()
    before = [(node.data, node.grad) for node in graph.nodes(y)]
    paths(y, graph.nodes(y)[0])
    assert [(node.data, node.grad) for node in graph.nodes(y)] == before


# --- how it reads --------------------------------------------------------------------


def test_one_path_is_told_as_one_product():
    L = product_graph()
    a = graph.nodes(L)[0]
    assert str(paths(L, a)) == (
        "1 path from a to L\n"
        "  1  a → e → d → L\n"
        "     ∂L/∂d · ∂d/∂e · ∂e/∂a = -2 · 1 · -3 = 6\n"
        "the sum over paths is the gradient\n"
        "  ∂L/∂a = 6 in the backward pass: the same, to rounding"
    )


def test_a_value_used_twice_tells_the_operand_on_each_way():
    a = Value(3.0)
    b = a + a
    c = b + b
    named(a=a, b=b, c=c)
    told = str(paths(c, a))
    for left, right in (
        ("left", "left"),
        ("left", "right"),
        ("right", "left"),
        ("right", "right"),
    ):
        assert f"  a → b ({left}) → c ({right})\n" in told
    assert "  1 + 1 + 1 + 1 = 4\n" in told
    assert "path by path   8 multiplications\n" in told
    assert "backward pass  4, one on each edge between them\n" in told


def test_the_result_itself_is_a_path_of_no_edge():
    y = product_graph()
    report = paths(y, y)
    assert (report.count, report.edges, report.multiplications) == (1, 0, 0)
    assert (report.gradient, report.total, report.agrees) == (1, 1, True)
    assert "  1  L\n     ∂L/∂L = 1\n" in str(report)
    leaf = Value(2.0)
    assert paths(leaf, leaf).count == 1


def test_infinite_and_undefined_gradients_agree_where_both_are():
    x = Value(2.0)
    for y, gradient in ((x * 1e300 * 1e300, math.inf), (x * math.nan, math.nan)):
        report = paths(y, x)
        assert repr(report.gradient) == repr(report.total) == repr(gradient)
        assert report.agrees and f"= {gradient} in the backward" in str(report)


def test_a_sum_that_is_not_the_gradient_is_marked():
    # upstream 1e308 + 1e308 overflows and meets a local derivative of 0
    x = Value(0.0)
    flat = x * 0.0
    y = flat * 1e308 + flat * 1e308
    report = paths(y, x)
    assert (report.total, report.is_whole, report.agrees) == (0.0, True, False)
    assert report.gradient != report.gradient
    told = str(report)
    assert "  ✗ ∂y/∂x1 = nan in the backward pass, 0.0 here:\n" in told
    assert "leave the range of floats" in told
    assert "\x1b[31m  ✗" in report.text(color=True)


@settings(max_examples=25, deadline=None)
@given(programs())
def test_texts_fit_their_columns_in_unicode_and_in_ascii(program):
    y = built(program, 30)
    for a in varying(y)[::7]:
        report = paths(y, a, limit=3)
        for told in (str(report), report.text(ascii=True)):
            assert max(map(wide, told.split("\n"))) <= 80
        assert report.text(ascii=True).isascii()
        assert max(map(wide, report.text(width=50).split("\n"))) <= 50


LONG = ("w" * 40, "two words " * 5, "長 " * 20)


@pytest.mark.parametrize("label", LONG)
@pytest.mark.parametrize("ascii", [False, True])
def test_long_labels_fit_the_columns_of_every_report(label, ascii):
    a, b = Value(2.123456, label=label), Value(-3.123456, label=label)
    y = a * b + a
    y.label = label
    for report in (paths(y, a), mistakes(y), modes(y), explain(y).update()):
        told = report.text(ascii=ascii)
        fits = 80 if not ascii or label.isascii() else 200  # an escape is six columns
        assert max(map(wide, told.split("\n"))) <= fits


def test_labels_are_data():
    a = Value(2.0, label=HOSTILE + "\n\x1b[31m\t" + "長" * 30)
    y = a * a
    y.label = "two words"
    told = str(paths(y, a))
    assert "\x1b" not in told and "∂(two words)/∂(" in told
    assert paths(y, a).text(ascii=True).isascii()


def test_colour_marks_the_headings_only_where_asked():
    y = tanh_graph()
    report = paths(y, graph.nodes(y)[0])
    assert "\x1b" not in str(report) and repr(report) == str(report)
    assert report.text(color=True).startswith("\x1b[1m2 paths from a to L\x1b[0m\n")


# --- more paths than atoms, and long ones --------------------------------------------


def test_paths_beyond_number_are_counted_not_walked():
    y, a = doubled(60)
    report = paths(y, a)
    assert (report.count, report.edges) == (2**60, 120)
    assert report.multiplications == 60 * 2**60
    assert (len(report.routes), report.is_whole, report.agrees) == (20, False, False)
    assert report.gradient == 2.0**60
    told = str(report)
    assert told.startswith("2**60 paths from a to y, the first 20 of them\n")
    assert "  ∂y/∂a = 1.153e+18 in the backward pass, of all the paths\n" in told
    assert "6.9e+19 multiplications: 2,192 years at a billion a second" in told
    assert "backward pass  120, one on each edge between them" in told


def test_counts_of_thousands_of_digits_print():
    y, a = doubled(20_000)
    report = paths(y, a, limit=1)
    assert report.count == 2**20_000
    assert str(report).startswith("2**20000 paths from a to y, the first 1 of them\n")


def test_a_long_path_is_told_by_its_ends():
    a = y = Value(1.0, label="a")
    for _ in range(100_000):
        y = y + 1
    report = paths(y, a)
    assert (report.count, report.edges, report.gradient) == (1, 100_000, 1.0)
    assert "  1  a → v1 → v2 → v3 → ... → v99998 → v99999 → y\n" in str(report)


# --- what is refused -----------------------------------------------------------------


def test_what_has_no_path_is_refused():
    a, other = Value(2.0, label="a"), Value(3.0, label="other")
    y = a * 5
    with pytest.raises(TypeError, match=r"paths\(\): 3 is not a Value"):
        paths(y, 3)
    with pytest.raises(TypeError, match=r"paths\(\): 3 is not a Value"):
        paths(3, a)
    with pytest.raises(ValueError, match=r"no path: Value\(data=10.*'other'"):
        paths(y, other)
    with pytest.raises(ValueError, match="there is no path"):
        paths(a, y)
    with pytest.raises(ValueError, match="is a constant"):
        paths(y, y.parents[1])
    with no_grad():
        constant = a * 2
    with pytest.raises(ValueError, match=r"is a constant.*no_grad"):
        paths(constant, a)
    for limit in (-1, 2.0, "3", True, None):
        with pytest.raises(ValueError, match="limit is a number of paths, 0 or more"):
            paths(y, a, limit=limit)


# --- what the reports share ----------------------------------------------------------


def test_counts_are_told_in_few_characters():
    told = [counted(n) for n in (0, 999, 1_000, 10**9 - 1, 2**29, 2**30, 10**9 + 1)]
    assert told == [
        "0",
        "999",
        "1,000",
        "999,999,999",
        "536,870,912",
        "2**30",
        "1.0e+9",
    ]
    assert counted(10**5000) == "1.0e+5000"
    assert counted(10**40 - 1) == "1.0e+40"
    assert counted(2**61 - 1) == "2.3e+18"


def test_agreement_knows_rounding_from_difference():
    assert agree(math.nan, math.nan, math.nan, 1)
    assert agree(math.inf, math.inf, math.inf, 1)
    assert not agree(math.inf, -math.inf, math.inf, 1)
    assert not agree(math.inf, 1.0, math.inf, 1)
    assert not agree(1.0, 2.0, math.inf, 1)  # no measure of rounding
    assert agree(1.0 + 2**-52, 1.0, 1.0, 1) and not agree(1.0 + 2**-50, 1.0, 1.0, 1)
    assert agree(5e-324, 0.0, 0.0, 1)


def test_lines_break_at_spaces_only():
    assert broken("  a  ", "", 4) == ["  a"]
    assert broken("", "long-word", 4) == ["long-word"]
    assert broken("  ", "1 + 2 + 3", 7) == ["  1 + 2", "  + 3"]
    assert broken("  ", "長長 長長", 8) == ["  長長", "  長長"]
