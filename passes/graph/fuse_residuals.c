/* fuse_residuals.c - a residual sum becomes the epilogue of a node that feeds it.
 *
 *   before  %s = conv2d(%x)                    after  %s = conv2d(%x)
 *           %p = conv2d(%d)                           %p = conv2d(%d, %s) residual epilogue=relu
 *           %a = add(%p, %s) epilogue=relu
 *
 * The sum goes into the operand that is computed last, so that the other one is ready; the planner
 * may swap the two later, if that needs less memory. The operand must be the result of an anchor
 * without an epilogue (which would be applied after the sum) and have no other reader. If only the
 * earlier operand is one, its node moves after the other: nothing in between reads it. The bits
 * are the same: the sum is rounded on its own before and after, and does not depend on the order of
 * its operands. With a scale on the residual only the first operand can take in the sum.
 */
#include "uses.h"

/* The list with the place of each node in it. A sum that was taken in stays there, without a place,
 * until the end. */
typedef struct Fusing {
    Uses uses;
    NodeList *nodes;
    Map *places; /* from a node to its int */
} Fusing;

static int place_of(const Fusing *fusing, const Node *node) {
    const int *place = map_get(fusing->places, node);
    return place ? *place : -1;
}

static void note_places(Fusing *fusing, Arena *arena) {
    int *places = NEW_ARRAY(arena, int, fusing->nodes->count);
    fusing->places = map_by_address(arena);
    for (int i = 0; i < fusing->nodes->count; i++) {
        places[i] = i;
        map_put(fusing->places, fusing->nodes->at[i], &places[i]);
    }
}

static void put_at(Fusing *fusing, Node *node, int at) {
    int *place = map_get(fusing->places, node);
    fusing->nodes->at[at] = node;
    if (place) {
        *place = at;
    }
}

/* Moves a node back to the given place; those that it passes move up by one. */
static void move_back(Fusing *fusing, Node *node, int to) {
    int at = place_of(fusing, node);
    for (; at < to; at++) {
        put_at(fusing, fusing->nodes->at[at + 1], at);
    }
    put_at(fusing, node, to);
}

/* The node that can take in the sum through operand j, or NULL. One in a region cannot: a region
 * reads one value. */
static Node *host_at(const Fusing *fusing, const Node *sum, int j) {
    if (j == 1 && sum->residual_scale) {
        return NULL;
    }
    Node *host = sole_source(&fusing->uses, sum->in[j]);
    bool fits = host && node_has(host, ANCHOR) && !host->has_residual &&
                host->epilogue == ACT_none && place_of(fusing, host) >= 0;
    return fits ? host : NULL;
}

/* Which operand's node takes the sum in: 0, 1, or -1 when none can. */
static int choose_host(const Fusing *fusing, const Node *sum) {
    const Node *first = host_at(fusing, sum, 0), *second = host_at(fusing, sum, 1);
    if (!first || !second) {
        return first ? 0 : second ? 1 : -1;
    }
    return place_of(fusing, first) > place_of(fusing, second) ? 0 : 1;
}

static void fuse_sum(Fusing *fusing, const Node *sum, int j) {
    Node *host = host_at(fusing, sum, j);
    Value *residual = sum->in[1 - j];
    int behind = residual->def ? place_of(fusing, residual->def) : -1;
    uses_drop(&fusing->uses, sum);
    node_add_residual(host, residual);
    uses_add(&fusing->uses, host, residual);
    host->residual_scale = sum->residual_scale;
    host->epilogue = sum->epilogue;
    if (place_of(fusing, host) < behind) {
        move_back(fusing, host, behind);
    }
    uses_replace(&fusing->uses, sum->out[0], host->out[0]);
    map_put(fusing->places, sum, NULL);
}

static void remove_sums(Fusing *fusing) {
    NodeList *nodes = fusing->nodes;
    int kept = 0;
    for (int i = 0; i < nodes->count; i++) {
        if (place_of(fusing, nodes->at[i]) >= 0) {
            nodes->at[kept++] = nodes->at[i];
        }
    }
    nodes->count = kept;
}

bool pass_fuse_residuals(Unit *unit) {
    NodeList *nodes = &unit->graph->nodes;
    Fusing fusing = {.uses = uses_of(unit->arena, unit->graph), .nodes = nodes};
    unit->graph->stage = STAGE_FUSED;
    note_places(&fusing, unit->arena);
    for (int i = 0; i < nodes->count; i++) {
        const Node *node = nodes->at[i];
        bool free = node_has(node, SUM) && node->prologue == ACT_none;
        int j = free ? choose_host(&fusing, node) : -1;
        if (j >= 0) {
            fuse_sum(&fusing, node, j);
        }
    }
    remove_sums(&fusing);
    return true;
}
