/* peak.h - measures the peak rate of fused multiply-adds of this machine, beside which xnc bench
 * puts the rate of a network.
 *
 * A burst lasts as long as a run of what it is compared with, and each run is followed by one, so
 * that a clock that falls under load, or another process on the core, slows both alike. The peak is
 * the best burst, as the time of a network is its best run: as many tries each, of the same length.
 */
#ifndef XNC_COMPILER_PEAK_H
#define XNC_COMPILER_PEAK_H

#include "build.h"
#include "target.h"
#include "xnc.h"

typedef struct Peak {
    const Target *target;           /* set by the caller before peak_build() */
    Precision precision;            /* likewise: of the multiply-adds */
    double (*function)(long steps); /* set by peak_build(); returns the operations done */
    long steps;                     /* of the last burst */
    double steps_per_ms;            /* of the fastest; 0 before the first */
} Peak;

/* Prints a C file with a loop of independent multiply-adds, of pairs where the target has an
 * instruction for the precision: double xnc_peak(long steps). */
void peak_print(FILE *out, Arena *arena, const Peak *peak);
/* Builds that file for the peak's target and loads it; false after a diagnostic. The code lives as
 * long as the build's arena. */
bool peak_build(Peak *peak, Build *build, Arena *arena);
/* GFLOP/s, a multiply-add being two, of all threads of the pool (NULL: of this one) in a burst of
 * about ms milliseconds. */
double peak_burst(Peak *peak, xnc_pool *pool, double ms);

#endif
