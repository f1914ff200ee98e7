/* calibrate_maps.c - which maps are kept in 8 bits, and their scales and zero points.
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
#include "calibrate.h"

#include <math.h>

enum {
    LARGE_FLOATS = 5 << 16, /* 1.25 MB in f32: more than second-level caches leave for a map */
    STEPS = 255
};

static const PassOptions to_regions = {.stop_after = "form_regions"};

static bool is_large(const Value *value) {
    return shape_elements(&value->shape) / value->shape.dim[0] >= LARGE_FLOATS;
}

static void plan_node(const Calibration *calibration, const Graph *graph, Node *node, bool inner) {
    bool all = calibration->maps_kept == MAPS_ALL;
    node->int8 = can_be_quantized(graph, node);
    node->bytes = may_be_bytes(node) && (all || (!inner && is_large(node->out[0])));
}

/* All products in integers, and the maps that shall be. */
static void plan_all(const Calibration *calibration, Graph *graph) {
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        for (int j = 0; j < node->body.count; j++) {
            Node *inner = node->body.at[j];
            plan_node(calibration, graph, inner, inner->out[0] != node->out[0]);
        }
        plan_node(calibration, graph, node, false);
    }
}

/* Visits the planned copy; context is the graph that is calibrated. */
static void mark_map(Node *node, void *context) {
    const Graph *calibrated = context;
    if (node->map_factor) {
        graph_node(calibrated, node->name)->bytes = true;
    }
}

bool calibrate_plan_maps(const Calibration *calibration, Graph *graph) {
    if (calibration->maps_kept == MAPS_NONE) {
        return true;
    }
    const Work *work = calibration->work;
    static const PassOptions silent = {.verify_each = false};
    Unit trial = {.arena = work->arena, .diag = work->diag, .target = calibration->unit.target};
    trial.graph = graph_copy(work->arena, calibration->described);
    trial.graph->precision = PRECISION_int8;
    if (!unit_run(work, &trial, &to_regions)) {
        return false;
    }
    plan_all(calibration, trial.graph);
    bool good = run_pass(&trial, pass_by_name("narrow_maps"), &silent);
    graph_each(trial.graph, mark_map, graph);
    return good;
}

void calibrate_open_maps(Calibration *calibration) {
    Arena *arena = calibration->work->arena;
    const NodeList *nodes = &calibration->unit.graph->nodes;
    calibration->maps = NEW_ARRAY(arena, ObservedMap, nodes->count + 1);
    for (int i = 0; i < nodes->count; i++) {
        const Node *node = nodes->at[i];
        if (node->bytes) {
            int64_t channels = node->out[0]->shape.dim[1];
            calibration->maps[calibration->n_maps++] =
                (ObservedMap){.node = node,
                              .layer = layer_of(calibration->unit.module, node),
                              .channels = channels,
                              .tallies = NEW_ARRAY(arena, Tally, channels),
                              .scale = NEW_ARRAY(arena, float, channels),
                              .zero = NEW_ARRAY(arena, int, channels)};
        }
    }
}

ObservedMap *calibrate_observed_map(const Calibration *calibration, int layer) {
    for (int i = 0; i < calibration->n_maps; i++) {
        if (calibration->maps[i].layer == layer) {
            return &calibration->maps[i];
        }
    }
    return NULL;
}

const ObservedMap *calibrate_map_of(const Calibration *calibration, const Operand *operand) {
    const Value *value = operand->node->in[0];
    while (value->def && keeps_bytes(value->def)) {
        value = value->def->in[0];
    }
    for (int i = 0; i < calibration->n_maps; i++) {
        if (calibration->maps[i].node->out[0] == value) {
            return &calibration->maps[i];
        }
    }
    return NULL;
}

bool calibrate_map_is_kept(const Calibration *calibration, const ObservedMap *map) {
    for (int i = 0; i < calibration->count; i++) {
        const Observed *observed = &calibration->at[i];
        if (observed->precision != PRECISION_int8 &&
            calibrate_map_of(calibration, &observed->operand) == map) {
            return false;
        }
    }
    return true;
}

/* 0 of a channel that was the same everywhere: of zeros alone. */
static double step_of(ValueRange range) {
    double step = (range.hi - range.lo) / STEPS;
    return step > 1e-20 ? step : 0;
}

/* Such channels take the mean of the others' steps. Zeros are zeros with any, but a product that
 * reads the map has the step in its weights, where a large one takes the bits of all others. */
static double mean_step(const ObservedMap *map) {
    double sum = 0;
    int64_t count = 0;
    for (int64_t c = 0; c < map->channels; c++) {
        double step = step_of(tally_range(&map->tallies[c]));
        sum += step;
        count += step > 0;
    }
    return count > 0 ? sum / (double)count : 1;
}

static void scale_map(ObservedMap *map) {
    double mean = mean_step(map);
    for (int64_t c = 0; c < map->channels; c++) {
        ValueRange range = tally_range(&map->tallies[c]);
        double step = step_of(range) > 0 ? step_of(range) : mean;
        step = fmin(fmax(step, (double)QUANT_LEAST_SCALE), (double)QUANT_MOST_SCALE);
        map->scale[c] = (float)step;
        double zero = nearbyint(-range.lo / (double)map->scale[c]);
        map->zero[c] = (int)fmin(fmax(zero, 0), STEPS);
    }
}

void calibrate_scale_maps(Calibration *calibration) {
    for (int i = 0; i < calibration->n_maps; i++) {
        scale_map(&calibration->maps[i]);
    }
}

void calibrate_round_map(const ObservedMap *map, void *arena, int64_t images) {
    const Value *value = map->node->out[0];
    float *pixel = (float *)(void *)((unsigned char *)arena + value->offset);
    int64_t pixels = images * value->shape.dim[2] * value->shape.dim[3];
    for (int64_t p = 0; p < pixels; p++, pixel += value->pitch) {
        for (int64_t c = 0; c < map->channels; c++) {
            float zero = (float)map->zero[c], t = fmaf(pixel[c], 1 / map->scale[c], zero);
            t = t > 0 ? t : 0;
            pixel[c] = map->scale[c] * (rintf(t < STEPS ? t : STEPS) - zero);
        }
    }
}
