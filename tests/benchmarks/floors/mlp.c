// The MLP 2-16-16-1 by hand: the hinge loss and its gradient by the 337 weights.
// A neuron's weights stand before its bias. Gradients are added into g.

enum { IN = 2, HIDDEN = 16, COUNT = 337 };
#define FIRST(p) (p)
#define SECOND(p) ((p) + HIDDEN * (IN + 1))
#define THIRD(p) ((p) + HIDDEN * (IN + 1) + HIDDEN * (HIDDEN + 1))

static double sample(const double *p, double *g, const double *x, double side, double seed)
{
    const double *w1 = FIRST(p), *w2 = SECOND(p), *w3 = THIRD(p);
    double *g1 = FIRST(g), *g2 = SECOND(g), *g3 = THIRD(g);
    double h1[HIDDEN], h2[HIDDEN], d1[HIDDEN] = {0}, d2[HIDDEN];
    for (int j = 0; j < HIDDEN; j++) {
        const double *w = w1 + j * (IN + 1);
        double a = w[IN];
        for (int k = 0; k < IN; k++) a += w[k] * x[k];
        h1[j] = a > 0 ? a : 0;
    }
    for (int j = 0; j < HIDDEN; j++) {
        const double *w = w2 + j * (HIDDEN + 1);
        double a = w[HIDDEN];
        for (int k = 0; k < HIDDEN; k++) a += w[k] * h1[k];
        h2[j] = a > 0 ? a : 0;
    }
    double out = w3[HIDDEN];
    for (int k = 0; k < HIDDEN; k++) out += w3[k] * h2[k];
    double margin = 1 - side * out;

    double d = margin > 0 ? -side * seed : 0;
    g3[HIDDEN] += d;
    for (int k = 0; k < HIDDEN; k++) {
        g3[k] += d * h2[k];
        d2[k] = h2[k] > 0 ? d * w3[k] : 0;
    }
    for (int j = 0; j < HIDDEN; j++) {
        const double *w = w2 + j * (HIDDEN + 1);
        double *gw = g2 + j * (HIDDEN + 1), dj = d2[j];
        gw[HIDDEN] += dj;
        for (int k = 0; k < HIDDEN; k++) {
            gw[k] += dj * h1[k];
            d1[k] += dj * w[k];
        }
    }
    for (int j = 0; j < HIDDEN; j++) {
        double *gw = g1 + j * (IN + 1), dj = h1[j] > 0 ? d1[j] : 0;
        gw[IN] += dj;
        for (int k = 0; k < IN; k++) gw[k] += dj * x[k];
    }
    return margin > 0 ? margin : 0;
}

double one(const double *p, double *g, double x0, double x1, double side)
{
    double x[IN] = {x0, x1};
    return sample(p, g, x, side, 1);
}

// the same sample many times
double many(const double *p, double *g, double x0, double x1, double side, long times)
{
    double total = 0;
    for (long i = 0; i < times; i++) total += one(p, g, x0, x1, side);
    return total;
}

double batch(const double *p, double *g, const double *x0, const double *x1,
             const double *side, long n)
{
    double total = 0;
    for (long i = 0; i < n; i++) {
        double x[IN] = {x0[i], x1[i]};
        total += sample(p, g, x, side[i], 1.0 / n);
    }
    return total / n;
}

// The same with 32 samples side by side: vectors as wide as the machine's, tiles of four
// neurons by two vectors in registers, gradients kept as vectors and summed at the end.
#ifdef __AVX512F__
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
enum { W = 32, ROW = W / LANES };
typedef double V __attribute__((vector_size(8 * LANES)));
typedef long long Mask __attribute__((vector_size(8 * LANES)));
typedef V Row[ROW];

// `then` where the condition is positive, else 0
#define positive(condition, then) ((V)((Mask)(then) & ((condition) > 0)))

static double sum(V v)
{
    double total = 0;
    for (int l = 0; l < LANES; l++) total += v[l];
    return total;
}

