/* Written by `python -m autograd._generated` from the table: for each row
   its value ag_f_NAME, and ag_d0_NAME, ag_d1_NAME, ... its local
   derivatives, functions of the result and the operands. */
#include "kernels.h"

#define AG_TAPE_FINGERPRINT "de6b3220d1e61995"

static inline double ag_f_add(double x0, double x1) {
    const double t0 = x0 + x1;
    return t0;
}
static inline double ag_d0_add(double out, double x0, double x1) {
    return 1.0;
}
static inline double ag_d1_add(double out, double x0, double x1) {
    return 1.0;
}

static inline double ag_f_sub(double x0, double x1) {
    const double t0 = x0 - x1;
    return t0;
}
static inline double ag_d0_sub(double out, double x0, double x1) {
    return 1.0;
}
static inline double ag_d1_sub(double out, double x0, double x1) {
    return (-1.0);
}

static inline double ag_f_mul(double x0, double x1) {
    const double t0 = x0 * x1;
    return t0;
}
static inline double ag_d0_mul(double out, double x0, double x1) {
    return x1;
}
static inline double ag_d1_mul(double out, double x0, double x1) {
    return x0;
}

static inline double ag_f_div(double x0, double x1) {
    const double t0 = x0 / x1;
    return t0;
}
static inline double ag_d0_div(double out, double x0, double x1) {
    const double t0 = 1.0 / x1;
    return t0;
}
static inline double ag_d1_div(double out, double x0, double x1) {
    const double t0 = -out;
    const double t1 = t0 / x1;
    return t1;
}

static inline double ag_f_floordiv(double x0, double x1) {
    const double t0 = ag_m_floordiv(x0, x1);
    return t0;
}
static inline double ag_d0_floordiv(double out, double x0, double x1) {
    return 0.0;
}
static inline double ag_d1_floordiv(double out, double x0, double x1) {
    return 0.0;
}

static inline double ag_f_mod(double x0, double x1) {
    const double t0 = ag_m_mod(x0, x1);
    return t0;
}
static inline double ag_d0_mod(double out, double x0, double x1) {
    return 1.0;
}
static inline double ag_d1_mod(double out, double x0, double x1) {
    const double t0 = ag_m_floordiv(x0, x1);
    const double t1 = -t0;
    return t1;
}

static inline double ag_f_neg(double x0) {
    const double t0 = -x0;
    return t0;
}
static inline double ag_d0_neg(double out, double x0) {
    return (-1.0);
}

static inline double ag_f_pow_constant(double x0, double x1) {
    const double t0 = pow(x0, x1);
    return t0;
}
static inline double ag_d0_pow_constant(double out, double x0, double x1) {
    const int t0 = x1 == 0.0;
    const int t1 = x0 == x0;
    const double t2 = t1 ? 0.0 : NAN;
    const double t3 = x1 - 1.0;
    const double t4 = pow(x0, t3);
    const double t5 = x1 * t4;
    const double t6 = t0 ? t2 : t5;
    return t6;
}
static inline double ag_d1_pow_constant(double out, double x0, double x1) {
    return 0.0;
}

static inline double ag_f_pow(double x0, double x1) {
    const double t0 = pow(x0, x1);
    return t0;
}
static inline double ag_d0_pow(double out, double x0, double x1) {
    const int t0 = x0 == 0.0;
    const int t1 = x1 == 0.0;
    const int t2 = t0 ? t1 : 0.0;
    const double t3 = x1 - 1.0;
    const double t4 = pow(x0, t3);
    const double t5 = x1 * t4;
    const double t6 = t2 ? 0.0 : t5;
    return t6;
}
static inline double ag_d1_pow(double out, double x0, double x1) {
    const int t0 = x0 == 0.0;
    const int t1 = x1 >= 0.0;
    const int t2 = t0 ? t1 : 0.0;
    const double t3 = log(x0);
    const double t4 = out * t3;
    const double t5 = t2 ? 0.0 : t4;
    return t5;
}

