/* graph_json.c - a graph -> JSON: its nodes in execution order with shapes, attributes and lines.
 *
 *   %c = conv2d(%x) stride 2   ->   {"name": "c", "op": "conv2d", "in": ["x"], "stride": "2x2",
 * ...}
 *
 * Attributes with their default value are left out, so that the page shows only what is special.
 */
#include "graph_json.h"

#include <string.h>

#include "analysis.h"
#include "origins.h"

typedef struct Writer {
    Arena *arena;
    const Graph *graph;
    const Graph *fused; /* for "taken_by"; NULL: left out */
    json_t *nodes;      /* array to append to */
} Writer;

static void add_text(Arena *arena, json_t *object, const char *key, const char *text) {
    json_member(arena, object, key, json_string(text));
}

static void add_act(Arena *arena, json_t *object, const char *key, Act act) {
    if (act != ACT_none) {
        add_text(arena, object, key, act_info(act)->name);
    }
}

/* "3x3"; nothing when both are 1. */
static void add_pair(Arena *arena, json_t *object, const char *key, const int64_t pair[2]) {
    if (pair[0] != 1 || pair[1] != 1) {
        add_text(arena, object, key,
                 arena_printf(arena, "%lldx%lld", (long long)pair[0], (long long)pair[1]));
    }
}

/* Window, activations and residual, as far as the node has them. A sum always has a residual, which
 * says nothing. */
static void add_details(Arena *arena, json_t *object, const Node *node) {
    add_pair(arena, object, "kernel", node->window.kernel);
    add_pair(arena, object, "stride", node->window.stride);
    add_pair(arena, object, "dilation", node->window.dilation);
    add_act(arena, object, "act", node->act);
    if (node->op == OP_global_pool) {
        add_text(arena, object, "pool", pool_name(node->pool));
    }
    add_act(arena, object, "prologue", node->prologue);
    add_act(arena, object, "mid_act", node->mid_act);
    if (node->has_residual && !node_has(node, SUM)) {
        add_text(arena, object, "residual", node->residual_scale ? "scaled" : "added");
    }
    add_act(arena, object, "epilogue", node->epilogue);
}

/* An array of the names of values, as a new reference that "o" of json_pack() takes over. */
static json_t *names_of(Arena *arena, Value *const *values, int count) {
    json_t *names = json_root(arena, json_array());
    for (int i = 0; i < count; i++) {
        if (json_array_append_new(names, json_string(values[i]->name)) != 0) {
            arena_fail(arena);
        }
    }
    return json_incref(names);
}

/* Appends a node. Names are [A-Za-z0-9_.] (ir.h), so they are texts of JSON as they are. */
static void add_node(const Writer *writer, const Node *node, const Node *region) {
    Arena *arena = writer->arena;
    json_append_object(arena, writer->nodes, "{s:s, s:s, s:s, s:i, s:i, s:i, s:I, s:I, s:o}",
                       "name", node->name, "op", op_info(node->op)->name, "shape",
                       dimensions_text(arena, &node->out[0]->shape), "block", node->block, "line",
                       node->loc.line, "col", node->loc.col, "parameters",
                       (json_int_t)node_parameters(arena, node), "macs",
                       (json_int_t)node_macs(node), "in", names_of(arena, node->in, node->n_in));
    json_t *object = json_array_get(writer->nodes, json_array_size(writer->nodes) - 1);
    add_details(arena, object, node);
    if (region) {
        add_text(arena, object, "region", region->name);
    }
    const Node *taker = writer->fused ? origin_taken_by(writer->graph, writer->fused, node) : NULL;
    if (taker) {
        add_text(arena, object, "taken_by", taker->name);
    }
}

json_t *graph_json(Arena *arena, const Graph *graph, const Graph *fused) {
    json_t *root = json_root(arena, json_object()), *input = json_object();
    Writer writer = {arena, graph, fused, json_array()};
    json_member(arena, root, "input", input);
    json_member(arena, root, "nodes", writer.nodes);
    add_text(arena, input, "name", graph->input->name);
    add_text(arena, input, "shape", dimensions_text(arena, &graph->input->shape));
    json_member(arena, root, "outputs", names_of(arena, graph->outputs, graph->n_outputs));
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        for (int j = 0; j < node->body.count; j++) {
            add_node(&writer, node->body.at[j], node);
        }
        if (!node_has(node, BODY)) {
            add_node(&writer, node, NULL);
        }
    }
    return root;
}

/* The text of a location's line. It may hold any bytes, which json_safe() replaces. */
static const char *line_text(Arena *arena, const Loc *loc) {
    const char *at = loc->source->text, *end = at + loc->source->length;
    for (int line = 1; line < loc->line && at < end; at++) {
        line += *at == '\n';
    }
    const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return json_safe(arena, arena_strndup(arena, at, (size_t)((stop ? stop : end) - at)));
}

json_t *graph_lines_json(Arena *arena, const Graph *graph) {
    json_t *root = json_root(arena, json_object());
    for (int i = 0; i < graph->nodes.count; i++) {
        const Loc *loc = &graph->nodes.at[i]->loc;
        if (loc->source && loc->line > 0) {
            add_text(arena, root, arena_printf(arena, "%d", loc->line), line_text(arena, loc));
        }
    }
    return root;
}
