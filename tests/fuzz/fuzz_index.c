/* fuzz_index.c - any bytes as a list of files of weights. Each file that it names is one in its
 * folder, named once, and each tensor has one of them. No file is opened.
 */
#include "fuzz.h"
#include "shard_index.h"

static bool has_file(const ShardIndex *index, const char *name) {
    for (int i = 0; i < index->count; i++) {
        if (strcmp(index->files[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void body(FuzzCase *fuzz) {
    Reading reading = {fuzz->arena, fuzz->diag, "input", fuzz->data, fuzz->size};
    ShardIndex *index = NEW(fuzz->arena, ShardIndex);
    const char *name;
    json_t *file;
    if (!shard_index_read(&reading, index)) {
        return;
    }
    fuzz_check(index->count >= 1 && index->count <= LIMIT_SHARDS, "a number of files");
    for (int i = 0; i < index->count; i++) {
        fuzz_check(path_stays_inside(index->files[i], strlen(index->files[i])), "a path inside");
    }
    json_object_foreach((json_t *)index->where, name, file) {
        fuzz_check(has_file(index, json_string_value(file)), "a file of the list");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
