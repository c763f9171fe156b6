"""Exercises: right answers are right in every form, wrong ones are told why."""

import functools
import itertools
import json
import re
from fractions import Fraction

import pytest

import autograd
from autograd import Value, graph, math, no_grad, primitive
from autograd.explanations import slips
from autograd.explanations.asking import Score
from autograd.explanations.exercises import KINDS, exercise
from autograd.explanations.explanation import explain
from autograd.explanations.generator import LEVELS, generate
from autograd.explanations.orders import names_in
from autograd.explanations.questions import predictions, question_of
from autograd.expressions import Expression, ExpressionError
from autograd.functions import compute
from autograd.primitives import ROWS, TABLE

ALL = {"kinds": KINDS, "count": 100}
SEEDS = range(8)
HOSTILE = ["</script><img onerror=alert(1)>", "`$|*_[a](b)", "a\nb\x1b[2J", "x, y → z"]


def labelled(**values):
    for label, value in values.items():
        value.label = label


def product_and_sum():
    a, b, c, f = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c"), Value(-2.0, "f")
    e = a * b
    d = e + c
    L = d * f
    labelled(e=e, d=d, L=L)
    return L


def tanh_with_two_paths():
    a, b, c = Value(0.5, "a"), Value(-1.0, "b"), Value(2.0, "c")
    e = a * b
    d = e + c
    f = d * a
    L = math.tanh(f)
    labelled(e=e, d=d, f=f, L=L)
    return L


def doubled_twice():
    a = Value(3.0, "a")
    b = a + a
    c = b + b
    labelled(b=b, c=c)
    return c


def squares():
    a = Value(3.0, "a")
    b = a * a
    y = 2 * b + b * a - a**3 / 4
    labelled(b=b, y=y)
    return y


def lists():
    w = [Value(x, f"w[{i}]") for i, x in enumerate((1.5, 2.0, -1.0, 4.0))]
    parts = autograd.dot(w[:2], w[2:]), autograd.max(*w), autograd.prod(w)
    return autograd.sum([*parts, autograd.mean(w), autograd.hypot(w[0], w[1])])


def cross_entropy():
    z = [Value(x, f"z{i}") for i, x in enumerate((1.0, 2.0, -1.0))]
    loss = -math.log(autograd.softmax(z)[1])
    labelled(loss=loss)
    return loss


def constants():
    x, e = Value(1.5, "x"), Value(2.5, "e")
    y = 3 - 2 * x * e / 7 + math.log(e) + 1 / x
    labelled(y=y)
    return y


def dead_relu():
    x, w = Value(-2.0, "x"), Value(3.0, "w")
    h = math.relu(x * w)
    y = h * w + x
    labelled(h=h, y=y)
    return y


GRAPHS = [
    *(product_and_sum, tanh_with_two_paths, doubled_twice, squares, lists),
    *(cross_entropy, constants, dead_relu),
]


@functools.cache
def every_exercise():
    graphs = [build() for build in GRAPHS]
    graphs += [generate(level, seed) for level in LEVELS for seed in SEEDS]
    return [exercise(y, **ALL, seed=seed) for seed, y in enumerate(graphs)]


def questions(kinds=KINDS):
    for drill in every_exercise():
        for number, question in enumerate(drill.questions, 1):
            if question.kind in kinds:
                yield drill, number, question


NUMBERS = ("forward", "local", "contribution", "adjoint")

# --- right answers -----------------------------------------------------------------


def test_the_right_numbers_are_those_of_the_engine():
    for build in [*GRAPHS, *(lambda s=s: generate(4, s) for s in SEEDS)]:
        y = build()
        drill = exercise(y, **ALL)
        y.backward()
        order = graph.nodes(y)
        for question in drill.questions:
            step = question.step
            if question.kind == "forward":
                true = order[step.variable].data
            elif question.kind == "local":
                true = order[step.child].partials[step.position]
            elif question.kind == "contribution":
                child = order[step.child]
                true = child.grad * child.partials[step.position]
            elif question.kind == "adjoint":
                true = order[step.variable].grad
            else:
                continue
            assert question.key.right == pytest.approx(true, rel=1e-12, abs=1e-15)
            assert float(question.answer) == pytest.approx(true, rel=1e-3, abs=1e-12)


