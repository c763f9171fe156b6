// Rosenbrock's function of n numbers by hand, and its gradient, which is written over.

double rosenbrock(const double *x, double *g, long n)
{
    double total = 0, carried = 0;
    for (long i = 0; i + 1 < n; i++) {
        double bent = x[i + 1] - x[i] * x[i], off = 1 - x[i];
        total += 100 * bent * bent + off * off;
        g[i] = carried - 400 * bent * x[i] - 2 * off;
        carried = 200 * bent;
    }
    g[n - 1] = carried;
    return total;
}
