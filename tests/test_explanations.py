"""explain: its log against backward(), its checks, and how it reads."""

import dataclasses
import json
import sys

import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, draw, explain, graph, math, primitive, scope
from autograd.explanations.formulas import LATEX, TEXT, partial_formulas
from autograd.explanations.model import Done, Forward, Local, Push, Seed
from autograd.explanations.replay import checked
from autograd.explanations.text import wide
from autograd.expressions import Expression
from autograd.graph import primal
from autograd.primitives import TABLE
from nn import MLP
from tests.test_random_graphs import programs, run, scaled

HOSTILE = "</script><img src=x onerror=alert(1)>"


def named(**values):
    for name, value in values.items():
        value.label = name
    return values


def product_graph():
    a, b, c, f = (Value(x, n) for x, n in ((2, "a"), (-3, "b"), (10, "c"), (-2, "f")))
    e = a * b
    d = e + c
    L = d * f
    named(e=e, d=d, L=L)
    return L


def tanh_graph():
    a, b, c = (Value(x, n) for x, n in ((0.5, "a"), (-1, "b"), (2, "c")))
    e = a * b
    d = e + c
    f = d * a
    L = math.tanh(f)
    named(e=e, d=d, f=f, L=L)
    return L


def leaves(y):
    return [n for n in graph.nodes(y) if n.is_leaf and not n.is_constant]


# --- how it reads --------------------------------------------------------------------


def test_the_product_graph_reads_as_a_trace_and_products():
    assert (
        str(explain(product_graph()))
        == """\
forward                                   local derivatives
  a = 2        b = -3       c = 10       f = -2
  e = a · b  = 2 · -3 = -6                ∂e/∂a = b = -3     ∂e/∂b = a = 2
  d = e + c  = -6 + 10 = 4                ∂d/∂e = 1          ∂d/∂c = 1
  L = d · f  = 4 · -2 = -8                ∂L/∂d = f = -2     ∂L/∂f = d = 4
backward                                  upstream · local
  ∂L/∂L = 1
  ∂L/∂d = ∂L/∂L · ∂L/∂d = 1 · -2 = -2     check: -2.000000
  ∂L/∂f = ∂L/∂L · ∂L/∂f = 1 · 4 = 4     check: (L(f+h) - L(f-h)) / 2h = 4.000000
  ∂L/∂e = ∂L/∂d · ∂d/∂e = -2 · 1 = -2     check: -2.000000
  ∂L/∂c = ∂L/∂d · ∂d/∂c = -2 · 1 = -2  check: (L(c+h) - L(c-h)) / 2h = -2.000000
  ∂L/∂a = ∂L/∂e · ∂e/∂a = -2 · -3 = 6   check: (L(a+h) - L(a-h)) / 2h = 6.000000
  ∂L/∂b = ∂L/∂e · ∂e/∂b = -2 · 2 = -4  check: (L(b+h) - L(b-h)) / 2h = -4.000000
checks
  6 of 6 local derivatives and 7 of 7 gradients agree with differences"""
    )


def test_a_step_opens_into_all_that_stands_behind_it():
    assert str(explain(tanh_graph()).step(7)).splitlines() == [
        "step 7 of 8   e = a · b  sends gradient to  a",
        "  rule      ∂L/∂a += ∂L/∂e · ∂e/∂a    ∂e/∂a = b",
        "            (product rule: the other factor)",
        "  numbers            0.2983 · -1 = -0.2983",
        "  total     before 0.8949 + (-0.2983) = 0.5966    a is used twice: 2 of 2 "
        "uses in",
        "  paths     a → f → L  0.8949",
        "            a → e → d → f → L  -0.2983",
        "  check     (L(a+h) - L(a-h)) / 2h = 0.596586   ok (difference 4e-11)",
        "  means     raise a by 0.01 and L rises by about 0.006",
    ]
    for wrong in (0, 9, -1, "a"):
        with pytest.raises(IndexError, match="steps 1 to 8"):
            explain(tanh_graph()).step(wrong)


