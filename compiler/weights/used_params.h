/* used_params.h - which checkpoint tensors a graph reads: those of its nodes' constants. A network
 * with --features or --classes=0 reads fewer than its checkpoint has. */
#ifndef XNC_COMPILER_USED_PARAMS_H
#define XNC_COMPILER_USED_PARAMS_H

#include "ir.h"
#include "map.h"

/* A set of names, in the order of first use. */
typedef struct UsedParams {
    Arena *arena;
    Map *known; /* by name */
    const char **names;
    int64_t *elements;
    int count, capacity;
} UsedParams;

/* Everything that the constants of the graph's nodes read, regions included. */
UsedParams *used_params(Arena *arena, const Graph *graph);
/* The same for a single node (a region counts with its body). */
UsedParams *used_params_of(Arena *arena, const Node *node);
/* A ParamNeeded of weights.h; context is a UsedParams. */
bool param_used(void *context, const char *name);

#endif
