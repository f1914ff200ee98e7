/* reading.c - diagnostics about a broken file, and the sizes of shapes in it; reading.h says more.
 */
#include "reading.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { READABLE_CHARACTERS = 60 };
static const int64_t size_limit = (int64_t)1 << 53; /* exact in JSON and far above any file */

static bool fail(const Reading *reading, const char *where, const char *hint, const char *format,
                 va_list args) {
    const char *text = arena_vprintf(reading->arena, format, args);
    return diag_in(reading->diag, DIAG_FILE, reading->path, where, hint, "%s", text);
}

bool fail_at(const Reading *reading, uint64_t byte, const char *hint, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(reading, arena_printf(reading->arena, "byte %" PRIu64, byte), hint, format, args);
    va_end(args);
    return false;
}

bool fail_in(const Reading *reading, const char *where, const char *hint, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(reading, where, hint, format, args);
    va_end(args);
    return false;
}

/* Each byte takes four characters at most, "..." three and a NUL. */
const char *readable(Arena *arena, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    size_t shown = length < READABLE_CHARACTERS ? length : READABLE_CHARACTERS;
    char *text = arena_alloc(arena, shown * 4 + 4), *end = text;
    for (size_t i = 0; i < shown; i++) {
        if (at[i] >= ' ' && at[i] <= '~') {
            *end++ = (char)at[i];
        } else {
            end += snprintf(end, 5, "\\x%02x", at[i]);
        }
    }
    if (shown < length) {
        snprintf(end, 4, "...");
    }
    return text;
}

const char *dims_text(Arena *arena, const int64_t *dim, int rank) {
    const char *text = "[";
    for (int i = 0; i < rank; i++) {
        text = arena_printf(arena, "%s%s%" PRId64, text, i ? ", " : "", dim[i]);
    }
    return arena_printf(arena, "%s]", text);
}

/* Each product is compared with the limit before it is computed, so nothing overflows; zeros are
 * left out of it, so that [0, 2^60] is refused in any order of its dimensions. */
bool checked_bytes(const int64_t *dim, int rank, int64_t item, int64_t *bytes) {
    int64_t product = item;
    bool empty = false;
    for (int i = 0; i < rank; i++) {
        if (dim[i] < 0 || (dim[i] > 0 && product > (size_limit - 1) / dim[i])) {
            return false;
        }
        empty = empty || dim[i] == 0;
        product *= dim[i] > 0 ? dim[i] : 1;
    }
    *bytes = empty ? 0 : product;
    return true;
}
