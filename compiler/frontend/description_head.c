/* description_head.c - the head: activation, pooling and what follows it, at last the classes.
 *
 *   head: {layers: [linear 512, relu, norm, linear 2]}
 *   ->   %head.fc.0 = linear(...)  %head.fc.1 = activation(...)  %head.fc.2 = batch_norm(...)
 *        %head.fc.3 = linear(...)
 *   head: {pool: none, layers: [flatten, linear 2, softmax]}, on a map of 5x4 pixels
 *   ->   %head.fc = conv2d(...) kernel=5x4  %head.fc.0 = global_pool(...)
 *        %head.fc.2 = softmax(...)
 *
 * A linear layer of a flattened map is a convolution with one window as large as the map; pooling
 * its one pixel makes the vector, in front of the next layer that needs one.
 *
 * Layers are numbered as in a Sequential without dropout; in a checkpoint, where dropout takes
 * numbers too, they are found by their order. A head with one linear layer and no norm is a
 * classifier of the usual name. The width of the last layer with outputs is the number of classes.
 */
#include "description_build.h"

#include <string.h>

/* A head under construction. */
typedef struct Head {
    Draft *draft;
    const CheckpointEnds *ends;
    int64_t channels; /* behind the layers so far, whether they have nodes or not */
    int64_t size[2];  /* height and width of the map behind them; 1x1 behind pool */
    bool map;         /* the last node's result is a map, of one pixel if size says so */
    int flatten;      /* index of the layer that flattened it */
    int tensors;      /* layers with tensors so far */
    bool nodes;       /* false: only the parameters are registered (--classes=0) */
} Head;

static void build_global_pool(Draft *draft) {
    PoolKind pool = (PoolKind)draft->options.pool;
    const char *name = draft->network->names.head_pool;
    build_node(draft, OP_global_pool, name, 1, &draft->at)->pool = pool;
    draft->channels *= pool_is_double(pool) ? 2 : 1;
}

/* Without classes the pooling follows the last map, whatever the layers are. */
void build_pool(Draft *draft) {
    const HeadSpec *head = &draft->network->head;
    PoolKind pool = (PoolKind)draft->options.pool;
    bool later = draft->options.classes > 0 && head_takes_map(&draft->layers, pool);
    draft->loc = head->loc;
    build_act(draft, draft->network->names.head_act, (Act)head->activation);
    draft->map_channels = draft->channels;
    if (pool != POOL_NONE && !later) {
        build_global_pool(draft);
    }
}

bool choose_head(Draft *draft, const ModelOptions *asked) {
    HeadLayers *layers = &draft->layers;
    ModelOptions *options = &draft->options;
    *layers = draft->network->head.layers;
    if (asked->head && !head_parse(draft->arena, draft->diag, "--head", asked->head, layers)) {
        return false;
    }
    if (layers->count == 0) {
        layers->at[layers->count++] =
            (HeadLayer){.kind = HEAD_LINEAR, .loc = draft->network->head.loc, .bias = 1};
        draft->classes = draft->description->classes;
        return true;
    }
    int at;
    const char *rule = head_mistake(layers, (PoolKind)options->pool, &at);
    if (rule && (options->classes != 0 || head_classifier(layers) < 0)) {
        return diag_at(draft->diag, DIAG_SCHEMA, layers->at[at].loc, NULL, "%s", rule);
    }
    int64_t width = layers->at[head_classifier(layers)].width;
    draft->classes = width ? width : draft->description->classes;
    if (asked->classes < 0) {
        options->classes = draft->classes;
    }
    return true;
}

bool head_is_sequence(const Draft *draft) {
    return head_tensors(&draft->layers) > 1;
}

bool head_is(const Draft *draft, const bool *norms, int count) {
    int at = 0;
    for (int i = 0; i < draft->layers.count; i++) {
        const HeadLayer *layer = &draft->layers.at[i];
        if (!head_has_tensors(layer)) {
            continue;
        }
        if (at == count || norms[at++] != (layer->kind == HEAD_NORM)) {
            return false;
        }
    }
    return at == count;
}

bool head_states_classes(const Draft *draft) {
    return draft->layers.at[head_classifier(&draft->layers)].width > 0;
}

/* "head.fc.2", or "head.fc" of the only layer with tensors. */
static const char *layer_name(const Head *head, int index) {
    const Draft *draft = head->draft;
    const char *classifier = draft->network->names.classifier;
    bool alone = !head_is_sequence(draft) && index == head_classifier(&draft->layers);
    return alone ? classifier : arena_printf(draft->arena, "%s.%d", classifier, index);
}

/* Outputs of a linear layer or convolution: the classes of the last one, else as the text or the
 * file says; 0 after a diagnostic. */
static int64_t width_of(const Head *head, int index) {
    const Draft *draft = head->draft;
    const HeadLayer *layer = &draft->layers.at[index];
    if (index == head_classifier(&draft->layers)) {
        return draft->options.classes ? draft->options.classes : draft->classes;
    }
    int64_t width = layer->width;
    if (!width && head->tensors < head->ends->n_head) {
        width = head->ends->head[head->tensors].width;
    }
    if (!width) {
        diag_at(draft->diag, DIAG_SCHEMA, layer->loc, "write its outputs: linear N",
                "no file of weights says how many outputs this layer has");
    }
    return width;
}

