/* requests.h - the command line cut into what each part of the work is asked for. No room below
 * this one sees the whole.
 */
#ifndef XNC_COMPILER_REQUESTS_H
#define XNC_COMPILER_REQUESTS_H

#include "bench.h"
#include "check.h"
#include "options.h"

/* size_at and batch_at select from the lists of sizes and batches that bench may be given; 0, 0 for
 * all other commands. */
ModelRequest model_request(const Options *options, int size_at, int batch_at);
TargetRequest target_request(const Options *options);
/* stop_after names the last pass; NULL: all. */
PassOptions pass_request(const Options *options, const char *stop_after);
UnitRequest unit_request(const Options *options, const char *stop_after);
BuildOptions build_request(const Options *options);
/* The first of --threads; 1 by default. */
int thread_request(const Options *options);
CheckRequest check_request(const Options *options);
LoadRequest load_request(const Options *options, int size_at, int batch_at);

#endif
