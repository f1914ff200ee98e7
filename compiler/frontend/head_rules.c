/* head_rules.c - questions about the layers of a head, and the order that they must have.
 *
 *   "conv 7, softmax"   ->   layer 1: it reads a vector, so 'pool' or 'flatten' stands before it
 */
#include "head.h"

bool head_has_outputs(const HeadLayer *layer) {
    return layer->kind == HEAD_LINEAR || layer->kind == HEAD_CONV;
}

bool head_has_tensors(const HeadLayer *layer) {
    return head_has_outputs(layer) || layer->kind == HEAD_NORM;
}

int head_classifier(const HeadLayers *layers) {
    int last = layers->count - 1;
    while (last >= 0 && !head_has_outputs(&layers->at[last])) {
        last--;
    }
    return last;
}

int head_tensors(const HeadLayers *layers) {
    int count = 0;
    for (int i = 0; i < layers->count; i++) {
        count += head_has_tensors(&layers->at[i]);
    }
    return count;
}

static bool ends_map(const HeadLayer *layer) {
    return layer->kind == HEAD_POOL || layer->kind == HEAD_FLATTEN;
}

static bool has_kind(const HeadLayers *layers, HeadKind kind) {
    for (int i = 0; i < layers->count; i++) {
        if (layers->at[i].kind == kind) {
            return true;
        }
    }
    return false;
}

bool head_takes_map(const HeadLayers *layers, PoolKind pool) {
    return pool == POOL_NONE || has_kind(layers, HEAD_POOL);
}

bool head_flattens(const HeadLayers *layers) {
    return has_kind(layers, HEAD_FLATTEN) && !has_kind(layers, HEAD_POOL);
}

bool head_ends_with_classifier(const HeadLayers *layers) {
    int last = layers->count - 1;
    while (last >= 0 && ends_map(&layers->at[last])) {
        last--;
    }
    return last >= 0 && last == head_classifier(layers);
}

/* What a layer demands of what it reads: a map, a vector; NULL where it is right. */
static const char *broken_rule(const HeadLayer *layer, PoolKind pool, bool map) {
    switch (layer->kind) {
    case HEAD_CONV:
        return map ? NULL : "a convolution reads a map: it stands in front of 'pool' or 'flatten'";
    case HEAD_LINEAR:
    case HEAD_SOFTMAX:
        return map ? "this layer reads a vector: it stands behind 'pool' or 'flatten'" : NULL;
    case HEAD_POOL:
        return pool == POOL_NONE ? "'pool' has nothing to do: the pooling is 'none'"
               : map             ? NULL
                                 : "there is no map to pool any more";
    default:
        return NULL;
    }
}

const char *head_mistake(const HeadLayers *layers, PoolKind pool, int *at) {
    bool map = head_takes_map(layers, pool);
    *at = 0;
    if (head_classifier(layers) < 0) {
        return "a head has a linear layer or a convolution, the last of which gives the classes";
    }
    for (int i = 0; i < layers->count; i++) {
        const char *rule = broken_rule(&layers->at[i], pool, map);
        if (rule) {
            *at = i;
            return rule;
        }
        map = map && !ends_map(&layers->at[i]);
    }
    *at = layers->count - 1;
    return map ? "the head ends with a map: 'pool' or 'flatten' makes a vector of it" : NULL;
}
