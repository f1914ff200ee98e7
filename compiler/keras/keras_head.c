/* keras_head.c - what follows the last map: pooling or flattening, linear layers, the output.
 *
 *   GlobalAveragePooling2D, Dense 16 relu, BatchNormalization, Dropout, Dense 3 softmax
 *   ->   head: {pool: avg, layers: [linear 16, relu, norm eps=0.001, linear 3, softmax]}
 */
#include "keras_match.h"

#include <string.h>

#include "limit.h"

/* A head so far. */
typedef struct KerasHead {
    KerasWalk *walk;
    const char *pool;   /* "avg", "max"; NULL: there was none */
    const char *layers; /* "conv 7, pool" */
    int count;          /* layers so far */
    bool classifies;    /* one of them has outputs */
    int64_t flat[2];    /* size of the map that was flattened, until a layer has read it; else 0 */
    const char *prefix; /* of the tensors of the next layer */
} KerasHead;

static void add_layer(KerasHead *head, const char *text) {
    Arena *arena = head->walk->graph->arena;
    head->layers = arena_printf(arena, "%s%s%s", head->layers, head->count ? ", " : "", text);
    head->count++;
}

/* Pooling is a word of the list where something stands in front of it. */
static bool head_pool(KerasHead *head, const KerasNode *node) {
    bool keeps = walk_flag(node, "keepdims", false);
    head->pool = strcmp(node->kind, "GlobalMaxPooling2D") == 0 ? "max" : "avg";
    if (keeps || head->walk->vector) {
        return KERAS_WRONG(head->walk->graph, node->name, NULL,
                           "pools what is pooled, or keeps a map");
    }
    if (head->count) {
        add_layer(head, "pool");
    }
    head->walk->vector = true;
    return true;
}

static bool head_flatten(KerasHead *head, const KerasNode *node) {
    KerasWalk *walk = head->walk;
    if (walk->vector) {
        return true;
    }
    if (!walk->size[0] || !walk->size[1]) {
        return KERAS_WRONG(walk->graph, node->name, NULL,
                           "flattens a map whose size the file does not state");
    }
    head->flat[0] = walk->size[0];
    head->flat[1] = walk->size[1];
    walk->vector = true;
    add_layer(head, "flatten");
    return true;
}

/* " bias=false", and the tensors of a layer with outputs. */
static bool bind_product(KerasHead *head, const KerasNode *node, int64_t width, KerasLayout layout,
                         const char **bias) {
    bool biased = walk_flag(node, "use_bias", true);
    *bias = biased ? "" : " bias=false";
    bool bound = walk_bind(head->walk, head->prefix, "weight", node, 0, layout);
    head->walk->channels = width;
    head->classifies = true;
    return bound && (!biased || walk_bind(head->walk, head->prefix, "bias", node, 1, KERAS_VECTOR));
}

/* A map of one pixel that is flattened is a vector already. */
static bool head_dense(KerasHead *head, const KerasNode *node) {
    KerasWalk *walk = head->walk;
    const char *bias;
    int64_t width = walk_integer(walk, node, "units", LIMIT_CLASSES);
    bool flat = head->flat[0] * head->flat[1] > 1;
    if (!walk->vector) {
        return KERAS_WRONG(walk->graph, node->name, NULL, "a Dense layer of a map");
    }
    if (!width || !bind_product(head, node, width, flat ? KERAS_DENSE_MAP : KERAS_DENSE, &bias)) {
        return false;
    }
    head->flat[0] = head->flat[1] = 0;
    add_layer(head, arena_printf(walk->graph->arena, "linear %lld%s", (long long)width, bias));
    return true;
}

/* Padded so that the map keeps its size. */
static bool head_conv(KerasHead *head, const KerasNode *node) {
    KerasWalk *walk = head->walk;
    Sliding sliding;
    const char *bias;
    int64_t width = walk_integer(walk, node, "filters", LIMIT_CLASSES);
    if (walk->vector || !width || !walk_sliding(walk, node, "kernel_size", &sliding)) {
        return false;
    }
    long long kernel = sliding.kernel[0];
    const json_t *groups = json_object_get(node->config, "groups");
    if ((!sliding.same && kernel != 1) || kernel != sliding.kernel[1] || sliding.stride != 1 ||
        sliding.dilation != 1 || (groups && json_integer_value(groups) != 1)) {
        return KERAS_WRONG(walk->graph, node->name, NULL,
                           "a convolution of the head is square and keeps the size of its map");
    }
    if (!bind_product(head, node, width, KERAS_CONV, &bias)) {
        return false;
    }
    const char *text = arena_printf(walk->graph->arena, "conv %lld", (long long)width);
    text = kernel == 3 ? text : arena_printf(walk->graph->arena, "%s kernel=%lld", text, kernel);
    add_layer(head, arena_printf(walk->graph->arena, "%s%s", text, bias));
    return true;
}

