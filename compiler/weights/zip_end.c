/* zip_end.c - the end of a zip archive -> where its central directory is.
 *
 *   ... PK 05 06, 276 entries, 23046 bytes from byte 91600000, no comment
 *       ->   ZipEnd { directory 91600000, bytes 23046, count 276 }
 *
 * The record must end with the file (APPNOTE.TXT 4.3.16). Archives with large numbers, and all of
 * torch, have a larger record too and a locator that says where it is (4.3.14, 4.3.15). Then both
 * must say the same, unless the small record has all bits set for "see the large one": so every
 * reader of the archive finds the same directory.
 */
#include "zip.h"

#include <inttypes.h>
#include <string.h>

/* Lengths of the records, without comment and extensible data. */
enum { END_BYTES = 22, LOCATOR_BYTES = 20, LARGE_END_BYTES = 56, LARGE_LEAD_BYTES = 12 };

bool zip_broken(const Reading *reading, const char *what) {
    return fail_in(reading, NULL, "was the download or copy interrupted?",
                   "the zip archive is broken: %s", what);
}

uint64_t zip_number(const Reading *reading, uint64_t at, int bytes) {
    uint64_t number = 0;
    for (int i = bytes; i-- > 0;) {
        number = number << 8 | reading->data[at + (uint64_t)i];
    }
    return number;
}

static bool stands_at(const Reading *reading, uint64_t at, const char *magic) {
    return memcmp(reading->data + at, magic, 4) == 0;
}

/* The last record whose comment ends with the file; the comment has at most 64 KB. */
static bool find_end(const Reading *reading, uint64_t *at) {
    if (reading->size < END_BYTES) {
        return false;
    }
    uint64_t last = reading->size - END_BYTES;
    uint64_t first = last > UINT16_MAX ? last - UINT16_MAX : 0;
    for (*at = last;; --*at) {
        if (stands_at(reading, *at, "PK\x05\x06") &&
            *at + END_BYTES + zip_number(reading, *at + 20, 2) == reading->size) {
            return true;
        }
        if (*at == first) {
            return false;
        }
    }
}

/* Whether a field of the small record says the same as that of the large one. */
static bool agrees(uint64_t small, uint64_t most, uint64_t large) {
    return small == large || small == most;
}

/* Replaces the numbers of the small record by those of the large one, whose locator ends at byte
 * small. *limit becomes the byte where the large record begins. */
static bool read_large(const Reading *reading, uint64_t small, ZipEnd *end, uint64_t *limit) {
    uint64_t locator = small - LOCATOR_BYTES, large = zip_number(reading, locator + 8, 8);
    if (large > locator || locator - large < LARGE_END_BYTES ||
        !stands_at(reading, large, "PK\x06\x06") ||
        zip_number(reading, large + 4, 8) != locator - large - LARGE_LEAD_BYTES) {
        return zip_broken(reading, "its zip64 record is not where its locator says");
    }
    ZipEnd found = {.count = zip_number(reading, large + 32, 8),
                    .bytes = zip_number(reading, large + 40, 8),
                    .directory = zip_number(reading, large + 48, 8)};
    if (!agrees(end->count, UINT16_MAX, found.count) ||
        !agrees(end->bytes, UINT32_MAX, found.bytes) ||
        !agrees(end->directory, UINT32_MAX, found.directory)) {
        return zip_broken(reading, "its two end records differ");
    }
    *end = found;
    *limit = large;
    return true;
}

bool zip_end(const Reading *reading, ZipEnd *end) {
    uint64_t at, limit;
    if (!find_end(reading, &at)) {
        return zip_broken(reading, "it has no end record");
    }
    *end = (ZipEnd){.count = zip_number(reading, at + 10, 2),
                    .bytes = zip_number(reading, at + 12, 4),
                    .directory = zip_number(reading, at + 16, 4)};
    limit = at;
    if (at >= LOCATOR_BYTES && stands_at(reading, at - LOCATOR_BYTES, "PK\x06\x07") &&
        !read_large(reading, at, end, &limit)) {
        return false;
    }
    if (end->count > LIMIT_ZIP_ENTRIES) {
        return fail_in(
            reading, NULL, "save the weights alone: torch.save(model.state_dict(), path)",
            "the zip archive has %" PRIu64 " entries, more than %d", end->count, LIMIT_ZIP_ENTRIES);
    }
    if (end->directory > limit || end->bytes > limit - end->directory) {
        return zip_broken(reading, "its directory leaves the file");
    }
    return true;
}
