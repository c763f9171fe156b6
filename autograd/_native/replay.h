/* The interpreter of schedules: steps of tape.h, run for one sample or for batches.

   It is compiled for several kinds of x86 processor and chooses at run time; elsewhere
   there is one. A batch is cut into chunks that depend on the number of samples alone,
   each with adjoints of its own, so that a result does not depend on the number of
   threads. */
#include <Python.h>
#include <pythread.h>
#include "tangents.h"

#if defined(__GNUC__)
#define AG_RESTRICT __restrict__
#define AG_ALWAYS static inline __attribute__((always_inline))
#elif defined(_MSC_VER)
#define AG_RESTRICT __restrict
#define AG_ALWAYS static __forceinline
#else
#define AG_RESTRICT
#define AG_ALWAYS static inline
#endif
#if defined(__GNUC__) && !defined(__clang__)
#define AG_INDEPENDENT _Pragma("GCC ivdep") /* vectors lie apart, or are the same */
#else
#define AG_INDEPENDENT
#endif

#if defined(__x86_64__) && defined(__GNUC__) && !defined(AG_BASELINE_ONLY)
#define AG_X86 1
#include <immintrin.h>
#endif
#if defined(__aarch64__) && defined(__GNUC__)
#include <arm_neon.h>
#endif

/* Memory for a run, and what it has to report. */
typedef struct ag_run {
    double *v, *g; /* numbers and adjoints of one sample, or of what is uniform */
    double *lanes, *lanes_g; /* of what varies, over lanes */
    double *uniform_g;       /* where adjoints of what is uniform are summed up then */
    double *scratch, *partials;
    const int *pool;
    int varying;
    int fault, fault_count; /* an index that a take cannot take: see ag_index */
    double fault_index;
    ptrdiff_t fault_sample, sample;
    int (*call)(struct ag_run *, const ag_step *); /* runs Python */
    void *owner, *error;
    void *memory;
    struct ag_run *next; /* among those that are not in use */
} ag_run;

enum { AG_FAULT_NONE, AG_FAULT_RANGE, AG_FAULT_WHOLE };

/* --- reductions that have no vector loops: as the table's rows define them */

static double ag_sum_in_order(ptrdiff_t n, const double *x, ptrdiff_t s) {
    double sum = 0.0;
    ptrdiff_t k;
    for (k = 0; k < n; k++) sum += x[k * s];
    return sum;
}

/* the largest, or the smallest where sign is -1; a nan wins */
static double ag_extreme(ptrdiff_t n, const double *x, ptrdiff_t s, int sign) {
    double best = x[0];
    ptrdiff_t k;
    for (k = 0; k < n && best == best; k++) {
        const double y = x[k * s];
        if ((sign > 0 ? y > best : y < best) || y != y) best = y;
    }
    return best;
}

static void ag_extreme_reverse(ptrdiff_t n, double u, double out, const double *x,
                               ptrdiff_t s, double *g) {
    double ties = 0.0;
    ptrdiff_t k;
    for (k = 0; k < n; k++) ties += x[k * s] == out || x[k * s] != x[k * s];
    for (k = 0; k < n; k++)
        g[k * s] += u * ((x[k * s] == out || x[k * s] != x[k * s]) / ties);
}

static double ag_logsumexp(ptrdiff_t n, const double *x, ptrdiff_t s) {
    const double top = ag_extreme(n, x, s, 1);
    double sum = 0.0;
    ptrdiff_t k, left_out = 0;
    if (!(top - top == 0)) return top;
    /* log1p of all but the top keeps the digits of a total just above the top */
    while (x[left_out * s] != top) left_out++;
    for (k = 0; k < n; k++)
        if (k != left_out) sum += exp(x[k * s] - top);
    return top + log1p(sum);
}

static void ag_logsumexp_reverse(ptrdiff_t n, double u, double out, const double *x,
                                 ptrdiff_t s, double *g) {
    ptrdiff_t k;
    for (k = 0; k < n; k++)
        g[k * s] += u * (x[k * s] == -INFINITY ? 0.0 : exp(x[k * s] - out));
}

