/* xnc_top.h - from logits to probabilities and the best classes.
 * SPDX-License-Identifier: MIT-0
 *
 * A file of its own: xnc_softmax() needs SLEEF (link with -lsleef), nothing else of the runtime
 * does.
 */
#ifndef XNC_TOP_H
#define XNC_TOP_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct xnc_ranked {
    int index; /* of the class */
    float value;
} xnc_ranked;

/* Turns count logits into probabilities that add up to 1; both may be the same array. Gives the
 * same bits on every machine. A NaN or +infinity among the logits makes every result NaN. */
void xnc_softmax(const float *logits, float *probabilities, int count);

/* Writes the k largest of count values to best, largest first; of equal ones the one with the
 * smaller index comes first, NaNs come last. Returns how many were written: the smaller of k and
 * count. */
int xnc_top(const float *values, int count, xnc_ranked *best, int k);

#ifdef __cplusplus
}
#endif

#endif
