/* labelled_table.c - a table of pictures and what is to be seen in them, as CSV -> a set with a
 * target for each output of the network.
 *
 *   picture,round,straight      the first line may name the columns
 *   circle/1.jpg,1,0            1: it is there; 0: it is not
 *   "a, b.jpg",,1               nothing, or -1: not known, does not count; paths may be quoted
 *
 * Where all columns have names of labels they are put in the labels' order; else they stand in the
 * order of the outputs. Paths that do not begin with a slash are relative to the table's folder.
 */
#include "labelled_internal.h"

#include <string.h>

#include "file.h"
#include "lines.h"

/* The rest of a line that has not been read. */
typedef struct Fields {
    const Line *line;
    size_t at; /* bytes that have been read */
    bool more; /* a field follows, which may be empty */
} Fields;

/* What the columns mean; column 0 is the path. */
typedef struct Table {
    Labelling *labelling;
    int64_t outputs;
    int64_t *output_of; /* of column 1 + i */
} Table;

/* A diagnostic at a field, from its first byte to the line's end. */
static bool wrong(const Labelling *labelling, const Line *line, size_t at, const char *hint,
                  const char *what) {
    Loc loc = {line->source, line->number, (int)at + 1, (int)(line->length - at)};
    return diag_at(labelling->diag, DIAG_SYNTAX, loc, hint, "%s", what);
}

/* Where the field that begins at a place ends: at a comma outside of quotes, or with the line. */
static size_t field_end(const Line *line, size_t at) {
    bool quoted = false;
    while (at < line->length && (quoted || line->text[at] != ',')) {
        quoted = quoted != (line->text[at++] == '"');
    }
    return at;
}

/* The next field, without blanks around it and without its quotes; "" between them is one quote. */
static const char *take_field(Arena *arena, Fields *fields) {
    const char *text = fields->line->text + fields->at;
    size_t end = field_end(fields->line, fields->at), size = end - fields->at, length = 0;
    char *field = arena_alloc(arena, size + 1);
    for (size_t i = 0; i < size; i++) {
        bool doubled = i > 0 && text[i] == '"' && text[i - 1] == '"' && i + 1 < size;
        if (text[i] != '"' || doubled) {
            field[length++] = text[i];
        }
    }
    while (length > 0 && strchr(" \t\r", field[length - 1])) {
        length--;
    }
    field[length] = '\0';
    fields->more = end < fields->line->length;
    fields->at = end + fields->more;
    return field + strspn(field, " \t");
}

/* 1, 0, or -1 for what is not known; false when the word is none of them. */
static bool read_target(const char *word, signed char *target) {
    static const struct {
        const char *word;
        signed char target;
    } words[] = {{"1", 1}, {"1.0", 1}, {"0", 0}, {"0.0", 0}, {"", -1}, {"-1", -1}, {"-1.0", -1}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) == 0) {
            *target = words[i].target;
            return true;
        }
    }
    return false;
}

static bool wrong_count(const Table *table, const Line *line) {
    const Labelling *labelling = table->labelling;
    const char *hint = NULL;
    if (diag_shows(labelling->diag, DIAG_SYNTAX)) {
        hint = arena_printf(labelling->arena, "a path and a target for each of the %lld outputs",
                            (long long)table->outputs);
    }
    return wrong(labelling, line, 0, hint, "another number of columns than the network needs");
}

/* One line: a picture and its targets. A NUL in the line would cut the path short. */
static bool read_row(Table *table, const Line *line) {
    Labelling *labelling = table->labelling;
    Fields fields = {line, 0, true};
    const char *path = take_field(labelling->arena, &fields);
    signed char *targets = NEW_ARRAY(labelling->arena, signed char, table->outputs);
    if (!*path || memchr(line->text, 0, line->length)) {
        return wrong(labelling, line, 0, NULL, "expected a path, then targets");
    }
    for (int64_t i = 0; i < table->outputs; i++) {
        size_t at = fields.at;
        if (!fields.more) {
            return wrong_count(table, line);
        }
        if (!read_target(take_field(labelling->arena, &fields), &targets[table->output_of[i]])) {
            return wrong(labelling, line, at, "1, 0, or nothing where it is not known",
                         "this is no target");
        }
    }
    LabelledPicture picture = {.path = labelled_path(labelling, path, strlen(path)),
                               .targets = targets};
    return fields.more ? wrong_count(table, line) : labelled_add(labelling, picture);
}

/* Whether the second field is no target: then the line names the columns. */
static bool is_header(const Table *table, const Line *line) {
    Fields fields = {line, 0, true};
    signed char target;
    take_field(table->labelling->arena, &fields);
    return fields.more && !read_target(take_field(table->labelling->arena, &fields), &target);
}

/* Columns with names of other things than labels stand in the order of the outputs. */
static void read_header(Table *table, const Line *line) {
    Labelling *labelling = table->labelling;
    Fields fields = {line, 0, true};
    bool *named = NEW_ARRAY(labelling->arena, bool, table->outputs);
    int64_t *order = NEW_ARRAY(labelling->arena, int64_t, table->outputs);
    bool good = labelling->labels && labelling->labels->count == table->outputs;
    take_field(labelling->arena, &fields);
    for (int64_t i = 0; i < table->outputs && good; i++) {
        order[i] = labelled_class(labelling, take_field(labelling->arena, &fields));
        good = order[i] >= 0 && !named[order[i]];
        named[good ? order[i] : 0] = true;
    }
    if (good) {
        table->output_of = order;
    }
}

/* Lines are read even after wrong ones, so that one run shows all mistakes. */
static bool read_lines(Table *table, const Source *source) {
    const LabelledSet *set = table->labelling->set;
    bool good = true, first = true;
    for (Line line = {.source = source};
         diag_errors(table->labelling->diag) < LIMIT_ERRORS && next_line(&line);) {
        bool blank = line.length == 0 || line.text[0] == '#' || line.text[0] == '\r';
        if (blank) {
            continue;
        }
        if (first && is_header(table, &line)) {
            read_header(table, &line);
        } else {
            good = read_row(table, &line) && good;
        }
        first = false;
        if (set->count > LIMIT_SET_PICTURES || set->count * table->outputs > LIMIT_TARGETS) {
            return good && diag_in(table->labelling->diag, DIAG_FILE, table->labelling->path, NULL,
                                   "split the table", "has more than %d targets", LIMIT_TARGETS);
        }
    }
    return good;
}

bool labelled_is_table(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".csv") == 0;
}

const LabelledSet *labelled_table(Arena *arena, Diag *diag, const char *path, const Labels *labels,
                                  int64_t outputs) {
    Labelling labelling = {.arena = arena,
                           .diag = diag,
                           .path = path,
                           .labels = labels,
                           .set = NEW(arena, LabelledSet)};
    Table table = {&labelling, outputs, NEW_ARRAY(arena, int64_t, outputs)};
    for (int64_t i = 0; i < outputs; i++) {
        table.output_of[i] = i;
    }
    const Source *source = read_source(arena, diag, path, LIMIT_LIST_BYTES);
    return source && read_lines(&table, source) && labelled_some(&labelling) ? labelling.set : NULL;
}
