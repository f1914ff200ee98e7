/* keras.h - what a file of Keras holds beside its tensors, and how they become those of a network.
 *
 *   model.keras   ->   TensorFile: conv2d.kernel [3, 3, 3, 32], ...; its KerasModel: the text of
 *                      config.json, layers with their variables
 *   + rows (parameter, layer, variable, layout)
 *                 ->   TensorFile: conv1.weight [32, 3, 3, 3], ...
 *
 * Names prove nothing in these files: layers have automatic names, and a variable is known by its
 * place in its layer, as in Keras. Shapes are those of Keras (channels last) until keras_view().
 */
#ifndef XNC_COMPILER_WEIGHTS_KERAS_H
#define XNC_COMPILER_WEIGHTS_KERAS_H

#include "map.h"
#include "weights.h"

/* A layer that has variables. */
typedef struct KerasLayer {
    const char *group; /* Keras 2: the layer of the outermost model that it is in, or is; Keras 3:
                          its place, "layers/functional/layers/conv2d_1" */
    const char *name;  /* its own; NULL: a file of Keras 3 without it */
    const char *kind;  /* Keras 3: the class in snake case, "separable_conv2d"; Keras 2: NULL */
    int first, count;  /* of KerasModel.variables, in the order that Keras has them in */
} KerasLayer;

struct KerasModel {
    bool by_name;        /* laid out as Keras 2 does, also by Keras 3 in .h5: groups are names */
    const char *version; /* of the Keras that wrote it, "2.15.0"; NULL: not stated */
    const char *config;  /* JSON of the network with a NUL behind it; NULL: weights alone. Nothing
                            of it is checked but its size, LIMIT_CONFIG_BYTES at most */
    size_t config_bytes; /* without the NUL */
    KerasLayer *layers;  /* in the order of the file; Keras 3: by class, then number */
    int layer_count;
    int *variables; /* indexes of the file's tensors */
    Map *places;    /* for keras_layer_find() */
};

/* Whether a path is a folder of Keras or of TensorFlow. */
bool keras_is_folder(Arena *arena, const char *path);
/* A variable of a layer; NULL: the layer has no such one. */
const Tensor *keras_tensor(const TensorFile *file, const KerasLayer *layer, int variable);
/* The numbers of a layer's variable, which must be so many floats; false where it is not there. */
bool keras_values(const TensorFile *file, int layer, int variable, int64_t count, double *values);
/* The layer of the model's config that has this name and is in this group (of Keras 2), or at this
 * place (of Keras 3); -1: the file has no variables of it. */
int keras_layer_find(const KerasModel *model, const char *group, const char *name,
                     const char *place);

/* How a variable of Keras becomes a parameter. Kernels are taken as they lie, with other strides.
 */
typedef enum KerasLayout {
    KERAS_VECTOR,    /* [c] */
    KERAS_CONV,      /* [h, w, i, o] -> [o, i, h, w]; pointwise kernels too */
    KERAS_DEPTHWISE, /* [h, w, i, 1] -> [i, 1, h, w] */
    KERAS_DENSE,     /* [i, o] -> [o, i] */
    KERAS_DENSE_MAP, /* [h * w * c, o] behind a Flatten -> [o, c, h, w] */
    KERAS_ZEROS,     /* no variable: [c] of zeros */
    KERAS_ONES       /* no variable: [c] of ones */
} KerasLayout;

/* Which variable a parameter of the network is. */
typedef struct KerasTaken {
    const char *param;
    int layer, variable; /* index of a layer, and place among its variables */
    KerasLayout layout;
    int64_t size[2]; /* KERAS_DENSE_MAP: h, w; KERAS_ZEROS, KERAS_ONES: c */
} KerasTaken;

/* The file with the parameters of a network as its tensors; it and the rows outlive the result.
 * NULL after a diagnostic: a layer has no such variable, or it has another rank. */
TensorFile *keras_view(Arena *arena, Diag *diag, const TensorFile *file, const KerasTaken *taken,
                       int count);
/* The same for a network that is known, by the order of its layers: graph is at STAGE_GRAPH and has
 * the network's whole head; classifies says that its classifier is needed. NULL after a diagnostic:
 * the file has other layers. */
TensorFile *keras_view_by_order(Arena *arena, Diag *diag, const TensorFile *file,
                                const Graph *graph, bool classifies);

#endif
