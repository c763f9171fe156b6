"""Exercises in a page: judged as Python judges, by mouse, finger and keyboard."""

import itertools
import json

import pytest

from autograd import Value, exercise, explain, math
from autograd.explanations import html
from autograd.explanations.exercises import KINDS
from autograd.explanations.html_data import ERRORS
from autograd.explanations.javascript import program
from autograd.expressions import Expression, ExpressionError
from tests import chromium
from tests.test_explanations import HOSTILE, named, product_graph, tanh_graph
from tests.test_explanations_html import cross_entropy, doubled_graph, network

GRAPHS = [product_graph, tanh_graph, doubled_graph, cross_entropy, network]
EXERCISE = "document.querySelector('.exercise').exercise"


@pytest.fixture(scope="module")
def judge():
    """A page with what judges answers, without a surface."""
    source = "".join(map(html._text, ("numbers.js", "formula.js", "grading.js")))
    names = "judgeNumber, judgeChoice, judgeOrder, readFormula"
    source += f"Object.assign(globalThis, {{ {names} }});"
    # without the policy of a document, so that functions can be sent to it
    with chromium.page(f"<!doctype html><script>{source}</script>") as page:
        yield page


def judged(page, drill, answers):
    """What the page says of each answer to each question."""
    return page.evaluate(
        """([text, source, answers]) => {
            const primitives = (0, eval)(`(() => {${source}; return primitives; })()`);
            const data = { ...JSON.parse(text), primitives };
            return answers.map((told, k) => told.map((answer) =>
                judgeNumber(data.questions[k], answer, data)));
        }""",
        [
            json.dumps({**drill.as_data(), "digits": drill.digits, "errors": ERRORS}),
            program(drill.log.variables).source,
            answers,
        ],
    )


def candidates(question):
    """Answers of all kinds: right, known to be wrong, near, far, formulas, nonsense."""
    right = question.key.right
    told = [question.answer, repr(right), repr(right * 1.004), repr(right * 1.03)]
    told += [repr(right + 7.3), "1/3", "0", "1/0", "", "(", "nonsense + 1"]
    told += [wrong.shown for wrong in question.key.wrong]
    told += [repr(wrong.value) for wrong in question.key.wrong]
    return told + [question.formula] * bool(question.formula)


@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_answers_are_judged_as_in_python(make, judge):
    drill = exercise(make(), kinds=KINDS, count=30)
    asked = [question for question in drill.questions if question.step is not None]
    chosen = type(drill)(drill.log, drill.digits, tuple(asked))
    answers = [candidates(question) for question in asked]
    for question, tried, verdicts in zip(
        asked, answers, judged(judge, chosen, answers)
    ):
        for answer, verdict in zip(tried, verdicts):
            expected = question.grade(answer)
            asked_for = question.prompt, answer
            assert verdict["correct"] == expected.correct, asked_for
            assert verdict["understood"] == expected.understood, asked_for
            assert verdict["errors"] == list(expected.errors), asked_for
            if verdict["errors"] or verdict["correct"]:
                assert verdict["message"] == expected.message


def test_a_formula_right_by_chance_is_told_from_a_right_one(judge):
    a, b = Value(2.0, "a"), Value(2.0, "b")
    y = a * b
    y.label = "y"
    drill = exercise(y, kinds=["local"])
    answers = [["a", "b", "a*b/2", "2", "sqrt(a*b)"]] * 2
    said = judged(judge, drill, answers)
    for question, tried, verdicts in zip(drill.questions, answers, said):
        told = [verdict["correct"] for verdict in verdicts]
        assert told == [question.grade(answer).correct for answer in tried]
        assert True in told and False in told