static inline double ag_f_exp(double x0) {
    const double t0 = exp(x0);
    return t0;
}
static inline double ag_d0_exp(double out, double x0) {
    return out;
}

static inline double ag_f_exp2(double x0) {
    const double t0 = ag_m_exp2(x0);
    return t0;
}
static inline double ag_d0_exp2(double out, double x0) {
    const double t0 = out * 0.6931471805599453;
    return t0;
}

static inline double ag_f_expm1(double x0) {
    const double t0 = expm1(x0);
    return t0;
}
static inline double ag_d0_expm1(double out, double x0) {
    const double t0 = exp(x0);
    return t0;
}

static inline double ag_f_log(double x0) {
    const double t0 = log(x0);
    return t0;
}
static inline double ag_d0_log(double out, double x0) {
    const int t0 = x0 >= 0.0;
    const double t1 = 1.0 / x0;
    const double t2 = t0 ? t1 : NAN;
    return t2;
}

static inline double ag_f_log2(double x0) {
    const double t0 = log2(x0);
    return t0;
}
static inline double ag_d0_log2(double out, double x0) {
    const int t0 = x0 >= 0.0;
    const double t1 = x0 * 0.6931471805599453;
    const double t2 = 1.0 / t1;
    const double t3 = t0 ? t2 : NAN;
    return t3;
}

static inline double ag_f_log10(double x0) {
    const double t0 = log10(x0);
    return t0;
}
static inline double ag_d0_log10(double out, double x0) {
    const int t0 = x0 >= 0.0;
    const double t1 = x0 * 2.302585092994046;
    const double t2 = 1.0 / t1;
    const double t3 = t0 ? t2 : NAN;
    return t3;
}

static inline double ag_f_log1p(double x0) {
    const double t0 = log1p(x0);
    return t0;
}
static inline double ag_d0_log1p(double out, double x0) {
    const int t0 = x0 >= (-1.0);
    const double t1 = 1.0 + x0;
    const double t2 = 1.0 / t1;
    const double t3 = t0 ? t2 : NAN;
    return t3;
}

static inline double ag_f_sqrt(double x0) {
    const double t0 = sqrt(x0);
    return t0;
}
static inline double ag_d0_sqrt(double out, double x0) {
    const double t0 = 0.5 / out;
    return t0;
}

static inline double ag_f_square(double x0) {
    const double t0 = x0 * x0;
    return t0;
}
static inline double ag_d0_square(double out, double x0) {
    const double t0 = 2.0 * x0;
    return t0;
}

static inline double ag_f_reciprocal(double x0) {
    const double t0 = 1.0 / x0;
    return t0;
}
static inline double ag_d0_reciprocal(double out, double x0) {
    const double t0 = -out;
    const double t1 = t0 * out;
    return t1;
}

static inline double ag_f_rsqrt(double x0) {
    const double t0 = sqrt(x0);
    const double t1 = 1.0 / t0;
    return t1;
}
static inline double ag_d0_rsqrt(double out, double x0) {
    const double t0 = (-0.5) * out;
    const double t1 = t0 / x0;
    return t1;
}

static inline double ag_f_sin(double x0) {
    const double t0 = sin(x0);
    return t0;
}
static inline double ag_d0_sin(double out, double x0) {
    const double t0 = cos(x0);
    return t0;
}

static inline double ag_f_cos(double x0) {
    const double t0 = cos(x0);
    return t0;
}
static inline double ag_d0_cos(double out, double x0) {
    const double t0 = sin(x0);
    const double t1 = -t0;
    return t1;
}

static inline double ag_f_tan(double x0) {
    const double t0 = tan(x0);
    return t0;
}
static inline double ag_d0_tan(double out, double x0) {
    const double t0 = out * out;
    const double t1 = 1.0 + t0;
    return t1;
}

static inline double ag_f_asin(double x0) {
    const double t0 = asin(x0);
    return t0;
}
static inline double ag_d0_asin(double out, double x0) {
    const double t0 = 1.0 - x0;
    const double t1 = 1.0 + x0;
    const double t2 = t0 * t1;
    const double t3 = sqrt(t2);
    const double t4 = 1.0 / t3;
    return t4;
}

