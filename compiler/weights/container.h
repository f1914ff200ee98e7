/* container.h - what the container readers share: the file being read, diagnostics about it, and
 * the conversion of its elements. Private to compiler/weights.
 */
#ifndef XNC_COMPILER_WEIGHTS_CONTAINER_H
#define XNC_COMPILER_WEIGHTS_CONTAINER_H

#include "map.h"
#include "weights.h"

/* A file being read. */
typedef struct Reading {
    Arena *arena;
    Diag *diag;
    const char *path;
    const uint8_t *data;
    size_t size;
} Reading;

/* A mistake at a byte of the file; hint may be NULL. Always false. */
bool fail_at(const Reading *reading, uint64_t byte, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A mistake at a named thing: a tensor, an entry, a key path. Always false. */
bool fail_in(const Reading *reading, const char *where, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Bytes as printable text: others are escaped as \x1b, and the text is cut after 60 characters. */
const char *readable(Arena *arena, const void *bytes, size_t length);
/* Tensor names: 1 to LIMIT_TENSOR_NAME printable ASCII characters. */
bool tensor_name_fits(const char *name, size_t length);
/* What is wrong with a name, for messages; the name must not fit. */
const char *tensor_name_fault(size_t length);
/* Whether a path is one inside of the folder that it counts from: relative, without a part "..", of
 * 1 to LIMIT_PATH_BYTES bytes of clean UTF-8 (clean.h). */
bool path_stays_inside(const char *path, size_t length);
/* "[64, 3, 7, 7]" */
const char *dims_text(Arena *arena, const int64_t *dim, int rank);
/* *bytes = dim[0] * ... * dim[rank - 1] * item; 0 if any dimension is 0. False when a dimension is
 * negative or the product of item and the nonzero dimensions is 2^53 or more. */
bool checked_bytes(const int64_t *dim, int rank, int64_t item, int64_t *bytes);

/* ---- scalar.c ---- */
/* These take tensors of type F32, F16, BF16 or F64 only.
 *
 * Converts all elements to doubles, in C order. */
void tensor_values(const Tensor *tensor, double *values);
/* The index (in C order) of the first element that is not finite, or (with no_negatives) below
 * zero; -1 if all are fine. */
int64_t tensor_first_bad(const Tensor *tensor, bool no_negatives);
double tensor_value_at(const Tensor *tensor, int64_t index);
int64_t tensor_elements(const Tensor *tensor);
/* Of any type: whether the elements stand in C order without gaps. Strides of dimensions of size 1
 * do not matter. */
bool tensor_is_contiguous(const Tensor *tensor);

#endif