def test_right_numbers_are_right_as_shown_with_all_digits_and_as_fractions():
    fractions = 0
    for drill, number, question in questions(NUMBERS):
        right = question.key.right
        for answer in (
            question.answer,
            right,
            repr(right),
            f"  {right!r} ",
            f"+{right!r}",
        ):
            verdict = drill.grade(number, answer)
            assert verdict.correct and verdict.message.startswith("Right: "), answer
        fraction = Fraction(right).limit_denominator(64)
        if float(fraction) == pytest.approx(right, rel=1e-12, abs=0):
            fractions += fraction.denominator > 1
            assert drill.grade(number, str(fraction)).correct
            assert drill.grade(number, str(fraction).replace("-", "−")).correct
    assert fractions > 100


def test_right_formulas_are_right_in_several_spellings():
    formulas = 0
    for drill, number, question in questions(NUMBERS):
        formula = question.formula
        if not formula or "dot(" in formula:  # dot takes lists, which formulas have not
            continue
        formulas += 1
        for answer in (
            formula,
            formula.replace("·", "*").replace("²", "^2").replace("³", "**3"),
            formula.replace(" ", ""),
            f"({formula})*1",
        ):
            verdict = drill.grade(number, answer)
            assert verdict.correct, (question.prompt, answer, verdict)
    assert formulas > 800


def test_a_number_may_stand_for_a_known_factor():
    drill = exercise(tanh_with_two_paths(), ["adjoint"])
    number = named(drill, "∂L/∂b = ")
    for answer in (
        "0.2983 * a",
        "(1 - L²)·0.5·0.5",
        "0.5966*a*a",
        "0.5966*0.5*a",
        "(1-L^2) / 4",
        "0.15",
        "a*a*(1 - tanh(f)^2)",
    ):
        assert drill.grade(number, answer).correct, answer


# --- wrong answers -----------------------------------------------------------------


def named(drill, blank):
    """The number of the question with this blank; the last one if there are several."""
    blanks = [question.blank for question in drill.questions]
    return len(blanks) - blanks[::-1].index(f"{blank}____")


def test_every_wrong_answer_is_graded_wrong_with_exactly_its_errors():
    seen = set()
    for drill, number, question in questions():
        for wrong in question.key.wrong:
            verdict = drill.grade(number, wrong.shown)
            assert verdict.understood and not verdict.correct
            assert verdict.errors == wrong.errors != ()
            assert verdict.message == wrong.message != ""
            seen |= set(wrong.errors)
        for choice in question.choices:
            verdict = drill.grade(number, choice.text)
            assert verdict.correct == (choice.text == question.answer)
            assert verdict.errors == choice.errors
    known = {v for k, v in vars(slips).items() if k.isupper() and isinstance(v, str)}
    assert known - seen == {slips.ROUNDED, slips.CHANCE}  # these are not offered


def test_choices_differ_as_printed_and_one_is_right():
    counts = []
    for _, _, question in questions():
        texts = [choice.text for choice in question.choices]
        assert len(set(texts)) == len(texts) and texts.count(question.answer) == 1
        counts.append(len(texts))
    assert max(counts) == 4 and min(counts) >= 2
    assert counts.count(4) > 0.95 * len(counts)


def test_no_error_is_offered_that_leads_to_the_right_answer():
    for _, _, question in questions(NUMBERS):
        for wrong in question.key.wrong:
            assert wrong.shown != question.answer
            assert wrong.value != question.key.right


