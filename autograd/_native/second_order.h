/* Written by `python -m autograd._generated` from the table. */
#include "interpretation.h"

static inline double ag2_add_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = x0 + x1;
    *t_out = dx0;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = 1.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_add_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = x0 + x1;
    *t_out = dx1;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = 1.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_add_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = x0 + x1;
    const double t1 = dx0 + dx1;
    *t_out = t1;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = 1.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_sub_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = x0 - x1;
    *t_out = dx0;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = (-1.0);
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_sub_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = x0 - x1;
    const double t1 = -dx1;
    *t_out = t1;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = (-1.0);
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_sub_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = x0 - x1;
    const double t1 = -dx1;
    const double t2 = dx0 + t1;
    *t_out = t2;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = (-1.0);
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_mul_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = x0 * x1;
    const double t1 = x1 * dx0;
    *t_out = t1;
    d[0] = x1;
    dt[0] = 0.0;
    d[1] = x0;
    dt[1] = dx0;
    return t0;
}

static inline double ag2_mul_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = x0 * x1;
    const double t1 = x0 * dx1;
    *t_out = t1;
    d[0] = x1;
    dt[0] = dx1;
    d[1] = x0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_mul_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = x0 * x1;
    const double t1 = x1 * dx0;
    const double t2 = x0 * dx1;
    const double t3 = t1 + t2;
    *t_out = t3;
    d[0] = x1;
    dt[0] = dx1;
    d[1] = x0;
    dt[1] = dx0;
    return t0;
}

static inline double ag2_div_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = x0 / x1;
    const double t1 = 1.0 / x1;
    const double t2 = t1 * dx0;
    const double t3 = -t0;
    const double t4 = t3 / x1;
    const double t5 = -t2;
    const double t6 = t1 * t5;
    *t_out = t2;
    d[0] = t1;
    dt[0] = 0.0;
    d[1] = t4;
    dt[1] = t6;
    return t0;
}

static inline double ag2_div_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = x0 / x1;
    const double t1 = -t0;
    const double t2 = t1 / x1;
    const double t3 = t2 * dx1;
    const double t4 = 1.0 / x1;
    const double t5 = -t4;
    const double t6 = t5 / x1;
    const double t7 = t6 * dx1;
    const double t8 = -t3;
    const double t9 = t4 * t8;
    const double t10 = -t2;
    const double t11 = t10 / x1;
    const double t12 = t11 * dx1;
    const double t13 = t9 + t12;
    *t_out = t3;
    d[0] = t4;
    dt[0] = t7;
    d[1] = t2;
    dt[1] = t13;
    return t0;
}

static inline double ag2_div_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = x0 / x1;
    const double t1 = 1.0 / x1;
    const double t2 = t1 * dx0;
    const double t3 = -t0;
    const double t4 = t3 / x1;
    const double t5 = t4 * dx1;
    const double t6 = t2 + t5;
    const double t7 = -t1;
    const double t8 = t7 / x1;
    const double t9 = t8 * dx1;
    const double t10 = -t6;
    const double t11 = t1 * t10;
    const double t12 = -t4;
    const double t13 = t12 / x1;
    const double t14 = t13 * dx1;
    const double t15 = t11 + t14;
    *t_out = t6;
    d[0] = t1;
    dt[0] = t9;
    d[1] = t4;
    dt[1] = t15;
    return t0;
}

static inline double ag2_floordiv_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = ag_m_floordiv(x0, x1);
    const double t1 = 0.0 * dx0;
    *t_out = t1;
    d[0] = 0.0;
    dt[0] = 0.0;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_floordiv_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = ag_m_floordiv(x0, x1);
    const double t1 = 0.0 * dx1;
    *t_out = t1;
    d[0] = 0.0;
    dt[0] = 0.0;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_floordiv_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_floordiv(x0, x1);
    const double t1 = 0.0 * dx0;
    const double t2 = 0.0 * dx1;
    const double t3 = t1 + t2;
    *t_out = t3;
    d[0] = 0.0;
    dt[0] = 0.0;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_mod_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = ag_m_mod(x0, x1);
    const double t1 = ag_m_floordiv(x0, x1);
    const double t2 = -t1;
    const double t3 = 0.0 * dx0;
    const double t4 = -t3;
    *t_out = dx0;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t2;
    dt[1] = t4;
    return t0;
}

static inline double ag2_mod_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = ag_m_mod(x0, x1);
    const double t1 = ag_m_floordiv(x0, x1);
    const double t2 = -t1;
    const double t3 = t2 * dx1;
    const double t4 = 0.0 * dx1;
    const double t5 = -t4;
    *t_out = t3;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t2;
    dt[1] = t5;
    return t0;
}

static inline double ag2_mod_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_mod(x0, x1);
    const double t1 = ag_m_floordiv(x0, x1);
    const double t2 = -t1;
    const double t3 = t2 * dx1;
    const double t4 = dx0 + t3;
    const double t5 = 0.0 * dx0;
    const double t6 = 0.0 * dx1;
    const double t7 = t5 + t6;
    const double t8 = -t7;
    *t_out = t4;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t2;
    dt[1] = t8;
    return t0;
}

static inline double ag2_neg_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = -x0;
    const double t1 = -dx0;
    *t_out = t1;
    d[0] = (-1.0);
    dt[0] = 0.0;
    return t0;
}

static inline double ag2_pow_constant_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = pow(x0, x1);
    const int t1 = x1 == 0.0;
    const int t2 = x0 == x0;
    const double t3 = t2 ? 0.0 : NAN;
    const double t4 = x1 - 1.0;
    const double t5 = pow(x0, t4);
    const double t6 = x1 * t5;
    const double t7 = t1 ? t3 : t6;
    const double t8 = t7 * dx0;
    const int t9 = t4 == 0.0;
    const double t10 = t4 - 1.0;
    const double t11 = pow(x0, t10);
    const double t12 = t4 * t11;
    const double t13 = t9 ? t3 : t12;
    const double t14 = t13 * dx0;
    const double t15 = x1 * t14;
    const double t16 = t1 ? t3 : t15;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t16;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_pow_constant_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    (void)dx1;
    const double t0 = pow(x0, x1);
    const int t1 = x1 == 0.0;
    const int t2 = x0 == x0;
    const double t3 = t2 ? 0.0 : NAN;
    const double t4 = x1 - 1.0;
    const double t5 = pow(x0, t4);
    const double t6 = x1 * t5;
    const double t7 = t1 ? t3 : t6;
    const double t8 = t1 ? t3 : 0.0;
    *t_out = 0.0;
    d[0] = t7;
    dt[0] = t8;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_pow_constant_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = pow(x0, x1);
    const int t1 = x1 == 0.0;
    const int t2 = x0 == x0;
    const double t3 = t2 ? 0.0 : NAN;
    const double t4 = x1 - 1.0;
    const double t5 = pow(x0, t4);
    const double t6 = x1 * t5;
    const double t7 = t1 ? t3 : t6;
    const double t8 = t7 * dx0;
    const int t9 = t4 == 0.0;
    const double t10 = t4 - 1.0;
    const double t11 = pow(x0, t10);
    const double t12 = t4 * t11;
    const double t13 = t9 ? t3 : t12;
    const double t14 = t13 * dx0;
    const double t15 = x1 * t14;
    const double t16 = t1 ? t3 : t15;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t16;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_pow_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = pow(x0, x1);
    const int t1 = x0 == 0.0;
    const int t2 = x1 == 0.0;
    const int t3 = t1 ? t2 : 0.0;
    const double t4 = x1 - 1.0;
    const double t5 = pow(x0, t4);
    const double t6 = x1 * t5;
    const double t7 = t3 ? 0.0 : t6;
    const double t8 = t7 * dx0;
    const int t9 = t4 == 0.0;
    const int t10 = x0 == x0;
    const double t11 = t10 ? 0.0 : NAN;
    const double t12 = t4 - 1.0;
    const double t13 = pow(x0, t12);
    const double t14 = t4 * t13;
    const double t15 = t9 ? t11 : t14;
    const double t16 = t15 * dx0;
    const double t17 = x1 * t16;
    const double t18 = t3 ? 0.0 : t17;
    const int t19 = x1 >= 0.0;
    const int t20 = t1 ? t19 : 0.0;
    const double t21 = log(x0);
    const double t22 = t0 * t21;
    const double t23 = t20 ? 0.0 : t22;
    const double t24 = t21 * t8;
    const int t25 = x0 >= 0.0;
    const double t26 = 1.0 / x0;
    const double t27 = t25 ? t26 : NAN;
    const double t28 = t27 * dx0;
    const double t29 = t0 * t28;
    const double t30 = t24 + t29;
    const double t31 = t20 ? 0.0 : t30;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t18;
    d[1] = t23;
    dt[1] = t31;
    return t0;
}

