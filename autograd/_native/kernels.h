/* Written by `python -m autograd._generated` from the table. */
#include "interpretation.h"

#define AG_FINGERPRINT "e2dbcb68dc0b611c"

/* Codes are places in the table of primitives, from 1. */
enum ag_code {
    AG_leaf,
    AG_add,
    AG_sub,
    AG_mul,
    AG_div,
    AG_floordiv,
    AG_mod,
    AG_neg,
    AG_pow_constant,
    AG_pow,
    AG_exp,
    AG_exp2,
    AG_expm1,
    AG_log,
    AG_log2,
    AG_log10,
    AG_log1p,
    AG_sqrt,
    AG_cbrt,
    AG_square,
    AG_reciprocal,
    AG_rsqrt,
    AG_sin,
    AG_cos,
    AG_tan,
    AG_asin,
    AG_acos,
    AG_atan,
    AG_sinh,
    AG_cosh,
    AG_tanh,
    AG_asinh,
    AG_acosh,
    AG_atanh,
    AG_abs,
    AG_sign,
    AG_floor,
    AG_ceil,
    AG_trunc,
    AG_round,
    AG_clip,
    AG_erf,
    AG_erfc,
    AG_gamma,
    AG_lgamma,
    AG_digamma,
    AG_polygamma,
    AG_relu,
    AG_leaky_relu,
    AG_relu6,
    AG_elu,
    AG_selu,
    AG_gelu,
    AG_sigmoid,
    AG_logsigmoid,
    AG_softplus,
    AG_silu,
    AG_mish,
    AG_softsign,
    AG_hardtanh,
    AG_fmod,
    AG_remainder,
    AG_copysign,
    AG_atan2,
    AG_logaddexp,
    AG_xlogy,
    AG_softmax_share,
    AG_fma,
    AG_sum,
    AG_fsum,
    AG_mean,
    AG_prod,
    AG_dot,
    AG_max,
    AG_min,
    AG_logsumexp,
    AG_hypot,
    AG_take,
    AG_OWN
};

static inline double ag_add(double x0, double x1, double *d) {
    const double t0 = x0 + x1;
    d[0] = 1.0;
    d[1] = 1.0;
    return t0;
}

static inline double ag_sub(double x0, double x1, double *d) {
    const double t0 = x0 - x1;
    d[0] = 1.0;
    d[1] = (-1.0);
    return t0;
}

static inline double ag_mul(double x0, double x1, double *d) {
    const double t0 = x0 * x1;
    d[0] = x1;
    d[1] = x0;
    return t0;
}

static inline double ag_div(double x0, double x1, double *d) {
    const double t0 = x0 / x1;
    const double t1 = 1.0 / x1;
    const double t2 = -t0;
    const double t3 = t2 / x1;
    d[0] = t1;
    d[1] = t3;
    return t0;
}

static inline double ag_floordiv(double x0, double x1, double *d) {
    const double t0 = ag_m_floordiv(x0, x1);
    d[0] = 0.0;
    d[1] = 0.0;
    return t0;
}

static inline double ag_mod(double x0, double x1, double *d) {
    const double t0 = ag_m_mod(x0, x1);
    const double t1 = ag_m_floordiv(x0, x1);
    const double t2 = -t1;
    d[0] = 1.0;
    d[1] = t2;
    return t0;
}

static inline double ag_neg(double x0, double *d) {
    const double t0 = -x0;
    d[0] = (-1.0);
    return t0;
}

static inline double ag_pow_constant(double x0, double x1, double *d) {
    const double t0 = pow(x0, x1);
    const int t1 = x1 == 0.0;
    const int t2 = x0 == x0;
    const double t3 = t2 ? 0.0 : NAN;
    const double t4 = x1 - 1.0;
    const double t5 = pow(x0, t4);
    const double t6 = x1 * t5;
    const double t7 = t1 ? t3 : t6;
    d[0] = t7;
    d[1] = 0.0;
    return t0;
}

static inline double ag_pow(double x0, double x1, double *d) {
    const double t0 = pow(x0, x1);
    const int t1 = x0 == 0.0;
    const int t2 = x1 == 0.0;
    const int t3 = t1 ? t2 : 0.0;
    const double t4 = x1 - 1.0;
    const double t5 = pow(x0, t4);
    const double t6 = x1 * t5;
    const double t7 = t3 ? 0.0 : t6;
    const int t8 = x1 >= 0.0;
    const int t9 = t1 ? t8 : 0.0;
    const double t10 = log(x0);
    const double t11 = t0 * t10;
    const double t12 = t9 ? 0.0 : t11;
    d[0] = t7;
    d[1] = t12;
    return t0;
}

