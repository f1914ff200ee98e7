/* shards.h - weights that are cut into several files. Private to compiler/weights. */
#ifndef XNC_COMPILER_WEIGHTS_SHARDS_H
#define XNC_COMPILER_WEIGHTS_SHARDS_H

#include "container.h"

/* The tensors of all files that the list at path names, whose bytes are given; NULL after a
 * diagnostic. */
TensorFile *read_shards(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                        size_t size);

#endif
