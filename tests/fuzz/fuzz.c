/* fuzz.c - see fuzz.h. */
#include "fuzz.h"

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

void fuzz_check(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

char *fuzz_printed(FuzzCase *fuzz, void (*print)(FILE *out, const void *thing), const void *thing) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fuzz_check(out != NULL, "a stream in memory");
    print(out, thing);
    fclose(out);
    char *kept = arena_strndup(fuzz->arena, text, length);
    free(text);
    return kept;
}
