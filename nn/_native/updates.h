/* Written by `python -m nn._generated` from the rules in nn/updates.py. */
#include <math.h>
#include <stddef.h>

/* the same bits on each kind of processor: nothing is fused or reordered */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && \
    defined(__gnu_linux__)
#define NN_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define NN_CLONES
#endif

/* no two of a rule's arrays overlap */
#if defined(_MSC_VER)
#define NN_ALONE __restrict
#else
#define NN_ALONE restrict
#endif

typedef void nn_rule(ptrdiff_t count, double *NN_ALONE numbers,
    const double *NN_ALONE gradients, double *const *state, const double *settings);

#define NN_NAMES "sgd rmsprop adam"

NN_CLONES static void nn_sgd(ptrdiff_t count, double *NN_ALONE numbers,
    const double *NN_ALONE gradients, double *const *state,
    const double *settings) {
    double *NN_ALONE all_velocity = state[0];
    const double lr = settings[0];
    const double momentum = settings[1];
    const double nesterov = settings[2];
    const double decay = settings[3];
    ptrdiff_t i;
    for (i = 0; i < count; i++) {
        const double data = numbers[i];
        const double grad = gradients[i];
        const double velocity = all_velocity[i];
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
        all_velocity[i] = t4;
        numbers[i] = t9;
    }
}

NN_CLONES static void nn_rmsprop(ptrdiff_t count, double *NN_ALONE numbers,
    const double *NN_ALONE gradients, double *const *state,
    const double *settings) {
    double *NN_ALONE all_square = state[0];
    double *NN_ALONE all_velocity = state[1];
    const double lr = settings[0];
    const double alpha = settings[1];
    const double eps = settings[2];
    const double momentum = settings[3];
    const double decay = settings[4];
    ptrdiff_t i;
    for (i = 0; i < count; i++) {
        const double data = numbers[i];
        const double grad = gradients[i];
        const double square = all_square[i];
        const double velocity = all_velocity[i];
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
        all_square[i] = t7;
        all_velocity[i] = t11;
        numbers[i] = t13;
    }
}

NN_CLONES static void nn_adam(ptrdiff_t count, double *NN_ALONE numbers,
    const double *NN_ALONE gradients, double *const *state,
    const double *settings) {
    double *NN_ALONE all_mean = state[0];
    double *NN_ALONE all_square = state[1];
    const double lr = settings[0];
    const double first = settings[1];
    const double second = settings[2];
    const double eps = settings[3];
    const double decay = settings[4];
    const double decoupled = settings[5];
    const double mean_scale = settings[6];
    const double root_scale = settings[7];
    ptrdiff_t i;
    for (i = 0; i < count; i++) {
        const double data = numbers[i];
        const double grad = gradients[i];
        const double mean = all_mean[i];
        const double square = all_square[i];
        const int t0 = decoupled > 0.0;
        const double t1 = lr * decay;
        const double t2 = 1.0 - t1;
        const double t3 = data * t2;
        const double t4 = t0 ? t3 : data;
        const double t5 = lr * mean_scale;
        const double t6 = first * mean;
        const double t7 = 1.0 - first;
        const double t8 = decay * data;
        const double t9 = grad + t8;
        const double t10 = t0 ? grad : t9;
        const double t11 = t7 * t10;
        const double t12 = t6 + t11;
        const double t13 = t5 * t12;
        const double t14 = second * square;
        const double t15 = 1.0 - second;
        const double t16 = t15 * t10;
        const double t17 = t16 * t10;
        const double t18 = t14 + t17;
        const double t19 = sqrt(t18);
        const double t20 = t19 * root_scale;
        const double t21 = t20 + eps;
        const double t22 = t13 / t21;
        const double t23 = t4 - t22;
        all_mean[i] = t12;
        all_square[i] = t18;
        numbers[i] = t23;
    }
}

static nn_rule *const nn_rules[] = {nn_sgd, nn_rmsprop, nn_adam};