FORMULAS = [
    "1 + 2 * 3", "-2 ** 2", "2 ^ 3 ^ 2", "2 ** -1", "a·b − c", "(a + b) × c ÷ 2",
    "a²", "-a²", "tanh(a) * exp(-b)", "log(c)", "log(c, 2)", "sqrt(2) / 2", "pi * e",
    "2e-3", "x1*w1", "w[0] + 1", "- - a", "a/b/c", "1 - a - b", "max(a, b)", "abs(b)",
    "ln(c)", "sigmoid(a)", "relu(-b)", "log1p(a) - hypot(a, b)", "total loss / 2", "π",
    ".5 + 5.",
]  # fmt: skip
NAMES = {"a": 0.5, "b": -1.25, "c": 2.0, "x1*w1": 4.0, "w[0]": 3.0, "total loss": 8.0}
WRONG = [
    "", "1 +", "(1", "1)", "1 2", "a b", "unknown", "tanh", "tanh()", "a..b",
    "import os", "a; b", "constructor", "__proto__", "alert(1)", "a.b", "[1]", "'a'",
    "**2", "hasOwnProperty(a)",
]  # fmt: skip


def test_formulas_are_read_and_run_nothing(judge):
    numbers = [*NAMES.values()]
    read = "([text, names, numbers]) => readFormula(text, names)(numbers)"
    for text in FORMULAS:
        got = judge.evaluate(read, [text, [*NAMES], numbers])
        usual = text
        for name, number in (("x1*w1", "4"), ("w[0]", "3"), ("total loss", "8")):
            usual = usual.replace(name, number)
        expected = Expression(usual).evaluate({n: NAMES[n] for n in "abc"})
        assert got == pytest.approx(expected, rel=1e-15), text
    refused = """([text, names]) => {
        try { return readFormula(text, names) && ""; }
        catch (error) { return error.message; }
    }"""
    for text in WRONG:
        assert judge.evaluate(refused, [text, [*NAMES]]), text
        with pytest.raises(ExpressionError):
            Expression(text).evaluate({})


@pytest.mark.parametrize("make", GRAPHS[:3], ids=lambda make: make.__name__)
def test_orders_are_judged_as_in_python(make, judge):
    for question in exercise(make(), kinds=["order"]).questions:
        data = question.as_data()
        if question.kind == "next":
            answers = data["choices"]
            ask = "([q, xs]) => xs.map((x) => judgeChoice(q, x))"
            expected = [question.grade(answer) for answer in answers]
        else:
            answers = [*itertools.permutations(data["listed"])]
            ask = "([q, xs, errors]) => xs.map((x) => judgeOrder(q, x, { errors }))"
            expected = [question.grade(", ".join(order)) for order in answers]
        told = judge.evaluate(ask, [data, answers, ERRORS])
        assert [(v["correct"], v["errors"], v["message"]) for v in told] == [
            (v.correct, list(v.errors), v.message) for v in expected
        ]


# --- on the page ---------------------------------------------------------------------


def opened(drill, **options):
    return chromium.page(html.document("exercise", html.exercise(drill)), **options)


def test_an_exercise_is_taken_wrong_and_right():
    drill = exercise(tanh_graph(), kinds=["local", "order"], seed=1)
    with opened(drill) as page:
        verdict, score = page.locator(".verdict"), page.locator(".score")
        for place, question in enumerate(drill.questions):
            assert question.prompt in page.locator(".prompt").inner_text()
            if question.kind == "local":
                field = page.locator(".question input")
                wrong = question.key.wrong[0]
                field.fill("?")
                field.press("Enter")
                assert verdict.inner_text().startswith("Not a formula")
                field.fill(wrong.shown)
                field.press("Enter")
                assert verdict.inner_text() == wrong.message
                field.fill(question.answer)
                page.get_by_role("button", name="check").click()
            elif question.kind == "next":
                name = question.key.wrong[0].shown
                page.get_by_role("button", name=name, exact=True).click()
                assert verdict.inner_text() == question.key.wrong[0].message
                page.get_by_role("button", name=question.answer, exact=True).click()
            else:
                page.get_by_role("button", name="check").click()
                page.evaluate(SORT, question.answer.split(", "))
                page.get_by_role("button", name="check").click()
            assert verdict.inner_text() == f"Right: {question.solution}"
            assert score.inner_text().endswith(f"of {place + 1} right at the first try")
            if place + 1 < len(drill):
                page.get_by_role("button", name="next question").click()
        assert page.get_by_role("button", name="next question").is_disabled()


