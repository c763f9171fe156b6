/* A schedule: looked through, and decoded into steps.

   What an instruction means is in autograd/compiling/instructions.py. Every number of a
   schedule is checked here before anything runs, for it may come from a file. The steps
   name what to do more finely than the instructions: scalars, rows that lie one after
   the other, and so on; those of the reverse run stand in reverse order, without the
   instructions that nobody needs. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tape_kernels.h"

#define AG_FIELDS 13
#define AG_MOST_SLOTS 2147483647
#define AG_MOST_OPERATIONS 134217728

enum { AG_CALL = AG_OWN, AG_GATHER };

/* What a step does. A scalar of the table has its row's code in the forward run, and
   8 * code + need in the reverse run; everything else is one of these. */
enum ag_kind {
    AG_VECTOR = 1024,
    AG_VECTOR_EXACT, /* in order, for the eager engine's very bits */
    AG_FLAT,         /* over lanes: all samples of all elements in one loop */
    AG_SUM_STEP,
    AG_SUM_EXACT,
    AG_DOT_EXACT,
    AG_DOT_ONE,     /* one row, contiguous */
    AG_DOT_ROWS,    /* matrix times vector, rows contiguous */
    AG_DOT_COLUMNS, /* matrix times vector, columns contiguous */
    AG_DOT_ANY,
    AG_DOT_LANES,
    AG_MAX_STEP,
    AG_MIN_STEP,
    AG_LOGSUMEXP_STEP,
    AG_PROD_STEP,
    AG_HYPOT_STEP,
    AG_TAKE_STEP,
    AG_GATHER_STEP,
    AG_ROW_STEP, /* by Python: its hypot has bits of its own */
    AG_CALL_STEP
};

typedef struct {
    int kind, n, m, out;
    int x[3], s[3], r[3];
    int extra; /* CALL: where its local derivatives are kept */
    unsigned short op;
    unsigned char need, first, varying; /* a bit for each operand */
} ag_step;

typedef struct {
    int start, count;
} ag_range;

typedef struct {
    int parameters, constants, varying, inputs, slots, uniform, count;
    int exact, calls, rows;
    double work; /* of a sample: operations, roughly */
    int *fields, *pool, *guards, *outputs;
    unsigned char *needs[2];
    double *numbers; /* the constants */
    int pool_count, guard_count, output_count;
    ptrdiff_t scratch, partials; /* room for doubles */
    ag_step *forward, *reverse[2]; /* the latter where they were wanted already */
    int reverse_count[2], reverse_varying[2]; /* of these the first vary */
    /* the same over lanes, slots times the lanes */
    ag_step *lanes, *lanes_reverse[2];
    int lanes_reverse_count[2];
    ag_range *zeros[2]; /* adjoints that no step sets before another adds to them */
    int zero_count[2];
} ag_tape;

static void ag_free_tape(ag_tape *tape) {
    int mode;
    free(tape->fields);
    free(tape->pool);
    free(tape->guards);
    free(tape->outputs);
    free(tape->numbers);
    free(tape->forward);
    free(tape->lanes);
    for (mode = 0; mode < 2; mode++) {
        free(tape->needs[mode]);
        free(tape->reverse[mode]);
        free(tape->lanes_reverse[mode]);
        free(tape->zeros[mode]);
    }
    memset(tape, 0, sizeof *tape);
}

/* --- looking through */

typedef struct {
    const ag_tape *tape;
    unsigned char *known; /* slots that are computed by now */
    const int *arities;   /* of the rows that CALLs name, -1: any */
    int low, high;        /* where results may go */
    long long operations;
    const char *reason;
} ag_reader;

/* Whether the slots of an operand are there and computed, on one side of the inputs. */
static int ag_reads(ag_reader *reader, int x, long long s, long long n, long long r,
                    long long m) {
    const ag_tape *tape = reader->tape;
    const long long a = s * (n - 1), b = r * (m - 1);
    const long long low = x + (a < 0 ? a : 0) + (b < 0 ? b : 0);
    const long long high = x + (a > 0 ? a : 0) + (b > 0 ? b : 0);
    long long j, k;
    if (x < 0 || low < 0 || high >= tape->slots) {
        reader->reason = "reads what is not there";
        return 0;
    }
    if (low < tape->varying && high >= tape->varying) {
        reader->reason = "mixes uniform, varying";
        return 0;
    }
    if (s == 0) n = 1;
    if (r == 0) m = 1;
    reader->reason = "reads what is not computed yet";
    for (j = 0; j < m; j++)
        for (k = 0; k < n; k++)
            if (!reader->known[x + j * r + k * s]) return 0;
    reader->reason = NULL;
    return 1;
}

