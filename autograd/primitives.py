"""The table of primitives: one row for each function the engine can differentiate.

A row's `forward` and `partials` are written once, over any number type. Their first
parameter `math` is the interpretation, a namespace of functions: over floats the row
computes, over Values it records (so that it can be differentiated again), over
symbols it prints. Everything else in the project that knows about a primitive reads
it here; nothing here knows about Value.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd import floats

inf, nan = float("inf"), float("nan")


@dataclass(frozen=True)
class At:
    """A convention: the value and the local derivatives at a kink or singularity."""

    operands: tuple[float, ...]
    value: float
    partials: tuple[float, ...]
    remark: str = ""


@dataclass(frozen=True, eq=False)
class Primitive:
    """One row of the table.

    `forward(math, *operands)` is the value; `partials(math, out, *operands)` the tuple
    of local derivatives, in the operands' order. `arity` is None where any number of
    operands is taken. `text` and `latex` are templates ({0}, {1}; {all} for all the
    operands, {left} and {right} for each half, comma between); `symbol` is the sign in
    pictures. `rule` names the rule of differentiation in an explanation, and `textbook`
    is how textbooks write the local derivatives, where `partials` is written for the
    tails. `samples` are ordinary points, where the rule must agree with every oracle;
    `conventions` are the others.
    """

    name: str
    forward: Callable[..., Any]
    partials: Callable[..., tuple[Any, ...]]
    samples: tuple[tuple[float, ...], ...]
    doc: str
    example: tuple[str, float]
    text: str = ""
    latex: str = ""
    symbol: str = ""
    identifier: str = ""
    arity: int | None = 1
    parameters: tuple[str, ...] = ("x",)
    defaults: tuple[float, ...] = ()
    aliases: tuple[str, ...] = ()
    commutative: bool = False
    method: bool = True
    rule: str = ""
    textbook: Callable[..., tuple[Any, ...]] | None = None
    conventions: tuple[At, ...] = ()

    def __post_init__(self) -> None:
        fill = object.__setattr__
        fill(self, "identifier", self.identifier or self.name)
        fill(self, "symbol", self.symbol or self.name)
        fill(self, "rule", self.rule or f"derivative of {self.name}")
        operands = ", ".join(f"{{{i}}}" for i in range(self.arity or 0)) or "{all}"
        fill(self, "text", self.text or f"{self.name}({operands})")
        name = self.identifier.replace("_", r"\_")
        fill(self, "latex", self.latex or rf"\operatorname{{{{{name}}}}}({operands})")

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        return _row_named, (self.name,)

    def at(self, *operands: float) -> tuple[float, tuple[float, ...]]:
        """The value and the local derivatives at these floats, by IEEE 754.

        >>> ROWS["*"].at(2.0, -3.0)
        (-6.0, (-3.0, 2.0))
        >>> ROWS["/"].at(1.0, 0.0)
        (inf, (inf, -inf))
        """
        try:
            out = self.forward(floats, *operands)
            return out, self.partials(floats, out, *operands)
        except ZeroDivisionError:
            return self._at_ieee(*operands)

    # The same for one operand and for two: unpacking a tuple costs as much as the rule.

    def at_one(self, x: float) -> tuple[float, tuple[float, ...]]:
        try:
            out = self.forward(floats, x)
            return out, self.partials(floats, out, x)
        except ZeroDivisionError:
            return self._at_ieee(x)

    def at_two(self, x: float, y: float) -> tuple[float, tuple[float, ...]]:
        try:
            out = self.forward(floats, x, y)
            return out, self.partials(floats, out, x, y)
        except ZeroDivisionError:
            return self._at_ieee(x, y)

    def _at_ieee(self, *operands: float) -> tuple[float, tuple[float, ...]]:
        # Python's division raises where IEEE 754 has an answer: the same rule over
        # floats that divide as the hardware does.
        exact = [floats.Ieee(x) for x in operands]
        out = self.forward(floats.ieee_math, *exact)
        partials = self.partials(floats.ieee_math, floats.Ieee(out), *exact)
        return float(out), tuple(float(p) for p in partials)


TABLE: list[Primitive] = []
ROWS: dict[str, Primitive] = {}


def _row_named(name: str) -> Primitive:
    return ROWS[name]


def row(name: str, forward: Any, partials: Any, *samples: Any, **facts: Any) -> None:
    points = tuple(s if isinstance(s, tuple) else (s,) for s in samples)
    primitive = Primitive(name, forward, partials, points, **facts)
    if name in ROWS:
        raise ValueError(f"two primitives are named {name!r}")
    TABLE.append(primitive)
    ROWS[name] = primitive


def _unless_nan(math: Any, x: Any, slope: Any) -> Any:
    """A nan must not hide behind a finite slope."""
    return math.where(x == x, slope, math.nan)


# --- arithmetic ------------------------------------------------------------------

row(
    "+",
    lambda math, x, y: x + y,
    lambda math, out, x, y: (1.0, 1.0),
    *((2.0, -3.5), (1e-3, 40.0)),
    identifier="add",
    arity=2,
    parameters=("x", "y"),
    commutative=True,
    text="{0} + {1}",
    latex="{0} + {1}",
    rule="sum rule: it passes on unchanged",
    doc="Sum of two numbers.",
    example=("add(2.0, 3.0)", 5.0),
)
row(
    "-",
    lambda math, x, y: x - y,
    lambda math, out, x, y: (1.0, -1.0),
    *((2.0, -3.5), (40.0, 1e-3)),
    identifier="sub",
    arity=2,
    parameters=("x", "y"),
    symbol="−",
    text="{0} - {1}",
    latex="{0} - {1}",
    rule="difference: the second operand's sign turns",
    doc="Difference of two numbers.",
    example=("sub(2.0, 3.0)", -1.0),
)
row(
    "*",
    lambda math, x, y: x * y,
    lambda math, out, x, y: (y, x),
    *((2.0, -3.5), (1e-3, 40.0)),
    identifier="mul",
    arity=2,
    parameters=("x", "y"),
    commutative=True,
    symbol="×",
    text="{0} · {1}",
    latex=r"{0} \cdot {1}",
    rule="product rule: the other factor",
    doc="Product of two numbers; each local derivative is the other factor.",
    example=("mul(2.0, 3.0)", 6.0),
)
row(
    "/",
    lambda math, x, y: x / y,
    lambda math, out, x, y: (1 / y, -out / y),
    *((2.0, -3.5), (1e-3, 40.0)),
    identifier="div",
    arity=2,
    parameters=("x", "y"),
    symbol="÷",
    text="{0} / {1}",
    latex=r"\frac{{{0}}}{{{1}}}",
    rule="quotient rule",
    doc="Quotient of two numbers (quotient rule).",
    example=("div(3.0, 2.0)", 1.5),
    conventions=(At((1.0, 0.0), inf, (inf, -inf), "Python's / raises"),),
)
row(
    "//",
    lambda math, x, y: x // y,
    lambda math, out, x, y: (0.0, 0.0),
    *((7.5, 2.0), (-7.5, 2.0)),
    identifier="floordiv",
    arity=2,
    parameters=("x", "y"),
    text="{0} // {1}",
    latex=r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
    rule="flat: no slope",
    doc="Floor of the quotient; flat, so both slopes are 0.",
    example=("floordiv(7.5, 2.0)", 3.0),
)
row(
    "%",
    lambda math, x, y: x % y,
    lambda math, out, x, y: (1.0, -(x // y)),
    *((7.5, 2.0), (-7.5, 2.0), (7.5, -2.0)),
    identifier="mod",
    arity=2,
    parameters=("x", "y"),
    text="{0} % {1}",
    latex=r"{0} \bmod {1}",
    rule="difference of x and y · floor(x / y)",
    doc="Remainder with the divisor's sign, as Python's %; x - y * floor(x / y).",
    example=("mod(-7.5, 2.0)", 0.5),
    conventions=(At((6.0, 2.0), 0.0, (1.0, -3.0), "sign as Python's %"),),
)
row(
    "neg",
    lambda math, x: -x,
    lambda math, out, x: (-1.0,),
    2.0,
    -3.5,
    symbol="−",
    text="-{0}",
    latex="-{0}",
    aliases=("negative",),
    rule="the sign turns",
    doc="The number with its sign changed.",
    example=("neg(2.0)", -2.0),
)


def _constant_power_slope(math: Any, x: Any, n: Any) -> Any:
    # x**0 is flat, and 0 * x**-1 must not say nan at 0 and close to it
    return math.where(n == 0, _unless_nan(math, x, 0.0), n * math.pow(x, n - 1))


row(
    "**",
    lambda math, x, n: math.pow(x, n),
    lambda math, out, x, n: (_constant_power_slope(math, x, n), 0.0),
    *((2.0, 3.0), (-1.5, 2.0), (2.5, -0.5), (1.7, 0.5)),
    identifier="pow_constant",
    arity=2,
    parameters=("x", "n"),
    symbol="^",
    text="{0} ** {1}",
    latex="{{{0}}}^{{{1}}}",
    method=False,
    rule="power rule",
    doc="Power with a constant exponent (power rule); no slope in the exponent.",
    example=("pow_constant(2.0, 3.0)", 8.0),
    conventions=(
        At((0.0, 0.0), 1.0, (0.0, 0.0)),
        At((0.0, -1.0), inf, (-inf, 0.0)),
        At((-2.0, 2.0), 4.0, (-4.0, 0.0)),
        At((-2.0, 0.5), nan, (nan, 0.0), "never complex"),
    ),
)


def _power_slope(math: Any, x: Any, y: Any) -> Any:
    # So here, but only at x = 0: elsewhere the general formula has to stay, or the
    # mixed second derivative would be lost.
    corner = math.where(x == 0, y == 0, False)
    return math.where(corner, 0.0, y * math.pow(x, y - 1))


def _exponent_slope(math: Any, out: Any, x: Any, y: Any) -> Any:
    flat = math.where(x == 0, y >= 0, False)
    return math.where(flat, 0.0, out * math.log(x))


row(
    "pow",
    lambda math, x, y: math.pow(x, y),
    lambda math, out, x, y: (
        _power_slope(math, x, y),
        _exponent_slope(math, out, x, y),
    ),
    *((2.0, 3.0), (2.5, -0.5), (0.3, 1.7)),
    arity=2,
    parameters=("x", "y"),
    symbol="^",
    text="{0} ** {1}",
    latex="{{{0}}}^{{{1}}}",
    aliases=("power",),
    rule="power rule",
    doc="x to the power y, both variable: slopes y x**(y-1) and x**y log(x).",
    example=("pow(2.0, 3.0)", 8.0),
    conventions=(
        At((0.0, 0.0), 1.0, (0.0, 0.0)),
        At((0.0, 2.0), 0.0, (0.0, 0.0)),
        At((0.0, -1.0), inf, (-inf, -inf)),
        At((-2.0, 2.0), 4.0, (-4.0, nan)),
        At((-2.0, 0.5), nan, (nan, nan), "never complex"),
    ),
)

# --- exponentials, logarithms, roots ---------------------------------------------

row(
    "exp",
    lambda math, x: math.exp(x),
    lambda math, out, x: (out,),
    0.3,
    -2.0,
    -600.0,
    30.0,
    latex=r"e^{{{0}}}",
    rule="its own derivative",
    doc="e to the power x; its own derivative.",
    example=("exp(0.0)", 1.0),
    conventions=(At((1000.0,), inf, (inf,), "Python's math.exp raises"),),
)
row(
    "exp2",
    lambda math, x: math.exp2(x),
    lambda math, out, x: (out * math.log(2.0),),
    0.3,
    -2.0,
    60.5,
    latex=r"2^{{{0}}}",
    doc="2 to the power x; derivative 2**x log(2).",
    example=("exp2(3.0)", 8.0),
    conventions=(At((1024.0,), inf, (inf,)),),
)
row(
    "expm1",
    lambda math, x: math.expm1(x),
    lambda math, out, x: (math.exp(x),),
    0.3,
    -2.0,
    1e-9,
    -40.0,
    text="exp({0}) - 1",
    latex=r"e^{{{0}}} - 1",
    doc="exp(x) - 1, accurate near 0; derivative exp(x).",
    example=("expm1(0.0)", 0.0),
)
row(
    "log",
    lambda math, x: math.log(x),
    lambda math, out, x: (math.where(x >= 0, 1 / x, math.nan),),
    0.3,
    2.0,
    1e-300,
    1e300,
    latex=r"\ln {0}",
    doc="Natural logarithm; derivative 1/x.",
    example=("log(1.0)", 0.0),
    conventions=(
        At((0.0,), -inf, (inf,)),
        At((-1.0,), nan, (nan,), "a slope of nothing would mislead"),
    ),
)
row(
    "log2",
    lambda math, x: math.log2(x),
    lambda math, out, x: (math.where(x >= 0, 1 / (x * math.log(2.0)), math.nan),),
    0.3,
    2.5,
    1e300,
    latex=r"\log_2 {0}",
    doc="Logarithm to base 2; derivative 1/(x log 2).",
    example=("log2(8.0)", 3.0),
    conventions=(At((0.0,), -inf, (inf,)), At((-1.0,), nan, (nan,))),
)
row(
    "log10",
    lambda math, x: math.log10(x),
    lambda math, out, x: (math.where(x >= 0, 1 / (x * math.log(10.0)), math.nan),),
    0.3,
    2.5,
    1e300,
    latex=r"\log_{{10}} {0}",
    doc="Logarithm to base 10; derivative 1/(x log 10).",
    example=("log10(1000.0)", 3.0),
    conventions=(At((0.0,), -inf, (inf,)), At((-1.0,), nan, (nan,))),
)
row(
    "log1p",
    lambda math, x: math.log1p(x),
    lambda math, out, x: (math.where(x >= -1, 1 / (1 + x), math.nan),),
    0.3,
    2.0,
    1e-12,
    -0.75,
    text="log(1 + {0})",
    latex=r"\ln(1 + {0})",
    doc="log(1 + x), accurate near 0; derivative 1/(1 + x).",
    example=("log1p(0.0)", 0.0),
    conventions=(At((-1.0,), -inf, (inf,)), At((-2.0,), nan, (nan,))),
)
row(
    "sqrt",
    lambda math, x: math.sqrt(x),
    lambda math, out, x: (0.5 / out,),
    0.3,
    2.0,
    1e-300,
    symbol="√",
    latex=r"\sqrt{{{0}}}",
    doc="Square root; derivative 1/(2 sqrt(x)).",
    example=("sqrt(9.0)", 3.0),
    conventions=(At((0.0,), 0.0, (inf,)), At((-1.0,), nan, (nan,))),
)
row(
    "cbrt",
    lambda math, x: math.cbrt(x),
    lambda math, out, x: (1 / (3 * out * out),),
    0.3,
    -2.0,
    1e-300,
    symbol="∛",
    latex=r"\sqrt[3]{{{0}}}",
    doc="Cube root, of negative numbers too; derivative 1/(3 cbrt(x)**2).",
    example=("cbrt(-27.0)", -3.0),
    conventions=(At((0.0,), 0.0, (inf,)),),
)
row(
    "square",
    lambda math, x: x * x,
    lambda math, out, x: (2 * x,),
    0.3,
    -2.0,
    symbol="x²",
    text="{0}²",
    latex="{{{0}}}^2",
    doc="x times x; derivative 2x.",
    example=("square(-3.0)", 9.0),
)
row(
    "reciprocal",
    lambda math, x: 1 / x,
    lambda math, out, x: (-out * out,),
    0.3,
    -2.0,
    1e150,
    symbol="1/x",
    text="1 / {0}",
    latex=r"\frac{{1}}{{{0}}}",
    doc="1/x; derivative -1/x**2.",
    example=("reciprocal(4.0)", 0.25),
    conventions=(At((0.0,), inf, (-inf,)),),
)
row(
    "rsqrt",
    lambda math, x: 1 / math.sqrt(x),
    lambda math, out, x: (-0.5 * out / x,),
    0.3,
    2.0,
    1e-100,
    text="1 / sqrt({0})",
    latex=r"\frac{{1}}{{\sqrt{{{0}}}}}",
    doc="1/sqrt(x); derivative -1/(2 x sqrt(x)).",
    example=("rsqrt(4.0)", 0.5),
    conventions=(At((0.0,), inf, (-inf,)), At((-1.0,), nan, (nan,))),
)

# --- trigonometric and hyperbolic ------------------------------------------------

row(
    "sin",
    lambda math, x: math.sin(x),
    lambda math, out, x: (math.cos(x),),
    0.3,
    -2.0,
    100.0,
    latex=r"\sin {0}",
    doc="Sine of an angle in radians; derivative cos(x).",
    example=("sin(0.0)", 0.0),
    conventions=(At((inf,), nan, (nan,), "Python's math.sin raises"),),
)
row(
    "cos",
    lambda math, x: math.cos(x),
    lambda math, out, x: (-math.sin(x),),
    0.3,
    -2.0,
    100.0,
    latex=r"\cos {0}",
    doc="Cosine of an angle in radians; derivative -sin(x).",
    example=("cos(0.0)", 1.0),
    conventions=(At((inf,), nan, (nan,)),),
)
row(
    "tan",
    lambda math, x: math.tan(x),
    lambda math, out, x: (1 + out * out,),
    0.3,
    -2.0,
    1.5,
    latex=r"\tan {0}",
    doc="Tangent of an angle in radians; derivative 1 + tan(x)**2.",
    example=("tan(0.0)", 0.0),
)
row(
    "asin",
    lambda math, x: math.asin(x),
    lambda math, out, x: (1 / math.sqrt((1 - x) * (1 + x)),),
    0.3,
    -0.9,
    1 - 1e-9,
    latex=r"\arcsin {0}",
    aliases=("arcsin",),
    doc="Inverse sine, in radians; derivative 1/sqrt((1 - x)(1 + x)).",
    example=("asin(0.0)", 0.0),
    conventions=(
        At((1.0,), 1.5707963267948966, (inf,)),
        At((-1.0,), -1.5707963267948966, (inf,)),
        At((2.0,), nan, (nan,)),
    ),
)
row(
    "acos",
    lambda math, x: math.acos(x),
    lambda math, out, x: (-1 / math.sqrt((1 - x) * (1 + x)),),
    0.3,
    -0.9,
    0.99,
    latex=r"\arccos {0}",
    aliases=("arccos",),
    doc="Inverse cosine, in radians; derivative -1/sqrt((1 - x)(1 + x)).",
    example=("acos(1.0)", 0.0),
    conventions=(
        At((1.0,), 0.0, (-inf,)),
        At((-1.0,), 3.141592653589793, (-inf,)),
        At((2.0,), nan, (nan,)),
    ),
)
row(
    "atan",
    lambda math, x: math.atan(x),
    lambda math, out, x: (1 / (1 + x * x),),
    0.3,
    -2.0,
    1e8,
    latex=r"\arctan {0}",
    aliases=("arctan",),
    doc="Inverse tangent, in radians; derivative 1/(1 + x**2).",
    example=("atan(0.0)", 0.0),
)
row(
    "sinh",
    lambda math, x: math.sinh(x),
    lambda math, out, x: (math.cosh(x),),
    0.3,
    -2.0,
    30.0,
    latex=r"\sinh {0}",
    doc="Hyperbolic sine; derivative cosh(x).",
    example=("sinh(0.0)", 0.0),
    conventions=(At((1000.0,), inf, (inf,)),),
)
row(
    "cosh",
    lambda math, x: math.cosh(x),
    lambda math, out, x: (math.sinh(x),),
    0.3,
    -2.0,
    30.0,
    latex=r"\cosh {0}",
    doc="Hyperbolic cosine; derivative sinh(x).",
    example=("cosh(0.0)", 1.0),
    conventions=(At((-1000.0,), inf, (-inf,)),),
)


def _sech_squared(math: Any, x: Any) -> Any:
    # 1/cosh(x)**2 has 0 * inf in its derivative where cosh(x) overflows
    decay = math.exp(math.where(x < 0, 2 * x, -2 * x))
    return 4 * decay / ((1 + decay) * (1 + decay))


row(
    "tanh",
    lambda math, x: math.tanh(x),
    # 1 - tanh(x)**2 would lose every digit in the tails
    lambda math, out, x: (_sech_squared(math, x),),
    0.3,
    -2.0,
    20.0,
    latex=r"\tanh {0}",
    textbook=lambda math, out, x: (1 - out * out,),
    doc="Hyperbolic tangent; derivative 1/cosh(x)**2.",
    example=("tanh(0.0)", 0.0),
    conventions=(At((1000.0,), 1.0, (0.0,)),),
)
row(
    "asinh",
    lambda math, x: math.asinh(x),
    # beyond 1e8 the 1 is below the last digit, and x * x would overflow in the end
    lambda math, out, x: (
        1 / math.where(math.abs(x) < 1e8, math.sqrt(1 + x * x), math.abs(x)),
    ),
    0.3,
    -2.0,
    1e200,
    latex=r"\operatorname{{arsinh}} {0}",
    aliases=("arcsinh",),
    doc="Inverse hyperbolic sine; derivative 1/sqrt(1 + x**2).",
    example=("asinh(0.0)", 0.0),
)
row(
    "acosh",
    lambda math, x: math.acosh(x),
    lambda math, out, x: (1 / (math.sqrt(x - 1) * math.sqrt(x + 1)),),
    1.3,
    2.0,
    1 + 1e-10,
    1e200,
    latex=r"\operatorname{{arcosh}} {0}",
    aliases=("arccosh",),
    doc="Inverse hyperbolic cosine; derivative 1/sqrt((x - 1)(x + 1)).",
    example=("acosh(1.0)", 0.0),
    conventions=(At((1.0,), 0.0, (inf,)), At((0.5,), nan, (nan,))),
)
row(
    "atanh",
    lambda math, x: math.atanh(x),
    lambda math, out, x: (
        math.where(math.abs(x) <= 1, 1 / ((1 - x) * (1 + x)), math.nan),
    ),
    0.3,
    -0.9,
    1 - 1e-9,
    latex=r"\operatorname{{artanh}} {0}",
    aliases=("arctanh",),
    doc="Inverse hyperbolic tangent; derivative 1/((1 - x)(1 + x)).",
    example=("atanh(0.0)", 0.0),
    conventions=(
        At((1.0,), inf, (inf,)),
        At((-1.0,), -inf, (inf,)),
        At((2.0,), nan, (nan,)),
    ),
)

# --- pieces and steps ------------------------------------------------------------

row(
    "abs",
    lambda math, x: math.abs(x),
    lambda math, out, x: (math.sign(x),),
    0.3,
    -2.0,
    symbol="|x|",
    text="|{0}|",
    latex=r"\left|{0}\right|",
    aliases=("absolute", "fabs"),
    doc="Absolute value; derivative sign(x), 0 at 0.",
    example=("abs(-2.0)", 2.0),
    conventions=(At((0.0,), 0.0, (0.0,)), At((nan,), nan, (nan,))),
)
for _name, _latex, _doc, _example, _at in (
    (
        "sign",
        r"\operatorname{{sign}}({0})",
        "-1, 0 or 1",
        -1.0,
        At((0.0,), 0.0, (0.0,)),
    ),
    (
        "floor",
        r"\lfloor {0} \rfloor",
        "Largest whole number not above x",
        -3.0,
        At((2.0,), 2.0, (0.0,)),
    ),
    (
        "ceil",
        r"\lceil {0} \rceil",
        "Smallest whole number not below x",
        -2.0,
        At((2.0,), 2.0, (0.0,)),
    ),
    (
        "trunc",
        r"\operatorname{{trunc}}({0})",
        "x without its fraction",
        -2.0,
        At((2.0,), 2.0, (0.0,)),
    ),
    (
        "round",
        r"\operatorname{{round}}({0})",
        "Nearest whole number, half to even",
        -2.0,
        At((2.5,), 2.0, (0.0,)),
    ),
):
    row(
        _name,
        # the default binds the loop's name
        lambda math, x, name=_name: getattr(math, name)(x),
        lambda math, out, x: (0.0,),
        0.3,
        -2.25,
        7.75,
        latex=_latex,
        aliases={"round": ("rint",)}.get(_name, ()),
        doc=f"{_doc}; flat, so the slope is 0 everywhere.",
        example=(f"float({_name}(-2.25))", _example),
        conventions=(_at,),
    )
row(
    "clip",
    lambda math, x, lo, hi: math.where(x < lo, lo, math.where(x > hi, hi, x)),
    lambda math, out, x, lo, hi: (
        math.where(x < lo, 0.0, math.where(x > hi, 0.0, _unless_nan(math, x, 1.0))),
        math.where(x < lo, 1.0, 0.0),
        math.where(x < lo, 0.0, math.where(x > hi, 1.0, 0.0)),
    ),
    *((0.3, -1.0, 1.0), (3.0, -1.0, 1.0), (-3.0, -1.0, 1.0)),
    arity=3,
    parameters=("x", "lo", "hi"),
    doc="x held between lo and hi; slope 1 inside and on the bounds.",
    example=("clip(3.0, -1.0, 1.0)", 1.0),
    conventions=(
        At((-1.0, -1.0, 1.0), -1.0, (1.0, 0.0, 0.0)),
        At((1.0, -1.0, 1.0), 1.0, (1.0, 0.0, 0.0)),
        At((nan, -1.0, 1.0), nan, (nan, 0.0, 0.0)),
    ),
)

# --- special functions -----------------------------------------------------------

row(
    "erf",
    lambda math, x: math.erf(x),
    lambda math, out, x: (2 / math.sqrt(math.pi) * math.exp(-x * x),),
    0.3,
    -2.0,
    1e-9,
    doc="Error function; derivative 2/sqrt(pi) exp(-x**2) (DLMF 7.2.1).",
    example=("erf(0.0)", 0.0),
)
row(
    "erfc",
    lambda math, x: math.erfc(x),
    lambda math, out, x: (-2 / math.sqrt(math.pi) * math.exp(-x * x),),
    0.3,
    -2.0,
    10.0,
    doc="1 - erf(x), accurate for large x (DLMF 7.2.2).",
    example=("erfc(0.0)", 1.0),
)
row(
    "gamma",
    lambda math, x: math.gamma(x),
    lambda math, out, x: (out * math.digamma(x),),
    0.3,
    4.5,
    -1.5,
    symbol="Γ",
    latex=r"\Gamma({0})",
    doc="Gamma function; derivative gamma(x) digamma(x) (DLMF 5.2.2).",
    example=("gamma(5.0)", 24.0),
)
row(
    "lgamma",
    lambda math, x: math.lgamma(x),
    lambda math, out, x: (math.digamma(x),),
    0.3,
    4.5,
    100.0,
    1 + 1e-7,
    symbol="ln Γ",
    latex=r"\ln\left|\Gamma({0})\right|",
    doc="Logarithm of |gamma(x)|; derivative digamma(x).",
    example=("lgamma(1.0)", 0.0),
)
row(
    "digamma",
    lambda math, x: math.digamma(x),
    lambda math, out, x: (math.polygamma(1, x),),
    0.3,
    4.5,
    -1.3,
    100.0,
    symbol="ψ",
    latex=r"\psi({0})",
    doc="Logarithmic derivative of gamma (DLMF 5.2.2); derivative polygamma(1, x).",
    example=("digamma(1.0)", -0.5772156649015329),
)
row(
    "polygamma",
    lambda math, n, x: math.polygamma(n, x),
    lambda math, out, n, x: (0.0, math.polygamma(n + 1, x)),
    *((1.0, 0.3), (2.0, 4.5), (1.0, 50.0)),
    arity=2,
    parameters=("n", "x"),
    method=False,
    symbol="ψₙ",
    latex=r"\psi^{{({0})}}({1})",
    doc="n-th derivative of digamma, n a constant whole number (DLMF 5.15).",
    example=("polygamma(1, 1.0)", 1.6449340668482264),
)

# --- activations -----------------------------------------------------------------

row(
    "relu",
    lambda math, x: math.where(x > 0, x, _unless_nan(math, x, 0.0)),
    lambda math, out, x: (math.where(x > 0, 1.0, _unless_nan(math, x, 0.0)),),
    0.3,
    -2.0,
    rule="all or nothing",
    doc="max(x, 0); slope 0 at 0.",
    example=("relu(-2.0)", 0.0),
    conventions=(
        At((0.0,), 0.0, (0.0,)),
        At((nan,), nan, (nan,), "a nan must not hide"),
    ),
)
row(
    "leaky_relu",
    lambda math, x, slope: math.where(x > 0, x, slope * x),
    lambda math, out, x, slope: (
        math.where(x > 0, 1.0, _unless_nan(math, x, slope)),
        math.where(x > 0, 0.0, x),
    ),
    *((0.3, 0.01), (-2.0, 0.2)),
    arity=2,
    parameters=("x", "slope"),
    defaults=(0.01,),
    doc="x where positive, else slope * x; at 0 the slope is `slope`.",
    example=("leaky_relu(-2.0, 0.25)", -0.5),
    conventions=(At((0.0, 0.01), 0.0, (0.01, 0.0)),),
)
row(
    "relu6",
    lambda math, x: math.where(
        x > 0, math.where(x < 6, x, 6.0), _unless_nan(math, x, 0.0)
    ),
    lambda math, out, x: (
        math.where(x > 0, math.where(x < 6, 1.0, 0.0), _unless_nan(math, x, 0.0)),
    ),
    0.3,
    -2.0,
    7.0,
    doc="x held between 0 and 6; slope 0 at both.",
    example=("relu6(7.0)", 6.0),
    conventions=(At((0.0,), 0.0, (0.0,)), At((6.0,), 6.0, (0.0,))),
)
row(
    "elu",
    lambda math, x, alpha: math.where(x > 0, x, alpha * math.expm1(x)),
    lambda math, out, x, alpha: (
        math.where(x > 0, 1.0, alpha * math.exp(x)),
        math.where(x > 0, 0.0, math.expm1(x)),
    ),
    *((0.3, 1.0), (-2.0, 1.0), (-0.5, 0.7)),
    arity=2,
    parameters=("x", "alpha"),
    defaults=(1.0,),
    doc="x where positive, else alpha (exp(x) - 1).",
    example=("elu(2.0)", 2.0),
    conventions=(At((0.0, 1.0), 0.0, (1.0, 0.0)),),
)
# Klambauer et al. 2017, "Self-Normalizing Neural Networks", to double precision
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
row(
    "selu",
    lambda math, x: _SELU_SCALE * math.where(x > 0, x, _SELU_ALPHA * math.expm1(x)),
    lambda math, out, x: (
        _SELU_SCALE * math.where(x > 0, 1.0, _SELU_ALPHA * math.exp(x)),
    ),
    0.3,
    -2.0,
    doc="Self-normalising ELU (Klambauer et al. 2017).",
    example=("selu(0.0)", 0.0),
    conventions=(
        At((0.0,), 0.0, (1.7580993408473768,), "as ELU: slope from the left"),
    ),
)
row(
    "gelu",
    lambda math, x: 0.5 * x * math.erfc(-x / math.sqrt(2.0)),
    lambda math, out, x: (
        0.5 * math.erfc(-x / math.sqrt(2.0))
        + x * math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi),
    ),
    0.3,
    -2.0,
    -10.0,
    5.0,
    doc="x times the normal distribution function, exact (Hendrycks, Gimpel 2016).",
    example=("gelu(0.0)", 0.0),
)
row(
    "sigmoid",
    lambda math, x: math.sigmoid(x),
    # 1 - sigmoid(x) would lose every digit in the right tail
    lambda math, out, x: (out * math.sigmoid(-x),),
    0.3,
    -2.0,
    40.0,
    -40.0,
    symbol="σ",
    latex=r"\sigma({0})",
    textbook=lambda math, out, x: (out * (1 - out),),
    doc="Logistic function 1/(1 + exp(-x)); derivative sigmoid(x) sigmoid(-x).",
    example=("sigmoid(0.0)", 0.5),
    conventions=(At((-1000.0,), 0.0, (0.0,)),),
)
row(
    "logsigmoid",
    lambda math, x: math.where(x < 0, x, 0.0) - math.log1p(math.exp(-math.abs(x))),
    lambda math, out, x: (math.sigmoid(-x),),
    0.3,
    -2.0,
    40.0,
    symbol="ln σ",
    latex=r"\ln \sigma({0})",
    doc="log(sigmoid(x)) without overflow; derivative sigmoid(-x).",
    example=("logsigmoid(-1000.0)", -1000.0),
)
row(
    "softplus",
    lambda math, x: math.softplus(x),
    lambda math, out, x: (math.sigmoid(x),),
    0.3,
    -2.0,
    25.0,
    -30.0,
    doc="log(1 + exp(x)) without overflow; derivative sigmoid(x).",
    example=("softplus(1000.0)", 1000.0),
    conventions=(At((25.0,), 25.000000000013888, (0.9999999999861121,)),),
)
row(
    "silu",
    lambda math, x: x * math.sigmoid(x),
    lambda math, out, x: (math.sigmoid(x) * (1 + x * math.sigmoid(-x)),),
    0.3,
    -2.0,
    -30.0,
    doc="x sigmoid(x), also called swish.",
    example=("silu(0.0)", 0.0),
)
row(
    "mish",
    lambda math, x: x * math.tanh(math.softplus(x)),
    lambda math, out, x: (
        math.tanh(math.softplus(x))
        + x * math.sigmoid(x) * _sech_squared(math, math.softplus(x)),
    ),
    0.3,
    -2.0,
    -30.0,
    doc="x tanh(softplus(x)) (Misra 2019).",
    example=("mish(0.0)", 0.0),
)
row(
    "softsign",
    lambda math, x: math.where(
        math.abs(x) == math.inf, math.sign(x), x / (1 + math.abs(x))
    ),
    lambda math, out, x: (1 / ((1 + math.abs(x)) * (1 + math.abs(x))),),
    0.3,
    -2.0,
    1e10,
    doc="x/(1 + |x|); derivative 1/(1 + |x|)**2.",
    example=("softsign(1.0)", 0.5),
    conventions=(At((inf,), 1.0, (0.0,), "the limit"),),
)
row(
    "hardtanh",
    lambda math, x: math.where(x < -1, -1.0, math.where(x > 1, 1.0, x)),
    lambda math, out, x: (
        math.where(x <= -1, 0.0, math.where(x >= 1, 0.0, _unless_nan(math, x, 1.0))),
    ),
    0.3,
    -2.0,
    doc="x held between -1 and 1; slope 0 at both.",
    example=("hardtanh(3.0)", 1.0),
    conventions=(At((-1.0,), -1.0, (0.0,)), At((1.0,), 1.0, (0.0,))),
)

# --- two operands ----------------------------------------------------------------

row(
    "fmod",
    lambda math, x, y: math.fmod(x, y),
    lambda math, out, x, y: (1.0, -math.round((x - out) / y)),
    *((7.5, 2.0), (-7.5, 2.0)),
    arity=2,
    parameters=("x", "y"),
    latex=r"\operatorname{{fmod}}({0}, {1})",
    doc="Remainder with the dividend's sign; x - y trunc(x / y).",
    example=("fmod(-7.5, 2.0)", -1.5),
)
row(
    "remainder",
    lambda math, x, y: math.remainder(x, y),
    lambda math, out, x, y: (1.0, -math.round((x - out) / y)),
    *((7.5, 2.0), (-7.2, 2.0)),
    arity=2,
    parameters=("x", "y"),
    doc="IEEE 754 remainder; x - y round(x / y), half to even.",
    example=("remainder(7.5, 2.0)", -0.5),
)
row(
    "copysign",
    lambda math, x, y: math.copysign(x, y),
    lambda math, out, x, y: (math.sign(x) * math.copysign(1.0, y), 0.0),
    *((2.0, -3.0), (-2.0, -3.0), (-2.0, 3.0)),
    arity=2,
    parameters=("x", "y"),
    doc="The magnitude of x with the sign of y; slope 0 at x = 0.",
    example=("copysign(2.0, -1.0)", -2.0),
    conventions=(At((0.0, 1.0), 0.0, (0.0, 0.0)),),
)


def _atan2_partials(math: Any, y: Any, x: Any) -> tuple[Any, Any]:
    # x/r**2 and -y/r**2, scaled so that r**2 neither overflows nor vanishes
    scale = math.max(math.abs(x), math.abs(y))
    across, along = x / scale, y / scale
    square = across * across + along * along
    return (
        math.where(scale == 0, 0.0, across / square / scale),
        math.where(scale == 0, 0.0, -along / square / scale),
    )


row(
    "atan2",
    lambda math, y, x: math.atan2(y, x),
    lambda math, out, y, x: _atan2_partials(math, y, x),
    *((1.0, 2.0), (1.0, -2.0), (-3e200, 4e200)),
    arity=2,
    parameters=("y", "x"),
    aliases=("arctan2",),
    textbook=lambda math, out, y, x: (
        x / (x * x + y * y),
        -y / (x * x + y * y),
    ),
    doc="Angle of the point (x, y) in radians; slopes x/r**2 and -y/r**2.",
    example=("atan2(0.0, 1.0)", 0.0),
    conventions=(At((0.0, 0.0), 0.0, (0.0, 0.0)),),
)


def _share_of_two(math: Any, x: Any, y: Any) -> Any:
    # equal infinities have no difference, and share evenly
    gap = x - y
    return math.where(gap == gap, math.sigmoid(gap), math.where(x == y, 0.5, math.nan))


row(
    "logaddexp",
    lambda math, x, y: math.where(
        x == y,
        x + math.log(2.0),
        math.max(x, y) + math.log1p(math.exp(-math.abs(x - y))),
    ),
    lambda math, out, x, y: (
        _share_of_two(math, x, y),
        _share_of_two(math, y, x),
    ),
    *((1.0, 2.0), (-700.0, -702.0), (0.0, -40.0)),
    arity=2,
    parameters=("x", "y"),
    commutative=True,
    doc="log(exp(x) + exp(y)) without overflow.",
    example=("logaddexp(0.0, 0.0)", 0.6931471805599453),
)


def _xlogy_partials(math: Any, x: Any, y: Any) -> tuple[Any, Any]:
    # 0 where x = 0 makes up for the logarithm; at y > 0 the general formula has to
    # stay, or the mixed second derivative would be lost
    corner = math.where(x == 0, y <= 0, False)
    return math.where(corner, 0.0, math.log(y)), math.where(corner, 0.0, x / y)


row(
    "xlogy",
    lambda math, x, y: math.where(y == y, math.where(x == 0, 0.0, x * math.log(y)), y),
    lambda math, out, x, y: _xlogy_partials(math, x, y),
    *((2.0, 3.0), (-0.5, 0.3)),
    arity=2,
    parameters=("x", "y"),
    doc="x log(y), and 0 where x is 0.",
    example=("xlogy(0.0, 0.0)", 0.0),
    conventions=(At((0.0, 0.0), 0.0, (0.0, 0.0)),),
)
row(
    "softmax",
    lambda math, x, total: math.exp(x - total),
    lambda math, out, x, total: (out, -out),
    *((1.0, 2.0), (-3.0, -2.5)),
    arity=2,
    parameters=("x", "total"),
    method=False,
    identifier="softmax_share",
    text="exp({0} - {1})",
    latex=r"e^{{{0} - {1}}}",
    doc="One share of a softmax: exp(x - total), total the logsumexp of all.",
    example=("softmax_share(0.0, 0.0)", 1.0),
)

# --- three operands --------------------------------------------------------------

row(
    "fma",
    lambda math, x, y, z: math.fma(x, y, z),
    lambda math, out, x, y, z: (y, x, 1.0),
    *((2.0, -3.5, 0.5), (1e-3, 40.0, 2.0)),
    arity=3,
    parameters=("x", "y", "z"),
    method=False,
    text="{0} · {1} + {2}",
    latex=r"{0} \cdot {1} + {2}",
    rule="product and sum rule",
    doc="x y + z, rounded once.",
    example=("fma(2.0, 3.0, 4.0)", 10.0),
)

# --- any number of operands ------------------------------------------------------


def _shares(math: Any, out: Any, xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """1 to the operand that is the result, shared evenly at ties, all of it to nans."""
    wins = [math.where(x == out, 1.0, math.where(x == x, 0.0, 1.0)) for x in xs]
    ties = math.sum(wins)
    return tuple(win / ties for win in wins)


def _products_of_others(xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """For each factor the product of the others, in 2n steps and without division."""
    before = itertools.accumulate(xs[:-1], operator.mul, initial=1.0)
    after = [*itertools.accumulate(xs[:0:-1], operator.mul, initial=1.0)]
    return tuple(left * right for left, right in zip(before, reversed(after)))


def _logsumexp(math: Any, xs: tuple[Any, ...]) -> Any:
    top = math.max(*xs)
    if not math.isfinite(top):
        return top
    # log1p of all but the top keeps the digits of a total just above the top
    rest = list(xs)
    rest.remove(top)
    return top + math.log1p(math.sum([math.exp(x - top) for x in rest]))


def _halves(operands: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    middle = len(operands) // 2
    return operands[:middle], operands[middle:]


row(
    "sum",
    lambda math, *xs: math.sum(xs),
    lambda math, out, *xs: (1.0,) * len(xs),
    *((1.0, 2.5, -0.25), (3.0,)),
    arity=None,
    parameters=("xs",),
    symbol="Σ",
    commutative=True,
    latex=r"\sum ({all})",
    rule="sum rule: it passes on unchanged",
    doc="Sum of a list, from left to right, as one node.",
    example=("sum([1.0, 2.0, 3.0])", 6.0),
)
row(
    "fsum",
    lambda math, *xs: math.fsum(xs),
    lambda math, out, *xs: (1.0,) * len(xs),
    *((1.0, 1e-17, -1.0), (3.0,)),
    arity=None,
    parameters=("xs",),
    symbol="Σ",
    commutative=True,
    latex=r"\sum ({all})",
    rule="sum rule: it passes on unchanged",
    doc="Sum of a list, correctly rounded, as one node.",
    example=("fsum([0.1] * 10)", 1.0),
)
row(
    "mean",
    lambda math, *xs: math.sum(xs) / len(xs),
    lambda math, out, *xs: (1.0 / len(xs),) * len(xs),
    *((1.0, 2.5, -0.25), (3.0,)),
    arity=None,
    parameters=("xs",),
    commutative=True,
    rule="an equal share",
    doc="Arithmetic mean of a list.",
    example=("mean([1.0, 2.0, 3.0])", 2.0),
)
row(
    "prod",
    lambda math, *xs: math.prod(xs),
    lambda math, out, *xs: _products_of_others(xs),
    *((1.5, 2.5, -0.25), (3.0,), (2.0, 0.0, 4.0)),
    arity=None,
    parameters=("xs",),
    symbol="Π",
    commutative=True,
    latex=r"\prod ({all})",
    rule="product rule: the other factors",
    doc="Product of a list; each slope is the product of the other factors.",
    example=("prod([2.0, 3.0, 4.0])", 24.0),
)
row(
    "dot",
    lambda math, *both: math.dot(*_halves(both)),
    lambda math, out, *both: (*_halves(both)[1], *_halves(both)[0]),
    *((1.0, 2.5, -0.25, 4.0), (3.0, 2.0)),
    arity=None,
    parameters=("xs", "ys"),
    symbol="·",
    text="dot([{left}], [{right}])",
    latex=r"({left}) \cdot ({right})",
    rule="product rule: the other factor",
    doc="Sum of products of two lists of the same length, left to right.",
    example=("dot([1.0, 2.0], [3.0, 4.0])", 11.0),
)
row(
    "max",
    lambda math, *xs: math.max(*xs),
    lambda math, out, *xs: _shares(math, out, xs),
    *((1.0, 2.5), (2.5, -1.0, 0.5)),
    arity=None,
    parameters=("xs",),
    commutative=True,
    latex=r"\max({all})",
    rule="all to the largest",
    doc="Largest operand; ties share the slope, a nan takes all of it.",
    example=("max(1.0, 2.0)", 2.0),
    conventions=(
        At((1.0, 1.0), 1.0, (0.5, 0.5)),
        At((nan, 1.0), nan, (1.0, 0.0)),
    ),
)
row(
    "min",
    lambda math, *xs: math.min(*xs),
    lambda math, out, *xs: _shares(math, out, xs),
    *((1.0, 2.5), (2.5, -1.0, 0.5)),
    arity=None,
    parameters=("xs",),
    commutative=True,
    latex=r"\min({all})",
    rule="all to the smallest",
    doc="Smallest operand; ties share the slope, a nan takes all of it.",
    example=("min(1.0, 2.0)", 1.0),
    conventions=(
        At((1.0, 1.0), 1.0, (0.5, 0.5)),
        At((nan, 1.0), nan, (1.0, 0.0)),
    ),
)
row(
    "logsumexp",
    lambda math, *xs: _logsumexp(math, xs),
    lambda math, out, *xs: tuple(
        math.where(x == -math.inf, 0.0, math.exp(x - out)) for x in xs
    ),
    *((1.0, 2.5, -0.25), (0.0, -40.0), (1000.0, 1001.0)),
    arity=None,
    parameters=("xs",),
    commutative=True,
    latex=r"\ln \sum e^{{({all})}}",
    rule="its share of the softmax",
    doc="log of the sum of exponentials, without overflow; slopes are the softmax.",
    example=("logsumexp([1000.0])", 1000.0),
)
row(
    "hypot",
    lambda math, *xs: math.hypot(*xs),
    lambda math, out, *xs: tuple(math.where(out == 0, 0.0, x / out) for x in xs),
    *((3.0, 4.0), (1.0, -2.0, 2.0), (3e200, 4e200)),
    arity=None,
    parameters=("xs",),
    commutative=True,
    doc="Length of a vector, without overflow; slopes x/length, 0 at the origin.",
    example=("hypot(3.0, 4.0)", 5.0),
    conventions=(
        At((0.0, 0.0), 0.0, (0.0, 0.0)),
        At((3e200, 4e200), 5e200, (0.6, 0.8)),
    ),
)


def _take_slopes(math: Any, index: Any, count: int) -> tuple[Any, ...]:
    place = index % count
    return 0.0, *(math.where(place == i, 1.0, 0.0) for i in range(count))


row(
    "take",
    lambda math, index, *xs: xs[int(index)],
    lambda math, out, index, *xs: _take_slopes(math, index, len(xs)),
    *((1.0, 5.0, 6.0, 7.0), (0.0, 5.0)),
    arity=None,
    parameters=("xs", "index"),
    rule="all to the element taken",
    doc="The element of a list at a whole-number index; slope 1 to it, 0 to the rest.",
    example=("take([5.0, 6.0], 1)", 6.0),
)
