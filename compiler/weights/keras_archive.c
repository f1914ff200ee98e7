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

static const char weights_entry[] = "model.weights.h5", config_entry[] = "config.json";
static const char metadata_entry[] = "metadata.json";

/* Entries that tell an archive of Keras, and what is said of those whose weights are not read. */
static const struct KerasEntryRow {
    const char *name, *what, *hint; /* what NULL: it is read */
} rows[] = {
    {"model.weights.h5", NULL, NULL},
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
    bool found = entry_of(zip, config_entry) && entry_of(zip, metadata_entry);
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
    fail_in(zip->reading, weights_entry, "was the archive repacked?",
            "is missing in the archive of Keras");
    return NULL;
}

/* The content of a small entry, which is compared with its checksum. */
static bool read_small(Zip *zip, const ZipEntry *entry, uint64_t most, Chunk *chunk) {
    const Reading *reading = zip->reading;
    if (entry->size > most) {
        return fail_in(reading, zip_name(zip, entry), NULL,
                       "has %" PRIu64 " bytes, more than %" PRIu64, entry->size, most);
    }
    return zip_content(zip, entry, chunk) && chunk_verified(reading->diag, reading->path, chunk);
}

static bool read_config(Zip *zip, KerasModel *model) {
    const ZipEntry *entry = entry_of(zip, config_entry);
    Chunk chunk;
    if (!entry) {
        return fail_in(zip->reading, config_entry, "was the archive repacked?",
                       "is missing in the archive of Keras");
    }
    if (!read_small(zip, entry, LIMIT_CONFIG_BYTES, &chunk)) {
        return false;
    }
    model->config_bytes = (size_t)chunk.size;
    model->config =
        arena_strndup(zip->reading->arena, (const char *)chunk.data, (size_t)chunk.size);
    return true;
}

/* The version is for people: an archive without it, or with other JSON, is read all the same. */
static bool read_version(Zip *zip, KerasModel *model) {
    const ZipEntry *entry = entry_of(zip, metadata_entry);
    Arena *arena = zip->reading->arena;
    json_error_t error;
    Chunk chunk;
    if (!entry) {
        return true;
    }
    if (!read_small(zip, entry, LIMIT_KERAS_METADATA, &chunk)) {
        return false;
    }
    const json_t *root = json_read(arena, (const char *)chunk.data, (size_t)chunk.size, &error);
    const char *version = json_string_value(json_object_get(root, "keras_version"));
    model->version = version ? arena_strdup(arena, version) : NULL;
    return true;
}

TensorFile *keras_read_archive(Zip *zip) {
    Arena *arena = zip->reading->arena;
    const ZipEntry *weights = find_weights(zip);
    KerasModel *model = NEW(arena, KerasModel);
    Chunk *chunk = NEW(arena, Chunk);
    if (!weights || !read_config(zip, model) || !read_version(zip, model) ||
        !zip_content(zip, weights, chunk)) {
        return NULL;
    }
    TensorFile *file = keras_read_entry(zip->reading, chunk, model);
    if (file) {
        file->container = "a model of Keras (.keras)";
    }
    return file;
}
