/* integers.h - a product in integers: what int8 code computes, for whoever has to know it before
 * there is such code.
 *
 *   row of floats   ->   q - zero   ->   sums of integers with integer weights
 */
#ifndef XNC_COMPILER_INTEGERS_H
#define XNC_COMPILER_INTEGERS_H

#include "operand.h"

/* The scales of a product, and its weights by them. Rows and weights have the order of the sum:
 * window row, column, channel. */
typedef struct Integers {
    const Operand *operand;
    float *scale; /* of each channel of the operand */
    int *zero;
    float *step;      /* of each output */
    int16_t *weights; /* outputs * depth, -127 to 127 */
} Integers;

/* Scales of 1, and room for all. */
Integers *integers_create(Arena *arena, const Operand *operand);

/* Sets the integer weights of output o and its step: the smallest that keeps them within 127, and
 * the sum of those of one sign of so many together (0, 2 or 4, as in quant.h) within 128. weights
 * are depth numbers. */
void integers_weigh(Integers *integers, int64_t o, const double *weights, int together);

/* q - zero for each number of a row, which is kept within 0 to 255 first; all are finite. */
void integers_row(const Integers *integers, const float *row, int16_t *to);
/* The sums of products of a row of length numbers with the first 4, or fewer, of count others that
 * lie behind each other; how many they are. */
int64_t integers_multiply(const int16_t *row, const int16_t *others, int64_t length, int64_t count,
                          int32_t sums[4]);
/* The sums of a row for 4 outputs from o on, or fewer at the end. */
void integers_sums(const Integers *integers, const int16_t *row, int64_t o, int32_t sums[4]);

#endif