static inline double ag_f_acos(double x0) {
    const double t0 = acos(x0);
    return t0;
}
static inline double ag_d0_acos(double out, double x0) {
    const double t0 = 1.0 - x0;
    const double t1 = 1.0 + x0;
    const double t2 = t0 * t1;
    const double t3 = sqrt(t2);
    const double t4 = (-1.0) / t3;
    return t4;
}

static inline double ag_f_atan(double x0) {
    const double t0 = atan(x0);
    return t0;
}
static inline double ag_d0_atan(double out, double x0) {
    const double t0 = x0 * x0;
    const double t1 = 1.0 + t0;
    const double t2 = 1.0 / t1;
    return t2;
}

static inline double ag_f_sinh(double x0) {
    const double t0 = sinh(x0);
    return t0;
}
static inline double ag_d0_sinh(double out, double x0) {
    const double t0 = cosh(x0);
    return t0;
}

static inline double ag_f_cosh(double x0) {
    const double t0 = cosh(x0);
    return t0;
}
static inline double ag_d0_cosh(double out, double x0) {
    const double t0 = sinh(x0);
    return t0;
}

static inline double ag_f_tanh(double x0) {
    const double t0 = tanh(x0);
    return t0;
}
static inline double ag_d0_tanh(double out, double x0) {
    const int t0 = x0 < 0.0;
    const double t1 = 2.0 * x0;
    const double t2 = (-2.0) * x0;
    const double t3 = t0 ? t1 : t2;
    const double t4 = exp(t3);
    const double t5 = 4.0 * t4;
    const double t6 = 1.0 + t4;
    const double t7 = t6 * t6;
    const double t8 = t5 / t7;
    return t8;
}

static inline double ag_f_asinh(double x0) {
    const double t0 = asinh(x0);
    return t0;
}
static inline double ag_d0_asinh(double out, double x0) {
    const double t0 = fabs(x0);
    const int t1 = t0 < 100000000.0;
    const double t2 = x0 * x0;
    const double t3 = 1.0 + t2;
    const double t4 = sqrt(t3);
    const double t5 = t1 ? t4 : t0;
    const double t6 = 1.0 / t5;
    return t6;
}

static inline double ag_f_acosh(double x0) {
    const double t0 = acosh(x0);
    return t0;
}
static inline double ag_d0_acosh(double out, double x0) {
    const double t0 = x0 - 1.0;
    const double t1 = sqrt(t0);
    const double t2 = x0 + 1.0;
    const double t3 = sqrt(t2);
    const double t4 = t1 * t3;
    const double t5 = 1.0 / t4;
    return t5;
}

static inline double ag_f_atanh(double x0) {
    const double t0 = atanh(x0);
    return t0;
}
static inline double ag_d0_atanh(double out, double x0) {
    const double t0 = fabs(x0);
    const int t1 = t0 <= 1.0;
    const double t2 = 1.0 - x0;
    const double t3 = 1.0 + x0;
    const double t4 = t2 * t3;
    const double t5 = 1.0 / t4;
    const double t6 = t1 ? t5 : NAN;
    return t6;
}

static inline double ag_f_abs(double x0) {
    const double t0 = fabs(x0);
    return t0;
}
static inline double ag_d0_abs(double out, double x0) {
    const double t0 = ag_m_sign(x0);
    return t0;
}

static inline double ag_f_sign(double x0) {
    const double t0 = ag_m_sign(x0);
    return t0;
}
static inline double ag_d0_sign(double out, double x0) {
    return 0.0;
}

static inline double ag_f_floor(double x0) {
    const double t0 = floor(x0);
    return t0;
}
static inline double ag_d0_floor(double out, double x0) {
    return 0.0;
}

static inline double ag_f_ceil(double x0) {
    const double t0 = ceil(x0);
    return t0;
}
static inline double ag_d0_ceil(double out, double x0) {
    return 0.0;
}

