"""`python -m tests.fuzz_expressions --seconds 60`: texts that nobody would write.

Random characters, mutated formulas, valid ones made by a grammar, and bombs go to
`Expression`. It may accept a text or raise ExpressionError, and nothing else; where
Python's parser reads the same language, both must agree on every bit. A case follows
from its seed and its index alone. Batches run in processes of their own, so that a
crash is a finding, too. The seconds are of CPU time, for all seeds together.
"""

import ast
import collections
import keyword
import math as stdlib
import random
import re
import time
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path

from autograd import floats
from autograd.expressions import Expression, ExpressionError, assignment, number
from autograd.notation import CONSTANTS, FUNCTIONS
from autograd.parsing import LONGEST, SPACES
from tests.fuzzing import Fuzzer

ROOT = Path(__file__).parents[1]
SECONDS_A_CASE, CASES_A_BATCH = 2.0, 2_000
NAMES = [*"abwxyzeL", "w1", "x_2", "pi", "θ", "µ", "日本", "x̂", "lambda", "if"]
VALUES = [0.7, -1.3, 2.0, 0.0, -0.0, 1e300, 5e-324, -17.25, stdlib.inf, stdlib.nan]
EXAMPLES = [
    *("tanh(w*x + b)", "e = a*b; d = e + L; y = d*w", "1 - L^2", "3/4", "-2", "0,5"),
    *("x**2 - 3*x + 1", "max(a, b, 0)", "|x - |y||·2", "x² + y⁻¹", "clip(x, -1, 1)"),
    *("logsumexp(a,b,w)/mean(a, b)", "2^-x^2 % 3 // -y", "1e-3*(x + .5)*(2. - x)"),
    *("atan2(y, x) + log(x, 2)", "leaky_relu(x) + leaky_relu(x, 0.2)", "pi*w1^2"),
]
SIGNS = [
    *("+", "-", "*", "/", "//", "%", "**", "^", "(", ")", "|", ",", ";", "=", "·", "×"),
    *("÷", "−", "²", "³", "⁻¹", "⁰", ".", "==", ":=", "<", ">=", "!", "[", "]", "{"),
    *("}", "'", '"', "f'", "#", "@", "\\", "~", "&", "?", "$", "`", "...", "->", ":"),
]
ODD = [
    *("\0", "\n", "\r", "\t", "\x0b", "\x1b[31m", "\x85", "\xa0", "\u2028", "\u200b"),
    *("\u202e", "\ufeff", "\ud800", "\udcff", "\U0010ffff", "\U000e0001", "\u0301"),
    *("\u3000", "\u2003", "\u0387", "½", "①", "Ⅷ", "٣", "ﬁ", "ß", "ǅ", "한", "ｘ"),
    *("ª", "🙂", "👩‍👧", "का", "–", "…", "’", "µ", "ſ", "\ud83d\ude42"),
]
WORDS = [
    *("lambda", "if", "else", "not", "in", "is", "and", "or", "None", "True", "await"),
    *("yield", "for", "import", "__import__", "print", "eval", "match", "type", "_"),
]
LITERALS = [
    *("0", "1", "2.5", ".5", "3.", "1e3", "1E-3", "2e+2", "1e999", "1e-999", "007"),
    *("1_000", "0x1F", "2j", "1.2.3", "0,5", "12345678901234567890", "1e", "1e+"),
]


@dataclass(frozen=True)
class Case:
    """A text; where its grammar knows it, the same formula for Python's eval."""

    kind: str
    text: str
    python: tuple[tuple[str, str], ...] = ()


# --- making texts ----------------------------------------------------------------


def case(seed: int, index: int) -> Case:
    """The case of this index in the stream of this seed."""
    dice = random.Random(f"{seed}:{index}")
    kinds = [characters, odd_texts, tokens, mutated, grammatical, grammatical]
    if index % 100 == 0:
        return bomb(dice)
    return dice.choice(kinds)(dice)


def characters(dice):
    count = dice.choice((1, 5, 20, 200))
    if dice.random() < 0.3:
        raw = bytes(dice.randrange(256) for _ in range(count))
        return Case("bytes", raw.decode("utf-8", "surrogateescape"))
    top = dice.choice((128, 256, 0x3000, 0x110000))
    return Case("characters", "".join(chr(dice.randrange(top)) for _ in range(count)))


def odd_texts(dice):
    text = list(dice.choice(EXAMPLES))
    for _ in range(dice.randrange(1, 4)):
        text.insert(dice.randrange(len(text) + 1), dice.choice(ODD))
    return Case("odd characters", "".join(text))


