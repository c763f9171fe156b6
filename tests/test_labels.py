"""label and names: labels from the user's own names."""

import pytest

import autograd
from autograd import Value


def test_what_is_assigned_inside_gets_its_name():
    outside = Value(1.0)
    with autograd.names():
        a, b = Value(2.0), Value(-3.0)
        ws = [a * b, {"bias": a + b}]
        _hidden = a - b
    assert (a.label, b.label, outside.label, _hidden.label) == ("a", "b", None, None)
    assert ws[0].label == "ws[0]" and ws[1]["bias"].label == 'ws[1]["bias"]'


def test_labels_written_by_hand_stay():
    a = Value(1.0, label="mine")
    constant = (a * 2).parents[1]
    autograd.label({"a": a, "n": 3, "s": "text", "constant": constant})
    assert (a.label, constant.label) == ("mine", None)


def test_the_first_name_counts():
    a = Value(1.0)
    autograd.label({"a": a, "also": a})
    assert a.label == "a"


def test_a_list_that_holds_itself_ends():
    inner = [Value(1.0)]
    inner.append(inner)
    autograd.label({"xs": inner})
    assert inner[0].label == "xs[0]"


def test_names_label_what_was_assigned_before_an_error():
    with pytest.raises(ZeroDivisionError), autograd.names():
        a = Value(1.0)
        raise ZeroDivisionError
    assert a.label == "a"


def test_label_wants_a_dict_of_names():
    with pytest.raises(TypeError, match=r"as locals\(\) is"):
        autograd.label([Value(1.0)])
