/* form_regions.c - turns the chain of large maps at the start of a network into a region.
 *
 *   before  %a = conv2d(%x)       150x150     after  %c = region(%x) {
 *           %b = separable(%a)    150x150                %a = conv2d(%x) : ... rows=6
 *           %c = max_pool(%b)     38x38                  %b = separable(%a) : ... rows=5
 *                                                        %c = max_pool(%b)
 *                                                    }
 *
 * The early maps are larger than any cache, and without regions they alone would decide the size of
 * the arena. A region is executed row by row: for each row of its result, each inner node makes the
 * rows that this row needs, and a ring keeps as many rows as are needed at once (stream.c). A
 * region consists of the nodes that write large maps or read them, so its result is small. Which
 * elements an element is computed from does not change, so bits do not change.
 *
 * A long stream is cut at its waist: a map much smaller than the largest is written whole. Then the
 * rings and weights of each part fit into a cache together, and threads, which make the rows at
 * their borders twice, make fewer of them.
 *
 * One value enters a region and one leaves. A large map that is read outside (an output of
 * features_only) therefore ends a region, and is in the arena as a whole.
 *
 * The ends that a region starting at some node may have are found in one sweep: a value leaves
 * [lo, hi) when it is defined in there and its last reader is at hi or later.
 */
#include <string.h>

#include "map.h"
#include "stream.h"

/* The least height and width of a large map: a quarter of 299, the size at which the networks are
 * used most, rounded down. Maps up to there (74x74x128: 2.7 MB) overflow a second-level cache, and
 * their layers have few weights. What follows is 37x37 with up to 728 channels: too few pixels in a
 * row for the 2 MB of weights that each row would read anew. It is counted in pixels, not in bytes
 * of some cache, so that the targets of one product have the same layers. */
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

/* The graph as the sweep sees it: places in the list of nodes as it was given. */
typedef struct Sweep {
    Unit *unit;
    const NodeList *nodes;
    Map *defined, *last; /* from a value to the place of its node; of its last reader */
    int *numbers;        /* places, to point to */
    int *live;           /* at each place: values from in front of it that are read from it on */
    int64_t *widest;     /* at each place: floats of the largest map of the run from it on */
    int64_t *narrowest;  /* at each place: of the smallest map that lives alone in front of a node
                            of the run from it on, and may be its waist */
    Value *entered;      /* the one value that enters */
    int *ends;           /* places where a region from here on may end, rising */
    int n_ends;
} Sweep;

static int place_in(const Map *map, const Value *value, int otherwise) {
    const int *place = map_get(map, value);
    return place ? *place : otherwise;
}

/* A region that stands in the list already reads what its body does. */
static void note_reads(Sweep *sweep, const Node *node, int at) {
    for (int j = 0; j < node->n_in; j++) {
        map_put(sweep->last, node->in[j], &sweep->numbers[at]);
    }
    for (int i = 0; i < node->body.count; i++) {
        note_reads(sweep, node->body.at[i], at);
    }
}

static void note_life(Sweep *sweep, const Value *value) {
    int first = place_in(sweep->defined, value, -1) + 1, last = place_in(sweep->last, value, -1);
    if (first <= last) {
        sweep->live[first]++;
        sweep->live[last + 1]--;
    }
}

static void count_live(Sweep *sweep, const Graph *graph) {
    int count = graph->nodes.count;
    sweep->live = NEW_ARRAY(sweep->unit->arena, int, count + 2);
    note_life(sweep, graph->input);
    for (int i = 0; i < count; i++) {
        note_life(sweep, graph->nodes.at[i]->out[0]);
    }
    for (int i = 1; i <= count; i++) {
        sweep->live[i] += sweep->live[i - 1];
    }
}

