/* The interpretation over floats in C: what floats.py is to Python.
   Only what the C library lacks, or defines otherwise, stands here. No derivative does:
   those follow from the table of primitives, in kernels.h. */
#ifndef AG_INTERPRETATION
#define AG_INTERPRETATION
#include <math.h>

static inline double ag_m_exp2(double x) { return pow(2.0, x); }

static inline double ag_m_sign(double x) {
    return x != x ? x : (double)((x > 0) - (x < 0));
}

/* half to even, as the rounding mode is */
static inline double ag_m_round(double x) { return rint(x); }

/* a rest of zero has the sign of x, which not every C library minds */
static inline double ag_m_remainder(double x, double y) {
    const double rest = remainder(x, y);
    return rest == 0 ? copysign(rest, x) : rest;
}

/* a nan wins */
static inline double ag_m_max(double x, double y) {
    return x != x ? x : (y > x || y != y ? y : x);
}

static inline double ag_m_sigmoid(double x) {
    const double small = exp(-fabs(x));
    return (x >= 0 ? 1.0 : small) / (1 + small);
}

static inline double ag_m_softplus(double x) {
    return (x > 0 ? x : 0.0) + log1p(exp(-fabs(x)));
}

/* Python's % has the divisor's sign, and its // goes with it */
static inline double ag_m_mod(double x, double y) {
    double rest = fmod(x, y);
    if (y == 0) return NAN;
    if (rest == 0) return copysign(0.0, y);
    return (y < 0) != (rest < 0) ? rest + y : rest;
}

static inline double ag_m_floordiv(double x, double y) {
    double rest, quotient, whole;
    if (y == 0) return x / y;
    rest = fmod(x, y);
    quotient = (x - rest) / y;
    if (rest != 0 && (y < 0) != (rest < 0)) quotient -= 1.0;
    if (quotient == 0) return copysign(0.0, x / y);
    whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

#endif
