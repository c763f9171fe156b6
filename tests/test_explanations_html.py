"""Explanations as HTML pages, played in a real browser."""

import math as plain
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, exercise, explain, math, primitive, scope
from autograd.explanations import html, html_picture
from autograd.explanations.model import Check
from autograd.explanations.questions import predictions
from autograd.explanations.scene import Scene
from autograd.explanations.text import estimate
from autograd.order import topological_order
from autograd.text import number
from nn import MLP
from tests import chromium
from tests.test_explanations import HOSTILE, leaves, named, product_graph, tanh_graph
from tests.test_random_graphs import programs, run, scaled

PLAYER = "document.querySelector('.player').player"
LIMIT = 1e-12


def doubled_graph():
    a = Value(3, "a")
    b = a + a
    c = b + b
    named(b=b, c=c)
    return c


def cross_entropy():
    logits = [Value(x, f"z{i}") for i, x in enumerate((1.0, 2.0, -1.0))]
    loss = -math.log(autograd.softmax(logits)[1])
    loss.label = "loss"
    return loss


def network():
    loss = MLP(3, [4, 4, 1], seed=0)([1.0, 2.0, 3.0]) ** 2
    loss.label = "loss"
    return loss


def branching():
    x, y = Value(0.5, "x"), Value(-2.0, "y")
    return math.elu(x, 0.7) * autograd.max([x, y]) - abs(y) ** 3.0 + x**y


GRAPHS = [product_graph, tanh_graph, doubled_graph, cross_entropy, network, branching]


def opened(explanation, **options):
    """The page of an explanation in a browser."""
    return chromium.page(html.page(explanation), **options)


def at(page):
    return page.evaluate(f"{PLAYER}.at")


def go(page, moment):
    page.evaluate(f"{PLAYER}.go({moment})")


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def until(page, condition):
    """Wait until a condition holds; the page's policy forbids Playwright's own way."""
    for _ in range(2_000):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"never: {condition}")


def unfold(page, summary, inside):
    """Open details; what is made for them comes after the click, by an event."""
    page.get_by_text(summary).click()
    page.locator(inside).first.wait_for()


def unfold_all(page):
    for summary in page.locator("summary:visible").all():
        summary.click()
    page.locator("tbody tr").first.wait_for()  # the trace stands last


def box(page, name):
    """The box of a variable, in the layout that is shown."""
    return page.locator("svg:visible .box").filter(
        has=page.locator(f"text.name:text-is('{name}')")
    )


# What stands in a picture, by the places of a scene's texts
PICTURED = """(svg) => {
    const places = {};
    for (const part of svg.querySelectorAll("[data-key]")) {
        const key = part.dataset.key.match(/\\d+/g);
        const slope = part.querySelector(".slope");
        const told = slope?.textContent.slice(2);
        if (told) places[`partial ${key[1]} ${key[2]}`] = told;
        for (const kind of ["data", "grad"]) {
            const text = part.querySelector(`.${kind}:not(.missing)`);
            if (text) places[`${kind} ${key[0]}`] = text.textContent;
        }
    }
    return places;
}"""


# --- numbers -------------------------------------------------------------------------


def sample_numbers():
    dice = random.Random(0)
    numbers = [0.0, -0.0, 1.0, -3.0, 123456.0, 0.000012345, 9999.5, 0.99995, 9.9995e-5]
    numbers += [5e-324, 1.7976931348623157e308, 1e22, 1e21, 1e-7, 0.1, 1 / 3, 123.456]
    numbers += [plain.nan, plain.inf, -plain.inf, 1e4, 0.001, 0.0001, 9999999.5, 1e7]
    # exactly between two that can be shown
    numbers += [1234.5, 12355.0, 0.125, 0.375, 2.5, 0.5, 1000.5, 99995.0, 2.0**-7]
    numbers += [dice.randint(0, 10**6) / 2 ** dice.randint(0, 12) for _ in range(500)]
    numbers += [
        dice.uniform(-1, 1) * 10.0 ** dice.randint(-30, 30) for _ in range(2000)
    ]
    return [sign * x for x in numbers for sign in (1, -1)]


