/* container.h - what the container readers share: checks of names and paths, and the conversion of
 * elements. Private to compiler/weights.
 */
#ifndef XNC_COMPILER_WEIGHTS_CONTAINER_H
#define XNC_COMPILER_WEIGHTS_CONTAINER_H

#include "map.h"
#include "reading.h"
#include "weights.h"

/* Tensor names: 1 to LIMIT_TENSOR_NAME printable ASCII characters. */
bool tensor_name_fits(const char *name, size_t length);
/* What is wrong with a name, for messages; the name must not fit. */
const char *tensor_name_fault(size_t length);
/* Whether a path is one inside of the folder that it counts from: relative, without a part "..", of
 * 1 to LIMIT_PATH_BYTES bytes of clean UTF-8 (clean.h). */
bool path_stays_inside(const char *path, size_t length);

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
/* Sets the strides of elements in C order without gaps; a dimension of 0 counts as 1, as its stride
 * is never used. */
void tensor_set_dense(Tensor *tensor);
/* Of any type: whether the elements stand in C order without gaps. Strides of dimensions of size 1
 * do not matter. */
bool tensor_is_contiguous(const Tensor *tensor);

#endif