static inline double ag_f_trunc(double x0) {
    const double t0 = trunc(x0);
    return t0;
}
static inline double ag_d0_trunc(double out, double x0) {
    return 0.0;
}

static inline double ag_f_round(double x0) {
    const double t0 = ag_m_round(x0);
    return t0;
}
static inline double ag_d0_round(double out, double x0) {
    return 0.0;
}

static inline double ag_f_clip(double x0, double x1, double x2) {
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    return t3;
}
static inline double ag_d0_clip(double out, double x0, double x1, double x2) {
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const int t2 = x0 == x0;
    const double t3 = t2 ? 1.0 : NAN;
    const double t4 = t1 ? 0.0 : t3;
    const double t5 = t0 ? 0.0 : t4;
    return t5;
}
static inline double ag_d1_clip(double out, double x0, double x1, double x2) {
    const int t0 = x0 < x1;
    const double t1 = t0 ? 1.0 : 0.0;
    return t1;
}
static inline double ag_d2_clip(double out, double x0, double x1, double x2) {
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? 1.0 : 0.0;
    const double t3 = t0 ? 0.0 : t2;
    return t3;
}

static inline double ag_f_erf(double x0) {
    const double t0 = erf(x0);
    return t0;
}
static inline double ag_d0_erf(double out, double x0) {
    const double t0 = -x0;
    const double t1 = t0 * x0;
    const double t2 = exp(t1);
    const double t3 = 1.1283791670955126 * t2;
    return t3;
}

static inline double ag_f_erfc(double x0) {
    const double t0 = erfc(x0);
    return t0;
}
static inline double ag_d0_erfc(double out, double x0) {
    const double t0 = -x0;
    const double t1 = t0 * x0;
    const double t2 = exp(t1);
    const double t3 = (-1.1283791670955126) * t2;
    return t3;
}

static inline double ag_f_relu(double x0) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 == x0;
    const double t2 = t1 ? 0.0 : NAN;
    const double t3 = t0 ? x0 : t2;
    return t3;
}
static inline double ag_d0_relu(double out, double x0) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 == x0;
    const double t2 = t1 ? 0.0 : NAN;
    const double t3 = t0 ? 1.0 : t2;
    return t3;
}

static inline double ag_f_leaky_relu(double x0, double x1) {
    const int t0 = x0 > 0.0;
    const double t1 = x1 * x0;
    const double t2 = t0 ? x0 : t1;
    return t2;
}
static inline double ag_d0_leaky_relu(double out, double x0, double x1) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 == x0;
    const double t2 = t1 ? x1 : NAN;
    const double t3 = t0 ? 1.0 : t2;
    return t3;
}
static inline double ag_d1_leaky_relu(double out, double x0, double x1) {
    const int t0 = x0 > 0.0;
    const double t1 = t0 ? 0.0 : x0;
    return t1;
}

static inline double ag_f_relu6(double x0) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 < 6.0;
    const double t2 = t1 ? x0 : 6.0;
    const int t3 = x0 == x0;
    const double t4 = t3 ? 0.0 : NAN;
    const double t5 = t0 ? t2 : t4;
    return t5;
}
static inline double ag_d0_relu6(double out, double x0) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 < 6.0;
    const double t2 = t1 ? 1.0 : 0.0;
    const int t3 = x0 == x0;
    const double t4 = t3 ? 0.0 : NAN;
    const double t5 = t0 ? t2 : t4;
    return t5;
}

static inline double ag_f_elu(double x0, double x1) {
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = x1 * t1;
    const double t3 = t0 ? x0 : t2;
    return t3;
}
static inline double ag_d0_elu(double out, double x0, double x1) {
    const int t0 = x0 > 0.0;
    const double t1 = exp(x0);
    const double t2 = x1 * t1;
    const double t3 = t0 ? 1.0 : t2;
    return t3;
}
static inline double ag_d1_elu(double out, double x0, double x1) {
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = t0 ? 0.0 : t1;
    return t2;
}

