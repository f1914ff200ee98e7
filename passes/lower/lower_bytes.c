/* lower_bytes.c - writes what is different where a value is u8: integers that stand for numbers.
 *
 *   in        x = load_bytes tap[...][c]         a depthwise stage, whose constants have the scale
 *             x = max x, floor                   relu on load: no less than the zero point
 *   residual  rest = load_bytes residual[o]
 *             acc = fma rest_by, rest, acc       its scale; the bias has its zero point
 *   out       acc = fma acc, into, onto          one by the scale, the zero point
 *             acc = max acc, lowest              0
 *             acc = min acc, most                255
 *             store u8 out[o] = acc
 *
 * See Numbers in ir/graph/ir.h.
 */
#include "lowering.h"

const char *operand_pointer(const Lowering *lowering, const char *operand, const Value *value) {
    return value->element == ELEMENT_u8 ? arena_printf(lowering->arena, "bytes_%s", operand)
                                        : operand;
}

static void name_operand(const Lowering *lowering, Text *text, const char *keyword,
                         const char *operand, const Value *value) {
    if (value && value->element == ELEMENT_u8) {
        text_add(text, "%s u8 %s = %s\n", keyword, operand_pointer(lowering, operand, value),
                 operand);
    }
}

void name_operands(const Lowering *lowering, Text *text, const Node *node) {
    if (!lowering->by_rows) {
        name_operand(lowering, text, "ptr", "in", node->in[0]);
        name_operand(lowering, text, "ptr", "residual", node_residual(node));
        name_operand(lowering, text, "ptr mut", "out", node->out[0]);
    }
}

bool raises_bytes(const Node *node) {
    return reads_bytes(node) && node->prologue == ACT_relu;
}

void load_channels(Text *text, const Node *node) {
    if (raises_bytes(node)) {
        text_add(text, "vec floor = load_bytes in_zero[c]\n");
    }
}

void load_operand(Text *text, const Node *node, const char *name, const char *index,
                  const char *from) {
    text_add(text, "vec %s%s = %s %s\n", name, index, reads_bytes(node) ? "load_bytes" : "load",
             from);
    if (!reads_bytes(node)) {
        act_apply(text, node->prologue, name, index);
    } else if (raises_bytes(node)) {
        text_add(text, "%s%s = max %s%s, floor\n", name, index, name, index);
    }
}

const char *end_params(const Lowering *lowering, const Node *node) {
    return arena_printf(lowering->arena, "%s%s", adds_bytes(node) ? "ptr rest_scale, " : "",
                        makes_bytes(node) ? "ptr map_factor, ptr map_zero, " : "");
}

const char *end_arguments(const Lowering *lowering, const Node *node) {
    return arena_printf(lowering->arena, "%s%s", adds_bytes(node) ? "&rest_scale[channel], " : "",
                        makes_bytes(node) ? "&map_factor[channel], &map_zero[channel], " : "");
}

void end_constants(Text *text, const Node *node) {
    if (makes_bytes(node)) {
        text_add(text, "vec lowest = zero\nvec most = constant 255\n");
    }
}

void end_channels(Text *text, const Node *node) {
    if (node->residual_scale) {
        text_add(text, "vec factor[o] = load scale[o]\n");
    }
    if (adds_bytes(node)) {
        text_add(text, "vec rest_by[o] = load rest_scale[o]\n");
    }
    if (makes_bytes(node)) {
        text_add(text, "vec into[o] = load map_factor[o]\nvec onto[o] = load map_zero[o]\n");
    }
}

void end_residual(Text *text, const Node *node, const char *index, const char *from) {
    if (!node->has_residual) {
        return;
    }
    text_add(text, "vec rest%s = %s %s\nacc%s = ", index, adds_bytes(node) ? "load_bytes" : "load",
             from, index);
    if (adds_bytes(node) || node->residual_scale) {
        text_add(text, "fma %s[o], rest%s, acc%s\n", adds_bytes(node) ? "rest_by" : "factor", index,
                 index);
    } else {
        text_add(text, "add acc%s, rest%s\n", index, index);
    }
}

void end_store(Text *text, const Node *node, const char *index, const char *to) {
    if (makes_bytes(node)) {
        text_add(text, "acc%s = fma acc%s, into[o], onto[o]\n", index, index);
        text_add(text, "acc%s = max acc%s, lowest\n", index, index);
        text_add(text, "acc%s = min acc%s, most\n", index, index);
    }
    text_add(text, "store %s%s = acc%s\n", makes_bytes(node) ? "u8 " : "", to, index);
}
