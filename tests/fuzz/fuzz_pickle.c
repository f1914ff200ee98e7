/* fuzz_pickle.c - any bytes as the pickle of a zip archive, without the checksums around it. Every
 * storage that the pickle mentions exists, filled with zeros, as far as it is not too large.
 */
#include "fuzz_tensors.h"

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
    if (fuzz_storages(fuzz, storages)) {
        fuzz_tensors(fuzz, torch_dict(&reading, &root));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
