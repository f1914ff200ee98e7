/* torch_zip.c - a checkpoint as torch writes it since 1.6 -> a list of tensors.
 *
 *   zip archive: X/data.pkl (the root), X/byteorder, X/data/0, X/data/1, ... (the storages)
 *
 * Every entry must be stored (compression method 0), so nothing expands; names are plain relative
 * paths; the sizes add up to no more than the file, so entries cannot share bytes on a large scale
 * (libzip does not detect overlaps). Checksums are compared for the entries that are read.
 */
#include "pickle.h"
#include "zip_memory.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

typedef struct Archive {
    const Reading *reading;
    ZipMemory *memory;
    Map *names;          /* from names of entries to their zip_stat_t */
    zip_stat_t *entries; /* in the order of the central directory */
    int count;
    const char *folder; /* "X/", set by find_root() */
} Archive;

static bool character_fits(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           strchr("._/-", c);
}

/* Characters that mean the same everywhere, neither an absolute path nor a part "..". */
static bool entry_name_fits(const char *name) {
    if (name[0] == '\0' || name[0] == '/') {
        return false;
    }
    for (const char *at = name; *at; at++) {
        if (!character_fits(*at)) {
            return false;
        }
        bool begins = at == name || at[-1] == '/';
        if (begins && at[0] == '.' && at[1] == '.' && (at[2] == '/' || at[2] == '\0')) {
            return false;
        }
    }
    return true;
}

/* *total: bytes of the entries so far. */
static bool check_entry(Archive *archive, int index, uint64_t *total) {
    const Reading *reading = archive->reading;
    const zip_stat_t *entry = &archive->entries[index];
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC |
                                ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if ((entry->valid & needed) != needed) {
        return fail_in(reading, NULL, NULL, "entry %d of the zip archive cannot be read", index);
    }
    const char *name = readable(reading->arena, entry->name, strlen(entry->name));
    if (!entry_name_fits(entry->name)) {
        return fail_in(reading, name, "names are A-Z a-z 0-9 . _ - / without a leading / and ..",
                       "an entry of the zip archive has a name that is not allowed");
    }
    if (map_get(archive->names, entry->name)) {
        return fail_in(reading, name, NULL, "the zip archive has two entries of this name");
    }
    map_put(archive->names, entry->name, entry);
    if (entry->encryption_method != ZIP_EM_NONE) {
        return fail_in(reading, name, "decrypt the archive first", "the entry is encrypted");
    }
    if (entry->comp_method != ZIP_CM_STORE || entry->comp_size != entry->size) {
        return fail_in(reading, name, "torch.save stores without compression",
                       "the entry is compressed");
    }
    if (entry->size > reading->size - *total) {
        return fail_in(reading, name, NULL,
                       "the entries up to this one have more bytes than the file");
    }
    *total += entry->size;
    return true;
}

/* All entries are checked, also those that nothing reads. */
static bool check_entries(Archive *archive) {
    const Reading *reading = archive->reading;
    uint64_t total = 0;
    archive->count = (int)zip_get_num_entries(archive->memory->archive, 0);
    archive->entries = NEW_ARRAY(reading->arena, zip_stat_t, archive->count);
    archive->names = map_by_name(reading->arena);
    for (int i = 0; i < archive->count; i++) {
        zip_stat_init(&archive->entries[i]);
        zip_stat_index(archive->memory->archive, (zip_uint64_t)i, ZIP_FL_ENC_RAW,
                       &archive->entries[i]);
        if (!check_entry(archive, i, &total)) {
            return false;
        }
    }
    return true;
}

/* The index of the one X/data.pkl, whose folder X/ is kept; -1 after a diagnostic. */
static int find_root(Archive *archive) {
    const Reading *reading = archive->reading;
    int found = -1;
    for (int i = 0; i < archive->count; i++) {
        const char *name = archive->entries[i].name, *slash = strchr(name, '/');
        if (!slash || strcmp(slash, "/data.pkl") != 0) {
            continue;
        }
        if (found >= 0) {
            return fail_in(reading, name, NULL, "the zip archive has a second data.pkl"), -1;
        }
        found = i;
        archive->folder = arena_strndup(reading->arena, name, (size_t)(slash - name) + 1);
    }
    if (found < 0) {
        fail_in(reading, NULL, "give a checkpoint that torch.save wrote",
                "the zip archive has no NAME/data.pkl");
    }
    return found;
}

/* The entry of a name in the archive's folder, or -1. length: of the name, which no NUL needs to
 * end. */
