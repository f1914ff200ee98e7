/* parse.c - turns the text form of a graph back into the graph: parse(print(g)) prints as g does.
 *
 *   graph tiny stage=fused target=scalar         name, and attributes of the whole
 *   source "models/tiny.yaml"                    what !line:col points into (optional)
 *   preprocess test_size=64x64 crop_pct=0.9      (optional)
 *   input %x : f32[1,3,64,64]
 *   param @c.weight : f32[8,3,3,3] !3:5          tensors of the checkpoint
 *   param @n.weight : f32[8]
 *   %c = conv2d(%x) kernel=3x3 stride=2x2 pad=1x1 weight=@c.weight : f32[1,8,32,32] !4:7+4
 *   %n = affine(%c) weight=@n.weight bias=zeros(8) epilogue=relu
 *   %t, %s = region(%n) {                        results are values of the body
 *       %t = activation(%n) act=relu
 *       %s = add(%n, %t)
 *   }
 *   tap %t reduction=2                           what features_only can hand out
 *   output %s
 *
 * One line per node; '#' starts a comment; a backslash at the end joins two lines. Attributes that
 * are not written have their usual values (attributes.c), and types that are not written are not
 * known until shapes are inferred. A @name[8,3] with its shape needs no param line.
 *
 * The text may be hostile: sizes, counts and nesting are limited. After an error the parser goes on
 * with the next line, so that one run reports many. Only the form is checked here; whether a graph
 * is sound is for infer_graph() and verify_graph().
 */
#include "attribute_text.h"
#include "expr_text.h"
#include "op_text.h"
#include "parser.h"

#include <string.h>

static bool parse_lines(Parser *parser, NodeList *list, bool inner);

/* Adds a value to those that later lines may read. */
static bool define(Parser *parser, Loc loc, Value *value) {
    if (map_get(parser->values, value->name)) {
        return FAIL_AT(&parser->scan, loc, NULL, "'%%%s' is defined twice", value->name);
    }
    if (parser->n_values == LIMIT_NODES) {
        return FAIL_AT(&parser->scan, loc, NULL, "more than %d values", LIMIT_NODES);
    }
    parser->value_list = arena_room(parser->scan.arena, parser->value_list, parser->n_values,
                                    sizeof *parser->value_list);
    parser->value_list[parser->n_values++] = value;
    map_put(parser->values, value->name, value);
    return true;
}

static bool parse_graph_line(Parser *parser) {
    return scan_word(&parser->scan, "the name of the graph", &parser->graph->name) &&
           parse_attributes(&parser->scan, &graph_attributes, parser->graph);
}

/* Only the path of the description is known, not its text: diagnostics then show file, line and
 * column without the line itself. It must precede all lines whose locations point into it. */
static bool parse_source(Parser *parser) {
    Scanner *scan = &parser->scan;
    if (parser->described || parser->graph->n_params || parser->n_nodes) {
        return FAIL(scan, NULL, "the source line must stand once, before params and nodes");
    }
    Source *source = NEW(scan->arena, Source);
    if (!scan_word(scan, "the path of the description", &source->path)) {
        return false;
    }
    parser->described = source;
    parser->graph->from_text = false;
    return true;
}

static bool parse_preprocess(Parser *parser) {
    return parse_attributes(&parser->scan, &preprocess_attributes, &parser->graph->preprocess);
}

static bool parse_input(Parser *parser) {
    Scanner *scan = &parser->scan;
    const char *name;
    if (parser->graph->input) {
        return FAIL(scan, NULL, "a graph has one input");
    }
    Loc loc = scan->now.loc;
    if (!scan_expect(scan, "%") || !scan_word(scan, "the name of the input", &name)) {
        return false;
    }
    Shape unknown = {0, {0}};
    Value *value = graph_add_input(parser->graph, name, &unknown);
    return define(parser, loc, value) && parse_type(scan, value);
}

/* The map needs an address that lasts, while graph->params moves when it grows: hence the copy. */
static bool add_param(Parser *parser, Loc loc, const Param *param) {
    Graph *graph = parser->graph;
    if (map_get(parser->scan.params, param->name)) {
        return FAIL_AT(&parser->scan, loc, NULL, "'@%s' is declared twice", param->name);
    }
    if (graph->n_params == LIMIT_NODES) {
        return FAIL_AT(&parser->scan, loc, NULL, "more than %d parameters", LIMIT_NODES);
    }
    Param *kept = NEW(parser->scan.arena, Param);
    *kept = *param;
    graph->params = arena_room(graph->arena, graph->params, graph->n_params, sizeof *graph->params);
    graph->params[graph->n_params++] = *param;
    map_put(parser->scan.params, param->name, kept);
    return true;
}

