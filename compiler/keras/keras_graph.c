/* keras_graph.c - JSON of a model -> its layers in the order in which they compute.
 *
 *   "inbound_nodes": [[["block1_conv1", 0, 0, {}]]]                               (Keras 2)
 *   "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", ...}], ...}]   (Keras 3)
 *   ->   in[0] is the node of block1_conv1
 *
 * Layers are followed from the output to the input by the names of what they read: the order of the
 * list proves nothing, and names are not looked into. Counting layers by their class, in the order
 * of the list, gives the place of the weights in a file of Keras 3.
 */
#include "keras_nodes.h"

#include <string.h>

#include "json_in.h"
#include "limit.h"
#include "map.h"

enum {
    UNSEEN = -1,   /* what a layer's result is before it is visited, */
    VISITING = -2, /* and meanwhile */
    FAILED = -3
};

/* A model whose layers are visited. */
typedef struct KerasScope {
    KerasGraph *graph;
    const json_t *layers; /* an array */
    bool sequential;
    const char *group;  /* NULL: the outermost model */
    const char *prefix; /* of places */
    int depth;
    int feed; /* the node that its input stands for; UNSEEN: it is the network's input */
    int *result;
    const char **places;
    Map *by_name; /* to the place in result */
} KerasScope;

/* What a layer reads. */
typedef struct Reads {
    const char *names[2];
    int count;
    const json_t *constant;
} Reads;

static const json_t *layer_at(const KerasScope *scope, int index) {
    return json_array_get(scope->layers, (size_t)index);
}

static const char *kind_of(const json_t *layer) {
    const char *kind = keras_text(layer, "class_name");
    return kind ? kind : "?";
}

