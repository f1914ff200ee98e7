/* fuzz.c - see fuzz.h. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "text_stream.h"

static void close_stream(void *what) {
    fclose(what);
}

int fuzz_run(const uint8_t *data, size_t size, void (*body)(FuzzCase *fuzz)) {
    FuzzCase fuzz = {.arena = arena_create(), .data = data, .size = size};
    fuzz_check(fuzz.arena != NULL, "an arena");
    if (arena_protect(fuzz.arena)) {
        abort();
    }
    fuzz.nowhere = fopen("/dev/null", "w");
    fuzz_check(fuzz.nowhere != NULL, "/dev/null");
    arena_defer(fuzz.arena, close_stream, fuzz.nowhere);
    fuzz.diag = diag_create(fuzz.arena, fuzz.nowhere);
    body(&fuzz);
    diag_finish(fuzz.diag);
    arena_destroy(fuzz.arena);
    return 0;
}

Source fuzz_source(const FuzzCase *fuzz) {
    return (Source){"input", (const char *)fuzz->data, fuzz->size};
}

static void close_file(void *file) {
    close((int)(intptr_t)file);
}

const char *fuzz_file(const FuzzCase *fuzz, const void *data, size_t size) {
    int file = memfd_create("fuzz", 0);
    fuzz_check(file >= 0 && write(file, data, size) == (ssize_t)size, "a file in memory");
    arena_defer(fuzz->arena, close_file, (void *)(intptr_t)file);
    return arena_printf(fuzz->arena, "/proc/self/fd/%d", file);
}

void fuzz_check(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

char *fuzz_printed(FuzzCase *fuzz, void (*print)(FILE *out, const void *thing), const void *thing) {
    TextStream *stream = text_stream_open(fuzz->arena);
    print(text_stream_file(stream), thing);
    return text_stream_close(stream, NULL);
}
