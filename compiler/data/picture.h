/* picture.h - from a JPEG or PNG file to the floats that a network takes.
 *
 * Pixels are what Pillow's Image.open(path).convert("RGB") gives, which is what timm evaluates:
 * alpha and transparent colours are dropped, grey of 16 bits is cut at 255, CMYK is read as Adobe
 * writes it (inverted). EXIF orientation is ignored, as timm does, unless it is asked for; then the
 * pixels are what ImageOps.exif_transpose() makes of them.
 */
#ifndef XNC_COMPILER_PICTURE_H
#define XNC_COMPILER_PICTURE_H

#include "boxes.h"
#include "ir.h"
#include "limit.h"

typedef struct Picture {
    int width, height; /* pixels */
    uint8_t *pixels;   /* RGB, row after row without gaps */
} Picture;

/* Decodes a JPEG or PNG that takes at most so many bytes while it is decoded, turned as its EXIF
 * says if exif is set; path is for diagnostics. Memory is the arena's, also that of the libraries.
 * False after a diagnostic. */
bool picture_decode(Arena *arena, Diag *diag, const char *path, const uint8_t *data, size_t size,
                    int64_t most_bytes, bool exif, Picture *picture);
/* Does a name have one of the endings that timm looks for: .jpg, .jpeg, .png? */
bool is_picture_name(const char *path);
/* Reads and decodes a file within LIMIT_PICTURE_BYTES. */
bool picture_read(Arena *arena, Diag *diag, const char *path, bool exif, Picture *picture);

/* The graph's preprocessing in the runtime's form, equal to that of the emitted model. The strings
 * are the graph's. */
xnc_preprocess picture_preprocess(const Graph *graph);
/* A digest of all that decides which floats a picture becomes; boxes may be NULL. */
uint64_t picture_digest(Arena *arena, const Preprocess *how, const Boxes *boxes);
/* Takes the box of path if there are boxes (NULL: none), resizes, crops and normalizes
 * (runtime/xnc_image.h) into channels * how->height * how->width floats, for 1 or 3 channels.
 * False after a diagnostic. */
bool picture_input(Arena *arena, Diag *diag, const char *path, const Picture *picture,
                   const xnc_preprocess *how, const Boxes *boxes, int channels, float *input);
/* Both: from the file to the floats. */
bool picture_load(Arena *arena, Diag *diag, const char *path, const xnc_preprocess *how,
                  const Boxes *boxes, int channels, float *input);

#endif