/* Keras 2.0 has the name in the config alone. */
static const char *name_of(const json_t *layer) {
    const char *name = keras_text(layer, "name");
    name = name ? name : keras_text(json_object_get(layer, "config"), "name");
    return name ? name : "?";
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/* "SeparableConv2D" -> "separable_conv2d": an underscore in front of a capital that follows a small
 * letter or is followed by one. */
static const char *snake_case(Arena *arena, const char *kind) {
    char *text = NEW_ARRAY(arena, char, 2 * strlen(kind) + 1), *to = text;
    for (const char *at = kind; *at; at++) {
        if (is_upper(*at) && at > kind && (is_lower(at[-1]) || is_lower(at[1]))) {
            *to++ = '_';
        }
        *to++ = is_upper(*at) ? (char)(*at - 'A' + 'a') : *at;
    }
    *to = '\0';
    return text;
}

/* The input of a Sequential is listed and not counted. */
static void count_places(KerasScope *scope, int count) {
    Arena *arena = scope->graph->arena;
    Map *counts = map_by_name(arena);
    for (int i = 0; i < count; i++) {
        const char *kind = snake_case(arena, kind_of(layer_at(scope, i)));
        int *before = map_get(counts, kind);
        bool counts_here = !scope->sequential || strcmp(kind, "input_layer") != 0;
        const char *number = before && *before ? arena_printf(arena, "_%d", *before) : "";
        scope->places[i] = arena_printf(arena, "%slayers/%s%s", scope->prefix, kind, number);
        if (!before) {
            before = NEW(arena, int);
            map_put(counts, kind, before);
        }
        *before += counts_here;
    }
}

static bool open_scope(KerasScope *scope, const json_t *config) {
    KerasGraph *graph = scope->graph;
    const json_t *layers =
        json_is_array(config) ? config : json_object_get(config, "layers"); /* Keras 2.0: a list */
    size_t count = json_array_size(layers);
    if (count < 1 || count > LIMIT_KERAS_LAYERS || scope->depth > LIMIT_KERAS_DEPTH) {
        return KERAS_WRONG(graph, scope->group, NULL,
                           "a model has 1 to %d layers and models in it at most %d deep",
                           LIMIT_KERAS_LAYERS, LIMIT_KERAS_DEPTH);
    }
    scope->layers = layers;
    scope->result = NEW_ARRAY(graph->arena, int, count);
    scope->places = NEW_ARRAY(graph->arena, const char *, count);
    scope->by_name = map_by_name(graph->arena);
    for (size_t i = 0; i < count; i++) {
        const json_t *layer = json_array_get(layers, i);
        const char *name = name_of(layer);
        scope->result[i] = UNSEEN;
        if (!json_is_object(json_object_get(layer, "config")) &&
            !json_is_array(json_object_get(layer, "config"))) {
            return KERAS_WRONG(graph, name, NULL, "a layer without a config");
        }
        if (map_get(scope->by_name, name)) {
            return KERAS_WRONG(graph, name, NULL, "two layers have this name");
        }
        map_put(scope->by_name, name, &scope->result[i]);
    }
    count_places(scope, (int)count);
    return true;
}

/* ---- what a layer reads ---- */

static bool add_name(Reads *reads, const char *name) {
    if (!name || reads->count == 2) {
        return false;
    }
    reads->names[reads->count++] = name;
    return true;
}

/* Keras 3: tensors and numbers among the arguments, which may stand in lists. */
static bool read_arguments(const json_t *arguments, Reads *reads, int depth) {
    size_t i;
    const json_t *one;
    json_array_foreach(arguments, i, one) {
        const char *kind = keras_text(one, "class_name");
        if (kind && strcmp(kind, "__keras_tensor__") == 0) {
            const json_t *history =
                json_object_get(json_object_get(one, "config"), "keras_history");
            if (!add_name(reads, json_string_value(json_array_get(history, 0)))) {
                return false;
            }
        } else if (json_is_array(one) && depth < 2 && !json_is_number(json_array_get(one, 0))) {
            if (!read_arguments(one, reads, depth + 1)) {
                return false;
            }
        } else if (!json_is_null(one)) {
            reads->constant = one;
        }
    }
    return true;
}

/* Keras 2: [["NAME", node, tensor, {...}], ...]; of an operation the one such list itself. */
static bool read_tuples(const json_t *call, Reads *reads) {
    bool flat = json_is_string(json_array_get(call, 0));
    size_t count = flat ? 1 : json_array_size(call);
    for (size_t i = 0; i < count; i++) {
        const json_t *tuple = flat ? call : json_array_get(call, i);
        const json_t *constant = json_object_get(json_array_get(tuple, 3), "y");
        if (!add_name(reads, json_string_value(json_array_get(tuple, 0)))) {
            return false;
        }
        reads->constant = constant ? constant : reads->constant;
    }
    return true;
}

static bool read_calls(const KerasScope *scope, const json_t *layer, Reads *reads) {
    const json_t *calls = json_object_get(layer, "inbound_nodes");
    const json_t *call = json_array_get(calls, 0);
    if (json_array_size(calls) > 1) {
        return KERAS_WRONG(scope->graph, name_of(layer), NULL,
                           "a layer that is called %zu times: each may stand in one place",
                           json_array_size(calls));
    }
    bool read = json_is_object(call) ? read_arguments(json_object_get(call, "args"), reads, 0)
                                     : read_tuples(call, reads);
    return (read && reads->count > 0) ||
           KERAS_WRONG(scope->graph, name_of(layer), NULL, "reads no layer, or more than two");
}

/* ---- nodes ---- */

static int visit(KerasScope *scope, int index);
static int visit_model(KerasScope *scope, const json_t *model);

/* The result of a layer by its name. */
static int visit_name(KerasScope *scope, const char *reader, const char *name) {
    const int *result = map_get(scope->by_name, name);
    if (!result) {
        KERAS_WRONG(scope->graph, reader, NULL, "reads '%s', which is no layer of its model", name);
        return FAILED;
    }
    return visit(scope, (int)(result - scope->result));
}

static KerasNode *add_node(KerasGraph *graph, KerasNode node) {
    if (graph->count == LIMIT_KERAS_LAYERS) {
        KERAS_WRONG(graph, node.name, NULL, "more than %d layers", LIMIT_KERAS_LAYERS);
        return NULL;
    }
    graph->nodes = arena_room(graph->arena, graph->nodes, graph->count, sizeof *graph->nodes);
    graph->nodes[graph->count] = node;
    return &graph->nodes[graph->count++];
}

/* A node and, where the layer has an activation, another one behind it. Index of the last one. */
static int emit(KerasGraph *graph, KerasNode node) {
    static const char *const acts[] = {"Activation", "ReLU", "Softmax"};
    bool is_act = false;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        is_act = is_act || strcmp(acts[i], node.kind) == 0;
    }
    const char *function = keras_function(graph, &node);
    if (!function || (!is_act && !add_node(graph, node))) {
        return FAILED;
    }
    if (strcmp(function, "linear") == 0) {
        return is_act ? node.in[0] : graph->count - 1;
    }
    node.in[0] = is_act ? node.in[0] : graph->count - 1;
    node.n_in = 1;
    node.kind = "Activation";
    node.function = function;
    return add_node(graph, node) ? graph->count - 1 : FAILED;
}

/* The network's input, which only one layer may be. */
static int visit_input(KerasScope *scope, const json_t *layer) {
    KerasGraph *graph = scope->graph;
    if (scope->feed >= 0) {
        return scope->feed;
    }
    if (graph->count > 0) {
        KERAS_WRONG(graph, name_of(layer), NULL, "a second input: networks have one");
        return FAILED;
    }
    KerasNode node = {
        .kind = "InputLayer", .name = name_of(layer), .config = json_object_get(layer, "config")};
    return add_node(graph, node) ? 0 : FAILED;
}

/* Sequential: the layer in front, or the input, whose shape the first layer states. */
static int visit_before(KerasScope *scope, int index) {
    return index > 0 ? visit(scope, index - 1) : visit_input(scope, layer_at(scope, 0));
}