/* Without a '!' the location is the description as a whole or, when none is named, this line. */
static bool parse_param_line(Parser *parser) {
    Scanner *scan = &parser->scan;
    Loc loc = scan->now.loc;
    Param param = {.loc = parser->described ? (Loc){parser->described, 0, 0, 0} : loc};
    Element element;
    if (!scan_expect(scan, "@") || !scan_word(scan, "the name of a parameter", &param.name) ||
        !scan_expect(scan, ":") || !scan_element(scan, &element)) {
        return false;
    }
    return (element == ELEMENT_f32 || FAIL_AT(scan, loc, NULL, "the type must be f32")) &&
           parse_shape(scan, 1, &param.shape) &&
           parse_attributes(scan, &param_attributes, &param) && parse_loc(parser, &param.loc) &&
           add_param(parser, loc, &param);
}

/* A tap or output names a value that a line above defines, so these lines come last. */
static bool parse_tap(Parser *parser) {
    Scanner *scan = &parser->scan;
    Graph *graph = parser->graph;
    Tap tap = {0};
    if (!parse_operand(parser, &tap.value) || !parse_attributes(scan, &tap_attributes, &tap)) {
        return false;
    }
    if (graph->n_taps == LIMIT_NODES) {
        return FAIL(scan, NULL, "more than %d taps", LIMIT_NODES);
    }
    graph->taps = arena_room(graph->arena, graph->taps, graph->n_taps, sizeof *graph->taps);
    graph->taps[graph->n_taps++] = tap;
    return true;
}

static bool parse_output(Parser *parser) {
    Scanner *scan = &parser->scan;
    Graph *graph = parser->graph;
    Value *value;
    if (!parse_operand(parser, &value)) {
        return false;
    }
    if (graph->n_outputs == LIMIT_NODES) {
        return FAIL(scan, NULL, "more than %d outputs", LIMIT_NODES);
    }
    graph->outputs =
        arena_room(graph->arena, graph->outputs, graph->n_outputs, sizeof *graph->outputs);
    graph->outputs[graph->n_outputs++] = value;
    return true;
}

/* Reads the names before '=': "%a" or "%a, %b". Returns how many, or 0 after a diagnostic. */
static int parse_result_names(Scanner *scan, const char *names[MAX_RESULTS]) {
    int count = 0;
    do {
        if (count == MAX_RESULTS) {
            FAIL(scan, NULL, "more than %d results", MAX_RESULTS);
            return 0;
        }
        if (!scan_expect(scan, "%") || !scan_word(scan, "the name of a result", &names[count])) {
            return 0;
        }
        count++;
    } while (scan_accept(scan, ","));
    return count;
}

/* Reads "(%a, %b)". The number of operands is checked here already, as passes index in[] by it. */
static bool parse_operands(Parser *parser, Node *node) {
    Scanner *scan = &parser->scan;
    Loc loc = scan->now.loc;
    const OpInfo *info = op_info(node->op);
    if (!scan_expect(scan, "(")) {
        return false;
    }
    if (!scan_accept(scan, ")")) {
        do {
            if (node->n_in == MAX_INPUTS) {
                return FAIL(scan, NULL, "more than %d operands", MAX_INPUTS);
            }
            if (!parse_operand(parser, &node->in[node->n_in])) {
                return false;
            }
            node->n_in++;
        } while (scan_accept(scan, ","));
        if (!scan_expect(scan, ")")) {
            return false;
        }
    }
    return (node->n_in >= info->lo && node->n_in <= info->hi) ||
           FAIL_AT(scan, loc, NULL, "%s takes %s, not %d", info->name, arity_text(info).text,
                   node->n_in);
}

/* Reads a region's body up to its '}'. The region's results are values that the body has defined,
 * so they are looked up after it. */
static bool parse_body(Parser *parser, Node *node, const char *const names[], int count) {
    Scanner *scan = &parser->scan;
    if (scan->depth >= LIMIT_REGION_DEPTH) {
        return FAIL(scan, NULL, "regions are nested deeper than %d", LIMIT_REGION_DEPTH);
    }
    Loc loc = scan->now.loc;
    scan->depth++;
    bool fine = scan_expect(scan, "{") && scan_newline(scan) &&
                parse_lines(parser, &node->body, true) && scan_expect(scan, "}");
    scan->depth--;
    node->n_out = count;
    for (int i = 0; fine && i < count; i++) {
        node->out[i] = map_get(parser->values, names[i]);
        fine =
            node->out[i] || FAIL_AT(scan, loc, NULL, "the body does not define '%%%s'", names[i]);
    }
    return fine;
}

/* Reads what follows "names =": operation, operands, attributes, type, location, body. */
static bool parse_node_rest(Parser *parser, Node *node, const char *const names[], int count,
                            Loc loc) {
    Scanner *scan = &parser->scan;
    if (!scan_op(scan, &node->op)) {
        return false;
    }
    node->has_residual = node_has(node, SUM);
    bool region = node_has(node, BODY);
    if (!region && count > 1) {
        return FAIL_AT(scan, loc, NULL, "only a region has several results");
    }
    return parse_operands(parser, node) && parse_attributes(scan, &node_attributes, node) &&
           (region || parse_type(scan, node->out[0])) && parse_loc(parser, &node->loc) &&
           (!region || parse_body(parser, node, names, count));
}

