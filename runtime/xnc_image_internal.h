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
};

/* A resize that goes through the picture once, from the top; the rows that the vertical filter
 * needs at once live in a ring. All memory is the caller's scratch. */
struct xnc_resize {
    struct xnc_axis x, y;
    int channels;      /* of the result: 1 or 3 */
    int bilinear;      /* else bicubic */
    uint8_t fill[3];   /* padding */
    double *weights;   /* of one resized pixel, before they become integers */
    int32_t *columns;  /* x.taps weights for each of x.count columns */
    int32_t *bounds;   /* first pixel and number of pixels for each of them */
    int32_t *row;      /* y.taps weights of the row at hand */
    int32_t *sums;     /* of that row, one for each byte */
    uint8_t *ring;     /* ring_rows rows of x.count pixels, resized horizontally */
    uint8_t *line;     /* one row of the picture in the result's channels */
    uint8_t *crop;     /* one row of the result, for those who convert it further */
    int64_t ring_rows; /* row n of the picture is in n % ring_rows */
    int64_t loaded;    /* the first row of the picture that is not in the ring yet */
    xnc_image image;
};

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

/* An axis is given in, resized, out: computes the rest. */
void xnc_axis_finish(struct xnc_axis *axis, int bilinear);

#endif
