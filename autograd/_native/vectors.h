/* A few doubles at a time. AG_V, how many, and AG_TARGET, for which processor, are the
   includer's; every name gets the target's, so that one program can hold several. */

#define AG_VD AG_T(doubles)

#if defined(__GNUC__)

typedef double AG_VD __attribute__((vector_size(8 * AG_V)));

AG_ALWAYS AG_VD AG_T(splat)(double x) {
#if AG_V == 8
    const AG_VD r = {x, x, x, x, x, x, x, x};
#elif AG_V == 4
    const AG_VD r = {x, x, x, x};
#else
    const AG_VD r = {x, x};
#endif
    return r;
}

AG_ALWAYS AG_VD AG_T(load)(const double *p) {
    AG_VD r;
    memcpy(&r, p, sizeof r);
    return r;
}

AG_ALWAYS void AG_T(store)(double *p, AG_VD x) { memcpy(p, &x, sizeof x); }
AG_ALWAYS AG_VD AG_T(plus)(AG_VD x, AG_VD y) { return x + y; }

/* x y + z: rounded once where the processor does that */
AG_ALWAYS AG_VD AG_T(fused)(AG_VD x, AG_VD y, AG_VD z) {
#if AG_V == 8 && defined(AG_X86)
    return (AG_VD)_mm512_fmadd_pd((__m512d)x, (__m512d)y, (__m512d)z);
#elif AG_V == 4 && defined(AG_X86)
    return (AG_VD)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)z);
#elif defined(__aarch64__)
    return (AG_VD)vfmaq_f64((float64x2_t)z, (float64x2_t)x, (float64x2_t)y);
#else
    return x * y + z;
#endif
}

AG_ALWAYS double AG_T(total)(AG_VD x) {
#if AG_V == 8
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
#elif AG_V == 4
    return (x[0] + x[2]) + (x[1] + x[3]);
#else
    return x[0] + x[1];
#endif
}

#else /* a compiler without vectors may still find them */

typedef struct {
    double at[AG_V];
} AG_VD;

AG_ALWAYS AG_VD AG_T(splat)(double x) {
    AG_VD r;
    int i;
    for (i = 0; i < AG_V; i++) r.at[i] = x;
    return r;
}

AG_ALWAYS AG_VD AG_T(load)(const double *p) {
    AG_VD r;
    memcpy(&r, p, sizeof r);
    return r;
}

AG_ALWAYS void AG_T(store)(double *p, AG_VD x) { memcpy(p, &x, sizeof x); }

AG_ALWAYS AG_VD AG_T(plus)(AG_VD x, AG_VD y) {
    int i;
    for (i = 0; i < AG_V; i++) x.at[i] += y.at[i];
    return x;
}

AG_ALWAYS AG_VD AG_T(fused)(AG_VD x, AG_VD y, AG_VD z) {
    int i;
    for (i = 0; i < AG_V; i++) z.at[i] += x.at[i] * y.at[i];
    return z;
}

AG_ALWAYS double AG_T(total)(AG_VD x) {
    double sum = x.at[0];
    int i;
    for (i = 1; i < AG_V; i++) sum += x.at[i];
    return sum;
}

#endif

/* The sums of four vectors, to four places */
AG_ALWAYS void AG_T(totals)(double *p, AG_VD a, AG_VD b, AG_VD c, AG_VD d) {
#if defined(AG_X86) && AG_V >= 4
#if AG_V == 8
#define AG_HALF(x) \
    _mm256_add_pd(_mm512_castpd512_pd256((__m512d)x), \
                  _mm512_extractf64x4_pd((__m512d)x, 1))
#else
#define AG_HALF(x) (__m256d)x
#endif
    const __m256d ab = _mm256_hadd_pd(AG_HALF(a), AG_HALF(b));
    const __m256d cd = _mm256_hadd_pd(AG_HALF(c), AG_HALF(d));
    _mm256_storeu_pd(p, _mm256_add_pd(_mm256_blend_pd(ab, cd, 12),
                                      _mm256_permute2f128_pd(ab, cd, 0x21)));
#undef AG_HALF
#else
    p[0] = AG_T(total)(a);
    p[1] = AG_T(total)(b);
    p[2] = AG_T(total)(c);
    p[3] = AG_T(total)(d);
#endif
}
