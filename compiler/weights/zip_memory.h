/* zip_memory.h - a zip archive in memory, read by libzip, whose stored entries are found as bytes
 * of that memory instead of copies. Private to compiler/weights.
 */
#ifndef XNC_COMPILER_WEIGHTS_ZIP_MEMORY_H
#define XNC_COMPILER_WEIGHTS_ZIP_MEMORY_H

#include "container.h"

#include <zip.h>

typedef struct ZipMemory {
    const uint8_t *data;     /* the archive */
    uint64_t size, position; /* bytes; position: where libzip reads next */
    uint64_t last_read;      /* where libzip's last read began */
    zip_error_t error;       /* of the source */
    zip_error_t open_error;  /* of opening; both own their texts */
    zip_t *archive;
} ZipMemory;

/* Opens the archive with libzip's consistency checks (ZIP_CHECKCONS); closed with the arena. NULL
 * after a diagnostic. */
ZipMemory *zip_memory_open(const Reading *reading);
/* Sets *chunk to the bytes of a stored (not compressed) entry; false after a diagnostic. */
bool zip_memory_locate(const Reading *reading, ZipMemory *memory, zip_uint64_t index, Chunk *chunk);

#endif
