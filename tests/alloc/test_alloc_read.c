/* Purpose: running out of memory at any point of reading a checkpoint or a picture is noticed: what
 * is read is right or nothing. Input: a file of each format; every allocation, the libraries'
 * included, fails once in turn.
 * Expectation: the reader ends at arena_fail(), or has read the same as without the failure, and
 * nothing is left allocated. No failure is taken for a mistake in the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"
#include "failing_malloc.h"
#include "picture.h"

typedef struct Result {
    bool starved, refused;
    int tensors;    /* or pixels */
    size_t letters; /* of all names, or the sum of all values */
} Result;

static void read_photo(Arena *arena, FILE *messages, const char *path, Result *result) {
    Picture picture;
    result->refused = !picture_read(arena, diag_create(arena, messages), path, true, &picture);
    result->tensors = picture.width * picture.height;
    for (int i = 0; !result->refused && i < 3 * result->tensors; i++) {
        result->letters += picture.pixels[i];
    }
}

static void read_file(Arena *arena, FILE *messages, const char *path, Result *result) {
    TensorFile *file = tensors_open(arena, diag_create(arena, messages), path);
    result->refused = !file;
    for (int i = 0; file && i < file->count; i++) {
        result->tensors++;
        result->letters += strlen(file->tensors[i].name);
    }
}

static bool is_photo(const char *path) {
    return strstr(path, ".png") || strstr(path, ".jpg");
}

static Result read_once(FILE *messages, const char *path) {
    Arena *arena = arena_create();
    Result result = {.starved = !arena};
    if (!arena) {
        return result;
    }
    if (arena_protect(arena)) {
        result = (Result){.starved = true};
    } else if (is_photo(path)) {
        read_photo(arena, messages, path, &result);
    } else {
        read_file(arena, messages, path, &result);
    }
    arena_destroy(arena);
    return result;
}

static int fail_each(FILE *messages, const char *path) {
    read_once(messages, path); /* libraries keep what they make once */
    allocations_watch(0);
    Result right = read_once(messages, path);
    long all = allocations_made();
    int failures = right.refused || right.tensors == 0 || allocations_live() != 0;
    for (long fail_at = 1; fail_at <= all; fail_at++) {
        allocations_watch(fail_at);
        Result result = read_once(messages, path);
        long live = allocations_live();
        allocations_watch(0);
        bool same =
            !result.refused && result.tensors == right.tensors && result.letters == right.letters;
        if ((result.starved || same) && live == 0) {
            continue;
        }
        printf("%s: allocation %ld fails: starved %d, refused %d, %ld live\n", path, fail_at,
               result.starved, result.refused, live);
        failures++;
    }
    printf("%s: %ld allocations, %d failures\n", path, all, failures);
    return failures;
}

int main(int count, char **paths) {
    FILE *messages = fopen("/dev/null", "w");
    int failures = 0;
    static char buffer[BUFSIZ];
    setvbuf(messages, buffer, _IOFBF, sizeof buffer);
    for (int i = 1; i < count; i++) {
        failures += fail_each(messages, paths[i]);
    }
    fclose(messages);
    return failures != 0;
}
