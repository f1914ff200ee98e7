/* lower_lines.c - writes the loops that copy to scratch the rows of the input that one row of a
 * convolution's result reads, in the type that the product takes them in.
 *
 *   %c = conv2d(%x) 3x3 pad 1x1, in a region   ->   for each kernel row i:
 *                                                     line = block + i * line_pitch
 *                                                     line[...] = +0, in[row][0 ..], +0
 *
 * Padding is +0 before the activation on load, as in lower_patch.c. Pixel x of the result then
 * reads kernel row i from line + x * stride * channels on: kernel column and channel ascend, which
 * is the chain of ir/graph/ir.h. Whole vectors are copied, in ascending order, so what one writes
 * beyond its channels is overwritten by the next or lies in the room that line_pitch() leaves.
 */
#include <inttypes.h>

#include "lowering.h"

/* Writes +0 to the elements from .. to of a line. */
static void zero_elements(Text *text, int64_t from, int64_t to) {
    if (from < to) {
        text_add(text, "for c = %" PRId64 " to %" PRId64 " step 1 {\ncopy line[c] = zeros[0]\n}\n",
                 from, to);
    }
}

/* The pixels first .. end of a line, from the caller's NCHW, where the channels of a pixel are a
 * whole map apart, or NHWC, where those of a row lie one after another. */
static void copy_pixels(Text *text, const Node *node, int64_t first, int64_t end) {
    const Value *in = node->in[0];
    int64_t channels = channels_of(in), width = width_of(in), pad = node->window.pad[1];
    if (in->layout == LAYOUT_NHWC) {
        text_add(text,
                 "for c = %" PRId64 " to %" PRId64 " step 1 {\n"
                 "copy line[c] = in[row * %" PRId64 " + c - %" PRId64 "]\n}\n",
                 first * channels, end * channels, width * channels, pad * channels);
        return;
    }
    text_add(text,
             "for x = %" PRId64 " to %" PRId64 " step 1 {\n"
             "for c = 0 to %" PRId64 " step 1 {\n"
             "copy line[x * %" PRId64 " + c] = in[c * %" PRId64 " + row * %" PRId64
             " + x - %" PRId64 "]\n}\n}\n",
             first, end, channels, channels, height_of(in) * width, width, pad);
}

/* From the caller's input. */
static void copy_caller_line(Lowering *lowering, Text *text, const Node *node) {
    const Value *in = node->in[0];
    int64_t channels = channels_of(in), pad = node->window.pad[1];
    int64_t pixels = line_pixels(node), first = smaller(pad, pixels);
    int64_t end = smaller(pad + width_of(in), pixels);
    need_zeros(lowering, 1);
    text_add(text, "if row >= 0 && row < %" PRId64 " {\n", height_of(in));
    zero_elements(text, 0, first * channels);
    copy_pixels(text, node, first, end);
    zero_elements(text, end * channels, pixels * channels);
    text_add(text, "} else {\n");
    zero_elements(text, 0, pixels * channels);
    text_add(text, "}\n");
}

/* From NHWC, where the channels of a pixel are consecutive. */
static void copy_line(Lowering *lowering, Text *text, const Node *node) {
    text_add(text, "for x = 0 to %" PRId64 " step 1 {\nint column = x - %" PRId64 "\n",
             line_pixels(node), node->window.pad[1]);
    copy_pixel(lowering, text, node,
               arena_printf(text->arena, "line[x * %" PRId64 " + c]", channels_of(node->in[0])));
    text_add(text, "}\n");
}

void copy_lines(Lowering *lowering, Text *text, const Node *node) {
    const Window *window = &node->window;
    copy_constants(lowering, text, node);
    text_add(text,
             "for i = 0 to %" PRId64 " step 1 {\n"
             "int row = y * %" PRId64 " + i * %" PRId64 " - %" PRId64 "\n"
             "ptr mut %sline = %s + i * line_pitch\n",
             window->kernel[0], window->stride[0], window->dilation[0], window->pad[0],
             type_word(lowering, left_element(node, lowering->target)),
             block_pointer(lowering, node));
    if (product_feed(node) == FEED_CALLER) {
        copy_caller_line(lowering, text, node);
    } else {
        copy_line(lowering, text, node);
    }
    text_add(text, "}\n");
}