static inline double ag_exp(double x0, double *d) {
    const double t0 = exp(x0);
    d[0] = t0;
    return t0;
}

static inline double ag_exp2(double x0, double *d) {
    const double t0 = ag_m_exp2(x0);
    const double t1 = t0 * 0.6931471805599453;
    d[0] = t1;
    return t0;
}

static inline double ag_expm1(double x0, double *d) {
    const double t0 = expm1(x0);
    const double t1 = exp(x0);
    d[0] = t1;
    return t0;
}

static inline double ag_log(double x0, double *d) {
    const double t0 = log(x0);
    const int t1 = x0 >= 0.0;
    const double t2 = 1.0 / x0;
    const double t3 = t1 ? t2 : NAN;
    d[0] = t3;
    return t0;
}

static inline double ag_log2(double x0, double *d) {
    const double t0 = log2(x0);
    const int t1 = x0 >= 0.0;
    const double t2 = x0 * 0.6931471805599453;
    const double t3 = 1.0 / t2;
    const double t4 = t1 ? t3 : NAN;
    d[0] = t4;
    return t0;
}

static inline double ag_log10(double x0, double *d) {
    const double t0 = log10(x0);
    const int t1 = x0 >= 0.0;
    const double t2 = x0 * 2.302585092994046;
    const double t3 = 1.0 / t2;
    const double t4 = t1 ? t3 : NAN;
    d[0] = t4;
    return t0;
}

static inline double ag_log1p(double x0, double *d) {
    const double t0 = log1p(x0);
    const int t1 = x0 >= (-1.0);
    const double t2 = 1.0 + x0;
    const double t3 = 1.0 / t2;
    const double t4 = t1 ? t3 : NAN;
    d[0] = t4;
    return t0;
}

static inline double ag_sqrt(double x0, double *d) {
    const double t0 = sqrt(x0);
    const double t1 = 0.5 / t0;
    d[0] = t1;
    return t0;
}

static inline double ag_square(double x0, double *d) {
    const double t0 = x0 * x0;
    const double t1 = 2.0 * x0;
    d[0] = t1;
    return t0;
}

static inline double ag_reciprocal(double x0, double *d) {
    const double t0 = 1.0 / x0;
    const double t1 = -t0;
    const double t2 = t1 * t0;
    d[0] = t2;
    return t0;
}

static inline double ag_rsqrt(double x0, double *d) {
    const double t0 = sqrt(x0);
    const double t1 = 1.0 / t0;
    const double t2 = (-0.5) * t1;
    const double t3 = t2 / x0;
    d[0] = t3;
    return t1;
}

static inline double ag_sin(double x0, double *d) {
    const double t0 = sin(x0);
    const double t1 = cos(x0);
    d[0] = t1;
    return t0;
}

static inline double ag_cos(double x0, double *d) {
    const double t0 = cos(x0);
    const double t1 = sin(x0);
    const double t2 = -t1;
    d[0] = t2;
    return t0;
}

static inline double ag_tan(double x0, double *d) {
    const double t0 = tan(x0);
    const double t1 = t0 * t0;
    const double t2 = 1.0 + t1;
    d[0] = t2;
    return t0;
}

static inline double ag_asin(double x0, double *d) {
    const double t0 = asin(x0);
    const double t1 = 1.0 - x0;
    const double t2 = 1.0 + x0;
    const double t3 = t1 * t2;
    const double t4 = sqrt(t3);
    const double t5 = 1.0 / t4;
    d[0] = t5;
    return t0;
}

static inline double ag_acos(double x0, double *d) {
    const double t0 = acos(x0);
    const double t1 = 1.0 - x0;
    const double t2 = 1.0 + x0;
    const double t3 = t1 * t2;
    const double t4 = sqrt(t3);
    const double t5 = (-1.0) / t4;
    d[0] = t5;
    return t0;
}

static inline double ag_atan(double x0, double *d) {
    const double t0 = atan(x0);
    const double t1 = x0 * x0;
    const double t2 = 1.0 + t1;
    const double t3 = 1.0 / t2;
    d[0] = t3;
    return t0;
}

static inline double ag_sinh(double x0, double *d) {
    const double t0 = sinh(x0);
    const double t1 = cosh(x0);
    d[0] = t1;
    return t0;
}

