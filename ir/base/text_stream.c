/* text_stream.c - turns what is printed to a stdio stream into one text in memory.
 *
 * The stream is a custom one (fopencookie): stdio calls append() with the bytes of its buffer. A
 * failure there is remembered until the stream is closed, because nobody checks what fprintf()
 * returns. The text comes from realloc(), not from the arena, where each growth would leave the
 * old copy behind; a deferred cleanup frees it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* fopencookie */
#endif
#include "text_stream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct TextStream {
    Arena *arena;
    FILE *file;            /* NULL once closed */
    char *text;            /* from realloc(), freed by release() */
    size_t size, capacity; /* of text, in bytes */
    bool failed;           /* memory ran out: text misses something */
};

/* The write function of the stream. Returning 0 tells stdio that the write failed. */
static ssize_t append(void *cookie, const char *bytes, size_t count) {
    TextStream *stream = cookie;
    if (stream->capacity - stream->size <= count) {
        size_t capacity = (stream->size + count) * 2 + 4096;
        char *text = realloc(stream->text, capacity);
        stream->failed = stream->failed || !text;
        if (!text) {
            return 0;
        }
        stream->text = text;
        stream->capacity = capacity;
    }
    memcpy(stream->text + stream->size, bytes, count);
    stream->size += count;
    return (ssize_t)count;
}

static void release(void *what) {
    TextStream *stream = what;
    if (stream->file) {
        fclose(stream->file);
    }
    free(stream->text);
}

TextStream *text_stream_open(Arena *arena) {
    TextStream *stream = NEW(arena, TextStream);
    stream->arena = arena;
    arena_defer(arena, release, stream);
    stream->file = fopencookie(stream, "w", (cookie_io_functions_t){.write = append});
    if (!stream->file) {
        arena_fail(arena);
    }
    return stream;
}

FILE *text_stream_file(TextStream *stream) {
    return stream->file;
}

char *text_stream_close(TextStream *stream, size_t *size) {
    FILE *file = stream->file;
    fputc('\0', file);
    stream->file = NULL;
    bool flushed = fclose(file) == 0;
    if (!flushed || stream->failed) {
        arena_fail(stream->arena);
    }
    if (size) {
        *size = stream->size - 1;
    }
    return stream->text;
}
