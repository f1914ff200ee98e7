/* tensors_open.c - the path of a file -> its tensors.
 *
 * Only a list of several files is known by its name: its bytes are JSON like many others.
 */
#include "keras_parts.h"
#include "map_file.h"
#include "published.h"
#include "shard_index.h"
#include "shards.h"

TensorFile *tensors_open(Arena *arena, Diag *diag, const char *path) {
    const uint8_t *data;
    size_t size;
    if (keras_is_folder(arena, path)) {
        return keras_read_folder(arena, diag, path);
    }
    if (!map_file(arena, diag, path, &data, &size)) {
        return NULL;
    }
    bool lists = is_shard_index(path);
    TensorFile *file = (lists ? read_shards : read_tensors)(arena, diag, path, data, size);
    if (file && lists) {
        file->container = "a list of several files";
    }
    if (file && file->keras) {
        file->published = published_file(arena, diag, path, data, size);
    }
    return file;
}
