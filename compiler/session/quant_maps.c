/* quant_maps.c - which maps are kept in 8 bits.
 *
 *   MAPS_LARGE   75x75, 256 channels, between two layers      5.8 MB in f32: kept in 8 bits
 *                149x149, 64 channels, inside of a region     a ring of a few rows: f32
 *                19x19, 728 channels                          1 MB, it stays in a cache: f32
 *
 * A map in 8 bits costs instructions where it is written and read, and saves traffic where it is
 * larger than a cache. It counts in pixels and channels, and regions are formed for all targets
 * alike, so the plan does not depend on the machine. Whether the readers of a map can take integers
 * the pass narrow_maps knows: it runs on a copy of the graph in which all products are planned in
 * integers.
 */
#include "quant_maps.h"

enum {
    LARGE_FLOATS = 5 << 16 /* 1.25 MB in f32: more than second-level caches leave for a map */
};

static const PassOptions to_regions = {.stop_after = "form_regions"};

static bool is_large(const Value *value) {
    return shape_elements(&value->shape) / value->shape.dim[0] >= LARGE_FLOATS;
}

static void plan_node(MapsKept kept, const Graph *graph, Node *node, bool inner) {
    bool all = kept == MAPS_ALL;
    node->int8 = can_be_quantized(graph, node);
    node->bytes = may_be_bytes(node) && (all || (!inner && is_large(node->out[0])));
}

/* All products in integers, and the maps that shall be. */
static void plan_all(MapsKept kept, Graph *graph) {
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        for (int j = 0; j < node->body.count; j++) {
            Node *inner = node->body.at[j];
            plan_node(kept, graph, inner, inner->out[0] != node->out[0]);
        }
        plan_node(kept, graph, node, false);
    }
}

/* Visits the planned copy; context is the graph that is planned. */
static void mark_map(Node *node, void *context) {
    const Graph *planned = context;
    if (node->map_factor) {
        graph_node(planned, node->name)->bytes = true;
    }
}

bool quant_plan_maps(const Work *work, const Target *target, Graph *graph, MapsKept kept) {
    if (kept == MAPS_NONE) {
        return true;
    }
    static const PassOptions silent = {.verify_each = false};
    Unit trial = {.arena = work->arena, .diag = work->diag, .target = target};
    trial.graph = graph_copy(work->arena, graph);
    trial.graph->precision = PRECISION_int8;
    if (!unit_run(work, &trial, &to_regions)) {
        return false;
    }
    plan_all(kept, trial.graph);
    bool good = run_pass(&trial, pass_by_name("narrow_maps"), &silent);
    graph_each(trial.graph, mark_map, graph);
    return good;
}
