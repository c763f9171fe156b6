"""`@primitive`: a user's own function as one node."""

import math as stdlib

import pytest

from autograd import Value, draw, graph, math, no_grad, primitive


def cube_rule(out, x):
    return 3 * x * x


@primitive(partials=cube_rule, symbol="x³", latex="{0}^3")
def cube(x):
    """x times x times x."""
    return x * x * x


@primitive(partials=lambda out, x, scale: (scale * math.cos(x), math.sin(x)))
def wave(x, scale=2.0):
    return scale * stdlib.sin(x)  # the standard library's: it gets floats


@primitive(partials=lambda out, *xs: [2 * x for x in xs])
def energy(*xs):
    return sum(x * x for x in xs)


def test_one_node_with_the_given_slope():
    x = Value(2.0)
    y = cube(x)
    assert (y.op, y.data, y.parents, y.partials) == ("cube", 8.0, (x,), (12.0,))
    y.backward()
    assert x.grad == 12.0
    assert (cube.__name__, cube.__doc__) == ("cube", "x times x times x.")


def test_plain_numbers_give_a_plain_float_and_no_grad_a_constant():
    assert cube(2) == 8.0 and type(cube(2)) is float
    with no_grad():
        assert cube(Value(2.0)).is_constant


def test_defaults_and_any_number_of_operands():
    x, scale = Value(0.5), Value(3.0)
    wave(x).backward()
    assert x.grad == 2 * stdlib.cos(0.5)
    wave(x, scale).backward()
    assert scale.grad == stdlib.sin(0.5)
    xs = [Value(1.0), Value(-2.0), Value(0.5)]
    energy(*xs, 3).backward()
    assert [x.grad for x in xs] == [2.0, -4.0, 1.0]
    with pytest.raises(TypeError, match=r"wave\(x, scale\) got 3 operands"):
        wave(x, 1, 2)


def test_a_straight_through_estimator():
    @primitive(partials=lambda out, x: 1)
    def rounded(x):
        return round(x)

    x = Value(2.6)
    y = rounded(x) ** 2
    y.backward()
    assert (y.data, x.grad) == (9.0, 6.0)


def test_division_follows_ieee_754_there_too():
    @primitive(partials=lambda out, x: -out * out)
    def inverse(x):
        return 1 / x

    assert inverse(0.0) == stdlib.inf


def test_it_is_drawn_and_kept_as_json():
    x = Value(2.0, label="x")
    y = cube(x)
    assert "x³" in draw(y).dot
    assert graph.from_json(graph.to_json(y))[0].op == "cube"
    with pytest.raises(ValueError, match=r"@autograd\.primitive first"):
        graph.from_json(graph.to_json(y).replace("cube", "cubed"))


def test_a_cell_that_runs_again_replaces_it():
    def define(factor):
        @primitive(partials=lambda out, x: factor)
        def scaled(x):
            return factor * x

        return scaled

    first, second = define(2.0), define(3.0)
    assert (first(1.0), second(1.0)) == (2.0, 3.0)


def test_what_is_wrong_is_named():
    with pytest.raises(ValueError, match="'tanh' is in the table"):

        @primitive(partials=lambda out, x: 1.0)
        def tanh(x):
            return x

    assert Value(0.5).tanh().data == stdlib.tanh(0.5)
    with pytest.raises(TypeError, match=r"must be a function \(out, \*operands\)"):
        primitive(partials=3)
    with pytest.raises(TypeError, match="by position"):

        @primitive(partials=lambda out, x: 1.0)
        def keyword(x, *, k):
            return x

    with pytest.raises(TypeError, match="takes no operand"):

        @primitive(partials=lambda out: 1.0)
        def nothing():
            return 1.0

    @primitive(partials=lambda out, x, y: 1.0)
    def short(x, y):
        return x + y

    with pytest.raises(ValueError, match="partials of short must be 2"):
        short(Value(1.0), 2)

    @primitive(partials=lambda out, x: None)
    def blank(x):
        return x

    with pytest.raises(TypeError, match="a partial of blank must be a real number"):
        blank(Value(1.0))


def test_a_value_closed_over_would_lose_its_gradient_and_is_refused():
    weight = Value(2.0)

    @primitive(partials=lambda out, x: 2.0)
    def scaled_by_weight(x):
        return x * weight

    with pytest.raises(TypeError, match="the result of scaled_by_weight"):
        scaled_by_weight(Value(1.0))