static inline double ag_f_selu(double x0) {
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = 1.6732632423543772 * t1;
    const double t3 = t0 ? x0 : t2;
    const double t4 = 1.0507009873554805 * t3;
    return t4;
}
static inline double ag_d0_selu(double out, double x0) {
    const int t0 = x0 > 0.0;
    const double t1 = exp(x0);
    const double t2 = 1.6732632423543772 * t1;
    const double t3 = t0 ? 1.0 : t2;
    const double t4 = 1.0507009873554805 * t3;
    return t4;
}

static inline double ag_f_gelu(double x0) {
    const double t0 = 0.5 * x0;
    const double t1 = -x0;
    const double t2 = t1 / 1.4142135623730951;
    const double t3 = erfc(t2);
    const double t4 = t0 * t3;
    return t4;
}
static inline double ag_d0_gelu(double out, double x0) {
    const double t0 = -x0;
    const double t1 = t0 / 1.4142135623730951;
    const double t2 = erfc(t1);
    const double t3 = 0.5 * t2;
    const double t4 = (-0.5) * x0;
    const double t5 = t4 * x0;
    const double t6 = exp(t5);
    const double t7 = x0 * t6;
    const double t8 = t7 / 2.5066282746310002;
    const double t9 = t3 + t8;
    return t9;
}

static inline double ag_f_sigmoid(double x0) {
    const double t0 = ag_m_sigmoid(x0);
    return t0;
}
static inline double ag_d0_sigmoid(double out, double x0) {
    const double t0 = -x0;
    const double t1 = ag_m_sigmoid(t0);
    const double t2 = out * t1;
    return t2;
}

static inline double ag_f_logsigmoid(double x0) {
    const int t0 = x0 < 0.0;
    const double t1 = t0 ? x0 : 0.0;
    const double t2 = fabs(x0);
    const double t3 = -t2;
    const double t4 = exp(t3);
    const double t5 = log1p(t4);
    const double t6 = t1 - t5;
    return t6;
}
static inline double ag_d0_logsigmoid(double out, double x0) {
    const double t0 = -x0;
    const double t1 = ag_m_sigmoid(t0);
    return t1;
}

static inline double ag_f_softplus(double x0) {
    const double t0 = ag_m_softplus(x0);
    return t0;
}
static inline double ag_d0_softplus(double out, double x0) {
    const double t0 = ag_m_sigmoid(x0);
    return t0;
}

static inline double ag_f_silu(double x0) {
    const double t0 = ag_m_sigmoid(x0);
    const double t1 = x0 * t0;
    return t1;
}
static inline double ag_d0_silu(double out, double x0) {
    const double t0 = ag_m_sigmoid(x0);
    const double t1 = -x0;
    const double t2 = ag_m_sigmoid(t1);
    const double t3 = x0 * t2;
    const double t4 = 1.0 + t3;
    const double t5 = t0 * t4;
    return t5;
}

static inline double ag_f_mish(double x0) {
    const double t0 = ag_m_softplus(x0);
    const double t1 = tanh(t0);
    const double t2 = x0 * t1;
    return t2;
}
static inline double ag_d0_mish(double out, double x0) {
    const double t0 = ag_m_softplus(x0);
    const double t1 = tanh(t0);
    const double t2 = ag_m_sigmoid(x0);
    const double t3 = x0 * t2;
    const int t4 = t0 < 0.0;
    const double t5 = 2.0 * t0;
    const double t6 = (-2.0) * t0;
    const double t7 = t4 ? t5 : t6;
    const double t8 = exp(t7);
    const double t9 = 4.0 * t8;
    const double t10 = 1.0 + t8;
    const double t11 = t10 * t10;
    const double t12 = t9 / t11;
    const double t13 = t3 * t12;
    const double t14 = t1 + t13;
    return t14;
}

