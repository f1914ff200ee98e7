/* fuzz_keras.c - any bytes as a .keras: a zip archive with a file of HDF5 in it. */
#include "fuzz_layers.h"

static void body(FuzzCase *fuzz) {
    fuzz_layers(fuzz, read_zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
