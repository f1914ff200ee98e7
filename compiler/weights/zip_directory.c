/* zip_directory.c - the central directory of a zip archive -> its entries, all checked.
 *
 *   PK 01 02 ... "net/data/0", 3456 bytes, stored   ->   ZipEntry { "net/data/0", offset 1234, ...
 * }
 *
 * Every entry is checked when the archive is opened, also those that nothing reads: names are
 * relative paths without "..", the local header says the same as the directory
 * (APPNOTE.TXT 4.3.7), and no two entries share a byte of the file. So the contents together are no
 * larger than the file, but for what is compressed, which zip_content() limits.
 */
#include "zip.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENTRY_BYTES = 46, /* of an entry in the directory, without name, extra fields and comment */
    LOCAL_BYTES = 30, /* of a local header, likewise */
    FLAG_ENCRYPTED = 1,
    FLAG_SIZES_FOLLOW = 8, /* sizes and checksum stand behind the content, not in the header */
    EXTRA_LARGE = 1        /* the extra field with numbers of 64 bits */
};

const char *zip_name(const Zip *zip, const ZipEntry *entry) {
    return readable(zip->reading->arena, entry->name, entry->name_length);
}

ZipEntry *zip_find(const Zip *zip, const char *name, size_t length) {
    return map_get_name(zip->names, name, length);
}

/* ---- one entry ---- */

/* Replaces each size that has all bits set by its number of 64 bits in the extra fields, which are
 * at `at`, up to end. The numbers stand there in this order, each only when it is needed (4.5.3).
 */
static bool read_large(const Reading *reading, uint64_t at, uint64_t end, uint64_t *numbers[],
                       int count) {
    while (end - at >= 4) {
        uint64_t id = zip_number(reading, at, 2), length = zip_number(reading, at + 2, 2);
        at += 4;
        if (length > end - at) {
            return false;
        }
        for (int i = 0; id == EXTRA_LARGE && i < count; i++) {
            if (*numbers[i] == UINT32_MAX && length >= 8) {
                *numbers[i] = zip_number(reading, at, 8);
                at += 8;
                length -= 8;
            }
        }
        at += length;
    }
    return true;
}

/* The entry of the directory at *at, which moves behind it; end is that of the directory. */
static bool read_entry(const Zip *zip, uint64_t *at, uint64_t end, ZipEntry *entry) {
    const Reading *reading = zip->reading;
    uint64_t from = *at;
    if (end - from < ENTRY_BYTES || memcmp(reading->data + from, "PK\x01\x02", 4) != 0) {
        return zip_broken(reading, "its directory has fewer entries than its end says");
    }
    uint64_t name = from + ENTRY_BYTES, length = zip_number(reading, from + 28, 2);
    uint64_t extra = zip_number(reading, from + 30, 2), comment = zip_number(reading, from + 32, 2);
    if (length + extra + comment > end - name) {
        return zip_broken(reading, "an entry leaves its directory");
    }
    *entry = (ZipEntry){.name = (const char *)reading->data + name,
                        .name_length = (size_t)length,
                        .method = (uint16_t)zip_number(reading, from + 10, 2),
                        .crc = (uint32_t)zip_number(reading, from + 16, 4),
                        .stored = zip_number(reading, from + 20, 4),
                        .size = zip_number(reading, from + 24, 4),
                        .header = zip_number(reading, from + 42, 4)};
    uint64_t *numbers[] = {&entry->size, &entry->stored, &entry->header};
    if (!read_large(reading, name + length, name + length + extra, numbers, 3)) {
        return zip_broken(reading, "an entry has broken extra fields");
    }
    *at = name + length + extra + comment;
    return !(zip_number(reading, from + 8, 2) & FLAG_ENCRYPTED) ||
           fail_in(reading, zip_name(zip, entry), "decrypt the archive first",
                   "the entry is encrypted");
}

/* Adds the name to those of the archive. Some tools write an entry twice: which of them is meant is
 * a question only when it is read. */
static bool check_name(const Zip *zip, ZipEntry *entry) {
    if (!path_stays_inside(entry->name, entry->name_length)) {
        return fail_in(zip->reading, zip_name(zip, entry),
                       "names are relative paths of printable UTF-8 without '..', of at most 4 KB",
                       "an entry of the zip archive has a name that is not allowed");
    }
    ZipEntry *first = zip_find(zip, entry->name, entry->name_length);
    if (first) {
        entry->twin = first->twin;
        first->twin = entry;
    } else {
        map_put_name(zip->names, entry->name, entry->name_length, entry);
    }
    return true;
}