@pytest.mark.parametrize(
    ("build", "blank", "answer", "errors"),
    [
        (product_and_sum, "∂e/∂a = ", "2", [slips.OTHER_FACTOR]),
        (product_and_sum, "∂e/∂a = ", "a", [slips.OTHER_FACTOR]),
        (product_and_sum, "∂e/∂a = ", "3", [slips.SIGN]),
        (product_and_sum, "∂e/∂a = ", "-1/3", [slips.RECIPROCAL]),
        (product_and_sum, "∂d/∂e = ", "c", [slips.AS_PRODUCT]),
        (product_and_sum, "∂L/∂a = ", "-3", [slips.NO_UPSTREAM]),
        (product_and_sum, "∂L/∂a = ", "b", [slips.NO_UPSTREAM]),
        (product_and_sum, "∂L/∂a = ", "f", [slips.NO_LOCAL]),
        (product_and_sum, "∂L/∂a = ", "f + b", [slips.ADDED]),
        (product_and_sum, "∂L/∂a = ", "f*a", [slips.OTHER_FACTOR]),
        (product_and_sum, "∂L/∂a = ", "-f*b", [slips.SIGN]),
        (product_and_sum, "∂L/∂a = ", "a", [slips.VALUE]),
        (product_and_sum, "∂L/∂a = ", "5.9", [slips.ROUNDED]),
        (product_and_sum, "∂L/∂a = ", "77", []),
        (tanh_with_two_paths, "∂L/∂f = ", "1 - f²", [slips.AT_OPERAND]),
        (tanh_with_two_paths, "∂L/∂f = ", "1 - tanh(L)²", [slips.AT_RESULT]),
        (tanh_with_two_paths, "∂L/∂f = ", "0.58", [slips.ROUNDED]),
        (tanh_with_two_paths, "∂L/∂a = ", "-0.2983", [slips.OVERWROTE, slips.ONE_PATH]),
        (tanh_with_two_paths, "∂L/∂a = ", "(1-L^2)*d", [slips.ONE_PATH]),
        (tanh_with_two_paths, "∂L/∂a = ", "1.193", [slips.SIGN]),
        (doubled_twice, "∂c/∂a = ", "1", [slips.OVERWROTE]),
        (squares, "∂y/∂b = ", "6", [slips.MULTIPLIED_PATHS]),
    ],
)
def test_errors_are_named(build, blank, answer, errors):
    drill = exercise(build(), **ALL)
    verdict = drill.grade(named(drill, blank), answer)
    assert not verdict.correct and verdict.understood
    assert list(verdict.errors) == errors, verdict


def test_a_formula_that_is_right_only_here_is_noticed():
    a, b = Value(2.0, "a"), Value(2.0, "b")
    y = a * b
    drill = exercise(y, ["local"])
    assert drill.grade(1, "b").correct and drill.grade(1, "2").correct
    verdict = drill.grade(1, "a")
    assert verdict.errors == (slips.CHANCE, slips.OTHER_FACTOR)
    assert "Right by chance" in verdict.message and "itself" in verdict.message
    assert drill.grade(1, "a + b - 2").errors == (slips.CHANCE,)
    x = Value(2.0, "x")
    drill = exercise(x**2, ["local"])
    assert drill.grade(1, "2*x").correct and drill.grade(1, "x+x").correct
    assert drill.grade(1, "x^2").errors[0] == slips.CHANCE
    assert drill.grade(1, "4").correct


def test_what_is_not_recognised_is_told_the_right_factors():
    drill = exercise(product_and_sum(), **ALL)
    verdict = drill.grade(named(drill, "∂L/∂e · ∂e/∂a = "), "1234")
    assert verdict.message == "The factors are ∂L/∂e = -2 and ∂e/∂a = b = -3."
    verdict = drill.grade(named(drill, "∂e/∂a = "), "1/0")
    assert verdict.message.startswith("At the numbers of this graph that is inf. It is")
    for wrong in ("1234", "1/0"):
        for number in range(1, len(drill) + 1):
            if drill.questions[number - 1].kind in NUMBERS:
                assert drill.grade(number, wrong).message


@pytest.mark.parametrize(
    ("answer", "message", "column"),
    [
        ("", "empty", 0),
        ("b +", "missing", 3),
        ("0,5", "a decimal point", 1),
        ("q*b", "that name is not in the graph; its names are a, b, e", 0),
        ("b * qq", "that name is not in the graph", 4),
        ("b(2)", "not a function", 0),
        ("__import__(b)", "not a function", 0),
        ("b.real", "not part of a formula", 1),
        ("b\x00", "not part of a formula", 1),
        ("b*(a", "not closed", 2),
    ],
)
def test_what_cannot_be_read_is_pointed_at(answer, message, column):
    drill = exercise(product_and_sum(), **ALL)
    verdict = drill.grade(named(drill, "∂e/∂a = "), answer)
    assert not verdict.understood and not verdict.correct and not verdict.errors
    told, _, caret = verdict.message.split("\n")
    assert message in told and caret == " " * column + "^"


