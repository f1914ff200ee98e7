/* torch_legacy.c - the stream that torch wrote before 1.6 (_legacy_save() of
 * torch/serialization.py) -> a list of tensors.
 *
 *   pickles: magic number, protocol 1001, system information, the root, a list of storage keys;
 *   then for each key an int64 count of elements and the elements
 *
 * The stream states each storage's size twice, in the root and before the elements; both must
 * agree, and the storages must end where the file ends. It has no checksums.
 */
#include "pickle.h"

#include <inttypes.h>
#include <string.h>

enum { PROTOCOL_VERSION = 1001, TAR_MAGIC_AT = 257 };

/* A pickle of the integer 0x1950a86a20f9469cfc6c, always these bytes. */
static const uint8_t magic_pickle[] = {0x80, 2,    0x8a, 10,   0x6c, 0xfc, 0x9c, 0x46,
                                       0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

typedef struct PickleStream {
    Reading reading;
    size_t next;
    StorageTable *storages;
    int64_t steps; /* of all pickles */
} PickleStream;

/* The next of the stream's pickles, which share the limit on steps. */
static bool next_pickle(PickleStream *stream, StorageTable *storages, PickleValue *value) {
    Pickle pickle = {.reading = &stream->reading,
                     .steps = &stream->steps,
                     .base = stream->next,
                     .data = stream->reading.data + stream->next,
                     .size = stream->reading.size - stream->next,
                     .old_strings = true,
                     .storages = storages};
    size_t used;
    if (!pickle_run(&pickle, value, &used)) {
        return false;
    }
    stream->next += used;
    return true;
}

/* Tar archives of the oldest releases get advice of their own. */
static bool read_magic(PickleStream *stream) {
    const Reading *reading = &stream->reading;
    const uint8_t *data = reading->data;
    if (reading->size >= TAR_MAGIC_AT + 5 && memcmp(data + TAR_MAGIC_AT, "ustar", 5) == 0) {
        return fail_at(reading, 0, "load it with torch.load and save it again with torch.save",
                       "a tar archive of torch before 0.1.11 is not read");
    }
    if (reading->size < sizeof magic_pickle ||
        memcmp(data, magic_pickle, sizeof magic_pickle) != 0) {
        return fail_at(reading, 0, "save the state_dict with torch.save",
                       "a pickle, but without the magic number of torch.save");
    }
    stream->next = sizeof magic_pickle;
    return true;
}

/* The second pickle: the number of the stream's format. */
static bool read_protocol(PickleStream *stream) {
    PickleValue version;
    size_t at = stream->next;
    if (!next_pickle(stream, NULL, &version)) {
        return false;
    }
    if (version.kind != PICKLE_INT || version.integer != PROTOCOL_VERSION) {
        return fail_at(&stream->reading, at, NULL, "the stream's protocol is not %d",
                       PROTOCOL_VERSION);
    }
    return true;
}

/* A dict with protocol_version, little_endian and type_sizes; only the byte order matters. */
static bool read_system(PickleStream *stream) {
    PickleValue system;
    size_t at = stream->next;
    if (!next_pickle(stream, NULL, &system)) {
        return false;
    }
    if (system.kind != PICKLE_DICT) {
        return fail_at(&stream->reading, at, NULL, "the system information is not a dict");
    }
    for (uint32_t i = 0; i < system.items->count; i += 2) {
        const PickleValue *value = &system.items->at[i + 1];
        if (pickle_text_is(&system.items->at[i], "little_endian") &&
            (value->kind != PICKLE_BOOL || !value->integer)) {
            return fail_at(&stream->reading, at, "save it again on a little-endian machine",
                           "the file was written on a big-endian machine");
        }
    }
    return true;
}

/* Reads one storage's count and finds its elements. */
static bool place_storage(PickleStream *stream, PickleStorage *storage) {
    const Reading *reading = &stream->reading;
    const char *key = readable(reading->arena, storage->key, storage->key_length);
    int64_t count = 0, bytes = storage->count * storage->type->bytes;
    if (storage->chunk.data) {
        return fail_at(reading, stream->next, NULL, "storage '%s' stands twice in the list", key);
    }
    if (reading->size - stream->next < sizeof count) {
        return fail_at(reading, stream->next, "was the download or copy interrupted?",
                       "the file ends before storage '%s'", key);
    }
    for (size_t i = 0; i < sizeof count; i++) {
        count |= (int64_t)((uint64_t)reading->data[stream->next + i] << 8 * i);
    }
    if (count != storage->count) {
        return fail_at(reading, stream->next, NULL,
                       "storage '%s' has %" PRId64 " elements here and %" PRId64 " in the pickle",
                       key, count, storage->count);
    }
    stream->next += sizeof count;
    if (reading->size - stream->next < (uint64_t)bytes) {
        return fail_at(reading, stream->next, "was the download or copy interrupted?",
                       "the file ends inside storage '%s' of %" PRId64 " bytes", key, bytes);
    }
    storage->chunk = (Chunk){.name = key,
                             .data = reading->data + stream->next,
                             .size = (uint64_t)bytes,
                             .offset = stream->next,
                             .verified = true};
    stream->next += (size_t)bytes;
    return true;
}

/* The list of keys gives the order of the storages in the rest of the stream. */
static bool place_storages(PickleStream *stream) {
    const Reading *reading = &stream->reading;
    PickleValue keys;
    size_t at = stream->next;
    if (!next_pickle(stream, NULL, &keys)) {
        return false;
    }
    if (keys.kind != PICKLE_LIST) {
        return fail_at(reading, at, NULL, "the list of storages is not a list");
    }
    for (uint32_t i = 0; i < keys.items->count; i++) {
        const PickleValue *key = &keys.items->at[i];
        PickleStorage *storage = key->kind == PICKLE_STRING
                                     ? map_get_name(stream->storages->names, key->text, key->length)
                                     : NULL;
        if (!storage) {
            return fail_at(reading, at, NULL, "entry %u of the list of storages is in no tensor",
                           i);
        }
        if (!place_storage(stream, storage)) {
            return false;
        }
    }
    if (stream->next != reading->size) {
        return fail_at(reading, stream->next, NULL, "%zu bytes follow the last storage",
                       reading->size - stream->next);
    }
    return true;
}

/* A storage that the root mentions but the list does not would have no bytes. */
static bool all_placed(const PickleStream *stream) {
    for (int i = 0; i < stream->storages->count; i++) {
        const PickleStorage *storage = stream->storages->at[i];
        if (!storage->chunk.data) {
            return fail_in(&stream->reading, NULL, NULL, "storage '%s' is not in the file",
                           readable(stream->reading.arena, storage->key, storage->key_length));
        }
    }
    return true;
}

/* The parts in their order in the stream. */
TensorFile *read_torch_legacy(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                              size_t size) {
    PickleStream stream = {.reading = {arena, diag, path, data, size},
                           .storages = storage_table_create(arena)};
    PickleValue root;
    if (!read_magic(&stream) || !read_protocol(&stream) || !read_system(&stream) ||
        !next_pickle(&stream, stream.storages, &root) || !place_storages(&stream) ||
        !all_placed(&stream)) {
        return NULL;
    }
    return torch_dict(&stream.reading, &root);
}