static inline double ag2_pow_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = pow(x0, x1);
    const int t1 = x0 == 0.0;
    const int t2 = x1 >= 0.0;
    const int t3 = t1 ? t2 : 0.0;
    const double t4 = log(x0);
    const double t5 = t0 * t4;
    const double t6 = t3 ? 0.0 : t5;
    const double t7 = t6 * dx1;
    const int t8 = x1 == 0.0;
    const int t9 = t1 ? t8 : 0.0;
    const double t10 = x1 - 1.0;
    const double t11 = pow(x0, t10);
    const double t12 = x1 * t11;
    const double t13 = t9 ? 0.0 : t12;
    const double t14 = t11 * dx1;
    const int t15 = t10 >= 0.0;
    const int t16 = t1 ? t15 : 0.0;
    const double t17 = t11 * t4;
    const double t18 = t16 ? 0.0 : t17;
    const double t19 = t18 * dx1;
    const double t20 = x1 * t19;
    const double t21 = t14 + t20;
    const double t22 = t9 ? 0.0 : t21;
    const double t23 = t4 * t7;
    const double t24 = t3 ? 0.0 : t23;
    *t_out = t7;
    d[0] = t13;
    dt[0] = t22;
    d[1] = t6;
    dt[1] = t24;
    return t0;
}

static inline double ag2_pow_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = pow(x0, x1);
    const int t1 = x0 == 0.0;
    const int t2 = x1 == 0.0;
    const int t3 = t1 ? t2 : 0.0;
    const double t4 = x1 - 1.0;
    const double t5 = pow(x0, t4);
    const double t6 = x1 * t5;
    const double t7 = t3 ? 0.0 : t6;
    const double t8 = t7 * dx0;
    const int t9 = x1 >= 0.0;
    const int t10 = t1 ? t9 : 0.0;
    const double t11 = log(x0);
    const double t12 = t0 * t11;
    const double t13 = t10 ? 0.0 : t12;
    const double t14 = t13 * dx1;
    const double t15 = t8 + t14;
    const double t16 = t5 * dx1;
    const int t17 = t4 == 0.0;
    const int t18 = t1 ? t17 : 0.0;
    const double t19 = t4 - 1.0;
    const double t20 = pow(x0, t19);
    const double t21 = t4 * t20;
    const double t22 = t18 ? 0.0 : t21;
    const double t23 = t22 * dx0;
    const int t24 = t4 >= 0.0;
    const int t25 = t1 ? t24 : 0.0;
    const double t26 = t5 * t11;
    const double t27 = t25 ? 0.0 : t26;
    const double t28 = t27 * dx1;
    const double t29 = t23 + t28;
    const double t30 = x1 * t29;
    const double t31 = t16 + t30;
    const double t32 = t3 ? 0.0 : t31;
    const double t33 = t11 * t15;
    const int t34 = x0 >= 0.0;
    const double t35 = 1.0 / x0;
    const double t36 = t34 ? t35 : NAN;
    const double t37 = t36 * dx0;
    const double t38 = t0 * t37;
    const double t39 = t33 + t38;
    const double t40 = t10 ? 0.0 : t39;
    *t_out = t15;
    d[0] = t7;
    dt[0] = t32;
    d[1] = t13;
    dt[1] = t40;
    return t0;
}

static inline double ag2_exp_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = exp(x0);
    const double t1 = t0 * dx0;
    *t_out = t1;
    d[0] = t0;
    dt[0] = t1;
    return t0;
}

static inline double ag2_exp2_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_exp2(x0);
    const double t1 = t0 * 0.6931471805599453;
    const double t2 = t1 * dx0;
    const double t3 = 0.6931471805599453 * t2;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t3;
    return t0;
}

static inline double ag2_expm1_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = expm1(x0);
    const double t1 = exp(x0);
    const double t2 = t1 * dx0;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t2;
    return t0;
}

static inline double ag2_log_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = log(x0);
    const int t1 = x0 >= 0.0;
    const double t2 = 1.0 / x0;
    const double t3 = t1 ? t2 : NAN;
    const double t4 = t3 * dx0;
    const double t5 = -t2;
    const double t6 = t5 / x0;
    const double t7 = t6 * dx0;
    const double t8 = t1 ? t7 : NAN;
    *t_out = t4;
    d[0] = t3;
    dt[0] = t8;
    return t0;
}

static inline double ag2_log2_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = log2(x0);
    const int t1 = x0 >= 0.0;
    const double t2 = x0 * 0.6931471805599453;
    const double t3 = 1.0 / t2;
    const double t4 = t1 ? t3 : NAN;
    const double t5 = t4 * dx0;
    const double t6 = -t3;
    const double t7 = t6 / t2;
    const double t8 = 0.6931471805599453 * dx0;
    const double t9 = t7 * t8;
    const double t10 = t1 ? t9 : NAN;
    *t_out = t5;
    d[0] = t4;
    dt[0] = t10;
    return t0;
}

static inline double ag2_log10_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = log10(x0);
    const int t1 = x0 >= 0.0;
    const double t2 = x0 * 2.302585092994046;
    const double t3 = 1.0 / t2;
    const double t4 = t1 ? t3 : NAN;
    const double t5 = t4 * dx0;
    const double t6 = -t3;
    const double t7 = t6 / t2;
    const double t8 = 2.302585092994046 * dx0;
    const double t9 = t7 * t8;
    const double t10 = t1 ? t9 : NAN;
    *t_out = t5;
    d[0] = t4;
    dt[0] = t10;
    return t0;
}

static inline double ag2_log1p_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = log1p(x0);
    const int t1 = x0 >= (-1.0);
    const double t2 = 1.0 + x0;
    const double t3 = 1.0 / t2;
    const double t4 = t1 ? t3 : NAN;
    const double t5 = t4 * dx0;
    const double t6 = -t3;
    const double t7 = t6 / t2;
    const double t8 = t7 * dx0;
    const double t9 = t1 ? t8 : NAN;
    *t_out = t5;
    d[0] = t4;
    dt[0] = t9;
    return t0;
}

static inline double ag2_sqrt_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = sqrt(x0);
    const double t1 = 0.5 / t0;
    const double t2 = t1 * dx0;
    const double t3 = -t1;
    const double t4 = t3 / t0;
    const double t5 = t4 * t2;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t5;
    return t0;
}

static inline double ag2_square_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = x0 * x0;
    const double t1 = 2.0 * x0;
    const double t2 = t1 * dx0;
    const double t3 = 2.0 * dx0;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t3;
    return t0;
}

static inline double ag2_reciprocal_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = 1.0 / x0;
    const double t1 = -t0;
    const double t2 = t1 * t0;
    const double t3 = t2 * dx0;
    const double t4 = -t3;
    const double t5 = t0 * t4;
    const double t6 = t1 * t3;
    const double t7 = t5 + t6;
    *t_out = t3;
    d[0] = t2;
    dt[0] = t7;
    return t0;
}

static inline double ag2_rsqrt_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = sqrt(x0);
    const double t1 = 1.0 / t0;
    const double t2 = (-0.5) * t1;
    const double t3 = t2 / x0;
    const double t4 = t3 * dx0;
    const double t5 = 1.0 / x0;
    const double t6 = (-0.5) * t4;
    const double t7 = t5 * t6;
    const double t8 = -t3;
    const double t9 = t8 / x0;
    const double t10 = t9 * dx0;
    const double t11 = t7 + t10;
    *t_out = t4;
    d[0] = t3;
    dt[0] = t11;
    return t1;
}

static inline double ag2_sin_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = sin(x0);
    const double t1 = cos(x0);
    const double t2 = t1 * dx0;
    const double t3 = -t0;
    const double t4 = t3 * dx0;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t4;
    return t0;
}

static inline double ag2_cos_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = cos(x0);
    const double t1 = sin(x0);
    const double t2 = -t1;
    const double t3 = t2 * dx0;
    const double t4 = t0 * dx0;
    const double t5 = -t4;
    *t_out = t3;
    d[0] = t2;
    dt[0] = t5;
    return t0;
}

static inline double ag2_tan_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = tan(x0);
    const double t1 = t0 * t0;
    const double t2 = 1.0 + t1;
    const double t3 = t2 * dx0;
    const double t4 = t0 * t3;
    const double t5 = t4 + t4;
    *t_out = t3;
    d[0] = t2;
    dt[0] = t5;
    return t0;
}

static inline double ag2_asin_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = asin(x0);
    const double t1 = 1.0 - x0;
    const double t2 = 1.0 + x0;
    const double t3 = t1 * t2;
    const double t4 = sqrt(t3);
    const double t5 = 1.0 / t4;
    const double t6 = t5 * dx0;
    const double t7 = -t5;
    const double t8 = t7 / t4;
    const double t9 = 0.5 / t4;
    const double t10 = -dx0;
    const double t11 = t2 * t10;
    const double t12 = t1 * dx0;
    const double t13 = t11 + t12;
    const double t14 = t9 * t13;
    const double t15 = t8 * t14;
    *t_out = t6;
    d[0] = t5;
    dt[0] = t15;
    return t0;
}

