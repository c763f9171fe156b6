"""Folded scopes, and where frames and their nodes lie."""

import contextlib
import re

import pytest

from autograd import Value, draw, no_grad, scope
from autograd.pictures import tikz
from autograd.pictures.builder import drawing
from autograd.pictures.folding import Options


def model(*roots, **options):
    return drawing(list(roots), Options(**options))


def layers(*widths):
    """A network: each neuron, in its layer's scope, uses all of the layer before."""
    values = [Value(0.1, label=f"x{i}") for i in range(widths[0])]
    for layer, width in enumerate(widths[1:]):
        outputs = []
        with scope(f"layer {layer}"):
            for neuron in range(width):
                with scope(f"neuron {neuron}"):
                    outputs.append(sum(value * 0.5 for value in values))
        values = outputs
    return values


def folded(picture):
    return {node.lines[0] for node in picture.nodes if node.role == "folded"}


# --- folding ---------------------------------------------------------------------


def test_a_tangle_of_arrows_between_folded_boxes_is_folded_once_more():
    assert folded(model(*layers(2, 10, 10))) == {f"neuron {i}" for i in range(10)}
    wide = layers(2, 16, 16)
    assert folded(model(*wide)) == {"layer 0", "layer 1"}
    assert len(model(*wide, collapse=1).between_folded()) == 256


def test_order_marks_stand_at_folded_operands_too():
    with scope("A"):
        a = Value(3.0) * 2
    with scope("B"):
        b = Value(4.0) * 3
    arrows = model(a - b, collapse=True).arrows
    marks = {(arrow.tail, arrow.label) for arrow in arrows if arrow.head == "o6"}
    assert marks == {("f0", "#1"), ("f1", "#2")}
    arrows = model(a - a, collapse=True).arrows
    assert [arrow.label for arrow in arrows if arrow.tail == "f0"] == ["#1", "#2"]
    arrows = model(a * a, collapse=True).arrows
    assert [arrow.label for arrow in arrows if arrow.tail == "f0"] == ["2×"]


def test_a_constant_outside_is_dashed_into_a_folded_box():
    with no_grad():
        two = Value(1.0) * 2
    with scope("first"):
        y = Value(3.0) * two
    with scope("second"):
        z = y * two
    dashed = [a for a in model(z, collapse=True).arrows if not a.carries_gradient]
    assert {arrow.head for arrow in dashed} == {"f0", "f1"}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_folded_box_is_tinted_by_the_largest_gradient_inside(sign):
    x = Value(1.0)
    with scope("s"):
        y = (x * -5) * 2 + 1
    z = y * sign + x * 20
    z.backward()
    picture = model(z, color="gradient", collapse=True)
    (box,) = [node for node in picture.nodes if node.role == "folded"]
    assert box.strength == pytest.approx(sign * 2 / abs(x.grad))
    (box,) = [n for n in model(z, collapse=True).nodes if n.role == "folded"]
    assert box.strength is None


def test_a_folded_gradient_that_is_nan_is_seen():
    with scope("s"):
        y = Value(float("inf")) * 0.0 * Value(2.0)
    y.backward()
    nodes = model(y, color="gradient", collapse=True).nodes
    (box,) = [node for node in nodes if node.role == "folded"]
    assert box.strength != box.strength


def test_arrows_leave_and_enter_folded_boxes_at_their_sides():
    values = layers(1, 2, 2)
    for direction, out, into in [
        ("LR", "e", "w"), ("RL", "w", "e"), ("TB", "s", "n"), ("BT", "n", "s"),
    ]:  # fmt: skip
        dot = draw(*values, collapse=True, direction=direction).dot
        assert f"f0:{out} -> f1:{into} " in dot
        assert "ranksep=0.7" in dot
    assert "ranksep=0.35" in draw(Value(1.0) * 2).dot


def test_constants_are_small():
    assert 'height=0.3 id="' in draw(Value(1.0) * 2).dot


