/* xnc_image_internal.h - what the files about pictures share. Not for users.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XNC_IMAGE_INTERNAL_H
#define XNC_IMAGE_INTERNAL_H

#include "xnc_float_internal.h"
#include "xnc_image.h"

/* One direction of the way from a picture to a crop of its resized self. */
struct xnc_axis {
    int64_t in;      /* pixels of the picture */
    int64_t resized; /* pixels after the resize */
    int64_t out;     /* pixels of the crop */
    int64_t offset;  /* of the crop's first pixel in the resized picture; below 0 stands padding */
    int64_t first;   /* pixels of the crop that come from the picture, the others are padding */
    int64_t count;
    int64_t taps; /* the most pixels of the picture that one resized pixel is made of */
    int64_t cut;  /* pixels of the caller's picture in front of the part that is resized */
};

enum xnc_filter {
    XNC_FILTER_BICUBIC, /* these two weigh all pixels near a place: image_resize.c */
    XNC_FILTER_BILINEAR,
    XNC_FILTER_NEAREST, /* these two look at single pixels: image_sample.c */
    XNC_FILTER_TF_BILINEAR
};

/* Where a resized pixel lies: between two pixels, which may be the same. */
struct xnc_sample {
    int32_t lo, hi;
    float part; /* of the way from lo to hi */
};

/* A resize that goes through the picture once, from the top; the rows that the vertical filter
 * needs at once live in a ring. All memory is the caller's scratch. */
struct xnc_resize {
    struct xnc_axis x, y;
    int channels; /* of the result: 1 or 3 */
    enum xnc_filter filter;
    uint8_t fill[3];                  /* padding */
    double *weights;                  /* of one resized pixel, before they become integers */
    int32_t *columns;                 /* x.taps weights for each of x.count columns */
    int32_t *bounds;                  /* first pixel and number of pixels for each of them */
    int32_t *row;                     /* y.taps weights of the row at hand */
    int32_t *sums;                    /* of that row, one for each byte */
    uint8_t *ring;                    /* ring_rows rows of x.count pixels, resized horizontally */
    uint8_t *line;                    /* one row of the picture in the result's channels */
    uint8_t *crop;                    /* one row of the result, for those who convert it further */
    struct xnc_sample *across, *down; /* of x.count columns, y.count rows */
    float *sampled;                   /* one row of the result, before it is normalized */
    int64_t ring_rows;                /* row n of the picture is in n % ring_rows */
    int64_t loaded;                   /* the first row of the picture that is not in the ring yet */
    xnc_image image;
};

/* A product that no compiler may contract with an addition, whatever its flags. */
static inline float xnc_rounded_product(float a, float b) {
    volatile float rounded = a * b;
    return rounded;
}

/* Is it a picture as xnc_image.h describes one? */
int xnc_is_image(const xnc_image *image);
/* Bytes of a pixel. */
size_t xnc_pixel_bytes(xnc_image_format format);

/* Sets the scratch pointers. Bytes of scratch; without a base only these are computed. */
uint64_t xnc_resize_place(struct xnc_resize *resize, void *base);
/* Computes the weights of the columns; the scratch must have been placed. */
void xnc_resize_start(struct xnc_resize *resize);
/* Computes a row of the crop, y.out of them ascending from 0: x.out x channels bytes. */
void xnc_resize_row(struct xnc_resize *resize, int64_t y, uint8_t *pixels);
/* A row of the picture in the result's channels: the picture's own, or a copy in line. */
const uint8_t *xnc_source_row(const struct xnc_resize *resize, int64_t row);

/* The same for filters that look at single pixels. Rows may be asked for in any order; their values
 * are those of pixels, 0 to 255. */
void xnc_sample_start(struct xnc_resize *resize);
void xnc_sample_row(struct xnc_resize *resize, int64_t y, float *values);

/* An axis is given in, resized, out: computes the rest. */
void xnc_axis_finish(struct xnc_axis *axis, enum xnc_filter filter);

#endif