static inline double ag_cosh(double x0, double *d) {
    const double t0 = cosh(x0);
    const double t1 = sinh(x0);
    d[0] = t1;
    return t0;
}

static inline double ag_tanh(double x0, double *d) {
    const double t0 = tanh(x0);
    const int t1 = x0 < 0.0;
    const double t2 = 2.0 * x0;
    const double t3 = (-2.0) * x0;
    const double t4 = t1 ? t2 : t3;
    const double t5 = exp(t4);
    const double t6 = 4.0 * t5;
    const double t7 = 1.0 + t5;
    const double t8 = t7 * t7;
    const double t9 = t6 / t8;
    d[0] = t9;
    return t0;
}

static inline double ag_asinh(double x0, double *d) {
    const double t0 = asinh(x0);
    const double t1 = fabs(x0);
    const int t2 = t1 < 100000000.0;
    const double t3 = x0 * x0;
    const double t4 = 1.0 + t3;
    const double t5 = sqrt(t4);
    const double t6 = t2 ? t5 : t1;
    const double t7 = 1.0 / t6;
    d[0] = t7;
    return t0;
}

static inline double ag_acosh(double x0, double *d) {
    const double t0 = acosh(x0);
    const double t1 = x0 - 1.0;
    const double t2 = sqrt(t1);
    const double t3 = x0 + 1.0;
    const double t4 = sqrt(t3);
    const double t5 = t2 * t4;
    const double t6 = 1.0 / t5;
    d[0] = t6;
    return t0;
}

static inline double ag_atanh(double x0, double *d) {
    const double t0 = atanh(x0);
    const double t1 = fabs(x0);
    const int t2 = t1 <= 1.0;
    const double t3 = 1.0 - x0;
    const double t4 = 1.0 + x0;
    const double t5 = t3 * t4;
    const double t6 = 1.0 / t5;
    const double t7 = t2 ? t6 : NAN;
    d[0] = t7;
    return t0;
}

static inline double ag_abs(double x0, double *d) {
    const double t0 = fabs(x0);
    const double t1 = ag_m_sign(x0);
    d[0] = t1;
    return t0;
}

static inline double ag_sign(double x0, double *d) {
    const double t0 = ag_m_sign(x0);
    d[0] = 0.0;
    return t0;
}

static inline double ag_floor(double x0, double *d) {
    const double t0 = floor(x0);
    d[0] = 0.0;
    return t0;
}

static inline double ag_ceil(double x0, double *d) {
    const double t0 = ceil(x0);
    d[0] = 0.0;
    return t0;
}

static inline double ag_trunc(double x0, double *d) {
    const double t0 = trunc(x0);
    d[0] = 0.0;
    return t0;
}

static inline double ag_round(double x0, double *d) {
    const double t0 = ag_m_round(x0);
    d[0] = 0.0;
    return t0;
}

static inline double ag_clip(double x0, double x1, double x2, double *d) {
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const int t4 = x0 == x0;
    const double t5 = t4 ? 1.0 : NAN;
    const double t6 = t1 ? 0.0 : t5;
    const double t7 = t0 ? 0.0 : t6;
    const double t8 = t0 ? 1.0 : 0.0;
    const double t9 = t1 ? 1.0 : 0.0;
    const double t10 = t0 ? 0.0 : t9;
    d[0] = t7;
    d[1] = t8;
    d[2] = t10;
    return t3;
}

static inline double ag_erf(double x0, double *d) {
    const double t0 = erf(x0);
    const double t1 = -x0;
    const double t2 = t1 * x0;
    const double t3 = exp(t2);
    const double t4 = 1.1283791670955126 * t3;
    d[0] = t4;
    return t0;
}

static inline double ag_erfc(double x0, double *d) {
    const double t0 = erfc(x0);
    const double t1 = -x0;
    const double t2 = t1 * x0;
    const double t3 = exp(t2);
    const double t4 = (-1.1283791670955126) * t3;
    d[0] = t4;
    return t0;
}

static inline double ag_relu(double x0, double *d) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 == x0;
    const double t2 = t1 ? 0.0 : NAN;
    const double t3 = t0 ? x0 : t2;
    const double t4 = t0 ? 1.0 : t2;
    d[0] = t4;
    return t3;
}