static inline double ag2_acos_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = acos(x0);
    const double t1 = 1.0 - x0;
    const double t2 = 1.0 + x0;
    const double t3 = t1 * t2;
    const double t4 = sqrt(t3);
    const double t5 = (-1.0) / t4;
    const double t6 = t5 * dx0;
    const double t7 = -t5;
    const double t8 = t7 / t4;
    const double t9 = 0.5 / t4;
    const double t10 = -dx0;
    const double t11 = t2 * t10;
    const double t12 = t1 * dx0;
    const double t13 = t11 + t12;
    const double t14 = t9 * t13;
    const double t15 = t8 * t14;
    *t_out = t6;
    d[0] = t5;
    dt[0] = t15;
    return t0;
}

static inline double ag2_atan_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = atan(x0);
    const double t1 = x0 * x0;
    const double t2 = 1.0 + t1;
    const double t3 = 1.0 / t2;
    const double t4 = t3 * dx0;
    const double t5 = -t3;
    const double t6 = t5 / t2;
    const double t7 = x0 * dx0;
    const double t8 = t7 + t7;
    const double t9 = t6 * t8;
    *t_out = t4;
    d[0] = t3;
    dt[0] = t9;
    return t0;
}

static inline double ag2_sinh_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = sinh(x0);
    const double t1 = cosh(x0);
    const double t2 = t1 * dx0;
    const double t3 = t0 * dx0;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t3;
    return t0;
}

static inline double ag2_cosh_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = cosh(x0);
    const double t1 = sinh(x0);
    const double t2 = t1 * dx0;
    const double t3 = t0 * dx0;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t3;
    return t0;
}

static inline double ag2_tanh_1(double x0, double dx0, double *t_out, double *d, double *dt) {
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
    const double t10 = t9 * dx0;
    const double t11 = 1.0 / t8;
    const double t12 = 2.0 * dx0;
    const double t13 = (-2.0) * dx0;
    const double t14 = t1 ? t12 : t13;
    const double t15 = t5 * t14;
    const double t16 = 4.0 * t15;
    const double t17 = t11 * t16;
    const double t18 = -t9;
    const double t19 = t18 / t8;
    const double t20 = t7 * t15;
    const double t21 = t20 + t20;
    const double t22 = t19 * t21;
    const double t23 = t17 + t22;
    *t_out = t10;
    d[0] = t9;
    dt[0] = t23;
    return t0;
}

static inline double ag2_asinh_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = asinh(x0);
    const double t1 = fabs(x0);
    const int t2 = t1 < 100000000.0;
    const double t3 = x0 * x0;
    const double t4 = 1.0 + t3;
    const double t5 = sqrt(t4);
    const double t6 = t2 ? t5 : t1;
    const double t7 = 1.0 / t6;
    const double t8 = t7 * dx0;
    const double t9 = -t7;
    const double t10 = t9 / t6;
    const double t11 = 0.5 / t5;
    const double t12 = x0 * dx0;
    const double t13 = t12 + t12;
    const double t14 = t11 * t13;
    const double t15 = ag_m_sign(x0);
    const double t16 = t15 * dx0;
    const double t17 = t2 ? t14 : t16;
    const double t18 = t10 * t17;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t18;
    return t0;
}

static inline double ag2_acosh_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = acosh(x0);
    const double t1 = x0 - 1.0;
    const double t2 = sqrt(t1);
    const double t3 = x0 + 1.0;
    const double t4 = sqrt(t3);
    const double t5 = t2 * t4;
    const double t6 = 1.0 / t5;
    const double t7 = t6 * dx0;
    const double t8 = -t6;
    const double t9 = t8 / t5;
    const double t10 = 0.5 / t2;
    const double t11 = t10 * dx0;
    const double t12 = t4 * t11;
    const double t13 = 0.5 / t4;
    const double t14 = t13 * dx0;
    const double t15 = t2 * t14;
    const double t16 = t12 + t15;
    const double t17 = t9 * t16;
    *t_out = t7;
    d[0] = t6;
    dt[0] = t17;
    return t0;
}

static inline double ag2_atanh_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = atanh(x0);
    const double t1 = fabs(x0);
    const int t2 = t1 <= 1.0;
    const double t3 = 1.0 - x0;
    const double t4 = 1.0 + x0;
    const double t5 = t3 * t4;
    const double t6 = 1.0 / t5;
    const double t7 = t2 ? t6 : NAN;
    const double t8 = t7 * dx0;
    const double t9 = -t6;
    const double t10 = t9 / t5;
    const double t11 = -dx0;
    const double t12 = t4 * t11;
    const double t13 = t3 * dx0;
    const double t14 = t12 + t13;
    const double t15 = t10 * t14;
    const double t16 = t2 ? t15 : NAN;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t16;
    return t0;
}

static inline double ag2_abs_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = fabs(x0);
    const double t1 = ag_m_sign(x0);
    const double t2 = t1 * dx0;
    const double t3 = 0.0 * dx0;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t3;
    return t0;
}

static inline double ag2_sign_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_sign(x0);
    const double t1 = 0.0 * dx0;
    *t_out = t1;
    d[0] = 0.0;
    dt[0] = 0.0;
    return t0;
}

static inline double ag2_floor_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = floor(x0);
    const double t1 = 0.0 * dx0;
    *t_out = t1;
    d[0] = 0.0;
    dt[0] = 0.0;
    return t0;
}

static inline double ag2_ceil_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = ceil(x0);
    const double t1 = 0.0 * dx0;
    *t_out = t1;
    d[0] = 0.0;
    dt[0] = 0.0;
    return t0;
}

static inline double ag2_trunc_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = trunc(x0);
    const double t1 = 0.0 * dx0;
    *t_out = t1;
    d[0] = 0.0;
    dt[0] = 0.0;
    return t0;
}

static inline double ag2_round_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_round(x0);
    const double t1 = 0.0 * dx0;
    *t_out = t1;
    d[0] = 0.0;
    dt[0] = 0.0;
    return t0;
}

static inline double ag2_clip_1(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx1;
    (void)dx2;
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const int t4 = x0 == x0;
    const double t5 = t4 ? 1.0 : NAN;
    const double t6 = t1 ? 0.0 : t5;
    const double t7 = t0 ? 0.0 : t6;
    const double t8 = t7 * dx0;
    const double t9 = t4 ? 0.0 : NAN;
    const double t10 = t1 ? 0.0 : t9;
    const double t11 = t0 ? 0.0 : t10;
    const double t12 = t0 ? 1.0 : 0.0;
    const double t13 = t1 ? 1.0 : 0.0;
    const double t14 = t0 ? 0.0 : t13;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t11;
    d[1] = t12;
    dt[1] = 0.0;
    d[2] = t14;
    dt[2] = 0.0;
    return t3;
}

static inline double ag2_clip_2(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx0;
    (void)dx2;
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const double t4 = t0 ? 1.0 : 0.0;
    const double t5 = t4 * dx1;
    const int t6 = x0 == x0;
    const double t7 = t6 ? 1.0 : NAN;
    const double t8 = t1 ? 0.0 : t7;
    const double t9 = t0 ? 0.0 : t8;
    const double t10 = t6 ? 0.0 : NAN;
    const double t11 = t1 ? 0.0 : t10;
    const double t12 = t0 ? 0.0 : t11;
    const double t13 = t1 ? 1.0 : 0.0;
    const double t14 = t0 ? 0.0 : t13;
    *t_out = t5;
    d[0] = t9;
    dt[0] = t12;
    d[1] = t4;
    dt[1] = 0.0;
    d[2] = t14;
    dt[2] = 0.0;
    return t3;
}

static inline double ag2_clip_3(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx2;
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const int t4 = x0 == x0;
    const double t5 = t4 ? 1.0 : NAN;
    const double t6 = t1 ? 0.0 : t5;
    const double t7 = t0 ? 0.0 : t6;
    const double t8 = t7 * dx0;
    const double t9 = t0 ? 1.0 : 0.0;
    const double t10 = t9 * dx1;
    const double t11 = t8 + t10;
    const double t12 = t4 ? 0.0 : NAN;
    const double t13 = t1 ? 0.0 : t12;
    const double t14 = t0 ? 0.0 : t13;
    const double t15 = t1 ? 1.0 : 0.0;
    const double t16 = t0 ? 0.0 : t15;
    *t_out = t11;
    d[0] = t7;
    dt[0] = t14;
    d[1] = t9;
    dt[1] = 0.0;
    d[2] = t16;
    dt[2] = 0.0;
    return t3;
}

