/* image_resize.c - Pillow's resize of 8-bit pictures, bit for bit, for the pixels of a crop.
 * SPDX-License-Identifier: MIT-0
 *
 *   pixel of the result = clip((2^21 + sum of weight * pixel) >> 22)
 *
 * first along rows, then along columns, each rounded to 8 bits. The weights are a bicubic (a =
 * -1/2) or triangular filter, stretched when the picture shrinks, normalized to 1 in double and
 * rounded to 22 bits. Only rows and columns of the crop are computed, which changes no bit, as no
 * result depends on another one.
 */
#include "xnc_image_internal.h"

#include <string.h>

enum { WEIGHT_BITS = 22 };

/* A product that no compiler may contract with an addition, whatever its flags: a fused one would
 * round once where Pillow rounds twice. */
static double product(double a, double b) {
    volatile double rounded = a * b;
    return rounded;
}

static double triangle(double x) {
    return x < 1.0 ? 1.0 - x : 0.0;
}

static double bicubic(double x) {
    if (x < 1.0) {
        return product(product(product(1.5, x) - 2.5, x), x) + 1.0;
    }
    if (x < 2.0) {
        return product(product(product(x - 5.0, x) + 8.0, x) - 4.0, -0.5);
    }
    return 0.0;
}

/* Pixels of the picture for one of the result; below 1 the picture grows. */
static double scale_of(const struct xnc_axis *axis) {
    return (double)axis->in / (double)axis->resized;
}

static double stretch_of(const struct xnc_axis *axis) {
    double scale = scale_of(axis);
    return scale > 1.0 ? scale : 1.0;
}

static double support_of(const struct xnc_axis *axis, enum xnc_filter filter) {
    return (filter == XNC_FILTER_BILINEAR ? 1.0 : 2.0) * stretch_of(axis);
}

/* Fills weights that add up to 1 and returns the first pixel that they belong to. */
static int64_t weigh(const struct xnc_axis *axis, enum xnc_filter filter, int64_t at,
                     double *weights, int64_t *count) {
    double support = support_of(axis, filter), inverse = 1.0 / stretch_of(axis), sum = 0.0;
    double centre = product((double)at + 0.5, scale_of(axis));
    int64_t lo = (int64_t)(centre - support + 0.5), hi = (int64_t)(centre + support + 0.5);
    lo = lo < 0 ? 0 : lo;
    hi = hi > axis->in ? axis->in : hi;
    *count = hi - lo;
    for (int64_t i = 0; i < *count; i++) {
        double x = product((double)(i + lo) - centre + 0.5, inverse);
        x = x < 0.0 ? -x : x;
        weights[i] = filter == XNC_FILTER_BILINEAR ? triangle(x) : bicubic(x);
        sum += weights[i];
    }
    for (int64_t i = 0; i < *count && sum != 0.0; i++) {
        weights[i] /= sum;
    }
    return lo;
}

