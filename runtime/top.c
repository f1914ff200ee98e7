/* top.c - softmax, sigmoid and the k best classes.
 * SPDX-License-Identifier: MIT-0
 *
 * exp is SLEEF's reproducible one without fused multiply-add, which every machine computes alike.
 */
#include "xnc_float_internal.h"
#include "xnc_top.h"

#include <math.h>
#include <sleef.h>
#include <string.h>

void xnc_softmax(const float *logits, float *probabilities, int count) {
    xnc_float had = xnc_float_enter();
    float largest = -INFINITY;
    for (int i = 0; i < count; i++) {
        largest = logits[i] > largest ? logits[i] : largest;
    }
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        probabilities[i] = Sleef_cinz_expf1_u10purec(logits[i] - largest);
        sum += probabilities[i];
    }
    for (int i = 0; i < count; i++) {
        probabilities[i] = (float)(probabilities[i] / sum);
    }
    xnc_float_leave(had);
}

/* exp of a number that is not above 0 cannot overflow; for negative x the same quotient is written
 * as exp(x) / (1 + exp(x)). In double, so that the result is rounded once. */
static float sigmoid(float x) {
    double power = Sleef_cinz_expf1_u10purec(x > 0.0f ? -x : x);
    return (float)((x > 0.0f ? 1.0 : power) / (1.0 + power));
}

void xnc_sigmoid(const float *logits, float *probabilities, int count) {
    xnc_float had = xnc_float_enter();
    for (int i = 0; i < count; i++) {
        probabilities[i] = sigmoid(logits[i]);
    }
    xnc_float_leave(had);
}

void xnc_scores_of(xnc_scores scores, const float *outputs, float *probabilities, int count) {
    if (scores == XNC_SCORES_SOFTMAX) {
        xnc_softmax(outputs, probabilities, count);
    } else if (scores == XNC_SCORES_SIGMOID) {
        xnc_sigmoid(outputs, probabilities, count);
    } else {
        memmove(probabilities, outputs, (size_t)count * sizeof *outputs);
    }
}

/* Does a value come before another in the ranking? */
static int ranks_before(float value, float other) {
    return value > other || (isnan(other) && !isnan(value));
}

int xnc_top(const float *values, int count, xnc_ranked *best, int k) {
    xnc_float had = xnc_float_enter(); /* subnormals rank too */
    int kept = 0;
    for (int i = 0; i < count; i++) {
        int at = kept;
        while (at > 0 && ranks_before(values[i], best[at - 1].value)) {
            at--;
        }
        if (at >= k) {
            continue;
        }
        kept += kept < k;
        for (int j = kept - 1; j > at; j--) {
            best[j] = best[j - 1];
        }
        best[at] = (xnc_ranked){i, values[i]};
    }
    xnc_float_leave(had);
    return kept;
}
