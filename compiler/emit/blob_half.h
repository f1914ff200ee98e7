/* blob_half.h - weights that half precision cannot hold, and how tensors of a constant are named.
 */
#ifndef XNC_COMPILER_BLOB_HALF_H
#define XNC_COMPILER_BLOB_HALF_H

#include "ir.h"

/* Where the numbers of weights come from. */
typedef struct HalfReader {
    Diag *diag;
    const char *path; /* of the parameters' file, for messages */
    ParamReader *read;
    void *context;       /* passed to both functions */
    ParamForget *forget; /* called after each weight; may be NULL */
} HalfReader;

/* The tensors that an expression reads, in its order: "conv.weight, bn.weight, bn.running_var". */
const char *expr_tensors(Arena *arena, const Expr *expr);
/* Tells which number of a node's weight is beyond the largest f16, when one is: the weight has type
 * f16, and an infinity where it was rounded. Always false. */
bool tell_beyond_f16(const HalfReader *reader, Arena *arena, const char *node, const Expr *weight);
/* Whether the numbers of all weights of type f16 are at most the largest f16; false after a
 * diagnostic, or when the reader failed. blob_write() finds the same by itself. */
bool halves_fit(const HalfReader *reader, Arena *arena, const Graph *graph);

#endif
