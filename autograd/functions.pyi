"""Written by `python -m autograd._generated` from the table of primitives."""

from collections.abc import Callable, Iterable
from typing import Any, overload

from autograd._engine import Value
from autograd.primitives import Primitive

NAMES: dict[str, Primitive]

def compute(row: Primitive, *operands: Any) -> Any: ...
def interpretation_of(*operands: Any) -> Any: ...
def listed(function: str, name: str, xs: Any) -> tuple[Any, ...]: ...
def function_of(row: Primitive) -> Callable[..., Any]: ...
@overload
def add(x: float, y: float) -> float:
    """Sum of two numbers."""

@overload
def add(x: Value | float, y: Value | float) -> Value: ...
@overload
def sub(x: float, y: float) -> float:
    """Difference of two numbers."""

@overload
def sub(x: Value | float, y: Value | float) -> Value: ...
@overload
def mul(x: float, y: float) -> float:
    """Product of two numbers; each local derivative is the other factor."""

@overload
def mul(x: Value | float, y: Value | float) -> Value: ...
@overload
def div(x: float, y: float) -> float:
    """Quotient of two numbers (quotient rule)."""

@overload
def div(x: Value | float, y: Value | float) -> Value: ...
@overload
def floordiv(x: float, y: float) -> float:
    """Floor of the quotient; flat, so both slopes are 0."""

@overload
def floordiv(x: Value | float, y: Value | float) -> Value: ...
@overload
def mod(x: float, y: float) -> float:
    """Remainder with the divisor's sign, as Python's %; x - y * floor(x / y)."""

@overload
def mod(x: Value | float, y: Value | float) -> Value: ...
@overload
def neg(x: float) -> float:
    """The number with its sign changed."""

@overload
def neg(x: Value | float) -> Value: ...
@overload
def negative(x: float) -> float:
    """The number with its sign changed."""

@overload
def negative(x: Value | float) -> Value: ...
@overload
def pow_constant(x: float, n: float) -> float:
    """Power with a constant exponent (power rule); no slope in the exponent."""

@overload
def pow_constant(x: Value | float, n: Value | float) -> Value: ...
@overload
def power(x: float, y: float) -> float:
    """x to the power y, both variable: slopes y x**(y-1) and x**y log(x)."""

@overload
def power(x: Value | float, y: Value | float) -> Value: ...
@overload
def exp(x: float) -> float:
    """e to the power x; its own derivative."""

@overload
def exp(x: Value | float) -> Value: ...
@overload
def exp2(x: float) -> float:
    """2 to the power x; derivative 2**x log(2)."""

@overload
def exp2(x: Value | float) -> Value: ...
@overload
def expm1(x: float) -> float:
    """exp(x) - 1, accurate near 0; derivative exp(x)."""

@overload
def expm1(x: Value | float) -> Value: ...
@overload
def log2(x: float) -> float:
    """Logarithm to base 2; derivative 1/(x log 2)."""

@overload
def log2(x: Value | float) -> Value: ...
@overload
def log10(x: float) -> float:
    """Logarithm to base 10; derivative 1/(x log 10)."""

@overload
def log10(x: Value | float) -> Value: ...
@overload
def log1p(x: float) -> float:
    """log(1 + x), accurate near 0; derivative 1/(1 + x)."""

@overload
def log1p(x: Value | float) -> Value: ...
@overload
def sqrt(x: float) -> float:
    """Square root; derivative 1/(2 sqrt(x))."""

@overload
def sqrt(x: Value | float) -> Value: ...
@overload
def cbrt(x: float) -> float:
    """Cube root, of negative numbers too; derivative 1/(3 cbrt(x)**2)."""

@overload
def cbrt(x: Value | float) -> Value: ...
@overload
def square(x: float) -> float:
    """x times x; derivative 2x."""

@overload
def square(x: Value | float) -> Value: ...
@overload
def reciprocal(x: float) -> float:
    """1/x; derivative -1/x**2."""

