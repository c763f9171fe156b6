"""modes: both Jacobians against backward(), and the costs against a count by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, graph, math, no_grad
from autograd.explanations.modes import modes
from autograd.explanations.sweeps import Cost
from autograd.explanations.text import wide
from tests.test_explanations import HOSTILE, leaves, named, product_graph, tanh_graph
from tests.test_random_graphs import programs, run, scaled


@st.composite
def graphs(draw):
    """A few outputs of a graph, and inputs among its values, inner ones too."""
    start, instructions = draw(programs())
    values = [Value(x) for x in start]
    run(values, instructions[:25], scaled)
    outputs = values[-draw(st.integers(1, 4)) :]
    varying = [node for node in graph.nodes(*outputs) if not node.is_constant]
    inputs = draw(st.lists(st.sampled_from(varying), min_size=1, max_size=4))
    return outputs, [*dict.fromkeys(inputs)]


def adjoints(y, inputs):
    for node in graph.nodes(y):
        node.grad = 0
    y.backward()
    inside = set(graph.nodes(y))
    return [x.grad if x in inside else 0.0 for x in inputs]


def reaching(sources, edges):
    """What the sources reach along (tail, head), the sources with it."""
    reached = set(sources)
    for tail, head in edges:
        if tail in reached:
            reached.add(head)
    return reached


def by_hand(sources, edges, carrying):
    """Products and additions of a sweep from each source, edge by edge."""
    multiplications = additions = 0
    for source in sources:
        reached = reaching([source], edges)
        used = [(t, h) for t, h in edges if t in reached and (t, h) in carrying]
        multiplications += len(used)
        additions += len(used) - len({h for _, h in used})
    return Cost(len(sources), multiplications, additions)


# --- laws ----------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_both_jacobians_are_those_of_backward(example):
    outputs, inputs = example
    report = modes(*outputs, wrt=inputs)
    assert report.agrees and report.differing == ()
    for y, forward, reverse in zip(outputs, report.by_forward, report.by_reverse):
        truth = adjoints(y, inputs)
        assert [*reverse] == pytest.approx(truth, rel=1e-9, abs=1e-12)
        assert [*forward] == pytest.approx(truth, rel=1e-9, abs=1e-12)
    # the order of a graph begins with that of its first output: there to the bit
    assert [*report.by_reverse[0]] == adjoints(outputs[0], inputs)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_costs_are_those_of_the_edges_that_carry(example):
    outputs, inputs = example
    edges = [(e.parent, e.child) for e in graph.edges(*outputs)]
    varies = reaching(inputs, edges)
    carrying = {(p, c) for p, c in edges if p in varies}
    report = modes(*outputs, wrt=inputs)
    assert report.forward == by_hand(inputs, edges, carrying)
    turned = [(c, p) for p, c in reversed(edges)]
    back = {(c, p) for p, c in carrying}
    assert report.reverse == by_hand(outputs, turned, back)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_costs_are_what_the_sweeps_really_do(example):
    outputs, inputs = example
    report = modes(*outputs, wrt=inputs)
    web = report.web
    for cost, sweep, sources in (
        (report.forward, web.forward, web.inputs),
        (report.reverse, web.reverse, web.outputs),
    ):
        done = [sweep(source).cost for source in sources]
        assert cost == Cost(
            len(done),
            sum(c.multiplications for c in done),
            sum(c.additions for c in done),
        )


@settings(max_examples=30, deadline=None)
@given(graphs())
def test_texts_fit_their_columns_in_unicode_and_in_ascii(example):
    outputs, inputs = example
    report = modes(*outputs, wrt=inputs)
    for told in (str(report), report.text(ascii=True)):
        assert max(map(wide, told.split("\n"))) <= 80
    assert report.text(ascii=True).isascii()


def test_no_grad_is_touched():
    y = tanh_graph()
    y.backward()
    before = [(node.data, node.grad) for node in graph.nodes(y)]
    str(modes(y))
    assert [(node.data, node.grad) for node in graph.nodes(y)] == before


def test_what_is_used_often_sums_in_the_order_of_backward():
    x = Value(1.0)
    y = x * 0.1 + x * 0.2 + x * 0.3
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    assert [*modes(y).by_reverse[0]] == adjoints(y, [x])


# --- tables and numbers -------------------------------------------------------------


def test_a_graph_of_one_input_is_cheaper_forward():
    x = Value(0.5, label="x")
    u = x * x
    sines = [math.sin(u), math.cos(u), math.exp(u)]
    named(u=u, s=sines[0], c=sines[1], e=sines[2])
    report = modes(*sines)
    assert report.forward == Cost(1, 5, 1)
    assert report.reverse == Cost(3, 9, 3)
    told = str(report)
    assert "1 input and 3 outputs\n" in told
    assert "Forward mode is cheaper here, with 1 input and 3 outputs.\n" in told
    assert "  u = x · x = 0.25" in told and "  0.5 · 1 + 0.5 · 1" not in told
    assert "1 · 0.5 + 1 · 0.5 = 1 " in told


def test_a_graph_of_one_output_is_cheaper_in_reverse():
    report = modes(product_graph())
    assert (report.forward, report.reverse) == (Cost(4, 9, 0), Cost(1, 6, 0))
    assert report.by_reverse == ((6.0, -4.0, -2.0, 4.0),)


def test_as_many_inputs_as_outputs_may_cost_the_same():
    x = Value(2.0, label="x")
    assert "Neither is cheaper here." in str(modes(x * x * x))


def test_the_table_shows_the_first_input_and_the_first_output():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    y, z = a * b, a + b
    named(y=y, z=z)
    report = modes(z, y, wrt=[b, a])
    assert (report.tangents.source, report.adjoints.source) == (1, 2)
    told = str(report)
    assert "  value          tangent by b  adjoint of z\n" in told
    assert "  ∂z/∂b = 1, ∂z/∂a = 1, ∂y/∂b = 2, ∂y/∂a = 3\n" in told


def test_what_no_input_needs_is_not_computed():
    L = product_graph()
    c = next(node for node in graph.nodes(L) if node.label == "c")
    report = modes(L, wrt=c)
    assert (report.forward, report.reverse) == (Cost(1, 2, 0), Cost(1, 2, 0))
    told = str(report)
    assert told.count("not needed\n") == 4  # a, b, e, f
    assert "  a = 2           0             not needed\n" in told
    assert "  d = e + c = 4   1 · 1 = 1     1 · -2 = -2\n" in told


def test_an_output_that_no_input_reaches_has_slope_zero():
    a, b = Value(2.0), Value(3.0)
    report = modes(a * 2, b * 2, wrt=[a])
    assert report.by_forward == report.by_reverse == ((2.0,), (0.0,))
    assert report.agrees


def test_an_output_may_be_an_input_and_each_counts_once():
    x = Value(2.0)
    y = x * x
    report = modes(x, y, x, wrt=[x, y, x])
    assert report.by_forward == report.by_reverse == ((1.0, 0.0), (4.0, 1.0))
    assert (report.forward.sweeps, report.reverse.sweeps) == (2, 2)
    assert modes(x).by_reverse == ((1.0,),)


def test_modes_that_differ_beyond_floats_are_marked():
    x = Value(1.0, label="x")
    y = x * 1e200 * 1e200 * 1e-300
    y.label = "y"
    report = modes(y)
    assert report.by_forward == ((math.inf,),) and report.differing == ((0, 0),)
    assert not report.agrees
    told = str(report)
    assert "✗ ∂y/∂x = inf in forward, 1e+100 in reverse mode:" in told.replace(
        "1.0000000000000001e+100", "1e+100"
    )
    assert "leave the range of floats" in told
    for y in (x * math.nan, x * 1e300 * 1e300):
        assert modes(y).agrees


# --- large graphs -------------------------------------------------------------------


def test_many_inputs_are_counted_without_a_sweep_for_each():
    count = 3_000
    y = Value(0.0)
    xs = [Value(1.0) for _ in range(count)]
    for x in xs:
        y = y + x * x
    report = modes(y)
    # two products and their sum for each input, and the sums above it
    above = sum(range(1, count + 1))
    start = count  # the first sum's other operand passes all of them
    assert report.forward == Cost(count + 1, 2 * count + above + start, count)
    assert report.reverse == Cost(1, 4 * count, count)
    assert report.by_forward is None and not report.agrees
    assert "too many to compute them all twice here; costs are exact" in str(report)


def test_a_long_chain_and_a_doubled_one():
    a = y = Value(1.0, label="a")
    for _ in range(100_000):
        y = y + 1
    report = modes(y)
    assert report.forward == report.reverse == Cost(1, 100_000, 0)
    assert report.agrees and "  ... 99,961 more\n" in str(report)
    a = y = Value(1.0, label="a")
    for _ in range(60):
        y = y + y
    report = modes(y, wrt=a)
    assert report.by_forward == report.by_reverse == ((2.0**60,),)
    assert report.forward == Cost(1, 120, 60)


# --- what is refused ----------------------------------------------------------------


def test_labels_are_data():
    a = Value(2.0, label=HOSTILE + "\x1b[31m")
    told = str(modes(a * a))
    assert "\x1b" not in told and "</script><img src=x o" in told


def test_what_has_no_derivative_is_refused():
    a, other = Value(2.0, label="a"), Value(3.0, label="other")
    y = a * 5
    with pytest.raises(TypeError, match=r"modes\(\): 3 is not a Value"):
        modes(y, 3)
    with pytest.raises(TypeError, match=r"modes\(\): 'a' is not a Value"):
        modes(y, wrt="a")
    with pytest.raises(ValueError, match=r"modes\(wrt\): no output depends on .*other"):
        modes(y, wrt=[a, other])
    with pytest.raises(ValueError, match="is a constant"):
        modes(y, wrt=y.parents[1])
    with no_grad():
        constant = a * 2
    with pytest.raises(ValueError, match="is a constant"):
        modes(y, constant)
    for outputs, wrt in (((), None), ((), a), ((y,), [])):
        with pytest.raises(ValueError, match="there must be an output, and an input"):
            modes(*outputs, wrt=wrt)
    assert leaves(y) == [a]