/* The caller reads outputs behind the last node. */
static Sweep sweep_of(Unit *unit) {
    const Graph *graph = unit->graph;
    int count = graph->nodes.count;
    Sweep sweep = {.unit = unit, .nodes = &graph->nodes};
    sweep.defined = map_by_address(unit->arena);
    sweep.last = map_by_address(unit->arena);
    sweep.numbers = NEW_ARRAY(unit->arena, int, count + 1);
    sweep.widest = NEW_ARRAY(unit->arena, int64_t, count + 1);
    sweep.narrowest = NEW_ARRAY(unit->arena, int64_t, count + 1);
    sweep.ends = NEW_ARRAY(unit->arena, int, count + 1);
    for (int i = 0; i <= count; i++) {
        sweep.numbers[i] = i;
    }
    for (int i = 0; i < count; i++) {
        map_put(sweep.defined, graph->nodes.at[i]->out[0], &sweep.numbers[i]);
        note_reads(&sweep, graph->nodes.at[i], i);
    }
    for (int i = 0; i < graph->n_outputs; i++) {
        map_put(sweep.last, graph->outputs[i], &sweep.numbers[count]);
    }
    count_live(&sweep, graph);
    return sweep;
}

static int64_t floats_of(const Sweep *sweep, int at) {
    return shape_elements(&sweep->nodes->at[at]->out[0]->shape);
}

/* The end of the run of nodes from lo on that can stream; notes how wide and narrow its maps are.
 */
static int run_from(Sweep *sweep, int lo) {
    int end = lo;
    while (end < sweep->nodes->count && can_stream(sweep->nodes->at[end])) {
        end++;
    }
    sweep->widest[end] = 0;
    sweep->narrowest[end] = INT64_MAX;
    for (int at = end - 1; at >= lo; at--) {
        bool alone = at > lo && sweep->live[at] == 1 && end - at >= LEAST_NODES;
        int64_t floats = alone ? floats_of(sweep, at - 1) : INT64_MAX;
        sweep->widest[at] = larger(sweep->widest[at + 1], floats_of(sweep, at));
        sweep->narrowest[at] = smaller(sweep->narrowest[at + 1], floats);
    }
    return end;
}

/* False when the node at that place reads a second value from in front of lo. */
static bool enters_once(Sweep *sweep, int lo, int at) {
    const Node *node = sweep->nodes->at[at];
    for (int j = 0; j < node->n_in; j++) {
        if (place_in(sweep->defined, node->in[j], -1) >= lo) {
            continue;
        }
        if (sweep->entered && sweep->entered != node->in[j]) {
            return false;
        }
        sweep->entered = node->in[j];
    }
    return true;
}

/* Values defined from lo on that the node at that place is the last to read. */
static int last_reads(const Sweep *sweep, int lo, int at) {
    const Node *node = sweep->nodes->at[at];
    int count = 0;
    for (int j = 0; j < node->n_in; j++) {
        bool again = false;
        for (int i = 0; i < j; i++) {
            again = again || node->in[i] == node->in[j];
        }
        bool inner = place_in(sweep->defined, node->in[j], -1) >= lo;
        count += inner && !again && place_in(sweep->last, node->in[j], at) == at;
    }
    return count;
}

/* Whether no end behind hi is a narrower waist than one of so many floats. Where one value lives in
 * front of lo, and hi is behind its last reader, one value lives in front of each end too. */
static bool is_narrowest(const Sweep *sweep, int lo, int hi, int64_t floats) {
    return sweep->live[lo] == 1 && hi > place_in(sweep->last, sweep->entered, hi) &&
           floats <= sweep->narrowest[hi + 1];
}

/* Lists the ends hi <= end for which one value enters [lo, hi) and one leaves it, the last one: up
 * to the waist, when it is clear which that is. */