/* Between a Flatten and its Dense layer a norm would have a constant for each number of the map. */
static bool head_norm(KerasHead *head, const KerasNode *node) {
    KerasWalk *walk = head->walk;
    double eps = walk_eps(walk, node);
    if (head->flat[0]) {
        return KERAS_WRONG(walk->graph, node->name, NULL, "a norm of a flattened map");
    }
    if (eps == 0 || !walk_bind_norm(walk, head->prefix, node)) {
        return false;
    }
    add_layer(head, arena_printf(walk->graph->arena, "norm eps=%s", walk_number(walk, eps)));
    return true;
}

static bool head_act(KerasHead *head, const KerasNode *node) {
    bool softmax = strcmp(node->function, "softmax") == 0;
    if (softmax && !head->walk->vector) {
        return KERAS_WRONG(head->walk->graph, node->name, NULL, "a softmax of a map");
    }
    add_layer(head, node->function);
    return true;
}

static bool head_layer(KerasHead *head, const KerasNode *node) {
    static const struct HeadRow {
        const char *name;
        bool (*read)(KerasHead *head, const KerasNode *node);
    } kinds[] = {{"GlobalAveragePooling2D", head_pool},
                 {"GlobalMaxPooling2D", head_pool},
                 {"Flatten", head_flatten},
                 {"Dense", head_dense},
                 {"Conv2D", head_conv},
                 {"BatchNormalization", head_norm},
                 {"Activation", head_act}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, node->kind) == 0) {
            walk_take(head->walk, node->kind);
            return kinds[i].read(head, node);
        }
    }
    return KERAS_WRONG(head->walk->graph, node->name,
                       "a head has pooling, Flatten, Dense, Conv2D, BatchNormalization and "
                       "activations",
                       "a %s behind the blocks", node->kind);
}

/* The layers with tensors of a whole head: one of them alone has another name. */
static bool is_alone(const KerasWalk *walk) {
    int tensors = 0;
    KerasWalk ahead = *walk;
    for (const KerasNode *node = walk_peek(&ahead); node; node = walk_peek(&ahead)) {
        tensors += strcmp(node->kind, "Dense") == 0 || strcmp(node->kind, "Conv2D") == 0 ||
                   strcmp(node->kind, "BatchNormalization") == 0;
        walk_take(&ahead, node->kind);
    }
    return tensors == 1;
}

/* A network without a classifier gives a map, or what the pooling makes of it. */
static bool end_head(KerasHead *head) {
    KerasWalk *walk = head->walk;
    Arena *arena = walk->graph->arena;
    const char *pool = head->pool ? head->pool : "none";
    if (head->classifies) {
        walk->text = arena_printf(arena, "%s\nhead: {pool: %s, layers: [%s]}\n", walk->text, pool,
                                  head->layers);
    } else if (head->count == 0) {
        walk->text = arena_printf(arena, "%s\nhead: {pool: %s, classes: 0}\n", walk->text, pool);
    } else {
        return KERAS_WRONG(walk->graph, walk->graph->nodes[walk->at].name, NULL,
                           "a head without a layer that has outputs: %s", head->layers);
    }
    return walk->at == walk->graph->output ||
           KERAS_WRONG(walk->graph, walk->graph->nodes[walk->at].name, NULL,
                       "several layers read it, behind the blocks");
}

bool walk_head(KerasWalk *walk) {
    Arena *arena = walk->graph->arena;
    KerasHead head = {.walk = walk, .layers = ""};
    bool alone = is_alone(walk);
    for (const KerasNode *node = walk_peek(walk); node; node = walk_peek(walk)) {
        if (head.count == LIMIT_HEAD_LAYERS) {
            return KERAS_WRONG(walk->graph, node->name, NULL, "a head has at most %d layers",
                               LIMIT_HEAD_LAYERS);
        }
        head.prefix = alone ? "head.fc" : arena_printf(arena, "head.fc.%d", head.count);
        if (!head_layer(&head, node)) {
            return false;
        }
    }
    return end_head(&head);
}
