/* parse.c - turns the text form of a graph back into the graph: parse(print(g)) prints as g does.
 *
 *   graph tiny stage=fused                       name, and attributes of the whole
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
 * One line per node; '#' starts a comment; a backslash at the end joins two lines. Attributes and
 * types that are not written have their usual values; a @name[8,3] with its shape needs no param
 * line. The text may be hostile: sizes, counts and nesting are limited and every error skips to
 * the next line, so that one run shows all.
 */
#include "lex.h"

#include <string.h>

static bool parse_lines(Parser *parser, NodeList *list, bool inner);

/* Makes a value known under its name. */
static bool define(Parser *parser, Loc loc, Value *value) {
    if (map_get(parser->values, value->name)) {
        return FAIL_AT(parser, loc, NULL, "'%%%s' is defined twice", value->name);
    }
    if (parser->n_values == MOST_NODES) {
        return FAIL_AT(parser, loc, NULL, "more than %d values", MOST_NODES);
    }
    if ((parser->n_values & (parser->n_values - 1)) == 0) { /* full at each power of two */
        parser->value_list =
            arena_grow(parser->arena, parser->value_list, (size_t)parser->n_values,
                       2 * (size_t)parser->n_values + 1, sizeof *parser->value_list);
    }
    parser->value_list[parser->n_values++] = value;
    map_put(parser->values, value->name, value);
    return true;
}

static bool parse_graph_line(Parser *parser) {
    const char *name = expect_word(parser, "the name of the graph");
    if (!name) {
        return false;
    }
    parser->graph->name = name;
    return parse_attributes(parser, &graph_attributes, parser->graph);
}

static bool parse_source(Parser *parser) {
    if (parser->described || parser->graph->n_params || parser->n_nodes) {
        return FAIL(parser, NULL, "the source line must stand once, before params and nodes");
    }
    const char *path = expect_word(parser, "the path of the description");
    if (!path) {
        return false;
    }
    Source *source = NEW(parser->arena, Source);
    source->path = path;
    parser->described = source;
    parser->graph->from_text = false;
    return true;
}

static bool parse_preprocess(Parser *parser) {
    return parse_attributes(parser, &preprocess_attributes, &parser->graph->preprocess);
}

static bool parse_input(Parser *parser) {
    if (parser->graph->input) {
        return FAIL(parser, NULL, "a graph has one input");
    }
    Loc loc = parser->now.loc;
    if (!expect_mark(parser, '%')) {
        return false;
    }
    const char *name = expect_word(parser, "the name of the input");
    if (!name) {
        return false;
    }
    Shape unknown = {0, {0}};
    Value *value = graph_add_input(parser->graph, name, &unknown);
    return define(parser, loc, value) && parse_type(parser, value);
}

static bool add_param(Parser *parser, Loc loc, const Param *param) {
    Graph *graph = parser->graph;
    if (map_get(parser->params, param->name)) {
        return FAIL_AT(parser, loc, NULL, "'@%s' is declared twice", param->name);
    }
    if (graph->n_params == MOST_NODES) {
        return FAIL_AT(parser, loc, NULL, "more than %d parameters", MOST_NODES);
    }
    Param *kept = NEW(parser->arena, Param);
    *kept = *param;
    if ((graph->n_params & (graph->n_params - 1)) == 0) {
        graph->params = arena_grow(parser->arena, graph->params, (size_t)graph->n_params,
                                   2 * (size_t)graph->n_params + 1, sizeof *graph->params);
    }
    graph->params[graph->n_params++] = *param;
    map_put(parser->params, param->name, kept);
    return true;
}

static bool parse_param_line(Parser *parser) {
    Loc loc = parser->now.loc;
    Param param = {0};
    if (!expect_mark(parser, '@')) {
        return false;
    }
    param.name = expect_word(parser, "the name of a parameter");
    if (!param.name || !expect_mark(parser, ':')) {
        return false;
    }
    param.loc = parser->described ? (Loc){parser->described, 0, 0, 0} : loc;
    const char *type = expect_word(parser, "the type f32");
    return type &&
           (strcmp(type, "f32") == 0 || FAIL_AT(parser, loc, NULL, "the type must be f32")) &&
           parse_shape(parser, 1, &param.shape) &&
           parse_attributes(parser, &param_attributes, &param) && parse_loc(parser, &param.loc) &&
           add_param(parser, loc, &param);
}

