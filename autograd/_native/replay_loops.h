/* The interpreter, once for each kind of processor: see replay.h, which includes this
   several times, with AG_TARGET and AG_V set.

   First loops over vectors, for the table's rows and for dot products; then the runs
   over the steps: of one sample, and over lanes, AG_LANES samples at a time. Rows have
   the eager engine's very bits; in dot products sums are formed in another order, and
   a product and a sum are rounded once where the processor does that. */
#include "vectors.h"

#undef AG_FUSED
#if AG_V > 2 && defined(AG_X86)
#define AG_FUSED(x, y, z) __builtin_fma(x, y, z)
#elif defined(__aarch64__)
#define AG_FUSED(x, y, z) fma(x, y, z)
#else
#define AG_FUSED(x, y, z) ((x) * (y) + (z))
#endif

/* --- rows of the table over vectors: values */

#define AG_LOOP(n, statement) \
    { \
        AG_INDEPENDENT \
        for (k = 0; k < (n); k++) statement \
    }

#define AG_FORWARD_1(name) \
    static void AG_T(forward_##name)(ptrdiff_t n, double *AG_RESTRICT out, \
                                     const double *const *x, const ptrdiff_t *s) { \
        const double *x0 = x[0]; \
        const ptrdiff_t s0 = s[0]; \
        ptrdiff_t k; \
        if (s0 == 1) \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k]);) \
        else \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k * s0]);) \
    }

#define AG_FORWARD_2(name) \
    static void AG_T(forward_##name)(ptrdiff_t n, double *AG_RESTRICT out, \
                                     const double *const *x, const ptrdiff_t *s) { \
        const double *x0 = x[0], *x1 = x[1]; \
        const ptrdiff_t s0 = s[0], s1 = s[1]; \
        const double a = *x0, b = *x1; \
        ptrdiff_t k; \
        if (s0 == 1 && s1 == 1) \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k], x1[k]);) \
        else if (s0 == 1 && s1 == 0) \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k], b);) \
        else if (s0 == 0 && s1 == 1) \
            AG_LOOP(n, out[k] = ag_f_##name(a, x1[k]);) \
        else \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k * s0], x1[k * s1]);) \
    }

#define AG_FORWARD_3(name) \
    static void AG_T(forward_##name)(ptrdiff_t n, double *AG_RESTRICT out, \
                                     const double *const *x, const ptrdiff_t *s) { \
        const double *x0 = x[0], *x1 = x[1], *x2 = x[2]; \
        const ptrdiff_t s0 = s[0], s1 = s[1], s2 = s[2]; \
        const double b = *x1, c = *x2; \
        ptrdiff_t k; \
        if (s0 == 1 && s1 == 1 && s2 == 1) \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k], x1[k], x2[k]);) \
        else if (s0 == 1 && s1 == 0 && s2 == 0) \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k], b, c);) \
        else \
            AG_LOOP(n, out[k] = ag_f_##name(x0[k * s0], x1[k * s1], x2[k * s2]);) \
    }

/* --- and adjoints: g[k * s] += u[k] * local for one operand after the other */

static double AG_T(sum)(ptrdiff_t n, const double *p) {
    AG_VD a = AG_T(splat)(0.0), b = a;
    double sum = 0.0;
    ptrdiff_t k = 0;
    for (; k + 2 * AG_V <= n; k += 2 * AG_V) {
        a = AG_T(plus)(a, AG_T(load)(p + k));
        b = AG_T(plus)(b, AG_T(load)(p + k + AG_V));
    }
    for (; k < n; k++) sum += p[k];
    return AG_T(total)(AG_T(plus)(a, b)) + sum;
}

#define AG_BLOCK 64

/* Where the strides are known a compiler makes vector instructions of these loops. A
   stride of 0 adds everything up: the products of a block first, then their sum. */
#define AG_ADD_ADJOINTS(bit, g, s, local) \
    if (!(need & (bit))) { \
    } else if (s == 1) { \
        AG_LOOP(n, g[k] += u[k] * (local);) \
    } else { \
        double products[AG_BLOCK], sum = 0.0; \
        ptrdiff_t begin; \
        for (begin = 0; begin < n; begin += AG_BLOCK) { \
            const ptrdiff_t end = n - begin < AG_BLOCK ? n : begin + AG_BLOCK; \
            for (k = begin; k < end; k++) products[k - begin] = u[k] * (local); \
            sum += AG_T(sum)(end - begin, products); \
        } \
        *g = *g + sum; \
    }

#define AG_ADD_STRIDED(bit, g, s, local) \
    if (need & (bit)) { \
        if (s == 0) { \
            double sum = 0.0; \
            for (k = 0; k < n; k++) sum += u[k] * (local); \
            *g = *g + sum; \
        } else \
            for (k = 0; k < n; k++) g[k * s] += u[k] * (local); \
    }

#define AG_REVERSE_HEAD(name) \
    static void AG_T(reverse_##name)( \
        ptrdiff_t n, int need, const double *u, const double *out, \
        const double *const *x, const ptrdiff_t *s, double *const *g)

