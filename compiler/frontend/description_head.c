/* description_head.c - the head: activation, pooling and what follows it, at last the classes.
 *
 *   head: {layers: [linear 512, relu, norm, linear 2]}
 *   ->   %head.fc.0 = linear(...)  %head.fc.1 = activation(...)  %head.fc.2 = batch_norm(...)
 *        %head.fc.3 = linear(...)
 *
 * Layers are numbered as in a Sequential without dropout; in a checkpoint, where dropout takes
 * numbers too, they are found by their order. A head with one linear layer and no norm is a
 * classifier of the usual name. The width of the last linear layer is the number of classes.
 */
#include "description_build.h"

#include <string.h>

/* A head under construction. */
typedef struct Head {
    Draft *draft;
    const CheckpointEnds *ends;
    int64_t channels; /* behind the layers so far, whether they have nodes or not */
    int tensors;      /* layers with tensors so far */
    bool nodes;       /* false: only the parameters are registered (--classes=0) */
} Head;

void build_pool(Draft *draft) {
    const HeadSpec *head = &draft->network->head;
    const NamesSpec *names = &draft->network->names;
    PoolKind pool = (PoolKind)draft->options.pool;
    draft->loc = head->loc;
    build_act(draft, names->head_act, (Act)head->activation);
    draft->map_channels = draft->channels;
    if (pool != POOL_NONE) {
        build_node(draft, OP_global_pool, names->head_pool, 1, &draft->at)->pool = pool;
        draft->channels *= pool_is_double(pool) ? 2 : 1;
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
    int last = head_last_linear(layers);
    if (last < 0) {
        return diag_at(draft->diag, DIAG_SCHEMA, layers->at[0].loc, NULL,
                       "a head has a linear layer, the last of which gives the classes");
    }
    int64_t width = layers->at[last].width;
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
        HeadKind kind = draft->layers.at[i].kind;
        if (kind != HEAD_LINEAR && kind != HEAD_NORM) {
            continue;
        }
        if (at == count || norms[at++] != (kind == HEAD_NORM)) {
            return false;
        }
    }
    return at == count;
}

bool head_states_classes(const Draft *draft) {
    return draft->layers.at[head_last_linear(&draft->layers)].width > 0;
}

/* "head.fc.2", or "head.fc" of the only layer with tensors. */
static const char *layer_name(const Head *head, int index) {
    const Draft *draft = head->draft;
    const char *classifier = draft->network->names.classifier;
    bool alone = !head_is_sequence(draft) && index == head_last_linear(&draft->layers);
    return alone ? classifier : arena_printf(draft->arena, "%s.%d", classifier, index);
}

/* Outputs of a linear layer: the classes of the last one, else as the text or the file says; 0
 * after a diagnostic. */
static int64_t width_of(const Head *head, int index) {
    const Draft *draft = head->draft;
    const HeadLayer *layer = &draft->layers.at[index];
    if (index == head_last_linear(&draft->layers)) {
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

static bool build_linear(Head *head, int index) {
    Draft *draft = head->draft;
    const char *name = layer_name(head, index);
    int64_t width = width_of(head, index);
    if (!width) {
        return false;
    }
    bool bias = has_bias(head, &draft->layers.at[index]);
    const Expr *weight = build_param(draft, name, "weight", (Shape){2, {width, head->channels}});
    const Expr *shift = bias ? build_param(draft, name, "bias", (Shape){1, {width}}) : NULL;
    head->channels = width;
    head->tensors++;
    if (head->nodes) {
        Node *node = build_node(draft, OP_linear, name, 1, &draft->at);
        node->weight = weight;
        node->bias = shift;
        draft->channels = width;
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

/* Nodes point into the description: a layer of --head to its section of the head. */
static bool build_layer(Head *head, int index) {
    Draft *draft = head->draft;
    const HeadLayer *layer = &draft->layers.at[index];
    bool described = layer->loc.source == draft->description->source;
    draft->loc = described ? layer->loc : draft->network->head.loc;
    switch (layer->kind) {
    case HEAD_LINEAR:
        return build_linear(head, index);
    case HEAD_NORM:
        build_head_norm(head, index);
        return true;
    case HEAD_ACTIVATION:
        if (head->nodes) {
            build_act(draft, layer_name(head, index), layer->act);
        }
        return true;
    case HEAD_FLATTEN:
        return true;
    }
    return false;
}

/* With --classes=0 the pooled vector is the output; the tensors of the described head are
 * parameters all the same, which a checkpoint may have. */
bool build_head(Draft *draft, const CheckpointEnds *ends) {
    Head head = {draft, ends, draft->channels, 0, draft->options.classes > 0};
    int first = draft->graph->n_params;
    if (!draft->options.classes && !draft->classes) {
        return true;
    }
    for (int i = 0; i < draft->layers.count; i++) {
        if (!build_layer(&head, i)) {
            return false;
        }
    }
    for (int i = first; head_is_sequence(draft) && i < draft->graph->n_params; i++) {
        draft->graph->params[i].in_head = true;
    }
    return true;
}
