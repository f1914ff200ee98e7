/* keras_network.h - the network that a file of Keras describes, as a description of ours.
 *
 *   model.keras   ->   name: xception
 *                      stem: [{width: 32, stride: 2, padding: none}, ...]   (models/README.md)
 *                 +    stem.0.conv.weight is variable 0 of the layer block1_conv1, ...
 *
 * The graph of layers is followed; names and the order of lists count for nothing. A layer that the
 * family has no place for is refused by its name and class; Lambda layers are never decoded.
 */
#ifndef XNC_COMPILER_KERAS_NETWORK_H
#define XNC_COMPILER_KERAS_NETWORK_H

#include "keras.h"

typedef struct KerasNetwork {
    const Source *source; /* the description; its path is the file's */
    KerasTaken *taken;    /* which variable each of its parameters is */
    int taken_count;
    bool scales_input; /* the network begins with what makes its input of pixels: mean and std of
                          the description are those, else they are assumed */
} KerasNetwork;

/* The file has a config. Without any layer with variables the rows name none: layer is -1. NULL
 * after diagnostics. */
KerasNetwork *keras_network(Arena *arena, Diag *diag, const TensorFile *file);

#endif
