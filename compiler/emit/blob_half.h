/* blob_half.h - weights that half precision cannot hold, and how tensors of a constant are named.
 */
#ifndef XNC_COMPILER_BLOB_HALF_H
#define XNC_COMPILER_BLOB_HALF_H

#include "blob_source.h"
#include "diag.h"

/* The tensors that an expression reads, in its order: "conv.weight, bn.weight, bn.running_var". */
const char *expr_tensors(Arena *arena, const Expr *expr);
/* Tells which number of a node's weight is beyond the largest f16, when one is: the weight has type
 * f16, and an infinity where it was rounded. Always false. */
bool tell_beyond_f16(Arena *arena, Diag *diag, const char *path, const BlobSource *source,
                     const char *node, const Expr *weight);
/* Whether the numbers of all weights of type f16 are at most the largest f16; false after a
 * diagnostic, or when the reader failed. path is that of the parameters' file, for messages.
 * blob_write() finds the same by itself. */
bool halves_fit(Arena *arena, Diag *diag, const char *path, const BlobSource *source,
                const Graph *graph);

#endif
