/* operand.h - the left operands of products, as the generated code leaves them in its arena.
 *
 *   conv2d of 728 channels, 1x1            a row for each pixel of the result: 728 numbers
 *   conv2d of 32 channels, 3x3, pad 1      288 numbers, window row, column, channel; padding is 0
 */
#ifndef XNC_COMPILER_OPERAND_H
#define XNC_COMPILER_OPERAND_H

#include "pass.h"

/* A product that is quantized, in a planned graph without separable nodes and regions. */
typedef struct Operand {
    const Node *node; /* conv2d */
    int layer;        /* index in the module */
    int64_t channels; /* of the operand */
    int64_t depth;    /* numbers of a row: channels times the taps of the window */
    int64_t outputs;  /* channels of the result */
    int64_t pixels;   /* of the result of one image: rows that it has */
    bool stage;       /* the operand is a depthwise stage's result, which nothing else reads */
} Operand;

/* The products of a planned graph that can be quantized, in order of execution: convolutions that
 * do not read the picture, and whose sums of integers fit. */
typedef struct Operands {
    Operand *at;
    int count;
} Operands;
Operands operands_of(const Unit *unit);

/* The index of the layer that computes a node of the unit. */
int layer_of(const Module *module, const Node *node);
/* The pixels of a value of f32, NHWC: in the arena of a run, in front of the prologue. */
const float *value_pixels(const Value *value, const void *arena);
/* Fills a row behind the prologue: pixel counts those of all images of the run. */
void operand_row(const Operand *operand, const void *arena, int64_t pixel, float *row);

/* The weight of output o at k is weights[o * depth + k], folded but not rounded; NULL when the
 * reader failed. */
double *operand_weights(Arena *arena, const Operand *operand, ParamReader *read, void *context);

#endif
