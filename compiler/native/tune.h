/* tune.h - measures on this machine the numbers of a target (block sizes, tile shapes) with which a
 * network runs fastest: compile --tune. */
#ifndef XNC_COMPILER_TUNE_H
#define XNC_COMPILER_TUNE_H

#include "bench.h"

/* What is measured. */
typedef struct TuneRequest {
    LoadRequest load;
    int threads; /* of each run */
} TuneRequest;

/* Measures for some minutes, one line of standard output for each change that is tried, and writes
 * the numbers to *best: values for which tuning_is_valid() holds. EXIT_DONE or why not; *best then
 * holds the best so far. */
ExitCode tune_target(const Work *work, const TuneRequest *request, const Target *target,
                     Tuning *best);

#endif
