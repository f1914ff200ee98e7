/* golden.c - the planned graph, interpreted -> a digest of each layer's result.
 *
 * The interpreter shows each node's result as it comes (InterpWatch), and what is kept of it are
 * eight bytes: memory does not grow with the number of layers, as it does for a check.
 */
#include "golden.h"

#include "interpret.h"
#include "xnc_golden.h"

/* Where the digests of one input go: name of a layer -> its place. */
typedef struct DigestPlaces {
    const Module *module;
    Map *by_name; /* a layer that was seen has no place any more */
} DigestPlaces;

static DigestPlaces make_places(Arena *arena, const Module *module, GoldenDigests *digests,
                                int input) {
    DigestPlaces places = {module, map_by_name(arena)};
    for (int i = 0; i < module->n_layers; i++) {
        map_put(places.by_name, module->layers[i].name,
                &digests->of_layers[i * digests->n_inputs + input]);
    }
    return places;
}

/* An InterpWatch. Nodes inside of a region that no layer is named after are not in memory as a
 * whole, so nobody compares them. */
static void see_node(void *context, const Node *node, const float *data, const Shape *shape) {
    DigestPlaces *places = context;
    uint64_t *place = map_get(places->by_name, node->name);
    if (place) {
        *place = xnc_golden_digest(data, (size_t)shape_elements(shape));
        map_put(places->by_name, node->name, NULL);
    }
}

/* Every layer is a node of the graph, or the last node of a region. */
static void check_seen(const DigestPlaces *places) {
    for (int i = 0; i < places->module->n_layers; i++) {
        const char *name = places->module->layers[i].name;
        if (map_get(places->by_name, name)) {
            internal_error("golden", "layer %s was not interpreted", name);
        }
    }
}

static bool digest_input(const Work *work, const Unit *unit, ParamSource *source,
                         GoldenDigests *digests, int input, int threads) {
    Arena *arena = arena_child(work->arena);
    DigestPlaces places = make_places(arena, unit->module, digests, input);
    const Interpretation asked = {.graph = unit->graph,
                                  .source = source,
                                  .input = digests->inputs[input].values,
                                  .watch = see_node,
                                  .watch_context = &places,
                                  .threads = threads};
    progress_step(work->progress, "interpreting the graph on %s", digests->inputs[input].name);
    bool good = interpret(work, &asked);
    if (good) {
        check_seen(&places);
    }
    arena_give_back(arena);
    return good;
}

GoldenDigests *golden_digests(Arena *arena, const Module *module, const GoldenInput inputs[],
                              int n_inputs) {
    GoldenDigests *digests = NEW(arena, GoldenDigests);
    digests->inputs = inputs;
    digests->n_inputs = n_inputs;
    digests->of_layers = NEW_ARRAY(arena, uint64_t, (int64_t)module->n_layers * n_inputs);
    return digests;
}

GoldenDigests *golden_interpret(const Work *work, const Unit *unit, ParamSource *source,
                                const GoldenInput inputs[], int n_inputs, int threads) {
    GoldenDigests *digests = golden_digests(work->arena, unit->module, inputs, n_inputs);
    for (int i = 0; i < n_inputs; i++) {
        if (!digest_input(work, unit, source, digests, i, threads)) {
            return NULL;
        }
    }
    progress_hide(work->progress);
    return digests;
}