#define AG_REVERSE_1(name) \
    AG_REVERSE_HEAD(name) { \
        const double *x0 = x[0]; \
        double *g0 = g[0]; \
        const ptrdiff_t s0 = s[0]; \
        ptrdiff_t k; \
        if (s0 == 1) { \
            AG_ADD_ADJOINTS(1, g0, 1, ag_d0_##name(out[k], x0[k])) \
        } else { \
            AG_ADD_STRIDED(1, g0, s0, ag_d0_##name(out[k], x0[k * s0])) \
        } \
    }

#define AG_REVERSE_2(name) \
    AG_REVERSE_HEAD(name) { \
        const double *x0 = x[0], *x1 = x[1]; \
        double *g0 = g[0], *g1 = g[1]; \
        const ptrdiff_t s0 = s[0], s1 = s[1]; \
        const double a = *x0, b = *x1; \
        ptrdiff_t k; \
        if (s0 == 1 && s1 == 1) { \
            AG_ADD_ADJOINTS(1, g0, 1, ag_d0_##name(out[k], x0[k], x1[k])) \
            AG_ADD_ADJOINTS(2, g1, 1, ag_d1_##name(out[k], x0[k], x1[k])) \
        } else if (s0 == 1 && s1 == 0) { \
            AG_ADD_ADJOINTS(1, g0, 1, ag_d0_##name(out[k], x0[k], b)) \
            AG_ADD_ADJOINTS(2, g1, 0, ag_d1_##name(out[k], x0[k], b)) \
        } else if (s0 == 0 && s1 == 1) { \
            AG_ADD_ADJOINTS(1, g0, 0, ag_d0_##name(out[k], a, x1[k])) \
            AG_ADD_ADJOINTS(2, g1, 1, ag_d1_##name(out[k], a, x1[k])) \
        } else { \
            AG_ADD_STRIDED(1, g0, s0, ag_d0_##name(out[k], x0[k * s0], x1[k * s1])) \
            AG_ADD_STRIDED(2, g1, s1, ag_d1_##name(out[k], x0[k * s0], x1[k * s1])) \
        } \
    }

#define AG_REVERSE_3(name) \
    AG_REVERSE_HEAD(name) { \
        const double *x0 = x[0], *x1 = x[1], *x2 = x[2]; \
        double *g0 = g[0], *g1 = g[1], *g2 = g[2]; \
        const ptrdiff_t s0 = s[0], s1 = s[1], s2 = s[2]; \
        const double b = *x1, c = *x2; \
        ptrdiff_t k; \
        if (s0 == 1 && s1 == 0 && s2 == 0) { \
            AG_ADD_ADJOINTS(1, g0, 1, ag_d0_##name(out[k], x0[k], b, c)) \
            AG_ADD_ADJOINTS(2, g1, 0, ag_d1_##name(out[k], x0[k], b, c)) \
            AG_ADD_ADJOINTS(4, g2, 0, ag_d2_##name(out[k], x0[k], b, c)) \
        } else { \
            AG_ADD_STRIDED( \
                1, g0, s0, ag_d0_##name(out[k], x0[k * s0], x1[k * s1], x2[k * s2])) \
            AG_ADD_STRIDED( \
                2, g1, s1, ag_d1_##name(out[k], x0[k * s0], x1[k * s1], x2[k * s2])) \
            AG_ADD_STRIDED( \
                4, g2, s2, ag_d2_##name(out[k], x0[k * s0], x1[k * s1], x2[k * s2])) \
        } \
    }

/* Rows that call the C library gain nothing by being there more than once. */
#ifdef AG_BASELINE
#define AG_LIBRARY_LOOPS(name, all, local0, more) \
    static void forward_##name##_any(ptrdiff_t n, double *AG_RESTRICT out, \
                                     const double *const *x, const ptrdiff_t *s) { \
        ptrdiff_t k; \
        for (k = 0; k < n; k++) out[k] = ag_f_##name all; \
    } \
    static void reverse_##name##_any( \
        ptrdiff_t n, int need, const double *u, const double *out, \
        const double *const *x, const ptrdiff_t *s, double *const *g) { \
        ptrdiff_t k; \
        AG_ADD_STRIDED(1, g[0], s[0], local0) \
        more \
    }
#define AG_LIBRARY_LOOPS_1(name) \
    AG_LIBRARY_LOOPS(name, (x[0][k * s[0]]), ag_d0_##name(out[k], x[0][k * s[0]]), )
#define AG_OF_2(name) name(out[k], x[0][k * s[0]], x[1][k * s[1]])
#define AG_LIBRARY_LOOPS_2(name) \
    AG_LIBRARY_LOOPS(name, (x[0][k * s[0]], x[1][k * s[1]]), AG_OF_2(ag_d0_##name), \
                     AG_ADD_STRIDED(2, g[1], s[1], AG_OF_2(ag_d1_##name)))
#define AG_OF_3(name) name(out[k], x[0][k * s[0]], x[1][k * s[1]], x[2][k * s[2]])
#define AG_LIBRARY_LOOPS_3(name) \
    AG_LIBRARY_LOOPS(name, (x[0][k * s[0]], x[1][k * s[1]], x[2][k * s[2]]), \
                     AG_OF_3(ag_d0_##name), \
                     AG_ADD_STRIDED(2, g[1], s[1], AG_OF_3(ag_d1_##name)) \
                     AG_ADD_STRIDED(4, g[2], s[2], AG_OF_3(ag_d2_##name)))
AG_LIBRARY_1(AG_LIBRARY_LOOPS_1)
AG_LIBRARY_2(AG_LIBRARY_LOOPS_2)
AG_LIBRARY_3(AG_LIBRARY_LOOPS_3)
#endif

#ifndef AG_SAME_ROWS
AG_PLAIN_1(AG_FORWARD_1)
AG_PLAIN_2(AG_FORWARD_2)
AG_PLAIN_3(AG_FORWARD_3)
AG_PLAIN_1(AG_REVERSE_1)
AG_PLAIN_2(AG_REVERSE_2)
AG_PLAIN_3(AG_REVERSE_3)

#define AG_ENTRY(name) [AG_##name] = {AG_T(forward_##name), AG_T(reverse_##name)},
#define AG_LIBRARY_ENTRY(name) \
    [AG_##name] = {forward_##name##_any, reverse_##name##_any},

static const struct {
    void (*forward)(ptrdiff_t, double *AG_RESTRICT, const double *const *,
                    const ptrdiff_t *);
    void (*reverse)(ptrdiff_t, int, const double *, const double *,
                    const double *const *, const ptrdiff_t *, double *const *);
} AG_T(rows)[AG_OWN] = {
    AG_PLAIN_1(AG_ENTRY) AG_PLAIN_2(AG_ENTRY) AG_PLAIN_3(AG_ENTRY)
    AG_LIBRARY_1(AG_LIBRARY_ENTRY) AG_LIBRARY_2(AG_LIBRARY_ENTRY)
    AG_LIBRARY_3(AG_LIBRARY_ENTRY)
};
#endif

/* --- dot products of one sample */

static double AG_T(dot)(ptrdiff_t n, const double *x, const double *y) {
    AG_VD a = AG_T(splat)(0.0), b = a, c = a, d = a;
    double sum = 0.0;
    ptrdiff_t k = 0;
    for (; k + 4 * AG_V <= n; k += 4 * AG_V) {
        a = AG_T(fused)(AG_T(load)(x + k), AG_T(load)(y + k), a);
        b = AG_T(fused)(AG_T(load)(x + k + AG_V), AG_T(load)(y + k + AG_V), b);
        c = AG_T(fused)(AG_T(load)(x + k + 2 * AG_V), AG_T(load)(y + k + 2 * AG_V), c);
        d = AG_T(fused)(AG_T(load)(x + k + 3 * AG_V), AG_T(load)(y + k + 3 * AG_V), d);
    }
    for (; k + AG_V <= n; k += AG_V)
        a = AG_T(fused)(AG_T(load)(x + k), AG_T(load)(y + k), a);
    if (k > 0) sum = AG_T(total)(AG_T(plus)(AG_T(plus)(a, b), AG_T(plus)(c, d)));
    for (; k < n; k++) sum = AG_FUSED(x[k], y[k], sum);
    return sum;
}

static double AG_T(dot_strided)(ptrdiff_t n, const double *x, ptrdiff_t s,
                                const double *y, ptrdiff_t t) {
    double a = 0.0, b = 0.0;
    ptrdiff_t k = 0;
    for (; k + 2 <= n; k += 2) {
        a = AG_FUSED(x[k * s], y[k * t], a);
        b = AG_FUSED(x[(k + 1) * s], y[(k + 1) * t], b);
    }
    if (k < n) a = AG_FUSED(x[k * s], y[k * t], a);
    return a + b;
}

/* y += a x */
static void AG_T(add_multiple)(ptrdiff_t n, double a, const double *x, ptrdiff_t s,
                               double *y, ptrdiff_t t) {
    ptrdiff_t k = 0;
    if (s == 1 && t == 1) {
        const AG_VD multiple = AG_T(splat)(a);
        for (; k + AG_V <= n; k += AG_V)
            AG_T(store)(y + k, AG_T(fused)(multiple, AG_T(load)(x + k),
                                           AG_T(load)(y + k)));
    }
    for (; k < n; k++) y[k * t] = AG_FUSED(a, x[k * s], y[k * t]);
}

static double AG_T(start)(const ag_step *q, const double *v, ptrdiff_t j) {
    return q->x[2] >= 0 ? v[q->x[2] + j * q->r[2]] : 0.0;
}

/* Rows of a matrix with one vector: four rows at a time share what is loaded of it. */
static void AG_T(dot_rows)(const ag_step *q, double *v) {
    const ptrdiff_t n = q->n, m = q->m, r = q->r[0];
    const double *x = v + q->x[1];
    double *out = v + q->out;
    ptrdiff_t j, k;
    for (j = 0; j + 4 <= m; j += 4) {
        const double *w0 = v + q->x[0] + j * r, *w1 = w0 + r, *w2 = w1 + r,
                     *w3 = w2 + r;
        double sums[4] = {0.0, 0.0, 0.0, 0.0};
        k = 0;
        if (n >= AG_V) {
            AG_VD a = AG_T(splat)(0.0), b = a, c = a, d = a;
            for (; k + AG_V <= n; k += AG_V) {
                const AG_VD y = AG_T(load)(x + k);
                a = AG_T(fused)(AG_T(load)(w0 + k), y, a);
                b = AG_T(fused)(AG_T(load)(w1 + k), y, b);
                c = AG_T(fused)(AG_T(load)(w2 + k), y, c);
                d = AG_T(fused)(AG_T(load)(w3 + k), y, d);
            }
            AG_T(totals)(sums, a, b, c, d);
        }
        for (; k < n; k++) {
            sums[0] = AG_FUSED(w0[k], x[k], sums[0]);
            sums[1] = AG_FUSED(w1[k], x[k], sums[1]);
            sums[2] = AG_FUSED(w2[k], x[k], sums[2]);
            sums[3] = AG_FUSED(w3[k], x[k], sums[3]);
        }
        for (k = 0; k < 4; k++) out[j + k] = AG_T(start)(q, v, j + k) + sums[k];
    }
    for (; j < m; j++)
        out[j] = AG_T(start)(q, v, j) + AG_T(dot)(n, v + q->x[0] + j * r, x);
}

static void AG_T(dot_columns)(const ag_step *q, double *v) {
    const ptrdiff_t n = q->n, m = q->m, s = q->s[0], t = q->s[1];
    const double *w = v + q->x[0], *x = v + q->x[1];
    double *out = v + q->out;
    ptrdiff_t j = 0, k;
    for (; j + 2 * AG_V <= m; j += 2 * AG_V) {
        AG_VD a = AG_T(splat)(0.0), b = a;
        for (k = 0; k < n; k++) {
            const AG_VD y = AG_T(splat)(x[k * t]);
            a = AG_T(fused)(AG_T(load)(w + k * s + j), y, a);
            b = AG_T(fused)(AG_T(load)(w + k * s + j + AG_V), y, b);
        }
        AG_T(store)(out + j, a);
        AG_T(store)(out + j + AG_V, b);
    }
    for (; j + AG_V <= m; j += AG_V) {
        AG_VD a = AG_T(splat)(0.0);
        for (k = 0; k < n; k++)
            a = AG_T(fused)(AG_T(load)(w + k * s + j), AG_T(splat)(x[k * t]), a);
        AG_T(store)(out + j, a);
    }
    for (; j < m; j++) out[j] = AG_T(dot_strided)(n, w + j, s, x, t);
    if (q->x[2] >= 0)
        for (j = 0; j < m; j++) out[j] = AG_T(start)(q, v, j) + out[j];
}

static void AG_T(dot_any)(const ag_step *q, double *v) {
    ptrdiff_t j;
    for (j = 0; j < q->m; j++) {
        const double *x = v + q->x[0] + j * q->r[0], *y = v + q->x[1] + j * q->r[1];
        v[q->out + j] = AG_T(start)(q, v, j) +
                        (q->s[0] == 1 && q->s[1] == 1
                             ? AG_T(dot)(q->n, x, y)
                             : AG_T(dot_strided)(q->n, x, q->s[0], y, q->s[1]));
    }
}

static void AG_T(start_reverse)(const ag_step *q, double *g) {
    ptrdiff_t j;
    if (q->need & 4)
        for (j = 0; j < q->m; j++) g[q->x[2] + j * q->r[2]] += g[q->out + j];
}

/* The matrix's and the vector's adjoints in one pass over the rows; these two lie
   apart, so that the vector's can be held while rows are stored. */
static void AG_T(dot_rows_reverse)(const ag_step *q, const double *v, double *g) {
    const ptrdiff_t n = q->n, m = q->m, r = q->r[0];
    const double *x = v + q->x[1], *u = g + q->out;
    double *gx = g + q->x[1];
    ptrdiff_t j, k;
    for (j = 0; j + 4 <= m; j += 4) {
        const double *w0 = v + q->x[0] + j * r, *w1 = w0 + r, *w2 = w1 + r,
                     *w3 = w2 + r;
        double *g0 = g + q->x[0] + j * r, *g1 = g0 + r, *g2 = g1 + r, *g3 = g2 + r;
        const double u0 = u[j], u1 = u[j + 1], u2 = u[j + 2], u3 = u[j + 3];
        const AG_VD a = AG_T(splat)(u0), b = AG_T(splat)(u1), c = AG_T(splat)(u2),
                    d = AG_T(splat)(u3);
        k = 0;
        if ((q->need & 3) == 3)
            for (; k + AG_V <= n; k += AG_V) {
                const AG_VD y = AG_T(load)(x + k);
                AG_VD sum = AG_T(load)(gx + k);
                sum = AG_T(fused)(a, AG_T(load)(w0 + k), sum);
                sum = AG_T(fused)(b, AG_T(load)(w1 + k), sum);
                sum = AG_T(fused)(c, AG_T(load)(w2 + k), sum);
                sum = AG_T(fused)(d, AG_T(load)(w3 + k), sum);
                AG_T(store)(gx + k, sum);
                AG_T(store)(g0 + k, AG_T(fused)(a, y, AG_T(load)(g0 + k)));
                AG_T(store)(g1 + k, AG_T(fused)(b, y, AG_T(load)(g1 + k)));
                AG_T(store)(g2 + k, AG_T(fused)(c, y, AG_T(load)(g2 + k)));
                AG_T(store)(g3 + k, AG_T(fused)(d, y, AG_T(load)(g3 + k)));
            }
        else if (q->need & 1)
            for (; k + AG_V <= n; k += AG_V) {
                const AG_VD y = AG_T(load)(x + k);
                AG_T(store)(g0 + k, AG_T(fused)(a, y, AG_T(load)(g0 + k)));
                AG_T(store)(g1 + k, AG_T(fused)(b, y, AG_T(load)(g1 + k)));
                AG_T(store)(g2 + k, AG_T(fused)(c, y, AG_T(load)(g2 + k)));
                AG_T(store)(g3 + k, AG_T(fused)(d, y, AG_T(load)(g3 + k)));
            }
        else if (q->need & 2)
            for (; k + AG_V <= n; k += AG_V) {
                AG_VD sum = AG_T(load)(gx + k);
                sum = AG_T(fused)(a, AG_T(load)(w0 + k), sum);
                sum = AG_T(fused)(b, AG_T(load)(w1 + k), sum);
                sum = AG_T(fused)(c, AG_T(load)(w2 + k), sum);
                sum = AG_T(fused)(d, AG_T(load)(w3 + k), sum);
                AG_T(store)(gx + k, sum);
            }
        for (; k < n; k++) {
            if (q->need & 1) {
                g0[k] = AG_FUSED(u0, x[k], g0[k]);
                g1[k] = AG_FUSED(u1, x[k], g1[k]);
                g2[k] = AG_FUSED(u2, x[k], g2[k]);
                g3[k] = AG_FUSED(u3, x[k], g3[k]);
            }
            if (q->need & 2) {
                double sum = AG_FUSED(u0, w0[k], gx[k]);
                sum = AG_FUSED(u1, w1[k], sum);
                sum = AG_FUSED(u2, w2[k], sum);
                gx[k] = AG_FUSED(u3, w3[k], sum);
            }
        }
    }
    for (; j < m; j++) {
        const double *w = v + q->x[0] + j * r;
        if (q->need & 1) AG_T(add_multiple)(n, u[j], x, 1, g + q->x[0] + j * r, 1);
        if (q->need & 2) AG_T(add_multiple)(n, u[j], w, 1, gx, 1);
    }
    AG_T(start_reverse)(q, g);
}

static void AG_T(dot_columns_reverse)(const ag_step *q, const double *v, double *g) {
    const ptrdiff_t n = q->n, m = q->m, s = q->s[0], t = q->s[1];
    const double *w = v + q->x[0], *x = v + q->x[1], *u = g + q->out;
    double *gw = g + q->x[0], *gx = g + q->x[1];
    ptrdiff_t k;
    if (q->need & 1)
        for (k = 0; k < n; k++)
            AG_T(add_multiple)(m, x[k * t], u, 1, gw + k * s, 1);
    if (q->need & 2)
        for (k = 0; k < n; k++) gx[k * t] += AG_T(dot)(m, w + k * s, u);
    AG_T(start_reverse)(q, g);
}

static void AG_T(dot_any_reverse)(const ag_step *q, const double *v, double *g) {
    int i;
    ptrdiff_t j;
    for (i = 0; i < 2; i++)
        for (j = 0; j < q->m && q->need >> i & 1; j++)
            AG_T(add_multiple)(q->n, g[q->out + j],
                               v + q->x[1 - i] + j * q->r[1 - i], q->s[1 - i],
                               g + q->x[i] + j * q->r[i], q->s[i]);
    AG_T(start_reverse)(q, g);
}

/* --- one sample */

static void AG_T(vector)(const ag_step *q, ptrdiff_t n, ptrdiff_t k, double *v) {
    const double *const x[3] = {v + q->x[0] + k * q->s[0], v + q->x[1] + k * q->s[1],
                                v + q->x[2] + k * q->s[2]};
    const ptrdiff_t s[3] = {q->s[0], q->s[1], q->s[2]};
    AG_ROWS[q->op].forward(n, v + q->out + k, x, s);
}

static void AG_T(vector_reverse)(const ag_step *q, ptrdiff_t n, ptrdiff_t k,
                                 const double *v, double *g) {
    const ptrdiff_t s[3] = {q->s[0], q->s[1], q->s[2]};
    const ptrdiff_t at[3] = {q->x[0] + k * s[0], q->x[1] + k * s[1],
                             q->x[2] + k * s[2]};
    const double *const x[3] = {v + at[0], v + at[1], v + at[2]};
    double *const to[3] = {g + at[0], g + at[1], g + at[2]};
    AG_ROWS[q->op].reverse(n, q->need, g + q->out + k, v + q->out + k, x, s, to);
}

#define AG_SCALAR_1(name) \
    case AG_##name: v[q->out] = ag_f_##name(v[q->x[0]]); break;
#define AG_SCALAR_2(name) \
    case AG_##name: v[q->out] = ag_f_##name(v[q->x[0]], v[q->x[1]]); break;
#define AG_SCALAR_3(name) \
    case AG_##name: \
        v[q->out] = ag_f_##name(v[q->x[0]], v[q->x[1]], v[q->x[2]]); \
        break;
#define AG_EVERY_1(X) AG_PLAIN_1(X) AG_LIBRARY_1(X)
#define AG_EVERY_2(X) AG_PLAIN_2(X) AG_LIBRARY_2(X)
#define AG_EVERY_3(X) AG_PLAIN_3(X) AG_LIBRARY_3(X)

static void AG_T(forward)(const ag_step *q, const ag_step *end, ag_run *run) {
    double *const v = run->v;
    for (; q < end; q++) {
        switch (q->kind) {
            AG_EVERY_1(AG_SCALAR_1)
            AG_EVERY_2(AG_SCALAR_2)
            AG_EVERY_3(AG_SCALAR_3)
        case AG_VECTOR:
        case AG_VECTOR_EXACT: AG_T(vector)(q, q->n, 0, v); break;
        case AG_DOT_ONE:
            v[q->out] = AG_T(start)(q, v, 0) +
                        AG_T(dot)(q->n, v + q->x[0], v + q->x[1]);
            break;
        case AG_DOT_ROWS: AG_T(dot_rows)(q, v); break;
        case AG_DOT_COLUMNS: AG_T(dot_columns)(q, v); break;
        case AG_DOT_ANY: AG_T(dot_any)(q, v); break;
        case AG_SUM_STEP:
            if (q->s[0] == 1) {
                ptrdiff_t j;
                for (j = 0; j < q->m; j++)
                    v[q->out + j] = AG_T(start)(q, v, j) +
                                    AG_T(sum)(q->n, v + q->x[0] + j * q->r[0]);
                break;
            }
            ag_other_forward(q, run);
            break;
        case AG_GATHER_STEP: {
            const int *from = run->pool + q->x[0];
            ptrdiff_t k;
            for (k = 0; k < q->n; k++) v[q->out + k] = v[from[k]];
            break;
        }
        default: ag_other_forward(q, run);
        }
    }
}

/* Of a scalar's operands those are added to that are needed: known from the kind. */
#define AG_SCALAR_REVERSE_1(name) \
    case 8 * AG_##name + 1: \
        g[q->x[0]] += g[q->out] * ag_d0_##name(v[q->out], v[q->x[0]]); \
        break;
#define AG_ADD_OF_2(i, name) \
    g[q->x[i]] += u * ag_d##i##_##name(v[q->out], v[q->x[0]], v[q->x[1]]);
#define AG_SCALAR_REVERSE_2(name) \
    case 8 * AG_##name + 1: { \
        const double u = g[q->out]; \
        AG_ADD_OF_2(0, name) \
        break; \
    } \
    case 8 * AG_##name + 2: { \
        const double u = g[q->out]; \
        AG_ADD_OF_2(1, name) \
        break; \
    } \
    case 8 * AG_##name + 3: { \
        const double u = g[q->out]; \
        AG_ADD_OF_2(0, name) \
        AG_ADD_OF_2(1, name) \
        break; \
    }

static void AG_T(reverse)(const ag_step *q, const ag_step *end, ag_run *run) {
    const double *const v = run->v;
    double *const g = run->g;
    for (; q < end; q++) {
        switch (q->kind) {
            AG_EVERY_1(AG_SCALAR_REVERSE_1)
            AG_EVERY_2(AG_SCALAR_REVERSE_2)
        case AG_VECTOR: AG_T(vector_reverse)(q, q->n, 0, v, g); break;
        case AG_VECTOR_EXACT: {
            ptrdiff_t k;
            for (k = q->n - 1; k >= 0; k--) AG_T(vector_reverse)(q, 1, k, v, g);
            break;
        }
        case AG_DOT_ONE: {
            const double u = g[q->out];
            if (q->need & 1)
                AG_T(add_multiple)(q->n, u, v + q->x[1], 1, g + q->x[0], 1);
            if (q->need & 2)
                AG_T(add_multiple)(q->n, u, v + q->x[0], 1, g + q->x[1], 1);
            if (q->need & 4) g[q->x[2]] += u;
            break;
        }
        case AG_DOT_ROWS: AG_T(dot_rows_reverse)(q, v, g); break;
        case AG_DOT_COLUMNS: AG_T(dot_columns_reverse)(q, v, g); break;
        case AG_DOT_ANY: AG_T(dot_any_reverse)(q, v, g); break;
        case AG_GATHER_STEP: {
            const int *from = run->pool + q->x[0];
            ptrdiff_t k;
            for (k = q->n - 1; k >= 0; k--) g[from[k]] += g[q->out + k];
            break;
        }
        default:
            if (q->kind < AG_VECTOR)
                AG_T(vector_reverse)(q, 1, 0, v, g); /* three operands */
            else
                ag_other_reverse(q, run);
        }
    }
}

/* --- over lanes: AG_LANES samples a time. What varies has a number for each lane; the
   strides of such operands are multiples of AG_LANES. What is uniform has one number,
   and its adjoint is summed over the lanes at once. */

static const double *AG_T(lane_value)(const ag_step *q, int i, const ag_run *run) {
    return (q->varying >> i & 1 ? run->lanes : run->v) + q->x[i];
}

static double *AG_T(lane_adjoint)(const ag_step *q, int i, const ag_run *run) {
    return (q->varying >> i & 1 ? run->lanes_g : run->uniform_g) + q->x[i];
}

/* Four sums of products at a time, over two vectors of lanes: twelve registers that
   are reused n times. Of w either one number is loaded, or one for each lane. */
#define AG_LOAD_W(p, t) (lanes_w ? AG_T(load)((p) + (t)) : AG_T(splat)(*(p)))

AG_ALWAYS void AG_T(lane_products_4)(
    ptrdiff_t n, const double *w, ptrdiff_t ws, ptrdiff_t wr, int lanes_w,
    const double *x, ptrdiff_t xs, const double *start, ptrdiff_t start_r,
    int lanes_start, double *y, ptrdiff_t yr) {
    const double *w1 = w + wr, *w2 = w1 + wr, *w3 = w2 + wr;
    ptrdiff_t t, k;
    for (t = 0; t < AG_LANES; t += 2 * AG_V) {
        AG_VD a = AG_T(splat)(0.0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        if (start != NULL && lanes_start) {
            const double *p = start + t;
            a = AG_T(load)(p), b = AG_T(load)(p + AG_V), p += start_r;
            c = AG_T(load)(p), d = AG_T(load)(p + AG_V), p += start_r;
            e = AG_T(load)(p), f = AG_T(load)(p + AG_V), p += start_r;
            g = AG_T(load)(p), h = AG_T(load)(p + AG_V);
        } else if (start != NULL) {
            a = b = AG_T(splat)(start[0]);
            c = d = AG_T(splat)(start[start_r]);
            e = f = AG_T(splat)(start[2 * start_r]);
            g = h = AG_T(splat)(start[3 * start_r]);
        }
        for (k = 0; k < n; k++) {
            const AG_VD p = AG_T(load)(x + k * xs + t);
            const AG_VD q = AG_T(load)(x + k * xs + t + AG_V);
            a = AG_T(fused)(AG_LOAD_W(w + k * ws, t), p, a);
            b = AG_T(fused)(AG_LOAD_W(w + k * ws, t + AG_V), q, b);
            c = AG_T(fused)(AG_LOAD_W(w1 + k * ws, t), p, c);
            d = AG_T(fused)(AG_LOAD_W(w1 + k * ws, t + AG_V), q, d);
            e = AG_T(fused)(AG_LOAD_W(w2 + k * ws, t), p, e);
            f = AG_T(fused)(AG_LOAD_W(w2 + k * ws, t + AG_V), q, f);
            g = AG_T(fused)(AG_LOAD_W(w3 + k * ws, t), p, g);
            h = AG_T(fused)(AG_LOAD_W(w3 + k * ws, t + AG_V), q, h);
        }
        AG_T(store)(y + t, a);
        AG_T(store)(y + t + AG_V, b);
        AG_T(store)(y + yr + t, c);
        AG_T(store)(y + yr + t + AG_V, d);
        AG_T(store)(y + 2 * yr + t, e);
        AG_T(store)(y + 2 * yr + t + AG_V, f);
        AG_T(store)(y + 3 * yr + t, g);
        AG_T(store)(y + 3 * yr + t + AG_V, h);
    }
}

AG_ALWAYS void AG_T(lane_products_1)(ptrdiff_t n, const double *w, ptrdiff_t ws,
                                     int lanes_w, const double *x, ptrdiff_t xs,
                                     const double *start, int lanes_start, double *y) {
    ptrdiff_t t, k;
    for (t = 0; t < AG_LANES; t += 4 * AG_V) {
        AG_VD a = AG_T(splat)(0.0), b = a, c = a, d = a;
        if (start != NULL && lanes_start) {
            a = AG_T(load)(start + t);
            b = AG_T(load)(start + t + AG_V);
            c = AG_T(load)(start + t + 2 * AG_V);
            d = AG_T(load)(start + t + 3 * AG_V);
        } else if (start != NULL)
            a = b = c = d = AG_T(splat)(*start);
        for (k = 0; k < n; k++) {
            const double *p = x + k * xs + t, *from = w + k * ws;
            a = AG_T(fused)(AG_LOAD_W(from, t), AG_T(load)(p), a);
            b = AG_T(fused)(AG_LOAD_W(from, t + AG_V), AG_T(load)(p + AG_V), b);
            c = AG_T(fused)(AG_LOAD_W(from, t + 2 * AG_V), AG_T(load)(p + 2 * AG_V), c);
            d = AG_T(fused)(AG_LOAD_W(from, t + 3 * AG_V), AG_T(load)(p + 3 * AG_V), d);
        }
        AG_T(store)(y + t, a);
        AG_T(store)(y + t + AG_V, b);
        AG_T(store)(y + t + 2 * AG_V, c);
        AG_T(store)(y + t + 3 * AG_V, d);
    }
}

/* y[j] = start[j] + sum over k of w[j, k] x[k], for rows that share x */
AG_ALWAYS void AG_T(lane_rows)(
    ptrdiff_t n, ptrdiff_t m, const double *w, ptrdiff_t ws, ptrdiff_t wr, int lanes_w,
    const double *x, ptrdiff_t xs, const double *start, ptrdiff_t start_r,
    int lanes_start, double *y, ptrdiff_t yr) {
    ptrdiff_t j = 0;
    for (; j + 4 <= m; j += 4)
        AG_T(lane_products_4)(n, w + j * wr, ws, wr, lanes_w, x, xs,
                              start == NULL ? NULL : start + j * start_r, start_r,
                              lanes_start, y + j * yr, yr);
    for (; j < m; j++)
        AG_T(lane_products_1)(n, w + j * wr, ws, lanes_w, x, xs,
                              start == NULL ? NULL : start + j * start_r, lanes_start,
                              y + j * yr);
}

static void AG_T(lane_rows_uniform)(
    ptrdiff_t n, ptrdiff_t m, const double *w, ptrdiff_t ws, ptrdiff_t wr,
    const double *x, ptrdiff_t xs, const double *start, ptrdiff_t start_r,
    int lanes_start, double *y, ptrdiff_t yr) {
    AG_T(lane_rows)(n, m, w, ws, wr, 0, x, xs, start, start_r, lanes_start, y, yr);
}

static void AG_T(lane_rows_varying)(
    ptrdiff_t n, ptrdiff_t m, const double *w, ptrdiff_t ws, ptrdiff_t wr,
    const double *x, ptrdiff_t xs, const double *start, ptrdiff_t start_r,
    int lanes_start, double *y, ptrdiff_t yr) {
    AG_T(lane_rows)(n, m, w, ws, wr, 1, x, xs, start, start_r, lanes_start, y, yr);
}

static void AG_T(lane_dot)(const ag_step *q, const ag_run *run) {
    const ptrdiff_t n = q->n, m = q->m;
    const double *w = AG_T(lane_value)(q, 0, run), *x = AG_T(lane_value)(q, 1, run);
    const double *start = q->x[2] >= 0 ? AG_T(lane_value)(q, 2, run) : NULL;
    const int lanes_start = q->varying >> 2 & 1;
    double *y = run->lanes + q->out;
    ptrdiff_t ws = q->s[0], wr = q->r[0], xs = q->s[1], xr = q->r[1], j;
    int lanes_w = q->varying & 1;
    if (q->varying & 2 && xr == 0) {
        if (lanes_w)
            AG_T(lane_rows_varying)(n, m, w, ws, wr, x, xs, start, q->r[2], lanes_start,
                                    y, AG_LANES);
        else
            AG_T(lane_rows_uniform)(n, m, w, ws, wr, x, xs, start, q->r[2], lanes_start,
                                    y, AG_LANES);
        return;
    }
    for (j = 0; j < m; j++) {
        const double *row = w + j * wr, *other = x + j * xr;
        const double *from = start == NULL ? NULL : start + j * q->r[2];
        if (q->varying & 2 && lanes_w)
            AG_T(lane_rows_varying)(n, 1, row, ws, 0, other, xs, from, 0, lanes_start,
                                    y + j * AG_LANES, 0);
        else if (q->varying & 2)
            AG_T(lane_rows_uniform)(n, 1, row, ws, 0, other, xs, from, 0, lanes_start,
                                    y + j * AG_LANES, 0);
        else if (lanes_w)
            AG_T(lane_rows_uniform)(n, 1, other, xs, 0, row, ws, from, 0, lanes_start,
                                    y + j * AG_LANES, 0);
        else {
            const double same = AG_T(dot_strided)(n, row, ws, other, xs);
            ptrdiff_t l;
            for (l = 0; l < AG_LANES; l++)
                y[j * AG_LANES + l] =
                    (from == NULL ? 0.0 : from[lanes_start ? l : 0]) + same;
        }
    }
}

/* The matrix's adjoints where it is uniform: products of rows summed over the lanes,
   a tile of four by two a time. */
static void AG_T(lane_outer)(ptrdiff_t n, ptrdiff_t m, const double *u,
                             const double *x, ptrdiff_t xs, double *gw, ptrdiff_t ws,
                             ptrdiff_t wr) {
    ptrdiff_t j = 0, k, t;
    double sums[8];
    for (; j + 4 <= m; j += 4) {
        const double *u0 = u + j * AG_LANES, *u1 = u0 + AG_LANES, *u2 = u1 + AG_LANES,
                     *u3 = u2 + AG_LANES;
        double *to = gw + j * wr;
        for (k = 0; k + 2 <= n; k += 2) {
            const double *x0 = x + k * xs, *x1 = x0 + xs;
            AG_VD a = AG_T(splat)(0.0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
            for (t = 0; t < AG_LANES; t += AG_V) {
                const AG_VD p = AG_T(load)(x0 + t), q = AG_T(load)(x1 + t);
                a = AG_T(fused)(AG_T(load)(u0 + t), p, a);
                b = AG_T(fused)(AG_T(load)(u1 + t), p, b);
                c = AG_T(fused)(AG_T(load)(u2 + t), p, c);
                d = AG_T(fused)(AG_T(load)(u3 + t), p, d);
                e = AG_T(fused)(AG_T(load)(u0 + t), q, e);
                f = AG_T(fused)(AG_T(load)(u1 + t), q, f);
                g = AG_T(fused)(AG_T(load)(u2 + t), q, g);
                h = AG_T(fused)(AG_T(load)(u3 + t), q, h);
            }
            AG_T(totals)(sums, a, b, c, d);
            AG_T(totals)(sums + 4, e, f, g, h);
            for (t = 0; t < 4; t++) {
                to[t * wr + k * ws] += sums[t];
                to[t * wr + (k + 1) * ws] += sums[4 + t];
            }
        }
        for (; k < n; k++) {
            AG_VD a = AG_T(splat)(0.0), b = a, c = a, d = a;
            for (t = 0; t < AG_LANES; t += AG_V) {
                const AG_VD p = AG_T(load)(x + k * xs + t);
                a = AG_T(fused)(AG_T(load)(u0 + t), p, a);
                b = AG_T(fused)(AG_T(load)(u1 + t), p, b);
                c = AG_T(fused)(AG_T(load)(u2 + t), p, c);
                d = AG_T(fused)(AG_T(load)(u3 + t), p, d);
            }
            AG_T(totals)(sums, a, b, c, d);
            for (t = 0; t < 4; t++) to[t * wr + k * ws] += sums[t];
        }
    }
    for (; j < m; j++) {
        const double *row = u + j * AG_LANES;
        double *to = gw + j * wr;
        for (k = 0; k + 4 <= n; k += 4) {
            const double *x0 = x + k * xs, *x1 = x0 + xs, *x2 = x1 + xs, *x3 = x2 + xs;
            AG_VD a = AG_T(splat)(0.0), b = a, c = a, d = a;
            for (t = 0; t < AG_LANES; t += AG_V) {
                const AG_VD p = AG_T(load)(row + t);
                a = AG_T(fused)(AG_T(load)(x0 + t), p, a);
                b = AG_T(fused)(AG_T(load)(x1 + t), p, b);
                c = AG_T(fused)(AG_T(load)(x2 + t), p, c);
                d = AG_T(fused)(AG_T(load)(x3 + t), p, d);
            }
            AG_T(totals)(sums, a, b, c, d);
            for (t = 0; t < 4; t++) to[(k + t) * ws] += sums[t];
        }
        for (; k < n; k++) to[k * ws] += AG_T(dot)(AG_LANES, row, x + k * xs);
    }
}

/* g += u x over the lanes, x one number or one for each lane; g = u x at first */
AG_ALWAYS void AG_T(lane_add)(double *g, const double *u, const double *x, int lanes_x,
                              int first) {
    ptrdiff_t t;
    for (t = 0; t < AG_LANES; t += AG_V) {
        const AG_VD factor = lanes_x ? AG_T(load)(x + t) : AG_T(splat)(*x);
        AG_T(store)(g + t, AG_T(fused)(AG_T(load)(u + t), factor,
                                       first ? AG_T(splat)(0.0) : AG_T(load)(g + t)));
    }
}

static void AG_T(lane_pass)(double *g, const double *u, int first) {
    ptrdiff_t l;
    if (first)
        for (l = 0; l < AG_LANES; l++) g[l] = 0.0 + u[l];
    else
        for (l = 0; l < AG_LANES; l++) g[l] += u[l];
}

/* What is added to the sum's start: the adjoint of the result itself */
static void AG_T(lane_start_reverse)(const ag_step *q, const ag_run *run) {
    const double *u = run->lanes_g + q->out;
    double *g;
    ptrdiff_t j;
    if (!(q->need & 4)) return;
    g = AG_T(lane_adjoint)(q, 2, run);
    for (j = 0; j < q->m; j++)
        if (q->varying & 4)
            AG_T(lane_pass)(g + j * q->r[2], u + j * AG_LANES, q->first & 4);
        else
            g[j * q->r[2]] += AG_T(sum)(AG_LANES, u + j * AG_LANES);
}

/* The adjoints of one operand of a dot, `other` being the second factor. */
static void AG_T(lane_dot_operand)(const ag_step *q, int i, const ag_run *run) {
    const ptrdiff_t n = q->n, m = q->m, s = q->s[i], r = q->r[i], os = q->s[1 - i],
                    or = q->r[1 - i];
    const double *other = AG_T(lane_value)(q, 1 - i, run), *u = run->lanes_g + q->out;
    const int varies = q->varying >> i & 1, lanes_other = q->varying >> (1 - i) & 1;
    double *g = AG_T(lane_adjoint)(q, i, run);
    ptrdiff_t j, k;
    if (varies && r == 0 && (s != 0 || n == 1)) { /* shared: summed in registers */
        const double *start = q->first >> i & 1 ? NULL : g;
        if (lanes_other)
            AG_T(lane_rows_varying)
            (m, n, other, or, os, u, AG_LANES, start, s, 1, g, s);
        else
            AG_T(lane_rows_uniform)
            (m, n, other, or, os, u, AG_LANES, start, s, 1, g, s);
    } else if (!varies && lanes_other && or == 0)
        AG_T(lane_outer)(n, m, u, other, os, g, s, r);
    else
        for (j = 0; j < m; j++) {
            const double *row = u + j * AG_LANES;
            if (varies)
                for (k = 0; k < n; k++) {
                    double *to = g + j * r + k * s;
                    const double *x = other + j * or + k * os;
                    if (lanes_other)
                        AG_T(lane_add)(to, row, x, 1, q->first >> i & 1);
                    else
                        AG_T(lane_add)(to, row, x, 0, q->first >> i & 1);
                }
            else if (lanes_other)
                AG_T(lane_outer)(n, 1, row, other + j * or, os, g + j * r, s, 0);
            else
                AG_T(add_multiple)(n, AG_T(sum)(AG_LANES, row), other + j * or, os,
                                   g + j * r, s);
        }
}

static void AG_T(lane_sum)(const ag_step *q, const ag_run *run) {
    const double *x = AG_T(lane_value)(q, 0, run);
    const double *start = q->x[2] >= 0 ? AG_T(lane_value)(q, 2, run) : NULL;
    ptrdiff_t j, k, l;
    for (j = 0; j < q->m; j++) {
        double *y = run->lanes + q->out + j * AG_LANES;
        for (l = 0; l < AG_LANES; l++)
            y[l] = start == NULL ? 0.0 : start[j * q->r[2] + (q->varying & 4 ? l : 0)];
        for (k = 0; k < q->n; k++) {
            const double *from = x + j * q->r[0] + k * q->s[0];
            if (q->varying & 1)
                for (l = 0; l < AG_LANES; l++) y[l] += from[l];
            else
                for (l = 0; l < AG_LANES; l++) y[l] += *from;
        }
    }
}

static void AG_T(lane_sum_reverse)(const ag_step *q, const ag_run *run) {
    ptrdiff_t j, k;
    AG_T(lane_start_reverse)(q, run);
    for (j = 0; j < q->m && q->need & 1; j++) {
        const double *u = run->lanes_g + q->out + j * AG_LANES;
        double *g = AG_T(lane_adjoint)(q, 0, run) + j * q->r[0];
        if (q->varying & 1)
            for (k = 0; k < q->n; k++)
                AG_T(lane_pass)(g + k * q->s[0], u, q->first & 1);
        else {
            const double sum = AG_T(sum)(AG_LANES, u);
            for (k = 0; k < q->n; k++) g[k * q->s[0]] += sum;
        }
    }
}

static void AG_T(lane_vector)(const ag_step *q, const ag_run *run) {
    const ptrdiff_t s[3] = {q->varying & 1, q->varying >> 1 & 1, q->varying >> 2 & 1};
    const double *x[3] = {AG_T(lane_value)(q, 0, run), AG_T(lane_value)(q, 1, run),
                          AG_T(lane_value)(q, 2, run)};
    double *out = run->lanes + q->out;
    ptrdiff_t k;
    int i;
    if (q->kind == AG_FLAT) {
        AG_ROWS[q->op].forward((ptrdiff_t)q->n * AG_LANES, out, x, s);
        return;
    }
    for (k = 0; k < q->n; k++) {
        AG_ROWS[q->op].forward(AG_LANES, out + k * AG_LANES, x, s);
        for (i = 0; i < 3; i++) x[i] += q->s[i];
    }
}

static void AG_T(lane_vector_reverse)(const ag_step *q, const ag_run *run) {
    const ptrdiff_t s[3] = {q->varying & 1, q->varying >> 1 & 1, q->varying >> 2 & 1};
    const double *x[3] = {AG_T(lane_value)(q, 0, run), AG_T(lane_value)(q, 1, run),
                          AG_T(lane_value)(q, 2, run)};
    double *g[3] = {AG_T(lane_adjoint)(q, 0, run), AG_T(lane_adjoint)(q, 1, run),
                    AG_T(lane_adjoint)(q, 2, run)};
    const double *u = run->lanes_g + q->out, *out = run->lanes + q->out;
    ptrdiff_t k;
    int i;
    for (i = 0; i < 3; i++)
        if (q->first >> i & 1) ag_zero_lanes(q, i, g[i]);
    if (q->kind == AG_FLAT) {
        AG_ROWS[q->op].reverse((ptrdiff_t)q->n * AG_LANES, q->need, u, out, x, s, g);
        return;
    }
    for (k = 0; k < q->n; k++) {
        AG_ROWS[q->op].reverse(AG_LANES, q->need, u + k * AG_LANES,
                                  out + k * AG_LANES, x, s, g);
        for (i = 0; i < 3; i++) x[i] += q->s[i], g[i] += q->s[i];
    }
}

static void AG_T(forward_lanes)(const ag_step *q, const ag_step *end, ag_run *run) {
    for (; q < end; q++) {
        switch (q->kind) {
        case AG_FLAT:
        case AG_VECTOR: AG_T(lane_vector)(q, run); break;
        case AG_DOT_LANES: AG_T(lane_dot)(q, run); break;
        case AG_SUM_STEP: AG_T(lane_sum)(q, run); break;
        default: ag_other_lanes(q, run);
        }
    }
}

static void AG_T(reverse_lanes)(const ag_step *q, const ag_step *end, ag_run *run) {
    for (; q < end; q++) {
        switch (q->kind) {
        case AG_FLAT:
        case AG_VECTOR: AG_T(lane_vector_reverse)(q, run); break;
        case AG_DOT_LANES:
            AG_T(lane_start_reverse)(q, run);
            if (q->need & 1) AG_T(lane_dot_operand)(q, 0, run);
            if (q->need & 2) AG_T(lane_dot_operand)(q, 1, run);
            break;
        case AG_SUM_STEP: AG_T(lane_sum_reverse)(q, run); break;
        default: ag_other_lanes_reverse(q, run);
        }
    }
}
