/* form_regions.c - the chain of large maps at the start of a network becomes a region.
 *
 *   before  %a = conv2d(%x)       150x150     after  %c = region(%x) {
 *           %b = separable(%a)    150x150                %a = conv2d(%x) : ... rows=6
 *           %c = max_pool(%b)     38x38                  %b = separable(%a) : ... rows=5
 *                                                        %c = max_pool(%b)
 *                                                    }
 *
 * The early maps are larger than any cache, and the arena would be made for them alone. A region is
 * executed row by row: for each row of its result every inner value makes the rows that this one
 * needs and keeps them in a ring of as many rows (stream.c). So its nodes are those that write
 * large maps and those that read them, and what leaves is small. Which element is computed from
 * which does not change, so bits cannot.
 *
 * A long stream is cut at its waist: a map much smaller than the largest is written whole, so that
 * the rings and weights of each part fit into a cache together, and threads, which make the rows at
 * their borders twice, make fewer of them.
 *
 * One value enters a region and one leaves. A large map that somebody outside reads (a tap of
 * features_only) therefore ends a region, and stands in the arena whole.
 */
#include "stream.h"

/* The least height and width of a large map: a quarter of 299, the size at which the networks are
 * used most, rounded down. Maps up to there (74x74x128: 2.7 MB) overflow a second-level cache, and
 * their layers have few weights. What follows is 37x37 with up to 728 channels: too few pixels in a
 * row for the 2 MB of weights that each row would read anew. It is counted in pixels, not in bytes
 * of some cache, because targets that share a blob must have the same regions: their layers and the
 * order of their constants are in its digest. */
enum { LARGE_MAP = 299 / 4 };

enum {
    WAIST = 3,      /* the largest map has at least so many times its floats */
    LEAST_NODES = 2 /* of a region: one alone keeps no rows */
};

static bool is_large(const Value *value) {
    const Shape *shape = &value->shape;
    return shape->rank == 4 && shape->dim[2] >= LARGE_MAP && shape->dim[3] >= LARGE_MAP;
}

/* Reads or writes a large map, row by row. */
static bool can_stream(const Node *node) {
    bool large = is_large(node->out[0]);
    for (int i = 0; i < node->n_in; i++) {
        large = large || is_large(node->in[i]);
    }
    return large && node_has(node, BY_ROWS);
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

/* Makes a region of the nodes [lo, hi), or NULL when more than one value enters or leaves, or they
 * are not rows of one stream. */
static Node *region_of(const Unit *unit, int lo, int hi) {
    const NodeList *nodes = &unit->graph->nodes;
    Node *region = NEW(unit->arena, Node);
    region->op = OP_region;
    region->window = (Window){{1, 1}, {1, 1}, {1, 1}, {0, 0}};
    region->loc = nodes->at[lo]->loc;
    region->block = -1;
    for (int i = lo; i < hi; i++) {
        node_list_add(unit->arena, &region->body, nodes->at[i]);
    }
    return connect(unit->graph, region) && is_stream(unit->arena, region) ? region : NULL;
}

/* The region stands in place of its nodes, the first of which is at lo. */
static void insert(Unit *unit, Node *region, int lo) {
    NodeList *nodes = &unit->graph->nodes;
    region->name = region->out[0]->name;
    for (int i = region->body.count - 1; i > 0; i--) {
        list_remove(nodes, region->body.at[i]);
    }
    nodes->at[lo] = region;
    size_rings(unit->arena, region);
}

/* The end of the longest run of nodes from lo on that can stream. */
static int run_end(const NodeList *nodes, int lo) {
    int hi = lo;
    while (hi < nodes->count && can_stream(nodes->at[hi])) {
        hi++;
    }
    return hi;
}

static int64_t floats_of(const Node *node) {
    return shape_elements(&node->out[0]->shape);
}

/* The region that begins with the node at lo: up to the waist of the run from there on, or as long
 * as it can be; NULL when none can. */
static Node *region_from(const Unit *unit, int lo) {
    const NodeList *nodes = &unit->graph->nodes;
    Node *longest = NULL, *narrowest = NULL;
    int end = run_end(nodes, lo);
    int64_t widest = 0;
    for (int i = lo; i < end; i++) {
        widest = larger(widest, floats_of(nodes->at[i]));
    }
    for (int hi = end; hi - lo >= LEAST_NODES; hi--) {
        Node *region = region_of(unit, lo, hi);
        if (!region) {
            continue;
        }
        int64_t least = narrowest ? floats_of(narrowest) : widest / WAIST;
        if (!longest) {
            longest = region;
        }
        if (end - hi >= LEAST_NODES && floats_of(region) <= least) {
            narrowest = region;
        }
    }
    return narrowest ? narrowest : longest;
}

bool pass_form_regions(Unit *unit) {
    NodeList *nodes = &unit->graph->nodes;
    unit->graph->stage = STAGE_FUSED;
    for (int lo = 0; lo < nodes->count; lo++) {
        Node *region = region_from(unit, lo);
        if (region) {
            insert(unit, region, lo);
        }
    }
    return true;
}
