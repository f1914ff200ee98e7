/* keras_archive.c - a .keras: a zip archive of a network and its weights -> tensors.
 *
 *   config.json, model.weights.h5, metadata.json   ->   KerasModel with a config, TensorFile
 *
 * Entries are taken by exactly these names; others (assets) are not looked at.
 */
#include "keras_parts.h"

#include <inttypes.h>
#include <string.h>

#include "json_in.h"

/* Entries that tell an archive of Keras, and what is said of those whose weights are not read. */
static const struct KerasEntryRow {
    const char *name, *what, *hint; /* what NULL: it is read */
} rows[] = {
    {KERAS_WEIGHTS, NULL, NULL},
    {"model.weights.npz",
     "keeps its weights as pickled objects of numpy, which could run code and are not read",
     "save it in HDF5: keras.saving.load_model('FILE').save('new.keras')"},
    {"model.weights.json", "keeps its weights in several files, which are not read",
     "save it in one: keras.saving.load_model('FILE').save('new.h5')"},
};

static const ZipEntry *entry_of(const Zip *zip, const char *name) {
    return zip_find(zip, name, strlen(name));
}

/* Those of an archive that lacks its weights are enough: then that is what is wrong. */
bool keras_is_archive(const Zip *zip) {
    bool found = entry_of(zip, KERAS_CONFIG) && entry_of(zip, KERAS_METADATA);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        found = found || entry_of(zip, rows[i].name);
    }
    return found;
}

/* The entry with the weights; NULL after a diagnostic. */
static const ZipEntry *find_weights(const Zip *zip) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ZipEntry *entry = entry_of(zip, rows[i].name);
        if (entry && !rows[i].what) {
            return entry;
        }
        if (entry) {
            fail_in(zip->reading, rows[i].name, rows[i].hint, "%s", rows[i].what);
            return NULL;
        }
    }
    fail_in(zip->reading, KERAS_WEIGHTS, "was the archive repacked?",
            "is missing in the archive of Keras");
    return NULL;
}

static bool fits(const Reading *reading, const Chunk *chunk, uint64_t most) {
    return chunk->size <= most ||
           fail_in(reading, chunk->name, NULL, "has %" PRIu64 " bytes, more than %" PRIu64,
                   chunk->size, most);
}

bool keras_take_config(const Reading *reading, const Chunk *chunk, KerasModel *model) {
    if (!fits(reading, chunk, LIMIT_CONFIG_BYTES)) {
        return false;
    }
    model->config_bytes = (size_t)chunk->size;
    model->config = arena_strndup(reading->arena, (const char *)chunk->data, model->config_bytes);
    return true;
}

bool keras_take_version(const Reading *reading, const Chunk *chunk, KerasModel *model) {
    Arena *arena = reading->arena;
    json_error_t error;
    if (!fits(reading, chunk, LIMIT_KERAS_METADATA)) {
        return false;
    }
    const json_t *root = json_read(arena, (const char *)chunk->data, (size_t)chunk->size, &error);
    const char *version = json_string_value(json_object_get(root, "keras_version"));
    model->version = version ? arena_strdup(arena, version) : NULL;
    return true;
}

/* Takes an entry, whose size is known before anything of it is inflated. */
static bool take_entry(Zip *zip, const char *name,
                       bool (*takes)(const Reading *, const Chunk *, KerasModel *),
                       KerasModel *model) {
    const Reading *reading = zip->reading;
    const ZipEntry *entry = entry_of(zip, name);
    Chunk chunk = {.name = name};
    if (!entry) {
        return fail_in(reading, name, "was the archive repacked?",
                       "is missing in the archive of Keras");
    }
    chunk.size = entry->size;
    return fits(reading, &chunk, LIMIT_CONFIG_BYTES) && zip_content(zip, entry, &chunk) &&
           chunk_verified(reading->diag, reading->path, &chunk) && takes(reading, &chunk, model);
}

TensorFile *keras_read_archive(Zip *zip) {
    Arena *arena = zip->reading->arena;
    const ZipEntry *weights = find_weights(zip);
    KerasModel *model = NEW(arena, KerasModel);
    Chunk *chunk = NEW(arena, Chunk);
    if (!weights || !take_entry(zip, KERAS_CONFIG, keras_take_config, model) ||
        (entry_of(zip, KERAS_METADATA) &&
         !take_entry(zip, KERAS_METADATA, keras_take_version, model)) ||
        !zip_content(zip, weights, chunk)) {
        return NULL;
    }
    TensorFile *file = keras_read_entry(zip->reading, chunk, model);
    if (file) {
        file->container = "a model of Keras (.keras)";
    }
    return file;
}
