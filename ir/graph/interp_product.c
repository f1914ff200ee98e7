/* interp_product.c - interprets the operations whose elements are chains of fused multiply-adds.
 *
 *   out[o][p] = bias[o], then fma(w[o][k], patch[k][p], ...) with k = (kernel row, column, input)
 *
 * The convolution goes over one row of the output at a time. For each k it gathers a patch row: the
 * input that k multiplies at each pixel of that output row, +0 where it lies in the padding
 * (padding takes part like any other tap, see "Numbers" in ir.h). Then chain() runs over the patch
 * rows. For a 1x1 kernel without stride or padding the patch rows are the input's planes, so
 * nothing is gathered; the planes are cut into pieces of PIECE pixels that stay in a cache.
 */
#include "interp.h"

enum { PIECE = 256 /* pixels of a plane that one chain call handles */ };

/* A convolution: dense, where each output channel reads all input channels, or depthwise, where it
 * reads only the input channel of its own index. */
typedef struct Convolution {
    const Step *step;
    const Window *window;
    const Shape *in_shape;          /* [N,C,H,W] */
    int64_t outputs, height, width; /* of the result: channels, rows, columns */
    const float *weight;            /* [outputs][k], see order_weight(); NULL: the reader failed */
    const float *bias;              /* [outputs]; NULL: the reader failed */
    bool each_alone;                /* depthwise */
} Convolution;

static int64_t taps_of(const Window *window) {
    return window->kernel[0] * window->kernel[1];
}

/* Turns a weight [O, I, kh, kw] into [O][kh * kw][I], the order in which chains run. NULL when the
 * reader failed. */
static const float *order_weight(const Step *step, const Expr *expr) {
    const Expr *logical = expr_logical(expr);
    const float *from = step_constant(step, logical, 0);
    if (!from) {
        return NULL;
    }
    const int64_t *dim = logical->shape.dim;
    int64_t taps = dim[2] * dim[3];
    float *to = NEW_ARRAY(step->scratch, float, dim[0] * dim[1] * taps);
    for (int64_t o = 0; o < dim[0]; o++) {
        for (int64_t i = 0; i < dim[1]; i++) {
            for (int64_t k = 0; k < taps; k++) {
                to[(o * taps + k) * dim[1] + i] = from[(o * dim[1] + i) * taps + k];
            }
        }
    }
    return to;
}

/* The patch row of one tap (kernel row and column) and one channel: what the tap reads of the plane
 * for each pixel of row y of the output. */
static void gather_row(const Convolution *conv, const float *plane, int64_t y, int64_t tap,
                       float *row) {
    const Window *window = conv->window;
    int64_t height = conv->in_shape->dim[2], width = conv->in_shape->dim[3];
    int64_t from_y =
        y * window->stride[0] - window->pad[0] + tap / window->kernel[1] * window->dilation[0];
    int64_t from_x = tap % window->kernel[1] * window->dilation[1] - window->pad[1];
    for (int64_t x = 0; x < conv->width; x++, from_x += window->stride[1]) {
        bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
        row[x] = inside ? plane[from_y * width + from_x] : 0.0f;
    }
}

static void fill(float *to, float number, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        to[i] = number;
    }
}

/* Patch rows of channels first .. first + count - 1 of an image, in the order of k: for each tap
 * the channels. */
static void gather(const Convolution *conv, const float *image, int64_t first, int64_t count,
                   int64_t y, float *const *rows) {
    int64_t plane = conv->in_shape->dim[2] * conv->in_shape->dim[3];
    int64_t taps = taps_of(conv->window);
    for (int64_t k = 0; k < taps; k++) {
        for (int64_t i = 0; i < count; i++) {
            gather_row(conv, image + (first + i) * plane, y, k, rows[k * count + i]);
        }
    }
}

/* count rows of width floats; width 0 gives pointers that the caller sets. */
static float **make_rows(Arena *arena, int64_t count, int64_t width) {
    float **rows = NEW_ARRAY(arena, float *, count);
    float *data = NEW_ARRAY(arena, float, times(count, width));
    for (int64_t k = 0; k < count; k++) {
        rows[k] = data + k * width;
    }
    return rows;
}

/* Convolves one image in the general case, one row of the output after the other. All channels of a
 * dense convolution share one set of patch rows; each channel of a depthwise one has its own. */
static void convolve_rows(const Convolution *conv, Chain *chain, const float *image, float *out,
                          float *const *rows) {
    int64_t group = conv->each_alone ? 1 : conv->in_shape->dim[1];
    int64_t depth = group * taps_of(conv->window);
    for (int64_t y = 0; y < conv->height; y++) {
        for (int64_t o = 0; o < conv->outputs; o++) {
            if (o == 0 || conv->each_alone) {
                gather(conv, image, conv->each_alone ? o : 0, group, y, rows);
            }
            float *acc = out + (o * conv->height + y) * conv->width;
            fill(acc, conv->bias[o], conv->width);
            chain(acc, conv->width, depth, conv->weight + o * depth, (const float *const *)rows);
        }
    }
}

/* Convolves one image with a 1x1 kernel that reads every pixel once (sees_planes). */
static void convolve_planes(const Convolution *conv, Chain *chain, const float *image, float *out,
                            const float **rows) {
    int64_t pixels = conv->height * conv->width, depth = conv->in_shape->dim[1];
    for (int64_t start = 0; start < pixels; start += PIECE) {
        int64_t count = pixels - start < PIECE ? pixels - start : PIECE;
        for (int64_t k = 0; k < depth; k++) {
            rows[k] = image + k * pixels + start;
        }
        for (int64_t o = 0; o < conv->outputs; o++) {
            float *acc = out + o * pixels + start;
            fill(acc, conv->bias[o], count);
            chain(acc, count, depth, conv->weight + o * depth, rows);
        }
    }
}