def test_a_scope_opened_at_every_step_is_a_frame():
    y = x = Value(1.0)
    with contextlib.ExitStack() as stack:
        for i in range(600):
            stack.enter_context(scope(f"s{i}"))
            y = y * x
    assert len(model(y, collapse=False).groups) == 600


# --- options ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "given", "error"),
    [
        ("collapse", -1, ValueError), ("collapse", "x", TypeError),
        ("collapse", 2.5, TypeError), ("digits", -1, ValueError),
        ("digits", 0, ValueError), ("digits", "x", TypeError),
        ("limit", "a", TypeError), ("limit", -1, ValueError),
        ("max_nodes", None, TypeError), ("partials", "yes", TypeError),
        ("engine", 3, TypeError), ("parameters", None, TypeError),
    ],
)  # fmt: skip
def test_a_wrong_option_is_named_with_its_value(option, given, error):
    with pytest.raises(error, match=rf"draw\({option}\): .*{re.escape(repr(given))}"):
        draw(Value(1.0) * 2, **{option: given})


def test_whole_numbers_of_any_type_are_options():
    class Whole:
        def __index__(self):
            return 1

    assert draw(Value(1.0) * 2, collapse=Whole(), digits=Whole()).dot


# --- places in TikZ --------------------------------------------------------------


def nested():
    a, b = Value(3.0, label="a"), Value(4.0, label="b")
    with scope("outer"):
        with scope("first"):
            u = a * b
        with scope("second"):
            v = u * 2 + a
    return v * v - b


def places(source):
    found = re.findall(r"\((\w+)\) at \((-?[\d.]+), (-?[\d.]+)\)", source)
    return {key: (float(x), float(y)) for key, x, y in found}


@pytest.mark.parametrize(
    ("direction", "axis", "sign"),
    [("LR", 0, 1), ("RL", 0, -1), ("BT", 1, 1), ("TB", 1, -1)],
)
def test_operands_come_before_their_results_along_the_direction(direction, axis, sign):
    picture = model(nested())
    found = places(tikz.tikz(picture, None, direction))
    assert len(set(found.values())) == len(picture.nodes)
    for arrow in picture.arrows:
        tail, head = found[arrow.tail][axis], found[arrow.head][axis]
        assert sign * tail < sign * head


def test_leaves_lie_one_column_before_their_first_user():
    y = Value(1.0, label="x")
    for i in range(3):
        y = y + Value(float(i), label=f"x{i}")
    picture = model(y)
    found = places(tikz.tikz(picture, None, "LR"))
    keys = {node.lines[0]: node.key for node in picture.nodes}
    for arrow in picture.arrows:
        if arrow.tail in (keys["x0"], keys["x1"], keys["x2"]):
            assert found[arrow.head][0] - found[arrow.tail][0] == pytest.approx(3.0)


def test_nothing_lies_in_a_frame_that_does_not_belong_to_it():
    picture = model(nested())
    found = places(tikz.tikz(picture, None, "LR"))
    for group in picture.groups:
        within = []
        for node in picture.nodes:
            around = node.group
            while around not in (None, group):
                around = around.parent
            if around is group:
                within.append(node.key)
        xs, ys = zip(*(found[key] for key in within))
        for key, (x, y) in found.items():
            inside = min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)
            assert inside == (key in within), (group.name, key)


def test_outer_frames_leave_room_for_the_titles_of_inner_ones():
    source = draw(nested()).tikz
    assert "(g1)(g1-title)" in source.replace("(g2)(g2-title)", "")
    assert "name=g1-title" in source


def test_parallel_arrows_in_tikz_have_labels_apart():
    a = Value(3.0, label="a")
    picture = draw(a * a, engine=None)
    labels = re.findall(r"scriptsize\] at \((.*?)\)", picture.tikz)
    assert len(labels) == 2 and labels[0] != labels[1]
    without = tikz.tikz(model(a * a), None, "LR")
    assert "bend left=15] (v0) to node[auto=left" in without
    assert "bend left=-15] (v0) to node[auto=right" in without


def test_boxes_in_tikz_have_the_layout_s_sizes():
    assert draw(Value(1.0, label="x") * 2).tikz.count("minimum width=") == 4
