/* keras_folder.c - a folder of Keras, which is a .keras that was not packed -> tensors.
 *
 *   model/config.json, model/model.weights.h5, model/metadata.json   ->   as keras_archive.c
 *
 * Files are opened by exactly these names. A folder of TensorFlow (SavedModel) is told by its own.
 */
#include "folder.h"
#include "foreign.h"
#include "keras_parts.h"
#include "map_file.h"

bool keras_is_folder(Arena *arena, const char *path) {
    return is_folder(path) && (folder_entry(arena, path, KERAS_WEIGHTS) ||
                               folder_entry(arena, path, "saved_model.pb"));
}

static bool map_entry(const Reading *folder, const char *name, Chunk *chunk) {
    size_t size;
    const char *path = folder_file(folder->arena, folder->path, name);
    *chunk = (Chunk){.name = name, .verified = true};
    bool good = map_file(folder->arena, folder->diag, path, &chunk->data, &size);
    chunk->size = good ? size : 0;
    return good;
}

static bool read_parts(const Reading *folder, KerasModel *model, Chunk *weights) {
    Chunk config, metadata;
    return map_entry(folder, KERAS_CONFIG, &config) && keras_take_config(folder, &config, model) &&
           (!folder_entry(folder->arena, folder->path, KERAS_METADATA) ||
            (map_entry(folder, KERAS_METADATA, &metadata) &&
             keras_take_version(folder, &metadata, model))) &&
           map_entry(folder, KERAS_WEIGHTS, weights);
}

TensorFile *keras_read_folder(Arena *arena, Diag *diag, const char *path) {
    Reading *folder = NEW(arena, Reading);
    *folder = (Reading){.arena = arena, .diag = diag, .path = path};
    KerasModel *model = NEW(arena, KerasModel);
    Chunk *weights = NEW(arena, Chunk);
    if (!folder_entry(arena, path, KERAS_WEIGHTS)) {
        const char *place = folder_file(arena, path, "saved_model.pb");
        Reading graph = {.arena = arena, .diag = diag, .path = place};
        if (map_file(arena, diag, place, &graph.data, &graph.size)) {
            foreign_file(&graph);
        }
        return NULL;
    }
    TensorFile *file =
        read_parts(folder, model, weights) ? keras_read_entry(folder, weights, model) : NULL;
    if (file) {
        file->container = "a folder of Keras";
    }
    return file;
}
