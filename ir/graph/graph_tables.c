/* graph_tables.c - makes the rows of ops.def and acts.def available to C, and turns shapes into
 * numbers: elements, bytes, multiply-adds.
 *
 * Sums and products saturate at INT64_MAX. Every limit that they are compared with lies far below,
 * so an absurd size from a file is seen as too large instead of wrapping around.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

static const OpInfo ops[OP_COUNT] = {
#define OP(name, lo, hi, first, last, kernel, flags, line)                                         \
    {#name, lo, hi, STAGE_##first, STAGE_##last, flags, line},
#include "ops.def"
#undef OP
};

static const ActInfo acts[ACT_COUNT] = {
#define ACT(name, zero, cheap, line) {#name, zero, cheap, line},
#include "acts.def"
#undef ACT
};

/* In the order of PoolKind, Stage and Scores. */
static const char *const pools[] = {"avg", "max", "avgmax", "catavgmax", "catmaxavg", "none"};
static const char *const stages[] = {"graph", "fused", "laid_out", "tiled", "planned"};
static const char *const scores_names[] = {"softmax", "sigmoid", "none"};

const OpInfo *op_info(Op op) {
    return &ops[op];
}

bool node_has(const Node *node, unsigned flags) {
    return (ops[node->op].flags & flags) == flags;
}

int op_by_name(const char *name) {
    for (int op = 0; op < OP_COUNT; op++) {
        if (strcmp(ops[op].name, name) == 0) {
            return op;
        }
    }
    return -1;
}

const ActInfo *act_info(Act act) {
    return &acts[act];
}

const char *pool_name(PoolKind kind) {
    return pools[kind];
}

bool pool_is_double(PoolKind kind) {
    return kind == POOL_CATAVGMAX || kind == POOL_CATMAXAVG;
}

int pool_by_name(const char *name) {
    for (int kind = 0; kind <= POOL_NONE; kind++) {
        if (strcmp(pools[kind], name) == 0) {
            return kind;
        }
    }
    return -1;
}

const char *scores_name(Scores scores) {
    return scores_names[scores];
}

int scores_by_name(const char *name) {
    for (int scores = 0; scores <= SCORES_NONE; scores++) {
        if (strcmp(scores_names[scores], name) == 0) {
            return scores;
        }
    }
    return -1;
}

double preprocess_scale(const Preprocess *preprocess, int channel) {
    return 1 / (255 * preprocess->std[channel]);
}

double preprocess_offset(const Preprocess *preprocess, int channel) {
    return 0 - preprocess->mean[channel] / preprocess->std[channel]; /* no -0 */
}

const char *stage_name(Stage stage) {
    return stages[stage];
}

int64_t times(int64_t a, int64_t b) {
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

int64_t plus(int64_t a, int64_t b) {
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

int64_t shape_elements(const Shape *shape) {
    int64_t elements = 1;
    for (int i = 0; i < shape->rank; i++) {
        elements = times(elements, shape->dim[i]);
    }
    return elements;
}

bool shape_equal(const Shape *a, const Shape *b) {
    return a->rank == b->rank && memcmp(a->dim, b->dim, (size_t)a->rank * sizeof a->dim[0]) == 0;
}

/* Fits: MAX_RANK numbers of at most 20 characters with commas and brackets are 85 characters. */
ShapeText shape_text(const Shape *shape) {
    ShapeText buffer = {"["};
    size_t used = 1;
    for (int i = 0; i < shape->rank; i++) {
        int wrote = snprintf(buffer.text + used, sizeof buffer.text - used, "%s%lld", i ? "," : "",
                             (long long)shape->dim[i]);
        used += (size_t)wrote;
    }
    buffer.text[used] = ']';
    return buffer;
}

ShapeText arity_text(const OpInfo *info) {
    ShapeText buffer;
    if (info->lo == info->hi) {
        snprintf(buffer.text, sizeof buffer.text, "%d operand%s", info->lo,
                 info->lo == 1 ? "" : "s");
    } else {
        snprintf(buffer.text, sizeof buffer.text, "%d to %d operands", info->lo, info->hi);
    }
    return buffer;
}

/* Pixels of all images together; a value of rank 2 has one pixel per image. */
static int64_t pixels(const Shape *shape) {
    return shape->rank == 4 ? times(shape->dim[0], times(shape->dim[2], shape->dim[3]))
                            : shape->dim[0];
}

static int64_t taps_of(const Node *node) {
    return times(node->window.kernel[0], node->window.kernel[1]);
}

int64_t reduction_behind(int64_t reduction, int64_t stride) {
    int64_t product = times(reduction, stride);
    return product < MOST_REDUCTION ? product : MOST_REDUCTION;
}

int64_t node_depth(const Node *node) {
    int64_t channels = node->in[0]->shape.dim[1];
    bool is_dense = node_has(node, WINDOW) && !node_has(node, CHANNELWISE);
    return is_dense ? times(channels, taps_of(node)) : channels;
}

/* A depthwise stage does kh * kw multiply-adds for each pixel of the result and input channel, a
 * product one for each element of the result and step of its depth; a separable node has both. */
int64_t node_macs(const Node *node) {
    const Shape *out = &node->out[0]->shape;
    int64_t sum = 0;
    if (node_has(node, CHANNELWISE | WEIGHTS)) {
        int64_t inputs = times(pixels(out), node->in[0]->shape.dim[1]);
        sum = plus(sum, times(inputs, taps_of(node)));
    }
    if (node_has(node, PRODUCT)) {
        sum = plus(sum, times(shape_elements(out), node_depth(node)));
    }
    for (int i = 0; i < node->body.count; i++) {
        sum = plus(sum, node_macs(node->body.at[i]));
    }
    return sum;
}

/* Before LAID_OUT, and for buffers of the caller, a value is dense. Later a pixel takes pitch
 * elements, and inside a region only value->rows rows are held. */
int64_t value_bytes(const Value *value) {
    const Shape *shape = &value->shape;
    int64_t elements = shape_elements(shape);
    if (value->layout == LAYOUT_NHWC && shape->rank == 4) {
        int64_t rows = value->rows ? value->rows : times(shape->dim[0], shape->dim[2]);
        elements = times(rows, times(shape->dim[3], value->pitch));
    } else if (value->layout == LAYOUT_NHWC) {
        elements = times(shape->dim[0], value->pitch);
    }
    return plus(times(elements, element_bytes(value->element)), 63) / 64 * 64;
}
