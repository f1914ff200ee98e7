/* tally.h - how the values of a channel are distributed, as whole numbers.
 *
 *   0.3, 0, 0.7, -2.5   ->   zeros 1; above: width 1/128, bins 38 and 89; below: width 1/32, bin 80
 *
 * On each side of zero there are TALLY_BINS bins, whose width is the smallest power of two with
 * which all values so far have a bin. A value that has none doubles the width, and joins each two
 * bins. So the counts depend on which values there were, and not on their order: every machine,
 * target and number of threads finds the same.
 */
#ifndef XNC_COMPILER_TALLY_H
#define XNC_COMPILER_TALLY_H

#include <stdbool.h>
#include <stdint.h>

enum { TALLY_BINS = 128 };

/* The values of one sign. */
typedef struct TallySide {
    int32_t exponent;           /* of the width: 2^exponent; no value yet: 0 */
    float scale;                /* 2^-exponent */
    double most;                /* the largest magnitude; 0: no value yet */
    uint64_t count[TALLY_BINS]; /* bin b: magnitudes from b to b + 1 times the width; 193,456
                                   pictures of 149x149 pixels are more than 32 bits count */
} TallySide;

typedef struct Tally {
    TallySide below, above; /* zero */
    uint64_t zeros;
} Tally;

/* Adds a value. False when it is not finite; then nothing is added. */
bool tally_add(Tally *tally, float value);

/* Whether a tally is one that tally_add() may have left, whatever its counts are. */
bool tally_sound(const Tally *tally);

/* A range of values that integers stand for, which has zero in it. */
typedef struct ValueRange {
    double lo, hi; /* lo <= 0 <= hi */
} ValueRange;

/* The range whose 256 steps lose least, by the sum of squared errors: a step's rounding within, and
 * the distance to the end beyond. {0, 0} where there are zeros alone. */
ValueRange tally_range(const Tally *tally);

/* The same for the values of other images too, which go beyond, the farther the fewer the tallied
 * images were: both ends are moved out by 1 / sqrt(images) of their distance to zero. */
ValueRange tally_range_beyond(const Tally *tally, int64_t images);

/* The step of each range, a 255th of it. One of zeros alone takes the mean of the others', and 1
 * where there are none: zeros are zeros with any, but a product has the steps of its channels in
 * its weights, where a large one takes the bits of all others. */
void range_steps(const ValueRange *ranges, int64_t count, double *steps);

#endif
