/* interp_product.c - interprets the operations whose elements are chains of fused multiply-adds.
 *
 *   out[o][p] = bias[o], then fma(w[o][k], patch[k][p], ...) with k = (kernel row, column, input)
 *
 * The convolution goes over one row of the output at a time. For each k it gathers a patch row: the
 * input that k multiplies at each pixel of that output row, +0 where it lies in the padding
 * (padding takes part like any other tap, see "Numbers" in ir.h). Then chain() runs over the patch
 * rows. For a 1x1 kernel without stride or padding the patch rows are the input's planes, so
 * nothing is gathered; the planes are cut into pieces of PIECE pixels that stay in a cache. Rows
 * and pieces are what threads share out: each element's chain is within one of them.
 */
#include "interp.h"

enum { PIECE = 128 /* pixels of a plane that one chain call handles */ };

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
    SumConstants integers;          /* of a quantized product, else zero */
    const float *padding;           /* [inputs]: what padded taps read; NULL: +0 */
    /* Set by convolve(). */
    Chain *chain;
    int64_t depth;   /* of the chains */
    const float *in; /* NCHW */
    float *out;      /* NCHW */
    float **rows;    /* depth patch rows for each task */
    int32_t *sums;   /* of integers: room for as many as acc has, for each task */
} Convolution;

static int64_t taps_of(const Window *window) {
    return window->kernel[0] * window->kernel[1];
}

/* Input channels that an element of the result depends on. */
static int64_t group_of(const Convolution *conv) {
    return conv->each_alone ? 1 : conv->in_shape->dim[1];
}

