/* parse_parts.c - reads the parts of a line that stand in many kinds of lines: attributes (from the
 * tables of attributes.c), types, locations, operands.
 */
#include "expr_text.h"
#include "parser.h"

#include <string.h>

static const char *hint_attribute(Scanner *scan, const AttributeTable *table, const char *word) {
    const char **names = NEW_ARRAY(scan->arena, const char *, table->count);
    for (size_t i = 0; i < table->count; i++) {
        names[i] = table->rows[i].name;
    }
    return hint_name(scan, word, names, table->count);
}

static const char *act_name(int act) {
    return act_info((Act)act)->name;
}

static const char *pooling_name(int kind) {
    return pool_name((PoolKind)kind);
}

static const char *any_stage_name(int stage) {
    return stage_name((Stage)stage);
}

/* A word that is one of count names; gives its index, or -1 after a diagnostic. */
static int parse_choice(Scanner *scan, const char *what, int count, const char *name_of(int)) {
    const char *names[16];
    Loc loc = scan->now.loc;
    const char *word;
    if (!scan_word(scan, what, &word)) {
        return -1;
    }
    for (int i = 0; i < count; i++) {
        names[i] = name_of(i);
        if (strcmp(names[i], word) == 0) {
            return i;
        }
    }
    FAIL_AT(scan, loc, hint_name(scan, word, names, (size_t)count), "unknown %s '%s'", what, word);
    return -1;
}

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

static bool parse_list(Scanner *scan, int64_t *integers) {
    int *count = (int *)(integers + LONGEST_LIST);
    *count = 0;
    do {
        if (*count == LONGEST_LIST) {
            return FAIL(scan, NULL, "more than %d indices", LONGEST_LIST);
        }
        if (!scan_integer(scan, "an index", -LIMIT_NODES, LIMIT_NODES, &integers[*count])) {
            return false;
        }
        ++*count;
    } while (scan_accept(scan, ","));
    return true;
}

static bool parse_four(Scanner *scan, double *numbers) {
    for (int i = 0; i < 4; i++) {
        if ((i && !scan_expect(scan, ",")) || !scan_finite(scan, &numbers[i])) {
            return false;
        }
    }
    return true;
}

static bool parse_act(Scanner *scan, Act *act) {
    int choice = parse_choice(scan, "activation", ACT_COUNT, act_name);
    *act = choice < 0 ? ACT_none : (Act)choice;
    return choice >= 0;
}

static bool parse_pool(Scanner *scan, PoolKind *pool) {
    int choice = parse_choice(scan, "kind of pooling", POOL_NONE + 1, pooling_name);
    *pool = choice < 0 ? POOL_AVG : (PoolKind)choice;
    return choice >= 0;
}

static bool parse_stage(Scanner *scan, Stage *stage) {
    int choice = parse_choice(scan, "stage", STAGE_COUNT, any_stage_name);
    *stage = choice < 0 ? STAGE_GRAPH : (Stage)choice;
    return choice >= 0;
}

static bool parse_setting(Scanner *scan, AttributeKind kind, void *field) {
    int64_t integer;
    switch (kind) {
    case ATTRIBUTE_FLAG:
        break;
    case ATTRIBUTE_SMALL:
        if (!scan_integer(scan, "an integer", -LIMIT_NODES, LIMIT_NODES, &integer)) {
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
        return scan_finite(scan, field);
    case ATTRIBUTE_FOUR:
        return parse_four(scan, field);
    case ATTRIBUTE_WORD:
        return scan_word(scan, "a word", field);
    case ATTRIBUTE_ACT:
        return parse_act(scan, field);
    case ATTRIBUTE_POOL:
        return parse_pool(scan, field);
    case ATTRIBUTE_STAGE:
        return parse_stage(scan, field);
    case ATTRIBUTE_EXPR:
        return parse_expr(scan, field);
    }
    *(bool *)field = true;
    return true;
}

/* The row that the word at hand names, taken. */
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

/* The words "nchw" or "nhwc", if one is at hand. */
static void parse_layout(Scanner *scan, Layout *layout) {
    if (scan_accept(scan, "nhwc")) {
        *layout = LAYOUT_NHWC;
    } else if (scan_accept(scan, "nchw")) {
        *layout = LAYOUT_NCHW;
    }
}

bool parse_type(Scanner *scan, Value *value) {
    Loc loc;
    const char *type;
    if (!scan_accept(scan, ":")) {
        return true;
    }
    loc = scan->now.loc;
    if (!scan_word(scan, "the type f32", &type)) {
        return false;
    }
    if (strcmp(type, "f32") != 0) {
        return FAIL_AT(scan, loc, NULL, "unknown type '%s', expected f32", type);
    }
    if (!parse_shape(scan, 0, &value->shape)) {
        return false;
    }
    parse_layout(scan, &value->layout);
    return parse_attributes(scan, &value_attributes, value);
}

bool parse_loc(Parser *parser, Loc *loc) {
    Scanner *scan = &parser->scan;
    int64_t line, col, span = 0;
    if (!scan_accept(scan, "!")) {
        return true;
    }
    if (!parser->described) {
        return FAIL(scan, NULL, "a location needs a source line that names the description");
    }
    if (!scan_integer(scan, "a line", 1, INT32_MAX, &line) || !scan_expect(scan, ":") ||
        !scan_integer(scan, "a column", 0, INT32_MAX, &col) ||
        (scan_accept(scan, "+") &&
         !scan_integer(scan, "a number of columns", 0, INT32_MAX, &span))) {
        return false;
    }
    *loc = (Loc){parser->described, (int)line, (int)col, (int)span};
    return true;
}

static const char *hint_value(Parser *parser, const char *name) {
    const char **names = NEW_ARRAY(parser->scan.arena, const char *, parser->n_values);
    for (int i = 0; i < parser->n_values; i++) {
        names[i] = parser->value_list[i]->name;
    }
    return hint_name(&parser->scan, name, names, (size_t)parser->n_values);
}

bool parse_operand(Parser *parser, Value **value) {
    Scanner *scan = &parser->scan;
    const char *name;
    if (!scan_expect(scan, "%")) {
        return false;
    }
    Loc loc = scan->now.loc;
    if (!scan_word(scan, "the name of a value", &name)) {
        return false;
    }
    *value = map_get(parser->values, name);
    if (*value) {
        return true;
    }
    const char *hint = diag_shows(scan->diag, DIAG_SYNTAX) ? hint_value(parser, name) : NULL;
    return FAIL_AT(scan, loc, hint, "no line above defines '%%%s'", name);
}
