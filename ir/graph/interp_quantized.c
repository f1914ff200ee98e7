/* interp_quantized.c - interprets the integers of quantized products.
 *
 *   x -> q = rint(min(max(fma(x, in_factor, zero_point), lo), hi))       left operands
 *   start + q[0] * w[0] + q[1] * w[1] + ... -> fma((float)sum, out_scale, bias)
 *
 * See Numbers in ir.h. Sums are of 32 bits, which invariant 13 makes wide enough.
 */
#include "interp.h"

#include <math.h>

SumConstants sum_constants_of(const Step *step) {
    const Node *node = step->node;
    const InterpRequest *request = step->interp->request;
    SumConstants integers = {.out_scale = step_constant(step, expr_logical(node->out_scale), 0)};
    const Expr *padding =
        node->in_zero && !node_has(node, DW_STAGE) ? node->in_zero : node->zero_point;
    if (padding) {
        integers.padding = step_constant(step, padding, 0);
    }
    if (integers.out_scale && (integers.padding || !padding)) {
        integers.start = expr_eval(step->scratch, expr_logical(node->start), request->read,
                                   request->read_context);
    }
    return integers;
}

/* How the numbers of a channel become integers. */
typedef struct Quantization {
    bool scales;
    float factor, zero, lo, hi;
} Quantization;

/* max(a, b) is a > b ? a : b, min(a, b) is a < b ? a : b. */
static float quantized(const Quantization *how, float x) {
    float t = how->scales ? fmaf(x, how->factor, how->zero) : x;
    t = t > how->lo ? t : how->lo;
    t = t < how->hi ? t : how->hi;
    return rintf(t);
}

/* Constants of a node's inputs, each NULL where the node has none. */
typedef struct InputConstants {
    const float *factor, *zero, *highest;
} InputConstants;

static bool read_inputs(const Step *step, InputConstants *constants) {
    const Expr *const exprs[] = {step->node->in_factor, step->node->zero_point,
                                 step->node->highest};
    const float **const to[] = {&constants->factor, &constants->zero, &constants->highest};
    for (int i = 0; i < 3; i++) {
        *to[i] = exprs[i] ? step_constant(step, expr_logical(exprs[i]), 0) : NULL;
        if (exprs[i] && !*to[i]) {
            return false;
        }
    }
    return true;
}

const float *quantized_operands(const Step *step, const float *data, const Shape *shape) {
    InputConstants constants;
    bool has_floor = act_has_floor(quantized_act(step->node));
    if (!read_inputs(step, &constants)) {
        return NULL;
    }
    int64_t count = shape_elements(shape), plane = shape->dim[2] * shape->dim[3];
    float *to = NEW_ARRAY(step->scratch, float, count);
    for (int64_t i = 0; i < count; i++) {
        int64_t c = i / plane % shape->dim[1];
        Quantization how = {.scales = constants.factor != NULL,
                            .factor = constants.factor ? constants.factor[c] : 1,
                            .zero = constants.zero ? constants.zero[c] : 0,
                            .lo = has_floor ? constants.zero[c] : 0,
                            .hi = constants.highest ? constants.highest[c] : 255};
        to[i] = quantized(&how, data[i]);
    }
    return to;
}

void integer_chain(const SumConstants *integers, int64_t o, float bias, float *acc, int32_t *sums,
                   int64_t count, int64_t depth, const float *w, const float *const *x) {
    for (int64_t p = 0; p < count; p++) {
        sums[p] = integers->start[o];
    }
    for (int64_t k = 0; k < depth; k++) {
        const float *row = x[k];
        int32_t weight = (int32_t)w[k];
        for (int64_t p = 0; p < count; p++) {
            sums[p] += weight * (int32_t)row[p];
        }
    }
    for (int64_t p = 0; p < count; p++) {
        acc[p] = fmaf((float)sums[p], integers->out_scale[o], bias);
    }
}