def some_token(dice):
    pools = [NAMES, NAMES, LITERALS, SIGNS[:18], SIGNS, WORDS, list(FUNCTIONS), ODD]
    return dice.choice(dice.choices(pools, (6, 3, 5, 12, 2, 1, 3, 0.2))[0])


def tokens(dice):
    glue = dice.choice(("", " ", " "))
    return Case(
        "tokens", glue.join(some_token(dice) for _ in range(dice.randrange(12)))
    )


def mutated(dice):
    text = grammatical(dice).text if dice.random() < 0.5 else dice.choice(EXAMPLES)
    by_token = dice.random() < 0.5
    parts = re.findall(r"\w+|\s+|.", text) if by_token else list(text)
    for _ in range(dice.choice((1, 1, 2, 5))):
        place = dice.randrange(len(parts) + 1)
        other = dice.randrange(len(parts) + 1)
        change = dice.randrange(5)
        if change == 0:
            parts.insert(place, some_token(dice))
        elif change == 1:
            del parts[place : place + dice.randrange(1, 3)]
        elif change == 2:
            parts[place:place] = parts[min(place, other) : max(place, other)]
        elif change == 3 and place < len(parts):
            parts[place] = some_token(dice)
        elif place < len(parts) and other < len(parts):
            parts[place], parts[other] = parts[other], parts[place]
    return Case("mutated " + ("tokens" if by_token else "text"), "".join(parts))


class Grammar:
    """Valid formulas, each in our spelling and in Python's."""

    def __init__(self, dice, names):
        self.dice, self.names = dice, names

    def space(self):
        return self.dice.choice(("", "", "", " ", "  ", "\t", "\u00a0"))

    def formula(self, depth):
        ours, python = self.operand(depth)
        for _ in range(self.dice.choice((0, 0, 1, 1, 2, 4))):
            sign = self.dice.choice(("+", "-", "*", "/", "//", "%", "**"))
            spellings = {
                "+": "+",
                "-": "-−–",
                "*": "*·×⋅",
                "/": "/÷",
                "**": ("**", "^"),
            }
            mine = self.dice.choice(spellings.get(sign, (sign,)))
            more, more_python = self.operand(depth)
            ours += self.space() + mine + self.space() + more
            python += sign + more_python
        return ours, python

    def operand(self, depth):
        if self.dice.random() < 0.2:
            ours, python = self.operand(depth)
            sign = self.dice.choice("-+")
            return sign + self.space() + ours, sign + python
        ours, python = self.atom(depth)
        if self.dice.random() < 0.1:
            raised = self.dice.choice(
                (("²", "2"), ("³", "3"), ("⁻¹", "-1"), ("¹⁰", "10"))
            )
            return ours + raised[0], f"({python}**{raised[1]})"
        return ours, python

    def atom(self, depth):
        kind = self.dice.randrange(8 if depth else 4)
        if kind < 2:
            text = self.dice.choice(LITERALS[:10])
            return text, text
        if kind < 4:
            name = self.dice.choice([*self.names, "e", "tau", "inf"])
            return name, name
        if kind == 4:
            ours, python = self.formula(depth - 1)
            return f"|{ours}|", f"abs({python})"
        if kind == 5:
            ours, python = self.formula(depth - 1)
            return f"({self.space()}{ours})", f"({python})"
        name = self.dice.choice([name for name in FUNCTIONS if name != "polygamma"])
        function = FUNCTIONS[name]
        count = self.dice.randint(function.least, int(min(function.most, 5)))
        pairs = [self.formula(depth - 1) for _ in range(count)]
        return tuple(f"{name}({','.join(texts)})" for texts in zip(*pairs))


def grammatical(dice):
    names = ["x", "w", "θ", "b_1"]
    statements = []
    for i in range(dice.choice((1, 1, 1, 2, 4))):
        ours, python = Grammar(dice, names).formula(dice.randrange(4))
        statements.append((f"part{i}", ours, python))
        names.append(f"part{i}")
    *parts, (last, ours, python) = statements
    text = ";".join([f"{name} = {formula}" for name, formula, _ in parts] + [ours])
    pairs = [(name, formula) for name, _, formula in parts] + [(last, python)]
    return Case("grammar", text, tuple(pairs))


