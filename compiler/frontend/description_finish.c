/* description_finish.c - checks that need the whole graph: names that collide, taps that name
 * nothing, sizes beyond the limits.
 *
 *   features: [blocks.0.stack.act3]   ->   Tap { the value of that name, reduction 4 }
 */
#include "description_build.h"

#include <stdlib.h>
#include <string.h>

/* A name and where it was asked for, for sorting. */
typedef struct Named {
    const char *name;
    Loc loc;
} Named;

static int by_name(const void *a, const void *b) {
    return strcmp(((const Named *)a)->name, ((const Named *)b)->name);
}

/* Sorts the list and compares neighbours: a graph may have thousands of names. */
static bool all_different(Draft *draft, Named *list, size_t count, const char *what) {
    qsort(list, count, sizeof *list, by_name);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(list[i - 1].name, list[i].name) == 0) {
            return diag_at(draft->diag, DIAG_SCHEMA, list[i].loc,
                           "a pattern of 'names' lacks a mark, or two patterns are the same",
                           "two %s have the name '%s'", what, list[i].name);
        }
    }
    return true;
}

/* Values and tensors are two name spaces: a convolution "conv1" has a tensor "conv1.weight". */
bool check_names(Draft *draft) {
    const Graph *graph = draft->graph;
    size_t values = (size_t)graph->nodes.count + 1, params = (size_t)graph->n_params;
    Named *list = NEW_ARRAY(draft->arena, Named, values > params ? values : params);
    list[0] = (Named){graph->input->name, draft->network->input.loc};
    for (size_t i = 1; i < values; i++) {
        list[i] = (Named){graph->nodes.at[i - 1]->name, graph->nodes.at[i - 1]->loc};
    }
    if (!all_different(draft, list, values, "values")) {
        return false;
    }
    for (size_t i = 0; i < params; i++) {
        list[i] = (Named){graph->params[i].name, graph->params[i].loc};
    }
    return all_different(draft, list, params, "tensors");
}

/* Index of the node of that name, else of the last node of the module of that name (its output); -1
 * when there is neither. */
static int find_tap(const Graph *graph, const char *name, int nodes) {
    size_t length = strlen(name);
    int found = -1;
    for (int i = 0; i < nodes; i++) {
        const char *other = graph->nodes.at[i]->name;
        if (strncmp(other, name, length) == 0 && (!other[length] || other[length] == '.')) {
            found = i;
            if (!other[length]) {
                return i;
            }
        }
    }
    return found;
}

/* The nearest name before the head; NULL when none is near. */
static const char *tap_hint(Draft *draft, const char *name, int nodes) {
    const char **names = NEW_ARRAY(draft->arena, const char *, nodes);
    for (int i = 0; i < nodes; i++) {
        names[i] = draft->graph->nodes.at[i]->name;
    }
    const char *nearest = nearest_name(name, names, (size_t)nodes);
    return nearest ? arena_printf(draft->arena, "did you mean '%s'?", nearest) : NULL;
}

/* The order of features is that of out_indices, which counts them along the network. */
bool find_taps(Draft *draft, int nodes_before_head) {
    const LocatedTexts *features = &draft->network->features;
    Graph *graph = draft->graph;
    graph->taps = NEW_ARRAY(draft->arena, Tap, features->count);
    int last = -1;
    for (int i = 0; i < features->count; i++) {
        const char *name = features->at[i];
        int found = find_tap(graph, name, nodes_before_head);
        if (found < 0) {
            return diag_at(draft->diag, DIAG_SCHEMA, features->loc[i],
                           tap_hint(draft, name, nodes_before_head),
                           "no value before the head has the name '%s'", name);
        }
        if (found <= last) {
            return diag_at(draft->diag, DIAG_SCHEMA, features->loc[i], NULL,
                           "'features' must follow the order of the network");
        }
        last = found;
        graph->taps[i] = (Tap){graph->nodes.at[found]->out[0], draft->reductions[found]};
    }
    graph->n_taps = features->count;
    return true;
}

/* Limits far above any member of the family: they bound what later stages allocate. (Shape
 * inference limits the multiply-adds.) */
static const int64_t most_elements = (int64_t)1 << 31; /* of one value */
static const int64_t most_parameters = (int64_t)1 << 31;

static bool too_much(Draft *draft, Loc loc, const char *what, int64_t most) {
    return diag_at(draft->diag, DIAG_SHAPE, loc, "is the size or a width too large?",
                   "more than %lld %s", (long long)most, what);
}

/* Sums cannot overflow: each term is bounded by the schema's ranges, and the loop ends at the
 * limit. */
bool check_cost(Draft *draft) {
    const Graph *graph = draft->graph;
    int64_t parameters = 0;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (shape_elements(&node->out[0]->shape) > most_elements) {
            return too_much(draft, node->loc, "numbers in one map", most_elements);
        }
    }
    for (int i = 0; i < graph->n_params; i++) {
        parameters += shape_elements(&graph->params[i].shape);
        if (parameters > most_parameters) {
            return too_much(draft, graph->params[i].loc, "parameters", most_parameters);
        }
    }
    return true;
}
