"""The language of formulas: what it means, what it refuses, and how it says so."""

import ast
import inspect
import math as stdlib
import pickle
from functools import partial

import pytest

from autograd import Value, expressions, math, notation, parsing
from autograd.expressions import (
    Expression,
    ExpressionError,
    assignment,
    assignments,
    number,
)
from autograd.functions import compute
from autograd.graph import topological_order
from autograd.notation import CONSTANTS, FUNCTIONS, OPERATORS
from autograd.parsing import LONGEST
from autograd.primitives import ROWS, TABLE
from tests.fuzz_expressions import batch, same


def error_of(function, *operands):
    with pytest.raises(ExpressionError) as caught:
        function(*operands)
    return caught.value


# --- what a formula means --------------------------------------------------------


def test_a_formula_is_the_graph_that_its_operators_record():
    expression = Expression("tanh(w*x + b)")
    leaves = expression.leaves({"b": -1, "w": 0.5, "x": 3})
    y = expression.evaluate(leaves)
    w, x, b = (Value(leaf.data) for leaf in leaves.values())
    wanted = (w * x + b).tanh()
    assert list(leaves) == list(expression.names) == ["w", "x", "b"]
    ours, theirs = topological_order(y), topological_order(wanted)
    assert [(n.op, n.data, n.partials) for n in ours] == [
        (n.op, n.data, n.partials) for n in theirs
    ]
    y.backward()
    wanted.backward()
    assert [leaf.grad for leaf in leaves.values()] == [w.grad, x.grad, b.grad]


def test_parts_that_are_named_are_labelled():
    expression = Expression("e = a*b; d = e + c; L = d*f")
    L = expression.evaluate(expression.leaves({"a": 2, "b": -3, "c": 10, "f": -2}))
    assert [node.label for node in topological_order(L)] == list("abecdfL")
    e = Expression("L = d*e; 2*L").evaluate({"d": Value(1.0), "e": 3.0})
    assert [node.label for node in topological_order(e)] == [None, "d", "e", "L", None]


def test_labels_that_are_there_stay():
    x = Value(2.0, label="mine")
    unlabelled = Value(3.0)
    y = Expression("part = x; part*z").evaluate({"x": x, "z": unlabelled})
    assert (x.label, unlabelled.label, y.label) == ("mine", "z", None)


def test_constants_are_drawn_by_name_and_get_no_gradient():
    expression = Expression("n = 2; pi*x^n")
    y = expression.evaluate(expression.leaves({"x": 3}))
    labels = {n.label: n.is_constant for n in topological_order(y)}
    assert labels == {"x": False, "n": True, "pi": True, None: False}
    assert y.parents[1].op == "**"


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_is_there_unless_a_number_is_given(name):
    expression = Expression(f"{name} + 0*x")
    assert expression.names == ("x",)
    assert same(expression.evaluate({"x": 1.0}), CONSTANTS[name] + 0)
    assert expression.evaluate({"x": 1.0, name: 7.0}) == 7.0
    assert expression.leaves({name: 7, "x": 1})[name].label == name


@pytest.mark.parametrize(
    ("text", "python"),
    [
        *(("-x^2", "-(x**2)"), ("2^-x^2", "2**(-(x**2))"), ("2^3^x", "2**(3**x)")),
        *(("-x*y", "-(x*y)"), ("x - y - 1", "(x - y) - 1"), ("x/y/3", "(x/y)/3")),
        *(("x - -y", "x + y"), ("+x", "x"), ("x % 2 * y", "(x % 2)*y")),
        *(("-7.5 // 2", "-4.0"), ("-7.5 % 2", "0.5"), ("2^-1", "0.5")),
        *(("x²", "x**2"), ("-x²", "-(x**2)"), ("2^x²", "2**(x**2)")),
        *(("x²^3", "(x**2)**3"), ("x⁻¹⁰", "x**-10"), ("(x + y)³", "(x + y)**3")),
        *(("x × y ÷ 2 · 3 ⋅ 4", "x*y/2*3*4"), ("x − y – 1", "x - y - 1")),
        *(("|x|", "abs(x)"), ("|x - |y||·2", "abs(x - abs(y))*2"), ("||-x||", "x")),
        *(("|x|*|y|", "abs(x)*abs(y)"), ("-|-x|^2", "-(abs(x)**2)")),
        *(
            (".5 + 1.", "1.5"),
            ("1e3*x", "1000*x"),
            ("007", "7"),
            ("x\t+\u00a0y;", "x+y"),
        ),
    ],
)
def test_precedence_is_python_s_and_signs_are_read_as_printed(text, python):
    x, y = 1.5, -2.25
    assert Expression(text).evaluate({"x": x, "y": y}) == float(
        eval(python, {"x": x, "y": y})
    )


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.identifier)
def test_what_an_explanation_writes_of_a_row_can_be_read_again(row):
    if row.name in ("dot", "take"):
        with pytest.raises(ExpressionError):
            Expression(row.text.format(left="x", right="y", all="x"))
        return
    for sample in row.samples:
        names = [f"x{i}" for i in range(len(sample))]
        text = row.text.format(*names, all=", ".join(names))
        got = Expression(text).evaluate(dict(zip(names, sample)))
        assert got == pytest.approx(row.at(*sample)[0], rel=1e-6, abs=1e-12), text


