/* torch_zip.c - a checkpoint as torch writes it since 1.6 -> a list of tensors.
 *
 *   zip archive: X/data.pkl (the root), X/byteorder, X/data/0, X/data/1, ... (the storages)
 *
 * An archive of TorchScript has the same parts; its code (X/code) and its constants are not read.
 * The folder X is named after the file that was saved first: it may have any name and is not used.
 * Checksums are compared for the entries that are read.
 */
#include "torch_zip.h"
#include "foreign.h"
#include "pickle.h"

#include <inttypes.h>
#include <string.h>

typedef struct Archive {
    const Reading *reading;
    Zip *zip;
    const char *folder; /* "X/", set by find_root(); not terminated */
    size_t folder_length;
} Archive;

/* An archive of something else: the name of an entry may tell of what. */
static void fail_without_root(const Archive *archive) {
    const char *what = NULL, *advice = "give a checkpoint that torch.save wrote";
    for (uint32_t i = 0; i < archive->zip->count && !what; i++) {
        const ZipEntry *entry = &archive->zip->entries[i];
        what = foreign_entry(entry->name, entry->name_length, &advice);
    }
    fail_in(archive->reading, NULL, advice,
            "is %s, not what torch.save wrote: it has no NAME/data.pkl",
            what ? what : "a zip archive");
}

/* The one X/data.pkl, whose folder X/ is kept; NULL after a diagnostic. */
static const ZipEntry *find_root(Archive *archive) {
    static const char root[] = "/data.pkl";
    const Reading *reading = archive->reading;
    const ZipEntry *found = NULL;
    for (uint32_t i = 0; i < archive->zip->count; i++) {
        const ZipEntry *entry = &archive->zip->entries[i];
        const char *slash = memchr(entry->name, '/', entry->name_length);
        size_t lead = slash ? (size_t)(slash - entry->name) : entry->name_length;
        if (entry->name_length - lead != strlen(root) || memcmp(slash, root, strlen(root)) != 0) {
            continue;
        }
        if (found && found != zip_find(archive->zip, entry->name, entry->name_length)) {
            fail_in(reading, zip_name(archive->zip, entry), NULL,
                    "the zip archive has a second data.pkl");
            return NULL;
        }
        found = zip_find(archive->zip, entry->name, entry->name_length);
        archive->folder = entry->name;
        archive->folder_length = lead + 1;
    }
    if (!found) {
        fail_without_root(archive);
    }
    return found;
}

/* The entry of a name in the archive's folder, or NULL. */
static const ZipEntry *find_entry(const Archive *archive, const char *name) {
    const char *full = arena_printf(archive->reading->arena, "%.*s%s", (int)archive->folder_length,
                                    archive->folder, name);
    return zip_find(archive->zip, full, strlen(full));
}

/* Older releases have no such entry; they ran on little-endian machines only. */
static bool check_byte_order(const Archive *archive) {
    const Reading *reading = archive->reading;
    const ZipEntry *entry = find_entry(archive, "byteorder");
    Chunk chunk;
    if (!entry) {
        return true;
    }
    if (!zip_content(archive->zip, entry, &chunk) ||
        !chunk_verified(reading->diag, reading->path, &chunk)) {
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
static bool read_root(const Archive *archive, const ZipEntry *entry, StorageTable *storages,
                      PickleValue *root) {
    const Reading *reading = archive->reading;
    Chunk chunk;
    int64_t steps = 0;
    if (entry->size > LIMIT_PICKLE_BYTES) {
        return fail_in(reading, zip_name(archive->zip, entry),
                       "save the weights alone: torch.save(model.state_dict(), path)",
                       "has %" PRIu64 " bytes, more than %d MB", entry->size,
                       LIMIT_PICKLE_BYTES >> 20);
    }
    if (!zip_content(archive->zip, entry, &chunk) ||
        !chunk_verified(reading->diag, reading->path, &chunk)) {
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
    const ZipEntry *entry = find_entry(archive, name);
    if (!entry) {
        return fail_in(reading, NULL, "was the archive repacked?", "storage '%s' has no entry %s%s",
                       key, readable(reading->arena, archive->folder, archive->folder_length),
                       readable(reading->arena, name, strlen(name)));
    }
    uint64_t bytes = (uint64_t)(storage->count * storage->type->bytes);
    if (entry->size != bytes) {
        return fail_in(reading, zip_name(archive->zip, entry), NULL,
                       "has %" PRIu64 " bytes, its storage of %" PRId64 " elements needs %" PRIu64,
                       entry->size, storage->count, bytes);
    }
    return zip_content(archive->zip, entry, &storage->chunk);
}

/* The order matters: names and sizes before any content, the root before the storages it names. */
TensorFile *torch_read_archive(Zip *zip) {
    const Reading *reading = zip->reading;
    Archive archive = {.reading = reading, .zip = zip};
    StorageTable *storages = storage_table_create(reading->arena);
    PickleValue root;
    const ZipEntry *entry = find_root(&archive);
    if (!entry || !check_byte_order(&archive) || !read_root(&archive, entry, storages, &root)) {
        return NULL;
    }
    for (int i = 0; i < storages->count; i++) {
        if (!place_storage(&archive, storages->at[i])) {
            return NULL;
        }
    }
    TensorFile *file = torch_dict(reading, &root);
    if (file) {
        file->container = "a zip archive of torch";
    }
    return file;
}
