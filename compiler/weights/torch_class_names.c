/* torch_class_names.c - names of the classes that a training script saved beside the weights.
 *
 *   {"state_dict": {...}, "class_to_idx": {"cat": 0, "dog": 1}}   ->   "cat", "dog"
 *
 * They stand at the root or in one of its dicts (hyper_parameters, meta) under one of the keys that
 * a table has. A value that is not names of all classes from 0 on is none: it may mean anything.
 * Nothing is refused for them, as the weights need no names.
 */
#include "pickle.h"

#include <string.h>

/* How a value says the names. */
typedef enum NamesForm {
    NAMES_BY_CLASS, /* a list or tuple of names, or a dict from class to name */
    CLASSES_BY_NAME /* a dict from name to class */
} NamesForm;

/* The best first. */
static const struct NamesRow {
    const char *key;
    NamesForm form;
} names_rows[] = {{"label_names", NAMES_BY_CLASS},   {"id2label", NAMES_BY_CLASS},
                  {"class_to_idx", CLASSES_BY_NAME}, {"label2id", CLASSES_BY_NAME},
                  {"idx_to_class", NAMES_BY_CLASS},  {"class_names", NAMES_BY_CLASS},
                  {"classes", NAMES_BY_CLASS},       {"CLASSES", NAMES_BY_CLASS}};
enum { NAMES_ROWS = sizeof names_rows / sizeof *names_rows };

/* The search, and the names being filled in. */
typedef struct NamesSearch {
    Arena *arena;
    int64_t steps; /* entries looked at: a dict may stand in many places */
    int best;      /* row of what was found; NAMES_ROWS: nothing yet */
    ClassNames *found;
} NamesSearch;

/* Keeps the name of a class; false when it has one already, is beyond the last or is no text. */
static bool set_name(const NamesSearch *search, ClassNames *names, const PickleValue *name,
                     const PickleValue *class) {
    bool good = name->kind == PICKLE_STRING && class->kind == PICKLE_INT && class->integer >= 0 &&
                class->integer < names->count && !names->at[class->integer] &&
                !memchr(name->text, 0, name->length);
    if (good) {
        names->at[class->integer] = arena_strndup(search->arena, name->text, name->length);
    }
    return good;
}

static ClassNames *create_names(const NamesSearch *search, int64_t count) {
    ClassNames *names = NEW(search->arena, ClassNames);
    names->count = count;
    names->at = NEW_ARRAY(search->arena, const char *, count);
    return names;
}

/* NULL when the value is no list of names. */
static ClassNames *read_list(const NamesSearch *search, const PickleItems *list) {
    ClassNames *names = create_names(search, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        PickleValue class = {.kind = PICKLE_INT, .integer = i};
        if (!set_name(search, names, &list->at[i], &class)) {
            return NULL;
        }
    }
    return names;
}

/* The keys of JSON are texts: "0" counts as 0. */
static PickleValue as_class(const PickleValue *key) {
    PickleValue class = *key;
    if (key->kind == PICKLE_STRING && key->length >= 1 && key->length <= 7) {
        int64_t number = 0;
        for (int i = 0; i < key->length && number >= 0; i++) {
            char digit = key->text[i];
            number = digit >= '0' && digit <= '9' ? number * 10 + digit - '0' : -1;
        }
        class = (PickleValue){.kind = PICKLE_INT, .integer = number};
    }
    return class;
}

static ClassNames *read_dict(const NamesSearch *search, const PickleItems *dict, NamesForm form) {
    ClassNames *names = create_names(search, dict->count / 2);
    for (uint32_t i = 0; i + 1 < dict->count; i += 2) {
        const PickleValue *key = &dict->at[i], *value = &dict->at[i + 1];
        PickleValue class = as_class(form == CLASSES_BY_NAME ? value : key);
        if (!set_name(search, names, form == CLASSES_BY_NAME ? key : value, &class)) {
            return NULL;
        }
    }
    return names;
}

/* What is read counts as looked at, as a key may stand many times beside one list. */
static ClassNames *read_names(NamesSearch *search, const PickleValue *value, NamesForm form) {
    uint32_t most = (value->kind == PICKLE_DICT ? 2 : 1) * LIMIT_CLASSES;
    bool is_list = value->kind == PICKLE_LIST || value->kind == PICKLE_TUPLE;
    if ((!is_list && value->kind != PICKLE_DICT) || value->items->count == 0 ||
        value->items->count > most) {
        return NULL;
    }
    search->steps += value->items->count;
    if (search->steps > LIMIT_PICKLE_STEPS) {
        return NULL;
    }
    return is_list ? (form == NAMES_BY_CLASS ? read_list(search, value->items) : NULL)
                   : read_dict(search, value->items, form);
}

/* A key of the table that stands above what was found already. */
static void look_at(NamesSearch *search, const PickleValue *key, const PickleValue *value) {
    for (int row = 0; row < search->best; row++) {
        if (pickle_text_is(key, names_rows[row].key)) {
            ClassNames *names = read_names(search, value, names_rows[row].form);
            if (names) {
                names->key = names_rows[row].key;
                search->found = names;
                search->best = row;
            }
            return;
        }
    }
}

static void look_through(NamesSearch *search, const PickleItems *dict, bool deeper) {
    for (uint32_t i = 0; i + 1 < dict->count && search->steps < LIMIT_PICKLE_STEPS; i += 2) {
        search->steps++;
        look_at(search, &dict->at[i], &dict->at[i + 1]);
        if (deeper && dict->at[i + 1].kind == PICKLE_DICT) {
            look_through(search, dict->at[i + 1].items, false);
        }
    }
}

const ClassNames *torch_class_names(Arena *arena, const PickleValue *root) {
    NamesSearch search = {.arena = arena, .best = NAMES_ROWS};
    if (root->kind == PICKLE_DICT) {
        look_through(&search, root->items, true);
    }
    return search.found;
}
