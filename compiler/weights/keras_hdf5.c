/* keras_hdf5.c - an HDF5 file -> the kind of file that it is to Keras, its network and its weights.
 *
 *   attribute model_config           a whole model of Keras 2 (or of 3, saved as .h5)
 *   attribute layer_names            weights alone, as Keras 2 lays them out
 *   group "layers"                   weights alone, as Keras 3 lays them out: .weights.h5
 */
#include "keras_parts.h"

#include <string.h>

static const char resave_model[] = "with the Keras that wrote it: model = "
                                   "keras.models.load_model('FILE'); model.save('new.h5')";
static const char resave_weights[] = "make the model in Keras, then: model.load_weights('FILE'); "
                                     "model.save('new.h5')";
static const char resave_first[] = "with Keras 2.2 to 2.15: "
                                   "keras.models.load_model('FILE').save('new.h5')";

/* What a file in HDF5 is, by its root. */
typedef struct KerasRoot {
    Hdf5Object object;
    Hdf5Texts config, version, names, first_names;
    bool has_config, has_names;
    const Hdf5Link *layers, *older; /* groups of Keras 3 and of the releases before it */
} KerasRoot;

static bool read_root(KerasReading *at, KerasRoot *root) {
    Hdf5 *file = &at->hdf5;
    bool numbered;
    if (!hdf5_object(file, file->root, NULL, &root->object)) {
        return false;
    }
    const Hdf5Group *group = hdf5_group(file, &root->object);
    if (!group ||
        !hdf5_texts(file, &root->object, "model_config", &root->config, &root->has_config) ||
        !hdf5_texts(file, &root->object, "keras_version", &root->version, NULL) ||
        !hdf5_texts(file, &root->object, "layer_names", &root->names, &root->has_names) ||
        !hdf5_texts(file, &root->object, "layer_names0", &root->first_names, &numbered)) {
        return false;
    }
    root->has_names = root->has_names || numbered;
    root->layers = hdf5_find(group, "layers", 6);
    root->older = hdf5_find(group, "_layer_checkpoint_dependencies", 30);
    return true;
}

/* A copy with a NUL behind it. */
static const char *copy_text(KerasReading *at, const Hdf5Texts *texts) {
    return arena_strndup(at->reading.arena, texts->at->bytes, texts->at->length);
}

/* The network's JSON, of a whole model; Keras 1 calls layers and their settings by other names. */
static bool take_config(KerasReading *at, const KerasRoot *root) {
    KerasModel *model = at->model;
    if (root->config.count != 1 || root->config.at->length > LIMIT_CONFIG_BYTES) {
        return fail_in(&at->reading, "model_config", NULL, "is not one text of at most %d MB",
                       LIMIT_CONFIG_BYTES >> 20);
    }
    model->config = copy_text(at, &root->config);
    model->config_bytes = root->config.at->length;
    if (!model->version || model->version[0] == '1') {
        return fail_in(&at->reading, "keras_version", resave_first, "is %s: a model of Keras 1",
                       model->version ? model->version : "missing");
    }
    return true;
}

static bool read_whole(KerasReading *at, const KerasRoot *root) {
    static const char weights[] = "model_weights";
    Hdf5Object object;
    const Hdf5Group *group = hdf5_group(&at->hdf5, &root->object);
    const Hdf5Link *link = hdf5_find(group, weights, strlen(weights));
    if (!link) {
        return fail_in(&at->reading, weights, resave_model,
                       "is missing: a network without weights");
    }
    return take_config(at, root) && hdf5_follow(&at->hdf5, &root->object, link, &object) &&
           keras_read_by_name(at, &object);
}

/* A file that has what several kinds have is of the first of them; one in an archive, which has the
 * network beside it, of Keras 3's. */
static bool read_weights(KerasReading *at, const KerasRoot *root) {
    Hdf5Object object;
    at->model->by_name = !at->chunk && (root->has_config || root->has_names);
    if (at->model->by_name && root->has_config) {
        at->file->container = "a model of Keras in HDF5";
        return read_whole(at, root);
    }
    if (at->model->by_name) {
        at->file->container = "weights of Keras in HDF5";
        return keras_read_by_name(at, &root->object);
    }
    if (root->layers) {
        at->file->container = "weights of Keras 3";
        return hdf5_follow(&at->hdf5, &root->object, root->layers, &object) &&
               keras_read_by_place(at, &object);
    }
    return root->older
               ? fail_in(
                     &at->reading, NULL, resave_model,
                     "is laid out as Keras 2.12 and 2.13 do in their .keras; a .h5 of theirs is "
                     "read")
               : fail_in(&at->reading, NULL, resave_weights,
                         "is an HDF5 file, but none that Keras writes: its root has neither "
                         "model_config, nor layer_names, nor a group 'layers'");
}

/* Reads into the reading's file and model, which exist. */
static bool read_file(KerasReading *at) {
    KerasRoot root = {.layers = NULL};
    at->seen = map_by_address(at->reading.arena);
    if (!hdf5_open(&at->reading, at->model->config ? resave_model : resave_weights, &at->hdf5) ||
        !read_root(at, &root)) {
        return false;
    }
    if (!at->model->version && root.version.count == 1) {
        at->model->version = copy_text(at, &root.version);
    }
    if (!read_weights(at, &root)) {
        return false;
    }
    keras_gather(at);
    if (at->model->version) {
        Arena *arena = at->reading.arena;
        at->file->writer = arena_printf(
            arena, "Keras %s", readable(arena, at->model->version, strlen(at->model->version)));
    }
    at->file->keras = at->model;
    return true;
}

TensorFile *keras_read_entry(const Reading *reading, Chunk *chunk, KerasModel *model) {
    KerasReading *at = NEW(reading->arena, KerasReading);
    at->reading = *reading;
    at->reading.path = arena_printf(reading->arena, "%s: %s", reading->path, chunk->name);
    at->reading.data = chunk->data;
    at->reading.size = (size_t)chunk->size;
    at->file = tensor_tree_create(reading);
    at->model = model;
    at->chunk = chunk;
    if (!hdf5_begins(chunk->data, at->reading.size)) {
        fail_at(&at->reading, 0, NULL, "is no HDF5 file");
        return NULL;
    }
    return read_file(at) ? at->file : NULL;
}

TensorFile *read_hdf5(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                      size_t size) {
    KerasReading *at = NEW(arena, KerasReading);
    at->reading = (Reading){arena, diag, path, data, size};
    at->file = tensor_tree_create(&at->reading);
    at->model = NEW(arena, KerasModel);
    return read_file(at) ? at->file : NULL;
}
