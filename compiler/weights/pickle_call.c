/* pickle_call.c - calls in a checkpoint's pickle become plain data.
 *
 *   _rebuild_tensor_v2(storage, 0, (64, 32), (32, 1), False, OrderedDict())   ->   a tensor
 *   os.system("...")   ->   an object of "os.system"
 *
 * Nothing is ever called: each known global is a row that says what its result is (functions of
 * torch/_utils.py, and the storage classes of torch). A tensor's view is checked against its
 * storage here, once, so that no later reader can leave the storage.
 */
#include "pickle.h"

#include <inttypes.h>
#include <string.h>

/* Module, name, what a call gives; of storage classes the type and bytes of an element. */
static const PickleGlobal global_rows[] = {
    {"collections", "OrderedDict", CALL_DICT, SCALAR_OTHER, 0},
    {"torch._utils", "_rebuild_tensor_v2", CALL_TENSOR, SCALAR_OTHER, 0},
    {"torch._utils", "_rebuild_tensor", CALL_TENSOR_OLD, SCALAR_OTHER, 0},
    {"torch._utils", "_rebuild_parameter", CALL_PARAMETER, SCALAR_OTHER, 0},
    {"torch._utils", "_rebuild_parameter_with_state", CALL_PARAMETER, SCALAR_OTHER, 0},
    {"torch._tensor", "_rebuild_from_type_v2", CALL_TYPED, SCALAR_OTHER, 0},
    {"torch.fx.graph_module", "reduce_graph_module", CALL_STATE, SCALAR_OTHER, 0},
    {"__builtin__", "set", CALL_LIST, SCALAR_OTHER, 0},
    {"builtins", "set", CALL_LIST, SCALAR_OTHER, 0},
    {"torch", "FloatStorage", CALL_NOTHING, SCALAR_F32, 4},
    {"torch", "HalfStorage", CALL_NOTHING, SCALAR_F16, 2},
    {"torch", "BFloat16Storage", CALL_NOTHING, SCALAR_BF16, 2},
    {"torch", "DoubleStorage", CALL_NOTHING, SCALAR_F64, 8},
    {"torch", "LongStorage", CALL_NOTHING, SCALAR_I64, 8},
    {"torch", "IntStorage", CALL_NOTHING, SCALAR_OTHER, 4},
    {"torch", "ShortStorage", CALL_NOTHING, SCALAR_OTHER, 2},
    {"torch", "CharStorage", CALL_NOTHING, SCALAR_OTHER, 1},
    {"torch", "ByteStorage", CALL_NOTHING, SCALAR_OTHER, 1},
    {"torch", "BoolStorage", CALL_NOTHING, SCALAR_OTHER, 1},
    {"torch", "ComplexFloatStorage", CALL_NOTHING, SCALAR_OTHER, 8},
    {"torch", "ComplexDoubleStorage", CALL_NOTHING, SCALAR_OTHER, 16}};

static bool same_text(const char *text, const char *bytes, size_t length) {
    return strlen(text) == length && memcmp(text, bytes, length) == 0;
}

const PickleGlobal *pickle_global(const char *module, size_t module_length, const char *name,
                                  size_t name_length) {
    for (size_t i = 0; i < sizeof global_rows / sizeof *global_rows; i++) {
        if (same_text(global_rows[i].module, module, module_length) &&
            same_text(global_rows[i].name, name, name_length)) {
            return &global_rows[i];
        }
    }
    return NULL;
}

/* ---- storages ---- */

StorageTable *storage_table_create(Arena *arena) {
    StorageTable *table = NEW(arena, StorageTable);
    table->names = map_by_name(arena);
    return table;
}

/* The key stays in the pickle's bytes, which outlive the table. */
static PickleStorage *add_storage(Pickle *pickle, const PickleValue *key) {
    Arena *arena = pickle->reading->arena;
    StorageTable *table = pickle->storages;
    if (table->count == table->capacity) {
        int capacity = table->capacity * 2 + 64;
        table->at =
            arena_grow(arena, table->at, (size_t)table->count, (size_t)capacity, sizeof *table->at);
        table->capacity = capacity;
    }
    PickleStorage *storage = NEW(arena, PickleStorage);
    storage->key = key->text;
    storage->key_length = key->length;
    storage->at = pickle->at;
    table->at[table->count++] = storage;
    return storage;
}

