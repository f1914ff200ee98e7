/* store_halves.c - weights of products are stored in half precision where that was asked for.
 *
 *   before  %p = separable(%x) ... weight=scale_out(@w, @s) bias=@b     (weights_type=f16)
 *   after   %p = separable(%x) ... weight=f16(scale_out(@w, @s)) bias=@b
 *
 * Products keep the arithmetic of f32: only the numbers of their weights are rounded, once, from
 * the folded ones in double (see Numbers in ir/graph/ir.h). The convolution that reads the graph's
 * input, whose few channels carry the whole picture, stays f32; so do biases, depthwise stages and
 * all else, which is a hundredth of a network's numbers.
 *
 * This changes what the network computes, because the user asked for it.
 */
#include "rewrite.h"

static void store_node(Node *node, void *context) {
    const Unit *unit = context;
    if (node_has(node, PRODUCT) && node->in[0] != unit->graph->input &&
        product_element(node) == ELEMENT_f32) {
        node->weight = expr_new(unit->arena, EXPR_f16, node->weight, NULL, NULL, 0, 0, 0);
    }
}

bool pass_store_halves(Unit *unit) {
    if (unit->graph->weights_type == ELEMENT_f16) {
        graph_each(unit->graph, store_node, unit);
    }
    return true;
}
