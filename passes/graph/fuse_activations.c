/* fuse_activations.c - an activation moves into the node before it or into those behind it.
 *
 *   1. %c = conv2d(%x)                     %c = conv2d(%x) epilogue=relu
 *      %r = activation(%c) act=relu
 *
 *   2. %r = activation(%x) act=relu        %d = depthwise(%x) prologue=relu
 *      %d = depthwise(%r)                  %s = conv2d(%x)
 *      %s = conv2d(%x)
 *
 * 1 needs an anchor whose raw result nobody else sees. 2 is for a value that is wanted raw as well,
 * as at the start of a block: the readers activate what they load. That is allowed for activations
 * that keep zero (padding comes after them) and are cheap enough to be computed for each tap, and
 * when no reader wants the activated value as a residual or an output. Bits do not change, because
 * the same function is applied to the same f32 values. Others stay nodes of their own.
 */
#include "rewrite.h"

static bool into_source(Graph *graph, const Node *node) {
    Node *source = sole_source(graph, node->in[0]);
    if (!source || !node_has(source, ANCHOR) || source->epilogue != ACT_none) {
        return false;
    }
    source->epilogue = node->act;
    graph_replace(graph, node->out[0], node->in[0]);
    return true;
}

/* How often the node reads the value, and 0 if one of the places cannot have a prologue: only
 * convolutions get one. */
static int activated_reads(const Node *node, const Value *value) {
    bool can = node_has(node, WINDOW | WEIGHTS) && node->prologue == ACT_none;
    int reads = 0;
    for (int i = 0; i < node->n_in; i++) {
        if (node->in[i] == value) {
            can = can && i == 0;
            reads++;
        }
    }
    return can ? reads : 0;
}

static bool into_readers(Graph *graph, const Node *node) {
    Value *result = node->out[0];
    if (!act_info(node->act)->zero || !act_info(node->act)->cheap || is_handed_out(graph, result) ||
        node->in[0] == graph->input) {
        return false;
    }
    int found = 0;
    for (int i = 0; i < graph->nodes.count; i++) {
        found += activated_reads(graph->nodes.at[i], result);
    }
    if (found != value_uses(graph, result)) {
        return false;
    }
    for (int i = 0; i < graph->nodes.count; i++) {
        if (activated_reads(graph->nodes.at[i], result) > 0) {
            graph->nodes.at[i]->prologue = node->act;
        }
    }
    graph_replace(graph, result, node->in[0]);
    return true;
}

bool pass_fuse_activations(Unit *unit) {
    Graph *graph = unit->graph;
    graph->stage = STAGE_FUSED;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (node->op == OP_activation && !into_source(graph, node)) {
            into_readers(graph, node);
        }
    }
    graph_remove_dead(graph);
    return true;
}