# Lists, whole numbers, comparisons and several results are no numbers of a formula;
# operators have signs
NOT_IN_FORMULAS = {
    *("comb", "factorial", "gcd", "isqrt", "lcm", "perm", "where", "dot", "sumprod"),
    *("softmax", "take", "modf", "frexp", "ldexp", "nextafter", "ulp", "dist"),
    *("isclose", "isfinite", "isinf", "isnan", "softmax_share", "pow_constant"),
    *("add", "sub", "mul", "div", "floordiv", "mod"),
}


def test_every_function_of_autograd_math_is_there_or_left_out_on_purpose():
    functions = {name for name in math.__all__ if callable(getattr(math, name))}
    assert set(FUNCTIONS) == functions - NOT_IN_FORMULAS | {"ln"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_means_the_same_as_in_autograd_math(name):
    function = FUNCTIONS[name]
    public = getattr(math, "log" if name == "ln" else name)
    for count in range(function.least, int(min(function.most, 4)) + 1):
        names = [f"x{i}" for i in range(count)]
        known = dict(zip(names, (1.0, 0.25, 0.5, 2.0)))
        expression = Expression(f"{name}({', '.join(names)})")
        takes_list = function.most == stdlib.inf and name not in ("max", "min", "hypot")
        try:
            wanted = (
                public([*known.values()]) if takes_list else public(*known.values())
            )
        except (TypeError, ValueError):
            wanted = stdlib.nan
        assert same(expression.evaluate(known), float(wanted))
        if name != "polygamma":
            recorded = expression.evaluate(expression.leaves(known))
            assert recorded.data == wanted and recorded.label is None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_number_of_operands_names_the_parameters(name):
    function = FUNCTIONS[name]
    for count in (function.least - 1, function.most + 1):
        if count == stdlib.inf:
            continue
        text = f"1 + {name}({', '.join(['x'] * count)})"
        error = error_of(Expression, text)
        assert str(error).startswith(f"{function.signature} takes ")
        assert str(error).endswith(f", not {count}") and error.column == 4


def test_commas_are_no_decimal_points_only_where_operands_are_too_many():
    assert str(error_of(Expression, "clip(1,2)")).endswith("3 operands, not 2")
    assert str(error_of(Expression, "clip(1,2,0,5)")).endswith("0.5, and no comma")


@pytest.mark.parametrize("text", ["x^2", "x**2", "x²", "pow(x, 2)", "power(x, 2)"])
def test_a_power_with_a_number_has_no_slope_in_it(text):
    assert Expression(text).evaluate({"x": Value(3.0)}).op == "**"
    assert Expression("2^x").evaluate({"x": Value(3.0)}).op == "pow"


def test_results_follow_ieee_754():
    inf, nan = stdlib.inf, stdlib.nan
    for text, wanted in (
        *(("1/0", inf), ("-1/0", -inf), ("0/0", nan), ("0^-1", inf), ("5 % 0", nan)),
        *(("(-8)^(1/3)", nan), ("exp(1000)", inf), ("log(0)", -inf), ("5 // 0", inf)),
        *(("9**9**9", inf), ("10^400", inf), ("9" * 5000, inf), ("1e999", inf)),
        *(("sqrt(-1)", nan), ("-0", -0.0), ("1e-999", 0.0), ("sin(inf)", nan)),
    ):
        assert same(Expression(text).evaluate(), wanted), text


def test_names_are_those_of_python():
    expression = Expression("θ̂ + का·x_1 + ｗ + µ")
    assert expression.names == ("θ̂", "का", "x_1", "w", "μ")
    assert assignment("µ=2") == ("μ", 2.0)


def test_a_number_that_is_none_is_the_caller_s_error():
    with pytest.raises(TypeError, match="x must be a real number, not str"):
        Expression("x + 1").evaluate({"x": "2"})
    with pytest.raises(TypeError, match="text must be a str, not 3"):
        Expression(3)
    with pytest.raises(TypeError, match="use it as it is"):
        Expression("x").leaves({"x": Value(1.0)})


def test_a_result_is_a_value_where_one_was_read():
    assert type(Expression("y").evaluate({"y": 2})) is float
    assert type(Expression("a = x; 2").evaluate({"x": Value(1.0)})) is Value
    assert type(Expression("2").evaluate({"x": Value(1.0)})) is float
    assert repr(Expression("x + 1")) == "Expression('x + 1')"


# --- what is refused -------------------------------------------------------------

REFUSED = [
    *(("", 0, "formula is empty"), (" \t", 0, "formula is empty")),
    *(("x+", 2, "missing at the end"), ("*x", 0, "missing before '*'")),
    *(("x + · y", 4, "missing before '·'"), ("x=", 2, "missing at the end")),
    *((";x", 0, "missing before ';'"), ("max(1, 2, )", 10, "missing before ')'")),
    *(("(x", 0, "'(' is not closed: add ')'"), ("|x", 0, "add '|'")),
    *(("2*tanh(x", 2, "'tanh(' is not closed: add ')'"), ("x)", 1, "take it out")),
    *(("(|x)", 1, "add '|' before ')'"), ("x|y", 1, "write abs(x) for |x|")),
    *(("2x", 1, "write 2*x for a product"), ("x y", 2, "write x*y")),
    *(("(x)(y)", 3, "write (...)*(...)"), ("tanh(x)(y)", 7, "operator is missing")),
    *(("2j", 1, "write 2*j"), ("1_000", 1, "operator"), ("0x1F", 1, "operator")),
    *(("1 2", 2, "two numbers"), ("1.2.3", 3, "two numbers"), ("1 000,5", 2, "two")),
    *(("0,5", 1, "decimal point, 0.5"), ("1,000.5", 1, "decimal point")),
    *(("tanh(0,5)", 0, "takes 1 operand, not 2; a number has a decimal point"),),
    *(("(x, y)", 2, "stands only between operands"), ("x,", 1, "as in max(a, b)")),
    *(("sin x", 0, "write sin(...)"), ("1 + tanh", 4, "write tanh(...)")),
    *(("tahn(x)", 0, "did you mean tan or tanh"), ("Tanh(x)", 0, "mean tanh")),
    *(("x(y)", 0, "for a product write x*(...)"), ("f(x=1)", 0, "not a function")),
    *(("max(*x)", 4, "missing before '*'"),),
    *(("max(x=1)", 5, "at a statement's start"), ("x = y = 1", 6, "'=' stands only")),
    *(("2 = x", 2, "'=' stands only"), ("x; y", 0, "write name = before")),
    *(("x;;", 0, "write name = before"), ("tanh = 1", 0, "choose another name")),
    *(("a = 1; a = 2", 7, "computed twice"),),
    *(("a = a + 1", 0, "read before it is computed"), ("e = 2*e", 0, "read before")),
    *(("x < 1", 2, "max, min"), ("x == 1", 2, "'==' is not"), ("x!", 1, "max, min")),
    *(("x if y else z", 2, "'if' is a word of Python"), ("lambda: 1", 0, "'lambda'")),
    *(("None", 0, "word of Python"), ("ｉｆ", 0, "'if'"), ("not x", 0, "'not'")),
    *(("x.tanh()", 1, "for x.tanh()"), ("math.sin(x)", 4, "tanh(x)")),
    *(("...", 0, "."), ("[x]", 0, "round brackets"), ("x[0]", 1, "round brackets")),
    *(("{x}", 0, "round"), ("'x'", 0, "is not part of")),
    *(('f"{x}"', 1, "is not part"), ("x := 1", 2, "':'"), ("x # y", 2, "'#'")),
    *(("x @ y", 2, "'@'"), ("~x", 0, "'~'"), ("`", 0, "'`'")),
    *(("x\ny", 1, "not a line break"), ("x\ry", 1, "not a line break")),
    *(("x\x00", 1, "'\\x00'"), ("\udcff", 0, "'\\udcff'")),
    *(("x\u202e", 1, "'\\u202e'"), ("½", 0, "'½'"), ("٣", 0, "'٣'")),
    *(("x₁", 1, "'₁'"), ("$x$", 0, "'$'")),
    *(("polygamma(1e9, x)", 0, "n is at most 20"),),
    *(("1 + polygamma(x, 1)", 4, "n must be a number"),),
    *(("__import__('os')", 11, "is not part of"),),
    ("x" * (LONGEST + 1), LONGEST, f"at most {LONGEST} characters"),
]


@pytest.mark.parametrize(("text", "column", "reason"), REFUSED, ids=ascii)
def test_a_text_that_is_no_formula_is_told_where_and_why(text, column, reason):

    def evaluated(text):
        expression = Expression(text)
        return expression.evaluate(dict.fromkeys(expression.names, Value(2.5)))

    error = error_of(evaluated, text)
    assert reason in str(error) and len(str(error).splitlines()) == 1
    assert (error.text, error.column) == (text, column)


@pytest.mark.parametrize(
    ("text", "given", "message", "place"),
    [
        ("w*x+x", {"w": 1}, "'x' has no number: give it one, x=2", ("w*x+x", 2)),
        ("W*x", {"w": 1, "x": 2}, "or did you mean w?", ("W*x", 0)),
        ("w", {"w": 1, "y": 2}, "'y' is not in the formula: its names are w", ("y", 0)),
        ("2", {"y": 2}, "'y' is not in the formula: it has no names", ("y", 0)),
        ("p = w; p*2", {"w": 1, "p": 2}, "'p' is computed", ("p = w; p*2", 0)),
    ],
)
def test_leaves_want_a_number_for_each_name_and_no_other(text, given, message, place):
    error = error_of(Expression(text).leaves, given)
    assert message in str(error) and (error.text, error.column) == place


def test_an_error_can_be_pickled():
    error = error_of(Expression, "1 + $")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.text, again.column) == (str(error), "1 + $", 4)