static int ag_pooled(ag_reader *reader, int start, int n, int one_side) {
    const ag_tape *tape = reader->tape;
    int k, below = 0;
    if (start < 0 || start > tape->pool_count - n) {
        reader->reason = "reads what is not in the pool";
        return 0;
    }
    for (k = 0; k < n; k++) {
        if (!ag_reads(reader, tape->pool[start + k], 0, 1, 0, 1)) return 0;
        below += tape->pool[start + k] < tape->varying;
    }
    if (one_side && below != 0 && below != n) {
        reader->reason = "mixes uniform, varying";
        return 0;
    }
    return 1;
}

static int ag_is_sum(int op) { return op == AG_dot || op == AG_sum; }

static int ag_is_reduction(int op) {
    return ag_is_sum(op) || op == AG_max || op == AG_min || op == AG_logsumexp ||
           op == AG_prod || op == AG_hypot || op == AG_take;
}

/* How many results an instruction has. */
static int ag_room(const int *f) {
    return ag_is_reduction(f[0]) || f[0] == AG_CALL ? f[2] : f[1];
}

/* Whether an instruction is right; if so, what it computes is known from now on. */
static int ag_read_instruction(ag_reader *reader, const int *f) {
    const ag_tape *tape = reader->tape;
    const int op = f[0], n = f[1], m = f[2], out = f[3];
    const int reduces = op >= 1 && op < AG_CALL && ag_is_reduction(op);
    const int arity = op >= 1 && op < AG_CALL ? ag_kernel_arity[op] : 0;
    const int room = ag_room(f);
    int i;
    reader->reason = "is none";
    if (op < 1 || op > AG_GATHER || n < 1 || m < 1) return 0;
    reader->operations += (long long)n * m;
    reader->reason = "is one too many";
    if (reader->operations > AG_MOST_OPERATIONS) return 0;
    reader->reason = "has rows";
    if (!reduces && m != 1) return 0;
    reader->reason = "computes out of place";
    if (out < reader->low || out >= reader->high || room > reader->high - out) return 0;
    reader->reason = "computes anew";
    for (i = 0; i < room; i++)
        if (reader->known[out + i]) return 0;
    if (op == AG_GATHER) {
        if (!ag_pooled(reader, f[4], n, 1)) return 0;
    } else if (op == AG_CALL) {
        reader->reason = "calls what is not there";
        if (f[4] < 0 || f[4] >= tape->rows) return 0;
        reader->reason = "calls with other operands";
        if (reader->arities[f[4]] >= 0 && reader->arities[f[4]] != n) return 0;
        if (!ag_pooled(reader, f[7], n, 0)) return 0;
    } else if (reduces) {
        const int starts = ag_is_sum(op) && !tape->exact && f[10] != -1;
        if (!ag_reads(reader, f[4], f[5], n, f[6], m)) return 0;
        if (op == AG_dot && !ag_reads(reader, f[7], f[8], n, f[9], m)) return 0;
        if (op == AG_take && !ag_reads(reader, f[7], 0, 1, f[9], m)) return 0;
        if (starts && !ag_reads(reader, f[10], 0, 1, f[12], m)) return 0;
        reader->reason = "has too many operands";
        if (op != AG_dot && op != AG_take && f[7] != -1) return 0;
        if (!starts && f[10] != -1) return 0;
    } else {
        reader->reason = "has no kernel";
        if (arity == 0) return 0;
        for (i = 0; i < 3; i++) {
            if (i < arity && !ag_reads(reader, f[4 + 3 * i], f[5 + 3 * i], n, 0, 1))
                return 0;
            reader->reason = "has too many operands";
            if (i >= arity && f[4 + 3 * i] != -1) return 0;
        }
    }
    memset(reader->known + out, 1, (size_t)room);
    reader->reason = NULL;
    return 1;
}

static int ag_start_varying(ag_reader *reader) {
    const ag_tape *tape = reader->tape;
    memset(reader->known + tape->varying, 1, (size_t)tape->inputs);
    reader->low = tape->varying + tape->inputs;
    reader->high = tape->slots;
    return 1;
}

