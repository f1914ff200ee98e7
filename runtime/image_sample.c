/* image_sample.c - resizes that look at single pixels of a picture, as Keras' pipelines have them.
 * SPDX-License-Identifier: MIT-0
 *
 *   nearest       Pillow's NEAREST, which Keras' load_img() takes: pixel of a sum of steps
 *   tf_bilinear   tf.image.resize() with antialias=False: between two pixels of each direction
 *
 * Both are bit for bit what they are there, on x86. Nearest adds steps of a double, so that the
 * positions are those of all additions before. Bilinear computes in float and is not rounded:
 *
 *   x = (i + 0.5) * (in / out) - 0.5, between pixels floor(x) and ceil(x)
 *   top + (bottom - top) * y, where top and bottom are left + (right - left) * x
 *
 * Where the picture shrinks, pixels in between are not looked at.
 */
#include "xnc_image_internal.h"

/* The pixel that the resized pixel at an index is, for all of an axis. */
static void place_nearest(const struct xnc_axis *axis, struct xnc_sample *samples) {
    double step = (double)axis->in / (double)axis->resized;
    double at = (double)axis->cut + step * 0.5; /* a half is exact: nothing to contract */
    int64_t first = axis->offset + axis->first;
    for (int64_t i = 0; i < first + axis->count; i++, at += step) {
        int64_t place = (int64_t)at - axis->cut;
        place = place < axis->in ? place : axis->in - 1;
        if (i >= first) {
            samples[i - first] = (struct xnc_sample){(int32_t)place, (int32_t)place, 0.0f};
        }
    }
}

static void place_between(const struct xnc_axis *axis, struct xnc_sample *samples) {
    float scale = (float)axis->in / (float)axis->resized;
    for (int64_t i = 0; i < axis->count; i++) {
        float x = xnc_rounded_product((float)(axis->offset + axis->first + i) + 0.5f, scale) - 0.5f;
        int64_t whole = (int64_t)x, last = axis->in - 1;
        whole -= (float)whole > x; /* down, also below 0 */
        int64_t next = (float)whole < x ? whole + 1 : whole;
        samples[i].lo = (int32_t)(whole < 0 ? 0 : whole < last ? whole : last);
        samples[i].hi = (int32_t)(next < last ? next : last);
        samples[i].part = x - (float)whole;
    }
}

void xnc_sample_start(struct xnc_resize *resize) {
    int between = resize->filter == XNC_FILTER_TF_BILINEAR;
    (between ? place_between : place_nearest)(&resize->x, resize->across);
    (between ? place_between : place_nearest)(&resize->y, resize->down);
}

static float between(float a, float b, float part) {
    return a + xnc_rounded_product(b - a, part);
}

/* The resized pixels of a row of the picture, or what is between them and those in to. */
static void sample_line(const struct xnc_resize *resize, const uint8_t *line, const float *part,
                        float *to) {
    int channels = resize->channels;
    for (int64_t x = 0; x < resize->x.count; x++) {
        const struct xnc_sample *sample = &resize->across[x];
        for (int c = 0; c < channels; c++, to++) {
            float left = line[sample->lo * channels + c], right = line[sample->hi * channels + c];
            float value = between(left, right, sample->part);
            *to = part ? between(*to, value, *part) : value;
        }
    }
}

static void fill(const struct xnc_resize *resize, float *to, int64_t pixels) {
    for (int64_t i = 0; i < pixels * resize->channels; i++) {
        to[i] = resize->fill[i % resize->channels];
    }
}

void xnc_sample_row(struct xnc_resize *resize, int64_t y, float *values) {
    const struct xnc_axis *axis = &resize->x;
    int64_t row = y - resize->y.first, behind = axis->first + axis->count;
    if (row < 0 || row >= resize->y.count) {
        fill(resize, values, axis->out);
        return;
    }
    const struct xnc_sample *sample = &resize->down[row];
    float *inside = values + axis->first * resize->channels;
    fill(resize, values, axis->first);
    sample_line(resize, xnc_source_row(resize, sample->lo), NULL, inside);
    if (sample->hi != sample->lo) {
        sample_line(resize, xnc_source_row(resize, sample->hi), &sample->part, inside);
    }
    fill(resize, values + behind * resize->channels, axis->out - behind);
}
