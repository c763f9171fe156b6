/* The interpretation over floats in JavaScript: what floats.py is to Python.
   Only what Math lacks, or defines otherwise, stands here, and a page carries only the
   functions that its graph needs: a function with its remark is a paragraph of this file.
   No derivative is here: those follow from the table of primitives.
   LGAMMA_AT_2, BERNOULLI and LOG_12 are special.py's. */

/* half to even, by the rounding of a sum that has no room for fractions */
function round(x) {
    const room = 2 ** 52;
    return Math.abs(x) < room ? copysign(Math.abs(x) + room - room, x) : x;
}

function sign(x) {
    return x !== x ? x : (x > 0) - (x < 0);
}

function copysign(x, y) {
    return y < 0 || 1 / y < 0 ? -Math.abs(x) : Math.abs(x);
}

/* a nan wins */
function max(...xs) {
    let best = xs[0];
    for (const x of xs) if (best === best && !(x <= best)) best = x;
    return best;
}

/* a nan wins */
function min(...xs) {
    let best = xs[0];
    for (const x of xs) if (best === best && !(x >= best)) best = x;
    return best;
}

function fmod(x, y) {
    return x % y;
}

/* the rest's sign is the divisor's */
function mod(x, y) {
    const rest = x % y;
    if (rest === 0) return copysign(0, y);
    return y < 0 !== rest < 0 ? rest + y : rest;
}

function floordiv(x, y) {
    if (y === 0) return x / y;
    const rest = x % y;
    const quotient = (x - rest) / y - (rest !== 0 && y < 0 !== rest < 0);
    return quotient === 0 ? copysign(0, x / y) : round(quotient);
}

/* the rest that is nearest to 0; of two, the one after an even quotient */
function remainder(x, y) {
    const size = Math.abs(y), above = Math.abs(x) % size, below = size - above;
    const is_even = Math.abs(x) % (2 * size) < size;
    const rest = above < below || (above === below && is_even) ? above : -below;
    return rest === 0 ? copysign(rest, x) : x < 0 ? -rest : rest;
}

/* 1 to any power is 1, and so is -1 to an infinite one */
function pow(x, y) {
    return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

function exp2(x) {
    return 2 ** x;
}

function sigmoid(x) {
    const small = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : small) / (1 + small);
}

