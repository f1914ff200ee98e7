/* boxes.c - a CSV of boxes -> the box of a picture by its path.
 *
 *   faces/a.jpg,10,20,30,40   ->   "val/faces/a.jpg" has the box {10, 20, 30, 40}
 *
 * Lines are cut from their end, as a path may have commas. They are sorted by path, so that the
 * line of a picture is found by looking for its path without the first folder, the first two, and
 * so on; the longest path that a line has is the one that counts.
 */
#include "boxes.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "file.h"
#include "lines.h"

/* A line of the CSV. */
typedef struct BoxRow {
    const char *path;
    xnc_box box;
    Loc loc;
} BoxRow;

struct Boxes {
    const xnc_box *all; /* one for every picture; NULL: by rows */
    const Source *source;
    BoxRow *rows; /* ordered by path */
    int64_t count;
};

enum { NUMBERS = 4, NUMBER_BYTES = 32 };

static bool wrong_row(Diag *diag, Loc loc, const char *message) {
    return diag_at(diag, DIAG_SYNTAX, loc, "a line is PATH,x,y,w,h; w and h are above 0", "%s",
                   message);
}

/* A decimal number of length bytes, blanks around it allowed. */
static bool read_number(const char *text, size_t length, double *number) {
    char copy[NUMBER_BYTES + 1], *end;
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    if (length == 0 || length > NUMBER_BYTES || strspn(text, "+-.0123456789eE") < length) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    *number = strtod(copy, &end);
    return *end == '\0' && *number >= -1e6 && *number <= 1e6;
}

/* Takes the four numbers from the end of a line; length becomes that of the path before them. */
static bool read_box(const Line *line, size_t *length, xnc_box *box) {
    double *numbers[NUMBERS] = {&box->x, &box->y, &box->width, &box->height};
    *length = line->length;
    for (int i = NUMBERS; i-- > 0;) {
        size_t comma = *length;
        while (comma > 0 && line->text[comma - 1] != ',') {
            comma--;
        }
        if (comma == 0 || !read_number(line->text + comma, *length - comma, numbers[i])) {
            return false;
        }
        *length = comma - 1;
    }
    return box->width > 0 && box->height > 0;
}

/* The path without quotes, in which "" is a quote, and without "./" before it. */
static const char *read_path(Arena *arena, const char *text, size_t length) {
    char *path = arena_strndup(arena, text, length), *to = path;
    bool quoted = length >= 2 && text[0] == '"' && text[length - 1] == '"';
    for (size_t i = quoted; i < length - quoted; i++) {
        *to++ = text[i];
        i += quoted && text[i] == '"' && text[i + 1] == '"' && i + 2 < length;
    }
    *to = '\0';
    while (path[0] == '.' && path[1] == '/') {
        path += 2;
    }
    return path;
}

static bool is_head(const Line *line) {
    static const char end[] = ",x,y,w,h";
    size_t length = sizeof end - 1;
    return line->number == 1 && line->length >= length &&
           memcmp(line->text + line->length - length, end, length) == 0;
}

static bool read_row(Arena *arena, Diag *diag, const Line *line, Boxes *boxes) {
    size_t length;
    xnc_box box;
    Loc loc = {line->source, line->number, 1, (int)line->length};
    if (boxes->count == LIMIT_SET_PICTURES) {
        return diag_at(diag, DIAG_FILE, loc, "split the set", "there are more than %d boxes",
                       LIMIT_SET_PICTURES);
    }
    if (memchr(line->text, 0, line->length) || !read_box(line, &length, &box) || length == 0) {
        return wrong_row(diag, loc, "no path with a box");
    }
    boxes->rows[boxes->count++] = (BoxRow){read_path(arena, line->text, length), box, loc};
    return true;
}

static int by_path(const void *a, const void *b) {
    const BoxRow *first = a, *second = b;
    int order = strcmp(first->path, second->path);
    return order ? order
                 : (first->loc.line > second->loc.line) - (first->loc.line < second->loc.line);
}

/* Sorts the rows; false after a diagnostic for each path that stands twice. */
static bool sort_rows(Diag *diag, Boxes *boxes) {
    bool good = true;
    if (boxes->count > 0) {
        qsort(boxes->rows, (size_t)boxes->count, sizeof *boxes->rows, by_path);
    }
    for (int64_t i = 1; i < boxes->count; i++) {
        if (strcmp(boxes->rows[i - 1].path, boxes->rows[i].path) == 0) {
            good = diag_at(diag, DIAG_VALUE, boxes->rows[i].loc,
                           "a picture is run with one box; cut others out into files of their own",
                           "a second box of the same picture");
        }
    }
    return good;
}

/* The number of lines bounds that of rows. */
static int64_t count_lines(const Source *source) {
    int64_t lines = 1;
    for (size_t i = 0; i < source->length; i++) {
        lines += source->text[i] == '\n';
    }
    return lines < LIMIT_SET_PICTURES ? lines : LIMIT_SET_PICTURES;
}

/* Lines are read even after wrong ones, up to the limits on their number and on that of mistakes.
 */
const Boxes *boxes_parse(Arena *arena, Diag *diag, const Source *source) {
    Boxes *boxes = NEW(arena, Boxes);
    bool good = true;
    boxes->source = source;
    boxes->rows = NEW_ARRAY(arena, BoxRow, count_lines(source));
    for (Line line = {.source = source}; diag_errors(diag) < LIMIT_ERRORS && next_line(&line);) {
        if (line.length > 0 && !is_head(&line)) {
            bool full = boxes->count == LIMIT_SET_PICTURES;
            good = read_row(arena, diag, &line, boxes) && good;
            if (full) {
                return NULL;
            }
        }
    }
    return good && sort_rows(diag, boxes) ? boxes : NULL;
}

bool boxes_open(Arena *arena, Diag *diag, const BoxRequest *request, const Boxes **boxes) {
    *boxes = NULL;
    if (request->file) {
        const Source *source = read_source(arena, diag, request->file, LIMIT_LIST_BYTES);
        *boxes = source ? boxes_parse(arena, diag, source) : NULL;
        return *boxes;
    }
    if (request->given) {
        Boxes *made = NEW(arena, Boxes);
        xnc_box *all = NEW(arena, xnc_box);
        *all = request->box;
        made->all = all;
        *boxes = made;
    }
    return true;
}

static int to_row(const void *path, const void *row) {
    return strcmp(path, ((const BoxRow *)row)->path);
}

const xnc_box *boxes_find(const Boxes *boxes, const char *path) {
    if (boxes->all) {
        return boxes->all;
    }
    while (path && boxes->count > 0) {
        const BoxRow *row =
            bsearch(path, boxes->rows, (size_t)boxes->count, sizeof *boxes->rows, to_row);
        if (row) {
            return &row->box;
        }
        const char *slash = strchr(path, '/');
        path = slash ? slash + 1 : NULL;
    }
    return NULL;
}

const char *boxes_origin(const Boxes *boxes) {
    return boxes->source ? boxes->source->path : NULL;
}

uint64_t boxes_digest(const Boxes *boxes) {
    if (!boxes) {
        return 0;
    }
    return boxes->source ? XXH64(boxes->source->text, boxes->source->length, 1)
                         : XXH64(boxes->all, sizeof *boxes->all, 2);
}