static bool parse_tap(Parser *parser) {
    Graph *graph = parser->graph;
    Tap tap = {parse_operand(parser), 0};
    if (!tap.value || !parse_attributes(parser, &tap_attributes, &tap)) {
        return false;
    }
    if (graph->n_taps == MOST_NODES) {
        return FAIL(parser, NULL, "more than %d taps", MOST_NODES);
    }
    if ((graph->n_taps & (graph->n_taps - 1)) == 0) {
        graph->taps = arena_grow(parser->arena, graph->taps, (size_t)graph->n_taps,
                                 2 * (size_t)graph->n_taps + 1, sizeof *graph->taps);
    }
    graph->taps[graph->n_taps++] = tap;
    return true;
}

static bool parse_output(Parser *parser) {
    Graph *graph = parser->graph;
    Value *value = parse_operand(parser);
    if (!value) {
        return false;
    }
    if (graph->n_outputs == MOST_NODES) {
        return FAIL(parser, NULL, "more than %d outputs", MOST_NODES);
    }
    if ((graph->n_outputs & (graph->n_outputs - 1)) == 0) {
        graph->outputs = arena_grow(parser->arena, graph->outputs, (size_t)graph->n_outputs,
                                    2 * (size_t)graph->n_outputs + 1, sizeof *graph->outputs);
    }
    graph->outputs[graph->n_outputs++] = value;
    return true;
}

/* The names before '=': "%a" or "%a, %b". */
static int parse_result_names(Parser *parser, const char *names[MAX_RESULTS]) {
    int count = 0;
    do {
        if (count == MAX_RESULTS) {
            FAIL(parser, NULL, "more than %d results", MAX_RESULTS);
            return 0;
        }
        if (!expect_mark(parser, '%')) {
            return 0;
        }
        names[count] = expect_word(parser, "the name of a result");
    } while (names[count++] && accept_mark(parser, ','));
    return names[count - 1] ? count : 0;
}

static bool parse_op(Parser *parser, Op *op) {
    static const char *const names[] = {
#define OP(name, ...) #name,
#include "ops.def"
#undef OP
    };
    Loc loc = parser->now.loc;
    const char *word = expect_word(parser, "an operation");
    int found = word ? op_by_name(word) : -1;
    if (word && found < 0) {
        return FAIL_AT(parser, loc, hint_name(parser, word, names, OP_COUNT),
                       "unknown operation '%s'", word);
    }
    *op = (Op)found;
    return word != NULL;
}

static bool parse_operands(Parser *parser, Node *node) {
    Loc loc = parser->now.loc;
    const OpInfo *info = op_info(node->op);
    if (!expect_mark(parser, '(')) {
        return false;
    }
    if (!accept_mark(parser, ')')) {
        do {
            if (node->n_in == MAX_INPUTS) {
                return FAIL(parser, NULL, "more than %d operands", MAX_INPUTS);
            }
            Value *value = parse_operand(parser);
            if (!value) {
                return false;
            }
            node->in[node->n_in++] = value;
        } while (accept_mark(parser, ','));
        if (!expect_mark(parser, ')')) {
            return false;
        }
    }
    return (node->n_in >= info->lo && node->n_in <= info->hi) ||
           FAIL_AT(parser, loc, NULL, "%s takes %s, not %d", info->name, arity_text(info).text,
                   node->n_in);
}

static bool parse_body(Parser *parser, Node *node, const char *const names[], int count) {
    if (parser->depth >= DEEPEST_REGION) {
        return FAIL(parser, NULL, "regions are nested deeper than %d", DEEPEST_REGION);
    }
    Loc loc = parser->now.loc;
    parser->depth++;
    bool fine = expect_mark(parser, '{') && expect_newline(parser) &&
                parse_lines(parser, &node->body, true) && expect_mark(parser, '}');
    parser->depth--;
    node->n_out = count;
    for (int i = 0; fine && i < count; i++) {
        node->out[i] = map_get(parser->values, names[i]);
        fine =
            node->out[i] || FAIL_AT(parser, loc, NULL, "the body does not define '%%%s'", names[i]);
    }
    return fine;
}

/* What follows the results' names. A result is known from here on even when the rest is wrong, so
 * that one mistake does not make the lines that read it wrong too. */
static bool parse_node_rest(Parser *parser, Node *node, const char *const names[], int count,
                            Loc loc) {
    if (!parse_op(parser, &node->op)) {
        return false;
    }
    node->has_residual = node_has(node, SUM);
    bool region = node_has(node, BODY);
    if (!region && count > 1) {
        return FAIL_AT(parser, loc, NULL, "only a region has several results");
    }
    return parse_operands(parser, node) && parse_attributes(parser, &node_attributes, node) &&
           (region || parse_type(parser, node->out[0])) && parse_loc(parser, &node->loc) &&
           (!region || parse_body(parser, node, names, count));
}

