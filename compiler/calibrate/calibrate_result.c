/* calibrate_result.c - what the steps have found -> the numbers of a file. */
#include "calibrate.h"

#include <string.h>

/* Corrections are copied, as the next plan has others. */
static QuantNode node_of(Arena *arena, const Observed *observed) {
    const Operand *operand = &observed->operand;
    QuantNode node = {.name = operand->node->name,
                      .precision = observed->precision,
                      .error = (float)observed->error};
    if (observed->precision == PRECISION_int8) {
        size_t bytes = (size_t)operand->outputs * sizeof *node.correction;
        node.inputs = operand->channels;
        node.outputs = operand->outputs;
        node.scale = observed->integers->scale;
        node.zero = observed->integers->zero;
        node.step = observed->integers->step;
        node.correction = NEW_ARRAY(arena, float, operand->outputs);
        memcpy(node.correction, observed->correction, bytes);
        node.depth = observed->delta ? operand->depth : 0;
        node.delta = observed->delta;
    }
    return node;
}

void calibrate_result(const Calibration *calibration, Quant *quant) {
    Arena *arena = calibration->work->arena;
    quant->ranges = calibration->taken.batches ? QUANT_OF_PICTURES : QUANT_OF_NORMS;
    quant->n_pictures = calibration->taken.batches ? calibration->taken.count : 0;
    quant->together = calibration->together;
    quant->nodes = NEW_ARRAY(arena, QuantNode, calibration->count + 1);
    quant->count = calibration->count;
    for (int i = 0; i < calibration->count; i++) {
        quant->nodes[i] = node_of(arena, &calibration->at[i]);
    }
    quant->map_count = 0;
    quant->maps = NEW_ARRAY(arena, QuantMap, calibration->n_maps + 1);
    for (int i = 0; i < calibration->n_maps; i++) {
        const ObservedMap *map = &calibration->maps[i];
        if (calibrate_map_is_kept(calibration, map)) {
            quant->maps[quant->map_count++] =
                (QuantMap){map->node->name, map->channels, map->scale, map->zero, {0}};
        }
    }
    quant_index(arena, quant);
}
