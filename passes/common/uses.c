/* uses.c - the table of readers: see uses.h.
 *
 *   %a = conv2d(%x)          x: a, s
 *   %s = add(%a, %x)         a: s          replace(%a, %x)   ->   x: a, s, s   a: nobody
 */
#include "uses.h"

static const NodeList nobody;

static NodeList *list_of(const Uses *uses, const Value *value) {
    NodeList *list = map_get(uses->readers, value);
    if (!list) {
        list = NEW(uses->arena, NodeList);
        map_put(uses->readers, value, list);
    }
    return list;
}

void uses_add(Uses *uses, Node *node, const Value *value) {
    node_list_add(uses->arena, list_of(uses, value), node);
}

/* What the inner nodes read is noted for the region, as that is what stands in the graph; or for
 * themselves, where region is NULL. */
static void note_reads(Uses *uses, Node *region, Node *inner) {
    for (int i = 0; i < inner->body.count; i++) {
        note_reads(uses, region, inner->body.at[i]);
    }
    for (int j = 0; j < inner->n_in && !node_has(inner, BODY); j++) {
        uses_add(uses, region ? region : inner, inner->in[j]);
    }
}

static void note_outputs(Uses *uses) {
    uses->outputs = map_by_address(uses->arena);
    for (int i = 0; i < uses->graph->n_outputs; i++) {
        map_put(uses->outputs, uses->graph->outputs[i], uses->graph->outputs[i]);
    }
}

static Uses noted(Arena *arena, Graph *graph, bool inner) {
    Uses uses = {.graph = graph, .arena = arena, .readers = map_by_address(arena)};
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        note_reads(&uses, inner ? NULL : node, node);
    }
    note_outputs(&uses);
    return uses;
}

Uses uses_of(Arena *arena, Graph *graph) {
    return noted(arena, graph, false);
}

Uses uses_of_nodes(Arena *arena, Graph *graph) {
    return noted(arena, graph, true);
}

const NodeList *uses_readers(const Uses *uses, const Value *value) {
    const NodeList *list = map_get(uses->readers, value);
    return list ? list : &nobody;
}

bool uses_handed_out(const Uses *uses, const Value *value) {
    return map_get(uses->outputs, value) != NULL;
}

Node *sole_source(const Uses *uses, const Value *value) {
    bool sole = uses_readers(uses, value)->count == 1 && !uses_handed_out(uses, value);
    return sole ? value->def : NULL;
}

Node *sole_reader(const Uses *uses, const Value *value) {
    const NodeList *readers = uses_readers(uses, value);
    return readers->count == 1 && !uses_handed_out(uses, value) ? readers->at[0] : NULL;
}

static void forget_reader(NodeList *list, const Node *node) {
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        if (list->at[i] != node) {
            list->at[kept++] = list->at[i];
        }
    }
    list->count = kept;
}

void uses_drop(Uses *uses, const Node *node) {
    for (int j = 0; j < node->n_in; j++) {
        forget_reader(list_of(uses, node->in[j]), node);
    }
}

static void replace_in(Node *node, const Value *from, Value *to) {
    for (int j = 0; j < node->n_in; j++) {
        node->in[j] = node->in[j] == from ? to : node->in[j];
    }
    for (int i = 0; i < node->body.count; i++) {
        replace_in(node->body.at[i], from, to);
    }
}

static void replace_handed_out(Uses *uses, const Value *from, Value *to) {
    Graph *graph = uses->graph;
    for (int i = 0; i < graph->n_outputs; i++) {
        graph->outputs[i] = graph->outputs[i] == from ? to : graph->outputs[i];
    }
    map_put(uses->outputs, from, NULL);
    map_put(uses->outputs, to, to);
}

void uses_replace(Uses *uses, Value *from, Value *to) {
    Graph *graph = uses->graph;
    NodeList *readers = list_of(uses, from);
    for (int i = 0; i < readers->count; i++) {
        replace_in(readers->at[i], from, to);
        uses_add(uses, readers->at[i], to);
    }
    readers->count = 0;
    if (uses_handed_out(uses, from)) {
        replace_handed_out(uses, from, to);
    }
    for (int i = 0; i < graph->n_taps; i++) {
        graph->taps[i].value = graph->taps[i].value == from ? to : graph->taps[i].value;
    }
}
