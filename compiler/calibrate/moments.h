/* moments.h - how the inputs of a product go together, and its weights rounded with that in mind.
 *
 *   rows of q - zero   ->   sums of q[i] and of q[i] q[j]   ->   how far q[i] follows q[j]
 *
 * Rounded one by one, weights have errors that know nothing of each other. But where input j tells
 * much of input i, what the rounding of i's weight lost can be made up for by the weight of j: it
 * is rounded after that of i, from a number that has moved by what is owed. The sums are whole
 * numbers, so they do not depend on the order of the rows.
 */
#ifndef XNC_COMPILER_MOMENTS_H
#define XNC_COMPILER_MOMENTS_H

#include "integers.h"

enum {
    MOMENT_ROWS = 8192,   /* at most: 8192 * 255 * 255 is below 2^31 */
    MOMENT_DEPTH = 4096,  /* deeper products are not rounded so */
    ROUNDED_TOGETHER = 16 /* outputs */
};

typedef struct Moments {
    int64_t depth;
    int64_t rows;      /* that were added */
    int32_t *sums;     /* of q[i] */
    int32_t *products; /* of q[i] q[j], j <= i: row i starts at i (i + 1) / 2 */
} Moments;

/* All sums 0. */
Moments *moments_create(Arena *arena, int64_t depth);
int64_t moments_products(int64_t depth);

/* Adds rows to the sums of inputs from first to end; the caller counts the rows. Number i of row r
 * is columns[i * pitch + r], and 0 behind the last row. */
void moments_add(Moments *moments, const int16_t *columns, int64_t pitch, int64_t first,
                 int64_t end);

/* Whether they are such that so many rows may have left, whatever their numbers are. */
bool moments_sound(const Moments *moments, int64_t rows);

/* The order in which the weights of an output are rounded, and what each owes to those before. */
typedef struct Debts {
    int64_t depth;
    const int64_t *order; /* the input that is number i */
    const int64_t *rank;  /* of each input, its number */
    double **factor;      /* factor[j][i], i < j: of the error of number i, what number j takes */
} Debts;

/* From the covariance, with a tenth of the mean variance added to each, as in other rows inputs go
 * together less than these say: U D U' of the inputs by falling variance, U upper with ones;
 * factor[j][i] is U[i][j]. NULL: nothing varies. */
const Debts *moments_debts(Arena *arena, const Moments *moments);

/* Rounds the weights of ROUNDED_TOGETHER outputs from o on, or fewer at the end, anew:
 * rint(v[j] + sum of factor[j][i] (v[i] - w[i])). What comes is next to what was there (at most 1
 * more or less), within 127, and the sum of those of one sign of so many together within 128, as it
 * was (integers.h). The room is for depth * ROUNDED_TOGETHER numbers. */
void debts_round(const Debts *debts, Integers *integers, int64_t o, const double *weights,
                 int together, double *room);

#endif