function softplus(x) {
    return (x > 0 ? x : 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/* log1p of all but the top keeps the digits of a total just above the top */
function logsumexp(...xs) {
    const top = max(...xs);
    if (!Number.isFinite(top)) return top;
    xs.splice(xs.indexOf(top), 1);
    return top + Math.log1p(xs.reduce((total, x) => total + Math.exp(x - top), 0));
}

/* a double as a whole number of 2**-1074, which is exact */
function exactly(x) {
    const bits = new BigUint64Array(new Float64Array([x]).buffer)[0];
    const exponent = (bits >> 52n) & 2047n, digits = bits & (2n ** 52n - 1n);
    const size = exponent ? (digits + 2n ** 52n) << (exponent - 1n) : digits;
    return x < 0 ? -size : size;
}

/* the double next to whole * 2**exponent, half to even */
function nearest(whole, exponent) {
    const size = whole < 0n ? -whole : whole;
    const drop = Math.max(size.toString(2).length - 53, -1074 - exponent, 0);
    const unit = 1n << BigInt(drop), rest = size % unit;
    let kept = size / unit;
    if (2n * rest > unit || (2n * rest === unit && kept % 2n)) kept += 1n;
    const result = Number(kept) * 2 ** (exponent + drop);
    return whole < 0n ? -result : result;
}

/* rounded once */
function fma(x, y, z) {
    if (Math.abs(z) === Infinity && Number.isFinite(x) && Number.isFinite(y)) return z;
    if (![x, y, z].every(Number.isFinite)) return x * y + z;
    const total = exactly(x) * exactly(y) + (exactly(z) << 1074n);
    return total ? nearest(total, -2148) : x * y + z;
}

/* rounded once */
function fsum(...xs) {
    const plain = xs.reduce((total, x) => total + x, 0);
    if (!Number.isFinite(plain)) return plain;
    return nearest(xs.reduce((total, x) => total + exactly(x), 0n), -1074);
}

/* power series, all of one sign (DLMF 7.6.2) */
function erf(x) {
    if (Math.abs(x) > 1.25) return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
    let term = x, total = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
        term *= (2 * x * x) / (2 * n + 1);
        total += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/* Laplace's continued fraction, from its end (DLMF 7.9.3) */
function erfc(x) {
    if (x < 1.25) return 1 - erf(x);
    if (x > 28) return 0;
    let fraction = x;
    for (let n = 20 + Math.ceil(250 / (x * x)); n > 0; n--) fraction = x + n / 2 / fraction;
    // x in two parts, so that x * x keeps its digits
    const head = Math.fround(x);
    const bell = Math.exp(-head * head) * Math.exp((head - x) * (head + x));
    return bell / (Math.sqrt(Math.PI) * fraction);
}

function polynomial(coefficients, x) {
    return coefficients.reduceRight((total, coefficient) => total * x + coefficient, 0);
}

/* cot(pi x) for x that is not whole, reduced exactly and away from the zeros */
function cot_pi(x) {
    const fraction = x - round(x);
    if (Math.abs(fraction) <= 0.25) return 1 / Math.tan(Math.PI * fraction);
    return Math.tan(Math.PI * (copysign(0.5, fraction) - fraction));
}

/* recurrence (DLMF 5.5.1) from the series at 2 (DLMF 5.7.3) */
function gamma(x) {
    if (x === 0 || x > 172) return x > 0 ? Infinity : 1 / x;
    if (x < 0 && Number.isInteger(x)) return NaN;
    if (x < -185) return x - x; // 0, and nan at -inf
    const w = x - Math.round(x), steps = Math.round(x) - 2;
    let result = Math.exp(w * polynomial(LGAMMA_AT_2, w));
    for (let k = 1; k <= steps; k++) result *= x - k;
    for (let k = 0; k < -steps; k++) result /= x + k;
    return result;
}

/* series at 2 (DLMF 5.7.3), Stirling's above 10 (5.11.1), reflection below 0 (5.5.3) */
function lgamma(x) {
    if (Math.abs(x) === Infinity || (x <= 0 && Number.isInteger(x))) return Infinity;
    if (x < 0) {
        const sine = Math.sin(Math.PI * (x - round(x)));
        return Math.log(Math.PI / Math.abs(x * sine)) - lgamma(-x);
    }
    if (x < 0.5) return x * polynomial(LGAMMA_AT_2, x) - Math.log1p(x) - Math.log(x);
    if (x < 1.5) return (x - 1) * polynomial(LGAMMA_AT_2, x - 1) - Math.log1p(x - 1);
    if (x > 1e17) return x * (Math.log(x) - 1);
    if (x >= 10) {
        const terms = [(x - 0.5) * Math.log(x), -x, 0.5 * Math.log(2 * Math.PI)];
        for (let k = 1; k < 9; k++)
            terms.push(BERNOULLI[k - 1] / (2 * k * (2 * k - 1) * x ** (2 * k - 1)));
        return fsum(...terms);
    }
    let factors = 1;
    while (x > 2.5) factors *= x -= 1;
    return (x - 2) * polynomial(LGAMMA_AT_2, x - 2) + Math.log(factors);
}

/* recurrence (DLMF 5.5.2), asymptotic above 12 (5.11.2), reflection below 0 (5.5.4) */
function digamma(x) {
    if (Math.abs(x) < 1e-20) return -1 / x;
    if (x === -Infinity || (x < 0 && Number.isInteger(x))) return NaN;
    if (x < 0) return fsum(digamma(-x), -1 / x, -Math.PI * cot_pi(x));
    const terms = [];
    for (; x < 12; x += 1) terms.push(-1 / x);
    if (x < 13) terms.push(...LOG_12, Math.log1p((x - 12) / 12));
    else terms.push(Math.log(x));
    terms.push(-0.5 / x);
    let power = 1;
    for (let k = 1; k < 10; k++) {
        power /= x * x;
        terms.push((-BERNOULLI[k - 1] / (2 * k)) * power);
    }
    return fsum(...terms);
}

/* n! times Hurwitz's zeta function (DLMF 5.15.1, 25.11.1), reflection (5.15.6) */
function polygamma(n, x) {
    if (n === 0) return digamma(x);
    if (x <= 0 && Number.isInteger(x)) return n % 2 ? Infinity : NaN;
    if (x > 0) return hurwitz(n, x);
    return (n % 2 ? -1 : 1) * hurwitz(n, 1 - x) - Math.PI * cot_pi_derivative(n, x);
}

/* the Euler-Maclaurin formula (DLMF 25.11.5) */
function hurwitz(n, x) {
    const terms = [];
    let y = x, scale = n % 2 ? 1 : -1;
    for (; y < 15 + n; y += 1) terms.push(y ** -(n + 1));
    const base = y ** -(n + 1);
    terms.push(y ** -n / n, base / 2);
    let rising = (n + 1) / (2 * y);
    for (let k = 1; k <= BERNOULLI.length && rising >= 1e-40; k++) {
        terms.push(base * BERNOULLI[k - 1] * rising);
        rising *= (((n + 2 * k) / (2 * k + 1)) * (n + 1 + 2 * k)) / (2 * k + 2) / (y * y);
    }
    for (let k = 2; k <= n; k++) scale *= k;
    return fsum(...terms) * scale;
}

/* n-th derivative of cot(pi x): a polynomial in cot(pi x) itself */
function cot_pi_derivative(n, x) {
    let coefficients = [0, 1];
    for (let i = 0; i < n; i++) {
        const next = new Array(coefficients.length + 1).fill(0);
        for (let k = 1; k < coefficients.length; k++) {
            next[k - 1] -= Math.PI * k * coefficients[k];
            next[k + 1] -= Math.PI * k * coefficients[k];
        }
        coefficients = next;
    }
    return polynomial(coefficients, cot_pi(x));
}
