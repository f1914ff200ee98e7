/* fuzz_image.c - any arguments for the preprocessing of pictures: what it accepts it also does,
 * within the scratch that it asked for, and the same with every alignment of it.
 */
#include "fuzz.h"
#include "xnc_image.h"

enum { MOST_OUTPUT = 96, MOST_INPUT = 1 << 16 };

/* What a case holds in its first bytes; the rest are pixels, repeated. */
typedef struct Arguments {
    uint16_t width, height, gap;
    uint8_t out_height, out_width, crop, format, channels, filter, mode, mean;
} Arguments;

static xnc_preprocess preprocess(const Arguments *given) {
    static const char *const filters[] = {"bicubic", "bilinear", "lanczos", NULL};
    static const char *const modes[] = {"center", "squash", "border", "none"};
    float mean = (float)given->mean / 128.0f;
    return (xnc_preprocess){
        given->out_height % MOST_OUTPUT, given->out_width % MOST_OUTPUT, given->crop / 200.0,
        {mean, mean, mean, mean},        {0.5f, 0.25f, 1.0f, 1.0f},      filters[given->filter % 4],
        modes[given->mode % 4]};
}

/* Exactly as many bytes as the picture needs. */
static uint8_t *make_pixels(FuzzCase *fuzz, size_t at, size_t bytes) {
    uint8_t *pixels = arena_alloc(fuzz->arena, bytes);
    for (size_t i = 0; i < bytes && at < fuzz->size; i++) {
        pixels[i] = fuzz->data[at + i % (fuzz->size - at)];
    }
    return pixels;
}

static void body(FuzzCase *fuzz) {
    Arguments given;
    if (fuzz->size < sizeof given) {
        return;
    }
    memcpy(&given, fuzz->data, sizeof given);
    xnc_preprocess how = preprocess(&given);
    xnc_image image = {NULL, given.width, given.height, 0, (xnc_image_format)(given.format % 4)};
    size_t row = (size_t)image.width * (image.format == XNC_GREY ? 1 : 3);
    image.stride = row + given.gap % 64;
    if (image.stride * (size_t)image.height > MOST_INPUT) {
        return;
    }
    image.pixels = make_pixels(fuzz, sizeof given, image.stride * (size_t)image.height);
    int channels = given.channels % 5;
    size_t bytes = xnc_image_scratch_bytes(&how, channels, &image);
    size_t elements = (size_t)channels * (size_t)how.height * (size_t)how.width;
    uint8_t *scratch = malloc(bytes + 1), *crop = malloc(elements + 1);
    float *input = malloc((elements + 1) * sizeof *input);
    fuzz_check(scratch && crop && input, "memory");
    xnc_status expected = bytes ? XNC_OK : XNC_E_ARGUMENT;
    fuzz_check(xnc_image_crop(&how, channels, &image, scratch, bytes, crop) == expected, "crop");
    fuzz_check(xnc_image_input(&how, channels, &image, scratch + 1, bytes, input) == expected,
               "input");
    for (size_t i = 0; bytes && i < elements; i++) {
        size_t c = i % (size_t)channels,
               at = c * elements / (size_t)channels + i / (size_t)channels;
        float value = ((float)crop[i] / 255.0f - how.mean[c]) / how.std[c];
        fuzz_check(input[at] == value, "the crop's pixels, normalized");
    }
    free(scratch);
    free(crop);
    free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
