/* map_file.c - a path becomes bytes, mapped read-only: a checkpoint of 100 MB costs nothing until a
 * tensor is read, and nothing is copied. If another process truncates the file meanwhile, reading
 * it raises SIGBUS.
 */
#include "map_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Mapping {
    void *data;
    size_t size;
} Mapping;

static void unmap(void *what) {
    Mapping *mapping = what;
    if (mapping->data) {
        munmap(mapping->data, mapping->size);
    }
}

static bool map_descriptor(Arena *arena, Diag *diag, const char *path, int file, Mapping *mapping) {
    struct stat status;
    if (fstat(file, &status) != 0) {
        return diag_in(diag, DIAG_FILE, path, NULL, NULL, "cannot be read: %s", strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return diag_in(diag, DIAG_FILE, path, NULL,
                       "give the path of a checkpoint file; was a download interrupted?",
                       "is not a regular file");
    }
    if (status.st_size == 0) {
        return diag_in(diag, DIAG_FILE, path, NULL, "was the download or copy interrupted?",
                       "is empty");
    }
    void *data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED && errno == ENOMEM) {
        arena_fail(arena);
    }
    if (data == MAP_FAILED) {
        return diag_in(diag, DIAG_FILE, path, NULL, NULL, "cannot be mapped: %s", strerror(errno));
    }
    *mapping = (Mapping){data, (size_t)status.st_size};
    return true;
}

bool map_file(Arena *arena, Diag *diag, const char *path, const uint8_t **data, size_t *size) {
    Mapping *mapping = NEW(arena, Mapping);
    arena_defer(arena, unmap, mapping);
    /* Without O_NONBLOCK a named pipe would hang here before it can be refused. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat link;
    if (file < 0 && errno == ENOENT && lstat(path, &link) == 0) {
        return diag_in(diag, DIAG_FILE, path, NULL, "was the download interrupted? fetch it again",
                       "is a link to something that is not there");
    }
    if (file < 0) {
        return diag_in(diag, DIAG_FILE, path, NULL, "check the path and its permissions",
                       "cannot be opened: %s", strerror(errno));
    }
    bool mapped = map_descriptor(arena, diag, path, file, mapping);
    close(file);
    *data = mapping->data;
    *size = mapping->size;
    return mapped;
}
