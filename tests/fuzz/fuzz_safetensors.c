/* fuzz_safetensors.c - any bytes as a checkpoint in safetensors. */
#include "fuzz_tensors.h"

static void body(FuzzCase *fuzz) {
    fuzz_checkpoint(fuzz, read_safetensors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
