/* form_regions.c - groups the nodes of one block that work on large maps into a region.
 *
 *   before  %a = separable(%x) block=0         after  %c = region(%x) block=0 {
 *           %b = separable(%a) block=0                    %a = separable(%x) block=0
 *           %c = separable(%b) block=0                    %b = separable(%a) block=0
 *                                                         %c = separable(%b) block=0
 *                                                     }
 *
 * The early maps are larger than any cache. A region is where such maps may one day live a few rows
 * at a time: its inner values (those that nobody outside reads) carry a row capacity. Today the
 * capacity is 0, all rows, and a region is executed as its body in order, so bits cannot change.
 * The memory planner therefore looks through regions and places inner values like any others: a
 * region with a block of memory of its own would need more than the bound that the planner can
 * reach, because memory of a value that dies inside could not serve the next region.
 *
 * One region per block of the description (or the stem), so that a text shows the network's own
 * structure. What nobody outside reads is inner, the rest are results.
 */
#include "rewrite.h"

enum { LARGE_MAP = 74 /* rows and columns of a result: a quarter of 299 */ };

static bool is_large(const Node *node) {
    const Shape *shape = &node->out[0]->shape;
    return shape->rank == 4 && shape->dim[2] >= LARGE_MAP && shape->dim[3] >= LARGE_MAP;
}

static bool holds(Value *const *values, int count, const Value *value) {
    for (int i = 0; i < count; i++) {
        if (values[i] == value) {
            return true;
        }
    }
    return false;
}

static bool defined_in(const NodeList *list, const Value *value) {
    return value->def && node_index(list, value->def) >= 0;
}

/* Uses of the value by nodes of the list. */
static int uses_in(const NodeList *list, const Value *value) {
    int uses = 0;
    for (int i = 0; i < list->count; i++) {
        for (int j = 0; j < list->at[i]->n_in; j++) {
            uses += list->at[i]->in[j] == value;
        }
    }
    return uses;
}

/* Adds a value to a list of distinct ones; false when there is no room for it. */
static bool note_value(Value **values, int *count, int most, Value *value) {
    if (holds(values, *count, value)) {
        return true;
    }
    if (*count == most) {
        return false;
    }
    values[(*count)++] = value;
    return true;
}

/* Fills in what the region reads and hands out; false when that is more than a node can carry. */
static bool connect(const Graph *graph, Node *region) {
    const NodeList *body = &region->body;
    for (int i = 0; i < body->count; i++) {
        Node *node = body->at[i];
        for (int j = 0; j < node->n_in; j++) {
            bool outer = !defined_in(body, node->in[j]);
            if (outer && !note_value(region->in, &region->n_in, MAX_INPUTS, node->in[j])) {
                return false;
            }
        }
        bool seen_outside = value_uses(graph, node->out[0]) > uses_in(body, node->out[0]);
        if (seen_outside && !note_value(region->out, &region->n_out, MAX_RESULTS, node->out[0])) {
            return false;
        }
    }
    return region->n_in > 0 && region->n_out > 0;
}

/* The nodes [lo, hi) become one region at the position lo, if they fit. */
static void group(Unit *unit, int lo, int hi) {
    NodeList *nodes = &unit->graph->nodes;
    Node *region = NEW(unit->arena, Node);
    region->op = OP_region;
    region->window = (Window){{1, 1}, {1, 1}, {1, 1}, {0, 0}};
    region->loc = nodes->at[lo]->loc;
    region->block = nodes->at[lo]->block;
    for (int i = lo; i < hi; i++) {
        node_list_add(unit->arena, &region->body, nodes->at[i]);
    }
    if (!connect(unit->graph, region)) {
        return;
    }
    region->name = region->out[0]->name;
    for (int i = hi - 1; i > lo; i--) {
        list_remove(nodes, nodes->at[i]);
    }
    nodes->at[lo] = region;
}

/* The end of the longest run of large nodes of one block that starts at lo. */
static int run_end(const NodeList *nodes, int lo) {
    int hi = lo;
    while (hi < nodes->count && is_large(nodes->at[hi]) &&
           nodes->at[hi]->block == nodes->at[lo]->block) {
        hi++;
    }
    return hi;
}

bool pass_form_regions(Unit *unit) {
    NodeList *nodes = &unit->graph->nodes;
    unit->graph->stage = STAGE_FUSED;
    for (int lo = 0; lo < nodes->count; lo++) {
        int hi = nodes->at[lo]->op == OP_region ? lo : run_end(nodes, lo);
        if (hi - lo >= 2) {
            group(unit, lo, hi);
        }
    }
    return true;
}
