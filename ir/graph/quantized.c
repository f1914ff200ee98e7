/* quantized.c - questions about quantized products, whose weights are s8.
 *
 *   %p = separable(%x) ... mid_act=relu6 weight=s8(@w, ...)   ->   bounds instead of relu6
 *
 * What a ReLU does to a number, a bound does to the integer that the number becomes; other
 * activations have to see the number itself.
 */
#include "internal.h"

bool can_be_quantized(const Graph *graph, const Node *node) {
    return node_has(node, PRODUCT) && node_has(node, WINDOW) && node->in[0] != graph->input &&
           node_depth(node) <= MOST_QUANTIZED_DEPTH;
}

bool can_be_bf16(const Graph *graph, const Node *node) {
    return node_has(node, PRODUCT) && node_has(node, WINDOW) && node->in[0] != graph->input &&
           node->weight->shape.dim[1] % 2 == 0;
}

bool is_quantized(const Node *node) {
    return node_has(node, PRODUCT) && product_element(node) == ELEMENT_s8;
}

Act quantized_act(const Node *node) {
    return node_has(node, DW_STAGE) ? node->mid_act : node->prologue;
}

bool act_is_bound(Act act) {
    return act == ACT_none || act_has_floor(act);
}

bool act_has_floor(Act act) {
    return act == ACT_relu || act == ACT_relu6;
}

bool stage_quantizes(const Node *node) {
    return node_has(node, DW_STAGE) && act_is_bound(node->mid_act);
}

bool may_be_bytes(const Node *node) {
    return node_has(node, PRODUCT) && node_has(node, WINDOW);
}

/* The largest of a channel's integers stands for the largest of its numbers, as all have one scale
 * and zero point. */
bool keeps_bytes(const Node *node) {
    bool bound = node->prologue == ACT_none || node->prologue == ACT_relu;
    return node->op == OP_max_pool && bound && !node->has_residual && node->epilogue == ACT_none;
}

/* A sum of the same value twice would need its numbers twice. */
bool may_read_bytes(const Node *node, const Value *value) {
    bool reads = node->in[0] == value;
    bool rests = node->has_residual && node->in[node->n_in - 1] == value;
    bool bound = node->prologue == ACT_none || node->prologue == ACT_relu;
    bool takes = node_has(node, DW_STAGE) || keeps_bytes(node) ||
                 (node_has(node, PRODUCT) && (node->int8 || is_quantized(node)));
    return (!reads || (takes && bound)) &&
           (!rests || (may_be_bytes(node) && !node->residual_scale));
}

int64_t weights_together(const Expr *weight) {
    weight = expr_logical(weight);
    weight = weight->kind == EXPR_nudge ? weight->arg[0] : weight;
    return weight->kind == EXPR_s8 ? weight->integer[0] : 0;
}

void weights_group(int64_t k, int64_t group[4]) {
    for (int i = 0; i < 4; i++) {
        group[i] = k ^ (i % 2) ^ (i / 2 * QUAD);
    }
}
