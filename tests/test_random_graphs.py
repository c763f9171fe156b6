"""Random programs: backward() against forward mode in mpmath, at 50 digits."""

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, graph, math

# name, arity, truth over mpmath numbers, its partial derivatives
OPERATIONS = [
    ("add", 2, lambda x, y: x + y, lambda x, y: (1, 1)),
    ("sub", 2, lambda x, y: x - y, lambda x, y: (1, -1)),
    ("mul", 2, lambda x, y: x * y, lambda x, y: (y, x)),
    ("tanh", 1, mpmath.tanh, lambda x: (mpmath.sech(x) ** 2,)),
    ("sin", 1, mpmath.sin, lambda x: (mpmath.cos(x),)),
    ("atan", 1, mpmath.atan, lambda x: (1 / (1 + x * x),)),
    ("sigmoid", 1, lambda x: 1 / (1 + mpmath.exp(-x)),
     lambda x: (1 / (2 + mpmath.exp(x) + mpmath.exp(-x)),)),
    ("softplus", 1, lambda x: mpmath.log(1 + mpmath.exp(x)),
     lambda x: (1 / (1 + mpmath.exp(-x)),)),
    ("hypot", 2, lambda x, y: mpmath.sqrt(x * x + y * y),
     lambda x, y: (x / mpmath.hypot(x, y), y / mpmath.hypot(x, y))),
    ("logaddexp", 2, lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
     lambda x, y: (1 / (1 + mpmath.exp(y - x)), 1 / (1 + mpmath.exp(x - y)))),
]  # fmt: skip

SHARE = 0.4

numbers = st.floats(-1.5, 1.5).map(lambda x: x if abs(x) > 1e-3 else 0.25)


@st.composite
def programs(draw):
    """Leaves, and instructions that reach back to any earlier result."""
    leaves = draw(st.lists(numbers, min_size=1, max_size=4))
    length = draw(st.integers(1, 300))
    instructions = []
    for i in range(length):
        operation = draw(st.integers(0, len(OPERATIONS) - 1))
        count = len(leaves) + i
        # near the end of what there is, so that most of it is used; shared as well
        reach = st.integers(max(0, count - 12), count - 1)
        instructions.append((operation, draw(reach), draw(reach)))
    return leaves, instructions


def run(values, instructions, apply):
    for operation, i, j in instructions:
        operands = (values[i], values[j])[: OPERATIONS[operation][1]]
        result = apply(operation, operands)
        values.append(result)
    return values[-1]


def scaled(operation, operands):
    """Held below 1.5, so that hundreds of operations stay in a float's range."""
    result = getattr(math, OPERATIONS[operation][0])(*operands)
    return result * SHARE + 0.25


class Dual:
    """Forward mode in mpmath: a primal, and a tangent for each leaf."""

    def __init__(self, primal, tangents):
        self.primal, self.tangents = primal, tangents


def dual(operation, operands):
    _, _, truth, slopes = OPERATIONS[operation]
    points = [operand.primal for operand in operands]
    slopes = slopes(*points)
    tangents = [
        SHARE * mpmath.fsum(s * d for s, d in zip(slopes, column))
        for column in zip(*(operand.tangents for operand in operands))
    ]
    return Dual(truth(*points) * SHARE + 0.25, tangents)


@settings(max_examples=150, deadline=None)
@given(programs())
def test_backward_agrees_with_forward_mode_in_mpmath(program):
    agrees_with_forward_mode(program)


def agrees_with_forward_mode(program):
    start, instructions = program
    leaves = [Value(x) for x in start]
    y = run(list(leaves), instructions, scaled)
    y.backward()
    with mpmath.workdps(50):
        units = [
            Dual(mpmath.mpf(x), [mpmath.mpf(i == j) for j in range(len(start))])
            for i, x in enumerate(start)
        ]
        true = run(units, instructions, dual)
    assert y.data == pytest.approx(float(true.primal), rel=1e-9, abs=1e-9)
    size = max(1.0, *(abs(float(t)) for t in true.tangents))
    for leaf, tangent in zip(leaves, true.tangents):
        assert leaf.grad == pytest.approx(float(tangent), rel=1e-9, abs=1e-9 * size)


@settings(max_examples=60, deadline=None)
@given(programs(), st.floats(-3, 3))
def test_laws_of_backward_on_random_graphs(program, seed):
    start, instructions = program

    def build():
        leaves = [Value(x) for x in start]
        return leaves, run(list(leaves), instructions, scaled)

    leaves, y = build()
    y.backward()
    once = [leaf.grad for leaf in leaves]
    # inner adjoints are this pass's, leaves add up
    inner = [node.grad for node in graph.nodes(y) if not node.is_leaf]
    y.backward()
    assert [leaf.grad for leaf in leaves] == [g + g for g in once]
    assert [node.grad for node in graph.nodes(y) if not node.is_leaf] == inner
    # the same program gives the same bits
    others, z = build()
    z.backward()
    assert [leaf.grad for leaf in others] == once
    # the gradient is linear in the seed
    others, z = build()
    z.backward(seed)
    scale = max(1.0, *map(abs, once))
    assert [leaf.grad for leaf in others] == pytest.approx(
        [seed * g for g in once], rel=1e-9, abs=1e-12 * scale
    )


@settings(max_examples=40, deadline=None)
@given(programs())
def test_json_and_deepcopy_keep_random_graphs(program):
    import copy

    start, instructions = program
    y = run([Value(x) for x in start], instructions, scaled)
    y.backward()
    text = graph.to_json(y)
    assert graph.to_json(copy.deepcopy(y)) == text
    assert graph.to_json(*graph.from_json(text)) == text