static inline double ag2_clip_4(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx0;
    (void)dx1;
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const double t4 = t1 ? 1.0 : 0.0;
    const double t5 = t0 ? 0.0 : t4;
    const double t6 = t5 * dx2;
    const int t7 = x0 == x0;
    const double t8 = t7 ? 1.0 : NAN;
    const double t9 = t1 ? 0.0 : t8;
    const double t10 = t0 ? 0.0 : t9;
    const double t11 = t7 ? 0.0 : NAN;
    const double t12 = t1 ? 0.0 : t11;
    const double t13 = t0 ? 0.0 : t12;
    const double t14 = t0 ? 1.0 : 0.0;
    *t_out = t6;
    d[0] = t10;
    dt[0] = t13;
    d[1] = t14;
    dt[1] = 0.0;
    d[2] = t5;
    dt[2] = 0.0;
    return t3;
}

static inline double ag2_clip_5(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx1;
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const int t4 = x0 == x0;
    const double t5 = t4 ? 1.0 : NAN;
    const double t6 = t1 ? 0.0 : t5;
    const double t7 = t0 ? 0.0 : t6;
    const double t8 = t7 * dx0;
    const double t9 = t1 ? 1.0 : 0.0;
    const double t10 = t0 ? 0.0 : t9;
    const double t11 = t10 * dx2;
    const double t12 = t8 + t11;
    const double t13 = t4 ? 0.0 : NAN;
    const double t14 = t1 ? 0.0 : t13;
    const double t15 = t0 ? 0.0 : t14;
    const double t16 = t0 ? 1.0 : 0.0;
    *t_out = t12;
    d[0] = t7;
    dt[0] = t15;
    d[1] = t16;
    dt[1] = 0.0;
    d[2] = t10;
    dt[2] = 0.0;
    return t3;
}

static inline double ag2_clip_6(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx0;
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const double t4 = t0 ? 1.0 : 0.0;
    const double t5 = t4 * dx1;
    const double t6 = t1 ? 1.0 : 0.0;
    const double t7 = t0 ? 0.0 : t6;
    const double t8 = t7 * dx2;
    const double t9 = t5 + t8;
    const int t10 = x0 == x0;
    const double t11 = t10 ? 1.0 : NAN;
    const double t12 = t1 ? 0.0 : t11;
    const double t13 = t0 ? 0.0 : t12;
    const double t14 = t10 ? 0.0 : NAN;
    const double t15 = t1 ? 0.0 : t14;
    const double t16 = t0 ? 0.0 : t15;
    *t_out = t9;
    d[0] = t13;
    dt[0] = t16;
    d[1] = t4;
    dt[1] = 0.0;
    d[2] = t7;
    dt[2] = 0.0;
    return t3;
}

static inline double ag2_clip_7(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    const int t0 = x0 < x1;
    const int t1 = x0 > x2;
    const double t2 = t1 ? x2 : x0;
    const double t3 = t0 ? x1 : t2;
    const int t4 = x0 == x0;
    const double t5 = t4 ? 1.0 : NAN;
    const double t6 = t1 ? 0.0 : t5;
    const double t7 = t0 ? 0.0 : t6;
    const double t8 = t7 * dx0;
    const double t9 = t0 ? 1.0 : 0.0;
    const double t10 = t9 * dx1;
    const double t11 = t8 + t10;
    const double t12 = t1 ? 1.0 : 0.0;
    const double t13 = t0 ? 0.0 : t12;
    const double t14 = t13 * dx2;
    const double t15 = t11 + t14;
    const double t16 = t4 ? 0.0 : NAN;
    const double t17 = t1 ? 0.0 : t16;
    const double t18 = t0 ? 0.0 : t17;
    *t_out = t15;
    d[0] = t7;
    dt[0] = t18;
    d[1] = t9;
    dt[1] = 0.0;
    d[2] = t13;
    dt[2] = 0.0;
    return t3;
}

static inline double ag2_erf_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = erf(x0);
    const double t1 = -x0;
    const double t2 = t1 * x0;
    const double t3 = exp(t2);
    const double t4 = 1.1283791670955126 * t3;
    const double t5 = t4 * dx0;
    const double t6 = -dx0;
    const double t7 = x0 * t6;
    const double t8 = t1 * dx0;
    const double t9 = t7 + t8;
    const double t10 = t3 * t9;
    const double t11 = 1.1283791670955126 * t10;
    *t_out = t5;
    d[0] = t4;
    dt[0] = t11;
    return t0;
}

static inline double ag2_erfc_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = erfc(x0);
    const double t1 = -x0;
    const double t2 = t1 * x0;
    const double t3 = exp(t2);
    const double t4 = (-1.1283791670955126) * t3;
    const double t5 = t4 * dx0;
    const double t6 = -dx0;
    const double t7 = x0 * t6;
    const double t8 = t1 * dx0;
    const double t9 = t7 + t8;
    const double t10 = t3 * t9;
    const double t11 = (-1.1283791670955126) * t10;
    *t_out = t5;
    d[0] = t4;
    dt[0] = t11;
    return t0;
}

static inline double ag2_relu_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 == x0;
    const double t2 = t1 ? 0.0 : NAN;
    const double t3 = t0 ? x0 : t2;
    const double t4 = t0 ? 1.0 : t2;
    const double t5 = t4 * dx0;
    const double t6 = t0 ? 0.0 : t2;
    *t_out = t5;
    d[0] = t4;
    dt[0] = t6;
    return t3;
}

static inline double ag2_leaky_relu_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const int t0 = x0 > 0.0;
    const double t1 = x1 * x0;
    const double t2 = t0 ? x0 : t1;
    const int t3 = x0 == x0;
    const double t4 = t3 ? x1 : NAN;
    const double t5 = t0 ? 1.0 : t4;
    const double t6 = t5 * dx0;
    const double t7 = t3 ? 0.0 : NAN;
    const double t8 = t0 ? 0.0 : t7;
    const double t9 = t0 ? 0.0 : x0;
    const double t10 = t0 ? 0.0 : dx0;
    *t_out = t6;
    d[0] = t5;
    dt[0] = t8;
    d[1] = t9;
    dt[1] = t10;
    return t2;
}

static inline double ag2_leaky_relu_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const int t0 = x0 > 0.0;
    const double t1 = x1 * x0;
    const double t2 = t0 ? x0 : t1;
    const double t3 = t0 ? 0.0 : x0;
    const double t4 = t3 * dx1;
    const int t5 = x0 == x0;
    const double t6 = t5 ? x1 : NAN;
    const double t7 = t0 ? 1.0 : t6;
    const double t8 = t5 ? dx1 : NAN;
    const double t9 = t0 ? 0.0 : t8;
    *t_out = t4;
    d[0] = t7;
    dt[0] = t9;
    d[1] = t3;
    dt[1] = 0.0;
    return t2;
}

static inline double ag2_leaky_relu_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const int t0 = x0 > 0.0;
    const double t1 = x1 * x0;
    const double t2 = t0 ? x0 : t1;
    const int t3 = x0 == x0;
    const double t4 = t3 ? x1 : NAN;
    const double t5 = t0 ? 1.0 : t4;
    const double t6 = t5 * dx0;
    const double t7 = t0 ? 0.0 : x0;
    const double t8 = t7 * dx1;
    const double t9 = t6 + t8;
    const double t10 = t3 ? dx1 : NAN;
    const double t11 = t0 ? 0.0 : t10;
    const double t12 = t0 ? 0.0 : dx0;
    *t_out = t9;
    d[0] = t5;
    dt[0] = t11;
    d[1] = t7;
    dt[1] = t12;
    return t2;
}

static inline double ag2_relu6_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const int t0 = x0 > 0.0;
    const int t1 = x0 < 6.0;
    const double t2 = t1 ? x0 : 6.0;
    const int t3 = x0 == x0;
    const double t4 = t3 ? 0.0 : NAN;
    const double t5 = t0 ? t2 : t4;
    const double t6 = t1 ? 1.0 : 0.0;
    const double t7 = t0 ? t6 : t4;
    const double t8 = t7 * dx0;
    const double t9 = t0 ? 0.0 : t4;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t9;
    return t5;
}

static inline double ag2_elu_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = x1 * t1;
    const double t3 = t0 ? x0 : t2;
    const double t4 = exp(x0);
    const double t5 = x1 * t4;
    const double t6 = t0 ? 1.0 : t5;
    const double t7 = t6 * dx0;
    const double t8 = t4 * dx0;
    const double t9 = x1 * t8;
    const double t10 = t0 ? 0.0 : t9;
    const double t11 = t0 ? 0.0 : t1;
    const double t12 = t0 ? 0.0 : t8;
    *t_out = t7;
    d[0] = t6;
    dt[0] = t10;
    d[1] = t11;
    dt[1] = t12;
    return t3;
}