def bomb(dice):
    n = dice.choice((100, 1_000, LONGEST - 10, LONGEST, LONGEST + 1, 12 * LONGEST))
    fill = lambda part, other="x": other + part * (n // len(part))  # noqa: E731
    half = n // 2
    texts = [
        *("(" * n, "(" * half + "x" + ")" * (half - 1), "|" * n, "-" * (n - 1) + "x"),
        *("|" * half + "x" + "|" * (half - 1), "+-" * half + "x", "9" * n, "." * n),
        *("1e" + "9" * (n - 2), "0." + "0" * (n - 3) + "1", "x" * n, "²" * n, " " * n),
        *(
            fill("+x"),
            fill("^x"),
            fill("**9", "9"),
            fill("//x"),
            fill("²"),
            fill("%-x"),
        ),
        *(fill(")"), fill(" x"), fill("(x)"), fill(";x=1"), fill(","), fill("=x")),
        *(
            fill("\u0301"),
            fill("日"),
            fill("\ud800"),
            fill("\n"),
            fill("\0"),
            fill("?"),
        ),
        "tanh(" * (n // 7) + "x" + ")" * (n // 7),
        "max(" + "x," * (half - 5) + "x)",
        "max(" * (n // 7) + "x,1" + ")" * (n // 7),
        "+".join(["polygamma(20,-x-.3)"] * (n // 20)),
        "+".join(["fma(x,1e-300,x)"] * (n // 16)),
        ";".join(["a0=x"] + [f"a{i + 1}=a{i}*a{i}" for i in range(n // 14)]),
        ";".join([f"a{i}=a{i + 1}" for i in range(n // 12)]),
        ";".join([f"a{i}={dice.choice('xyz')}^-{i}" for i in range(n // 12)]),
        "+".join([f"x{i}" for i in range(n // 6)]),
        "+".join(f"{name}(x)" for name in list(FUNCTIONS) * (n // 700)),
        *("polygamma(1e308,x)", "polygamma(-1,x)", "polygamma(inf,x)", "9^9^9^9^9"),
        *("polygamma(nan,x)", "polygamma(x,x)", "gamma(1e308)", "lgamma(-1e308-.5)"),
        *("10^400", "1e308*10", "(-8)^(1/3)", "0^-1", "tan(1e308)", "cbrt(-1e-320)"),
    ]
    return Case("bombs", dice.choice(texts))


# --- the same in Python ----------------------------------------------------------


class Number:
    """A float whose operators follow IEEE 754: what Python's eval computes with."""

    def __init__(self, x):
        self.x = float(x)

    def __neg__(self):
        return Number(-self.x)

    def __pos__(self):
        return self


def _operator(function):
    return lambda self, other: Number(function(self.x, other.x))


for _name, _function in {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: floats.Ieee(x) / y,
    "floordiv": lambda x, y: floats.Ieee(x) // y,
    "mod": lambda x, y: floats.Ieee(x) % y,
    "pow": floats.pow,
}.items():
    setattr(Number, f"__{_name}__", _operator(_function))


def _called(name):
    return lambda *xs: Number(FUNCTIONS[name].call(*[x.x for x in xs]))


CALLS = {name: _called(name) for name in FUNCTIONS}
ALLOWED = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant),
    *(ast.Load, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.UAdd, ast.USub),
)
# What we read otherwise than Python, on purpose
OTHERWISE = re.compile(
    r"[\^|;=·\u0387⋅×÷−–⁻⁰¹²³⁴-⁹\s#\\]|\d_|\b0[\dxXoObB]|,\s*\)|\(\s*\w+\s*\)\s*\("
)


def tree_of(text):
    """Python's reading, None where it is none or not one of our language."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    called = set()
    for node in ast.walk(tree):
        if not isinstance(node, ALLOWED):
            return None
        if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
            return None
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            function = FUNCTIONS.get(name)
            if function is None or node.keywords:
                return None
            if not function.least <= len(node.args) <= function.most:
                return None
            called.add(node.func)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node not in called and node.id in FUNCTIONS:
            return None
        # written with other letters, a word of Python is a name to its own parser
        if isinstance(node, ast.Name) and keyword.iskeyword(node.id):
            return None
    return tree


class _Numbers(ast.NodeTransformer):
    def visit_Constant(self, node):
        try:
            number = float(node.value)
        except OverflowError:
            number = stdlib.inf
        return ast.Call(ast.Name("Number", ast.Load()), [ast.Constant(number)], [])


def python_value(tree, known):
    tree = ast.fix_missing_locations(_Numbers().visit(tree))
    code = compile(tree, "<made by the fuzzer>", "eval")
    names = {name: Number(x) for name, x in (CONSTANTS | known).items()}
    return eval(code, {"__builtins__": {}, "Number": Number, **CALLS, **names}).x


# --- checking --------------------------------------------------------------------


def same(x, y, text=""):
    """Whether two floats are the same, -0.0 not being 0.0; where a text made them."""
    # The sign of a nan is no one's: it may differ, and copysign shows it
    return "copysign" in text or repr(x) == repr(y)


def width(c):
    wide = unicodedata.east_asian_width(c) in "WF"
    return 0 if unicodedata.category(c) in ("Mn", "Me") else 1 + wide


def check_error(error, text):
    message, column = str(error), error.column
    assert error.text == text and 0 <= column <= len(text), column
    assert len(message) < 250 and message.isprintable() and message.strip(), message
    first, shown, caret = error.pointed().split("\n")
    assert first == message and shown.isprintable(), shown
    assert caret.strip(" ") == "^" and len(caret) < 12 * 64, caret
    place, left = 0, len(caret) - 1
    while left > 0:
        left -= width(shown[place])
        place += 1
    assert left == 0, "the caret is in the middle of a wide character"
    c = text[column : column + 1]
    here = c if c.isprintable() else " " if c in SPACES else ascii(c)[1:-1]
    while not shown.startswith(here, place):
        # a mark on the character before has no place of its own
        assert width(shown[place]) == 0, (c, shown)
        place += 1
    assert c or place == len(shown)


def check(made):
    """What became of a case: "accepted", or the error's form; AssertionError else."""
    text = made.text
    try:
        expression = Expression(text)
    except ExpressionError as error:
        check_error(error, text)
        assert not made.python, "a formula of the grammar is refused"
        if len(text) < 300 and not OTHERWISE.search(text):
            assert tree_of(text) is None, "Python reads it"
        check_helpers(text)
        return form(str(error))
    dice = random.Random(text.encode("utf-8", "surrogatepass"))
    known = {name: dice.choice(VALUES) for name in expression.names}
    try:
        result = expression.evaluate(known)
        leaves = expression.leaves(known)
        recorded = expression.evaluate(leaves)
    except ExpressionError as error:
        check_error(error, text)
        return form(str(error))
    assert type(result) is float and list(leaves) == list(known)
    if known:
        assert same(recorded.data, result, text), (recorded.data, result)
        if not recorded.is_constant:
            recorded.backward()
        assert all(leaf.label == name for name, leaf in leaves.items())
    if known:
        try:
            expression.evaluate({})
        except ExpressionError as error:
            check_error(error, text)
        else:
            raise AssertionError("a name without a number")
    if made.python:
        for name, python in made.python:
            wanted = known[name] = python_value(tree_of(python), known)
        assert same(result, wanted, text), (result, wanted)
    elif len(text) < 300 and not OTHERWISE.search(text):
        tree = tree_of(text)
        assert tree is not None, "Python does not read it"
        wanted = python_value(tree, known)
        assert same(result, wanted, text), (result, wanted)
    check_helpers(text)
    return "accepted"


def check_helpers(text):
    for helper in (assignment, number):
        for given in (text, f"w={text}"):
            try:
                made = helper(given)
            except ExpressionError as error:
                check_error(error, given)
            else:
                assert type(made[1] if helper is assignment else made) is float


def form(message):
    """An error without what it quotes, so that errors can be counted."""
    message = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", message)
    message = re.sub(r"^\w+\(.*\) takes .*", "… takes … operands, not …", message)
    message = re.sub(r"write \S+ for", "write … for", message)
    message = re.sub(r"write \S+\(\.\.\.\)", "write …(...)", message)
    end = r"(give it one|must be|did you mean|its names are) .*"
    return re.sub(end, r"\1 …", message)


# --- running ---------------------------------------------------------------------


def batch(seed, first, count, progress=None):
    """Check so many cases; a report that JSON can hold."""
    began = time.process_time()
    kinds, forms, failures = collections.Counter(), collections.Counter(), []
    slowest = (0.0, -1, "")
    for index in range(first, first + count):
        if progress:
            progress.seek(0)
            progress.write(b"%20d" % index)
        made = case(seed, index)
        start = time.process_time()
        try:
            outcome = check(made)
            kinds[made.kind, "accepted" if outcome == "accepted" else "refused"] += 1
            forms[outcome] += 1
        except Exception as error:  # whatever comes out is what is looked for
            failures.append((seed, index, made.text[:300], f"{error!r}"[:500]))
        seconds = time.process_time() - start
        slowest = max(slowest, (seconds, index, made.text[:60]))
        if seconds > SECONDS_A_CASE:
            failures.append((seed, index, made.text[:300], f"took {seconds:.1f} s"))
    return {
        "seconds": time.process_time() - began,
        "cases": count,
        "kinds": [(*kind, n) for kind, n in kinds.items()],
        "forms": list(forms.items()),
        "failures": failures,
        "slowest": (*slowest, seed),
    }


FUZZER = Fuzzer(
    "tests.fuzz_expressions",
    __doc__,
    batch,
    lambda seed, index: case(seed, index).text[:300],
    CASES_A_BATCH,
    1200,
)

if __name__ == "__main__":
    raise SystemExit(FUZZER.main())
