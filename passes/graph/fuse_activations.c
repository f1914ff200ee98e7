/* fuse_activations.c - an activation moves into the node before it or into those after it.
 *
 *   1. %c = conv2d(%x)                     %c = conv2d(%x) epilogue=relu
 *      %r = activation(%c) act=relu
 *
 *   2. %r = activation(%x) act=relu        %d = depthwise(%x) prologue=relu
 *      %d = depthwise(%r)                  %s = conv2d(%x)
 *      %s = conv2d(%x)
 *
 * 1 needs an anchor whose raw result has no other reader. 2 is for a value that is also read raw,
 * as at the start of a block: the readers activate what they load. That is allowed for activations
 * that keep zero (padding comes after them) and are cheap enough to be computed again for each tap,
 * and only when no reader uses the activated value as a residual and it is no output. Bits do not
 * change, because the same function is applied to the same f32 values. Other activations stay nodes
 * of their own.
 */
#include "uses.h"

static bool into_source(Uses *uses, const Node *node) {
    Node *source = sole_source(uses, node->in[0]);
    if (!source || !node_has(source, ANCHOR) || source->epilogue != ACT_none) {
        return false;
    }
    source->epilogue = node->act;
    uses_replace(uses, node->out[0], node->in[0]);
    return true;
}

/* Whether the node, a reader of the value, can activate it as it loads it: only convolutions have a
 * prologue, and only on their data. */
static bool can_activate(const Node *node, const Value *value) {
    bool can = node_has(node, WINDOW | WEIGHTS) && node->prologue == ACT_none;
    for (int i = 1; i < node->n_in; i++) {
        can = can && node->in[i] != value;
    }
    return can && node->in[0] == value;
}

static bool into_readers(Uses *uses, const Node *node) {
    Value *result = node->out[0];
    const NodeList *readers = uses_readers(uses, result);
    if (!act_info(node->act)->zero || !act_info(node->act)->cheap ||
        uses_handed_out(uses, result) || node->in[0] == uses->graph->input) {
        return false;
    }
    for (int i = 0; i < readers->count; i++) {
        if (!can_activate(readers->at[i], result)) {
            return false;
        }
    }
    for (int i = 0; i < readers->count; i++) {
        readers->at[i]->prologue = node->act;
    }
    uses_replace(uses, result, node->in[0]);
    return true;
}

bool pass_fuse_activations(Unit *unit) {
    Graph *graph = unit->graph;
    Uses uses = uses_of(unit->arena, graph);
    graph->stage = STAGE_FUSED;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (node->op == OP_activation && !into_source(&uses, node)) {
            into_readers(&uses, node);
        }
    }
    graph_remove_dead(graph);
    return true;
}