// y = w x + b for m neurons
static void forward(int m, int n, const double *w, const Row *x, Row *y)
{
    int j = 0;
    for (; j + 4 <= m; j += 4, w += 4 * (n + 1))
        for (int c = 0; c < ROW; c += 2) {
            V a[4][2];
            for (int i = 0; i < 4; i++) a[i][0] = a[i][1] = (V){0} + w[i * (n + 1) + n];
            for (int k = 0; k < n; k++)
                for (int i = 0; i < 4; i++) {
                    a[i][0] += w[i * (n + 1) + k] * x[k][c];
                    a[i][1] += w[i * (n + 1) + k] * x[k][c + 1];
                }
            for (int i = 0; i < 4; i++) {
                y[j + i][c] = a[i][0];
                y[j + i][c + 1] = a[i][1];
            }
        }
    for (; j < m; j++, w += n + 1)
        for (int c = 0; c < ROW; c++) {
            V a = (V){0} + w[n];
            for (int k = 0; k < n; k++) a += w[k] * x[k][c];
            y[j][c] = a;
        }
}

// gw += dy x', gb += dy
static void by_weights(int m, int n, const Row *x, const Row *dy, V *g)
{
    for (int j = 0; j < m; j++, g += n + 1) {
        V total = {0};
        for (int c = 0; c < ROW; c++) total += dy[j][c];
        g[n] += total;
        for (int k = 0; k < n; k++) {
            V s = g[k];
            for (int c = 0; c < ROW; c++) s += dy[j][c] * x[k][c];
            g[k] = s;
        }
    }
}

// dx = w' dy where x, the output of a relu, is positive, else 0
static void by_inputs(int m, int n, const double *w, const Row *x, const Row *dy, Row *dx)
{
    for (int k = 0; k < n; k += 4)
        for (int c = 0; c < ROW; c += 2) {
            V a[4][2] = {0};
            for (int j = 0; j < m; j++)
                for (int i = 0; i < 4; i++) {
                    a[i][0] += w[j * (n + 1) + k + i] * dy[j][c];
                    a[i][1] += w[j * (n + 1) + k + i] * dy[j][c + 1];
                }
            for (int i = 0; i < 4; i++) {
                dx[k + i][c] = positive(x[k + i][c], a[i][0]);
                dx[k + i][c + 1] = positive(x[k + i][c + 1], a[i][1]);
            }
        }
}

double tiled(const double *p, double *g, const double *x0, const double *x1,
             const double *side, long n)
{
    V total = {0}, gv[COUNT] = {0};
    for (long i = 0; i < n; i += W) {
        Row x[IN], h1[HIDDEN], h2[HIDDEN], out[1], d[1], d1[HIDDEN], d2[HIDDEN];
        V s[ROW] = {0}, seed[ROW] = {0};
        for (int l = 0; l < W; l++) {
            long at = i + l < n ? i + l : 0;  // past the end: any sample, with seed 0
            x[0][l / LANES][l % LANES] = x0[at];
            x[1][l / LANES][l % LANES] = x1[at];
            s[l / LANES][l % LANES] = side[at];
            seed[l / LANES][l % LANES] = i + l < n ? 1.0 / n : 0;
        }
        forward(HIDDEN, IN, FIRST(p), x, h1);
        for (int j = 0; j < HIDDEN; j++)
            for (int c = 0; c < ROW; c++) h1[j][c] = positive(h1[j][c], h1[j][c]);
        forward(HIDDEN, HIDDEN, SECOND(p), h1, h2);
        for (int j = 0; j < HIDDEN; j++)
            for (int c = 0; c < ROW; c++) h2[j][c] = positive(h2[j][c], h2[j][c]);
        forward(1, HIDDEN, THIRD(p), h2, out);
        for (int c = 0; c < ROW; c++) {
            V margin = 1 - s[c] * out[0][c];
            total += positive(margin, margin) * seed[c];
            d[0][c] = positive(margin, -s[c] * seed[c]);
        }
        by_weights(1, HIDDEN, h2, d, THIRD(gv));
        by_inputs(1, HIDDEN, THIRD(p), h2, d, d2);
        by_weights(HIDDEN, HIDDEN, h1, d2, SECOND(gv));
        by_inputs(HIDDEN, HIDDEN, SECOND(p), h1, d2, d1);
        by_weights(HIDDEN, IN, x, d1, FIRST(gv));
    }
    for (int i = 0; i < COUNT; i++) g[i] += sum(gv[i]);
    return sum(total);
}