/* Reads one node's line. The result is defined before the rest is read: when the rest is wrong,
 * that one mistake does not make every line that reads the result wrong too. The results of a
 * region are defined by the lines of its body. The operation given to node_create() is replaced. */
static bool parse_node(Parser *parser, NodeList *list) {
    Scanner *scan = &parser->scan;
    Loc loc = scan->now.loc;
    const char *names[MAX_RESULTS];
    int count = parse_result_names(scan, names);
    if (!count || !scan_expect(scan, "=")) {
        return false;
    }
    if (++parser->n_nodes > LIMIT_NODES) {
        return FAIL_AT(scan, loc, NULL, "more than %d nodes", LIMIT_NODES);
    }
    loc.span = (int)strlen(names[0]) + 1;
    Node *node = node_create(scan->arena, OP_activation, names[0], loc);
    if (parser->described) {
        node->loc = (Loc){parser->described, 0, 0, 0};
    }
    if (!scan_at(scan, "region") && !define(parser, loc, node->out[0])) {
        return false;
    }
    if (!parse_node_rest(parser, node, names, count, loc)) {
        return false;
    }
    node_list_add(scan->arena, list, node);
    return true;
}

/* A line that is no node, and what reads the rest of it. */
typedef struct Keyword {
    const char *word;
    bool (*parse)(Parser *parser);
} Keyword;

static const Keyword keywords[] = {
    {"source", parse_source}, {"preprocess", parse_preprocess},
    {"input", parse_input},   {"param", parse_param_line},
    {"tap", parse_tap},       {"output", parse_output},
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

static bool parse_keyword_line(Parser *parser) {
    Scanner *scan = &parser->scan;
    const char *names[KEYWORDS], *word;
    Loc loc = scan->now.loc;
    if (!scan_word(scan, "a node or a keyword", &word)) {
        return false;
    }
    for (int i = 0; i < KEYWORDS; i++) {
        names[i] = keywords[i].word;
        if (strcmp(word, names[i]) == 0) {
            return keywords[i].parse(parser);
        }
    }
    return FAIL_AT(scan, loc, hint_name(scan, word, names, KEYWORDS), "unknown line '%s'", word);
}

static bool parse_line(Parser *parser, NodeList *list, bool inner) {
    bool node = scan_at(&parser->scan, "%");
    if (!node && inner) {
        return FAIL(&parser->scan, NULL, "only nodes stand in a region");
    }
    return (node ? parse_node(parser, list) : parse_keyword_line(parser)) &&
           scan_newline(&parser->scan);
}

/* After an error: goes on after the end of the line. When a region's '{' is on the way, its whole
 * body is skipped: the lines in it could only report more of the same. */
static void skip_line(Scanner *scan) {
    int open = 0;
    while (scan->now.kind != TOKEN_END && (scan->now.kind != TOKEN_NEWLINE || open > 0)) {
        open += scan_at(scan, "{");
        open -= scan_at(scan, "}");
        scan_next(scan);
    }
    scan_next(scan);
}

/* Reads lines up to the end of the text, or of the body when inner; false when any was wrong. */
static bool parse_lines(Parser *parser, NodeList *list, bool inner) {
    Scanner *scan = &parser->scan;
    bool fine = true;
    while (scan->now.kind != TOKEN_END && !(inner && scan_at(scan, "}")) &&
           diag_errors(scan->diag) < LIMIT_ERRORS) {
        if (scan->now.kind == TOKEN_NEWLINE) {
            scan_next(scan);
        } else if (!parse_line(parser, list, inner)) {
            fine = false;
            skip_line(scan);
        }
    }
    return fine;
}

/* Blank lines and comments may precede the graph's line. An input is required, because everything
 * that works on graphs takes graph->input for granted. */
static bool parse_text(Parser *parser) {
    Scanner *scan = &parser->scan;
    if (scan->source->length > LIMIT_TEXT_BYTES) {
        return diag_in(scan->diag, DIAG_SYNTAX, scan->source->path, NULL, NULL,
                       "the text has more than %d bytes", LIMIT_TEXT_BYTES);
    }
    while (scan->now.kind == TOKEN_NEWLINE) {
        scan_next(scan);
    }
    if (!scan_accept(scan, "graph")) {
        return FAIL(scan, NULL, "a graph's text begins with 'graph NAME'");
    }
    if (!parse_graph_line(parser) || !scan_newline(scan) ||
        !parse_lines(parser, &parser->graph->nodes, false)) {
        return false;
    }
    return parser->graph->input || FAIL(scan, NULL, "the graph has no input line");
}

/* from_text holds until a source line names the description that locations point into. */
Graph *parse_graph(Arena *arena, Diag *diag, const Source *source) {
    Parser parser = {.scan = scan_start(arena, diag, source, true)};
    parser.graph = graph_create(arena, "");
    parser.graph->from_text = true;
    parser.values = map_by_name(arena);
    parser.scan.graph = parser.graph;
    parser.scan.params = map_by_name(arena);
    return parse_text(&parser) ? parser.graph : NULL;
}