static double ag_product(ptrdiff_t n, const double *x, ptrdiff_t s) {
    double product = 1.0;
    ptrdiff_t k;
    for (k = 0; k < n; k++) product *= x[k * s];
    return product;
}

/* for each factor the product of the others, without division */
static void ag_product_reverse(ptrdiff_t n, double u, const double *x, ptrdiff_t s,
                               double *g, double *scratch) {
    double before = 1.0, after = 1.0;
    ptrdiff_t k;
    for (k = n - 1; k >= 0; k--) {
        scratch[k] = after;
        after *= x[k * s];
    }
    for (k = 0; k < n; k++) {
        g[k * s] += u * (before * scratch[k]);
        before *= x[k * s];
    }
}

static double ag_length(ptrdiff_t n, const double *x, ptrdiff_t s) {
    double largest = 0.0, scale = 1.0, sum = 0.0;
    int has_nan = 0;
    ptrdiff_t k;
    for (k = 0; k < n; k++) {
        const double y = fabs(x[k * s]);
        has_nan |= y != y;
        if (y > largest) largest = y;
    }
    if (largest == INFINITY || has_nan) return largest == INFINITY ? largest : NAN;
    if (largest > 0x1p+500) scale = 0x1p-600;
    if (largest < 0x1p-400) scale = 0x1p+600;
    for (k = 0; k < n; k++) sum += x[k * s] * scale * (x[k * s] * scale);
    return sqrt(sum) / scale;
}

static void ag_length_reverse(ptrdiff_t n, double u, double out, const double *x,
                              ptrdiff_t s, double *g) {
    ptrdiff_t k;
    for (k = 0; k < n; k++) g[k * s] += u * (out == 0 ? 0.0 : x[k * s] / out);
}

/* The place that an index means, or -1: a fault, and the number is a nan. */
static ptrdiff_t ag_index(ag_run *run, ptrdiff_t n, double index, ptrdiff_t lane) {
    int fault = AG_FAULT_NONE;
    if (!(index - index == 0) || index != floor(index))
        fault = AG_FAULT_WHOLE;
    else if (!(-(double)n <= index && index < (double)n))
        fault = AG_FAULT_RANGE;
    if (fault == AG_FAULT_NONE) return (ptrdiff_t)index + (index < 0 ? n : 0);
    if (run->error == NULL &&
        (run->fault == AG_FAULT_NONE || run->sample + lane < run->fault_sample)) {
        run->fault = fault;
        run->fault_count = (int)n;
        run->fault_index = index;
        run->fault_sample = run->sample + lane;
    }
    return -1;
}

/* As the row: all to the element taken, and nothing times u to all the others. */
static void ag_take_reverse(const ag_step *q, ptrdiff_t place, double u, double *g,
                            double *g_index) {
    const double nothing = u * 0.0; /* a nan, where u is one or infinite */
    ptrdiff_t k;
    if (q->need & 2) *g_index += nothing;
    if (!(q->need & 1)) return;
    if (nothing == 0) {
        if (place >= 0) g[place * q->s[0]] += u;
        return;
    }
    for (k = 0; k < q->n; k++) g[k * q->s[0]] += k == place ? u : nothing;
}

static double ag_reduced(const ag_step *q, ptrdiff_t n, const double *x, ptrdiff_t s) {
    switch (q->kind) {
    case AG_MAX_STEP: return ag_extreme(n, x, s, 1);
    case AG_MIN_STEP: return ag_extreme(n, x, s, -1);
    case AG_LOGSUMEXP_STEP: return ag_logsumexp(n, x, s);
    case AG_PROD_STEP: return ag_product(n, x, s);
    case AG_HYPOT_STEP: return ag_length(n, x, s);
    default: return ag_sum_in_order(n, x, s);
    }
}

static void ag_reduced_reverse(const ag_step *q, ptrdiff_t n, double u, double out,
                               const double *x, ptrdiff_t s, double *g,
                               double *scratch) {
    ptrdiff_t k;
    switch (q->kind) {
    case AG_MAX_STEP:
    case AG_MIN_STEP: ag_extreme_reverse(n, u, out, x, s, g); break;
    case AG_LOGSUMEXP_STEP: ag_logsumexp_reverse(n, u, out, x, s, g); break;
    case AG_PROD_STEP: ag_product_reverse(n, u, x, s, g, scratch); break;
    case AG_HYPOT_STEP: ag_length_reverse(n, u, out, x, s, g); break;
    default:
        for (k = 0; k < n; k++) g[k * s] += u;
    }
}