/* The storage of a key; added when the key is new. Several tensors may share one, with the same
 * type and size. */
static bool find_storage(Pickle *pickle, const PickleValue *key, const PickleGlobal *type,
                         int64_t count, PickleStorage **found) {
    StorageTable *table = pickle->storages;
    *found = map_get_name(table->names, key->text, key->length);
    if (!*found) {
        *found = add_storage(pickle, key);
        map_put_name(table->names, key->text, key->length, *found);
        (*found)->type = type;
        (*found)->count = count;
        return true;
    }
    if ((*found)->type != type || (*found)->count != count) {
        return pickle_fail(pickle, NULL, "storage '%s' has two different types or sizes",
                           readable(pickle->reading->arena, key->text, key->length));
    }
    return true;
}

/* ('module', class, file, source): the legacy container keeps the source of a module's class beside
 * its name. The source is never looked at. */
static bool class_of_module(Pickle *pickle, const PickleItems *items, PickleValue *result) {
    *result = items->at[1];
    return result->kind == PICKLE_OPAQUE || result->kind == PICKLE_GLOBAL ||
           pickle_fail(pickle, NULL, "the class of a module is %s",
                       pickle_spelling(pickle->reading->arena, result));
}

/* torch's persistent id: ('storage', class, key, location, count), and in the legacy container a
 * sixth element: None, or the description of a view. A storage of an unknown class is opaque. */
bool pickle_persistent(Pickle *pickle, const PickleValue *id, PickleValue *result) {
    const PickleItems *items = id->kind == PICKLE_TUPLE ? id->items : NULL;
    if (!pickle->storages) {
        return pickle_fail(pickle, NULL, "a storage stands where none is expected");
    }
    if (items && items->count >= 2 && pickle_text_is(&items->at[0], "module")) {
        return class_of_module(pickle, items, result);
    }
    if (!items || items->count < 5 || items->count > 6 ||
        !pickle_text_is(&items->at[0], "storage") || items->at[2].kind != PICKLE_STRING ||
        items->at[4].kind != PICKLE_INT) {
        return pickle_fail(pickle, NULL,
                           "a persistent id is not ('storage', type, key, location, size)");
    }
    if (items->count == 6 && items->at[5].kind != PICKLE_NONE) {
        return pickle_fail(pickle, "load it with torch.load and save it again with torch.save",
                           "a storage that is a view of another (torch before 0.4)");
    }
    const PickleValue *type = &items->at[1];
    if (type->kind == PICKLE_OPAQUE || type->kind == PICKLE_OBJECT) {
        *result = *type;
        return true;
    }
    if (type->kind != PICKLE_GLOBAL || type->global->bytes == 0) {
        return pickle_fail(pickle, NULL, "a storage's type is %s",
                           pickle_spelling(pickle->reading->arena, type));
    }
    int64_t count = items->at[4].integer, bytes;
    if (!checked_bytes(&count, 1, type->global->bytes, &bytes)) {
        return pickle_fail(pickle, NULL, "a storage of %" PRId64 " elements", count);
    }
    *result = (PickleValue){.kind = PICKLE_STORAGE};
    return find_storage(pickle, &items->at[2], type->global, count, &result->storage);
}

/* ---- tensors ---- */

