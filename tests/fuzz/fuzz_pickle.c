/* fuzz_pickle.c - any bytes as the pickle of a zip archive, without the checksums around it. Every
 * storage that the pickle mentions exists, filled with zeros, as far as it is not too large.
 */
#include "fuzz_tensors.h"
#include "pickle.h"

enum { MOST_STORAGE = 1 << 16 };

static bool place_storages(FuzzCase *fuzz, StorageTable *storages) {
    for (int i = 0; i < storages->count; i++) {
        PickleStorage *storage = storages->at[i];
        int64_t bytes = storage->count * storage->type->bytes;
        if (bytes > MOST_STORAGE) {
            return false;
        }
        /* Memory of its own for each, so that a sanitizer sees a step beyond it. */
        uint8_t *data = calloc((size_t)bytes + 1, 1);
        fuzz_check(data != NULL, "memory");
        arena_defer(fuzz->arena, free, data);
        storage->chunk = (Chunk){.name = "storage", .data = data, .size = (uint64_t)bytes};
        storage->chunk.verified = true;
    }
    return true;
}

static void body(FuzzCase *fuzz) {
    Reading reading = {fuzz->arena, fuzz->diag, "input", fuzz->data, fuzz->size};
    StorageTable *storages = storage_table_create(fuzz->arena);
    int64_t steps = 0;
    Pickle pickle = {.reading = &reading,
                     .steps = &steps,
                     .data = fuzz->data,
                     .size = fuzz->size,
                     .storages = storages};
    PickleValue root;
    size_t used;
    if (!pickle_run(&pickle, &root, &used)) {
        return;
    }
    fuzz_check(used <= fuzz->size, "a pickle within its bytes");
    if (place_storages(fuzz, storages)) {
        fuzz_tensors(fuzz, torch_dict(&reading, &root));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
