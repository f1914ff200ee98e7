/* picture_format.c - what both decoders do: room for the pixels, words about files that are
 * refused. */
#include "picture_format.h"

enum { RGB_BYTES = 3 };

bool picture_allocate(const Decoding *decoding, int64_t width, int64_t height, int kept) {
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
    *decoding->picture = (Picture){(int)width, (int)height, NULL};
    decoding->picture->pixels = NEW_ARRAY(arena, uint8_t, RGB_BYTES * width * height);
    return true;
}

bool picture_cut_short(const Decoding *decoding, const char *format) {
    return diag_in(decoding->diag, DIAG_FILE, decoding->path, NULL,
                   "was the download or copy interrupted?",
                   "is cut short: the %s ends before its last row", format);
}

bool picture_damaged(const Decoding *decoding, const char *format, const char *message) {
    return diag_in(decoding->diag, DIAG_FILE, decoding->path, NULL, NULL, "is no %s to read: %s",
                   format, message);
}
