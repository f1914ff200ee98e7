/* clean.c - decides which characters are safe to print (clean.h says why) and replaces the others.
 *
 *   "a\x1b[2Jb"  ->  "a?[2Jb"        "\u202e" (right-to-left override)  ->  "???"
 *
 * UTF-8 is read strictly (Unicode 15, table 3-7): no overlong encoding, no surrogate, nothing
 * beyond U+10FFFF. A lenient decoder behind the terminal could otherwise read a control character
 * where this file saw none.
 */
#include "clean.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct Range {
    uint32_t first, last;
} Range;

/* C0; DEL and C1; Arabic letter mark; left-to-right and right-to-left marks; line and paragraph
 * separators with the direction embeddings and overrides; direction isolates; surrogates. */
static const Range unclean[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2066, 0x2069}, {0xd800, 0xdfff},
};

/* Code point of the character, whose length is known; the first byte keeps 8 - bytes - 1 bits. */
static uint32_t code_point(const uint8_t *at, size_t bytes) {
    uint32_t code = bytes == 1 ? at[0] : at[0] & (0xffu >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++) {
        code = code << 6 | (at[i] & 0x3fu);
    }
    return code;
}

/* Whether all bytes but the first are continuation bytes, 10xxxxxx. */
static bool goes_on(const uint8_t *at, size_t bytes) {
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return false;
        }
    }
    return true;
}

/* Lead bytes 80 to bf continue a character, c0 and c1 start only overlong encodings, and those from
 * f5 start code points beyond U+10FFFF. */
size_t clean_bytes(const uint8_t *at, size_t left) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* by length: not overlong */
    uint8_t lead = left ? at[0] : 0xff;
    size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || bytes > left || !goes_on(at, bytes)) {
        return 0;
    }
    uint32_t code = code_point(at, bytes);
    bool bad = code < least[bytes] || code > 0x10ffff;
    for (size_t i = 0; i < sizeof unclean / sizeof *unclean; i++) {
        bad = bad || (code >= unclean[i].first && code <= unclean[i].last);
    }
    return bad ? 0 : bytes;
}

bool text_is_clean(const char *text, size_t length) {
    size_t bytes = 1;
    for (size_t i = 0; i < length && bytes; i += bytes) {
        bytes = clean_bytes((const uint8_t *)text + i, length - i);
    }
    return bytes > 0;
}

/* Length in bytes of an unclean or broken character: up to the next byte that can start one. */
static size_t unclean_bytes(const uint8_t *at, size_t left) {
    size_t bytes = 1;
    while (bytes < left && (at[bytes] & 0xc0) == 0x80) {
        bytes++;
    }
    return bytes;
}

void put_clean(FILE *stream, const char *text, size_t length) {
    const uint8_t *at = (const uint8_t *)text;
    for (size_t i = 0, bytes; i < length; i += bytes) {
        bytes = clean_bytes(at + i, length - i);
        if (bytes) {
            fwrite(at + i, 1, bytes, stream);
            continue;
        }
        bytes = unclean_bytes(at + i, length - i);
        for (size_t j = 0; j < bytes; j++) {
            fputc('?', stream);
        }
    }
}

void print_clean(FILE *stream, const char *format, ...) {
    char small[1024], *text = small;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    size_t size = length < 0 ? 0 : (size_t)length;
    if (size >= sizeof small) {
        text = malloc(size + 1);
        size = text ? size : sizeof small - 1; /* without memory the line is cut */
        vsnprintf(text ? text : small, size + 1, format, again);
    }
    bool ends = *format && format[strlen(format) - 1] == '\n' && size > 0;
    put_clean(stream, text ? text : small, size - ends);
    if (ends) {
        fputc('\n', stream);
    }
    if (text != small) {
        free(text);
    }
    va_end(again);
    va_end(args);
}
