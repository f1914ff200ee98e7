/* tensor_tree.h - how a container reader lists what it finds: dicts, and the tensors in them.
 *
 *   {"epoch": 3, "model": {"state_dict": {"fc.bias": tensor}}}
 *   ->   dicts "", "model", "model.state_dict"; tensor "fc.bias" of the last
 *
 * A reader that knows no dicts (safetensors) lists all tensors in the root. The tensors of a
 * pickled module are those of one dict, named as its state_dict() would name them. Private to
 * compiler/weights.
 */
#ifndef XNC_COMPILER_WEIGHTS_TENSOR_TREE_H
#define XNC_COMPILER_WEIGHTS_TENSOR_TREE_H

#include "container.h"

/* A file with an empty root dict, whose index is 0. */
TensorFile *tensor_tree_create(const Reading *reading);
/* Adds a dict under a key of another and gives its index; -1 after a diagnostic, when the file has
 * more than LIMIT_DICTS. The key may be any bytes: what is not printable is escaped in the path. */
int tensor_tree_dict(const Reading *reading, TensorFile *file, int parent, const char *key,
                     size_t length);
/* Adds an entry of a dict, which the caller fills: all but name and dict are zero. It stays where
 * it is until the next one is added. NULL after a diagnostic: the name is none for a tensor, or the
 * file has more than LIMIT_ENTRIES. */
Tensor *tensor_tree_add(const Reading *reading, TensorFile *file, int dict, const char *name,
                        size_t length);

#endif
