/* npy.h - arrays of numpy on disk: f32, C order, little-endian, versions 1.0 and 2.0 of the format
 * (numpy.lib.format, NEP 1).
 *
 * Strict: the header must be the dict that numpy writes, with exactly the keys descr, fortran_order
 * and shape; the file holds exactly the bytes that the shape asks for.
 */
#ifndef XNC_COMPILER_NPY_H
#define XNC_COMPILER_NPY_H

#include <stdbool.h>

#include "diag.h"
#include "ir.h"

typedef struct NpyHeader {
    Shape shape;  /* rank 0 to MAX_RANK */
    int64_t data; /* byte at which the values begin */
} NpyHeader;

/* Reads the header from the first bytes of a file. NULL, or what is wrong with it. */
const char *npy_parse(const uint8_t *bytes, size_t size, NpyHeader *header);
/* Does a file claim to be one, by its name or its first bytes? */
bool is_npy(const char *path);
/* The shape alone, so that a file of another shape than the wanted one costs nothing. False after a
 * diagnostic. */
bool npy_shape(Arena *arena, Diag *diag, const char *path, Shape *shape);
/* Reads a file; the values live in the arena. NULL after a diagnostic. */
float *npy_read(Arena *arena, Diag *diag, const char *path, Shape *shape);
/* Writes header and values (C order). Errors stay in the stream. */
void npy_write(FILE *out, const float *values, const Shape *shape);

#endif
