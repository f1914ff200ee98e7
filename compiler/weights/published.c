/* published.c - a file of Keras -> the row of published.def that it is.
 *
 *   w.h5, 91884032 bytes, md5 0a58e3b7...   ->   Xception of keras.applications; a note says its
 * name
 *
 * A digest is computed where a published file has this size, so of few files.
 */
#include "published.h"

#include <string.h>

#include "file.h"
#include "md5.h"

static const PublishedFile rows[] = {
#define PUBLISHED(name, bytes, md5, what) {name, bytes, md5, what},
#include "published.def"
};
enum { ROWS = sizeof rows / sizeof *rows };

const PublishedFile *published_find(Arena *arena, const char *name, int64_t bytes, const char *md5,
                                    const char **odd) {
    const PublishedFile *named = NULL, *same = NULL;
    for (int i = 0; i < ROWS; i++) {
        bool content = rows[i].bytes == bytes && strcmp(rows[i].md5, md5) == 0;
        bool name_too = strcmp(rows[i].name, name) == 0;
        named = name_too ? &rows[i] : named;
        same = content && (!same || name_too) ? &rows[i] : same;
    }
    *odd = NULL;
    if (same && same != named) {
        *odd = arena_printf(arena, "is %s (%s) under another name", same->name, same->what);
    } else if (named && !same) {
        *odd = arena_printf(arena,
                            "is not the published file of this name (%s), which has %lld bytes and "
                            "the md5 %s: was it trained further, or is it cut?",
                            named->what, (long long)named->bytes, named->md5);
    }
    return same;
}

static bool has_size(size_t size) {
    for (int i = 0; i < ROWS; i++) {
        if ((uint64_t)rows[i].bytes == size) {
            return true;
        }
    }
    return false;
}

const PublishedFile *published_file(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                                    size_t size) {
    char md5[MD5_TEXT_BYTES] = "";
    const char *odd;
    if (has_size(size)) {
        md5_text(data, size, md5);
    }
    const PublishedFile *found = published_find(arena, base_name(path), (int64_t)size, md5, &odd);
    if (odd) {
        diag_note(diag, "%s %s", path, odd);
    }
    return found;
}
