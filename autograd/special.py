"""Gamma's relatives in double precision: lgamma, digamma, polygamma.

The standard library has no digamma, and its lgamma loses its digits next to 1 and 2.
Sums go through fsum, so that only the terms' own rounding is left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

inf, nan = math.inf, math.nan

# log(Gamma(2 + w)) = sum of c[k] w**(k+1), |w| <= 1/2 (DLMF 5.7.3): c[0] is 1 - gamma,
# then (-1)**k (zeta(k) - 1) / k. From mpmath:
# [1 - euler] + [(-1)**k * (zeta(k) - 1) / k for k in range(2, 30)].
_LGAMMA_AT_2 = (
    *(0.42278433509846713, 0.3224670334241132, -0.0673523010531981),
    *(0.020580808427784546, -0.007385551028673986, 0.0028905103307415234),
    *(-0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939),
    *(9.945751278180853e-05, -4.492623673813314e-05, 2.050721277567069e-05),
    *(-9.439488275268397e-06, 4.374866789907488e-06, -2.039215753801366e-06),
    *(9.55141213040742e-07, -4.492469198764566e-07, 2.1207184805554665e-07),
    *(-1.0043224823968099e-07, 4.7698101693639804e-08, -2.2711094608943164e-08),
    *(1.0838659214896955e-08, -5.183475041970047e-09, 2.4836745438024785e-09),
    *(-1.1921401405860912e-09, 5.731367241678862e-10, -2.7595228851242334e-10),
    *(1.330476437424449e-10, -6.4229645638381e-11),
)

# The Bernoulli numbers B2, B4, ... of the asymptotic series (DLMF 24.2)
_BERNOULLI = (
    *(1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510),
    *(43867 / 798, -174611 / 330, 854513 / 138, -236364091 / 2730),
)

# log(12) in two parts: together they carry twice the digits
_LOG_12 = (2.4849066497880004, -4.433203607308931e-17)


def _polynomial(coefficients: Sequence[float], x: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def _sin_pi(x: float) -> float:
    """sin(pi x), with x reduced exactly first."""
    nearest = round(x)
    return math.sin(math.pi * (x - nearest)) * (-1 if nearest % 2 else 1)


def _cot_pi(x: float) -> float:
    """cot(pi x) for x that is not whole, reduced exactly and away from the zeros."""
    fraction = x - round(x)
    if abs(fraction) > 0.25:
        return math.tan(math.pi * (math.copysign(0.5, fraction) - fraction))
    return 1 / math.tan(math.pi * fraction)


def lgamma(x: float) -> float:
    """log|gamma(x)|, to the last digits also next to its zeros at 1 and 2.

    Series at 2 (DLMF 5.7.3) with recurrences, Stirling's series above 10 (DLMF
    5.11.1), reflection below 0 (DLMF 5.5.3). inf at 0 and the negative whole numbers.

    >>> lgamma(1 + 2**-30)
    -5.375739784311045e-10
    """
    if x != x:
        return x
    if x in (inf, -inf) or (x <= 0 and x == x // 1):
        return inf
    if x < 0:
        # both logarithms may be large: log|x sin(pi x)| keeps them together
        return math.log(math.pi / abs(x * _sin_pi(x))) - lgamma(-x)
    if x < 0.5:
        return x * _polynomial(_LGAMMA_AT_2, x) - math.log1p(x) - math.log(x)
    if x < 1.5:
        w = x - 1
        return w * _polynomial(_LGAMMA_AT_2, w) - math.log1p(w)
    if x < 10:
        factors = 1.0
        while x > 2.5:
            x -= 1
            factors *= x
        w = x - 2
        return w * _polynomial(_LGAMMA_AT_2, w) + math.log(factors)
    if x > 1e17:
        return x * (math.log(x) - 1)
    series = [
        b / (2 * k * (2 * k - 1) * x ** (2 * k - 1))
        for k, b in enumerate(_BERNOULLI[:8], start=1)
    ]
    return math.fsum(
        [(x - 0.5) * math.log(x), -x, 0.5 * math.log(2 * math.pi), *series]
    )


def digamma(x: float) -> float:
    """Logarithmic derivative of gamma.

    Recurrence up to 12 and the asymptotic series there (DLMF 5.5.2, 5.11.2),
    reflection below 0 (DLMF 5.5.4). -inf at 0, nan at the negative whole numbers.

    >>> digamma(1.0)
    -0.5772156649015329
    """
    if x == 0:
        return -math.copysign(inf, x)
    if x != x or x == inf:
        return x
    if abs(x) < 1e-20:
        return -1 / x  # and inf where that overflows: the rest is below its last digit
    if x < 0:
        if x == x // 1 or x == -inf:
            return nan
        return math.fsum([digamma(-x), -1 / x, -math.pi * _cot_pi(x)])
    terms: list[float] = []
    while x < 12:
        terms.append(-1 / x)
        x += 1
    if x < 13:
        terms += [*_LOG_12, math.log1p((x - 12) / 12)]
    else:
        terms.append(math.log(x))
    terms.append(-0.5 / x)
    if x < 1e9:
        square = x * x
        power = 1.0
        for k, b in enumerate(_BERNOULLI[:9], start=1):
            power /= square
            terms.append(-b / (2 * k) * power)
    return math.fsum(terms)


def polygamma(n: float, x: float) -> float:
    """n-th derivative of digamma, n a whole number >= 0.

    (-1)**(n+1) n! times the Hurwitz zeta function (DLMF 5.15.1, 25.11.1), by the
    Euler-Maclaurin formula (DLMF 25.11.5); reflection below 0 (DLMF 5.15.6).
    At 0 and the negative whole numbers inf for odd n, nan for even n.

    >>> polygamma(1, 1.0)
    1.6449340668482264
    """
    n = int(n)
    if n == 0:
        return digamma(x)
    if x != x:
        return x
    if x == inf:
        return 0.0 if n % 2 else -0.0
    if x == -inf:
        return nan
    if x <= 0 and x == x // 1:
        return inf if n % 2 else nan
    try:
        if x < 0:
            sign = -1.0 if n % 2 else 1.0
            reflected = sign * _hurwitz_side(n, 1 - x)
            return reflected - math.pi * _cot_pi_derivative(n, x)
        return _hurwitz_side(n, x)
    except (OverflowError, ZeroDivisionError):
        return inf if n % 2 else -inf


def _hurwitz_side(n: int, x: float) -> float:
    s = n + 1
    terms: list[float] = []
    y = x
    while y < 15 + n:
        terms.append(y**-s)
        y += 1
    base = y**-s
    terms += [y**-n / n, base / 2]  # y**-s alone may underflow
    rising = s / (2 * y)
    for k, b in enumerate(_BERNOULLI, start=1):
        terms.append(base * b * rising)
        rising *= (s + 2 * k - 1) / (2 * k + 1) * (s + 2 * k) / (2 * k + 2) / (y * y)
        if rising < 1e-40:
            break
    scale = float(math.factorial(n))
    return math.fsum(terms) * (scale if n % 2 else -scale)


def _cot_pi_derivative(n: int, x: float) -> float:
    """n-th derivative of cot(pi x): a polynomial in cot(pi x) itself."""
    polynomial = [0.0, 1.0]
    for _ in range(n):
        slope = [k * c for k, c in enumerate(polynomial)][1:]
        polynomial = [0.0] * (len(slope) + 2)
        for k, c in enumerate(slope):
            polynomial[k] -= math.pi * c
            polynomial[k + 2] -= math.pi * c
    return _polynomial(polynomial, _cot_pi(x))
