/* fuzz_picture.c - see fuzz_picture.h. */
#include "fuzz_picture.h"

void fuzz_picture(FuzzCase *fuzz) {
    enum { SIDE = 24 };
    xnc_preprocess how = {.height = SIDE,
                          .width = SIDE,
                          .crop_pct = 0.9,
                          .mean = {0.5f, 0.5f, 0.5f},
                          .std = {0.5f, 0.5f, 0.5f},
                          .interpolation = "bicubic",
                          .crop_mode = "center"};
    Picture picture;
    float input[3 * SIDE * SIDE];
    if (picture_decode(fuzz->arena, fuzz->diag, "input", fuzz->data, fuzz->size, FUZZ_PIXELS, true,
                       &picture) &&
        picture_input(fuzz->arena, fuzz->diag, "input", &picture, &how, NULL, 3, input)) {
        for (int i = 0; i < 3 * SIDE * SIDE; i++) {
            fuzz_check(input[i] >= -1.0f && input[i] <= 1.0f, "a pixel within 0..255");
        }
    }
}