static int find_entry(const Archive *archive, const char *name, size_t length) {
    const char *full =
        arena_printf(archive->reading->arena, "%s%.*s", archive->folder, (int)length, name);
    const zip_stat_t *entry = map_get(archive->names, full);
    return entry ? (int)(entry - archive->entries) : -1;
}

static bool locate(const Archive *archive, int index, Chunk *chunk) {
    return zip_memory_locate(archive->reading, archive->memory, (zip_uint64_t)index, chunk);
}

/* CRC-32 as in the zip format, computed once for each chunk. */
static bool chunk_verified(Diag *diag, const char *path, Chunk *chunk) {
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

/* Older releases have no such entry; they ran on little-endian machines only. */
static bool check_byte_order(const Archive *archive) {
    const Reading *reading = archive->reading;
    int index = find_entry(archive, "byteorder", strlen("byteorder"));
    Chunk chunk;
    if (index < 0) {
        return true;
    }
    if (!locate(archive, index, &chunk) || !chunk_verified(reading->diag, reading->path, &chunk)) {
        return false;
    }
    if (chunk.size != 6 || memcmp(chunk.data, "little", 6) != 0) {
        return fail_in(reading, chunk.name, "save it again on a little-endian machine",
                       "the byte order is '%s', not 'little'",
                       readable(reading->arena, chunk.data, (size_t)chunk.size));
    }
    return true;
}

/* The pickle must fill its entry: bytes after its STOP would have no meaning. */
static bool read_root(const Archive *archive, int index, StorageTable *storages,
                      PickleValue *root) {
    const Reading *reading = archive->reading;
    Chunk chunk;
    int64_t steps = 0;
    if (archive->entries[index].size > LIMIT_PICKLE_BYTES) {
        return fail_in(reading, archive->entries[index].name,
                       "save the weights alone: torch.save(model.state_dict(), path)",
                       "has %" PRIu64 " bytes, more than %d MB",
                       (uint64_t)archive->entries[index].size, LIMIT_PICKLE_BYTES >> 20);
    }
    if (!locate(archive, index, &chunk) || !chunk_verified(reading->diag, reading->path, &chunk)) {
        return false;
    }
    Pickle pickle = {.reading = reading,
                     .steps = &steps,
                     .base = chunk.offset,
                     .data = chunk.data,
                     .size = (size_t)chunk.size,
                     .storages = storages};
    size_t used;
    if (!pickle_run(&pickle, root, &used)) {
        return false;
    }
    if (used != chunk.size) {
        return fail_at(reading, chunk.offset + used, NULL, "%zu bytes follow the pickle's end",
                       (size_t)chunk.size - used);
    }
    return true;
}

/* Finds the bytes of a storage that the root mentions: the entry X/data/KEY, of exactly its size.
 */
static bool place_storage(const Archive *archive, PickleStorage *storage) {
    const Reading *reading = archive->reading;
    const char *key = readable(reading->arena, storage->key, storage->key_length);
    const char *name =
        arena_printf(reading->arena, "data/%.*s", (int)storage->key_length, storage->key);
    int index = find_entry(archive, name, strlen(name));
    if (index < 0) {
        return fail_in(reading, NULL, "was the archive repacked?",
                       "storage '%s' has no entry %sdata/%s", key, archive->folder, key);
    }
    uint64_t bytes = (uint64_t)(storage->count * storage->type->bytes);
    if (archive->entries[index].size != bytes) {
        return fail_in(reading, archive->entries[index].name, NULL,
                       "has %" PRIu64 " bytes, its storage of %" PRId64 " elements needs %" PRIu64,
                       (uint64_t)archive->entries[index].size, storage->count, bytes);
    }
    return locate(archive, index, &storage->chunk);
}

/* The order matters: names and sizes before any content, the root before the storages it names. */
TensorFile *read_torch_zip(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                           size_t size) {
    Reading *reading = NEW(arena, Reading);
    *reading = (Reading){arena, diag, path, data, size};
    Archive archive = {.reading = reading, .memory = zip_memory_open(reading)};
    StorageTable *storages = storage_table_create(arena);
    PickleValue root;
    if (!archive.memory || !check_entries(&archive)) {
        return NULL;
    }
    int index = find_root(&archive);
    if (index < 0 || !check_byte_order(&archive) || !read_root(&archive, index, storages, &root)) {
        return NULL;
    }
    for (int i = 0; i < storages->count; i++) {
        if (!place_storage(&archive, storages->at[i])) {
            return NULL;
        }
    }
    return torch_dict(reading, &root);
}
