/* graph.c - builds graphs, walks them in execution order and finds values and nodes by name.
 *
 * All memory comes from the graph's arena, so nothing here is freed. Searching and counting walk
 * over all nodes: graphs have a few hundred of them.
 */
#include "internal.h"

#include <string.h>

Graph *graph_create(Arena *arena, const char *name) {
    Graph *graph = NEW(arena, Graph);
    graph->arena = arena;
    graph->name = arena_strdup(arena, name);
    return graph;
}

Value *value_create(Arena *arena, const char *name) {
    Value *value = NEW(arena, Value);
    value->name = arena_strdup(arena, name);
    value->offset = -1;
    return value;
}

Value *graph_add_input(Graph *graph, const char *name, const Shape *shape) {
    graph->input = value_create(graph->arena, name);
    graph->input->shape = *shape;
    return graph->input;
}

void node_list_add(Arena *arena, NodeList *list, Node *node) {
    if (list->count == list->capacity) {
        int capacity = list->capacity ? 2 * list->capacity : 16;
        list->at =
            arena_grow(arena, list->at, (size_t)list->count, (size_t)capacity, sizeof *list->at);
        list->capacity = capacity;
    }
    list->at[list->count++] = node;
}

/* A window of 1x1 with stride 1 is what operations without a window must have (invariant 3). */
Node *node_create(Arena *arena, Op op, const char *name, Loc loc) {
    Node *node = NEW(arena, Node);
    *node = (Node){.op = op, .loc = loc, .block = -1, .n_out = 1};
    node->window = (Window){.kernel = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
    node->has_residual = node_has(node, SUM);
    node->out[0] = value_create(arena, name);
    node->out[0]->def = node;
    node->name = node->out[0]->name;
    return node;
}

Node *graph_add(Graph *graph, Op op, const char *name, Loc loc, int n_in, Value *const in[]) {
    if (n_in > MAX_INPUTS) {
        internal_error("graph_add", "%s has %d operands", name, n_in);
    }
    Node *node = node_create(graph->arena, op, name, loc);
    node->n_in = n_in;
    for (int i = 0; i < n_in; i++) {
        node->in[i] = in[i];
    }
    node_list_add(graph->arena, &graph->nodes, node);
    return node;
}

static void each_in(const NodeList *list, NodeVisitor *visit, void *context) {
    for (int i = 0; i < list->count; i++) {
        if (node_has(list->at[i], BODY)) {
            each_in(&list->at[i]->body, visit, context);
        } else {
            visit(list->at[i], context);
        }
    }
}

void graph_each(const Graph *graph, NodeVisitor *visit, void *context) {
    each_in(&graph->nodes, visit, context);
}

/* A search for a node by name, through graph_each(). */
typedef struct NamedNode {
    const char *name;
    Node *found; /* NULL until found */
} NamedNode;

static void compare_name(Node *node, void *context) {
    NamedNode *named = context;
    if (!named->found && strcmp(node->name, named->name) == 0) {
        named->found = node;
    }
}

Node *graph_node(const Graph *graph, const char *name) {
    NamedNode named = {name, NULL};
    graph_each(graph, compare_name, &named);
    return named.found;
}

/* A node and its result have the same name. A region's results are found at the nodes of its body,
 * which graph_each() visits in the region's place. */
Value *graph_value(const Graph *graph, const char *name) {
    if (graph->input && strcmp(graph->input->name, name) == 0) {
        return graph->input;
    }
    Node *node = graph_node(graph, name);
    return node ? node->out[0] : NULL;
}