/* A tuple of sizes or strides; what is the word for messages. */
static bool read_dims(Pickle *pickle, const PickleValue *tuple, const char *what, int *rank,
                      int64_t *dim) {
    if (tuple->kind != PICKLE_TUPLE) {
        return pickle_fail(pickle, NULL, "a tensor's %s is %s", what,
                           pickle_spelling(pickle->reading->arena, tuple));
    }
    if (tuple->items->count > LIMIT_TENSOR_RANK) {
        return pickle_fail(pickle, NULL, "a tensor's %s has %u dimensions, more than %d", what,
                           tuple->items->count, LIMIT_TENSOR_RANK);
    }
    *rank = (int)tuple->items->count;
    for (int i = 0; i < *rank; i++) {
        const PickleValue *item = &tuple->items->at[i];
        if (item->kind != PICKLE_INT || item->integer < 0) {
            return pickle_fail(pickle, NULL, "a tensor's %s holds something else than sizes", what);
        }
        dim[i] = item->integer;
    }
    return true;
}

/* Whether all elements of the view are in the storage. last is the index of the last element so
 * far; each dimension adds (dim - 1) * stride, which is compared with the remaining elements by
 * division, so nothing overflows. */
static bool view_fits(const PickleTensor *tensor) {
    int64_t last = tensor->first, bytes;
    if (!checked_bytes(tensor->dim, tensor->rank, tensor->storage->type->bytes, &bytes)) {
        return false;
    }
    for (int i = 0; bytes > 0 && i < tensor->rank; i++) {
        int64_t steps = tensor->dim[i] - 1;
        if (steps > 0 && tensor->stride[i] > (tensor->storage->count - last) / steps) {
            return false;
        }
        last += steps * tensor->stride[i];
        if (last >= tensor->storage->count) {
            return false;
        }
    }
    return last + (bytes > 0) <= tensor->storage->count;
}

/* (storage, first, shape, stride, requires_grad, hooks): the last two, which v2 has, are ignored.
 */
static bool make_tensor(Pickle *pickle, const PickleItems *args, PickleValue *result) {
    Arena *arena = pickle->reading->arena;
    if (args->at[0].kind == PICKLE_OPAQUE || args->at[0].kind == PICKLE_OBJECT) {
        *result = args->at[0];
        return true;
    }
    if (args->at[0].kind != PICKLE_STORAGE || args->at[1].kind != PICKLE_INT) {
        return pickle_fail(pickle, NULL, "a tensor is made of %s at %s",
                           pickle_spelling(arena, &args->at[0]),
                           pickle_spelling(arena, &args->at[1]));
    }
    PickleTensor *tensor = NEW(arena, PickleTensor);
    int strides;
    tensor->storage = args->at[0].storage;
    tensor->first = args->at[1].integer;
    if (!read_dims(pickle, &args->at[2], "shape", &tensor->rank, tensor->dim) ||
        !read_dims(pickle, &args->at[3], "stride", &strides, tensor->stride)) {
        return false;
    }
    if (strides != tensor->rank) {
        return pickle_fail(pickle, NULL, "a tensor of %d dimensions has %d strides", tensor->rank,
                           strides);
    }
    if (tensor->first < 0 || tensor->first > tensor->storage->count || !view_fits(tensor)) {
        return pickle_fail(pickle, NULL,
                           "a tensor %s at %" PRId64
                           " with strides %s leaves its storage of %" PRId64,
                           dims_text(arena, tensor->dim, tensor->rank), tensor->first,
                           dims_text(arena, tensor->stride, strides), tensor->storage->count);
    }
    *result = (PickleValue){.kind = PICKLE_TENSOR, .tensor = tensor};
    return true;
}

/* OrderedDict(): items follow by SETITEMS. */
static bool make_dict(Pickle *pickle, const PickleItems *args, PickleValue *result) {
    (void)args;
    *result = (PickleValue){.kind = PICKLE_DICT, .items = NEW(pickle->reading->arena, PickleItems)};
    result->items->depth = 1;
    return true;
}

/* (tensor, requires_grad, hooks) and perhaps its attributes: the tensor. */
static bool make_parameter(Pickle *pickle, const PickleItems *args, PickleValue *result) {
    *result = args->at[0];
    if (result->kind != PICKLE_TENSOR && result->kind != PICKLE_OPAQUE &&
        result->kind != PICKLE_OBJECT) {
        return pickle_fail(pickle, NULL, "a parameter is made of %s",
                           pickle_spelling(pickle->reading->arena, result));
    }
    return true;
}