static int visit_inputs(KerasScope *scope, int index, KerasNode *node) {
    const json_t *layer = layer_at(scope, index);
    Reads reads = {.count = scope->sequential};
    if (!scope->sequential && !read_calls(scope, layer, &reads)) {
        return FAILED;
    }
    for (int i = 0; i < reads.count; i++) {
        node->in[i] = scope->sequential ? visit_before(scope, index)
                                        : visit_name(scope, node->name, reads.names[i]);
        if (node->in[i] < 0) {
            return FAILED;
        }
    }
    node->n_in = reads.count;
    node->constant = reads.constant;
    return node->in[0];
}

/* A model that is a layer; it may also be the first one of a Sequential, and have its input. */
static int visit_inner(KerasScope *scope, int index, const KerasNode *node) {
    KerasScope inner = {.graph = scope->graph,
                        .group = scope->group ? scope->group : node->name,
                        .prefix = arena_printf(scope->graph->arena, "%s/", node->place),
                        .depth = scope->depth + 1,
                        .feed = node->in[0]};
    return visit_model(&inner, layer_at(scope, index));
}

static bool is_model(const json_t *layer) {
    const json_t *config = json_object_get(layer, "config");
    return json_is_array(config) || json_is_array(json_object_get(config, "layers"));
}

static int visit_layer(KerasScope *scope, int index) {
    const json_t *layer = layer_at(scope, index);
    KerasNode node = {.kind = kind_of(layer),
                      .name = name_of(layer),
                      .config = json_object_get(layer, "config"),
                      .place = scope->places[index]};
    node.group = scope->group ? scope->group : node.name;
    if (strcmp(node.kind, "InputLayer") == 0) {
        return visit_input(scope, layer);
    }
    bool begins = scope->sequential && index == 0 && scope->feed < 0;
    if (is_model(layer) && begins) {
        node.in[0] = UNSEEN;
        return visit_inner(scope, index, &node);
    }
    if (visit_inputs(scope, index, &node) < 0) {
        return FAILED;
    }
    if (is_model(layer)) {
        return visit_inner(scope, index, &node);
    }
    if (keras_is_identity(node.kind)) {
        return node.in[0];
    }
    return keras_check_class(scope->graph, &node, layer) ? emit(scope->graph, node) : FAILED;
}

/* Each layer once; one that is met while it is visited reads its own result. */
static int visit(KerasScope *scope, int index) {
    int *result = &scope->result[index];
    if (*result == VISITING) {
        KERAS_WRONG(scope->graph, name_of(layer_at(scope, index)), NULL, "reads its own result");
        return FAILED;
    }
    if (*result == UNSEEN) {
        *result = VISITING;
        *result = visit_layer(scope, index);
    }
    return *result;
}

/* The one name in ["NAME", 0, 0] or [["NAME", 0, 0]]; NULL where there are several. */
static const char *sole_output(const json_t *outputs) {
    const json_t *first = json_array_get(outputs, 0);
    if (json_is_array(first) && json_array_size(outputs) == 1) {
        first = json_array_get(first, 0);
    }
    return json_string_value(first);
}

static int visit_model(KerasScope *scope, const json_t *model) {
    const json_t *config = json_object_get(model, "config");
    scope->sequential = strcmp(kind_of(model), "Sequential") == 0;
    if (!open_scope(scope, config)) {
        return FAILED;
    }
    if (scope->sequential) {
        return visit(scope, (int)json_array_size(scope->layers) - 1);
    }
    const char *output = sole_output(json_object_get(config, "output_layers"));
    if (!output) {
        KERAS_WRONG(scope->graph, scope->group, NULL, "the model has several outputs, or none");
        return FAILED;
    }
    return visit_name(scope, scope->group, output);
}

static void note_readers(KerasGraph *graph) {
    for (int i = 0; i < graph->count; i++) {
        for (int j = 0; j < graph->nodes[i].n_in; j++) {
            KerasNode *read = &graph->nodes[graph->nodes[i].in[j]];
            if (read->readers < KERAS_READERS) {
                read->reader[read->readers] = i;
            }
            read->readers++;
        }
    }
}

bool keras_graph_read(KerasGraph *graph, const char *text, size_t length) {
    json_error_t error;
    const json_t *root = json_read(graph->arena, text, length, &error);
    if (!root) {
        return KERAS_WRONG(graph, NULL, NULL, "the text of the network is no JSON: %s", error.text);
    }
    graph->name = keras_text(json_object_get(root, "config"), "name");
    KerasScope outer = {.graph = graph, .prefix = "", .feed = UNSEEN};
    graph->output = visit_model(&outer, root);
    if (graph->output < 0) {
        return false;
    }
    note_readers(graph);
    return graph->count > 1 || KERAS_WRONG(graph, NULL, NULL, "the model computes nothing");
}
