/* description_value.c - turns one scalar or plain list of the YAML tree into a member of a
 * structure, as the row of the schema says: `stride: 2` becomes int64_t 2 if the row allows it.
 *
 * Numbers must be written as numbers: decimal, without quotes, signs only where the range has them.
 * "010", "0x10", "1_000", ".5" and "yes", which versions of YAML read differently, are refused.
 */
#include "description_spec.h"

#include <stdlib.h>
#include <string.h>

/* One value and where it goes. */
typedef struct Assignment {
    Arena *arena;
    Diag *diag;
    const Field *field;
    char *member; /* where the value goes */
} Assignment;

typedef bool ReadType(const Assignment *into, const Tree *tree);

/* Reports what the key takes and what is there instead. Returns false. */
static bool mismatch(const Assignment *into, const Tree *tree, const char *hint) {
    const char *range = field_range(into->arena, into->field);
    const char *found = tree->kind == TREE_MAP    ? "a mapping"
                        : tree->kind == TREE_LIST ? "a list"
                                                  : tree->text;
    const char *quote = tree->kind == TREE_SCALAR ? "'" : "";
    return diag_at(into->diag, DIAG_SCHEMA, tree->loc, hint, "'%s' takes: %s%s%s%s, not %s%s%s",
                   into->field->key, field_type_name(into->field->type), *range ? " (" : "", range,
                   *range ? ")" : "", quote, found, quote);
}

/* The nearest word as a hint; NULL when none is near. */
static const char *near(const Assignment *into, const char *text) {
    const Words *words = &into->field->words;
    const char *name = !diag_shows(into->diag, DIAG_SCHEMA)
                           ? NULL
                           : nearest_name(text, words->at, (size_t)words->count);
    return name ? arena_printf(into->arena, "did you mean '%s'?", name) : NULL;
}

