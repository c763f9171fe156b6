"""Smooth functions written once over any `math`: ours, JAX's, mpmath's.

A composition takes that namespace and a list of numbers. Only operators and the
functions of the namespace are used, no comparison of numbers. `rows` are the table's
rows alone, at their samples.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from autograd.primitives import ROWS

COMPOSITIONS = []


class Composition(NamedTuple):
    """A function of a namespace and a list, and points where it is smooth."""

    name: str
    function: object
    points: tuple[tuple[float, ...], ...]

    def __repr__(self):
        return self.name


def composition(*points):
    """Add a function to the list, with points of it."""

    def added(function):
        COMPOSITIONS.append(Composition(function.__name__, function, points))
        return function

    return added


# --- the rows of the table

# no slope by a whole number, nor by what only chooses: numbers, not operands
WHOLE = {"**": (1,), "polygamma": (0,), "take": (0,)}
# JAX has nothing of the kind
WITHOUT = {"remainder", "fsum"}


def rows():
    """A composition for each row: a function of the operands that may vary."""
    for name, row in ROWS.items():
        if name in WITHOUT:
            continue
        for number, sample in enumerate(row.samples):
            fixed = WHOLE.get(name, ())

            def function(math, x, name=name, sample=sample, fixed=fixed):
                moving = iter(x)
                return math.row(
                    name,
                    *[s if i in fixed else next(moving) for i, s in enumerate(sample)],
                )

            moving = [float(s) for i, s in enumerate(sample) if i not in fixed]
            yield Composition(f"{name}-{number}", function, (tuple(moving),))


# --- formulas of the tests


@composition((1.3,), (-0.7,))
def of_one_number(math, x):
    (x,) = x
    return (x + math.sin(x**2)) * x


@composition((0.7,), (-1.1,))
def sines_of_sines(math, x):
    (x,) = x
    return math.sin(math.sin(x) + math.sin(x))


@composition((0.5,), (1.5,))
def exponentials_of_sines(math, x):
    (x,) = x
    return math.exp(math.sin(x)) * math.sin(math.exp(x)) + math.cos(math.exp(-x * x))


@composition((0.3,), (-2.0,))
def polynomial(math, x):
    (x,) = x
    return ((2.0 * x - 3.0) * x + 0.5) * x**3 - x**7 / 5.0


@composition((0.3,), (2.0,), (-1.5,))
def rational(math, x):
    (x,) = x
    return (1 - x + 3 * x * x) / (2 + x * x) ** 2 - 1 / (5 + x)


@composition((0.7, 1.3), (1.9, 0.4))
def some_of_everything(math, x):
    x, y = x
    share = math.exp(math.sin(x) * y) / (1 + x * x) ** y
    return math.tanh(share - y / x) + math.atan2(x, y) ** 3 * -x


@composition((0.4, -0.6), (-1.2, 0.9))
def neuron(math, x):
    x, y = x
    return math.tanh(x * 2 - y) * math.exp(y)


@composition((0.4, -0.6), (-1.2, 0.9))
def quotient(math, x):
    x, y = x
    return x / (1 + y * y) - math.sqrt(x * x + 3)


@composition((0.4, -0.6), (1.7, 0.9))
def powers(math, x):
    x, y = x
    return (1 + x * x) ** y + 2.0**x


@composition((0.4, -0.6), (1.7, 0.9))
def distance(math, x):
    x, y = x
    return math.hypot(x, y, 2.0) * x - math.hypot(x - 1.0, y + 1.0)


@composition((0.4, -0.6), (1.7, 0.9))
def products(math, x):
    x, y = x
    return math.prod([x, y, x + y, 2.0]) + math.prod([x, y, x])


@composition((0.4, -0.6), (1.2, 0.9))
def special_functions(math, x):
    x, y = x
    return math.erf(x) * math.gelu(y) + math.lgamma(3 + x) * math.erfc(y / 2)


@composition((0.3, 0.7), (1.5, -0.4))
def shares(math, x):
    x, y = x
    return math.softmax([x, y, 1.0])[1] - math.logsumexp([y, x, x * y, 0.3])


@composition((1.5, 2.25), (0.7, 1.7))
def logarithms(math, x):
    x, y = x
    return math.log(x * y) * math.log2(y) - math.log10(x + y) + math.log1p(x * x)


@composition((1.5, 2.25), (0.7, 1.7))
def roots(math, x):
    x, y = x
    return math.sqrt(x * y) - math.cbrt(x - 3 * y) * math.rsqrt(x) + y**-1.5


@composition((0.5, -0.25), (0.1, 0.7))
def inverse_functions(math, x):
    x, y = x
    return math.asin(x * y) + math.acos(y) * math.atan(x) + math.atanh(x - y / 2)


@composition((0.5, 1.25), (-0.8, 0.6))
def hyperbolic_functions(math, x):
    x, y = x
    return math.sinh(x) * math.cosh(y) - math.asinh(x * y) + math.acosh(2 + y * y)


@composition((0.5, 1.25), (0.8, 2.6))
def logarithms_of_products(math, x):
    x, y = x
    return math.xlogy(x, y) + math.logaddexp(x, -y) * math.exp2(x - y)


@composition((1.5, -2.25), (0.7, 0.9))
def fused(math, x):
    x, y = x
    return math.fma(x, y, 2.0) * math.dot([x, y], [y, 2.0]) + math.sum([x, x, y, 1.0])


# --- optimization


@composition((0.3, -1.2, 0.8, 1.1, -0.4), (1.0, 1.0, 1.0))
def rosenbrock(math, x):
    return math.sum([100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x)])


@composition((0.5, -0.3), (3.1, 1.9))
def himmelblau(math, x):
    x, y = x
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


@composition((0.5, -0.3), (1.5, 2.5))
def beale(math, x):
    x, y = x
    terms = (1.5, 1), (2.25, 2), (2.625, 3)
    return math.sum([(c - x + x * y**k) ** 2 for c, k in terms])


@composition((0.7, -1.3, 0.4))
def rastrigin(math, x):
    return 10.0 * len(x) + math.sum([a * a - 10 * math.cos(6.283 * a) for a in x])


@composition((0.7, -1.3, 0.4), (2.0, 1.0, -1.0))
def ackley(math, x):
    n = len(x)
    spread = math.sqrt(math.sum([a * a for a in x]) / n)
    waves = math.sum([math.cos(6.283 * a) for a in x]) / n
    return -20 * math.exp(-0.2 * spread) - math.exp(waves)


@composition((0.6, -0.4, 1.1, 0.3))
def powell(math, x):
    a, b, c, d = x
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


@composition((0.3, 0.5), (2.0, 1.0))
def barrier(math, x):
    x, y = x
    return x * x + y - 0.1 * (math.log(x) + math.log(y) + math.log(5 - x - y))


# --- statistics


def normal_density(math, x, mean, log_scale):
    z = (x - mean) * math.exp(-log_scale)
    return -0.5 * z * z - log_scale - 0.9189385332046727


DATA = (0.3, -1.2, 2.1, 0.7, 1.4)


@composition((0.4, -0.2), (1.0, 0.5))
def normal_log_likelihood(math, x):
    return math.sum([normal_density(math, d, *x) for d in DATA])


@composition((0.2, 0.8, -0.5), (1.0, -1.0, 0.3))
def mixture_log_likelihood(math, x):
    """Of two normal distributions: their means, and the log-odds between them."""
    first, second, odds = x
    shares = math.logsigmoid(odds), math.logsigmoid(-odds)
    return math.sum(
        [
            math.logsumexp(
                [
                    shares[0] + normal_density(math, d, first, 0.0),
                    shares[1] + normal_density(math, d, second, 0.3),
                ]
            )
            for d in DATA
        ]
    )


@composition((2.3, 1.4), (0.8, 3.1))
def gamma_log_likelihood(math, x):
    shape, rate = x
    data = (0.3, 1.2, 2.1)
    return math.sum(
        [
            shape * math.log(rate)
            + (shape - 1) * math.log(d)
            - rate * d
            - math.lgamma(shape)
            for d in data
        ]
    )


@composition((1.3, 2.4), (3.3, 0.9))
def beta_function(math, x):
    x, y = x
    return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y) + math.digamma(x * y)


@composition((5.3, 0.4), (2.2, 1.7))
def student_log_density(math, x):
    freedom, z = x
    return (
        math.lgamma((freedom + 1) / 2)
        - math.lgamma(freedom / 2)
        - 0.5 * math.log(freedom)
        - (freedom + 1) / 2 * math.log1p(z * z / freedom)
    )


@composition((0.5, -0.3, 0.8), (-1.0, 0.2, 0.1))
def logistic_regression(math, x):
    bias, *weights = x
    samples = ((0.5, 1.0), 1), ((-1.5, 0.3), 0), ((0.2, -0.7), 1)
    scores = [(bias + math.dot(weights, point), y) for point, y in samples]
    return math.mean(
        [y * math.softplus(-z) + (1 - y) * math.softplus(z) for z, y in scores]
    )


@composition((0.4, 1.2, 0.9, -0.3), (1.5, 0.5, -0.2, 0.8))
def divergence(math, x):
    """Kullback-Leibler, between two distributions given by logits."""
    p, q = math.softmax([*x[:2], 0.0]), math.softmax([*x[2:], 0.0])
    return math.sum([a * (math.log(a) - math.log(b)) for a, b in zip(p, q)])


@composition((100.0, 0.2, 0.5), (90.0, 0.35, 1.5))
def black_scholes(math, x):
    """The price of a call of strike 95 at a rate of 3 %."""
    spot, volatility, years = x
    spread = volatility * math.sqrt(years)
    d = (math.log(spot / 95.0) + 0.03 * years) / spread + spread / 2

    def below(z):
        return 0.5 * math.erfc(-z / 1.4142135623730951)

    return spot * below(d) - 95.0 * math.exp(-0.03 * years) * below(d - spread)


# --- networks


def layer(math, act, weights, x):
    return [act(math.dot(row[1:], x) + row[0]) for row in weights]


def rows_of(x, width):
    return [x[k : k + width] for k in range(0, len(x), width)]


def waves(count, scale=1.0):
    """Numbers that are all different, for weights."""
    return tuple(round(scale * ((k * 37 % 23) / 11.5 - 1), 3) for k in range(count))


HIDDEN = [waves(3, 0.8)[k:] + waves(3, 0.8)[:k] for k in range(3)]
SMOOTH_ACTIVATIONS = (
    *("tanh", "sigmoid", "gelu", "silu", "mish", "softplus"),
    *("logsigmoid", "sin", "square", "erf", "atan"),
)


def network_of(activation):
    def network(math, x):
        act = getattr(math, activation)
        hidden = layer(math, act, HIDDEN, x)
        hidden = layer(math, act, [(0.1, *row) for row in HIDDEN], hidden)
        return math.dot([0.7, -1.1, 0.4], hidden) + 0.2

    return Composition(f"network-{activation}", network, ((0.4, -0.9), (1.3, 0.2)))


COMPOSITIONS += [network_of(name) for name in SMOOTH_ACTIVATIONS]


@composition(waves(17, 0.9))
def network_by_its_weights(math, x):
    """2-4-1 with tanh, squared error over two samples."""
    hidden, last = rows_of(x[:12], 3), x[12:]
    errors = []
    for point, target in (((0.3, -0.8), 0.5), ((-1.1, 0.4), -0.2)):
        (out,) = layer(math, lambda z: z, [last], layer(math, math.tanh, hidden, point))
        errors.append((out - target) ** 2)
    return math.mean(errors)


@composition(waves(9))
def cross_entropy(math, x):
    """Of three classes with weights of their own, two samples."""
    weights = rows_of(x, 3)
    losses = []
    for point, label in (((0.5, -1.0), 0), ((-0.2, 0.8), 2)):
        scores = layer(math, lambda z: z, weights, point)
        losses.append(math.logsumexp(scores) - scores[label])
    return math.mean(losses)


@composition(waves(8))
def attention(math, x):
    """One query over two keys and values."""
    query, keys, values = x[:2], rows_of(x[2:6], 2), x[6:]
    scores = [math.dot(query, key) * 0.7071 for key in keys]
    return math.dot(math.softmax(scores), values) ** 2


@composition((0.3, -0.5, 1.2), (0.9, 0.1, -0.7))
def layer_norm(math, x):
    mean = math.mean(x)
    spread = math.sqrt(math.mean([(a - mean) ** 2 for a in x]) + 1e-5)
    normed = [(a - mean) / spread for a in x]
    return math.sum([math.gelu(a) * (k + 1) for k, a in enumerate(normed)])


@composition(waves(9, 0.7))
def gated_recurrence(math, x):
    """A GRU of one unit over four inputs."""
    (uz, wz, bz), (ur, wr, br), (uh, wh, bh) = rows_of(x, 3)
    h = 0.0
    for number in (0.5, -1.0, 0.8, 0.3):
        z = math.sigmoid(uz * h + wz * number + bz)
        r = math.sigmoid(ur * h + wr * number + br)
        h = (1 - z) * h + z * math.tanh(uh * (r * h) + wh * number + bh)
    return h


@composition((0.3, 0.8), (-0.6, 1.1))
def long_chain(math, x):
    """Twenty operations deep, each scaled so that it stays small."""
    x, y = x
    for k in range(10):
        x, y = math.sin(x * y + 0.1 * k) * 0.9, math.tanh(x - y) * 0.4 + 0.25
    return x * y + x


# --- equations of motion


@composition((0.8, 0.1), (1.7, -0.4))
def pendulum(math, x):
    """Four steps of Runge and Kutta: angle and speed at first."""

    def slope(state):
        return state[1], -9.81 * math.sin(state[0]) - 0.1 * state[1]

    def moved(state, k, h):
        return [a + h * b for a, b in zip(state, k)]

    state, h = x, 0.1
    for _ in range(4):
        k1 = slope(state)
        k2 = slope(moved(state, k1, h / 2))
        k3 = slope(moved(state, k2, h / 2))
        k4 = slope(moved(state, k3, h))
        state = [
            a + h / 6 * (p + 2 * q + 2 * r + s)
            for a, p, q, r, s in zip(state, k1, k2, k3, k4)
        ]
    return state[0] ** 2 + 0.1 * state[1] ** 2


@composition((1.1, 0.4, 0.9), (0.6, 0.2, 1.3))
def predators_and_prey(math, x):
    """Euler's steps of Lotka's and Volterra's equations; one rate is varied too."""
    prey, predators, rate = x
    for _ in range(8):
        growth = prey * (1.0 - predators), predators * (prey - 1.0) * rate
        prey, predators = prey + 0.1 * growth[0], predators + 0.1 * growth[1]
    return math.log(prey) + predators


