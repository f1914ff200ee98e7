/* blob_source.h - where the numbers of a blob come from.
 */
#ifndef XNC_COMPILER_BLOB_SOURCE_H
#define XNC_COMPILER_BLOB_SOURCE_H

#include "ir.h"
#include "progress.h"

/* Where the values of the checkpoint's tensors come from. */
typedef struct BlobSource {
    ParamReader *read;   /* f64 copies, owned by the reader; see ParamReader */
    void *context;       /* passed to both functions */
    ParamForget *forget; /* called after each constant; may be NULL */
    Progress *progress;  /* counts the constants; may be NULL */
    bool seeded;         /* they are a generator's and no checkpoint's */
} BlobSource;

#endif
