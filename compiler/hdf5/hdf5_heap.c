/* hdf5_heap.c - an index in a collection of the global heap -> the bytes that stand there.
 *
 *   "GCOL", size 4096; object 1 of 17 bytes, object 2 of 25 bytes, ...   ->   those of object 2
 *
 * A collection is walked from its beginning: each object takes 16 bytes at least, so the walk ends,
 * and its bytes are counted (section III.E).
 */
#include "hdf5_parts.h"

enum { COLLECTION_BYTES = 16, OBJECT_BYTES = 16 };

/* The object of an index in the size bytes of a collection at a place of the file. */
static bool find_object(Hdf5 *file, uint64_t collection, uint64_t size, uint32_t index,
                        struct Hdf5Text *text) {
    uint64_t done = COLLECTION_BYTES;
    while (size - done >= OBJECT_BYTES) {
        const uint8_t *object =
            hdf5_take(file, collection + done, OBJECT_BYTES, "an object of a heap");
        if (!object || hdf5_u16(object) == 0) {
            break;
        }
        uint64_t bytes = hdf5_u64(object + 8), room = size - done - OBJECT_BYTES;
        if (bytes > room) {
            return hdf5_broken(file, collection + done, "an object leaves its heap");
        }
        if (hdf5_u16(object) == index) {
            *text = (struct Hdf5Text){(const char *)object + OBJECT_BYTES, (size_t)bytes};
            return true;
        }
        uint64_t padded = hdf5_padded(bytes);
        done += OBJECT_BYTES + (padded < room ? padded : room);
    }
    return hdf5_broken(file, collection, "a heap lacks the text that an attribute names");
}

bool hdf5_heap_object(Hdf5 *file, uint64_t collection, uint32_t index, struct Hdf5Text *text) {
    const uint8_t *start =
        hdf5_take_signed(file, collection, COLLECTION_BYTES, "GCOL", "a heap of texts");
    if (!start) {
        return false;
    }
    uint64_t size = hdf5_u64(start + 8);
    if (start[4] != 1 || size < COLLECTION_BYTES || size > file->end - collection) {
        return hdf5_broken(file, collection, "a heap of texts has a wrong version or size");
    }
    return find_object(file, collection, size, index, text);
}
