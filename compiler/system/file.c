/* file.c - see file.h.
 *
 * A pipe opens without waiting for somebody to write to it; once the first byte or a writer is
 * there, reading waits as usual.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

typedef struct OpenFile {
    Arena *arena;
    Diag *diag;
    const char *path;
    int descriptor;
    struct stat info;
    char *text;
    size_t used, room;
} OpenFile;

static void close_file(void *what) {
    close((int)(intptr_t)what);
}

static bool wrong(const OpenFile *file, const char *hint, const char *what) {
    return diag_in(file->diag, DIAG_FILE, file->path, NULL, hint, "cannot be %s: %s", what,
                   strerror(errno));
}

static bool open_file(OpenFile *file) {
    file->descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->descriptor < 0 && errno == ENOMEM) {
        arena_fail(file->arena);
    }
    if (file->descriptor < 0) {
        return wrong(file, "check the path and its permissions", "opened");
    }
    if (fstat(file->descriptor, &file->info) == 0) {
        return true;
    }
    close(file->descriptor);
    return wrong(file, NULL, "read");
}

/* More than 0 when there may be more, 0 at the end, less than 0 after a diagnostic. */
static ssize_t read_some(OpenFile *file) {
    if (file->used == file->room) {
        size_t room = file->room ? 2 * file->room : CHUNK;
        file->text = arena_grow(file->arena, file->text, file->used, room, 1);
        file->room = room;
    }
    ssize_t got;
    do {
        got = read(file->descriptor, file->text + file->used, file->room - file->used);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EAGAIN) {
        return 1;
    }
    if (got < 0) {
        wrong(file, NULL, "read");
    }
    file->used += got > 0 ? (size_t)got : 0;
    return got;
}

/* The first bytes, for which nobody waits unless somebody is there to write them. */
static bool begin(OpenFile *file) {
    ssize_t got = read_some(file);
    if (got < 0) {
        return false;
    }
    if (got == 0 && S_ISFIFO(file->info.st_mode)) {
        return diag_in(file->diag, DIAG_FILE, file->path, NULL,
                       "start first what writes to it, or give a file",
                       "is a pipe that nobody writes to");
    }
    return fcntl(file->descriptor, F_SETFL, 0) == 0 || wrong(file, NULL, "read");
}

static bool read_all(OpenFile *file, size_t most) {
    ssize_t got = 1;
    while (got > 0 && file->used <= most) {
        got = read_some(file);
    }
    return got >= 0;
}

const Source *read_source(Arena *arena, Diag *diag, const char *path, size_t most) {
    OpenFile file = {.arena = arena, .diag = diag, .path = path};
    if (!open_file(&file)) {
        return NULL;
    }
    arena_defer(arena, close_file, (void *)(intptr_t)file.descriptor);
    bool too_large = S_ISREG(file.info.st_mode) && (uint64_t)file.info.st_size > most;
    if (S_ISREG(file.info.st_mode) && !too_large) { /* one byte more, to see the end */
        file.room = (size_t)file.info.st_size + 1;
        file.text = NEW_ARRAY(arena, char, file.room);
    }
    if (!too_large && (!begin(&file) || !read_all(&file, most))) {
        return NULL;
    }
    if (too_large || file.used > most) {
        diag_in(diag, DIAG_FILE, path, NULL, "was another file meant?", "is larger than %zu bytes",
                most);
        return NULL;
    }
    Source *source = NEW(arena, Source);
    *source = (Source){path, file.text, file.used};
    return source;
}

static void close_stream(void *stream) {
    fclose(stream);
}

FILE *open_regular(Arena *arena, Diag *diag, const char *path) {
    OpenFile file = {.arena = arena, .diag = diag, .path = path};
    if (!open_file(&file)) {
        return NULL;
    }
    FILE *stream = S_ISREG(file.info.st_mode) ? fdopen(file.descriptor, "rb") : NULL;
    if (stream) {
        arena_defer(arena, close_stream, stream);
        return stream;
    }
    close(file.descriptor);
    if (S_ISREG(file.info.st_mode)) {
        arena_fail(arena); /* the only way for fdopen() to fail here */
    }
    diag_in(diag, DIAG_FILE, path, NULL, NULL, "is not a regular file");
    return NULL;
}

const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), size = strlen(end);
    return length >= size && strcmp(text + length - size, end) == 0;
}
