/* interp_simple.c - interprets the operations without a dot product: norms, activations, pooling,
 * copies.
 *
 * Arrays are NCHW, so a value is N * C planes of H * W pixels that lie behind each other; plane j
 * belongs to channel j % C. A value of rank 2 has planes of one pixel.
 */
#include "interp.h"

#include <math.h>
#include <string.h>

/* Pixels of one plane. */
static int64_t pixels_of(const Shape *shape) {
    return shape->rank == 4 ? shape->dim[2] * shape->dim[3] : 1;
}

static int64_t planes_of(const Shape *shape) {
    return shape->dim[0] * shape->dim[1];
}

/* out = fma(scale[c], in, shift[c]). NULL constants mean that the reader failed. */
static bool scale_and_shift(const Step *step, const float *scale, const float *shift) {
    if (!scale || !shift) {
        return false;
    }
    const Shape *shape = &step->node->out[0]->shape;
    int64_t pixels = pixels_of(shape), planes = planes_of(shape);
    for (int64_t j = 0; j < planes; j++) {
        int64_t c = j % shape->dim[1];
        for (int64_t p = j * pixels; p < (j + 1) * pixels; p++) {
            step->out[p] = fmaf(scale[c], step->in[p], shift[c]);
        }
    }
    return true;
}

/* Builds the same scale and shift expressions as the fold_bn pass and rounds them once to f32, so a
 * norm gives the same bits as the affine node that the pass may turn it into. */
bool interp_batch_norm(const Step *step) {
    const Node *node = step->node;
    int64_t channels = node->out[0]->shape.dim[1];
    const Expr *beta =
        node->bias ? expr_logical(node->bias)
                   : expr_new(step->scratch, EXPR_zeros, NULL, NULL, NULL, channels, 0, 0.0);
    const Expr *scale = expr_new(step->scratch, EXPR_bn_scale, expr_logical(node->weight),
                                 expr_logical(node->var), NULL, 0, 0, node->eps);
    const Expr *shift =
        expr_new(step->scratch, EXPR_bn_shift, beta, expr_logical(node->mean), scale, 0, 0, 0.0);
    return scale_and_shift(step, step_constant(step, scale, 0), step_constant(step, shift, 0));
}

bool interp_affine(const Step *step) {
    return scale_and_shift(step, step_constant(step, step->node->weight, 0),
                           step_constant(step, step->node->bias, step->node->out[0]->shape.dim[1]));
}

bool interp_activation(const Step *step) {
    int64_t count = shape_elements(&step->node->out[0]->shape);
    for (int64_t i = 0; i < count; i++) {
        step->out[i] = interp_act(step->node->act, step->in[i]);
    }
    return true;
}

static bool copy(const Step *step) {
    size_t count = (size_t)shape_elements(&step->node->out[0]->shape);
    memcpy(step->out, step->in, count * sizeof *step->out);
    return true;
}

/* Copies the first operand. The second is the node's residual, which the caller adds. */
bool interp_add(const Step *step) {
    return copy(step);
}

/* Every value is NCHW here already. */
bool interp_to_nchw(const Step *step) {
    return copy(step);
}

bool interp_to_nhwc(const Step *step) {
    return copy(step);
}

/* b when a is NaN: a NaN in the input never becomes a maximum. */
static float larger(float a, float b) {
    return a > b ? a : b;
}

/* Kernel row, then column ascending; padding is skipped, so -inf is left when all of it is; of u8
 * the smallest of them. */
static float window_max(const Step *step, const float *plane, int64_t y, int64_t x) {
    const Window *window = &step->node->window;
    const int64_t *dim = step->node->in[0]->shape.dim;
    float best = step->node->in[0]->element == ELEMENT_u8 ? 0 : -INFINITY;
    for (int64_t j = 0; j < window->kernel[0]; j++) {
        int64_t from_y = y * window->stride[0] - window->pad[0] + j * window->dilation[0];
        for (int64_t i = 0; i < window->kernel[1]; i++) {
            int64_t from_x = x * window->stride[1] - window->pad[1] + i * window->dilation[1];
            if (from_y >= 0 && from_y < dim[2] && from_x >= 0 && from_x < dim[3]) {
                best = larger(plane[from_y * dim[3] + from_x], best);
            }
        }
    }
    return best;
}

bool interp_max_pool(const Step *step) {
    const Shape *in = &step->node->in[0]->shape, *out = &step->node->out[0]->shape;
    float *to = step->out;
    for (int64_t j = 0; j < planes_of(out); j++) {
        const float *plane = step->in + j * pixels_of(in);
        for (int64_t y = 0; y < out->dim[2]; y++) {
            for (int64_t x = 0; x < out->dim[3]; x++) {
                *to++ = window_max(step, plane, y, x);
            }
        }
    }
    return true;
}

/* In ascending order. */
static float sum_of(const float *plane, int64_t pixels) {
    float sum = 0.0f;
    for (int64_t p = 0; p < pixels; p++) {
        sum += plane[p];
    }
    return sum;
}

static float maximum(const float *plane, int64_t pixels) {
    float best = -INFINITY;
    for (int64_t p = 0; p < pixels; p++) {
        best = larger(plane[p], best);
    }
    return best;
}

/* catavgmax writes [averages, maxima] per image, so plane j = n * C + c goes to n * 2C + c and, C
 * further on, its maximum; catmaxavg exchanges the two. The formulas are timm's
 * select_adaptive_pool2d; a mean is a sum times the rounded reciprocal, and avgmax rounds that
 * product and its sum with the maximum once. */
bool interp_global_pool(const Step *step) {
    const Shape *in = &step->node->in[0]->shape;
    PoolKind kind = step->node->pool;
    int64_t pixels = pixels_of(in), channels = in->dim[1];
    float share = (float)(1.0 / (double)pixels);
    for (int64_t j = 0; j < planes_of(in); j++) {
        float sum = sum_of(step->in + j * pixels, pixels), mean = sum * share;
        float best = maximum(step->in + j * pixels, pixels);
        if (pool_is_double(kind)) {
            int64_t to = j / channels * 2 * channels + j % channels;
            step->out[to] = kind == POOL_CATMAXAVG ? best : mean;
            step->out[to + channels] = kind == POOL_CATMAXAVG ? mean : best;
        } else {
            step->out[j] = kind == POOL_AVG   ? mean
                           : kind == POOL_MAX ? best
                                              : 0.5f * fmaf(sum, share, best);
        }
    }
    return true;
}

/* largest and sum go through the channels in ascending order, from -inf and from +0. */
bool interp_softmax(const Step *step) {
    const Shape *shape = &step->node->in[0]->shape;
    int64_t channels = shape->dim[1];
    for (int64_t n = 0; n < shape->dim[0]; n++) {
        const float *in = step->in + n * channels;
        float *out = step->out + n * channels, best = maximum(in, channels);
        for (int64_t c = 0; c < channels; c++) {
            out[c] = interp_exp(in[c] - best);
        }
        float sum = sum_of(out, channels);
        for (int64_t c = 0; c < channels; c++) {
            out[c] /= sum;
        }
    }
    return true;
}

/* Never called: run_list() in interp.c runs the body in the region's place. */
bool interp_region(const Step *step) {
    internal_error("interp_region", "%s reached the interpreter", step->node->name);
}
