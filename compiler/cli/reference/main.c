/* main.c - xnc_reference: the tables of the command line -> a manual page, completion, Markdown.
 *
 * usage: xnc_reference man|bash|zsh|markdown FILE
 *
 * A program of the build, not of the user: the build runs it to make what is installed, and a test
 * compares docs/commands.md with its Markdown.
 */
#include "reference.h"

#include <string.h>

/* An argument of the command line and what it writes. */
typedef struct Format {
    const char *name;
    void (*write)(Arena *arena, FILE *out);
} Format;

static const Format formats[] = {
    {"man", write_man},
    {"bash", write_bash},
    {"zsh", write_zsh},
    {"markdown", write_markdown},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const Format *find_format(const char *name) {
    for (int i = 0; i < FORMATS; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

static bool write_file(Arena *arena, const Format *format, const char *path) {
    FILE *out = fopen(path, "w");
    if (!out) {
        return false;
    }
    format->write(arena, out);
    bool good = !ferror(out);
    return fclose(out) == 0 && good;
}

/* Exit code 2 for wrong use, 1 when the file cannot be written. */
int main(int argc, char **argv) {
    const Format *format = argc == 3 ? find_format(argv[1]) : NULL;
    if (!format) {
        fprintf(stderr, "usage: xnc_reference man|bash|zsh|markdown FILE\n");
        return 2;
    }
    Arena *arena = arena_create();
    volatile bool good = false;
    if (arena && !arena_protect(arena)) {
        good = write_file(arena, format, argv[2]);
    }
    arena_destroy(arena);
    if (!good) {
        fprintf(stderr, "xnc_reference: cannot write %s\n", argv[2]);
    }
    return good ? 0 : 1;
}
