"""Random graphs as teaching material: what each level promises, over many seeds."""

import random
from collections import Counter

import pytest

from autograd import Value, graph, no_grad
from autograd.explanations.dice import Dice
from autograd.explanations.explanation import explain
from autograd.explanations.generator import LEVELS, OPERATIONS, generate

SEEDS = range(40)
GRAPHS = [(level, seed) for level in LEVELS for seed in SEEDS]


def listing(L):
    return [(v.label, v.op, v.data) for v in graph.nodes(L)]


def numbers(L):
    """Every primal, local derivative and gradient of what is not constant."""
    log = explain(L, checks=False).log
    primals = [v.primal for v in log.variables if not v.is_constant]
    slopes = [local.value for local in log.locals.values()]
    return primals, slopes + list(log.adjoints.values())


@pytest.mark.parametrize("level", LEVELS)
def test_numbers_are_small_and_no_value_is_0(level):
    for seed in SEEDS:
        primals, slopes = numbers(generate(level, seed))
        assert all(0.02 <= abs(x) <= 50 for x in primals)
        assert all(x == 0 or 0.02 <= abs(x) <= 50 for x in slopes)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_up_to_level_3_all_is_found_by_head(level):
    for seed in SEEDS:
        primals, slopes = numbers(generate(level, seed))
        assert all((4 * x).is_integer() and x != 0 for x in primals + slopes)


@pytest.mark.parametrize("level", LEVELS)
def test_the_shape_is_that_of_the_level(level):
    for seed in SEEDS:
        L = generate(level, seed)
        nodes = graph.nodes(L)
        computed = [node for node in nodes if node.op]
        least, most = OPERATIONS[level]
        assert least <= len(computed) <= most
        uses = Counter(id(p) for node in computed for p in node.parents)
        shared = any(uses[id(node)] > 1 for node in nodes)
        if level < 5:
            assert shared == (level >= 3)
        if level == 4:
            assert {node.op for node in computed} - {"+", "-", "*"}
        if level == 5:
            assert {"tanh", "relu", "sigmoid"} & {node.op for node in computed}
            assert L.op in ("**", "neg")  # a squared error, or a negative logarithm


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_is_at_a_kink_or_a_pole(level):
    for seed in SEEDS:
        log = explain(generate(level, seed), checks=True).log
        checks = [local.check.verdict for local in log.locals.values()]
        checks += [check.verdict for check in log.checks.values()]
        assert set(checks) == {"ok"}


@pytest.mark.parametrize("level", LEVELS)
def test_values_have_labels_of_their_own_and_the_result_is_l(level):
    for seed in SEEDS:
        L = generate(level, seed)
        labels = [node.label for node in graph.nodes(L) if not node.is_constant]
        given = [label for label in labels if label is not None]
        assert L.label == "L" and len(set(given)) == len(given)
        if level < 5:
            assert None not in labels
            letters = sorted(set(given) - {"L"})
            assert letters == [chr(ord("a") + i) for i in range(len(letters))]


def test_a_level_and_a_seed_give_the_same_graph_everywhere():
    assert listing(generate(1, 0)) == [
        ("a", "", 2.0),
        ("b", "", -4.0),
        ("L", "*", -8.0),
    ]
    assert listing(generate(3, 6)) == [
        ("a", "", 5.0),
        ("b", "", 2.0),
        ("c", "+", 7.0),
        ("L", "*", 35.0),
    ]
    for level, seed in GRAPHS:
        assert listing(generate(level, seed)) == listing(generate(level, seed))


@pytest.mark.parametrize("level", LEVELS)
def test_seeds_differ(level):
    different = {str(listing(generate(level, seed))) for seed in SEEDS}
    assert len(different) > len(SEEDS) // 2
    assert listing(generate(level, -1)) != listing(generate(level, 1))


def test_nothing_outside_is_touched():
    random.seed(5)
    expected = random.random()
    random.seed(5)
    L = generate(4, 3)
    assert random.random() == expected
    assert all(node.grad == 0 for node in graph.nodes(L))


@pytest.mark.parametrize("level", [0, 6, "1", 2.0, True, None])
def test_other_levels_are_refused_with_the_list(level):
    with pytest.raises(
        ValueError, match=r"generate\(level=.*2 \(a chain of operations"
    ):
        generate(level, 0)


@pytest.mark.parametrize("seed", ["0", 1.0, None, True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(TypeError, match="must be a whole number"):
        generate(1, seed)


def test_under_no_grad_there_is_no_graph():
    with no_grad(), pytest.raises(ValueError, match="under no_grad"):
        generate(2, 0)


def test_dice_draw_each_item_once_and_all_alike():
    dice = Dice("x")
    assert sorted(dice.some(range(9), 9)) == list(range(9))
    assert len(dice.some("ab", 5)) == 2 and dice.some([], 3) == []
    counts = Counter(Dice(str(i)).some("abc", 3)[0] for i in range(3000))
    assert all(abs(count - 1000) < 120 for count in counts.values())


def test_what_is_drawn_is_an_ordinary_graph():
    L = generate(5, 0)
    assert isinstance(L, Value)
    L.backward()
    assert any(node.grad for node in graph.nodes(L) if node.is_leaf)
