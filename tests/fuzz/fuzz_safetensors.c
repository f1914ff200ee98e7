/* fuzz_safetensors.c - any bytes as a checkpoint of this container, and as one of a small network.
 */
#include "fuzz_tensors.h"

static bool is_needed(void *context, const char *name) {
    (void)context;
    return name[0] != 'b';
}

static void body(FuzzCase *fuzz) {
    Param params[] = {{.name = "fc.weight", .shape = {2, {2, 2}}},
                      {.name = "fc.bias", .shape = {1, {2}}},
                      {.name = "bn1.running_var", .shape = {1, {2}}}};
    Graph graph = {.params = params, .n_params = 3};
    TensorFile *file = read_safetensors(fuzz->arena, fuzz->diag, "input", fuzz->data, fuzz->size);
    fuzz_tensors(fuzz, file);
    Checkpoint *checkpoint =
        file ? checkpoint_open(fuzz->arena, fuzz->diag, file, &graph, is_needed, NULL) : NULL;
    if (checkpoint) {
        checkpoint_read(checkpoint, "fc.bias", 2);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