/* --- steps that are the same for every processor */

static void ag_other_forward(const ag_step *q, ag_run *run) {
    double *v = run->v;
    ptrdiff_t j, k;
    switch (q->kind) {
    case AG_ROW_STEP:
    case AG_CALL_STEP:
        /* after the first thing that went wrong nothing is called any more */
        if (run->error != NULL || run->fault || run->call(run, q) < 0)
            for (j = 0; j < q->m; j++) v[q->out + j] = NAN;
        break;
    case AG_TAKE_STEP:
        for (j = 0; j < q->m; j++) {
            const ptrdiff_t place = ag_index(run, q->n, v[q->x[1] + j * q->r[1]], 0);
            v[q->out + j] =
                place < 0 ? NAN : v[q->x[0] + j * q->r[0] + place * q->s[0]];
        }
        break;
    case AG_DOT_EXACT:
        for (j = 0; j < q->m; j++) {
            const double *x = v + q->x[0] + j * q->r[0], *y = v + q->x[1] + j * q->r[1];
            double sum = 0.0;
            for (k = 0; k < q->n; k++) sum += x[k * q->s[0]] * y[k * q->s[1]];
            v[q->out + j] = sum;
        }
        break;
    default:
        for (j = 0; j < q->m; j++) {
            const double sum =
                ag_reduced(q, q->n, v + q->x[0] + j * q->r[0], q->s[0]);
            v[q->out + j] =
                q->kind == AG_SUM_STEP && q->x[2] >= 0 ? v[q->x[2] + j * q->r[2]] + sum
                                                       : sum;
        }
    }
}

static void ag_other_reverse(const ag_step *q, ag_run *run) {
    const double *v = run->v;
    double *g = run->g;
    ptrdiff_t j, k;
    switch (q->kind) {
    case AG_CALL_STEP: {
        const int *operands = run->pool + q->x[1];
        for (k = 0; k < q->n; k++)
            g[operands[k]] += g[q->out] * run->partials[q->extra + k];
        break;
    }
    case AG_TAKE_STEP:
        for (j = q->m - 1; j >= 0; j--) {
            const ptrdiff_t place = ag_index(run, q->n, v[q->x[1] + j * q->r[1]], 0);
            ag_take_reverse(q, place, g[q->out + j], g + q->x[0] + j * q->r[0],
                            g + q->x[1] + j * q->r[1]);
        }
        break;
    case AG_DOT_EXACT:
        for (j = q->m - 1; j >= 0; j--) {
            const double u = g[q->out + j];
            const ptrdiff_t x = q->x[0] + j * q->r[0], y = q->x[1] + j * q->r[1];
            for (k = 0; k < q->n && q->need & 1; k++)
                g[x + k * q->s[0]] += u * v[y + k * q->s[1]];
            for (k = 0; k < q->n && q->need & 2; k++)
                g[y + k * q->s[1]] += u * v[x + k * q->s[0]];
        }
        break;
    default:
        for (j = q->m - 1; j >= 0; j--) {
            const ptrdiff_t x = q->x[0] + j * q->r[0];
            if (q->need & 1)
                ag_reduced_reverse(q, q->n, g[q->out + j], v[q->out + j], v + x,
                                   q->s[0], g + x, run->scratch);
            if (q->need & 4) g[q->x[2] + j * q->r[2]] += g[q->out + j];
        }
    }
}

