/* fuzz_layers.h - what every fuzz target of Keras' files does with what it read. */
#ifndef XNC_TESTS_FUZZ_LAYERS_H
#define XNC_TESTS_FUZZ_LAYERS_H

#include "fuzz_tensors.h"

/* Reads the bytes by a container's reader, all values, and the variables as parameters in every
 * layout. */
void fuzz_layers(FuzzCase *fuzz, TensorFile *read(Arena *arena, Diag *diag, const char *path,
                                                  const uint8_t *data, size_t size));

#endif
