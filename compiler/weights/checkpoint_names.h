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
/* ---- checkpoint_head.c ---- */
/* Finds the one chain of linear layers and norms among the tensors that are no parameters of the
 * graph outside of its head, for a network whose last map has so many channels, each of which
 * pooling may give twice. find gives the index of the parameter of a name. False when there is no
 * chain, or several. */
bool find_head(Arena *arena, const TensorFile *file, const Graph *graph, const char *prefix,
               int64_t channels, NameTry *find, void *context, HeadModules *found);
/* For each tensor of the file the index of the parameter that it is by its place in the head, or
 * -1: of all tensors when the graph has no head of several layers, or the file has another one. */
int *match_head(Arena *arena, const TensorFile *file, const Graph *graph, const char *prefix,
                NameTry *find, void *context);

#endif