static inline double ag_leaky_relu(double x0, double x1, double *d) {
    const int t0 = x0 > 0.0;
    const double t1 = x1 * x0;
    const double t2 = t0 ? x0 : t1;
    const int t3 = x0 == x0;
    const double t4 = t3 ? x1 : NAN;
    const double t5 = t0 ? 1.0 : t4;
    const double t6 = t0 ? 0.0 : x0;
    d[0] = t5;
    d[1] = t6;
    return t2;
}

static inline double ag_relu6(double x0, double *d) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 < 6.0;
    const double t2 = t1 ? x0 : 6.0;
    const int t3 = x0 == x0;
    const double t4 = t3 ? 0.0 : NAN;
    const double t5 = t0 ? t2 : t4;
    const double t6 = t1 ? 1.0 : 0.0;
    const double t7 = t0 ? t6 : t4;
    d[0] = t7;
    return t5;
}

static inline double ag_elu(double x0, double x1, double *d) {
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = x1 * t1;
    const double t3 = t0 ? x0 : t2;
    const double t4 = exp(x0);
    const double t5 = x1 * t4;
    const double t6 = t0 ? 1.0 : t5;
    const double t7 = t0 ? 0.0 : t1;
    d[0] = t6;
    d[1] = t7;
    return t3;
}

static inline double ag_selu(double x0, double *d) {
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = 1.6732632423543772 * t1;
    const double t3 = t0 ? x0 : t2;
    const double t4 = 1.0507009873554805 * t3;
    const double t5 = exp(x0);
    const double t6 = 1.6732632423543772 * t5;
    const double t7 = t0 ? 1.0 : t6;
    const double t8 = 1.0507009873554805 * t7;
    d[0] = t8;
    return t4;
}

static inline double ag_gelu(double x0, double *d) {
    const double t0 = 0.5 * x0;
    const double t1 = -x0;
    const double t2 = t1 / 1.4142135623730951;
    const double t3 = erfc(t2);
    const double t4 = t0 * t3;
    const double t5 = 0.5 * t3;
    const double t6 = (-0.5) * x0;
    const double t7 = t6 * x0;
    const double t8 = exp(t7);
    const double t9 = x0 * t8;
    const double t10 = t9 / 2.5066282746310002;
    const double t11 = t5 + t10;
    d[0] = t11;
    return t4;
}

static inline double ag_sigmoid(double x0, double *d) {
    const double t0 = ag_m_sigmoid(x0);
    const double t1 = -x0;
    const double t2 = ag_m_sigmoid(t1);
    const double t3 = t0 * t2;
    d[0] = t3;
    return t0;
}

static inline double ag_logsigmoid(double x0, double *d) {
    const int t0 = x0 < 0.0;
    const double t1 = t0 ? x0 : 0.0;
    const double t2 = fabs(x0);
    const double t3 = -t2;
    const double t4 = exp(t3);
    const double t5 = log1p(t4);
    const double t6 = t1 - t5;
    const double t7 = -x0;
    const double t8 = ag_m_sigmoid(t7);
    d[0] = t8;
    return t6;
}

static inline double ag_softplus(double x0, double *d) {
    const double t0 = ag_m_softplus(x0);
    const double t1 = ag_m_sigmoid(x0);
    d[0] = t1;
    return t0;
}

static inline double ag_silu(double x0, double *d) {
    const double t0 = ag_m_sigmoid(x0);
    const double t1 = x0 * t0;
    const double t2 = -x0;
    const double t3 = ag_m_sigmoid(t2);
    const double t4 = x0 * t3;
    const double t5 = 1.0 + t4;
    const double t6 = t0 * t5;
    d[0] = t6;
    return t1;
}

static inline double ag_mish(double x0, double *d) {
    const double t0 = ag_m_softplus(x0);
    const double t1 = tanh(t0);
    const double t2 = x0 * t1;
    const double t3 = ag_m_sigmoid(x0);
    const double t4 = x0 * t3;
    const int t5 = t0 < 0.0;
    const double t6 = 2.0 * t0;
    const double t7 = (-2.0) * t0;
    const double t8 = t5 ? t6 : t7;
    const double t9 = exp(t8);
    const double t10 = 4.0 * t9;
    const double t11 = 1.0 + t9;
    const double t12 = t11 * t11;
    const double t13 = t10 / t12;
    const double t14 = t4 * t13;
    const double t15 = t1 + t14;
    d[0] = t15;
    return t2;
}

static inline double ag_softsign(double x0, double *d) {
    const double t0 = fabs(x0);
    const int t1 = t0 == INFINITY;
    const double t2 = ag_m_sign(x0);
    const double t3 = 1.0 + t0;
    const double t4 = x0 / t3;
    const double t5 = t1 ? t2 : t4;
    const double t6 = t3 * t3;
    const double t7 = 1.0 / t6;
    d[0] = t7;
    return t5;
}

