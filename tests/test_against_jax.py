"""Every composition as JAX has it: values, gradients, both modes, up to third order.

Where JAX itself loses digits, the truth is mpmath's, and why is said.
"""

import functools
import operator

import mpmath
import pytest

from autograd import math as ours
from autograd._engine import record
from autograd.derivatives import grad, hessian, jacobian, jvp, value_and_grad, vjp
from autograd.primitives import ROWS
from tests import oracle
from tests.compositions import COMPOSITIONS, rows

jax = pytest.importorskip("jax", reason="JAX is not installed: pip install -e '.[jax]'")
jax.config.update("jax_enable_x64", True)
jnp, special = jax.numpy, jax.scipy.special
TOLERANCE = 1e-10
inf = float("inf")

JAX = {
    "+": jnp.add,
    "-": jnp.subtract,
    "*": jnp.multiply,
    "/": jnp.divide,
    "//": jnp.floor_divide,
    "%": jnp.mod,
    "neg": jnp.negative,
    "**": jnp.power,
    "pow": jnp.power,
    "square": jnp.square,
    "reciprocal": jnp.reciprocal,
    "rsqrt": jax.lax.rsqrt,
    "asin": jnp.arcsin,
    "acos": jnp.arccos,
    "atan": jnp.arctan,
    "asinh": jnp.arcsinh,
    "acosh": jnp.arccosh,
    "atanh": jnp.arctanh,
    "clip": jnp.clip,
    "erf": special.erf,
    "erfc": special.erfc,
    "gamma": special.gamma,
    "lgamma": special.gammaln,
    "digamma": special.digamma,
    "polygamma": special.polygamma,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "relu6": jax.nn.relu6,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "sigmoid": jax.nn.sigmoid,
    "logsigmoid": jax.nn.log_sigmoid,
    "softplus": jax.nn.softplus,
    "silu": jax.nn.silu,
    "mish": jax.nn.mish,
    "softsign": jax.nn.soft_sign,
    "hardtanh": jax.nn.hard_tanh,
    "atan2": jnp.arctan2,
    "xlogy": special.xlogy,
    "softmax": lambda x, total: jnp.exp(x - total),
    "fma": lambda x, y, z: x * y + z,
    "sum": lambda *xs: total(xs),
    "mean": lambda *xs: total(xs) / len(xs),
    "prod": lambda *xs: functools.reduce(operator.mul, xs),
    "dot": lambda *both: total(
        [x * y for x, y in zip(both, both[len(both) // 2 :], strict=False)]
    ),
    "max": lambda *xs: functools.reduce(jnp.maximum, xs),
    "min": lambda *xs: functools.reduce(jnp.minimum, xs),
    "logsumexp": lambda *xs: special.logsumexp(jnp.stack(xs)),
    "hypot": lambda *xs: jnp.sqrt(total([x * x for x in xs])),
    "take": lambda index, *xs: xs[int(index)],
}
# Rows at samples where JAX loses digits: there the truth is mpmath's.
LOST = {
    "expm1-3": "the slope is exp(x) - 1 + 1, which is 0",
    "tanh-2": "the slope is 1 - tanh(x)**2, which is 0",
    "sigmoid-2": "the slope is s (1 - s), which is 0",
    "softplus-2": "the second derivative has the few digits of 1 - s",
    "softsign-2": "the slope has a square subtracted that is as large",
    "asinh-2": "x**2 overflows",
    "acosh-3": "x**2 overflows",
    "atan2-2": "x**2 + y**2 overflows",
    "hypot-2": "x**2 + y**2 overflows",
    "lgamma-3": "next to 1 the value has half of its digits",
    "logaddexp-2": "the second derivative has the few digits of 1 - 4e-18",
    "asin-2": "next to 1 the slope has half of its digits: 1 - x**2",
    "acosh-2": "next to 1 the third derivative has the digits of x**2 - 1",
}
# Numbers that are 0, or the small difference of others: what is left is rounding, of
# so much at most.
VANISHING = {"gelu-1": 1e-16, "logsumexp-1": 1e-16}
# The third derivative is beyond a float, and on the way to it is a nan.
BEYOND = {"cbrt-2"}
THIRD = "gradient of gradient of gradient", "jacobian of jvp of jvp"
LISTS = ("sum", "mean", "prod", "logsumexp")  # of one list, in autograd.math


def total(xs):
    return functools.reduce(operator.add, xs)


class Namespace:
    """autograd.math's functions of numbers and lists, from the rows' functions."""

    def __init__(self, row):
        self.row = row

    def __getattr__(self, name):
        if name in LISTS:
            return lambda xs: self.row(name, *xs)
        if name == "dot":
            return lambda xs, ys: self.row("dot", *xs, *ys)
        if name == "softmax":
            return self._softmax
        return lambda *xs: self.row(name, *xs)

    def _softmax(self, xs):
        over = self.row("logsumexp", *xs)
        return [self.row("softmax", x, over) for x in xs]


class Ours:
    """autograd.math itself."""

    def row(self, name, *operands):
        return record(ROWS[name], *operands)

    def __getattr__(self, name):
        return getattr(ours, name)


def jax_row(name, *operands):
    if name == "polygamma":
        return special.polygamma(int(operands[0]), operands[1])
    function = JAX.get(name) or getattr(jnp, name)
    return function(
        *[x if isinstance(x, jax.Array) else jnp.float64(x) for x in operands]
    )


MATHS = Ours(), Namespace(jax_row)


def directions(n):
    """Two directions, of no symmetry, and a cotangent."""
    return (
        [0.5 + 0.25 * (k % 3) - 0.1 * k for k in range(n)],
        [1.0 - 0.3 * (k % 4) + 0.05 * k for k in range(n)],
        1.7,
    )


def of_ours(f, x):
    """The value, the derivatives of each order, and those of both modes."""
    v, w, u = directions(len(x))

    def along(g, direction):
        return lambda x: ours.dot(g(x), direction)

    second = grad(along(grad(f), v))
    return {
        "value": value_and_grad(f)(x)[0],
        "gradient": grad(f)(x),
        "jvp": jvp(f, (x,), (v,))[1],
        "vjp": vjp(f, x)[1](u)[0],
        "hessian": [a for row in hessian(f)(x) for a in row],
        "jvp of gradient": jvp(grad(f), (x,), (v,))[1],
        "gradient of jvp": grad(lambda x: jvp(f, (x,), (v,))[1])(x),
        "gradient of gradient of gradient": grad(along(second, w))(x),
        "jacobian of jvp of jvp": jacobian(
            lambda x: jvp(lambda x: jvp(f, (x,), (v,))[1], (x,), (w,))[1]
        )(x),
    }


def of_jax(f, x):
    """The same numbers; f takes each as an argument of its own, all of one shape."""
    n = len(x)
    v, w, u = directions(n)
    x, v, w = [tuple(map(jnp.float64, numbers)) for numbers in (x, v, w)]
    gradient_of = jax.grad(f, argnums=tuple(range(n)))

    def twice(*x):
        return jax.jvp(gradient_of, x, v)

    (gradient, product), (_, third) = jax.jvp(twice, x, w)
    _, linear = jax.linearize(gradient_of, *x)
    units = [[jnp.float64(i == k) for i in range(n)] for k in range(n)]
    return {
        "value": f(*x),
        "gradient": gradient,
        "jvp": jax.jvp(f, x, v)[1],
        "vjp": jax.vjp(f, *x)[1](jnp.float64(u)),
        "hessian": [a for unit in units for a in linear(*unit)],
        "jvp of gradient": product,
        "gradient of jvp": product,
        "gradient of gradient of gradient": third,
        "jacobian of jvp of jvp": third,
    }


def of_mpmath(name, sample, places):
    """The same numbers of a row, by its operands at these places."""
    every = range(len(places))
    v, w, u = directions(len(places))

    @functools.cache
    def slope(*which):
        with mpmath.workdps(150):
            return oracle.slope(name, sample, *sorted([places[k] for k in which]))

    gradient = [slope(i) for i in every]
    product = [total([slope(i, j) * v[j] for j in every]) for i in every]
    third = [
        total([slope(i, j, k) * v[j] * w[k] for j in every for k in every])
        for i in every
    ]
    return {
        "value": oracle.value(name, sample),
        "gradient": gradient,
        "jvp": total([g * t for g, t in zip(gradient, v)]),
        "vjp": [g * u for g in gradient],
        "hessian": [slope(i, j) for i in every for j in every],
        "jvp of gradient": product,
        "gradient of jvp": product,
        "gradient of gradient of gradient": third,
        "jacobian of jvp of jvp": third,
    }


def agree(found, wanted, least=0.0):
    """Within the tolerance, of each number or the largest beside it."""
    found, wanted = [
        [float(x) for x in numbers]
        if isinstance(numbers, (list, tuple))
        else [float(numbers)]
        for numbers in (found, wanted)
    ]
    scale = max([abs(x) for x in wanted if abs(x) < inf], default=0.0)
    return len(found) == len(wanted) and all(
        a == b or abs(a - b) <= max(TOLERANCE * scale, least)
        for a, b in zip(found, wanted)
    )


def compare(one, point, of_truth):
    x = [*map(float, point)]
    found = of_ours(lambda x: one.function(MATHS[0], x), x)
    for name, numbers in of_truth(x).items():
        least = VANISHING.get(one.name, 0.0)
        if one.name in BEYOND and name in THIRD:
            assert [a for a in found[name] if a == a] == []
            continue
        assert agree(found[name], numbers, least), (x, name, found[name], numbers)


@pytest.fixture(autouse=True, scope="module")
def one_kernel_for_each_operation():
    """To compile functions of functions takes longer than to run them once."""
    with jax.disable_jit():
        yield


EVERY = [*rows(), *COMPOSITIONS]


@pytest.mark.parametrize(
    "one", [one for one in EVERY if one.name not in LOST], ids=repr
)
def test_as_in_jax(one):
    def function(*x):
        return one.function(MATHS[1], [*x])

    for point in one.points:
        compare(one, point, lambda x: of_jax(function, x))


@pytest.mark.parametrize("one", [one for one in EVERY if one.name in LOST], ids=repr)
def test_as_in_mpmath_where_jax_loses_digits(one):
    name, number = one.name.rsplit("-", 1)
    sample = ROWS[name].samples[int(number)]
    (point,) = one.points
    compare(one, point, lambda x: of_mpmath(name, sample, range(len(sample))))
    with pytest.raises(AssertionError):  # else it need not be on the list
        compare(
            one, point, lambda x: of_jax(lambda *x: one.function(MATHS[1], [*x]), x)
        )
