"""Random graphs as teaching material: from one operation to a small network.

Numbers are small; up to level 3 all of them, gradients too, are whole, halves or
quarters, so that they can be found by head. A level and a seed give the same graph on
every platform, version and engine.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Sequence

from autograd import math
from autograd._engine import Value
from autograd.explanations.dice import Dice
from autograd.explanations.recording import graph_of

LEVELS = {
    1: "one operation",
    2: "a chain of operations",
    3: "a value that is used twice",
    4: "several paths, with functions and divisions",
    5: "a neuron or a small network, with its loss",
}
# How many operations a graph of a level has, at least and at most
OPERATIONS = {1: (1, 1), 2: (2, 3), 3: (2, 4), 4: (4, 6), 5: (3, 16)}
# Larger numbers are no fun by head, and smaller ones teach nothing
LARGEST, SMALLEST = 50.0, 0.02
WHOLE = (-4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 5.0)
HALVES = (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)
# A draw in twenty or more is good, so that this many are never needed
DRAWS = 10_000


def generate(level: int, seed: int) -> Value:
    """A graph of a level from 1 to 5, its values labelled a, b, c ..., its result L.

    1 is one operation; 2 a chain; 3 uses a value twice; 4 has several paths, with
    functions and divisions; 5 is a neuron or a small network with its loss. No number
    is 0, large, or at a kink. ValueError for another level, and under `no_grad`.

    >>> from autograd.graph import nodes
    >>> [(v.label, v.op, v.data) for v in nodes(generate(level=3, seed=6))]
    [('a', '', 5.0), ('b', '', 2.0), ('c', '+', 7.0), ('L', '*', 35.0)]
    """
    if type(level) is not int or level not in LEVELS:
        known = ", ".join(f"{number} ({told})" for number, told in LEVELS.items())
        raise ValueError(f"generate(level={level!r}): the levels are {known}")
    if type(seed) is not int:
        raise TypeError(f"generate(seed={seed!r}): must be a whole number")
    dice = Dice(f"{level} {seed}")
    for _ in range(DRAWS):
        L = dice.one_of(PLANS[level])(dice)
        if L.is_constant:
            raise ValueError(
                "generate(): under no_grad() no graph is recorded; call it outside"
            )
        L.label = "L"
        if _is_good(L, level):
            return L
    raise AssertionError(f"no good graph of level {level} from seed {seed}")


def _is_good(L: Value, level: int) -> bool:
    graph = graph_of(L, 4)
    computed = [node for node in graph.order if not node.is_leaf]
    least, most = OPERATIONS[level]
    if not least <= len(computed) <= most:
        return False
    uses = Counter(p for operands in graph.operands for p in operands)
    varied = [i for i, node in enumerate(graph.order) if not node.is_constant]
    is_shared = max(uses[i] for i in varied) > 1
    if level < 5 and is_shared != (level >= 3):
        return False
    kinds = {node.op for node in computed}
    if (level >= 2 and kinds <= {"+", "-"}) or (
        level == 4 and kinds <= {"+", "-", "*"}
    ):
        return False
    primals = [graph.order[i].data for i in varied]
    slopes = [graph.adjoints[i] for i in varied]
    slopes += [x for node in computed for x in node.partials]
    if not all(SMALLEST <= abs(x) <= LARGEST for x in primals):
        return False
    if not all(x == 0 or SMALLEST <= abs(x) <= LARGEST for x in slopes):
        return False
    if level <= 3 and any(x == 0 or x * 4 != int(x * 4) for x in primals + slopes):
        return False
    if sum(graph.adjoints[i] == 0 for i in varied) > len(varied) // 3:
        return False
    return all(
        graph.replay.check_local(i, position, partial).verdict == "ok"
        for i, node in enumerate(graph.order)
        for position, partial in enumerate(node.partials)
    )


# --- levels 1 to 4: what is drawn is woven together --------------------------------

Binary = Callable[[Value, Value], Value]
Unary = Callable[[Value], Value]
BINARY: tuple[Binary, ...] = (operator.add, operator.sub, operator.mul, operator.mul)
WITH_DIVISION = (*BINARY, operator.truediv)
FUNCTIONS: tuple[Unary, ...] = (math.tanh, math.relu, math.sigmoid, math.exp)


class _Letters:
    """Values labelled a, b, c ... as they come, and those that nothing uses yet."""

    def __init__(self, *numbers: float) -> None:
        self.values: list[Value] = []
        self.unused: dict[Value, None] = {}
        for number in numbers:
            self.add(Value(number))

    def add(self, value: Value) -> Value:
        value.label = chr(ord("a") + len(self.values))
        self.values.append(value)
        self.unused[value] = None
        for operand in value.parents:
            self.unused.pop(operand, None)
        return value


def _square(x: Value) -> Value:
    return x**2


def _numbers(dice: Dice, count: int) -> list[float]:
    """Different numbers, most of them whole."""
    halves = dice.some(HALVES, 3 * dice.below(2))
    return dice.some((*WHOLE, *halves), count)


def _one_operation(dice: Dice) -> Value:
    a, b = _Letters(*_numbers(dice, 2)).values
    return _square(a) if dice.below(8) == 0 else dice.one_of(WITH_DIVISION)(a, b)


def _chain(dice: Dice) -> Value:
    first, *others = _numbers(dice, 4)
    letters = _Letters(first)
    value = letters.values[0]
    for number in others[: 2 + dice.below(2)]:
        if dice.below(6) == 0:
            value = letters.add(_square(value))
        else:
            pair = dice.some((value, letters.add(Value(number))), 2)
            value = letters.add(dice.one_of(BINARY)(*pair))
    return value


def _twice_used(dice: Dice) -> Value:
    return _woven(dice, 1 + dice.below(2), 2, BINARY, share=0)


def _several_paths(dice: Dice) -> Value:
    return _woven(dice, 2 + dice.below(2), 3, WITH_DIVISION, share=3)


def _woven(
    dice: Dice, leaves: int, count: int, binary: Sequence[Binary], share: int
) -> Value:
    """Operations on any of the values so far, then on those that nothing uses yet.

    Of six operations `share` are functions of one operand.
    """
    letters = _Letters(*_numbers(dice, leaves))
    for _ in range(count):
        x, y = dice.one_of(letters.values), dice.one_of(letters.values)
        is_function = dice.below(6) < share
        letters.add(
            dice.one_of(FUNCTIONS)(x) if is_function else dice.one_of(binary)(x, y)
        )
    while len(letters.unused) > 1:
        letters.add(dice.one_of(binary)(*dice.some([*letters.unused], 2)))
    return letters.values[-1]


# --- level 5: networks --------------------------------------------------------------


def _named(dice: Dice, names: str) -> list[Value]:
    numbers = [dice.one_of((*HALVES, -1.0, 1.0, -2.0, 2.0)) for _ in names.split()]
    return [Value(x, label) for x, label in zip(numbers, names.split())]


def _labelled(value: Value, label: str) -> Value:
    value.label = label
    return value


def _squared_error(dice: Dice, y: Value) -> Value:
    return (y - dice.one_of((-1.0, 0.5, 1.0, 2.0))) ** 2


def _neuron(dice: Dice) -> Value:
    x1, x2, w1, w2, b = _named(dice, "x1 x2 w1 w2 b")
    n = _labelled(w1 * x1 + w2 * x2 + b, "n")
    return _squared_error(dice, _labelled(math.tanh(n), "o"))


def _classifier(dice: Dice) -> Value:
    x1, x2, w1, w2, b = _named(dice, "x1 x2 w1 w2 b")
    z = _labelled(w1 * x1 + w2 * x2 + b, "z")
    return _labelled(-math.log(_labelled(math.sigmoid(z), "p")), "L")


def _network(dice: Dice) -> Value:
    x, w1, w2, b1, b2, w3, w4 = _named(dice, "x w1 w2 b1 b2 w3 w4")
    h1 = _labelled(math.relu(_labelled(w1 * x + b1, "n1")), "h1")
    h2 = _labelled(math.tanh(_labelled(w2 * x + b2, "n2")), "h2")
    return _squared_error(dice, _labelled(w3 * h1 + w4 * h2, "y"))


PLANS: dict[int, tuple[Callable[[Dice], Value], ...]] = {
    1: (_one_operation,),
    2: (_chain,),
    3: (_twice_used,),
    4: (_several_paths,),
    5: (_neuron, _classifier, _network),
}