@overload
def reciprocal(x: Value | float) -> Value: ...
@overload
def rsqrt(x: float) -> float:
    """1/sqrt(x); derivative -1/(2 x sqrt(x))."""

@overload
def rsqrt(x: Value | float) -> Value: ...
@overload
def sin(x: float) -> float:
    """Sine of an angle in radians; derivative cos(x)."""

@overload
def sin(x: Value | float) -> Value: ...
@overload
def cos(x: float) -> float:
    """Cosine of an angle in radians; derivative -sin(x)."""

@overload
def cos(x: Value | float) -> Value: ...
@overload
def tan(x: float) -> float:
    """Tangent of an angle in radians; derivative 1 + tan(x)**2."""

@overload
def tan(x: Value | float) -> Value: ...
@overload
def asin(x: float) -> float:
    """Inverse sine, in radians; derivative 1/sqrt((1 - x)(1 + x))."""

@overload
def asin(x: Value | float) -> Value: ...
@overload
def arcsin(x: float) -> float:
    """Inverse sine, in radians; derivative 1/sqrt((1 - x)(1 + x))."""

@overload
def arcsin(x: Value | float) -> Value: ...
@overload
def acos(x: float) -> float:
    """Inverse cosine, in radians; derivative -1/sqrt((1 - x)(1 + x))."""

@overload
def acos(x: Value | float) -> Value: ...
@overload
def arccos(x: float) -> float:
    """Inverse cosine, in radians; derivative -1/sqrt((1 - x)(1 + x))."""

@overload
def arccos(x: Value | float) -> Value: ...
@overload
def atan(x: float) -> float:
    """Inverse tangent, in radians; derivative 1/(1 + x**2)."""

@overload
def atan(x: Value | float) -> Value: ...
@overload
def arctan(x: float) -> float:
    """Inverse tangent, in radians; derivative 1/(1 + x**2)."""

@overload
def arctan(x: Value | float) -> Value: ...
@overload
def sinh(x: float) -> float:
    """Hyperbolic sine; derivative cosh(x)."""

@overload
def sinh(x: Value | float) -> Value: ...
@overload
def cosh(x: float) -> float:
    """Hyperbolic cosine; derivative sinh(x)."""

@overload
def cosh(x: Value | float) -> Value: ...
@overload
def tanh(x: float) -> float:
    """Hyperbolic tangent; derivative 1/cosh(x)**2."""

@overload
def tanh(x: Value | float) -> Value: ...
@overload
def asinh(x: float) -> float:
    """Inverse hyperbolic sine; derivative 1/sqrt(1 + x**2)."""

@overload
def asinh(x: Value | float) -> Value: ...
@overload
def arcsinh(x: float) -> float:
    """Inverse hyperbolic sine; derivative 1/sqrt(1 + x**2)."""

@overload
def arcsinh(x: Value | float) -> Value: ...
@overload
def acosh(x: float) -> float:
    """Inverse hyperbolic cosine; derivative 1/sqrt((x - 1)(x + 1))."""

@overload
def acosh(x: Value | float) -> Value: ...
@overload
def arccosh(x: float) -> float:
    """Inverse hyperbolic cosine; derivative 1/sqrt((x - 1)(x + 1))."""

@overload
def arccosh(x: Value | float) -> Value: ...
@overload
def atanh(x: float) -> float:
    """Inverse hyperbolic tangent; derivative 1/((1 - x)(1 + x))."""

@overload
def atanh(x: Value | float) -> Value: ...
@overload
def arctanh(x: float) -> float:
    """Inverse hyperbolic tangent; derivative 1/((1 - x)(1 + x))."""

@overload
def arctanh(x: Value | float) -> Value: ...
@overload
def abs(x: float) -> float:
    """Absolute value; derivative sign(x), 0 at 0."""

