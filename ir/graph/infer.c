/* infer.c - turns the shapes of operands and constants into the shapes of results.
 *
 *   %c = conv2d(%x) kernel=3x3 stride=2x2 weight=@w    with %x : f32[1,3,299,299], @w : [32,3,3,3]
 *   gives %c : f32[1,32,149,149]
 *
 * infer_NAME belongs to row NAME of ops.def. It also checks that the constants fit, and reports
 * what does not fit at the line of the description that asked for the node. Sizes come from the
 * user's files, so a hostile one must not overflow: windows are limited to LARGEST_WINDOW, values
 * to LARGEST_VALUE, and products saturate (times, plus).
 */
#include "internal.h"

#include <math.h>

/* Reports a mistake at the node's place and is false; uses diag and node of the caller. */
#define WRONG(format, ...)                                                                         \
    diag_at(diag, DIAG_SHAPE, node->loc, NULL, "%s: " format, node->name, __VA_ARGS__)

/* Sets the result's shape. A residual is added element by element, so its shape must be equal. */
static bool give(Diag *diag, Node *node, Shape shape) {
    int64_t elements = shape_elements(&shape);
    if (elements > LARGEST_VALUE) {
        return WRONG("the result %s has more than 2^40 elements", shape_text(&shape).text);
    }
    node->out[0]->shape = shape;
    if (node->has_residual && !shape_equal(&node->in[node->n_in - 1]->shape, &shape)) {
        return WRONG("the residual has shape %s, the result %s",
                     shape_text(&node->in[node->n_in - 1]->shape).text, shape_text(&shape).text);
    }
    return true;
}

/* Whether the vector holds one constant per channel, looking below padding; NULL always fits. */
static bool fits_channels(Diag *diag, const Node *node, const char *what, const Expr *vector,
                          int64_t channels) {
    const Expr *inner = expr_logical(vector);
    if (inner && (inner->shape.rank != 1 || inner->shape.dim[0] != channels)) {
        return WRONG("the %s has shape %s, expected [%lld]", what, shape_text(&inner->shape).text,
                     (long long)channels);
    }
    return true;
}

/* Checks the constants of an anchor other than its weight; channels are those of the result. */
static bool fits_anchor(Diag *diag, const Node *node, int64_t channels) {
    return fits_channels(diag, node, "bias", node->bias, channels) &&
           fits_channels(diag, node, "residual scale", node->residual_scale, channels);
}

static bool has_rank(Diag *diag, const Node *node, int rank) {
    if (node->in[0]->shape.rank != rank) {
        return WRONG("the input %%%s has shape %s, expected rank %d", node->in[0]->name,
                     shape_text(&node->in[0]->shape).text, rank);
    }
    return true;
}

/* The shape of the weight without its packing. It must have the rank and be [out, in, ...]; out 0
 * allows any number of output channels. NULL after a diagnostic. */
static const Shape *fits_weight(Diag *diag, const Node *node, const Expr *weight, int rank,
                                int64_t out, int64_t in) {
    if (!weight) {
        WRONG("%s needs a weight", op_info(node->op)->name);
        return NULL;
    }
    const Shape *shape = &expr_logical(weight)->shape;
    if (shape->rank != rank || (out && shape->dim[0] != out)) {
        WRONG("the weight has shape %s, expected rank %d and %lld output channels",
              shape_text(shape).text, rank, (long long)(out ? out : shape->dim[0]));
        return NULL;
    }
    if (shape->dim[1] != in) {
        WRONG("the weight %s takes %lld input channels, expected %lld", shape_text(shape).text,
              (long long)shape->dim[1], (long long)in);
        return NULL;
    }
    return shape;
}

static bool fits_kernel(Diag *diag, const Node *node, const Shape *weight,
                        const int64_t kernel[2]) {
    if (weight->dim[2] != kernel[0] || weight->dim[3] != kernel[1]) {
        return WRONG("the weight has shape %s, the kernel is %lldx%lld", shape_text(weight).text,
                     (long long)kernel[0], (long long)kernel[1]);
    }
    return true;
}

