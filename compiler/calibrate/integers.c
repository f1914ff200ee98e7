/* integers.c - see integers.h. Everything is in double, one rounding each, so that all machines
 * find the same integers.
 */
#include "integers.h"

#include <math.h>

#include "operands.h"

/* Added and taken away it leaves the nearest whole number, half-even, of a number below 2^51. */
static const double MAGIC = 0x1.8p52;

enum { MOST_WEIGHT = 127, MOST_SUM = 128, MOST_VALUE = 255 };

Integers *integers_create(Arena *arena, const Operand *operand) {
    Integers *integers = NEW(arena, Integers);
    integers->operand = operand;
    integers->scale = NEW_ARRAY(arena, float, operand->channels);
    integers->zero = NEW_ARRAY(arena, int, operand->channels);
    integers->step = NEW_ARRAY(arena, float, operand->outputs);
    integers->weights = NEW_ARRAY(arena, int16_t, operand->outputs * operand->depth);
    for (int64_t c = 0; c < operand->channels; c++) {
        integers->scale[c] = 1;
    }
    return integers;
}

/* Sets the integer weights of output o by its step. */
static void round_weights(Integers *integers, int64_t o, const double *weights) {
    const Operand *operand = integers->operand;
    int16_t *to = integers->weights + o * operand->depth;
    double step = (double)integers->step[o];
    for (int64_t k = 0, c = 0; k < operand->depth; k++, c++) {
        c = c < operand->channels ? c : 0;
        double exact = weights[k] * (double)integers->scale[c] / step;
        double kept = fmin(fmax(exact, -MOST_WEIGHT), MOST_WEIGHT);
        to[k] = (int16_t)(kept + MAGIC - MAGIC);
    }
}

/* The larger of two sums: of the positive ones of so many numbers, and of the negative ones. */
static double sum_of_one_sign(const double *numbers, int count) {
    double above = 0, below = 0;
    for (int i = 0; i < count; i++) {
        above += fmax(numbers[i], 0);
        below -= fmin(numbers[i], 0);
    }
    return fmax(above, below);
}

/* The largest such sum of integer weights that are restricted together. */
static double largest_sum(const int16_t *weights, int64_t depth, int together) {
    double most = 0;
    for (int64_t k = 0; together > 0 && k < depth; k += 2) {
        int64_t at[4];
        double numbers[4];
        weights_group(k, at);
        for (int i = 0; i < together; i++) {
            numbers[i] = at[i] < depth ? weights[at[i]] : 0;
        }
        most = fmax(most, sum_of_one_sign(numbers, together));
    }
    return most;
}

/* The smallest step before it is a float. */
static double least_step(const Integers *integers, const double *weights, int together) {
    const Operand *operand = integers->operand;
    double step = 0;
    for (int64_t k = 0; k < operand->depth; k++) {
        int64_t at[4];
        double scaled[4];
        weights_group(k, at);
        for (int i = 0; i < (together > 0 ? together : 1); i++) {
            scaled[i] = at[i] < operand->depth
                            ? weights[at[i]] * (double)integers->scale[at[i] % operand->channels]
                            : 0;
        }
        step = fmax(step, fabs(scaled[0]) / MOST_WEIGHT);
        step = fmax(step, sum_of_one_sign(scaled, together) / MOST_SUM);
    }
    return step;
}

/* A sum of two within 128 stays so when both are rounded, but for what dividing them has rounded:
 * then the next float does it. Sums of four may grow by 1. */
static float larger_step(float step, int together) {
    static const float more = 1 + 0x1p-12f;
    return together > 2 ? step * more : nextafterf(step, INFINITY);
}

void integers_weigh(Integers *integers, int64_t o, const double *weights, int together) {
    const Operand *operand = integers->operand;
    const int16_t *rounded = integers->weights + o * operand->depth;
    double step = least_step(integers, weights, together);
    float *to = &integers->step[o];
    *to = step > 1e-30 ? (float)step : 1;
    *to = (double)*to < step ? nextafterf(*to, INFINITY) : *to;
    round_weights(integers, o, weights);
    while (largest_sum(rounded, operand->depth, together) > MOST_SUM) {
        *to = larger_step(*to, together);
        round_weights(integers, o, weights);
    }
}

void integers_row(const Integers *integers, const float *row, int16_t *to) {
    int64_t channels = integers->operand->channels;
    for (int64_t k = 0; k < integers->operand->depth; k += channels) {
        for (int64_t c = 0; c < channels; c++) {
            double zero = integers->zero[c];
            double factor = (double)(float)(1.0 / (double)integers->scale[c]);
            double value = fmin(fmax((double)row[k + c] * factor + zero, 0), MOST_VALUE);
            to[k + c] = (int16_t)(value + MAGIC - MAGIC - zero);
        }
    }
}

/* Four sums at once, as each reads the row. */
static void sum_four(const int16_t *row, const int16_t *others, int64_t length, int32_t sums[4]) {
    int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
    for (int64_t k = 0; k < length; k++) {
        sum0 += row[k] * others[k];
        sum1 += row[k] * others[length + k];
        sum2 += row[k] * others[2 * length + k];
        sum3 += row[k] * others[3 * length + k];
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

int64_t integers_multiply(const int16_t *row, const int16_t *others, int64_t length, int64_t count,
                          int32_t sums[4]) {
    if (count >= 4) {
        sum_four(row, others, length, sums);
        return 4;
    }
    for (int64_t i = 0; i < count; i++, others += length) {
        sums[i] = 0;
        for (int64_t k = 0; k < length; k++) {
            sums[i] += row[k] * others[k];
        }
    }
    return count;
}

void integers_sums(const Integers *integers, const int16_t *row, int64_t o, int32_t sums[4]) {
    const Operand *operand = integers->operand;
    const int16_t *weights = integers->weights + o * operand->depth;
    integers_multiply(row, weights, operand->depth, operand->outputs - o, sums);
}