def test_names_that_no_formula_has_are_read_and_errors_point_rightly():
    drill = exercise(lists(), **ALL)
    number = named(drill, "∂v1/∂w[0] = ")
    assert drill.grade(number, "w[2]").correct
    assert drill.grade(number, "-w[2] + 2*w[2]").correct
    assert drill.grade(number, "w[0]").errors[0] == slips.OTHER_FACTOR
    verdict = drill.grade(number, "w[0] + + ]")
    assert verdict.message.endswith("w[0] + + ]\n         ^")


def test_a_variable_may_have_a_constant_s_name():
    drill = exercise(constants(), **ALL)
    number = next(
        i
        for i, question in enumerate(drill.questions, 1)
        if question.kind == "local" and question.formula == "e"
    )
    assert drill.grade(number, "e").correct and drill.grade(number, "2.5").correct
    assert not drill.grade(number, "2.718281828").correct


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_primitive_can_be_asked_about(row):
    for sample in row.samples:
        operands = [Value(x, f"x{i}") for i, x in enumerate(sample)]
        y = compute(row, *operands) * operands[0]
        try:
            drill = exercise(y, NUMBERS, count=50)
        except ValueError as error:  # nothing finite, or too many operands
            assert "nothing to ask" in str(error)
            continue
        for number, question in enumerate(drill.questions, 1):
            assert drill.grade(number, question.answer).correct, question
            assert drill.grade(number, question.key.right).correct, question
            for wrong in question.key.wrong:
                verdict = drill.grade(number, wrong.shown)
                assert verdict.errors == wrong.errors, (question, wrong)
            if question.formula:
                verdict = drill.grade(number, question.formula)
                assert verdict.correct or not verdict.understood, (question, verdict)


# --- the order ---------------------------------------------------------------------


def children(y):
    found = {node.label: set() for node in graph.nodes(y)}
    for node in graph.nodes(y):
        for parent in node.parents:
            found[parent.label].add(node.label)
    return found


def order_question(drill):
    return next(
        (number, question)
        for number, question in enumerate(drill.questions, 1)
        if question.kind == "order"
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_all_valid_orders_are_right_and_the_first_too_early_is_named(level):
    for seed in SEEDS:
        y = generate(level, seed)
        users = children(y)
        number, question = order_question(drill := exercise(y, ["order"]))
        names = question.key.as_data()["listed"]
        valid = 0
        for order in itertools.islice(itertools.permutations(names), 800):
            early = [
                (name, user)
                for place, name in enumerate(order)
                for user in sorted(users[name])
                if user not in order[:place]
            ]
            verdict = drill.grade(number, ", ".join(order))
            valid += verdict.correct
            assert verdict.correct == (not early)
            if early:
                assert verdict.errors in (
                    ("too early",),
                    ("the order of the forward pass",),
                )
                name = early[0][0]
                waiting = [user for early_name, user in early if early_name == name]
                told = re.search(
                    r"(\w+) comes too early: (\w+) uses it", verdict.message
                )
                assert told[1] == name and told[2] in waiting
                backwards = all(
                    order.index(name) < order.index(user)
                    for name in names
                    for user in users[name]
                )
                assert (verdict.errors[0] != "too early") == backwards
        assert valid or len(names) > 6


@pytest.mark.parametrize(
    "answer", ["L d e", "L,d,e", " L -> d -> e", "L→d→e", "L > d; e", "L\td\n e "]
)
def test_orders_are_read_in_many_spellings(answer):
    drill = exercise(product_and_sum(), ["order"])
    assert drill.grade(1, answer).correct


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("L d", "still missing: e"),
        ("L d e e", "one is twice"),
        ("", "still missing"),
        ("L d q", "here one of these names is expected"),
        ("Lde", "here one of these names is expected"),
    ],
)
def test_orders_that_are_not_whole_are_asked_again(answer, message):
    drill = exercise(product_and_sum(), ["order"])
    verdict = drill.grade(1, answer)
    assert not verdict.understood and message in verdict.message