static inline double ag2_elu_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = x1 * t1;
    const double t3 = t0 ? x0 : t2;
    const double t4 = t0 ? 0.0 : t1;
    const double t5 = t4 * dx1;
    const double t6 = exp(x0);
    const double t7 = x1 * t6;
    const double t8 = t0 ? 1.0 : t7;
    const double t9 = t6 * dx1;
    const double t10 = t0 ? 0.0 : t9;
    *t_out = t5;
    d[0] = t8;
    dt[0] = t10;
    d[1] = t4;
    dt[1] = 0.0;
    return t3;
}

static inline double ag2_elu_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = x1 * t1;
    const double t3 = t0 ? x0 : t2;
    const double t4 = exp(x0);
    const double t5 = x1 * t4;
    const double t6 = t0 ? 1.0 : t5;
    const double t7 = t6 * dx0;
    const double t8 = t0 ? 0.0 : t1;
    const double t9 = t8 * dx1;
    const double t10 = t7 + t9;
    const double t11 = t4 * dx1;
    const double t12 = t4 * dx0;
    const double t13 = x1 * t12;
    const double t14 = t11 + t13;
    const double t15 = t0 ? 0.0 : t14;
    const double t16 = t0 ? 0.0 : t12;
    *t_out = t10;
    d[0] = t6;
    dt[0] = t15;
    d[1] = t8;
    dt[1] = t16;
    return t3;
}

static inline double ag2_selu_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const int t0 = x0 > 0.0;
    const double t1 = expm1(x0);
    const double t2 = 1.6732632423543772 * t1;
    const double t3 = t0 ? x0 : t2;
    const double t4 = 1.0507009873554805 * t3;
    const double t5 = exp(x0);
    const double t6 = 1.6732632423543772 * t5;
    const double t7 = t0 ? 1.0 : t6;
    const double t8 = 1.0507009873554805 * t7;
    const double t9 = t8 * dx0;
    const double t10 = t5 * dx0;
    const double t11 = 1.6732632423543772 * t10;
    const double t12 = t0 ? 0.0 : t11;
    const double t13 = 1.0507009873554805 * t12;
    *t_out = t9;
    d[0] = t8;
    dt[0] = t13;
    return t4;
}

static inline double ag2_gelu_1(double x0, double dx0, double *t_out, double *d, double *dt) {
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
    const double t12 = t11 * dx0;
    const double t13 = -t2;
    const double t14 = t13 * t2;
    const double t15 = exp(t14);
    const double t16 = (-1.1283791670955126) * t15;
    const double t17 = -dx0;
    const double t18 = 0.7071067811865475 * t17;
    const double t19 = t16 * t18;
    const double t20 = 0.5 * t19;
    const double t21 = t8 * dx0;
    const double t22 = (-0.5) * dx0;
    const double t23 = x0 * t22;
    const double t24 = t6 * dx0;
    const double t25 = t23 + t24;
    const double t26 = t8 * t25;
    const double t27 = x0 * t26;
    const double t28 = t21 + t27;
    const double t29 = 0.3989422804014327 * t28;
    const double t30 = t20 + t29;
    *t_out = t12;
    d[0] = t11;
    dt[0] = t30;
    return t4;
}

static inline double ag2_sigmoid_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_sigmoid(x0);
    const double t1 = -x0;
    const double t2 = ag_m_sigmoid(t1);
    const double t3 = t0 * t2;
    const double t4 = t3 * dx0;
    const double t5 = t2 * t4;
    const double t6 = -t1;
    const double t7 = ag_m_sigmoid(t6);
    const double t8 = t2 * t7;
    const double t9 = -dx0;
    const double t10 = t8 * t9;
    const double t11 = t0 * t10;
    const double t12 = t5 + t11;
    *t_out = t4;
    d[0] = t3;
    dt[0] = t12;
    return t0;
}

static inline double ag2_logsigmoid_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const int t0 = x0 < 0.0;
    const double t1 = t0 ? x0 : 0.0;
    const double t2 = fabs(x0);
    const double t3 = -t2;
    const double t4 = exp(t3);
    const double t5 = log1p(t4);
    const double t6 = t1 - t5;
    const double t7 = -x0;
    const double t8 = ag_m_sigmoid(t7);
    const double t9 = t8 * dx0;
    const double t10 = -t7;
    const double t11 = ag_m_sigmoid(t10);
    const double t12 = t8 * t11;
    const double t13 = -dx0;
    const double t14 = t12 * t13;
    *t_out = t9;
    d[0] = t8;
    dt[0] = t14;
    return t6;
}

static inline double ag2_softplus_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_softplus(x0);
    const double t1 = ag_m_sigmoid(x0);
    const double t2 = t1 * dx0;
    const double t3 = -x0;
    const double t4 = ag_m_sigmoid(t3);
    const double t5 = t1 * t4;
    const double t6 = t5 * dx0;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t6;
    return t0;
}

static inline double ag2_silu_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_sigmoid(x0);
    const double t1 = x0 * t0;
    const double t2 = -x0;
    const double t3 = ag_m_sigmoid(t2);
    const double t4 = x0 * t3;
    const double t5 = 1.0 + t4;
    const double t6 = t0 * t5;
    const double t7 = t6 * dx0;
    const double t8 = t0 * t3;
    const double t9 = t8 * dx0;
    const double t10 = t5 * t9;
    const double t11 = t3 * dx0;
    const double t12 = -t2;
    const double t13 = ag_m_sigmoid(t12);
    const double t14 = t3 * t13;
    const double t15 = -dx0;
    const double t16 = t14 * t15;
    const double t17 = x0 * t16;
    const double t18 = t11 + t17;
    const double t19 = t0 * t18;
    const double t20 = t10 + t19;
    *t_out = t7;
    d[0] = t6;
    dt[0] = t20;
    return t1;
}

static inline double ag2_mish_1(double x0, double dx0, double *t_out, double *d, double *dt) {
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
    const double t16 = t15 * dx0;
    const double t17 = t3 * dx0;
    const double t18 = t13 * t17;
    const double t19 = -x0;
    const double t20 = ag_m_sigmoid(t19);
    const double t21 = t3 * t20;
    const double t22 = t21 * dx0;
    const double t23 = x0 * t22;
    const double t24 = t17 + t23;
    const double t25 = t13 * t24;
    const double t26 = 1.0 / t12;
    const double t27 = 2.0 * t17;
    const double t28 = (-2.0) * t17;
    const double t29 = t5 ? t27 : t28;
    const double t30 = t9 * t29;
    const double t31 = 4.0 * t30;
    const double t32 = t26 * t31;
    const double t33 = -t13;
    const double t34 = t33 / t12;
    const double t35 = t11 * t30;
    const double t36 = t35 + t35;
    const double t37 = t34 * t36;
    const double t38 = t32 + t37;
    const double t39 = t4 * t38;
    const double t40 = t25 + t39;
    const double t41 = t18 + t40;
    *t_out = t16;
    d[0] = t15;
    dt[0] = t41;
    return t2;
}

static inline double ag2_softsign_1(double x0, double dx0, double *t_out, double *d, double *dt) {
    const double t0 = fabs(x0);
    const int t1 = t0 == INFINITY;
    const double t2 = ag_m_sign(x0);
    const double t3 = 1.0 + t0;
    const double t4 = x0 / t3;
    const double t5 = t1 ? t2 : t4;
    const double t6 = t3 * t3;
    const double t7 = 1.0 / t6;
    const double t8 = t7 * dx0;
    const double t9 = -t7;
    const double t10 = t9 / t6;
    const double t11 = t2 * dx0;
    const double t12 = t3 * t11;
    const double t13 = t12 + t12;
    const double t14 = t10 * t13;
    *t_out = t8;
    d[0] = t7;
    dt[0] = t14;
    return t5;
}

static inline double ag2_hardtanh_1(double x0, double dx0, double *t_out, double *d, double *dt) {
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
    const double t10 = t9 * dx0;
    const double t11 = t6 ? 0.0 : NAN;
    const double t12 = t5 ? 0.0 : t11;
    const double t13 = t4 ? 0.0 : t12;
    *t_out = t10;
    d[0] = t9;
    dt[0] = t13;
    return t3;
}

static inline double ag2_fmod_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = fmod(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    const double t5 = 1.0 / x1;
    const double t6 = -dx0;
    const double t7 = dx0 + t6;
    const double t8 = t5 * t7;
    const double t9 = 0.0 * t8;
    const double t10 = -t9;
    *t_out = dx0;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t4;
    dt[1] = t10;
    return t0;
}

static inline double ag2_fmod_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = fmod(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    const double t5 = t4 * dx1;
    const double t6 = 1.0 / x1;
    const double t7 = -t5;
    const double t8 = t6 * t7;
    const double t9 = -t2;
    const double t10 = t9 / x1;
    const double t11 = t10 * dx1;
    const double t12 = t8 + t11;
    const double t13 = 0.0 * t12;
    const double t14 = -t13;
    *t_out = t5;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t4;
    dt[1] = t14;
    return t0;
}

