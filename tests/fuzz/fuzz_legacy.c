/* fuzz_legacy.c - any bytes as a checkpoint of torch's first format. */
#include "fuzz_tensors.h"

static void body(FuzzCase *fuzz) {
    fuzz_checkpoint(fuzz, read_torch_legacy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
