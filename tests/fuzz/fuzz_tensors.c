/* fuzz_tensors.c - see fuzz_tensors.h. */
#include "fuzz_tensors.h"

enum { MOST_ELEMENTS = 1 << 16, MOST_STORAGE = 1 << 16 /* bytes */ };

void fuzz_tensors(FuzzCase *fuzz, const TensorFile *file) {
    for (int i = 0; file && i < file->count; i++) {
        const Tensor *tensor = &file->tensors[i];
        int64_t count = tensor->foreign ? 0 : tensor_elements(tensor);
        fuzz_check(tensor->foreign || tensor->rank <= LIMIT_TENSOR_RANK, "a rank of at most 8");
        if (tensor->foreign || tensor->type >= SCALAR_I64 || count > MOST_ELEMENTS) {
            continue;
        }
        double *values = NEW_ARRAY(fuzz->arena, double, count);
        tensor_verified(fuzz->diag, file->path, tensor);
        tensor_values(tensor, values);
        int64_t bad = tensor_first_bad(tensor, true);
        fuzz_check(bad < count, "an index of an element");
    }
}

static bool is_needed(void *context, const char *name) {
    (void)context;
    return name[0] != 'b';
}

void fuzz_checkpoint(FuzzCase *fuzz, TensorFile *read(Arena *arena, Diag *diag, const char *path,
                                                      const uint8_t *data, size_t size)) {
    Param params[] = {{.name = "fc.weight", .shape = {2, {2, 2}}},
                      {.name = "fc.bias", .shape = {1, {2}}},
                      {.name = "bn1.running_var", .shape = {1, {2}}}};
    Graph graph = {.params = params, .n_params = 3};
    TensorFile *file = read(fuzz->arena, fuzz->diag, "input", fuzz->data, fuzz->size);
    fuzz_tensors(fuzz, file);
    Checkpoint *checkpoint =
        file ? checkpoint_open(fuzz->arena, fuzz->diag, file, NULL, &graph, is_needed, NULL) : NULL;
    if (checkpoint) {
        checkpoint_read(checkpoint, "fc.bias", 2);
    }
}

bool fuzz_storages(FuzzCase *fuzz, StorageTable *storages) {
    for (int i = 0; i < storages->count; i++) {
        PickleStorage *storage = storages->at[i];
        int64_t bytes = storage->count * storage->type->bytes;
        if (bytes > MOST_STORAGE) {
            return false;
        }
        uint8_t *data = calloc((size_t)bytes + 1, 1);
        fuzz_check(data != NULL, "memory");
        arena_defer(fuzz->arena, free, data);
        storage->chunk = (Chunk){.name = "storage", .data = data, .size = (uint64_t)bytes};
        storage->chunk.verified = true;
    }
    return true;
}
