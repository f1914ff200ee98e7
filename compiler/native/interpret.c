/* interpret.c - a graph, an input and a checkpoint -> each value on the way, told to a watch, and
 * the outputs.
 *
 * Everything that the interpreter makes lives in an arena of its own, which goes at the end; the
 * values of parameters and results go as soon as nothing needs them any more.
 */
#include "interpret.h"

#include <string.h>

/* A run, with how many of its nodes are done. */
typedef struct Counted {
    const Interpretation *asked;
    int64_t done, total;
} Counted;

static void count_node(Node *node, void *context) {
    (void)node;
    ((Counted *)context)->total++;
}

/* An InterpWatch: counts the node and passes it on. */
static void see_node(void *context, const Node *node, const float *data, const Shape *shape) {
    Counted *counted = context;
    const Interpretation *asked = counted->asked;
    progress_count(asked->progress, ++counted->done, counted->total);
    if (asked->watch) {
        asked->watch(asked->watch_context, node, data, shape);
    }
}

static void copy_outputs(const Interpretation *asked, const InterpResult *results) {
    for (int i = 0; i < asked->graph->n_outputs; i++) {
        size_t count = (size_t)shape_elements(&results[i].shape);
        memcpy(asked->outputs[i], results[i].data, count * sizeof(float));
    }
}

bool interpret(Arena *outer, const Interpretation *asked) {
    Arena *arena = arena_child(outer);
    Counted counted = {asked, 0, 0};
    graph_each(asked->graph, count_node, &counted);
    const InterpRequest request = {.input = asked->input,
                                   .read = param_source_read,
                                   .read_context = asked->source,
                                   .forget = param_source_forget,
                                   .watch = see_node,
                                   .watch_context = &counted};
    InterpResult *results = NULL;
    if (asked->outputs) {
        results = NEW_ARRAY(arena, InterpResult, asked->graph->n_outputs);
    }
    bool good = interp_graph(arena, asked->graph, &request, results);
    if (good && results) {
        copy_outputs(asked, results);
    }
    arena_give_back(arena);
    return good;
}
