/* lower_pointwise.c - operations on one element at a time: affine, activation, add.
 *
 *   %a = affine(%x) epilogue=relu   ->   for each pixel of this task's share, each vector of
 *                                        channels: fma(scale, x, shift), then relu
 */
#include <inttypes.h>

#include "lower.h"

static void end_element(Text *text, const Node *node) {
    if (node->has_residual)
        text_add(text, "vec rest = load residual[pixel * %" PRId64 " + c]\n",
                 node_residual(node)->pitch);
    if (node->residual_scale)
        text_add(text, "vec factor = load residual_scale[c]\nvalue = fma factor, rest, value\n");
    else if (node->has_residual)
        text_add(text, "value = add value, rest\n");
    act_apply(text, node->op == OP_activation ? node->act : node->epilogue, "value", "");
}

/* The loops around one element; middle is what happens to value between load and residual. */
static const char *lower_elements(Lowering *lowering, const Node *node, const char *start,
                                  const char *middle) {
    const Value *in = node->in[0], *out = node->out[0];
    Act last = node->op == OP_activation ? node->act : node->epilogue;
    Text text = {.arena = lowering->arena};
    text_add(&text, "doc \"%s: %" PRId64 " pixels of %" PRId64 " channels.\"\n%s",
             op_info(node->op)->name, pixel_count(out), channels_of(out), start);
    if (node->residual_scale)
        text_add(&text, "ptr residual_scale = w4\n");
    act_constants(&text, (Act[]){node->prologue, last}, 2);
    text_add(&text, "split begin, end of %" PRId64 "\nfor pixel = begin to end step 1 {\n",
             pixel_count(out));
    text_add(&text, "for c = 0 to %" PRId64 " step 1 vector {\n", whole_lines(channels_of(out)));
    text_add(&text, "vec value = load in[pixel * %" PRId64 " + c]\n", in->pitch);
    act_apply(&text, node->prologue, "value", "");
    text_add(&text, "%s", middle);
    end_element(&text, node);
    text_add(&text, "store out[pixel * %" PRId64 " + c] = value\n}\n}\n", out->pitch);
    const char *name = arena_printf(
        lowering->arena, "%s_%s_%" PRId64 "%s%s", op_info(node->op)->name, map_size(lowering, out),
        channels_of(out), residual_suffix(node), act_suffix(lowering, last));
    return share_function(lowering, name, "", text_done(&text));
}

const char *lower_affine(Lowering *lowering, const Node *node) {
    bool has_bias = node->bias != NULL;
    const char *start = has_bias ? "ptr factors = w0\nptr shifts = w1\n" : "ptr factors = w0\n";
    const char *shift = has_bias ? "vec shifted = load shifts[c]\n" : "vec shifted = zero\n";
    const char *middle = arena_printf(lowering->arena,
                                      "vec multiplier = load factors[c]\n%s"
                                      "value = fma multiplier, value, shifted\n",
                                      shift);
    return lower_elements(lowering, node, start, middle);
}

const char *lower_activation(Lowering *lowering, const Node *node) {
    return lower_elements(lowering, node, "", "");
}

const char *lower_add(Lowering *lowering, const Node *node) {
    return lower_elements(lowering, node, "", "");
}
