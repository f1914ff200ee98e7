/* tiny_model.h - a model written by hand, as the emitter would write it, for tests of the runtime.
 *
 * Input x of 2 images x 3 channels x 4 x 5. Layer "double": value = 2 * x + weight, split among
 * tasks by elements, through each task's own scratch. Layer "sum": output 0 = value + x. Layer
 * "copy": output 1 = value. The blob's content is one row of weights.
 */
#ifndef TINY_MODEL_H
#define TINY_MODEL_H

#include "xnc_model.h"

enum { TINY_ELEMENTS = 2 * 3 * 4 * 5, TINY_CONTENT = 512, TINY_BYTES = 64 + TINY_CONTENT };

extern const xnc_model tiny_model, other_model, greedy_model, future_model;

/* A blob that fits tiny_model; data is 64-byte aligned. */
typedef struct tiny_blob {
    _Alignas(64) unsigned char data[TINY_BYTES + 64];
} tiny_blob;
void make_blob(tiny_blob *blob);
/* Writes the header again after its fields or the content were changed. */
void seal_blob(tiny_blob *blob, const xnc_blob_header *header);
xnc_blob_header blob_header(const tiny_blob *blob);
/* The input, and what the outputs must be. */
void make_input(float *input);
float expected_sum(int index);
float expected_copy(int index);

#endif
