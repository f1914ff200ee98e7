/* fuzz_tensors.h - what every fuzz target of checkpoints does with what it read. */
#ifndef XNC_TESTS_FUZZ_TENSORS_H
#define XNC_TESTS_FUZZ_TENSORS_H

#include "fuzz.h"
#include "pickle.h"

/* Reads all values of all tensors that a network could read; NULL is allowed. */
void fuzz_tensors(FuzzCase *fuzz, const TensorFile *file);

/* Reads the bytes by a container's reader, and as a checkpoint of a small network. */
void fuzz_checkpoint(FuzzCase *fuzz, TensorFile *read(Arena *arena, Diag *diag, const char *path,
                                                      const uint8_t *data, size_t size));

/* Gives every storage that a pickle mentions its bytes, all zero, each in memory of its own, so
 * that a sanitizer sees a step beyond it; false when one is too large for that. */
bool fuzz_storages(FuzzCase *fuzz, StorageTable *storages);

#endif
