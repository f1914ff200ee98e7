/* torch_dict.c - the root value of a torch checkpoint -> its dicts and their tensors.
 *
 *   {"epoch": 3, "model": {"state_dict": {"fc.bias": tensor}}, "optimizer": {...}}
 *   ->   fc.bias of model.state_dict; what the optimizer keeps
 *
 * Lists count as dicts whose keys are numbers, objects as the dicts of their entries
 * (torch_module.c). A value that is shared or contains itself is listed
 * where it stands first, so that the work is linear in the file. Beside tensors, entries of other
 * kinds are listed as foreign: they matter only if the network has a parameter of that name.
 */
#include "pickle.h"
#include "tensor_tree.h"

#include <inttypes.h>
#include <string.h>

typedef struct DictListing {
    const Reading *reading;
    TensorFile *file;
    int64_t *steps; /* of object_entries() */
} DictListing;

/* A container on the way from the root to where the listing is. */
typedef struct DictLevel {
    struct DictLevel *above; /* NULL: the root */
    const char *key;         /* in the container above, not terminated */
    size_t length;
    int depth; /* 0: the root */
    int dict;  /* index among the file's dicts; -1: not listed, as no tensor has come yet */
} DictLevel;

static bool list_items(const DictListing *listing, DictLevel *level, const PickleValue *container);

/* Lists a container and those around it. */
static bool list_level(const DictListing *listing, DictLevel *level) {
    if (level->dict >= 0) {
        return true;
    }
    if (!list_level(listing, level->above)) {
        return false;
    }
    level->dict = tensor_tree_dict(listing->reading, listing->file, level->above->dict, level->key,
                                   level->length);
    return level->dict >= 0;
}

/* Only adds up places; pickle_call.c has checked the view and the container the storage. */
static void fill_tensor(const PickleTensor *from, Tensor *tensor) {
    PickleStorage *storage = from->storage;
    int64_t first = from->first * storage->type->bytes;
    tensor->type = storage->type->type;
    tensor->type_name = storage->type->name;
    tensor->rank = from->rank;
    tensor->data = storage->chunk.data + first;
    tensor->offset = storage->chunk.offset + (uint64_t)first;
    tensor->chunk = &storage->chunk;
    memcpy(tensor->dim, from->dim, sizeof tensor->dim);
    memcpy(tensor->stride, from->stride, sizeof tensor->stride);
}

/* What is no tensor and cannot be the name of one is nothing to the network. */
static bool list_entry(const DictListing *listing, DictLevel *level, const char *key, size_t length,
                       const PickleValue *value) {
    const Reading *reading = listing->reading;
    bool is_tensor = value->kind == PICKLE_TENSOR;
    if (!is_tensor && !tensor_name_fits(key, length)) {
        return true;
    }
    if (!list_level(listing, level)) {
        return false;
    }
    Tensor *tensor = tensor_tree_add(reading, listing->file, level->dict, key, length);
    if (tensor && is_tensor) {
        fill_tensor(value->tensor, tensor);
    } else if (tensor) {
        tensor->type = SCALAR_OTHER;
        tensor->type_name = "no tensor";
        tensor->foreign = pickle_spelling(reading->arena, value);
    }
    return tensor != NULL;
}

static bool is_container(const PickleValue *value) {
    return value->kind == PICKLE_DICT || value->kind == PICKLE_LIST ||
           value->kind == PICKLE_TUPLE || value->kind == PICKLE_OBJECT;
}

/* One key and its value; beside: the container has tensors. */
static bool list_value(const DictListing *listing, DictLevel *level, const PickleValue *key,
                       const PickleValue *value, bool beside) {
    char number[24];
    const char *text = key->text;
    size_t length = key->length;
    if (key->kind == PICKLE_INT) {
        length = (size_t)snprintf(number, sizeof number, "%" PRId64, key->integer);
        text = number;
    } else if (key->kind != PICKLE_STRING) {
        return true;
    }
    if (is_container(value)) {
        DictLevel below = {
            .above = level, .key = text, .length = length, .depth = level->depth + 1, .dict = -1};
        if (!list_items(listing, &below, value)) {
            return false;
        }
    }
    return (value->kind != PICKLE_TENSOR && !beside) ||
           list_entry(listing, level, text, length, value);
}

/* A key that stands twice would mean two tensors: torch keeps the later one, but no writer makes
 * such a dict. */
static bool keys_differ(const Reading *reading, const PickleItems *dict) {
    Map *keys = map_by_name(reading->arena);
    for (uint32_t i = 0; i < dict->count; i += 2) {
        const PickleValue *key = &dict->at[i];
        if (key->kind != PICKLE_STRING) {
            continue;
        }
        if (map_get_name(keys, key->text, key->length)) {
            return fail_in(reading, readable(reading->arena, key->text, key->length), NULL,
                           "stands twice in the dict");
        }
        map_put_name(keys, key->text, key->length, key);
    }
    return true;
}

static bool holds_tensor(const PickleItems *items) {
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->at[i].kind == PICKLE_TENSOR) {
            return true;
        }
    }
    return false;
}

/* What contains itself is listed once. What is deeper than the limit is not looked at: no network
 * is, but a chain of objects may be. */
static bool list_items(const DictListing *listing, DictLevel *level, const PickleValue *container) {
    bool is_object = container->kind == PICKLE_OBJECT;
    bool is_dict = is_object || container->kind == PICKLE_DICT;
    PickleItems *items = is_object ? NULL : container->items;
    if (is_object && !object_entries(listing->reading, listing->steps, container->object, &items)) {
        return false;
    }
    if (!items || items->is_listed || level->depth > LIMIT_PICKLE_DEPTH) {
        return true;
    }
    items->is_listed = true;
    bool beside = is_dict && holds_tensor(items);
    if (beside && !keys_differ(listing->reading, items)) {
        return false;
    }
    for (uint32_t i = 0; i < items->count; i += is_dict ? 2 : 1) {
        PickleValue index = {.kind = PICKLE_INT, .integer = i};
        const PickleValue *key = is_dict ? &items->at[i] : &index;
        if (!list_value(listing, level, key, &items->at[i + is_dict], beside)) {
            return false;
        }
    }
    return true;
}

/* What to do about a file whose weights cannot be found. */
static const char *save_alone(const PickleValue *root) {
    if (root->kind != PICKLE_OBJECT) {
        return "save the weights alone: torch.save(model.state_dict(), path)";
    }
    return is_script(root->object)
               ? "torch.jit.freeze() makes constants of weights: save the module before it, or"
                 " torch.save(model.state_dict(), path) of the model that it was made from"
               : "load it where its classes are, and torch.save(model.state_dict(), path)";
}

TensorFile *torch_dict(const Reading *reading, const PickleValue *root) {
    if (!is_container(root)) {
        fail_in(reading, NULL, "save the weights alone: torch.save(model.state_dict(), path)",
                "the file holds %s, not a dict of tensors", pickle_spelling(reading->arena, root));
        return NULL;
    }
    int64_t steps = 0;
    DictListing listing = {reading, tensor_tree_create(reading), &steps};
    DictLevel level = {.dict = 0};
    if (!list_items(&listing, &level, root)) {
        return NULL;
    }
    if (listing.file->count == 0) {
        fail_in(reading, NULL, save_alone(root), "the file holds %s without tensors",
                pickle_spelling(reading->arena, root));
        return NULL;
    }
    listing.file->class_names = torch_class_names(reading->arena, root);
    return listing.file;
}
