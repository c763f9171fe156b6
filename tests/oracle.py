"""What the primitives are, said again and independently: in mpmath, at 50 digits."""

import math

import mpmath
from mpmath import mp

mp.dps = 50


def _sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def _softplus(x):
    return mpmath.log(1 + mpmath.exp(x))


def _sum(*xs):
    return mpmath.fsum(xs)


def _prod(*xs):
    return mpmath.fprod(xs)


def _dot(*both):
    half = len(both) // 2
    return mpmath.fdot(both[:half], both[half:])


def _logsumexp(*xs):
    return mpmath.log(mpmath.fsum(mpmath.exp(x) for x in xs))


SELU_SCALE = mpmath.mpf("1.0507009873554804934193349852946")
SELU_ALPHA = mpmath.mpf("1.6732632423543772848170429916717")

REFERENCES = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "//": lambda x, y: mpmath.floor(x / y),
    "%": lambda x, y: x - y * mpmath.floor(x / y),
    "neg": lambda x: -x,
    "**": lambda x, n: mpmath.power(x, n),
    "pow": lambda x, y: mpmath.power(x, y),
    "exp": mpmath.exp,
    "exp2": lambda x: mpmath.power(2, x),
    "expm1": lambda x: mpmath.exp(x) - 1,
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": lambda x: mpmath.log(x) / mpmath.log(10),
    "log1p": lambda x: mpmath.log(1 + x),
    "sqrt": mpmath.sqrt,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "abs": abs,
    "sign": mpmath.sign,
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
    "trunc": lambda x: mpmath.sign(x) * mpmath.floor(abs(x)),
    "round": mpmath.nint,
    "clip": lambda x, lo, hi: min(max(x, lo), hi),
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "gamma": mpmath.gamma,
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
    "digamma": mpmath.digamma,
    "polygamma": lambda n, x: mpmath.psi(int(n), x),
    "relu": lambda x: max(x, 0),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "relu6": lambda x: min(max(x, 0), 6),
    "elu": lambda x, alpha: x if x > 0 else alpha * (mpmath.exp(x) - 1),
    "selu": lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * (mpmath.exp(x) - 1)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: -_softplus(-x),
    "softplus": _softplus,
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * mpmath.tanh(_softplus(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "hardtanh": lambda x: min(max(x, -1), 1),
    "fmod": lambda x, y: x - y * mpmath.sign(x / y) * mpmath.floor(abs(x / y)),
    "remainder": lambda x, y: x - y * mpmath.nint(x / y),
    "copysign": lambda x, y: abs(x) * mpmath.sign(y),
    "atan2": mpmath.atan2,
    "logaddexp": _logsumexp,
    "xlogy": lambda x, y: x * mpmath.log(y),
    "softmax": lambda x, total: mpmath.exp(x - total),
    "fma": lambda x, y, z: x * y + z,
    "sum": _sum,
    "fsum": _sum,
    "mean": lambda *xs: mpmath.fsum(xs) / len(xs),
    "prod": _prod,
    "dot": _dot,
    "max": max,
    "min": min,
    "logsumexp": _logsumexp,
    "hypot": lambda *xs: mpmath.sqrt(mpmath.fsum(x * x for x in xs)),
    "take": lambda index, *xs: xs[int(index)],
}


def value(name, operands):
    """The true value of a primitive at these floats."""
    return mpmath.mpf(REFERENCES[name](*map(mpmath.mpf, operands)))


def slope(name, operands, *positions):
    """The true derivative by the operands at these positions, one after another.

    Differences are taken along x(1 + t), so that tiny and huge operands stay in scale.
    """
    point = [mpmath.mpf(x) for x in operands]
    scales = [abs(x) or mpmath.mpf(1) for x in point]
    orders = [positions.count(i) for i in range(len(point))]

    def along(function, position):
        def derivative(*at):
            def only(t):
                moved = at[position] + t * scales[position]
                return function(*at[:position], moved, *at[position + 1 :])

            rise = mpmath.diff(only, 0, orders[position])
            return rise / scales[position] ** orders[position]

        return derivative

    function = REFERENCES[name]
    for position, order in enumerate(orders):
        if order:
            function = along(function, position)
    return function(*point)


def ulps(got, true):
    """The distance of a float from the true number, in units of the last place."""
    if mpmath.isnan(true) or math.isnan(got):
        return 0.0 if mpmath.isnan(true) and math.isnan(got) else math.inf
    nearest = float(true)
    if math.isinf(nearest) or math.isinf(got):
        return 0.0 if nearest == got else math.inf
    return float(abs(mpmath.mpf(got) - true) / mpmath.mpf(math.ulp(nearest)))
