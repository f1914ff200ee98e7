/* compare.h - how far two arrays of floats are from each other: xnc check, report and the tests.
 */
#ifndef XNC_COMPILER_COMPARE_H
#define XNC_COMPILER_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Difference {
    int64_t count;     /* elements compared */
    int64_t different; /* elements whose bits differ, where not both are NaN */
    int64_t first;     /* index of the first of them, -1 if there is none */
    uint64_t ulp;      /* largest distance in units in the last place */
    double absolute;   /* largest distance; infinite when one is NaN and the other is not */
    double relative;   /* absolute / spread */
    double mean;       /* root mean square of all distances / spread */
    double spread;     /* larger one of standard deviation and mean magnitude of what is expected,
                          as far as it is finite */
    double cosine;     /* of the angle between both as vectors */
} Difference;

/* How many steps from one representable float to the next lead from a to b: 0 for equal bits or two
 * NaNs, 1 from -0 to +0; UINT32_MAX when just one is NaN. */
uint64_t ulp_distance(float a, float b);
/* Whether the bits are equal. All NaN are: which elements are NaN is promised, not their payload.
 */
bool same_float(float a, float b);
/* Element by element; count is 1 or more. A spread of 0 makes relative infinite when any element
 * differs in value. */
Difference compare_floats(const float *got, const float *expected, int64_t count);
/* Sums over outputs, of which moved_part() makes one number. */
typedef struct Moved {
    double squares, spread; /* of differences; of what is expected, from its mean */
} Moved;

/* Adds an output; count is 1 or more. */
void moved_add(Moved *moved, const float *got, const float *expected, int64_t count);
/* The root mean square of the differences as a part of that of the spread; 0 without a spread. */
double moved_part(const Moved *moved);
/* Index of the largest value, the first of equal ones. */
int64_t largest_index(const float *values, int64_t count);

#endif
