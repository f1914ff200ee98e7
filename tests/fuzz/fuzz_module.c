/* fuzz_module.c - any bytes as the pickle of a network that was saved as objects, in the form that
 * old releases wrote. The entries of the object are found again by the list of the file's tensors.
 */
#include "fuzz_tensors.h"

/* What is found in an object is named and lies in a storage. */
static void check_entries(FuzzCase *fuzz, const Reading *reading, PickleObject *object) {
    PickleItems *entries;
    int64_t steps = 0;
    bool good = object_entries(reading, &steps, object, &entries);
    fuzz_check(steps <= LIMIT_MODULE_ENTRIES + 1, "a limit on entries of modules");
    for (uint32_t i = 0; good && entries && entries == object->module && i < entries->count;
         i += 2) {
        fuzz_check(entries->at[i].kind == PICKLE_STRING, "a name");
        fuzz_check(entries->at[i].length <= LIMIT_TENSOR_NAME, "a short name");
        fuzz_check(entries->at[i + 1].kind == PICKLE_TENSOR, "a tensor");
    }
    (void)fuzz;
}

static void body(FuzzCase *fuzz) {
    Reading reading = {fuzz->arena, fuzz->diag, "input", fuzz->data, fuzz->size};
    StorageTable *storages = storage_table_create(fuzz->arena);
    int64_t steps = 0;
    Pickle pickle = {.reading = &reading,
                     .steps = &steps,
                     .data = fuzz->data,
                     .size = fuzz->size,
                     .old_strings = true,
                     .storages = storages};
    PickleValue root;
    size_t used;
    if (!pickle_run(&pickle, &root, &used) || !fuzz_storages(fuzz, storages)) {
        return;
    }
    if (root.kind == PICKLE_OBJECT) {
        check_entries(fuzz, &reading, root.object);
    }
    fuzz_tensors(fuzz, torch_dict(&reading, &root));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
