/* fuzz_zip.c - any bytes as a checkpoint in torch's zip archive. */
#include "fuzz_tensors.h"

static void body(FuzzCase *fuzz) {
    fuzz_checkpoint(fuzz, read_zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
