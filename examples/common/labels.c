/* labels.c - see labels.h. */
#include "labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXT = 1 << 24 };

/* The whole file as a string; NULL when it cannot be read. */
static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(MOST_TEXT) : NULL;
    if (text) {
        text[fread(text, 1, MOST_TEXT - 1, file)] = '\0';
    }
    if (file) {
        fclose(file);
    }
    return text;
}

/* The name in a line that has an end: what stands behind the tab, if there is one. */
static char *name_in(char *line) {
    size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '\r') {
        line[length - 1] = '\0';
    }
    char *tab = strchr(line, '\t');
    return tab ? tab + 1 : line;
}

/* Cuts the text into lines, whose number it returns; the first ones become names. */
static int cut_lines(labels *read, int most) {
    int lines = 0;
    for (char *line = read->text; *line; lines++) {
        size_t length = strcspn(line, "\n");
        char *next = line + length + (line[length] == '\n');
        line[length] = '\0';
        if (lines < most) {
            read->names[lines] = name_in(line);
        }
        line = next;
    }
    return lines;
}

const char *labels_read(labels *read, const char *path, int classes) {
    *read = (labels){.text = read_text(path)};
    if (!read->text) {
        return "the file cannot be read";
    }
    read->names = calloc((size_t)classes, sizeof *read->names);
    if (!read->names) {
        labels_free(read);
        return "out of memory";
    }
    read->count = cut_lines(read, classes);
    if (read->count != classes) {
        labels_free(read);
        return "the number of lines is not that of the classes";
    }
    return NULL;
}

void labels_free(labels *read) {
    free(read->names);
    free(read->text);
    *read = (labels){0};
}
