/* checkpoint_names.h - which tensor of a file is which parameter. Private to compiler/weights. */
#ifndef XNC_COMPILER_WEIGHTS_CHECKPOINT_NAMES_H
#define XNC_COMPILER_WEIGHTS_CHECKPOINT_NAMES_H

#include "container.h"

/* Whether a tensor is a counter of training steps (num_batches_tracked), which inference ignores.
 */
bool name_is_ignored(const char *name);
/* A file's tensor name without the prefix of find_prefix() and without wrappers. */
const char *name_in_network(const char *name, const char *prefix);
/* Calls try with each accepted reading of a file's tensor name, best first, until one returns a
 * value that is not negative; returns that, or -1. The name that try gets lasts as long as the
 * call.
 */
typedef int NameTry(void *context, const char *name);
int name_readings(const char *name, const char *prefix, NameTry *try, void *context);

/* ---- checkpoint_prefix.c ---- */
/* Under which prefix ("" for none) the file keeps the network; false after a diagnostic when there
 * is more than one. */
bool find_prefix(const Reading *reading, const TensorFile *file, const Graph *graph,
                 const char **prefix);

#endif
