/* image_exif.c - the bytes of a JPEG or PNG file -> the EXIF orientation that a camera wrote there.
 * SPDX-License-Identifier: MIT-0
 *
 *   JPEG   FF D8, FF E1 length "Exif\0\0" TIFF ..., FF DA     the first such segment before a scan
 *   PNG    signature, chunks of length, type, data, CRC       the chunk eXIf, whose data is the
 * TIFF TIFF   "II*\0" or "MM\0*", offset of a table of tags      tag 0x0112: the orientation
 *
 * Any bytes may be given: each number is read only where the file has it, and offsets that lead
 * elsewhere mean that there is no orientation. The work is linear in the segments and tags.
 */
#include "xnc_image.h"

#include <string.h>

enum { UPRIGHT = 1, TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, TYPE_LONG = 4, TAG_BYTES = 12 };

/* Bytes with the order of their numbers. */
struct bytes {
    const uint8_t *at;
    size_t size;
    int little; /* the lowest byte comes first */
};

static int begins(const struct bytes *bytes, const char *with, size_t count) {
    return bytes->size >= count && memcmp(bytes->at, with, count) == 0;
}

static struct bytes behind(const struct bytes *bytes, size_t count) {
    return (struct bytes){bytes->at + count, bytes->size - count, bytes->little};
}

/* A number of count bytes; 0 where the bytes do not have it. */
static uint32_t number(const struct bytes *bytes, size_t at, size_t count) {
    uint32_t value = 0;
    if (at > bytes->size || count > bytes->size - at) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        value = value << 8 | bytes->at[at + (bytes->little ? count - 1 - i : i)];
    }
    return value;
}

/* The orientation in a table of tags. Of several the last counts, as in Pillow. */
static int find_tag(const struct bytes *tiff) {
    uint32_t table = number(tiff, 4, 4), found = UPRIGHT;
    uint32_t count = number(tiff, table, 2);
    for (uint32_t i = 0; i < count; i++) {
        size_t at = (size_t)table + 2 + (size_t)i * TAG_BYTES;
        uint32_t type = number(tiff, at + 2, 2);
        if (at > tiff->size) {
            break;
        }
        if (number(tiff, at, 2) == TAG_ORIENTATION && number(tiff, at + 4, 4) == 1 &&
            (type == TYPE_SHORT || type == TYPE_LONG)) {
            found = number(tiff, at + 8, type == TYPE_SHORT ? 2 : 4);
        }
    }
    return found >= 1 && found <= 8 ? (int)found : UPRIGHT;
}

static int read_tiff(struct bytes tiff) {
    while (begins(&tiff, "Exif\0\0", 6)) {
        tiff = behind(&tiff, 6);
    }
    tiff.little = begins(&tiff, "II*\0", 4);
    return tiff.little || begins(&tiff, "MM\0*", 4) ? find_tag(&tiff) : UPRIGHT;
}

/* Segments up to the first scan, behind which there are no tags for cameras. Fill bytes (FF) may
 * stand before a marker; some markers stand alone, the others have a length, their own included. */
static int read_jpeg(struct bytes file) {
    for (file = behind(&file, 2); file.size >= 4 && file.at[0] == 0xff;) {
        int marker = file.at[1];
        size_t length = number(&file, 2, 2);
        if (marker == 0xff) {
            file = behind(&file, 1);
        } else if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
            file = behind(&file, 2);
        } else if (marker == 0xda || marker == 0xd9 || length < 2 || length > file.size - 2) {
            break;
        } else {
            struct bytes segment = {file.at + 4, length - 2, 0};
            if (marker == 0xe1 && begins(&segment, "Exif\0\0", 6)) {
                return read_tiff(segment);
            }
            file = behind(&file, 2 + length);
        }
    }
    return UPRIGHT;
}

static int read_png(struct bytes file) {
    for (file = behind(&file, 8); file.size >= 12;) {
        size_t length = number(&file, 0, 4);
        if (length > file.size - 12) {
            break;
        }
        if (memcmp(file.at + 4, "eXIf", 4) == 0) {
            return read_tiff((struct bytes){file.at + 8, length, 0});
        }
        file = behind(&file, 12 + length);
    }
    return UPRIGHT;
}

int xnc_image_orientation(const void *file, size_t bytes) {
    struct bytes all = {file, bytes, 0};
    if (!file) {
        return UPRIGHT;
    }
    if (begins(&all, "\xff\xd8", 2)) {
        return read_jpeg(all);
    }
    return begins(&all, "\x89PNG\r\n\x1a\n", 8) ? read_png(all) : UPRIGHT;
}
