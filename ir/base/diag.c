/* diag.c - turns a mistake in the user's input into text that shows the place, the line and a hint.
 *
 * Paths, names and source lines come from outside and may hold any byte, so they are printed by
 * put_clean(): a hostile file cannot control the terminal. Of a long source line only a window of
 * SHOWN_COLUMNS around the mistake is printed.
 */
#include "diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "limit.h"

enum { SHOWN_COLUMNS = 160 }; /* of a source line */

struct Diag {
    Arena *arena;
    FILE *stream;
    void (*hide)(void *context); /* NULL: there is nothing to hide */
    void *hide_context;
    int count[DIAG_KINDS]; /* errors by kind, shown or not */
    int errors;            /* their sum */
};

static const char *const more_of[DIAG_KINDS] = {
    [DIAG_SYNTAX] = "syntax errors",        [DIAG_SCHEMA] = "errors in the description",
    [DIAG_SHAPE] = "shape errors",          [DIAG_FILE] = "errors in files",
    [DIAG_MISSING] = "missing tensors",     [DIAG_UNEXPECTED] = "unexpected tensors",
    [DIAG_MISSHAPEN] = "misshapen tensors", [DIAG_VALUE] = "errors in values",
};

Diag *diag_create(Arena *arena, FILE *stream) {
    Diag *diag = NEW(arena, Diag);
    diag->arena = arena;
    diag->stream = stream;
    return diag;
}

void diag_before(Diag *diag, void (*hide)(void *context), void *context) {
    diag->hide = hide;
    diag->hide_context = context;
}

static void clear_way(const Diag *diag) {
    if (diag->hide) {
        diag->hide(diag->hide_context);
    }
}

static void put_text(FILE *stream, const char *text) {
    put_clean(stream, text, strlen(text));
}

/* Counts an error; true when it is still to be shown. */
static bool counted(Diag *diag, DiagKind kind) {
    clear_way(diag);
    diag->errors++;
    return ++diag->count[kind] <= DIAG_SHOWN;
}

/* Finds a line (from 1) of the source; false when the text has no such line. */
static bool find_line(const Source *source, int line, const char **start, size_t *length) {
    const char *at = source->text, *end = source->text + source->length;
    for (int i = 1; i < line; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline) {
            return false;
        }
        at = newline + 1;
    }
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    *start = at;
    *length = (size_t)((newline ? newline : end) - at);
    if (*length && at[*length - 1] == '\r') {
        --*length;
    }
    return true;
}

/* A tab is shown as one space, so that the caret is below its letter. */
static void put_line(FILE *stream, const char *start, size_t length) {
    while (length > 0) {
        const char *tab = memchr(start, '\t', length);
        size_t plain = tab ? (size_t)(tab - start) : length;
        put_clean(stream, start, plain);
        if (tab) {
            fputc(' ', stream);
            plain++;
        }
        start += plain;
        length -= plain;
    }
    fputc('\n', stream);
}

/* Prints the source line and a caret below it, or nothing when the place is not in the text. A
 * column beyond the middle of the window moves the window, so that the caret stays visible. */
static void show_place(Diag *diag, Loc loc) {
    const char *start;
    size_t length;
    if (!loc.source || !loc.source->text || loc.line < 1 ||
        !find_line(loc.source, loc.line, &start, &length)) {
        return;
    }
    size_t col = loc.col > 0 ? (size_t)loc.col - 1 : 0;
    col = col > length ? length : col;
    size_t skip = col > SHOWN_COLUMNS / 2 && length > SHOWN_COLUMNS ? col - SHOWN_COLUMNS / 2 : 0;
    size_t shown = length - skip > SHOWN_COLUMNS ? SHOWN_COLUMNS : length - skip;
    fprintf(diag->stream, "%5d | ", loc.line);
    put_line(diag->stream, start + skip, shown);
    if (loc.col < 1) {
        return;
    }
    fprintf(diag->stream, "      | %*s^", (int)(col - skip), "");
    for (size_t t = col - skip + 1; t < shown && t < col - skip + (size_t)loc.span; t++) {
        fputc('~', diag->stream);
    }
    fputc('\n', diag->stream);
}

static void show_hint(Diag *diag, const char *hint) {
    if (hint) {
        fputs("hint: ", diag->stream);
        put_text(diag->stream, hint);
        fputc('\n', diag->stream);
    }
}

static void show_message(Diag *diag, const char *format, va_list args) {
    fputs("error: ", diag->stream);
    put_text(diag->stream, arena_vprintf(diag->arena, format, args));
    fputc('\n', diag->stream);
}