def test_a_value_used_twice_shows_each_use_and_the_running_total():
    a = Value(3.0, label="a")
    b = a + a
    c = b + b
    named(b=b, c=c)
    told = str(explain(c))
    assert "∂b/∂a = 1 (left)   ∂b/∂a = 1 (right)" in told
    assert "1 of 2" in told and "2 of 2: 2 + 2 = 4" in told
    assert "check: (c(a+h) - c(a-h)) / 2h = 4.000000" in told


def test_a_neuron_reads_well():
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    o = (x1 * w1 + x2 * w2 + b).tanh()
    o.label = "o"
    told = str(explain(o))
    assert "o = tanh(v4)  = tanh(0.8814) = 0.7071   ∂o/∂v4 = 1 - o² = 0.5" in told
    assert "check: (o(w1+h) - o(w1-h)) / 2h = 1.000000" in told
    assert "9 of 9 local derivatives and 10 of 10 gradients agree" in told


def test_a_softmax_with_cross_entropy_reads_well():
    logits = [Value(x, label=f"z{i}") for i, x in enumerate((1.0, 2.0, -1.0))]
    loss = -math.log(autograd.softmax(logits)[1])
    loss.label = "loss"
    told = str(explain(loss))
    shares = [math.exp(x) / sum(map(math.exp, (1.0, 2.0, -1.0))) for x in (1, 2, -1)]
    expected = [shares[0], shares[1] - 1, shares[2]]
    for i, gradient in enumerate(expected):  # the well-known softmax minus target
        quotient = f"(loss(z{i}+h) - loss(z{i}-h)) / 2h = {gradient:.6f}"
        assert f"check: {quotient}" in told
    assert "= exp(v2 - v4) = 0.2595" in told
    assert "differs" not in told


@pytest.mark.parametrize("make", [product_graph, tanh_graph])
def test_it_fits_80_columns_and_less_on_demand(make):
    for width in (80, 100, 60):
        lines = explain(make()).text(width=width).splitlines()
        assert max(map(wide, lines)) <= max(width, 80)


def test_ascii_and_colour(monkeypatch, capsys):
    told = explain(tanh_graph())
    plain = told.text(ascii=True)
    assert plain.isascii() and "dL/da += dL/dx" not in plain
    assert "dL/da += dL/df * df/da = 0.5966 * 1.5 = 0.8949" in plain
    assert "\x1b[" not in told.text() and "\x1b[1mforward" in told.text(color=True)
    a = Value(2.0, label="größe")
    monkeypatch.delenv("NO_COLOR", raising=False)
    told.show()
    assert "\x1b[" not in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    told.show()
    assert "\x1b[1mforward" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    told.show()
    assert "\x1b[" not in capsys.readouterr().out
    assert explain(a * a).text(ascii=True).isascii()


def test_only_what_lies_between():
    L = product_graph()
    d = L.parents[0]
    told = explain(L, wrt=d)
    assert [v.name for v in told.log.variables] == ["d", "f", "L"]
    assert set(told.log.adjoints) == {0, 2}
    assert "∂L/∂f" not in str(told)
    both = explain(L, wrt=[d, L.parents[1]])
    assert set(both.log.adjoints) == {0, 1, 2}
    with pytest.raises(ValueError, match="does not depend on"):
        explain(L, wrt=Value(1.0))


def test_bad_input_is_one_clear_error():
    with pytest.raises(TypeError, match="is not a Value"):
        explain(3.0)
    with pytest.raises(ValueError, match="is a constant"):
        with autograd.no_grad():
            y = Value(1.0) * 2
        explain(y)
    with pytest.raises(ValueError, match="must end in one of"):
        explain(product_graph()).save("x.docx")


# --- the log -------------------------------------------------------------------------


def test_the_log_is_immutable_and_in_order():
    log = explain(tanh_graph()).log
    with pytest.raises(dataclasses.FrozenInstanceError):
        log.steps[0].variable = 3
    kinds = [type(step) for step in log.steps]
    first_backward = kinds.index(Seed)
    assert set(kinds[:first_backward]) == {Forward, Local}
    assert set(kinds[first_backward:]) == {Seed, Push, Done}
    assert [s.number for s in log.backward] == [*range(1, 9)]