/* (function, class, arguments, attributes): what the function gives. The arguments are one level
 * less deep than the call, so this ends. */
static bool make_typed(Pickle *pickle, const PickleItems *args, PickleValue *result) {
    return pickle_reduce(pickle, &args->at[0], &args->at[2], result);
}

/* set([...]): only torch_module.c reads one, for the names in it. */
static bool make_list(Pickle *pickle, const PickleItems *args, PickleValue *result) {
    if (args->count == 1 && args->at[0].kind == PICKLE_LIST) {
        *result = args->at[0];
        return true;
    }
    *result = (PickleValue){.kind = PICKLE_LIST, .items = NEW(pickle->reading->arena, PickleItems)};
    result->items->depth = 1;
    return true;
}

static PickleObject *new_object(Arena *arena, const PickleValue *class) {
    PickleObject *object = NEW(arena, PickleObject);
    object->class = *class;
    return object;
}

/* (attributes, ...): torch.fx pickles a module with its code, and the code as an argument. */
static bool make_object(Pickle *pickle, const PickleItems *args, PickleValue *result) {
    static const char name[] = "torch.fx\nGraphModule";
    PickleValue class = {.kind = PICKLE_OPAQUE, .length = sizeof name - 1, .text = name};
    PickleObject *object = new_object(pickle->reading->arena, &class);
    object->state = args->at[0];
    *result = (PickleValue){.kind = PICKLE_OBJECT, .object = object};
    return true;
}

bool pickle_push_object(Pickle *pickle, const PickleValue *class) {
    return pickle_push(pickle, (PickleValue){.kind = PICKLE_OBJECT,
                                             .object = new_object(pickle->reading->arena, class)});
}

static const struct CallRow {
    const char *name;
    uint32_t lo, hi; /* arguments */
    bool (*make)(Pickle *pickle, const PickleItems *args, PickleValue *result);
} call_rows[] = {[CALL_DICT] = {"OrderedDict", 0, 0, make_dict},
                 [CALL_TENSOR] = {"_rebuild_tensor_v2", 6, 7, make_tensor},
                 [CALL_TENSOR_OLD] = {"_rebuild_tensor", 4, 4, make_tensor},
                 [CALL_PARAMETER] = {"_rebuild_parameter", 3, 4, make_parameter},
                 [CALL_TYPED] = {"_rebuild_from_type_v2", 4, 4, make_typed},
                 [CALL_LIST] = {"set", 0, 1, make_list},
                 [CALL_STATE] = {"reduce_graph_module", 1, 2, make_object}};

/* Calling an opaque value gives an object of it, as does calling an object, which may be a function
 * with its arguments; calling a storage class or data is a mistake. */
bool pickle_reduce(Pickle *pickle, const PickleValue *callable, const PickleValue *args,
                   PickleValue *result) {
    Arena *arena = pickle->reading->arena;
    if (args->kind != PICKLE_TUPLE) {
        return pickle_fail(pickle, NULL, "arguments are %s, not a tuple",
                           pickle_spelling(arena, args));
    }
    if (callable->kind == PICKLE_OPAQUE || callable->kind == PICKLE_OBJECT) {
        const PickleValue *class =
            callable->kind == PICKLE_OBJECT ? &callable->object->class : callable;
        *result = (PickleValue){.kind = PICKLE_OBJECT, .object = new_object(arena, class)};
        return true;
    }
    if (callable->kind != PICKLE_GLOBAL || callable->global->call == CALL_NOTHING) {
        return pickle_fail(pickle, NULL, "%s is called", pickle_spelling(arena, callable));
    }
    const struct CallRow *row = &call_rows[callable->global->call];
    if (args->items->count < row->lo || args->items->count > row->hi) {
        return pickle_fail(pickle, NULL, "%s with %u arguments", row->name, args->items->count);
    }
    return row->make(pickle, args->items, result);
}
