/* calibrate_result.c - what the steps have found -> the numbers of a file. */
#include "calibrate.h"

static QuantNode node_of(const Observed *observed) {
    const Operand *operand = &observed->operand;
    return (QuantNode){.name = operand->node->name,
                       .precision = PRECISION_int8,
                       .error = (float)observed->error,
                       .inputs = operand->channels,
                       .outputs = operand->outputs,
                       .scale = observed->integers->scale,
                       .zero = observed->integers->zero,
                       .step = observed->integers->step,
                       .correction = observed->correction};
}

void calibrate_result(const Calibration *calibration, Quant *quant) {
    Arena *arena = calibration->work->arena;
    quant->ranges = calibration->taken.batches ? QUANT_OF_PICTURES : QUANT_OF_NORMS;
    quant->n_pictures = calibration->taken.batches ? calibration->taken.count : 0;
    quant->pairs = calibration->pairs;
    quant->nodes = NEW_ARRAY(arena, QuantNode, calibration->count + 1);
    for (int i = 0; i < calibration->count; i++) {
        quant->nodes[quant->count++] = node_of(&calibration->at[i]);
    }
}
