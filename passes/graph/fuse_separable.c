/* fuse_separable.c - a depthwise convolution and the 1x1 product that reads it become one node.
 *
 *   before  %d = depthwise(%x) kernel=3x3 pad=1x1 prologue=relu weight=@d epilogue=relu6
 *           %p = conv2d(%d, %x) weight=@p bias=@b residual
 *   after   %p = separable(%x, %x) kernel=3x3 pad=1x1 prologue=relu dw_weight=@d mid_act=relu6 \
 *                    weight=@p bias=@b residual
 *
 * The depthwise stage's results then live only in scratch, a block of pixels at a time. Needs that
 * nothing but that product reads them. Bits do not change: the stage is still rounded to f32 before
 * the product (see Numbers in ir/graph/ir.h).
 */
#include "uses.h"

static bool can_join(const Node *depthwise, const Node *product) {
    return product && is_pointwise(product) && product->prologue == ACT_none &&
           product->in[0] == depthwise->out[0] && !depthwise->has_residual;
}

static void join(const Node *depthwise, Node *product) {
    product->op = OP_separable;
    product->in[0] = depthwise->in[0];
    product->window = depthwise->window;
    product->prologue = depthwise->prologue;
    product->dw_weight = depthwise->weight;
    product->dw_bias = depthwise->bias;
    product->mid_act = depthwise->epilogue;
}

bool pass_fuse_separable(Unit *unit) {
    Graph *graph = unit->graph;
    NodeList *nodes = &graph->nodes;
    Uses uses = uses_of(unit->arena, graph);
    int kept = 0;
    graph->stage = STAGE_FUSED;
    for (int i = 0; i < nodes->count; i++) {
        Node *node = nodes->at[i];
        Node *reader = node->op == OP_depthwise ? sole_reader(&uses, node->out[0]) : NULL;
        if (can_join(node, reader)) {
            join(node, reader);
            uses_drop(&uses, node);
            uses_add(&uses, reader, reader->in[0]);
        } else {
            nodes->at[kept++] = node;
        }
    }
    nodes->count = kept;
    return true;
}