/* Whether both numbers of a window's attribute lie in lo .. LARGEST_WINDOW. */
static bool in_range(Diag *diag, const Node *node, const char *what, const int64_t size[2],
                     int64_t lo) {
    for (int i = 0; i < 2; i++) {
        if (size[i] < lo || size[i] > LARGEST_WINDOW) {
            return WRONG("%s is %lldx%lld, expected %lld to %d", what, (long long)size[0],
                         (long long)size[1], (long long)lo, LARGEST_WINDOW);
        }
    }
    return true;
}

/* TensorFlow's 'same': the result has in / stride rows, rounded up, and the input gets as many rows
 * as that takes, half of them in front; of an odd number the last one is behind. */
static void pad_same(Window *window, int i, int64_t in) {
    int64_t results = (in + window->stride[i] - 1) / window->stride[i];
    int64_t reach = window->dilation[i] * (window->kernel[i] - 1) + 1;
    int64_t total = (results - 1) * window->stride[i] + reach - in;
    window->pad[i] = total > 0 ? total / 2 : 0;
    window->extra[i] = total > 0 ? total % 2 : 0;
}

/* Height and width of the result of a window over in[0], as PyTorch's Conv2d and MaxPool2d (without
 * ceil_mode) compute them:
 *     (in + 2 * pad + extra - dilation * (kernel - 1) - 1) / stride + 1, rounded down
 * No overflow: dimensions are at most 2^40 and the window's numbers at most 2^16. */
static bool slide(Diag *diag, Node *node, int64_t size[2]) {
    Window *window = &node->window;
    if (!in_range(diag, node, "the kernel", window->kernel, 1) ||
        !in_range(diag, node, "the stride", window->stride, 1) ||
        !in_range(diag, node, "the dilation", window->dilation, 1)) {
        return false;
    }
    for (int i = 0; i < 2 && window->same; i++) {
        pad_same(window, i, node->in[0]->shape.dim[2 + i]);
    }
    if (!in_range(diag, node, "the padding", window->pad, 0) ||
        !in_range(diag, node, "the extra padding", window->extra, 0)) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        int64_t have = node->in[0]->shape.dim[2 + i] + 2 * window->pad[i] + window->extra[i];
        int64_t reach = window->dilation[i] * (window->kernel[i] - 1) + 1;
        if (have < reach) {
            return WRONG("the window reaches over %lld %s, the padded input has %lld",
                         (long long)reach, i ? "columns" : "rows", (long long)have);
        }
        size[i] = (have - reach) / window->stride[i] + 1;
    }
    return true;
}

/* [N,C,H,W] and weight [O,C,kh,kw] give [N,O,H',W']. */
bool infer_conv2d(Diag *diag, Node *node) {
    int64_t size[2];
    const Shape *in = &node->in[0]->shape;
    if (!has_rank(diag, node, 4) || !slide(diag, node, size)) {
        return false;
    }
    const Shape *weight = fits_weight(diag, node, node->weight, 4, 0, in->dim[1]);
    return weight && fits_kernel(diag, node, weight, node->window.kernel) &&
           fits_anchor(diag, node, weight->dim[0]) &&
           give(diag, node, (Shape){4, {in->dim[0], weight->dim[0], size[0], size[1]}});
}

/* [N,C,H,W] and weight [C,1,kh,kw] give [N,C,H',W']. */
bool infer_depthwise(Diag *diag, Node *node) {
    int64_t size[2];
    const Shape *in = &node->in[0]->shape;
    if (!has_rank(diag, node, 4) || !slide(diag, node, size)) {
        return false;
    }
    const Shape *weight = fits_weight(diag, node, node->weight, 4, in->dim[1], 1);
    return weight && fits_kernel(diag, node, weight, node->window.kernel) &&
           fits_anchor(diag, node, in->dim[1]) &&
           give(diag, node, (Shape){4, {in->dim[0], in->dim[1], size[0], size[1]}});
}

