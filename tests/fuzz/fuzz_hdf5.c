/* fuzz_hdf5.c - any bytes as a file of HDF5 with weights of Keras. */
#include "fuzz_layers.h"

static void body(FuzzCase *fuzz) {
    fuzz_layers(fuzz, read_hdf5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
