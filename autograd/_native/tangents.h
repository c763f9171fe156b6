/* Forward mode over a schedule that was run, and forward over reverse.

   One sample, one direction. v holds the numbers of the run, t their tangents, g the
   adjoints and h the tangents of these. What does not move along the direction has
   none, as `t_moves` and `h_moves` tell: not a tangent of 0.0, which an infinite slope
   would make nan. An instruction's need for the inputs tells which operands depend on
   them at all. */
#include "second_order.h"
#include "tape.h"

typedef struct {
    const ag_tape *tape;
    const double *v;
    double *t, *g, *h;
    unsigned char *t_moves, *h_moves;
    double *scratch; /* of products: two doubles for each factor, and two more */
} ag_tangents;

/* The tangent of a row's value, its local derivatives and their tangents; a bit for
   each of the latter that there is. */
static int ag_dual_row(int op, int mask, const double *x, const double *dx, double *t,
                       double *d, double *dt) {
    switch (8 * op + mask) {
#define AG_CASE(name, mask, moves, operands) \
    case 8 * AG_##name + mask: (void)ag2_##name##_##mask operands; return moves;
#define AG_CASE_1(name, mask, moves) AG_CASE(name, mask, moves, (x[0], dx[0], t, d, dt))
#define AG_CASE_2(name, mask, moves) \
    AG_CASE(name, mask, moves, (x[0], dx[0], x[1], dx[1], t, d, dt))
#define AG_CASE_3(name, mask, moves) \
    AG_CASE(name, mask, moves, (x[0], dx[0], x[1], dx[1], x[2], dx[2], t, d, dt))
        AG_SECOND_1(AG_CASE_1)
        AG_SECOND_2(AG_CASE_2)
        AG_SECOND_3(AG_CASE_3)
    }
    return 0;
}

/* The operands of an elementwise instruction's result k; a bit for each that moves. */
static int ag_operands(const ag_tangents *run, const ag_step *q, ptrdiff_t k, double *x,
                       double *dx) {
    int i, mask = 0;
    for (i = 0; i < ag_kernel_arity[q->op]; i++) {
        const ptrdiff_t slot = q->x[i] + k * q->s[i];
        x[i] = run->v[slot];
        dx[i] = run->t[slot];
        mask |= run->t_moves[slot] << i;
    }
    return mask & q->need;
}

/* Add to an adjoint, and to its tangent. */
static void ag_add_up(const ag_tangents *run, ptrdiff_t slot, ptrdiff_t out,
                      double partial, int moves, double its_tangent) {
    const double u = run->g[out];
    run->g[slot] += u * partial;
    if (run->h_moves[out]) run->h[slot] += run->h[out] * partial;
    if (moves) run->h[slot] += u * its_tangent;
    run->h_moves[slot] |= run->h_moves[out] || moves;
}

/* Lists: n elements from slot x, s apart; `out` is the result's slot. */
typedef struct {
    int op, n, s;
    ptrdiff_t x, out, chosen; /* chosen: the element that a take takes */
    double ties;              /* elements that are the largest, or nan */
} ag_list;

static int ag_is_tie(const ag_tangents *run, const ag_list *list, ptrdiff_t slot) {
    return run->v[slot] == run->v[list->out] || run->v[slot] != run->v[slot];
}

/* What is the same for all elements. */
static void ag_prepare_list(const ag_tangents *run, ag_list *list) {
    const double *v = run->v + list->x, *t = run->t + list->x;
    double *after = run->scratch + 2 * (ptrdiff_t)list->n;
    ptrdiff_t k;
    list->ties = 0.0;
    if (list->op == AG_max || list->op == AG_min)
        for (k = 0; k < list->n; k++)
            list->ties += ag_is_tie(run, list, list->x + k * list->s);
    if (list->op != AG_prod) return;
    after[0] = 1.0; /* the product of all behind an element, and its tangent */
    after[1] = 0.0;
    for (k = list->n - 1; k >= 0; k--, after -= 2) {
        after[-2] = after[0] * v[k * list->s];
        after[-1] = v[k * list->s] * after[1] + after[0] * t[k * list->s];
    }
}

/* An element's local derivative; `before` is the product of those before it, and the
   tangent of that. */
