/* fuzz_script.c - any bytes as the data.pkl of a TorchScript archive, with the other entries that
 * such an archive has: code, which is compressed, and the storages that the pickle mentions. The
 * first byte says which entries are deflated: the pickle as bytes that zlib made, or as they come,
 * and the storages.
 */
#include "fuzz_tensors.h"

#include <zlib.h>

enum { STORED = 0, DEFLATED = 8, MOST_STORAGES = 32, STORAGE_BYTES = 1 << 12, NAME_BYTES = 64 };
enum { PACK_PICKLE = 1, RAW_PICKLE = 2, PACK_STORAGES = 4 }; /* bits of the first byte */

/* The archive as it grows. */
typedef struct Archive {
    FuzzCase *fuzz;
    uint8_t *data, *directory;
    size_t size, directory_size;
    unsigned count;
} Archive;

static void put(uint8_t *data, size_t *size, const void *bytes, size_t count) {
    memcpy(data + *size, bytes, count);
    *size += count;
}

static void put_number(uint8_t *data, size_t *size, uint32_t number, int bytes) {
    for (int i = 0; i < bytes; i++) {
        data[(*size)++] = (uint8_t)(number >> 8 * i);
    }
}

/* What both headers have in common: flags to the length of extra fields. Checksums are 0. */
static void put_common(uint8_t *data, size_t *size, const char *name, unsigned method,
                       size_t stored, size_t full) {
    put_number(data, size, 0, 2);
    put_number(data, size, method, 2);
    put_number(data, size, 0, 4); /* time and date */
    put_number(data, size, 0, 4); /* checksum */
    put_number(data, size, (uint32_t)stored, 4);
    put_number(data, size, (uint32_t)full, 4);
    put_number(data, size, (uint32_t)strlen(name), 2);
    put_number(data, size, 0, 2);
}

static void add(Archive *archive, const char *name, unsigned method, const uint8_t *bytes,
                size_t stored, size_t full) {
    size_t at = archive->size;
    put(archive->data, &archive->size, "PK\3\4\24\0", 6);
    put_common(archive->data, &archive->size, name, method, stored, full);
    put(archive->data, &archive->size, name, strlen(name));
    put(archive->data, &archive->size, bytes, stored);
    uint8_t *directory = archive->directory;
    put(directory, &archive->directory_size, "PK\1\2\24\0\24\0", 8);
    put_common(directory, &archive->directory_size, name, method, stored, full);
    put(directory, &archive->directory_size, "\0\0\0\0\0\0\0\0\0\0", 10);
    put_number(directory, &archive->directory_size, (uint32_t)at, 4);
    put(directory, &archive->directory_size, name, strlen(name));
    archive->count++;
}

/* Adds an entry as zlib deflates it. */
static void add_packed(Archive *archive, const char *name, const uint8_t *bytes, size_t size) {
    z_stream stream = {.next_in = (uint8_t *)bytes, .avail_in = (uInt)size};
    fuzz_check(deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK,
               "memory");
    uLong most = deflateBound(&stream, (uLong)size);
    uint8_t *packed = arena_alloc(archive->fuzz->arena, most);
    stream.next_out = packed;
    stream.avail_out = (uInt)most;
    fuzz_check(deflate(&stream, Z_FINISH) == Z_STREAM_END, "a compressed entry");
    add(archive, name, DEFLATED, packed, stream.total_out, size);
    deflateEnd(&stream);
}

static void finish(Archive *archive) {
    size_t directory = archive->size;
    put(archive->data, &archive->size, archive->directory, archive->directory_size);
    put(archive->data, &archive->size, "PK\5\6\0\0\0\0", 8);
    put_number(archive->data, &archive->size, archive->count, 2);
    put_number(archive->data, &archive->size, archive->count, 2);
    put_number(archive->data, &archive->size, (uint32_t)archive->directory_size, 4);
    put_number(archive->data, &archive->size, (uint32_t)directory, 4);
    put_number(archive->data, &archive->size, 0, 2);
}

static void add_pickle(Archive *archive, unsigned bits, const uint8_t *bytes, size_t size) {
    if (bits & RAW_PICKLE) {
        add(archive, "s/data.pkl", DEFLATED, bytes, size, 4 * size);
    } else if (bits & PACK_PICKLE) {
        add_packed(archive, "s/data.pkl", bytes, size);
    } else {
        add(archive, "s/data.pkl", STORED, bytes, size, size);
    }
}

/* The storages of the pickle, as far as they are few and small. */
static void add_storages(Archive *archive, unsigned bits, const uint8_t *bytes, size_t size) {
    static const uint8_t zeros[STORAGE_BYTES] = {0};
    FuzzCase *fuzz = archive->fuzz;
    Reading reading = {fuzz->arena, fuzz->diag, "input", bytes, size};
    StorageTable *storages = storage_table_create(fuzz->arena);
    int64_t steps = 0;
    Pickle pickle = {
        .reading = &reading, .steps = &steps, .data = bytes, .size = size, .storages = storages};
    PickleValue root;
    size_t used;
    pickle_run(&pickle, &root, &used);
    for (int i = 0; i < storages->count && i < MOST_STORAGES; i++) {
        const PickleStorage *storage = storages->at[i];
        int64_t full = storage->count * storage->type->bytes;
        if (full > STORAGE_BYTES || storage->key_length > NAME_BYTES) {
            continue;
        }
        const char *name =
            arena_printf(fuzz->arena, "s/data/%.*s", (int)storage->key_length, storage->key);
        if (bits & PACK_STORAGES) {
            add_packed(archive, name, zeros, (size_t)full);
        } else {
            add(archive, name, STORED, zeros, (size_t)full, (size_t)full);
        }
    }
}

static void body(FuzzCase *fuzz) {
    static const uint8_t code[] = "class Net(Module):\n  __parameters__ = []\n";
    if (fuzz->size == 0) {
        return;
    }
    size_t room = 2 * fuzz->size + 4096 + MOST_STORAGES * (2 * STORAGE_BYTES + 4 * NAME_BYTES);
    Archive archive = {.fuzz = fuzz,
                       .data = arena_alloc(fuzz->arena, room),
                       .directory = arena_alloc(fuzz->arena, room)};
    unsigned bits = fuzz->data[0];
    add_pickle(&archive, bits, fuzz->data + 1, fuzz->size - 1);
    add_packed(&archive, "s/code/__torch__.py", code, sizeof code);
    add_storages(&archive, bits, fuzz->data + 1, fuzz->size - 1);
    finish(&archive);
    FuzzCase whole = *fuzz;
    whole.data = archive.data;
    whole.size = archive.size;
    fuzz_checkpoint(&whole, read_zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