static inline double ag2_fmod_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = fmod(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    const double t5 = t4 * dx1;
    const double t6 = dx0 + t5;
    const double t7 = 1.0 / x1;
    const double t8 = -t6;
    const double t9 = dx0 + t8;
    const double t10 = t7 * t9;
    const double t11 = -t2;
    const double t12 = t11 / x1;
    const double t13 = t12 * dx1;
    const double t14 = t10 + t13;
    const double t15 = 0.0 * t14;
    const double t16 = -t15;
    *t_out = t6;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t4;
    dt[1] = t16;
    return t0;
}

static inline double ag2_remainder_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = ag_m_remainder(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    const double t5 = 1.0 / x1;
    const double t6 = -dx0;
    const double t7 = dx0 + t6;
    const double t8 = t5 * t7;
    const double t9 = 0.0 * t8;
    const double t10 = -t9;
    *t_out = dx0;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t4;
    dt[1] = t10;
    return t0;
}

static inline double ag2_remainder_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = ag_m_remainder(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    const double t5 = t4 * dx1;
    const double t6 = 1.0 / x1;
    const double t7 = -t5;
    const double t8 = t6 * t7;
    const double t9 = -t2;
    const double t10 = t9 / x1;
    const double t11 = t10 * dx1;
    const double t12 = t8 + t11;
    const double t13 = 0.0 * t12;
    const double t14 = -t13;
    *t_out = t5;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t4;
    dt[1] = t14;
    return t0;
}

static inline double ag2_remainder_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = ag_m_remainder(x0, x1);
    const double t1 = x0 - t0;
    const double t2 = t1 / x1;
    const double t3 = ag_m_round(t2);
    const double t4 = -t3;
    const double t5 = t4 * dx1;
    const double t6 = dx0 + t5;
    const double t7 = 1.0 / x1;
    const double t8 = -t6;
    const double t9 = dx0 + t8;
    const double t10 = t7 * t9;
    const double t11 = -t2;
    const double t12 = t11 / x1;
    const double t13 = t12 * dx1;
    const double t14 = t10 + t13;
    const double t15 = 0.0 * t14;
    const double t16 = -t15;
    *t_out = t6;
    d[0] = 1.0;
    dt[0] = 0.0;
    d[1] = t4;
    dt[1] = t16;
    return t0;
}

static inline double ag2_copysign_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = copysign(x0, x1);
    const double t1 = ag_m_sign(x0);
    const double t2 = copysign(1.0, x1);
    const double t3 = t1 * t2;
    const double t4 = t3 * dx0;
    const double t5 = 0.0 * dx0;
    const double t6 = t2 * t5;
    *t_out = t4;
    d[0] = t3;
    dt[0] = t6;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_copysign_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = copysign(x0, x1);
    const double t1 = 0.0 * dx1;
    const double t2 = ag_m_sign(x0);
    const double t3 = copysign(1.0, x1);
    const double t4 = t2 * t3;
    const double t5 = t2 * t1;
    *t_out = t1;
    d[0] = t4;
    dt[0] = t5;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_copysign_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = copysign(x0, x1);
    const double t1 = ag_m_sign(x0);
    const double t2 = copysign(1.0, x1);
    const double t3 = t1 * t2;
    const double t4 = t3 * dx0;
    const double t5 = 0.0 * dx1;
    const double t6 = t4 + t5;
    const double t7 = 0.0 * dx0;
    const double t8 = t2 * t7;
    const double t9 = t1 * t5;
    const double t10 = t8 + t9;
    *t_out = t6;
    d[0] = t3;
    dt[0] = t10;
    d[1] = 0.0;
    dt[1] = 0.0;
    return t0;
}

static inline double ag2_atan2_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
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
    const double t13 = t12 * dx0;
    const double t14 = 1.0 / t3;
    const double t15 = 1.0 / t9;
    const double t16 = -t5;
    const double t17 = t16 / t3;
    const int t18 = t2 == t3;
    const int t19 = t2 == t2;
    const double t20 = t19 ? 0.0 : 1.0;
    const double t21 = t18 ? 1.0 : t20;
    const int t22 = t1 == t3;
    const int t23 = t1 == t1;
    const double t24 = t23 ? 0.0 : 1.0;
    const double t25 = t22 ? 1.0 : t24;
    const double t26 = 0.0 + t25;
    const double t27 = t26 + t21;
    const double t28 = t21 / t27;
    const double t29 = ag_m_sign(x0);
    const double t30 = t29 * dx0;
    const double t31 = t28 * t30;
    const double t32 = t17 * t31;
    const double t33 = t15 * t32;
    const double t34 = -t10;
    const double t35 = t34 / t9;
    const double t36 = t5 * t32;
    const double t37 = t36 + t36;
    const double t38 = t14 * dx0;
    const double t39 = -t7;
    const double t40 = t39 / t3;
    const double t41 = t40 * t31;
    const double t42 = t38 + t41;
    const double t43 = t7 * t42;
    const double t44 = t43 + t43;
    const double t45 = t37 + t44;
    const double t46 = t35 * t45;
    const double t47 = t33 + t46;
    const double t48 = t14 * t47;
    const double t49 = -t11;
    const double t50 = t49 / t3;
    const double t51 = t50 * t31;
    const double t52 = t48 + t51;
    const double t53 = t4 ? 0.0 : t52;
    const double t54 = t39 / t9;
    const double t55 = t54 / t3;
    const double t56 = t4 ? 0.0 : t55;
    const double t57 = -t42;
    const double t58 = t15 * t57;
    const double t59 = -t54;
    const double t60 = t59 / t9;
    const double t61 = t60 * t45;
    const double t62 = t58 + t61;
    const double t63 = t14 * t62;
    const double t64 = -t55;
    const double t65 = t64 / t3;
    const double t66 = t65 * t31;
    const double t67 = t63 + t66;
    const double t68 = t4 ? 0.0 : t67;
    *t_out = t13;
    d[0] = t12;
    dt[0] = t53;
    d[1] = t56;
    dt[1] = t68;
    return t0;
}

static inline double ag2_atan2_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = atan2(x0, x1);
    const double t1 = fabs(x1);
    const double t2 = fabs(x0);
    const double t3 = ag_m_max(t1, t2);
    const int t4 = t3 == 0.0;
    const double t5 = x0 / t3;
    const double t6 = -t5;
    const double t7 = x1 / t3;
    const double t8 = t7 * t7;
    const double t9 = t5 * t5;
    const double t10 = t8 + t9;
    const double t11 = t6 / t10;
    const double t12 = t11 / t3;
    const double t13 = t4 ? 0.0 : t12;
    const double t14 = t13 * dx1;
    const double t15 = t7 / t10;
    const double t16 = t15 / t3;
    const double t17 = t4 ? 0.0 : t16;
    const double t18 = 1.0 / t3;
    const double t19 = 1.0 / t10;
    const double t20 = t18 * dx1;
    const double t21 = -t7;
    const double t22 = t21 / t3;
    const int t23 = t1 == t3;
    const int t24 = t1 == t1;
    const double t25 = t24 ? 0.0 : 1.0;
    const double t26 = t23 ? 1.0 : t25;
    const double t27 = 0.0 + t26;
    const int t28 = t2 == t3;
    const int t29 = t2 == t2;
    const double t30 = t29 ? 0.0 : 1.0;
    const double t31 = t28 ? 1.0 : t30;
    const double t32 = t27 + t31;
    const double t33 = t26 / t32;
    const double t34 = ag_m_sign(x1);
    const double t35 = t34 * dx1;
    const double t36 = t33 * t35;
    const double t37 = t22 * t36;
    const double t38 = t20 + t37;
    const double t39 = t19 * t38;
    const double t40 = -t15;
    const double t41 = t40 / t10;
    const double t42 = t7 * t38;
    const double t43 = t42 + t42;
    const double t44 = t6 / t3;
    const double t45 = t44 * t36;
    const double t46 = t5 * t45;
    const double t47 = t46 + t46;
    const double t48 = t43 + t47;
    const double t49 = t41 * t48;
    const double t50 = t39 + t49;
    const double t51 = t18 * t50;
    const double t52 = -t16;
    const double t53 = t52 / t3;
    const double t54 = t53 * t36;
    const double t55 = t51 + t54;
    const double t56 = t4 ? 0.0 : t55;
    const double t57 = -t45;
    const double t58 = t19 * t57;
    const double t59 = -t11;
    const double t60 = t59 / t10;
    const double t61 = t60 * t48;
    const double t62 = t58 + t61;
    const double t63 = t18 * t62;
    const double t64 = -t12;
    const double t65 = t64 / t3;
    const double t66 = t65 * t36;
    const double t67 = t63 + t66;
    const double t68 = t4 ? 0.0 : t67;
    *t_out = t14;
    d[0] = t17;
    dt[0] = t56;
    d[1] = t13;
    dt[1] = t68;
    return t0;
}

