/* lower_quantize.c - writes the steps from a number to an integer of a quantized product's left
 * operands.
 *
 *   vec by = load in_factor[c]        where no depthwise stage has it in its weights
 *   vec zero_of = load zero_point[c]
 *   value = fma value, by, zero_of
 *   value = max value, zero_of        relu; without it: max value, lowest (0)
 *   value = min value, most           255; relu6: load highest[c]
 *
 * The store rounds. Where left operands are stored less 128, it brings numbers within 0 and 255
 * too, so that min and max are only for other bounds. See Numbers in ir/graph/ir.h: activations
 * that are no bounds come first.
 */
#include "lowering.h"

static bool has_floor(const Node *node) {
    return act_has_floor(quantized_act(node));
}

static const char *each_constant(const Lowering *lowering, const Node *node, const char *form) {
    Text text = {.arena = lowering->arena};
    const WeightSlot slots[] = {SLOT_IN_FACTOR, SLOT_ZERO_POINT, SLOT_HIGHEST};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        for (const char *at = slot_constant(node, slots[i]) ? form : ""; *at; at++) {
            text_add(&text, *at == '@' ? "%s" : "%.1s", *at == '@' ? slot_name(slots[i]) : at);
        }
    }
    return text_done(&text);
}

const char *quantize_params(const Lowering *lowering, const Node *node) {
    return each_constant(lowering, node, "ptr @, ");
}

const char *quantize_arguments(const Lowering *lowering, const Node *node) {
    return each_constant(lowering, node, "&@[0], ");
}

Act unbound_act(const Node *node) {
    return act_is_bound(quantized_act(node)) ? ACT_none : quantized_act(node);
}

/* Whether the numbers are 0 to 255 before any bound, as they are a map's integers, or the store
 * brings them there. */
static bool is_within(const Lowering *lowering, const Node *node) {
    return (!node_has(node, DW_STAGE) && reads_bytes(node)) || centers(node, lowering->target);
}

/* Whether there is a bound below 255. */
static bool has_ceiling(const Node *node) {
    return node->highest && (node_has(node, DW_STAGE) || !reads_bytes(node));
}

void quantize_constants(const Lowering *lowering, Text *text, const Node *node) {
    if (!has_floor(node) && !is_within(lowering, node)) {
        text_add(text, "vec lowest = zero\n");
    }
    if (!node->highest && !is_within(lowering, node)) {
        text_add(text, "vec most = constant 255\n");
    }
}

void quantize_channels(Text *text, const Node *node) {
    if (node->in_factor) {
        text_add(text, "vec by = load in_factor[c]\n");
    }
    if (node->zero_point) {
        text_add(text, "vec zero_of = load zero_point[c]\n");
    }
    if (node->highest) {
        text_add(text, "vec most = load highest[c]\n");
    }
}

void quantize_apply(const Lowering *lowering, Text *text, const Node *node, const char *name,
                    const char *index) {
    act_apply(text, unbound_act(node), name, index);
    if (node->in_factor) {
        text_add(text, "%s%s = fma %s%s, by, zero_of\n", name, index, name, index);
    }
    if (has_floor(node) || !is_within(lowering, node)) {
        text_add(text, "%s%s = max %s%s, %s\n", name, index, name, index,
                 has_floor(node) ? "zero_of" : "lowest");
    }
    if (has_ceiling(node) || !is_within(lowering, node)) {
        text_add(text, "%s%s = min %s%s, most\n", name, index, name, index);
    }
}
