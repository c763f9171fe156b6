"""Explanation.update: what descent predicts, and what it does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, explain, graph, math
from autograd.explanations.text import wide
from nn import MLP
from tests.test_explanations import HOSTILE, leaves, product_graph
from tests.test_random_graphs import programs, run, scaled


def square(at=3.0):
    x = Value(at, label="x")
    y = x * x
    y.label = "y"
    return y, x


# --- laws ----------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(programs(), st.sampled_from([0.5, 0.01, 1e-4, -0.1]))
def test_it_is_what_descent_does(program, lr):
    start, instructions = program
    instructions = instructions[:40]
    inputs = [Value(x) for x in start]
    y = run([*inputs], instructions, scaled)
    update = explain(y).update(lr)
    y.backward()
    used = leaves(y)
    assert [m.value for m in update.moved] == [x.data for x in used]
    assert [m.gradient for m in update.moved] == [x.grad for x in used]
    for x in used:
        x.data -= lr * x.grad
    assert [m.after for m in update.moved] == [x.data for x in used]
    again = run([*inputs], instructions, scaled)
    assert (update.before, update.after) == (y.data, again.data)
    assert update.actual == again.data - y.data
    squares = sum(x.grad**2 for x in used)
    assert update.predicted == pytest.approx(-lr * squares, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_the_smaller_lr_the_nearer_the_ratio_is_to_one(program):
    start, instructions = program
    y = run([Value(x) for x in start], instructions[:15], scaled)
    update = explain(y).update(1e-4)
    if abs(update.predicted) > 1e-6:
        assert update.ratio == pytest.approx(1, abs=0.01)
        assert abs(update.finer - 1) <= abs(update.ratio - 1) / 5 + 1e-6


def test_no_value_is_changed():
    y = product_graph()
    y.backward()
    before = [(node.data, node.grad) for node in graph.nodes(y)]
    str(explain(y).update())
    assert [(node.data, node.grad) for node in graph.nodes(y)] == before


# --- how it reads --------------------------------------------------------------------


def test_the_predicted_change_stands_beside_the_actual():
    assert str(explain(product_graph()).update()) == (
        "gradient descent on L with lr = 0.1\n"
        "  leaf  value  gradient  value - lr · gradient\n"
        "  a     2      6         2 - 0.1 · 6 = 1.4\n"
        "  b     -3     -4        -3 - 0.1 · -4 = -2.6\n"
        "  c     10     -2        10 - 0.1 · -2 = 10.2\n"
        "  f     -2     4         -2 - 0.1 · 4 = -2.4\n"
        "the change of L\n"
        "  predicted  -lr · sum of squared gradients = -0.1 · (6² + (-4)² + (-2)² "
        "+ 4²) =\n"
        "             -0.1 · 72 = -7.2\n"
        "  actual     from -8 to -15.74: -7.744\n"
        "  ratio      actual / predicted = 1.076\n"
        "  why        a gradient is the slope here only, and the slope changes on "
        "the\n"
        "             way: the smaller lr, the closer (with lr = 0.01 the ratio is "
        "1.009)"
    )


def test_a_square_steps_as_its_algebra_says():
    for lr in (0.01, 0.1, 0.25):
        # (3 - 6 lr)² - 9 over -36 lr is 1 - lr
        assert explain(square()[0]).update(lr).ratio == pytest.approx(1 - lr)


def test_a_step_too_large_is_noticed():
    y, _ = square()
    update = explain(y).update(1.5)
    assert (update.before, update.after, update.rises) == (9, 36, True)
    told = str(update)
    assert "  why        ✗ y rises: lr is so large that the step overshoots" in told
    assert "(with lr = 0.15 the ratio is 0.85)" in told.replace("\n" + " " * 13, " ")
    assert not explain(y).update(1.0).rises  # as high on the other side
    assert not explain(y).update(0.1).rises


def test_a_negative_lr_climbs():
    update = explain(square()[0]).update(-0.1)
    assert update.predicted > 0 and update.actual > 0 and not update.rises
    assert str(update).startswith("gradient ascent, for lr < 0, on y with lr")
    assert "  x     3      6         3 - (-0.1) · 6 = 3.6\n" in str(update)


def test_a_straight_line_is_as_predicted():
    x = Value(3.0)
    update = explain(2 * x + 1).update(10)
    assert update.actual == update.predicted == -40
    assert "as good as straight over this step" in update.why


def test_where_nothing_moves_it_says_so():
    x = Value(3.0)
    update = explain(x * 0.0).update()
    assert update.ratio != update.ratio
    assert "every gradient is 0, so nothing moves" in str(update)
    assert "ratio" not in str(update)


def test_changes_lost_in_rounding_and_beyond_floats_are_told():
    y, x = square()
    assert "lost in the rounding of y" in explain(y).update(1e-17).why
    x = Value(2.0)
    for y in (x * 1e300 * 1e300, x * math.nan, x * 1e-200):
        update = explain(y).update(1.0)
        assert "there is no finite change to compare" in str(update)
    # an index cannot become nan
    picked = autograd.take([Value(1.0), Value(2.0)], Value(1.0)) * math.inf
    assert "no finite change" in str(explain(picked).update())


def test_many_parameters_are_told_in_part():
    model = MLP(2, [8, 1], activation="tanh", seed=0)
    loss = (model([1.0, Value(2.0)]) - 1) ** 2
    explanation = explain(loss)
    update = explanation.update(0.01, model)
    assert [m.variable for m in update.moved] == [
        explanation.index_of(p) for p in model.parameters()
    ]
    told = str(update)
    assert "  ... 25 parameters more\n" in told
    squares = sum(m.gradient**2 for m in update.moved)
    assert f"-lr · sum of squared gradients = -0.01 · {squares:.4g} = " in told


def test_only_the_given_parameters_move():
    y, x = square()
    z = y * Value(2.0)
    update = explain(z).update(0.1, x)
    assert [m.name for m in update.moved] == ["x"]
    assert explain(z).update(0.1, [x, x]).moved == update.moved
    assert len(explain(z).update(0.1).moved) == 2


@pytest.mark.parametrize("width", [80, 60])
def test_texts_fit_their_columns(width):
    for lr in (0.1, -1e-5, 30.0):
        for ascii in (False, True):
            told = explain(product_graph()).update(lr).text(width, ascii)
            assert max(map(wide, told.split("\n"))) <= width
            assert told.isascii() or not ascii


def test_labels_are_data():
    x = Value(2.0, label=HOSTILE + "\x1b[31m")
    assert "\x1b" not in str(explain(x * x).update())


# --- large graphs, parts, and what is refused -----------------------------------------


def test_a_long_chain_steps_at_once():
    x = y = Value(1.0, label="x")
    for _ in range(100_000):
        y = y + 1
    assert explain(y, wrt=x).update(0.5).actual == -0.5


def test_a_part_of_an_explanation_steps_as_the_whole():
    model = MLP(2, [3, 1], seed=0)
    loss = model([1.0, 2.0]) ** 2
    whole = explain(loss)
    assert whole.open("MLP/layer 0").update() == whole.update()


def test_bad_steps_and_parameters_are_refused():
    y, x = square()
    inner = y * 2
    explanation = explain(inner)
    for lr in (0, 0.0, math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match=r"lr is a finite number other than 0"):
            explanation.update(lr)
    for lr in ("0.1", None):
        with pytest.raises(TypeError, match="lr must be a real number"):
            explanation.update(lr)
    for parameters, error, told in (
        (y, ValueError, r"label='y'\) is computed, by '\*': only leaves can be moved"),
        (inner.parents[1], ValueError, "is a constant: only leaves"),
        (Value(1.0), ValueError, r"y1 does not depend on Value\(data=1.0"),
        ([], ValueError, "there are none to move"),
        ([x, 3], TypeError, "3 is not a Value"),
        ([[x]], TypeError, "is not a Value"),
        (3, TypeError, "3 is neither Values nor a module"),
    ):
        with pytest.raises(error, match=told):
            explanation.update(0.1, parameters)


def test_a_graph_of_older_numbers_is_refused():
    y, x = square()
    x.data = 5.0
    with pytest.raises(ValueError, match="compute the result again, and explain that"):
        explain(y).update()
