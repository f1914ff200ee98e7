/* compare.c - two arrays of floats -> numbers that say how far they are from each other.
 *
 * Bits decide whether elements differ, but all NaN are one; distances are told in units in the last
 * place, absolutely, and relative to the spread of the expected values. All sums are in double, so
 * that rounding of the comparison itself does not count; an element that is not finite, in what is
 * expected or in what was got, has no part in them: it is equal or infinitely far away.
 */
#include "compare.h"

#include <math.h>
#include <string.h>

/* Floats as integers in the same order: bits of positive floats rise with them, those of negative
 * ones fall. -0 is -1 and +0 is 0, so they are neighbours. */
static int64_t ordered(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >= 0 ? bits : (int64_t)INT32_MIN - bits - 1;
}

uint64_t ulp_distance(float a, float b) {
    if (isnan(a) || isnan(b)) {
        return isnan(a) && isnan(b) ? 0 : UINT32_MAX;
    }
    int64_t distance = ordered(a) - ordered(b);
    return (uint64_t)(distance < 0 ? -distance : distance);
}

bool same_float(float a, float b) {
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* Equal infinities have no distance, though their difference is NaN. */
static double distance(float a, float b) {
    if (isnan(a) || isnan(b)) {
        return isnan(a) && isnan(b) ? 0.0 : INFINITY;
    }
    return a == b ? 0.0 : fabs((double)a - (double)b);
}

/* The larger of standard deviation and mean magnitude: maps of one constant value have no
 * deviation, logits around 0 a small mean. In two passes, as a sum of squares minus the square of
 * the sum would cancel. */
static double spread_of(const float *values, int64_t count) {
    double sum = 0, squares = 0, magnitude = 0, finite = 0;
    for (int64_t i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            sum += values[i];
            magnitude += fabs((double)values[i]);
            finite++;
        }
    }
    if (finite == 0) {
        return 0;
    }
    double mean = sum / finite;
    for (int64_t i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            squares += (values[i] - mean) * (values[i] - mean);
        }
    }
    return fmax(sqrt(squares / finite), magnitude / finite);
}

/* 1 for two zero vectors, 0 when just one is. */
static double cosine_of(const float *got, const float *expected, int64_t count) {
    double product = 0, squares_got = 0, squares_expected = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(got[i]) || !isfinite(expected[i])) {
            continue;
        }
        product += (double)got[i] * (double)expected[i];
        squares_got += (double)got[i] * (double)got[i];
        squares_expected += (double)expected[i] * (double)expected[i];
    }
    double lengths = sqrt(squares_got) * sqrt(squares_expected);
    if (lengths > 0) {
        return product / lengths;
    }
    return squares_got == squares_expected ? 1.0 : 0.0;
}

Difference compare_floats(const float *got, const float *expected, int64_t count) {
    Difference found = {.count = count, .first = -1};
    double squares = 0;
    for (int64_t i = 0; i < count; i++) {
        if (same_float(got[i], expected[i])) {
            continue;
        }
        found.first = found.different++ == 0 ? i : found.first;
        uint64_t ulp = ulp_distance(got[i], expected[i]);
        found.ulp = ulp > found.ulp ? ulp : found.ulp;
        double far = distance(got[i], expected[i]);
        found.absolute = fmax(found.absolute, far);
        squares += far * far;
    }
    found.spread = spread_of(expected, count);
    found.relative = found.absolute > 0 ? found.absolute / found.spread : 0;
    found.mean = found.absolute > 0 ? sqrt(squares / (double)count) / found.spread : 0;
    found.cosine = cosine_of(got, expected, count);
    return found;
}

void moved_add(Moved *moved, const float *got, const float *expected, int64_t count) {
    double mean = 0;
    for (int64_t i = 0; i < count; i++) {
        mean += (double)expected[i] / (double)count;
    }
    for (int64_t i = 0; i < count; i++) {
        double far = (double)got[i] - (double)expected[i];
        moved->squares += far * far;
        moved->spread += ((double)expected[i] - mean) * ((double)expected[i] - mean);
    }
}

double moved_part(const Moved *moved) {
    return moved->spread > 0 ? sqrt(moved->squares / moved->spread) : 0;
}

int64_t largest_index(const float *values, int64_t count) {
    int64_t best = 0;
    for (int64_t i = 1; i < count; i++) {
        best = values[i] > values[best] ? i : best;
    }
    return best;
}