def test_which_value_may_push_next():
    a = Value(2.0, "a")
    b = a * a
    c = a * b
    d = b + a
    y = c * d
    labelled(b=b, c=c, d=d, y=y)
    drill = exercise(y, ["order"])
    question = drill.questions[1]
    assert question.prompt == "y and d have pushed. Which value may push next?"
    assert drill.grade(2, "c").correct
    assert drill.grade(2, "b").errors == ("too early",)
    assert drill.grade(2, "b").message.startswith("b is too early: it waits for c")
    assert drill.grade(2, "y").errors == ("has pushed already",)
    assert drill.grade(2, "a").errors == ("a leaf pushes nothing",)
    for answer in ("", "c b", "q"):
        assert not drill.grade(2, answer).understood


def test_the_naive_walk_is_offered_as_a_wrong_order():
    # from y along one path down to a, before the other path has arrived
    drill = exercise(generate(3, 2), ["order"])
    _, question = order_question(drill)
    assert "too early" in [error for c in question.choices for error in c.errors]


def test_names_in_takes_the_longest_and_points_at_what_is_none():
    assert names_in("x, y → z, x", ["x", "x, y → z"]) == ["x, y → z", "x"]
    assert names_in("  ", ["x"]) == []
    with pytest.raises(ExpressionError) as error:
        names_in("x xx", ["x"])
    assert error.value.column == 2


# --- which questions ---------------------------------------------------------------


def test_a_seed_decides_which_and_how_they_are_mixed():
    def told(seed, count):
        drill = exercise(tanh_with_two_paths(), seed=seed, count=count)
        return [(q.prompt, [c.text for c in q.choices]) for q in drill.questions]

    assert told(3, 6) == told(3, 6)
    assert len({str(told(seed, 6)) for seed in range(8)}) > 4
    assert len(told(0, 6)) == 6 and len(told(0, 1)) == 1


def test_kinds_are_asked_in_the_order_of_the_two_passes_and_alike():
    drill = exercise(product_and_sum(), KINDS, count=10)
    ranks = [
        KINDS.index("order" if q.kind == "next" else q.kind) for q in drill.questions
    ]
    assert ranks == sorted(ranks) and set(ranks) == set(range(5))
    assert all(ranks.count(rank) == 2 for rank in set(ranks))
    assert {q.kind for q in exercise(squares(), "local").questions} == {"local"}


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"kinds": ["locals"]}, ValueError, "'locals' is none of forward, local"),
        ({"count": 0}, ValueError, "count=0"),
        ({"count": 2.5}, ValueError, "count=2.5"),
        ({"seed": "x"}, TypeError, "seed='x'"),
        ({"kinds": []}, ValueError, "nothing to ask"),
    ],
)
def test_wrong_wishes_are_refused(given, error, message):
    with pytest.raises(error, match=re.escape(message)):
        exercise(product_and_sum(), **given)


def test_a_question_that_is_not_there():
    drill = exercise(product_and_sum(), ["order"])
    for number in (0, 3, -1, "1", True):
        with pytest.raises(IndexError, match="there are questions 1 to 2"):
            drill.grade(number, "L")


def test_what_lies_between_and_parts_of_an_explanation():
    y = product_and_sum()
    a = next(node for node in graph.nodes(y) if node.label == "a")
    asked = {q.blank for q in exercise(y, ["local"], wrt=a).questions}
    assert asked == {"∂e/∂a = ____", "∂d/∂e = ____", "∂L/∂d = ____"}
    assert exercise(explain(y, wrt=a), ["local"]).questions
    with pytest.raises(ValueError, match=r"explain\(y, wrt=x\)"):
        exercise(explain(y), wrt=a)
    with autograd.scope("inner"):
        z = y * y + a
    part = explain(z * a).open("inner")
    drill = exercise(part, **ALL)
    assert {q.blank for q in drill.questions} >= {"∂v1/∂L = ____"}
    for number, question in enumerate(drill.questions, 1):
        assert drill.grade(number, question.answer).correct


