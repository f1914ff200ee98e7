/* image.c - timm's transform for evaluation: a picture of 8 bits -> the floats that a model takes.
 * SPDX-License-Identifier: MIT-0
 *
 *   crop_pct 0.903, size 299:  S = floor(299 / 0.903) = 331
 *   center   1000 x 500 -> 662 x 331 -> the middle 299 x 299
 *   squash   1000 x 500 -> 331 x 331 -> the middle 299 x 299
 *   border   1000 x 500 -> 331 x 166 -> the middle 299 x 166, above and below the mean's colour
 *   aspect   1000 x 500 -> the middle 500 x 500 -> 331 x 331 -> the middle 299 x 299
 *
 * The floats are (pixel / 255 - mean) / std, rounded after each operation as torch rounds, or
 * pixel * scale + offset, as Keras does. There are only 256 values of a pixel of 8 bits, so that
 * each channel has a table of them.
 */
#include "xnc_image_internal.h"

#include <string.h>

enum { VALUES = 256 };

static int is_side(int64_t side) {
    return side >= 1 && side <= XNC_IMAGE_MAX_SIDE;
}

size_t xnc_pixel_bytes(xnc_image_format format) {
    return format == XNC_GREY ? 1 : 3;
}

int xnc_is_image(const xnc_image *image) {
    if (!image || !image->pixels || !is_side(image->width) || !is_side(image->height) ||
        (image->format != XNC_RGB && image->format != XNC_BGR && image->format != XNC_GREY)) {
        return 0;
    }
    size_t row = (size_t)image->width * xnc_pixel_bytes(image->format);
    return image->stride >= row && image->stride <= SIZE_MAX / 2 / (size_t)image->height;
}

static int64_t round_to_even(double value) {
    int64_t whole = (int64_t)value;
    double rest = value - (double)whole;
    return whole + (rest > 0.5 || (rest == 0.5 && whole % 2));
}

/* The shorter edge becomes side, the longer one keeps the proportion, rounded down. */
static void resize_shorter(struct xnc_axis *x, struct xnc_axis *y, int64_t side) {
    x->resized = x->in <= y->in ? side : side * x->in / y->in;
    y->resized = x->in <= y->in ? side * y->in / x->in : side;
}

/* Both edges by one ratio: the one by which the picture fits into the target, or fills it. */
static void resize_by_ratio(struct xnc_axis *x, struct xnc_axis *y, const int64_t target[2],
                            int fits) {
    double ratio_x = (double)x->in / (double)target[1], ratio_y = (double)y->in / (double)target[0];
    double ratio = (ratio_x > ratio_y) == fits ? ratio_x : ratio_y;
    x->resized = round_to_even((double)x->in / ratio);
    y->resized = round_to_even((double)y->in / ratio);
}

/* Leaves the middle of the picture that has the target's proportion, as Keras does with
 * crop_to_aspect_ratio and keep_aspect_ratio. */
static void cut_to_aspect(struct xnc_resize *resize, const int64_t target[2]) {
    struct xnc_axis *x = &resize->x, *y = &resize->y;
    int64_t rows = x->in * target[0] / target[1], columns = y->in * target[1] / target[0];
    rows = rows > 1 ? rows : 1;
    columns = columns > 1 ? columns : 1;
    y->cut = rows < y->in ? (y->in - rows) / 2 : 0;
    x->cut = columns < x->in ? (x->in - columns) / 2 : 0;
    y->in = rows < y->in ? rows : y->in;
    x->in = columns < x->in ? columns : x->in;
    resize->image.pixels += (size_t)y->cut * resize->image.stride +
                            (size_t)x->cut * xnc_pixel_bytes(resize->image.format);
    resize->image.width = (int)x->in;
    resize->image.height = (int)y->in;
}

/* The size that the picture is resized to before the crop. 0 for an unknown mode. */
static int resize_picture(const xnc_preprocess *how, struct xnc_resize *resize) {
    struct xnc_axis *x = &resize->x, *y = &resize->y;
    int64_t target[2] = {(int64_t)(how->height / how->crop_pct),
                         (int64_t)(how->width / how->crop_pct)};
    int aspect = strcmp(how->crop_mode, "aspect") == 0;
    if (aspect) {
        cut_to_aspect(resize, target);
    }
    if (aspect || strcmp(how->crop_mode, "squash") == 0) {
        y->resized = target[0];
        x->resized = target[1];
    } else if (strcmp(how->crop_mode, "border") == 0) {
        resize_by_ratio(x, y, target, 1);
    } else if (strcmp(how->crop_mode, "center") != 0) {
        return 0;
    } else if (target[0] == target[1]) {
        resize_shorter(x, y, target[0]);
    } else {
        resize_by_ratio(x, y, target, 0);
    }
    return 1;
}

/* round(255 * mean). In float, because it takes the mean's own rounding to float away where the
 * product should be half of an odd number. */
static uint8_t fill_of(float mean) {
    float value = 255.0f * mean;
    if (!(value > 0.0f)) {
        return 0;
    }
    return value >= 255.0f ? 255 : (uint8_t)round_to_even((double)value);
}

/* 0 for an unknown one. */
static int find_filter(const char *name, enum xnc_filter *filter) {
    static const char *const names[] = {"bicubic", "bilinear", "nearest", "tf_bilinear"};
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *filter = (enum xnc_filter)i;
            return 1;
        }
    }
    return 0;
}

static int is_preprocess(const xnc_preprocess *how, int channels) {
    return how && is_side(how->height) && is_side(how->width) && how->crop_pct >= 0.01 &&
           how->crop_pct <= 1.0 && how->interpolation && how->crop_mode &&
           (channels == 1 || channels == 3);
}