static int64_t image_elements(const Shape *shape) {
    return shape_elements(shape) / shape->dim[0];
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
                       float padding, float *row) {
    const Window *window = conv->window;
    int64_t height = conv->in_shape->dim[2], width = conv->in_shape->dim[3];
    int64_t from_y =
        y * window->stride[0] - window->pad[0] + tap / window->kernel[1] * window->dilation[0];
    int64_t from_x = tap % window->kernel[1] * window->dilation[1] - window->pad[1];
    for (int64_t x = 0; x < conv->width; x++, from_x += window->stride[1]) {
        bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
        row[x] = inside ? plane[from_y * width + from_x] : padding;
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
            float padding = conv->padding ? conv->padding[first + i] : 0.0f;
            gather_row(conv, image + (first + i) * plane, y, k, padding, rows[k * count + i]);
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

/* Elements that one chain call handles at most. */
static int64_t chain_width(const Convolution *conv) {
    return conv->width > PIECE ? conv->width : PIECE;
}

/* Channel o of the result for count pixels, of which rows are the patch rows. */
static void run_chain(const Convolution *conv, int64_t o, float *acc, int64_t count,
                      const float *const *rows, int task) {
    const float *weight = conv->weight + o * conv->depth;
    if (conv->integers.start) {
        integer_chain(&conv->integers, o, conv->bias[o], acc, conv->sums + task * chain_width(conv),
                      count, conv->depth, weight, rows);
        return;
    }
    fill(acc, conv->bias[o], count);
    conv->chain(acc, count, conv->depth, weight, rows);
}

/* A Piece: row piece % height of the result of image piece / height. All channels of a dense
 * convolution share one set of patch rows; each channel of a depthwise one has its own. */
static void convolve_row(const void *work, int64_t piece, int task) {
    const Convolution *conv = work;
    int64_t n = piece / conv->height, y = piece % conv->height;
    const float *image = conv->in + n * image_elements(conv->in_shape);
    float **rows = conv->rows + task * conv->depth;
    for (int64_t o = 0; o < conv->outputs; o++) {
        if (o == 0 || conv->each_alone) {
            gather(conv, image, conv->each_alone ? o : 0, group_of(conv), y, rows);
        }
        float *acc = conv->out + ((n * conv->outputs + o) * conv->height + y) * conv->width;
        run_chain(conv, o, acc, conv->width, (const float *const *)rows, task);
    }
}

/* How many pieces a plane of the result is cut into. */
static int64_t pieces_of(const Convolution *conv) {
    return (conv->height * conv->width + PIECE - 1) / PIECE;
}

/* A Piece: PIECE pixels of the result for a 1x1 kernel that reads every pixel once (sees_planes).
 * The patch rows are not copied; they point into the image's planes. */
static void convolve_pixels(const void *work, int64_t piece, int task) {
    const Convolution *conv = work;
    int64_t n = piece / pieces_of(conv), start = piece % pieces_of(conv) * PIECE;
    int64_t pixels = conv->height * conv->width;
    int64_t count = pixels - start < PIECE ? pixels - start : PIECE;
    const float *image = conv->in + n * image_elements(conv->in_shape);
    const float **rows = (const float **)conv->rows + task * conv->depth;
    for (int64_t k = 0; k < conv->depth; k++) {
        rows[k] = image + k * pixels + start;
    }
    for (int64_t o = 0; o < conv->outputs; o++) {
        float *acc = conv->out + (n * conv->outputs + o) * pixels + start;
        run_chain(conv, o, acc, count, rows, task);
    }
}

static bool sees_planes(const Convolution *conv) {
    const Window *window = conv->window;
    return !conv->each_alone && taps_of(window) == 1 && window->stride[0] == 1 &&
           window->stride[1] == 1 && window->pad[0] == 0 && window->pad[1] == 0 &&
           window->extra[0] == 0 && window->extra[1] == 0;
}

static bool convolve(Convolution *conv, const float *in, float *out) {
    if (!conv->weight || !conv->bias) {
        return false;
    }
    const Step *step = conv->step;
    bool planes = sees_planes(conv);
    conv->chain = choose_chain();
    conv->depth = group_of(conv) * taps_of(conv->window);
    conv->in = in;
    conv->out = out;
    conv->rows = make_rows(step->scratch, step_tasks(step) * conv->depth, planes ? 0 : conv->width);
    conv->sums = NEW_ARRAY(step->scratch, int32_t, step_tasks(step) * chain_width(conv));
    int64_t images = conv->in_shape->dim[0];
    if (planes) {
        each_piece(step, images * pieces_of(conv), convolve_pixels, conv);
    } else {
        each_piece(step, images * conv->height, convolve_row, conv);
    }
    return true;
}

/* The left operands of the node's product, rounded to their type: a copy in scratch, or for f32 the
 * data itself. */
static const float *left_operands(const Step *step, const float *data, int64_t count) {
    Element element = operand_element(step->node);
    if (element == ELEMENT_f32) {
        return data;
    }
    float *rounded = NEW_ARRAY(step->scratch, float, count);
    for (int64_t i = 0; i < count; i++) {
        rounded[i] = (float)element_rounded(element, data[i]);
    }
    return rounded;
}

/* A convolution of the step's node with these constants, whose result has the shape of out. */
static Convolution convolution_of(const Step *step, const Window *window, const Shape *in,
                                  const Shape *out, const Expr *weight, const Expr *bias) {
    return (Convolution){.step = step,
                         .window = window,
                         .in_shape = in,
                         .outputs = out->dim[1],
                         .height = out->dim[2],
                         .width = out->dim[3],
                         .weight = order_weight(step, weight),
                         .bias = step_constant(step, bias, out->dim[1])};
}

static Convolution node_convolution(const Step *step) {
    const Node *node = step->node;
    return convolution_of(step, &node->window, &node->in[0]->shape, &node->out[0]->shape,
                          node->weight, node->bias);
}

/* Runs the product of the step's node on data of conv's input shape. */
static bool multiply(Convolution *conv, const float *data) {
    const Step *step = conv->step;
    if (!is_quantized(step->node)) {
        int64_t count = shape_elements(conv->in_shape);
        return convolve(conv, left_operands(step, data, count), step->out);
    }
    conv->integers = sum_constants_of(step);
    conv->padding = conv->integers.padding;
    const float *operands = quantized_operands(step, data, conv->in_shape);
    return conv->integers.start && operands && convolve(conv, operands, step->out);
}

bool interp_conv2d(const Step *step) {
    Convolution conv = node_convolution(step);
    return multiply(&conv, step->in);
}

bool interp_depthwise(const Step *step) {
    Convolution conv = node_convolution(step);
    conv.each_alone = true;
    return convolve(&conv, step->in, step->out);
}

/* Two convolutions with the stage's activation between them; like in the kernels, the depthwise
 * result is rounded to f32. */
bool interp_separable(const Step *step) {
    static const Window one = {.kernel = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
    const Node *node = step->node;
    const int64_t *dim = node->out[0]->shape.dim;
    Shape middle = {4, {dim[0], node->in[0]->shape.dim[1], dim[2], dim[3]}};
    int64_t count = shape_elements(&middle);
    float *between = NEW_ARRAY(step->scratch, float, count);
    Convolution depthwise = convolution_of(step, &node->window, &node->in[0]->shape, &middle,
                                           node->dw_weight, node->dw_bias);
    depthwise.each_alone = true;
    if (!step_in_zero(step, &depthwise.padding) || !convolve(&depthwise, step->in, between)) {
        return false;
    }
    bool is_bound = is_quantized(node) && act_is_bound(node->mid_act);
    for (int64_t i = 0; i < count && !is_bound; i++) {
        between[i] = interp_act(node->mid_act, between[i]);
    }
    Convolution product =
        convolution_of(step, &one, &middle, &node->out[0]->shape, node->weight, node->bias);
    return multiply(&product, between);
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
