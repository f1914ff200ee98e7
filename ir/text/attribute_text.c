/* attribute_text.c - turns fields of a structure into attributes of the text, and back.
 *
 *   Node { window.kernel 3 x 3, act ACT_relu }   <->   kernel=3x3 act=relu
 *
 * Only fields that differ from their usual value are written, in the order of the table; a flag is
 * its bare name. Attributes are read in any order, each once, so a person may write them as they
 * like while equal graphs still print equal texts. Numbers from a text are limited in size, so that
 * later arithmetic on them does not overflow.
 */
#include "attribute_text.h"
#include "expr_text.h"

#include <string.h>

enum { LARGEST_SMALL = 20000 /* largest magnitude of an index or of a block's number */ };

static const char *act_name(int act) {
    return act_info((Act)act)->name;
}

static const char *pooling_name(int kind) {
    return pool_name((PoolKind)kind);
}

static const char *any_stage_name(int stage) {
    return stage_name((Stage)stage);
}

static const char *any_precision_name(int precision) {
    return precision_name((Precision)precision);
}

static const char *any_element_name(int element) {
    return element_info((Element)element)->name;
}

static const char *scoring_name(int scores) {
    return scores_name((Scores)scores);
}

/* Kinds of attributes whose value is one of a set of names; the field is an enum. */
static const struct NameSet {
    const char *what; /* for diagnostics */
    int count;        /* of names: numbers 0 .. count - 1 */
    const char *(*name_of)(int number);
} choices[] = {
    [ATTRIBUTE_ACT] = {"activation", ACT_COUNT, act_name},
    [ATTRIBUTE_POOL] = {"kind of pooling", POOL_NONE + 1, pooling_name},
    [ATTRIBUTE_STAGE] = {"stage", STAGE_COUNT, any_stage_name},
    [ATTRIBUTE_PRECISION] = {"precision", PRECISION_COUNT, any_precision_name},
    [ATTRIBUTE_ELEMENT] = {"type", ELEMENT_COUNT, any_element_name},
    [ATTRIBUTE_SCORES] = {"kind of scores", SCORES_NONE + 1, scoring_name},
};
_Static_assert(sizeof(Act) == sizeof(int) && sizeof(PoolKind) == sizeof(int) &&
                   sizeof(Stage) == sizeof(int) && sizeof(Precision) == sizeof(int) &&
                   sizeof(Element) == sizeof(int) && sizeof(Scores) == sizeof(int),
               "a choice is read and written as an int");

/* names is for the hint: when no name fits, all of them have been collected. */
static bool parse_choice(Scanner *scan, const struct NameSet *choice, int *number) {
    const char *names[16];
    Loc loc = scan->now.loc;
    const char *word;
    if (!scan_word(scan, choice->what, &word)) {
        return false;
    }
    for (*number = 0; *number < choice->count; ++*number) {
        names[*number] = choice->name_of(*number);
        if (strcmp(names[*number], word) == 0) {
            return true;
        }
    }
    return FAIL_AT(scan, loc, hint_name(scan, word, names, (size_t)choice->count),
                   "unknown %s '%s'", choice->what, word);
}

static const char *hint_attribute(Scanner *scan, const AttributeTable *table, const char *word) {
    const char **names = NEW_ARRAY(scan->arena, const char *, table->count);
    for (size_t i = 0; i < table->count; i++) {
        names[i] = table->rows[i].name;
    }
    return hint_name(scan, word, names, table->count);
}

/* 3x3 is one word of the scanner, so it is taken apart here. */
static bool parse_pair(Scanner *scan, int64_t *pair) {
    Loc loc = scan->now.loc;
    const char *word;
    if (!scan_word(scan, "two integers like 3x3", &word)) {
        return false;
    }
    const char *middle = strchr(word, 'x');
    return (middle &&
            read_integer(arena_strndup(scan->arena, word, (size_t)(middle - word)), 0,
                         LARGEST_VALUE, &pair[0]) &&
            read_integer(middle + 1, 0, LARGEST_VALUE, &pair[1])) ||
           FAIL_AT(scan, loc, NULL, "expected two integers like 3x3, found '%s'", word);
}

/* The count lies after the LONGEST_LIST integers (attributes.c asserts it). */
static bool parse_list(Scanner *scan, int64_t *integers) {
    int *count = (int *)(integers + LONGEST_LIST);
    *count = 0;
    do {
        if (*count == LONGEST_LIST) {
            return FAIL(scan, NULL, "more than %d indices", LONGEST_LIST);
        }
        if (!scan_integer(scan, "an index", -LARGEST_SMALL, LARGEST_SMALL, &integers[*count])) {
            return false;
        }
        ++*count;
    } while (scan_accept(scan, ","));
    return true;
}

static bool parse_four(Scanner *scan, double *numbers) {
    for (int i = 0; i < 4; i++) {
        if ((i && !scan_expect(scan, ",")) || !scan_number(scan, true, &numbers[i])) {
            return false;
        }
    }
    return true;
}

/* Reads the value behind '=' into the field, as its kind says. A flag has none: its name is enough.
 * An integer may be -1, which stands for "no place" in offsets; up to 2^46, as bytes of a value. */
