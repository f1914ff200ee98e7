/* requests.h - the command line cut into what each part of the work is asked for.
 *
 *   Options   ->   ModelRequest, TargetRequest, PassOptions, BuildOptions, ...
 *
 * Rooms below this one take these structures and never see Options, so they can be called without a
 * command line. Strings are those of the command line.
 */
#ifndef XNC_COMPILER_REQUESTS_H
#define XNC_COMPILER_REQUESTS_H

#include "bench.h"
#include "boxes.h"
#include "check.h"
#include "options.h"

/* What is asked of MODEL, the first operand. size_at and batch_at are indexes into the lists of
 * sizes and batches, which only bench may be given with more than one element; 0, 0 for all other
 * commands. */
ModelRequest model_request(const Options *options, int size_at, int batch_at);
TargetRequest target_request(const Options *options);
/* What is dumped and verified while passes run. stop_after names the last pass; NULL: all. */
PassOptions pass_request(const Options *options, const char *stop_after);
/* The three together, with the first size and batch. */
UnitRequest unit_request(const Options *options, const char *stop_after);
/* --box. */
BoxRequest box_request(const Options *options);
/* --cc and --no-cache. */
BuildOptions build_request(const Options *options);
/* The first of --threads; 1 by default. */
int thread_request(const Options *options);
/* Of check and report. */
CheckRequest check_request(const Options *options);
/* The words for golden_inputs() (golden.h): operands of golden, or the value of --with-golden, cut
 * at its commas. */
const char *const *golden_words(Arena *arena, const Options *options, int *count);
/* Of bench and compile --tune: one network of the sweep. */
LoadRequest load_request(const Options *options, int size_at, int batch_at);

#endif
