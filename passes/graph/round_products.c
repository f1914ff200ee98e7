/* round_products.c - products take their operands in the precision that was asked for.
 *
 *   before  %p = separable(%x) ... weight=scale_out(@w, @s) bias=@b     (precision=bf16)
 *   after   %p = separable(%x) ... weight=bf16(scale_out(@w, @s)) bias=flush(@b, 2^-90)
 *
 * In a network of another precision these are the products that are planned in bf16: of a file of
 * --quant. The type of a product's weight is the type of its left operands too (see Numbers in
 * ir/graph/ir.h), so nothing else is to be noted. What stays f32: maps, depthwise stages, the
 * convolution that reads the graph's input, whose few channels carry the whole picture,
 * classifiers, and products of an odd number of input channels, which do not come out as pairs. The
 * weight is rounded once, from the folded numbers in double.
 *
 * This changes what the network computes, because the user asked for it.
 */
#include "rewrite.h"

static bool is_rounded(const Graph *graph, const Node *node) {
    return node->bf16 || (graph->precision == PRECISION_bf16 && can_be_bf16(graph, node) &&
                          product_element(node) == ELEMENT_f32);
}

static void round_node(Node *node, void *context) {
    const Unit *unit = context;
    if (!is_rounded(unit->graph, node)) {
        return;
    }
    node->bf16 = false;
    node->weight = expr_new(unit->arena, EXPR_bf16, node->weight, NULL, NULL, 0, 0, 0);
    if (node->bias) {
        node->bias = expr_new(unit->arena, EXPR_flush, node->bias, NULL, NULL, 0, 0, LEAST_BIAS);
    }
}

bool pass_round_products(Unit *unit) {
    graph_each(unit->graph, round_node, unit);
    return true;
}
