/* xnc_image.h - from a decoded picture to the input of a model, as timm evaluates it.
 * SPDX-License-Identifier: MIT-0
 *
 *     xnc_image image = {pixels, 640, 480, 640 * 3, XNC_RGB};
 *     const xnc_preprocess *how = xnc_model_preprocess(&xception41_model);
 *     size_t bytes = xnc_image_scratch_bytes(how, 3, &image);
 *     void *scratch = malloc(bytes);
 *     xnc_status status = xnc_image_input(how, 3, &image, scratch, bytes, input);
 *
 * The resize is Pillow's 8-bit one (bicubic, bilinear or nearest) or TensorFlow's in float
 * (tf_bilinear: tf.image.resize without antialias), bit for bit. The first two have rows before
 * columns as in its versions before 13; later ones begin with the columns where the height shrinks
 * by more than twice as many pixels as the width, which moves some values there. Crop and
 * normalization are those of timm's transform for evaluation, to the last bit of every float.
 * Pictures are taken as they are, as timm takes them: a program that wants to see them as their
 * camera meant, or only a box of them, calls xnc_image_turn() and xnc_image_box() before, in this
 * order.
 *
 * Nothing is allocated, nothing is written but scratch and result, no state is kept: any number of
 * threads may work at once, each with scratch of its own. Only pixels that end in the result are
 * computed, so memory and time stay small for any shape of picture.
 */
#ifndef XNC_IMAGE_H
#define XNC_IMAGE_H

#include "xnc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Largest height or width of a picture, and of what it is resized to before the crop along its
 * shorter edge. */
#define XNC_IMAGE_MAX_SIDE 65536

/* Order of the bytes of a pixel. */
typedef enum xnc_image_format {
    XNC_RGB,
    XNC_BGR,
    XNC_GREY /* one byte; stands for three equal ones where a model wants colour */
} xnc_image_format;

/* A picture that belongs to the caller: rows from the top, 8 bits a value, no gap between pixels.
 */
typedef struct xnc_image {
    const uint8_t *pixels;
    int width, height; /* 1..XNC_IMAGE_MAX_SIDE */
    size_t stride;     /* bytes from one row to the next */
    xnc_image_format format;
} xnc_image;

/* Bytes of scratch that the functions below need for this picture; no alignment is asked for. 0
 * when they would refuse it with XNC_E_ARGUMENT: a side or the stride out of range, another format,
 * other channels than 1 or 3, an unknown interpolation or crop mode, a crop_pct not within
 * 0.01..100. */
size_t xnc_image_scratch_bytes(const xnc_preprocess *how, int channels, const xnc_image *image);

/* Resizes, crops and normalizes: writes channels x how->height x how->width floats, one plane after
 * another, or with how->channels_last one pixel after another, red first - one image of what
 * xnc_run() takes. With one channel the picture is turned into grey as Pillow's convert("L") does:
 * (19595 R + 38470 G + 7471 B + 32768) >> 16. Errors: XNC_E_ARGUMENT, XNC_E_ARENA (too little
 * scratch). */
xnc_status xnc_image_input(const xnc_preprocess *how, int channels, const xnc_image *image,
                           void *scratch, size_t scratch_bytes, float *input);

/* The same without normalizing: how->height x how->width pixels of channels bytes each, red first;
 * those of tf_bilinear, which are no whole numbers, are rounded. */
xnc_status xnc_image_crop(const xnc_preprocess *how, int channels, const xnc_image *image,
                          void *scratch, size_t scratch_bytes, uint8_t *pixels);

/* A part of a picture in pixels from its upper left corner; fractions are allowed. */
typedef struct xnc_box {
    double x, y, width, height;
} xnc_box;

/* Makes *part the view of the picture in a box: the same pixels, nothing is copied. With a margin
 * above 0 the box is widened to the square around its centre with margin times its longer side, as
 * for faces. Then its edges are rounded to whole pixels, halves to even (Pillow's crop() rounds
 * so), and what lies outside of the picture is cut off. part may be image. Errors: XNC_E_ARGUMENT
 * (also when no pixel is left; then *part stays as it is). */
xnc_status xnc_image_box(const xnc_image *image, const xnc_box *box, double margin,
                         xnc_image *part);

/* The EXIF orientation, 1 to 8, that the bytes of a JPEG or PNG file state; 1, as the pixels stand,
 * where they state none. Any bytes may be given. */
int xnc_image_orientation(const void *file, size_t bytes);

/* Turns a picture as an orientation of EXIF says: writes the rows of the turned picture to pixels,
 * stride bytes apart, and makes *turned describe it. From orientation 5 on width and height change
 * places. The pixels must not overlap the picture's; turned may be image. Errors: XNC_E_ARGUMENT.
 */
xnc_status xnc_image_turn(const xnc_image *image, int orientation, uint8_t *pixels, size_t stride,
                          xnc_image *turned);

#ifdef __cplusplus
}
#endif

#endif
