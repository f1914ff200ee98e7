/* labelled_list.c - a text file with a picture and a class on each line -> a set.
 *
 *   # comment
 *   cats/one more.jpg 281        after the last blank is the class: a number ...
 *   /data/x.jpg<tab>n02123045    ... or the name of a label
 *
 * Paths may contain blanks, so a line is split at the last run of blanks. Paths that do not begin
 * with a slash are relative to the folder of the list, so list and pictures can be moved together.
 */
#include "labelled_internal.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "lines.h"

/* A diagnostic at a column (at, from 0) of a line, up to the line's end. */
static bool wrong(const Labelling *labelling, const Line *line, size_t at, const char *hint,
                  const char *what) {
    Loc loc = {line->source, line->number, (int)at + 1, (int)(line->length - at)};
    return diag_at(labelling->diag, DIAG_SYNTAX, loc, hint, "%s", what);
}

/* The class that a word names; -1 when it is none. */
static int64_t read_class(Labelling *labelling, const char *word) {
    char *end;
    if (*word >= '0' && *word <= '9') {
        long long number = strtoll(word, &end, 10);
        if (*end == 0) {
            return number < labelling->classes ? number : -1;
        }
    }
    return labelled_class(labelling, word);
}

/* The class in the word from a column (at) to the end of the line. False after a diagnostic. */
static bool class_at(Labelling *labelling, const Line *line, size_t at, int64_t *class) {
    char word[LIMIT_LABEL_BYTES + 1] = "";
    if (line->length - at < sizeof word) {
        memcpy(word, line->text + at, line->length - at);
        word[line->length - at] = '\0';
    }
    *class = read_class(labelling, word);
    if (*class >= 0) {
        return true;
    }
    const char *hint = NULL;
    if (diag_shows(labelling->diag, DIAG_SYNTAX)) {
        hint = arena_printf(labelling->arena, "classes are numbers from 0 to %lld%s",
                            (long long)labelling->classes - 1,
                            labelling->labels ? ", or names of the labels" : "");
    }
    return wrong(labelling, line, at, hint, "no class of the network");
}

/* line has no blanks at its end. A NUL in the line would cut the path short. */
static bool read_line(Labelling *labelling, const Line *line) {
    size_t at = line->length;
    while (at > 0 && line->text[at - 1] != ' ' && line->text[at - 1] != '\t') {
        at--;
    }
    size_t path = at;
    while (path > 0 && (line->text[path - 1] == ' ' || line->text[path - 1] == '\t')) {
        path--;
    }
    if (path == 0 || memchr(line->text, 0, line->length)) {
        return wrong(labelling, line, 0,
                     labelling->classless ? "the class is not used here: any word stands for it"
                                          : NULL,
                     "expected a path, a blank and a class");
    }
    int64_t class = -1;
    if (!labelling->classless && !class_at(labelling, line, at, &class)) {
        return false;
    }
    return labelled_add(
        labelling,
        (LabelledPicture){.path = labelled_path(labelling, line->text, path), .class = class});
}

/* Lines are read even after wrong ones, so that one run shows all mistakes. */
bool labelled_list(Labelling *labelling) {
    const Source *source =
        read_source(labelling->arena, labelling->diag, labelling->path, LIMIT_LIST_BYTES);
    if (!source) {
        return false;
    }
    bool good = true;
    for (Line whole = {.source = source};
         diag_errors(labelling->diag) < LIMIT_ERRORS && next_line(&whole);) {
        Line line = whole; /* without the blanks at its end */
        while (line.length > 0 && strchr(" \t\r", line.text[line.length - 1])) {
            line.length--;
        }
        if (line.length > 0 && line.text[0] != '#') {
            good = read_line(labelling, &line) && good;
        }
        if (labelling->set->count > LIMIT_SET_PICTURES) {
            return false;
        }
    }
    return good;
}
