/* interpret.h - a graph run by the reference interpreter on the values of a checkpoint.
 */
#ifndef XNC_COMPILER_INTERPRET_H
#define XNC_COMPILER_INTERPRET_H

#include "param_source.h"

typedef struct Interpretation {
    const Graph *graph;    /* at any stage */
    ParamSource *source;   /* of its parameters; forgets them node by node */
    const float *input;    /* dense, in NCHW, or in NHWC if the graph is channels_last */
    InterpWatch *watch;    /* told each value when it is ready, after which the value may go;
                              NULL: nobody is */
    void *watch_context;   /* passed to watch */
    float *const *outputs; /* one for each output of the graph, with room for its elements, to be
                              filled densely, likewise; NULL: the watch is enough */
    int threads; /* 1 or more; the watch is told by the calling one. Every number gives the same
                    bits */
} Interpretation;

/* Shows in work's progress how many nodes are done. The peak of memory is about that of
 * the values that are needed at once. False after a diagnostic. */
bool interpret(const Work *work, const Interpretation *asked);

#endif