def test_nothing_is_asked_that_is_no_number():
    x = Value(0.0, "x")
    y = 1 / x * 2 + x
    kinds = {q.kind for q in exercise(y, KINDS).questions}
    assert kinds == {"order", "next"}
    with pytest.raises(ValueError, match="a question needs a finite number"):
        exercise(y, ["local", "adjoint"])
    x, w = Value(float("nan"), "x"), Value(2.0, "w")
    y = x * 0 + w * 3
    for question in exercise(y, KINDS, count=50).questions:
        assert question.answer not in ("nan", "inf", "-inf")
    with no_grad():
        constant = Value(1.0) * 2
    with pytest.raises(ValueError, match="constant"):
        exercise(constant)


def test_graphs_with_older_numbers_are_refused():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    y = a * b
    a.data = 5.0
    with pytest.raises(ValueError, match="compute y again"):
        exercise(y)
    assert predictions(explain(y).log) == (None, None, None)
    assert question_of(explain(y).log, 2) is None


def test_operations_with_many_operands_and_values_with_many_uses_are_left_out():
    xs = [Value(float(i), f"x{i}") for i in range(1, 12)]
    y = autograd.sum(xs) * xs[0]
    drill = exercise(y, **ALL)
    assert all("∂v1/∂" not in question.blank for question in drill.questions)
    x = Value(1.5, "x")
    many = x * 2 + x * 3 + x * 4 + x * 5 + x * 6
    assert all("∂y/∂x" not in q.blank for q in exercise(many, **ALL).questions)


def test_primitives_of_one_s_own_are_asked_about_and_may_refuse():
    @primitive(partials=lambda out, x: 1.0)
    def picky_exercise(x):
        if abs(x - 2.5) > 0.001:
            raise RuntimeError("only 2.5")
        return 3.0

    try:
        x = Value(2.5, "x")
        y = picky_exercise(x) ** 2
        drill = exercise(y, **ALL)
        for number, question in enumerate(drill.questions, 1):
            assert drill.grade(number, question.answer).correct
        assert drill.grade(named(drill, "∂y/∂x = "), "2 * v1").correct
    finally:
        del ROWS["picky_exercise"]


def test_where_digits_cancel_the_formula_s_own_number_is_right():
    x = Value(9.0, "x")
    y = math.tanh(x)
    drill = exercise(y, ["local"])
    assert drill.grade(1, "1 - y^2").correct
    assert drill.grade(1, "0").correct  # as it is with y as it is shown: 1
    assert drill.grade(1, repr(y.partials[0])).correct


def test_a_gradient_that_cancels_to_rounding_is_0():
    drill = exercise(generate(4, 5359), ["adjoint"])
    tiny = [q for q in drill.questions if q.formula and abs(q.key.right) < 1e-12]
    assert tiny  # 0 here, and what rounding leaves of it at the places nearby
    for question in tiny:
        assert question.grade(question.formula).correct
        assert question.grade("0").correct


def test_beyond_a_kink_no_other_formula_is_asked_for():
    x, y = Value(1.0, "x"), Value(1.0, "y")
    L = autograd.max(x, y) * x
    drill = exercise(L, **ALL)
    number = named(drill, "∂v1/∂x = ")
    assert drill.questions[number - 1].answer == "0.5"
    assert drill.grade(number, "1/2").correct and drill.grade(number, "x/2").correct


def test_large_graphs_are_asked_about_by_parts_of_their_own():
    x, y = Value(0.5, "x"), Value(0.25)
    for _ in range(300):
        y = math.tanh(y * x + y)
    drill = exercise(y)
    assert len(drill) == 12
    for number, question in enumerate(drill.questions, 1):
        assert drill.grade(number, question.answer).correct
    assert "given: " in str(drill)
    with pytest.raises(ValueError, match="too many to tell one by one"):
        for _ in range(2500):
            y = y * x + y
        exercise(y)


# --- predictions for a player ------------------------------------------------------


def test_each_step_of_the_backward_pass_has_a_question():
    for build in GRAPHS:
        log = explain(build(), checks=False).log
        found = predictions(log)
        assert len(found) == len(log.backward)
        for step, question in zip(log.backward, found):
            assert question is not None and question.step is step
            assert question.grade(question.answer).correct
            again = question_of(log, step.number)
            assert again.prompt == question.prompt and again.answer == question.answer
        assert found[0].grade("0").errors == (slips.CONSTANT,)
    for number in (0, len(log.backward) + 1):
        with pytest.raises(IndexError, match="steps 1 to"):
            question_of(log, number)