# the same as dragging, but in one go
SORT = """(names) => {
    const list = document.querySelector(".order");
    const named = (name) => (item) => item.textContent === name;
    const items = [...list.children];
    for (const name of names) list.append(items.find(named(name)));
}"""


def test_the_first_answer_counts_and_hints_are_given():
    drill = exercise(product_graph(), kinds=["local"])
    with opened(drill) as page:
        right, *_ = drill.questions
        page.locator(".choices").get_by_role(
            "button", name=right.answer, exact=True
        ).click()
        assert page.locator(".score").inner_text() == "1 of 1 right at the first try"
        page.get_by_role("button", name="question 2: open").click()
        hint = page.get_by_role("button", name="hint")
        for told in drill.questions[1].hints:
            hint.click()
            assert told in page.locator(".hints").inner_text()
        assert hint.is_disabled()
        page.get_by_role("button", name="show the answer").click()
        assert drill.questions[1].solution in page.locator(".verdict").inner_text()
        assert page.locator(".score").inner_text() == "1 of 2 right at the first try"
        assert page.get_by_role("button", name="question 2: not yet").is_visible()


def names(page):
    return page.locator(".order .name").all_inner_texts()


def test_an_order_is_made_by_dragging_by_buttons_and_by_keys():
    drill = exercise(tanh_graph(), kinds=["order"])
    with opened(drill) as page:
        before = names(page)
        first, last = (page.locator(".order li").nth(k) for k in (0, len(before) - 1))
        start, end = first.bounding_box(), last.bounding_box()
        page.mouse.move(start["x"] + 100, start["y"] + 10)
        page.mouse.down()
        page.mouse.move(end["x"] + 100, end["y"] + end["height"] - 2, steps=6)
        page.mouse.up()
        assert names(page) == [*before[1:], before[0]]
        up = page.get_by_role("button", name=f"{before[0]} up", exact=True)
        up.click()
        assert names(page) == [*before[1:-1], before[0], before[-1]]
        up.press("Enter")
        assert page.evaluate("document.activeElement.ariaLabel") == f"{before[0]} up"
        assert (
            f"{before[0]} is number 2 of 4"
            in page.locator("[role=status]").all_inner_texts()
        )
        assert names(page) == [before[1], before[0], *before[2:]]


def test_an_order_is_made_with_a_finger():
    drill = exercise(tanh_graph(), kinds=["order"])
    with opened(drill, width=390) as page:
        before = names(page)
        grips = page.locator(".order .grip")
        start, end = grips.nth(0).bounding_box(), grips.nth(2).bounding_box()
        touch = page.context.new_cdp_session(page)

        def send(kind, y):
            points = [{"x": start["x"] + 8, "y": y}] if y else []
            touch.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
            )

        send("touchStart", start["y"] + 8)
        for k in range(1, 9):
            send("touchMove", start["y"] + 8 + (end["y"] + 12 - start["y"]) * k / 8)
        send("touchEnd", None)
        assert names(page) == [*before[1:3], before[0], *before[3:]]


def test_texts_of_users_are_inert_in_an_exercise():
    a, b = Value(2.0, HOSTILE), Value(-3.0, "';alert(1);//")
    y = a * b + math.tanh(a)
    named(**{'"><svg onload=alert(1)>': y})
    with opened(exercise(y, kinds=KINDS)) as page:
        assert page.locator("img").count() == 0
        for k in range(len(exercise(y, kinds=KINDS))):
            page.evaluate(f"{EXERCISE}.go({k})")
        assert page.locator("svg:not(.icon)").count() == 0


def test_an_exercise_stands_below_its_player():
    y = tanh_graph()
    drill = exercise(y)
    with chromium.page(html.page(explain(y), drill)) as page:
        assert page.locator("figure.player + section.exercise").count() == 1
        field = page.locator(".exercise input")
        field.press("ArrowRight")  # the player has no key of its fields
        page.keyboard.press("End")
        assert page.evaluate("document.querySelector('.player').player.at") == 0
