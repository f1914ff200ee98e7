/* fuse_residuals.c - a residual sum becomes the epilogue of a node that feeds it.
 *
 *   before  %s = conv2d(%x)                    after  %s = conv2d(%x)
 *           %p = conv2d(%d)                           %p = conv2d(%d, %s) residual epilogue=relu
 *           %a = add(%p, %s) epilogue=relu
 *
 * The sum goes into the operand that stands last, so that the other one is ready; the planner may
 * swap the two later, whichever way needs less memory. It needs an anchor without an activation of
 * its own (that would come after the sum) that nobody else reads. If only the earlier operand is
 * one, it moves to the place of the sum: nothing in between reads it. The bits are the same: the
 * sum was rounded on its own before and still is, and a sum does not depend on the order of its two
 * operands. With a scale on the residual only the first operand can take the sum in.
 */
#include "rewrite.h"

/* The node that can take in the sum through operand j, or NULL. */
static Node *host_at(const Graph *graph, const Node *sum, int j) {
    if (j == 1 && sum->residual_scale) {
        return NULL;
    }
    Node *host = sole_source(graph, sum->in[j]);
    bool fits = host && node_has(host, ANCHOR) && !host->has_residual && host->epilogue == ACT_none;
    return fits ? host : NULL;
}

/* Which operand's node takes the sum in: 0, 1, or -1 when none can. */
static int choose_host(const Graph *graph, const Node *sum) {
    const Node *first = host_at(graph, sum, 0), *second = host_at(graph, sum, 1);
    if (!first || !second) {
        return first ? 0 : second ? 1 : -1;
    }
    return node_index(&graph->nodes, first) > node_index(&graph->nodes, second) ? 0 : 1;
}

static void fuse_sum(Graph *graph, const Node *sum, int j) {
    Node *host = host_at(graph, sum, j);
    Value *residual = sum->in[1 - j];
    int behind = residual->def ? node_index(&graph->nodes, residual->def) : -1;
    node_add_residual(host, residual);
    host->residual_scale = sum->residual_scale;
    host->epilogue = sum->epilogue;
    if (node_index(&graph->nodes, host) < behind) {
        list_move(&graph->nodes, host, behind);
    }
    graph_replace(graph, sum->out[0], host->out[0]);
    list_remove(&graph->nodes, sum);
}

bool pass_fuse_residuals(Unit *unit) {
    Graph *graph = unit->graph;
    graph->stage = STAGE_FUSED;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        int j = node_has(node, SUM) && node->prologue == ACT_none ? choose_host(graph, node) : -1;
        if (j >= 0) {
            fuse_sum(graph, node, j);
            i--;
        }
    }
    return true;
}