@pytest.mark.parametrize(
    ("text", "shown", "caret"),
    [
        ("1 + $", "1 + $", 4),
        ("1 +", "1 +", 3),
        ("\t1\u00a0+ \x1b[0m", r" 1 + \x1b[0m", 5),
        ("x\u0302 + 日本 + $", "x\u0302 + 日本 + $", 11),
        ("x\n", r"x\n", 1),
        ("x+" * 100 + "$" + "+x" * 100, f"…{'x+' * 16}${'+x' * 15}+…", 33),
    ],
)
def test_the_caret_stands_below_the_character(text, shown, caret):
    error = error_of(Expression, text)
    assert error.pointed() == f"{error}\n{shown}\n{' ' * caret}^"


# --- numbers and assignments -----------------------------------------------------


def test_a_number_is_a_formula_of_constants():
    assert number("3/4") == 0.75 and number("-2") == -2.0 and number(" 1e-3 ") == 1e-3
    assert number("1 - L^2", {"L": 0.5}) == number("1 - L²", {"L": Value(0.5)}) == 0.75
    assert type(number("1")) is float and type(number("x", {"x": Value(1)})) is float
    assert "decimal point" in str(error_of(number, "0,5"))
    assert "'L' has no number" in str(error_of(number, "1 - L"))


