/* zip_memory.h - a zip archive in memory that libzip reads and whose entries we can point into.
 * Private to compiler/weights.
 */
#ifndef XNC_COMPILER_WEIGHTS_ZIP_MEMORY_H
#define XNC_COMPILER_WEIGHTS_ZIP_MEMORY_H

#include "container.h"

#include <zip.h>

typedef struct ZipMemory {
    const uint8_t *data;
    uint64_t size, position;
    uint64_t last_read;     /* where libzip's last read began */
    zip_error_t error;      /* of the source */
    zip_error_t open_error; /* of opening; both own their texts */
    zip_t *archive;
} ZipMemory;

/* Opens the archive with all consistency checks; closed with the arena. NULL after a diagnostic. */
ZipMemory *zip_memory_open(const Reading *reading);
/* Where the bytes of a stored entry stand; false after a diagnostic. */
bool zip_memory_locate(const Reading *reading, ZipMemory *memory, zip_uint64_t index, Chunk *chunk);

#endif
