/* calibrate_bounds.c - whether the numbers that were found can be written: those of a file have
 * bounds (quant.h), beyond which f32 cannot compute with them.
 *
 *   inputs up to 3e33   ->   w.pth: stem.1.conv: error: reads values of up to 3e+33; its weights,
 *
 * A scale at its upper bound was cut off there.
 */
#include "calibrate.h"

#include <math.h>

static double most_of(const Tally *tallies, int64_t channels) {
    double most = 0;
    for (int64_t c = 0; c < channels; c++) {
        most = fmax(most, fmax(tallies[c].below.most, tallies[c].above.most));
    }
    return most;
}

static double largest_of(const double *numbers, int64_t count) {
    double largest = 0;
    for (int64_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(numbers[i]));
    }
    return largest;
}

static bool scales_fit(const float *scale, int64_t channels) {
    for (int64_t c = 0; c < channels; c++) {
        if (!(scale[c] >= QUANT_LEAST_SCALE && scale[c] < QUANT_MOST_SCALE)) {
            return false;
        }
    }
    return true;
}

static bool outputs_fit(const Observed *observed) {
    for (int64_t o = 0; o < observed->operand.outputs; o++) {
        float step = observed->integers->step[o], correction = observed->correction[o];
        if (!(step >= QUANT_LEAST_SCALE && step <= QUANT_MOST_SCALE) ||
            !(fabsf(correction) <= QUANT_MOST_SCALE)) {
            return false;
        }
    }
    return true;
}

static bool refuse(const Calibration *calibration, const Node *node, const char *what) {
    return diag_in(calibration->work->diag, DIAG_VALUE, calibration->source->path, node->name,
                   "look at the images and their mean and deviation, and at the weights of this "
                   "layer and of those before it",
                   "%s: a file of integers has no scales beyond 1e-30 to 1e30", what);
}

bool calibrate_product_fits(const Calibration *calibration, const Observed *observed,
                            const double *weights) {
    const Operand *operand = &observed->operand;
    if (scales_fit(observed->integers->scale, operand->channels) && outputs_fit(observed) &&
        (float)observed->error <= QUANT_MOST_SCALE) {
        return true;
    }
    return refuse(calibration, operand->node,
                  arena_printf(calibration->work->arena,
                               "reads values of up to %.3g; its weights, the norm behind it "
                               "included, are up to %.3g",
                               most_of(observed->tallies, operand->channels),
                               largest_of(weights, operand->outputs * operand->depth)));
}

bool calibrate_map_fits(const Calibration *calibration, const ObservedMap *map) {
    return scales_fit(map->scale, map->channels) ||
           refuse(calibration, map->node,
                  arena_printf(calibration->work->arena, "its results are up to %.3g",
                               most_of(map->tallies, map->channels)));
}
