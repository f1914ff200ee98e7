/* object_cache.c - a key <-> a file with an object's bytes in the user's cache folder.
 *
 *   KEY.obj:  "xncobj1\n", the XXH64 of the object's bytes, the bytes
 *
 * An entry appears by a rename, so that two runs at once cannot see half of it. Using one sets its
 * modification time, by which the least recently used are found. Other files in the folder (of
 * other versions, or temporary ones that a crash left) count as entries and are removed like them.
 */
#include "object_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "leftover.h"

typedef struct EntryHead {
    char magic[8];
    uint64_t digest; /* in the order of bytes of this machine, which alone reads it */
} EntryHead;

static const char entry_magic[] = "xncobj1\n";

/* ---- the folder ---- */

/* Whether a path is a folder that only this user can write to; or_roots: root may own it too. */
static bool is_ours(const char *path, bool or_roots) {
    struct stat info;
    if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return false;
    }
    bool owned = info.st_uid == geteuid() || (or_roots && info.st_uid == 0);
    return owned && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static const char *parent_folder(Arena *arena) {
    const char *home = getenv("HOME"), *given = getenv("XDG_CACHE_HOME");
    if (given && given[0] == '/') {
        return given;
    }
    return home && home[0] == '/' ? arena_printf(arena, "%s/.cache", home) : NULL;
}

const char *object_cache_folder(Arena *arena, const char **why) {
    const char *parent = parent_folder(arena);
    *why = NULL;
    if (!parent) {
        return NULL;
    }
    mkdir(parent, 0700);
    const char *real = realpath(parent, NULL); /* ~/.cache may be a link to a larger disk */
    parent = real ? arena_strdup(arena, real) : parent;
    free((void *)real);
    const char *path = arena_printf(arena, "%s/xnc", parent);
    mkdir(path, 0700);
    const char *inside = arena_printf(arena, "%s/.", path); /* which only a folder has */
    if (access(inside, W_OK) != 0) {
        *why = arena_printf(arena, "%s cannot be written to", path);
    } else if (!is_ours(parent, true) || !is_ours(path, false)) {
        *why = arena_printf(arena, "%s belongs to somebody else or may be written by others", path);
    }
    return *why ? NULL : path;
}

/* ---- entries ---- */

static const char *entry_path(Arena *arena, const char *folder, uint64_t key) {
    return arena_printf(arena, "%s/%016" PRIx64 ".obj", folder, key);
}

/* The bytes of a regular file of a plausible size; NULL for anything else. */
static const char *read_entry(Arena *arena, int file, size_t *size) {
    struct stat info;
    if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode) ||
        info.st_size < (off_t)sizeof(EntryHead) || info.st_size > LIMIT_OBJECT_BYTES) {
        return NULL;
    }
    char *data = arena_alloc(arena, (size_t)info.st_size);
    size_t got = 0;
    for (ssize_t more = 1; more > 0 && got < (size_t)info.st_size; got += (size_t)more) {
        more = read(file, data + got, (size_t)info.st_size - got);
        more = more < 0 ? 0 : more;
    }
    *size = got;
    return got == (size_t)info.st_size ? data : NULL;
}

/* O_NOFOLLOW and O_NONBLOCK: neither links nor pipes in the folder are followed or waited for. */
const void *object_cache_get(Arena *arena, const char *folder, uint64_t key, size_t *size) {
    int file = open(entry_path(arena, folder, key), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return NULL;
    }
    size_t all = 0;
    const char *data = read_entry(arena, file, &all);
    EntryHead head = {0};
    if (data) {
        futimens(file, NULL);
        memcpy(&head, data, sizeof head);
        *size = all - sizeof head;
    }
    close(file);
    bool whole = data && memcmp(head.magic, entry_magic, sizeof head.magic) == 0 &&
                 XXH64(data + sizeof head, *size, 0) == head.digest;
    return whole ? data + sizeof head : NULL;
}

/* Trimmed after each entry, so the bound holds however long the tool is not run. */
void object_cache_put(Arena *arena, const char *folder, uint64_t key, const void *data,
                      size_t size) {
    const char *path = entry_path(arena, folder, key);
    char *half = arena_printf(arena, "%s.XXXXXX", path);
    EntryHead head = {.digest = XXH64(data, size, 0)};
    memcpy(head.magic, entry_magic, sizeof head.magic);
    Leftover *leftover;
    int descriptor = leftover_file(arena, half, &leftover);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (!file) {
        return;
    }
    bool good = fwrite(&head, sizeof head, 1, file) == 1 && fwrite(data, 1, size, file) == size;
    good = fclose(file) == 0 && good;
    if (good && rename(half, path) == 0) {
        leftover_keep(leftover);
        object_cache_trim(arena, folder, LIMIT_CACHE_BYTES);
    }
}

/* ---- the bound ---- */

typedef struct CachedFile {
    const char *name;
    int64_t bytes;
    struct timespec used; /* modification time */
} CachedFile;

typedef struct CachedFiles {
    CachedFile *at;
    int count;
    int64_t bytes;
} CachedFiles;

static int by_age(const void *a, const void *b) {
    const CachedFile *one = a, *other = b;
    if (one->used.tv_sec != other->used.tv_sec) {
        return one->used.tv_sec < other->used.tv_sec ? -1 : 1;
    }
    return (one->used.tv_nsec > other->used.tv_nsec) - (one->used.tv_nsec < other->used.tv_nsec);
}

static void list_file(Arena *arena, CachedFiles *files, int folder, const char *name) {
    struct stat info;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(info.st_mode)) {
        return;
    }
    files->at = arena_room(arena, files->at, files->count, sizeof *files->at);
    files->bytes += info.st_size;
    files->at[files->count++] = (CachedFile){arena_strdup(arena, name), info.st_size, info.st_mtim};
}

void object_cache_trim(Arena *arena, const char *folder, int64_t most) {
    CachedFiles files = {0};
    DIR *open_folder = opendir(folder);
    if (!open_folder) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(open_folder));) {
        list_file(arena, &files, dirfd(open_folder), entry->d_name);
    }
    if (files.bytes > most) {
        qsort(files.at, (size_t)files.count, sizeof *files.at, by_age);
    }
    for (int i = 0; i < files.count && files.bytes > most; i++) {
        unlinkat(dirfd(open_folder), files.at[i].name, 0);
        files.bytes -= files.at[i].bytes;
    }
    closedir(open_folder);
}
