/* picture_format.h - what picture_read.c and the files of the two formats share. */
#ifndef XNC_COMPILER_PICTURE_FORMAT_H
#define XNC_COMPILER_PICTURE_FORMAT_H

#include "picture.h"

/* A picture while it is decoded. */
typedef struct Decoding {
    Arena *arena;
    Diag *diag;
    const char *path;
    const uint8_t *data;
    size_t size;
    int64_t most_bytes; /* of the pixels, and of what a decoder keeps of each */
    int orientation; /* of EXIF: how the stored rows are turned into the picture's; 1: they are */
    Picture *picture;
    int width, height; /* as stored; set by picture_allocate() */
    uint8_t *strip;    /* the last strip_rows stored rows, which wait for being turned */
    int strip_rows;
} Decoding;

/* Sets the size and gets room for the pixels, unless the size is beyond the limits; kept is how
 * many bytes of each pixel the decoder keeps besides. in_passes: it goes through the rows several
 * times, and needs to find what it has left there. */
bool picture_allocate(Decoding *decoding, int64_t width, int64_t height, int kept, bool in_passes);
/* Where the decoder writes the stored row y: 3 * width bytes. */
uint8_t *picture_row(const Decoding *decoding, int y);
/* Row y is as it will stay; those before it were so already. */
void picture_row_done(const Decoding *decoding, int y);
/* Reports a file that the library refuses, with the library's message. Returns false, as diag_in()
 * does. */
bool picture_damaged(const Decoding *decoding, const char *format, const char *message);
/* The end of a decoder whose library gave up: for want of memory, which does not return, because
 * the file ends before the last row, or else with the library's message. Returns false. */
bool picture_failed(const Decoding *decoding, const char *format, bool no_memory, bool cut_short,
                    const char *message);

/* The decoders fill *picture; false after a diagnostic. Running out of memory is the arena's
 * failure, also inside of the libraries, whose handles are deferred to the arena. */
bool decode_jpeg(Decoding *decoding);
bool decode_png(Decoding *decoding);

#endif
