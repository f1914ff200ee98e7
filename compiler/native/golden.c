/* golden.c - the planned graph, interpreted -> a digest of each layer's result.
 *
 * The interpreter shows each node's result as it comes (InterpWatch), and what is kept of it are
 * eight bytes: memory does not grow with the number of layers, as it does for a check.
 */
#include "golden.h"

#include "xnc_golden.h"

/* One run of the interpreter. */
typedef struct Watched {
    const Work *work;
    const Module *module;
    GoldenDigests *digests;
    Map *places; /* name of a layer -> its digest for this input */
    int64_t done, total;
} Watched;

static void count_node(Node *node, void *context) {
    (void)node;
    ((Watched *)context)->total++;
}

/* An InterpWatch. Nodes inside of a region that no layer is named after are not in memory as a
 * whole, so nobody compares them. */
static void see_node(void *context, const Node *node, const float *data, const Shape *shape) {
    Watched *watched = context;
    uint64_t *place = map_get(watched->places, node->name);
    if (place) {
        *place = xnc_golden_digest(data, (size_t)shape_elements(shape));
        map_put(watched->places, node->name, NULL);
    }
    progress_count(watched->work->progress, ++watched->done, watched->total);
}

/* Every layer is a node of the graph, or the last node of a region. */
static void check_seen(const Watched *watched) {
    for (int i = 0; i < watched->module->n_layers; i++) {
        const char *name = watched->module->layers[i].name;
        if (map_get(watched->places, name)) {
            internal_error("golden", "layer %s was not interpreted", name);
        }
    }
}

static bool interpret(const Work *work, const Unit *unit, ParamSource *source,
                      GoldenDigests *digests, int input) {
    Arena *arena = arena_child(work->arena);
    Watched watched = {work, unit->module, digests, map_by_name(arena), 0, 0};
    for (int i = 0; i < unit->module->n_layers; i++) {
        map_put(watched.places, unit->module->layers[i].name,
                &digests->of_layers[i * digests->n_inputs + input]);
    }
    graph_each(unit->graph, count_node, &watched);
    progress_step(work->progress, "interpreting the graph on %s", digests->inputs[input].name);
    InterpResult *results = NEW_ARRAY(arena, InterpResult, unit->graph->n_outputs);
    bool good = interp_graph(arena, unit->graph, digests->inputs[input].values, results,
                             param_source_read, source, see_node, &watched);
    if (good) {
        check_seen(&watched);
    }
    param_source_forget(source);
    arena_give_back(arena);
    return good;
}

GoldenDigests *golden_interpret(const Work *work, const Unit *unit, ParamSource *source,
                                const GoldenInput inputs[], int n_inputs) {
    GoldenDigests *digests = NEW(work->arena, GoldenDigests);
    digests->inputs = inputs;
    digests->n_inputs = n_inputs;
    digests->of_layers =
        NEW_ARRAY(work->arena, uint64_t, (int64_t)unit->module->n_layers * n_inputs);
    for (int i = 0; i < n_inputs; i++) {
        if (!interpret(work, unit, source, digests, i)) {
            return NULL;
        }
    }
    progress_hide(work->progress);
    return digests;
}