@overload
def abs(x: Value | float) -> Value: ...
@overload
def absolute(x: float) -> float:
    """Absolute value; derivative sign(x), 0 at 0."""

@overload
def absolute(x: Value | float) -> Value: ...
@overload
def fabs(x: float) -> float:
    """Absolute value; derivative sign(x), 0 at 0."""

@overload
def fabs(x: Value | float) -> Value: ...
@overload
def sign(x: float) -> float:
    """-1, 0 or 1; flat, so the slope is 0 everywhere."""

@overload
def sign(x: Value | float) -> Value: ...
@overload
def round(x: float) -> float:
    """Nearest whole number, half to even; flat, so the slope is 0 everywhere."""

@overload
def round(x: Value | float) -> Value: ...
@overload
def rint(x: float) -> float:
    """Nearest whole number, half to even; flat, so the slope is 0 everywhere."""

@overload
def rint(x: Value | float) -> Value: ...
@overload
def clip(x: float, lo: float, hi: float) -> float:
    """x held between lo and hi; slope 1 inside and on the bounds."""

@overload
def clip(x: Value | float, lo: Value | float, hi: Value | float) -> Value: ...
@overload
def erf(x: float) -> float:
    """Error function; derivative 2/sqrt(pi) exp(-x**2) (DLMF 7.2.1)."""

@overload
def erf(x: Value | float) -> Value: ...
@overload
def erfc(x: float) -> float:
    """1 - erf(x), accurate for large x (DLMF 7.2.2)."""

@overload
def erfc(x: Value | float) -> Value: ...
@overload
def gamma(x: float) -> float:
    """Gamma function; derivative gamma(x) digamma(x) (DLMF 5.2.2)."""

@overload
def gamma(x: Value | float) -> Value: ...
@overload
def lgamma(x: float) -> float:
    """Logarithm of |gamma(x)|; derivative digamma(x)."""

@overload
def lgamma(x: Value | float) -> Value: ...
@overload
def digamma(x: float) -> float:
    """Logarithmic derivative of gamma (DLMF 5.2.2); derivative polygamma(1, x)."""

@overload
def digamma(x: Value | float) -> Value: ...
@overload
def relu(x: float) -> float:
    """max(x, 0); slope 0 at 0."""

@overload
def relu(x: Value | float) -> Value: ...
@overload
def leaky_relu(x: float, slope: float = 0.01) -> float:
    """x where positive, else slope * x; at 0 the slope is `slope`."""

@overload
def leaky_relu(x: Value | float, slope: Value | float = 0.01) -> Value: ...
@overload
def relu6(x: float) -> float:
    """x held between 0 and 6; slope 0 at both."""

@overload
def relu6(x: Value | float) -> Value: ...
@overload
def elu(x: float, alpha: float = 1.0) -> float:
    """x where positive, else alpha (exp(x) - 1)."""

@overload
def elu(x: Value | float, alpha: Value | float = 1.0) -> Value: ...
@overload
def selu(x: float) -> float:
    """Self-normalising ELU (Klambauer et al. 2017)."""

@overload
def selu(x: Value | float) -> Value: ...
@overload
def gelu(x: float) -> float:
    """x times the normal distribution function, exact (Hendrycks, Gimpel 2016)."""

@overload
def gelu(x: Value | float) -> Value: ...
@overload
def sigmoid(x: float) -> float:
    """Logistic function 1/(1 + exp(-x)); derivative sigmoid(x) sigmoid(-x)."""

@overload
def sigmoid(x: Value | float) -> Value: ...
@overload
def logsigmoid(x: float) -> float:
    """log(sigmoid(x)) without overflow; derivative sigmoid(-x)."""

@overload
def logsigmoid(x: Value | float) -> Value: ...
@overload
def softplus(x: float) -> float:
    """log(1 + exp(x)) without overflow; derivative sigmoid(x)."""

@overload
def softplus(x: Value | float) -> Value: ...
@overload
def silu(x: float) -> float:
    """x sigmoid(x), also called swish."""