static bool has_bias(const Head *head, const HeadLayer *layer) {
    bool known = head->tensors < head->ends->n_head;
    return layer->bias >= 0 ? layer->bias : !known || head->ends->head[head->tensors].bias;
}

/* The pixel of a map that has only one, as a vector. */
static void end_map(Head *head) {
    if (head->map && head->nodes) {
        build_node(head->draft, OP_global_pool, layer_name(head, head->flatten), 1,
                   &head->draft->at);
    }
    head->map = false;
}

/* How a layer moves over what it reads: over the map, or in one step over a flattened one; a matrix
 * does not. */
static Window window_of(const Head *head, const HeadLayer *layer) {
    int64_t kernel[2] = {layer->kernel, layer->kernel};
    bool conv = layer->kind == HEAD_CONV;
    return build_window(conv ? kernel : head->size, 1, 1, conv ? PADDING_SAME : PADDING_NONE);
}

/* A linear layer or a convolution. */
static bool build_product(Head *head, int index) {
    Draft *draft = head->draft;
    const HeadLayer *layer = &draft->layers.at[index];
    const char *name = layer_name(head, index);
    int64_t width = width_of(head, index);
    if (!width) {
        return false;
    }
    bool conv = layer->kind == HEAD_CONV || (head->map && head->size[0] * head->size[1] > 1);
    if (!conv) {
        end_map(head);
    }
    Window window = window_of(head, layer);
    Shape shape = {conv ? 4 : 2, {width, head->channels, window.kernel[0], window.kernel[1]}};
    bool bias = has_bias(head, layer);
    const Expr *weight = build_param(draft, name, "weight", shape);
    const Expr *shift = bias ? build_param(draft, name, "bias", (Shape){1, {width}}) : NULL;
    head->channels = width;
    head->tensors++;
    if (head->nodes) {
        Node *node = build_node(draft, conv ? OP_conv2d : OP_linear, name, 1, &draft->at);
        node->weight = weight;
        node->bias = shift;
        node->window = window;
        draft->channels = width;
    }
    if (layer->kind == HEAD_LINEAR) {
        head->size[0] = head->size[1] = 1;
    }
    return true;
}

/* eps is the layer's own: BatchNorm1d and the network's norms need not agree. */
static void build_head_norm(Head *head, int index) {
    Draft *draft = head->draft;
    const char *name = layer_name(head, index);
    NormTensors tensors = norm_tensors(draft, name, head->channels);
    head->tensors++;
    if (head->nodes) {
        build_norm_of(draft, name, &tensors);
        draft->at->def->eps = draft->layers.at[index].eps;
    }
}

/* The pooling of a head whose layers say where it stands. */
static void build_layer_pool(Head *head) {
    Draft *draft = head->draft;
    if (head->nodes) {
        build_global_pool(draft);
    }
    head->channels *= pool_is_double((PoolKind)draft->options.pool) ? 2 : 1;
    head->map = false;
    head->size[0] = head->size[1] = 1;
}

/* Nodes point into the description: a layer of --head to its section of the head. */
static bool build_layer(Head *head, int index) {
    Draft *draft = head->draft;
    const HeadLayer *layer = &draft->layers.at[index];
    bool described = layer->loc.source == draft->description->source;
    draft->loc = described ? layer->loc : draft->network->head.loc;
    switch (layer->kind) {
    case HEAD_LINEAR:
    case HEAD_CONV:
        return build_product(head, index);
    case HEAD_NORM:
        build_head_norm(head, index);
        return true;
    case HEAD_ACTIVATION:
        if (head->nodes) {
            build_act(draft, layer_name(head, index), layer->act);
        }
        return true;
    case HEAD_POOL:
        build_layer_pool(head);
        return true;
    case HEAD_SOFTMAX:
        end_map(head);
        if (head->nodes) {
            build_node(draft, OP_softmax, layer_name(head, index), 1, &draft->at);
        }
        return true;
    case HEAD_FLATTEN:
        head->flatten = index;
        return true;
    }
    return false;
}

/* Where the layers take a map, its size is that of the draft's last value, or of what that pools.
 */
static Head begin_head(Draft *draft, const CheckpointEnds *ends) {
    Head head = {.draft = draft,
                 .ends = ends,
                 .channels = draft->channels,
                 .size = {1, 1},
                 .nodes = draft->options.classes > 0};
    const Value *at = draft->at;
    const Value *map = at->shape.rank == 4 || !at->def ? at : at->def->in[0];
    if (head_takes_map(&draft->layers, (PoolKind)draft->options.pool)) {
        head.map = true;
        head.channels = draft->map_channels;
        head.size[0] = map->shape.dim[2];
        head.size[1] = map->shape.dim[3];
    }
    return head;
}

/* With --classes=0 the pooled vector is the output; the tensors of the described head are
 * parameters all the same, which a checkpoint may have. */
bool build_head(Draft *draft, const CheckpointEnds *ends) {
    Head head = begin_head(draft, ends);
    int first = draft->graph->n_params;
    if (!draft->options.classes && !draft->classes) {
        return true;
    }
    for (int i = 0; i < draft->layers.count; i++) {
        if (!build_layer(&head, i)) {
            return false;
        }
    }
    end_map(&head);
    for (int i = first; head_is_sequence(draft) && i < draft->graph->n_params; i++) {
        draft->graph->params[i].in_head = true;
    }
    return true;
}