static const char *skip_digits(const char *at) {
    while (*at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

/* -?(0|[1-9][0-9]*), at most 18 digits. */
static bool is_integer(const char *text) {
    const char *first = text + (*text == '-'), *end = skip_digits(first);
    return end > first && !*end && end - first <= 18 && (*first != '0' || end - first == 1);
}

/* -?digits, then .digits, then e-?digits; the last two may be absent. */
static bool is_number(const char *text) {
    const char *first = text + (*text == '-'), *at = skip_digits(first);
    if (at == first) {
        return false;
    }
    if (*at == '.') {
        first = at + 1;
        at = skip_digits(first);
        if (at == first) {
            return false;
        }
    }
    if (*at == 'e' || *at == 'E') {
        first = at + 1;
        first += *first == '-' || *first == '+';
        at = skip_digits(first);
        return at > first && !*at;
    }
    return !*at;
}

/* "32" in quotes is a text in YAML. */
static const char *number_hint(const Tree *tree) {
    return tree->kind == TREE_SCALAR && !tree->plain ? "numbers stand without quotes" : NULL;
}

/* At most 18 digits fit an int64_t; ranges of the schema are exact in a double. */
static bool get_integer(const Assignment *into, const Tree *tree, int64_t *value) {
    if (tree->kind != TREE_SCALAR || !tree->plain || !is_integer(tree->text)) {
        return mismatch(into, tree, number_hint(tree));
    }
    *value = strtoll(tree->text, NULL, 10);
    return ((double)*value >= into->field->lo && (double)*value <= into->field->hi) ||
           mismatch(into, tree, NULL);
}

/* Ranges exclude NaN and infinity, which is_number() has no spelling for anyway. */
static bool get_number(const Assignment *into, const Tree *tree, double *value) {
    if (tree->kind != TREE_SCALAR || !tree->plain || !is_number(tree->text)) {
        return mismatch(into, tree, number_hint(tree));
    }
    *value = strtod(tree->text, NULL);
    return (*value >= into->field->lo && *value <= into->field->hi) || mismatch(into, tree, NULL);
}

static bool read_integer(const Assignment *into, const Tree *tree) {
    return get_integer(into, tree, (int64_t *)into->member);
}

static bool read_number(const Assignment *into, const Tree *tree) {
    return get_number(into, tree, (double *)into->member);
}

/* Only true and false: YAML 1.1 would take yes, on and others too. */
static bool read_flag(const Assignment *into, const Tree *tree) {
    static const char *const words[] = {"false", "true"};
    for (int i = 0; tree->kind == TREE_SCALAR && tree->plain && i < 2; i++) {
        if (strcmp(tree->text, words[i]) == 0) {
            *(bool *)into->member = i == 1;
            return true;
        }
    }
    return mismatch(into, tree, NULL);
}

/* The index of a word; quotes make no difference. */
static bool read_choice(const Assignment *into, const Tree *tree) {
    const Words *words = &into->field->words;
    for (int i = 0; tree->kind == TREE_SCALAR && i < words->count; i++) {
        if (strcmp(words->at[i], tree->text) == 0) {
            *(int *)into->member = i;
            return true;
        }
    }
    return mismatch(into, tree, tree->kind == TREE_SCALAR ? near(into, tree->text) : NULL);
}

/* Any text but an empty one. */
static bool read_text(const Assignment *into, const Tree *tree) {
    *(const char **)into->member = tree->text;
    return (tree->kind == TREE_SCALAR && *tree->text) || mismatch(into, tree, NULL);
}

/* Whether a text consists of letters, digits, '_', '.' and the extra characters, at least one. */
static bool is_name(const char *text, const char *extra) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
    size_t length = 0;
    while (text[length] && (strchr(letters, text[length]) || strchr(extra, text[length]))) {
        length++;
    }
    return length > 0 && !text[length];
}

static bool read_name(const Assignment *into, const Tree *tree) {
    *(const char **)into->member = tree->text;
    return (tree->kind == TREE_SCALAR && is_name(tree->text, "-")) ||
           mismatch(into, tree, "it consists of A-Z a-z 0-9 _ . -");
}

/* A name in which each brace belongs to one of the row's marks. */
static bool read_pattern(const Assignment *into, const Tree *tree) {
    *(const char **)into->member = tree->text;
    if (tree->kind != TREE_SCALAR || !is_name(tree->text, "{}")) {
        return mismatch(into, tree, "it consists of A-Z a-z 0-9 _ . and marks");
    }
    for (const char *at = strpbrk(tree->text, "{}"); at; at = strpbrk(at, "{}")) {
        int i = 0;
        while (i < into->field->words.count &&
               strncmp(at, into->field->words.at[i], strlen("{i}")) != 0) {
            i++;
        }
        if (i == into->field->words.count) {
            return mismatch(into, tree, "only marks that stand in parentheses have a meaning");
        }
        at += strlen("{i}");
    }
    return true;
}

/* [height, width], or one number for both. */
static bool read_sides(const Assignment *into, const Tree *tree) {
    int64_t *sides = (int64_t *)into->member;
    if (tree->kind == TREE_LIST && tree->count == 2) {
        return get_integer(into, tree->items[0], &sides[0]) &&
               get_integer(into, tree->items[1], &sides[1]);
    }
    bool good = get_integer(into, tree, &sides[0]);
    sides[1] = sides[0];
    return good;
}

/* Reports a list of the wrong length. Returns false. */
static bool too_many(const Assignment *into, const Tree *tree, int most) {
    return diag_at(into->diag, DIAG_SCHEMA, tree->loc, NULL, "'%s' has %d items; 1 to %d fit",
                   into->field->key, tree->count, most);
}

/* One number, or a list with one for each separable convolution. */
static bool read_widths(const Assignment *into, const Tree *tree) {
    WidthList *widths = (WidthList *)into->member;
    if (tree->kind != TREE_LIST) {
        widths->count = 0;
        return get_integer(into, tree, &widths->at[0]);
    }
    if (tree->count < 1 || tree->count > LIMIT_BLOCK_WIDTHS) {
        return too_many(into, tree, LIMIT_BLOCK_WIDTHS);
    }
    bool good = true;
    for (int i = 0; i < tree->count; i++) {
        good &= get_integer(into, tree->items[i], &widths->at[i]);
    }
    widths->count = tree->count;
    return good;
}

/* A list of 1 to 4 numbers. */
static bool read_numbers(const Assignment *into, const Tree *tree) {
    NumberList *numbers = (NumberList *)into->member;
    int most = (int)(sizeof numbers->at / sizeof *numbers->at);
    if (tree->kind != TREE_LIST) {
        return mismatch(into, tree, NULL);
    }
    if (tree->count < 1 || tree->count > most) {
        return too_many(into, tree, most);
    }
    bool good = true;
    for (int i = 0; i < tree->count; i++) {
        good &= get_number(into, tree->items[i], &numbers->at[i]);
    }
    numbers->count = tree->count;
    return good;
}

/* A list whose items are read like single values, with their places for later messages. */
static bool read_items(const Assignment *into, const Tree *tree, ReadType *read) {
    LocatedTexts *list = (LocatedTexts *)into->member;
    if (tree->kind != TREE_LIST) {
        return mismatch(into, tree, NULL);
    }
    if (tree->count > LIMIT_TEXTS) {
        return too_many(into, tree, LIMIT_TEXTS);
    }
    bool good = true;
    for (int i = 0; i < tree->count; i++) {
        Assignment item = *into;
        item.member = (char *)&list->at[i];
        good &= read(&item, tree->items[i]);
        list->loc[i] = tree->items[i]->loc;
    }
    list->count = tree->count;
    return good;
}

static bool read_texts(const Assignment *into, const Tree *tree) {
    return read_items(into, tree, read_text);
}

static bool read_names(const Assignment *into, const Tree *tree) {
    return read_items(into, tree, read_name);
}

/* A list of layers, each a text of the grammar of heads. */
static bool read_layers(const Assignment *into, const Tree *tree) {
    HeadLayers *layers = (HeadLayers *)into->member;
    layers->count = 0;
    if (tree->kind != TREE_LIST) {
        return mismatch(into, tree, NULL);
    }
    bool good = true;
    for (int i = 0; i < tree->count; i++) {
        const Tree *item = tree->items[i];
        good &= item->kind == TREE_SCALAR
                    ? head_add(into->arena, into->diag, item->loc, item->text, layers)
                    : mismatch(into, item, NULL);
    }
    return good;
}

/* Sections have no reader here: description_read.c walks them. */
bool read_value(Arena *arena, Diag *diag, const Field *field, const Tree *tree, void *structure) {
    static ReadType *const readers[FIELD_TYPES] = {
        [FIELD_INTEGER] = read_integer, [FIELD_NUMBER] = read_number, [FIELD_FLAG] = read_flag,
        [FIELD_CHOICE] = read_choice,   [FIELD_TEXT] = read_text,     [FIELD_NAME] = read_name,
        [FIELD_PATTERN] = read_pattern, [FIELD_SIDES] = read_sides,   [FIELD_WIDTHS] = read_widths,
        [FIELD_NUMBERS] = read_numbers, [FIELD_TEXTS] = read_texts,   [FIELD_NAMES] = read_names,
        [FIELD_LAYERS] = read_layers,
    };
    Assignment into = {arena, diag, field, (char *)structure + field->offset};
    return readers[field->type](&into, tree);
}

/* A scalar without quotes, as the YAML reader would make it. Its place is unset: defaults are
 * right, so no message needs one. */
static Tree *scalar_tree(Arena *arena, const char *text, size_t length) {
    Tree *tree = NEW(arena, Tree);
    tree->text = arena_strndup(arena, text, length);
    tree->plain = true;
    return tree;
}

/* "[0.5, 0.5]" as the tree that the YAML reader would make of it. */
static Tree *list_tree(Arena *arena, const char *text) {
    enum { MOST_ITEMS = 4 };
    Tree *tree = NEW(arena, Tree);
    tree->kind = TREE_LIST;
    tree->items = NEW_ARRAY(arena, Tree *, MOST_ITEMS);
    const char *at = text + 1;
    while (*at != ']' && tree->count < MOST_ITEMS) {
        size_t length = strcspn(at, ",]");
        tree->items[tree->count++] = scalar_tree(arena, at, length);
        at += length;
        at += strspn(at, ", ");
    }
    return tree;
}

/* Defaults are read like values of a text, so that they obey the same rules. */
void set_standard(Arena *arena, Diag *diag, const Field *field, void *structure) {
    const char *text = field->standard;
    if (*text == '(') {
        if (field->type == FIELD_CHOICE) {
            *(int *)((char *)structure + field->offset) = UNSET;
        }
        return;
    }
    Tree *tree = *text == '[' ? list_tree(arena, text) : scalar_tree(arena, text, strlen(text));
    if (!read_value(arena, diag, field, tree, structure)) {
        internal_error("set_standard", "the default of '%s' is not allowed", field->key);
    }
}