@overload
def silu(x: Value | float) -> Value: ...
@overload
def mish(x: float) -> float:
    """x tanh(softplus(x)) (Misra 2019)."""

@overload
def mish(x: Value | float) -> Value: ...
@overload
def softsign(x: float) -> float:
    """x/(1 + |x|); derivative 1/(1 + |x|)**2."""

@overload
def softsign(x: Value | float) -> Value: ...
@overload
def hardtanh(x: float) -> float:
    """x held between -1 and 1; slope 0 at both."""

@overload
def hardtanh(x: Value | float) -> Value: ...
@overload
def fmod(x: float, y: float) -> float:
    """Remainder with the dividend's sign; x - y trunc(x / y)."""

@overload
def fmod(x: Value | float, y: Value | float) -> Value: ...
@overload
def remainder(x: float, y: float) -> float:
    """IEEE 754 remainder; x - y round(x / y), half to even."""

@overload
def remainder(x: Value | float, y: Value | float) -> Value: ...
@overload
def copysign(x: float, y: float) -> float:
    """The magnitude of x with the sign of y; slope 0 at x = 0."""

@overload
def copysign(x: Value | float, y: Value | float) -> Value: ...
@overload
def atan2(y: float, x: float) -> float:
    """Angle of the point (x, y) in radians; slopes x/r**2 and -y/r**2."""

@overload
def atan2(y: Value | float, x: Value | float) -> Value: ...
@overload
def arctan2(y: float, x: float) -> float:
    """Angle of the point (x, y) in radians; slopes x/r**2 and -y/r**2."""

@overload
def arctan2(y: Value | float, x: Value | float) -> Value: ...
@overload
def logaddexp(x: float, y: float) -> float:
    """log(exp(x) + exp(y)) without overflow."""

@overload
def logaddexp(x: Value | float, y: Value | float) -> Value: ...
@overload
def xlogy(x: float, y: float) -> float:
    """x log(y), and 0 where x is 0."""

@overload
def xlogy(x: Value | float, y: Value | float) -> Value: ...
@overload
def softmax_share(x: float, total: float) -> float:
    """One share of a softmax: exp(x - total), total the logsumexp of all."""

@overload
def softmax_share(x: Value | float, total: Value | float) -> Value: ...
@overload
def fma(x: float, y: float, z: float) -> float:
    """x y + z, rounded once."""

@overload
def fma(x: Value | float, y: Value | float, z: Value | float) -> Value: ...
@overload
def sum(xs: Iterable[float]) -> float:
    """Sum of a list, from left to right, as one node."""

@overload
def sum(xs: Iterable[Value | float]) -> Value: ...
@overload
def fsum(xs: Iterable[float]) -> float:
    """Sum of a list, correctly rounded, as one node."""

@overload
def fsum(xs: Iterable[Value | float]) -> Value: ...
@overload
def mean(xs: Iterable[float]) -> float:
    """Arithmetic mean of a list."""

@overload
def mean(xs: Iterable[Value | float]) -> Value: ...
@overload
def max(*xs: float | Iterable[float]) -> float:
    """Largest operand; ties share the slope, a nan takes all of it."""

@overload
def max(*xs: Value | float | Iterable[Value | float]) -> Value: ...
@overload
def min(*xs: float | Iterable[float]) -> float:
    """Smallest operand; ties share the slope, a nan takes all of it."""

@overload
def min(*xs: Value | float | Iterable[Value | float]) -> Value: ...
@overload
def logsumexp(xs: Iterable[float]) -> float:
    """log of the sum of exponentials, without overflow; slopes are the softmax."""

@overload
def logsumexp(xs: Iterable[Value | float]) -> Value: ...
@overload
def hypot(*xs: float) -> float:
    """Length of a vector, without overflow; slopes x/length, 0 at the origin."""

@overload
def hypot(*xs: Value | float) -> Value: ...
