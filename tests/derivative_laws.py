"""What holds of derivatives of any function, said once: differences, both modes."""

import random

from autograd import Value
from autograd.compiling.structure import put_together, results
from autograd.derivatives import jvp, vjp

WIDEST = 2e-3  # the first of the steps whose differences are extrapolated


def taken_apart(thing):
    """The structure of numbers in lists, tuples, dicts and arrays, and the floats."""
    numbers = []
    structure = results(thing, numbers, arrays=True)
    return structure, [x.data if isinstance(x, Value) else float(x) for x in numbers]


def numbers_of(*things):
    return taken_apart(things)[1]


def with_numbers(thing, numbers):
    """The same structure of other numbers."""
    return put_together(taken_apart(thing)[0], iter(numbers))


def moved(xs, direction, distance):
    pairs = zip(numbers_of(*xs), numbers_of(*direction))
    return with_numbers(tuple(xs), [x + distance * d for x, d in pairs])


def differences(f, xs, direction):
    """The slopes of f along a direction: central differences of f's numbers.

    Of three steps, extrapolated to none (Richardson): the error is that of the sixth
    power of the step.
    """
    estimates = []
    for step in (WIDEST, WIDEST / 2, WIDEST / 4):
        up, down = [numbers_of(f(*moved(xs, direction, t))) for t in (step, -step)]
        estimates.append([(a - b) / (2 * step) for a, b in zip(up, down)])
    first, second, third = estimates
    once = [
        [(4 * b - a) / 3 for a, b in zip(*pair)]
        for pair in ((first, second), (second, third))
    ]
    return [(16 * b - a) / 15 for a, b in zip(*once)]


def near(found, wanted, tolerance, scale=1.0):
    """Whether numbers are as close as that, of the largest of them."""
    largest = max([scale, *map(abs, wanted)])
    return len(found) == len(wanted) and all(
        abs(a - b) <= tolerance * largest for a, b in zip(found, wanted)
    )


def dot(xs, ys):
    return sum([x * y for x, y in zip(xs, ys, strict=True)])


def check(f, *xs, order=2, seed=1):
    """Both modes agree with differences and with each other, and so do their slopes.

    Along a random direction, with random cotangents; the derivative of each mode is
    checked as a function of its own, up to the order.
    """
    rng = random.Random(seed)
    direction = with_numbers(xs, [rng.gauss(0, 1) for _ in numbers_of(*xs)])
    value = f(*xs)
    cotangents = with_numbers(value, [rng.gauss(0, 1) for _ in numbers_of(value)])

    def forward(*xs):
        return jvp(f, xs, direction)[1]

    def reverse(*xs):
        return vjp(f, *xs)[1](cotangents)

    tangents, gradients = numbers_of(forward(*xs)), numbers_of(reverse(*xs))
    assert near(tangents, differences(f, xs, direction), 1e-8), (tangents, xs)
    along = dot(tangents, numbers_of(cotangents))
    assert near([dot(gradients, numbers_of(*direction))], [along], 1e-12)
    if order > 1:
        check(forward, *xs, order=order - 1, seed=seed + 1)
        check(reverse, *xs, order=order - 1, seed=seed + 2)
