/* keras_order.c - weights of Keras alone and a network -> which variable is which parameter.
 *
 *   third separable convolution of the file: depthwise kernel, pointwise kernel
 *   third one of the network                 ->   block2.rep.1.conv1.weight, .pointwise.weight
 *
 * This is Keras' own rule for such files: layers that have variables, in order. Keras 3 counts the
 * layers of each class by themselves, so the rule is applied to each kind of layer; for files of
 * Keras 2 it says the same. The nodes of a graph stand in the order in which Keras has its layers:
 * the shortcut of a block behind its stack. What kind a layer is its variables' dimensions tell;
 * shapes are compared when the checkpoint is opened.
 */
#include <string.h>

#include "container.h"
#include "keras.h"

typedef enum LayerKind {
    LAYER_CONV,
    LAYER_SEPARABLE,
    LAYER_NORM,
    LAYER_DENSE,
    LAYER_OTHER,
    LAYER_KINDS = LAYER_OTHER
} LayerKind;

enum { MOST_VARIABLES = 4 };

/* What the variables of a kind become, in the order of Keras. */
static const struct LayerKindRow {
    const char *name; /* for people */
    int variables;    /* without a bias */
    KerasLayout layouts[MOST_VARIABLES];
} kinds[] = {
    [LAYER_CONV] = {"convolutions", 1, {KERAS_CONV, KERAS_VECTOR}},
    [LAYER_SEPARABLE] = {"separable convolutions", 2, {KERAS_DEPTHWISE, KERAS_CONV, KERAS_VECTOR}},
    [LAYER_NORM] = {"batch norms", 4, {KERAS_VECTOR, KERAS_VECTOR, KERAS_VECTOR, KERAS_VECTOR}},
    [LAYER_DENSE] = {"dense layers", 1, {KERAS_DENSE, KERAS_VECTOR}},
};

/* A layer of the network: the parameters that its variables are. */
typedef struct OrderedLayer {
    LayerKind kind;
    const char *params[MOST_VARIABLES];
    int count;
    const int64_t *flat; /* dense: height and width of the map that it reads; NULL: a vector */
} OrderedLayer;

/* A file, a network, and what was found of either. */
typedef struct Ordering {
    Reading reading;
    const TensorFile *file;
    const Graph *graph;
    bool classifies;
    OrderedLayer *layers; /* of the network */
    int layer_count;
    const Node *depthwise; /* whose 1x1 convolution is still to come; NULL */
    KerasTaken *taken;
    int taken_count;
} Ordering;

/* ---- the network ---- */

/* The tensor that an expression reads: before any pass it is one, perhaps adapted. */
static const char *param_of(const Expr *expr) {
    while (expr && expr->kind != EXPR_param) {
        expr = expr->arg[0];
    }
    return expr ? expr->name : NULL;
}

static OrderedLayer *add_layer(Ordering *at, LayerKind kind) {
    at->layers = arena_room(at->reading.arena, at->layers, at->layer_count, sizeof *at->layers);
    OrderedLayer *layer = &at->layers[at->layer_count++];
    *layer = (OrderedLayer){.kind = kind};
    return layer;
}

static void add_param(OrderedLayer *layer, const Expr *expr) {
    const char *name = param_of(expr);
    if (name) {
        layer->params[layer->count++] = name;
    }
}

/* One window as large as its map of several pixels: a dense layer behind a Flatten. */
static bool is_flat(const Node *node) {
    const int64_t *kernel = node->window.kernel, *map = &node->in[0]->shape.dim[2];
    return node->block < 0 && kernel[0] == map[0] && kernel[1] == map[1] && map[0] * map[1] > 1 &&
           !node->window.same;
}

/* The depthwise stage of a separable convolution is a node before it. */
static void add_convolution(Ordering *at, const Node *node) {
    bool follows = at->depthwise && node->in[0] == at->depthwise->out[0], flat = is_flat(node);
    OrderedLayer *layer = add_layer(at, follows ? LAYER_SEPARABLE
                                        : flat  ? LAYER_DENSE
                                                : LAYER_CONV);
    layer->flat = flat ? node->window.kernel : NULL;
    if (follows) {
        add_param(layer, at->depthwise->weight);
    }
    add_param(layer, node->weight);
    add_param(layer, node->bias);
}

static void add_norm(Ordering *at, const Node *node) {
    OrderedLayer *layer = add_layer(at, LAYER_NORM);
    add_param(layer, node->weight);
    add_param(layer, node->bias);
    add_param(layer, node->mean);
    add_param(layer, node->var);
}

static void list_network(Ordering *at) {
    for (int i = 0; i < at->graph->nodes.count; i++) {
        const Node *node = at->graph->nodes.at[i];
        if (node->op == OP_conv2d) {
            add_convolution(at, node);
        } else if (node->op == OP_batch_norm) {
            add_norm(at, node);
        } else if (node->op == OP_linear) {
            OrderedLayer *layer = add_layer(at, LAYER_DENSE);
            add_param(layer, node->weight);
            add_param(layer, node->bias);
        }
        at->depthwise = node->op == OP_depthwise ? node : NULL;
    }
}

