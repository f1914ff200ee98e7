/* peak.h - how fast this machine multiplies and adds: the yardstick of xnc bench.
 */
#ifndef XNC_COMPILER_PEAK_H
#define XNC_COMPILER_PEAK_H

#include "build.h"
#include "target.h"
#include "xnc.h"

/* A loop of independent fused multiply-adds, built for the target by the same C compiler. */
typedef void PeakFunction(const float *factors, float *result, long steps);
/* Vectors that one step of the loop changes. */
enum { PEAK_CHAINS = 12 };

/* Adds the loop to a build and loads it; NULL after a diagnostic. */
PeakFunction *peak_build(Build *build, Arena *arena, const Target *target);
/* GFLOP/s of all threads of the pool (NULL: of this one) in the best of a few short bursts. */
double peak_measure(PeakFunction *function, const Target *target, xnc_pool *pool);

#endif