static void find_ends(Sweep *sweep, int lo, int end) {
    int open = 0, stay = 0; /* values that leave; those that leave wherever the region ends */
    int64_t least = sweep->widest[lo] / WAIST + 1;
    sweep->n_ends = 0;
    sweep->entered = NULL;
    for (int at = lo; at < end && stay <= 1 && enters_once(sweep, lo, at); at++) {
        int hi = at + 1, last = place_in(sweep->last, sweep->nodes->at[at]->out[0], at);
        stay += last >= end;
        open += (last > at) - last_reads(sweep, lo, at);
        if (hi - lo < LEAST_NODES || open != 1 || last <= at || !sweep->entered) {
            continue;
        }
        sweep->ends[sweep->n_ends++] = hi;
        if (end - hi >= LEAST_NODES && floats_of(sweep, at) < least) {
            least = floats_of(sweep, at);
            if (is_narrowest(sweep, lo, hi, least)) {
                return;
            }
        }
    }
}

/* The nodes [lo, hi), where hi is one of the ends, as a region. */
static Node *region_of(const Sweep *sweep, int lo, int hi) {
    Arena *arena = sweep->unit->arena;
    Node *region = NEW(arena, Node);
    *region = (Node){.op = OP_region, .loc = sweep->nodes->at[lo]->loc, .block = -1};
    region->window = (Window){.kernel = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
    region->in[region->n_in++] = sweep->entered;
    region->out[region->n_out++] = sweep->nodes->at[hi - 1]->out[0];
    region->name = region->out[0]->name;
    for (int i = lo; i < hi; i++) {
        node_list_add(arena, &region->body, sweep->nodes->at[i]);
    }
    return region;
}

/* Keeps the ends whose regions are rows of one stream. What makes a region none, readers of one
 * value that move at different strides, is in every longer one too: the ends that stay are the
 * first ones, and halving finds how many. */
static void keep_streams(Sweep *sweep, int lo) {
    int good = 0, bad = sweep->n_ends + 1;
    while (bad - good > 1) {
        int tried = (good + bad) / 2;
        bool streams = is_stream(sweep->unit->arena, region_of(sweep, lo, sweep->ends[tried - 1]));
        good = streams ? tried : good;
        bad = streams ? bad : tried;
    }
    sweep->n_ends = good;
}

/* Of the ends the waist of the run [lo, end), or else the last; -1 when there is none. */
static int choose_end(const Sweep *sweep, int lo, int end) {
    int64_t least = sweep->widest[lo] / WAIST + 1;
    int waist = -1;
    for (int i = 0; i < sweep->n_ends; i++) {
        int hi = sweep->ends[i];
        int64_t floats = floats_of(sweep, hi - 1);
        if (end - hi >= LEAST_NODES && floats < least) {
            least = floats;
            waist = hi;
        }
    }
    return waist < 0 && sweep->n_ends > 0 ? sweep->ends[sweep->n_ends - 1] : waist;
}

/* The region that begins with the node at lo, inside a run up to end, or NULL. */
static Node *region_from(Sweep *sweep, int lo, int end) {
    find_ends(sweep, lo, end);
    int hi = choose_end(sweep, lo, end);
    if (hi < 0) {
        return NULL;
    }
    Node *region = region_of(sweep, lo, hi);
    if (is_stream(sweep->unit->arena, region)) {
        return region;
    }
    keep_streams(sweep, lo);
    hi = choose_end(sweep, lo, end);
    return hi < 0 ? NULL : region_of(sweep, lo, hi);
}

bool pass_form_regions(Unit *unit) {
    NodeList *nodes = &unit->graph->nodes, made = {0};
    Sweep sweep = sweep_of(unit);
    unit->graph->stage = STAGE_FUSED;
    for (int lo = 0, end = 0; lo < nodes->count;) {
        end = lo < end ? end : run_from(&sweep, lo);
        Node *region = lo < end ? region_from(&sweep, lo, end) : NULL;
        if (region) {
            size_rings(unit->arena, region);
        }
        node_list_add(unit->arena, &made, region ? region : nodes->at[lo]);
        lo += region ? region->body.count : 1;
    }
    *nodes = made;
    return true;
}
