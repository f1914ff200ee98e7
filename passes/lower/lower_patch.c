/* lower_patch.c - writes the loop that copies a product's inputs to scratch: for each pixel the K
 * inputs of its dot products, one after the other, in the type that the product takes them in.
 *
 *   %c = conv2d(%x) 3x3 stride 2   ->   for each pixel of the block, kernel row i, kernel column j:
 *                                         patch[(i * 3 + j) * channels ...] = in[row][column] ...
 *
 * K order is kernel row, kernel column, input channel, the order of the chain in ir/graph/ir.h; a
 * tap outside the map gives +0. Whole vectors are copied, in ascending order, so what one writes
 * beyond its channels is overwritten by the next or lies in the room that scratch_pitch() leaves.
 */
#include <inttypes.h>

#include "lowering.h"

/* Whole vectors of channels, which are consecutive in NHWC. */
void copy_pixel(Lowering *lowering, Text *text, const Node *node, const char *to) {
    int64_t channels = channels_of(node->in[0]);
    bool bytes = reads_bytes(node);
    if (!bytes) {
        need_zeros(lowering, whole_lines(channels));
    }
    text_add(text, "ptr %ssource = %s ? %s + %s * %" PRId64 " : %s + 0\n",
             type_word(lowering, node->in[0]->element), is_inside(lowering, node),
             operand_pointer(lowering, "in", node->in[0]), input_pixel(lowering, node),
             node->in[0]->pitch, bytes ? "in_zero" : "zeros");
    text_add(text, "for c = 0 to %" PRId64 " step 1 vector {\nvec value = %s source[c]\n",
             whole_lines(channels), bytes ? "load_bytes" : "load");
    if (is_quantized(node)) {
        quantize_channels(text, node);
        quantize_apply(lowering, text, node, "value", "");
    } else {
        act_apply(text, node->prologue, "value", "");
    }
    if (takes_apart(node, lowering->target)) {
        text_add(text, "value = round value\n");
    }
    text_add(text, "store %s%s = value\n}\n",
             type_word(lowering, left_element(node, lowering->target)), to);
}

void copy_constants(const Lowering *lowering, Text *text, const Node *node) {
    const Act act = is_quantized(node) ? unbound_act(node) : node->prologue;
    act_constants(text, &act, 1);
    if (is_quantized(node)) {
        quantize_constants(lowering, text, node);
    }
}

/* Where channel c of the pixel at row, column lies in the caller's input: in NCHW the channels are
 * a whole map apart. */
static const char *caller_place(const Text *text, const Value *in) {
    int64_t channels = channels_of(in), width = width_of(in);
    if (in->layout == LAYOUT_NHWC) {
        return arena_printf(text->arena, "row * %" PRId64 " + column * %" PRId64 " + c",
                            width * channels, channels);
    }
    return arena_printf(text->arena, "c * %" PRId64 " + row * %" PRId64 " + column",
                        height_of(in) * width, width);
}

/* Copies a tap from the caller's input, whose pixels have no padding: channels one by one. */
static void copy_tap(Lowering *lowering, Text *text, const Node *node, const char *to) {
    const Value *in = node->in[0];
    int64_t channels = channels_of(in), elements = channels * height_of(in) * width_of(in);
    const char *image = in->shape.dim[0] > 1 && !lowering->by_rows
                            ? arena_printf(text->arena, "image * %" PRId64 " + ", elements)
                            : "";
    need_zeros(lowering, 1);
    text_add(text, "if %s {\n", is_inside(lowering, node));
    text_add(text, "for c = 0 to %" PRId64 " step 1 {\ncopy %s = in[%s%s]\n}\n", channels, to,
             image, caller_place(text, in));
    text_add(text, "} else {\nfor c = 0 to %" PRId64 " step 1 {\ncopy %s = zeros[0]\n}\n}\n",
             channels, to);
}

/* fuse_activations gives no prologue to a node that reads the graph's input. */
void patch_loop(Lowering *lowering, Text *text, const Node *node, int64_t pitch) {
    const Window *window = &node->window;
    bool is_callers = product_feed(node) == FEED_CALLER;
    if (is_callers && node->prologue != ACT_none) {
        internal_error("lower", "%s: an activation on the graph's input", node->name);
    }
    copy_constants(lowering, text, node);
    text_add(text, "for pixel = lo to hi step 1 {\n");
    pixel_place(lowering, text, node);
    text_add(text, "ptr mut %spatch = %s + (pixel - lo) * %" PRId64 "\n",
             type_word(lowering, left_element(node, lowering->target)),
             block_pointer(lowering, node), pitch);
    text_add(text, "for i = 0 to %" PRId64 " step 1 {\n", window->kernel[0]);
    text_add(text, "int row = y * %" PRId64 " + i * %" PRId64 " - %" PRId64 "\n", window->stride[0],
             window->dilation[0], window->pad[0]);
    text_add(text, "for j = 0 to %" PRId64 " step 1 {\n", window->kernel[1]);
    text_add(text, "int column = x * %" PRId64 " + j * %" PRId64 " - %" PRId64 "\n",
             window->stride[1], window->dilation[1], window->pad[1]);
    const char *to = arena_printf(text->arena, "patch[(i * %" PRId64 " + j) * %" PRId64 " + c]",
                                  window->kernel[1], channels_of(node->in[0]));
    if (is_callers) {
        copy_tap(lowering, text, node, to);
    } else {
        copy_pixel(lowering, text, node, to);
    }
    text_add(text, "}\n}\n}\n");
}