def test_nothing_is_predicted_that_is_given_from_outside():
    x = Value(2.0, "x")
    with autograd.scope("inner"):
        y = x * x
    found = predictions(explain(y * x).open("inner").log)
    assert found[0] is None and all(question is not None for question in found[1:])


def test_the_total_so_far_is_not_what_arrives():
    log = explain(tanh_with_two_paths(), checks=False).log
    question = question_of(log, 7)
    assert question.blank == "∂L/∂e · ∂e/∂a = ____"
    assert question.grade("0.5966").errors == (slips.RUNNING_TOTAL,)


# --- shown -------------------------------------------------------------------------


def test_gradients_stay_as_they_were():
    y = tanh_with_two_paths()
    y.backward()
    before = [node.grad for node in graph.nodes(y)]
    drill = exercise(y, **ALL)
    drill.ask(scripted("1", "skip", "?", "2", "3"), lambda line: None)
    str(drill), drill.as_data(), drill.markdown()
    assert [node.grad for node in graph.nodes(y)] == before


def test_the_sheet_fits_its_columns_and_has_ascii():
    for drill in every_exercise():
        for told in (drill.text(), drill.solutions()):
            assert max(map(len, told.split("\n"))) <= 80
        drill.text(ascii=True).encode("ascii")
        drill.solutions(ascii=True).encode("ascii")
        assert max(map(len, drill.text(width=50).split("\n"))) <= 50


def test_the_sheet_does_not_tell_the_answers():
    drill = exercise(product_and_sum(), **ALL)
    sheet = str(drill)
    assert sheet == repr(drill)
    assert "e = a · b = ____" in sheet and "= -6" not in sheet
    assert sheet.count("____") == len(drill) + 3  # the forward pass has blanks, too
    given = [
        line for line in sheet.split("\n") if "∂L/∂" in line and "____" not in line
    ]
    assert all("What is" in line for line in given)
    told = drill.solutions().split("\n")
    assert len(told) == len(drill)
    assert "23  ∂L/∂a = ∂L/∂e · ∂e/∂a = -2 · -3 = 6" in told


def test_the_sheet_as_markdown():
    drill = exercise(product_and_sum(), ["local"])
    told = drill.markdown()
    assert told.startswith("### 6 questions about L\n") and "Answers" not in told
    assert drill._repr_markdown_() == told
    assert "6. ∂L/∂f = d = 4" in drill.markdown(solutions=True)


def test_data_are_strict_json_with_all_that_a_page_needs():
    for drill in every_exercise():
        data = json.loads(json.dumps(drill.as_data(), allow_nan=False))
        assert data["format"] == "scalar-autograd exercise"
        assert len(data["questions"]) == len(drill)
        assert all(len(place) == len(data["names"]) for place in data["points"])
        for question in data["questions"]:
            wrong = {w["text"] for w in question["wrong"]}
            assert set(question["choices"]) <= wrong | {question["answer"]}
            if question["kind"] in NUMBERS:
                right = question["value"]
                assert right in question["accepted"]
                assert question["tolerance"] in (1e-6, 0.01)
                assert len(question["ways"][0]) == sum(question["counted"])
        for question in drill.questions:
            brief = question.as_data(brief=True)
            texts = {w["text"] for w in brief["wrong"]} | {brief["answer"]}
            assert texts == set(brief["choices"])


def test_with_the_data_a_page_can_judge_a_formula():
    judged = 0
    for drill in every_exercise():
        data = drill.as_data()
        here, *nearby = [dict(zip(data["names"], place)) for place in data["points"]]
        for question in data["questions"]:
            formula = question.get("formula", "")
            if not formula or "dot(" in formula or "[" in formula:
                continue
            judged += 1
            read = Expression(formula).evaluate
            assert read(here) == pytest.approx(question["value"], rel=1e-9, abs=1e-12)
            counted = [p for p, counts in zip(nearby, question["counted"]) if counts]
            for place, right in zip(counted, question["ways"][0]):
                assert read(place) == pytest.approx(right, rel=1e-6, abs=1e-12)
    assert judged > 500


