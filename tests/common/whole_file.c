/* whole_file.c - see whole_file.h. */
#include "whole_file.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_BYTES = 1 << 20 };

char *whole_file(Arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = arena_alloc(arena, MOST_BYTES);
    size_t length = file ? fread(text, 1, MOST_BYTES, file) : 0;
    if (!file || ferror(file) || length == MOST_BYTES) {
        fprintf(stderr, "%s: cannot be read, or has 1 MB or more\n", path);
        exit(2);
    }
    fclose(file);
    text[length] = '\0';
    return text;
}
