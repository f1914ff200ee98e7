/* keras_nodes.h - a model's config of Keras as one flat graph of the layers that compute something.
 *
 *   {"class_name": "Functional", "config": {"layers": [...], "output_layers": [...]}}
 *   ->   InputLayer, Conv2D, BatchNormalization, Activation relu, ...: each with what it reads
 *
 * Private to compiler/keras. Nodes are made from the output backwards, so only what the output
 * needs is there. Models in models are taken apart, layers that do nothing in a trained network
 * (dropout, augmentation) are left out, and an activation inside a layer becomes a node behind it.
 */
#ifndef XNC_COMPILER_KERAS_NODES_H
#define XNC_COMPILER_KERAS_NODES_H

#include <jansson.h>

#include "diag.h"

enum { KERAS_READERS = 2 };

typedef struct KerasNode {
    const char *kind;     /* class of the layer: "Conv2D" */
    const char *name;     /* of the layer */
    const json_t *config; /* of the layer, an object */
    const char *function; /* Activation: "relu", "softmax", ..., as descriptions call it */
    const char *group;    /* layer of the outermost model that it is in, or is */
    const char *place;    /* of its weights in files of Keras 3: "layers/functional/layers/dense" */
    int in[2], n_in;
    const json_t *constant; /* an operation's number or numbers beside its tensor; NULL */
    int reader[KERAS_READERS], readers; /* of its result; more than two are counted only */
} KerasNode;

typedef struct KerasGraph {
    Arena *arena;
    Diag *diag;
    const char *path; /* of the file, for messages */
    const char *name; /* of the model; NULL: it has none */
    KerasNode *nodes; /* each behind those that it reads; the first one is the input */
    int count;
    int output; /* index of the node whose result is the model's */
} KerasGraph;

/* Reads the text; false after a diagnostic. */
bool keras_graph_read(KerasGraph *graph, const char *text, size_t length);
/* Reports a mistake at a layer, or at the file where layer is NULL; is false. */
#define KERAS_WRONG(graph, layer, hint, ...)                                                       \
    diag_in((graph)->diag, DIAG_SCHEMA, (graph)->path, layer, hint, __VA_ARGS__)

/* ---- keras_layer.c ---- */
/* The text under a key; NULL where there is none. */
const char *keras_text(const json_t *object, const char *key);
/* Whether a layer of that class does nothing in a trained network. */
bool keras_is_identity(const char *kind);
/* Whether the family has layers of that class somewhere; false after a diagnostic. */
bool keras_check_class(const KerasGraph *graph, const KerasNode *node, const json_t *layer);
/* The activation of a layer: the word of descriptions, "linear" for none; NULL after a diagnostic.
 */
const char *keras_function(const KerasGraph *graph, const KerasNode *node);

#endif
