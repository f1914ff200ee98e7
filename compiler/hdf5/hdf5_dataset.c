/* hdf5_dataset.c - a dataset -> type and shape of its elements, and where they are.
 *
 *   dataspace [3, 3, 32, 64], f32, contiguous: 73728 bytes from byte 8192 on   ->   Hdf5Dataset
 *
 * Only the layout in one piece is read (section IV.A.2.i): a few bytes of any other kind can
 * declare any number of elements.
 */
#include "hdf5_parts.h"

#include <inttypes.h>

enum { LAYOUT_BYTES = 18, LAYOUT_VERSION = 3, LAYOUT_COMPACT = 0, LAYOUT_CONTIGUOUS = 1 };

/* Sets the place of so many bytes. */
static bool read_place(Hdf5 *file, const Hdf5Object *object, int64_t bytes, Hdf5Dataset *dataset) {
    const Hdf5Message *message = &object->layout;
    const uint8_t *layout = file->reading->data + message->at;
    if (message->size < LAYOUT_BYTES || layout[0] != LAYOUT_VERSION) {
        return hdf5_beyond(file, object, "a layout of another version");
    }
    if (layout[1] != LAYOUT_CONTIGUOUS) {
        return hdf5_beyond(file, object,
                           layout[1] == LAYOUT_COMPACT ? "values in its header"
                                                       : "values in chunks");
    }
    uint64_t size = hdf5_u64(layout + 10);
    dataset->offset = hdf5_u64(layout + 2);
    if (size != (uint64_t)bytes) {
        return hdf5_fail(file, object, NULL,
                         "has a place of %" PRIu64 " bytes, its elements need %" PRId64, size,
                         bytes);
    }
    if (dataset->offset == HDF5_UNDEFINED) {
        return hdf5_fail(file, object, "was the program that wrote it interrupted?",
                         "its values were never written");
    }
    if (dataset->offset > file->end || size > file->end - dataset->offset) {
        return hdf5_fail(file, object, "was the download or copy interrupted?",
                         "its %" PRIu64 " bytes from byte %" PRIu64 " on leave the file", size,
                         dataset->offset);
    }
    return true;
}

bool hdf5_dataset(Hdf5 *file, const Hdf5Object *object, Hdf5Dataset *dataset) {
    Hdf5Layout layout;
    int64_t bytes;
    *dataset = (Hdf5Dataset){.rank = 0};
    if (!object->space.at || !object->type.at || !object->layout.at) {
        return hdf5_fail(file, object, NULL, "is no dataset of the HDF5 file");
    }
    if (!hdf5_read_space(file, object, object->space, dataset->dim, &dataset->rank) ||
        !hdf5_read_type(file, object, object->type, &layout)) {
        return false;
    }
    if (layout.class == HDF5_CLASS_TEXT || layout.class == HDF5_CLASS_VARIABLE) {
        return hdf5_fail(file, object, NULL, "is a dataset of texts, not of numbers");
    }
    dataset->type = layout.type;
    dataset->size = (int)layout.size;
    if (layout.size > INT32_MAX ||
        !checked_bytes(dataset->dim, dataset->rank, (int64_t)layout.size, &bytes)) {
        return hdf5_broken(file, object->space.at, "a dataset has 2^53 bytes or more");
    }
    if (bytes == 0) {
        return hdf5_fail(file, object, NULL, "%s has no elements",
                         dims_text(file->reading->arena, dataset->dim, dataset->rank));
    }
    return read_place(file, object, bytes, dataset);
}