def test_numbers_are_written_as_in_python():
    numbers = sample_numbers()
    words = [x if x - x == 0 else repr(x) for x in numbers]
    made = "Object.assign(globalThis, { shown, estimate, fromData });"
    source = html.script(f"{html._text('numbers.js')}{made}")
    with chromium.page(html.document("numbers", source)) as page:
        for digits in (0, 1, 2, 4, 7, 17):
            told = page.evaluate(
                "([xs, digits]) => xs.map((x) => shown(fromData(x), digits))",
                [words, digits],
            )
            assert told == [number(x, digits) for x in numbers]
        told = page.evaluate("(xs) => xs.map((x) => estimate(fromData(x)))", words)
        assert told == [estimate(Check(x, 0.0, "ok")) for x in numbers]


READ = {
    "0.5": 0.5, "-3": -3.0, " + 2.5e-3 ": 0.0025, ".5": 0.5, "5.": 5.0, "1/2": 0.5,
    "-1 / 4": -0.25, "−2": -2.0, "1/0": plain.inf, "-inf": -plain.inf, "1E3": 1000.0,
    "": None, "a": None, "1/2/3": None, "1,5": None, "0x10": None, "1_0": None,
    "1/": None, "--1": None, "e5": None, "١": None, "1e999": plain.inf,
    "constructor": None,
}  # fmt: skip


def test_numbers_and_fractions_are_read():
    source = html._text("numbers.js") + "Object.assign(globalThis, { readNumber });"
    with chromium.page(html.document("numbers", html.script(source))) as page:
        for text, expected in READ.items():
            assert page.evaluate("(text) => readNumber(text)", text) == expected, text
        assert page.evaluate("Number.isNaN(readNumber('nan'))")


# --- the film ------------------------------------------------------------------------


