/* lower_weights.c - gives the constants of all nodes their places in the blob.
 *
 *   %s = conv2d(%x) place=2 ...      executed first    ->   constant "a" weight at 0 = ...
 *   %a = separable(%x) place=1 ...                          constant "s" weight at 9216 = ...
 *
 * Constants follow each other in the order that pack_weights numbered the nodes in, which is the
 * description's, each from a 64-byte line on. The order of execution depends on the size of the
 * input, the blob does not. Nodes of a text without numbers keep the order in which they stand.
 */
#include <stdlib.h>

#include "lowering.h"

/* A node and when it is executed, for sorting. */
typedef struct Ranked {
    const Node *node;
    int at;
} Ranked;

typedef struct Ranking {
    Ranked *nodes;
    int count;
} Ranking;

static void count_node(Node *node, void *context) {
    (void)node;
    ++*(int *)context;
}

static void rank_node(Node *node, void *context) {
    Ranking *ranking = context;
    ranking->nodes[ranking->count] = (Ranked){node, ranking->count};
    ranking->count++;
}

static int by_place(const void *a, const void *b) {
    const Ranked *one = a, *other = b;
    if (one->node->place != other->node->place) {
        return one->node->place < other->node->place ? -1 : 1;
    }
    return one->at < other->at ? -1 : one->at > other->at;
}

/* Appends a constant to the module and returns its offset in the blob. */
static int64_t add_constant(Lowering *lowering, const Node *node, WeightSlot slot) {
    Module *module = lowering->module;
    const Expr *expr = slot_constant(node, slot);
    int64_t offset = module->weights_bytes;
    int64_t bytes = shape_elements(&expr->shape) * element_bytes(expr->element);
    module->constants = arena_room(lowering->arena, module->constants, module->n_constants,
                                   sizeof *module->constants);
    module->constants[module->n_constants++] = (Constant){
        .node = node->name, .slot = slot, .expr = expr, .offset = offset, .bytes = bytes};
    module->weights_bytes = round_up(offset + bytes, 64);
    return offset;
}

static void place_node(Lowering *lowering, const Node *node) {
    NodeWeights *weights = NEW(lowering->arena, NodeWeights);
    for (WeightSlot slot = 0; slot < SLOT_COUNT; slot++) {
        bool has = slot_constant(node, slot) != NULL;
        weights->at[slot] = has ? add_constant(lowering, node, slot) : -1;
        weights->slots = has ? (int)slot + 1 : weights->slots;
    }
    map_put(lowering->weights, node, weights);
}

void place_weights(Lowering *lowering) {
    int count = 0;
    graph_each(lowering->graph, count_node, &count);
    Ranking ranking = {NEW_ARRAY(lowering->arena, Ranked, count + 1), 0};
    graph_each(lowering->graph, rank_node, &ranking);
    qsort(ranking.nodes, (size_t)count, sizeof *ranking.nodes, by_place);
    lowering->weights = map_by_address(lowering->arena);
    for (int i = 0; i < count; i++) {
        place_node(lowering, ranking.nodes[i].node);
    }
}

const NodeWeights *weights_of(const Lowering *lowering, const Node *node) {
    return map_get(lowering->weights, node);
}
