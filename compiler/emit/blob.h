/* blob.h - writes NAME.weights: the values of a module's constants, packed as kernels read them.
 *
 *   xnc_blob_header (64 bytes, runtime/xnc_model.h)
 *   content: the elements of each constant at its offset, 64-byte aligned; zeros between
 */
#ifndef XNC_COMPILER_BLOB_H
#define XNC_COMPILER_BLOB_H

#include "blob_source.h"
#include "diag.h"
#include "kernel.h"

/* Evaluates all constants, one after the other, and writes header and content to a stream at its
 * beginning; path is that of the parameters' file, for messages. False after a diagnostic of the
 * reader or about a value that is not finite; errors of the stream stay in it. content_digest,
 * which may be NULL, receives what the header holds under that name. */
bool blob_write(Arena *arena, Diag *diag, FILE *out, const Module *module, const char *path,
                const BlobSource *source, uint64_t *content_digest);
/* Bytes of the whole blob, header and content. */
size_t blob_bytes(const Module *module);

#endif
