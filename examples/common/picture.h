/* picture.h - JPEG and PNG files become pixels: what all the examples share.
 *
 * Pictures come from anywhere, so nothing is allocated before the header's size was looked at, and
 * a picture that is cut or damaged is refused, not answered from the half that is there. Pixels are
 * those that timm's loader gives, but for two kinds: CMYK is refused, and grey PNG of 16 bits gives
 * the higher byte, where Pillow cuts off at 255.
 */
#ifndef EXAMPLES_PICTURE_H
#define EXAMPLES_PICTURE_H

#include <stddef.h>

#include "xnc_image.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum picture_status {
    PICTURE_OK,
    PICTURE_UNREADABLE, /* the file cannot be read */
    PICTURE_UNKNOWN,    /* neither JPEG nor PNG, or of a kind that has no RGB (CMYK) */
    PICTURE_DAMAGED,    /* cut short, or its data are wrong */
    PICTURE_TOO_LARGE,  /* more pixels than allowed */
    PICTURE_NO_MEMORY
} picture_status;

/* One line for people. */
const char *picture_text(picture_status status);

/* Decodes a picture in memory to 8-bit RGB; picture->pixels is to be freed with picture_free().
 * Nothing is left to free after an error. */
picture_status picture_decode(const void *data, size_t bytes, size_t most_pixels,
                              xnc_image *picture);
/* The same for a file of at most 1 GB. */
picture_status picture_read(const char *path, size_t most_pixels, xnc_image *picture);
void picture_free(xnc_image *picture);

#ifdef __cplusplus
}
#endif

#endif
