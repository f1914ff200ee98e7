/* blob.h - the values of a module's constants, packed the way its kernels read them.
 */
#ifndef XNC_COMPILER_BLOB_H
#define XNC_COMPILER_BLOB_H

#include "diag.h"
#include "kernel.h"
#include "progress.h"

/* Where the values of the parameters come from. */
typedef struct BlobSource {
    ParamReader *read;
    void *context;
    void (*forget)(void *context); /* frees what was read so far; may be NULL */
    Progress *progress;            /* counts the constants; may be NULL */
} BlobSource;

/* Evaluates all constants, one after the other, and writes header and content to a stream at its
 * beginning; path is that of the parameters' file, for messages. False after a diagnostic of the
 * reader or about a value that is not finite; errors of the stream stay in it. */
bool blob_write(Arena *arena, Diag *diag, FILE *out, const Module *module, const char *path,
                const BlobSource *source);
/* Bytes of the whole blob. */
size_t blob_bytes(const Module *module);

#endif
