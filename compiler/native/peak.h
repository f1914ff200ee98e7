/* peak.h - how fast this machine multiplies and adds: the yardstick of xnc bench.
 *
 * A burst lasts as long as a run of what it is compared with, and each run is followed by one: a
 * clock that falls under load, or a neighbour that takes its share of the core, changes both alike.
 * The roof is the best burst, as the time of a network is that of its best run: as many tries each,
 * of the same length.
 */
#ifndef XNC_COMPILER_PEAK_H
#define XNC_COMPILER_PEAK_H

#include "build.h"
#include "target.h"
#include "xnc.h"

typedef struct Peak {
    const Target *target;
    double (*function)(long steps); /* gives the operations done */
    long steps;                     /* of the last burst */
    double steps_per_ms;            /* of the fastest; 0 before the first */
} Peak;

/* A loop of independent fused multiply-adds in C: double xnc_peak(long steps). */
void peak_print(FILE *out, Arena *arena, const Target *target);
/* Adds that loop for the peak's target to a build, and loads it; false after a diagnostic. */
bool peak_build(Peak *peak, Build *build, Arena *arena);
/* GFLOP/s of all threads of the pool (NULL: of this one) in a burst of about ms. */
double peak_burst(Peak *peak, xnc_pool *pool, double ms);

#endif
