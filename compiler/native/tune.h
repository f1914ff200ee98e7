/* tune.h - numbers for a target, measured on this machine. */
#ifndef XNC_COMPILER_TUNE_H
#define XNC_COMPILER_TUNE_H

#include "bench.h"

/* What is measured. */
typedef struct TuneRequest {
    LoadRequest load;
    int threads; /* of each run */
} TuneRequest;

/* Measures the best ways to cut the network's work for the target; what is tried is told on
 * standard output. EXIT_DONE or why not. */
ExitCode tune_target(const Work *work, const TuneRequest *request, const Target *target,
                     Tuning *best);

#endif
