/* lower_pointwise.c - lowers operations on one element at a time: affine, activation, add.
 *
 *   %a = affine(%x) epilogue=relu   ->   for each pixel of this task's share, each vector of
 *                                        channels: fma(scale, x, shift), then relu
 *
 * The loop over channels runs over whole 64-byte lines, so it computes padding channels too: they
 * lie within the pitch, and nothing reads them.
 */
#include <inttypes.h>

#include "lowering.h"

/* The last activation of an element: an activation node's own, as it is no anchor, or the epilogue.
 */
static Act last_act(const Node *node) {
    return node->op == OP_activation ? node->act : node->epilogue;
}

static void end_element(const Lowering *lowering, Text *text, const Node *node) {
    if (node->has_residual) {
        text_add(text, "vec rest = load %s[pixel * %" PRId64 " + c]\n",
                 row_pointer(lowering, "residual", node_residual(node)),
                 node_residual(node)->pitch);
    }
    if (node->residual_scale) {
        text_add(text, "vec factor = load residual_scale[c]\nvalue = fma factor, rest, value\n");
    } else if (node->has_residual) {
        text_add(text, "value = add value, rest\n");
    }
    act_apply(text, last_act(node), "value", "");
}

/* Writes the loops around one element; middle is the text between the load of value and the
 * residual. An add has none: its second operand is its residual. */
static const char *lower_elements(Lowering *lowering, const Node *node, const char *middle) {
    const Value *in = node->in[0], *out = node->out[0];
    Act last = last_act(node);
    Text text = {.arena = lowering->arena};
    text_add(&text, "doc \"%s: %s of %s.\"\n", op_info(node->op)->name,
             counted(lowering, pixel_count(out), "pixel"),
             counted(lowering, channels_of(out), "channel"));
    name_constants(lowering, &text, node);
    act_constants(&text, (Act[]){node->prologue, last}, 2);
    rows_begin(lowering, &text, node, true);
    if (lowering->by_rows) {
        text_add(&text, "for pixel = 0 to %" PRId64 " step 1 {\n", width_of(out));
    } else {
        text_add(&text, "split begin, end of %" PRId64 "\nfor pixel = begin to end step 1 {\n",
                 pixel_count(out));
    }
    text_add(&text, "for c = 0 to %" PRId64 " step 1 vector {\n", whole_lines(channels_of(out)));
    text_add(&text, "vec value = load %s[pixel * %" PRId64 " + c]\n",
             row_pointer(lowering, "in", in), in->pitch);
    act_apply(&text, node->prologue, "value", "");
    text_add(&text, "%s", middle);
    end_element(lowering, &text, node);
    text_add(&text, "store %s[pixel * %" PRId64 " + c] = value\n}\n}\n",
             row_pointer(lowering, "out", out), out->pitch);
    const char *name = arena_printf(
        lowering->arena, "%s_%s_%" PRId64 "%s%s", op_info(node->op)->name, map_size(lowering, out),
        channels_of(out), residual_suffix(node), act_suffix(lowering, last));
    return rows_end(lowering, &text, node, name);
}

const char *lower_affine(Lowering *lowering, const Node *node) {
    bool has_bias = node->bias != NULL;
    const char *shift = has_bias ? "vec shifted = load bias[c]\n" : "vec shifted = zero\n";
    const char *middle = arena_printf(lowering->arena,
                                      "vec multiplier = load weight[c]\n%s"
                                      "value = fma multiplier, value, shifted\n",
                                      shift);
    return lower_elements(lowering, node, middle);
}

const char *lower_activation(Lowering *lowering, const Node *node) {
    return lower_elements(lowering, node, "");
}

const char *lower_add(Lowering *lowering, const Node *node) {
    return lower_elements(lowering, node, "");
}