/* ---- the file ---- */

static int rank_of(const Ordering *at, const KerasLayer *layer, int variable) {
    const Tensor *tensor = keras_tensor(at->file, layer, variable);
    return tensor ? tensor->rank : 0;
}

static LayerKind kind_of(const Ordering *at, const KerasLayer *layer) {
    int first = rank_of(at, layer, 0), second = rank_of(at, layer, 1);
    if (first == 4) {
        return second == 4 ? LAYER_SEPARABLE : LAYER_CONV;
    }
    if (first == 2) {
        return LAYER_DENSE;
    }
    return first == 1 && layer->count == kinds[LAYER_NORM].variables ? LAYER_NORM : LAYER_OTHER;
}

/* ---- both ---- */

/* The layer of the network that follows one (-1: the first) among those of its kind. */
static int next_of_kind(const Ordering *at, int after, LayerKind kind) {
    int next = after + 1;
    while (next < at->layer_count && at->layers[next].kind != kind) {
        next++;
    }
    return next;
}

static int count_kind(const Ordering *at, LayerKind kind) {
    int count = 0;
    for (int i = 0; i < at->layer_count; i++) {
        count += at->layers[i].kind == kind;
    }
    return count;
}

/* Weights of features have no classifier; whoever needs it hears besides that it is missing. */
static void tell_headless(const Ordering *at) {
    if (at->classifies) {
        diag_note(at->reading.diag,
                  "%s has no classifier (include_top=False): with --classes=0 it gives features",
                  at->reading.path);
    }
}

static bool counts_agree(const Ordering *at, const int found[LAYER_KINDS + 1]) {
    bool good = true;
    for (int kind = 0; kind < LAYER_KINDS; kind++) {
        int needed = count_kind(at, kind);
        if (kind == LAYER_DENSE && found[kind] == 0 && needed > 0) {
            tell_headless(at);
        } else if (found[kind] != needed) {
            good = fail_in(&at->reading, NULL,
                           "is it of another network? a whole model is its own: "
                           "give the file as MODEL",
                           "has %d %s, %s has %d", found[kind], kinds[kind].name, at->graph->name,
                           needed);
        }
    }
    return good;
}

/* A bias that the network lacks would be lost in silence. */
static bool take(Ordering *at, int layer, const OrderedLayer *wanted) {
    int count = at->file->keras->layers[layer].count;
    if (count != wanted->count) {
        return fail_in(&at->reading, at->file->keras->layers[layer].group,
                       "is the file of another network?", "has %d variables, %s needs %d", count,
                       wanted->params[0], wanted->count);
    }
    for (int i = 0; i < wanted->count; i++) {
        KerasTaken *taken = &at->taken[at->taken_count++];
        *taken = (KerasTaken){.param = wanted->params[i],
                              .layer = layer,
                              .variable = i,
                              .layout = kinds[wanted->kind].layouts[i]};
        if (wanted->flat && i == 0) {
            *taken = (KerasTaken){
                taken->param, layer, 0, KERAS_DENSE_MAP, {wanted->flat[0], wanted->flat[1]}};
        }
    }
    return true;
}

/* Layers of other kinds, such as the statistics of a Normalization, are no part of a known network.
 */
static void tell_others(const Ordering *at, const KerasLayer *first, int count) {
    if (count > 0) {
        diag_note(at->reading.diag, "%s: takes nothing of '%s'%s: %s has no such layer",
                  at->reading.path, first->group,
                  count > 1 ? arena_printf(at->reading.arena, " and %d more", count - 1) : "",
                  at->graph->name);
    }
}

static bool pair_layers(Ordering *at) {
    const KerasModel *model = at->file->keras;
    int last[LAYER_KINDS + 1], found[LAYER_KINDS + 1] = {0};
    const KerasLayer *other = NULL;
    memset(last, 0xff, sizeof last);
    at->taken = NEW_ARRAY(at->reading.arena, KerasTaken, at->layer_count * MOST_VARIABLES);
    for (int i = 0; i < model->layer_count; i++) {
        LayerKind kind = kind_of(at, &model->layers[i]);
        found[kind]++;
        other = kind == LAYER_OTHER && !other ? &model->layers[i] : other;
        last[kind] = kind == LAYER_OTHER ? at->layer_count : next_of_kind(at, last[kind], kind);
        if (last[kind] < at->layer_count && !take(at, i, &at->layers[last[kind]])) {
            return false;
        }
    }
    tell_others(at, other, found[LAYER_OTHER]);
    return counts_agree(at, found);
}

TensorFile *keras_view_by_order(Arena *arena, Diag *diag, const TensorFile *file,
                                const Graph *graph, bool classifies) {
    Ordering at = {.reading = {.arena = arena, .diag = diag, .path = file->path},
                   .file = file,
                   .graph = graph,
                   .classifies = classifies};
    list_network(&at);
    return pair_layers(&at) ? keras_view(arena, diag, file, at.taken, at.taken_count) : NULL;
}