static bool sees_planes(const Convolution *conv) {
    const Window *window = conv->window;
    return !conv->each_alone && taps_of(window) == 1 && window->stride[0] == 1 &&
           window->stride[1] == 1 && window->pad[0] == 0 && window->pad[1] == 0;
}

static bool convolve(const Convolution *conv, const float *in, float *out) {
    if (!conv->weight || !conv->bias) {
        return false;
    }
    const int64_t *dim = conv->in_shape->dim;
    int64_t depth = (conv->each_alone ? 1 : dim[1]) * taps_of(conv->window);
    bool planes = sees_planes(conv);
    Chain *chain = choose_chain();
    float **rows = make_rows(conv->step->scratch, depth, planes ? 0 : conv->width);
    for (int64_t n = 0; n < dim[0]; n++) {
        const float *image = in + n * dim[1] * dim[2] * dim[3];
        float *result = out + n * conv->outputs * conv->height * conv->width;
        if (planes) {
            convolve_planes(conv, chain, image, result, (const float **)rows);
        } else {
            convolve_rows(conv, chain, image, result, rows);
        }
    }
    return true;
}

/* The left operands of the node's product, rounded to its type: a copy in scratch, or for f32 the
 * data itself. */
static const float *left_operands(const Step *step, const float *data, int64_t count) {
    Element element = product_element(step->node);
    if (element == ELEMENT_f32) {
        return data;
    }
    float *rounded = NEW_ARRAY(step->scratch, float, count);
    for (int64_t i = 0; i < count; i++) {
        rounded[i] = (float)element_rounded(element, data[i]);
    }
    return rounded;
}

bool interp_conv2d(const Step *step) {
    const Node *node = step->node;
    const int64_t *dim = node->out[0]->shape.dim;
    Convolution conv = {step,
                        &node->window,
                        &node->in[0]->shape,
                        dim[1],
                        dim[2],
                        dim[3],
                        order_weight(step, node->weight),
                        step_constant(step, node->bias, dim[1]),
                        false};
    int64_t count = shape_elements(&node->in[0]->shape);
    return convolve(&conv, left_operands(step, step->in, count), step->out);
}

bool interp_depthwise(const Step *step) {
    const Node *node = step->node;
    const int64_t *dim = node->out[0]->shape.dim;
    Convolution conv = {step,
                        &node->window,
                        &node->in[0]->shape,
                        dim[1],
                        dim[2],
                        dim[3],
                        order_weight(step, node->weight),
                        step_constant(step, node->bias, dim[1]),
                        true};
    return convolve(&conv, step->in, step->out);
}

/* Two convolutions with the stage's activation between them; like in the kernels, the depthwise
 * result is rounded to f32. */
bool interp_separable(const Step *step) {
    static const Window one = {{1, 1}, {1, 1}, {1, 1}, {0, 0}};
    const Node *node = step->node;
    const int64_t *dim = node->out[0]->shape.dim;
    Shape middle = {4, {dim[0], node->in[0]->shape.dim[1], dim[2], dim[3]}};
    int64_t count = shape_elements(&middle);
    float *between = NEW_ARRAY(step->scratch, float, count);
    Convolution depthwise = {step,
                             &node->window,
                             &node->in[0]->shape,
                             middle.dim[1],
                             dim[2],
                             dim[3],
                             order_weight(step, node->dw_weight),
                             step_constant(step, node->dw_bias, middle.dim[1]),
                             true};
    if (!convolve(&depthwise, step->in, between)) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        between[i] = interp_act(node->mid_act, between[i]);
    }
    Convolution product = {step,
                           &one,
                           &middle,
                           dim[1],
                           dim[2],
                           dim[3],
                           order_weight(step, node->weight),
                           step_constant(step, node->bias, dim[1]),
                           false};
    return convolve(&product, left_operands(step, between, count), step->out);
}

/* Uses chain() with the roles swapped, so that it runs over outputs side by side: the weight's
 * columns are the patch rows and the input is the weight. fma(a, b, c) equals fma(b, a, c). */
bool interp_linear(const Step *step) {
    const Node *node = step->node;
    const Expr *logical = expr_logical(node->weight);
    const float *weight = step_constant(step, logical, 0);
    const float *bias = step_constant(step, node->bias, logical->shape.dim[0]);
    if (!weight || !bias) {
        return false;
    }
    int64_t outputs = logical->shape.dim[0], depth = logical->shape.dim[1];
    const float *in = left_operands(step, step->in, shape_elements(&node->in[0]->shape));
    float **columns = make_rows(step->scratch, depth, outputs);
    for (int64_t k = 0; k < depth; k++) {
        for (int64_t o = 0; o < outputs; o++) {
            columns[k][o] = weight[o * depth + k];
        }
    }
    for (int64_t n = 0; n < node->out[0]->shape.dim[0]; n++) {
        float *acc = step->out + n * outputs;
        for (int64_t o = 0; o < outputs; o++) {
            acc[o] = bias[o];
        }
        choose_chain()(acc, outputs, depth, in + n * depth, (const float *const *)columns);
    }
    return true;
}
