/* hdf5_file.c - the bytes of an HDF5 file -> where its root group is; and the checks that each read
 * goes through.
 *
 *   \x89HDF\r\n\x1a\n, versions, sizes, base 0, end 2110432, root group at 96   ->   Hdf5
 */
#include "hdf5_parts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static const char signature[] = "\x89HDF\r\n\x1a\n";
static const char cut_hint[] = "was the download or copy interrupted?";

/* The superblock of version 0 (section II.A); lengths and places of its fields. */
enum {
    SIGNATURE_BYTES = 8,
    SUPERBLOCK_BYTES = 96,
    AT_OFFSET_SIZE = 13,
    AT_LENGTH_SIZE = 14,
    AT_BASE = 24,
    AT_END = 40,
    AT_ROOT = 64
};

bool hdf5_begins(const uint8_t *data, size_t size) {
    return size >= SIGNATURE_BYTES && memcmp(data, signature, SIGNATURE_BYTES) == 0;
}

uint16_t hdf5_u16(const uint8_t *at) {
    return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t hdf5_u32(const uint8_t *at) {
    return hdf5_u16(at) | (uint32_t)hdf5_u16(at + 2) << 16;
}

uint64_t hdf5_u64(const uint8_t *at) {
    return hdf5_u32(at) | (uint64_t)hdf5_u32(at + 4) << 32;
}

uint64_t hdf5_padded(uint64_t bytes) {
    return (bytes + 7) & ~(uint64_t)7;
}

bool hdf5_broken(const Hdf5 *file, uint64_t at, const char *what) {
    return fail_at(file->reading, at, cut_hint, "the HDF5 file is broken: %s", what);
}

bool hdf5_fail(const Hdf5 *file, const Hdf5Object *object, const char *hint, const char *format,
               ...) {
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(file->reading->arena, format, args);
    va_end(args);
    return fail_in(file->reading, hdf5_place(file, object->path), hint, "%s", text);
}

bool hdf5_beyond(const Hdf5 *file, const Hdf5Object *object, const char *what) {
    return hdf5_fail(file, object, file->advice, "has %s, a part of HDF5 that is not read", what);
}

/* Each part is followed by those behind it. */
const char *hdf5_place(const Hdf5 *file, const Hdf5Path *path) {
    Arena *arena = file->reading->arena;
    const char *place = path ? readable(arena, path->name, strlen(path->name)) : "/";
    for (path = path ? path->above : NULL; path; path = path->above) {
        const char *name = readable(arena, path->name, strlen(path->name));
        place = arena_printf(arena, "%s/%s", name, place);
    }
    return place;
}

const uint8_t *hdf5_take(Hdf5 *file, uint64_t at, uint64_t bytes, const char *what) {
    const Reading *reading = file->reading;
    if (at > file->end || bytes > file->end - at) {
        fail_at(reading, at, cut_hint,
                "the HDF5 file is broken: %s of %" PRIu64 " bytes leaves its %" PRIu64 " bytes",
                what, bytes, file->end);
        return NULL;
    }
    if (bytes > LIMIT_HDF5_BYTES - file->spent) {
        fail_at(reading, at, file->advice,
                "the HDF5 file has more than %d MB of groups, headers and texts",
                LIMIT_HDF5_BYTES >> 20);
        return NULL;
    }
    file->spent += bytes;
    return reading->data + at;
}

const uint8_t *hdf5_take_signed(Hdf5 *file, uint64_t at, uint64_t bytes, const char *start,
                                const char *what) {
    const uint8_t *found = hdf5_take(file, at, bytes, what);
    if (found && memcmp(found, start, 4) != 0) {
        hdf5_broken(file, at, arena_printf(file->reading->arena, "%s does not begin here", what));
        return NULL;
    }
    return found;
}

/* Versions of all parts that the superblock states are 0; addresses and lengths have 8 bytes. */
static bool check_superblock(const Hdf5 *file, const uint8_t *block) {
    const Reading *reading = file->reading;
    if (block[8] != 0) {
        return fail_at(reading, 8, file->advice,
                       "the HDF5 file has a superblock of version %d; version 0 is read", block[8]);
    }
    if (block[9] != 0 || block[10] != 0 || block[12] != 0) {
        return hdf5_broken(file, 9, "its superblock has parts of unknown versions");
    }
    if (block[AT_OFFSET_SIZE] != 8 || block[AT_LENGTH_SIZE] != 8) {
        return fail_at(reading, AT_OFFSET_SIZE, file->advice,
                       "the HDF5 file has addresses of %d and lengths of %d bytes; those of 8 are "
                       "read",
                       block[AT_OFFSET_SIZE], block[AT_LENGTH_SIZE]);
    }
    return true;
}

bool hdf5_open(const Reading *reading, const char *advice, Hdf5 *file) {
    *file = (Hdf5){.reading = reading,
                   .advice = advice,
                   .end = reading->size,
                   .groups = map_by_address(reading->arena)};
    const uint8_t *block = hdf5_take(file, 0, SUPERBLOCK_BYTES, "the superblock");
    if (!block || !check_superblock(file, block)) {
        return false;
    }
    if (hdf5_u64(block + AT_BASE) != 0) {
        return hdf5_broken(file, AT_BASE, "its base address is not 0");
    }
    file->end = hdf5_u64(block + AT_END);
    if (file->end > reading->size) {
        return fail_at(reading, AT_END, cut_hint,
                       "the file has %zu bytes, its header says %" PRIu64, reading->size,
                       file->end);
    }
    file->root = hdf5_u64(block + AT_ROOT);
    return true;
}
