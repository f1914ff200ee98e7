/* reading.h - a file of bytes that a reader works on, and the diagnostics about it.
 *
 *   fail_at(reading, 12, NULL, "...")   ->   net.pth: byte 12: error: ...
 */
#ifndef XNC_COMPILER_READING_H
#define XNC_COMPILER_READING_H

#include "diag.h"

/* A file being read. */
typedef struct Reading {
    Arena *arena;
    Diag *diag;
    const char *path; /* for messages */
    const uint8_t *data;
    size_t size; /* bytes */
} Reading;

/* A mistake at a byte of the file; hint may be NULL. Always false. */
bool fail_at(const Reading *reading, uint64_t byte, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A mistake at a named thing: a tensor, an entry, a key path. Always false. */
bool fail_in(const Reading *reading, const char *where, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Bytes as printable text: others are escaped as \x1b, and the text is cut after 60 characters. */
const char *readable(Arena *arena, const void *bytes, size_t length);
/* "[64, 3, 7, 7]" */
const char *dims_text(Arena *arena, const int64_t *dim, int rank);
/* *bytes = dim[0] * ... * dim[rank - 1] * item; 0 if any dimension is 0. False when a dimension is
 * negative or the product of item and the nonzero dimensions is 2^53 or more. */
bool checked_bytes(const int64_t *dim, int rank, int64_t item, int64_t *bytes);

#endif