def test_hostile_labels_are_plain_text():
    a, b, c = (Value(x, label) for x, label in zip((2.0, -3.0, 4.0), HOSTILE))
    y = a * b + c * a
    y.label = HOSTILE[3]
    drill = exercise(y, **ALL)
    for number, question in enumerate(drill.questions, 1):
        assert drill.grade(number, question.answer).correct, question.prompt
        for wrong in question.key.wrong:
            assert drill.grade(number, wrong.shown).errors == wrong.errors
    told = [str(drill), drill.solutions(), drill.text(ascii=True)]
    heard = []
    drill.ask(scripted(*["?", "1"] * 40), heard.append)
    for text in (*told, *heard):
        assert text.replace("\n", "").isprintable()
    data = json.dumps(drill.as_data(), allow_nan=False)
    assert "\\u001b" not in data and "\\n" not in json.dumps(drill.as_data()["names"])
    assert "<" not in drill.markdown(solutions=True)
    assert not re.search(r"(?<!\\)[`$*]", drill.markdown())


# --- the dialogue ------------------------------------------------------------------


def scripted(*answers):
    """An input that gives these answers, and then the end of the file."""
    waiting = iter(answers)

    def input(prompt):
        answer = next(waiting, EOFError)
        if isinstance(answer, type):
            raise answer
        return answer

    return input


def talk(drill, *answers):
    heard = []
    score = drill.ask(scripted(*answers), heard.append)
    return score, "\n".join(heard)


def test_a_dialogue_with_two_tries_and_hints():
    drill = exercise(product_and_sum(), ["local"])
    score, heard = talk(drill, "2", "?", "hint", "?", "?", "b", "7", "8", "skip", "1/1")
    assert score == Score(right=2, answered=3, questions=6)
    for told in (
        "1 of 6  The local derivative of e = a · b",
        "given: a = 2, b = -3, e = a · b = -6",
        "Used this factor, not the other: 2 is a itself",
        "hint: product rule: the other factor",
        "hint: ∂e/∂a = b",
        "hint: it is one of ",
        "That was the last hint",
        "Right: ∂e/∂a = b = -3",
        "The answer: ∂e/∂b = a = 2",
        "2 of 3 answers right; 3 of 6 questions left out",
    ):
        assert told in heard
    assert max(map(len, heard.split("\n"))) <= 80


def test_what_cannot_be_read_costs_no_try():
    drill = exercise(product_and_sum(), ["local"], count=1)
    unread = ["", "2 +", "q", "0,5", "a a", "HELP"]
    right = drill.questions[0].answer
    score, heard = talk(drill, *unread, "1234", *unread, right)
    assert score == Score(1, 1, 1) and str(score) == "1 of 1 answer right"
    assert "Write an answer" in heard and "a decimal point" in heard


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt, "quit", "QUIT"])
def test_whatever_ends_it_the_score_is_kept(end):
    drill = exercise(product_and_sum(), ["local"])
    score, heard = talk(drill, "b", "5", end)
    assert score == Score(right=1, answered=1, questions=6)
    assert heard.endswith("1 of 1 answer right; 5 of 6 questions left out")
    assert talk(drill, end)[0] == Score(0, 0, 6)


def test_a_perfect_learner_and_one_that_gives_up():
    for build in GRAPHS:
        drill = exercise(build(), **ALL)
        answers = [question.answer for question in drill.questions]
        assert talk(drill, *answers)[0] == Score(len(drill), len(drill), len(drill))
        assert talk(drill, *["skip"] * len(drill))[0] == Score(0, 0, len(drill))


def test_a_value_named_quit_can_be_answered():
    quit, skip = Value(2.0, "quit"), Value(3.0, "skip")
    drill = exercise(quit * skip, ["local"])
    assert talk(drill, "skip", "quit")[0] == Score(2, 2, 2)


def test_the_dialogue_in_ascii():
    heard = []
    prompts = []

    def input(prompt):
        prompts.append(prompt)
        return ("?", "1", "skip")[len(prompts) % 3]

    exercise(tanh_with_two_paths(), **ALL).ask(input, heard.append, ascii=True)
    "\n".join([*heard, *prompts]).encode("ascii")
    assert "   dL/df = " in prompts
