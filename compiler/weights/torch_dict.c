/* torch_dict.c - the root value of a torch checkpoint -> a list of tensors.
 *
 *   {"epoch": 3, "state_dict": {...}, "state_dict_ema": {"fc.bias": tensor}}   ->   fc.bias
 *
 * Entries that are no tensors (an epoch beside the weights) are listed as foreign: they matter only
 * if the network has a parameter of that name.
 */
#include "pickle.h"

#include <inttypes.h>
#include <string.h>

/* Keys under which training scripts keep weights, best first, in timm's order (load_state_dict() of
 * timm/models/_helpers.py): averaged weights before the raw ones. */
static const char *const dict_names[] = {"state_dict_ema", "model_ema", "state_dict", "model"};

/* The dict under a key of a dict, whose items are key, value, key, value; NULL: none. */
static const PickleValue *dict_entry(const PickleItems *dict, const char *name) {
    for (uint32_t i = 0; i < dict->count; i += 2) {
        if (pickle_text_is(&dict->at[i], name) && dict->at[i + 1].kind == PICKLE_DICT) {
            return &dict->at[i + 1];
        }
    }
    return NULL;
}

static const PickleItems *choose_dict(const PickleItems *root, const char **name) {
    for (size_t i = 0; i < sizeof dict_names / sizeof *dict_names; i++) {
        const PickleValue *value = dict_entry(root, dict_names[i]);
        if (value) {
            *name = dict_names[i];
            return value->items;
        }
    }
    *name = "";
    return root;
}

/* Only adds up places; pickle_call.c has checked the view and the container the storage. */
static Tensor tensor_of(const PickleTensor *from, const char *name) {
    PickleStorage *storage = from->storage;
    Tensor tensor = {.name = name,
                     .type = storage->type->type,
                     .type_name = storage->type->name,
                     .rank = from->rank,
                     .data = storage->chunk.data + from->first * storage->type->bytes,
                     .offset =
                         storage->chunk.offset + (uint64_t)(from->first * storage->type->bytes),
                     .chunk = &storage->chunk};
    memcpy(tensor.dim, from->dim, sizeof tensor.dim);
    memcpy(tensor.stride, from->stride, sizeof tensor.stride);
    return tensor;
}

/* Keys that are no strings cannot be names of parameters: they are skipped. */
static bool add_entry(const Reading *reading, const PickleValue *key, const PickleValue *value,
                      Map *names, TensorFile *file) {
    Arena *arena = reading->arena;
    if (key->kind != PICKLE_STRING) {
        return true;
    }
    if (!tensor_name_fits(key->text, key->length)) {
        return fail_in(reading, readable(arena, key->text, key->length), NULL, "the tensor name %s",
                       tensor_name_fault(key->length));
    }
    if (map_get_name(names, key->text, key->length)) {
        return fail_in(reading, readable(arena, key->text, key->length), NULL,
                       "stands twice in the dict");
    }
    const char *name = arena_strndup(arena, key->text, key->length);
    Tensor *tensor = &file->tensors[file->count++];
    map_put(names, name, tensor);
    if (value->kind == PICKLE_TENSOR) {
        *tensor = tensor_of(value->tensor, name);
    } else {
        *tensor = (Tensor){.name = name,
                           .type = SCALAR_OTHER,
                           .type_name = "no tensor",
                           .foreign = pickle_spelling(arena, value)};
    }
    return true;
}

/* Whether any entry is a tensor. */
static bool holds_tensor(const TensorFile *file) {
    for (int i = 0; i < file->count; i++) {
        if (!file->tensors[i].foreign) {
            return true;
        }
    }
    return false;
}

/* A dict without tensors is a mistake: the weights are under a key that is not known. */
TensorFile *torch_dict(const Reading *reading, const PickleValue *root) {
    if (root->kind != PICKLE_DICT) {
        fail_in(reading, NULL, "save the weights alone: torch.save(model.state_dict(), path)",
                "the file holds %s, not a dict of tensors", pickle_spelling(reading->arena, root));
        return NULL;
    }
    TensorFile *file = NEW(reading->arena, TensorFile);
    file->path = reading->path;
    const PickleItems *dict = choose_dict(root->items, &file->dict);
    if (dict->count / 2 > LIMIT_TENSORS) {
        fail_in(reading, *file->dict ? file->dict : NULL, "save the network's tensors alone",
                "the dict has %u entries, more than %d", dict->count / 2, LIMIT_TENSORS);
        return NULL;
    }
    file->tensors = NEW_ARRAY(reading->arena, Tensor, dict->count / 2);
    Map *names = map_by_name(reading->arena);
    for (uint32_t i = 0; i < dict->count; i += 2) {
        if (!add_entry(reading, &dict->at[i], &dict->at[i + 1], names, file)) {
            return NULL;
        }
    }
    if (!holds_tensor(file)) {
        fail_in(reading, *file->dict ? file->dict : NULL,
                "weights stand in state_dict_ema, model_ema, state_dict, model or the root",
                "the dict has no tensors");
        return NULL;
    }
    file->class_names = torch_class_names(reading->arena, root);
    return file;
}
