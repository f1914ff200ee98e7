/* calibrate_norms.c - the range of an operand by the batch norm that makes it.
 *
 *   depthwise -> batch_norm -> activation -> product
 *
 * A norm gives each channel the mean beta and the deviation gamma that training has found, whatever
 * pictures there are now: the range is that mean and six deviations to both sides, behind the
 * activation, where that only rises. Where folding has moved the shift behind the product, the mean
 * is scale * mean.
 */
#include "calibrate.h"

#include <math.h>

#include "uses.h"

enum { DEVIATIONS = 6 };

/* The norm that alone reads the depthwise convolution of that name; NULL when there is none. */
static const Node *norm_behind(const Uses *uses, const char *name) {
    const Node *depthwise = graph_node(uses->graph, name);
    const NodeList *readers = depthwise ? uses_readers(uses, depthwise->out[0]) : NULL;
    bool norm = readers && readers->count == 1 && readers->at[0]->op == OP_batch_norm;
    return norm ? readers->at[0] : NULL;
}

/* Of a channel in front of the activation; mean and deviation as the depthwise stage has them. */
typedef struct NormValues {
    const double *gamma, *beta, *mean, *var;
} NormValues;

static const double *read(const Calibration *calibration, Arena *arena, const Expr *expr) {
    return expr_eval_f64(arena, expr, param_source_read, calibration->source);
}

static ValueRange range_of(const Node *norm, const NormValues *values, int64_t c, bool shifted) {
    double scale = values->gamma[c] / sqrt(values->var[c] + norm->eps);
    double shift = values->beta ? values->beta[c] : 0;
    double mean = shifted ? shift : scale * values->mean[c];
    double far = DEVIATIONS * fabs(values->gamma[c]);
    return (ValueRange){mean - far, mean + far};
}

/* Whether a range's ends are those of its activated values. */
static bool only_rises(Act act) {
    return act == ACT_none || act == ACT_relu || act == ACT_relu6;
}

static ValueRange activated(Act act, ValueRange range) {
    double lo = (double)interp_act(act, (float)range.lo);
    double hi = (double)interp_act(act, (float)range.hi);
    return (ValueRange){fmin(fmin(lo, hi), 0), fmax(fmax(lo, hi), 0)};
}

static bool find_ranges(const Calibration *calibration, Observed *observed, const Node *norm) {
    const Node *depthwise = observed->operand.node->in[0]->def;
    Arena *part = arena_child(calibration->work->arena);
    NormValues values = {read(calibration, part, norm->weight),
                         norm->bias ? read(calibration, part, norm->bias) : NULL,
                         read(calibration, part, norm->mean), read(calibration, part, norm->var)};
    bool good = values.gamma && values.mean && values.var && (values.beta || !norm->bias);
    for (int64_t c = 0; good && c < observed->operand.channels; c++) {
        ValueRange range = range_of(norm, &values, c, expr_logical(depthwise->bias) != NULL);
        observed->ranges[c] = activated(depthwise->epilogue, range);
    }
    param_source_forget(calibration->source);
    arena_destroy(part);
    return good;
}

bool calibrate_norms(Calibration *calibration) {
    Uses uses = uses_of(calibration->work->arena, calibration->described);
    int count = 0;
    for (int i = 0; i < calibration->count; i++) {
        Observed *observed = &calibration->at[i];
        const Node *stage = observed->operand.stage ? observed->operand.node->in[0]->def : NULL;
        const Node *norm =
            stage && only_rises(stage->epilogue) ? norm_behind(&uses, stage->name) : NULL;
        if (norm) {
            observed->ranges =
                NEW_ARRAY(calibration->work->arena, ValueRange, observed->operand.channels);
            if (!find_ranges(calibration, observed, norm)) {
                return false;
            }
            count++;
        }
    }
    diag_note(calibration->work->diag,
              "no pictures: the ranges of %d of %d products are those of batch norms, all else is "
              "of %lld images that were made up; pictures do better",
              count, calibration->count, (long long)calibration->taken.count);
    return true;
}