static inline double ag_f_softsign(double x0) {
    const double t0 = fabs(x0);
    const int t1 = t0 == INFINITY;
    const double t2 = ag_m_sign(x0);
    const double t3 = 1.0 + t0;
    const double t4 = x0 / t3;
    const double t5 = t1 ? t2 : t4;
    return t5;
}
static inline double ag_d0_softsign(double out, double x0) {
    const double t0 = fabs(x0);
    const double t1 = 1.0 + t0;
    const double t2 = t1 * t1;
    const double t3 = 1.0 / t2;
    return t3;
}

static inline double ag_f_hardtanh(double x0) {
    const int t0 = x0 < (-1.0);
    const int t1 = x0 > 1.0;
    const double t2 = t1 ? 1.0 : x0;
    const double t3 = t0 ? (-1.0) : t2;
    return t3;
}
static inline double ag_d0_hardtanh(double out, double x0) {
    const int t0 = x0 <= (-1.0);
    const int t1 = x0 >= 1.0;
    const int t2 = x0 == x0;
    const double t3 = t2 ? 1.0 : NAN;
    const double t4 = t1 ? 0.0 : t3;
    const double t5 = t0 ? 0.0 : t4;
    return t5;
}

static inline double ag_f_fmod(double x0, double x1) {
    const double t0 = fmod(x0, x1);
    return t0;
}
static inline double ag_d0_fmod(double out, double x0, double x1) {
    return 1.0;
}
static inline double ag_d1_fmod(double out, double x0, double x1) {
    const double t0 = x0 - out;
    const double t1 = t0 / x1;
    const double t2 = ag_m_round(t1);
    const double t3 = -t2;
    return t3;
}

static inline double ag_f_remainder(double x0, double x1) {
    const double t0 = ag_m_remainder(x0, x1);
    return t0;
}
static inline double ag_d0_remainder(double out, double x0, double x1) {
    return 1.0;
}
static inline double ag_d1_remainder(double out, double x0, double x1) {
    const double t0 = x0 - out;
    const double t1 = t0 / x1;
    const double t2 = ag_m_round(t1);
    const double t3 = -t2;
    return t3;
}

static inline double ag_f_copysign(double x0, double x1) {
    const double t0 = copysign(x0, x1);
    return t0;
}
static inline double ag_d0_copysign(double out, double x0, double x1) {
    const double t0 = ag_m_sign(x0);
    const double t1 = copysign(1.0, x1);
    const double t2 = t0 * t1;
    return t2;
}
static inline double ag_d1_copysign(double out, double x0, double x1) {
    return 0.0;
}

static inline double ag_f_atan2(double x0, double x1) {
    const double t0 = atan2(x0, x1);
    return t0;
}
static inline double ag_d0_atan2(double out, double x0, double x1) {
    const double t0 = fabs(x1);
    const double t1 = fabs(x0);
    const double t2 = ag_m_max(t0, t1);
    const int t3 = t2 == 0.0;
    const double t4 = x1 / t2;
    const double t5 = t4 * t4;
    const double t6 = x0 / t2;
    const double t7 = t6 * t6;
    const double t8 = t5 + t7;
    const double t9 = t4 / t8;
    const double t10 = t9 / t2;
    const double t11 = t3 ? 0.0 : t10;
    return t11;
}
static inline double ag_d1_atan2(double out, double x0, double x1) {
    const double t0 = fabs(x1);
    const double t1 = fabs(x0);
    const double t2 = ag_m_max(t0, t1);
    const int t3 = t2 == 0.0;
    const double t4 = x0 / t2;
    const double t5 = -t4;
    const double t6 = x1 / t2;
    const double t7 = t6 * t6;
    const double t8 = t4 * t4;
    const double t9 = t7 + t8;
    const double t10 = t5 / t9;
    const double t11 = t10 / t2;
    const double t12 = t3 ? 0.0 : t11;
    return t12;
}

