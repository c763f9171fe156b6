"""The table and the two passes in JavaScript, against Python's, in a real browser."""

import itertools
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, primitive
from autograd.explanations import explain, javascript
from autograd.explanations.javascript import program
from autograd.explanations.model import Variable
from autograd.order import topological_order
from autograd.primitives import ROWS, TABLE, Primitive
from tests import chromium
from tests.test_engines import SPECIAL
from tests.test_random_graphs import programs, run, scaled

inf, nan = math.inf, math.nan
LIMIT = 1e-12
POINTS = [*SPECIAL, 0.3, -0.7, 1.0000001, 1.2, 1.3, 1.5, 1.7, 2.0, 2.5, 3.5, -3.7]
POINTS += [5.1, 9.99, 10.01, 12.2, -12.5, 25.0, 25.7, -25.7, 45.3, 99.7, 170.5, 171.62]
POINTS += [-20.3, -150.3, 1e-9, -1e-9, 1e-300, 1e10, -1e10, 1e17, 2.558e305]
POINTS += [
    math.pi / 2,
    1 / 3,
    0.9999999,
    0.49999999999999994,
    1e15 + 0.5,
    4503599627370497.5,
]
EXACT = [*("+", "-", "*", "/", "//", "%", "neg", "sqrt", "square", "reciprocal")]
EXACT += [*("abs", "sign", "floor", "ceil", "trunc", "round", "clip", "fma")]
EXACT += [*("fmod", "remainder", "copysign", "relu", "leaky_relu", "relu6")]
EXACT += [*("hardtanh", "sum", "fsum", "mean", "prod", "dot", "max", "min", "take")]


@pytest.fixture(scope="module")
def page():
    with chromium.page("<!doctype html><title>graphs</title>") as opened:
        yield opened


def operation(row, operands):
    """The variables of one operation on leaves; an index is a constant."""
    count = len(operands)
    leaves = [
        Variable(i, "", x, is_constant=row.name == "take" and i == 0)
        for i, x in enumerate(operands)
    ]
    result = Variable(count, "", nan, operation=row.name, operands=tuple(range(count)))
    return [*leaves, result]


def variables(y):
    order = topological_order(y)
    places = {node: place for place, node in enumerate(order)}
    return [
        Variable(
            *(place, node.label or "", node.data),
            operation=node.op,
            operands=tuple(places[parent] for parent in node.parents),
            is_constant=node.is_constant,
        )
        for place, node in enumerate(order)
    ]


def points(row):
    known = [*row.samples, *[at.operands for at in row.conventions]]
    if row.name == "take":
        return [*known, (-1.0, 5.0, nan, 7.0)]
    if row.name == "polygamma":
        return [*known, *itertools.product(map(float, range(6)), POINTS)]
    arity = row.arity or 4
    pairs = itertools.product(POINTS, repeat=min(arity, 2))
    return [*known, *[(pair * 2)[:arity] for pair in pairs]]


def jobs(rows):
    """What to compute: a row, its JavaScript and key there, and operands."""
    made = []
    for row in rows:
        by_function = {}
        for operands in points(row):
            index = operands[0] if row.name == "take" else None
            by_function.setdefault((len(operands), index), []).append(operands)
        for group in by_function.values():
            written = program(operation(row, group[0]))
            assert written.refused == ()
            made.append((row, written.source, written.nodes[-1]["op"], group))
    return made


# JSON has no nan and no inf, but both languages read their own words for them
COMPUTE = """(text) => {
    const numbers = [];
    for (const [source, key, points] of (0, eval)(text)) {
        const primitives = new Function(source + "; return primitives;")();
        const d = new Float64Array(points[0].length);
        for (const x of points) numbers.push(primitives[key](...x, d), ...d);
    }
    return numbers.map((x) => (Object.is(x, -0) ? "-0" : x)).join(" ");
}"""


def computed(page, made):
    """The value and the partials at each job's operands, one after another."""
    text = page.evaluate(COMPUTE, json.dumps([job[1:] for job in made]))
    return map(float, text.split())


def difference(got, expected):
    """Relative; 0 from nan to nan and between the last digits of tiny numbers."""
    if got != got or expected != expected:
        return 0.0 if got != got and expected != expected else inf
    if got == expected or abs(got - expected) <= 1e-322:
        return 0.0
    if inf in (abs(got), abs(expected)):
        return inf
    return abs(got - expected) / max(abs(got), abs(expected))


def differences(page, made, limit=LIMIT):
    """What is not Python's number, by row: operands, place, both numbers."""
    numbers = computed(page, made)
    wrong = {}
    for row, _, _, group in made:
        for operands in group:
            value, partials = row.at(*operands)
            for place, expected in enumerate((value, *partials)):
                got = next(numbers)
                if difference(got, expected) > limit:
                    found = (operands, place, got, expected)
                    wrong.setdefault(row.name, []).append(found)
    assert next(numbers, None) is None
    return wrong