static inline double ag2_atan2_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
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
    const double t13 = t12 * dx0;
    const double t14 = -t7;
    const double t15 = t14 / t9;
    const double t16 = t15 / t3;
    const double t17 = t4 ? 0.0 : t16;
    const double t18 = t17 * dx1;
    const double t19 = t13 + t18;
    const double t20 = 1.0 / t3;
    const double t21 = 1.0 / t9;
    const double t22 = t20 * dx1;
    const double t23 = -t5;
    const double t24 = t23 / t3;
    const int t25 = t1 == t3;
    const int t26 = t1 == t1;
    const double t27 = t26 ? 0.0 : 1.0;
    const double t28 = t25 ? 1.0 : t27;
    const double t29 = 0.0 + t28;
    const int t30 = t2 == t3;
    const int t31 = t2 == t2;
    const double t32 = t31 ? 0.0 : 1.0;
    const double t33 = t30 ? 1.0 : t32;
    const double t34 = t29 + t33;
    const double t35 = t28 / t34;
    const double t36 = ag_m_sign(x1);
    const double t37 = t36 * dx1;
    const double t38 = t35 * t37;
    const double t39 = t33 / t34;
    const double t40 = ag_m_sign(x0);
    const double t41 = t40 * dx0;
    const double t42 = t39 * t41;
    const double t43 = t38 + t42;
    const double t44 = t24 * t43;
    const double t45 = t22 + t44;
    const double t46 = t21 * t45;
    const double t47 = -t10;
    const double t48 = t47 / t9;
    const double t49 = t5 * t45;
    const double t50 = t49 + t49;
    const double t51 = t20 * dx0;
    const double t52 = t14 / t3;
    const double t53 = t52 * t43;
    const double t54 = t51 + t53;
    const double t55 = t7 * t54;
    const double t56 = t55 + t55;
    const double t57 = t50 + t56;
    const double t58 = t48 * t57;
    const double t59 = t46 + t58;
    const double t60 = t20 * t59;
    const double t61 = -t11;
    const double t62 = t61 / t3;
    const double t63 = t62 * t43;
    const double t64 = t60 + t63;
    const double t65 = t4 ? 0.0 : t64;
    const double t66 = -t54;
    const double t67 = t21 * t66;
    const double t68 = -t15;
    const double t69 = t68 / t9;
    const double t70 = t69 * t57;
    const double t71 = t67 + t70;
    const double t72 = t20 * t71;
    const double t73 = -t16;
    const double t74 = t73 / t3;
    const double t75 = t74 * t43;
    const double t76 = t72 + t75;
    const double t77 = t4 ? 0.0 : t76;
    *t_out = t19;
    d[0] = t12;
    dt[0] = t65;
    d[1] = t17;
    dt[1] = t77;
    return t0;
}

static inline double ag2_logaddexp_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
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
    const double t14 = t13 * dx0;
    const double t15 = -t3;
    const double t16 = ag_m_sigmoid(t15);
    const double t17 = t11 * t16;
    const double t18 = t17 * dx0;
    const double t19 = t0 ? 0.0 : NAN;
    const double t20 = t10 ? t18 : t19;
    const double t21 = x1 - x0;
    const int t22 = t21 == t21;
    const double t23 = ag_m_sigmoid(t21);
    const int t24 = x1 == x0;
    const double t25 = t24 ? 0.5 : NAN;
    const double t26 = t22 ? t23 : t25;
    const double t27 = -t21;
    const double t28 = ag_m_sigmoid(t27);
    const double t29 = t23 * t28;
    const double t30 = -dx0;
    const double t31 = t29 * t30;
    const double t32 = t24 ? 0.0 : NAN;
    const double t33 = t22 ? t31 : t32;
    *t_out = t14;
    d[0] = t13;
    dt[0] = t20;
    d[1] = t26;
    dt[1] = t33;
    return t9;
}

static inline double ag2_logaddexp_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
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
    const double t10 = x1 - x0;
    const int t11 = t10 == t10;
    const double t12 = ag_m_sigmoid(t10);
    const int t13 = x1 == x0;
    const double t14 = t13 ? 0.5 : NAN;
    const double t15 = t11 ? t12 : t14;
    const double t16 = t15 * dx1;
    const int t17 = t3 == t3;
    const double t18 = ag_m_sigmoid(t3);
    const double t19 = t0 ? 0.5 : NAN;
    const double t20 = t17 ? t18 : t19;
    const double t21 = -t3;
    const double t22 = ag_m_sigmoid(t21);
    const double t23 = t18 * t22;
    const double t24 = -dx1;
    const double t25 = t23 * t24;
    const double t26 = t0 ? 0.0 : NAN;
    const double t27 = t17 ? t25 : t26;
    const double t28 = -t10;
    const double t29 = ag_m_sigmoid(t28);
    const double t30 = t12 * t29;
    const double t31 = t30 * dx1;
    const double t32 = t13 ? 0.0 : NAN;
    const double t33 = t11 ? t31 : t32;
    *t_out = t16;
    d[0] = t20;
    dt[0] = t27;
    d[1] = t15;
    dt[1] = t33;
    return t9;
}

static inline double ag2_logaddexp_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
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
    const double t14 = t13 * dx0;
    const double t15 = x1 - x0;
    const int t16 = t15 == t15;
    const double t17 = ag_m_sigmoid(t15);
    const int t18 = x1 == x0;
    const double t19 = t18 ? 0.5 : NAN;
    const double t20 = t16 ? t17 : t19;
    const double t21 = t20 * dx1;
    const double t22 = t14 + t21;
    const double t23 = -t3;
    const double t24 = ag_m_sigmoid(t23);
    const double t25 = t11 * t24;
    const double t26 = -dx1;
    const double t27 = dx0 + t26;
    const double t28 = t25 * t27;
    const double t29 = t0 ? 0.0 : NAN;
    const double t30 = t10 ? t28 : t29;
    const double t31 = -t15;
    const double t32 = ag_m_sigmoid(t31);
    const double t33 = t17 * t32;
    const double t34 = -dx0;
    const double t35 = dx1 + t34;
    const double t36 = t33 * t35;
    const double t37 = t18 ? 0.0 : NAN;
    const double t38 = t16 ? t36 : t37;
    *t_out = t22;
    d[0] = t13;
    dt[0] = t30;
    d[1] = t20;
    dt[1] = t38;
    return t9;
}

static inline double ag2_xlogy_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const int t0 = x1 == x1;
    const int t1 = x0 == 0.0;
    const double t2 = log(x1);
    const double t3 = x0 * t2;
    const double t4 = t1 ? 0.0 : t3;
    const double t5 = t0 ? t4 : x1;
    const int t6 = x1 <= 0.0;
    const int t7 = t1 ? t6 : 0.0;
    const double t8 = t7 ? 0.0 : t2;
    const double t9 = t8 * dx0;
    const double t10 = x0 / x1;
    const double t11 = t7 ? 0.0 : t10;
    const double t12 = 1.0 / x1;
    const double t13 = t12 * dx0;
    const double t14 = t7 ? 0.0 : t13;
    *t_out = t9;
    d[0] = t8;
    dt[0] = 0.0;
    d[1] = t11;
    dt[1] = t14;
    return t5;
}

static inline double ag2_xlogy_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const int t0 = x1 == x1;
    const int t1 = x0 == 0.0;
    const double t2 = log(x1);
    const double t3 = x0 * t2;
    const double t4 = t1 ? 0.0 : t3;
    const double t5 = t0 ? t4 : x1;
    const int t6 = x1 <= 0.0;
    const int t7 = t1 ? t6 : 0.0;
    const double t8 = x0 / x1;
    const double t9 = t7 ? 0.0 : t8;
    const double t10 = t9 * dx1;
    const double t11 = t7 ? 0.0 : t2;
    const int t12 = x1 >= 0.0;
    const double t13 = 1.0 / x1;
    const double t14 = t12 ? t13 : NAN;
    const double t15 = t14 * dx1;
    const double t16 = t7 ? 0.0 : t15;
    const double t17 = -t8;
    const double t18 = t17 / x1;
    const double t19 = t18 * dx1;
    const double t20 = t7 ? 0.0 : t19;
    *t_out = t10;
    d[0] = t11;
    dt[0] = t16;
    d[1] = t9;
    dt[1] = t20;
    return t5;
}

