"""Written by `python -m autograd._generated` from the table of primitives."""

from typing import Any

from autograd._engine import Value
from autograd.primitives import Primitive

class Elementary:
    __slots__ = ()
    def neg(self) -> Value:
        """The number with its sign changed."""

    def negative(self) -> Value:
        """The number with its sign changed."""

    def pow(self, y: Value | float) -> Value:
        """x to the power y, both variable: slopes y x**(y-1) and x**y log(x)."""

    def power(self, y: Value | float) -> Value:
        """x to the power y, both variable: slopes y x**(y-1) and x**y log(x)."""

    def exp(self) -> Value:
        """e to the power x; its own derivative."""

    def exp2(self) -> Value:
        """2 to the power x; derivative 2**x log(2)."""

    def expm1(self) -> Value:
        """exp(x) - 1, accurate near 0; derivative exp(x)."""

    def log(self) -> Value:
        """Natural logarithm; derivative 1/x."""

    def log2(self) -> Value:
        """Logarithm to base 2; derivative 1/(x log 2)."""

    def log10(self) -> Value:
        """Logarithm to base 10; derivative 1/(x log 10)."""

    def log1p(self) -> Value:
        """log(1 + x), accurate near 0; derivative 1/(1 + x)."""

    def sqrt(self) -> Value:
        """Square root; derivative 1/(2 sqrt(x))."""

    def cbrt(self) -> Value:
        """Cube root, of negative numbers too; derivative 1/(3 cbrt(x)**2)."""

    def square(self) -> Value:
        """x times x; derivative 2x."""

    def reciprocal(self) -> Value:
        """1/x; derivative -1/x**2."""

    def rsqrt(self) -> Value:
        """1/sqrt(x); derivative -1/(2 x sqrt(x))."""

    def sin(self) -> Value:
        """Sine of an angle in radians; derivative cos(x)."""

    def cos(self) -> Value:
        """Cosine of an angle in radians; derivative -sin(x)."""

    def tan(self) -> Value:
        """Tangent of an angle in radians; derivative 1 + tan(x)**2."""

    def asin(self) -> Value:
        """Inverse sine, in radians; derivative 1/sqrt((1 - x)(1 + x))."""

    def arcsin(self) -> Value:
        """Inverse sine, in radians; derivative 1/sqrt((1 - x)(1 + x))."""

    def acos(self) -> Value:
        """Inverse cosine, in radians; derivative -1/sqrt((1 - x)(1 + x))."""

    def arccos(self) -> Value:
        """Inverse cosine, in radians; derivative -1/sqrt((1 - x)(1 + x))."""

    def atan(self) -> Value:
        """Inverse tangent, in radians; derivative 1/(1 + x**2)."""

    def arctan(self) -> Value:
        """Inverse tangent, in radians; derivative 1/(1 + x**2)."""

    def sinh(self) -> Value:
        """Hyperbolic sine; derivative cosh(x)."""

    def cosh(self) -> Value:
        """Hyperbolic cosine; derivative sinh(x)."""

    def tanh(self) -> Value:
        """Hyperbolic tangent; derivative 1/cosh(x)**2."""

    def asinh(self) -> Value:
        """Inverse hyperbolic sine; derivative 1/sqrt(1 + x**2)."""

    def arcsinh(self) -> Value:
        """Inverse hyperbolic sine; derivative 1/sqrt(1 + x**2)."""

    def acosh(self) -> Value:
        """Inverse hyperbolic cosine; derivative 1/sqrt((x - 1)(x + 1))."""

    def arccosh(self) -> Value:
        """Inverse hyperbolic cosine; derivative 1/sqrt((x - 1)(x + 1))."""

    def atanh(self) -> Value:
        """Inverse hyperbolic tangent; derivative 1/((1 - x)(1 + x))."""

    def arctanh(self) -> Value:
        """Inverse hyperbolic tangent; derivative 1/((1 - x)(1 + x))."""

    def abs(self) -> Value:
        """Absolute value; derivative sign(x), 0 at 0."""

    def absolute(self) -> Value:
        """Absolute value; derivative sign(x), 0 at 0."""

    def fabs(self) -> Value:
        """Absolute value; derivative sign(x), 0 at 0."""

    def sign(self) -> Value:
        """-1, 0 or 1; flat, so the slope is 0 everywhere."""

    def floor(self) -> Value:
        """Largest whole number not above x; flat, so the slope is 0 everywhere."""

    def ceil(self) -> Value:
        """Smallest whole number not below x; flat, so the slope is 0 everywhere."""

    def trunc(self) -> Value:
        """x without its fraction; flat, so the slope is 0 everywhere."""

    def round(self) -> Value:
        """Nearest whole number, half to even; flat, so the slope is 0 everywhere."""

    def rint(self) -> Value:
        """Nearest whole number, half to even; flat, so the slope is 0 everywhere."""

    def clip(self, lo: Value | float, hi: Value | float) -> Value:
        """x held between lo and hi; slope 1 inside and on the bounds."""

    def erf(self) -> Value:
        """Error function; derivative 2/sqrt(pi) exp(-x**2) (DLMF 7.2.1)."""

    def erfc(self) -> Value:
        """1 - erf(x), accurate for large x (DLMF 7.2.2)."""

    def gamma(self) -> Value:
        """Gamma function; derivative gamma(x) digamma(x) (DLMF 5.2.2)."""

    def lgamma(self) -> Value:
        """Logarithm of |gamma(x)|; derivative digamma(x)."""

    def digamma(self) -> Value:
        """Logarithmic derivative of gamma (DLMF 5.2.2); derivative polygamma(1, x)."""

    def relu(self) -> Value:
        """max(x, 0); slope 0 at 0."""

    def leaky_relu(self, slope: Value | float = 0.01) -> Value:
        """x where positive, else slope * x; at 0 the slope is `slope`."""

    def relu6(self) -> Value:
        """x held between 0 and 6; slope 0 at both."""

    def elu(self, alpha: Value | float = 1.0) -> Value:
        """x where positive, else alpha (exp(x) - 1)."""

    def selu(self) -> Value:
        """Self-normalising ELU (Klambauer et al. 2017)."""

    def gelu(self) -> Value:
        """x times the normal distribution function, exact (Hendrycks, Gimpel 2016)."""

    def sigmoid(self) -> Value:
        """Logistic function 1/(1 + exp(-x)); derivative sigmoid(x) sigmoid(-x)."""

    def logsigmoid(self) -> Value:
        """log(sigmoid(x)) without overflow; derivative sigmoid(-x)."""

    def softplus(self) -> Value:
        """log(1 + exp(x)) without overflow; derivative sigmoid(x)."""

    def silu(self) -> Value:
        """x sigmoid(x), also called swish."""

    def mish(self) -> Value:
        """x tanh(softplus(x)) (Misra 2019)."""

    def softsign(self) -> Value:
        """x/(1 + |x|); derivative 1/(1 + |x|)**2."""

    def hardtanh(self) -> Value:
        """x held between -1 and 1; slope 0 at both."""

    def fmod(self, y: Value | float) -> Value:
        """Remainder with the dividend's sign; x - y trunc(x / y)."""

    def remainder(self, y: Value | float) -> Value:
        """IEEE 754 remainder; x - y round(x / y), half to even."""

    def copysign(self, y: Value | float) -> Value:
        """The magnitude of x with the sign of y; slope 0 at x = 0."""

    def atan2(self, x: Value | float) -> Value:
        """Angle of the point (x, y) in radians; slopes x/r**2 and -y/r**2."""

    def arctan2(self, x: Value | float) -> Value:
        """Angle of the point (x, y) in radians; slopes x/r**2 and -y/r**2."""

    def logaddexp(self, y: Value | float) -> Value:
        """log(exp(x) + exp(y)) without overflow."""

    def xlogy(self, y: Value | float) -> Value:
        """x log(y), and 0 where x is 0."""

def complete(row: Primitive, operands: tuple[Any, ...]) -> Any: ...
def has_method(row: Primitive) -> bool: ...
