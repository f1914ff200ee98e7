/* xnc_top.h - from logits to probabilities and the best classes.
 * SPDX-License-Identifier: MIT-0
 *
 * A file of its own: xnc_softmax() and xnc_sigmoid() need SLEEF (link with -lsleef), nothing else
 * of the runtime does.
 */
#ifndef XNC_TOP_H
#define XNC_TOP_H

#include "xnc.h"

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

/* Turns each of count logits by itself into a probability, 1 / (1 + exp(-x)): of one logit, or of
 * labels that may be right together. Both may be the same array. The same bits on every machine; a
 * NaN stays one. */
void xnc_sigmoid(const float *logits, float *probabilities, int count);

/* Turns the outputs for one image into probabilities as the model means them: xnc_softmax(),
 * xnc_sigmoid(), or for XNC_SCORES_NONE the outputs themselves. scores is xnc_model_scores(model).
 * Both may be the same array. */
void xnc_scores_of(xnc_scores scores, const float *outputs, float *probabilities, int count);

/* Writes the k largest of count values to best, largest first; of equal ones the one with the
 * smaller index comes first, NaNs come last. Returns how many were written: the smaller of k and
 * count. */
int xnc_top(const float *values, int count, xnc_ranked *best, int k);

#ifdef __cplusplus
}
#endif

#endif
