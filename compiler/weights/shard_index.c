/* shard_index.c - the text of a list of files of weights -> which files there are, and what is
 * where.
 *
 *   {"metadata": {...}, "weight_map": {"fc.bias": "model-00002-of-00002.safetensors", ...}}
 *
 * The list is JSON as the hub's tools write it. A path in it may be hostile: it must stay in the
 * folder of the list.
 */
#include "shard_index.h"

#include <string.h>

#include "json_in.h"

bool is_shard_index(const char *path) {
    static const char *const endings[] = {".safetensors.index.json", ".bin.index.json"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t end = strlen(endings[i]);
        if (length >= end && strcmp(path + length - end, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The key as messages spell it. */
static const char *place(const Reading *reading, const char *key) {
    return arena_printf(reading->arena, "weight_map.%s",
                        readable(reading->arena, key, strlen(key)));
}

/* Adds a file that is named for the first time. */
static bool add_file(const Reading *reading, ShardIndex *index, Map *files, const char *key,
                     const json_t *value) {
    const char *file = json_string_value(value);
    if (!file) {
        return fail_in(reading, place(reading, key), NULL, "is not the name of a file");
    }
    if (!path_stays_inside(file, json_string_length(value))) {
        return fail_in(reading, place(reading, key), "files stand in the folder of the list",
                       "'%s' is not the name of a file in this folder",
                       readable(reading->arena, file, json_string_length(value)));
    }
    if (map_get(files, file)) {
        return true;
    }
    if (index->count == LIMIT_SHARDS) {
        return fail_in(reading, place(reading, key), NULL, "the list names more than %d files",
                       LIMIT_SHARDS);
    }
    map_put(files, file, file);
    index->files[index->count++] = file;
    return true;
}

static const json_t *parse(const Reading *reading) {
    json_error_t error;
    if (reading->size > LIMIT_INDEX_BYTES) {
        fail_in(reading, NULL, NULL, "has %zu bytes, more than %d MB", reading->size,
                LIMIT_INDEX_BYTES >> 20);
        return NULL;
    }
    const char *text = (const char *)reading->data;
    const json_t *root = json_read(reading->arena, text, reading->size, &error);
    if (!root) {
        Source source = {reading->path, text, reading->size};
        Loc loc = {&source, error.line > 0 ? error.line : 1, error.column, 0};
        diag_at(reading->diag, DIAG_SYNTAX, loc, "was the download interrupted?", "%s", error.text);
    }
    return root;
}

bool shard_index_read(const Reading *reading, ShardIndex *index) {
    const json_t *root = parse(reading);
    Map *files = map_by_name(reading->arena);
    const char *key;
    json_t *value;
    if (!root) {
        return false;
    }
    *index = (ShardIndex){.where = json_object_get(root, "weight_map")};
    if (json_object_size(index->where) == 0) {
        return fail_in(reading, "weight_map", NULL,
                       "expected an object with the file of each tensor");
    }
    json_object_foreach((json_t *)index->where, key, value) {
        if (!add_file(reading, index, files, key, value)) {
            return false;
        }
    }
    return true;
}
