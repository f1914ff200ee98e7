/* zip_content.c - an entry of a zip archive -> its content.
 *
 *   stored     ->   the bytes of the file themselves
 *   deflated   ->   memory of the arena, inflated by zlib
 *
 * torch stores what we read; archives that were packed again, and some exporters, deflate. What
 * comes out must have exactly the size that the directory states, and all of an archive together is
 * limited: a few bytes can be inflated to a thousand times as many.
 */
#include "zip.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

/* Inflates into size bytes; false when the stream is broken or gives another number of bytes. */
static bool inflate_all(const Reading *reading, const ZipEntry *entry, uint8_t *content) {
    z_stream stream = {.next_in = (uint8_t *)reading->data + entry->offset,
                       .avail_in = (uInt)entry->stored,
                       .next_out = content,
                       .avail_out = (uInt)entry->size};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) { /* only for lack of memory */
        arena_fail(reading->arena);
    }
    int state = inflate(&stream, Z_FINISH);
    bool whole = state == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    inflateEnd(&stream);
    if (state == Z_MEM_ERROR) {
        arena_fail(reading->arena);
    }
    return whole;
}

static bool inflate_entry(Zip *zip, const ZipEntry *entry, Chunk *chunk) {
    const Reading *reading = zip->reading;
    if (entry->size > LIMIT_INFLATED_BYTES - zip->inflated || entry->stored > UINT32_MAX) {
        return fail_in(reading, chunk->name,
                       "unpack the archive and pack it without compression: zip -0 -r",
                       "the entry is compressed, and with it more than %d MB would be unpacked",
                       LIMIT_INFLATED_BYTES >> 20);
    }
    zip->inflated += entry->size;
    uint8_t *content = arena_alloc(reading->arena, entry->size);
    chunk->data = content;
    return inflate_all(reading, entry, content) ||
           fail_in(reading, chunk->name, "was the download or copy interrupted?",
                   "the entry's compressed bytes do not give the %" PRIu64
                   " bytes that the archive says",
                   entry->size);
}

/* Whether all entries of this name have the same bytes in the archive: then any of them is meant.
 */
static bool twins_agree(const Zip *zip, const ZipEntry *entry) {
    const uint8_t *data = zip->reading->data;
    for (const ZipEntry *twin = entry->twin; twin; twin = twin->twin) {
        if (twin->method != entry->method || twin->size != entry->size ||
            twin->stored != entry->stored ||
            memcmp(data + twin->offset, data + entry->offset, entry->stored) != 0) {
            return fail_in(zip->reading, zip_name(zip, entry), NULL,
                           "the zip archive has two different entries of this name");
        }
    }
    return true;
}

bool zip_content(Zip *zip, const ZipEntry *entry, Chunk *chunk) {
    *chunk = (Chunk){.name = zip_name(zip, entry),
                     .data = zip->reading->data + entry->offset,
                     .size = entry->size,
                     .offset = entry->offset,
                     .crc = entry->crc,
                     .verified = !zip->has_sums};
    if (!twins_agree(zip, entry)) {
        return false;
    }
    if (entry->method == ZIP_STORED) {
        return true;
    }
    return entry->method == ZIP_DEFLATED
               ? inflate_entry(zip, entry, chunk)
               : fail_in(zip->reading, chunk->name,
                         "unpack the archive and pack it without compression: zip -0 -r",
                         "the entry is compressed by method %d, not by deflate", entry->method);
}

/* CRC-32 as in the zip format, computed once for each chunk. */
bool chunk_verified(Diag *diag, const char *path, Chunk *chunk) {
    if (chunk->verified) {
        return true;
    }
    uint32_t crc = (uint32_t)crc32_z(crc32_z(0, NULL, 0), chunk->data, (size_t)chunk->size);
    if (crc != chunk->crc) {
        return diag_in(diag, DIAG_FILE, path, chunk->name, "was the download or copy interrupted?",
                       "the checksum of the %" PRIu64 " bytes from byte %" PRIu64
                       " is %08x, the archive says %08x",
                       chunk->size, chunk->offset, crc, chunk->crc);
    }
    chunk->verified = true;
    return true;
}

bool tensor_verified(Diag *diag, const char *path, const Tensor *tensor) {
    return !tensor->chunk || chunk_verified(diag, path, tensor->chunk);
}