static double ag_list_partial(const ag_tangents *run, const ag_list *list, ptrdiff_t k,
                              const double *before) {
    const ptrdiff_t slot = list->x + k * list->s;
    const double x = run->v[slot], out = run->v[list->out];
    switch (list->op) {
    case AG_max:
    case AG_min: return ag_is_tie(run, list, slot) / list->ties;
    case AG_logsumexp: return x == -INFINITY ? 0.0 : exp(x - out);
    case AG_hypot: return out == 0 ? 0.0 : x / out;
    case AG_prod: return before[0] * run->scratch[2 * (k + 1)];
    default: return 1.0;
    }
}

/* The tangent of that. */
static double ag_list_second(const ag_tangents *run, const ag_list *list, ptrdiff_t k,
                             double partial, const double *before) {
    const ptrdiff_t slot = list->x + k * list->s;
    const double dx = run->t[slot], dout = run->t[list->out];
    const double *after = run->scratch + 2 * (k + 1);
    switch (list->op) {
    case AG_logsumexp:
        return run->v[slot] == -INFINITY ? 0.0 : partial * (dx - dout);
    case AG_hypot:
        return run->v[list->out] == 0 ? 0.0 : (dx - partial * dout) / run->v[list->out];
    case AG_prod: return after[0] * before[1] + before[0] * after[1];
    default: return 0.0;
    }
}

static void ag_go_on(const ag_tangents *run, const ag_list *list, ptrdiff_t k,
                     double *before) {
    const ptrdiff_t slot = list->x + k * list->s;
    before[1] = run->v[slot] * before[1] + before[0] * run->t[slot];
    before[0] *= run->v[slot];
}

static double ag_list_tangent(const ag_tangents *run, ag_list *list) {
    double sum = 0.0, before[2] = {1.0, 0.0};
    ptrdiff_t k;
    if (list->op == AG_take) return run->t[list->x + list->chosen * list->s];
    ag_prepare_list(run, list);
    for (k = 0; k < list->n; k++) {
        const ptrdiff_t slot = list->x + k * list->s;
        if (run->t_moves[slot])
            sum += ag_list_partial(run, list, k, before) * run->t[slot];
        if (list->op == AG_prod) ag_go_on(run, list, k, before);
    }
    return sum;
}

static void ag_list_reverse(const ag_tangents *run, ag_list *list) {
    const int bends =
        list->op == AG_logsumexp || list->op == AG_hypot || list->op == AG_prod;
    const int moves = bends && run->t_moves[list->out];
    double before[2] = {1.0, 0.0};
    ptrdiff_t k;
    if (list->op == AG_take) {
        ag_add_up(run, list->x + list->chosen * list->s, list->out, 1.0, 0, 0.0);
        return;
    }
    ag_prepare_list(run, list);
    for (k = 0; k < list->n; k++) {
        const double partial = ag_list_partial(run, list, k, before);
        ag_add_up(run, list->x + k * list->s, list->out, partial, moves,
                  ag_list_second(run, list, k, partial, before));
        if (list->op == AG_prod) ag_go_on(run, list, k, before);
    }
}

static ag_list ag_list_of(const ag_tangents *run, const ag_step *q, ptrdiff_t j) {
    ag_list list = {q->op, q->n, q->s[0], q->x[0] + j * q->r[0], q->out + j, 0, 0.0};
    if (q->op == AG_take) { /* a whole number within the list: the run was no fault */
        const double index = run->v[q->x[1] + j * q->r[1]];
        list.chosen = (ptrdiff_t)index + (index < 0 ? q->n : 0);
    }
    return list;
}

static int ag_any_moves(const ag_tangents *run, const ag_list *list) {
    ptrdiff_t k;
    if (list->op == AG_take) return run->t_moves[list->x + list->chosen * list->s];
    for (k = 0; k < list->n; k++)
        if (run->t_moves[list->x + k * list->s]) return 1;
    return 0;
}

static void ag_set(const ag_tangents *run, ptrdiff_t slot, int moves, double tangent) {
    run->t[slot] = moves ? tangent : 0.0;
    run->t_moves[slot] = (unsigned char)(moves != 0);
}