static inline double ag2_xlogy_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const int t0 = x1 == x1;
    const int t1 = x0 == 0.0;
    const double t2 = log(x1);
    const double t3 = x0 * t2;
    const double t4 = t1 ? 0.0 : t3;
    const double t5 = t0 ? t4 : x1;
    const int t6 = x1 <= 0.0;
    const int t7 = t1 ? t6 : 0.0;
    const double t8 = t7 ? 0.0 : t2;
    const double t9 = t8 * dx0;
    const double t10 = x0 / x1;
    const double t11 = t7 ? 0.0 : t10;
    const double t12 = t11 * dx1;
    const double t13 = t9 + t12;
    const int t14 = x1 >= 0.0;
    const double t15 = 1.0 / x1;
    const double t16 = t14 ? t15 : NAN;
    const double t17 = t16 * dx1;
    const double t18 = t7 ? 0.0 : t17;
    const double t19 = t15 * dx0;
    const double t20 = -t10;
    const double t21 = t20 / x1;
    const double t22 = t21 * dx1;
    const double t23 = t19 + t22;
    const double t24 = t7 ? 0.0 : t23;
    *t_out = t13;
    d[0] = t8;
    dt[0] = t18;
    d[1] = t11;
    dt[1] = t24;
    return t5;
}

static inline double ag2_softmax_share_1(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = x0 - x1;
    const double t1 = exp(t0);
    const double t2 = t1 * dx0;
    const double t3 = -t1;
    const double t4 = -t2;
    *t_out = t2;
    d[0] = t1;
    dt[0] = t2;
    d[1] = t3;
    dt[1] = t4;
    return t1;
}

static inline double ag2_softmax_share_2(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = x0 - x1;
    const double t1 = exp(t0);
    const double t2 = -t1;
    const double t3 = t2 * dx1;
    const double t4 = -t3;
    *t_out = t3;
    d[0] = t1;
    dt[0] = t3;
    d[1] = t2;
    dt[1] = t4;
    return t1;
}

static inline double ag2_softmax_share_3(double x0, double dx0, double x1, double dx1, double *t_out, double *d, double *dt) {
    const double t0 = x0 - x1;
    const double t1 = exp(t0);
    const double t2 = t1 * dx0;
    const double t3 = -t1;
    const double t4 = t3 * dx1;
    const double t5 = t2 + t4;
    const double t6 = -t5;
    *t_out = t5;
    d[0] = t1;
    dt[0] = t5;
    d[1] = t3;
    dt[1] = t6;
    return t1;
}

static inline double ag2_fma_1(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx1;
    (void)dx2;
    const double t0 = fma(x0, x1, x2);
    const double t1 = x1 * dx0;
    *t_out = t1;
    d[0] = x1;
    dt[0] = 0.0;
    d[1] = x0;
    dt[1] = dx0;
    d[2] = 1.0;
    dt[2] = 0.0;
    return t0;
}

static inline double ag2_fma_2(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx0;
    (void)dx2;
    const double t0 = fma(x0, x1, x2);
    const double t1 = x0 * dx1;
    *t_out = t1;
    d[0] = x1;
    dt[0] = dx1;
    d[1] = x0;
    dt[1] = 0.0;
    d[2] = 1.0;
    dt[2] = 0.0;
    return t0;
}

static inline double ag2_fma_3(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx2;
    const double t0 = fma(x0, x1, x2);
    const double t1 = x1 * dx0;
    const double t2 = x0 * dx1;
    const double t3 = t1 + t2;
    *t_out = t3;
    d[0] = x1;
    dt[0] = dx1;
    d[1] = x0;
    dt[1] = dx0;
    d[2] = 1.0;
    dt[2] = 0.0;
    return t0;
}

static inline double ag2_fma_4(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx0;
    (void)dx1;
    const double t0 = fma(x0, x1, x2);
    *t_out = dx2;
    d[0] = x1;
    dt[0] = 0.0;
    d[1] = x0;
    dt[1] = 0.0;
    d[2] = 1.0;
    dt[2] = 0.0;
    return t0;
}

static inline double ag2_fma_5(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx1;
    const double t0 = fma(x0, x1, x2);
    const double t1 = x1 * dx0;
    const double t2 = t1 + dx2;
    *t_out = t2;
    d[0] = x1;
    dt[0] = 0.0;
    d[1] = x0;
    dt[1] = dx0;
    d[2] = 1.0;
    dt[2] = 0.0;
    return t0;
}

static inline double ag2_fma_6(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    (void)dx0;
    const double t0 = fma(x0, x1, x2);
    const double t1 = x0 * dx1;
    const double t2 = t1 + dx2;
    *t_out = t2;
    d[0] = x1;
    dt[0] = dx1;
    d[1] = x0;
    dt[1] = 0.0;
    d[2] = 1.0;
    dt[2] = 0.0;
    return t0;
}

static inline double ag2_fma_7(double x0, double dx0, double x1, double dx1, double x2, double dx2, double *t_out, double *d, double *dt) {
    const double t0 = fma(x0, x1, x2);
    const double t1 = x1 * dx0;
    const double t2 = x0 * dx1;
    const double t3 = t1 + t2;
    const double t4 = t3 + dx2;
    *t_out = t4;
    d[0] = x1;
    dt[0] = dx1;
    d[1] = x0;
    dt[1] = dx0;
    d[2] = 1.0;
    dt[2] = 0.0;
    return t0;
}

#define AG_SECOND_1(X) \
    X(neg, 1, 0) \
    X(exp, 1, 1) \
    X(exp2, 1, 1) \
    X(expm1, 1, 1) \
    X(log, 1, 1) \
    X(log2, 1, 1) \
    X(log10, 1, 1) \
    X(log1p, 1, 1) \
    X(sqrt, 1, 1) \
    X(square, 1, 1) \
    X(reciprocal, 1, 1) \
    X(rsqrt, 1, 1) \
    X(sin, 1, 1) \
    X(cos, 1, 1) \
    X(tan, 1, 1) \
    X(asin, 1, 1) \
    X(acos, 1, 1) \
    X(atan, 1, 1) \
    X(sinh, 1, 1) \
    X(cosh, 1, 1) \
    X(tanh, 1, 1) \
    X(asinh, 1, 1) \
    X(acosh, 1, 1) \
    X(atanh, 1, 1) \
    X(abs, 1, 1) \
    X(sign, 1, 0) \
    X(floor, 1, 0) \
    X(ceil, 1, 0) \
    X(trunc, 1, 0) \
    X(round, 1, 0) \
    X(erf, 1, 1) \
    X(erfc, 1, 1) \
    X(relu, 1, 1) \
    X(relu6, 1, 1) \
    X(selu, 1, 1) \
    X(gelu, 1, 1) \
    X(sigmoid, 1, 1) \
    X(logsigmoid, 1, 1) \
    X(softplus, 1, 1) \
    X(silu, 1, 1) \
    X(mish, 1, 1) \
    X(softsign, 1, 1) \
    X(hardtanh, 1, 1)
#define AG_SECOND_2(X) \
    X(add, 1, 0) \
    X(add, 2, 0) \
    X(add, 3, 0) \
    X(sub, 1, 0) \
    X(sub, 2, 0) \
    X(sub, 3, 0) \
    X(mul, 1, 2) \
    X(mul, 2, 1) \
    X(mul, 3, 3) \
    X(div, 1, 2) \
    X(div, 2, 3) \
    X(div, 3, 3) \
    X(floordiv, 1, 0) \
    X(floordiv, 2, 0) \
    X(floordiv, 3, 0) \
    X(mod, 1, 2) \
    X(mod, 2, 2) \
    X(mod, 3, 2) \
    X(pow_constant, 1, 1) \
    X(pow_constant, 2, 1) \
    X(pow_constant, 3, 1) \
    X(pow, 1, 3) \
    X(pow, 2, 3) \
    X(pow, 3, 3) \
    X(leaky_relu, 1, 3) \
    X(leaky_relu, 2, 1) \
    X(leaky_relu, 3, 3) \
    X(elu, 1, 3) \
    X(elu, 2, 1) \
    X(elu, 3, 3) \
    X(fmod, 1, 2) \
    X(fmod, 2, 2) \
    X(fmod, 3, 2) \
    X(remainder, 1, 2) \
    X(remainder, 2, 2) \
    X(remainder, 3, 2) \
    X(copysign, 1, 1) \
    X(copysign, 2, 1) \
    X(copysign, 3, 1) \
    X(atan2, 1, 3) \
    X(atan2, 2, 3) \
    X(atan2, 3, 3) \
    X(logaddexp, 1, 3) \
    X(logaddexp, 2, 3) \
    X(logaddexp, 3, 3) \
    X(xlogy, 1, 2) \
    X(xlogy, 2, 3) \
    X(xlogy, 3, 3) \
    X(softmax_share, 1, 3) \
    X(softmax_share, 2, 3) \
    X(softmax_share, 3, 3)
#define AG_SECOND_3(X) \
    X(clip, 1, 1) \
    X(clip, 2, 1) \
    X(clip, 3, 1) \
    X(clip, 4, 1) \
    X(clip, 5, 1) \
    X(clip, 6, 1) \
    X(clip, 7, 1) \
    X(fma, 1, 2) \
    X(fma, 2, 1) \
    X(fma, 3, 3) \
    X(fma, 4, 0) \
    X(fma, 5, 2) \
    X(fma, 6, 1) \
    X(fma, 7, 3)