static void to_integers(const double *weights, int64_t count, int32_t *integers) {
    for (int64_t i = 0; i < count; i++) {
        double scaled = weights[i] * (1 << WEIGHT_BITS); /* exact */
        integers[i] = (int32_t)(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
    }
}

/* The weights of a filter sum up to 1 and their absolute values to less than 2, so that sums of
 * 255 * 2^22 stay below 2^31. */
static uint8_t clip(int32_t sum) {
    if (sum < 0) {
        return 0;
    }
    sum >>= WEIGHT_BITS;
    return sum > 255 ? 255 : (uint8_t)sum;
}

static const int32_t HALF = 1 << (WEIGHT_BITS - 1);

static uint8_t *ring_row(const struct xnc_resize *resize, int64_t row) {
    size_t bytes = (size_t)resize->x.count * (size_t)resize->channels;
    return resize->ring + (size_t)(row % resize->ring_rows) * bytes;
}

static void columns_of_colour(const struct xnc_resize *resize, const uint8_t *line, uint8_t *to) {
    for (int64_t x = 0; x < resize->x.count; x++) {
        const int32_t *weights = resize->columns + x * resize->x.taps;
        const uint8_t *from = line + 3 * (size_t)resize->bounds[2 * x];
        int32_t red = HALF, green = HALF, blue = HALF;
        for (int32_t i = 0; i < resize->bounds[2 * x + 1]; i++) {
            red += weights[i] * from[3 * i];
            green += weights[i] * from[3 * i + 1];
            blue += weights[i] * from[3 * i + 2];
        }
        to[3 * x] = clip(red);
        to[3 * x + 1] = clip(green);
        to[3 * x + 2] = clip(blue);
    }
}

static void columns_of_grey(const struct xnc_resize *resize, const uint8_t *line, uint8_t *to) {
    for (int64_t x = 0; x < resize->x.count; x++) {
        const int32_t *weights = resize->columns + x * resize->x.taps;
        const uint8_t *from = line + resize->bounds[2 * x];
        int32_t sum = HALF;
        for (int32_t i = 0; i < resize->bounds[2 * x + 1]; i++) {
            sum += weights[i] * from[i];
        }
        to[x] = clip(sum);
    }
}

static void grey_to_colour(const uint8_t *from, int width, uint8_t *to) {
    for (int x = 0; x < width; x++) {
        memset(to + 3 * x, from[x], 3);
    }
}

static void swap_colours(const uint8_t *from, int width, uint8_t *to) {
    for (int x = 0; x < width; x++) {
        to[3 * x] = from[3 * x + 2];
        to[3 * x + 1] = from[3 * x + 1];
        to[3 * x + 2] = from[3 * x];
    }
}

/* The luma of ITU-R 601 in 16 bits, as Pillow computes it. */
static void colour_to_grey(const uint8_t *from, int width, int red, uint8_t *to) {
    for (int x = 0; x < width; x++) {
        const uint8_t *pixel = from + 3 * x;
        uint32_t luma = 19595u * pixel[red] + 38470u * pixel[1] + 7471u * pixel[2 - red];
        to[x] = (uint8_t)((luma + 0x8000u) >> 16);
    }
}

const uint8_t *xnc_source_row(const struct xnc_resize *resize, int64_t row) {
    const xnc_image *image = &resize->image;
    const uint8_t *from = image->pixels + (size_t)row * image->stride;
    if (image->format == (resize->channels == 3 ? XNC_RGB : XNC_GREY)) {
        return from;
    }
    if (resize->channels == 1) {
        colour_to_grey(from, image->width, image->format == XNC_BGR ? 2 : 0, resize->line);
    } else if (image->format == XNC_GREY) {
        grey_to_colour(from, image->width, resize->line);
    } else {
        swap_colours(from, image->width, resize->line);
    }
    return resize->line;
}

/* Resizes the rows of the picture from lo to hi horizontally, unless they are in the ring. */
static void load_rows(struct xnc_resize *resize, int64_t lo, int64_t hi) {
    int64_t row = resize->loaded > lo ? resize->loaded : lo;
    for (; row < hi; row++) {
        const uint8_t *line = xnc_source_row(resize, row);
        if (resize->channels == 3) {
            columns_of_colour(resize, line, ring_row(resize, row));
        } else {
            columns_of_grey(resize, line, ring_row(resize, row));
        }
        resize->loaded = row + 1;
    }
}

static void fill_pixels(const struct xnc_resize *resize, uint8_t *pixels, int64_t count) {
    for (int64_t i = 0; i < count * resize->channels; i++) {
        pixels[i] = resize->fill[i % resize->channels];
    }
}

/* Adds up the rows of the ring that the resized row at y is made of. */
static void blend_rows(struct xnc_resize *resize, int64_t y, uint8_t *pixels) {
    int64_t count, bytes = resize->x.count * resize->channels;
    int64_t lo = weigh(&resize->y, resize->filter, y, resize->weights, &count);
    int32_t *sums = resize->sums;
    to_integers(resize->weights, count, resize->row);
    load_rows(resize, lo, lo + count);
    for (int64_t i = 0; i < bytes; i++) {
        sums[i] = HALF;
    }
    for (int64_t k = 0; k < count; k++) {
        const uint8_t *from = ring_row(resize, lo + k);
        int32_t weight = resize->row[k];
        for (int64_t i = 0; i < bytes; i++) {
            sums[i] += weight * from[i];
        }
    }
    for (int64_t i = 0; i < bytes; i++) {
        pixels[i] = clip(sums[i]);
    }
}

void xnc_resize_row(struct xnc_resize *resize, int64_t y, uint8_t *pixels) {
    const struct xnc_axis *axis = &resize->x;
    if (y < resize->y.first || y >= resize->y.first + resize->y.count) {
        fill_pixels(resize, pixels, axis->out);
        return;
    }
    int64_t behind = axis->first + axis->count;
    fill_pixels(resize, pixels, axis->first);
    blend_rows(resize, y + resize->y.offset, pixels + axis->first * resize->channels);
    fill_pixels(resize, pixels + behind * resize->channels, axis->out - behind);
}

void xnc_resize_start(struct xnc_resize *resize) {
    const struct xnc_axis *axis = &resize->x;
    for (int64_t x = 0; x < axis->count; x++) {
        int64_t count, at = axis->offset + axis->first + x;
        int64_t lo = weigh(axis, resize->filter, at, resize->weights, &count);
        to_integers(resize->weights, count, resize->columns + x * axis->taps);
        resize->bounds[2 * x] = (int32_t)lo;
        resize->bounds[2 * x + 1] = (int32_t)count;
    }
    resize->loaded = 0;
}

/* Half of a difference, rounded to even as Python rounds. */
static int64_t half_of(int64_t difference) {
    int64_t half = difference / 2;
    return difference % 2 ? half + half % 2 : half;
}

void xnc_axis_finish(struct xnc_axis *axis, enum xnc_filter filter) {
    double support = support_of(axis, filter);
    int64_t whole = (int64_t)support, space = axis->resized - axis->out;
    axis->taps = 2 * (whole + (support > (double)whole)) + 1;
    axis->taps = axis->taps > axis->in ? axis->in : axis->taps;
    axis->offset = space < 0 ? -(-space / 2) : half_of(space);
    axis->first = space < 0 ? -axis->offset : 0;
    axis->count = space < 0 ? axis->resized : axis->out;
}

/* Hands out count * size bytes, aligned for any number. */
static void *take(void *base, uint64_t *at, int64_t count, size_t size) {
    uint64_t start = *at;
    *at = start + ((uint64_t)count * size + 7) / 8 * 8;
    return base ? (unsigned char *)base + start : NULL;
}

uint64_t xnc_resize_place(struct xnc_resize *resize, void *base) {
    const struct xnc_axis *x = &resize->x, *y = &resize->y;
    int64_t channels = resize->channels;
    uint64_t at = base ? (8 - (uintptr_t)base % 8) % 8 : 7;
    resize->line = take(base, &at, x->in * channels, 1);
    resize->crop = take(base, &at, x->out * channels, 1);
    if (resize->filter >= XNC_FILTER_NEAREST) {
        resize->across = take(base, &at, x->count, sizeof *resize->across);
        resize->down = take(base, &at, y->count, sizeof *resize->down);
        resize->sampled = take(base, &at, x->out * channels, sizeof *resize->sampled);
        return at;
    }
    resize->ring_rows = y->taps;
    resize->weights =
        take(base, &at, x->taps > y->taps ? x->taps : y->taps, sizeof *resize->weights);
    resize->columns = take(base, &at, x->count * x->taps, sizeof *resize->columns);
    resize->bounds = take(base, &at, 2 * x->count, sizeof *resize->bounds);
    resize->row = take(base, &at, y->taps, sizeof *resize->row);
    resize->sums = take(base, &at, x->count * channels, sizeof *resize->sums);
    resize->ring = take(base, &at, resize->ring_rows * x->count * channels, 1);
    return at;
}