def test_an_assignment_is_a_name_and_a_number():
    assert assignment("w=0.5") == ("w", 0.5)
    assert assignment(" w = -pi/4 ") == ("w", -stdlib.pi / 4)
    assert assignment("e=1/0") == ("e", stdlib.inf)
    texts = ["w=1/3", "x=-2e3", "pi=3"]
    assert list(assignments(texts).items()) == [("w", 1 / 3), ("x", -2e3), ("pi", 3.0)]


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        *(("0.5", 0, "write name=number"), ("", 0, "write name=number")),
        *(("w=1;x=2", 0, "one name=number"), ("w=1;2", 0, "one name=number")),
        *(("w=x", 2, "without names"), ("w=0,5", 3, "decimal point")),
        *(("sin=2", 0, "is a function"), ("if=2", 0, "word of Python")),
        *(("w==2", 1, "'==' is not"), ("w=", 2, "missing at the end")),
        *(("2w=3", 1, "operator is missing"), ("=2", 0, "missing before '='")),
        *(("--lr=2", 4, "'=' stands only"), ("w=1\n", 3, "not a line break")),
    ],
)
def test_what_is_no_assignment_is_told_so(text, column, reason):
    error = error_of(assignment, text)
    assert reason in str(error) and (error.text, error.column) == (text, column)