/* [N,C] or [N,C,H,W] keeps its shape; the constants are [C]. A bias may be missing, weight, mean
 * and variance may not. */
bool infer_batch_norm(Diag *diag, Node *node) {
    const Shape *in = &node->in[0]->shape;
    if (in->rank < 2) {
        return has_rank(diag, node, 4);
    }
    if (!node->weight || !node->mean || !node->var) {
        return WRONG("%s needs weight, mean and var", "batch_norm");
    }
    if (!(node->eps > 0) || !isfinite(node->eps)) {
        return WRONG("eps is %g, expected a number above 0", node->eps);
    }
    return fits_channels(diag, node, "weight", node->weight, in->dim[1]) &&
           fits_channels(diag, node, "bias", node->bias, in->dim[1]) &&
           fits_channels(diag, node, "mean", node->mean, in->dim[1]) &&
           fits_channels(diag, node, "variance", node->var, in->dim[1]) && give(diag, node, *in);
}

bool infer_affine(Diag *diag, Node *node) {
    const Shape *in = &node->in[0]->shape;
    if (in->rank < 2) {
        return has_rank(diag, node, 4);
    }
    if (!node->weight) {
        return WRONG("%s needs a weight", "affine");
    }
    return fits_channels(diag, node, "weight", node->weight, in->dim[1]) &&
           fits_anchor(diag, node, in->dim[1]) && give(diag, node, *in);
}

bool infer_activation(Diag *diag, Node *node) {
    return give(diag, node, node->in[0]->shape);
}

bool infer_add(Diag *diag, Node *node) {
    const Shape *a = &node->in[0]->shape, *b = &node->in[1]->shape;
    if (a->rank < 2) {
        return has_rank(diag, node, 4);
    }
    if (!shape_equal(a, b)) {
        return WRONG("cannot add %%%s %s and %%%s %s", node->in[0]->name, shape_text(a).text,
                     node->in[1]->name, shape_text(b).text);
    }
    return fits_anchor(diag, node, a->dim[1]) && give(diag, node, *a);
}

/* The limit of the padding is that of PyTorch's max_pool2d; 'same' never exceeds it in front, and
 * by one row behind. */
bool infer_max_pool(Diag *diag, Node *node) {
    int64_t size[2];
    const Shape *in = &node->in[0]->shape;
    if (!has_rank(diag, node, 4) || !slide(diag, node, size)) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        if (node->window.pad[i] * 2 > node->window.kernel[i]) {
            return WRONG("the padding %lld is more than half of the kernel %lld",
                         (long long)node->window.pad[i], (long long)node->window.kernel[i]);
        }
    }
    return fits_anchor(diag, node, in->dim[1]) &&
           give(diag, node, (Shape){4, {in->dim[0], in->dim[1], size[0], size[1]}});
}

/* [N,C,H,W] gives [N,C]; catavgmax and catmaxavg put averages and maxima side by side, [N,2C]. */
bool infer_global_pool(Diag *diag, Node *node) {
    const Shape *in = &node->in[0]->shape;
    if (!has_rank(diag, node, 4)) {
        return false;
    }
    if (node->pool == POOL_NONE) {
        return WRONG("%s has nothing to do", "global_pool of kind 'none'");
    }
    int64_t features = pool_is_double(node->pool) ? times(in->dim[1], 2) : in->dim[1];
    return give(diag, node, (Shape){2, {in->dim[0], features}});
}

bool infer_softmax(Diag *diag, Node *node) {
    return has_rank(diag, node, 2) && give(diag, node, node->in[0]->shape);
}

