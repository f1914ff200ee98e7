/* calibrate_maps.c - the scales and zero points of maps that are kept in 8 bits. */
#include "calibrate.h"

#include <math.h>

enum { STEPS = 255 };

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
    if (calibration->n_maps == 0) {
        return NULL;
    }
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

static void scale_map(const Calibration *calibration, ObservedMap *map, Arena *part) {
    ValueRange *ranges = NEW_ARRAY(part, ValueRange, map->channels);
    double *steps = NEW_ARRAY(part, double, map->channels);
    for (int64_t c = 0; c < map->channels; c++) {
        ranges[c] = tally_range_beyond(&map->tallies[c], calibration->taken.count);
    }
    range_steps(ranges, map->channels, steps);
    for (int64_t c = 0; c < map->channels; c++) {
        double step = fmin(fmax(steps[c], (double)QUANT_LEAST_SCALE), (double)QUANT_MOST_SCALE);
        map->scale[c] = (float)step;
        double zero = nearbyint(-ranges[c].lo / (double)map->scale[c]);
        map->zero[c] = (int)fmin(fmax(zero, 0), STEPS);
    }
}

bool calibrate_scale_maps(Calibration *calibration) {
    bool good = true;
    for (int i = 0; good && i < calibration->n_maps; i++) {
        ObservedMap *map = &calibration->maps[i];
        Arena *part = arena_child(calibration->work->arena);
        scale_map(calibration, map, part);
        good = calibrate_map_fits(calibration, map);
        arena_destroy(part);
    }
    return good;
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