/* Everything but the scratch; 0 for what is refused. */
static int plan(struct xnc_resize *resize, const xnc_preprocess *how, int channels,
                const xnc_image *image) {
    if (!is_preprocess(how, channels) || !xnc_is_image(image)) {
        return 0;
    }
    *resize = (struct xnc_resize){.image = *image, .channels = channels};
    struct xnc_axis *x = &resize->x, *y = &resize->y;
    x->in = image->width;
    y->in = image->height;
    x->out = how->width;
    y->out = how->height;
    for (int i = 0; i < 3; i++) {
        resize->fill[i] = strcmp(how->crop_mode, "border") == 0 ? fill_of(how->mean[i]) : 0;
    }
    if (!find_filter(how->interpolation, &resize->filter) || !resize_picture(how, resize) ||
        x->resized < 1 || y->resized < 1) {
        return 0;
    }
    xnc_axis_finish(x, resize->filter);
    xnc_axis_finish(y, resize->filter);
    return 1;
}

static int is_sampled(const struct xnc_resize *resize) {
    return resize->filter >= XNC_FILTER_NEAREST;
}

static size_t scratch_of(const xnc_preprocess *how, int channels, const xnc_image *image) {
    struct xnc_resize resize;
    uint64_t bytes = plan(&resize, how, channels, image) ? xnc_resize_place(&resize, NULL) : 0;
    return bytes <= SIZE_MAX / 2 ? (size_t)bytes : 0;
}

/* Checks all arguments and makes the resize ready for its first row. */
static xnc_status start(struct xnc_resize *resize, const xnc_preprocess *how, int channels,
                        const xnc_image *image, void *scratch, size_t scratch_bytes) {
    size_t needed = scratch_of(how, channels, image);
    if (needed == 0 || !scratch || !plan(resize, how, channels, image)) {
        return XNC_E_ARGUMENT;
    }
    if (scratch_bytes < needed) {
        return XNC_E_ARENA;
    }
    xnc_resize_place(resize, scratch);
    (is_sampled(resize) ? xnc_sample_start : xnc_resize_start)(resize);
    return XNC_OK;
}

/* A row of values 0 to 255 as pixels: those of tf_bilinear are rounded. */
static void row_of_pixels(struct xnc_resize *resize, int64_t y, uint8_t *pixels) {
    if (!is_sampled(resize)) {
        xnc_resize_row(resize, y, pixels);
        return;
    }
    xnc_sample_row(resize, y, resize->sampled);
    for (int64_t i = 0; i < resize->x.out * resize->channels; i++) {
        pixels[i] = (uint8_t)round_to_even((double)resize->sampled[i]);
    }
}

static xnc_status crop_picture(const xnc_preprocess *how, int channels, const xnc_image *image,
                               void *scratch, size_t scratch_bytes, uint8_t *pixels) {
    struct xnc_resize resize;
    xnc_status status =
        pixels ? start(&resize, how, channels, image, scratch, scratch_bytes) : XNC_E_ARGUMENT;
    for (int64_t y = 0; status == XNC_OK && y < resize.y.out; y++) {
        row_of_pixels(&resize, y, pixels + y * resize.x.out * channels);
    }
    return status;
}

static float normalized(const xnc_preprocess *how, int64_t channel, float value) {
    if (how->scale[0] != 0.0f) {
        return xnc_rounded_product(value, how->scale[channel]) + how->offset[channel];
    }
    return (value / 255.0f - how->mean[channel]) / how->std[channel];
}

static xnc_status make_input(const xnc_preprocess *how, int channels, const xnc_image *image,
                             void *scratch, size_t scratch_bytes, float *input) {
    struct xnc_resize resize;
    float tables[3][VALUES];
    xnc_status status =
        input ? start(&resize, how, channels, image, scratch, scratch_bytes) : XNC_E_ARGUMENT;
    if (status != XNC_OK) {
        return status;
    }
    int sampled = is_sampled(&resize);
    for (int i = 0; i < channels * VALUES; i++) {
        int c = i / VALUES;
        tables[c][i % VALUES] = normalized(how, c, (float)(i % VALUES));
    }
    int64_t width = resize.x.out, plane = width * resize.y.out;
    int64_t step = how->channels_last ? channels : 1, apart = how->channels_last ? 1 : plane;
    for (int64_t y = 0; y < resize.y.out; y++) {
        if (sampled) {
            xnc_sample_row(&resize, y, resize.sampled);
        } else {
            xnc_resize_row(&resize, y, resize.crop);
        }
        for (int64_t i = 0; i < width * channels; i++) {
            int64_t c = i % channels, pixel = y * width + i / channels;
            input[c * apart + pixel * step] =
                sampled ? normalized(how, c, resize.sampled[i]) : tables[c][resize.crop[i]];
        }
    }
    return XNC_OK;
}

/* What users call: the same in the floating-point state that the bits need. */

size_t xnc_image_scratch_bytes(const xnc_preprocess *how, int channels, const xnc_image *image) {
    xnc_float had = xnc_float_enter();
    size_t bytes = scratch_of(how, channels, image);
    xnc_float_leave(had);
    return bytes;
}

xnc_status xnc_image_crop(const xnc_preprocess *how, int channels, const xnc_image *image,
                          void *scratch, size_t scratch_bytes, uint8_t *pixels) {
    xnc_float had = xnc_float_enter();
    xnc_status status = crop_picture(how, channels, image, scratch, scratch_bytes, pixels);
    xnc_float_leave(had);
    return status;
}

xnc_status xnc_image_input(const xnc_preprocess *how, int channels, const xnc_image *image,
                           void *scratch, size_t scratch_bytes, float *input) {
    xnc_float had = xnc_float_enter();
    xnc_status status = make_input(how, channels, image, scratch, scratch_bytes, input);
    xnc_float_leave(had);
    return status;
}