/* Look through a whole schedule: 1, or 0 and what is wrong, or -1: no memory.
   `arities` are those of the rows that CALLs may name. */
static int ag_check_tape(const ag_tape *tape, const int *arities, char *reason,
                         size_t size) {
    ag_reader reader = {tape, NULL, arities, 0, tape->varying, 0, NULL};
    const int first = tape->parameters + tape->constants;
    long long rooms = 0;
    int i, ok = 1;
    for (i = 0; i < tape->count; i++)
        rooms += ag_room(tape->fields + (ptrdiff_t)AG_FIELDS * i);
    if (rooms > AG_MOST_OPERATIONS ||
        (long long)tape->slots - first - tape->inputs != rooms) {
        snprintf(reason, size, "its slots are not as many as its instructions compute");
        return 0;
    }
    reader.low = first;
    reader.known = (unsigned char *)calloc((size_t)tape->slots + 1, 1);
    if (reader.known == NULL) return -1;
    memset(reader.known, 1, (size_t)first);
    for (i = 0; ok && i <= tape->count; i++) {
        if (i == tape->uniform) ag_start_varying(&reader);
        if (i == tape->count) break;
        ok = ag_read_instruction(&reader, tape->fields + (ptrdiff_t)AG_FIELDS * i);
        if (!ok) snprintf(reason, size, "instruction %d %s", i, reader.reason);
    }
    for (i = 0; ok && i < tape->guard_count; i++) {
        const int *guard = tape->guards + 4 * (ptrdiff_t)i;
        ok = guard[0] >= 0 && guard[0] <= 5 && (guard[3] == 0 || guard[3] == 1);
        if (!ok) snprintf(reason, size, "guard %d is none", i);
        if (ok) ok = ag_reads(&reader, guard[1], 0, 1, 0, 1) &&
                     ag_reads(&reader, guard[2], 0, 1, 0, 1);
        if (!ok && reader.reason != NULL)
            snprintf(reason, size, "guard %d %s", i, reader.reason);
    }
    for (i = 0; ok && i < tape->output_count; i++) {
        ok = ag_reads(&reader, tape->outputs[i], 0, 1, 0, 1);
        if (!ok) snprintf(reason, size, "an output %s", reader.reason);
    }
    free(reader.known);
    return ok;
}

/* --- decoding */

static void ag_swap(int *a, int *b) {
    const int kept = *a;
    *a = *b;
    *b = kept;
}

/* x y = y x: the matrix first, and what is uniform before what varies */
static void ag_turn_dot(ag_step *q, int varying) {
    int turn = q->r[0] == 0 && q->r[1] != 0;
    if (q->m == 1) {
        q->r[0] = q->r[1] = 0;
        turn = q->x[0] >= varying && q->x[1] < varying;
    }
    if (!turn) return;
    ag_swap(&q->x[0], &q->x[1]);
    ag_swap(&q->s[0], &q->s[1]);
    ag_swap(&q->r[0], &q->r[1]);
    q->need = (unsigned char)((q->need & 4) | (q->need & 1) << 1 | (q->need & 2) >> 1);
}

/* The lowest and the highest slot of an operand */
static void ag_ends(const ag_step *q, int i, ptrdiff_t *low, ptrdiff_t *high) {
    const ptrdiff_t a = (ptrdiff_t)q->s[i] * (q->n - 1);
    const ptrdiff_t b = (ptrdiff_t)q->r[i] * (q->m - 1);
    *low = q->x[i] + (a < 0 ? a : 0) + (b < 0 ? b : 0);
    *high = q->x[i] + (a > 0 ? a : 0) + (b > 0 ? b : 0);
}

static int ag_apart(const ag_step *q) {
    ptrdiff_t low0, high0, low1, high1;
    ag_ends(q, 0, &low0, &high0);
    ag_ends(q, 1, &low1, &high1);
    return high0 < low1 || high1 < low0;
}

