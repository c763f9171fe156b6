// A step of microgpt.py by hand: the mean loss of a word, its gradient, and Adam.
#include <math.h>
#include <string.h>

enum { D = 16, HEADS = 4, SIZE = D / HEADS, CONTEXT = 16, UP = 4 * D, LETTERS = 64 };

// y = w x
static void apply(int m, int n, const double *w, const double *x, double *y)
{
    for (int j = 0; j < m; j++, w += n) {
        double total = 0;
        for (int k = 0; k < n; k++) total += w[k] * x[k];
        y[j] = total;
    }
}

// dx += w' dy, gw += dy x'
static void back(int m, int n, const double *w, const double *x, const double *dy,
                 double *dx, double *gw)
{
    for (int j = 0; j < m; j++, w += n, gw += n)
        for (int k = 0; k < n; k++) {
            dx[k] += w[k] * dy[j];
            gw[k] += x[k] * dy[j];
        }
}

static double norm(const double *x, double *y)
{
    double total = 0;
    for (int k = 0; k < D; k++) total += x[k] * x[k];
    double scale = 1 / sqrt(total / D + 1e-5);
    for (int k = 0; k < D; k++) y[k] = scale * x[k];
    return scale;
}

// dx += the derivative of norm applied to dy
static void norm_back(const double *x, double scale, const double *dy, double *dx)
{
    double total = 0;
    for (int k = 0; k < D; k++) total += x[k] * dy[k];
    total *= scale * scale * scale / D;
    for (int k = 0; k < D; k++) dx[k] += scale * dy[k] - total * x[k];
}

// what a position computes; the gradients of its key and value come from later ones too
typedef struct {
    double embedded[D], start[D], x[D], q[D], k[D], v[D], share[HEADS][CONTEXT];
    double joined[D], middle[D], normed[D], hidden[UP], out[D], chance[LETTERS];
    double scale_embedded, scale_start, scale_middle, dk[D], dv[D];
} Place;

typedef struct { double *tokens, *places, *scores, *query, *key, *value, *mix, *up, *down; } Parts;

static Parts parts(double *p, int letters)
{
    Parts w = {.tokens = p};
    w.places = w.tokens + letters * D;
    w.scores = w.places + CONTEXT * D;
    w.query = w.scores + letters * D;
    w.key = w.query + D * D;
    w.value = w.key + D * D;
    w.mix = w.value + D * D;
    w.up = w.mix + D * D;
    w.down = w.up + UP * D;
    return w;
}

static double forward(Parts w, int letters, Place *all, int t, int token, int following)
{
    Place *a = all + t;
    for (int k = 0; k < D; k++) a->embedded[k] = w.tokens[token * D + k] + w.places[t * D + k];
    a->scale_embedded = norm(a->embedded, a->start);
    a->scale_start = norm(a->start, a->x);
    apply(D, D, w.query, a->x, a->q);
    apply(D, D, w.key, a->x, a->k);
    apply(D, D, w.value, a->x, a->v);
    memset(a->joined, 0, sizeof a->joined);
    for (int h = 0; h < HEADS; h++) {
        double *share = a->share[h], largest = -INFINITY, total = 0;
        for (int s = 0; s <= t; s++) {
            double logit = 0;
            for (int k = h * SIZE; k < (h + 1) * SIZE; k++) logit += a->q[k] * all[s].k[k];
            share[s] = logit / 2;  // the root of SIZE
            if (share[s] > largest) largest = share[s];
        }
        for (int s = 0; s <= t; s++) total += share[s] = exp(share[s] - largest);
        for (int s = 0; s <= t; s++) {
            share[s] /= total;
            for (int k = h * SIZE; k < (h + 1) * SIZE; k++)
                a->joined[k] += share[s] * all[s].v[k];
        }
    }
    apply(D, D, w.mix, a->joined, a->middle);
    for (int k = 0; k < D; k++) a->middle[k] += a->start[k];
    a->scale_middle = norm(a->middle, a->normed);
    apply(UP, D, w.up, a->normed, a->hidden);
    for (int k = 0; k < UP; k++) a->hidden[k] = a->hidden[k] > 0 ? a->hidden[k] : 0;
    apply(D, UP, w.down, a->hidden, a->out);
    for (int k = 0; k < D; k++) a->out[k] += a->middle[k];
    double scores[LETTERS], largest = -INFINITY, total = 0;
    apply(letters, D, w.scores, a->out, scores);
    for (int k = 0; k < letters; k++) if (scores[k] > largest) largest = scores[k];
    for (int k = 0; k < letters; k++) total += a->chance[k] = exp(scores[k] - largest);
    for (int k = 0; k < letters; k++) a->chance[k] /= total;
    return -log(a->chance[following]);
}

