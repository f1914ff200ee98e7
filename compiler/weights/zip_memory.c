/* zip_memory.c - lets libzip read an archive from memory, and finds where its entries are.
 *
 *   entry "net/data/0" of 3456 bytes   ->   Chunk { data + 1234, size 3456, crc }
 *
 * libzip copies entries out, but a checkpoint of 100 MB should not be copied. So libzip reads
 * through a callback (zip_source_function(3)) that records where each read began: after opening a
 * stored entry and asking for its first byte, that is where the entry's bytes are. Thus only libzip
 * interprets the format (APPNOTE.TXT: local headers, central directory, zip64), and the entry's
 * checksum is compared later over these same bytes.
 */
#include "zip_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Lengths of the records at an archive's end, without the comment. */
enum { END_BYTES = 22, LOCATOR_BYTES = 20, LARGE_END_BYTES = 56 };

static zip_int64_t source_read(ZipMemory *memory, void *data, zip_uint64_t length) {
    uint64_t left = memory->size - memory->position;
    uint64_t count = length < left ? length : left;
    memory->last_read = memory->position;
    if (count > 0) {
        memcpy(data, memory->data + memory->position, (size_t)count);
    }
    memory->position += count;
    return (zip_int64_t)count;
}

static zip_int64_t source_stat(const ZipMemory *memory, zip_stat_t *status) {
    zip_stat_init(status);
    status->size = memory->size;
    status->valid = ZIP_STAT_SIZE;
    return sizeof *status;
}

static zip_int64_t source_seek(ZipMemory *memory, void *data, zip_uint64_t length) {
    zip_int64_t position = zip_source_seek_compute_offset(memory->position, memory->size, data,
                                                          length, &memory->error);
    if (position < 0) {
        return -1;
    }
    memory->position = (uint64_t)position;
    return 0;
}

/* The commands of a source that can be read and sought. */
static zip_int64_t source_call(void *state, void *data, zip_uint64_t length,
                               zip_source_cmd_t command) {
    ZipMemory *memory = state;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        memory->position = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return source_read(memory, data, length);
    case ZIP_SOURCE_STAT:
        return source_stat(memory, data);
    case ZIP_SOURCE_SEEK:
        return source_seek(memory, data, length);
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)memory->position;
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&memory->error, data, length);
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(
            ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
            ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, -1);
    default: /* close, free: the memory is not ours */
        return 0;
    }
}

/* The arena's cleanup; zip_discard() closes without writing. */
static void discard(void *what) {
    ZipMemory *memory = what;
    if (memory->archive) {
        zip_discard(memory->archive);
    }
    zip_error_fini(&memory->error);
    zip_error_fini(&memory->open_error);
}

/* libzip reports some failed allocations as a broken archive; errno, which callers set to 0 before,
 * then is ENOMEM. */
static bool fail_zip(const Reading *reading, zip_error_t *error, const char *where) {
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY || errno == ENOMEM) {
        arena_fail(reading->arena);
    }
    if (zip_error_code_zip(error) == ZIP_ER_EXISTS) {
        return fail_in(reading, where, NULL, "the zip archive has two entries of one name");
    }
    return fail_in(reading, where, "was the download or copy interrupted?",
                   "the zip archive is broken: %s", zip_error_strerror(error));
}

static uint64_t number_at(const Reading *reading, uint64_t at, int bytes) {
    uint64_t number = 0;
    for (int i = bytes; i-- > 0;) {
        number = number << 8 | reading->data[at + (uint64_t)i];
    }
    return number;
}

static bool stands_at(const Reading *reading, uint64_t at, const char *magic) {
    return at + END_BYTES <= reading->size && memcmp(reading->data + at, magic, 4) == 0;
}

/* How many entries the record at this byte says that the archive has, which ends with it: a larger
 * record may say the number, and a locator in front of this one where that is. */
static uint64_t entries_at(const Reading *reading, uint64_t at) {
    uint64_t count = number_at(reading, at + 10, 2);
    if (at < LOCATOR_BYTES || !stands_at(reading, at - LOCATOR_BYTES, "PK\x06\x07")) {
        return count;
    }
    uint64_t large = number_at(reading, at - LOCATOR_BYTES + 8, 8);
    bool inside = large <= reading->size && reading->size - large >= LARGE_END_BYTES;
    return inside && stands_at(reading, large, "PK\x06\x06") ? number_at(reading, large + 32, 8)
                                                             : count;
}

/* libzip reads the directory of each record in the last 64 KB that looks like an archive's end, to
 * choose among them, and looks for each name among all others that collide with it. So it is given
 * an archive only when all these directories together are short. */
static bool directories_fit(const Reading *reading) {
    uint64_t searched = END_BYTES + LOCATOR_BYTES + UINT16_MAX + 1, total = 0;
    uint64_t from = reading->size > searched ? reading->size - searched : 0;
    for (uint64_t at = from; at + END_BYTES <= reading->size; at++) {
        if (stands_at(reading, at, "PK\x05\x06")) {
            uint64_t count = entries_at(reading, at);
            total += count <= LIMIT_TENSORS ? count + 1 : LIMIT_TENSORS + 2;
        }
    }
    return total <= LIMIT_TENSORS + 1 ||
           fail_in(reading, NULL, "save the weights alone: torch.save(model.state_dict(), path)",
                   "the zip archive has more than %d entries", LIMIT_TENSORS);
}

ZipMemory *zip_memory_open(const Reading *reading) {
    if (!directories_fit(reading)) {
        return NULL;
    }
    ZipMemory *memory = NEW(reading->arena, ZipMemory);
    memory->data = reading->data;
    memory->size = reading->size;
    zip_error_init(&memory->error);
    zip_error_init(&memory->open_error);
    arena_defer(reading->arena, discard, memory);
    errno = 0;
    zip_source_t *source = zip_source_function_create(source_call, memory, &memory->open_error);
    if (source) {
        memory->archive =
            zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &memory->open_error);
    }
    if (!memory->archive) {
        zip_source_free(source);
        fail_zip(reading, &memory->open_error, NULL);
        return NULL;
    }
    return memory;
}

/* An empty entry has no bytes to look for. The result is checked against the file, whatever libzip
 * has read. */
bool zip_memory_locate(const Reading *reading, ZipMemory *memory, zip_uint64_t index,
                       Chunk *chunk) {
    zip_stat_t status;
    char byte;
    errno = 0;
    if (zip_stat_index(memory->archive, index, ZIP_FL_ENC_RAW, &status) != 0) {
        return fail_zip(reading, zip_get_error(memory->archive), NULL);
    }
    zip_file_t *file = zip_fopen_index(memory->archive, index, 0);
    if (!file) {
        return fail_zip(reading, zip_get_error(memory->archive), status.name);
    }
    memory->last_read = memory->size;
    zip_int64_t count = status.size > 0 ? zip_fread(file, &byte, 1) : 0;
    zip_fclose(file);
    uint64_t offset = status.size > 0 ? memory->last_read : 0;
    if (count < 0 || offset > memory->size || status.size > memory->size - offset) {
        return fail_in(reading, status.name, "was the download or copy interrupted?",
                       "the entry's %" PRIu64 " bytes leave the file", (uint64_t)status.size);
    }
    *chunk = (Chunk){.name = status.name,
                     .data = memory->data + offset,
                     .size = status.size,
                     .offset = offset,
                     .crc = status.crc};
    return true;
}
