/* picture_format.c - what both decoders do: room for the pixels, rows that are turned as a camera
 * meant them, words about files that are refused.
 *
 *   stored rows 0..15, orientation 6   ->   columns of the picture, from its right edge
 *
 * Rows are turned in strips while they come, so that a turned picture takes the memory of one that
 * is not; only of an interlaced one, which is whole at its end, all rows wait.
 */
#include "picture_format.h"

enum { RGB_BYTES = 3, STRIP_ROWS = 16 };

bool picture_allocate(Decoding *decoding, int64_t width, int64_t height, int kept, bool in_passes) {
    bool turned = decoding->orientation > 1, sideways = decoding->orientation >= 5;
    kept += turned && in_passes ? RGB_BYTES : 0;
    int64_t most = decoding->most_bytes / (RGB_BYTES + kept);
    const char *problem = NULL;
    Arena *arena = decoding->arena;
    if (width > XNC_IMAGE_MAX_SIDE || height > XNC_IMAGE_MAX_SIDE) {
        problem = arena_printf(arena, "%d pixels along a side", XNC_IMAGE_MAX_SIDE);
    } else if (width * height > most) {
        problem = arena_printf(arena, "%lld pixels", (long long)most);
    }
    if (problem) {
        return diag_in(decoding->diag, DIAG_FILE, decoding->path, NULL,
                       "make a smaller copy; the network sees a few hundred pixels along a side",
                       "has %lld x %lld pixels; the most are %s", (long long)width,
                       (long long)height, problem);
    }
    decoding->width = (int)width;
    decoding->height = (int)height;
    *decoding->picture = sideways ? (Picture){(int)height, (int)width, NULL}
                                  : (Picture){(int)width, (int)height, NULL};
    decoding->picture->pixels = NEW_ARRAY(arena, uint8_t, RGB_BYTES * width * height);
    decoding->strip_rows = in_passes ? (int)height : STRIP_ROWS;
    decoding->strip =
        turned ? NEW_ARRAY(arena, uint8_t, RGB_BYTES * width * decoding->strip_rows) : NULL;
    return true;
}

uint8_t *picture_row(const Decoding *decoding, int y) {
    size_t bytes = RGB_BYTES * (size_t)decoding->width;
    return decoding->strip ? decoding->strip + (size_t)(y % decoding->strip_rows) * bytes
                           : decoding->picture->pixels + (size_t)y * bytes;
}

/* The strip's rows become rows or, sideways, columns; from the other end where they run back. */
static void place_strip(const Decoding *decoding, int first, int count) {
    int orientation = decoding->orientation;
    const Picture *picture = decoding->picture;
    size_t stride = RGB_BYTES * (size_t)picture->width;
    bool back = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    size_t at = (size_t)(back ? decoding->height - first - count : first);
    xnc_image strip = {decoding->strip, decoding->width, count, RGB_BYTES * (size_t)decoding->width,
                       XNC_RGB};
    xnc_image turned;
    uint8_t *to = picture->pixels + at * (orientation >= 5 ? RGB_BYTES : stride);
    if (xnc_image_turn(&strip, orientation, to, stride, &turned) != XNC_OK) {
        internal_error("picture_format", "a strip that cannot be turned");
    }
}

void picture_row_done(const Decoding *decoding, int y) {
    int rows = decoding->strip_rows, in_strip = y % rows + 1;
    if (decoding->strip && (in_strip == rows || y + 1 == decoding->height)) {
        place_strip(decoding, y + 1 - in_strip, in_strip);
    }
}

bool picture_damaged(const Decoding *decoding, const char *format, const char *message) {
    return diag_in(decoding->diag, DIAG_FILE, decoding->path, NULL, NULL, "is no %s to read: %s",
                   format, message);
}

bool picture_failed(const Decoding *decoding, const char *format, bool no_memory, bool cut_short,
                    const char *message) {
    if (no_memory) {
        arena_fail(decoding->arena);
    }
    if (!cut_short) {
        return picture_damaged(decoding, format, message);
    }
    return diag_in(decoding->diag, DIAG_FILE, decoding->path, NULL,
                   "was the download or copy interrupted?",
                   "is cut short: the %s ends before its last row", format);
}