def test_every_primitive_has_python_s_numbers(page):
    wrong = differences(page, jobs(TABLE))
    assert wrong == {}


def test_a_planted_difference_is_caught(page):
    row, source, key, group = jobs([ROWS["tanh"]])[0]
    assert differences(page, [(row, source, key, group)]) == {}
    for right, planted in (
        ("Math.tanh(x0)", "x0"),
        ("t6 / t8", "t6 / t8 * (1 + 2e-12)"),
    ):
        assert right in source
        changed = source.replace(right, planted)
        assert "tanh" in differences(page, [(row, changed, key, group)])


def test_functions_that_are_written_out_keep_their_digits(page):
    written = (
        "erf",
        "erfc",
        "gamma",
        "lgamma",
        "digamma",
        "polygamma",
        "cbrt",
        "hypot",
    )
    made = jobs([ROWS[name] for name in written])
    wrong = differences(page, made, limit=1e-14)
    assert wrong == {}


def test_what_ieee_754_rounds_has_the_same_bits(page):
    made = jobs([ROWS[name] for name in EXACT]) + sums_rounded_once()
    numbers = computed(page, made)
    for row, _, _, group in made:
        for operands in group:
            value, partials = row.at(*operands)
            for expected in (value, *partials):
                got = next(numbers)  # repr: 0.0 is not -0.0, and nan is nan
                assert repr(got) == repr(float(expected)), (row, operands)


def sums_rounded_once():
    """Ties, cancellation, overflow and underflow."""
    up = 1 + 2.0**-52
    cases = {
        "fma": [
            *((up, up, -1 - 2.0**-51), (1e200, 1e200, -inf), (0.1, 10.0, -1.0)),
            *((up, 1.0, 2.0**-53), (1.0, 1.0, 2.0**-53), (5e-324, 0.5, 0.0)),
            *((5e-324, 0.5, 5e-324), (1e308, 10.0, -1e308), (1e308, 2.0, -1e308)),
            *((3.0, 2.0**-1074, 2.0**-1022), (0.7, 2.0**-1073, 1e-310)),
        ],
        "fsum": [
            *((0.1,) * 10, (1e16, 1.0, -1e16), (1.0, 2.0**-60, 2.0**-53)),
            *((1.0, -(2.0**-60), 2.0**-53), (5e-324, 5e-324), (1e308, 1e308)),
            *((inf, -inf), (-0.0, 0.0), (1.0, 2.0**-53), (up, 2.0**-53)),
        ],
    }
    made = []
    for name, points in cases.items():
        for operands in points:
            written = program(operation(ROWS[name], operands))
            key = written.nodes[-1]["op"]
            made.append((ROWS[name], written.source, key, [operands]))
    return made


# --- graphs ------------------------------------------------------------------------

REPLAY = """([source, nodes, leaves, root]) => {
    const call = "; return evaluator(nodes, primitives);";
    const made = new Function("nodes", source + call);
    const graph = made(JSON.parse(nodes));
    graph.forward();
    graph.backward();  // what an earlier pass left does not matter
    graph.forward(Object.fromEntries(leaves));
    graph.backward(root);
    return [graph.primals, graph.adjoints].map((xs) => [...xs].join(" "));
}"""


def replayed(page, y, leaves, root):
    """Primals and adjoints in JavaScript, with leaves changed by their places."""
    written = program(variables(y))
    nodes = json.dumps(written.nodes, allow_nan=False)
    texts = page.evaluate(REPLAY, [written.source, nodes, [*leaves.items()], root])
    return [[*map(float, text.split())] for text in texts]


@settings(max_examples=60, deadline=None)
@given(programs(), st.floats(-1.5, 1.5))
def test_random_graphs_have_the_engine_s_primals_and_adjoints(page, drawn, moved):
    start, instructions = drawn

    def build(numbers):
        leaves = [Value(x) for x in numbers]
        y = run(list(leaves), instructions, scaled)
        return leaves, y, {n: place for place, n in enumerate(topological_order(y))}

    leaves, y, places = build(start)
    used = next(i for i, leaf in enumerate(leaves) if leaf in places)
    there = {places[leaves[used]]: moved}
    primals, adjoints = replayed(page, y, there, len(places) - 1)
    _, y, places = build([*start[:used], moved, *start[used + 1 :]])
    y.backward()
    agree(primals, [node.data for node in places])
    agree(adjoints, [node.grad for node in places])


def agree(got, expected):
    size = max(1.0, *map(abs, expected))
    assert got == pytest.approx(expected, rel=LIMIT, abs=LIMIT * size)