static int ag_dot_kind(const ag_step *q, int exact, int reverse) {
    const int rows = q->s[0] == 1 && q->s[1] == 1;
    if (exact) return AG_DOT_EXACT;
    if (q->m == 1) return rows ? AG_DOT_ONE : AG_DOT_ANY;
    if (q->r[1] != 0) return AG_DOT_ANY;
    if (reverse && !ag_apart(q)) return AG_DOT_ANY; /* both adjoints are held at once */
    if (rows) return AG_DOT_ROWS;
    return q->r[0] == 1 ? AG_DOT_COLUMNS : AG_DOT_ANY;
}

static ag_step ag_decode_step(const ag_tape *tape, int i, int need, int reverse) {
    const int *f = tape->fields + (ptrdiff_t)AG_FIELDS * i;
    ag_step q;
    int k;
    memset(&q, 0, sizeof q);
    q.op = (unsigned short)f[0];
    q.n = f[1];
    q.m = f[2];
    q.out = f[3];
    q.need = (unsigned char)need;
    for (k = 0; k < 3; k++) {
        q.x[k] = f[4 + 3 * k];
        if (q.op < AG_CALL && q.x[k] < 0) q.need &= (unsigned char)~(1 << k);
        /* a stride that is not used may be anything */
        q.s[k] = q.x[k] < 0 ? 0 : q.n == 1 ? 1 : f[5 + 3 * k];
        q.r[k] = q.x[k] < 0 || q.m == 1 ? 0 : f[6 + 3 * k];
    }
    if (q.op == AG_take) q.s[1] = 0;
    if (ag_is_sum(q.op)) q.s[2] = 0;
    switch (q.op) {
    case AG_dot:
        if (!tape->exact) ag_turn_dot(&q, tape->varying);
        q.kind = ag_dot_kind(&q, tape->exact, reverse);
        break;
    case AG_sum: q.kind = tape->exact ? AG_SUM_EXACT : AG_SUM_STEP; break;
    case AG_max: q.kind = AG_MAX_STEP; break;
    case AG_min: q.kind = AG_MIN_STEP; break;
    case AG_logsumexp: q.kind = AG_LOGSUMEXP_STEP; break;
    case AG_prod: q.kind = AG_PROD_STEP; break;
    case AG_hypot:
        q.kind = tape->exact && !reverse ? AG_ROW_STEP : AG_HYPOT_STEP;
        break;
    case AG_take: q.kind = AG_TAKE_STEP; break;
    case AG_GATHER: q.kind = AG_GATHER_STEP; break;
    case AG_CALL: q.kind = AG_CALL_STEP; break;
    default:
        for (k = ag_kernel_arity[q.op]; k < 3; k++) q.x[k] = 0; /* nothing looks */
        if (q.n > 1)
            q.kind = tape->exact ? AG_VECTOR_EXACT : AG_VECTOR;
        else
            q.kind = reverse ? 8 * q.op + q.need : q.op;
    }
    return q;
}

/* The steps of a forward run of one sample: 0, or -1 where there is no memory left. */
static int ag_decode_forward(ag_tape *tape) {
    int i;
    tape->forward = (ag_step *)malloc(((size_t)tape->count + 1) * sizeof(ag_step));
    if (tape->forward == NULL) return -1;
    for (i = 0; i < tape->count; i++) {
        ag_step *q = &tape->forward[i];
        *q = ag_decode_step(tape, i, 0, 0);
        if (i >= tape->uniform) tape->work += 4.0 + (double)q->n * q->m;
        if (q->op == AG_prod && q->n > tape->scratch) tape->scratch = q->n;
        if (q->kind == AG_ROW_STEP) tape->calls = 1;
        if (q->op == AG_CALL) {
            tape->calls = 1;
            q->extra = (int)tape->partials;
            tape->partials += q->n; /* below AG_MOST_OPERATIONS */
        }
    }
    return 0;
}

/* And those of a reverse run, when it is wanted for the first time. */
static int ag_decode_reverse(ag_tape *tape, int mode) {
    int i, count = 0;
    ag_step *steps = (ag_step *)malloc(((size_t)tape->count + 1) * sizeof(ag_step));
    if (steps == NULL) return -1;
    for (i = tape->count - 1; i >= 0; i--) {
        ag_step q;
        if (i == tape->uniform - 1) tape->reverse_varying[mode] = count;
        if (!tape->needs[mode][i]) continue;
        q = ag_decode_step(tape, i, tape->needs[mode][i], 1);
        q.extra = tape->forward[i].extra;
        if (q.need) steps[count++] = q;
    }
    if (tape->uniform == 0) tape->reverse_varying[mode] = count;
    tape->reverse_count[mode] = count;
    tape->reverse[mode] = steps;
    return 0;
}