@given(programs())
@settings(max_examples=30, deadline=None)
def test_its_adjoints_are_backward_s_bit_for_bit(program):
    start, instructions = program
    values = [Value(x) for x in start]
    y = run(values, instructions, scaled)
    if y.is_constant:
        return
    log = explain(y, checks=False).log
    assert all(node.grad == 0.0 for node in graph.nodes(y))
    y.backward()
    for variable, node in zip(log.variables, graph.nodes(y)):
        if not node.is_constant:
            assert log.adjoints[variable.index] == node.grad
            assert variable.primal == node.data
    for step in log.steps:
        if isinstance(step, Push):
            assert step.contribution == step.upstream * step.local
            assert step.total == step.before + step.contribution


def test_grads_stay_as_they_were():
    L = product_graph()
    L.backward()
    before = [node.grad for node in graph.nodes(L)]
    print(explain(L), explain(L).step(3), explain(L).json())
    assert [node.grad for node in graph.nodes(L)] == before


def test_as_json_it_is_whole_and_finite():
    x = Value(0.0, label="x")
    data = json.loads(explain(1 / x).json())
    assert data["variables"][-1]["primal"] == "inf"
    kinds = {step["kind"] for step in data["steps"]}
    assert kinds == {"forward", "local", "seed", "push", "done"}


def test_what_was_assigned_to_after_recording_is_marked():
    L = product_graph()
    leaves(L)[0].data = 5.0
    told = explain(L)
    assert "e = a · b  = 5 · -3 = -6 (recorded with older numbers)" in str(told)
    assert "a leaf was assigned to since: compute again" in str(told)
    assert told.log.checks == {}  # they would compare two different graphs
    local = told.log.locals[next(v.index for v in told.log.variables if v.is_stale), 0]
    assert local.check.reason == "recorded with older numbers" and "✗" not in str(told)
    for text in (told.markdown(), told.latex(), told.trace(width=200)):
        assert text.count("(recorded with older numbers)") == 1


def test_pictures_mark_what_was_recorded_with_older_numbers():
    L = product_graph()
    assert "older" not in draw(L).dot and graph.outdated(L) == []
    leaves(L)[0].data = 5.0
    assert [node.op for node in graph.outdated(L)] == ["*"]
    for text in (draw(L).dot, draw(L).mermaid):
        assert text.count("older numbers") == 1


# --- formulas ------------------------------------------------------------------------

NAMES = "abcdefgh"


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_every_row_s_formula_says_its_slope(row):
    for sample in row.samples:
        out, partials = row.at(*sample)
        named = [(NAMES[i], x) for i, x in enumerate(sample)]
        formulas = partial_formulas(row, named, out)
        shown = {name: name for name, _ in named} | {"out": "out"}
        known = dict(named) | {"out": out}
        for formula, partial in zip(formulas, partials):
            told = TEXT.write(formula, shown, 17)
            assert LATEX.write(formula, shown, 4)
            got = Expression(told).evaluate(known)
            in_a_tail = row.textbook and abs(partial) < 1e-6
            if not in_a_tail:
                assert got == pytest.approx(partial, rel=1e-12, nan_ok=True), told


def test_formulas_drop_what_says_nothing_and_keep_zero_factors():
    x = Value(3.0, label="x")
    (local,) = explain(x**2).log.locals.values()
    assert local.formula == "2 · x"
    (local,) = explain(x * 0.0).log.locals.values()
    assert local.value == 0.0


def test_a_user_s_own_primitive_has_a_formula_where_it_can():
    @primitive(partials=lambda out, x: x / out)
    def smooth(x):
        return (x * x + 1.0) ** 0.5

    @primitive(partials=lambda out, x: 2.0 if x > 0 else 1.0)
    def branching(x):
        return 2 * x if x > 0 else x

    x = Value(2.0, label="x")
    y = smooth(branching(x))
    y.label = "y"
    told = str(explain(y))
    assert "∂y/∂v1 = v1 / y = 0.9701" in told
    assert "∂v1/∂x = 2" in told


# --- checks --------------------------------------------------------------------------


