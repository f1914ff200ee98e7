/* labels.c - a text with one line for each class -> names and words of the classes.
 *
 *   "n02123045<tab>tabby\ndog\n"  ->  names "n02123045", "dog"; words "tabby", NULL
 *
 * Labels are printed on terminals, so control characters are refused. Lines are counted first, so
 * that the arrays are allocated once.
 */
#include "labels.h"

#include <string.h>

#include "clean.h"
#include "embed.h"
#include "file.h"
#include "lines.h"

bool label_fits(const char *text, size_t length) {
    return length >= 1 && length <= LIMIT_LABEL_BYTES && text_is_clean(text, length);
}

/* A diagnostic at the beginning of a line. Returns false. */
static bool bad_line(Diag *diag, const Line *line, const char *hint, const char *message) {
    Loc loc = {line->source, line->number, 1, 0};
    return diag_at(diag, DIAG_SYNTAX, loc, hint, "%s", message);
}

static int count_lines(const Source *source) {
    Line line = {.source = source};
    int count = 0;
    while (next_line(&line)) {
        count++;
    }
    return count;
}

/* Splits a line at its first tab; false after a diagnostic. */
static bool take_line(Arena *arena, Diag *diag, const Line *line, const char **name,
                      const char **words) {
    const char *tab = memchr(line->text, '\t', line->length);
    size_t length = tab ? (size_t)(tab - line->text) : line->length;
    size_t rest = tab ? line->length - length - 1 : 0;
    if (!label_fits(line->text, length) || (tab && !label_fits(tab + 1, rest))) {
        return bad_line(diag, line, "one line for each class: its name, or name, tab and words",
                        "expected 1 to 512 bytes of UTF-8 without control characters");
    }
    *name = arena_strndup(arena, line->text, length);
    *words = tab ? arena_strndup(arena, tab + 1, rest) : NULL;
    return true;
}

/* All lines are looked at even after a bad one. */
const Labels *labels_parse(Arena *arena, Diag *diag, const Source *source) {
    int count = count_lines(source);
    if (count < 1 || count > LIMIT_CLASSES) {
        diag_in(diag, DIAG_FILE, source->path, NULL, NULL, "has %d lines; 1 to %d labels fit",
                count, LIMIT_CLASSES);
        return NULL;
    }
    const char **names = NEW_ARRAY(arena, const char *, count);
    const char **words = NEW_ARRAY(arena, const char *, count);
    Line line = {.source = source};
    bool good = true;
    for (int i = 0; next_line(&line); i++) {
        good = take_line(arena, diag, &line, &names[i], &words[i]) && good;
    }
    if (!good) {
        return NULL;
    }
    Labels *labels = NEW(arena, Labels);
    *labels = (Labels){names, words, count, source->path};
    return labels;
}

const Labels *labels_read(Arena *arena, Diag *diag, const char *path) {
    const Source *source = read_source(arena, diag, path, LIMIT_LABELS_BYTES);
    return source ? labels_parse(arena, diag, source) : NULL;
}

/* The set is a word of the schema, so the file is there. */
const Labels *labels_embedded(Arena *arena, Diag *diag, const char *set) {
    const EmbeddedFile *file = embedded_file(arena_printf(arena, "models/%s.labels", set));
    Source *source = NEW(arena, Source);
    *source = (Source){file->path, file->text, file->size};
    return labels_parse(arena, diag, source);
}

const char *label_name(const Labels *labels, int64_t index) {
    return labels && index >= 0 && index < labels->count ? labels->names[index] : "";
}

const char *label_text(const Labels *labels, int64_t index) {
    const char *name = label_name(labels, index);
    return *name && labels->words && labels->words[index] ? labels->words[index] : name;
}

Map *label_map(Arena *arena, const Labels *labels) {
    Map *map = map_by_name(arena);
    for (int64_t i = labels ? labels->count : 0; i-- > 0;) {
        map_put(map, labels->names[i], &labels->names[i]);
    }
    return map;
}

int64_t label_index(const Labels *labels, const Map *map, const char *name) {
    const char *const *found = map_get(map, name);
    return found ? found - labels->names : -1;
}