@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_the_page_shows_what_the_scene_shows(make):
    explanation = explain(make())
    scene = Scene(explanation.log)
    count = len(scene.moments)
    with opened(explanation) as page:
        svg = page.locator("svg:visible").first
        for moment in [*range(0, count, 1 + count // 40), count - 1, 0]:
            go(page, moment)
            assert svg.evaluate(PICTURED) == scene.state(moment)
            lit = page.evaluate(
                "[...document.querySelector('svg').querySelectorAll('.lit')]"
                ".map((part) => part.dataset.key)"
            )
            assert sorted(lit) == sorted(set(scene.moments[moment].lit))
            told = page.locator(".panel").inner_text()
            assert not missing(scene.moments[moment], told)


def missing(moment, told):
    """What Python says at a moment, and the page does not."""
    squeezed = re.sub(r"\s+", "", told)
    texts = [moment.title]
    for name, text in moment.rows:
        if name == "rule" and moment.source is not None:
            # the page writes the numbers under the factors
            target, rest = text.split(" += ")
            factors, *rest = re.split(r"\s{3,}", rest)
            texts += [f"{target} +=", *factors.split(" · "), *rest]
        elif name == "numbers" and moment.source is not None:
            texts += re.split(r" [·=] ", text)
        elif name == "slope":
            texts += re.split(r"\s{3,}|; ", text)
        elif text.startswith("..."):
            texts.append(text)
        else:
            texts += re.split(r"\s{3,}|(?<=\S)  (?=\S)", text)
    return [text for text in texts if re.sub(r"\s+", "", text) not in squeezed]


def test_a_text_that_the_page_lacks_is_missed():
    moment = Scene(explain(tanh_graph()).log).moments[-1]
    told = moment.title + "\n".join(text for _, text in moment.rows)
    assert missing(moment, told) == [] and missing(
        moment, told.replace("0.1491", "0.15")
    )


def test_a_part_is_seeded_from_outside_and_what_is_asked_for_stays():
    y = tanh_graph()
    b = next(leaf for leaf in leaves(y) if leaf.label == "b")
    part = explain(network()).open("MLP/layer 1/neuron 2")
    for explanation, outside in ((part, True), (explain(y, wrt=b), False)):
        scene = Scene(explanation.log)
        with opened(explanation) as page:
            for moment, known in enumerate(scene.moments):
                go(page, moment)
                assert not missing(known, page.locator(".panel").inner_text())
            told = page.locator(".what-if").inner_text()
            assert ("from outside of this part stays" in told) == outside


# --- playing -------------------------------------------------------------------------


def test_buttons_step_to_the_end_and_back():
    with opened(explain(tanh_graph())) as page:
        assert (
            button(page, "back").is_disabled() and button(page, "first").is_disabled()
        )
        for moment in range(1, 13):
            button(page, "next").click()
            assert at(page) == moment
        assert button(page, "next").is_disabled() and button(page, "last").is_disabled()
        assert page.locator(".position").inner_text() == "step 8 of 8"
        button(page, "back").click()
        assert at(page) == 11
        button(page, "first").click()
        assert at(page) == 0 and page.locator(".position").inner_text() == "start"
        button(page, "backward").click()
        assert page.locator(".position").inner_text() == "step 1 of 8"
        assert page.locator(".phases [aria-current]").inner_text() == "backward"
        button(page, "last").click()
        assert at(page) == 12


def test_the_time_line_and_the_keys():
    with opened(explain(tanh_graph())) as page:
        line = page.get_by_label("moment", exact=True)
        line.fill("7")
        assert at(page) == 7
        assert line.get_attribute("aria-valuetext") == "backward, step 3 of 8"
        line.press("ArrowLeft")  # a slider's own key
        assert at(page) == 6
        page.evaluate("document.activeElement.blur()")
        for key, moment in (
            ("End", 12),
            ("ArrowLeft", 11),
            ("Home", 0),
            ("ArrowRight", 1),
        ):
            page.keyboard.press(key)
            assert at(page) == moment
        page.keyboard.press("Control+ArrowRight")
        assert at(page) == 1
        # fields keep their keys, and a button its space
        page.get_by_label("a, as a number").press("Home")
        page.get_by_label("a, as a number").press("ArrowRight")
        assert at(page) == 1
        button(page, "next").press("Space")
        assert at(page) == 2 and button(page, "play").is_visible()
        button(page, "next").press("ArrowRight")
        assert at(page) == 3


def test_all_can_be_done_with_the_keyboard_alone():
    with opened(explain(tanh_graph())) as page:
        reached = []
        for _ in range(40):
            page.keyboard.press("Tab")
            name = page.evaluate(
                "document.activeElement.getAttribute('aria-label') ?? "
                "document.activeElement.closest('label')?.textContent ?? "
                "document.activeElement.textContent"
            )
            if name in reached[:1]:
                break
            reached.append(name.strip())
            assert reached[-1] or page.evaluate(
                "document.activeElement === document.body"
            )
        for name in (
            "next",
            "play",
            "moment",
            "predict",
            "a",
            "a, as a number",
            "sum over paths",
            "evaluation trace",
        ):
            assert name in reached
        assert any(name.startswith("run to") for name in reached)


def test_play_runs_to_the_end_and_pauses():
    with opened(explain(product_graph()), reduced_motion=True) as page:
        page.get_by_label("speed").select_option("4")
        page.keyboard.press("Space")
        assert button(page, "pause").is_visible()
        until(page, f"{PLAYER}.at >= 2")
        page.keyboard.press("Space")
        assert button(page, "play").is_visible()
        here = at(page)
        page.evaluate(f"{PLAYER}.go({PLAYER}.film.last - 1)")
        button(page, "play").click()
        until(page, f"{PLAYER}.isAtEnd && !{PLAYER}.isPlaying")
        assert here >= 2
        button(page, "play").click()  # from the beginning again
        assert at(page) == 0 and button(page, "pause").is_visible()
        moving = page.evaluate(
            "document.getAnimations().filter((a) => a.playState === 'running').length"
        )
        assert moving == 0


def test_a_click_runs_to_a_node():
    with opened(explain(tanh_graph())) as page:
        box(page, "e").click()
        assert at(page) == 1  # where it is computed
        box(page, "e").click()
        assert at(page) == 9  # where its gradient is complete
        box(page, "e").click()
        assert at(page) == 1
        page.get_by_label("run to").select_option(label="a")
        assert at(page) == 11
        told = page.locator("[role=status]").first.inner_text()
        assert "Upstream 0.2983 times local -1 is -0.2983" in told
        assert "the gradient of a is now 0.5966" in told


def test_a_path_is_lit():
    with opened(explain(tanh_graph())) as page:
        page.get_by_label("run to").select_option(label="a")
        path = page.locator(".panel").get_by_role("button", name="a → f → L")
        lit = "document.querySelectorAll('svg:first-child .traced').length"
        path.hover()
        assert page.evaluate(lit) == 3 + 2 + 2 + 2
        page.mouse.move(0, 0)
        assert page.evaluate(lit) == 0
        path.focus()
        page.keyboard.press("Enter")
        assert path.get_attribute("aria-pressed") == "true" and page.evaluate(lit) == 9
        page.keyboard.press("Enter")
        assert page.evaluate(lit) == 0
        unfold(page, "sum over paths", ".sum li")
        told = page.locator(".sum").inner_text()
        assert "∂L/∂a = 0.5966 is the sum of 2 products" in told
        page.locator(".sum").get_by_role("button", name="a → e → d → f → L").click()
        assert page.evaluate(lit) == 5 + 4 + 4 + 4


def test_there_are_more_paths_than_can_be_listed():
    x = y = Value(1.0, "x")
    for _ in range(60):
        y = y + y
    with opened(explain(y, checks=False)) as page:
        button(page, "last").click()
        assert f"... {2**60} in all" in page.locator(".panel").inner_text()
        unfold(page, "sum over paths", ".sum li")
        assert page.locator(".sum li").count() == 25
        assert x.is_leaf


def test_the_trace_goes_to_its_lines():
    with opened(explain(tanh_graph())) as page:
        unfold(page, "evaluation trace", "tbody tr")
        assert page.locator("tbody tr").count() == 12
        page.locator("tbody tr").nth(6).get_by_role("button").click()
        assert at(page) == 7
        current = page.locator("tr[aria-current]").inner_text()
        assert re.split(r"\t", current)[1:] == [
            "∂L/∂d += ∂L/∂f · ∂f/∂d", "0.5966 · 0.5", "0.2983", "0.2983",
        ]  # fmt: skip


def test_predictions_are_asked_for_and_judged():
    with opened(explain(tanh_graph())) as page:
        page.get_by_label("predict").check()
        button(page, "backward").click()
        button(page, "next").click()
        assert at(page) == 6 and page.evaluate(f"{PLAYER}.isAsking")
        assert box(page, "f").locator(".grad").text_content() == "?"
        answer = page.get_by_label("the product")
        for told, verdict in (
            ("five", '"five" is not in the graph; its names are a, b, e, c'),
            ("-0.5966", "Wrong sign: the size is right."),
            ("1.5966", "Added instead of multiplied: ∂L/∂L is multiplied with ∂L/∂f."),
            ("7", "It is ∂L/∂L times ∂L/∂f."),
            ("1", "Forgot the local derivative: that is ∂L/∂L alone."),
            ("0.75", "The value instead of the gradient: that is the value of f."),
        ):
            answer.fill(told)
            answer.press("Enter")
            assert verdict in page.locator(".prediction .verdict").inner_text()
        answer.fill("1 - L²")
        answer.press("Enter")
        assert not page.evaluate(f"{PLAYER}.isAsking")
        assert box(page, "f").locator(".grad").text_content() == "0.5966"
        page.keyboard.press("Enter")  # the focus is on next
        assert at(page) == 7 and page.evaluate(f"{PLAYER}.isAsking")
        button(page, "show").click()
        assert box(page, "d").locator(".grad").text_content() == "0.2983"
        page.keyboard.press("ArrowLeft")
        assert at(page) == 6 and not page.evaluate(f"{PLAYER}.isAsking")
        go(page, 7)
        page.keyboard.press("ArrowRight")
        offered = page.locator(".prediction .choices")
        right = predictions(explain(tanh_graph()).log)[3].answer
        for choice in offered.get_by_role("button").all():
            if choice.inner_text() != right:
                choice.click()
                assert choice.is_disabled()
                assert page.locator(".prediction .verdict").inner_text()
        offered.get_by_role("button", name=right, exact=True).click()
        assert not page.evaluate(f"{PLAYER}.isAsking")
        # at other numbers there is nothing to choose from
        page.keyboard.press("ArrowRight")
        page.evaluate(f"{PLAYER}.whatIf.change(0, 2)")
        assert offered.get_by_role("button").count() == 0
        answer.fill("1/0")
        answer.press("Enter")
        assert page.evaluate(f"{PLAYER}.isAsking")


def test_who_predicts_does_not_find_the_answers_beside():
    with opened(explain(tanh_graph())) as page:
        told = page.locator(".what-if")
        assert "∂L/∂a = 0.5966" in told.inner_text()
        page.get_by_label("predict").check()
        assert "∂L/∂a" not in told.inner_text() and "L =" not in told.inner_text()
        button(page, "last").click()
        assert "∂L/∂a = 0.5966" in told.inner_text()


# --- what if -------------------------------------------------------------------------

STATE = f"""() => {{
    const {{ film }} = {PLAYER};
    const locals = film.variables.flatMap(({{ locals = [] }}, i) =>
        locals.flatMap((local, k) => (local ? film.partials[i][k] : [])));
    return [film.primals, film.adjoints, locals].map((xs) => [...xs].join(" "));
}}"""


def state(page):
    return [[*map(float, text.split())] for text in page.evaluate(STATE)]


def truth(y):
    log = explain(y, checks=False).log
    adjoints = [log.adjoints.get(v.index, 0.0) for v in log.variables]
    partials = [local.value for local in log.locals.values()]
    return [v.primal for v in log.variables], adjoints, partials


def agree(got, expected):
    size = max(1.0, *map(abs, expected))
    assert got == pytest.approx(expected, rel=LIMIT, abs=LIMIT * size)


def test_a_leaf_is_dragged_with_the_mouse_and_the_keyboard():
    with opened(explain(tanh_graph())) as page:
        button(page, "last").click()
        slider = page.get_by_role("slider", name="c", exact=True)
        place = slider.bounding_box()
        middle = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + place["width"] / 4, middle[1], steps=4)
        assert page.evaluate(f"{PLAYER}.film.isChanged")
        page.mouse.up()
        slider.press("ArrowLeft")
        moved = page.evaluate(f"{PLAYER}.film.primals[3]")
        assert 2 < moved < 6 and float(slider.get_attribute("aria-valuetext")) == moved
        leaf = box(page, "c").locator(".data")
        assert leaf.text_content() == number(moved)
        page.get_by_label("b, as a number").fill("-3/8")
        page.get_by_label("b, as a number").press("Enter")
        a, b, c = Value(0.5), Value(-0.375), Value(moved)
        y = math.tanh((a * b + c) * a)
        for got, expected in zip(state(page), truth(y)):
            agree(got, expected)
        panel = page.locator(".panel").inner_text()
        estimated = explain(y).log.checks[1].estimate
        assert f"(L(b+h) - L(b-h)) / 2h = {estimated:.6f}" in panel
        button(page, "reset").click()
        assert leaf.text_content() == "2" and button(page, "reset").is_disabled()
        assert not page.evaluate(f"{PLAYER}.film.isChanged")


def test_a_leaf_is_dragged_in_the_picture():
    with opened(explain(tanh_graph())) as page:
        place = box(page, "a").bounding_box()
        page.mouse.move(place["x"] + 20, place["y"] + 20)
        page.mouse.down()
        page.mouse.move(place["x"] + 50, place["y"] + 20, steps=3)
        page.mouse.up()
        moved = page.evaluate(f"{PLAYER}.film.primals[0]")
        assert moved == 0.7 and at(page) == 0  # a drag is no click
        box(page, "a").click()
        assert at(page) == 11


def test_a_graph_recorded_with_older_numbers_cannot_be_changed():
    L = product_graph()
    leaves(L)[0].data = 5.0
    with opened(explain(L)) as page:
        assert page.locator(".what-if .remark").inner_text().startswith("A value was")
        assert page.locator(".what-if input").count() == 0


def test_what_is_no_number_is_refused_in_place():
    with opened(explain(tanh_graph())) as page:
        field = page.get_by_label("a, as a number")
        for told in ("two", "1/2/3", ""):
            field.fill(told)
            field.press("Enter")
            assert field.get_attribute("aria-invalid") == "true"
            assert not page.evaluate(f"{PLAYER}.film.isChanged")
        field.fill("1/3")
        field.press("Enter")
        assert field.get_attribute("aria-invalid") is None
        assert page.evaluate(f"{PLAYER}.film.primals[0]") == 1 / 3
        field.fill("inf")
        field.press("Enter")
        assert box(page, "a").locator(".data").text_content() == "inf"


@settings(max_examples=25, deadline=None)
@given(programs(), st.floats(-1.5, 1.5))
def test_changed_numbers_are_python_s(drawn, moved):
    start, instructions = drawn
    instructions = instructions[:40]

    def build(numbers):
        values = [Value(x) for x in numbers]
        return values, run(list(values), instructions, scaled)

    values, y = build(start)
    places = {node: place for place, node in enumerate(topological_order(y))}
    used = next(i for i, leaf in enumerate(values) if leaf in places)
    place = places[values[used]]
    _, there = build([*start[:used], moved, *start[used + 1 :]])
    with opened(explain(y, checks=False)) as page:
        for got, expected in zip(state(page), truth(y)):
            assert [*got] == [*expected]  # what was recorded has its bits
        page.evaluate(f"{PLAYER}.whatIf.change({place}, {moved})")
        for got, expected in zip(state(page), truth(there)):
            agree(got, expected)


def test_formulas_that_hold_on_one_branch_only_leave_with_it():
    x = Value(-0.5, "x")
    y = math.elu(x) + x**3
    formulas = [local.formula for local in explain(y).log.locals.values()]
    with opened(explain(y)) as page:
        panel = page.locator(".panel")

        def told(moment):
            go(page, moment)
            return panel.inner_text()

        elu, power = (formula for formula in formulas if formula)
        assert f"= {elu} =" in told(1) and f"= {power} =" in told(2)
        page.evaluate(f"{PLAYER}.whatIf.change(0, 2)")
        assert f"= {elu} =" not in told(1) and "∂v1/∂x = 1 " in told(1)
        assert f"= {power} = 12" in told(2)
        page.evaluate(f"{PLAYER}.whatIf.change(0, -2)")
        assert f"= {elu} =" in told(1)


def test_a_primitive_of_one_s_own_is_said_not_to_change():
    @primitive(partials=lambda out, x: 2 * x, symbol=HOSTILE, text="sq({0})")
    def squared_in_a_page(x):
        return x * x

    y = squared_in_a_page(Value(3.0, "x"))
    with opened(explain(y)) as page:
        told = page.locator(".what-if").inner_text()
        assert "squared_in_a_page is a primitive of your own" in told
        assert page.get_by_role("slider").count() == 1  # the time line
        button(page, "last").click()
        assert "6" in box(page, "x").text_content()
    with chromium.page(
        html.document("t", html.player(explain(y), what_if=False))
    ) as page:
        assert not page.locator(".what-if").is_visible()


# --- pages ---------------------------------------------------------------------------


def hostile_graph():
    with scope(HOSTILE):
        a, b = Value(2.0, HOSTILE), Value(-3.0, "';alert(1);//")
        y = (a * b + Value(1.0, "\u2028`${alert(1)}`<!--")).tanh()
    y.label = '"><svg onload=alert(1)>'
    return y


def test_texts_of_users_are_inert():
    y = hostile_graph()
    figure = html.player(explain(y), caption=HOSTILE)
    with chromium.page(html.document(HOSTILE, figure)) as page:
        assert page.title() == HOSTILE
        assert page.locator("img").count() == 0
        assert page.locator("svg.graph svg").count() == 0
        assert page.locator("figcaption").inner_text() == HOSTILE
        unfold_all(page)
        for moment in range(len(Scene(explain(y).log).moments)):
            go(page, moment)
            told = page.locator(".panel").inner_text()
            assert not missing(Scene(explain(y).log).moments[moment], told)


def test_a_script_of_another_s_is_not_run():
    with (
        pytest.raises(AssertionError, match="Content Security Policy"),
        chromium.page(
            html.document("t", "<script>document.title = 'run'</script>")
        ) as page,
    ):
        assert page.title() == "t"
    with chromium.page(
        html.document("t", html.script("document.title = 'run'"))
    ) as page:
        assert page.title() == "run"
    with pytest.raises(ValueError, match="would end"):
        html.script("'</SCRIPT>'")


def test_two_players_on_one_page_do_not_meet():
    one = html.player(explain(tanh_graph()), caption="one")
    text = html.document(
        "two", one + html.player(explain(tanh_graph()), what_if=False) + one
    )
    assert not re.search(r'\sid="', text)
    with chromium.page(text) as page:
        players = page.locator("figure.player")
        assert players.count() == 3
        players.nth(2).get_by_role("button", name="last").click()
        page.evaluate(
            "document.querySelectorAll('.player')[2].player.whatIf.change(0, 3)"
        )
        moments = page.evaluate(
            "[...document.querySelectorAll('.player')].map((f) => f.player.at)"
        )
        assert moments == [0, 0, 12]
        assert (
            page.evaluate("document.querySelector('.player').player.film.primals[0]")
            == 0.5
        )
        # no player of several takes keys while the focus is elsewhere
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowRight")
        players.nth(1).locator(".title").click()
        page.keyboard.press("ArrowRight")
        moments = page.evaluate(
            "[...document.querySelectorAll('.player')].map((f) => f.player.at)"
        )
        assert moments == [0, 1, 12]


@pytest.mark.parametrize(
    "make", [tanh_graph, network, hostile_graph], ids=lambda make: make.__name__
)
def test_nothing_is_wider_than_the_page(make):
    y = make()
    with chromium.page(html.page(explain(y), exercise(y, count=5))) as page:
        unfold_all(page)
        button(page, "last").click()
        for width in (320, 360, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            place = button(page, "next").bounding_box()
            assert 0 <= place["x"] and place["x"] + place["width"] <= width


def test_the_lit_node_is_scrolled_into_sight():
    with opened(explain(network()), width=390, height=740, reduced_motion=True) as page:
        for moment in (0, 10, 40, 90, 150, 190):
            go(page, moment)
            frame = page.locator(".pictures").bounding_box()
            place = page.locator(
                "svg .receives, svg .box.computed"
            ).first.bounding_box()
            assert frame["x"] <= place["x"] + 1 and frame["y"] <= place["y"] + 1
            assert place["x"] + place["width"] <= frame["x"] + frame["width"] + 1
            assert page.evaluate("scrollY") == 0


def test_a_large_graph_has_a_small_page_and_a_larger_one_is_refused():
    model = MLP(3, [8, 6, 1], seed=0)
    y = model([1.0, 2.0, 3.0])
    assert len(topological_order(y)) >= 200
    text = html.page(explain(y))
    assert len(text.encode()) < 500_000
    with chromium.page(text) as page:
        assert page.locator(".what-if .leaf").count() == 12
        unfold(page, re.compile(r"^\d+ more$"), ".what-if details .leaf")
        assert page.locator(".what-if .leaf").count() == len(
            [v for v in topological_order(y) if v.is_leaf and not v.is_constant]
        )
        page.get_by_label("whole picture").check()
        frame, svg = (
            page.locator(name).bounding_box() for name in (".pictures", "svg.graph")
        )
        assert svg["height"] <= frame["height"] and svg["width"] <= frame["width"]
    for _ in range(1000):
        y = y + y * 0.5
    with pytest.raises(ValueError, match=r"too many to be seen: open\(\"scope\"\)"):
        html.page(explain(y, checks=False))


def test_a_very_large_picture_has_no_slopes_on_its_arrows(monkeypatch):
    monkeypatch.setattr(html_picture, "LABELLED", 10)
    with opened(explain(tanh_graph())) as page:
        assert page.locator(".slope").count() == 0
        button(page, "last").click()
        assert box(page, "a").locator(".grad").text_content() == "0.5966"
        assert page.locator("svg:visible .lit").count() == 5


def test_without_scripts_the_explanation_is_there_as_text():
    text = html.page(explain(product_graph()))
    (told,) = re.findall(r"<noscript><pre>(.*?)</pre></noscript>", text, re.S)
    assert "∂L/∂a = ∂L/∂e · ∂e/∂a = -2 · -3 = 6" in told


def test_the_same_graph_gives_the_same_page():
    pages = {html.page(explain(tanh_graph())) for _ in range(2)}
    assert len(pages) == 1


# text and what it stands on, in both schemes of colours
TEXTS = {
    "ink": "paper ground leaf inner result constant upstream-pale receives-pale",
    "soft": "paper ground leaf inner result constant upstream-pale receives-pale",
    "upstream": "paper ground upstream-pale", "local": "paper ground local-pale",
    "receives": "paper ground receives-pale", "paper": "upstream",
}  # fmt: skip
EDGES = {"inner-line", "leaf-line", "result-line", "edge", "path", "upstream", "local"}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(scheme):
    block = re.findall(r":root \{(.*?)\}", html._text("page.css"), re.S)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): #(\w{6})", block))

    def luminance(name):
        shares = [int(colours[name][k : k + 2], 16) / 255 for k in (0, 2, 4)]
        linear = [
            ((c + 0.055) / 1.055) ** 2.4 if c > 0.04 else c / 12.92 for c in shares
        ]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))

    def contrast(one, other):
        low, high = sorted((luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)

    for text, grounds in TEXTS.items():
        for ground in grounds.split():
            assert contrast(text, ground) >= 4.5, (text, ground)
    for edge in sorted(EDGES):
        assert contrast(edge, "paper") >= 3, edge
