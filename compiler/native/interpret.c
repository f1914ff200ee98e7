/* interpret.c - a graph, an input and a checkpoint -> each value on the way, told to a watch, and
 * the outputs.
 *
 * Everything that the interpreter makes lives in an arena of its own, which goes at the end; the
 * values of parameters and results go as soon as nothing needs them any more.
 */
#include "interpret.h"

#include <string.h>

#include "channel_order.h"
#include "xnc.h"

/* A run, with how many of its nodes are done. */
typedef struct Counted {
    const Interpretation *asked;
    Progress *progress;
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
    progress_count(counted->progress, ++counted->done, counted->total);
    if (asked->watch) {
        asked->watch(asked->watch_context, node, data, shape);
    }
}

static void copy_outputs(const Interpretation *asked, const InterpResult *results) {
    for (int i = 0; i < asked->graph->n_outputs; i++) {
        size_t count = (size_t)shape_elements(&results[i].shape);
        if (asked->graph->channels_last) {
            channels_to_last(results[i].data, &results[i].shape, asked->outputs[i]);
        } else {
            memcpy(asked->outputs[i], results[i].data, count * sizeof(float));
        }
    }
}

/* The input in NCHW, the interpreter's order. */
static const float *take_input(Arena *arena, const Interpretation *asked) {
    const Shape *shape = &asked->graph->input->shape;
    if (!asked->graph->channels_last) {
        return asked->input;
    }
    float *turned = NEW_ARRAY(arena, float, shape_elements(shape));
    channels_to_first(asked->input, shape, turned);
    return turned;
}

static void free_pool(void *pool) {
    xnc_pool_destroy(pool);
}

/* The workers end with the arena. Where they cannot be started, the calling thread does their work
 * and comes to the same bits. */
static void start_pool(Arena *arena, int threads, InterpRequest *request) {
    xnc_pool *pool;
    if (xnc_pool_create(&pool, threads) == XNC_OK) {
        arena_defer(arena, free_pool, pool);
        request->parallel = xnc_pool_parallel;
        request->parallel_context = pool;
        request->threads = threads;
    }
}

bool interpret(const Work *work, const Interpretation *asked) {
    Arena *arena = arena_child(work->arena);
    Counted counted = {asked, work->progress, 0, 0};
    graph_each(asked->graph, count_node, &counted);
    InterpRequest request = {.input = take_input(arena, asked),
                             .read = param_source_read,
                             .read_context = asked->source,
                             .forget = param_source_forget,
                             .watch = see_node,
                             .watch_context = &counted};
    if (asked->threads > 1) {
        start_pool(arena, asked->threads, &request);
    }
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
