// The price of n European calls and its five derivatives, by the closed formulas.
#include <math.h>

static double normal(double x) { return 0.5 * erfc(-x * sqrt(0.5)); }

void black_scholes(const double *spot, const double *strike, const double *rate,
                   const double *vol, const double *t, double *price, double *by_spot,
                   double *by_strike, double *by_rate, double *by_vol, double *by_t, long n)
{
    const double root_of_two_pi = sqrt(2 * acos(-1));
    for (long i = 0; i < n; i++) {
        double root = sqrt(t[i]), spread = vol[i] * root;
        double d1 = (log(spot[i] / strike[i]) + (rate[i] + vol[i] * vol[i] / 2) * t[i]) / spread;
        double below1 = normal(d1), below2 = normal(d1 - spread);
        double discounted = strike[i] * exp(-rate[i] * t[i]);
        double density = spot[i] * exp(-d1 * d1 / 2) / root_of_two_pi;
        price[i] = spot[i] * below1 - discounted * below2;
        by_spot[i] = below1;
        by_strike[i] = -discounted / strike[i] * below2;
        by_rate[i] = discounted * t[i] * below2;
        by_vol[i] = density * root;
        by_t[i] = density * vol[i] / (2 * root) + rate[i] * discounted * below2;
    }
}