static inline double ag_hardtanh(double x0, double *d) {
    const int t0 = x0 < (-1.0);
    const int t1 = x0 > 1.0;
    const double t2 = t1 ? 1.0 : x0;
    const double t3 = t0 ? (-1.0) : t2;
    const int t4 = x0 <= (-1.0);
    const int t5 = x0 >= 1.0;
    const int t6 = x0 == x0;
    const double t7 = t6 ? 1.0 : NAN;
    const double t8 = t5 ? 0.0 : t7;
    const double t9 = t4 ? 0.0 : t8;
    d[0] = t9;
    return t3;
}

static inline double ag_fmod(double x0, double x1, double *d) {
    const double t0 = fmod(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    d[0] = 1.0;
    d[1] = t4;
    return t0;
}

static inline double ag_remainder(double x0, double x1, double *d) {
    const double t0 = ag_m_remainder(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    d[0] = 1.0;
    d[1] = t4;
    return t0;
}

static inline double ag_copysign(double x0, double x1, double *d) {
    const double t0 = copysign(x0, x1);
    const double t1 = ag_m_sign(x0);
    const double t2 = copysign(1.0, x1);
    const double t3 = t1 * t2;
    d[0] = t3;
    d[1] = 0.0;
    return t0;
}

static inline double ag_atan2(double x0, double x1, double *d) {
    const double t0 = atan2(x0, x1);
    const double t1 = fabs(x1);
    const double t2 = fabs(x0);
    const double t3 = ag_m_max(t1, t2);
    const int t4 = t3 == 0.0;
    const double t5 = x1 / t3;
    const double t6 = t5 * t5;
    const double t7 = x0 / t3;
    const double t8 = t7 * t7;
    const double t9 = t6 + t8;
    const double t10 = t5 / t9;
    const double t11 = t10 / t3;
    const double t12 = t4 ? 0.0 : t11;
    const double t13 = -t7;
    const double t14 = t13 / t9;
    const double t15 = t14 / t3;
    const double t16 = t4 ? 0.0 : t15;
    d[0] = t12;
    d[1] = t16;
    return t0;
}

static inline double ag_logaddexp(double x0, double x1, double *d) {
    const int t0 = x0 == x1;
    const double t1 = x0 + 0.6931471805599453;
    const double t2 = ag_m_max(x0, x1);
    const double t3 = x0 - x1;
    const double t4 = fabs(t3);
    const double t5 = -t4;
    const double t6 = exp(t5);
    const double t7 = log1p(t6);
    const double t8 = t2 + t7;
    const double t9 = t0 ? t1 : t8;
    const int t10 = t3 == t3;
    const double t11 = ag_m_sigmoid(t3);
    const double t12 = t0 ? 0.5 : NAN;
    const double t13 = t10 ? t11 : t12;
    const double t14 = x1 - x0;
    const int t15 = t14 == t14;
    const double t16 = ag_m_sigmoid(t14);
    const int t17 = x1 == x0;
    const double t18 = t17 ? 0.5 : NAN;
    const double t19 = t15 ? t16 : t18;
    d[0] = t13;
    d[1] = t19;
    return t9;
}

static inline double ag_xlogy(double x0, double x1, double *d) {
    const int t0 = x1 == x1;
    const int t1 = x0 == 0.0;
    const double t2 = log(x1);
    const double t3 = x0 * t2;
    const double t4 = t1 ? 0.0 : t3;
    const double t5 = t0 ? t4 : x1;
    const int t6 = x1 <= 0.0;
    const int t7 = t1 ? t6 : 0.0;
    const double t8 = t7 ? 0.0 : t2;
    const double t9 = x0 / x1;
    const double t10 = t7 ? 0.0 : t9;
    d[0] = t8;
    d[1] = t10;
    return t5;
}

static inline double ag_softmax_share(double x0, double x1, double *d) {
    const double t0 = x0 - x1;
    const double t1 = exp(t0);
    const double t2 = -t1;
    d[0] = t1;
    d[1] = t2;
    return t1;
}

static inline double ag_fma(double x0, double x1, double x2, double *d) {
    const double t0 = fma(x0, x1, x2);
    d[0] = x1;
    d[1] = x0;
    d[2] = 1.0;
    return t0;
}

static const char ag_kernel_arity[AG_OWN + 1] = {0, 2, 2, 2, 2, 2, 2, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 0, 0, 0, 0, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

static inline double ag_unary(int code, double x0, double *d) {
    int i;
    switch (code) {
    case AG_neg: return ag_neg(x0, d);
    case AG_exp: return ag_exp(x0, d);
    case AG_exp2: return ag_exp2(x0, d);
    case AG_expm1: return ag_expm1(x0, d);
    case AG_log: return ag_log(x0, d);
    case AG_log2: return ag_log2(x0, d);
    case AG_log10: return ag_log10(x0, d);
    case AG_log1p: return ag_log1p(x0, d);
    case AG_sqrt: return ag_sqrt(x0, d);
    case AG_square: return ag_square(x0, d);
    case AG_reciprocal: return ag_reciprocal(x0, d);
    case AG_rsqrt: return ag_rsqrt(x0, d);
    case AG_sin: return ag_sin(x0, d);
    case AG_cos: return ag_cos(x0, d);
    case AG_tan: return ag_tan(x0, d);
    case AG_asin: return ag_asin(x0, d);
    case AG_acos: return ag_acos(x0, d);
    case AG_atan: return ag_atan(x0, d);
    case AG_sinh: return ag_sinh(x0, d);
    case AG_cosh: return ag_cosh(x0, d);
    case AG_tanh: return ag_tanh(x0, d);
    case AG_asinh: return ag_asinh(x0, d);
    case AG_acosh: return ag_acosh(x0, d);
    case AG_atanh: return ag_atanh(x0, d);
    case AG_abs: return ag_abs(x0, d);
    case AG_sign: return ag_sign(x0, d);
    case AG_floor: return ag_floor(x0, d);
    case AG_ceil: return ag_ceil(x0, d);
    case AG_trunc: return ag_trunc(x0, d);
    case AG_round: return ag_round(x0, d);
    case AG_erf: return ag_erf(x0, d);
    case AG_erfc: return ag_erfc(x0, d);
    case AG_relu: return ag_relu(x0, d);
    case AG_relu6: return ag_relu6(x0, d);
    case AG_selu: return ag_selu(x0, d);
    case AG_gelu: return ag_gelu(x0, d);
    case AG_sigmoid: return ag_sigmoid(x0, d);
    case AG_logsigmoid: return ag_logsigmoid(x0, d);
    case AG_softplus: return ag_softplus(x0, d);
    case AG_silu: return ag_silu(x0, d);
    case AG_mish: return ag_mish(x0, d);
    case AG_softsign: return ag_softsign(x0, d);
    case AG_hardtanh: return ag_hardtanh(x0, d);
    }
    for (i = 0; i < 1; i++) d[i] = NAN; /* never reached */
    return NAN;
}

static inline double ag_binary(int code, double x0, double x1, double *d) {
    int i;
    switch (code) {
    case AG_add: return ag_add(x0, x1, d);
    case AG_sub: return ag_sub(x0, x1, d);
    case AG_mul: return ag_mul(x0, x1, d);
    case AG_div: return ag_div(x0, x1, d);
    case AG_floordiv: return ag_floordiv(x0, x1, d);
    case AG_mod: return ag_mod(x0, x1, d);
    case AG_pow_constant: return ag_pow_constant(x0, x1, d);
    case AG_pow: return ag_pow(x0, x1, d);
    case AG_leaky_relu: return ag_leaky_relu(x0, x1, d);
    case AG_elu: return ag_elu(x0, x1, d);
    case AG_fmod: return ag_fmod(x0, x1, d);
    case AG_remainder: return ag_remainder(x0, x1, d);
    case AG_copysign: return ag_copysign(x0, x1, d);
    case AG_atan2: return ag_atan2(x0, x1, d);
    case AG_logaddexp: return ag_logaddexp(x0, x1, d);
    case AG_xlogy: return ag_xlogy(x0, x1, d);
    case AG_softmax_share: return ag_softmax_share(x0, x1, d);
    }
    for (i = 0; i < 2; i++) d[i] = NAN; /* never reached */
    return NAN;
}

static inline double ag_ternary(int code, double x0, double x1, double x2, double *d) {
    int i;
    switch (code) {
    case AG_clip: return ag_clip(x0, x1, x2, d);
    case AG_fma: return ag_fma(x0, x1, x2, d);
    }
    for (i = 0; i < 3; i++) d[i] = NAN; /* never reached */
    return NAN;
}
