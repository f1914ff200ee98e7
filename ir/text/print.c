/* print.c - turns a graph into its text form (the top of parse.c shows the grammar).
 *
 *   Node { OP_activation, in x, out t, act relu }   ->   %t = activation(%x) act=relu : f32[1,8]
 *
 * Only what differs from the usual is written, in the order of the attribute tables, so that equal
 * graphs have equal texts and what a pass changes shows as a small difference.
 */
#include "attribute_text.h"
#include "put.h"

#include <string.h>

typedef struct Printer {
    FILE *out;
    const Graph *graph;
    const Source *source; /* that locations point into; NULL prints none */
    Map *params;          /* declared parameters by name */
} Printer;

/* Writes a location in the source that the text names, and nothing for any other. */
static void put_loc(const Printer *to, Loc loc) {
    if (!to->source || !loc.source || loc.line < 1 ||
        strcmp(loc.source->path, to->source->path) != 0) {
        return;
    }
    fprintf(to->out, " !%d:%d", loc.line, loc.col);
    if (loc.span) {
        fprintf(to->out, "+%d", loc.span);
    }
}

/* Writes shape, layout and attributes; nothing for a value whose shape is not inferred yet. */
static void put_type(const Printer *to, const Value *value) {
    if (!value->shape.rank && value->layout == LAYOUT_NCHW && !value->pitch && !value->rows &&
        value->offset == -1) {
        return;
    }
    fprintf(to->out, " : %s", element_info(value->element)->name);
    put_shape(to->out, &value->shape);
    if (value->layout == LAYOUT_NHWC) {
        fputs(" nhwc", to->out);
    }
    put_attributes(to->out, to->params, &value_attributes, value);
}

static void put_values(FILE *out, Value *const *values, int count) {
    for (int i = 0; i < count; i++) {
        fputs(i ? ", " : "", out);
        put_sigil(out, '%', values[i]->name);
    }
}

static void put_nodes(const Printer *to, const NodeList *list, int indent);

/* A sum always has a residual, and the parser sets it, so the flag is not written. A region has no
 * type: its results have theirs where the body defines them. */
static void put_node(const Printer *to, const Node *node, int indent) {
    Node shown = *node;
    if (node_has(node, SUM)) {
        shown.has_residual = false;
    }
    fprintf(to->out, "%*s", indent, "");
    put_values(to->out, node->out, node->n_out);
    fprintf(to->out, " = %s(", op_info(node->op)->name);
    put_values(to->out, node->in, node->n_in);
    fputc(')', to->out);
    put_attributes(to->out, to->params, &node_attributes, &shown);
    if (!node_has(node, BODY)) {
        put_type(to, node->out[0]);
    }
    put_loc(to, node->loc);
    if (node_has(node, BODY)) {
        fputs(" {\n", to->out);
        put_nodes(to, &node->body, indent + 4);
        fprintf(to->out, "%*s}", indent, "");
    }
    fputc('\n', to->out);
}

static void put_nodes(const Printer *to, const NodeList *list, int indent) {
    for (int i = 0; i < list->count; i++) {
        put_node(to, list->at[i], indent);
    }
}

/* Remembers the first source that a node was found in; through graph_each(). */
static void find_source(Node *node, void *context) {
    Printer *to = context;
    if (!to->source && node->loc.line > 0) {
        to->source = node->loc.source;
    }
}

/* The source is the first that a node or parameter points into: a graph comes from one description.
 * The locations of a graph from a text without a source line are places in that text; printing them
 * would describe another text than the one that is written. */
static Printer create_printer(FILE *out, const Graph *graph) {
    Printer to = {out, graph, NULL, map_by_name(graph->arena)};
    for (int i = 0; i < graph->n_params; i++) {
        map_put(to.params, graph->params[i].name, &graph->params[i]);
    }
    if (!graph->from_text) {
        graph_each(graph, find_source, &to);
        for (int i = 0; i < graph->n_params && !to.source; i++) {
            to.source = graph->params[i].loc.line > 0 ? graph->params[i].loc.source : NULL;
        }
    }
    return to;
}

static void put_head(const Printer *to) {
    const Graph *graph = to->graph;
    fputs("graph ", to->out);
    put_word(to->out, graph->name);
    put_attributes(to->out, to->params, &graph_attributes, graph);
    fputc('\n', to->out);
    if (to->source) {
        fputs("source ", to->out);
        put_word(to->out, to->source->path);
        fputc('\n', to->out);
    }
    if (!attributes_are_usual(&preprocess_attributes, &graph->preprocess)) {
        fputs("preprocess", to->out);
        put_attributes(to->out, to->params, &preprocess_attributes, &graph->preprocess);
        fputc('\n', to->out);
    }
    if (graph->input) {
        fputs("input ", to->out);
        put_sigil(to->out, '%', graph->input->name);
        put_type(to, graph->input);
        fputc('\n', to->out);
    }
}

static void put_param(const Printer *to, const Param *param) {
    fputs("param ", to->out);
    put_sigil(to->out, '@', param->name);
    fprintf(to->out, " : %s", element_info(ELEMENT_f32)->name);
    put_shape(to->out, &param->shape);
    put_attributes(to->out, to->params, &param_attributes, param);
    put_loc(to, param->loc);
    fputc('\n', to->out);
}

/* In the order that the parser needs: parameters before the nodes that use them, nodes before the
 * taps and outputs that name their values. */
void print_graph(FILE *out, const Graph *graph) {
    Printer to = create_printer(out, graph);
    put_head(&to);
    for (int i = 0; i < graph->n_params; i++) {
        put_param(&to, &graph->params[i]);
    }
    put_nodes(&to, &graph->nodes, 0);
    for (int i = 0; i < graph->n_taps; i++) {
        fputs("tap ", out);
        put_sigil(out, '%', graph->taps[i].value->name);
        put_attributes(out, to.params, &tap_attributes, &graph->taps[i]);
        fputc('\n', out);
    }
    for (int i = 0; i < graph->n_outputs; i++) {
        fputs("output ", out);
        put_sigil(out, '%', graph->outputs[i]->name);
        fputc('\n', out);
    }
}
