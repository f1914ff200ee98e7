/* settings.c - see settings.h. */
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One row per option: where it goes, and for numbers the range; text otherwise. */
typedef struct option {
    const char *name;
    size_t offset;
    long least, most, initial;
    const char *help;
} option;

static const option options[] = {
    {"labels", offsetof(settings, labels), 0, 0, 0, "FILE with names of the classes, one a line"},
    {"address", offsetof(settings, address), 0, 0, 0, "IPv4 to listen on, 127.0.0.1 by default"},
    {"port", offsetof(settings, port), 0, 65535, 8080, "to listen on; 0: any free one"},
    {"threads", offsetof(settings, threads), 1, 64, 2, "that run networks"},
    {"queue", offsetof(settings, queue), 1, 4096, 64, "pictures that may wait for a thread"},
    {"connections", offsetof(settings, connections), 1, 900, 256, "open at once"},
    {"body", offsetof(settings, body), 1024, 1 << 28, 8 << 20, "most bytes of a picture"},
    {"pixels", offsetof(settings, pixels), 1, 1 << 28, 32 << 20, "most pixels of a picture"},
    {"timeout", offsetof(settings, timeout), 1, 3600, 10, "seconds in which a request must arrive"},
    {"grace", offsetof(settings, grace), 0, 3600, 10, "seconds for requests when it stops"},
    {"top", offsetof(settings, top), 1, 100, 5, "classes in an answer"},
};
enum { OPTIONS = sizeof options / sizeof *options };

static int is_number(const option *row) {
    return row->most > 0;
}

static void *member(settings *of, const option *row) {
    return (char *)of + row->offset;
}

static int usage(void) {
    fprintf(stderr, "usage: service [OPTIONS] WEIGHTS\n");
    for (int i = 0; i < OPTIONS; i++) {
        fprintf(stderr, "  --%s=%-*s %s", options[i].name, 12 - (int)strlen(options[i].name),
                is_number(&options[i]) ? "N" : "TEXT", options[i].help);
        if (is_number(&options[i])) {
            fprintf(stderr, "; %ld..%ld, %ld by default", options[i].least, options[i].most,
                    options[i].initial);
        }
        fputc('\n', stderr);
    }
    return 0;
}

static int set_option(settings *read, const option *row, const char *text) {
    if (!is_number(row)) {
        *(const char **)member(read, row) = text;
        return 1;
    }
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < row->least || value > row->most) {
        fprintf(stderr, "service: --%s is a number within %ld..%ld, not '%s'\n", row->name,
                row->least, row->most, text);
        return 0;
    }
    *(long *)member(read, row) = value;
    return 1;
}

/* Takes --NAME=VALUE. */
static int take_option(settings *read, const char *word) {
    const char *equals = strchr(word, '=');
    for (int i = 0; equals && i < OPTIONS; i++) {
        size_t length = strlen(options[i].name);
        if (strncmp(word + 2, options[i].name, length) == 0 && word + 2 + length == equals) {
            return set_option(read, &options[i], equals + 1);
        }
    }
    return usage();
}

int settings_read(settings *read, int argc, char **argv) {
    *read = (settings){.address = "127.0.0.1"};
    for (int i = 0; i < OPTIONS; i++) {
        if (is_number(&options[i])) {
            *(long *)member(read, &options[i]) = options[i].initial;
        }
    }
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0) {
            if (!take_option(read, argv[i])) {
                return 0;
            }
        } else if (read->weights) {
            return usage();
        } else {
            read->weights = argv[i];
        }
    }
    return read->weights ? 1 : usage();
}
