/* Written by `python -m nn._generated` from the rules in nn/updates.py. */
#include <math.h>
#include <stddef.h>

#define NN_NAMES "sgd rmsprop adam"

static inline double nn_sgd(double data, double grad, double **state,
    ptrdiff_t i, const double *settings) {
    const double velocity = state[0][i];
    const double lr = settings[0];
    const double momentum = settings[1];
    const double nesterov = settings[2];
    const double decay = settings[3];
    const int t0 = nesterov > 0.0;
    const double t1 = decay * data;
    const double t2 = grad + t1;
    const double t3 = momentum * velocity;
    const double t4 = t3 + t2;
    const double t5 = momentum * t4;
    const double t6 = t2 + t5;
    const double t7 = t0 ? t6 : t4;
    const double t8 = lr * t7;
    const double t9 = data - t8;
    state[0][i] = t4;
    return t9;
}

static inline double nn_rmsprop(double data, double grad, double **state,
    ptrdiff_t i, const double *settings) {
    const double square = state[0][i];
    const double velocity = state[1][i];
    const double lr = settings[0];
    const double alpha = settings[1];
    const double eps = settings[2];
    const double momentum = settings[3];
    const double decay = settings[4];
    const double t0 = momentum * velocity;
    const double t1 = decay * data;
    const double t2 = grad + t1;
    const double t3 = alpha * square;
    const double t4 = 1.0 - alpha;
    const double t5 = t4 * t2;
    const double t6 = t5 * t2;
    const double t7 = t3 + t6;
    const double t8 = sqrt(t7);
    const double t9 = t8 + eps;
    const double t10 = t2 / t9;
    const double t11 = t0 + t10;
    const double t12 = lr * t11;
    const double t13 = data - t12;
    state[0][i] = t7;
    state[1][i] = t11;
    return t13;
}

static inline double nn_adam(double data, double grad, double **state,
    ptrdiff_t i, const double *settings) {
    const double mean = state[0][i];
    const double square = state[1][i];
    const double lr = settings[0];
    const double first = settings[1];
    const double second = settings[2];
    const double eps = settings[3];
    const double decay = settings[4];
    const double decoupled = settings[5];
    const double mean_weight = settings[6];
    const double square_weight = settings[7];
    const int t0 = decoupled > 0.0;
    const double t1 = lr * decay;
    const double t2 = 1.0 - t1;
    const double t3 = data * t2;
    const double t4 = t0 ? t3 : data;
    const double t5 = first * mean;
    const double t6 = 1.0 - first;
    const double t7 = decay * data;
    const double t8 = grad + t7;
    const double t9 = t0 ? grad : t8;
    const double t10 = t6 * t9;
    const double t11 = t5 + t10;
    const double t12 = lr * t11;
    const double t13 = t12 / mean_weight;
    const double t14 = second * square;
    const double t15 = 1.0 - second;
    const double t16 = t15 * t9;
    const double t17 = t16 * t9;
    const double t18 = t14 + t17;
    const double t19 = t18 / square_weight;
    const double t20 = sqrt(t19);
    const double t21 = t20 + eps;
    const double t22 = t13 / t21;
    const double t23 = t4 - t22;
    state[0][i] = t11;
    state[1][i] = t18;
    return t23;
}

static inline double nn_update(int code, double data, double grad,
    double **state, ptrdiff_t i, const double *settings) {
    switch (code) {
    case 0: return nn_sgd(data, grad, state, i, settings);
    case 1: return nn_rmsprop(data, grad, state, i, settings);
    case 2: return nn_adam(data, grad, state, i, settings);
    }
    return NAN;
}