static void show_loc(Diag *diag, Loc loc) {
    if (!loc.source) {
        fputs("xnc: ", diag->stream);
        return;
    }
    put_text(diag->stream, loc.source->path);
    if (loc.line > 0) {
        fprintf(diag->stream, ":%d", loc.line);
    }
    if (loc.line > 0 && loc.col > 0) {
        fprintf(diag->stream, ":%d", loc.col);
    }
    fputs(": ", diag->stream);
}

bool diag_at(Diag *diag, DiagKind kind, Loc loc, const char *hint, const char *format, ...) {
    if (!counted(diag, kind)) {
        return false;
    }
    va_list args;
    va_start(args, format);
    show_loc(diag, loc);
    show_message(diag, format, args);
    va_end(args);
    show_place(diag, loc);
    show_hint(diag, hint);
    return false;
}

bool diag_in(Diag *diag, DiagKind kind, const char *path, const char *where, const char *hint,
             const char *format, ...) {
    if (!counted(diag, kind)) {
        return false;
    }
    va_list args;
    va_start(args, format);
    put_text(diag->stream, path);
    fputs(": ", diag->stream);
    if (where) {
        put_text(diag->stream, where);
        fputs(": ", diag->stream);
    }
    show_message(diag, format, args);
    va_end(args);
    show_hint(diag, hint);
    return false;
}

void diag_note(Diag *diag, const char *format, ...) {
    va_list args;
    va_start(args, format);
    clear_way(diag);
    fputs("note: ", diag->stream);
    put_text(diag->stream, arena_vprintf(diag->arena, format, args));
    fputc('\n', diag->stream);
    va_end(args);
}

bool diag_shows(const Diag *diag, DiagKind kind) {
    return diag->count[kind] < DIAG_SHOWN;
}

int diag_errors(const Diag *diag) {
    return diag->errors;
}

int diag_errors_of(const Diag *diag, DiagKind kind) {
    return diag->count[kind];
}

void diag_finish(Diag *diag) {
    clear_way(diag);
    for (int kind = 0; kind < DIAG_KINDS; kind++) {
        if (diag->count[kind] > DIAG_SHOWN) {
            fprintf(diag->stream, "and %d more %s\n", diag->count[kind] - DIAG_SHOWN,
                    more_of[kind]);
        }
    }
    fflush(diag->stream);
}

/* Fewest insertions, deletions and replacements that turn a word of up to 64 letters into another
 * (Myers; Hyyro: A bit-vector algorithm for computing Levenshtein and Damerau edit distances,
 * 2003). Bit i of fewer (of more) tells that the distance at letter i is one less (more) than at
 * the letter before, so that a column of the table is one word of the machine. */
static int edit_distance(const uint64_t places[256], size_t length, const char *other) {
    const uint64_t last = (uint64_t)1 << (length - 1);
    uint64_t more = UINT64_MAX, fewer = 0;
    int distance = (int)length;
    for (; *other; other++) {
        uint64_t same = places[(unsigned char)*other] | fewer;
        uint64_t diagonal = (((same & more) + more) ^ more) | same;
        uint64_t across_fewer = more & diagonal, across_more = fewer | ~(more | diagonal);
        distance += (across_more & last) != 0;
        distance -= (across_fewer & last) != 0;
        across_more = across_more << 1 | 1;
        fewer = across_more & diagonal;
        more = across_fewer << 1 | ~(across_more | diagonal);
    }
    return distance;
}

/* A candidate must also keep at least one letter: a distance of its whole length would accept any
 * short name for any short word. */
const char *nearest_counted(const char *word, const char *const *candidates, size_t count,
                            int64_t *steps) {
    uint64_t places[256] = {0}; /* of each letter in the word */
    size_t length = strlen(word);
    if (length < 1 || length > LIMIT_NEAR_WORD) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        places[(unsigned char)word[i]] |= (uint64_t)1 << i;
    }
    const char *nearest = NULL;
    size_t best = length / 3 + 2; /* only a smaller distance counts as near */
    for (size_t i = 0; i < count; i++) {
        size_t other = candidates[i] ? strnlen(candidates[i], length + best) : 0;
        if (other + best <= length || other >= length + best) {
            continue; /* the lengths alone differ by as much */
        }
        *steps += (int64_t)other;
        size_t distance = (size_t)edit_distance(places, length, candidates[i]);
        if (distance < best && distance < other) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}

const char *nearest_name(const char *word, const char *const *candidates, size_t count) {
    int64_t steps = 0;
    return nearest_counted(word, candidates, count, &steps);
}

_Noreturn void internal_error(const char *where, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "xnc: internal error in %s: ", where);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}
