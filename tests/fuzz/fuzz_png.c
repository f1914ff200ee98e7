/* fuzz_png.c - any bytes as a PNG: the decoder's glue, and what follows it.
 *
 * The checks of each chunk are made right first, or no mutation would ever reach the pixels.
 */
#include <zlib.h>

#include "fuzz_picture.h"

static uint32_t number_at(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void mend_checks(uint8_t *data, size_t size) {
    size_t at = 8;
    while (size >= 12 && at <= size - 12) {
        size_t length = number_at(data + at);
        if (length > size - 12 - at) {
            return;
        }
        uLong check = crc32(0, data + at + 4, (uInt)length + 4);
        for (int i = 0; i < 4; i++) {
            data[at + 8 + length + (size_t)i] = (uint8_t)(check >> (24 - 8 * i));
        }
        at += 12 + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *mended = malloc(size ? size : 1);
    fuzz_check(mended != NULL, "memory");
    memcpy(mended, data, size);
    mend_checks(mended, size);
    fuzz_run(mended, size, fuzz_picture);
    free(mended);
    return 0;
}
