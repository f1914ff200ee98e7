/* file.c - see file.h. */
#include "file.h"

#include <errno.h>
#include <string.h>

enum { MOST_BYTES = 64 << 20, CHUNK = 1 << 16 };

static void close_file(void *file) {
    fclose(file);
}

/* Reads by chunks, as the path may be a pipe whose size nobody knows. */
static char *read_all(Arena *arena, FILE *file, size_t *length) {
    size_t capacity = CHUNK, used = 0, got;
    char *text = NEW_ARRAY(arena, char, capacity);
    while ((got = fread(text + used, 1, capacity - used, file)) > 0) {
        used += got;
        if (used == capacity && capacity <= MOST_BYTES) {
            text = arena_grow(arena, text, capacity, capacity * 2, 1);
            capacity *= 2;
        }
    }
    *length = used;
    return text;
}

const Source *read_source(Arena *arena, Diag *diag, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file && errno == ENOMEM) {
        arena_fail(arena);
    }
    if (!file) {
        diag_in(diag, DIAG_FILE, path, NULL, "check the path and its permissions",
                "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    arena_defer(arena, close_file, file);
    Source *source = NEW(arena, Source);
    source->path = path;
    source->text = read_all(arena, file, &source->length);
    if (ferror(file)) {
        diag_in(diag, DIAG_FILE, path, NULL, NULL, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    if (source->length > MOST_BYTES) {
        diag_in(diag, DIAG_FILE, path, NULL, NULL, "is larger than %d bytes", MOST_BYTES);
        return NULL;
    }
    return source;
}

const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