@pytest.mark.parametrize("row", TABLE, ids=repr)
def test_every_slope_is_confirmed_or_said_to_be_beyond_a_difference(row):
    for sample in row.samples:
        _, partials = row.at(*sample)
        for i, partial in enumerate(partials):
            if (row.name, i) in {("**", 1), ("polygamma", 0), ("take", 0)}:
                continue  # constants: no slope is computed

            def moved(x, sample=sample, i=i):
                return primal(row, [*sample[:i], x, *sample[i + 1 :]])

            assert checked(moved, sample[i], partial).verdict != "differs"
            if partial:
                wrong = checked(moved, sample[i], partial * 1.0005)
                assert wrong.verdict != "ok"


def test_a_wrong_rule_is_seen_in_the_text():
    @primitive(partials=lambda out, x: 2.001 * x)
    def wrong_square(x):
        return x * x

    x = Value(3.0, label="x")
    told = str(explain(wrong_square(x)))
    assert "✗ the difference quotient is 6.000000" in told
    assert "0 of 1 local derivatives and 1 of 2 gradients" in told


def test_a_primitive_that_raises_nearby_is_beyond_a_difference():
    @primitive(partials=lambda out, x: 2.0)
    def picky(x):
        if x != 2.5:
            raise RuntimeError("only 2.5")
        return 2 * x

    told = explain(picky(Value(2.5, label="x")))
    assert told.log.checks[0].verdict == "cannot tell"


def test_a_kink_is_named():
    x = Value(0.0, label="x")
    told = " ".join(str(explain(x.relu())).split())
    assert "a kink: the slope is 0 to the left and 1 to the right" in told


# --- large graphs --------------------------------------------------------------------


def test_a_network_is_told_by_scope_and_opened():
    model = MLP(3, [4, 4, 1], seed=0)
    y = model([1.0, 2.0, 3.0]) ** 2
    told = explain(y)
    assert told.is_large and "neuron 3" in str(told)
    assert max(map(wide, str(told).splitlines())) <= 80
    part = told.open("MLP/layer 1/neuron 2")
    assert not part.is_large and "from outside of this part" in str(part)
    y.backward()
    inside = [n for n in graph.nodes(y) if n.data == part.log.variables[-1].primal]
    adjoint = part.log.adjoints[len(part.log.variables) - 1]
    assert adjoint == pytest.approx(inside[0].grad, rel=1e-12)
    whole = {v.name: told.log.adjoints.get(v.index) for v in told.log.variables}
    for index, gradient in part.log.adjoints.items():
        name = part.log.variables[index].name
        assert gradient == pytest.approx(whole[name], rel=1e-12)
    assert told.open("MLP").open("layer 1/neuron 2").log == part.log
    with pytest.raises(ValueError, match="there is no such scope; there are"):
        told.open("layer 9")


def test_scopes_of_one_name_are_told_apart():
    y = Value(1.0)
    for _ in range(3):
        with scope("step"):
            y = y * 2
    told = explain(y * y)
    assert "step (2)" in [part for v in told.log.variables for part in v.scope]


def test_a_hundred_thousand_operations_are_summed_up():
    y = x = Value(1.0, label="x")
    with scope("loop"):
        for _ in range(100_000):
            y = y * 1.00001
    told = explain(y)
    assert "100000 operations, by scope" in str(told)
    with pytest.raises(ValueError, match="too many to tell one by one"):
        told.step(1)
    assert explain(y, wrt=x).is_large


def test_two_to_the_sixty_paths_are_counted_not_walked():
    y = x = Value(1.0, label="x")
    for _ in range(60):
        y = y + y
    told = explain(y)
    last = len(told.log.backward)
    assert f"... {2**60} in all" in str(told.step(last))
    assert told.log.adjoints[0] == 2.0**60
    assert x.grad == 0.0


# --- renderings ----------------------------------------------------------------------


def test_the_trace_has_two_columns():
    lines = explain(tanh_graph()).trace().splitlines()
    assert lines[0].startswith("forward primal trace  ↓")
    assert any(
        line.startswith("L = tanh(f) = 0.6351") and line.endswith("∂L/∂L = 1")
        for line in lines
    )
    assert "∂L/∂f · d + ∂L/∂e · b" in explain(tanh_graph()).trace()
    assert explain(tanh_graph()).trace(ascii=True).isascii()