/* --- decoding once more, for AG_LANES samples at a time */

#define AG_LANES 32
#define AG_MOST_LANE_SLOTS 262144 /* more would take 128 MiB of each thread */

static int ag_lane_kind(const ag_step *q) {
    int i, flat = 1;
    if (q->op == AG_dot) return AG_DOT_LANES;
    if (q->op >= AG_CALL || ag_is_reduction(q->op)) return q->kind;
    for (i = 0; i < ag_kernel_arity[q->op]; i++)
        flat = flat && q->s[i] == (q->varying >> i & 1);
    return flat || q->n == 1 ? AG_FLAT : AG_VECTOR;
}

/* Whether no two of an operand's adjoints lie in the same slot. Those of a vector that
   all rows of a dot share are summed up first. */
static int ag_distinct(const ag_step *q, int i) {
    const long long n = i == 2 && ag_is_sum(q->op) ? 1 : q->n;
    const long long m = q->op == AG_dot && i == 1 && q->r[1] == 0 ? 1 : q->m;
    const long long s = q->s[i] < 0 ? -(long long)q->s[i] : q->s[i];
    const long long r = q->r[i] < 0 ? -(long long)q->r[i] : q->r[i];
    if (n == 1) return m == 1 || r != 0;
    if (m == 1) return s != 0;
    return s != 0 && r != 0 && (r >= n * s || s >= m * r);
}

typedef struct {
    unsigned char *touched;
    ag_range *ranges;
    int count, room;
} ag_zeros;

/* This slot's adjoint has to be 0 before the reverse run starts. */
static int ag_zero(ag_zeros *zeros, int slot) {
    ag_range *last = zeros->count ? zeros->ranges + zeros->count - 1 : NULL;
    if (zeros->touched[slot]) return 0;
    zeros->touched[slot] = 1;
    if (last != NULL && last->start + last->count == slot) {
        last->count++;
        return 0;
    }
    if (zeros->count == zeros->room) {
        const int room = 2 * zeros->room + 16;
        ag_range *more =
            (ag_range *)realloc(zeros->ranges, (size_t)room * sizeof(ag_range));
        if (more == NULL) return -1;
        zeros->ranges = more;
        zeros->room = room;
    }
    zeros->ranges[zeros->count].start = slot;
    zeros->ranges[zeros->count++].count = 1;
    return 0;
}

/* Adjoints of an operand: set by this step where it is the first that has any, else
   added to what is there. */
static int ag_touch(ag_zeros *zeros, ag_step *q, int i, int may_set) {
    const int alone = i == 2 && ag_is_sum(q->op);
    const int n = alone || q->s[i] == 0 ? 1 : q->n, m = q->r[i] == 0 ? 1 : q->m;
    int j, k, fresh = may_set && ag_distinct(q, i);
    for (j = 0; fresh && j < m; j++)
        for (k = 0; fresh && k < n; k++)
            fresh = !zeros->touched[q->x[i] + j * q->r[i] + k * q->s[i]];
    for (j = 0; j < m; j++)
        for (k = 0; k < n; k++) {
            const int slot = q->x[i] + j * q->r[i] + k * q->s[i];
            if (fresh)
                zeros->touched[slot] = 1;
            else if (ag_zero(zeros, slot) < 0)
                return -1;
        }
    if (fresh) q->first |= (unsigned char)(1 << i);
    return 0;
}

static int ag_touch_step(const ag_tape *tape, ag_zeros *zeros, ag_step *q) {
    static const int dot_order[3] = {2, 0, 1}, order[3] = {0, 1, 2};
    const int *turns = ag_is_sum(q->op) ? dot_order : order;
    /* one vector after the other is set only where no other is set meanwhile */
    const int several = (q->need & q->varying) & ((q->need & q->varying) - 1);
    const int sets = ag_is_sum(q->op) || q->kind == AG_FLAT ||
                     (q->kind == AG_VECTOR && !several);
    const int room = q->op < AG_CALL && ag_is_reduction(q->op) ? q->m : q->n;
    int i, k;
    for (k = 0; k < room; k++)
        if (ag_zero(zeros, q->out + k) < 0) return -1;
    if (q->op == AG_GATHER) {
        for (k = 0; k < q->n; k++) {
            const int slot = tape->pool[q->x[0] + k];
            if (slot >= tape->varying && ag_zero(zeros, slot) < 0) return -1;
        }
        return 0;
    }
    for (i = 0; i < 3; i++) {
        ag_step as_read = *q;
        const int turn = turns[i];
        if (!(q->need >> turn & 1) || !(q->varying >> turn & 1)) continue;
        if (q->op == AG_take && turn == 1) as_read.n = 1;
        if (ag_touch(zeros, &as_read, turn, sets) < 0) return -1;
        q->first = as_read.first;
    }
    return 0;
}