def test_lists_and_constants_are_replayed(page):
    a, b, c = Value(0.5), Value(-1.25), Value(2.0)
    xs = [a, b * 3, c, a]
    parts = [f(xs) for f in (autograd.sum, autograd.prod, autograd.mean, autograd.max)]
    parts += [autograd.dot(xs, [1.0, a, c, 2.0]), autograd.logsumexp(xs)]
    parts += [autograd.take(xs, -1), autograd.take(xs, 1), autograd.hypot(*xs)]
    parts += autograd.softmax(xs)
    y = autograd.sum(parts) ** 2
    y.backward()
    order = topological_order(y)
    primals, adjoints = replayed(page, y, {}, len(order) - 1)
    agree(primals, [node.data for node in order])
    agree(adjoints, [node.grad for node in order])
    constants = [i for i, node in enumerate(order) if node.is_constant]
    assert constants and {adjoints[i] for i in constants} == {0.0}


def test_adjoints_of_an_inner_result_leave_the_rest_at_0(page):
    x = Value(0.0)
    inner = x * 2
    outer = autograd.math.log(x) * inner  # infinite slopes that are not asked for
    order = topological_order(outer)
    place = next(i for i, node in enumerate(order) if node is inner)
    _, adjoints = replayed(page, outer, {}, place)
    assert adjoints == [2.0 * (n is x) + 1.0 * (n is inner) for n in order]


def test_a_log_of_an_explanation_is_replayed(page):
    x = Value(-inf, label="x")
    y = autograd.math.exp(x) + 1
    written = program(explain(y).log.variables)
    assert written.nodes[0] == {"primal": "-inf"}
    assert {"primal": 1.0, "constant": True} in written.nodes
    primals, _ = replayed(page, y, {}, len(written.nodes) - 1)
    assert primals[-1] == 1.0


# --- what is written ---------------------------------------------------------------


def test_texts_of_users_are_never_part_of_the_code():
    hostile = ["</script><script>alert(1)</script>", "`${alert(1)}`", "'\"\\\n\u2028"]

    def build(labels):
        a, b = (Value(x, label=label) for x, label in zip((0.5, 2.0), labels))
        with autograd.scope(labels[-1] or "s"):
            y = autograd.dot([a, b], [b, a]).tanh()
        y.label = labels[-1]
        return program(explain(y).log.variables)

    assert build(hostile) == build([None] * 3)


def test_what_is_written_is_inert_in_html():
    for _, source, key, _ in jobs(TABLE):
        assert source.isascii() and "</" not in source and "<!--" not in source
        assert json.dumps(key) in source


def test_a_page_carries_only_what_its_graph_needs():
    x = Value(2.0)
    small = program(variables(x.tanh() * x)).source
    assert small.count("function ") == 3  # the evaluator's
    gamma = program(variables(autograd.math.gamma(x))).source
    assert "function polynomial(" in gamma and "const LGAMMA_AT_2 = " in gamma
    assert "function erf(" not in gamma


def test_interpretation_js_is_small_and_has_nothing_that_no_row_uses():
    text = (javascript.PAGE / "interpretation.js").read_text(encoding="utf-8")
    assert len(text) < 12_000
    paragraphs = javascript._paragraphs()
    constants = [name for name, p in paragraphs.items() if p.startswith("const ")]
    assert text.count("\nfunction ") == len(paragraphs) - len(constants)
    every = "".join(source for _, source, _, _ in jobs(TABLE))
    for name, paragraph in paragraphs.items():
        assert paragraph in every, name


def test_a_primitive_of_one_s_own_is_refused_by_name():
    @primitive(partials=lambda out, x: 2 * x)
    def squared(x):
        return x * x

    written = program(variables(squared(Value(3.0)) + squared(Value(4.0)).tanh()))
    assert (written.source, written.nodes) == ("", [])
    (sentence,) = written.refused
    assert sentence.startswith("squared is a primitive of your own")


def test_rules_that_no_formula_can_say_are_refused(monkeypatch):
    def refused(forward, partials):
        row = Primitive("odd", forward, partials, (), "", ("", 0.0))
        monkeypatch.setitem(javascript.TABLE_ROWS, "odd", row)
        return program(operation(row, (2.0,))).refused

    (sentence,) = refused(lambda m, x: x, lambda m, out, x: (1.0 if x > 0 else 2.0,))
    assert sentence == "the rule of odd needs the number of an operand that may change"
    (sentence,) = refused(lambda m, x: m.ulp(x), lambda m, out, x: (0.0,))
    assert sentence == "the rule of odd uses ulp, which has no JavaScript"
    assert refused(lambda m, x: -x, lambda m, out, x: (-1.0,)) == ()


def test_an_index_that_may_change_is_refused_and_so_are_lists_too_long(monkeypatch):
    xs = [Value(1.0), Value(2.0)]
    index = Value(1.0)
    (sentence,) = program(variables(autograd.take(xs, index))).refused
    assert sentence.startswith("the rule of take needs the number of an operand")
    monkeypatch.setattr(javascript, "MOST_OPERANDS", 2)
    assert program(variables(autograd.sum(xs))).refused == ()
    (sentence,) = program(variables(autograd.sum([*xs, index]))).refused
    assert sentence == "sum has more than 2 operands"