@composition((1.2, 0.3, -0.4, 0.9))
def kepler(math, x):
    """Leapfrog in the plane: positions and speeds."""
    x, y, vx, vy = x
    for _ in range(6):
        x, y = x + 0.05 * vx, y + 0.05 * vy
        cubed = (x * x + y * y) ** 1.5
        vx, vy = vx - 0.1 * x / cubed, vy - 0.1 * y / cubed
        x, y = x + 0.05 * vx, y + 0.05 * vy
    return 0.5 * (vx * vx + vy * vy) - 1 / math.hypot(x, y)


@composition((0.5, 1.2), (2.0, 0.7))
def newton_s_root(math, x):
    """Iterations for z**3 + p z = q, differentiated through."""
    p, q = x
    z = 1.0
    for _ in range(6):
        z = z - (z**3 + p * z - q) / (3 * z**2 + p)
    return z


@composition((0.5, 1.2, -0.3), (1.4, 0.2, 0.8))
def determinant(math, x):
    """Of a matrix of functions of three numbers, by its rule of Sarrus."""
    a, b, c = x
    (p, q, r), (s, t, u), (v, w, z) = (
        (math.exp(a), b * c, math.sin(a)),
        (a + b, 1 / (1 + c * c), math.cosh(b)),
        (c - a, a * b, math.sqrt(2 + b)),
    )
    return p * (t * z - u * w) - q * (s * z - u * v) + r * (s * w - t * v)


@composition((0.3, 0.5, 0.2, 0.9), (1.0, 0.1, -0.4, 0.2))
def lennard_jones(math, x):
    """Three particles, one of them at the origin."""
    points = ((0.0, 0.0), (1.0 + x[0], x[1]), (x[2], 1.0 + x[3]))
    energy = []
    for i, (ax, ay) in enumerate(points):
        for bx, by in points[:i]:
            square = 1 / ((ax - bx) ** 2 + (ay - by) ** 2)
            energy.append(square**6 - 2 * square**3)
    return math.sum(energy)
