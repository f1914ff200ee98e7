/* parse_parts.c - reads the parts of a line that stand in many kinds of lines: attributes (from the
 * tables of attributes.c), types, locations, operands.
 */
#include "lex.h"

#include <string.h>

static const char *hint_attribute(Parser *parser, const AttributeTable *table, const char *word) {
    const char **names = NEW_ARRAY(parser->arena, const char *, table->count);
    for (size_t i = 0; i < table->count; i++) {
        names[i] = table->rows[i].name;
    }
    return hint_name(parser, word, names, table->count);
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
static int parse_choice(Parser *parser, const char *what, int count, const char *name_of(int)) {
    const char *names[16];
    Loc loc = parser->now.loc;
    const char *word = expect_word(parser, what);
    for (int i = 0; word && i < count; i++) {
        names[i] = name_of(i);
        if (strcmp(names[i], word) == 0) {
            return i;
        }
    }
    if (word) {
        FAIL_AT(parser, loc, hint_name(parser, word, names, (size_t)count), "unknown %s '%s'", what,
                word);
    }
    return -1;
}

static bool parse_pair(Parser *parser, int64_t *pair) {
    Loc loc = parser->now.loc;
    const char *word = expect_word(parser, "two integers like 3x3");
    if (!word) {
        return false;
    }
    const char *middle = strchr(word, 'x');
    return (middle &&
            read_integer(arena_strndup(parser->arena, word, (size_t)(middle - word)), 0,
                         LARGEST_VALUE, &pair[0]) &&
            read_integer(middle + 1, 0, LARGEST_VALUE, &pair[1])) ||
           FAIL_AT(parser, loc, NULL, "expected two integers like 3x3, found '%s'", word);
}

static bool parse_list(Parser *parser, int64_t *integers) {
    int *count = (int *)(integers + LONGEST_LIST);
    *count = 0;
    do {
        if (*count == LONGEST_LIST) {
            return FAIL(parser, NULL, "more than %d indices", LONGEST_LIST);
        }
        if (!expect_integer(parser, "an index", -MOST_NODES, MOST_NODES, &integers[*count])) {
            return false;
        }
        ++*count;
    } while (accept_mark(parser, ','));
    return true;
}

static bool parse_four(Parser *parser, double *numbers) {
    for (int i = 0; i < 4; i++) {
        if ((i && !expect_mark(parser, ',')) || !parse_number(parser, &numbers[i])) {
            return false;
        }
    }
    return true;
}

static bool parse_act(Parser *parser, Act *act) {
    int choice = parse_choice(parser, "activation", ACT_COUNT, act_name);
    *act = choice < 0 ? ACT_none : (Act)choice;
    return choice >= 0;
}

static bool parse_pool(Parser *parser, PoolKind *pool) {
    int choice = parse_choice(parser, "kind of pooling", POOL_NONE + 1, pooling_name);
    *pool = choice < 0 ? POOL_AVG : (PoolKind)choice;
    return choice >= 0;
}

static bool parse_stage(Parser *parser, Stage *stage) {
    int choice = parse_choice(parser, "stage", STAGE_COUNT, any_stage_name);
    *stage = choice < 0 ? STAGE_GRAPH : (Stage)choice;
    return choice >= 0;
}

static bool parse_setting(Parser *parser, AttributeKind kind, void *field) {
    int64_t integer;
    switch (kind) {
    case ATTRIBUTE_FLAG:
        break;
    case ATTRIBUTE_SMALL:
        if (!expect_integer(parser, "an integer", -MOST_NODES, MOST_NODES, &integer)) {
            return false;
        }
        *(int *)field = (int)integer;
        return true;
    case ATTRIBUTE_INTEGER:
        return expect_integer(parser, "an integer", -1, LARGEST_VALUE * 64, field);
    case ATTRIBUTE_PAIR:
        return parse_pair(parser, field);
    case ATTRIBUTE_LIST:
        return parse_list(parser, field);
    case ATTRIBUTE_NUMBER:
        return parse_number(parser, field);
    case ATTRIBUTE_FOUR:
        return parse_four(parser, field);
    case ATTRIBUTE_WORD:
        *(const char **)field = expect_word(parser, "a word");
        return *(const char **)field != NULL;
    case ATTRIBUTE_ACT:
        return parse_act(parser, field);
    case ATTRIBUTE_POOL:
        return parse_pool(parser, field);
    case ATTRIBUTE_STAGE:
        return parse_stage(parser, field);
    case ATTRIBUTE_EXPR:
        *(const Expr **)field = parse_expr(parser);
        return *(const Expr **)field != NULL;
    }
    *(bool *)field = true;
    return true;
}

static size_t find_row(const AttributeTable *table, const char *word) {
    size_t i = 0;
    while (i < table->count && strcmp(table->rows[i].name, word) != 0) {
        i++;
    }
    return i;
}

bool parse_attributes(Parser *parser, const AttributeTable *table, void *object) {
    uint64_t seen = 0; /* rows already given */
    while (parser->now.kind == TOKEN_WORD) {
        Token token = parser->now;
        size_t row = find_row(table, token.word);
        if (row == table->count) {
            return FAIL(parser, hint_attribute(parser, table, token.word), "unknown attribute '%s'",
                        token.word);
        }
        if (seen >> row & 1) {
            return FAIL(parser, NULL, "attribute '%s' is given twice", token.word);
        }
        seen |= (uint64_t)1 << row;
        lex(parser);
        const Attribute *attribute = &table->rows[row];
        if ((attribute->kind != ATTRIBUTE_FLAG && !expect_mark(parser, '=')) ||
            !parse_setting(parser, attribute->kind, (char *)object + attribute->offset)) {
            return false;
        }
    }
    return true;
}

/* The words "nchw" or "nhwc", if one is at hand. */
static void parse_layout(Parser *parser, Layout *layout) {
    const char *word = parser->now.kind == TOKEN_WORD ? parser->now.word : "";
    bool inner = strcmp(word, "nhwc") == 0;
    if (inner || strcmp(word, "nchw") == 0) {
        *layout = inner ? LAYOUT_NHWC : LAYOUT_NCHW;
        lex(parser);
    }
}

bool parse_type(Parser *parser, Value *value) {
    if (!accept_mark(parser, ':')) {
        return true;
    }
    Loc loc = parser->now.loc;
    const char *type = expect_word(parser, "the type f32");
    if (!type) {
        return false;
    }
    if (strcmp(type, "f32") != 0) {
        return FAIL_AT(parser, loc, NULL, "unknown type '%s', expected f32", type);
    }
    if (!parse_shape(parser, 0, &value->shape)) {
        return false;
    }
    parse_layout(parser, &value->layout);
    return parse_attributes(parser, &value_attributes, value);
}

bool parse_loc(Parser *parser, Loc *loc) {
    int64_t line, col, span = 0;
    if (!accept_mark(parser, '!')) {
        return true;
    }
    if (!parser->described) {
        return FAIL(parser, NULL, "a location needs a source line that names the description");
    }
    if (!expect_integer(parser, "a line", 1, INT32_MAX, &line) || !expect_mark(parser, ':') ||
        !expect_integer(parser, "a column", 0, INT32_MAX, &col) ||
        (accept_mark(parser, '+') &&
         !expect_integer(parser, "a number of columns", 0, INT32_MAX, &span))) {
        return false;
    }
    *loc = (Loc){parser->described, (int)line, (int)col, (int)span};
    return true;
}

static const char *hint_value(Parser *parser, const char *name) {
    const char **names = NEW_ARRAY(parser->arena, const char *, parser->n_values);
    for (int i = 0; i < parser->n_values; i++) {
        names[i] = parser->value_list[i]->name;
    }
    return hint_name(parser, name, names, (size_t)parser->n_values);
}

Value *parse_operand(Parser *parser) {
    if (!expect_mark(parser, '%')) {
        return NULL;
    }
    Loc loc = parser->now.loc;
    const char *name = expect_word(parser, "the name of a value");
    if (!name) {
        return NULL;
    }
    Value *value = map_get(parser->values, name);
    if (!value) {
        const char *hint = diag_errors(parser->diag) < DIAG_SHOWN ? hint_value(parser, name) : NULL;
        FAIL_AT(parser, loc, hint, "no line above defines '%%%s'", name);
    }
    return value;
}
