/* tensor_tree.c - lists of dicts and tensors that grow as a reader finds them; tensor_tree.h shows
 * what becomes of what.
 *
 * The path of a dict is cut where it would be longer than a tensor's name: such a dict can hold
 * tensors all the same, and no file costs more than its size times a constant.
 */
#include "tensor_tree.h"

#include <string.h>

TensorFile *tensor_tree_create(const Reading *reading) {
    TensorFile *file = NEW(reading->arena, TensorFile);
    file->path = reading->path;
    file->dicts = arena_room(reading->arena, NULL, 0, sizeof *file->dicts);
    file->dicts[file->dict_count++] = (TensorDict){"", -1};
    return file;
}

int tensor_tree_dict(const Reading *reading, TensorFile *file, int parent, const char *key,
                     size_t length) {
    Arena *arena = reading->arena;
    const char *above = file->dicts[parent].path;
    if (file->dict_count == LIMIT_DICTS) {
        fail_in(reading, *above ? above : NULL, "save the weights alone",
                "the file has more than %d dicts with something in them", LIMIT_DICTS);
        return -1;
    }
    const char *path =
        arena_printf(arena, "%s%s%s", above, *above ? "." : "", readable(arena, key, length));
    file->dicts = arena_room(arena, file->dicts, file->dict_count, sizeof *file->dicts);
    file->dicts[file->dict_count] =
        (TensorDict){strlen(path) > LIMIT_TENSOR_NAME ? above : path, parent};
    return file->dict_count++;
}

Tensor *tensor_tree_add(const Reading *reading, TensorFile *file, int dict, const char *name,
                        size_t length) {
    Arena *arena = reading->arena;
    if (!tensor_name_fits(name, length)) {
        fail_in(reading, readable(arena, name, length), NULL, "the tensor name %s",
                tensor_name_fault(length));
        return NULL;
    }
    if (file->count == LIMIT_ENTRIES) {
        fail_in(reading, NULL, "save the network's tensors alone",
                "the dicts have more than %d entries", LIMIT_ENTRIES);
        return NULL;
    }
    file->tensors = arena_room(arena, file->tensors, file->count, sizeof *file->tensors);
    Tensor *tensor = &file->tensors[file->count++];
    *tensor = (Tensor){.name = arena_strndup(arena, name, length), .dict = dict};
    return tensor;
}
