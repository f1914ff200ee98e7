/* fuzz_jpeg.c - any bytes as a JPEG: the decoder's glue, and what follows it. */
#include "fuzz_picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, fuzz_picture);
}