/* Tangents of the results, from those of the inputs. */
static void ag_tangents_forward(const ag_tangents *run) {
    const ag_tape *tape = run->tape;
    const double *v = run->v, *t = run->t;
    const unsigned char *t_moves = run->t_moves;
    int i;
    for (i = tape->uniform; i < tape->count; i++) {
        const ag_step q = ag_decode_step(tape, i, tape->needs[1][i], 1);
        ptrdiff_t j, k;
        if (!q.need) continue;
        if (q.op == AG_GATHER) {
            for (k = 0; k < q.n; k++) {
                const int from = tape->pool[q.x[0] + k];
                ag_set(run, q.out + k, t_moves[from], t[from]);
            }
            continue;
        }
        if (!ag_is_reduction(q.op)) {
            for (k = 0; k < q.n; k++) {
                double x[3], dx[3], d[3], dt[3], tangent = 0.0;
                const int mask = ag_operands(run, &q, k, x, dx);
                if (mask) ag_dual_row(q.op, mask, x, dx, &tangent, d, dt);
                ag_set(run, q.out + k, mask, tangent);
            }
            continue;
        }
        for (j = 0; j < q.m; j++) {
            const ptrdiff_t start = q.x[2] + j * q.r[2];
            double sum = 0.0;
            int moves = 0;
            if (q.need & 4 && t_moves[start]) {
                sum = t[start];
                moves = 1;
            }
            if (q.op == AG_dot) {
                for (k = 0; k < q.n; k++) {
                    const ptrdiff_t x = q.x[0] + j * q.r[0] + k * q.s[0];
                    const ptrdiff_t y = q.x[1] + j * q.r[1] + k * q.s[1];
                    if (q.need & 1 && t_moves[x]) {
                        sum += v[y] * t[x];
                        moves = 1;
                    }
                    if (q.need & 2 && t_moves[y]) {
                        sum += v[x] * t[y];
                        moves = 1;
                    }
                }
            } else if (q.need & 1) {
                ag_list list = ag_list_of(run, &q, j);
                if (ag_any_moves(run, &list)) {
                    sum += ag_list_tangent(run, &list);
                    moves = 1;
                }
            }
            ag_set(run, q.out + j, moves, sum);
        }
    }
}

/* Adjoints and their tangents, from the adjoints of the outputs. */
static void ag_tangents_reverse(const ag_tangents *run) {
    const ag_tape *tape = run->tape;
    const double *v = run->v, *t = run->t;
    const unsigned char *t_moves = run->t_moves;
    int i;
    for (i = tape->count - 1; i >= tape->uniform; i--) {
        const ag_step q = ag_decode_step(tape, i, tape->needs[1][i], 1);
        ptrdiff_t j, k;
        if (!q.need) continue;
        if (q.op == AG_GATHER) {
            for (k = 0; k < q.n; k++)
                ag_add_up(run, tape->pool[q.x[0] + k], q.out + k, 1.0, 0, 0.0);
            continue;
        }
        if (!ag_is_reduction(q.op)) {
            for (k = 0; k < q.n; k++) {
                double x[3], dx[3], tangent, d[3] = {0.0}, dt[3] = {0.0};
                const int mask = ag_operands(run, &q, k, x, dx);
                int moves = ag_dual_row(q.op, mask ? mask : q.need, x, dx, &tangent, d, dt);
                if (!mask) moves = 0;
                for (j = 0; j < ag_kernel_arity[q.op]; j++)
                    if (q.need >> j & 1)
                        ag_add_up(run, q.x[j] + k * q.s[j], q.out + k, d[j],
                                  moves >> j & 1, dt[j]);
            }
            continue;
        }
        for (j = q.m - 1; j >= 0; j--) {
            if (q.op == AG_dot) {
                for (k = 0; k < q.n; k++) {
                    const ptrdiff_t x = q.x[0] + j * q.r[0] + k * q.s[0];
                    const ptrdiff_t y = q.x[1] + j * q.r[1] + k * q.s[1];
                    if (q.need & 1)
                        ag_add_up(run, x, q.out + j, v[y], q.need & 2 && t_moves[y], t[y]);
                    if (q.need & 2)
                        ag_add_up(run, y, q.out + j, v[x], q.need & 1 && t_moves[x], t[x]);
                }
            } else if (q.need & 1) {
                ag_list list = ag_list_of(run, &q, j);
                ag_list_reverse(run, &list);
            }
            if (q.need & 4)
                ag_add_up(run, q.x[2] + j * q.r[2], q.out + j, 1.0, 0, 0.0);
        }
    }
}