static void backward(Parts w, Parts g, int letters, Place *all, int t, int token,
                     int following, double seed)
{
    Place *a = all + t;
    double dscores[LETTERS], dout[D] = {0}, dhidden[UP] = {0}, dnormed[D] = {0};
    double djoined[D] = {0}, dq[D] = {0}, dx[D] = {0}, dstart[D], dembedded[D] = {0};
    for (int k = 0; k < letters; k++) dscores[k] = seed * (a->chance[k] - (k == following));
    back(letters, D, w.scores, a->out, dscores, dout, g.scores);
    back(D, UP, w.down, a->hidden, dout, dhidden, g.down);
    for (int k = 0; k < UP; k++) dhidden[k] = a->hidden[k] > 0 ? dhidden[k] : 0;
    back(UP, D, w.up, a->normed, dhidden, dnormed, g.up);
    norm_back(a->middle, a->scale_middle, dnormed, dout);
    memcpy(dstart, dout, sizeof dstart);
    back(D, D, w.mix, a->joined, dout, djoined, g.mix);
    for (int h = 0; h < HEADS; h++) {
        double dshare[CONTEXT], total = 0;
        for (int s = 0; s <= t; s++) {
            dshare[s] = 0;
            for (int k = h * SIZE; k < (h + 1) * SIZE; k++) {
                dshare[s] += djoined[k] * all[s].v[k];
                all[s].dv[k] += djoined[k] * a->share[h][s];
            }
            total += dshare[s] * a->share[h][s];
        }
        for (int s = 0; s <= t; s++) {
            double dlogit = a->share[h][s] * (dshare[s] - total) / 2;
            for (int k = h * SIZE; k < (h + 1) * SIZE; k++) {
                dq[k] += dlogit * all[s].k[k];
                all[s].dk[k] += dlogit * a->q[k];
            }
        }
    }
    back(D, D, w.query, a->x, dq, dx, g.query);
    back(D, D, w.key, a->x, a->dk, dx, g.key);
    back(D, D, w.value, a->x, a->dv, dx, g.value);
    norm_back(a->start, a->scale_start, dx, dstart);
    norm_back(a->embedded, a->scale_embedded, dstart, dembedded);
    for (int k = 0; k < D; k++) {
        g.tokens[token * D + k] += dembedded[k];
        g.places[t * D + k] += dembedded[k];
    }
}

// p, g and the moments first and second hold `count` numbers; g is 0 before and after.
// `taken` is the number of this step, from 1.
double step(double *p, double *g, double *first, double *second, long count, int letters,
            const int *tokens, int places, double rate, int taken)
{
    Place all[CONTEXT];
    Parts w = parts(p, letters), by = parts(g, letters);
    double loss = 0;
    for (int t = 0; t < places; t++) {
        memset(all[t].dk, 0, sizeof all[t].dk);
        memset(all[t].dv, 0, sizeof all[t].dv);
        loss += forward(w, letters, all, t, tokens[t], tokens[t + 1]);
    }
    for (int t = places; t-- > 0;)
        backward(w, by, letters, all, t, tokens[t], tokens[t + 1], 1.0 / places);
    double b1 = 0.85, b2 = 0.99, c1 = 1 - pow(b1, taken), c2 = 1 - pow(b2, taken);
    for (long i = 0; i < count; i++) {
        first[i] = b1 * first[i] + (1 - b1) * g[i];
        second[i] = b2 * second[i] + (1 - b2) * g[i] * g[i];
        p[i] -= rate * (first[i] / c1) / (sqrt(second[i] / c2) + 1e-8);
        g[i] = 0;
    }
    return loss / places;
}