/* Lanes one by one: what varies lies AG_LANES apart, what is uniform is shared. */
static void ag_other_lanes(const ag_step *q, ag_run *run) {
    const int varies = q->varying & 1, index_varies = q->varying >> 1 & 1;
    double *out = run->lanes + q->out;
    ptrdiff_t j, k, l;
    if (q->kind == AG_GATHER_STEP) {
        for (k = 0; k < q->n; k++, out += AG_LANES) {
            const int slot = run->pool[q->x[0] + k];
            if (varies)
                memcpy(out, run->lanes + ((ptrdiff_t)slot - run->varying) * AG_LANES,
                       AG_LANES * sizeof(double));
            else
                for (l = 0; l < AG_LANES; l++) out[l] = run->v[slot];
        }
        return;
    }
    for (j = 0; j < q->m; j++, out += AG_LANES)
        for (l = 0; l < AG_LANES; l++) {
            const double *x =
                (varies ? run->lanes + l : run->v) + q->x[0] + j * q->r[0];
            if (q->kind == AG_TAKE_STEP) {
                const double index = ((index_varies ? run->lanes + l : run->v) +
                                      q->x[1])[j * q->r[1]];
                const ptrdiff_t place = ag_index(run, q->n, index, l);
                out[l] = place < 0 ? NAN : x[place * q->s[0]];
            } else if (!varies && l > 0)
                out[l] = out[0];
            else
                out[l] = ag_reduced(q, q->n, x, q->s[0]);
        }
}

static void ag_other_lanes_reverse(const ag_step *q, ag_run *run) {
    const int varies = q->varying & 1, index_varies = q->varying >> 1 & 1;
    const double *u = run->lanes_g + q->out, *out = run->lanes + q->out;
    ptrdiff_t j, k, l;
    if (q->kind == AG_GATHER_STEP) {
        for (k = 0; k < q->n; k++, u += AG_LANES) {
            const int slot = run->pool[q->x[0] + k];
            double *g = run->lanes_g + ((ptrdiff_t)slot - run->varying) * AG_LANES;
            if (varies)
                for (l = 0; l < AG_LANES; l++) g[l] += u[l];
            else
                run->uniform_g[slot] += ag_sum_in_order(AG_LANES, u, 1);
        }
        return;
    }
    for (j = 0; j < q->m; j++, u += AG_LANES, out += AG_LANES)
        for (l = 0; l < AG_LANES; l++) {
            const ptrdiff_t at = q->x[0] + j * q->r[0];
            const double *x = (varies ? run->lanes + l : run->v) + at;
            double *g = (varies ? run->lanes_g + l : run->uniform_g) + at;
            if (q->kind == AG_TAKE_STEP) {
                const ptrdiff_t place_of = q->x[1] + j * q->r[1];
                const double index = index_varies ? run->lanes[place_of + l]
                                                  : run->v[place_of];
                ag_take_reverse(q, ag_index(run, q->n, index, l), u[l], g,
                                index_varies ? run->lanes_g + place_of + l
                                             : run->uniform_g + place_of);
            } else
                ag_reduced_reverse(q, q->n, u[l], out[l], x, q->s[0], g, run->scratch);
        }
}

/* These adjoints are the first ones. */
static void ag_zero_lanes(const ag_step *q, int i, double *g) {
    ptrdiff_t k;
    if (q->s[i] == AG_LANES)
        memset(g, 0, (size_t)q->n * AG_LANES * sizeof(double));
    else
        for (k = 0; k < q->n; k++)
            memset(g + k * q->s[i], 0, AG_LANES * sizeof(double));
}

/* --- the loops, for each kind of processor */

#define AG_PASTED(name, target) name##_##target
#define AG_PASTE(name, target) AG_PASTED(name, target)
#define AG_T(name) AG_PASTE(name, AG_TARGET)

#define AG_BASELINE
#define AG_TARGET any
#define AG_V 2
#define AG_ROWS rows_any
#include "replay_loops.h"
#undef AG_BASELINE
#undef AG_ROWS
#undef AG_TARGET
#undef AG_V

#if defined(AG_X86)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#define AG_TARGET avx2
#define AG_V 4
#define AG_ROWS rows_avx2
#include "replay_loops.h"
#undef AG_TARGET
#undef AG_V
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx2,fma"))), \
                             apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx2,fma")
#endif
#define AG_TARGET avx512
#define AG_V 8
#define AG_SAME_ROWS /* a compiler's own loops are no faster with longer vectors */
#include "replay_loops.h"
#undef AG_TARGET
#undef AG_V
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

typedef void (*ag_runner)(const ag_step *, const ag_step *, ag_run *);