def test_markdown_and_latex_are_whole():
    told = explain(tanh_graph())
    markdown = told.markdown()
    assert "| 7 | ∂L/∂a += ∂L/∂e · ∂e/∂a | 0.2983 · -1 | -0.2983 | 0.5966" in markdown
    widths = {line.replace("\\|", "").count("|") for line in markdown.splitlines()}
    assert widths == {0, 5, 6}
    latex = told.latex()
    assert latex.count(r"\begin{align*}") == latex.count(r"\end{align*}") == 2
    assert r"\frac{\partial L}{\partial f} &= 1 - {L}^{2} = 0.5966" in latex


def test_texts_of_users_are_inert():
    a, b = Value(2.0, label=HOSTILE), Value(3.0, label=r"$\input{x}$ | `c` [l](u)")
    y = a * b
    y.label = "https://x.y @z #1 www.q.r"
    told = explain(y)
    markdown = told.markdown()
    assert "<" not in markdown and "\\|" in markdown and "\\`c\\`" in markdown
    assert "\\[l\\](u)" in markdown and "https\\://" in markdown
    assert "\\input" not in told.latex()
    assert HOSTILE[:20] in str(told)


def test_control_characters_of_labels_never_reach_the_terminal():
    a = Value(2.0, label="\x1b[2Jboo\r\n\x07")
    assert not set("\x1b\r\x07") & set(str(explain(a * a)))


@pytest.mark.parametrize("suffix", ["txt", "md", "tex", "json"])
def test_it_is_saved_by_suffix(tmp_path, suffix):
    path = explain(tanh_graph()).save(tmp_path / f"y.{suffix}")
    assert "0.5966" in path.read_text(encoding="utf-8").replace("0.59658580", "0.5966")


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [("html", b"<!doctype html>"), ("svg", b"<svg"), ("gif", b"GIF89a"),
     ("png", b"\x89PNG")],
)  # fmt: skip
def test_it_is_saved_as_a_page_and_as_a_film(tmp_path, suffix, begins):
    path = explain(product_graph()).save(tmp_path / f"y.{suffix}")
    assert path.read_bytes().startswith(begins)


def test_a_notebook_shows_the_page_in_a_frame_of_its_own():
    a = Value(2.0, label=HOSTILE)
    bundle = explain(a * a)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("forward")
    assert bundle["text/html"].startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert "<img" not in bundle["text/html"] and "<script" not in bundle["text/html"]
    steps = autograd.Steps(product_graph())
    assert steps._repr_mimebundle_()["image/svg+xml"].startswith("<svg")


def test_a_path_is_lit_in_the_picture():
    L = tanh_graph()
    found = autograd.paths(L, leaves(L)[0])
    assert found.draw(2).dot != found.draw(1).dot
    for number in (0, 3, "1"):
        with pytest.raises(IndexError, match="there are paths 1 to 2"):
            found.draw(number)


# --- the player ----------------------------------------------------------------------


def test_steps_go_forth_and_back():
    L = tanh_graph()
    steps = autograd.Steps(L)
    assert steps.last == 12 and len(steps) == 13
    assert steps.moment.phase == "given"
    assert steps.next(4).moment.title == "L = tanh(f)"
    assert steps.known()["L"] == (L.data, None)
    assert steps.next().moment.phase == "backward"
    assert steps.next(100).at == 12
    known = steps.known()
    assert steps.back(100).at == 0
    assert steps.known()["e"] == (None, None)
    L.backward()
    for node in graph.nodes(L):
        assert known[node.label] == (node.data, node.grad)


def test_steps_run_to_a_node():
    L = tanh_graph()
    d = L.parents[0].parents[0]
    a = leaves(L)[0]
    steps = autograd.Steps(L)
    assert steps.run_to(d).moment.title == "d = e + c"
    assert steps.run_to(d).moment.step == 3
    with pytest.raises(ValueError, match="nothing more happens"):
        steps.run_to(d)
    assert steps.run_to(a).moment.step == 7
    assert steps.go(0).run_to("b").moment.step == 8
    with pytest.raises(ValueError, match="is not in what is explained"):
        steps.run_to(Value(1.0))
