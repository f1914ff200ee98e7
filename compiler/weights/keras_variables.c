/* keras_variables.c - a dataset of a file of Keras -> a tensor, and a variable of a layer.
 *
 *   layers/conv2d/vars/0, f32 [3, 3, 3, 32]   ->   tensor "conv2d.kernel", variable 0 of its layer
 */
#include "keras_parts.h"

#include <string.h>

static const char dequantized[] =
    "rounding cannot be undone: save the model as it was before model.quantize()";
static const char resaved[] = "save it as .keras, which says the type: model.save('model.keras')";

/* What numbers of HDF5 are to us; opaque pairs of bytes are bfloat16 where Keras says so. */
static const struct KerasType {
    Hdf5Type type;
    int size; /* bytes; 0: any */
    ScalarType scalar;
    const char *name;
} types[] = {{HDF5_F32, 0, SCALAR_F32, "float32"},   {HDF5_F16, 0, SCALAR_F16, "float16"},
             {HDF5_F64, 0, SCALAR_F64, "float64"},   {HDF5_BYTES, 2, SCALAR_BF16, "bfloat16"},
             {HDF5_INTEGER, 8, SCALAR_I64, "int64"}, {HDF5_INTEGER, 0, SCALAR_OTHER, "integers"}};

static const struct KerasType *type_of(const Hdf5Dataset *dataset) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].type == dataset->type && (!types[i].size || types[i].size == dataset->size)) {
            return &types[i];
        }
    }
    return NULL;
}

/* Keras 3 states the type of what HDF5 has no type for. */
static bool is_bfloat16(KerasReading *at, const Hdf5Object *object, bool *stated) {
    static const char name[] = "bfloat16";
    Hdf5Texts texts;
    if (!hdf5_texts(&at->hdf5, object, "dtype", &texts, NULL)) {
        return false;
    }
    *stated = texts.count == 1 && texts.at[0].length == strlen(name) &&
              memcmp(texts.at[0].bytes, name, strlen(name)) == 0;
    return true;
}

/* NULL after a diagnostic. */
static const struct KerasType *read_type(KerasReading *at, const Hdf5Object *object,
                                         const Hdf5Dataset *dataset) {
    const struct KerasType *type = type_of(dataset);
    bool stated = true;
    if (dataset->type == HDF5_INTEGER && dataset->size == 1) {
        hdf5_fail(&at->hdf5, object, dequantized, "is quantized to int8");
        return NULL;
    }
    if (dataset->type == HDF5_BYTES && !is_bfloat16(at, object, &stated)) {
        return NULL;
    }
    if (!type || !stated) {
        hdf5_fail(&at->hdf5, object, resaved, "has bytes of a type that the file does not say");
        return NULL;
    }
    return type;
}

bool keras_once(KerasReading *at, const Hdf5Object *object) {
    const uint8_t *key = at->reading.data + object->address;
    const Hdf5Path *other = map_get(at->seen, key);
    map_put(at->seen, key, object->path);
    return !other || hdf5_fail(&at->hdf5, object, NULL, "is another name of '%s'",
                               hdf5_place(&at->hdf5, other));
}

int keras_layer(KerasReading *at, KerasLayer layer) {
    KerasModel *model = at->model;
    model->layers =
        arena_room(at->reading.arena, model->layers, model->layer_count, sizeof *model->layers);
    model->layers[model->layer_count] = layer;
    return model->layer_count++;
}

bool keras_variable(KerasReading *at, int layer, const char *name, const Hdf5Object *object) {
    Hdf5Dataset dataset;
    if (!keras_once(at, object) || !hdf5_dataset(&at->hdf5, object, &dataset)) {
        return false;
    }
    const struct KerasType *type = read_type(at, object, &dataset);
    if (type && at->file->count == LIMIT_TENSORS) {
        return hdf5_fail(&at->hdf5, object, NULL, "the file has more than %d variables",
                         LIMIT_TENSORS);
    }
    Tensor *tensor = type ? tensor_tree_add(&at->reading, at->file, 0, name, strlen(name)) : NULL;
    if (!tensor) {
        return false;
    }
    tensor->type = type->scalar;
    tensor->type_name = type->name;
    tensor->rank = dataset.rank;
    memcpy(tensor->dim, dataset.dim, sizeof tensor->dim);
    tensor_set_dense(tensor);
    tensor->data = at->reading.data + dataset.offset;
    tensor->offset = dataset.offset + (at->chunk ? at->chunk->offset : 0);
    tensor->chunk = at->chunk;
    int index = at->file->count - 1;
    at->layer_of = arena_room(at->reading.arena, at->layer_of, index, sizeof *at->layer_of);
    at->layer_of[index] = layer;
    at->model->layers[layer].count++;
    return true;
}

/* A layer is found by its group where that has no other, and by group and name. */
static void note_place(KerasReading *at, KerasLayer *layer, bool alone) {
    Map *places = at->model->places;
    if (alone) {
        map_put(places, layer->group, layer);
    }
    if (layer->name) {
        map_put(places, arena_printf(at->reading.arena, "%s/%s", layer->group, layer->name), layer);
    }
}

/* Layers of a group stand together. */
static void note_places(KerasReading *at) {
    KerasModel *model = at->model;
    model->places = map_by_name(at->reading.arena);
    for (int i = 0; i < model->layer_count; i++) {
        const char *group = model->layers[i].group;
        bool follows = i > 0 && strcmp(model->layers[i - 1].group, group) == 0;
        bool leads = i + 1 < model->layer_count && strcmp(model->layers[i + 1].group, group) == 0;
        note_place(at, &model->layers[i], !follows && !leads);
    }
}

int keras_layer_find(const KerasModel *model, const char *group, const char *name,
                     const char *place) {
    char both[2 * LIMIT_TENSOR_NAME + 2];
    snprintf(both, sizeof both, "%s/%s", group, name);
    const KerasLayer *layer = map_get(model->places, model->by_name ? both : place);
    if (!layer && model->by_name) {
        layer = map_get(model->places, group);
    }
    return layer ? (int)(layer - model->layers) : -1;
}

/* Those of one layer may stand apart: in a nested model of Keras 2 the statistics of norms come
 * behind all that is trained. */
void keras_gather(KerasReading *at) {
    KerasModel *model = at->model;
    int next = 0;
    note_places(at);
    model->variables = NEW_ARRAY(at->reading.arena, int, at->file->count);
    for (int i = 0; i < model->layer_count; i++) {
        model->layers[i].first = next;
        next += model->layers[i].count;
        model->layers[i].count = 0;
    }
    for (int i = 0; i < at->file->count; i++) {
        KerasLayer *layer = &model->layers[at->layer_of[i]];
        model->variables[layer->first + layer->count++] = i;
    }
}