static ag_step ag_lane_step(const ag_tape *tape, const ag_step *given) {
    ag_step q = *given;
    int i;
    for (i = 0; i < 3; i++)
        if (q.x[i] >= tape->varying && q.op < AG_CALL) q.varying |= (1 << i);
    if (q.op == AG_GATHER && tape->pool[q.x[0]] >= tape->varying) q.varying = 1;
    q.kind = ag_lane_kind(&q);
    return q;
}

static void ag_scale_step(const ag_tape *tape, ag_step *q) {
    int i;
    q->out = (q->out - tape->varying) * AG_LANES;
    for (i = 0; i < 3; i++)
        if (q->varying >> i & 1 && q->op < AG_CALL) {
            q->x[i] = (q->x[i] - tape->varying) * AG_LANES;
            q->s[i] *= AG_LANES;
            q->r[i] *= AG_LANES;
        }
}

/* 0, 1 where this schedule cannot run over lanes, or -1: no memory left. */
static int ag_decode_lanes(ag_tape *tape) {
    const ptrdiff_t width = (ptrdiff_t)tape->slots - tape->varying;
    const int count = tape->count - tape->uniform;
    int i;
    if (tape->exact || tape->calls || width > AG_MOST_LANE_SLOTS) return 1;
    tape->lanes = (ag_step *)malloc(((size_t)count + 1) * sizeof(ag_step));
    if (tape->lanes == NULL) return -1;
    for (i = 0; i < count; i++) {
        tape->lanes[i] = ag_lane_step(tape, &tape->forward[tape->uniform + i]);
        ag_scale_step(tape, &tape->lanes[i]);
    }
    return 0;
}

static int ag_find_zeros(const ag_tape *tape, ag_zeros *zeros, ag_step *steps,
                         int count) {
    int i;
    for (i = 0; i < tape->output_count; i++)
        if (tape->outputs[i] >= tape->varying && ag_zero(zeros, tape->outputs[i]) < 0)
            return -1;
    for (i = 0; i < count; i++)
        if (ag_touch_step(tape, zeros, &steps[i]) < 0) return -1;
    for (i = 0; i < tape->inputs; i++)
        if (ag_zero(zeros, tape->varying + i) < 0) return -1;
    for (i = 0; i < zeros->count; i++) {
        zeros->ranges[i].start = (zeros->ranges[i].start - tape->varying) * AG_LANES;
        zeros->ranges[i].count *= AG_LANES;
    }
    return 0;
}

/* The reverse run over lanes, of what varies; that of one sample is decoded already. */
static int ag_decode_lanes_reverse(ag_tape *tape, int mode) {
    const int count = tape->reverse_varying[mode];
    ag_zeros zeros = {NULL, NULL, 0, 0};
    ag_step *steps = (ag_step *)malloc(((size_t)count + 1) * sizeof(ag_step));
    int i, failed = 1;
    zeros.touched = (unsigned char *)calloc((size_t)tape->slots + 1, 1);
    if (steps != NULL && zeros.touched != NULL) {
        for (i = 0; i < count; i++)
            steps[i] = ag_lane_step(tape, &tape->reverse[mode][i]);
        failed = ag_find_zeros(tape, &zeros, steps, count) < 0;
    }
    free(zeros.touched);
    if (failed) {
        free(zeros.ranges);
        free(steps);
        return -1;
    }
    for (i = 0; i < count; i++) ag_scale_step(tape, &steps[i]);
    tape->lanes_reverse[mode] = steps;
    tape->lanes_reverse_count[mode] = count;
    tape->zeros[mode] = zeros.ranges;
    tape->zero_count[mode] = zeros.count;
    return 0;
}
