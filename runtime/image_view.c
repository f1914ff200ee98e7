/* image_view.c - what is done to a picture before its resize: a box is cut out, the camera's turn
 * is undone. SPDX-License-Identifier: MIT-0
 *
 *   box 40,30,20,10, margin 1.3   ->   the square 37,22,26,26   ->   a view of the same pixels
 *   orientation 6, 640 x 480      ->   480 x 640, its first row the first column from below
 */
#include "xnc_image_internal.h"

#include <string.h>

static double larger(double a, double b) {
    return a > b ? a : b;
}

/* The nearest whole number of one within 0..limit, halves to even; what lies outside becomes the
 * bound. */
static int edge(double value, int limit) {
    if (!(value > 0.0)) {
        return 0;
    }
    if (value >= limit) {
        return limit;
    }
    int whole = (int)value;
    double rest = value - whole;
    return whole + (rest > 0.5 || (rest == 0.5 && whole % 2));
}

/* Around the same centre. */
static xnc_box square(const xnc_box *box, double margin) {
    double side = larger(box->width, box->height) * margin;
    return (xnc_box){box->x + (box->width - side) / 2, box->y + (box->height - side) / 2, side,
                     side};
}

/* The comparisons are false for NaN. Beyond the bound a double would lose parts of a pixel. */
static int is_box(const xnc_box *box, double margin) {
    const double most = 1e9;
    return box && box->x >= -most && box->x <= most && box->y >= -most && box->y <= most &&
           box->width > 0.0 && box->width <= most && box->height > 0.0 && box->height <= most &&
           margin >= 0.0 && margin <= 1000.0;
}

static xnc_status cut(const xnc_image *image, const xnc_box *box, double margin, xnc_image *part) {
    if (!xnc_is_image(image) || !part || !is_box(box, margin)) {
        return XNC_E_ARGUMENT;
    }
    xnc_box all = margin > 0.0 ? square(box, margin) : *box;
    int left = edge(all.x, image->width), right = edge(all.x + all.width, image->width);
    int top = edge(all.y, image->height), bottom = edge(all.y + all.height, image->height);
    size_t bytes = xnc_pixel_bytes(image->format);
    if (left == right || top == bottom) {
        return XNC_E_ARGUMENT;
    }
    *part = (xnc_image){image->pixels + (size_t)top * image->stride + (size_t)left * bytes,
                        right - left, bottom - top, image->stride, image->format};
    return XNC_OK;
}

xnc_status xnc_image_box(const xnc_image *image, const xnc_box *box, double margin,
                         xnc_image *part) {
    xnc_float had = xnc_float_enter();
    xnc_status status = cut(image, box, margin, part);
    xnc_float_leave(had);
    return status;
}

/* Orientations in which the stored columns, or rows, run backwards; from 5 on rows and columns
 * change places besides. */
static int columns_run_back(int orientation) {
    return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}

static int rows_run_back(int orientation) {
    return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

/* Follows the turned picture row by row; in the stored one a step to the right, or down, is one of
 * so many bytes, which may go back. */
static void turn(const xnc_image *image, int orientation, const xnc_image *turned, uint8_t *to) {
    size_t bytes = xnc_pixel_bytes(image->format);
    ptrdiff_t along = (ptrdiff_t)bytes, across = (ptrdiff_t)image->stride;
    const uint8_t *row = image->pixels;
    if (columns_run_back(orientation)) {
        row += (size_t)(image->width - 1) * bytes;
        along = -along;
    }
    if (rows_run_back(orientation)) {
        row += (size_t)(image->height - 1) * image->stride;
        across = -across;
    }
    ptrdiff_t right = orientation >= 5 ? across : along, down = orientation >= 5 ? along : across;
    for (int y = 0; y < turned->height; y++) {
        uint8_t *pixel = to + (size_t)y * turned->stride;
        for (int x = 0; x < turned->width; x++, pixel += bytes) {
            memcpy(pixel, row + y * down + x * right, bytes);
        }
    }
}

xnc_status xnc_image_turn(const xnc_image *image, int orientation, uint8_t *pixels, size_t stride,
                          xnc_image *turned) {
    if (!xnc_is_image(image) || orientation < 1 || orientation > 8 || !pixels || !turned) {
        return XNC_E_ARGUMENT;
    }
    int sideways = orientation >= 5;
    xnc_image result = {pixels, sideways ? image->height : image->width,
                        sideways ? image->width : image->height, stride, image->format};
    if (!xnc_is_image(&result)) {
        return XNC_E_ARGUMENT;
    }
    turn(image, orientation, &result, pixels);
    *turned = result;
    return XNC_OK;
}