/* Whether the local header has the checksum and the sizes of the directory. extra: its fields. */
static bool sizes_agree(const Reading *reading, const ZipEntry *entry, uint64_t extra,
                        uint64_t end) {
    uint64_t stored = zip_number(reading, entry->header + 18, 4);
    uint64_t size = zip_number(reading, entry->header + 22, 4);
    uint64_t *numbers[] = {&size, &stored};
    return read_large(reading, extra, end, numbers, 2) && stored == entry->stored &&
           size == entry->size && zip_number(reading, entry->header + 14, 4) == entry->crc;
}

/* Finds the content behind the local header, which must agree with the directory. limit: where the
 * directory begins. */
static bool check_header(const Zip *zip, uint64_t limit, ZipEntry *entry) {
    const Reading *reading = zip->reading;
    uint64_t at = entry->header;
    if (at > limit || limit - at < LOCAL_BYTES ||
        memcmp(reading->data + at, "PK\x03\x04", 4) != 0) {
        return fail_in(reading, zip_name(zip, entry), "was the download or copy interrupted?",
                       "the entry has no header at byte %" PRIu64, at);
    }
    uint64_t length = zip_number(reading, at + 26, 2), extra = zip_number(reading, at + 28, 2);
    entry->offset = at + LOCAL_BYTES + length + extra;
    if (entry->offset > limit || entry->stored > limit - entry->offset) {
        return fail_in(reading, zip_name(zip, entry), "was the download or copy interrupted?",
                       "the entry's %" PRIu64 " bytes leave the file", entry->stored);
    }
    bool follow = zip_number(reading, at + 6, 2) & FLAG_SIZES_FOLLOW;
    if (length != entry->name_length ||
        memcmp(reading->data + at + LOCAL_BYTES, entry->name, length) != 0 ||
        zip_number(reading, at + 8, 2) != entry->method ||
        (!follow && !sizes_agree(reading, entry, entry->offset - extra, entry->offset))) {
        return fail_in(
            reading, zip_name(zip, entry), NULL,
            "the entry's header at byte %" PRIu64 " differs from the archive's directory", at);
    }
    return entry->method != ZIP_STORED || entry->stored == entry->size ||
           fail_in(reading, zip_name(zip, entry), NULL,
                   "the entry of %" PRIu64 " bytes is stored in %" PRIu64 " bytes", entry->size,
                   entry->stored);
}

/* ---- all of them ---- */

static int compare_places(const void *a, const void *b) {
    const ZipEntry *one = *(ZipEntry *const *)a, *two = *(ZipEntry *const *)b;
    return (one->header > two->header) - (one->header < two->header);
}

/* In the order of their places each entry must end before the next one begins. */
static bool apart(const Zip *zip) {
    ZipEntry **order = NEW_ARRAY(zip->reading->arena, ZipEntry *, zip->count);
    for (uint32_t i = 0; i < zip->count; i++) {
        order[i] = &zip->entries[i];
    }
    qsort(order, zip->count, sizeof *order, compare_places);
    for (uint32_t i = 1; i < zip->count; i++) {
        if (order[i - 1]->offset + order[i - 1]->stored > order[i]->header) {
            return fail_in(zip->reading, zip_name(zip, order[i]), NULL,
                           "the entry overlaps with '%s'", zip_name(zip, order[i - 1]));
        }
    }
    return true;
}

/* An archive in which no content has a checksum was written without them. */
static void look_for_sums(Zip *zip) {
    bool has_content = false;
    for (uint32_t i = 0; i < zip->count; i++) {
        has_content = has_content || zip->entries[i].size > 0;
        zip->has_sums = zip->has_sums || zip->entries[i].crc != 0;
    }
    if (has_content && !zip->has_sums) {
        diag_note(zip->reading->diag, "%s was written without checksums: damage is not noticed",
                  zip->reading->path);
    }
}

static bool read_entries(Zip *zip, const ZipEnd *end) {
    uint64_t at = end->directory, last = end->directory + end->bytes;
    for (; zip->count < end->count; zip->count++) {
        ZipEntry *entry = &zip->entries[zip->count];
        if (!read_entry(zip, &at, last, entry) || !check_name(zip, entry) ||
            !check_header(zip, end->directory, entry)) {
            return false;
        }
    }
    return at == last || zip_broken(zip->reading, "its directory has more bytes than its entries");
}

Zip *zip_open(const Reading *reading) {
    ZipEnd end;
    if (!zip_end(reading, &end)) {
        return NULL;
    }
    Zip *zip = NEW(reading->arena, Zip);
    zip->reading = reading;
    zip->names = map_by_name(reading->arena);
    zip->entries = NEW_ARRAY(reading->arena, ZipEntry, end.count);
    if (!read_entries(zip, &end) || !apart(zip)) {
        return NULL;
    }
    look_for_sums(zip);
    return zip;
}