static bool parse_setting(Scanner *scan, AttributeKind kind, void *field) {
    int64_t integer;
    switch (kind) {
    case ATTRIBUTE_FLAG:
        break;
    case ATTRIBUTE_SMALL:
        if (!scan_integer(scan, "an integer", -LARGEST_SMALL, LARGEST_SMALL, &integer)) {
            return false;
        }
        *(int *)field = (int)integer;
        return true;
    case ATTRIBUTE_INTEGER:
        return scan_integer(scan, "an integer", -1, LARGEST_VALUE * 64, field);
    case ATTRIBUTE_PAIR:
        return parse_pair(scan, field);
    case ATTRIBUTE_LIST:
        return parse_list(scan, field);
    case ATTRIBUTE_NUMBER:
        return scan_number(scan, true, field);
    case ATTRIBUTE_FOUR:
        return parse_four(scan, field);
    case ATTRIBUTE_WORD:
        return scan_word(scan, "a word", field);
    case ATTRIBUTE_ACT:
    case ATTRIBUTE_POOL:
    case ATTRIBUTE_STAGE:
    case ATTRIBUTE_PRECISION:
    case ATTRIBUTE_ELEMENT:
    case ATTRIBUTE_SCORES:
        return parse_choice(scan, &choices[kind], field);
    case ATTRIBUTE_EXPR:
        return parse_expr(scan, field);
    }
    *(bool *)field = true;
    return true;
}

/* Takes the word that names a row and returns the row; NULL after a diagnostic. */
static const Attribute *take_row(Scanner *scan, const AttributeTable *table) {
    const char *word;
    Loc loc = scan->now.loc;
    scan_word(scan, "an attribute", &word);
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].name, word) == 0) {
            return &table->rows[i];
        }
    }
    FAIL_AT(scan, loc, hint_attribute(scan, table, word), "unknown attribute '%s'", word);
    return NULL;
}

bool parse_attributes(Scanner *scan, const AttributeTable *table, void *object) {
    uint64_t seen = 0; /* rows already given */
    while (scan->now.kind == TOKEN_WORD) {
        Loc loc = scan->now.loc;
        const Attribute *row = take_row(scan, table);
        if (!row) {
            return false;
        }
        uint64_t bit = (uint64_t)1 << (row - table->rows);
        if (seen & bit) {
            return FAIL_AT(scan, loc, NULL, "attribute '%s' is given twice", row->name);
        }
        seen |= bit;
        if ((row->kind != ATTRIBUTE_FLAG && !scan_expect(scan, "=")) ||
            !parse_setting(scan, row->kind, (char *)object + row->offset)) {
            return false;
        }
    }
    return true;
}

/* Writes integers with a mark between them: 3x3, 0,2. */
static void put_integers(FILE *out, const int64_t *integers, int count, char between) {
    for (int i = 0; i < count; i++) {
        if (i) {
            fputc(between, out);
        }
        fprintf(out, "%lld", (long long)integers[i]);
    }
}

static void put_four(FILE *out, const double *numbers) {
    for (int i = 0; i < 4; i++) {
        if (i) {
            fputc(',', out);
        }
        put_number(out, numbers[i]);
    }
}

/* Writes the value behind '=': what parse_setting() reads back into an equal field. */
static void put_setting(FILE *out, const Map *declared, AttributeKind kind, const void *field) {
    const int64_t *integers = field;
    switch (kind) {
    case ATTRIBUTE_FLAG:
        return;
    case ATTRIBUTE_SMALL:
        fprintf(out, "%d", *(const int *)field);
        return;
    case ATTRIBUTE_INTEGER:
        put_integers(out, integers, 1, ',');
        return;
    case ATTRIBUTE_PAIR:
        put_integers(out, integers, 2, 'x');
        return;
    case ATTRIBUTE_LIST:
        put_integers(out, integers, *(const int *)(integers + LONGEST_LIST), ',');
        return;
    case ATTRIBUTE_NUMBER:
        put_number(out, *(const double *)field);
        return;
    case ATTRIBUTE_FOUR:
        put_four(out, field);
        return;
    case ATTRIBUTE_WORD:
        put_word(out, *(const char *const *)field);
        return;
    case ATTRIBUTE_ACT:
    case ATTRIBUTE_POOL:
    case ATTRIBUTE_STAGE:
    case ATTRIBUTE_PRECISION:
    case ATTRIBUTE_ELEMENT:
    case ATTRIBUTE_SCORES:
        fputs(choices[kind].name_of(*(const int *)field), out);
        return;
    case ATTRIBUTE_EXPR:
        put_expr(out, *(const Expr *const *)field, declared);
        return;
    }
}

void put_attributes(FILE *out, const Map *declared, const AttributeTable *table,
                    const void *object) {
    for (size_t i = 0; i < table->count; i++) {
        const Attribute *row = &table->rows[i];
        if (attribute_is_usual(row, object)) {
            continue;
        }
        fprintf(out, " %s%s", row->name, row->kind == ATTRIBUTE_FLAG ? "" : "=");
        put_setting(out, declared, row->kind, (const char *)object + row->offset);
    }
}
