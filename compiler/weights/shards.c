/* shards.c - a list of files of weights -> the tensors of all of them, as if they were one file.
 *
 *   model.safetensors.index.json   ->   the tensors of model-00001-of-00002.safetensors and of
 *                                       model-00002-of-00002.safetensors
 *
 * Each file is one that could be given alone, in any format. A tensor that two files have is taken
 * from the one that the list names.
 */
#include "shards.h"

#include <string.h>

#include "map_file.h"
#include "shard_index.h"
#include "tensor_tree.h"

/* The files being joined. */
typedef struct Joining {
    const Reading *reading; /* of the list */
    const ShardIndex *index;
    TensorFile *file; /* the result */
    Map *taken;       /* from names of tensors to the files that they were taken from */
} Joining;

/* The path of a file that stands in the folder of the list. */
static const char *beside(const Reading *reading, const char *file) {
    const char *slash = strrchr(reading->path, '/');
    int folder = slash ? (int)(slash + 1 - reading->path) : 0;
    return arena_printf(reading->arena, "%.*s%s", folder, reading->path, file);
}

/* Takes a tensor of a file, unless the list says that it is in another one. */
static bool take_tensor(const Joining *joining, const char *file, const Tensor *from) {
    const Reading *reading = joining->reading;
    const char *stated = json_string_value(json_object_get(joining->index->where, from->name));
    if (stated && strcmp(stated, file) != 0) {
        return true;
    }
    const char *other = map_get(joining->taken, from->name);
    if (other) {
        return fail_in(reading, from->name, "which of the two is meant? the list does not say",
                       "is in '%s' and in '%s'", other, file);
    }
    Tensor *tensor = tensor_tree_add(reading, joining->file, 0, from->name, strlen(from->name));
    if (!tensor) {
        return false;
    }
    const char *name = tensor->name;
    *tensor = *from;
    tensor->name = name;
    tensor->dict = 0;
    map_put(joining->taken, name, file);
    return true;
}

/* Messages about a piece of a file name the file, as the list is what was given. */
static void name_chunk(const Joining *joining, const char *file, const Tensor *tensor, Map *named) {
    Chunk *chunk = tensor->chunk;
    if (chunk && !map_get(named, chunk)) {
        chunk->name = arena_printf(joining->reading->arena, "%s: %s", file, chunk->name);
        map_put(named, chunk, file);
    }
}

/* Only the root dict: what is nested in a file of a set is not the network. */
static bool take_file(const Joining *joining, const char *file) {
    const Reading *reading = joining->reading;
    const uint8_t *data;
    size_t size;
    const char *path = beside(reading, file);
    TensorFile *part = map_file(reading->arena, reading->diag, path, &data, &size)
                           ? read_tensors(reading->arena, reading->diag, path, data, size)
                           : NULL;
    Map *named = map_by_address(reading->arena);
    for (int i = 0; part && i < part->count; i++) {
        const Tensor *tensor = &part->tensors[i];
        name_chunk(joining, file, tensor, named);
        if (tensor->dict == 0 && !tensor->foreign && !take_tensor(joining, file, tensor)) {
            return false;
        }
    }
    return part != NULL;
}

static bool all_taken(const Joining *joining) {
    const Reading *reading = joining->reading;
    const char *name;
    json_t *file;
    json_object_foreach((json_t *)joining->index->where, name, file) {
        if (!map_get(joining->taken, name)) {
            return fail_in(reading, readable(reading->arena, name, strlen(name)),
                           "was a download interrupted, or is a file of another set?",
                           "is not in '%s', where the list says it is", json_string_value(file));
        }
    }
    return true;
}

TensorFile *read_shards(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                        size_t size) {
    Reading reading = {arena, diag, path, data, size};
    ShardIndex *index = NEW(arena, ShardIndex);
    if (!shard_index_read(&reading, index)) {
        return NULL;
    }
    Joining joining = {&reading, index, tensor_tree_create(&reading), map_by_name(arena)};
    joining.file->parts = NEW_ARRAY(arena, const char *, index->count);
    for (int i = 0; i < index->count; i++) {
        joining.file->parts[joining.file->part_count++] = beside(&reading, index->files[i]);
        if (!take_file(&joining, index->files[i])) {
            return NULL;
        }
    }
    return all_taken(&joining) ? joining.file : NULL;
}