static inline double ag_f_logaddexp(double x0, double x1) {
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
    return t9;
}
static inline double ag_d0_logaddexp(double out, double x0, double x1) {
    const double t0 = x0 - x1;
    const int t1 = t0 == t0;
    const double t2 = ag_m_sigmoid(t0);
    const int t3 = x0 == x1;
    const double t4 = t3 ? 0.5 : NAN;
    const double t5 = t1 ? t2 : t4;
    return t5;
}
static inline double ag_d1_logaddexp(double out, double x0, double x1) {
    const double t0 = x1 - x0;
    const int t1 = t0 == t0;
    const double t2 = ag_m_sigmoid(t0);
    const int t3 = x1 == x0;
    const double t4 = t3 ? 0.5 : NAN;
    const double t5 = t1 ? t2 : t4;
    return t5;
}

static inline double ag_f_xlogy(double x0, double x1) {
    const int t0 = x1 == x1;
    const int t1 = x0 == 0.0;
    const double t2 = log(x1);
    const double t3 = x0 * t2;
    const double t4 = t1 ? 0.0 : t3;
    const double t5 = t0 ? t4 : x1;
    return t5;
}
static inline double ag_d0_xlogy(double out, double x0, double x1) {
    const int t0 = x0 == 0.0;
    const int t1 = x1 <= 0.0;
    const int t2 = t0 ? t1 : 0.0;
    const double t3 = log(x1);
    const double t4 = t2 ? 0.0 : t3;
    return t4;
}
static inline double ag_d1_xlogy(double out, double x0, double x1) {
    const int t0 = x0 == 0.0;
    const int t1 = x1 <= 0.0;
    const int t2 = t0 ? t1 : 0.0;
    const double t3 = x0 / x1;
    const double t4 = t2 ? 0.0 : t3;
    return t4;
}

static inline double ag_f_softmax_share(double x0, double x1) {
    const double t0 = x0 - x1;
    const double t1 = exp(t0);
    return t1;
}
static inline double ag_d0_softmax_share(double out, double x0, double x1) {
    return out;
}
static inline double ag_d1_softmax_share(double out, double x0, double x1) {
    const double t0 = -out;
    return t0;
}

static inline double ag_f_fma(double x0, double x1, double x2) {
    const double t0 = fma(x0, x1, x2);
    return t0;
}
static inline double ag_d0_fma(double out, double x0, double x1, double x2) {
    return x1;
}
static inline double ag_d1_fma(double out, double x0, double x1, double x2) {
    return x0;
}
static inline double ag_d2_fma(double out, double x0, double x1, double x2) {
    return 1.0;
}

#define AG_PLAIN_1(X) \
    X(neg) \
    X(sqrt) \
    X(square) \
    X(reciprocal) \
    X(rsqrt) \
    X(abs) \
    X(sign) \
    X(floor) \
    X(ceil) \
    X(trunc) \
    X(round) \
    X(relu) \
    X(relu6) \
    X(softsign) \
    X(hardtanh)
#define AG_PLAIN_2(X) \
    X(add) \
    X(sub) \
    X(mul) \
    X(div) \
    X(leaky_relu) \
    X(copysign)
#define AG_PLAIN_3(X) \
    X(clip)
#define AG_LIBRARY_1(X) \
    X(exp) \
    X(exp2) \
    X(expm1) \
    X(log) \
    X(log2) \
    X(log10) \
    X(log1p) \
    X(sin) \
    X(cos) \
    X(tan) \
    X(asin) \
    X(acos) \
    X(atan) \
    X(sinh) \
    X(cosh) \
    X(tanh) \
    X(asinh) \
    X(acosh) \
    X(atanh) \
    X(erf) \
    X(erfc) \
    X(selu) \
    X(gelu) \
    X(sigmoid) \
    X(logsigmoid) \
    X(softplus) \
    X(silu) \
    X(mish)
#define AG_LIBRARY_2(X) \
    X(floordiv) \
    X(mod) \
    X(pow_constant) \
    X(pow) \
    X(elu) \
    X(fmod) \
    X(remainder) \
    X(atan2) \
    X(logaddexp) \
    X(xlogy) \
    X(softmax_share)
#define AG_LIBRARY_3(X) \
    X(fma)