typedef struct {
    const char *name;
    ag_runner forward, reverse, forward_lanes, reverse_lanes;
} ag_target;

#define AG_RUNNERS(target) \
    {#target, forward_##target, reverse_##target, forward_lanes_##target, \
     reverse_lanes_##target}

static const ag_target ag_targets[] = {
    AG_RUNNERS(any),
#if defined(AG_X86)
    AG_RUNNERS(avx2),
    AG_RUNNERS(avx512),
#endif
};

/* How many of these this processor can run; the last of them is the best. */
static int ag_target_count(void) {
#if defined(AG_X86)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    return __builtin_cpu_supports("avx512f") ? 3 : 2;
#else
    return 1;
#endif
}

/* --- Values: where in the object they have their number, adjoint and flags */

typedef struct {
    ptrdiff_t number, adjoint, flags;
    int has_grad, constant;
} ag_places;

static void ag_read_numbers(ptrdiff_t count, char **values, ag_places places,
                            double *out) {
    ptrdiff_t i;
    for (i = 0; i < count; i++) out[i] = *(const double *)(values[i] + places.number);
}

/* As a backward pass adds to a leaf. Of a leaf whose adjoint is not 0 the flags, in
   memory that would be waited for, say nothing new. */
static void ag_add_gradients(ptrdiff_t count, char **values, ag_places places,
                             int are_leaves, const double *adjoints, double scale) {
    ptrdiff_t i;
    for (i = 0; i < count; i++) {
        double *adjoint = (double *)(values[i] + places.adjoint);
        const double more = scale * adjoints[i], earlier = *adjoint;
        unsigned short *flags = (unsigned short *)(values[i] + places.flags);
        if (earlier != 0 && (are_leaves || *flags & places.has_grad)) {
            *adjoint = more + earlier;
            continue;
        }
        if (*flags & places.constant) continue;
        *adjoint = more;
        *flags |= (unsigned short)places.has_grad;
    }
}

/* --- one run */

static void ag_free_run(ag_run *run) {
    if (run != NULL) free(run->memory);
}

#define AG_APART 16 /* so many doubles apart two threads do not disturb each other */

/* Memory for runs of a tape, or NULL. */
static ag_run *ag_new_run(const ag_tape *tape, int with_lanes) {
    const size_t slots = ((size_t)tape->slots + 7) / 8 * 8;
    const size_t lanes =
        with_lanes ? ((size_t)tape->slots - (size_t)tape->varying) * AG_LANES : 0;
    const size_t extra = ((size_t)tape->scratch + (size_t)tape->partials + 7) / 8 * 8;
    const size_t own = (sizeof(ag_run) + 63) / 64 * 64;
    char *memory = (char *)calloc(own + (2 * slots + 2 * lanes + extra) * sizeof(double)
                                      + 2 * AG_APART * sizeof(double), 1);
    ag_run *run;
    if (memory == NULL) return NULL;
    run = (ag_run *)(((uintptr_t)memory + AG_APART * sizeof(double)) & ~(uintptr_t)63);
    run->memory = memory;
    run->lanes = (double *)((char *)run + own);
    run->lanes_g = run->lanes + lanes;
    run->v = run->lanes_g + lanes;
    run->g = run->v + slots;
    run->scratch = run->g + slots;
    run->partials = run->scratch + tape->scratch;
    run->pool = tape->pool;
    run->varying = tape->varying;
    if (tape->constants)
        memcpy(run->v + tape->parameters, tape->numbers,
               (size_t)tape->constants * sizeof(double));
    return run;
}

static int ag_holds(int relation, double x, double y) {
    switch (relation) {
    case 0: return x < y;
    case 1: return x <= y;
    case 2: return x > y;
    case 3: return x >= y;
    case 4: return x == y;
    default: return x != y;
    }
}

/* The first guard that came out differently, or -1. */
static int ag_failed_guard(const ag_tape *tape, const double *v) {
    const int *guard = tape->guards;
    int i;
    for (i = 0; i < tape->guard_count; i++, guard += 4)
        if (ag_holds(guard[0], v[guard[1]], v[guard[2]]) != guard[3]) return i;
    return -1;
}

/* --- batches */

typedef struct {
    const char *start;
    ptrdiff_t stride;
    char code;
} ag_column;

#define AG_CODES(X) \
    X('d', double) \
    X('f', float) \
    X('b', signed char) \
    X('B', unsigned char) \
    X('?', unsigned char) \
    X('h', short) \
    X('H', unsigned short) \
    X('i', int) \
    X('I', unsigned int) \
    X('l', long) \
    X('L', unsigned long) \
    X('q', long long) \
    X('Q', unsigned long long)

/* The size of a column's numbers, or 0 where there is no such format. */
static int ag_size_of_code(int code) {
    switch (code) {
#define AG_SIZE(letter, type) \
    case letter: return (int)sizeof(type);
        AG_CODES(AG_SIZE)
#undef AG_SIZE
    }
    return 0;
}

/* So many samples' numbers of a column, from a place on. */
static void ag_read_column(const ag_column *column, const int *indices, ptrdiff_t start,
                           ptrdiff_t count, double *out) {
    ptrdiff_t l;
    switch (column->code) {
#define AG_READ(letter, type) \
    case letter: \
        for (l = 0; l < count; l++) { \
            const ptrdiff_t i = indices == NULL ? start + l : indices[start + l]; \
            type number; \
            memcpy(&number, column->start + i * column->stride, sizeof number); \
            out[l] = letter == '?' ? number != 0 : (double)number; \
        } \
        break;
        AG_CODES(AG_READ)
#undef AG_READ
    }
}

#define AG_MOST_CHUNKS 64
#define AG_MOST_ADJOINTS 8388608 /* doubles, of all chunks together */

typedef struct {
    const ag_tape *tape;
    const ag_target *target;
    const ag_column *columns;
    const int *indices;
    ptrdiff_t count, chunk; /* samples; those of a chunk */
    int chunks, over_lanes;
    int mode; /* -1: forward only */
    double seed;
    int result_count;
    double *const *results;   /* for that many outputs, for each sample */
    double *const *gradients; /* for each input, for each sample */
    int *classes;             /* for each sample the guard that failed, or -1 */
    double *adjoints, *sums;  /* for each chunk: of what is uniform; of output 0 */
    ptrdiff_t pitch;          /* from one chunk's adjoints to those of the next */
    ag_run *faults;           /* for each chunk: only what is said of a fault */
    PyThread_type_lock lock;
    int next, stop;
} ag_job;

/* Cut a job into chunks: by the number of samples and the size of the tape alone. */
static void ag_cut(ag_job *job) {
    const ptrdiff_t blocks = job->count / AG_LANES;
    ptrdiff_t chunks = blocks < AG_MOST_CHUNKS ? blocks : AG_MOST_CHUNKS;
    const ptrdiff_t room = AG_MOST_ADJOINTS / (job->tape->varying + 1);
    /* adding up a chunk's adjoints should be little beside making them */
    const double enough = 64.0 * job->tape->varying / (job->tape->work + 1);
    if (chunks > room) chunks = room;
    if ((double)chunks > (double)job->count / enough)
        chunks = (ptrdiff_t)((double)job->count / enough);
    if (chunks < 1) chunks = 1;
    job->chunk = (blocks + chunks - 1) / chunks * AG_LANES;
    if (job->chunk == 0) job->chunk = AG_LANES;
    job->chunks = (int)((job->count + job->chunk - 1) / job->chunk);
    job->pitch = (ptrdiff_t)job->tape->varying + AG_APART;
}

static void ag_batch_lanes(const ag_job *job, ag_run *run, ptrdiff_t sample,
                           double *sum) {
    const ag_tape *tape = job->tape;
    const int varying = tape->varying;
    int i, l;
    run->sample = sample;
    for (i = 0; i < tape->inputs; i++)
        ag_read_column(&job->columns[i], job->indices, sample, AG_LANES,
                       run->lanes + (ptrdiff_t)i * AG_LANES);
    job->target->forward_lanes(tape->lanes, tape->lanes + tape->count - tape->uniform,
                               run);
    for (i = 0; i < job->result_count; i++) {
        const int slot = tape->outputs[i];
        double *to = job->results[i] + sample;
        if (slot >= varying)
            memcpy(to, run->lanes + ((ptrdiff_t)slot - varying) * AG_LANES,
                   AG_LANES * sizeof(double));
        else
            for (l = 0; l < AG_LANES; l++) to[l] = run->v[slot];
    }
    for (l = 0; job->classes != NULL && l < AG_LANES; l++) {
        int *class = &job->classes[sample + l];
        *class = -1;
        for (i = 0; i < tape->guard_count && *class < 0; i++) {
            const int *guard = tape->guards + 4 * (ptrdiff_t)i;
            double sides[2];
            int k;
            for (k = 0; k < 2; k++) {
                const ptrdiff_t slot = guard[1 + k];
                sides[k] = slot < varying ? run->v[slot]
                                          : run->lanes[(slot - varying) * AG_LANES + l];
            }
            if (ag_holds(guard[0], sides[0], sides[1]) != guard[3]) *class = i;
        }
    }
    if (job->mode >= 0) {
        const int mode = job->mode, slot = tape->outputs[0];
        const ptrdiff_t at = ((ptrdiff_t)slot - varying) * AG_LANES;
        for (i = 0; i < tape->zero_count[mode]; i++)
            memset(run->lanes_g + tape->zeros[mode][i].start, 0,
                   (size_t)tape->zeros[mode][i].count * sizeof(double));
        for (l = 0; l < AG_LANES; l++) {
            if (slot >= varying)
                run->lanes_g[at + l] += job->seed;
            else
                run->uniform_g[slot] += job->seed;
            *sum += slot >= varying ? run->lanes[at + l] : run->v[slot];
        }
        job->target->reverse_lanes(
            tape->lanes_reverse[mode],
            tape->lanes_reverse[mode] + tape->lanes_reverse_count[mode], run);
    }
    for (i = 0; job->gradients != NULL && i < tape->inputs; i++)
        memcpy(job->gradients[i] + sample, run->lanes_g + (ptrdiff_t)i * AG_LANES,
               AG_LANES * sizeof(double));
}

static void ag_batch_sample(const ag_job *job, ag_run *run, ptrdiff_t sample,
                            double *sum) {
    const ag_tape *tape = job->tape;
    const int varying = tape->varying;
    int i;
    run->sample = sample;
    for (i = 0; i < tape->inputs; i++)
        ag_read_column(&job->columns[i], job->indices, sample, 1, run->v + varying + i);
    job->target->forward(tape->forward + tape->uniform, tape->forward + tape->count,
                         run);
    for (i = 0; i < job->result_count; i++)
        job->results[i][sample] = run->v[tape->outputs[i]];
    if (job->classes != NULL) job->classes[sample] = ag_failed_guard(tape, run->v);
    if (job->mode >= 0) {
        const ag_step *steps = tape->reverse[job->mode];
        memset(run->g + varying, 0,
               ((size_t)tape->slots - (size_t)varying) * sizeof(double));
        run->g[tape->outputs[0]] += job->seed;
        *sum += run->v[tape->outputs[0]];
        job->target->reverse(steps, steps + tape->reverse_varying[job->mode], run);
    }
    for (i = 0; job->gradients != NULL && i < tape->inputs; i++)
        job->gradients[i][sample] = run->g[varying + i];
}

/* The next chunk that nobody has, or -1. */
static int ag_next_chunk(ag_job *job) {
    int chunk;
    PyThread_acquire_lock(job->lock, WAIT_LOCK);
    chunk = job->stop || job->next >= job->chunks ? -1 : job->next++;
    PyThread_release_lock(job->lock);
    return chunk;
}

static void ag_run_chunk(const ag_job *job, int chunk, ag_run *run) {
    const ag_tape *tape = job->tape;
    const ptrdiff_t uniform = tape->varying;
    const ptrdiff_t start = chunk * job->chunk;
    const ptrdiff_t end = job->count - start < job->chunk ? job->count
                                                          : start + job->chunk;
    ptrdiff_t sample = start;
    double sum = 0.0;
    run->fault = AG_FAULT_NONE;
    run->uniform_g = run->g; /* its own: threads that write near each other are slow */
    memset(run->g, 0, (size_t)uniform * sizeof(double));
    for (; job->over_lanes && sample + AG_LANES <= end; sample += AG_LANES)
        ag_batch_lanes(job, run, sample, &sum);
    for (; sample < end; sample++) {
        ag_batch_sample(job, run, sample, &sum);
        if (job->classes != NULL) {
            run->fault = AG_FAULT_NONE;
            if (run->error != NULL) run->call(run, NULL);
        }
        if (run->error != NULL) break;
    }
    if (job->adjoints != NULL)
        memcpy(job->adjoints + chunk * job->pitch, run->g,
               (size_t)uniform * sizeof(double));
    job->sums[chunk] = sum;
    job->faults[chunk] = *run;
}

struct ag_thread;

typedef struct {
    ag_job *job;
    ag_run *run;
    struct ag_thread *thread; /* NULL where none could be had */
} ag_worker;

/* A thread that waits between batches: on the processor, and with the memory, where it
   was before. */
typedef struct ag_thread {
    PyThread_type_lock start, done; /* free for a moment, to begin and when it ends */
    ag_worker *worker;
    struct ag_thread *next;
} ag_thread;

static ag_thread *ag_waiting; /* who has the GIL has this list */
static long ag_process;       /* whose threads they are: a fork has none of them */

#if defined(_WIN32)
static long ag_this_process(void) { return 1; }
#else
#include <unistd.h>
static long ag_this_process(void) { return (long)getpid(); }
#endif

static void ag_work(void *given) {
    ag_thread *thread = (ag_thread *)given;
    for (;;) {
        int chunk;
        PyThread_acquire_lock(thread->start, WAIT_LOCK);
        while ((chunk = ag_next_chunk(thread->worker->job)) >= 0)
            ag_run_chunk(thread->worker->job, chunk, thread->worker->run);
        PyThread_release_lock(thread->done);
    }
}

static ag_thread *ag_new_thread(void) {
    ag_thread *thread = (ag_thread *)calloc(1, sizeof(ag_thread));
    if (thread == NULL) return NULL;
    thread->start = PyThread_allocate_lock();
    thread->done = PyThread_allocate_lock();
    if (thread->start != NULL && thread->done != NULL) {
        PyThread_acquire_lock(thread->start, WAIT_LOCK);
        PyThread_acquire_lock(thread->done, WAIT_LOCK);
        if (PyThread_start_new_thread(ag_work, thread) != PYTHREAD_INVALID_THREAD_ID)
            return thread;
        PyThread_release_lock(thread->start);
        PyThread_release_lock(thread->done);
    }
    if (thread->start != NULL) PyThread_free_lock(thread->start);
    if (thread->done != NULL) PyThread_free_lock(thread->done);
    free(thread);
    return NULL;
}

static void ag_start_worker(ag_worker *worker) {
    if (ag_process != ag_this_process()) {
        ag_process = ag_this_process();
        ag_waiting = NULL;
    }
    worker->thread = ag_waiting;
    if (worker->thread != NULL)
        ag_waiting = worker->thread->next;
    else
        worker->thread = ag_new_thread();
    if (worker->thread == NULL) return;
    worker->thread->worker = worker;
    PyThread_release_lock(worker->thread->start);
}

static void ag_join_worker(ag_worker *worker) {
    if (worker->thread != NULL) PyThread_acquire_lock(worker->thread->done, WAIT_LOCK);
}

static void ag_dismiss_worker(ag_worker *worker) {
    if (worker->thread == NULL) return;
    worker->thread->next = ag_waiting;
    ag_waiting = worker->thread;
}

/* The uniform adjoints of all chunks, in order, to this run; the sum of output 0. */
static double ag_collect(const ag_job *job, ag_run *run) {
    const ptrdiff_t uniform = job->tape->varying;
    double sum = 0.0;
    ptrdiff_t i;
    int chunk;
    memset(run->g, 0, (size_t)uniform * sizeof(double));
    for (chunk = 0; chunk < job->chunks; chunk++) {
        const double *adjoints = job->adjoints + chunk * job->pitch;
        for (i = 0; i < uniform; i++) run->g[i] += adjoints[i];
        sum += job->sums[chunk];
    }
    return sum;
}