/* [N,I] and weight [O,I] give [N,O]. */
bool infer_linear(Diag *diag, Node *node) {
    const Shape *in = &node->in[0]->shape;
    if (!has_rank(diag, node, 2)) {
        return false;
    }
    const Shape *weight = fits_weight(diag, node, node->weight, 2, 0, in->dim[1]);
    return weight && fits_anchor(diag, node, weight->dim[0]) &&
           give(diag, node, (Shape){2, {in->dim[0], weight->dim[0]}});
}

/* [N,C,H,W], depthwise weight [C,1,kh,kw] and 1x1 weight [O,C,1,1] give [N,O,H',W']. The node's
 * window is that of the depthwise stage. */
bool infer_separable(Diag *diag, Node *node) {
    int64_t size[2], one[2] = {1, 1};
    const Shape *in = &node->in[0]->shape;
    if (!has_rank(diag, node, 4) || !slide(diag, node, size)) {
        return false;
    }
    const Shape *stage = fits_weight(diag, node, node->dw_weight, 4, in->dim[1], 1);
    const Shape *weight = fits_weight(diag, node, node->weight, 4, 0, in->dim[1]);
    return stage && weight && fits_kernel(diag, node, stage, node->window.kernel) &&
           fits_kernel(diag, node, weight, one) &&
           fits_channels(diag, node, "depthwise bias", node->dw_bias, in->dim[1]) &&
           fits_anchor(diag, node, weight->dim[0]) &&
           give(diag, node, (Shape){4, {in->dim[0], weight->dim[0], size[0], size[1]}});
}

/* The results of a region are values of its body, so inferring the body sets their shapes. */
bool infer_region(Diag *diag, Node *node) {
    for (int i = 0; i < node->body.count; i++) {
        if (!infer_node(diag, node->body.at[i])) {
            return false;
        }
    }
    return true;
}

bool infer_to_nchw(Diag *diag, Node *node) {
    return give(diag, node, node->in[0]->shape);
}

bool infer_to_nhwc(Diag *diag, Node *node) {
    return give(diag, node, node->in[0]->shape);
}

typedef bool InferRule(Diag *diag, Node *node);

static InferRule *const rules[OP_COUNT] = {
#define OP(name, ...) infer_##name,
#include "ops.def"
#undef OP
};

bool infer_node(Diag *diag, Node *node) {
    const OpInfo *info = op_info(node->op);
    if (node->n_in < info->lo || node->n_in > info->hi) {
        return WRONG("%s takes %s, not %d", info->name, arity_text(info).text, node->n_in);
    }
    return rules[node->op](diag, node);
}

static bool infer_input(Diag *diag, const Graph *graph) {
    Loc nowhere = {0};
    if (!graph->input || graph->input->shape.rank != 4) {
        return diag_at(diag, DIAG_SHAPE, nowhere, NULL, "%s: the input must have rank 4",
                       graph->name);
    }
    const Shape *shape = &graph->input->shape;
    for (int i = 0; i < shape->rank; i++) {
        if (shape->dim[i] < 1) {
            return diag_at(diag, DIAG_SHAPE, nowhere, NULL, "%s: the input has shape %s",
                           graph->name, shape_text(shape).text);
        }
    }
    if (shape_elements(shape) > LARGEST_VALUE) {
        return diag_at(diag, DIAG_SHAPE, nowhere, NULL,
                       "%s: the input %s has more than 2^40 elements", graph->name,
                       shape_text(shape).text);
    }
    return true;
}

/* Stops at the first node that does not fit: later shapes depend on it. The limit on multiply-adds
 * keeps sums of them far from overflow. */
bool infer_graph(Diag *diag, Graph *graph) {
    if (!infer_input(diag, graph)) {
        return false;
    }
    int64_t macs = 0;
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        if (!infer_node(diag, node)) {
            return false;
        }
        macs = plus(macs, node_macs(node));
        if (macs > LARGEST_MACS) {
            return WRONG("the network needs more than %.0e multiply-adds", (double)LARGEST_MACS);
        }
    }
    return true;
}