def test_a_name_is_given_once():
    error = error_of(assignments, ["a=1", "b=2", "a=3"])
    assert str(error) == "'a' is given twice: take one of them away"
    assert error.text == "a=3"


# --- bounds ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["x"] * (LONGEST // 2)),
        "^".join(["x"] * (LONGEST // 2)),
        "-" * (LONGEST - 1) + "x",
        "(" * 4999 + "x" + ")" * 4999,
        "|" * 4999 + "x" + "|" * 4999,
        "x" + "²" * (LONGEST - 1),
        "x" * LONGEST,
        "tanh(" * 1666 + "x" + ")" * 1666,
        ";".join(["a0=x", *(f"a{i + 1}=a{i}*a{i}" for i in range(600))]),
    ],
    ids=[
        "sum",
        "power",
        "signs",
        "brackets",
        "bars",
        "raised",
        "name",
        "calls",
        "parts",
    ],
)
def test_the_longest_formulas_are_read_whatever_their_depth(text):
    expression = Expression(text)
    leaves = expression.leaves(dict.fromkeys(expression.names, 1.0))
    y = expression.evaluate(leaves)
    y.backward()
    assert same(expression.evaluate(dict.fromkeys(expression.names, 1.0)), y.data)


@pytest.mark.parametrize("module", [notation, parsing, expressions])
def test_no_text_reaches_python(module):
    tree = ast.parse(inspect.getsource(module))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.alias)}
    assert not names & {"eval", "exec", "compile", "ast", "getattr", "__import__"} - (
        {"getattr"} if module is notation else set()
    )


# --- texts that nobody would write -----------------------------------------------


def test_three_thousand_texts_are_formulas_or_expression_errors():
    made = batch(seed=0, first=0, count=3_000)
    assert made["failures"] == []
    kinds = {(kind, outcome) for kind, outcome, _ in made["kinds"]}
    assert {outcome for kind, outcome in kinds if kind == "grammar"} == {"accepted"}
    for kind in ("bombs", "bytes", "characters", "mutated text", "tokens"):
        assert {(kind, "accepted"), (kind, "refused")} <= kinds
    assert len(made["forms"]) > 20


def _subtraction_adds(patch):
    patch.setitem(OPERATORS, "-", (notation.SUM, partial(compute, ROWS["+"])))


def _powers_bind_like_products(patch):
    patch.setitem(OPERATORS, "^", (notation.PRODUCT, math.pow))


def _another_exception_comes_out(patch):
    patch.setattr(parsing.Parser, "_juxtaposed", lambda self, token: {}[token])


def _the_caret_is_one_off(patch):
    pointed = ExpressionError.pointed
    patch.setattr(ExpressionError, "pointed", lambda e: pointed(e).replace("^", " ^"))


def _everything_is_refused(patch):
    patch.setattr(parsing.Parser, "_open_function", lambda p, *_: p._fail("no", 0))


@pytest.mark.parametrize(
    "fault",
    [
        _subtraction_adds,
        _powers_bind_like_products,
        _another_exception_comes_out,
        _the_caret_is_one_off,
        _everything_is_refused,
    ],
)
def test_the_fuzzer_finds_a_planted_fault(fault, monkeypatch):
    fault(monkeypatch)
    assert batch(seed=0, first=1, count=90)["failures"]
