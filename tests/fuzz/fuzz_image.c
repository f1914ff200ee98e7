/* fuzz_image.c - any arguments for the preprocessing of pictures: what it accepts it also does,
 * within the scratch that it asked for, and the same with every alignment of it.
 */
#include <math.h>

#include "fuzz.h"
#include "xnc_image.h"

enum { MOST_OUTPUT = 96, MOST_INPUT = 1 << 16 };

/* What a case holds in its first bytes; the rest are pixels, repeated. */
typedef struct Arguments {
    uint16_t width, height, gap;
    uint8_t out_height, out_width, crop, format, channels, filter, mode, mean;
} Arguments;

static xnc_preprocess preprocess(const Arguments *given) {
    static const char *const filters[] = {"bicubic", "bilinear", "lanczos", "nearest",
                                          "tf_bilinear"};
    static const char *const modes[] = {"center", "squash", "border", "none", "aspect"};
    float mean = (float)given->mean / 128.0f;
    return (xnc_preprocess){.height = given->out_height % MOST_OUTPUT,
                            .width = given->out_width % MOST_OUTPUT,
                            .crop_pct = given->crop / 200.0,
                            .mean = {mean, mean, mean, mean},
                            .std = {0.5f, 0.25f, 1.0f, 1.0f},
                            .interpolation = filters[given->filter % 5],
                            .crop_mode = modes[given->mode % 5]};
}

/* Exactly as many bytes as the picture needs. */
static uint8_t *make_pixels(FuzzCase *fuzz, size_t at, size_t bytes) {
    uint8_t *pixels = arena_alloc(fuzz->arena, bytes);
    for (size_t i = 0; i < bytes && at < fuzz->size; i++) {
        pixels[i] = fuzz->data[at + i % (fuzz->size - at)];
    }
    return pixels;
}

/* A picture that is turned and turned back is itself; a box of it lies inside. */
static void view(FuzzCase *fuzz, const xnc_image *image, const Arguments *given) {
    static const int back[9] = {0, 1, 2, 3, 4, 5, 8, 7, 6};
    size_t pixel = image->format == XNC_GREY ? 1 : 3, all = (size_t)image->width * pixel;
    size_t bytes = all * (size_t)image->height;
    int orientation = given->mean % 10;
    uint8_t *turned = arena_alloc(fuzz->arena, bytes + 1);
    uint8_t *again = arena_alloc(fuzz->arena, bytes + 1);
    size_t row = orientation < 5 ? all : (size_t)image->height * pixel;
    xnc_image part;
    if (xnc_image_turn(image, orientation, turned, row, &part) == XNC_OK) {
        xnc_status status = xnc_image_turn(&part, back[orientation], again, all, &part);
        fuzz_check(status == XNC_OK, "the way back");
        for (int y = 0; y < image->height; y++) {
            fuzz_check(memcmp(again + (size_t)y * all, image->pixels + (size_t)y * image->stride,
                              all) == 0,
                       "turned twice");
        }
    }
    xnc_box box = {given->crop - 99.5, given->filter - 20.25, given->mean / 3.0, given->gap / 2.0};
    if (xnc_image_box(image, &box, given->mode / 100.0, &part) == XNC_OK) {
        size_t at = (size_t)(part.pixels - image->pixels);
        size_t end = at % image->stride + (size_t)part.width * pixel;
        fuzz_check(part.width > 0 && part.height > 0 && end <= all &&
                       at / image->stride + (size_t)part.height <= (size_t)image->height,
                   "a box inside of the picture");
    }
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
    view(fuzz, &image, &given);
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
        bool rounded = given.filter % 5 == 4; /* the crop of tf_bilinear */
        fuzz_check(rounded ? fabsf(input[at] - value) <= 0.51f / 255.0f / how.std[c]
                           : input[at] == value,
                   "the crop's pixels, normalized");
    }
    free(scratch);
    free(crop);
    free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