/* True when the operation behind '=' is a region: its results get their values in the body. */
static bool at_region(const Parser *parser) {
    return parser->now.kind == TOKEN_WORD && strcmp(parser->now.word, "region") == 0;
}

static bool parse_node(Parser *parser, NodeList *list) {
    Loc loc = parser->now.loc;
    const char *names[MAX_RESULTS];
    int count = parse_result_names(parser, names);
    if (!count || !expect_mark(parser, '=')) {
        return false;
    }
    if (++parser->n_nodes > MOST_NODES) {
        return FAIL_AT(parser, loc, NULL, "more than %d nodes", MOST_NODES);
    }
    loc.span = (int)strlen(names[0]) + 1;
    Node *node = node_create(parser->arena, OP_activation, names[0], loc);
    if (parser->described) {
        node->loc = (Loc){parser->described, 0, 0, 0};
    }
    if (!at_region(parser) && !define(parser, loc, node->out[0])) {
        return false;
    }
    if (!parse_node_rest(parser, node, names, count, loc)) {
        return false;
    }
    node_list_add(parser->arena, list, node);
    return true;
}

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
    const char *names[KEYWORDS];
    Loc loc = parser->now.loc;
    const char *word = expect_word(parser, "a node or a keyword");
    for (int i = 0; word && i < KEYWORDS; i++) {
        names[i] = keywords[i].word;
        if (strcmp(word, names[i]) == 0) {
            return keywords[i].parse(parser);
        }
    }
    return word && FAIL_AT(parser, loc, hint_name(parser, word, names, KEYWORDS),
                           "unknown line '%s'", word);
}

static bool parse_line(Parser *parser, NodeList *list, bool inner) {
    bool node = parser->now.kind == TOKEN_MARK && parser->now.mark == '%';
    if (!node && inner) {
        return FAIL(parser, NULL, "only nodes stand in a region");
    }
    return (node ? parse_node(parser, list) : parse_keyword_line(parser)) && expect_newline(parser);
}

/* After an error: goes behind the end of the line; a body that opens there is skipped whole. */
static void skip_line(Parser *parser) {
    int open = 0;
    while (parser->now.kind != TOKEN_END && (parser->now.kind != TOKEN_NEWLINE || open > 0)) {
        bool mark = parser->now.kind == TOKEN_MARK;
        open += mark && parser->now.mark == '{';
        open -= mark && parser->now.mark == '}';
        lex(parser);
    }
    lex(parser);
}

static bool parse_lines(Parser *parser, NodeList *list, bool inner) {
    bool fine = true;
    while (parser->now.kind != TOKEN_END) {
        if (inner && parser->now.kind == TOKEN_MARK && parser->now.mark == '}') {
            break;
        }
        if (parser->now.kind == TOKEN_NEWLINE) {
            lex(parser);
        } else if (!parse_line(parser, list, inner)) {
            fine = false;
            skip_line(parser);
        }
    }
    return fine;
}

static bool parse_text(Parser *parser) {
    if (parser->source->length > LONGEST_TEXT) {
        return diag_in(parser->diag, DIAG_SYNTAX, parser->source->path, NULL, NULL,
                       "the text has more than %d bytes", LONGEST_TEXT);
    }
    do {
        lex(parser);
    } while (parser->now.kind == TOKEN_NEWLINE);
    if (parser->now.kind != TOKEN_WORD || strcmp(parser->now.word, "graph") != 0) {
        return FAIL(parser, NULL, "a graph's text begins with 'graph NAME'");
    }
    lex(parser);
    if (!parse_graph_line(parser) || !expect_newline(parser) ||
        !parse_lines(parser, &parser->graph->nodes, false)) {
        return false;
    }
    return parser->graph->input || FAIL(parser, NULL, "the graph has no input line");
}

Graph *parse_graph(Arena *arena, Diag *diag, const Source *source) {
    Parser parser = {.arena = arena, .diag = diag, .source = source, .line = 1};
    parser.graph = graph_create(arena, "");
    parser.graph->from_text = true;
    parser.values = map_by_name(arena);
    parser.params = map_by_name(arena);
    return parse_text(&parser) ? parser.graph : NULL;
}
