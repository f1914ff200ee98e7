/* verify_quantized.c - checks invariant 13: quantized products and those that are planned to be.
 */
#include "verify.h"

void verify_channels(Verify *verify, const Node *node, const char *what, const Expr *expr,
                     bool wanted, int64_t count) {
    const Expr *logical = expr_logical(expr);
    if (!expr != !wanted) {
        broken(verify, node->name, "%s %s", expr ? "it has the" : "it lacks the", what);
    } else if (expr && (logical->shape.rank != 1 || logical->shape.dim[0] != count)) {
        broken(verify, node->name, "the %s is %s, there are %lld channels", what,
               shape_text(&logical->shape).text, (long long)count);
    }
}

/* The constants that Numbers names, no others. */
static void check_constants(Verify *verify, const Node *node) {
    bool quantized = is_quantized(node), in_stage = quantized && stage_quantizes(node);
    Act act = quantized ? quantized_act(node) : ACT_none;
    bool bounds = act == ACT_relu || act == ACT_relu6;
    int64_t inputs = node->in[0]->shape.dim[1], outputs = node->out[0]->shape.dim[1];
    verify_channels(verify, node, "start of the sums", node->start, quantized, outputs);
    verify_channels(verify, node, "scale of the sums", node->out_scale, quantized, outputs);
    bool takes = quantized && !node_has(node, DW_STAGE) && node->in[0]->element == ELEMENT_u8;
    verify_channels(verify, node, "factor of the inputs", node->in_factor,
                    quantized && !in_stage && !takes, inputs);
    verify_channels(verify, node, "zero point", node->zero_point,
                    quantized && ((!in_stage && !takes) || bounds), inputs);
    verify_channels(verify, node, "number for 6", node->highest, act == ACT_relu6, inputs);
    if (quantized && node->start && node->start->element != ELEMENT_s32) {
        broken(verify, node->name, "the start of the sums is no s32");
    }
}

static void check_quantized(Verify *verify, Node *node) {
    bool quantized = is_quantized(node);
    check_constants(verify, node);
    if ((quantized || node->int8) && !can_be_quantized(verify->graph, node)) {
        broken(verify, node->name, "this node cannot be quantized");
    } else if (node->int8 && product_element(node) != ELEMENT_f32) {
        broken(verify, node->name, "the product to be quantized is %s",
               element_info(product_element(node))->name);
    }
    if (node->bf16 && (node->int8 || !can_be_bf16(verify->graph, node))) {
        broken(verify, node->name, "this node cannot be in bf16");
    }
    if (node->together && !node->int8) {
        broken(verify, node->name, "weights are restricted of a product that stays f32");
    }
}

void verify_quantized(Verify *verify) {
    verify_each(verify, &verify->graph->nodes, check_quantized);
}
